/*
 * DynamoDB's exceptions as PostgreSQL errors. One line of exceptions.def is
 * one exception: its name, its SQLSTATE, its HTTP status.
 */
#ifndef DYNAMO_ERROR_H
#define DYNAMO_ERROR_H

#include "postgres.h"

#include "compat.h"
#include "error/style.h"
#include "error/texts.h"

typedef enum DynamoException
{
#define EXCEPTION(id, name, space, sqlstate, status) EXCEPTION_##id,
#include "error/exceptions.def"
#undef EXCEPTION
} DynamoException;

typedef struct ExceptionInfo
{
	const char *name;
	const char *name_space; /* __type is name_space#name; empty: the name alone */
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
 * text of a JSON object, e.g. {"Item": {...}}. SQL callers see it as DETAIL;
 * HTTP callers get it by ErrorMembers.
 */
#define DynamoErrorWithMembers(exception, members_json, ...) \
	RaiseWithMembers(exception, members_json, psprintf(__VA_ARGS__))

#define ValidationError(...) DynamoError(EXCEPTION_VALIDATION, __VA_ARGS__)

/* The text that most of the operations' own rules begin with. */
#define InvalidParameters(...) ValidationError(INVALID_PARAMETERS __VA_ARGS__)

/*
 * A ValidationException for what can be seen from the request alone, which some operations put
 * behind the envelope of error/style.h. What the table or the stored item tells has none.
 */
#define RequestError(format, ...) ValidationError("%s" format, ErrorEnvelope(), ##__VA_ARGS__)

extern int ExceptionSqlState(DynamoException exception);
extern const ExceptionInfo *ExceptionDescribe(DynamoException exception);

/* The exception that an errcode belongs to, or NULL where it is not one of ours. */
extern const ExceptionInfo *ExceptionFromSqlState(int sqlstate);

pg_noreturn extern void RaiseWithMembers(DynamoException exception, const char *members_json,
                                         const char *message);

/*
 * The members with which DynamoErrorWithMembers raised the error, as the text of
 * a JSON object that belongs to `error`; NULL for any other error. A trigger may
 * raise dynamo's SQLSTATEs with a DETAIL of its own, which is not taken for members.
 */
extern const char *ErrorMembers(const ErrorData *error);

/*
 * Raises TransactionConflictException. Its SQLSTATE is PostgreSQL's own for
 * `cause`, the error that a write met, so that clients which retry after 40001 and
 * 40P01 do so; NULL: the item has changed since the transaction's snapshot, 40001.
 */
pg_noreturn extern void RaiseTransactionConflict(const ErrorData *cause);

/* Whether RaiseTransactionConflict raised the error. */
extern bool ErrorIsTransactionConflict(const ErrorData *error);

/*
 * Whether an error with this SQLSTATE that a write has met means that another
 * transaction was in its way: a lock timeout, a deadlock, a serialization failure.
 */
extern bool SqlStateIsConflict(int sqlstate);

#endif
