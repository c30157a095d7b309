/*
 * The reports of a bulk put: objects in its output location.
 */
#ifndef DYNAMO_BULK_REPORT_H
#define DYNAMO_BULK_REPORT_H

#include "transfer/import/import_job.h"
#include "transfer/import/input.h"
#include "model/structure.h"

/* What the keys of reports in this output location begin with; palloc'd. */
extern char *ReportPrefix(const Structure *output);

/* Whether the request wants reports of this kind. */
extern bool ReportIsWanted(const Structure *request, bool condition);

/* What a report says of a record, JSON; palloc'd. `error` NULL: of a record with a fault. */
extern Bytes ReportLine(InputSource *source, const InputRecord *record, const ErrorData *error);

/* Writes the reports that are wanted, and the manifest, from the rows of import_error. */
extern void ReportsWrite(const ImportJob *job, const Structure *request);

#endif
