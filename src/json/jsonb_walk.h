/*
 * Walks a jsonb container in place, one child after the other, without the
 * allocations of JsonbIterator. The format is the one that utils/jsonb.h
 * describes.
 */
#ifndef DYNAMO_JSONB_WALK_H
#define DYNAMO_JSONB_WALK_H

#include "text/bytes.h"

#include "utils/jsonb.h"

typedef struct JsonbEntry
{
	uint32
	    type; /* JENTRY_ISSTRING, _ISNUMERIC, _ISBOOL_FALSE, _ISBOOL_TRUE, _ISNULL, _ISCONTAINER */
	Bytes name; /* of an object's member */
	union
	{
		Bytes text;
		Numeric number;
		const JsonbContainer *container;
	};
} JsonbEntry;

typedef struct JsonbWalk
{
	const JsonbContainer *container;
	int count; /* of elements or members */
	int next;
	bool object;
	const char *data;
	uint32 name_offset;  /* of the next name */
	uint32 value_offset; /* of the next value */
} JsonbWalk;

static inline uint32
JsonbEntryEnd(JEntry entry, uint32 offset)
{
	return JBE_HAS_OFF(entry) ? JBE_OFFLENFLD(entry) : offset + JBE_OFFLENFLD(entry);
}

/* Starts at the first child. A scalar root is an array of one element. */
static inline JsonbWalk
JsonbWalkStart(const JsonbContainer *container)
{
	JsonbWalk walk = { .container = container };

	walk.count = JsonContainerSize(container);
	walk.object = JsonContainerIsObject(container);
	walk.data = (const char *) &container->children[walk.object ? walk.count * 2 : walk.count];
	walk.value_offset = walk.object ? getJsonbOffset(container, walk.count) : 0;
	return walk;
}

/* Takes a child's value apart; it is stored at [offset, end) of the container's data. */
static inline void
JsonbReadValue(const char *data, JEntry jentry, uint32 offset, uint32 end, JsonbEntry *entry)
{
	entry->type = jentry & JENTRY_TYPEMASK;
	if (entry->type == JENTRY_ISSTRING)
		entry->text = (Bytes){ data + offset, end - offset };
	else if (entry->type == JENTRY_ISNUMERIC)
		entry->number = (Numeric) (data + INTALIGN(offset));
	else if (entry->type == JENTRY_ISCONTAINER)
		entry->container = (const JsonbContainer *) (data + INTALIGN(offset));
}

/* The next child; false at the end. */
static inline bool
JsonbWalkNext(JsonbWalk *walk, JsonbEntry *entry)
{
	const JEntry *children = walk->container->children;
	uint32 end;
	JEntry value;

	if (walk->next == walk->count)
		return false;
	if (walk->object)
	{
		end = JsonbEntryEnd(children[walk->next], walk->name_offset);
		entry->name = (Bytes){ walk->data + walk->name_offset, end - walk->name_offset };
		walk->name_offset = end;
		value = children[walk->next + walk->count];
	}
	else
	{
		entry->name = (Bytes){ NULL, 0 };
		value = children[walk->next];
	}

	end = JsonbEntryEnd(value, walk->value_offset);
	JsonbReadValue(walk->data, value, walk->value_offset, end, entry);
	walk->value_offset = end;
	walk->next++;
	return true;
}

/* An object's member of this name; false where there is none. */
extern bool JsonbFindMember(const JsonbContainer *object, Bytes name, JsonbEntry *entry);

#endif
