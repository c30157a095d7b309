/*
 * A part is a byte that tells whether it is cut, a byte of its length, and its bytes.
 */
#include "metrics/hotkeys/hot_key.h"

#include "common/hashfn.h"

/* What one byte can tell. */
#define MAX_PART 255

void
HotKeyBegin(HotKey *key)
{
	key->hash = 0;
	key->length = 0;
}

int
HotKeyRoom(const HotKey *key, int following)
{
	int room = HOT_KEY_KEPT - key->length - HOT_KEY_PART_HEAD * (following + 1);

	return Min(Max(room, 0), MAX_PART);
}

void
HotKeyAdd(HotKey *key, Bytes value, Bytes kept)
{
	char *end = key->bytes + key->length;

	if (kept.length > HotKeyRoom(key, 0))
		elog(ERROR, "a part of a key is too long: %d bytes", kept.length);
	key->hash = hash_bytes_extended((const unsigned char *) value.data, value.length,
	                                key->hash + value.length);
	end[0] = kept.length < value.length;
	end[1] = (char) kept.length;
	if (kept.length > 0)
		memcpy(end + HOT_KEY_PART_HEAD, kept.data, kept.length);
	key->length += HOT_KEY_PART_HEAD + kept.length;
}

bool
HotKeyNext(const HotKey *key, int *position, HotKeyPart *part)
{
	const char *head = key->bytes + *position;

	if (*position + HOT_KEY_PART_HEAD > key->length)
		return false;
	part->cut = head[0] != 0;
	part->value = (Bytes){ head + HOT_KEY_PART_HEAD, (unsigned char) head[1] };
	*position += HOT_KEY_PART_HEAD + part->value.length;
	return *position <= key->length;
}

bool
HotKeysEqual(const HotKey *a, const HotKey *b)
{
	return a->hash == b->hash && a->length == b->length &&
	       memcmp(a->bytes, b->bytes, a->length) == 0;
}
