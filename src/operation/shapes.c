/*
 * Makes the shapes of the .def files.
 */
#include "operation/shapes.h"

#define ANY SHAPE_ANY
#define DEFINE(id, shape_type, least, most, ...)                                \
	extern const Shape shape_##id;                                              \
	const Shape shape_##id = {                                                  \
		.name = #id, .type = shape_type, .min = least, .max = most, __VA_ARGS__ \
	};

#define STRING(id, min, max) DEFINE(id, SHAPE_STRING, min, max, )
#define NAME(id, min, max) DEFINE(id, SHAPE_STRING, min, max, .name_characters = true)
#define ENUM(id, set) DEFINE(id, SHAPE_STRING, ANY, ANY, .values = set)
#define INTEGER(id, min, max) DEFINE(id, SHAPE_INTEGER, min, max, )
#define LONG(id, min, max) DEFINE(id, SHAPE_LONG, min, max, )
#define BOOLEAN(id) DEFINE(id, SHAPE_BOOLEAN, ANY, ANY, )
#define BLOB(id) DEFINE(id, SHAPE_BLOB, ANY, ANY, )
#define LIST(id, of, min, max) DEFINE(id, SHAPE_LIST, min, max, .element = &shape_##of)
#define MAP(id, from, to, min, max) \
	DEFINE(id, SHAPE_MAP, min, max, .key = &shape_##from, .element = &shape_##to)
#define RECURSIVE(id) extern const Shape shape_##id;
#define STRUCTURE(id) static const ShapeMember members_##id[] = {
#define REQUIRED(id, of) { { #id, sizeof(#id) - 1 }, &shape_##of, true },
#define OPTIONAL(id, of) { { #id, sizeof(#id) - 1 }, &shape_##of, false },
/* clang-format off */
#define END(id) \
	{ { NULL, 0 }, NULL, false } }; \
	DEFINE(id, SHAPE_STRUCTURE, ANY, ANY, .members = members_##id)
/* clang-format on */

#include "operation/shapes_common.def"
#include "operation/shapes_table.def"
#include "operation/shapes_item.def"
