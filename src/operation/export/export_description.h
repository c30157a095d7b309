/*
 * Exports as the API describes them.
 */
#ifndef DYNAMO_EXPORT_DESCRIPTION_H
#define DYNAMO_EXPORT_DESCRIPTION_H

#include "transfer/export/export_catalog.h"
#include "json/json.h"

/* An answer that is the object ExportDescription; an element of ExportSummaries. */
extern void ExportDescriptionWrite(JsonWriter *response, const Export *export);
extern void ExportSummaryWrite(JsonWriter *response, const Export *export);

#endif
