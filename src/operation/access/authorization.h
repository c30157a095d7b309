/*
 * What policies have said within one operation. Each operation has one, in its context, from before
 * it runs until its answer is whole.
 *
 * What an operation has opened and not been allowed in the end refuses it, and so does an operation
 * that has asked for nothing: a path without its question gives no answer.
 */
#ifndef DYNAMO_AUTHORIZATION_H
#define DYNAMO_AUTHORIZATION_H

#include "operation/context.h"

typedef struct PendingAccess PendingAccess; /* table_access.c */

struct Authorization
{
	const char *action;     /* the operation's own, "GetItem": see QuestionCreate */
	bool asked;             /* whether anything has been asked */
	PendingAccess *pending; /* the tables of which the first question has not decided */
};

/* Begins in the context of an operation that is to run. `authorization` lives as long as it. */
extern void AuthorizationBegin(OperationContext *context, struct Authorization *authorization,
                               const char *action);

/*
 * Whether policies may have a say for the caller, in all or of this table or stream: see
 * PolicyApplies.
 */
extern bool AuthorizationIsNarrowed(const OperationContext *context, Oid table, int64 stream);

#endif
