/*
 * The table of condition keys.
 */
#include "postgres.h"

#include "auth/condition/condition_key.h"

typedef enum KeySource
{
	SOURCE_GIVEN,
	SOURCE_FOUND,
	SOURCE_TAG
} KeySource;

static const struct
{
	Bytes name;
	KeySource source;
} keys[] = {
#define CONDITION_KEY(id, name, source) { { name, sizeof(name) - 1 }, SOURCE_##source },
#include "auth/condition/condition_keys.def"
#undef CONDITION_KEY
};

StaticAssertDecl(lengthof(keys) <= 32, "a ConditionKeySet has a bit for each key");

/* Names of keys are compared in any case, their tags' too. */
static bool
NameMatches(Bytes name, int key)
{
	Bytes known = keys[key].name;

	if (keys[key].source == SOURCE_TAG ? name.length <= known.length : name.length != known.length)
		return false;
	return pg_strncasecmp(name.data, known.data, known.length) == 0;
}

bool
ConditionKeyFind(Bytes name, ConditionKey *key, Bytes *tag)
{
	for (int i = 0; i < lengthof(keys); i++)
	{
		if (!NameMatches(name, i))
			continue;
		*key = i;
		*tag = (Bytes){ NULL, 0 };
		if (keys[i].source == SOURCE_TAG)
			*tag = (Bytes){ name.data + keys[i].name.length, name.length - keys[i].name.length };
		return true;
	}
	return false;
}

const char *
ConditionKeyName(ConditionKey key)
{
	return keys[key].name.data;
}
