/*
 * The replication slot from which changes of a database's items are captured, and the replication
 * origin that has how far they are: both `dynamo_` and the database's OID.
 */
#ifndef DYNAMO_CAPTURE_SLOT_H
#define DYNAMO_CAPTURE_SLOT_H

#include "postgres.h"

#include "access/xlogdefs.h"

#define CAPTURE_NAME_PREFIX "dynamo_"

typedef enum CaptureSlotState
{
	CAPTURE_SLOT_ABSENT,
	CAPTURE_SLOT_IN_MAKING, /* goes with the process that makes it */
	CAPTURE_SLOT_WHOLE,
	CAPTURE_SLOT_INVALID, /* PostgreSQL has removed WAL that it needs */
	CAPTURE_SLOT_FOREIGN  /* of another database, or another plugin's */
} CaptureSlotState;

typedef struct CaptureSlot
{
	CaptureSlotState state;
	pid_t active_pid;     /* of the process that uses it; 0: none */
	XLogRecPtr restart;   /* WAL is kept from here on */
	XLogRecPtr confirmed; /* changes committed before are in the log */
} CaptureSlot;

/* The name of both, palloc'd; and back, false for what is no such name. */
extern char *CaptureName(Oid database);
extern bool CaptureNameParse(const char *name, Oid *database);

/* The database's slot as it is at the moment. Looks at shared memory alone. */
extern CaptureSlot CaptureSlotRead(Oid database);

#endif
