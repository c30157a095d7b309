/*
 * Names of what can be scaled.
 */
#include "scaling/resource.h"

#include "error/error.h"
#include "text/text_scan.h"

static const struct DimensionName
{
	const char *name;
	bool of_index;
	ConsumptionKind kind;
} dimensions[] = {
	{ "dynamodb:table:ReadCapacityUnits", false, CONSUMPTION_READ },
	{ "dynamodb:table:WriteCapacityUnits", false, CONSUMPTION_WRITE },
	{ "dynamodb:index:ReadCapacityUnits", true, CONSUMPTION_READ },
	{ "dynamodb:index:WriteCapacityUnits", true, CONSUMPTION_WRITE },
};

static bool
ParseId(Bytes id, ScalableResource *resource)
{
	bool of_table = BytesEqual(TextTakeUntil(&id, '/'), BYTES_LITERAL("table"));

	resource->table = TextTakeUntil(&id, '/');
	resource->index = (Bytes){ NULL, 0 };
	if (!of_table || resource->table.length == 0)
		return false;
	if (id.length == 0)
		return true;
	if (!BytesEqual(TextTakeUntil(&id, '/'), BYTES_LITERAL("index")) || id.length == 0)
		return false;
	resource->index = TextTakeUntil(&id, '/');
	return id.length == 0;
}

static bool
ParseDimension(Bytes dimension, ScalableResource *resource)
{
	bool of_index = resource->index.data != NULL;

	for (int i = 0; i < lengthof(dimensions); i++)
	{
		if (!BytesEqual(dimension, BytesFromCString(dimensions[i].name)))
			continue;
		resource->kind = dimensions[i].kind;
		return dimensions[i].of_index == of_index;
	}
	return false;
}

ScalableResource
ResourceParse(Bytes resource_id, Bytes dimension)
{
	ScalableResource resource;

	if (!ParseId(resource_id, &resource) || !ParseDimension(dimension, &resource))
		ValidationError(TEXT_SCALING_SERVICE);
	return resource;
}

char *
ResourceId(const ScalableResource *resource)
{
	if (resource->index.data == NULL)
		return psprintf("table/%.*s", BYTES_ARGS(resource->table));
	return psprintf("table/%.*s/index/%.*s", BYTES_ARGS(resource->table),
	                BYTES_ARGS(resource->index));
}

const char *
ResourceDimension(const ScalableResource *resource)
{
	bool of_index = resource->index.data != NULL;

	for (int i = 0; i < lengthof(dimensions); i++)
	{
		if (dimensions[i].of_index == of_index && dimensions[i].kind == resource->kind)
			return dimensions[i].name;
	}
	elog(ERROR, "unknown dimension %d", resource->kind);
}
