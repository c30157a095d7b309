/*
 * Where the master keys come from: a file or a command. Both give a key a line, the newest first,
 * of 32 bytes in hexadecimal or base64; empty lines and lines that begin with # are skipped.
 */
#ifndef DYNAMO_MASTER_KEY_SOURCE_H
#define DYNAMO_MASTER_KEY_SOURCE_H

/* Defines dynamo.master_key_file and dynamo.master_key_command. */
extern void MasterKeySourceInit(void);

/*
 * Reads the keys anew, and logs what it has read. Where they cannot be read the log says why, and
 * those that are known stay. For one process, which runs no user's code; raises no error but of
 * memory.
 */
extern void MasterKeysReload(void);

/* What an operator is to do where there is no master key, a constant. */
extern const char *MasterKeyAdvice(void);

#endif
