/*
 * How often a table's capacity may be lowered and its billing mode switched
 * (developer guide, "Quotas": decreasing provisioned throughput; "Switching
 * capacity modes").
 */
#ifndef DYNAMO_CHANGE_LIMIT_H
#define DYNAMO_CHANGE_LIMIT_H

#include "operation/throughput/table_settings.h"

/* Decreases of this UTC day. */
extern int64 DecreasesToday(const Capacity *capacity);

/*
 * Counts a decrease of the table's or the index's throughput. Raises
 * LimitExceededException where there have been too many: four at any time in a
 * UTC day, then one in each hour after the last.
 */
extern void DecreaseRecord(Capacity *capacity);

/*
 * Notes that the table becomes on demand. Raises LimitExceededException where it
 * did so four times within 24 hours. A table created on demand did not switch.
 */
extern void OnDemandSwitchRecord(TableSettings *settings);

#endif
