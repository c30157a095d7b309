/*
 * See bytes.h.
 */
#include "text/bytes.h"

int
BytesCompare(Bytes a, Bytes b)
{
	int common = Min(a.length, b.length);
	int order = common > 0 ? memcmp(a.data, b.data, common) : 0;

	return order != 0 ? order : (a.length > b.length) - (a.length < b.length);
}

int
JsonbKeyCompare(Bytes a, Bytes b)
{
	if (a.length != b.length)
		return a.length > b.length ? 1 : -1;
	return a.length > 0 ? memcmp(a.data, b.data, a.length) : 0;
}

Bytes
BytesFromCString(const char *string)
{
	return (Bytes){ string, strlen(string) };
}

char *
BytesToCString(Bytes bytes)
{
	return bytes.length > 0 ? pnstrdup(bytes.data, bytes.length) : pstrdup("");
}
