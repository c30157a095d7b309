/*
 * Gathers changes by shard.
 *
 * Three things are bounded: a run by the size of a chunk, all runs together, which are packed when
 * they are too large, and what is packed, which moves to a file. The file's chunks come before
 * those in memory, and these before the runs.
 */
#include "change/capture/gather.h"

#include "postgres.h"

#include "miscadmin.h"
#include "nodes/pg_list.h"
#include "storage/buffile.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

#define RUNS_MOST (8 * 1024 * 1024)
#define PACKED_MOST (8 * 1024 * 1024)
/* A run that one large change has made larger gives its memory back. */
#define RUN_KEPT (2 * CHUNK_FULL)
#define SHARDS_MOST 4096
#define SHARDS_KEPT 256

typedef struct ShardKey
{
	int64 label;
	Oid leaf;
	uint32 padding; /* 0 */
} ShardKey;

typedef struct Run
{
	ShardKey key;
	StringInfoData changes; /* `data` NULL: it has no memory */
	ChunkRow row;           /* of them; count 0: there are none */
} Run;

static MemoryContext run_context; /* of runs and their table */
static HTAB *runs;
static Size run_bytes;
static MemoryContext packed_context;
static List *packed; /* of ChunkRow */
static BufFile *file;
static int filed; /* chunks in the file */
static bool full;
static uint64 changes; /* all of them */
static SequenceNumber first;

