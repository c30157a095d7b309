/*
 * Which roles requests may run as.
 */
#ifndef DYNAMO_ROLE_FITNESS_H
#define DYNAMO_ROLE_FITNESS_H

#include "postgres.h"

/* What RoleUnfitness says of a role that is no more. */
extern const char role_is_dropped[];

/*
 * Why no request may run as the role in this database, a constant: "is a superuser"; NULL: it may.
 * In a transaction. ALTER ROLE, GRANT and DROP ROLE take effect with the next transaction, or the
 * next lock that this one takes.
 */
extern const char *RoleUnfitness(Oid role);

/* The same of a role that sends requests itself: it must have LOGIN, too. */
extern const char *SignerUnfitness(Oid role);

/*
 * Whether a role may assume another one: it exists, has LOGIN, and may SET ROLE to it. None
 * assumes itself: as a session it would be free of what policies say of a user, with tags of its
 * own choice. The other one's own fitness is RoleUnfitness.
 */
extern bool RoleMayAssume(Oid assumer, Oid role);

#endif
