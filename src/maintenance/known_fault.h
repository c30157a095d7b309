/*
 * Faults of background work that come back in each round: each is logged once.
 */
#ifndef DYNAMO_KNOWN_FAULT_H
#define DYNAMO_KNOWN_FAULT_H

#include "item/value.h"

/* Asks for shared memory while the server starts. */
extern void KnownFaultInit(void);

/*
 * Whether the error is another one than the work met last on this table of the
 * current database, in whichever process. Errors are the same where the SQLSTATE is,
 * and the text but for what it quotes. Without the library preloaded each is new.
 */
extern bool FaultIsNew(const char *work, Bytes table, const ErrorData *error);

/* The work has gone well on the table: the next fault is new. */
extern void FaultIsOver(const char *work, Bytes table);

#endif
