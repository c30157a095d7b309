/*
 * VectorIndexUpdates of UpdateTable.
 */
#ifndef DYNAMO_VECTOR_UPDATE_H
#define DYNAMO_VECTOR_UPDATE_H

#include "model/structure.h"
#include "operation/throughput/table_settings.h"
#include "storage/relation/table.h"

/* What a request does to indexes: at most one of these. */
typedef struct IndexChange
{
	const Structure *create;
	const Structure *create_vector;
	TableIndex *drop;
} IndexChange;

/*
 * Reads them into the change, and checks that the table's billing mode, which `settings` have as
 * the request leaves it, allows what there is in the end.
 */
extern void VectorUpdatesRead(const Structure *request, const Table *table,
                              const TableSettings *settings, IndexChange *change);

/* Adds the index of an update's Create to the table, to be built in the background. */
extern void VectorIndexAdd(Table *table, const Structure *request, const Structure *create);

#endif
