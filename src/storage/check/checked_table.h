/*
 * What the checks of a table share.
 */
#ifndef DYNAMO_CHECKED_TABLE_H
#define DYNAMO_CHECKED_TABLE_H

#include "storage/check/finding.h"
#include "storage/catalog/catalog.h"

/* What a check knows of the table whose row it looks at. */
typedef struct CheckedTable
{
	Findings *findings;
	const CatalogRow *row;
	Table table; /* its definition, relation and leaves */
} CheckedTable;

#endif
