/*
 * The master keys: secrets of access keys are sealed under the newest, and open under any.
 *
 * They are in memory that the postmaster maps beside PostgreSQL's shared memory and leaves out of
 * core files. The supervisor of the HTTP API puts them there, before it starts the first worker.
 */
#ifndef DYNAMO_MASTER_KEY_H
#define DYNAMO_MASTER_KEY_H

#include "postgres.h"

#define MASTER_KEY_SIZE 32
#define MASTER_KEY_ID_LENGTH 16 /* hexadecimal digits, which follow from the key */
#define MAX_MASTER_KEYS 16

typedef struct MasterKey
{
	char id[MASTER_KEY_ID_LENGTH + 1];
	uint8 key[MASTER_KEY_SIZE];
} MasterKey;

/* While the library is preloaded: maps the memory. */
extern void MasterKeyInit(void);

/* Sets the id that the key has. */
extern void MasterKeyIdentify(MasterKey *key);

/* Takes the place of all that are known; the newest is the first. */
extern void MasterKeysReplace(const MasterKey *keys, int count);

/* Grows with each MasterKeysReplace; 0: none was tried since the server's start. */
extern uint32 MasterKeyGeneration(void);

/* A copy, which the caller cleanses by MasterKeyForget; false where there is none. */
extern bool MasterKeyNewest(MasterKey *key);
extern bool MasterKeyGet(const char *id, MasterKey *key);

extern void MasterKeyForget(MasterKey *key);

#endif
