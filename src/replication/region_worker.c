/*
 * The worker that fetches what one other region writes.
 *
 * It asks again and again; each answer is applied in the transaction in which it came, with how far
 * it goes. To apply a change twice is to apply it once, so that what a crash takes back may come
 * again. A transaction has no snapshot while it waits for the other server, and so holds nothing
 * back. Other regions have workers of their own.
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "maintenance/maintenance.h"
#include "region/region_clock.h"
#include "replication/apply.h"
#include "replication/membership.h"
#include "replication/pull_source.h"
#include "replication/worker_start.h"
#include "session/wait_event.h"
#include "session/worker_session.h"
#include "storage/catalog/catalog.h"
#include "storage/query/own_query.h"
#include "storage/relation/lock.h"

#include "catalog/pg_type.h"

#define WORK "region"
#define LOCK_TIMEOUT "500ms"
#define LISTING_MILLISECONDS 1000
#define NOTE_MILLISECONDS 5000
#define PARKED_MILLISECONDS 60000
#define EXPIRY_MILLISECONDS (60 * 60 * 1000)
#define SAVE_MILLISECONDS 5000
#define LONGEST_PAUSE 15000

PGDLLEXPORT void DynamoRegionMain(Datum argument);

static bool
IsDue(TimestampTz *last, int milliseconds)
{
	TimestampTz now = GetCurrentTimestamp();

	if (!TimestampDifferenceExceeds(*last, now, milliseconds) && *last <= now)
		return false;
	*last = now;
	return true;
}

static void
PushSnapshot(void)
{
	PushActiveSnapshot(GetTransactionSnapshot());
}

/* --- positions that are not in the rows yet --- */

static KnownPosition *
FindPosition(const Peer *peer, Oid relation)
{
	ListCell *cell;

	foreach (cell, peer->positions)
		if (((KnownPosition *) lfirst(cell))->relation == relation)
			return lfirst(cell);
	return NULL;
}

/* The row's, unless this process is ahead of it. */
static char *
PositionOf(const Peer *peer, const Replica *replica)
{
	const KnownPosition *known = FindPosition(peer, replica->relation);

	return known != NULL && strcmp(known->saved, replica->position) == 0 ? known->text
	                                                                     : replica->position;
}

static void
KeepPosition(Peer *peer, const Replica *replica, const char *text)
{
	MemoryContext caller = MemoryContextSwitchTo(peer->context);
	KnownPosition *known = FindPosition(peer, replica->relation);

	if (known == NULL)
	{
		known = palloc0_object(KnownPosition);
		known->relation = replica->relation;
		peer->positions = lappend(peer->positions, known);
	}
	else
	{
		pfree(known->saved);
		pfree(known->text);
	}
	known->saved = pstrdup(replica->position);
	known->text = pstrdup(text);
	MemoryContextSwitchTo(caller);
}

/* --- tables and members --- */

static void
CreateMissing(Peer *peer, const char *name)
{
	List *rows;

	StartTransactionCommand();
	rows = PeerAsk(peer, "request", list_make1(pstrdup(name)), list_make1(pstrdup("")));
	PushSnapshot();
	MembershipCreateTable(peer, name, rows);
	WorkerTransactionCommit();
}

static void
RefreshTables(Peer *peer)
{
	List *missing;
	List *names = NIL;
	MemoryContext round = CurrentMemoryContext;
	ListCell *cell;

	StartTransactionCommand();
	missing = PeerAsk(peer, "tables", NIL, NIL);
	PushSnapshot();
	missing = MembershipMerge(peer, missing);
	if (IsDue(&peer->noted, NOTE_MILLISECONDS))
		RegionNoteContact(peer->region->number, peer->skew, NULL);
	MemoryContextSwitchTo(round);
	foreach (cell, missing)
		names = lappend(names, pstrdup(lfirst(cell)));
	WorkerTransactionCommit();
	MemoryContextSwitchTo(round);
	foreach (cell, names)
		CreateMissing(peer, lfirst(cell));
	MemoryContextSwitchTo(round);
}

