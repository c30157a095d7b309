/*
 * Background work that is done in every database, each job at its own interval.
 */
#ifndef DYNAMO_MAINTENANCE_H
#define DYNAMO_MAINTENANCE_H

#include "storage/relation/table.h"

/*
 * A job lives as long as the server. Its functions run as the bootstrap
 * superuser: none may evaluate what users have written but as the table's owner.
 * An error ends what they do to this one table, in this round.
 */
typedef struct MaintenanceJob
{
	const char *name;    /* "upkeep": the application_name of its workers */
	const int *interval; /* a setting: seconds between the starts of two rounds */

	/*
	 * Once for each table, outside of any transaction; NULL: nothing. True where
	 * there is more to do: it is called again, after other tables where that
	 * takes long, until the interval is over. `state` has state_size bytes, zero at first; it and
	 * what is allocated in the current context live until the round's end.
	 */
	bool (*table)(Bytes name, void *state);
	Size state_size;

	/* Once in each database, in a transaction, after its tables; NULL: nothing. */
	void (*database)(void);

	/*
	 * Once in each database, whether the extension is there or not, outside of any transaction;
	 * NULL: nothing.
	 */
	void (*anywhere)(void);
} MaintenanceJob;

#define MAX_MAINTENANCE_JOBS 8

/* Adds a job; the parts' Init functions call it. */
extern void MaintenanceAddJob(const MaintenanceJob *job);

/* The jobs by number, from 0; NULL behind the last. */
extern const MaintenanceJob *MaintenanceJobAt(int number);

/*
 * At the start of a background worker that does such work: handles signals, and connects to the
 * database as the bootstrap superuser, with settings that override the database's own.
 */
extern void MaintenanceConnect(Oid database, const char *name);

/*
 * Runs `work` on the table in a transaction of its own, under a snapshot; false
 * where there is no such table any more. For MaintenanceJob.table.
 */
extern bool MaintenanceTransaction(Bytes name, void (*work)(Table *table, void *state),
                                   void *state);

/*
 * In a PG_CATCH around background work on one table, so that what is wrong with
 * it does not keep others waiting: logs the error, unless a session has held a
 * lock for long or the work (NULL: log
 * nothing) has met the same before (FaultIsNew), and ends the
 * transaction. Leaves `caller` as the current context.
 */
extern void MaintenanceEndError(MemoryContext caller, const char *work, Bytes table);

/*
 * Outside of any transaction, while the session holds no advisory lock: drops what
 * an owner's code has left in the session, before it can reach another's.
 */
extern void MaintenanceCleanSession(void);

#endif
