/*
 * Rows of dynamo.resource_policy: the policies of tables and streams. Who may read and change them
 * is the caller's to check.
 */
#ifndef DYNAMO_RESOURCE_POLICY_H
#define DYNAMO_RESOURCE_POLICY_H

#include "item/value.h"

typedef struct ResourcePolicy
{
	Bytes document;
	Bytes revision; /* decimal digits, which grow */
} ResourcePolicy;

/* `stream` is the label of a stream of the relation's, 0: the table itself. */

/* Palloc'd; false where there is none. */
extern bool ResourcePolicyRead(Oid relation, int64 stream, ResourcePolicy *policy);

/*
 * Makes or replaces the policy, a document that PolicyCheckDocument has passed; returns its
 * revision, palloc'd. The caller keeps others from writing the same one. Raises
 * object_not_in_prerequisite_state where the extension is too old to have the table.
 */
extern Bytes ResourcePolicyWrite(Oid relation, int64 stream, Bytes document);

extern void ResourcePolicyDelete(Oid relation, int64 stream);

/*
 * Forgets the policy of a table that is dropped, or one that an earlier relation of this OID left;
 * nothing is done where there is none. A stream's policy stays as long as the stream can be read.
 */
extern void ResourcePolicyForget(Oid relation);

#endif
