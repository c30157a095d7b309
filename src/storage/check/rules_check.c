/*
 * See rules_check.h.
 */
#include "storage/check/rules_check.h"

#include "access/htup_details.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "nodes/primnodes.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "compat.h"
#include "storage/relation/key_expression.h"
#include "storage/query/relation_name.h"
#include "storage/relation/rules.h"

/* The text of a constant; NULL where the node is none. */
static const char *
ConstantText(const Node *node)
{
	const Const *constant = (const Const *) node;

	if (!IsA(node, Const) || constant->consttype != TEXTOID || constant->constisnull)
		return NULL;
	return TextDatumGetCString(constant->constvalue);
}

static bool
TextIs(const char *text, const char *expected)
{
	return text != NULL && strcmp(text, expected) == 0;
}

/* Whether the node is ARRAY[...] of these texts. */
static bool
IsArrayOf(const Node *node, const List *texts)
{
	const ArrayExpr *array = (const ArrayExpr *) node;

	if (!IsA(node, ArrayExpr) || list_length(array->elements) != list_length(texts))
		return false;
	for (int i = 0; i < list_length(texts); i++)
		if (!TextIs(ConstantText(list_nth(array->elements, i)), list_nth(texts, i)))
			return false;
	return true;
}

static bool
IsItem(const Node *node, Oid relation)
{
	return IsA(node, Var) && ((const Var *) node)->varattno == get_attnum(relation, "item");
}

static bool
StatesRules(const Node *node, const CheckedTable *checked)
{
	const FuncExpr *call = (const FuncExpr *) node;

	return IsA(node, FuncExpr) && list_length(call->args) == 2 &&
	       TextIs(DynamoFunctionName(call->funcid), "check_item") &&
	       IsItem(linitial(call->args), checked->table.relation) &&
	       IsArrayOf(lsecond(call->args), RuleTexts(&checked->table.definition));
}

static bool
ConstraintStatesRules(HeapTuple row, const CheckedTable *checked)
{
	Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(row);
	bool null;
	Datum tree = SysCacheGetAttr(CONSTROID, row, Anum_pg_constraint_conbin, &null);

	return !null && form->contype == CONSTRAINT_CHECK && ConstraintIsEnforced(form) &&
	       StatesRules(stringToNode(TextDatumGetCString(tree)), checked);
}

static char *
ReplaceCommand(const CheckedTable *checked, bool exists)
{
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfo(&sql, "ALTER TABLE %s ", FindingObject(checked->table.relation));
	if (exists)
		appendStringInfoString(&sql, "DROP CONSTRAINT " RULES_CONSTRAINT ", ");
	appendStringInfoString(&sql, "ADD CONSTRAINT " RULES_CONSTRAINT " CHECK (");
	AppendRulesExpression(&sql, &checked->table.definition);
	appendStringInfoString(&sql, ") NOT VALID");
	return sql.data;
}

void
RulesCheck(CheckedTable *checked)
{
	Oid relation = checked->table.relation;
	Oid constraint = get_relation_constraint_oid(relation, RULES_CONSTRAINT, true);
	HeapTuple row = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
	bool exists = HeapTupleIsValid(row);
	bool states = exists && ConstraintStatesRules(row, checked);

	if (exists)
		ReleaseSysCache(row);
	if (!states)
		FindingAdd(checked->findings, FindingObject(relation),
		           exists ? "its constraint \"" RULES_CONSTRAINT "\" does not state the table's "
		                    "rules: SQL can store items that break them"
		                  : "its constraint \"" RULES_CONSTRAINT "\" is missing: SQL can store "
		                    "items that break the table's rules",
		           ReplaceCommand(checked, exists));
}