/* --- copies --- */

static const PeerRow *
LastOfKind(const List *rows, const char *kind)
{
	const PeerRow *last = rows == NIL ? NULL : llast(rows);

	return last != NULL && strcmp(last->kind, kind) == 0 ? last : NULL;
}

static void
ApplyPage(Peer *peer, Table *table, const List *rows, Replica *replica)
{
	const PeerRow *next = LastOfKind(rows, PULL_NEXT);
	char *error = NULL;

	if (next == NULL)
		return;
	if (!ApplyRows(peer, table, rows, replica, &error))
	{
		ReplicaNoteError(replica->relation, replica->region, error);
		return;
	}
	replica->copied = next->position;
	replica->percent = Min(next->stamp, 100);
	replica->active = next->position == NULL;
	ReplicaSave(replica, false);
	if (replica->active)
		ReplicaActivate(replica->relation);
}

/* A page, in one transaction; true: there may be more. */
static bool
CopyPage(Peer *peer, Replica *replica, const char *name)
{
	List *rows;
	Table *table;

	StartTransactionCommand();
	rows = PeerAsk(peer, "copy", list_make1(pstrdup(name)), list_make1(replica->copied));
	PushSnapshot();
	table = TableOpenRelation(replica->relation);
	if (table != NULL)
		ApplyPage(peer, table, rows, replica);
	WorkerTransactionCommit();
	return replica->copied != NULL;
}

/* --- changes --- */

static void
StartOver(Replica *replica)
{
	if (replica->caught_up != 0 &&
	    TimestampDifferenceExceeds(replica->caught_up, GetCurrentTimestamp(),
	                               Min((int64) tombstone_days * 86400000, PG_INT32_MAX)))
	{
		ReplicaNoteError(replica->relation, replica->region,
		                 "the region was away for longer than dynamo.tombstone_retention: delete"
		                 " one of the replicas, and create it anew");
		return;
	}
	ReplicaStartOver(replica->relation, replica->region);
}

/* True: something came. */
static bool
ApplyAnswer(Peer *peer, Table *table, const List *rows, Replica *replica)
{
	const PeerRow *next = LastOfKind(rows, PULL_POSITION);
	char *error = NULL;

	if (LastOfKind(rows, PULL_LOST) != NULL)
		StartOver(replica);
	if (next == NULL || next->position == NULL)
		return false;
	if (!ApplyRows(peer, table, rows, replica, &error))
	{
		ReplicaNoteError(replica->relation, replica->region, error);
		return false;
	}
	if (list_length(rows) == 1 &&
	    !TimestampDifferenceExceeds(replica->caught_up, GetCurrentTimestamp(), SAVE_MILLISECONDS))
	{
		KeepPosition(peer, replica, next->position);
		return false;
	}
	replica->position = next->position;
	ReplicaSave(replica, next->stamp == 0);
	return next->stamp != 0 || list_length(rows) > 1;
}

/* The rows of one table, which follow each other. */
static List *
RowsOf(const List *rows, const char *name)
{
	List *own = NIL;
	ListCell *cell;

	foreach (cell, rows)
	{
		PeerRow *row = lfirst(cell);

		if (row->table != NULL && strcmp(row->table, name) == 0)
			own = lappend(own, row);
	}
	return own;
}

static bool
FetchChanges(Peer *peer, const List *replicas, const List *names)
{
	List *positions = NIL;
	bool more = false;
	ListCell *cell;
	ListCell *name;
	List *rows;

	StartTransactionCommand();
	foreach (cell, replicas)
		positions = lappend(positions, PositionOf(peer, lfirst(cell)));
	rows = PeerAsk(peer, "changes", names, positions);
	PushSnapshot();
	forboth (cell, replicas, name, names)
	{
		List *own = RowsOf(rows, lfirst(name));
		Table *table = own == NIL ? NULL : TableOpenRelation(((Replica *) lfirst(cell))->relation);

		if (table != NULL)
			more = ApplyAnswer(peer, table, own, lfirst(cell)) || more;
	}
	WorkerTransactionCommit();
	return more;
}

