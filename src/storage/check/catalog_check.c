/*
 * Each function looks at one thing that a table needs. What users have dropped, detached, renamed
 * or altered is found as the catalogs have it, without opening a relation.
 */
#include "storage/check/catalog_check.h"

#include "access/htup_details.h"
#include "catalog/partition.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "nodes/parsenodes.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "compat.h"
#include "storage/check/rules_check.h"
#include "storage/index/index_ddl.h"
#include "storage/index/leaf_index.h"
#include "storage/query/ddl.h"
#include "storage/catalog/definition.h"
#include "storage/relation/partition_expression.h"
#include "storage/query/relation_name.h"
#include "storage/relation/routing.h"

void
CheckedTableInit(CheckedTable *checked, const CatalogRow *row, Findings *findings)
{
	Table *table = &checked->table;

	memset(checked, 0, sizeof(CheckedTable));
	checked->findings = findings;
	checked->row = row;
	table->context = CurrentMemoryContext;
	table->relation = row->relation;
	table->definition.name = row->name;
	table->definition.partitions = row->leaf_count;
	table->leaves = palloc0_array(TableLeaf, row->leaf_count);
	for (int leaf = 0; leaf < row->leaf_count; leaf++)
		table->leaves[leaf].relation = row->leaves[leaf];
	DefinitionFromJsonb(row->definition, &table->definition, &table->next_index);
}

static void
Add(CheckedTable *checked, Oid relation, const char *text, const char *hint)
{
	FindingAdd(checked->findings, FindingObject(relation), text, hint);
}

/* --- the partitioned table --- */

static void
CheckItemColumn(CheckedTable *checked, Oid relation)
{
	AttrNumber column = get_attnum(relation, "item");
	HeapTuple tuple;

	if (column == InvalidAttrNumber || get_atttype(relation, column) != JSONBOID)
	{
		Add(checked, relation, "has no column \"item\" of type jsonb", NULL);
		return;
	}
	tuple = SearchSysCache2(ATTNUM, ObjectIdGetDatum(relation), Int16GetDatum(column));
	if (!HeapTupleIsValid(tuple))
		return;
	if (!((Form_pg_attribute) GETSTRUCT(tuple))->attnotnull)
		Add(checked, relation, "its column \"item\" may be null",
		    psprintf("ALTER TABLE %s ALTER item SET NOT NULL", FindingObject(relation)));
	ReleaseSysCache(tuple);
}

static bool
IsPartitionedByKey(const CheckedTable *checked)
{
	Node *expression = PartitionExpressionRead(checked->table.relation);

	return expression != NULL && PartitionExpressionIsKey(expression, &checked->table.definition);
}

static void
CheckPartitioning(CheckedTable *checked)
{
	Oid relation = checked->table.relation;

	if (get_rel_relkind(relation) != RELKIND_PARTITIONED_TABLE)
		Add(checked, relation, "is no partitioned table", NULL);
	else if (!IsPartitionedByKey(checked))
		Add(checked, relation, "is not partitioned by hash of the table's key", NULL);
}

static bool
IsLeaf(const CheckedTable *checked, Oid relation)
{
	for (int leaf = 0; leaf < checked->row->leaf_count; leaf++)
		if (checked->row->leaves[leaf] == relation)
			return true;
	return false;
}

static void
CheckStrangers(CheckedTable *checked)
{
	ListCell *cell;

	foreach (cell, find_inheritance_children(checked->table.relation, NoLock))
		if (!IsLeaf(checked, lfirst_oid(cell)))
			Add(checked, lfirst_oid(cell), "is a partition that the table's row does not name",
			    NULL);
}

static void
CheckRowIsOnly(CheckedTable *checked)
{
	int count = CatalogCountRows(checked->table.relation);

	if (count > 1)
		Add(checked, checked->table.relation,
		    psprintf("%d rows of dynamo.table_catalog name this relation", count), NULL);
}

/* --- leaves --- */

