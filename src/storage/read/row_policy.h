/*
 * Row-level security: which rows the current role's policies for SELECT show.
 *
 * The row is found first, by its key, and judged then, so that what a policy
 * costs does not grow with the table.
 */
#ifndef DYNAMO_ROW_POLICY_H
#define DYNAMO_ROW_POLICY_H

#include "postgres.h"

#include "storage/itemptr.h"
#include "utils/rel.h"
#include "utils/snapshot.h"

#include "storage/relation/table.h"

/*
 * Whether row-level security applies to the current role here, so that each row
 * must be judged. Raises insufficient_privilege where row_security is off and
 * policies would apply.
 */
extern bool RowsMayBeHidden(const Table *table);

typedef struct RowPolicy RowPolicy;

/*
 * Judges rows for the current role under a snapshot that is active, or the same
 * as the active one, until the end. Belongs to the current memory context and
 * resource owner.
 */
extern RowPolicy *RowPolicyBegin(Table *table, Snapshot snapshot);

/*
 * Whether the policies show the row version, which the snapshot sees, of an open
 * leaf. Raises what the policies' expressions raise.
 */
extern bool RowPolicyShows(RowPolicy *policy, Relation leaf, ItemPointer row);

extern void RowPolicyEnd(RowPolicy *policy);

/* The three in one, under the active snapshot. */
extern bool RowIsShown(Table *table, Relation leaf, ItemPointer row);

#endif
