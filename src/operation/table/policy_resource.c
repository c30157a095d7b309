/*
 * The tables and streams that have policies of their own.
 */
#include "operation/table/policy_resource.h"

#include "operation/arn.h"
#include "storage/relation/ddl.h"
#include "storage/relation/relation_name.h"
#include "storage/stream/stream_cache.h"

#define INDEX_PART "/index/"
#define STREAM_PART "/stream/"

/* Where the part stands in the ARN; -1: nowhere. */
static int
FindPart(Bytes arn, const char *part)
{
	int length = strlen(part);

	for (int i = 0; i + length <= arn.length; i++)
		if (memcmp(arn.data + i, part, length) == 0)
			return i;
	return -1;
}

static PolicyResource
StreamResource(Bytes arn)
{
	PolicyResource resource = { { NULL, 0 } };
	const KnownStream *stream = NULL;

	if (StreamArnRead(arn, &resource.table, &resource.stream))
		stream = StreamFind(resource.table, resource.stream);
	if (stream == NULL)
		return resource;
	resource.relation = stream->row.relation;
	resource.owner = RelationOwner(stream->row.relation);
	if (!OidIsValid(resource.owner))
		resource.owner = stream->row.owner;
	return resource;
}

PolicyResource
PolicyResourceOf(Bytes arn)
{
	PolicyResource resource = { { NULL, 0 } };
	int index = FindPart(arn, INDEX_PART);

	if (FindPart(arn, STREAM_PART) >= 0)
		return StreamResource(arn);
	if (index >= 0)
		arn.length = index;
	resource.table = TableNameOfArn(arn);
	resource.relation = DynamoRelation(TABLE_SCHEMA, TableRelationName(resource.table));
	resource.owner = RelationOwner(resource.relation);
	return resource;
}
