/*
 * Parallel scans of a side's table, and looking items up by their keys.
 */
#ifndef DYNAMO_MIGRATION_SCAN_H
#define DYNAMO_MIGRATION_SCAN_H

#include "transfer/migrate/run.h"

/*
 * The next page of each segment that has one, all at once, read consistently: how many items, which
 * are palloc'd. The places are behind them then.
 */
extern int ScanRound(MigrationRun *run, const Side *side, ScanPlaces *places,
                     const JsonNode ***items);

/* Whether the rate limit has a scan of the source wait. */
extern bool ScanMustWait(const MigrationRun *run);

/* The items of the keys, or NULL where there is none, read consistently; palloc'd. No key twice. */
extern const JsonNode **ItemsOfKeys(MigrationRun *run, const Side *side, const JsonNode **keys,
                                    int count);

#endif