static char *
AttachCommand(const CheckedTable *checked, int leaf)
{
	return psprintf("ALTER TABLE %s ATTACH PARTITION %s FOR VALUES WITH (MODULUS %d, REMAINDER %d)",
	                FindingObject(checked->table.relation),
	                FindingObject(checked->row->leaves[leaf]), checked->row->leaf_count, leaf);
}

/* `row` is the leaf's, of pg_class. */
static bool
HasBounds(const CheckedTable *checked, HeapTuple row, int leaf)
{
	bool null;
	Datum tree = SysCacheGetAttr(RELOID, row, Anum_pg_class_relpartbound, &null);
	const PartitionBoundSpec *bounds;

	if (null)
		return false;
	bounds = castNode(PartitionBoundSpec, stringToNode(TextDatumGetCString(tree)));
	return bounds->strategy == PARTITION_STRATEGY_HASH &&
	       bounds->modulus == checked->row->leaf_count && bounds->remainder == leaf;
}

static void
CheckAttached(CheckedTable *checked, HeapTuple row, int leaf)
{
	Oid relation = checked->row->leaves[leaf];

	if (!((Form_pg_class) GETSTRUCT(row))->relispartition ||
	    get_partition_parent(relation, true) != checked->table.relation)
		Add(checked, relation, "is not attached to the table", AttachCommand(checked, leaf));
	else if (PartitionHasPendingDetach(relation))
		Add(checked, relation, "is being detached from the table",
		    psprintf("Let ALTER TABLE %s DETACH PARTITION %s FINALIZE end that, then attach it.",
		             FindingObject(checked->table.relation), FindingObject(relation)));
	else if (!HasBounds(checked, row, leaf))
		Add(checked, relation, "is attached with other bounds than its place among the leaves",
		    psprintf("Detach it, then: %s", AttachCommand(checked, leaf)));
}

static void
CheckLeafKind(CheckedTable *checked, HeapTuple row, int leaf)
{
	Form_pg_class form = (Form_pg_class) GETSTRUCT(row);
	Oid relation = checked->row->leaves[leaf];
	Oid access_method = get_am_oid("dynamo", true);

	if (form->relkind != RELKIND_RELATION ||
	    (form->relam != access_method && form->relam != HEAP_TABLE_AM_OID))
		Add(checked, relation, "is no table of the access method dynamo", NULL);
	else if (form->relam != access_method)
		Add(checked, relation, "is a table of heap: its updates are not HOT",
		    psprintf("ALTER TABLE %s SET ACCESS METHOD dynamo", FindingObject(relation)));
	if (form->relpersistence == RELPERSISTENCE_UNLOGGED)
		Add(checked, relation, "is unlogged: a crash of the server empties it",
		    psprintf("ALTER TABLE %s SET LOGGED", FindingObject(relation)));
}

/* --- indexes --- */

static char *
WordsFor(const TableIndex *index)
{
	if (index == NULL)
		return "its index of the key";
	if (index->of_expiry)
		return "its index of time to live";
	return psprintf("its index of \"%.*s\"", BYTES_ARGS(index->name));
}

Oid
CheckedLeafIndex(const CheckedTable *checked, const TableIndex *index, int leaf)
{
	Oid found = LeafIndexFind(&checked->table, index, leaf);

	return LeafIndexIsWhole(found) ? found : InvalidOid;
}

/* NULL where the index is as it must be. */
static const char *
IndexFault(const CheckedTable *checked, const TableIndex *index, int leaf)
{
	Oid relation = checked->row->leaves[leaf];
	Oid found = LeafIndexFind(&checked->table, index, leaf);

	if (OidIsValid(found))
		return LeafIndexIsWhole(found) ? NULL : "is not valid: its building was interrupted";
	if (!OidIsValid(
	        IndexOfLeaf(relation, LeafIndexNameOf(&checked->table.definition, index, leaf))))
		return "is missing";
	return index == NULL ? "is not valid, or not defined as the table's key needs it"
	                     : "is not defined as the table needs it";
}

