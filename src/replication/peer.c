/*
 * Connections to other regions, by libpqwalreceiver: waits that interrupts end, and no library
 * more. The role is one for replication, which may call dynamo.region_pull and nothing else.
 */
#include "replication/peer.h"

#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "compat.h"
#include "region/region_clock.h"

#define COLUMNS 5

/* A peer that says nothing for so long is gone. Those of the region's own connection win. */
#define KEEPALIVE                                                                     \
	"connect_timeout=10 keepalives_idle=10 keepalives_interval=5 keepalives_count=4 " \
	"tcp_user_timeout=30000 "

static void
Connect(Peer *peer)
{
	char *error = NULL;
	char *connection = psprintf(KEEPALIVE "%s", peer->region->connection);
	MemoryContext caller = MemoryContextSwitchTo(peer->context);

	load_file("libpqwalreceiver", false);
	peer->connection = RemoteSessionConnect(connection, "dynamo region", &error);
	MemoryContextSwitchTo(caller);
	if (peer->connection == NULL)
		ereport(ERROR, (errcode(ERRCODE_CONNECTION_FAILURE),
		                errmsg("could not connect to region \"%s\": %s", peer->region->name,
		                       error != NULL ? error : "out of memory")));
}

void
PeerDisconnect(Peer *peer)
{
	if (peer->connection != NULL)
		walrcv_disconnect(peer->connection);
	peer->connection = NULL;
}

static void
AppendTexts(StringInfo sql, const List *texts)
{
	const char *separator = "";
	ListCell *cell;

	appendStringInfoString(sql, "ARRAY[");
	foreach (cell, texts)
	{
		appendStringInfo(sql, "%s%s", separator, quote_literal_cstr(lfirst(cell)));
		separator = ",";
	}
	appendStringInfoString(sql, "]::text[]");
}

static char *
Question(const Peer *peer, const char *what, const List *names, const List *positions)
{
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfo(&sql, "SELECT * FROM dynamo.region_pull(%d, %d, %s, ", RegionNumber(),
	                 peer->region->number, quote_literal_cstr(what));
	AppendTexts(&sql, names);
	appendStringInfoString(&sql, ", ");
	AppendTexts(&sql, positions);
	appendStringInfoChar(&sql, ')');
	return sql.data;
}

static char *
TextOf(TupleTableSlot *slot, int column)
{
	bool null;
	Datum value = slot_getattr(slot, column, &null);

	return null ? NULL : TextDatumGetCString(value);
}

/* What a row should have and has not is an error of the other server's. */
static PeerRow *
ReadRow(TupleTableSlot *slot)
{
	PeerRow *row = palloc0_object(PeerRow);
	bool null;
	Datum value;

	row->kind = TextOf(slot, 1);
	row->table = TextOf(slot, 2);
	value = slot_getattr(slot, 3, &null);
	row->stamp = null ? 0 : DatumGetInt64(value);
	value = slot_getattr(slot, 4, &null);
	row->item = null ? NULL : DatumGetJsonbPCopy(value);
	row->position = TextOf(slot, 5);
	if (row->kind == NULL)
		row->kind = pstrdup("");
	return row;
}

static List *
ReadRows(const WalRcvExecResult *result)
{
	TupleTableSlot *slot = MakeSingleTupleTableSlot(result->tupledesc, &TTSOpsMinimalTuple);
	List *rows = NIL;

	while (tuplestore_gettupleslot(result->tuplestore, true, false, slot))
	{
		CHECK_FOR_INTERRUPTS();
		rows = lappend(rows, ReadRow(slot));
	}
	ExecDropSingleTupleTableSlot(slot);
	return rows;
}

List *
PeerAsk(Peer *peer, const char *what, const List *names, const List *positions)
{
	static const Oid types[COLUMNS] = { TEXTOID, TEXTOID, INT8OID, JSONBOID, TEXTOID };
	WalRcvExecResult *result;
	List *rows;

	if (peer->connection == NULL)
		Connect(peer);
	result = walrcv_exec(peer->connection, Question(peer, what, names, positions), COLUMNS, types);
	if (result->status != WALRCV_OK_TUPLES)
		ereport(ERROR,
		        (errcode(result->sqlstate != 0 ? result->sqlstate : ERRCODE_CONNECTION_FAILURE),
		         errmsg("region \"%s\" does not answer: %s", peer->region->name,
		                result->err != NULL ? result->err : "the connection was lost")));
	rows = ReadRows(result);
	walrcv_clear_result(result);
	return rows;
}
