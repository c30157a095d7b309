/*
 * Temporary credentials: STS's AssumeRole, for SQL and for the port.
 */
#ifndef DYNAMO_ASSUME_ROLE_H
#define DYNAMO_ASSUME_ROLE_H

#include "auth/assume/assume_request.h"
#include "auth/secret/sealed_secret.h"

#define DEFAULT_SESSION_SECONDS 3600

/* Palloc'd. */
typedef struct TemporaryCredentials
{
	char *access_key_id; /* ASIA... */
	Secret secret;       /* to be forgotten by the caller */
	char *session_token; /* terminated */
	TimestampTz expires;
	char *assumed_role_arn;
	char *assumed_role_id;
} TemporaryCredentials;

/*
 * In a transaction that writes: makes credentials, which work once it has committed. Raises
 * ValidationException for what STS's model does not allow, AccessDeniedException where the caller
 * may not assume the role, and object_not_in_prerequisite_state where there is no master key.
 */
extern void RoleAssume(const Identity *caller, const AssumeRoleRequest *request,
                       TemporaryCredentials *credentials);

#endif
