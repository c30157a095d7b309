/*
 * How many temporary credentials one role may have made.
 */
#ifndef DYNAMO_SESSION_QUOTA_H
#define DYNAMO_SESSION_QUOTA_H

#include "postgres.h"

/* Defines dynamo.max_sessions_per_role. */
extern void SessionQuotaInit(void);

/*
 * Before the role assumes another one, in a transaction that writes: makes room for one more row of
 * its sessions, by those that have expired, and raises LimitExceededException where there is none.
 * Until the transaction's end no other transaction of the role's does the same.
 */
extern void SessionQuotaTake(Oid assumer);

#endif