/* --- rounds --- */

/* The replicas there that have begun, with the names of their tables; in the round's context. */
static List *
ReadReplicas(const Peer *peer, List **names)
{
	MemoryContext round = CurrentMemoryContext;
	List *all;
	List *found = NIL;
	ListCell *cell;

	WorkerTransactionBegin();
	MemoryContextSwitchTo(round);
	all = ReplicasFrom(peer->region->number);
	*names = NIL;
	foreach (cell, all)
	{
		const Replica *replica = lfirst(cell);
		const Table *table =
		    replica->position == NULL ? NULL : TableOpenRelation(replica->relation);

		if (table == NULL)
			continue;
		found = lappend(found, lfirst(cell));
		*names = lappend(*names, BytesToCString(table->definition.name));
	}
	WorkerTransactionCommit();
	MemoryContextSwitchTo(round);
	return found;
}

static void
ExpireTombstones(void)
{
	OwnQuery query = { 0 };
	Stamp limit = StampMake(GetCurrentTimestamp() - tombstone_days * USECS_PER_DAY, 0);

	OwnQueryAdd(&query, INT8OID, Int64GetDatum(limit));
	(void) OwnQueryRun("DELETE FROM dynamo.tombstones WHERE stamp < $1", &query, NULL, NULL);
}

static void
KeepUp(Peer *peer)
{
	MemoryContext round = CurrentMemoryContext;
	bool retry = IsDue(&peer->retried, PARKED_MILLISECONDS);
	bool expire = IsDue(&peer->expired, EXPIRY_MILLISECONDS);

	if (!retry && !expire)
		return;
	WorkerTransactionBegin();
	if (retry)
		ApplyParked(peer);
	if (expire)
		ExpireTombstones();
	WorkerTransactionCommit();
	MemoryContextSwitchTo(round);
}

/* True: there is more to fetch at once. */
static bool
Round(Peer *peer)
{
	MemoryContext round = CurrentMemoryContext;
	List *following = NIL;
	List *following_names = NIL;
	bool more = false;
	List *replicas;
	List *names;
	ListCell *cell;
	ListCell *name;

	if (IsDue(&peer->listed, LISTING_MILLISECONDS))
		RefreshTables(peer);
	KeepUp(peer);
	replicas = ReadReplicas(peer, &names);
	forboth (cell, replicas, name, names)
	{
		Replica *replica = lfirst(cell);

		if (replica->copied != NULL)
		{
			more = CopyPage(peer, replica, lfirst(name)) || more;
			MemoryContextSwitchTo(round);
			continue;
		}
		following = lappend(following, replica);
		following_names = lappend(following_names, lfirst(name));
	}
	if (following != NIL)
		more = FetchChanges(peer, following, following_names) || more;
	MemoryContextSwitchTo(round);
	return more;
}

/* --- the process --- */

/* In a PG_CATCH. What is wrong with the other region is shown, and said once. */
static void
EndError(Peer *peer, MemoryContext caller)
{
	MemoryContext context = MemoryContextSwitchTo(caller);
	ErrorData *error = CopyErrorData();

	MemoryContextSwitchTo(context);
	MaintenanceEndError(caller, WORK, BytesFromCString(peer->region->name));
	SetUserIdAndSecContext(GetSessionUserId(), 0);
	PeerDisconnect(peer);
	WorkerTransactionBegin();
	RegionNoteContact(peer->region->number, 0, error->message);
	WorkerTransactionCommit();
	MemoryContextSwitchTo(caller);
}

