/*
 * A list under one lock. A worker notes a key once a minute, so that the lock is no hot spot.
 */
#include "auth/key/key_use.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "auth/key/key_form.h"
#include "session/shared_memory.h"
#include "storage/query/own_query.h"

#define MAX_USES 1024

typedef struct KeyUse
{
	Oid database;
	TimestampTz when;
	char access_key_id[MAX_ACCESS_KEY_ID + 1];
} KeyUse;

typedef struct KeyUses
{
	int count;
	KeyUse uses[MAX_USES];
} KeyUses;

static KeyUses *uses = NULL;
static LWLock *lock = NULL;

static Size
UsesSize(void)
{
	return sizeof(KeyUses);
}

static void
Attach(void *memory, LWLock *part_lock)
{
	uses = memory;
	lock = part_lock;
}

void
KeyUseInit(void)
{
	static const SharedMemory memory = {
		.name = "dynamo key uses", .size = UsesSize, .tranche = "dynamo key uses", .attach = Attach
	};

	SharedMemoryAdd(&memory);
}

/* Its place in the list, or a new one, for which the oldest use is forgotten where there is no
 * room.
 */
static KeyUse *
PlaceOf(const char *access_key_id)
{
	KeyUse *place = &uses->uses[0];

	for (int i = 0; i < uses->count; i++)
	{
		KeyUse *use = &uses->uses[i];

		if (use->database == MyDatabaseId && strcmp(use->access_key_id, access_key_id) == 0)
			return use;
		if (use->when < place->when)
			place = use;
	}
	if (uses->count < MAX_USES)
		place = &uses->uses[uses->count++];
	*place = (KeyUse){ .database = MyDatabaseId };
	strlcpy(place->access_key_id, access_key_id, sizeof(place->access_key_id));
	return place;
}

void
KeyUseNote(const char *access_key_id, TimestampTz when)
{
	KeyUse *use;

	if (uses == NULL)
		return;
	LWLockAcquire(lock, LW_EXCLUSIVE);
	use = PlaceOf(access_key_id);
	use->when = Max(use->when, when);
	LWLockRelease(lock);
}

/* Moves this database's uses to `taken`; how many. */
static int
Take(KeyUse *taken)
{
	int count = 0;
	int kept = 0;

	LWLockAcquire(lock, LW_EXCLUSIVE);
	for (int i = 0; i < uses->count; i++)
	{
		if (uses->uses[i].database == MyDatabaseId)
			taken[count++] = uses->uses[i];
		else
			uses->uses[kept++] = uses->uses[i];
	}
	uses->count = kept;
	LWLockRelease(lock);
	return count;
}

void
KeyUseWrite(void)
{
	KeyUse *taken;
	int count;

	if (uses == NULL)
		return;
	taken = palloc(sizeof(KeyUse) * MAX_USES);
	count = Take(taken);
	for (int i = 0; i < count; i++)
	{
		OwnQuery query = { 0 };

		OwnQueryAdd(&query, TEXTOID, CStringGetTextDatum(taken[i].access_key_id));
		OwnQueryAdd(&query, TIMESTAMPTZOID, TimestampTzGetDatum(taken[i].when));
		(void) OwnQueryRun(
		    "INSERT INTO dynamo.access_key_use AS known (access_key_id, last_used)"
		    " SELECT key.access_key_id, $2 FROM dynamo.access_keys AS key"
		    " WHERE key.access_key_id OPERATOR(pg_catalog.=) $1"
		    " ON CONFLICT (access_key_id) DO UPDATE SET last_used = excluded.last_used",
		    &query, NULL, NULL);
	}
	pfree(taken);
}
