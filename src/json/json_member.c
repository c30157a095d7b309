/*
 * See json_member.h.
 */
#include "json/json_member.h"

void
JsonCStringMember(JsonWriter *writer, const char *name, const char *value)
{
	JsonName(writer, name);
	JsonCString(writer, value);
}

void
JsonStringMember(JsonWriter *writer, const char *name, Bytes value)
{
	JsonName(writer, name);
	JsonString(writer, value);
}

void
JsonIntegerMember(JsonWriter *writer, const char *name, int64 value)
{
	JsonName(writer, name);
	JsonInteger(writer, value);
}

void
JsonBooleanMember(JsonWriter *writer, const char *name, bool value)
{
	JsonName(writer, name);
	JsonBoolean(writer, value);
}

void
JsonTimeMember(JsonWriter *writer, const char *name, int64 milliseconds)
{
	JsonName(writer, name);
	JsonDouble(writer, milliseconds / 1000.0);
}
