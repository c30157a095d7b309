/*
 * The policies' view of statements.
 */
#include "operation/statement/statement_access.h"

static const struct
{
	const char *action;
	AclMode required;
} by_type[] = {
	[STATEMENT_SELECT] = { "PartiQLSelect", ACL_SELECT },
	[STATEMENT_INSERT] = { "PartiQLInsert", ACL_INSERT },
	/* An update reads what it changes, as SQL's UPDATE ... SET a = a + 1 does. */
	[STATEMENT_UPDATE] = { "PartiQLUpdate", ACL_SELECT | ACL_UPDATE },
	[STATEMENT_DELETE] = { "PartiQLDelete", ACL_DELETE },
};

/* As ReturnValues says it. */
static const struct
{
	Bytes name;
	ItemsShown shows;
} by_returning[] = {
	[RETURNING_NONE] = { BYTES_LITERAL("NONE"), SHOWS_NAMED },
	[RETURNING_ALL_OLD] = { BYTES_LITERAL("ALL_OLD"), SHOWS_WHOLE_ITEMS },
	[RETURNING_MODIFIED_OLD] = { BYTES_LITERAL("UPDATED_OLD"), SHOWS_NAMED },
	[RETURNING_ALL_NEW] = { BYTES_LITERAL("ALL_NEW"), SHOWS_WHOLE_ITEMS },
	[RETURNING_MODIFIED_NEW] = { BYTES_LITERAL("UPDATED_NEW"), SHOWS_NAMED },
};

/* A DELETE shows no less than the item: there is nothing that it would modify. */
static StatementReturning
Widest(const Statement *statement, bool return_on_failure)
{
	bool all = by_returning[statement->returning].shows == SHOWS_WHOLE_ITEMS;
	bool deleted = statement->type == STATEMENT_DELETE && statement->returning != RETURNING_NONE;
	bool failed = return_on_failure && statement->where != NULL;

	return !all && (deleted || failed) ? RETURNING_ALL_OLD : statement->returning;
}

static ItemsShown
ShownBySelect(const Statement *statement)
{
	return statement->projection != NULL ? SHOWS_NAMED : SHOWS_INDEX_ENTRIES;
}

AccessRequest
StatementAccess(const Statement *statement, bool return_on_failure)
{
	bool selects = statement->type == STATEMENT_SELECT && !statement->exists;
	StatementReturning widest = Widest(statement, return_on_failure);

	return (AccessRequest){
		.action = by_type[statement->type].action,
		.required = by_type[statement->type].required,
		.index = statement->index,
		.shows = selects ? ShownBySelect(statement) : by_returning[widest].shows,
		.selects = selects,
		.return_values = selects ? (Bytes){ NULL, 0 } : by_returning[widest].name,
		.expressions = { statement->projection, statement->where, statement->update },
	};
}

void
StatementAccessPlan(TableAccess *access, const ReadPlan *plan)
{
	if (plan->scan)
	{
		AccessScan(access);
		return;
	}
	for (int i = 0; i < plan->partition_count; i++)
	{
		const ValueList *list = &plan->partition[i];

		for (int j = 0; j < list->count; j++)
			AccessAddPartition(access, i, list->values[j]);
	}
	AccessDecide(access);
}
