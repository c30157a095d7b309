/*
 * Rows of dynamo.migration_job, one a table that is moved in or out.
 *
 * A migration belongs to the role that has asked for it and is done by a worker as that role. Its
 * row has all that is needed to go on after a crash: the phase, and in `position` where the
 * segments of the scan and the shards of the stream are. For a table that comes in the position is
 * written by the transaction that writes the items; for one that goes out it is written once the
 * endpoint has acknowledged them, so that the same items may be sent again.
 *
 * The row is written by the worker that holds MigrationLock of it (storage/relation/lock.h), but
 * for `wanted`, which sessions write and the worker reads.
 */
#ifndef DYNAMO_MIGRATION_H
#define DYNAMO_MIGRATION_H

#include "text/bytes.h"

#include "datatype/timestamp.h"
#include "nodes/pg_list.h"

typedef enum MigrationPhase
{
	MIGRATION_DEFINING,  /* the target's table is made, the source's stream enabled */
	MIGRATION_COPYING,   /* items are scanned; changes meanwhile are applied */
	MIGRATION_INDEXING,  /* global indexes are built; changes are applied */
	MIGRATION_COMPARING, /* both sides, before a cut-over; changes are applied */
	MIGRATION_FOLLOWING, /* changes are applied until the cut-over is asked for */
	MIGRATION_DRAINING,  /* writers have stopped: the last changes are applied */
	MIGRATION_CHECKING,  /* both sides are compared for the last time */
	MIGRATION_FINISHING, /* time to live, stream, tags of the target */
	MIGRATION_COMPLETED,
	MIGRATION_FAILED,
	MIGRATION_CANCELLED
} MigrationPhase;

typedef enum MigrationWish
{
	WISH_NONE,
	WISH_CUT_OVER,         /* and compare both sides while nobody writes */
	WISH_CUT_OVER_AT_ONCE, /* writers of the target wait for the last changes alone */
	WISH_CANCEL
} MigrationWish;

typedef struct Migration
{
	int64 id;
	bool out; /* from this database to the endpoint; else from there */
	char *endpoint;
	char *credential; /* NULL: requests are not signed */
	char *source;     /* names of the tables */
	char *target;
	Oid owner;
	char *options; /* JSON: see options.h */
	MigrationPhase phase;
	MigrationPhase resume; /* of one that has FAILED: the phase that it had */
	MigrationWish wanted;
	char *position;        /* JSON: see position.h */
	char *report;          /* JSON of the comparison; NULL: none yet */
	int64 scanned;         /* items read */
	int64 changes;         /* records of the stream applied */
	int64 bytes;           /* of answers of the scan and the stream */
	int failures;          /* in a row, of what may pass */
	TimestampTz caught_up; /* when the stream had nothing more; 0: never */
	TimestampTz drained;   /* when writers could go to the target; 0: not yet */
} Migration;

/* "COPYING" */
extern const char *MigrationPhaseName(MigrationPhase phase);

/* Whether no worker has anything to do for it. */
extern bool MigrationHasEnded(MigrationPhase phase);

/* False where there is none, or the current role may not see it; members are palloc'd. */
extern bool MigrationFind(int64 id, Migration *migration);
extern bool MigrationRead(int64 id, Migration *migration);

/*
 * Those whose turn has come: a list of int64 *. Those of which sessions want something come first,
 * then the one that has waited the longest.
 */
extern List *MigrationsDue(void);

/* How long until the next turn is due, in milliseconds; -1: none will be. */
extern int64 MigrationsNextTurn(void);

/* Whether the table of this database is the one that a migration under way reads or writes. */
extern bool MigrationIsUnderWay(bool out, const char *table);

/* How many the current role has under way; no other transaction adds one until this one ends. */
extern int64 MigrationCount(void);

/* Makes a row in its first phase, of the current role: sets the id and the owner. */
extern void MigrationInsert(Migration *migration);

/* Writes what the worker changes, and takes back a failure. */
extern void MigrationSave(const Migration *migration);

/* Of a failure that may pass: the next turn is due after so many milliseconds. */
extern void MigrationPostpone(const Migration *migration, const char *error, int64 pause);

/* It has FAILED by an error. */
extern void MigrationFail(const Migration *migration, const char *error);

/* Turns of others come first. */
extern void MigrationYield(const Migration *migration);

/* What a session wants of it; false where it has ended. */
extern bool MigrationWishSet(int64 id, MigrationWish wish);
extern MigrationWish MigrationWishRead(int64 id);

/* One that has FAILED goes on in the phase that it had; false where it has not. */
extern bool MigrationResume(int64 id);

/* Forgets those that ended 90 days ago. */
extern void MigrationsExpire(void);

#endif
