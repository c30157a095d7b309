/*
 * The tables and streams that have policies and tags of their own.
 */
#ifndef DYNAMO_POLICY_RESOURCE_H
#define DYNAMO_POLICY_RESOURCE_H

#include "model/structure.h"
#include "operation/context.h"
#include "storage/stream/stream_cache.h"

typedef struct PolicyResource
{
	Bytes table;              /* name */
	Oid relation;             /* invalid: there is no such table or stream */
	int64 stream;             /* label; 0: the table itself */
	const KnownStream *known; /* of that label, until another one is looked for; NULL: none */
	Oid owner;                /* of the table, also of one that is gone */
} PolicyResource;

/*
 * What the ARN of a table, of one of its indexes or streams names; an index has its table's policy.
 * Points into the ARN. Raises ValidationException for the ARN of something else.
 */
extern PolicyResource PolicyResourceOf(Bytes arn);

/*
 * The table or stream that the request's ResourceArn names, to have its policy or its tags, for the
 * operation's action and a role that has its owner's privileges. Raises what ResourceArnTable
 * raises, AccessDeniedException, ResourceNotFoundException and insufficient_privilege. The second
 * waits for other changes of the table, and locks them out.
 */
extern PolicyResource OwnedResource(const OperationContext *context, const Structure *request,
                                    bool of_policy);
extern PolicyResource OwnedResourceToChange(const OperationContext *context,
                                            const Structure *request, bool of_policy);

/* The stream that it names, for a role that may read it, with the same errors. */
extern const KnownStream *ReadableStreamResource(const OperationContext *context,
                                                 const Structure *request);

#endif
