/*
 * Writing members of JSON objects: a name and its value.
 */
#ifndef DYNAMO_JSON_MEMBER_H
#define DYNAMO_JSON_MEMBER_H

#include "json/json.h"

extern void JsonCStringMember(JsonWriter *writer, const char *name, const char *value);
extern void JsonStringMember(JsonWriter *writer, const char *name, Bytes value);
extern void JsonIntegerMember(JsonWriter *writer, const char *name, int64 value);
extern void JsonBooleanMember(JsonWriter *writer, const char *name, bool value);

/* As the API writes times: seconds since 1970, with milliseconds behind the point. */
extern void JsonTimeMember(JsonWriter *writer, const char *name, int64 milliseconds);

#endif
