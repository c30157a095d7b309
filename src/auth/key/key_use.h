/*
 * When access keys were last used: noted in shared memory, and written to dynamo.access_key_use by
 * upkeep.
 */
#ifndef DYNAMO_KEY_USE_H
#define DYNAMO_KEY_USE_H

#include "postgres.h"

#include "datatype/timestamp.h"

/* While the library is preloaded: reserves shared memory. */
extern void KeyUseInit(void);

/* Notes a use of a key of this database. Of very many that wait for upkeep the oldest is forgotten.
 */
extern void KeyUseNote(const char *access_key_id, TimestampTz when);

/* In a transaction, as a superuser: writes what was noted for this database, and forgets it. */
extern void KeyUseWrite(void);

#endif
