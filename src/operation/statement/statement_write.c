/*
 * Writing the item that a statement names. All of WHERE but the key is its
 * condition: an UPDATE's fails where there is no item, a DELETE's holds there.
 */
#include "operation/statement/statement_write.h"

#include "item/item_rules.h"
#include "item/encoding.h"
#include "item/size.h"
#include "error/guard.h"
#include "operation/item/item_update.h"
#include "operation/item/item_write.h"
#include "operation/statement/statement_access.h"
#include "partiql/plan.h"
#include "storage/index/index_entry.h"

void
StatementWriteTarget(const Statement *statement, const Table *table, AttributeValue *map,
                     BoundExpression **condition)
{
	bool alone;

	*condition = NULL;
	if (statement->type == STATEMENT_INSERT)
	{
		*map = statement->item;
		return;
	}
	if (!StatementFindKey(statement, table, map, &alone))
		ValidationError(TEXT_WHERE_NO_KEY);
	if (statement->type != STATEMENT_DELETE || !alone)
		*condition = statement->where;
}

static ItemUpdate
UpdateOf(const StatementWrite *write)
{
	return (ItemUpdate){ .table = write->table,
		                 .key_map = write->map,
		                 .update = write->statement->update };
}

static void
CheckWrite(const StatementWrite *write)
{
	ItemUpdate update = UpdateOf(write);

	if (write->statement->type == STATEMENT_INSERT)
	{
		ItemSizeCheck(&write->map);
		LocalEntriesCheck(write->table, &write->map, TableCheckItem(write->table, &write->map));
		return;
	}
	TableCheckKey(write->table, &write->map);
	if (write->statement->type == STATEMENT_UPDATE)
		ItemUpdateCheckKey(&update);
}

/* Privileges on what is only read are asked for once WHERE has been understood. */
void
StatementWriteOpen(const OperationContext *context, const Statement *statement,
                   const Structure *request, CapacityDetail detail, StatementWrite *write)
{
	AccessRequest wanted;

	*write = (StatementWrite){ .statement = statement, .detail = detail };
	write->return_on_failure = request != NULL && ReturnsOnFailure(request);
	wanted = StatementAccess(statement, write->return_on_failure);
	wanted.capacity = write->detail;
	write->access = AccessOpen(context, statement->table, &wanted);
	write->table = write->access.table;
	StatementWriteTarget(statement, write->table, &write->map, &write->condition);
	if (write->condition != NULL || statement->returning != RETURNING_NONE)
		AccessRequire(&write->access, ACL_SELECT);
	write->table = write->access.table;
	CheckWrite(write);
	write->key = AccessKey(&write->access, &write->map);
}

static void
Fail(StatementWrite *write, DynamoException exception, const char *message, const Jsonb *item)
{
	write->failure = (WriteFailure){ exception, message, item };
}

static void
ReturnStored(StatementWrite *write, const Jsonb *item)
{
	write->returns = true;
	write->returned = (ItemView){ .stored = item };
}

static void
ReturnUpdated(StatementWrite *write, const AttributeValue *item)
{
	write->returned_map = UpdateProject(write->statement->update, item);
	write->returns = write->returned_map.count > 0;
	write->returned = (ItemView){ .map = &write->returned_map };
}

static void
ReturnFromUpdate(StatementWrite *write, const Jsonb *current, const UpdatedItem *updated)
{
	switch (write->statement->returning)
	{
		case RETURNING_NONE:
			break;
		case RETURNING_ALL_OLD:
			ReturnStored(write, current);
			break;
		case RETURNING_MODIFIED_OLD:
			ReturnUpdated(write, &updated->before);
			break;
		case RETURNING_ALL_NEW:
			ReturnStored(write, updated->stored);
			break;
		case RETURNING_MODIFIED_NEW:
			ReturnUpdated(write, &updated->after);
			break;
	}
}

/* One look at the item, and what comes of it. */
typedef struct Attempt
{
	StatementWrite *write;
	const Jsonb *current;
	Jsonb *replacement;
	WriteAction action;
} Attempt;

static void
Insert(Attempt *attempt)
{
	if (attempt->current != NULL)
	{
		Fail(attempt->write, EXCEPTION_DUPLICATE_ITEM, TEXT_DUPLICATE_ITEM, NULL);
		return;
	}
	attempt->replacement = ItemEncode(&attempt->write->map);
	attempt->action = WRITE_PUT;
}

