/*
 * Making a table of a relation that is there without a row in the catalog, as a restore of its
 * schema, or of the relation alone, leaves it.
 *
 * The constraint item_rules tells the key and the indexes, the partitioning tells the leaves, and
 * the names of their indexes the numbers. Which of two forms an index had that look alike, a local
 * one or a global one of the table's partition key, its comment tells. The relation may be any that
 * its owner has made: what dynamo relies on is compared when the table is opened.
 */
#include "postgres.h"

#include "access/relation.h"
#include "access/table.h"
#include "catalog/pg_class.h"
#include "commands/comment.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "storage/adopt.h"
#include "storage/index/build_worker.h"
#include "storage/index/leaf_index.h"
#include "storage/index/pending_build.h"
#include "storage/catalog/catalog.h"
#include "storage/query/ddl.h"
#include "storage/catalog/definition.h"
#include "storage/relation/key_statistics.h"
#include "storage/relation/object_comment.h"
#include "storage/query/relation_name.h"
#include "storage/catalog/relation_shape.h"
#include "storage/catalog/restored_row.h"
#include "storage/relation/routing.h"
#include "storage/relation/rules.h"
#include "storage/relation/view.h"

/* More than a table will ever have; an owner may give an index any name. */
#define MAX_NUMBER 1000000000

/* The number in the name of a leaf's secondary index, or 0. */
static int
NumberInName(const char *name, const char *leaf_name)
{
	int prefix = strlen(leaf_name);
	char *end;
	long number;

	if (name == NULL || strncmp(name, leaf_name, prefix) != 0 || name[prefix] != '/' ||
	    name[prefix + 1] < '1' || name[prefix + 1] > '9')
		return 0;
	errno = 0;
	number = strtol(name + prefix + 1, &end, 10);
	return *end == '\0' && errno == 0 && number <= MAX_NUMBER ? (int) number : 0;
}

/* The numbers of a leaf's secondary indexes, in order. */
static List *
IndexNumbers(Bytes table, int leaf, Oid relation)
{
	Relation opened = relation_open(relation, AccessShareLock);
	char *name = LeafRelationName(table, leaf);
	List *numbers = NIL;
	ListCell *cell;

	foreach (cell, RelationGetIndexList(opened))
	{
		int number = NumberInName(get_rel_name(lfirst_oid(cell)), name);

		if (number > 0)
			numbers = lappend_int(numbers, number);
	}
	relation_close(opened, NoLock);
	list_sort(numbers, list_int_cmp);
	return numbers;
}

static int
NextNumber(const Adoption *adoption)
{
	int last = 0;

	for (int leaf = 0; leaf < adoption->definition.partitions; leaf++)
	{
		List *numbers = IndexNumbers(adoption->definition.name, leaf, adoption->leaves[leaf]);

		if (numbers != NIL)
			last = Max(last, llast_int(numbers));
	}
	return last + 1;
}

/* The table as far as LeafIndexFind looks at it. */
static Table
TableOfAdoption(const Adoption *adoption)
{
	Table table = { .definition = adoption->definition };

	table.leaves = palloc0_array(TableLeaf, table.definition.partitions);
	for (int leaf = 0; leaf < table.definition.partitions; leaf++)
		table.leaves[leaf].relation = adoption->leaves[leaf];
	return table;
}

/* A part of it, as an interrupted build leaves it, is built on. */
static ResourceStatus
StatusOfIndex(const Table *table, const TableIndex *index)
{
	for (int leaf = 0; leaf < table->definition.partitions; leaf++)
		if (!LeafIndexIsWhole(LeafIndexFind(table, index, leaf)))
			return STATUS_CREATING;
	return STATUS_ACTIVE;
}

static bool
MayBeLocal(const Table *table, const KeySchema *key)
{
	const KeySchema *of_table = &table->definition.key;

	return of_table->sort_count == 1 && key->partition_count == 1 && key->sort_count == 1 &&
	       BytesEqual(key->partition[0].name, of_table->partition[0].name);
}

/* Without comments in the dump it is local: that allows all reads that a global one does. */
static bool
IsLocal(const Table *table, const TableIndex *index, Oid leaf_index)
{
	const char *comment = GetComment(leaf_index, RelationRelationId, 0);

	return MayBeLocal(table, &index->key) && (comment == NULL || CommentSaysLocal(comment));
}

