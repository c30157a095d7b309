/*
 * Writes BulkOperationDescription and BulkOperationSummary (API reference).
 */
#ifndef DYNAMO_BULK_DESCRIPTION_H
#define DYNAMO_BULK_DESCRIPTION_H

#include "transfer/import/import_job.h"
#include "json/json.h"

/* The member BulkOperationDescription, as an object of its own. */
extern void BulkDescriptionWrite(JsonWriter *response, const ImportJob *job);

extern void BulkSummaryWrite(JsonWriter *response, const ImportJob *job);

#endif
