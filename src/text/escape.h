/*
 * How U+0000, which jsonb cannot hold, is spelled in the stored form and in the
 * jsonb of SQL callers: item/encoding.h says where.
 */
#ifndef DYNAMO_ESCAPE_H
#define DYNAMO_ESCAPE_H

#include "text/bytes.h"

/* Whether the text has a U+0000. */
static inline bool
HasNul(Bytes text)
{
	return BytesFind(text, '\0') != NULL;
}

#define NAME_PREFIX "$u:"
#define NAME_PREFIX_LENGTH ((int) sizeof(NAME_PREFIX) - 1)

static inline bool
HasNamePrefix(Bytes name)
{
	return name.length >= NAME_PREFIX_LENGTH && name.data[0] == '$' &&
	       memcmp(name.data, NAME_PREFIX, NAME_PREFIX_LENGTH) == 0;
}

/* Whether the name must be stored escaped. */
extern bool NameNeedsEscape(Bytes name);

/* The text with "\" as "\\" and U+0000 as "\0"; palloc'd. */
extern Bytes EscapeNul(Bytes text);

/* The name as it is stored: "$u:" and the escaped name where it must be, else itself. */
extern Bytes EscapeName(Bytes name);

/* The inverses; false where a backslash is followed by anything else. */
extern bool UnescapeNul(Bytes escaped, Bytes *text);

static inline bool
UnescapeName(Bytes stored, Bytes *name)
{
	*name = stored;
	if (!HasNamePrefix(stored))
		return true;
	return UnescapeNul(
	    (Bytes){ stored.data + NAME_PREFIX_LENGTH, stored.length - NAME_PREFIX_LENGTH }, name);
}

/* The length that UnescapeNul's text would have. */
extern int UnescapedLength(Bytes escaped);

#endif
