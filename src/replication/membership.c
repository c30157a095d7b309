/*
 * See membership.h.
 */
#include "replication/membership.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "region/region_clock.h"
#include "replication/pull_source.h"
#include "storage/relation/lock.h"
#include "storage/relation/table_owner.h"

/* A table as the other region tells of it. */
typedef struct Listed
{
	const PeerRow *table;
	List *members; /* PeerRow */
} Listed;

static bool
Is(const PeerRow *row, const char *kind)
{
	return strcmp(row->kind, kind) == 0;
}

static int
NumberOf(const PeerRow *row)
{
	int number = row->position == NULL ? 0 : atoi(row->position);

	if (number < 1 || number > MAX_REGION_NUMBER)
		ereport(ERROR, (errcode(ERRCODE_PROTOCOL_VIOLATION),
		                errmsg("a region tells of a region without a number")));
	return number;
}

static List *
ReadListing(Peer *peer, const List *rows)
{
	Listed *listed = NULL;
	List *tables = NIL;
	ListCell *cell;

	foreach (cell, rows)
	{
		PeerRow *row = lfirst(cell);

		if (Is(row, PULL_REGION))
		{
			if (row->position == NULL || strcmp(row->position, peer->region->name) != 0)
				ereport(ERROR, (errcode(ERRCODE_PROTOCOL_VIOLATION),
				                errmsg("region \"%s\" calls itself \"%s\"", peer->region->name,
				                       row->position != NULL ? row->position : "")));
			peer->skew = row->stamp - GetCurrentTimestamp();
		}
		else if (Is(row, PULL_TABLE) && row->table != NULL)
		{
			listed = palloc0_object(Listed);
			listed->table = row;
			tables = lappend(tables, listed);
		}
		else if (listed != NULL && (Is(row, PULL_MEMBER) || Is(row, PULL_REMOVED)))
			listed->members = lappend(listed->members, row);
	}
	return tables;
}

static const PeerRow *
MemberOf(const Listed *listed, int region)
{
	ListCell *cell;

	foreach (cell, listed->members)
		if (NumberOf(lfirst(cell)) == region)
			return lfirst(cell);
	return NULL;
}

static Replica *
Find(const List *replicas, int region)
{
	ListCell *cell;

	foreach (cell, replicas)
		if (((Replica *) lfirst(cell))->region == region)
			return lfirst(cell);
	return NULL;
}

static void
EndReplication(Table *table)
{
	CallerRole caller = BecomeTableOwner(table);

	TableEndReplication(table);
	ReturnToCaller(&caller);
}

/* Where the other region is only being made it has written nothing: there is nothing to copy. */
static void
BeginFetching(Replica *replica, const PeerRow *listed)
{
	bool active = listed->stamp < 0;

	if (replica->position == NULL && listed->position != NULL)
	{
		replica->position = listed->position;
		replica->copied = active ? pstrdup("") : NULL;
		replica->percent = 0;
	}
	else if (replica->copied != NULL || (replica->active && active) ||
	         (!active && replica->percent == listed->stamp))
		return;
	replica->active = replica->position != NULL && replica->copied == NULL && active;
	if (!active)
		replica->percent = listed->stamp;
	ReplicaSave(replica, false);
}

static void
MergeMembers(const Listed *listed, Table *table)
{
	ListCell *cell;

	foreach (cell, listed->members)
	{
		const PeerRow *member = lfirst(cell);

		if (NumberOf(member) != RegionNumber())
			ReplicaSetMember(table->relation, NumberOf(member), Is(member, PULL_REMOVED),
			                 member->stamp);
	}
}

/* Of a table that has replicas here. */
static void
MergeTable(const Peer *peer, const Listed *listed, Table *table)
{
	const PeerRow *own = MemberOf(listed, RegionNumber());
	List *replicas = ReplicasOf(table->relation);
	const Replica *here = Find(replicas, RegionNumber());
	Replica *there;

	if (own != NULL && Is(own, PULL_REMOVED) && here != NULL && here->changed < own->stamp)
	{
		EndReplication(table);
		return;
	}
	MergeMembers(listed, table);
	there = Find(ReplicasOf(table->relation), peer->region->number);
	if (there != NULL && !there->removed)
		BeginFetching(there, listed->table);
}

