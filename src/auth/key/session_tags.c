/*
 * Checking, writing and reading the tags of a session.
 */
#include "auth/key/session_tags.h"

#include "mb/pg_wchar.h"

#include "error/error.h"

#define MAX_KEY_LENGTH 128
#define MAX_VALUE_LENGTH 256

/* Letters, digits and blanks of all scripts, and these of ASCII. */
static bool
HasTagsCharacters(Bytes text)
{
	for (int i = 0; i < text.length; i++)
	{
		unsigned char c = text.data[i];

		if (c < 0x80 && !isalnum(c) && (c == '\0' || strchr(" _.:/=+-@", c) == NULL))
			return false;
	}
	return true;
}

static void
CheckText(Bytes text, const char *what, int min, int max)
{
	int length = pg_verify_mbstr(PG_UTF8, text.data, text.length, true)
	                 ? pg_mbstrlen_with_len(text.data, text.length)
	                 : -1;

	if (length < min || length > max || !HasTagsCharacters(text))
		ValidationError(TEXT_SESSION_TAG_LENGTH, what, min, max);
}

static void
CheckIsUnique(const SessionTag *tags, int number)
{
	for (int i = 0; i < number; i++)
	{
		if (tags[i].key.length == tags[number].key.length &&
		    pg_strncasecmp(tags[i].key.data, tags[number].key.data, tags[i].key.length) == 0)
			ValidationError(TEXT_SESSION_TAG_TWICE);
	}
}

void
SessionTagsCheck(const SessionTag *tags, int count)
{
	if (count > MAX_SESSION_TAGS)
		ValidationError(TEXT_SESSION_TAGS_QUOTA, MAX_SESSION_TAGS);
	for (int i = 0; i < count; i++)
	{
		CheckText(tags[i].key, "key", 1, MAX_KEY_LENGTH);
		CheckText(tags[i].value, "value", 0, MAX_VALUE_LENGTH);
		CheckIsUnique(tags, i);
	}
}

static JsonbValue
StringOf(Bytes text)
{
	JsonbValue value = { .type = jbvString };

	value.val.string.len = text.length;
	value.val.string.val = unconstify(char *, text.data);
	return value;
}

Jsonb *
SessionTagsToJsonb(const SessionTag *tags, int count)
{
	JsonbParseState *state = NULL;

	if (count == 0)
		return NULL;
	(void) pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	for (int i = 0; i < count; i++)
	{
		JsonbValue key = StringOf(tags[i].key);
		JsonbValue value = StringOf(tags[i].value);

		(void) pushJsonbValue(&state, WJB_KEY, &key);
		(void) pushJsonbValue(&state, WJB_VALUE, &value);
	}
	return JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL));
}

static Bytes
TextOf(const JsonbValue *value)
{
	return (Bytes){ value->val.string.val, value->val.string.len };
}

const SessionTag *
SessionTagsFromJsonb(Jsonb *object, int *count)
{
	JsonbIterator *iterator = JsonbIteratorInit(&object->root);
	SessionTag *tags;
	JsonbValue value;
	JsonbIteratorToken token;

	*count = 0;
	if (!JB_ROOT_IS_OBJECT(object))
		ValidationError(TEXT_SESSION_TAGS_FORM);
	if (JB_ROOT_COUNT(object) > MAX_SESSION_TAGS)
		SessionTagsCheck(NULL, JB_ROOT_COUNT(object));
	tags = palloc0(sizeof(SessionTag) * Max(1, JB_ROOT_COUNT(object)));
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
			tags[*count].key = TextOf(&value);
		if (token != WJB_VALUE)
			continue;
		if (value.type != jbvString)
			ValidationError(TEXT_SESSION_TAGS_FORM);
		tags[(*count)++].value = TextOf(&value);
	}
	return tags;
}
