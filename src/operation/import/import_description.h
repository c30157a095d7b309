/*
 * Writes ImportTableDescription and ImportSummary (API reference).
 */
#ifndef DYNAMO_IMPORT_DESCRIPTION_H
#define DYNAMO_IMPORT_DESCRIPTION_H

#include "transfer/import/import_job.h"
#include "json/json.h"

/* The member ImportTableDescription, as an object of its own. */
extern void ImportDescriptionWrite(JsonWriter *response, const ImportJob *job);

extern void ImportSummaryWrite(JsonWriter *response, const ImportJob *job);

#endif
