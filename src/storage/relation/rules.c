/*
 * The rules that an item or a key of a table must keep, with DynamoDB's texts.
 * TableCheckItem judges the items of all of the API's writers; the
 * SQL function check_item, in the CHECK constraint of every table's relation,
 * judges those of plain SQL writers by the same rules once it has read them. Its arguments carry
 * the key attributes, so that a restore needs no catalog row and the function is truly immutable.
 */
#include "postgres.h"

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "nodes/primnodes.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/syscache.h"
#include "catalog/pg_type.h"

#include "error/error.h"
#include "item/encoding.h"
#include "text/escape.h"
#include "item/key.h"
#include "item/item_rules.h"
#include "storage/relation/key_expression.h"
#include "storage/query/relation_name.h"
#include "storage/relation/rules.h"
#include "storage/relation/vector_rules.h"

PG_FUNCTION_INFO_V1(dynamo_check_item);

/* The limits of the kinds of key attribute, and what is said of one that passes them. */
static const char *const role_names[] = { "HASH", "RANGE" };
static const int role_limits[] = { MAX_PARTITION_KEY_SIZE, MAX_SORT_KEY_SIZE };
static const char *const role_limit_texts[] = {
	TEXT_KEY_HASH_SIZE,
	TEXT_KEY_RANGE_SIZE,
};

/* Strings and binaries only: numbers are always within bounds. */
static bool
IsSized(const AttributeValue *value)
{
	return value->type == ATTRIBUTE_S || value->type == ATTRIBUTE_B;
}

static const char *
EmptyKind(const AttributeValue *value)
{
	return value->type == ATTRIBUTE_S ? "string" : "binary";
}

static void
CheckTableKey(const KeyAttribute *attribute, const AttributeValue *value)
{
	if (value == NULL)
		ValidationError(TEXT_KEY_MISSING, BYTES_ARGS(attribute->name));
	if (value->type != attribute->type)
		ValidationError(TEXT_KEY_TYPE_MISMATCH, BYTES_ARGS(attribute->name),
		                AttributeTypeName(attribute->type), AttributeTypeName(value->type));
	if (IsSized(value) && value->count == 0)
		ValidationError(TEXT_KEY_EMPTY, EmptyKind(value), BYTES_ARGS(attribute->name));
}

static void
CheckIndexKey(const KeyAttribute *attribute, Bytes index, const AttributeValue *value)
{
	if (value->type != attribute->type)
		ValidationError(TEXT_INDEX_KEY_TYPE_MISMATCH, BYTES_ARGS(attribute->name),
		                AttributeTypeName(attribute->type), AttributeTypeName(value->type),
		                BYTES_ARGS(index));
	if (IsSized(value) && value->count == 0)
		ValidationError(TEXT_INDEX_KEY_EMPTY, EmptyKind(value), BYTES_ARGS(index),
		                BYTES_ARGS(attribute->name));
}

static void
CheckKeySize(KeyRole role, const AttributeValue *value)
{
	if (IsSized(value) && value->count > role_limits[role])
		ValidationError("%s", role_limit_texts[role]);
}

/* `value` is the item's attribute or NULL. */
static void
CheckRule(const KeyRule *rule, const AttributeValue *value)
{
	if (rule->index.data == NULL)
		CheckTableKey(&rule->attribute, value);
	else if (value == NULL)
		return;
	else
		CheckIndexKey(&rule->attribute, rule->index, value);
	CheckKeySize(rule->role, value);
}

/* What to do with each rule of a definition, in order: the table's key first. */
typedef void (*RuleVisitor)(const KeyRule *rule, void *state);

static void
VisitKeySchema(const KeySchema *key, Bytes index, RuleVisitor visit, void *state)
{
	for (int i = 0; i < key->partition_count; i++)
		visit(&(KeyRule){ ROLE_HASH, key->partition[i], index }, state);
	for (int i = 0; i < key->sort_count; i++)
		visit(&(KeyRule){ ROLE_RANGE, key->sort[i], index }, state);
}

static void
VisitRules(const TableDefinition *definition, RuleVisitor visit, void *state)
{
	VisitKeySchema(&definition->key, (Bytes){ NULL, 0 }, visit, state);
	for (int i = 0; i < definition->index_count; i++)
		if (definition->indexes[i].status != STATUS_DELETING)
			VisitKeySchema(&definition->indexes[i].key, definition->indexes[i].name, visit, state);
}

