/*
 * Consumption in shared memory: a hash table of fixed size with an entry for
 * each table or global index that is used.
 *
 * A bucket holds tokens, one a unit. It fills at the throughput's rate up to
 * BURST_SECONDS of it, and starts full; so an entry whose bucket is full can be
 * dropped and made again without a difference but to the counters. Tokens
 * may fall below 0: what a request costs is known only once it has been served.
 */
#include "operation/throughput/consumption.h"

#include "miscadmin.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
#include "storage/spin.h"
#include "utils/guc.h"
#include "utils/hsearch.h"
#include "utils/timestamp.h"

#include "session/shared_memory.h"

#define TRANCHE "dynamo_consumption"

/* Without padding: keys are compared as bytes. */
typedef struct ConsumptionKey
{
	Oid database;
	Oid relation;
	int index;
} ConsumptionKey;

typedef struct Account
{
	double units;
	int64 throttled;
	int64 rate; /* by which the bucket filled when it was last used; 0: there was none */
	double tokens;
	TimestampTz filled; /* when `tokens` was true */
} Account;

/*
 * Found under `lock`, shared at least, which keeps the entry in its place; made
 * and dropped under it exclusively. `mutex` guards what stands behind it, and is
 * held for a few assignments only.
 */
typedef struct ConsumptionEntry
{
	ConsumptionKey key;
	slock_t mutex;
	TimestampTz used;
	Account accounts[CONSUMPTION_KINDS];
} ConsumptionEntry;

typedef struct ConsumptionShared
{
	LWLock *lock;
} ConsumptionShared;

static int max_entries = 1000;

static ConsumptionShared *shared = NULL;
static HTAB *entries = NULL;

/* --- shared memory --- */

static Size
SharedSize(void)
{
	return sizeof(ConsumptionShared);
}

static Size
EntriesSize(void)
{
	return hash_estimate_size(max_entries, sizeof(ConsumptionEntry));
}

static void
Attach(void *memory, LWLock *lock)
{
	HASHCTL control = { .keysize = sizeof(ConsumptionKey), .entrysize = sizeof(ConsumptionEntry) };

	shared = memory;
	shared->lock = lock;
	entries = ShmemInitHash("dynamo consumption entries", max_entries, max_entries, &control,
	                        HASH_ELEM | HASH_BLOBS);
}

static const SharedMemory memory = {
	.name = "dynamo consumption",
	.size = SharedSize,
	.more = EntriesSize,
	.tranche = TRANCHE,
	.attach = Attach,
};

void
ConsumptionInit(void)
{
	if (!process_shared_preload_libraries_in_progress)
		return;
	DefineCustomIntVariable(
	    "dynamo.max_throughput_entries",
	    "Tables and global indexes whose consumed capacity is kept in shared memory.",
	    "Where more are in use, those that were not used for longest start again.", &max_entries,
	    1000, 10, 100000, PGC_POSTMASTER, 0, NULL, NULL, NULL);
	SharedMemoryAdd(&memory);
}

bool
ConsumptionIsShared(void)
{
	return shared != NULL;
}

/* --- buckets --- */

/* Brings the bucket to now. One that had no rate starts full. */
static void
Fill(Account *account, int64 rate, TimestampTz now)
{
	double most = (double) rate * BURST_SECONDS;
	double seconds = Max(now - account->filled, 0) / (double) USECS_PER_SEC;
	double tokens = account->rate > 0 ? account->tokens + seconds * account->rate : most;

	account->tokens = Min(tokens, most);
	account->rate = rate;
	account->filled = now;
}

static double
TokensAt(const Account *account, TimestampTz now)
{
	Account copy = *account;

	Fill(&copy, account->rate, now);
	return copy.tokens;
}

/* Whether nothing but the counters would change if the entry were made anew. */
static bool
IsIdle(const ConsumptionEntry *entry, TimestampTz now)
{
	if (now - entry->used < BURST_SECONDS * USECS_PER_SEC)
		return false;
	for (int kind = 0; kind < CONSUMPTION_KINDS; kind++)
	{
		const Account *account = &entry->accounts[kind];

		if (TokensAt(account, now) < (double) account->rate * BURST_SECONDS)
			return false;
	}
	return true;
}

/* --- entries --- */

static void
Drop(ConsumptionEntry *entry)
{
	(void) hash_search(entries, &entry->key, HASH_REMOVE, NULL);
}

/* Drops what is idle, else what was not used for longest. Under the exclusive lock. */
static void
MakeRoom(TimestampTz now)
{
	HASH_SEQ_STATUS status;
	ConsumptionEntry *entry;
	ConsumptionEntry *oldest = NULL;
	bool dropped = false;

	hash_seq_init(&status, entries);
	while ((entry = hash_seq_search(&status)) != NULL)
	{
		if (IsIdle(entry, now))
		{
			Drop(entry);
			dropped = true;
		}
		else if (oldest == NULL || entry->used < oldest->used)
			oldest = entry;
	}
	if (!dropped)
		Drop(oldest);
}

