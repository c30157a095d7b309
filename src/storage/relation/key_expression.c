/*
 * Key attributes as SQL expressions on `item`, and such expressions recognised
 * again.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "text/escape.h"
#include "item/key.h"
#include "storage/relation/key_expression.h"
#include "storage/query/relation_name.h"

/*
 * What a btree entry may hold, less its header, the suffix column and
 * alignment; a number of 38 digits takes less than NUMBER_COLUMN_SIZE.
 */
#define ENTRY_SPACE (2704 - 16 - (KEY_SUFFIX_LIMIT + 8))
#define NUMBER_COLUMN_SIZE 40
#define COLUMN_OVERHEAD 8

/* The functions of item/key.h by the type that they read. */
static const char *const column_functions[] = {
	[ATTRIBUTE_S] = "key_text",
	[ATTRIBUTE_N] = "key_number",
	[ATTRIBUTE_B] = "key_binary",
};

Oid
KeyColumnType(AttributeType type)
{
	static const Oid types[] = {
		[ATTRIBUTE_S] = TEXTOID,
		[ATTRIBUTE_N] = NUMERICOID,
		[ATTRIBUTE_B] = BYTEAOID,
	};

	return types[type];
}

static void
CountColumns(const KeyAttribute *attributes, int count, int *numbers, int *others)
{
	for (int i = 0; i < count; i++)
	{
		if (attributes[i].type == ATTRIBUTE_N)
			(*numbers)++;
		else
			(*others)++;
	}
}

int
IndexColumnLimit(const KeySchema *key)
{
	int numbers = 0;
	int others = 0;

	if (key->partition_count == 1 && key->sort_count <= 1)
		return KEY_COLUMN_LIMIT;
	CountColumns(key->partition, key->partition_count, &numbers, &others);
	CountColumns(key->sort, key->sort_count, &numbers, &others);
	if (others == 0)
		return KEY_COLUMN_LIMIT;
	return Min(KEY_COLUMN_LIMIT,
	           (ENTRY_SPACE - numbers * NUMBER_COLUMN_SIZE) / others - COLUMN_OVERHEAD);
}

/* An attribute's name as the stored item has it, which is the form that SQL takes; quoted. */
static char *
QuotedAttributeName(Bytes name)
{
	return quote_literal_cstr(BytesToCString(EscapeName(name)));
}

void
AppendKeyColumn(StringInfo sql, const KeyAttribute *attribute, int limit)
{
	appendStringInfo(sql, "(" FUNCTION_SCHEMA ".%s(item, %s", column_functions[attribute->type],
	                 QuotedAttributeName(attribute->name));
	if (attribute->type != ATTRIBUTE_N && limit != KEY_COLUMN_LIMIT)
		appendStringInfo(sql, ", %d", limit);
	appendStringInfoString(sql, attribute->type == ATTRIBUTE_S ? ")) COLLATE \"C\"" : "))");
}

/* Appends key_suffix of the table's key. */
static void
AppendKeySuffix(StringInfo sql, const KeySchema *key)
{
	appendStringInfo(sql, "(" FUNCTION_SCHEMA ".key_suffix(item, %s",
	                 QuotedAttributeName(key->partition[0].name));
	if (key->sort_count > 0)
		appendStringInfo(sql, ", %s", QuotedAttributeName(key->sort[0].name));
	appendStringInfoString(sql, "))");
}

static void
AppendColumns(StringInfo sql, const KeyAttribute *attributes, int count, int limit)
{
	for (int i = 0; i < count; i++)
	{
		AppendKeyColumn(sql, &attributes[i], limit);
		appendStringInfoString(sql, ", ");
	}
}

void
AppendTableKeyColumns(StringInfo sql, const KeySchema *key)
{
	AppendKeyColumn(sql, &key->partition[0], KEY_COLUMN_LIMIT);
	if (key->sort_count > 0)
	{
		appendStringInfoString(sql, ", ");
		AppendKeyColumn(sql, &key->sort[0], KEY_COLUMN_LIMIT);
	}
}

void
AppendIndexColumns(StringInfo sql, const KeySchema *index_key, const KeySchema *table_key)
{
	int limit = IndexColumnLimit(index_key);

	AppendColumns(sql, index_key->partition, index_key->partition_count, limit);
	AppendColumns(sql, index_key->sort, index_key->sort_count, limit);
	AppendKeySuffix(sql, table_key);
}

