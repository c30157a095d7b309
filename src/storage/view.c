/*
 * The view of a table: `item`, and the key attributes of the table and its
 * indexes as typed columns.
 *
 * A column is called like its attribute, cut to an identifier's length; one
 * whose name is taken (by `item`, or by another that was cut alike) gets
 * underscores behind. Its expression is the one that the indexes use, so
 * conditions on it find them.
 *
 * A column stays when its index goes: the view only ever grows, by CREATE OR
 * REPLACE, so its grants and what its users built on it live on.
 */
#include "postgres.h"

#include "access/relation.h"
#include "catalog/pg_class.h"
#include "lib/stringinfo.h"
#include "nodes/pg_list.h"
#include "rewrite/rewriteHandler.h"
#include "utils/builtins.h"
#include "utils/rel.h"

#include "item/escape.h"
#include "item/key.h"
#include "storage/ddl.h"
#include "storage/key_expression.h"
#include "storage/relation_name.h"
#include "storage/view.h"

#define MAX_COLUMN_NAME (NAMEDATALEN - 1)

typedef struct ViewColumn
{
	char *name;
	KeyAttribute attribute;
} ViewColumn;

static char *
ViewName(Bytes table)
{
	return QualifiedName(VIEW_SCHEMA, TableRelationName(table));
}

static bool
NameTaken(List *columns, const char *name)
{
	ListCell *cell;

	if (strcmp(name, "item") == 0)
		return true;
	foreach (cell, columns)
		if (strcmp(((ViewColumn *) lfirst(cell))->name, name) == 0)
			return true;
	return false;
}

static char *
ChooseName(List *columns, Bytes attribute)
{
	char *name = IdentifierFromBytes(EscapeName(attribute), MAX_COLUMN_NAME - 4);

	while (NameTaken(columns, name))
		name = psprintf("%s_", name);
	return name;
}

static bool
ColumnTaken(List *columns, const KeyAttribute *attribute)
{
	ListCell *cell;

	foreach (cell, columns)
	{
		KeyAttribute *taken = &((ViewColumn *) lfirst(cell))->attribute;

		if (taken->type == attribute->type && BytesEqual(taken->name, attribute->name))
			return true;
	}
	return false;
}

static List *
AddColumn(List *columns, char *name, KeyAttribute attribute)
{
	ViewColumn *column = palloc_object(ViewColumn);

	*column = (ViewColumn){ name, attribute };
	return lappend(columns, column);
}

static List *
AddAttributes(List *columns, const KeyAttribute *attributes, int count)
{
	for (int i = 0; i < count; i++)
		if (!ColumnTaken(columns, &attributes[i]))
			columns = AddColumn(columns, ChooseName(columns, attributes[i].name), attributes[i]);
	return columns;
}

static List *
AddKeySchema(List *columns, const KeySchema *key)
{
	columns = AddAttributes(columns, key->partition, key->partition_count);
	return AddAttributes(columns, key->sort, key->sort_count);
}

/* Whether a column of a view, which may be any that its owner has made, is of a key attribute. */
static bool
ReadColumn(const TargetEntry *entry, KeyAttribute *attribute)
{
	KeyExpressionPart parts[2];
	AttrNumber column;
	int part_count;

	/* What only ORDER BY or DISTINCT ON needs is junk, and has no name. */
	if (entry->resjunk || entry->resname == NULL ||
	    !KeyExpressionParse((Node *) entry->expr, &column, parts, &part_count) ||
	    parts[0].type == ANY_KEY_TYPE ||
	    !UnescapeName(BytesFromCString(parts[0].name), &attribute->name))
		return false;
	attribute->type = parts[0].type;
	return true;
}

/*
 * The columns that the view has now, without `item`. None where another relation has its name: of
 * that CREATE OR REPLACE VIEW says that it is no view.
 */
static List *
ExistingColumns(Oid view)
{
	Relation relation = try_relation_open(view, AccessShareLock);
	List *columns = NIL;
	ListCell *cell;

	if (relation == NULL)
		return NIL;
	if (relation->rd_rel->relkind == RELKIND_VIEW)
		foreach (cell, get_view_query(relation)->targetList)
		{
			const TargetEntry *entry = lfirst_node(TargetEntry, cell);
			KeyAttribute attribute;

			if (ReadColumn(entry, &attribute))
				columns = AddColumn(columns, pstrdup(entry->resname), attribute);
		}
	relation_close(relation, NoLock);
	return columns;
}

static void
DefineView(const TableDefinition *definition, const char *relation, List *columns)
{
	StringInfoData sql;
	ListCell *cell;

	initStringInfo(&sql);
	appendStringInfo(&sql,
	                 "CREATE OR REPLACE VIEW %s WITH (security_invoker = true) AS SELECT item",
	                 ViewName(definition->name));
	foreach (cell, columns)
	{
		ViewColumn *column = lfirst(cell);

		appendStringInfoString(&sql, ", ");
		AppendKeyColumn(&sql, &column->attribute, KEY_COLUMN_LIMIT);
		appendStringInfo(&sql, " AS %s", quote_identifier(column->name));
	}
	appendStringInfo(&sql, " FROM %s", relation);
	ExecuteDdl(sql.data);
}

void
ViewDefine(const TableDefinition *definition, const char *relation)
{
	Oid view = DynamoRelation(VIEW_SCHEMA, TableRelationName(definition->name));
	List *columns = OidIsValid(view) ? ExistingColumns(view) : NIL;

	columns = AddKeySchema(columns, &definition->key);
	for (int i = 0; i < definition->index_count; i++)
		columns = AddKeySchema(columns, &definition->indexes[i].key);
	DefineView(definition, relation, columns);
}

void
ViewDrop(Bytes table)
{
	ExecuteDdl(psprintf("DROP VIEW IF EXISTS %s", ViewName(table)));
}
