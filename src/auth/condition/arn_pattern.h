/*
 * ARNs as policies name them: each of an ARN's six parts is matched by itself, so that a wildcard
 * takes no colon but in the last part.
 */
#ifndef DYNAMO_POLICY_ARN_PATTERN_H
#define DYNAMO_POLICY_ARN_PATTERN_H

#include "auth/condition/text_template.h"

typedef struct ArnPattern
{
	bool any; /* "*": also what is no ARN */
	TextTemplate parts[ARN_PARTS];
} ArnPattern;

/* Compiles as TemplateParse does. Returns what is wrong, or NULL. */
extern const char *ArnPatternParse(Bytes text, bool variables, ArnPattern *parsed);

/* Whether an ARN, split by ArnSplit, is such a one; parts[0].data NULL: no ARN. */
extern Truth ArnPatternMatches(const ArnPattern *pattern, PolicyQuestion *question,
                               const Bytes parts[ARN_PARTS]);

#endif
