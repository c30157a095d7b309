/*
 * Which roles may read and write which objects: dynamo.store_grant.
 */
#ifndef DYNAMO_STORE_AUTHORIZE_H
#define DYNAMO_STORE_AUTHORIZE_H

#include "item/value.h"

typedef enum StorePrivilege
{
	STORE_READ,
	STORE_WRITE
} StorePrivilege;

/*
 * Raises AccessDeniedException unless the role, or one whose privileges it has, was granted the
 * privilege on all keys that begin with `start`; superusers have every privilege. A grant on the
 * prefix "team" is one on keys that begin with "team/". In a transaction, as any role.
 */
extern void StoreAuthorize(Oid role, Bytes bucket, Bytes start, StorePrivilege privilege);

#endif
