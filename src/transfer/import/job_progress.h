/*
 * How far imports and bulk puts are, as others see it.
 */
#ifndef DYNAMO_JOB_PROGRESS_H
#define DYNAMO_JOB_PROGRESS_H

#include "transfer/import/import_job.h"

/*
 * Estimates for dynamo.progress how many items the phase will have that has had `in_phase` of them:
 * the objects' bytes that are left have as many a byte as those before. `total` is all of them.
 */
extern void ImportExpect(int64 in_phase, const ImportProgress *progress, int64 total);

/* The same of a job, and its counts as the activity of the worker. */
extern void ImportJobShow(const ImportJob *job, int64 in_phase);

#endif