static void
CheckRuleOfMap(const KeyRule *rule, void *item)
{
	CheckRule(rule, MapGet(item, rule->attribute.name));
}

/* The rules that are the same for every table. */
static int
CheckItem(const AttributeValue *item)
{
	int size = ItemRulesCheck(item);

	if (size > MAX_ITEM_SIZE)
		RaiseItemTooLarge();
	return size;
}

int
TableCheckUpdatedItem(const Table *table, const AttributeValue *item, const AttributeValue *before)
{
	int size;

	VisitRules(&table->definition, CheckRuleOfMap, unconstify(AttributeValue *, item));
	size = CheckItem(item);
	if (table->definition.vector_count > 0)
		VectorRulesCheck(table, item, before);
	return size;
}

int
TableCheckItem(const Table *table, const AttributeValue *item)
{
	return TableCheckUpdatedItem(table, item, NULL);
}

int
TableCheckItemOfBatch(const Table *table, const AttributeValue *item)
{
	const KeySchema *schema = &table->definition.key;

	for (int i = 0; i < schema->partition_count + schema->sort_count; i++)
	{
		const KeyAttribute *attribute = i < schema->partition_count
		                                    ? &schema->partition[i]
		                                    : &schema->sort[i - schema->partition_count];
		const AttributeValue *value = MapGet(item, attribute->name);

		if (value == NULL || value->type != attribute->type)
			ValidationError(TEXT_KEY_SCHEMA_MISMATCH);
	}
	return TableCheckItem(table, item);
}

static void
CheckKeyAttribute(const KeyAttribute *attribute, KeyRole role, const AttributeValue *key)
{
	const AttributeValue *value = MapGet(key, attribute->name);

	if (value == NULL || value->type != attribute->type)
		ValidationError(TEXT_KEY_SCHEMA_MISMATCH);
	CheckTableKey(attribute, value);
	CheckKeySize(role, value);
}

void
TableCheckKey(const Table *table, const AttributeValue *key)
{
	const KeySchema *schema = &table->definition.key;

	if (key->count != schema->partition_count + schema->sort_count)
		ValidationError(TEXT_KEY_SCHEMA_MISMATCH);
	for (int i = 0; i < schema->partition_count; i++)
		CheckKeyAttribute(&schema->partition[i], ROLE_HASH, key);
	for (int i = 0; i < schema->sort_count; i++)
		CheckKeyAttribute(&schema->sort[i], ROLE_RANGE, key);
}

static void
AddRuleText(const KeyRule *rule, void *texts)
{
	StringInfoData text;

	initStringInfo(&text);
	if (rule->index.data != NULL)
		appendStringInfo(&text, "INDEX %.*s ", BYTES_ARGS(rule->index));
	appendStringInfo(&text, "%s %s %s", role_names[rule->role],
	                 AttributeTypeName(rule->attribute.type),
	                 BytesToCString(EscapeName(rule->attribute.name)));
	*(List **) texts = lappend(*(List **) texts, text.data);
}

List *
RuleTexts(const TableDefinition *definition)
{
	List *texts = NIL;

	VisitRules(definition, AddRuleText, &texts);
	return texts;
}

/* One array: a call takes at most 100 arguments, and 20 indexes may have 160 key attributes. */
void
AppendRulesExpression(StringInfo sql, const TableDefinition *definition)
{
	const char *separator = "";
	ListCell *cell;

	appendStringInfoString(sql, FUNCTION_SCHEMA ".check_item(item, VARIADIC ARRAY[");
	foreach (cell, RuleTexts(definition))
	{
		appendStringInfo(sql, "%s%s", separator, quote_literal_cstr(lfirst(cell)));
		separator = ", ";
	}
	appendStringInfoString(sql, "])");
}

static Oid check_item = InvalidOid; /* what was last seen to be it */

static void
ForgetCheckItem(Datum argument, int cache, uint32 hash)
{
	check_item = InvalidOid;
}

