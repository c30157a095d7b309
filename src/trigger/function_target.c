/*
 * A function waits for locks as long as it may run, and its commit as long as it takes: the
 * worker's own lock_timeout is not for them.
 *
 * The restrictions are those of time to live's deletions (maintenance/time_to_live.c): settings
 * are taken back, triggers do not wait for the commit, what the function leaves in the session is
 * dropped after the transaction by MaintenanceCleanSession.
 */
#include "postgres.h"

#include "access/detoast.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/timeout.h"

#include "internals.h"
#include "json/json.h"
#include "session/clean_session.h"
#include "session/subtransaction.h"
#include "session/worker_session.h"
#include "trigger/function_target.h"
#include "trigger/trigger_place.h"
#include "trigger/trigger_target.h"

#include <signal.h>

typedef struct FunctionAttempt
{
	const EventTrigger *trigger;
	Jsonb *event;
	MemoryContext context;
	char *answer; /* NULL: none */
} FunctionAttempt;

static TimeoutId last_timeout = MAX_TIMEOUTS;
static int64 called_for = 0; /* the trigger whose function is running; 0: none is */

/* In a signal's handler. */
static void
EndWorker(void)
{
	TriggerPlaceOverrun();
	kill(MyProcPid, SIGTERM);
}

void
FunctionTargetInit(void)
{
	last_timeout = RegisterTimeout(USER_TIMEOUT, EndWorker);
}

/* What fails has done nothing: this is to be asked while the function's work can be taken back. */
static void
CheckSize(Size size)
{
	if (size > MAX_ANSWER_BYTES)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
		                errmsg("the answer is larger than %d bytes", MAX_ANSWER_BYTES)));
}

static void
KeepAnswer(FunctionAttempt *attempt)
{
	MemoryContext spi;
	Datum answer;
	bool null;

	if (!attempt->trigger->report_failures || SPI_processed == 0 ||
	    SPI_gettypeid(SPI_tuptable->tupdesc, 1) != JSONBOID)
		return;
	answer = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &null);
	if (null)
		return;
	CheckSize(toast_raw_datum_size(answer));
	spi = MemoryContextSwitchTo(attempt->context);
	attempt->answer = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	MemoryContextSwitchTo(spi);
	CheckSize(strlen(attempt->answer));
}

static void
Call(void *state)
{
	FunctionAttempt *attempt = state;
	char *sql = psprintf("SELECT %s($1)", FunctionSqlName(attempt->trigger->function));
	Oid type = JSONBOID;
	Datum value = JsonbPGetDatum(attempt->event);
	int result;

	SPI_connect();
	result = SPI_execute_with_args(sql, 1, &type, &value, NULL, false, 0);
	if (result < 0)
		elog(ERROR, "\"%s\" failed: %s", sql, SPI_result_code_string(result));
	KeepAnswer(attempt);
	SPI_finish();
}

/* Those that are deferred to the commit would run with the worker's rights. */
static void
FireTriggersAtOnce(void)
{
	AfterTriggerSetState(makeNode(ConstraintsSetStmt));
}

static void
StartClock(int64 timeout)
{
	enable_timeout_after(STATEMENT_TIMEOUT, timeout);
	enable_timeout_after(last_timeout, 2 * timeout);
}

static void
StopClock(void)
{
	disable_all_timeouts(false);
	ForgetCancellation();
}

static CallResult
ResultOf(const FunctionAttempt *attempt, const ErrorData *error)
{
	CallResult result = { .outcome = CALL_SUCCEEDED };

	if (error != NULL)
		return (CallResult){ .outcome = CALL_FAILED, .error = error->message };
	if (attempt->answer != NULL)
		result.answer = BytesFromCString(attempt->answer);
	return result;
}

/*
 * The session's user is the owner, too, meanwhile: code that asks for session_user must not take
 * it for the worker's superuser.
 */
static ErrorData *
CallAsOwner(FunctionAttempt *attempt)
{
	Oid owner = attempt->trigger->owner;
	Oid session = GetSessionUserId();
	bool session_is_superuser = superuser_arg(session);
	bool owner_is_superuser = superuser_arg(owner);
	ErrorData *volatile error = NULL;
	Oid role;
	int security;

	GetUserIdAndSecContext(&role, &security);
	called_for = attempt->trigger->id;
	PG_TRY();
	{
		SetUserIdAndSecContext(role, 0); /* as a change of the session's user wants it */
		SetSessionAuthorization(owner, owner_is_superuser);
		SetUserIdAndSecContext(owner, security | SECURITY_RESTRICTED_OPERATION);
		error = SubtransactionTry(Call, attempt);
	}
	PG_FINALLY();
	{
		called_for = 0;
		SetUserIdAndSecContext(role, 0);
		SetSessionAuthorization(session, session_is_superuser);
		SetUserIdAndSecContext(role, security);
	}
	PG_END_TRY();
	return error;
}

bool
FunctionIsCalledFor(int64 trigger)
{
	return called_for == trigger;
}

CallResult
FunctionCall(const EventTrigger *trigger, const EventBatch *batch)
{
	StringInfoData event = batch->event;
	FunctionAttempt attempt = { .trigger = trigger,
		                        .event = JsonToJsonb(&event),
		                        .context = CurrentMemoryContext };
	ErrorData *error;
	int settings;
	int foreign;

	WorkerSessionWaitForLocks();
	settings = NewGUCNestLevel();
	FireTriggersAtOnce();
	(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION,
	                         GUC_ACTION_SAVE, true, 0, false);
	foreign = SessionForeignCodeBegin();
	StartClock(trigger->target_timeout);
	error = CallAsOwner(&attempt);
	StopClock();
	SessionForeignCodeEnd(foreign);
	AtEOXact_GUC(false, settings);
	return ResultOf(&attempt, error);
}
