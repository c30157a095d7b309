/*
 * The tables and streams that have policies and tags of their own.
 */
#include "operation/table/policy_resource.h"

#include "error/error.h"
#include "text/text_scan.h"
#include "operation/access/authorization.h"
#include "operation/access/resource_access.h"
#include "operation/arn.h"
#include "operation/missing_table.h"
#include "storage/query/ddl.h"
#include "storage/relation/lock.h"
#include "storage/query/relation_name.h"
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
RaiseNoResource(const PolicyResource *resource, Bytes arn, bool of_policy)
{
	Bytes label = { arn.data + TableArnOfStream(arn).length, 0 };

	if (!of_policy)
		RaiseNoTable(resource->table, psprintf(TEXT_TAGGED_NOT_FOUND, BYTES_ARGS(arn)));
	label.length = arn.data + arn.length - label.data;
	if (!TextTakePrefix(&label, BYTES_LITERAL(STREAM_PART)))
		RaiseNoTable(resource->table, psprintf(TEXT_NO_TABLE_NAMED, BYTES_ARGS(resource->table)));
	DynamoError(EXCEPTION_RESOURCE_NOT_FOUND, TEXT_POLICY_NO_STREAM, BYTES_ARGS(label),
	            BYTES_ARGS(resource->table));
}

static PolicyResource
FindResource(const OperationContext *context, const Structure *request, bool of_policy)
{
	Bytes arn = StructureString(request, member_ResourceArn);
	bool is_stream;
	Bytes table = ResourceArnTable(arn, of_policy, &is_stream);
	PolicyResource resource = PolicyResourceOf(arn);

	if (is_stream)
		AccessStream(context, request, table, resource.stream,
		             resource.known != NULL ? &resource.known->row : NULL);
	else
		AccessTable(context, request, context->authorization->action, table);
	if (!OidIsValid(resource.owner))
		RaiseNoResource(&resource, arn, of_policy);
	return resource;
}

PolicyResource
OwnedResource(const OperationContext *context, const Structure *request, bool of_policy)
{
	PolicyResource resource = FindResource(context, request, of_policy);

	if (!has_privs_of_role(GetUserId(), resource.owner))
		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
		                errmsg("must be owner of table \"%.*s\"", BYTES_ARGS(resource.table))));
	return resource;
}

/* Of two who change it the later one sees what the first has made. */
PolicyResource
OwnedResourceToChange(const OperationContext *context, const Structure *request, bool of_policy)
{
	PolicyResource resource = OwnedResource(context, request, of_policy);

	LockTableChange(resource.table);
	return OwnedResource(context, request, of_policy);
}

const KnownStream *
ReadableStreamResource(const OperationContext *context, const Structure *request)
{
	PolicyResource resource = FindResource(context, request, false);
	StreamVisibility visibility = StreamVisibilityOf(&resource.known->row, resource.known->latest);

	if (visibility == STREAM_HIDDEN)
		RaiseNoResource(&resource, StructureString(request, member_ResourceArn), false);
	if (visibility == STREAM_KNOWN)
		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
		                errmsg("permission denied for the changes of table \"%.*s\"",
		                       BYTES_ARGS(resource.table))));
	return resource.known;
}
