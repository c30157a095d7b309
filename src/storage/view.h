/*
 * The view of a table: `item`, and the key attributes of the table and its
 * indexes as typed columns.
 */
#ifndef DYNAMO_VIEW_H
#define DYNAMO_VIEW_H

#include "storage/table.h"

extern void ViewCreate(const TableDefinition *definition);

/* Gives the view the columns of a changed definition. */
extern void ViewRefresh(const TableDefinition *definition);

extern void ViewDrop(Bytes table);

#endif
