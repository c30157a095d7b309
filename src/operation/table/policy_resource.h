/*
 * The tables and streams that have policies of their own.
 */
#ifndef DYNAMO_POLICY_RESOURCE_H
#define DYNAMO_POLICY_RESOURCE_H

#include "item/value.h"

typedef struct PolicyResource
{
	Bytes table;  /* name */
	Oid relation; /* invalid: there is no such table or stream */
	int64 stream; /* label; 0: the table itself */
	Oid owner;    /* of the table, also of one that is gone */
} PolicyResource;

/*
 * What the ARN of a table, of one of its indexes or streams names; an index has its table's policy.
 * Points into the ARN. Raises ValidationException for the ARN of something else.
 */
extern PolicyResource PolicyResourceOf(Bytes arn);

#endif
