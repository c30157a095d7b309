/*
 * The Projection of an index in a request (API reference, Projection).
 */
#include "operation/index/projection.h"

#include "error/error.h"

static ProjectionType
ReadProjectionType(Bytes name)
{
	if (BytesEqual(name, BYTES_LITERAL("ALL")))
		return PROJECTION_ALL;
	if (BytesEqual(name, BYTES_LITERAL("KEYS_ONLY")))
		return PROJECTION_KEYS_ONLY;
	return PROJECTION_INCLUDE;
}

void
IndexProjectionRead(const Structure *projection, TableIndex *index)
{
	Bytes type = StructureString(projection, member_ProjectionType);
	const JsonNode *include = StructureList(projection, member_NonKeyAttributes);

	if (type.data == NULL)
		ValidationError(TEXT_PROJECTION_TYPE_NULL);
	index->projection = ReadProjectionType(type);
	if (index->projection == PROJECTION_INCLUDE && include == NULL)
		ValidationError(TEXT_INCLUDE_NO_ATTRIBUTES);
	if (index->projection != PROJECTION_INCLUDE && include != NULL)
		ValidationError(TEXT_ATTRIBUTES_NO_INCLUDE, BYTES_ARGS(type));
	if (include == NULL)
		return;
	index->include_count = include->count;
	index->include = palloc(sizeof(Bytes) * include->count);
	for (int i = 0; i < include->count; i++)
	{
		index->include[i] = JsonNodeString(&include->elements[i]);
		for (int j = 0; j < i; j++)
		{
			if (BytesEqual(index->include[i], index->include[j]))
				ValidationError(TEXT_NON_KEY_TWICE, BYTES_ARGS(index->include[i]));
		}
	}
}
