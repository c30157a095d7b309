/*
 * Access keys of roles, as requests are checked by them.
 */
#ifndef DYNAMO_ACCESS_KEY_H
#define DYNAMO_ACCESS_KEY_H

#include "auth/key/found_key.h"

/*
 * The key `id`, in a transaction, as any role, with `session_token` or with its data NULL where the
 * request has none. `found` has a signing key for each standing, so that a caller can compute
 * and compare a signature at the same cost; where the standing is not ACCESS_KEY_ACTIVE that key is
 * no secret's, or must not be trusted. `found` and all that it points to live until the next call
 * in this process. What other processes have revoked and committed before the call is revoked.
 * Raises errors only as reading a table does.
 */
extern AccessKeyStanding AccessKeyFind(Bytes id, Bytes session_token, const SigningScope *scope,
                                       const AccessKey **found);

/*
 * After a signature by the key was right: notes when it was last used. For what AccessKeyFind has
 * found to be ACCESS_KEY_ACTIVE, before the next call of it. Raises no error.
 */
extern void AccessKeyUsed(const AccessKey *key);

#endif
