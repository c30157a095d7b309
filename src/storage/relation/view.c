/*
 * The view of a table: `item`, and the key attributes of the table and its
 * indexes as typed columns. And the view of each global index, "TABLE/INDEX": what a read of the
 * index gives, that is the items that have its key, with the attributes that it projects.
 *
 * A column is called like its attribute, cut to an identifier's length; one
 * whose name is taken (by `item`, or by another that was cut alike) gets
 * underscores behind. Its expression is the one that the indexes use, so
 * conditions on it find them.
 *
 * A column of the table's view stays when its index goes: that view only ever grows, by CREATE OR
 * REPLACE, so its grants and what its users built on it live on. The view of an index stays as it
 * was made and goes with the index.
 *
 * Views are found by their names. Other roles may make a view of such a name while there is none:
 * that one is not the table's, also for a superuser.
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
ViewSqlName(const char *view)
{
	return QualifiedName(VIEW_SCHEMA, view);
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
LockView(const char *name, Oid relation, bool *other)
{
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
RaiseOtherOwner(const char *view, Bytes table, Oid relation)
{
	ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
	                errmsg("view %s does not belong to the owner of table \"%.*s\"",
	                       ViewSqlName(view), BYTES_ARGS(table)),
	                errhint("Drop or rename it, or give it to role \"%s\" by ALTER VIEW.",
	                        GetUserNameFromId(RelationOwner(relation), false))));
}

static void
AppendColumns(StringInfo sql, List *columns)
{
	ListCell *cell;

	foreach (cell, columns)
	{
		ViewColumn *column = lfirst(cell);

		appendStringInfoString(sql, ", ");
		AppendKeyColumn(sql, &column->attribute, KEY_COLUMN_LIMIT);
		appendStringInfo(sql, " AS %s", quote_identifier(column->name));
	}
}

/* A member of the owner, or a superuser, makes it again where the owner has dropped it. */
static void
GiveToOwner(const char *view, Oid relation)
{
	Oid owner = RelationOwner(relation);

	if (owner != GetUserId())
		ExecuteDdl(psprintf("ALTER VIEW %s OWNER TO %s", ViewSqlName(view),
		                    quote_identifier(GetUserNameFromId(owner, false))));
}

static void
DropView(const char *view, Oid relation)
{
	bool other;
	Oid found = LockView(view, relation, &other);

	if (OidIsValid(found) && !other && get_rel_relkind(found) == RELKIND_VIEW)
		ExecuteDdl(psprintf("DROP VIEW %s", ViewSqlName(view)));
}

/* --- the view of a table --- */

/* `exists`: a view of the owner's, or a relation of which PostgreSQL says that it is no view. */
static void
DefineTableView(const char *view, Oid relation, List *columns, bool exists)
{
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfo(&sql, "CREATE %sVIEW %s WITH (security_invoker = true) AS SELECT item",
	                 exists ? "OR REPLACE " : "", ViewSqlName(view));
	AppendColumns(&sql, columns);
	appendStringInfo(&sql, " FROM %s", RelationSqlName(relation));
	ExecuteDdl(sql.data);
}

static void
TableViewDefine(const TableDefinition *definition, Oid relation)
{
	const char *name = TableRelationName(definition->name);
	bool other;
	Oid view = LockView(name, relation, &other);
	List *columns = NIL;

	if (other)
		RaiseOtherOwner(name, definition->name, relation);
	if (OidIsValid(view))
		columns = ExistingColumns(view);
	columns = AddKeySchema(columns, &definition->key);
	for (int i = 0; i < definition->index_count; i++)
		columns = AddKeySchema(columns, &definition->indexes[i].key);
	DefineTableView(name, relation, columns, OidIsValid(view));
	if (OidIsValid(view))
		return;
	CommentOnView(definition, DynamoRelation(VIEW_SCHEMA, name));
	GiveToOwner(name, relation);
}

/* --- the view of an index --- */

static void
AppendName(StringInfo sql, Bytes attribute)
{
	appendStringInfo(sql, ", %s", quote_literal_cstr(BytesToCString(EscapeName(attribute))));
}

/* The item with the attributes that the index projects, `columns` and those that it includes. */
static void
AppendProjectedItem(StringInfo sql, const TableIndex *index, List *columns)
{
	StringInfoData names;
	ListCell *cell;

	if (index->projection == PROJECTION_ALL)
	{
		appendStringInfoString(sql, "item");
		return;
	}
	initStringInfo(&names);
	foreach (cell, columns)
		AppendName(&names, ((ViewColumn *) lfirst(cell))->attribute.name);
	for (int i = 0; i < index->include_count; i++)
		AppendName(&names, index->include[i]);
	appendStringInfo(sql,
	                 "(SELECT jsonb_object_agg(key, value) FROM jsonb_each(item)"
	                 " WHERE key IN (%s)) AS item",
	                 names.data + strlen(", "));
}

static void
CreateIndexView(const char *view, const TableDefinition *definition, const TableIndex *index,
                Oid relation)
{
	List *columns = AddKeySchema(AddKeySchema(NIL, &index->key), &definition->key);
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfo(&sql, "CREATE VIEW %s WITH (security_invoker = true) AS SELECT ",
	                 ViewSqlName(view));
	AppendProjectedItem(&sql, index, columns);
	AppendColumns(&sql, columns);
	appendStringInfo(&sql, " FROM %s", RelationSqlName(relation));
	AppendIndexPredicate(&sql, &index->key, &definition->key);
	ExecuteDdl(sql.data);
	CommentOnIndexView(definition, index, DynamoRelation(VIEW_SCHEMA, view));
	GiveToOwner(view, relation);
}

static void
IndexViewDefine(const TableDefinition *definition, const TableIndex *index, Oid relation)
{
	const char *name = IndexViewName(definition->name, index->name);
	bool other;
	Oid view = LockView(name, relation, &other);

	if (other)
		RaiseOtherOwner(name, definition->name, relation);
	if (!OidIsValid(view))
		CreateIndexView(name, definition, index, relation);
}

/* --- all of a table --- */

static void
IndexViewsDefine(const TableDefinition *definition, Oid relation)
{
	for (int i = 0; i < definition->index_count; i++)
		if (!definition->indexes[i].local)
			IndexViewDefine(definition, &definition->indexes[i], relation);
}

void
ViewsDefine(const TableDefinition *definition, Oid relation)
{
	TableViewDefine(definition, relation);
	IndexViewsDefine(definition, relation);
}

void
ViewsAdd(const TableDefinition *definition, Oid relation)
{
	if (!OidIsValid(DynamoRelation(VIEW_SCHEMA, TableRelationName(definition->name))))
		TableViewDefine(definition, relation);
	IndexViewsDefine(definition, relation);
}

void
IndexViewDrop(Bytes table, Bytes index, Oid relation)
{
	DropView(IndexViewName(table, index), relation);
}

void
ViewsDrop(const TableDefinition *definition, Oid relation)
{
	/* Of a local one too: adopting a table may have taken a global index for local. */
	for (int i = 0; i < definition->index_count; i++)
		IndexViewDrop(definition->name, definition->indexes[i].name, relation);
	DropView(TableRelationName(definition->name), relation);
}
