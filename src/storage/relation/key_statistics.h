/*
 * What the planner knows of key attributes: extended statistics on their expressions, which ANALYZE
 * fills.
 *
 * PostgreSQL takes the statistics of an index's columns only where the index is not partial, and
 * of a partitioned table only those of its own. So a leaf's key index tells of the table's key in
 * the leaf, and objects of CREATE STATISTICS of all else: one of each leaf, and one of the
 * partitioned table, for each secondary index that has attributes besides those of the table's key,
 * and one of the partitioned table for the key. Each has the name of what it is for.
 */
#ifndef DYNAMO_KEY_STATISTICS_H
#define DYNAMO_KEY_STATISTICS_H

#include "storage/relation/table.h"

/*
 * Makes what is missing of the objects of a secondary index, for the relations' owners. The leaves
 * are as many as the definition has partitions. Errors are PostgreSQL's.
 */
extern void IndexStatisticsCreate(const TableDefinition *definition, const TableIndex *index,
                                  Oid relation, const Oid *leaves);

/* Both, of the table's key and all of its indexes. */
extern void AllStatisticsCreate(const TableDefinition *definition, Oid relation, const Oid *leaves);

/*
 * Drops the objects of a secondary index, whichever role they belong to; what has been dropped or
 * renamed is passed over. The caller holds locks that keep the relations from other changes.
 */
extern void IndexStatisticsDrop(const TableDefinition *definition, int number, Oid relation,
                                const Oid *leaves);

#endif
