/*
 * What requests for imports and bulk puts have in common: patterns of the service model, client
 * tokens, tokens of pages.
 */
#ifndef DYNAMO_IMPORT_REQUEST_H
#define DYNAMO_IMPORT_REQUEST_H

#include "transfer/import/import_job.h"
#include "model/structure.h"

/* Each raises ValidationException where a string, if there is one, is not of the pattern. */
extern void CheckClientToken(const Structure *request);
extern void CheckStoreLocation(const Structure *location, const char *path);
extern void CheckBucketName(Bytes bucket);
extern void CheckCsvOptions(const Structure *csv);

/* Raises ValidationException where there is no store to read from. */
extern void CheckStoreIsConfigured(void);

/* The request as the job keeps it, and its token. */
extern void ImportJobTakeRequest(ImportJob *job, const Structure *request);

typedef enum RepeatedJob
{
	JOB_IS_NEW,
	JOB_IS_REPEATED,    /* with the same request */
	JOB_IS_CONTRADICTED /* with another one */
} RepeatedJob;

/* Whether the request has been made before under its token, and the job that it has started. */
extern RepeatedJob ImportJobRepeated(const ImportJob *wanted, ImportJob *found);

/* Where the next page begins, as the request's NextToken says it; 0: at the first. */
extern int64 RequestPage(const Structure *request);
extern void WriteNextToken(JsonWriter *response, int64 last);

#endif
