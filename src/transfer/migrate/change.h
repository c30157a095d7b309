/*
 * Items on their way: their keys, and what is to become of them at the target.
 */
#ifndef DYNAMO_MIGRATION_CHANGE_H
#define DYNAMO_MIGRATION_CHANGE_H

#include "transfer/migrate/run.h"

typedef struct ItemChange
{
	const JsonNode *key;  /* an object that has the key's attributes, at the least */
	const JsonNode *item; /* NULL: it is deleted */
} ItemChange;

/*
 * The key that an item or a key has, as JSON of the key's attributes in their order, with numbers
 * in one spelling: equal keys have equal texts. Palloc'd.
 */
extern char *KeyText(const MigrationRun *run, const JsonNode *object);

/* Writes the key's attributes as an object. */
extern void KeyWrite(const MigrationRun *run, JsonWriter *writer, const JsonNode *object);

/*
 * Anonymises the changes, writes them at the target, no key twice, and saves the migration: in this
 * database in one transaction. Waits where the target is short of throughput.
 */
extern void ChangesWrite(MigrationRun *run, ItemChange *changes, int count);

/* Waits for the latch or so many milliseconds; interruptibly. */
extern void MigrationPause(long milliseconds);

#endif
