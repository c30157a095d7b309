/*
 * See finding.h.
 */
#include "storage/check/finding.h"

#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "session/subtransaction.h"

void
FindingsInit(Findings *findings)
{
	findings->context = CurrentMemoryContext;
	findings->list = NIL;
}

void
FindingAdd(Findings *findings, const char *object, const char *text, const char *hint)
{
	MemoryContext caller = MemoryContextSwitchTo(findings->context);
	Finding *finding = palloc_object(Finding);

	finding->object = pstrdup(object);
	finding->text = pstrdup(text);
	finding->hint = hint != NULL ? pstrdup(hint) : NULL;
	findings->list = lappend(findings->list, finding);
	MemoryContextSwitchTo(caller);
}

/* Classes 53 and 57: insufficient resources and operator intervention. */
static bool
StopsSession(int sqlstate)
{
	int class = ERRCODE_TO_CATEGORY(sqlstate);

	return class == ERRCODE_INSUFFICIENT_RESOURCES || class == ERRCODE_OPERATOR_INTERVENTION ||
	       sqlstate == ERRCODE_LOCK_NOT_AVAILABLE || sqlstate == ERRCODE_T_R_DEADLOCK_DETECTED;
}

bool
FindingsAttempt(Findings *findings, const char *object, void (*step)(void *state), void *state)
{
	ErrorData *error = SubtransactionLook(step, state);

	if (error == NULL)
		return true;
	if (StopsSession(error->sqlerrcode))
		ReThrowError(error);
	FindingAdd(findings, object, error->message, error->hint);
	FreeErrorData(error);
	return false;
}

char *
FindingObject(Oid relation)
{
	char *name = get_rel_name(relation);
	char *schema = name != NULL ? get_namespace_name(get_rel_namespace(relation)) : NULL;

	if (schema == NULL)
		return psprintf("relation with OID %u", relation);
	return quote_qualified_identifier(schema, name);
}