/* False after an error. */
static bool
TryRound(Peer *peer, bool *more)
{
	MemoryContext caller = CurrentMemoryContext;
	volatile bool done = false;

	PG_TRY();
	{
		*more = Round(peer);
		done = true;
	}
	PG_CATCH();
	{
		EndError(peer, caller);
	}
	PG_END_TRY();
	return done;
}

static void
Pause(long milliseconds)
{
	pgstat_report_activity(STATE_IDLE, NULL);
	(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, milliseconds,
	                 WaitEventFor(WAIT_FOR_EVENTS));
	ResetLatch(MyLatch);
	CHECK_FOR_INTERRUPTS();
	if (ConfigReloadPending)
	{
		ConfigReloadPending = false;
		ProcessConfigFile(PGC_SIGHUP);
	}
}

/* The first that has no worker yet; its lock is held as long as the process lives. */
static KnownRegion *
TakeRegion(MemoryContext context)
{
	KnownRegion *taken = NULL;
	List *regions = NIL;
	ListCell *cell;

	WorkerTransactionBegin();
	if (CatalogExists())
	{
		RegionClockPrepare(); /* pg_upgrade takes no origins along */
		MemoryContextSwitchTo(context);
		regions = KnownRegions();
	}
	foreach (cell, regions)
	{
		LOCKTAG tag = RegionLock(((KnownRegion *) lfirst(cell))->number);

		if (taken == NULL && LockAcquire(&tag, ExclusiveLock, true, true) != LOCKACQUIRE_NOT_AVAIL)
			taken = lfirst(cell);
	}
	WorkerTransactionCommit();
	return taken;
}

/* As the row is now; false: it is gone. A new connection is made where it has another one. */
static bool
RefreshRegion(Peer *peer)
{
	KnownRegion *region = NULL;
	KnownRegion *now;

	WorkerTransactionBegin();
	if (CatalogExists())
	{
		MemoryContextSwitchTo(peer->context);
		region = RegionNumbered(peer->region->number);
	}
	WorkerTransactionCommit();
	if (region == NULL)
		return false;
	now = peer->region;
	if (strcmp(now->connection, region->connection) != 0)
		PeerDisconnect(peer);
	peer->region = region;
	pfree(now->connection);
	pfree(now->name);
	pfree(now);
	return true;
}

static void
Work(Peer *peer)
{
	MemoryContext round =
	    AllocSetContextCreate(TopMemoryContext, "dynamo round of a region", ALLOCSET_DEFAULT_SIZES);
	TimestampTz refreshed = GetCurrentTimestamp();
	long pause = 100;

	for (;;)
	{
		bool more = false;

		if (IsDue(&refreshed, LISTING_MILLISECONDS) && !RefreshRegion(peer))
			return;
		MemoryContextSwitchTo(round);
		if (TryRound(peer, &more))
			pause = region_interval;
		else
			pause = Min(Max(pause, 100) * 2, LONGEST_PAUSE);
		MemoryContextReset(round);
		CHECK_FOR_INTERRUPTS();
		if (!more)
			Pause(pause);
	}
}

/* What applies to the sessions of users does not to what another region's have done already. */
void
DynamoRegionMain(Datum argument)
{
	Peer peer = { 0 };

	pqsignal(SIGTERM, die);
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	BackgroundWorkerUnblockSignals();
	if (RegionNumber() == 0 || !RegionWorkerPlaceTake())
		proc_exit(0);
	WorkerSessionBegin(DatumGetObjectId(argument), WORK, LOCK_TIMEOUT);
	SetConfigOption("session_replication_role", "replica", PGC_SUSET, PGC_S_OVERRIDE);
	SetConfigOption("synchronous_commit", "off", PGC_USERSET, PGC_S_OVERRIDE);
	peer.context = AllocSetContextCreate(TopMemoryContext, "dynamo region", ALLOCSET_DEFAULT_SIZES);
	peer.region = TakeRegion(peer.context);
	if (peer.region != NULL)
		Work(&peer);
	PeerDisconnect(&peer);
	proc_exit(0);
}
