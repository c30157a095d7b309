/*
 * What policies are asked.
 */
#ifndef DYNAMO_POLICY_REQUEST_H
#define DYNAMO_POLICY_REQUEST_H

#include "auth/identity.h"
#include "auth/condition/condition_key.h"

/*
 * The values of one key; none: the key is absent from the request. A number is as DynamoDB returns
 * it, binary is in base64, a truth is "true" or "false".
 */
typedef struct ConditionValues
{
	int count;
	const Bytes *values;
} ConditionValues;

typedef struct PolicyTags
{
	int count;
	const SessionTag *tags;
} PolicyTags;

/*
 * What is asked. What is not set is absent or empty, so that the first four members make a
 * question.
 *
 * `table` is whose resource policy applies, also to its indexes; invalid where there is no such
 * table. `stream`, a label as in stream_catalog.h, is whose policy applies instead; 0: none. Of
 * keys in `pending` the values are not known yet, and what stands in `values` and in tags does not
 * count: tags of a table may be CONDITION_KEY_BIT(RESOURCE_TAG) until a policy asks for them.
 * Values of a key that is found otherwise, such as the time, take its place: simulations give them.
 */
typedef struct PolicyRequest
{
	const Identity *identity;
	Bytes action;   /* "dynamodb:GetItem" */
	Bytes resource; /* the ARN of a table, index or stream; "*" of an action that has none */
	Oid table;
	int64 stream;
	ConditionKeySet pending;
	ConditionValues values[CONDITION_KEYS]; /* of keys that an operation gives */
	PolicyTags request_tags;                /* of CreateTable and TagResource */
	PolicyTags resource_tags;               /* of the table */
} PolicyRequest;

/* Whose a policy is. */
typedef enum PolicyKind
{
	POLICY_OF_IDENTITY,
	POLICY_OF_SESSION,
	POLICY_OF_RESOURCE
} PolicyKind;

#endif
