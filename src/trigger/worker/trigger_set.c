/*
 * Reading triggers and shards from the catalogs.
 */
#include "trigger/worker/trigger_set.h"

#include "postgres.h"

#include "access/xact.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "maintenance/maintenance.h"
#include "storage/catalog/catalog.h"
#include "trigger/dead_letter.h"
#include "trigger/trigger_place.h"
#include "trigger/worker/shard_call.h"

/* A trigger that is being read, in a transaction. */
typedef struct TriggerRead
{
	TriggerSet *set;
	const TriggerSet *before; /* what was known */
	EventTrigger *trigger;    /* in the set's memory */
	EventFilters *filters;
} TriggerRead;

ShardWork *
TriggerSetFind(const TriggerSet *set, const ShardKey *key)
{
	return set->shards == NULL ? NULL : hash_search(set->shards, key, HASH_FIND, NULL);
}

/* What was remembered of the shard stays. */
static void
AddWork(const TriggerRead *read, const StreamShard *shard, const ShardProgress *progress)
{
	ShardKey key = { read->trigger->id, shard->number };
	ShardKey parent = { read->trigger->id, shard->parent };
	const ShardWork *before = TriggerSetFind(read->before, &key);
	bool found;
	ShardWork *work = hash_search(read->set->shards, &key, HASH_ENTER, &found);
	MemoryContext transaction;

	*work = before != NULL ? *before
	                       : (ShardWork){ .position = progress->position,
		                                  .stored = progress->position,
		                                  .in_call = ShardCallIsUnderWay(&key) };
	work->key = key;
	work->trigger = read->trigger;
	work->filters = read->filters;
	work->shared = read->set->several_owners;
	work->parent = shard->parent == 0 ? NULL : TriggerSetFind(read->set, &parent);
	work->leaf = shard->leaf;
	work->closed = shard->end.epoch != 0;
	work->end = shard->end;
	work->finished = progress->finished;
	if (SequenceNumberCompare(&progress->position, &work->stored) != 0)
	{
		work->stored = work->position = progress->position;
		work->seen = (SequenceNumber){ 0 };
		work->not_before = 0;
	}
	if (progress->last_error != NULL)
		work->not_before = progress->next_attempt;
	/* The end of a closed shard is seen only by looking, where nothing is captured any more. */
	work->more |= work->closed || progress->last_error != NULL;
	transaction = MemoryContextSwitchTo(read->set->context);
	read->set->order = lappend(read->set->order, work);
	MemoryContextSwitchTo(transaction);
}

static const ShardProgress *
FindProgress(const List *rows, int64 shard)
{
	ListCell *cell;

	foreach (cell, rows)
		if (((ShardProgress *) lfirst(cell))->shard == shard)
			return lfirst(cell);
	return NULL;
}

static bool
HasShard(const List *shards, int64 number)
{
	ListCell *cell;

	foreach (cell, shards)
		if (((StreamShard *) lfirst(cell))->number == number)
			return true;
	return false;
}

/* Retention has forgotten the shard; what of it was not handled is said to be missing. */
static void
ForgetShard(const ShardProgress *progress)
{
	if (!progress->finished)
		DeadLetterWriteMissing(progress, &progress->position,
		                       "the shard has expired before it was read to its end");
	ShardProgressDeleteShard(progress->trigger, progress->shard);
}

/* Makes rows for new shards, and deletes those of shards that are no more. All rows. */
static List *
MatchProgress(const EventTrigger *trigger, const List *shards)
{
	List *rows = ShardProgressRead(trigger->id);
	List *added = NIL;
	ListCell *cell;

	foreach (cell, shards)
		if (FindProgress(rows, ((StreamShard *) lfirst(cell))->number) == NULL)
			added = lappend(added, lfirst(cell));
	foreach (cell, rows)
		if (!HasShard(shards, ((ShardProgress *) lfirst(cell))->shard))
			ForgetShard(lfirst(cell));
	if (added == NIL)
		return rows;
	ShardProgressBegin(trigger->id, added, NULL);
	return ShardProgressRead(trigger->id);
}

static bool
AllAreFinished(const List *rows)
{
	ListCell *cell;

	foreach (cell, rows)
		if (!((ShardProgress *) lfirst(cell))->finished)
			return false;
	return true;
}

