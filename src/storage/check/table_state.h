/*
 * What there is to see of a table at a glance.
 */
#ifndef DYNAMO_TABLE_STATE_H
#define DYNAMO_TABLE_STATE_H

#include "storage/check/catalog_check.h"

typedef struct TableState
{
	bool readable; /* the row is, so that the members from here on are set */
	CatalogRow row;
	Jsonb *indexes;   /* IndexStatus by name, that of time to live under its own */
	bool items_known; /* maintenance counts them */
	int64 items;
	bool size_known; /* no session had locked the table's relations against a look */
	int64 size;
} TableState;

/*
 * Looks at the table of this name. Findings are those of CatalogCheck; nothing raises but what
 * stops the session. Waits for no lock. Allocates in the current context.
 */
extern void TableStateRead(Bytes name, TableState *state, Findings *findings);

#endif
