/*
 * The view of a table: `item`, and the key attributes of the table and its
 * indexes as typed columns.
 *
 * A column is called like its attribute, cut to an identifier's length; one
 * whose name is taken (by `item`, or by another that was cut alike) gets
 * underscores behind. Its expression is the one that the indexes use, so
 * conditions on it find them.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "nodes/pg_list.h"
#include "utils/builtins.h"

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
AttributeTaken(List *columns, Bytes attribute)
{
	ListCell *cell;

	foreach (cell, columns)
		if (BytesEqual(((ViewColumn *) lfirst(cell))->attribute.name, attribute))
			return true;
	return false;
}

static List *
AddAttributes(List *columns, const KeyAttribute *attributes, int count)
{
	for (int i = 0; i < count; i++)
	{
		ViewColumn *column;

		if (AttributeTaken(columns, attributes[i].name))
			continue;
		column = palloc_object(ViewColumn);
		column->attribute = attributes[i];
		column->name = ChooseName(columns, attributes[i].name);
		columns = lappend(columns, column);
	}
	return columns;
}

static List *
AddKeySchema(List *columns, const KeySchema *key)
{
	columns = AddAttributes(columns, key->partition, key->partition_count);
	return AddAttributes(columns, key->sort, key->sort_count);
}

static List *
ViewColumns(const TableDefinition *definition)
{
	List *columns = AddKeySchema(NIL, &definition->key);

	for (int i = 0; i < definition->index_count; i++)
		columns = AddKeySchema(columns, &definition->indexes[i].key);
	return columns;
}

void
ViewCreate(const TableDefinition *definition)
{
	StringInfoData sql;
	ListCell *cell;

	initStringInfo(&sql);
	appendStringInfo(&sql, "CREATE OR REPLACE VIEW %s WITH (security_invoker = true) AS SELECT item",
					 ViewName(definition->name));
	foreach (cell, ViewColumns(definition))
	{
		ViewColumn *column = lfirst(cell);

		appendStringInfoString(&sql, ", ");
		AppendKeyColumn(&sql, &column->attribute, KEY_COLUMN_LIMIT);
		appendStringInfo(&sql, " AS %s", quote_identifier(column->name));
	}
	appendStringInfo(&sql, " FROM %s",
					 QualifiedName(TABLE_SCHEMA, TableRelationName(definition->name)));
	ExecuteDdl(sql.data);
}

void
ViewDrop(Bytes table)
{
	ExecuteDdl(psprintf("DROP VIEW IF EXISTS %s", ViewName(table)));
}
