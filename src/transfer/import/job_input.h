/*
 * The request of a job again, and what it says of the input.
 */
#ifndef DYNAMO_JOB_INPUT_H
#define DYNAMO_JOB_INPUT_H

#include "transfer/import/import_job.h"
#include "transfer/import/input.h"
#include "model/structure.h"

/* The request, palloc'd; it may point into the job's text. */
extern const Structure *ImportJobRequest(const ImportJob *job);

/* What to read, of either kind of request. */
extern InputOptions InputOptionsOf(ImportJobKind kind, const Structure *request);

#endif
