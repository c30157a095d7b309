/*
 * Writing one item: find the newest version, ask for the decision, carry it
 * out on exactly that version, and start over where another writer came first.
 *
 * An update or delete of a version that somebody has meanwhile replaced fails,
 * so that a version which nobody else holds need not be locked before the
 * decision. One that somebody holds is: the decision then waits for them. Two
 * creators of one key meet in the key index (InsertVersion).
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "storage/proc.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

#include "error/error.h"
#include "storage/write_executor.h"
#include "storage/write_leaf.h"

void
TransactionConflict(void)
{
	DynamoError(EXCEPTION_TRANSACTION_CONFLICT, "Transaction is ongoing for the item");
}

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
		case WRITE_NOTHING:
			/* The decision must stay true to the transaction's end. */
			return !version->exists || LockVersion(writer, version);
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

static void
WriteDirectly(LeafWriter *writer, WriteDecision decide, void *state)
{
	while (!TryWrite(writer, decide, state))
		CHECK_FOR_INTERRUPTS();
	CommandCounterIncrement();
}

static void
Write(Table *table, const ItemKey *key, WriteDecision decide, void *state)
{
	LeafWriter writer;

	LeafWriterOpen(&writer, table, key);
	if (NeedsExecutor(&writer))
		WriteByExecutor(&writer, decide, state);
	else
		WriteDirectly(&writer, decide, state);
	LeafWriterClose(&writer);
}

static bool
IsConflict(int sqlstate)
{
	return sqlstate == ERRCODE_LOCK_NOT_AVAILABLE || sqlstate == ERRCODE_T_R_DEADLOCK_DETECTED ||
	       sqlstate == ERRCODE_T_R_SERIALIZATION_FAILURE;
}

void
ItemWrite(Table *table, const ItemKey *key, WriteDecision decide, void *state)
{
	PreventCommandIfReadOnly("a write to a DynamoDB table");
	PreventCommandDuringRecovery("a write to a DynamoDB table");
	PreventCommandIfParallelMode("a write to a DynamoDB table");

	PG_TRY();
	{
		Write(table, key, decide, state);
	}
	PG_CATCH();
	{
		if (!IsConflict(geterrcode()))
			PG_RE_THROW();
		FlushErrorState();
		TransactionConflict();
	}
	PG_END_TRY();
}

/* Ends its subtransaction also where it raises an error, one that is not a conflict. */
static bool
RunInSubtransaction(void (*writes)(void *state), void *state)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorData *volatile error = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		writes(state);
		ReleaseCurrentSubTransaction();
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
	if (error == NULL)
		return true;
	if (error->sqlerrcode != ExceptionSqlState(EXCEPTION_TRANSACTION_CONFLICT))
		ReThrowError(error);
	FreeErrorData(error);
	return false;
}

bool
ItemWritesAttempt(void (*writes)(void *state), void *state, int patience)
{
	int nest_level;
	bool written;

	if (IsolationUsesXactSnapshot())
	{
		writes(state);
		return true;
	}
	nest_level = NewGUCNestLevel();
	if (patience > 0 && (LockTimeout == 0 || LockTimeout > patience))
		(void) set_config_option("lock_timeout", psprintf("%d", patience), PGC_USERSET,
		                         PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	written = RunInSubtransaction(writes, state);
	AtEOXact_GUC(true, nest_level);
	return written;
}
