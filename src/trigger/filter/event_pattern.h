/*
 * Event patterns, by which Lambda's event source mappings choose records (Lambda developer guide,
 * "Control which events Lambda sends to your function"; EventBridge user guide, "Comparison
 * operators").
 *
 * A pattern is an object. Each of its members names a member of the event, which must match: an
 * array lists values and operators of which one must match, an object is a pattern of the member,
 * and "$or" with an array of two or more objects is patterns of which one must match. Of an array
 * in the event one element must match, all of an object pattern at once. Lists are of scalars; an
 * object or an empty array in the event counts as absent where a pattern has a list.
 *
 * A DynamoDB number is text in JSON: {"N": "5"}. Below a member "N" or "NS" it is compared with
 * numbers of a pattern by its value.
 */
#ifndef DYNAMO_EVENT_PATTERN_H
#define DYNAMO_EVENT_PATTERN_H

#include "json/json.h"

#define MAX_PATTERN_SIZE 4096 /* bytes of JSON without spaces: the service model's Pattern */
#define MAX_PATTERN_DEPTH 80  /* a path to an attribute 32 levels deep has 2 members a level */

typedef struct EventPattern EventPattern;

/*
 * Compiles a pattern, in the current context; it points into the node, which must live as long.
 * Raises invalid_parameter_value with what is wrong, and where.
 */
extern EventPattern *EventPatternParse(const JsonNode *node);

/* Whether the event matches. Raises nothing; allocates in the current context. */
extern bool EventPatternMatches(const EventPattern *pattern, const JsonNode *event);

#endif
