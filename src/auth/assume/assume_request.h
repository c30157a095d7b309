/*
 * What is asked of STS's AssumeRole, by SQL or by the port.
 */
#ifndef DYNAMO_ASSUME_REQUEST_H
#define DYNAMO_ASSUME_REQUEST_H

#include "auth/identity.h"

struct sockaddr;
struct DecisionNote;

typedef struct AssumeRoleRequest
{
	Oid role;           /* InvalidOid: one that does not exist */
	Bytes role_arn;     /* as the request names it, for the text of an error; data NULL: RoleArn */
	Bytes session_name; /* data NULL: missing */
	int64 duration;     /* seconds */
	Bytes policy;       /* of the session, IAM's JSON; data NULL: none */
	int tag_count;
	const SessionTag *tags;
	bool http; /* it came over HTTP, with the rest; false: from SQL */
	const struct sockaddr *client;
	bool secure;               /* by TLS */
	Bytes user_agent;          /* data NULL: none */
	struct DecisionNote *note; /* where what policies deny is noted; NULL: nowhere */
} AssumeRoleRequest;

#endif
