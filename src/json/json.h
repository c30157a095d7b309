/*
 * JSON as requests and responses carry it: trees of nodes, and a writer that
 * appends text. json_source.h reads it. Unlike PostgreSQL's json, strings may
 * hold U+0000.
 */
#ifndef DYNAMO_JSON_H
#define DYNAMO_JSON_H

#include "text/bytes.h"

#include "lib/stringinfo.h"
#include "utils/jsonb.h"

typedef enum JsonNodeType
{
	JSON_NODE_NULL,
	JSON_NODE_BOOLEAN,
	JSON_NODE_NUMBER, /* text as it was spelled */
	JSON_NODE_STRING, /* text unescaped, UTF-8 */
	JSON_NODE_ARRAY,
	JSON_NODE_OBJECT,
	JSON_NODE_STRUCTURE /* an object that was read by its shape: see model/structure.h */
} JsonNodeType;

typedef struct JsonNode JsonNode;
typedef struct JsonMember JsonMember;

struct JsonNode
{
	JsonNodeType type;
	int count; /* bytes, elements or members */
	union
	{
		const char *text;
		bool boolean;
		JsonNode *elements;
		JsonMember *members; /* in the order of the text */
		const struct Structure *structure;
	};
};

struct JsonMember
{
	Bytes name;
	JsonNode value;
};

/*
 * The tree of one JSON text of UTF-8, palloc'd; strings without escapes point into
 * `text`, which must outlive the result. Errors as of json_source.h.
 */
extern JsonNode *JsonParse(Bytes text);

/*
 * The tree of a jsonb that a SQL caller gave, palloc'd. U+0000 arrives escaped,
 * as item/encoding.h says.
 */
extern JsonNode *JsonFromJsonb(Jsonb *jsonb);

/*
 * An object's member (of equal names the last), or NULL. A member that is JSON
 * null counts as absent.
 */
extern const JsonNode *JsonGet(const JsonNode *object, const char *name);

/*
 * The string or integer that a node is; a node of another type raises an internal
 * error. JsonFromJsonb makes the attribute value {"S": text} of a string with
 * U+0000 that JsonWriter escaped for jsonb: its text, then. Of integers, a
 * fraction is cut off and what is too large becomes the largest, as in the service.
 */
extern Bytes JsonNodeString(const JsonNode *node);
extern int64 JsonNodeInteger(const JsonNode *node);

/*
 * The writer appends to a StringInfo. Names and values must alternate as JSON
 * wants; commas are its own business.
 */
typedef struct JsonWriter
{
	StringInfo out;
	bool need_comma;
	bool for_jsonb; /* the text is for JsonToJsonb: U+0000 is escaped as item/encoding.h says */
	int limit;      /* bytes of text, as far as a StringInfo holds; more is a ValidationException */
} JsonWriter;

extern void JsonWriterInit(JsonWriter *writer, StringInfo out, bool for_jsonb);
extern void JsonBeginObject(JsonWriter *writer);
extern void JsonEndObject(JsonWriter *writer);
extern void JsonBeginArray(JsonWriter *writer);
extern void JsonEndArray(JsonWriter *writer);
extern void JsonName(JsonWriter *writer, const char *name);
extern void JsonNameBytes(JsonWriter *writer, Bytes name);
extern void JsonString(JsonWriter *writer, Bytes value);
extern void JsonCString(JsonWriter *writer, const char *value);
extern void JsonInteger(JsonWriter *writer, int64 value);
extern void JsonDouble(JsonWriter *writer,
                       double value); /* shortest exact; capacity units, timestamps */
extern void JsonBoolean(JsonWriter *writer, bool value);
extern void JsonNull(JsonWriter *writer);
extern void JsonRaw(JsonWriter *writer, Bytes text);       /* a whole value, already JSON */
extern void JsonNamePlain(JsonWriter *writer, Bytes name); /* never escapes U+0000 */

/* The jsonb of one JSON value that a writer for jsonb has written, palloc'd. */
extern Jsonb *JsonToJsonb(StringInfo text);

#endif