static bool
IsCheckItem(Oid function)
{
	static bool registered = false;
	const char *name;

	if (OidIsValid(check_item) && function == check_item)
		return true;
	if (!registered)
		CacheRegisterSyscacheCallback(PROCOID, ForgetCheckItem, (Datum) 0);
	registered = true;
	name = DynamoFunctionName(function);
	if (name == NULL || strcmp(name, "check_item") != 0)
		return false;
	check_item = function;
	return true;
}

/* A tree's text begins with its root. */
bool
ConstraintIsRules(const ConstrCheck *constraint)
{
	static const char root[] = "{FUNCEXPR :funcid ";

	return strcmp(constraint->ccname, RULES_CONSTRAINT) == 0 &&
	       strncmp(constraint->ccbin, root, sizeof(root) - 1) == 0 &&
	       IsCheckItem(strtoul(constraint->ccbin + sizeof(root) - 1, NULL, 10));
}

/* Takes the word before the next space. */
static Bytes
NextWord(Bytes *text)
{
	const char *space = BytesFind(*text, ' ');
	Bytes word = *text;

	if (space == NULL)
		ereport(ERROR,
		        (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		         errmsg("invalid rule \"%.*s\" of an item", BYTES_ARGS(*text)),
		         errhint("A rule is like \"HASH S Artist\" or \"INDEX ByYear HASH N Year\".")));
	word.length = space - text->data;
	text->data += word.length + 1;
	text->length -= word.length + 1;
	return word;
}

KeyRule
KeyRuleParse(Bytes text)
{
	KeyRule rule = { 0 };
	Bytes rest = text;
	Bytes word = NextWord(&rest);

	if (BytesEqual(word, BYTES_LITERAL("INDEX")))
	{
		rule.index = NextWord(&rest);
		word = NextWord(&rest);
	}
	rule.role = BytesEqual(word, BYTES_LITERAL("HASH")) ? ROLE_HASH : ROLE_RANGE;
	if (!BytesEqual(word, BytesFromCString(role_names[rule.role])) ||
	    !AttributeTypeFromName(NextWord(&rest), &rule.attribute.type) ||
	    !UnescapeName(rest, &rule.attribute.name))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("invalid rule \"%.*s\" of an item", BYTES_ARGS(text))));
	return rule;
}

/* The rules of one constraint, kept while its expression is. */
typedef struct RuleSet
{
	int count;
	KeyRule rules[FLEXIBLE_ARRAY_MEMBER];
} RuleSet;

static RuleSet *
ParseRules(ArrayType *array)
{
	RuleSet *set;
	Datum *texts;
	int count;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &texts, NULL, &count);
	set = palloc(offsetof(RuleSet, rules) + count * sizeof(KeyRule));
	set->count = count;
	for (int i = 0; i < count; i++)
		set->rules[i] = KeyRuleParse((Bytes){ VARDATA_ANY(texts[i]), VARSIZE_ANY_EXHDR(texts[i]) });
	return set;
}

/*
 * Whether the call always gets the same rules, as in a constraint: only then may they be kept. A
 * parameter of PL/pgSQL's changes, though get_fn_expr_arg_stable calls it stable.
 */
static bool
RulesAreConstant(const FmgrInfo *function)
{
	const FuncExpr *call = (const FuncExpr *) function->fn_expr;

	return call != NULL && IsA(call, FuncExpr) && list_length(call->args) == 2 &&
	       IsA(lsecond(call->args), Const);
}

static RuleSet *
RulesOfCall(FunctionCallInfo fcinfo)
{
	MemoryContext caller;
	RuleSet *set;

	if (!RulesAreConstant(fcinfo->flinfo))
		return ParseRules(PG_GETARG_ARRAYTYPE_P(1));
	if (fcinfo->flinfo->fn_extra == NULL)
	{
		caller = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
		set = ParseRules(PG_GETARG_ARRAYTYPE_P_COPY(1));
		MemoryContextSwitchTo(caller);
		fcinfo->flinfo->fn_extra = set;
	}
	return fcinfo->flinfo->fn_extra;
}

Datum
dynamo_check_item(PG_FUNCTION_ARGS)
{
	RuleSet *set = RulesOfCall(fcinfo);
	AttributeValue item;

	StoredItemRead(PG_GETARG_JSONB_P(0), &item);
	for (int i = 0; i < set->count; i++)
		CheckRuleOfMap(&set->rules[i], &item);
	(void) CheckItem(&item);
	PG_RETURN_BOOL(true);
}
