/*
 * Writing the items of a transaction. Each is judged and written in turn, under
 * a lock that stays to the end; with the first that fails, those that follow are
 * only judged, for their reasons. What was written before that is taken back by
 * the error, which ends the transaction or subtransaction around it.
 */
#include "operation/transaction/transaction_write.h"

#include "error/error.h"
#include "item/encoding.h"
#include "item/size.h"
#include "operation/request/idempotency.h"
#include "operation/item/item_write.h"
#include "storage/write/write.h"
#include "storage/index/index_entry.h"

static ItemUpdate
UpdateOf(const TransactionWrite *write)
{
	return (ItemUpdate){ .table = write->item.table,
		                 .key_map = write->item.map,
		                 .update = write->update };
}

static void
CheckWrite(TransactionItem *item)
{
	TransactionWrite *write = (TransactionWrite *) item;
	ItemUpdate update = UpdateOf(write);

	if (write->action == TRANSACTION_PUT)
	{
		LocalEntriesCheck(item->table, &item->map, TableCheckItem(item->table, &item->map));
		return;
	}
	TableCheckKey(item->table, &item->map);
	if (write->action == TRANSACTION_UPDATE)
		ItemUpdateCheckKey(&update);
}

void
TransactionWriteCheck(Transaction *transaction, TransactionWrite *write)
{
	write->transaction = transaction;
	TransactionCheckItem(&write->item, CheckWrite);
}

static bool
IsCancelled(const Transaction *transaction)
{
	for (int i = 0; i < transaction->count; i++)
	{
		if (transaction->items[i]->reason.code != NULL)
			return true;
	}
	return false;
}

/* A write and the item that it is judged on. */
typedef struct Judgement
{
	TransactionWrite *write;
	const Jsonb *current;
	Jsonb *replacement;
} Judgement;

static void
ConditionFailed(TransactionWrite *write, const Jsonb *current)
{
	CancellationReason *reason = &write->item.reason;

	reason->code = "ConditionalCheckFailed";
	reason->message = TEXT_CONDITION_FAILED;
	if (write->return_on_failure)
		reason->item = current;
}

static bool
ConditionHolds(const TransactionWrite *write, const Jsonb *current)
{
	ItemView view = { .stored = current };

	if (current == NULL && write->passes_absent)
		return true;
	return ConditionEvaluate(write->condition, &view);
}

/* What is to stand in place of the current item; NULL: nothing. */
static Jsonb *
Replacement(TransactionWrite *write, const Jsonb *current)
{
	ItemUpdate update = UpdateOf(write);
	UpdatedItem updated;

	switch (write->action)
	{
		case TRANSACTION_PUT:
			if (write->replacement == NULL)
				write->replacement = ItemEncode(&write->item.map);
			return write->replacement;
		case TRANSACTION_UPDATE:
			ItemUpdateApply(&update, current, &updated);
			return updated.stored;
		case TRANSACTION_CHECK:
		case TRANSACTION_DELETE:
			break;
	}
	return NULL;
}

static void
Judge(void *state)
{
	Judgement *judgement = state;
	TransactionWrite *write = judgement->write;

	if (write->must_be_new && judgement->current != NULL)
		write->item.reason =
		    (CancellationReason){ .code = "DuplicateItem", .message = TEXT_DUPLICATE_ITEM };
	else if (!ConditionHolds(write, judgement->current))
		ConditionFailed(write, judgement->current);
	else
		judgement->replacement = Replacement(write, judgement->current);
}

static void
RestartConsumed(TransactionItem *item)
{
	ConsumedCapacityRestart(&item->consumed);
}

static void
Account(TransactionItem *item, const Jsonb *before, const Jsonb *after)
{
	Throttle throttle;

	ConsumedCapacityAddWrite(&item->consumed, before, after);
	if (!ThrottleAdmitsIndexes(&item->consumed, &throttle))
		TransactionItemThrottled(item, &throttle);
}

static WriteAction
Decide(void *arg, const Jsonb *current, Jsonb **replacement)
{
	TransactionWrite *write = arg;
	TransactionItem *item = &write->item;
	Judgement judgement = { .write = write, .current = current };

	item->reason = (CancellationReason){ NULL };
	RestartConsumed(item);
	if (TransactionGuard(item, Judge, &judgement))
		Account(item, current,
		        write->action == TRANSACTION_CHECK ? current : judgement.replacement);
	else
		ConsumedCapacityAddFailedWrite(&item->consumed, current, write->replacement);
	if (IsCancelled(write->transaction))
		return WRITE_ABANDON;
	if (write->action == TRANSACTION_CHECK)
		return WRITE_KEEP;
	*replacement = judgement.replacement;
	if (judgement.replacement != NULL)
		return WRITE_PUT;
	return write->action == TRANSACTION_DELETE && current != NULL ? WRITE_DELETE : WRITE_KEEP;
}

/*
 * Clients of SQL run their transaction once more after a serialization failure or
 * a deadlock, which they know by PostgreSQL's own SQLSTATE.
 */
static bool
IsForRetryLoop(const Transaction *transaction, int sqlstate)
{
	return transaction->context->source == SOURCE_SQL &&
	       (sqlstate == ERRCODE_T_R_SERIALIZATION_FAILURE ||
	        sqlstate == ERRCODE_T_R_DEADLOCK_DETECTED);
}

/*
 * A conflict that is raised, rather than told, leaves the transaction unfit to go
 * on: the items that were not judged have no reasons.
 */
static void
WriteItem(Transaction *transaction, TransactionItem *item, int *pauses)
{
	MemoryContext caller = CurrentMemoryContext;

	PG_TRY();
	{
		if (!ItemWriteInTransaction(item->table, &item->key, Decide, item, pauses))
			TransactionItemConflicts(item);
	}
	PG_CATCH();
	{
		ErrorData *error;

		MemoryContextSwitchTo(caller);
		error = CopyErrorData();
		if (!ErrorIsTransactionConflict(error) || IsForRetryLoop(transaction, error->sqlerrcode))
			PG_RE_THROW();
		FlushErrorState();
		TransactionItemConflicts(item);
		TransactionCheckReasons(transaction);
	}
	PG_END_TRY();
}

static void
WriteAll(Transaction *transaction)
{
	int pauses = 0;

	TransactionAdmit(transaction);
	for (int i = 0; i < transaction->count; i++)
	{
		TransactionItem *item = transaction->sorted[i];

		if (item->has_key && item->reason.code == NULL)
			WriteItem(transaction, item, &pauses);
	}
	TransactionCheckReasons(transaction);
}

/* A request that has taken effect already only reads its items. */
static void
CountReads(const Transaction *transaction)
{
	for (int i = 0; i < transaction->count; i++)
	{
		TransactionItem *item = transaction->items[i];
		Jsonb *stored;

		if (!ConsumedCapacityIsCounted(&item->consumed))
			continue;
		stored = item->has_key ? ItemRead(item->table, &item->key) : NULL;
		item->consumed.kind = CONSUMPTION_READ;
		item->consumed.table_units = ReadUnits(stored != NULL ? StoredItemSize(stored) : 0, true);
	}
}

bool
TransactionWriteOnce(Transaction *transaction, const Structure *request)
{
	bool repeated = RequestIsRepeated(transaction->context, request);

	if (repeated)
		CountReads(transaction);
	else
		WriteAll(transaction);
	TransactionSettle(transaction);
	return repeated;
}

const char *
TransactionUnitsMember(bool repeated)
{
	return repeated ? "ReadCapacityUnits" : "WriteCapacityUnits";
}
