/*
 * Resolves the tags of the stored form.
 */
#include "item/stored_value.h"

typedef struct Tag
{
	Bytes name;
	AttributeType type;
	uint32 entry_type;     /* of what the tag holds */
	uint32 container_flag; /* where that is a container: JB_FARRAY or JB_FOBJECT */
	const char *fault;
} Tag;

#define TAG(name)              \
	{                          \
		name, sizeof(name) - 1 \
	}

static const Tag tags[] = {
	{ TAG("$b"), ATTRIBUTE_B, JENTRY_ISSTRING, 0, "$b must hold a base64 string" },
	{ TAG("$s"), ATTRIBUTE_S, JENTRY_ISSTRING, 0, "$s must hold a string" },
	{ TAG("$m"), ATTRIBUTE_M, JENTRY_ISCONTAINER, JB_FOBJECT, "$m must hold an object" },
	{ TAG("$ss"), ATTRIBUTE_SS, JENTRY_ISCONTAINER, JB_FARRAY, "$ss must hold an array" },
	{ TAG("$ns"), ATTRIBUTE_NS, JENTRY_ISCONTAINER, JB_FARRAY, "$ns must hold an array" },
	{ TAG("$bs"), ATTRIBUTE_BS, JENTRY_ISCONTAINER, JB_FARRAY, "$bs must hold an array" },
};

static const char *
ReadTag(const Tag *tag, const JsonbEntry *entry, StoredValue *value)
{
	if (entry->type != tag->entry_type)
		return tag->fault;
	value->type = tag->type;
	if (entry->type == JENTRY_ISSTRING)
	{
		value->escaped = tag->type == ATTRIBUTE_S;
		value->text = entry->text;
		return NULL;
	}
	if ((entry->container->header & tag->container_flag) == 0)
		return tag->fault;
	value->container = entry->container;
	return NULL;
}

const char *
StoredContainerRead(const JsonbContainer *container, StoredValue *value)
{
	JsonbWalk walk;
	JsonbEntry only;

	value->container = container;
	value->type = JsonContainerIsArray(container) ? ATTRIBUTE_L : ATTRIBUTE_M;
	if (value->type == ATTRIBUTE_L || JsonContainerSize(container) != 1)
		return NULL;

	walk = JsonbWalkStart(container);
	JsonbWalkNext(&walk, &only);
	if (only.name.length == 0 || only.name.data[0] != '$')
		return NULL;
	for (int i = 0; i < lengthof(tags); i++)
	{
		if (BytesEqual(only.name, tags[i].name))
			return ReadTag(&tags[i], &only, value);
	}
	return "an object of one member whose name starts with $ must be a tag; a map is wrapped as "
	       "{\"$m\": {...}}";
}
