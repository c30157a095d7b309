/*
 * What a table that is restored is to be: its source's definition and the overrides of the request.
 */
#ifndef DYNAMO_RESTORED_DEFINITION_H
#define DYNAMO_RESTORED_DEFINITION_H

#include "model/structure.h"
#include "operation/throughput/table_settings.h"

/*
 * Makes `definition`, which is the source's, that of the table called `name`: without time to live,
 * stream, tags, scaling and protection, and with BillingModeOverride and the other overrides of the
 * request. Sets its settings, which are returned, palloc'd. Raises ValidationException for
 * overrides that contradict the source.
 */
extern TableSettings *RestoredDefinition(const Structure *request, Bytes name, Jsonb *settings,
                                         const RestoreSource *source, TableDefinition *definition);

#endif
