/*
 * The shapes of the service model as data. shapes.c makes them of the .def
 * files; shape.c walks them.
 */
#ifndef DYNAMO_SHAPES_H
#define DYNAMO_SHAPES_H

#include "operation/shape.h"

typedef enum ShapeType
{
	SHAPE_STRING,
	SHAPE_INTEGER,
	SHAPE_LONG,
	SHAPE_BOOLEAN,
	SHAPE_BLOB,
	SHAPE_LIST,
	SHAPE_MAP,
	SHAPE_STRUCTURE
} ShapeType;

typedef struct ShapeMember
{
	Bytes name;
	const Shape *shape;
	bool required;
} ShapeMember;

#define SHAPE_ANY PG_INT64_MIN /* no limit */

struct Shape
{
	const char *name;
	ShapeType type;
	int64 min; /* of characters, elements, entries or the number itself */
	int64 max;
	bool name_characters;       /* letters, digits, '_', '.' and '-' only */
	const char *values;         /* of an enum, separated by ", " */
	const Shape *key;           /* of a map */
	const Shape *element;       /* of a list or map */
	const ShapeMember *members; /* of a structure; one without a name ends them */
};

/* The input of each operation. */
#define SHAPE(name) extern const Shape shape_##name
SHAPE(BatchExecuteStatementInput);
SHAPE(BatchGetItemInput);
SHAPE(BatchWriteItemInput);
SHAPE(CreateTableInput);
SHAPE(DeleteItemInput);
SHAPE(DeleteTableInput);
SHAPE(DescribeEndpointsRequest);
SHAPE(DescribeLimitsInput);
SHAPE(DescribeTableInput);
SHAPE(DescribeTimeToLiveInput);
SHAPE(ExecuteStatementInput);
SHAPE(ExecuteTransactionInput);
SHAPE(GetItemInput);
SHAPE(ListTablesInput);
SHAPE(ListTagsOfResourceInput);
SHAPE(PutItemInput);
SHAPE(QueryInput);
SHAPE(ScanInput);
SHAPE(TagResourceInput);
SHAPE(TransactGetItemsInput);
SHAPE(TransactWriteItemsInput);
SHAPE(UntagResourceInput);
SHAPE(UpdateItemInput);
SHAPE(UpdateTableInput);
SHAPE(UpdateTimeToLiveInput);
#undef SHAPE

#endif
