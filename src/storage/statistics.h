/*
 * Counting tables again, for the maintenance worker.
 */
#ifndef DYNAMO_STATISTICS_H
#define DYNAMO_STATISTICS_H

#include "storage/relation/table.h"

/* Seconds after which counts may be out of date: dynamo.maintenance_interval. */
extern int statistics_age;

/*
 * Counts the table's items and bytes where what is known of them is out of date.
 * Raises query_canceled when another session begins to wait for the table.
 */
extern void StatisticsRefresh(const Table *table);

/* Forgets the counts of a relation that has been dropped. */
extern void StatisticsForget(Oid relation);

#endif
