/*
 * Judging the statements of policies.
 */
#include "postgres.h"

#include "auth/condition/caller.h"
#include "auth/policy/statement.h"

static Truth
ActionsMatch(const PolicyStatement *statement, PolicyQuestion *question)
{
	Truth truth = TRUTH_FALSE;

	for (int i = 0; i < statement->action_count && truth != TRUTH_TRUE; i++)
		truth = TemplateMatches(&statement->actions[i], question, question->action);
	return statement->not_actions ? TruthNot(truth) : truth;
}

static Truth
ResourcesMatch(const PolicyStatement *statement, PolicyQuestion *question)
{
	Truth truth = TRUTH_FALSE;

	for (int i = 0; i < statement->resource_count && truth != TRUTH_TRUE; i++)
		truth =
		    Max(truth, ArnPatternMatches(&statement->resources[i], question, question->resource));
	return statement->not_resources ? TruthNot(truth) : truth;
}

static bool
PrincipalsMatch(const PolicyStatement *statement, const Identity *identity)
{
	Bytes name;
	bool matches = false;

	if (statement->principal_count == 0)
		return true;
	name = BytesFromCString(CallerRoleName(identity));
	for (int i = 0; i < statement->principal_count && !matches; i++)
		matches = PrincipalMatches(&statement->principals[i], identity, name);
	return matches != statement->not_principals;
}

Truth
StatementHolds(const PolicyStatement *statement, PolicyQuestion *question)
{
	Truth truth = ActionsMatch(statement, question);

	if (truth != TRUTH_FALSE)
		truth = Min(truth, ResourcesMatch(statement, question));
	if (truth != TRUTH_FALSE && !PrincipalsMatch(statement, question->request->identity))
		return TRUTH_FALSE;
	for (int i = 0; i < statement->condition_count && truth != TRUTH_FALSE; i++)
		truth = Min(truth, ConditionHolds(&statement->conditions[i], question,
		                                  statement->effect == EFFECT_DENY));
	return truth;
}

bool
StatementNamesSession(const PolicyStatement *statement, const Identity *identity)
{
	Bytes role;

	if (identity->session == NULL || statement->not_principals)
		return false;
	role = BytesFromCString(CallerRoleName(identity));
	for (int i = 0; i < statement->principal_count; i++)
		if (statement->principals[i].kind == PRINCIPAL_SESSION &&
		    PrincipalMatches(&statement->principals[i], identity, role))
			return true;
	return false;
}
