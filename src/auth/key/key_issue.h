/*
 * Giving long-term keys to roles.
 */
#ifndef DYNAMO_KEY_ISSUE_H
#define DYNAMO_KEY_ISSUE_H

#include "auth/key/access_key_row.h"

#define MAX_ACTIVE_KEYS 2

/* After LockKeyHolder: raises LimitExceededException where the role has two keys that work. */
extern void CheckActiveKeys(Oid role);

/*
 * Writes a row of the key; false where the id is taken. The role has been locked and checked.
 * Raises LimitExceededException, and what AccessKeyRowInsert raises.
 */
extern bool AccessKeyIssue(Oid role, const char *access_key_id, const Secret *secret,
                           TimestampTz expires);

#endif
