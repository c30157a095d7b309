/*
 * Making and dropping the current database's slot and replication origin.
 */
#ifndef DYNAMO_CAPTURE_SLOT_MAKING_H
#define DYNAMO_CAPTURE_SLOT_MAKING_H

#include "postgres.h"

#include "access/xlogdefs.h"
#include "nodes/pg_list.h"

/* Raises object_not_in_prerequisite_state where the server's settings allow no such slot. */
extern void SlotCheckServer(void);

/*
 * Makes the slot; changes committed from the position that it returns on are decoded. Outside of
 * any transaction. Waits for the transactions that write now, and holds no lock meanwhile; a
 * process that ends, or an error, leaves no slot behind. Errors are PostgreSQL's.
 */
extern XLogRecPtr SlotMake(void);

/* Drops the slot where there is one. Raises object_in_use while a process uses it. */
extern void SlotDrop(void);

/* In a transaction: makes the origin anew, which is then at no position, and drops it. */
extern void OriginMake(void);
extern void OriginDrop(void);

/* In a transaction: whether there is an origin, and its position. */
extern bool OriginRead(XLogRecPtr *position);

/* In a transaction: drops the origins of databases that are gone. */
extern void OriginsDropGone(void);

#endif