/* Takes the first of the numbers whose index is this one's. */
static void
IdentifyIndex(const Table *table, TableIndex *index, List **numbers)
{
	ListCell *cell;

	foreach (cell, *numbers)
	{
		Oid leaf_index;

		index->number = lfirst_int(cell);
		leaf_index = LeafIndexFind(table, index, 0);
		if (!OidIsValid(leaf_index))
			continue;
		index->local = IsLocal(table, index, leaf_index);
		index->status = StatusOfIndex(table, index);
		*numbers = foreach_delete_current (*numbers, cell);
		return;
	}
	index->number = 0;
}

static void
IdentifyIndexes(Adoption *adoption, const Table *table, List **numbers)
{
	TableDefinition *definition = &adoption->definition;

	for (int i = 0; i < definition->index_count; i++)
	{
		TableIndex *index = &definition->indexes[i];

		IdentifyIndex(table, index, numbers);
		if (index->number > 0)
			continue;
		index->number = adoption->next_index++;
		index->status = STATUS_CREATING;
	}
}

static TableIndex *
FindTimeToLive(const Table *table, const List *numbers)
{
	ListCell *cell;

	foreach (cell, numbers)
	{
		char *name = LeafIndexName(table->definition.name, 0, lfirst_int(cell));
		TableIndex *index;
		Bytes attribute;

		if (!LeafIndexReadExpiry(IndexOfLeaf(table->leaves[0].relation, name), &attribute))
			continue;
		index = ExpiryIndex(attribute, lfirst_int(cell), STATUS_ACTIVE);
		if (!OidIsValid(LeafIndexFind(table, index, 0)))
			continue;
		index->status = StatusOfIndex(table, index);
		return index;
	}
	return NULL;
}

static void
ReadShape(Adoption *adoption)
{
	Relation relation = relation_open(adoption->relation, NoLock);
	RelationShape shape;

	RelationShapeRead(relation, &shape);
	relation_close(relation, NoLock);
	adoption->definition.partitions = shape.leaf_count;
	adoption->leaves = shape.leaves;
}

void
AdoptionRead(Oid relation, Bytes name, Adoption *adoption)
{
	List *numbers;
	Table table;

	memset(adoption, 0, sizeof(Adoption));
	adoption->relation = relation;
	adoption->definition.name = name;
	RelationClaim(relation, name);
	ReadShape(adoption);
	RulesRead(relation, &adoption->definition);
	adoption->next_index = NextNumber(adoption);
	table = TableOfAdoption(adoption);
	numbers = IndexNumbers(name, 0, adoption->leaves[0]);
	IdentifyIndexes(adoption, &table, &numbers);
	adoption->definition.time_to_live = FindTimeToLive(&table, numbers);
}

static ResourceStatus
StatusOfTable(const TableDefinition *definition)
{
	for (int i = 0; i < definition->index_count; i++)
		if (definition->indexes[i].status == STATUS_CREATING)
			return STATUS_UPDATING;
	return STATUS_ACTIVE;
}

/* Operations look at the access method of a leaf when they need it; here each is looked at. */
static void
CheckLeaves(Table *table)
{
	TableCheckWhole(table);
	for (int leaf = 0; leaf < table->definition.partitions; leaf++)
		table_close(TableLeafOpen(table, leaf, AccessShareLock), NoLock);
}

Table *
AdoptionFinish(const Adoption *adoption)
{
	const TableDefinition *definition = &adoption->definition;
	Table *table;

	CatalogInsertTable(definition, adoption->relation, adoption->leaves, StatusOfTable(definition),
	                   adoption->next_index);
	AllStatisticsCreate(definition, adoption->relation, adoption->leaves);
	ViewsDefine(definition, adoption->relation);
	table = TableOpen(definition->name, 0);
	if (table == NULL)
		elog(ERROR, "table \"%.*s\" is missing in the catalog", BYTES_ARGS(definition->name));
	CheckLeaves(table);
	if (IndexBuildIsNeeded(definition))
		BuildWorkerStart(adoption->relation);
	return table;
}

char *
AdoptionCommand(Bytes table)
{
	char *name = TableRelationName(table);
	Oid relation = DynamoRelation(TABLE_SCHEMA, name);
	char *quoted;
	Bytes other;

	if (!OidIsValid(relation) || get_rel_relkind(relation) != RELKIND_PARTITIONED_TABLE ||
	    CatalogFindRelation(relation, &other))
		return NULL;
	quoted = quote_literal_cstr(QualifiedName(TABLE_SCHEMA, name));
	if (BytesEqual(BytesFromCString(name), table))
		return psprintf("SELECT dynamo.adopt_table(%s)", quoted);
	return psprintf("SELECT dynamo.adopt_table(%s, %s)", quoted,
	                quote_literal_cstr(BytesToCString(table)));
}
