/*
 * Makes the shapes of the .def files, in three readings: one checks that
 * members have the kinds that members.def gives them, one numbers the slots of
 * structures, one makes the shapes themselves.
 */
#include "model/shape.h"
#include "model/structure.h"

const char *
MemberName(MemberId id)
{
	static const char *const names[] = {
#define MEMBER(kind, id, name) [MEMBER_##id] = name,
#include "model/members.def"
#undef MEMBER
	};

	return names[id];
}

/* --- kinds --- */

enum
{
	KIND_String,
	KIND_Boolean,
	KIND_Integer,
	KIND_List,
	KIND_Map,
	KIND_Structure,
	KIND_Value,
	KIND_Blob,
	KIND_Time,
	KIND_Double
};

/* What members.def says of a member, and what its shape is. */
#define MEMBER(kind, id, name)         \
	enum                               \
	{                                  \
		MEMBER_KIND_##id = KIND_##kind \
	};
#include "model/members.def"
#undef MEMBER

#define STRING(id, min, max)          \
	enum                              \
	{                                 \
		SHAPE_KIND_##id = KIND_String \
	};
#define NAME(id, min, max)            \
	enum                              \
	{                                 \
		SHAPE_KIND_##id = KIND_String \
	};
#define BYTES(id, min, max)           \
	enum                              \
	{                                 \
		SHAPE_KIND_##id = KIND_String \
	};
#define TABLE(id, min)                \
	enum                              \
	{                                 \
		SHAPE_KIND_##id = KIND_String \
	};
#define ENUM(id, set)                 \
	enum                              \
	{                                 \
		SHAPE_KIND_##id = KIND_String \
	};
#define INTEGER(id, min, max)          \
	enum                               \
	{                                  \
		SHAPE_KIND_##id = KIND_Integer \
	};
#define LONG(id, min, max)             \
	enum                               \
	{                                  \
		SHAPE_KIND_##id = KIND_Integer \
	};
#define BOOLEAN(id)                    \
	enum                               \
	{                                  \
		SHAPE_KIND_##id = KIND_Boolean \
	};
#define BLOB(id)                    \
	enum                            \
	{                               \
		SHAPE_KIND_##id = KIND_Blob \
	};
#define TIME(id)                    \
	enum                            \
	{                               \
		SHAPE_KIND_##id = KIND_Time \
	};
#define DOUBLE(id)                    \
	enum                              \
	{                                 \
		SHAPE_KIND_##id = KIND_Double \
	};
#define LIST(id, of, min, max)      \
	enum                            \
	{                               \
		SHAPE_KIND_##id = KIND_List \
	};
#define MAP(id, from, to, min, max) \
	enum                            \
	{                               \
		SHAPE_KIND_##id = KIND_Map  \
	};
#define MAP_AS_JSON MAP
#define RECURSIVE(id)                \
	enum                             \
	{                                \
		SHAPE_KIND_##id = KIND_Value \
	};
#define STRUCTURE(id)                    \
	enum                                 \
	{                                    \
		SHAPE_KIND_##id = KIND_Structure \
	};
