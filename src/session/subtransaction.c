/*
 * See subtransaction.h.
 */
#include "session/subtransaction.h"

#include "access/xact.h"
#include "utils/resowner.h"

static ErrorData *
Run(void (*work)(void *state), void *state, bool keep)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorData *volatile error = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		work(state);
		if (keep)
			ReleaseCurrentSubTransaction();
		else
			RollbackAndReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	return error;
}

ErrorData *
SubtransactionTry(void (*work)(void *state), void *state)
{
	return Run(work, state, true);
}

ErrorData *
SubtransactionLook(void (*work)(void *state), void *state)
{
	return Run(work, state, false);
}
