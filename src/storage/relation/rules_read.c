/*
 * Reads the rules of a relation's constraint, which carry the names, keys and order of a table's
 * indexes. The constraint may be any that the relation's owner has made, and is not evaluated.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_type.h"
#include "nodes/primnodes.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "compat.h"
#include "storage/relation/key_expression.h"
#include "storage/relation/rules.h"

/* More rules than a table may have: twenty-five indexes of eight attributes, and its key. */
#define MAX_RULES 1000

pg_noreturn static void
RaiseOtherRules(Oid relation)
{
	ereport(ERROR,
	        (errcode(ERRCODE_WRONG_OBJECT_TYPE),
	         errmsg("relation \"%s\" has no constraint \"%s\" as a DynamoDB table has",
	                get_rel_name(relation), RULES_CONSTRAINT),
	         errdetail("It is CHECK (dynamo.check_item(item, VARIADIC ARRAY['HASH S Artist', "
	                   "...])), with the key of the table and of each index.")));
}

/* The constraint's expression, or NULL. */
static Node *
ReadExpression(Oid relation)
{
	Oid constraint = get_relation_constraint_oid(relation, RULES_CONSTRAINT, true);
	HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
	Node *expression = NULL;
	bool null;
	Datum tree;

	if (!HeapTupleIsValid(tuple))
		return NULL;
	tree = SysCacheGetAttr(CONSTROID, tuple, Anum_pg_constraint_conbin, &null);
	if (!null)
		expression = stringToNode(TextDatumGetCString(tree));
	ReleaseSysCache(tuple);
	return expression;
}

/* NULL where the constraint calls anything but check_item. */
static Node *
ReadArgument(Oid relation)
{
	FuncExpr *call = (FuncExpr *) ReadExpression(relation);
	const char *name;

	if (call == NULL || !IsA(call, FuncExpr) || list_length(call->args) != 2)
		return NULL;
	name = DynamoFunctionName(call->funcid);
	return name != NULL && strcmp(name, "check_item") == 0 ? lsecond(call->args) : NULL;
}

static Datum *
ElementsOfConstant(const Const *constant, int *count)
{
	Datum *texts = NULL;
	bool *nulls;

	if (constant->constisnull || constant->consttype != TEXTARRAYOID)
		return NULL;
	deconstruct_array(DatumGetArrayTypeP(constant->constvalue), TEXTOID, -1, false, TYPALIGN_INT,
	                  &texts, &nulls, count);
	for (int i = 0; i < *count; i++)
		if (nulls[i])
			return NULL;
	return texts;
}

static Datum *
ElementsOfList(const ArrayExpr *array, int *count)
{
	Datum *texts = palloc_array(Datum, list_length(array->elements) + 1);
	ListCell *cell;

	if (array->element_typeid != TEXTOID || array->multidims)
		return NULL;
	*count = 0;
	foreach (cell, array->elements)
	{
		const Const *element = lfirst(cell);

		if (!IsA(element, Const) || element->constisnull || element->consttype != TEXTOID)
			return NULL;
		texts[(*count)++] = element->constvalue;
	}
	return texts;
}

/* The rules' texts, or NULL. */
static Datum *
ReadTexts(Oid relation, int *count)
{
	Node *argument = ReadArgument(relation);

	if (argument == NULL)
		return NULL;
	if (IsA(argument, Const))
		return ElementsOfConstant((const Const *) argument, count);
	if (IsA(argument, ArrayExpr))
		return ElementsOfList((const ArrayExpr *) argument, count);
	return NULL;
}

/* False where the attribute has another type already. */
static bool
AddAttribute(TableDefinition *definition, const KeyAttribute *attribute)
{
	for (int i = 0; i < definition->attribute_count; i++)
		if (BytesEqual(definition->attributes[i].name, attribute->name))
			return definition->attributes[i].type == attribute->type;
	definition->attributes[definition->attribute_count++] = *attribute;
	return true;
}

/* The index's key; its rules stand together. */
static KeySchema *
KeyOfIndex(TableDefinition *definition, Bytes name)
{
	int count = definition->index_count;

	if (count == 0 || !BytesEqual(definition->indexes[count - 1].name, name))
		definition->indexes[definition->index_count++] = (TableIndex){ .name = name };
	return &definition->indexes[definition->index_count - 1].key;
}

static bool
AddToKey(KeySchema *key, const KeyRule *rule, int most)
{
	int *count = rule->role == ROLE_HASH ? &key->partition_count : &key->sort_count;
	KeyAttribute *attributes = rule->role == ROLE_HASH ? key->partition : key->sort;

	if (*count == most)
		return false;
	attributes[(*count)++] = rule->attribute;
	return true;
}

static bool
AddRule(TableDefinition *definition, const KeyRule *rule)
{
	bool of_table = rule->index.data == NULL;
	KeySchema *key = of_table ? &definition->key : KeyOfIndex(definition, rule->index);

	return (rule->attribute.type == ATTRIBUTE_S || rule->attribute.type == ATTRIBUTE_N ||
	        rule->attribute.type == ATTRIBUTE_B) &&
	       AddAttribute(definition, &rule->attribute) &&
	       AddToKey(key, rule, of_table ? 1 : MAX_KEY_ATTRIBUTES);
}

static bool
HasKeys(const TableDefinition *definition)
{
	for (int i = 0; i < definition->index_count; i++)
		if (definition->indexes[i].key.partition_count == 0)
			return false;
	return definition->key.partition_count > 0;
}

void
RulesRead(Oid relation, TableDefinition *definition)
{
	int count;
	Datum *texts = ReadTexts(relation, &count);

	if (texts == NULL || count > MAX_RULES)
		RaiseOtherRules(relation);
	definition->attributes = palloc_array(KeyAttribute, count + 1);
	definition->indexes = palloc_array(TableIndex, count + 1);
	for (int i = 0; i < count; i++)
	{
		KeyRule rule = KeyRuleParse(BytesFromCString(TextDatumGetCString(texts[i])));

		if (!AddRule(definition, &rule))
			RaiseOtherRules(relation);
	}
	if (!HasKeys(definition))
		RaiseOtherRules(relation);
}
