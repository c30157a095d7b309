/*
 * Writing through PostgreSQL's executor, for tables on which more than storing
 * the row must happen.
 */
#ifndef DYNAMO_WRITE_EXECUTOR_H
#define DYNAMO_WRITE_EXECUTOR_H

#include "storage/write/write_leaf.h"

/*
 * Whether row-level security, triggers, rules, or constraints and columns that
 * users have added apply to writes by the current role. Cheap.
 */
extern bool NeedsExecutor(const LeafWriter *writer);

/* One attempt at ItemWrite, with the writing left to the executor; false: to be made again. */
extern bool TryWriteByExecutor(LeafWriter *writer, WriteDecision decide, void *state);

#endif
