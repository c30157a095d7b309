/*
 * One of the two sides of a migration: DynamoDB's API at an endpoint, or that of this database.
 *
 * Here an operation runs as the migration's owner, with that role's privileges and policies, as if
 * it had asked for it over HTTP.
 */
#ifndef DYNAMO_MIGRATION_SIDE_H
#define DYNAMO_MIGRATION_SIDE_H

#include "transfer/remote/remote_api.h"

typedef struct Side
{
	RemoteApi *remote; /* NULL: this database */
	Oid owner;
	const char *table;
} Side;

/*
 * Makes the calls; answers are in the current context. Here they are part of the transaction that
 * is open, or of one of their own each. Raises what a call raises and does not allow.
 */
extern void SideRun(const Side *side, ApiCall *calls, int count);

/* The answer of one call. */
extern const JsonNode *SideAsk(const Side *side, ApiCall *call);

/* Whether an error may pass by itself: the endpoint cannot be reached, a lock, a limit. */
extern bool SideErrorMayPass(int sqlstate);

#endif
