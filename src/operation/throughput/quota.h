/*
 * Quotas of provisioned capacity: of the account, which is this database, and of
 * one table or index (developer guide, "Quotas": throughput).
 */
#ifndef DYNAMO_QUOTA_H
#define DYNAMO_QUOTA_H

#include "operation/throughput/table_settings.h"

/* Units of reading, and again of writing. */
extern int account_max_capacity_units;
extern int table_max_capacity_units;

/* Defines dynamo.account_max_capacity_units and dynamo.table_max_capacity_units. */
extern void QuotaInit(void);

/*
 * Raises LimitExceededException where a table's change, from `before` (NULL: it
 * is new) to `after`, provisions more than there may be. What does not grow is
 * not judged. The account's other tables are seen as they are now; two that grow
 * at once may pass together.
 */
extern void QuotaCheck(const TableSettings *before, const TableSettings *after);

/*
 * The same for a maximum on demand or a warm throughput: `units` of `member` of
 * `resource`, which stand under the quota that DescribeLimits calls `quota`.
 */
extern void QuotaCheckRequested(int64 units, const char *member, const char *resource,
                                const char *quota);

#endif
