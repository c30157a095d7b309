/*
 * Catching a ValidationException.
 */
#include "operation/guard.h"

#include "error/error.h"

#include "utils/memutils.h"

/* The guarded work may have raised the error in any context of its own. */
static const char *
TakeMessage(MemoryContext caller)
{
	ErrorData *error;

	MemoryContextSwitchTo(caller);
	if (geterrcode() != ExceptionSqlState(EXCEPTION_VALIDATION))
		PG_RE_THROW();
	error = CopyErrorData();
	FlushErrorState();
	return error->message;
}

const char *
ValidationGuard(void (*work)(void *state), void *state)
{
	MemoryContext caller = CurrentMemoryContext;
	const char *volatile message = NULL;

	PG_TRY();
	{
		work(state);
	}
	PG_CATCH();
	{
		message = TakeMessage(caller);
	}
	PG_END_TRY();
	return message;
}
