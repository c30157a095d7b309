/*
 * A request while policies are judged on it: what was looked up for one statement is there for the
 * next.
 */
#ifndef DYNAMO_POLICY_QUESTION_H
#define DYNAMO_POLICY_QUESTION_H

#include "auth/condition/policy_request.h"
#include "auth/condition/truth.h"

#define ARN_PARTS 6 /* arn, partition, service, region, account, resource */
#define FOUND_CONDITION_KEYS (CONDITION_KEYS - CONDITION_KEY_CURRENT_TIME)

typedef struct PolicyQuestion
{
	const PolicyRequest *request;
	MemoryContext context;       /* of what lives as long as the question */
	MemoryContext scratch;       /* reset after each of many values; NULL: not needed yet */
	ConditionKeySet asked;       /* keys not known yet that were asked for */
	Bytes action;                /* in lower case */
	Bytes resource[ARN_PARTS];   /* data NULL: the resource is no ARN */
	ConditionKeySet found_known; /* whose values `found` has */
	Bytes found[FOUND_CONDITION_KEYS];
} PolicyQuestion;

/* In the current context. `request` must outlive the question. */
extern void QuestionStart(PolicyQuestion *question, const PolicyRequest *request);

/* Gives back what many values took. */
extern void QuestionEnd(PolicyQuestion *question);

/* A context for what is needed of one value alone, which its user resets. */
extern MemoryContext QuestionScratch(PolicyQuestion *question);

/*
 * The values of a key. TRUTH_FALSE: it is absent; TRUTH_UNKNOWN: they are not known yet, which
 * `asked` keeps. `values` is as good as the question is. Allocates
 * in the current context.
 */
extern Truth QuestionValues(PolicyQuestion *question, ConditionKey key, Bytes tag,
                            ConditionValues *values);

/* Splits at the first five colons, pointing into the text; false where there are fewer. */
extern bool ArnSplit(Bytes text, Bytes parts[ARN_PARTS]);

#endif
