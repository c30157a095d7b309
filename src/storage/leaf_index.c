/*
 * Finds a leaf's indexes by their names.
 *
 * Storage reads and writes their entries without PostgreSQL's executor, so
 * their columns must have exactly the types that it takes them to have.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "storage/ddl.h"
#include "storage/index_layout.h"
#include "storage/key_expression.h"
#include "storage/leaf_index.h"
#include "storage/relation_name.h"

static bool
IsBtree(Oid index)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(index));
	bool btree;

	if (!HeapTupleIsValid(tuple))
		return false;
	btree = ((Form_pg_class) GETSTRUCT(tuple))->relam == BTREE_AM_OID;
	ReleaseSysCache(tuple);
	return btree;
}

static bool
HasColumns(Oid index, const IndexLayout *layout)
{
	for (int i = 0; i < layout->column_count; i++)
		if (get_atttype(index, i + 1) != KeyColumnType(layout->types[i]))
			return false;
	return true;
}

/* `unique`: each entry is of one row, and every row has one. */
static bool
HasForm(Oid index, int column_count, bool unique)
{
	HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	Form_pg_index form;
	bool result;

	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_index) GETSTRUCT(tuple);
	result = form->indnatts == column_count && form->indnkeyatts == column_count;
	if (unique)
		result = result && form->indisunique && form->indimmediate &&
		         heap_attisnull(tuple, Anum_pg_index_indpred, NULL);
	ReleaseSysCache(tuple);
	return result;
}

Oid
LeafIndexFind(const Table *table, const TableIndex *index, int leaf)
{
	Bytes name = table->definition.name;
	Oid found =
	    IndexOfLeaf(table->leaves[leaf].relation, index ? LeafIndexName(name, leaf, index->number)
	                                                    : LeafKeyIndexName(name, leaf));
	IndexLayout layout;

	if (!OidIsValid(found))
		return InvalidOid;
	IndexLayoutInit(&layout, table, index);
	if (!HasForm(found, layout.column_count, index == NULL) || !IsBtree(found) ||
	    !HasColumns(found, &layout))
		return InvalidOid;
	return found;
}
