/*
 * dynamo.endpoint_credential: access keys with which calls of endpoints are signed.
 *
 * Each role has its own. SQL sets and drops them, and reads their names and owners; keys are read
 * by workers alone.
 */
#ifndef DYNAMO_ENDPOINT_CREDENTIAL_H
#define DYNAMO_ENDPOINT_CREDENTIAL_H

#include "trigger/endpoint/endpoint_call.h"

/*
 * Fills in the keys of a signature, palloc'd, from the role's credential of this name; false: it
 * has none. In a transaction, as any role.
 */
extern bool EndpointCredentialRead(const char *name, Oid role, EndpointSignature *signature);

/*
 * The same, and where the role has none a superuser's: of names that a setting has, so that a
 * superuser has given it to all.
 */
extern bool EndpointCredentialReadShared(const char *name, Oid role, EndpointSignature *signature);

/* Raises undefined_object where the role has none. */
extern void EndpointCredentialCheck(const char *name, Oid role);

#endif
