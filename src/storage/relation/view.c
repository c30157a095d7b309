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
 *
 * It is found by its name. Other roles may make a view of that name while there is none: that one
 * is not the table's, also for a superuser.
 */
#include "postgres.h"

#include "access/relation.h"
#include "catalog/pg_class.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/pg_list.h"
#include "rewrite/rewriteHandler.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "text/escape.h"
#include "item/key.h"
#include "storage/query/ddl.h"
#include "storage/relation/key_expression.h"
#include "storage/relation/object_comment.h"
#include "storage/query/relation_name.h"
#include "storage/relation/view.h"

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

/*
 * Finds what has the view's name. Where it is the table's owner's, it is locked and keeps its name
 * and owner; `other` says that it is another role's, who may do with it as it likes.
 */
static Oid
LockView(Bytes table, Oid relation, bool *other)
{
	const char *name = TableRelationName(table);
	Oid owner = RelationOwner(relation);
	Oid view;

	while (OidIsValid(view = DynamoRelation(VIEW_SCHEMA, name)))
	{
		*other = RelationOwner(view) != owner;
		if (*other)
			return view;
		LockRelationOid(view, AccessExclusiveLock);
		if (DynamoRelation(VIEW_SCHEMA, name) == view && RelationOwner(view) == owner)
			return view;
		UnlockRelationOid(view, AccessExclusiveLock);
	}
	*other = false;
	return InvalidOid;
}

static void
RaiseOtherOwner(Bytes table, Oid relation)
{
	ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
	                errmsg("view %s does not belong to the owner of table \"%.*s\"",
	                       ViewName(table), BYTES_ARGS(table)),
	                errhint("Drop or rename it, or give it to role \"%s\" by ALTER VIEW.",
	                        GetUserNameFromId(RelationOwner(relation), false))));
}

/* `exists`: a view of the owner's, or a relation of which PostgreSQL says that it is no view. */
static void
DefineView(const TableDefinition *definition, Oid relation, List *columns, bool exists)
{
	StringInfoData sql;
	ListCell *cell;

	initStringInfo(&sql);
	appendStringInfo(&sql, "CREATE %sVIEW %s WITH (security_invoker = true) AS SELECT item",
	                 exists ? "OR REPLACE " : "", ViewName(definition->name));
	foreach (cell, columns)
	{
		ViewColumn *column = lfirst(cell);

		appendStringInfoString(&sql, ", ");
		AppendKeyColumn(&sql, &column->attribute, KEY_COLUMN_LIMIT);
		appendStringInfo(&sql, " AS %s", quote_identifier(column->name));
	}
	appendStringInfo(&sql, " FROM %s", RelationSqlName(relation));
	ExecuteDdl(sql.data);
}

/* A member of the owner, or a superuser, makes it again where the owner has dropped it. */
static void
GiveToOwner(Bytes table, Oid relation)
{
	Oid owner = RelationOwner(relation);

	if (owner != GetUserId())
		ExecuteDdl(psprintf("ALTER VIEW %s OWNER TO %s", ViewName(table),
		                    quote_identifier(GetUserNameFromId(owner, false))));
}

void
ViewDefine(const TableDefinition *definition, Oid relation)
{
	bool other;
	Oid view = LockView(definition->name, relation, &other);
	List *columns = NIL;

	if (other)
		RaiseOtherOwner(definition->name, relation);
	if (OidIsValid(view))
		columns = ExistingColumns(view);
	columns = AddKeySchema(columns, &definition->key);
	for (int i = 0; i < definition->index_count; i++)
		columns = AddKeySchema(columns, &definition->indexes[i].key);
	DefineView(definition, relation, columns, OidIsValid(view));
	if (OidIsValid(view))
		return;
	CommentOnView(definition, DynamoRelation(VIEW_SCHEMA, TableRelationName(definition->name)));
	GiveToOwner(definition->name, relation);
}

void
ViewDrop(Bytes table, Oid relation)
{
	bool other;
	Oid view = LockView(table, relation, &other);

	if (OidIsValid(view) && !other && get_rel_relkind(view) == RELKIND_VIEW)
		ExecuteDdl(psprintf("DROP VIEW %s", ViewName(table)));
}