/* Nothing tells which changes are missing: the dead letter says where reading ended. */
static void
WriteMissing(const EventTrigger *trigger, const List *rows)
{
	ShardProgress none = { .trigger = trigger->id, .shard_id = "" };

	const ShardProgress *last = rows == NIL ? &none : llast(rows);

	DeadLetterWriteMissing(last, &last->position,
	                       "the stream ended because changes may have been lost");
}

/* The label of the table's first stream behind the trigger's that clients see; 0: none. */
static int64
NextLabel(const EventTrigger *trigger)
{
	ListCell *cell;

	foreach (cell, StreamRowsShown(trigger->table))
		if (((StreamRow *) lfirst(cell))->label > trigger->label)
			return ((StreamRow *) lfirst(cell))->label;
	return 0;
}

/* A stream that has ended and has been read is followed by the table's next one. */
static bool
FollowStream(const EventTrigger *trigger, const StreamRow *ended, const List *rows)
{
	int64 label = NextLabel(trigger);

	if (label == 0 || !EventTriggerSetLabel(trigger, label))
		return false;
	if (ended == NULL || ended->changes_missing)
		WriteMissing(trigger, rows);
	ShardProgressDelete(trigger->id);
	ShardProgressBegin(trigger->id, StreamShards(trigger->table, label), NULL);
	return true;
}

static void
ReadShards(TriggerRead *read)
{
	const EventTrigger *trigger = read->trigger;
	StreamRow stream;
	bool found = StreamRowFind(trigger->table, trigger->label, &stream);
	List *shards = found ? StreamShards(trigger->table, trigger->label) : NIL;
	List *rows = MatchProgress(trigger, shards);
	ListCell *cell;

	if (!found || stream.disabled != 0)
	{
		if (!AllAreFinished(rows))
			read->set->is_incomplete = true;
		else if (FollowStream(trigger, found ? &stream : NULL, rows))
		{
			TriggersChanged(); /* once this is committed it is read anew */
			return;
		}
	}
	foreach (cell, shards)
	{
		const StreamShard *shard = lfirst(cell);

		AddWork(read, shard, FindProgress(rows, shard->number));
	}
}

/* What is wrong with one trigger holds up no other one. */
static void
TryReadTrigger(TriggerRead *read)
{
	MemoryContext caller = CurrentMemoryContext;

	PG_TRY();
	{
		StartTransactionCommand();
		PushActiveSnapshot(GetTransactionSnapshot());
		MemoryContextSwitchTo(read->set->context);
		read->filters = EventFiltersParse(read->trigger->filters);
		MemoryContextSwitchTo(CurTransactionContext);
		ReadShards(read);
		PopActiveSnapshot();
		CommitTransactionCommand();
	}
	PG_CATCH();
	{
		MaintenanceEndError(caller, "reading of triggers", read->trigger->table);
		read->set->is_incomplete = true;
	}
	PG_END_TRY();
	MemoryContextSwitchTo(caller);
}

static List *
ReadTriggers(MemoryContext context)
{
	MemoryContext caller = CurrentMemoryContext;
	List *triggers = NIL;

	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	if (CatalogExists())
	{
		MemoryContextSwitchTo(context);
		triggers = EventTriggersEnabled();
	}
	PopActiveSnapshot();
	CommitTransactionCommand();
	MemoryContextSwitchTo(caller);
	return triggers;
}

static HTAB *
NewShards(MemoryContext context)
{
	HASHCTL control = { .keysize = sizeof(ShardKey),
		                .entrysize = sizeof(ShardWork),
		                .hcxt = context };

	return hash_create("dynamo shards of triggers", 64, &control,
	                   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

static bool
HasOtherOwner(const List *triggers)
{
	ListCell *cell;

	foreach (cell, triggers)
		if (((EventTrigger *) lfirst(cell))->owner != ((EventTrigger *) linitial(triggers))->owner)
			return true;
	return false;
}

void
TriggerSetRefresh(TriggerSet *set)
{
	TriggerSet before = *set;
	List *triggers;
	ListCell *cell;

	*set = (TriggerSet){ .context = AllocSetContextCreate(TopMemoryContext, "dynamo triggers",
		                                                  ALLOCSET_DEFAULT_SIZES) };
	set->shards = NewShards(set->context);
	triggers = ReadTriggers(set->context);
	set->triggers = list_length(triggers);
	set->several_owners = HasOtherOwner(triggers);
	foreach (cell, triggers)
	{
		TriggerRead read = { .set = set, .before = &before, .trigger = lfirst(cell) };

		TryReadTrigger(&read);
	}
	if (before.context != NULL)
		MemoryContextDelete(before.context);
}
