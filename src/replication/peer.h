/*
 * Another region, as its worker here knows it, and what its server answers.
 */
#ifndef DYNAMO_PEER_H
#define DYNAMO_PEER_H

#include "postgres.h"

#include "nodes/pg_list.h"
#include "replication/walreceiver.h"
#include "utils/jsonb.h"

#include "region/stamp.h"
#include "storage/region/region_catalog.h"
#include "storage/region/replica_catalog.h"

/* How far a table is, where the row says less: it is not written for each look. */
typedef struct KnownPosition
{
	Oid relation;
	char *saved; /* what the row has */
	char *text;
} KnownPosition;

typedef struct Peer
{
	KnownRegion *region;
	MemoryContext context; /* of what lives longer than a round */
	WalReceiverConn *connection;
	List *positions; /* KnownPosition */
	TimestampTz listed;
	TimestampTz retried; /* what is parked */
	TimestampTz expired; /* tombstones */
	TimestampTz noted;   /* how the connection is */
	int64 skew;
} Peer;

/* A row of dynamo.region_pull. */
typedef struct PeerRow
{
	char *kind;
	char *table; /* or NULL */
	Stamp stamp;
	Jsonb *item;    /* or NULL */
	char *position; /* or NULL */
} PeerRow;

/*
 * In a transaction without a snapshot: asks the other region, and connects to it first where it is
 * not. A list of palloc'd PeerRow. Names and positions are strings, as many of the one as of the
 * other. Raises connection_failure, or what the other server says.
 */
extern List *PeerAsk(Peer *peer, const char *what, const List *names, const List *positions);

extern void PeerDisconnect(Peer *peer);

#endif
