/*
 * A command that writes secrets to its standard output.
 */
#ifndef DYNAMO_KEY_COMMAND_H
#define DYNAMO_KEY_COMMAND_H

#include "postgres.h"

/*
 * Runs it by the shell, for at most ten seconds; then it is killed with what it has started. NULL,
 * or what is wrong, palloc'd. The caller cleanses `data` in both cases. Not for a process that
 * waits for children of its own.
 */
extern char *KeyCommandRead(const char *command, char *data, int size, int *length);

#endif
