/*
 * Reads JSON value by value, so that its reader decides what to keep: values
 * that are skipped are checked, but take no memory. The source is a text or a
 * tree of nodes.
 *
 * Errors of a text are SerializationExceptions: what is no JSON, is no UTF-8 or
 * nests too deep.
 */
#ifndef DYNAMO_JSON_SOURCE_H
#define DYNAMO_JSON_SOURCE_H

#include "item/json.h"

typedef struct JsonSource
{
	const JsonNode *node; /* the value at hand; NULL: the source is a text */
	const char *start;
	const char *p;
	const char *end;
	int depth;
	char *room;
	char *room_end;
} JsonSource;

/* An array or object that is being read. */
typedef struct JsonContainer
{
	const JsonNode *node; /* NULL: of a text */
	int next;             /* of its children, from 0 */
	char closing;
} JsonContainer;

/* Both must outlive what is read: strings without escapes point into them. */
extern void JsonSourceOfText(JsonSource *source, Bytes text);
extern void JsonSourceOfNode(JsonSource *source, const JsonNode *node);

/* The type of the value at hand. */
extern JsonNodeType JsonSourceType(JsonSource *source);

/* Reads the value at hand, which is no array or object and has this type. */
extern void JsonSourceScalar(JsonSource *source, JsonNodeType type, JsonNode *node);

/* Passes the value at hand. */
extern void JsonSourceSkip(JsonSource *source);

/*
 * Enters the array or object at hand. Then each call of JsonSourceNext goes to
 * the next child, which must be read or skipped before the call after it; it
 * returns false at the end, with the container passed. `name` is set to the name of
 * an object's member unless it is NULL.
 */
extern void JsonSourceEnter(JsonSource *source, JsonContainer *container);
extern bool JsonSourceNext(JsonSource *source, JsonContainer *container, Bytes *name);

/* After the last value: nothing may follow. */
extern void JsonSourceEnd(JsonSource *source);

/*
 * Memory for what is made of the values, in the current context and not to be
 * freed by itself; many small pieces share an allocation.
 */
extern void *JsonSourceAllocate(JsonSource *source, Size size);

#endif
