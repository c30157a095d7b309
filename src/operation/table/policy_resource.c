/*
 * The tables and streams that have policies of their own.
 */
#include "operation/table/policy_resource.h"

#include "item/text_scan.h"
#include "operation/arn.h"
#include "storage/relation/ddl.h"
#include "storage/relation/relation_name.h"
#include "storage/stream/stream_cache.h"

#define INDEX_PART "/index/"
#define STREAM_PART "/stream/"

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
	const char *index = TextFind(arn, INDEX_PART);

	if (TextFind(arn, STREAM_PART) != NULL)
		return StreamResource(arn);
	if (index != NULL)
		arn.length = index - arn.data;
	resource.table = TableNameOfArn(arn);
	resource.relation = DynamoRelation(TABLE_SCHEMA, TableRelationName(resource.table));
	resource.owner = RelationOwner(resource.relation);
	return resource;
}
