/*
 * A request as it was read by its shape: structures with a slot for each member
 * that their shape has. What the shape does not have does not exist. Within
 * them stand JSON nodes whose types are those of their shapes; a structure is a
 * node of type JSON_NODE_STRUCTURE, and an attribute value an object of the
 * union's variants, for AttributeValueParse.
 *
 * Members are taken by their id, and each id has a kind: to take a member as
 * something else does not compile. Code that several operations share may ask
 * for a member that a structure does not have: it is absent, as one that was
 * not given or is null.
 */
#ifndef DYNAMO_STRUCTURE_H
#define DYNAMO_STRUCTURE_H

#include "json/json.h"
#include "model/shape.h"

#include "datatype/timestamp.h"

struct Structure
{
	const Shape *shape;
	int count; /* of slots: all of the shape's, or none */
	JsonNode slots[FLEXIBLE_ARRAY_MEMBER];
};

/* Members by the kind of their values. */
typedef struct StringMember
{
	MemberId id;
} StringMember;

typedef struct BooleanMember
{
	MemberId id;
} BooleanMember;

typedef struct IntegerMember
{
	MemberId id;
} IntegerMember;

typedef struct TimeMember
{
	MemberId id;
} TimeMember;

typedef struct DoubleMember
{
	MemberId id;
} DoubleMember;

typedef struct ListMember
{
	MemberId id;
} ListMember;

typedef struct MapMember
{
	MemberId id;
} MapMember;

typedef struct StructureMember
{
	MemberId id;
} StructureMember;

typedef struct ValueMember
{
	MemberId id;
} ValueMember;

#define MEMBER(kind, id, name) static const kind##Member member_##id = { MEMBER_##id };
#include "model/members.def"
#undef MEMBER

/* The member's node; NULL where it is absent, or `structure` is NULL. */
static inline const JsonNode *
StructureFind(const Structure *structure, MemberId id)
{
	unsigned int slot;

	if (structure == NULL)
		return NULL;
	slot = (unsigned int) structure->shape->slots[id] - structure->shape->first_slot;
	if (slot >= (unsigned int) structure->count || structure->slots[slot].type == JSON_NODE_NULL)
		return NULL;
	return &structure->slots[slot];
}

static inline bool
StructureHas(const Structure *structure, MemberId id)
{
	return StructureFind(structure, id) != NULL;
}

/* Whether no member is given. */
extern bool StructureIsEmpty(const Structure *structure);

/* A string's data is NULL where it is absent, and so are the pointers below. */
extern Bytes StructureString(const Structure *structure, StringMember member);
extern bool StructureBoolean(const Structure *structure, BooleanMember member, bool absent);
extern int64 StructureInteger(const Structure *structure, IntegerMember member, int64 absent);
/* Microseconds; beyond years 1970 to 9999 it is the next of these. */
extern TimestampTz StructureTime(const Structure *structure, TimeMember member, TimestampTz absent);
/* The nearest double; infinite beyond their range. */
extern double StructureDouble(const Structure *structure, DoubleMember member, double absent);
extern const Structure *StructureStructure(const Structure *structure, StructureMember member);
/* A node of type JSON_NODE_ARRAY, none of whose elements is null. */
extern const JsonNode *StructureList(const Structure *structure, ListMember member);
/* A node of type JSON_NODE_OBJECT, none of whose members is null. */
extern const JsonNode *StructureMap(const Structure *structure, MapMember member);
/* What AttributeValueParse takes. */
extern const JsonNode *StructureValue(const Structure *structure, ValueMember member);

/*
 * The integer that a number's text spells. As in the service's parser, a
 * fraction is cut off. False where it does not fit 64 bits.
 */
extern bool ShapeReadInteger(const JsonNode *node, int64 *value);

/* The structure that an element of a list or map is. Raises an internal error where it is none. */
extern const Structure *NodeStructure(const JsonNode *node);

/*
 * Appends a structure's members, but the one that is left out, within an object
 * that the caller begins and ends. Absent members are left out.
 */
extern void StructureWriteMembers(JsonWriter *writer, const Structure *structure, MemberId without);

/* Appends the node as the JSON of a request. */
extern void RequestNodeWrite(JsonWriter *writer, const JsonNode *node);

#endif
