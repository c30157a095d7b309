/*
 * dynamo.endpoint_credential: access keys with which calls of endpoints are signed.
 *
 * SQL sets and drops them, and reads their names and owners; secrets are read by workers alone.
 */
#ifndef DYNAMO_ENDPOINT_CREDENTIAL_H
#define DYNAMO_ENDPOINT_CREDENTIAL_H

#include "trigger/endpoint/endpoint_call.h"

/*
 * Fills in the keys of a signature, palloc'd, from the credential of this name where the role owns
 * it or is a superuser; false: there is none. Runs in a transaction, as any role.
 */
extern bool EndpointCredentialRead(const char *name, Oid role, EndpointSignature *signature);

/* Raises undefined_object where there is none that the role may use. */
extern void EndpointCredentialCheck(const char *name, Oid role);

#endif
