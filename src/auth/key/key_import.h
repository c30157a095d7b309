/*
 * Bringing in access keys that clients have already.
 */
#ifndef DYNAMO_KEY_IMPORT_H
#define DYNAMO_KEY_IMPORT_H

/* Defines dynamo.access_key_import_file. */
extern void KeyImportInit(void);

#endif
