/*
 * What a client of the HTTP API is told of an error.
 */
#ifndef DYNAMO_CLIENT_ERROR_H
#define DYNAMO_CLIENT_ERROR_H

#include "error/error.h"

typedef struct ClientError
{
	const ExceptionInfo *exception;
	const char *message; /* the error's own, or a constant */
	const char *members; /* as of ErrorMembers */
	bool logged;         /* whether the server's log is to have the error too */
} ClientError;

/*
 * The exception that dynamo raised, or what sqlstates.def has for an error of
 * PostgreSQL's or of a user's code. An error that it does not have is
 * InternalServerError. What it returns belongs to `error`.
 */
extern ClientError ErrorForClient(const ErrorData *error);

#endif
