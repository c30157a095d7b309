/*
 * Writing one item: find the newest version, ask for the decision, carry it
 * out on exactly that version, and start over where another writer came first.
 *
 * An update or delete of a version that another transaction has replaced fails,
 * so that a version which no other transaction holds need not be locked before the
 * decision. One that another holds is: the decision waits for it. Two
 * creators of one key meet in the key index (InsertVersion).
 *
 * One of several writes of a transaction never waits for a lock: it looks again after
 * short pauses, and gives up. So transactions cannot deadlock, and a worker that
 * serves many clients is not held up by one.
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "storage/proc.h"
#include "utils/guc.h"
#include "utils/memutils.h"

#include "internals.h"
#include "error/error.h"
#include "session/lock_wait.h"
#include "session/subtransaction.h"
#include "storage/write/short_wait.h"
#include "storage/write/write.h"
#include "storage/write/write_executor.h"
#include "storage/write/write_leaf.h"

static bool
CarryOut(LeafWriter *writer, ItemVersion *version, WriteAction action, Jsonb *replacement)
{
	switch (action)
	{
		case WRITE_PUT:
			if (version->exists)
				return UpdateVersion(writer, version, replacement);
			return InsertVersion(writer, replacement);
		case WRITE_DELETE:
			return !version->exists || DeleteVersion(writer, version);
		case WRITE_KEEP:
			/* The decision must stay true to the transaction's end. */
			if (version->exists)
				return version->locked || LockVersion(writer, version);
			return !writer->in_transaction || ClaimAbsentKey(writer);
		case WRITE_ABANDON:
			return true;
	}
	elog(ERROR, "unknown write action %d", action);
}

static bool
TryWrite(LeafWriter *writer, WriteDecision decide, void *state)
{
	ItemVersion version;
	Jsonb *replacement = NULL;
	WriteAction action;

	FindNewestVersion(writer, &version);
	if (version.contended && !LockVersion(writer, &version))
		return false;
	action = decide(state, version.item, &replacement);
	return CarryOut(writer, &version, action, replacement);
}

/* Whether there is to be another attempt. */
static bool
TryAgain(LeafWriter *writer, int *pauses)
{
	bool would_wait = writer->would_wait;

	CHECK_FOR_INTERRUPTS();
	writer->would_wait = false;
	return !would_wait || ShortWait(pauses, writer->blocker);
}

/* `pauses` is NULL for a write that waits. */
static bool
Write(LeafWriter *writer, WriteDecision decide, void *state, int *pauses)
{
	bool (*attempt)(LeafWriter *, WriteDecision, void *) =
	    NeedsExecutor(writer) ? TryWriteByExecutor : TryWrite;
	bool done;

	do
		done = attempt(writer, decide, state);
	while (!done && TryAgain(writer, pauses));
	return done;
}

/* In a PG_CATCH: what other transactions have caused is a conflict. */
static void
RethrowConflict(MemoryContext caller)
{
	ErrorData *cause;

	if (!SqlStateIsConflict(geterrcode()) || LockWaitEndsAttempt(geterrcode(), NULL))
		PG_RE_THROW();
	MemoryContextSwitchTo(caller);
	cause = CopyErrorData();
	FlushErrorState();
	RaiseTransactionConflict(cause);
}

/* The leaf is opened first: its lock is not the item's, and is no conflict over it. */
static bool
CheckedWrite(Table *table, const ItemKey *key, WriteDecision decide, void *state, int *pauses)
{
	MemoryContext caller = CurrentMemoryContext;
	LeafWriter writer;
	bool done;

	PreventCommandIfReadOnly("a write to a DynamoDB table");
	PreventCommandDuringRecovery("a write to a DynamoDB table");
	PreventCommandIfParallelMode("a write to a DynamoDB table");

	LeafWriterOpen(&writer, table, key, pauses != NULL);
	PG_TRY();
	{
		done = Write(&writer, decide, state, pauses);
	}
	PG_CATCH();
	{
		RethrowConflict(caller);
	}
	PG_END_TRY();
	LeafWriterClose(&writer);
	CommandCounterIncrement();
	return done;
}

void
ItemWrite(Table *table, const ItemKey *key, WriteDecision decide, void *state)
{
	CheckedWrite(table, key, decide, state, NULL);
}

bool
ItemWriteInTransaction(Table *table, const ItemKey *key, WriteDecision decide, void *state,
                       int *pauses)
{
	return CheckedWrite(table, key, decide, state, pauses);
}

ErrorData *
ItemWritesTry(void (*writes)(void *state), void *state, int lock_timeout)
{
	int nest_level = NewGUCNestLevel();
	ErrorData *error;

	if (lock_timeout > 0 && !LockWaitIsForbidden() &&
	    (LockTimeoutGet() == 0 || LockTimeoutGet() > lock_timeout))
		(void) set_config_option("lock_timeout", psprintf("%d", lock_timeout), PGC_USERSET,
		                         PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	error = SubtransactionTry(writes, state);
	AtEOXact_GUC(true, nest_level);
	if (error != NULL && LockWaitEndsAttempt(error->sqlerrcode, NULL))
		ReThrowError(error);
	return error;
}

bool
ItemWritesAttempt(void (*writes)(void *state), void *state, int lock_timeout)
{
	ErrorData *error;

	if (IsolationUsesXactSnapshot())
	{
		writes(state);
		return true;
	}
	error = ItemWritesTry(writes, state, lock_timeout);
	if (error == NULL)
		return true;
	if (!ErrorIsTransactionConflict(error))
		ReThrowError(error);
	FreeErrorData(error);
	return false;
}