void
MembershipForget(const Replica *replica)
{
	Table *table = TableOpenRelation(replica->relation);

	ReplicaForget(replica->relation, replica->region);
	if (table != NULL && list_length(ReplicasOf(replica->relation)) == 1)
		EndReplication(table);
}

/* Regions that were removed, and know it: they tell of the table no more. */
static void
ForgetRemoved(const Peer *peer, const List *tables)
{
	ListCell *cell;

	foreach (cell, ReplicasRemoved(peer->region->number))
	{
		const Replica *replica = lfirst(cell);
		Table *table = TableOpenRelation(replica->relation);
		bool listed = false;
		ListCell *other;

		foreach (other, tables)
			listed =
			    listed || (table != NULL &&
			               BytesEqual(table->definition.name,
			                          BytesFromCString(((Listed *) lfirst(other))->table->table)));
		if (!listed)
			MembershipForget(replica);
	}
}

List *
MembershipMerge(Peer *peer, const List *rows)
{
	List *tables = ReadListing(peer, rows);
	List *missing = NIL;
	ListCell *cell;

	foreach (cell, tables)
	{
		const Listed *listed = lfirst(cell);
		Table *table = TableOpen(BytesFromCString(listed->table->table), 0);
		const PeerRow *own = MemberOf(listed, RegionNumber());

		if (table != NULL && TableHasReplicas(table->relation))
			MergeTable(peer, listed, table);
		else if (own != NULL && Is(own, PULL_MEMBER))
			missing = lappend(missing, listed->table->table);
	}
	ForgetRemoved(peer, tables);
	return missing;
}

/* --- tables that are made --- */

static void
Create(const Jsonb *request)
{
	Oid types[] = { JSONBOID };
	Datum values[] = { JsonbPGetDatum(request) };

	SPI_connect();
	if (SPI_execute_with_args("SELECT dynamo.create_table($1)", 1, types, values, NULL, false, 0) !=
	    SPI_OK_SELECT)
		elog(ERROR, "dynamo.create_table failed");
	SPI_finish();
}

static void
CheckMayCreate(const Peer *peer, const char *name, const Table *table)
{
	if (table != NULL)
		ereport(ERROR, (errcode(ERRCODE_DUPLICATE_TABLE),
		                errmsg("region \"%s\" has a table \"%s\", which is another one here",
		                       peer->region->name, name),
		                errhint("Delete the one or the other.")));
	if (!OidIsValid(peer->region->owner))
		ereport(ERROR,
		        (errcode(ERRCODE_UNDEFINED_OBJECT),
		         errmsg("the owner of tables of region \"%s\" is no more", peer->region->name),
		         errhint("Name another one by dynamo.add_region.")));
}

void
MembershipCreateTable(const Peer *peer, const char *name, const List *rows)
{
	const PeerRow *row = rows == NIL ? NULL : linitial(rows);
	CallerRole caller;
	Table *table;

	if (row == NULL || !Is(row, PULL_REQUEST) || row->item == NULL)
		return; /* it has just been removed */
	LockTableName(BytesFromCString(name));
	table = TableOpen(BytesFromCString(name), 0);
	if (table != NULL && TableHasReplicas(table->relation))
		return; /* another region's worker was faster */
	CheckMayCreate(peer, name, table);
	caller = BecomeRole(peer->region->owner);
	Create(row->item);
	CommandCounterIncrement();
	TableReplicate(TableOpen(BytesFromCString(name), 0), false);
	ReturnToCaller(&caller);
	CommandCounterIncrement();
	ReplicaSetMember(TableOpen(BytesFromCString(name), 0)->relation, peer->region->number, false,
	                 GetCurrentTimestamp());
}
