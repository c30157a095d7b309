/*
 * One question to the policies, as an operation puts it together: who asks by which way for which
 * action on which resource, and the values of condition keys as they become known.
 */
#ifndef DYNAMO_ACCESS_QUESTION_H
#define DYNAMO_ACCESS_QUESTION_H

#include "compat.h"

#include "nodes/pg_list.h"

#include "auth/policy/evaluate.h"
#include "operation/context.h"
#include "operation/throughput/resource_tags.h"

/* The keys whose values are known of the items that a request is about. */
#define ITEM_CONDITION_KEYS                                                            \
	(CONDITION_KEY_BIT(LEADING_KEYS) | CONDITION_KEY_BIT(FIRST_PARTITION_KEY_VALUES) | \
	 CONDITION_KEY_BIT(SECOND_PARTITION_KEY_VALUES) |                                  \
	 CONDITION_KEY_BIT(THIRD_PARTITION_KEY_VALUES) |                                   \
	 CONDITION_KEY_BIT(FOURTH_PARTITION_KEY_VALUES) | CONDITION_KEY_BIT(ATTRIBUTES) |  \
	 CONDITION_KEY_BIT(FULL_TABLE_SCAN))

/* Is not copied: it points into itself. */
typedef struct Question
{
	PolicyRequest policy;
	Bytes single[GIVEN_CONDITION_KEYS]; /* the values of keys that have one */
	DecisionNote *note;                 /* the context's */
} Question;

/*
 * Palloc'd. The action is one of dynamodb's without its service, or another one's as a whole; the
 * resource is an ARN or "*". The caller's address and the like are known.
 */
extern Question *QuestionCreate(const OperationContext *context, const char *action,
                                const char *resource);

/* The key has this value, which is shared; data NULL: it is absent. Either way it is known. */
extern void QuestionSet(Question *question, ConditionKey key, Bytes value);

/* The key has the values of a list of Bytes, which are copied to an array; none: it is absent. */
extern void QuestionSetList(Question *question, ConditionKey key, const List *values);

/* The values of these keys, and tags of the resource, are not known any more: they are pending. */
extern void QuestionForget(Question *question, ConditionKeySet keys);

/* As PolicyDecide; a decision that has been made is noted. */
extern PolicyDecision QuestionDecide(const Question *question);

/* Raises AccessDeniedException for a decision that is not POLICY_ALLOW, and notes it. */
pg_noreturn extern void QuestionRefuse(const Question *question, const PolicyDecision *decision);

/* Raises AccessDeniedException unless the policies allow it, whatever is still pending. */
extern void QuestionRequire(const Question *question);

/* The tags that the table or stream has. */
extern void QuestionSetResourceTags(Question *question, const ResourceTags *tags);

#endif