/* The call of rebuild_index for the index. */
static char *
RebuildCommand(const CheckedTable *checked, const TableIndex *index)
{
	const char *table = quote_literal_cstr(BytesToCString(checked->table.definition.name));

	if (index == NULL)
		return psprintf("SELECT " FUNCTION_SCHEMA ".rebuild_index(%s)", table);
	return psprintf(
	    "SELECT " FUNCTION_SCHEMA ".rebuild_index(%s, %s)", table,
	    quote_literal_cstr(index->of_expiry ? "time to live" : BytesToCString(index->name)));
}

static void
CheckIndex(CheckedTable *checked, const TableIndex *index, int leaf)
{
	const char *fault = IndexFault(checked, index, leaf);

	if (fault == NULL)
		return;
	Add(checked, checked->row->leaves[leaf],
	    psprintf("%s, \"%s\", %s", WordsFor(index),
	             LeafIndexNameOf(&checked->table.definition, index, leaf), fault),
	    RebuildCommand(checked, index));
}

static void
CheckIndexes(CheckedTable *checked, int leaf)
{
	const TableDefinition *definition = &checked->table.definition;
	const TableIndex *expiry = definition->time_to_live;

	CheckIndex(checked, NULL, leaf);
	for (int i = 0; i < AllIndexCount(definition); i++)
		if (AnyIndex(definition, i)->status != STATUS_CREATING)
			CheckIndex(checked, AnyIndex(definition, i), leaf);
	if (expiry != NULL && expiry->status != STATUS_CREATING && expiry->status != STATUS_DELETING)
		CheckIndex(checked, expiry, leaf);
}

static void
CheckLeaf(CheckedTable *checked, int leaf)
{
	HeapTuple row = SearchSysCache1(RELOID, ObjectIdGetDatum(checked->row->leaves[leaf]));

	if (!HeapTupleIsValid(row))
	{
		Add(checked, checked->row->leaves[leaf],
		    psprintf("does not exist: it was partition %d, with its items", leaf),
		    "Restore it from a backup.");
		return;
	}
	CheckAttached(checked, row, leaf);
	CheckLeafKind(checked, row, leaf);
	ReleaseSysCache(row);
	CheckIndexes(checked, leaf);
}

/* --- the view --- */

static const char *
ViewFault(Oid view, Oid owner)
{
	HeapTuple row = SearchSysCache1(RELOID, ObjectIdGetDatum(view));
	const char *fault = NULL;

	if (!HeapTupleIsValid(row))
		return "does not exist";
	if (((Form_pg_class) GETSTRUCT(row))->relkind != RELKIND_VIEW)
		fault = "is no view";
	else if (((Form_pg_class) GETSTRUCT(row))->relowner != owner)
		fault = "does not belong to the owner of the table";
	else if (get_atttype(view, get_attnum(view, "item")) != JSONBOID)
		fault = "has no column \"item\" of type jsonb";
	ReleaseSysCache(row);
	return fault;
}

/* `row` is the relation's, of pg_class. */
static void
CheckView(CheckedTable *checked, HeapTuple row)
{
	const char *name = TableRelationName(checked->table.definition.name);
	const char *fault =
	    ViewFault(DynamoRelation(VIEW_SCHEMA, name), ((Form_pg_class) GETSTRUCT(row))->relowner);

	if (fault != NULL)
		FindingAdd(checked->findings, QualifiedName(VIEW_SCHEMA, name), fault,
		           psprintf("SELECT dynamo.add_views(%s) makes the view once nothing else has the "
		                    "name.",
		                    quote_literal_cstr(BytesToCString(checked->table.definition.name))));
}

void
CatalogCheck(CheckedTable *checked)
{
	Oid relation = checked->table.relation;
	HeapTuple row = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));

	if (!HeapTupleIsValid(row))
	{
		Add(checked, relation, "does not exist",
		    "Restore it, or create the table again: that replaces the row.");
		return;
	}
	CheckRowIsOnly(checked);
	CheckItemColumn(checked, relation);
	CheckPartitioning(checked);
	CheckStrangers(checked);
	for (int leaf = 0; leaf < checked->row->leaf_count; leaf++)
		CheckLeaf(checked, leaf);
	RulesCheck(checked);
	CheckView(checked, row);
	ReleaseSysCache(row);
}
