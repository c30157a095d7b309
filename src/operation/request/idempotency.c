/*
 * Requests under a client token.
 */
#include "operation/request/idempotency.h"

#include "error/error.h"
#include "operation/request/request_hash.h"
#include "storage/write/client_token.h"

bool
RequestIsRepeated(const OperationContext *context, const Structure *request)
{
	Bytes token = StructureString(request, member_ClientRequestToken);
	uint8 hash[REQUEST_HASH_LENGTH];

	if (token.data == NULL)
		return false;
	RequestHash(&(JsonNode){ JSON_NODE_STRUCTURE, 0, { .structure = request } }, hash);
	switch (ClientTokenClaim(context->identity.role, token, hash))
	{
		case TOKEN_NEW:
			return false;
		case TOKEN_KNOWN:
			return true;
		case TOKEN_MISMATCH:
			DynamoError(EXCEPTION_IDEMPOTENT_PARAMETER_MISMATCH, TEXT_CLIENT_TOKEN_OTHER);
			break;
		case TOKEN_IN_PROGRESS:
			DynamoError(EXCEPTION_TRANSACTION_IN_PROGRESS, TEXT_CLIENT_TOKEN_RUNNING);
			break;
	}
	pg_unreachable();
}
