/*
 * PutResourcePolicy, GetResourcePolicy and DeleteResourcePolicy (API reference; developer guide,
 * "Using resource-based policies for DynamoDB").
 */
#include "operation/table/resource_policy.h"

#include "auth/policy/evaluate.h"
#include "auth/policy/policy_check.h"
#include "auth/policy/resource_policy.h"
#include "error/error.h"
#include "operation/access/authorization.h"
#include "operation/access/resource_access.h"
#include "operation/missing_table.h"
#include "operation/table/policy_resource.h"
#include "operation/table_operations.h"
#include "storage/query/ddl.h"
#include "storage/relation/lock.h"

#include "miscadmin.h"
#include "utils/acl.h"

#define NO_POLICY "NO_POLICY"

static Bytes
ResourceArn(const Structure *request)
{
	return StructureString(request, member_ResourceArn);
}

/* --- revisions --- */

pg_noreturn static void
RaiseNoPolicy(Bytes arn)
{
	DynamoError(EXCEPTION_POLICY_NOT_FOUND, TEXT_POLICY_NOT_FOUND, BYTES_ARGS(arn));
}

/* Reads the policy, and raises PolicyNotFoundException where its revision is not the expected one.
 */
static bool
ReadExpected(const Structure *request, const PolicyResource *resource, ResourcePolicy *policy)
{
	Bytes expected = StructureString(request, member_ExpectedRevisionId);
	bool found = ResourcePolicyRead(resource->relation, resource->stream, policy);
	bool none = expected.data != NULL && BytesEqual(expected, BYTES_LITERAL(NO_POLICY));

	if (expected.data != NULL && (none ? found : !found || !BytesEqual(expected, policy->revision)))
		DynamoError(EXCEPTION_POLICY_NOT_FOUND, found ? TEXT_POLICY_NO_MATCH : TEXT_POLICY_NONE,
		            BYTES_ARGS(expected), BYTES_ARGS(resource->table));
	return found;
}

static void
WriteRevision(JsonWriter *response, Bytes revision)
{
	JsonBeginObject(response);
	if (revision.data != NULL)
	{
		JsonName(response, "RevisionId");
		JsonString(response, revision);
	}
	JsonEndObject(response);
}

/* --- the caller's own access --- */

static bool
MayPutPolicy(const OperationContext *context, const PolicyResource *resource, Bytes arn)
{
	PolicyRequest question = { .identity = &context->identity,
		                       .action = BYTES_LITERAL("dynamodb:PutResourcePolicy"),
		                       .resource = arn,
		                       .table = resource->relation,
		                       .stream = resource->stream };

	return PolicyDecide(&question).verdict == POLICY_ALLOW;
}

/* A policy that locks out the caller that makes it is mostly a mistake. */
static void
CheckKeepsAccess(const OperationContext *context, const Structure *request,
                 const PolicyResource *resource)
{
	if (!StructureBoolean(request, member_ConfirmRemoveSelfResourceAccess, false) &&
	    !MayPutPolicy(context, resource, ResourceArn(request)))
		ValidationError(TEXT_POLICY_LOCKS_OUT);
}

/* --- the operations --- */

void
RunPutResourcePolicy(const OperationContext *context, const Structure *request,
                     JsonWriter *response)
{
	PolicyResource resource = OwnedResourceToChange(context, request, true);
	Bytes document = StructureString(request, member_Policy);
	ResourcePolicy old;

	PolicyCheckDocument(document, POLICY_OF_RESOURCE);
	if (ReadExpected(request, &resource, &old) && BytesEqual(old.document, document))
	{
		WriteRevision(response, old.revision);
		return;
	}
	WriteRevision(response, ResourcePolicyWrite(resource.relation, resource.stream, document));
	CheckKeepsAccess(context, request, &resource);
}

void
RunGetResourcePolicy(const OperationContext *context, const Structure *request,
                     JsonWriter *response)
{
	PolicyResource resource = OwnedResource(context, request, true);
	ResourcePolicy policy;

	if (!ResourcePolicyRead(resource.relation, resource.stream, &policy))
		RaiseNoPolicy(ResourceArn(request));
	JsonBeginObject(response);
	JsonName(response, "Policy");
	JsonString(response, policy.document);
	JsonName(response, "RevisionId");
	JsonString(response, policy.revision);
	JsonEndObject(response);
}

/* Where there is none it does nothing, unless a revision was expected. */
void
RunDeleteResourcePolicy(const OperationContext *context, const Structure *request,
                        JsonWriter *response)
{
	PolicyResource resource = OwnedResourceToChange(context, request, true);
	ResourcePolicy old = { { NULL, 0 } };

	if (ReadExpected(request, &resource, &old))
		ResourcePolicyDelete(resource.relation, resource.stream);
	WriteRevision(response, old.revision);
}

void
ResourcePolicyCreate(const Structure *request, const Table *table)
{
	Bytes document = StructureString(request, member_ResourcePolicy);

	ResourcePolicyForget(table->relation);
	if (document.data == NULL)
		return;
	PolicyCheckDocument(document, POLICY_OF_RESOURCE);
	(void) ResourcePolicyWrite(table->relation, 0, document);
}
