/*
 * DynamoDB's exceptions as PostgreSQL errors. One line of exceptions.def is
 * one exception: its name, its SQLSTATE, its HTTP status.
 */
#ifndef DYNAMO_ERROR_H
#define DYNAMO_ERROR_H

#include "postgres.h"

typedef enum DynamoException
{
#define EXCEPTION(id, name, space, sqlstate, status) EXCEPTION_##id,
#include "error/exceptions.def"
#undef EXCEPTION
} DynamoException;

typedef struct ExceptionInfo
{
	const char *name;
	const char *name_space; /* __type is name_space#name */
	const char *sqlstate;   /* five characters */
	int http_status;
} ExceptionInfo;

/*
 * Raises the exception with DynamoDB's own text. SQL callers see the SQLSTATE
 * and the message, HTTP callers the __type and the message.
 */
#define DynamoError(exception, ...) \
	ereport(ERROR, (errcode(ExceptionSqlState(exception)), errmsg_internal(__VA_ARGS__)))

/*
 * As DynamoError, with the exception's further members: `members_json` is the
 * text of a JSON object, e.g. {"Item": {...}}. It travels as the error's DETAIL.
 */
#define DynamoErrorWithMembers(exception, members_json, ...)                             \
	ereport(ERROR, (errcode(ExceptionSqlState(exception)), errmsg_internal(__VA_ARGS__), \
	                errdetail_internal("%s", members_json)))

#define ValidationError(...) DynamoError(EXCEPTION_VALIDATION, __VA_ARGS__)

extern int ExceptionSqlState(DynamoException exception);
extern const ExceptionInfo *ExceptionDescribe(DynamoException exception);

/* The exception that an errcode belongs to, or NULL where it is not one of ours. */
extern const ExceptionInfo *ExceptionFromSqlState(int sqlstate);

#endif
