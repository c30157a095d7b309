/*
 * Reading targets, and asking whether they may be called.
 *
 * A function is kept by its oid and its name, and called only while both are its: another one of
 * the name is not what the owner chose, and oids are others after pg_upgrade.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/syscache.h"

#include "compat.h"
#include "trigger/trigger_target.h"

#define FUNCTION_TARGET "function "
#define MAX_TARGET_LENGTH 2048

static bool
BeginsWith(const char *text, const char *beginning)
{
	return strncmp(text, beginning, strlen(beginning)) == 0;
}

static bool
IsUrl(const char *text)
{
	return BeginsWith(text, "http://") || BeginsWith(text, "https://");
}

bool
TargetIsEndpoint(const EventTrigger *trigger)
{
	return !BeginsWith(trigger->target, FUNCTION_TARGET);
}

char *
FunctionSqlName(Oid function)
{
	return quote_qualified_identifier(get_namespace_name(get_func_namespace(function)),
	                                  get_func_name(function));
}

static char *
FunctionTarget(Oid function)
{
	return psprintf(FUNCTION_TARGET "%s(jsonb)", FunctionSqlName(function));
}

/* What one call can be made of: a plain function of one jsonb that returns jsonb or nothing. */
static bool
HasForm(Form_pg_proc function)
{
	return function->prokind == PROKIND_FUNCTION && !function->proretset &&
	       function->pronargs == 1 && function->proargtypes.values[0] == JSONBOID &&
	       (function->prorettype == JSONBOID || function->prorettype == VOIDOID);
}

/* The code of a role that is no superuser must not run as one. */
static const char *
FaultOf(const EventTrigger *trigger, Form_pg_proc function)
{
	if (!HasForm(function))
		return "it does not take one jsonb and return jsonb or void";
	if (!FunctionIsExecutable(trigger->function, trigger->owner))
		return "the trigger's owner lacks EXECUTE on it";
	if (superuser_arg(trigger->owner) && !superuser_arg(function->proowner))
		return "the trigger's owner is a superuser and the function's is not";
	return NULL;
}

const char *
FunctionFault(const EventTrigger *trigger)
{
	HeapTuple row = SearchSysCache1(PROCOID, ObjectIdGetDatum(trigger->function));
	const char *fault;

	if (!HeapTupleIsValid(row))
		return "it does not exist any more";
	fault = FaultOf(trigger, (Form_pg_proc) GETSTRUCT(row));
	ReleaseSysCache(row);
	if (fault == NULL && strcmp(FunctionTarget(trigger->function), trigger->target) != 0)
		return "its name is another one now";
	return fault;
}

static void
SetFunction(EventTrigger *trigger, const char *signature)
{
	const char *fault;

	trigger->function =
	    DatumGetObjectId(DirectFunctionCall1(regprocedurein, CStringGetDatum(signature)));
	trigger->target = FunctionTarget(trigger->function);
	fault = FunctionFault(trigger);
	if (fault != NULL)
		ereport(ERROR, (errcode(strstr(fault, "owner") == NULL ? ERRCODE_INVALID_FUNCTION_DEFINITION
		                                                       : ERRCODE_INSUFFICIENT_PRIVILEGE),
		                errmsg("function %s cannot be a target: %s",
		                       format_procedure(trigger->function), fault)));
}

static void
SetEndpoint(EventTrigger *trigger, const char *target)
{
	const char *url = BeginsWith(target, LAMBDA_TARGET) ? target + strlen(LAMBDA_TARGET) : target;

	if (!IsUrl(url))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("\"%s\" is no target of a trigger", target),
		                errhint("A target is \"function schema.name(jsonb)\", an URL of http or "
		                        "https, or \"lambda:\" and the URL of Invoke.")));
	trigger->function = InvalidOid;
	trigger->target = pstrdup(target);
}

void
TargetSet(EventTrigger *trigger, const char *target)
{
	if (strlen(target) > MAX_TARGET_LENGTH)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("the target is longer than %d bytes", MAX_TARGET_LENGTH)));
	if (BeginsWith(target, FUNCTION_TARGET))
		SetFunction(trigger, target + strlen(FUNCTION_TARGET));
	else
		SetEndpoint(trigger, target);
}
