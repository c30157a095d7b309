/*
 * What upkeep does for access keys.
 */
#ifndef DYNAMO_KEY_UPKEEP_H
#define DYNAMO_KEY_UPKEEP_H

/* Defines the settings and reserves the shared memory of access keys. */
extern void AccessKeysInit(void);

/*
 * In a transaction, as a superuser, in a database with the extension: deletes temporary credentials
 * that expired a day ago, and writes when keys were used.
 */
extern void AccessKeysKeepUp(void);

#endif
