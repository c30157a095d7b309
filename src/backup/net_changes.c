/*
 * The first old item and the last new one of each key are remembered while the log is read, of one
 * partition at a time. Where they would take more than maintenance_work_mem it is read in several
 * passes, of a share of the keys each.
 */
#include "backup/net_changes.h"

#include "miscadmin.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

#include "backup/changed_key.h"

typedef struct KeyChange
{
	ChangedKey key; /* the first member, as hash tables want it */
	NetChange net;
} KeyChange;

typedef struct Reading
{
	const PastTable *past;
	TimestampTz from;
	TimestampTz to;
	int leaf;
	uint32 pass;
	uint32 passes;
	MemoryContext context; /* of the pass */
	HTAB *changes;
} Reading;

/* From the time on: a cursor gives what was committed after another. */
static LogCursor *
OpenLog(const Reading *reading)
{
	return PastTableOpenLog(reading->past, reading->leaf, reading->from - 1);
}

static bool
Next(const Reading *reading, LogCursor *cursor, LoggedChange *change)
{
	while (PastTableNextChange(reading->past, cursor, change))
		if (change->time >= reading->from && change->time < reading->to)
		{
			PastTableCheckChange(reading->past, change);
			return true;
		}
	return false;
}

static Size
MemoryOf(const Jsonb *item)
{
	return item != NULL ? VARSIZE(item) + CHANGED_KEY_MEMORY : 0;
}

static uint32
CountPasses(const Reading *reading)
{
	LogCursor *cursor = OpenLog(reading);
	double room = maintenance_work_mem * 1024.0;
	double memory = 0;
	LoggedChange change;

	while (Next(reading, cursor, &change))
		memory += MemoryOf(change.old_item) + MemoryOf(change.new_item);
	LogCursorClose(cursor);
	return (uint32) Min(memory / room, 1000000) + 1;
}

/* The entry of an item's key; NULL where it is of another pass. */
static KeyChange *
EntryOf(Reading *reading, const Jsonb *item, bool *found)
{
	ChangedKey key;

	ChangedKeyOf(reading->past->source, item, &key);
	if (!ChangedKeyIsOfPass(&key, reading->pass, reading->passes))
		return NULL;
	return hash_search(reading->changes, &key, HASH_ENTER, found);
}

static Jsonb *
CopyOf(const Reading *reading, const Jsonb *item)
{
	Jsonb *copy = MemoryContextAlloc(reading->context, VARSIZE(item));

	memcpy(copy, item, VARSIZE(item));
	return copy;
}

/* An item that there was before the change. */
static void
TakeOld(Reading *reading, const LoggedChange *change)
{
	bool found;
	KeyChange *entry = EntryOf(reading, change->old_item, &found);

	if (entry == NULL)
		return;
	if (!found)
		entry->net = (NetChange){ .old_item = CopyOf(reading, change->old_item) };
	else if (entry->net.new_item != NULL)
		pfree(unconstify(Jsonb *, entry->net.new_item));
	entry->net.new_item = NULL;
	entry->net.time = change->time;
}

/* One that there is after it: the change's old item has been taken. */
static void
TakeNew(Reading *reading, const LoggedChange *change)
{
	bool found;
	KeyChange *entry = EntryOf(reading, change->new_item, &found);

	if (entry == NULL)
		return;
	if (!found)
		entry->net = (NetChange){ .old_item = NULL };
	else if (entry->net.new_item != NULL)
		pfree(unconstify(Jsonb *, entry->net.new_item));
	entry->net.new_item = CopyOf(reading, change->new_item);
	entry->net.time = change->time;
}

static void
ReadChanges(Reading *reading)
{
	LogCursor *cursor = OpenLog(reading);
	LoggedChange change;
	MemoryContext context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo key of a change", ALLOCSET_SMALL_SIZES);

	while (Next(reading, cursor, &change))
	{
		MemoryContext caller = MemoryContextSwitchTo(context);

		if (change.old_item != NULL)
			TakeOld(reading, &change);
		if (change.new_item != NULL)
			TakeNew(reading, &change);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(context);
	}
	MemoryContextDelete(context);
	LogCursorClose(cursor);
}

/* What was put and deleted again is no change. */
static void
EmitChanges(const Reading *reading, NetChangeEmit emit, void *argument)
{
	MemoryContext context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo net change", ALLOCSET_DEFAULT_SIZES);
	HASH_SEQ_STATUS all;
	const KeyChange *entry;

	hash_seq_init(&all, reading->changes);
	while ((entry = hash_seq_search(&all)) != NULL)
	{
		MemoryContext caller = MemoryContextSwitchTo(context);

		CHECK_FOR_INTERRUPTS();
		if (entry->net.old_item != NULL || entry->net.new_item != NULL)
			emit(argument, reading->leaf, &entry->net);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(context);
	}
	MemoryContextDelete(context);
}

static void
BeginPass(Reading *reading, uint32 pass)
{
	HASHCTL control = { .keysize = sizeof(ChangedKey),
		                .entrysize = sizeof(KeyChange),
		                .hcxt = reading->context };

	reading->pass = pass;
	reading->changes =
	    hash_create("dynamo net changes", 1024, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

void
NetChangesRead(const PastTable *past, TimestampTz from, TimestampTz to, int leaf,
               NetChangeEmit emit, void *argument)
{
	Reading reading = { .past = past, .from = from, .to = to, .leaf = leaf };

	reading.context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo net changes", ALLOCSET_DEFAULT_SIZES);
	reading.passes = CountPasses(&reading);
	for (uint32 pass = 0; pass < reading.passes; pass++)
	{
		BeginPass(&reading, pass);
		ReadChanges(&reading);
		EmitChanges(&reading, emit, argument);
		MemoryContextReset(reading.context);
	}
	MemoryContextDelete(reading.context);
}
