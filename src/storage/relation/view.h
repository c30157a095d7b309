/*
 * The view of a table: `item`, and the key attributes of the table and its
 * indexes as typed columns.
 */
#ifndef DYNAMO_VIEW_H
#define DYNAMO_VIEW_H

#include "storage/relation/table.h"

/*
 * Creates the view of the table's relation, or adds the columns that the definition lacks there
 * need. The view belongs to the owner of the relation: raises insufficient_privilege where the
 * view of this name is another role's, which a superuser would replace.
 */
extern void ViewDefine(const TableDefinition *definition, Oid relation);

/* Drops the view; nothing where there is none, or where what has its name is not this owner's. */
extern void ViewDrop(Bytes table, Oid relation);

#endif
