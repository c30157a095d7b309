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

#include "compat.h"
#include "json/json.h"
#include "json/json_scan.h"

#include "miscadmin.h"

/*
 * Deeper than any request can go: an item nests 32 levels of two containers
 * each. Bounds what later recursions over the tree have to take.
 */
#define MAX_JSON_DEPTH 512

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

/* Passes the value at hand, and the array or object that JsonSourceRead has left there. */
extern void JsonSourceSkip(JsonSource *source);
extern void JsonSourceSkipContainer(JsonSource *source);

/* After the last value: nothing may follow. */
extern void JsonSourceEnd(JsonSource *source);

/* Parts of the functions below that are seldom run. */
pg_noreturn extern void JsonSourceMalformed(const JsonSource *source, const char *what);
/* A string that has escapes; `run` is where its first plain run ended. */
extern Bytes JsonSourceEscapedString(JsonSource *source, const char *run);
/* Passes a string whose opening quote is consumed. */
extern void JsonSourceSkipString(JsonSource *source);
/* A number or a word. */
extern void JsonSourceReadOther(JsonSource *source, JsonNode *node);
extern bool JsonSourceNextInTree(JsonSource *source, JsonContainer *container, Bytes *name);
extern void JsonSourceMakeRoom(JsonSource *source, Size size);

/*
 * Memory for what is made of the values, in the current context and not to be
 * freed by itself; many small pieces share an allocation.
 */
static inline void *
JsonSourceAllocate(JsonSource *source, Size size)
{
	void *allocated;

	size = MAXALIGN(size);
	if (size > source->room_end - source->room)
		JsonSourceMakeRoom(source, size);
	allocated = source->room;
	source->room += size;
	return allocated;
}

/* The next byte that is no space, not consumed; -1 at the end. */
static inline int
JsonSourcePeek(JsonSource *source)
{
	for (; source->p < source->end; source->p++)
	{
		unsigned char c = *source->p;

		if (c > ' ' || (c != ' ' && c != '\n' && c != '\r' && c != '\t'))
			return c;
	}
	return -1;
}

/* Reads a string, whose opening quote is consumed. */
static inline Bytes
JsonSourceString(JsonSource *source)
{
	const char *start = source->p;
	const char *run = PlainRunEnd(start, source->end);

	if (unlikely(run == source->end || *run != '"'))
		return JsonSourceEscapedString(source, run);
	source->p = run + 1;
	return (Bytes){ start, run - start };
}

/*
 * Reads the value at hand and returns its type. Of an array or object only that:
 * it is at hand still, to be entered or skipped.
 */
static inline JsonNodeType
JsonSourceRead(JsonSource *source, JsonNode *node)
{
	Bytes string;

	if (source->node != NULL)
	{
		*node = *source->node;
		return node->type;
	}
	switch (JsonSourcePeek(source))
	{
		case '"':
			source->p++;
			string = JsonSourceString(source);
			*node = (JsonNode){ JSON_NODE_STRING, string.length, { .text = string.data } };
			break;
		case '{':
			node->type = JSON_NODE_OBJECT;
			break;
		case '[':
			node->type = JSON_NODE_ARRAY;
			break;
		default:
			JsonSourceReadOther(source, node);
			break;
	}
	return node->type;
}

/*
 * Enters the array or object at hand. Then each call of JsonSourceNext goes to
 * the next child, which must be read or skipped before the call after it; it
 * returns false at the end, with the container passed. `name` is set to the name of
 * an object's member unless it is NULL.
 */
static inline void
JsonSourceEnter(JsonSource *source, JsonContainer *container)
{
	check_stack_depth();
	container->node = source->node;
	container->next = 0;
	if (container->node != NULL)
		return;
	if (++source->depth > MAX_JSON_DEPTH)
		JsonSourceMalformed(source, "nested too deep");
	container->closing = *source->p == '{' ? '}' : ']';
	source->p++;
}

/* Passes the name of an object's member, and the colon. */
static inline void
JsonSourceName(JsonSource *source, Bytes *name)
{
	if (JsonSourcePeek(source) != '"')
		JsonSourceMalformed(source, "expected the name of a member");
	source->p++;
	if (name != NULL)
		*name = JsonSourceString(source);
	else
		JsonSourceSkipString(source);
	if (JsonSourcePeek(source) != ':')
		JsonSourceMalformed(source, "expected a colon");
	source->p++;
}

static inline bool
JsonSourceNext(JsonSource *source, JsonContainer *container, Bytes *name)
{
	int c;

	if (container->node != NULL)
		return JsonSourceNextInTree(source, container, name);
	c = JsonSourcePeek(source);
	if (c == container->closing)
	{
		source->p++;
		source->depth--;
		return false;
	}
	if (container->next++ > 0)
	{
		if (c != ',')
			JsonSourceMalformed(source, container->closing == '}'
			                                ? "expected a comma or the end of an object"
			                                : "expected a comma or the end of an array");
		source->p++;
	}
	if (container->closing == '}')
		JsonSourceName(source, name);
	return true;
}

#endif
