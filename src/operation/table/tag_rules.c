/*
 * See tag_rules.h.
 */
#include "operation/table/tag_rules.h"

#include "error/error.h"
#include "item/shown.h"

#include "mb/pg_wchar.h"

#include <locale.h>
#include <wctype.h>

#define MAX_TAGS 50
#define MAX_KEY_LENGTH 128
#define MAX_VALUE_LENGTH 256
#define RESERVED_PREFIX "aws:"

/* These are blanks too, but no white space to the C library. */
static bool
IsUnbreakableBlank(pg_wchar character)
{
	return character == 0xa0 || character == 0x2007 || character == 0x202f;
}

/* Letters of any script, digits, blanks and some marks. */
static bool
MayStandInTag(pg_wchar character)
{
	static locale_t unicode;

	if (character < 128)
		return isalnum((int) character) || (character != 0 && strchr(" +-=._:/@", (int) character));
	if (unicode == NULL)
		unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL);
	return unicode == NULL || iswalnum_l(character, unicode) || iswspace_l(character, unicode) ||
	       IsUnbreakableBlank(character);
}

static bool
IsWellFormed(Bytes text, int most)
{
	const unsigned char *p = (const unsigned char *) text.data;
	const unsigned char *end = p + text.length;
	int count = 0;

	for (; p < end && count <= most; p += pg_utf_mblen(p), count++)
	{
		if (!MayStandInTag(utf8_to_unicode(p)))
			return false;
	}
	return count <= most;
}

/* A text as errors show it. */
static const char *
Shown(Bytes text)
{
	return text.data == NULL ? "null" : ShownText(text);
}

static void
CheckKey(Bytes key)
{
	if (key.data == NULL || key.length == 0 || !IsWellFormed(key, MAX_KEY_LENGTH))
		ValidationError(TEXT_TAG_KEY_INVALID, Shown(key));
	if (key.length >= strlen(RESERVED_PREFIX) &&
	    pg_strncasecmp(key.data, RESERVED_PREFIX, strlen(RESERVED_PREFIX)) == 0)
		ValidationError(TEXT_TAG_KEY_RESERVED, Shown(key));
}

static Bytes
KeyOf(const JsonNode *tag)
{
	return StructureString(NodeStructure(tag), member_TagKey);
}

/* There are no more than a resource may have. */
static void
CheckDistinctKeys(const JsonNode *tags)
{
	for (int i = 0; i < tags->count; i++)
	{
		Bytes key = KeyOf(&tags->elements[i]);

		for (int j = 0; j < i; j++)
		{
			if (BytesEqual(key, KeyOf(&tags->elements[j])))
				ValidationError(TEXT_TAG_KEY_TWICE, BYTES_ARGS(key));
		}
	}
}

void
TagCountCheck(int count)
{
	if (count > MAX_TAGS)
		ValidationError(TEXT_TAGS_TOO_MANY);
}

void
TagsCheck(const JsonNode *tags)
{
	TagCountCheck(tags->count);
	for (int i = 0; i < tags->count; i++)
	{
		Bytes value = StructureString(NodeStructure(&tags->elements[i]), member_TagValue);

		CheckKey(KeyOf(&tags->elements[i]));
		if (value.data == NULL || !IsWellFormed(value, MAX_VALUE_LENGTH))
			ValidationError(TEXT_TAG_VALUE_INVALID, Shown(value));
	}
	CheckDistinctKeys(tags);
}

void
TagKeysCheck(const JsonNode *keys)
{
	TagCountCheck(keys->count);
	for (int i = 0; i < keys->count; i++)
		CheckKey(JsonNodeString(&keys->elements[i]));
}