bool
KeyAttributeMayBeAbsent(Bytes name, const KeySchema *table_key)
{
	return !BytesEqual(name, table_key->partition[0].name) &&
	       (table_key->sort_count == 0 || !BytesEqual(name, table_key->sort[0].name));
}

static void
AppendNotNull(StringInfo sql, const KeyAttribute *attributes, int count, int limit,
              const KeySchema *table_key, const char **separator)
{
	for (int i = 0; i < count; i++)
	{
		if (!KeyAttributeMayBeAbsent(attributes[i].name, table_key))
			continue;
		appendStringInfoString(sql, *separator);
		AppendKeyColumn(sql, &attributes[i], limit);
		appendStringInfoString(sql, " IS NOT NULL");
		*separator = " AND ";
	}
}

void
AppendIndexPredicate(StringInfo sql, const KeySchema *index_key, const KeySchema *table_key)
{
	int limit = IndexColumnLimit(index_key);
	const char *separator = " WHERE ";

	AppendNotNull(sql, index_key->partition, index_key->partition_count, limit, table_key,
	              &separator);
	AppendNotNull(sql, index_key->sort, index_key->sort_count, limit, table_key, &separator);
}

const char *
DynamoFunctionName(Oid function)
{
	char *namespace = get_namespace_name(get_func_namespace(function));

	if (namespace == NULL || strcmp(namespace, FUNCTION_SCHEMA) != 0)
		return NULL;
	return get_func_name(function);
}

static Node *
StripRelabel(Node *node)
{
	while (true)
	{
		if (IsA(node, RelabelType))
			node = (Node *) castNode(RelabelType, node)->arg;
		else if (IsA(node, CollateExpr))
			node = (Node *) castNode(CollateExpr, node)->arg;
		else
			return node;
	}
}

static bool
TextConstant(Node *node, const char **string)
{
	Const *constant = (Const *) node;

	if (!IsA(node, Const) || constant->consttype != TEXTOID || constant->constisnull)
		return false;
	*string = TextDatumGetCString(constant->constvalue);
	return true;
}

static bool
ParseSuffix(List *arguments, KeyExpressionPart parts[2], int *part_count)
{
	*part_count = 0;
	for (int i = 1; i < list_length(arguments); i++)
	{
		Node *argument = list_nth(arguments, i);

		if (IsA(argument, Const) && ((Const *) argument)->constisnull)
			continue;
		if (i > 2 || !TextConstant(argument, &parts[*part_count].name))
			return false;
		parts[*part_count].type = ANY_KEY_TYPE;
		parts[*part_count].limit = KEY_SUFFIX_LIMIT;
		(*part_count)++;
	}
	return *part_count > 0;
}

static bool
ParseColumn(List *arguments, AttributeType type, KeyExpressionPart *part)
{
	part->type = type;
	part->limit = KEY_COLUMN_LIMIT;
	if (list_length(arguments) > 2)
	{
		Const *limit = lthird(arguments);

		if (!IsA(limit, Const) || limit->consttype != INT4OID || limit->constisnull)
			return false;
		part->limit = DatumGetInt32(limit->constvalue);
		if (part->limit < MIN_KEY_COLUMN_LIMIT || part->limit > KEY_COLUMN_LIMIT)
			return false; /* its evaluation is an error */
	}
	return list_length(arguments) <= 3 && TextConstant(lsecond(arguments), &part->name);
}

bool
KeyExpressionParse(Node *node, AttrNumber *column, KeyExpressionPart parts[2], int *part_count)
{
	FuncExpr *call = (FuncExpr *) StripRelabel(node);
	const char *name;

	if (!IsA(call, FuncExpr) || list_length(call->args) < 2 || !IsA(linitial(call->args), Var) ||
	    linitial_node(Var, call->args)->varlevelsup > 0)
		return false;
	*column = linitial_node(Var, call->args)->varattno;
	name = DynamoFunctionName(call->funcid);
	if (name == NULL || *column <= 0)
		return false;
	if (strcmp(name, "key_suffix") == 0)
		return ParseSuffix(call->args, parts, part_count);
	*part_count = 1;
	for (AttributeType type = ATTRIBUTE_S; type <= ATTRIBUTE_B; type++)
		if (strcmp(name, column_functions[type]) == 0)
			return ParseColumn(call->args, type, &parts[0]);
	return false;
}
