/*
 * Reading answers of endpoints, which may be anything, and writing parts of them into requests.
 */
#ifndef DYNAMO_MIGRATE_ANSWER_H
#define DYNAMO_MIGRATE_ANSWER_H

#include "json/json.h"

#define ANSWER_SHORT 4096 /* bytes: an iterator has some 500 */

/* A member of this type; NULL where there is none, or it is of another type. */
extern const JsonNode *AnswerMember(const JsonNode *object, const char *name, JsonNodeType type);

/* The same, which there must be: raises an error that names it. */
extern const JsonNode *AnswerNeed(const JsonNode *object, const char *name, JsonNodeType type);

/* A string; data NULL where there is none. */
extern Bytes AnswerString(const JsonNode *object, const char *name);
/* The same of what is kept: raises an error where it has more bytes than any endpoint's name has.
 */
extern Bytes AnswerShortString(const JsonNode *object, const char *name);
extern bool AnswerStringIs(const JsonNode *object, const char *name, const char *value);
extern bool AnswerBoolean(const JsonNode *object, const char *name);
extern int64 AnswerInteger(const JsonNode *object, const char *name); /* 0 where there is none */
extern double AnswerDouble(const JsonNode *object, const char *name); /* the same */

/* How many elements an array of this name has; 0 where there is none. */
extern int AnswerCount(const JsonNode *object, const char *name);

/* Writes a node as it was read. */
extern void AnswerWrite(JsonWriter *writer, const JsonNode *node);
/* As a member, where the object has it. */
extern void AnswerCopy(JsonWriter *writer, const JsonNode *object, const char *name);
/* Its text, palloc'd. */
extern char *AnswerText(const JsonNode *node);

#endif
