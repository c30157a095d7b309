/*
 * Catching errors.
 */
#include "error/guard.h"

#include "error/error.h"

#include "utils/memutils.h"

/* The guarded work may have raised the error in any context of its own. */
static ErrorData *
TakeError(MemoryContext caller, bool (*expected)(const ErrorData *error))
{
	ErrorData *error;

	MemoryContextSwitchTo(caller);
	error = CopyErrorData();
	if (!expected(error))
	{
		FreeErrorData(error);
		PG_RE_THROW();
	}
	FlushErrorState();
	return error;
}

ErrorData *
Guard(void (*work)(void *state), void *state, bool (*expected)(const ErrorData *error))
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

bool
ErrorIsCorruption(const ErrorData *error)
{
	return error->sqlerrcode == ERRCODE_DATA_CORRUPTED;
}

static bool
IsValidation(const ErrorData *error)
{
	return error->sqlerrcode == ExceptionSqlState(EXCEPTION_VALIDATION);
}

const char *
ValidationGuard(void (*work)(void *state), void *state)
{
	const ErrorData *error = Guard(work, state, IsValidation);

	return error != NULL ? error->message : NULL;
}
