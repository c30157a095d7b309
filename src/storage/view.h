/*
 * The view of a table: `item`, and the key attributes of the table and its
 * indexes as typed columns.
 */
#ifndef DYNAMO_VIEW_H
#define DYNAMO_VIEW_H

#include "storage/table.h"

/*
 * Creates the view of the relation, whose name is qualified and quoted, or adds
 * the columns that the definition has come to need.
 */
extern void ViewDefine(const TableDefinition *definition, const char *relation);

extern void ViewDrop(Bytes table);

#endif
