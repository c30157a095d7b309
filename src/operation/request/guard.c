/*
 * Catching errors.
 */
#include "operation/request/guard.h"

#include "error/error.h"

#include "utils/memutils.h"

/* The guarded work may have raised the error in any context of its own. */
static ErrorData *
TakeError(MemoryContext caller, bool (*expected)(int sqlstate))
{
	ErrorData *error;

	MemoryContextSwitchTo(caller);
	if (!expected(geterrcode()))
		PG_RE_THROW();
	error = CopyErrorData();
	FlushErrorState();
	return error;
}

ErrorData *
Guard(void (*work)(void *state), void *state, bool (*expected)(int sqlstate))
{
	MemoryContext caller = CurrentMemoryContext;
	ErrorData *volatile error = NULL;

	PG_TRY();
	{
		work(state);
	}
	PG_CATCH();
	{
		error = TakeError(caller, expected);
	}
	PG_END_TRY();
	return error;
}

static bool
IsValidation(int sqlstate)
{
	return sqlstate == ExceptionSqlState(EXCEPTION_VALIDATION);
}

const char *
ValidationGuard(void (*work)(void *state), void *state)
{
	const ErrorData *error = Guard(work, state, IsValidation);

	return error != NULL ? error->message : NULL;
}