static void
Update(Attempt *attempt)
{
	ItemUpdate update = UpdateOf(attempt->write);
	UpdatedItem updated;

	ItemUpdateApply(&update, attempt->current, &updated);
	ReturnFromUpdate(attempt->write, attempt->current, &updated);
	attempt->replacement = updated.stored;
	attempt->action = WRITE_PUT;
}

static void
Delete(Attempt *attempt)
{
	if (attempt->current == NULL)
		return;
	if (attempt->write->statement->returning != RETURNING_NONE)
		ReturnStored(attempt->write, attempt->current);
	attempt->action = WRITE_DELETE;
}

static bool
ConditionHolds(const StatementWrite *write, const Jsonb *current)
{
	ItemView view = { .stored = current };

	if (current == NULL && write->statement->type == STATEMENT_DELETE)
		return true;
	return ConditionEvaluate(write->condition, &view);
}

static void
MakeAttempt(void *state)
{
	static void (*const by_type[])(Attempt *) = {
		[STATEMENT_INSERT] = Insert,
		[STATEMENT_UPDATE] = Update,
		[STATEMENT_DELETE] = Delete,
	};
	Attempt *attempt = state;
	StatementWrite *write = attempt->write;

	if (ConditionHolds(write, attempt->current))
		by_type[write->statement->type](attempt);
	else
		Fail(write, EXCEPTION_CONDITIONAL_CHECK_FAILED, TEXT_CONDITION_FAILED,
		     write->return_on_failure ? attempt->current : NULL);
}

static void
RestartConsumed(StatementWrite *write)
{
	write->consumed = ConsumedCapacityStart(write->detail, write->statement->table, write->table,
	                                        CONSUMPTION_WRITE);
	write->consumed.key = &write->key;
}

static void
FailThrottled(StatementWrite *write)
{
	Fail(write, ThrottleException(&write->throttle), ThrottleMessage(&write->throttle), NULL);
}

/* What a condition that fails consumes, and an INSERT of what is there. */
static void
ConsumeFailed(StatementWrite *write, const Jsonb *current)
{
	bool inserts = write->statement->type == STATEMENT_INSERT;

	if (write->failure.exception != EXCEPTION_VALIDATION &&
	    ConsumedCapacityIsCounted(&write->consumed))
		ConsumedCapacityAddFailedWrite(&write->consumed, current,
		                               inserts ? ItemEncode(&write->map) : NULL);
}

static WriteAction
Decide(void *arg, const Jsonb *current, Jsonb **replacement)
{
	StatementWrite *write = arg;
	Attempt attempt = { .write = write, .current = current, .action = WRITE_KEEP };

	write->failure = (WriteFailure){ 0 };
	write->returns = false;
	RestartConsumed(write);
	if (!write->guarded)
		MakeAttempt(&attempt);
	else
	{
		const char *message = ValidationGuard(MakeAttempt, &attempt);

		if (message != NULL)
			Fail(write, EXCEPTION_VALIDATION, message, NULL);
	}
	if (write->failure.message != NULL)
	{
		ConsumeFailed(write, current);
		return WRITE_ABANDON;
	}
	ConsumedCapacityAddWrite(&write->consumed, current, attempt.replacement);
	if (!write->settled && !ThrottleAdmitsIndexes(&write->consumed, &write->throttle))
	{
		FailThrottled(write);
		return WRITE_ABANDON;
	}
	*replacement = attempt.replacement;
	return attempt.action;
}

void
StatementWriteItem(StatementWrite *write)
{
	RestartConsumed(write);
	write->throttle = (Throttle){ 0 };
	if (!write->settled && !ThrottleAdmits(&write->consumed, NULL, &write->throttle))
	{
		FailThrottled(write);
		return;
	}
	ItemWrite(write->table, &write->key, Decide, write);
	if (write->settled || write->throttle.capacity != NULL)
		return;
	ThrottleSettle(&write->consumed, 1);
	write->settled = true;
}

void
StatementWriteOrFail(const OperationContext *context, StatementWrite *write)
{
	const WriteFailure *failure = &write->failure;

	StatementWriteItem(write);
	if (failure->message == NULL)
		return;
	if (write->throttle.capacity != NULL)
		ThrottleRaise(&write->throttle);
	if (failure->exception == EXCEPTION_CONDITIONAL_CHECK_FAILED)
		ItemWriteConditionFailed(context, &write->access, failure->item);
	DynamoError(failure->exception, "%s", failure->message);
}