static ConsumptionEntry *
MakeEntry(const ConsumptionKey *key, TimestampTz now)
{
	ConsumptionEntry *entry = hash_search(entries, key, HASH_FIND, NULL);

	if (entry != NULL)
		return entry;
	if (hash_get_num_entries(entries) >= max_entries)
		MakeRoom(now);
	entry = hash_search(entries, key, HASH_ENTER, NULL);
	SpinLockInit(&entry->mutex);
	entry->used = now;
	memset(entry->accounts, 0, sizeof(entry->accounts));
	return entry;
}

static ConsumptionKey
KeyOf(Consumer consumer)
{
	return (ConsumptionKey){ MyDatabaseId, consumer.relation, consumer.index };
}

/* The consumer's entry, made where there is none; with the table's lock and its own. */
static ConsumptionEntry *
LockEntry(Consumer consumer, TimestampTz now)
{
	ConsumptionKey key = KeyOf(consumer);
	ConsumptionEntry *entry;

	LWLockAcquire(shared->lock, LW_SHARED);
	entry = hash_search(entries, &key, HASH_FIND, NULL);
	if (entry == NULL)
	{
		LWLockRelease(shared->lock);
		LWLockAcquire(shared->lock, LW_EXCLUSIVE);
		entry = MakeEntry(&key, now);
	}
	SpinLockAcquire(&entry->mutex);
	entry->used = now;
	return entry;
}

static void
UnlockEntry(ConsumptionEntry *entry)
{
	SpinLockRelease(&entry->mutex);
	LWLockRelease(shared->lock);
}

bool
ConsumptionAdmits(Consumer consumer, ConsumptionKind kind, int64 rate)
{
	TimestampTz now;
	ConsumptionEntry *entry;
	Account *account;
	bool admits;

	if (shared == NULL || rate == 0)
		return true;
	now = GetCurrentTimestamp();
	entry = LockEntry(consumer, now);
	account = &entry->accounts[kind];
	Fill(account, rate, now);
	admits = account->tokens > 0;
	UnlockEntry(entry);
	return admits;
}

void
ConsumptionAdd(Consumer consumer, ConsumptionKind kind, double units, int64 rate)
{
	TimestampTz now;
	ConsumptionEntry *entry;
	Account *account;

	if (shared == NULL)
		return;
	now = GetCurrentTimestamp();
	entry = LockEntry(consumer, now);
	account = &entry->accounts[kind];
	account->units += units;
	Fill(account, rate, now);
	account->tokens -= rate > 0 ? units : 0;
	UnlockEntry(entry);
}

void
ConsumptionThrottled(Consumer consumer, ConsumptionKind kind, int64 count)
{
	ConsumptionEntry *entry;

	if (shared == NULL)
		return;
	entry = LockEntry(consumer, GetCurrentTimestamp());
	entry->accounts[kind].throttled += count;
	UnlockEntry(entry);
}

/* --- reading --- */

/* Under the table's lock. */
static Consumption
ReadEntry(ConsumptionEntry *entry, TimestampTz now)
{
	Account accounts[CONSUMPTION_KINDS];
	Consumption consumption;

	SpinLockAcquire(&entry->mutex);
	memcpy(accounts, entry->accounts, sizeof(accounts));
	SpinLockRelease(&entry->mutex);
	for (int kind = 0; kind < CONSUMPTION_KINDS; kind++)
	{
		consumption.units[kind] = accounts[kind].units;
		consumption.throttled[kind] = accounts[kind].throttled;
		consumption.rates[kind] = accounts[kind].rate;
		consumption.tokens[kind] = TokensAt(&accounts[kind], now);
	}
	return consumption;
}

bool
ConsumptionRead(Consumer consumer, Consumption *consumption)
{
	ConsumptionKey key = KeyOf(consumer);
	ConsumptionEntry *entry;

	*consumption = (Consumption){ 0 };
	if (shared == NULL)
		return false;
	LWLockAcquire(shared->lock, LW_SHARED);
	entry = hash_search(entries, &key, HASH_FIND, NULL);
	if (entry != NULL)
		*consumption = ReadEntry(entry, GetCurrentTimestamp());
	LWLockRelease(shared->lock);
	return entry != NULL;
}

ConsumerConsumption *
ConsumptionList(int *count)
{
	ConsumerConsumption *list;
	HASH_SEQ_STATUS status;
	ConsumptionEntry *entry;
	TimestampTz now = GetCurrentTimestamp();

	*count = 0;
	if (shared == NULL)
		return NULL;
	list = palloc(sizeof(ConsumerConsumption) * max_entries);
	LWLockAcquire(shared->lock, LW_SHARED);
	hash_seq_init(&status, entries);
	while ((entry = hash_seq_search(&status)) != NULL)
	{
		if (entry->key.database != MyDatabaseId)
			continue;
		list[*count].consumer = (Consumer){ entry->key.relation, entry->key.index };
		list[(*count)++].consumption = ReadEntry(entry, now);
	}
	LWLockRelease(shared->lock);
	return list;
}
