/*
 * The rules of tags (developer guide, "Tagging restrictions"), each with its ValidationException.
 */
#ifndef DYNAMO_TAG_RULES_H
#define DYNAMO_TAG_RULES_H

#include "model/structure.h"

/* Checks the tags of a request, an array of the model's Tag: each for itself, and for duplicates.
 */
extern void TagsCheck(const JsonNode *tags);

/* Checks the TagKeys of a request. */
extern void TagKeysCheck(const JsonNode *keys);

/* Checks how many tags a resource is to have. */
extern void TagCountCheck(int count);

#endif
