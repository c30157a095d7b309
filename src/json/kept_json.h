/*
 * JSON that the extension keeps in tables of its own. A superuser or a restore may have put
 * anything there, so that each node's type is checked where it is read. What is wrong raises
 * DATA_CORRUPTED and names the member.
 */
#ifndef DYNAMO_KEPT_JSON_H
#define DYNAMO_KEPT_JSON_H

#include "compat.h"
#include "json/json.h"

/* The type that a node must have; `name` says in an error what it is. */
extern void KeptCheck(const JsonNode *node, JsonNodeType type, const char *name);

/* A member of this type. NULL where it is absent, or null; the second raises then. */
extern const JsonNode *KeptGet(const JsonNode *object, const char *name, JsonNodeType type);
extern const JsonNode *KeptNeed(const JsonNode *object, const char *name, JsonNodeType type);

/* The string that a node is, with U+0000 as JsonWriter escapes it for jsonb. */
extern Bytes KeptString(const JsonNode *node, const char *name);
extern Bytes KeptGetString(const JsonNode *object, const char *name); /* data NULL where absent */
extern Bytes KeptNeedString(const JsonNode *object, const char *name);

extern bool KeptGetBoolean(const JsonNode *object, const char *name); /* false where absent */

/* `absent` where absent; otherwise at least 0 and at most `most`. */
extern int64 KeptGetInteger(const JsonNode *object, const char *name, int64 absent, int64 most);
extern double KeptNeedNumber(const JsonNode *object, const char *name);

/* Raises DATA_CORRUPTED for the member, which `fault` is said of. */
pg_noreturn extern void KeptFault(const char *name, const char *fault);

#endif
