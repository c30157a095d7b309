/*
 * How far long work is, for the view dynamo.progress.
 *
 * A process that makes a backup, an export, a restore, an import or an index takes a slot in shared
 * memory and counts there. Where the library is not preloaded, or no slot is free, the same calls
 * do nothing: the work goes on and is not shown.
 */
#ifndef DYNAMO_PROGRESS_H
#define DYNAMO_PROGRESS_H

#include "postgres.h"

typedef enum ProgressKind
{
	PROGRESS_BACKUP,
	PROGRESS_RESTORE,
	PROGRESS_EXPORT,
	PROGRESS_INDEX_BUILD,
	PROGRESS_IMPORT,
	PROGRESS_BULK_PUT
} ProgressKind;

typedef enum ProgressPhase
{
	PROGRESS_STARTING,
	PROGRESS_READING,   /* the items of a table */
	PROGRESS_VERIFYING, /* what has been written */
	PROGRESS_LOADING,   /* items into a table */
	PROGRESS_INDEXING
} ProgressPhase;

typedef struct ProgressWork
{
	ProgressKind kind;
	int64 task; /* of dynamo.backup_task; 0: none */
	Oid owner;  /* the role that may see it, beside those that are members of it and pg_monitor */
	const char *table;
	int table_length;
} ProgressWork;

/* In _PG_init: shared memory. */
extern void ProgressInit(void);

/*
 * Begins a work, in its phase PROGRESS_STARTING. One that begins inside another of the same process
 * is not shown; each begin wants an end.
 */
extern void ProgressBegin(const ProgressWork *work);
extern void ProgressEnd(void);

/* Ends all of this process's, as after an error. The end of the process does it, too. */
extern void ProgressEndAll(void);

/* Begins a phase, which has done nothing yet of about `expected` items (0: not known). */
extern void ProgressBeginPhase(ProgressPhase phase, int64 expected);

/* Sets how many items the phase will have, where that is known better by now. */
extern void ProgressExpect(int64 expected);

/* Adds to what the phase has done. Two stores; called for each item. */
extern void ProgressAdd(int64 items, int64 bytes);

#endif