#define REQUIRED_AS(id, name, of) \
	StaticAssertDecl((int) MEMBER_KIND_##id == (int) SHAPE_KIND_##of, #id " is of another kind");
#define REQUIRED(id, of) REQUIRED_AS(id, id, of)
#define OPTIONAL_AS(id, name, of) REQUIRED_AS(id, name, of)
#define OPTIONAL(id, of) REQUIRED_AS(id, id, of)
#define END(id)
#define UNION(id)
#define VARIANT(id, of)
#define END_UNION(id)

#include "model/shapes_common.def"
#include "model/shapes_table.def"
#include "model/shapes_item.def"
#include "model/shapes_stream.def"
#include "model/shapes_backup.def"
#include "model/shapes_export.def"
#include "model/shapes_import.def"
#include "model/shapes_console.def"
#include "model/shapes_insights.def"
#include "model/shapes_scaling.def"

#undef STRING
#undef NAME
#undef BYTES
#undef TABLE
#undef ENUM
#undef INTEGER
#undef LONG
#undef BOOLEAN
#undef BLOB
#undef TIME
#undef DOUBLE
#undef LIST
#undef MAP
#undef MAP_AS_JSON
#undef RECURSIVE
#undef STRUCTURE
#undef REQUIRED_AS
#undef REQUIRED
#undef OPTIONAL_AS
#undef OPTIONAL
#undef END

/* --- slots --- */

/*
 * A macro cannot know in which structure it stands, so the slots of all of them
 * are counted through.
 */
#define STRING(id, min, max)
#define NAME(id, min, max)
#define BYTES(id, min, max)
#define TABLE(id, min)
#define ENUM(id, set)
#define INTEGER(id, min, max)
#define LONG(id, min, max)
#define BOOLEAN(id)
#define BLOB(id)
#define TIME(id)
#define DOUBLE(id)
#define LIST(id, of, min, max)
#define MAP(id, from, to, min, max)
#define MAP_AS_JSON MAP
#define RECURSIVE(id)
/* clang-format off */
#define STRUCTURE(id) \
	enum { FIRST_SLOT_##id = __COUNTER__ + 1 }; \
	static const uint16 slots_##id[MEMBER_COUNT] = {
#define REQUIRED_AS(id, name, of) [MEMBER_##id] = __COUNTER__,
#define REQUIRED(id, of) [MEMBER_##id] = __COUNTER__,
#define OPTIONAL_AS(id, name, of) [MEMBER_##id] = __COUNTER__,
#define OPTIONAL(id, of) [MEMBER_##id] = __COUNTER__,
#define END(id) };
/* clang-format on */

#include "model/shapes_common.def"
#include "model/shapes_table.def"
#include "model/shapes_item.def"
#include "model/shapes_stream.def"
#include "model/shapes_backup.def"
#include "model/shapes_export.def"
#include "model/shapes_import.def"
#include "model/shapes_console.def"
#include "model/shapes_insights.def"
#include "model/shapes_scaling.def"

#undef STRING
#undef NAME
#undef BYTES
#undef TABLE
#undef ENUM
#undef INTEGER
#undef LONG
#undef BOOLEAN
#undef BLOB
#undef TIME
#undef DOUBLE
#undef LIST
#undef MAP
#undef MAP_AS_JSON
#undef RECURSIVE
#undef STRUCTURE
#undef REQUIRED_AS
#undef REQUIRED
#undef OPTIONAL_AS
#undef OPTIONAL
#undef END
#undef UNION
#undef VARIANT
#undef END_UNION

/* --- shapes --- */

#define ANY SHAPE_ANY
#define DEFINE(id, shape_type, least, most, ...)                                \
	extern const Shape shape_##id;                                              \
	const Shape shape_##id = {                                                  \
		.name = #id, .type = shape_type, .min = least, .max = most, __VA_ARGS__ \
	};

#define STRING(id, min, max) DEFINE(id, SHAPE_STRING, min, max, )
#define NAME(id, min, max) DEFINE(id, SHAPE_STRING, min, max, .name_characters = true)
#define BYTES(id, min, max) DEFINE(id, SHAPE_STRING, min, max, .in_bytes = true)
#define TABLE(id, min) DEFINE(id, SHAPE_STRING, min, 255, .name_characters = true, .table = true)
#define ENUM(id, set) DEFINE(id, SHAPE_STRING, ANY, ANY, .values = set)
#define INTEGER(id, min, max) DEFINE(id, SHAPE_INTEGER, min, max, )
#define LONG(id, min, max) DEFINE(id, SHAPE_LONG, min, max, )
#define BOOLEAN(id) DEFINE(id, SHAPE_BOOLEAN, ANY, ANY, )
#define BLOB(id) DEFINE(id, SHAPE_BLOB, ANY, ANY, )
#define TIME(id) DEFINE(id, SHAPE_TIME, ANY, ANY, )
#define DOUBLE(id) DEFINE(id, SHAPE_DOUBLE, ANY, ANY, )
#define LIST(id, of, min, max) DEFINE(id, SHAPE_LIST, min, max, .element = &shape_##of)
#define MAP(id, from, to, min, max) \
	DEFINE(id, SHAPE_MAP, min, max, .key = &shape_##from, .element = &shape_##to)
#define MAP_AS_JSON(id, from, to, min, max)                                       \
	DEFINE(id, SHAPE_MAP, min, max, .key = &shape_##from, .element = &shape_##to, \
	       .shown_as_json = true)
#define RECURSIVE(id) extern const Shape shape_##id;
#define STRUCTURE(id) static const ShapeMember members_##id[] = {
#define REQUIRED_AS(id, name, of) { { #name, sizeof(#name) - 1 }, &shape_##of, true },
#define REQUIRED(id, of) { { #id, sizeof(#id) - 1 }, &shape_##of, true },
#define OPTIONAL_AS(id, name, of) { { #name, sizeof(#name) - 1 }, &shape_##of, false },
#define OPTIONAL(id, of) { { #id, sizeof(#id) - 1 }, &shape_##of, false },
#define UNION(id) STRUCTURE(id)
#define VARIANT(id, of) { { #id, sizeof(#id) - 1 }, &shape_##of, false },
/* clang-format off */
#define END(id) \
	{ { NULL, 0 }, NULL, false } }; \
	extern const Shape shape_##id; \
	static const Structure empty_##id = { &shape_##id, 0 }; \
	DEFINE(id, SHAPE_STRUCTURE, ANY, ANY, .members = members_##id, \
	       .member_count = lengthof(members_##id) - 1, .slots = slots_##id, \
	       .first_slot = FIRST_SLOT_##id, .empty = &empty_##id)
#define END_UNION(id) \
	{ { NULL, 0 }, NULL, false } }; \
	DEFINE(id, SHAPE_UNION, ANY, ANY, .members = members_##id, \
	       .member_count = lengthof(members_##id) - 1)
/* clang-format on */

#include "model/shapes_common.def"
#include "model/shapes_table.def"
#include "model/shapes_item.def"
#include "model/shapes_stream.def"
#include "model/shapes_backup.def"
#include "model/shapes_export.def"
#include "model/shapes_import.def"
#include "model/shapes_console.def"
#include "model/shapes_insights.def"
#include "model/shapes_scaling.def"
