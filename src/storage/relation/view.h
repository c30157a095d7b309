/*
 * The views of a table: its own, with `item` and the key attributes of the table and its indexes
 * as typed columns, and one for each global index, with the items of the index.
 */
#ifndef DYNAMO_VIEW_H
#define DYNAMO_VIEW_H

#include "storage/relation/table.h"

/*
 * Creates the view of the table's relation, or adds the columns that the definition lacks there
 * need, and creates the views of its global indexes that are missing. They belong to the owner of
 * the relation: raises insufficient_privilege where a view of such a name is another role's, which
 * a superuser would replace.
 */
extern void ViewsDefine(const TableDefinition *definition, Oid relation);

/*
 * Creates those alone that are missing: the script of an extension's update may not replace a view
 * that is no member of the extension.
 */
extern void ViewsAdd(const TableDefinition *definition, Oid relation);

/* Drop them; nothing where there is none, or where what has the name is not this owner's. */
extern void ViewsDrop(const TableDefinition *definition, Oid relation);
extern void IndexViewDrop(Bytes table, Bytes index, Oid relation);

#endif
