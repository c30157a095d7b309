/*
 * The tables and streams that have policies and tags of their own.
 */
#include "operation/table/policy_resource.h"

#include "error/error.h"
#include "item/text_scan.h"
#include "operation/access/authorization.h"
#include "operation/access/resource_access.h"
#include "operation/arn.h"
#include "operation/missing_table.h"
#include "storage/relation/ddl.h"
#include "storage/relation/lock.h"
#include "storage/relation/relation_name.h"
#include "storage/stream/stream_cache.h"

#include "miscadmin.h"
#include "utils/acl.h"

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
	resource.known = stream;
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

pg_noreturn static void
RaiseNoResource(Bytes table, Bytes arn)
{
	RaiseNoTable(table, psprintf(TEXT_TAGGED_NOT_FOUND, BYTES_ARGS(arn)));
}

static PolicyResource
FindResource(const OperationContext *context, const Structure *request)
{
	Bytes arn = StructureString(request, member_ResourceArn);
	bool is_stream;
	Bytes table = ResourceArnTable(arn, &is_stream);
	PolicyResource resource = PolicyResourceOf(arn);

	if (is_stream)
		AccessStream(context, request, table, resource.stream,
		             resource.known != NULL ? &resource.known->row : NULL);
	else
		AccessTable(context, request, context->authorization->action, table);
	if (!OidIsValid(resource.owner))
		RaiseNoResource(table, arn);
	return resource;
}

PolicyResource
OwnedResource(const OperationContext *context, const Structure *request)
{
	PolicyResource resource = FindResource(context, request);

	if (!has_privs_of_role(GetUserId(), resource.owner))
		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
		                errmsg("must be owner of table \"%.*s\"", BYTES_ARGS(resource.table))));
	return resource;
}

/* Of two who change it the later one sees what the first has made. */
PolicyResource
OwnedResourceToChange(const OperationContext *context, const Structure *request)
{
	PolicyResource resource = OwnedResource(context, request);

	LockTableChange(resource.table);
	return OwnedResource(context, request);
}

const KnownStream *
ReadableStreamResource(const OperationContext *context, const Structure *request)
{
	PolicyResource resource = FindResource(context, request);
	StreamVisibility visibility = StreamVisibilityOf(&resource.known->row, resource.known->latest);

	if (visibility == STREAM_HIDDEN)
		RaiseNoResource(resource.table, StructureString(request, member_ResourceArn));
	if (visibility == STREAM_KNOWN)
		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
		                errmsg("permission denied for the changes of table \"%.*s\"",
		                       BYTES_ARGS(resource.table))));
	return resource.known;
}
