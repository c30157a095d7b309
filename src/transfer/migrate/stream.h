/*
 * The source's stream: its shards, and applying their records.
 */
#ifndef DYNAMO_MIGRATION_STREAM_H
#define DYNAMO_MIGRATION_STREAM_H

#include "transfer/migrate/run.h"

/* Whether so many milliseconds have passed since the last round; never without a stream. */
extern bool StreamIsDue(const MigrationRun *run, int milliseconds);

/*
 * Reads a page of each shard that can be read, and applies it. A shard follows its parent's end, so
 * that changes of an item are applied in their order. Sets `at_end` where no shard had anything.
 * Raises an error where changes may have been lost.
 */
extern void StreamRound(MigrationRun *run);

#endif
