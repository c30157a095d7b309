/*
 * Whose keys they are, and who may manage them.
 */
#ifndef DYNAMO_KEY_HOLDER_H
#define DYNAMO_KEY_HOLDER_H

#include "postgres.h"

/* The role itself, a superuser, and a role with ADMIN OPTION on it. */
extern bool MayManageKeys(Oid role);

/* Raises insufficient_privilege unless the current role may manage the role's keys. */
extern void CheckMayManageKeys(Oid role);

/*
 * Until the transaction's end the role is not dropped, and no other transaction gives it keys.
 * Raises undefined_object where it is no more.
 */
extern void LockKeyHolder(Oid role);

/* Raises object_not_in_prerequisite_state where requests signed by the role would be refused. */
extern void CheckMayHaveKeys(Oid role);

/*
 * Raises feature_not_supported in a process that serves HTTP requests: an owner's code would make
 * credentials that the request's own do not narrow down.
 */
extern void CheckNotServingRequests(void);

#endif
