/*
 * Whether a table's row in the catalog and PostgreSQL's catalogs agree.
 */
#ifndef DYNAMO_CATALOG_CHECK_H
#define DYNAMO_CATALOG_CHECK_H

#include "storage/check/checked_table.h"

/*
 * Reads the row's definition; raises DATA_CORRUPTED where that cannot be understood. The memory of
 * `row` is used.
 */
extern void CheckedTableInit(CheckedTable *checked, const CatalogRow *row, Findings *findings);

/*
 * Adds findings about the relations, indexes, constraint and view that the table needs. Looks at
 * PostgreSQL's catalogs alone: it takes no lock, waits for nothing and runs nothing of users'.
 */
extern void CatalogCheck(CheckedTable *checked);

/* The leaf's index of the table's key (`index` NULL) or another one, if it may be read. */
extern Oid CheckedLeafIndex(const CheckedTable *checked, const TableIndex *index, int leaf);

#endif