static void
MakeTable(void)
{
	HASHCTL control = { .keysize = sizeof(ShardKey),
		                .entrysize = sizeof(Run),
		                .hcxt = run_context };

	runs = hash_create("gathered changes", 64, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

void
GatherStart(void)
{
	run_context =
	    AllocSetContextCreate(TopMemoryContext, "gathered changes", ALLOCSET_DEFAULT_SIZES);
	packed_context =
	    AllocSetContextCreate(TopMemoryContext, "packed changes", ALLOCSET_DEFAULT_SIZES);
	MakeTable();
}

bool
GatherIsEmpty(void)
{
	return changes == 0;
}

bool
GatherIsFull(void)
{
	return full;
}

const SequenceNumber *
GatherFirst(void)
{
	return &first;
}

/* --- packing --- */

/* Outlives the transaction in which decoding calls. */
static void
OpenFile(void)
{
	MemoryContext caller = MemoryContextSwitchTo(TopMemoryContext);

	file = BufFileCreateTemp(true);
	MemoryContextSwitchTo(caller);
}

/* Packed chunks move to the file. */
static void
MoveToFile(void)
{
	ListCell *cell;

	if (file == NULL)
		OpenFile();
	foreach (cell, packed)
	{
		ChunkRow *row = lfirst(cell);
		Size size = VARSIZE(row->packed);

		BufFileWrite(file, row, sizeof(ChunkRow));
		BufFileWrite(file, &size, sizeof(size));
		BufFileWrite(file, row->packed, size);
		filed++;
	}
	packed = NIL;
	MemoryContextReset(packed_context);
}

static void
Clear(Run *run)
{
	run_bytes -= run->changes.len;
	run->row.count = 0;
	if (run->changes.maxlen <= RUN_KEPT)
	{
		resetStringInfo(&run->changes);
		return;
	}
	pfree(run->changes.data);
	run->changes = (StringInfoData){ 0 };
}

/* The row of a run, in the current context. */
static ChunkRow *
PackRow(const Run *run)
{
	ChunkRow *row = palloc_object(ChunkRow);

	*row = run->row;
	row->length = run->changes.len;
	row->packed = ChunkPack(&run->changes);
	return row;
}

static void
Pack(Run *run)
{
	MemoryContext caller = MemoryContextSwitchTo(packed_context);

	packed = lappend(packed, PackRow(run));
	MemoryContextSwitchTo(caller);
	Clear(run);
	full = true;
	if (MemoryContextMemAllocated(packed_context, false) > PACKED_MOST)
		MoveToFile();
}

/* Keeps the memory of runs, which have no changes any more, for the next ones. */
static void
ForgetManyShards(void)
{
	if (hash_get_num_entries(runs) <= SHARDS_KEPT)
		return;
	MemoryContextReset(run_context);
	MakeTable();
}

static void
PackAll(void)
{
	HASH_SEQ_STATUS status;
	Run *run;

	hash_seq_init(&status, runs);
	while ((run = hash_seq_search(&status)) != NULL)
		if (run->row.count > 0)
			Pack(run);
	ForgetManyShards();
}

/* --- gathering --- */

static Run *
FindRun(Oid leaf, int64 label)
{
	ShardKey key = { .label = label, .leaf = leaf };
	bool found;
	Run *run = hash_search(runs, &key, HASH_ENTER, &found);

	if (!found)
	{
		run->changes = (StringInfoData){ 0 };
		run->row = (ChunkRow){ .leaf = leaf, .label = label };
	}
	return run;
}

static void
Append(Run *run, const LoggedChange *change)
{
	MemoryContext caller = MemoryContextSwitchTo(run_context);
	int before = run->changes.len;

	if (run->changes.data == NULL)
		initStringInfo(&run->changes);
	ChunkAppend(&run->changes, change);
	run_bytes += run->changes.len - before;
	if (run->row.count++ == 0)
	{
		run->row.first = change->sequence;
		run->row.first_time = change->time;
	}
	run->row.last = change->sequence;
	run->row.last_time = change->time;
	MemoryContextSwitchTo(caller);
}

void
GatherAdd(Oid leaf, int64 label, const LoggedChange *change)
{
	Run *run = FindRun(leaf, label);

	if (changes++ == 0)
		first = change->sequence;
	Append(run, change);
	if (run->changes.len >= CHUNK_FULL)
		Pack(run);
	else if (run_bytes > RUNS_MOST || hash_get_num_entries(runs) > SHARDS_MOST)
		PackAll();
}

/* --- writing --- */

static void
ReadFile(void *to, Size length)
{
	if (BufFileRead(file, to, length) != length)
		ereport(ERROR, (errcode_for_file_access(),
		                errmsg("could not read a temporary file of changes: %m")));
}

static void
ReadPacked(ChunkRow *row)
{
	Size size;

	ReadFile(row, sizeof(ChunkRow));
	ReadFile(&size, sizeof(size));
	row->packed = palloc(size);
	ReadFile(row->packed, size);
}

static void
EmitFile(void (*append)(const ChunkRow *row, void *state), void *state)
{
	if (file != NULL && BufFileSeek(file, 0, 0, SEEK_SET) != 0)
		ereport(ERROR, (errcode_for_file_access(),
		                errmsg("could not rewind a temporary file of changes: %m")));
	for (int i = 0; i < filed; i++)
	{
		ChunkRow row;

		CHECK_FOR_INTERRUPTS();
		ReadPacked(&row);
		append(&row, state);
		pfree(row.packed);
	}
}

void
GatherEmit(void (*append)(const ChunkRow *row, void *state), void *state)
{
	HASH_SEQ_STATUS status;
	ListCell *cell;
	Run *run;

	EmitFile(append, state);
	foreach (cell, packed)
		append(lfirst(cell), state);
	hash_seq_init(&status, runs);
	while ((run = hash_seq_search(&status)) != NULL)
	{
		ChunkRow *row;

		if (run->row.count == 0)
			continue;
		row = PackRow(run);
		append(row, state);
		pfree(row->packed);
		pfree(row);
	}
}

static void
ClearRuns(void)
{
	HASH_SEQ_STATUS status;
	Run *run;

	hash_seq_init(&status, runs);
	while ((run = hash_seq_search(&status)) != NULL)
		if (run->row.count > 0)
			Clear(run);
}

void
GatherReset(void)
{
	if (file != NULL)
		BufFileClose(file);
	file = NULL;
	filed = 0;
	packed = NIL;
	MemoryContextReset(packed_context);
	full = false;
	changes = 0;
	ClearRuns();
	ForgetManyShards();
}
