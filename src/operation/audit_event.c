/*
 * A record tells the names of tables and, of keys, what dynamo.audit_keys says. Expressions and
 * statements may hold values, and so may messages of errors: only those of denials are told.
 */
#include "operation/audit_event.h"

#include "auth/audit/audit_text.h"
#include "error/client_error.h"
#include "operation/arn.h"
#include "operation/request_key.h"
#include "operation/resource.h"

#define MOST_RESOURCES 10
#define MOST_KEYS 25
#define MAX_ELEMENT 2048
/* Bytes of what is asked that are left: for what ends lists and objects, and for resources. */
#define RESERVE_FOR_ENDS 128
#define RESERVE_FOR_RESOURCES 1536

static const char *const item_operations[] = {
	"BatchExecuteStatement",
	"BatchGetItem",
	"BatchWriteItem",
	"DeleteItem",
	"ExecuteStatement",
	"ExecuteTransaction",
	"GetItem",
	"GetRecords",
	"GetShardIterator",
	"PutItem",
	"Query",
	"Scan",
	"SearchVectors",
	"TransactGetItems",
	"TransactWriteItems",
	"UpdateItem",
};

static const char *const denials[] = {
	"AccessDeniedException",     "UnrecognizedClientException",
	"InvalidSignatureException", "IncompleteSignatureException",
	"ExpiredTokenException",     "MissingAuthenticationTokenException",
};

/* Its message quotes the Authorization header, and so perhaps a signature. */
static const char quoting_denial[] = "IncompleteSignatureException";

static bool
IsListed(const char *name, const char *const *list, int count)
{
	for (int i = 0; i < count; i++)
	{
		if (strcmp(list[i], name) == 0)
			return true;
	}
	return false;
}

/* As CloudTrail tells data events from management events. */
static bool
OperationIsOnItems(const Operation *operation)
{
	return IsListed(operation->name.data, item_operations, lengthof(item_operations));
}

void
AuditEventIdentify(AuditEvent *event, const OperationContext *context)
{
	const Identity *identity = &context->identity;

	event->way = context->source == SOURCE_SQL ? "sql" : "http";
	event->secure = context->secure;
	event->request_id = context->request_id;
	AuditRoleName(identity->role, event->role);
	strlcpy(event->principal, IdentityUserId(identity), sizeof(event->principal));
	if (identity->access_key_id != NULL)
		strlcpy(event->access_key_id, identity->access_key_id, sizeof(event->access_key_id));
	if (identity->session != NULL)
		strlcpy(event->session, identity->session->name, sizeof(event->session));
}

void
AuditEventOperation(AuditEvent *event, const Operation *operation)
{
	event->operation = operation->name.data;
	event->service = operation->service->name;
	event->writes = operation->writes;
	event->on_items = OperationIsOnItems(operation);
}

static bool
IsArn(Bytes name)
{
	return name.length > 4 && memcmp(name.data, "arn:", 4) == 0;
}

static char *
ResourceArn(const Resource *resource)
{
	char *table =
	    IsArn(resource->table) ? BytesToCString(resource->table) : TableArn(resource->table);

	if (resource->index.data == NULL)
		return table;
	return psprintf("%s/index/%s", table, BytesToCString(resource->index));
}

/* An element of a list, as a whole or not at all. */
static bool
AddElement(AuditText *list, const AuditText *element, int reserve)
{
	if (element->full || list->length + element->length + 1 > list->size - reserve)
		return false;
	if (list->data[list->length - 1] != '[')
		AuditTextRaw(list, BYTES_LITERAL(","));
	AuditTextRaw(list, (Bytes){ element->data, element->length });
	return true;
}

static void
TellResources(AuditText *text, const Resource *resources, int count)
{
	AuditTextRaw(text, BYTES_LITERAL(",\"resources\":["));
	for (int i = 0; i < count; i++)
	{
		char data[MAX_ELEMENT];
		AuditText element;

		AuditTextInit(&element, data, sizeof(data));
		AuditTextRaw(&element, BYTES_LITERAL("{"));
		AuditTextMember(&element, "accountId", BytesFromCString(AccountId()));
		AuditTextMember(&element, "type",
		                resources[i].index.data != NULL ? BYTES_LITERAL("AWS::DynamoDB::Index")
		                                                : BYTES_LITERAL("AWS::DynamoDB::Table"));
		AuditTextMember(&element, "ARN", BytesFromCString(ResourceArn(&resources[i])));
		AuditTextRaw(&element, BYTES_LITERAL("}"));
		AddElement(text, &element, RESERVE_FOR_ENDS);
	}
	AuditTextRaw(text, BYTES_LITERAL("]"));
}

static void
TellKey(AuditText *text, const RequestKey *key)
{
	char hash[KEY_HASH_LENGTH + 1];
	char *clear;

	if (audit_keys == AUDIT_KEYS_HASH && RequestKeyHash(key, hash))
		AuditTextMember(text, "keyHash", BytesFromCString(hash));
	if (audit_keys != AUDIT_KEYS_CLEAR || (clear = RequestKeyText(key)) == NULL)
		return;
	if (strlen(clear) < MAX_ELEMENT / 2)
	{
		AuditTextName(text, "key");
		AuditTextRaw(text, BytesFromCString(clear));
	}
	else if (RequestKeyHash(key, hash)) /* it has no room */
		AuditTextMember(text, "keyHash", BytesFromCString(hash));
}

static void
TellKeys(AuditText *text, const RequestKey *keys, int count)
{
	int told = 0;

	AuditTextName(text, "keys");
	AuditTextRaw(text, BYTES_LITERAL("["));
	while (told < Min(count, MOST_KEYS))
	{
		char data[MAX_ELEMENT];
		AuditText element;

		AuditTextInit(&element, data, sizeof(data));
		AuditTextRaw(&element, BYTES_LITERAL("{"));
		AuditTextMember(&element, "tableName", keys[told].table);
		TellKey(&element, &keys[told]);
		AuditTextRaw(&element, BYTES_LITERAL("}"));
		if (!AddElement(text, &element, RESERVE_FOR_RESOURCES))
			break;
		told++;
	}
	AuditTextRaw(text, BYTES_LITERAL("]"));
	if (told < count)
		AuditTextNumber(text, "keysLeftOut", count - told);
}

static void
TellParameters(AuditText *text, const Operation *operation, const Structure *request,
               const Resource *resources, int count)
{
	RequestKey keys[MOST_KEYS];
	int key_count =
	    audit_keys == AUDIT_KEYS_NONE ? 0 : RequestKeys(operation, request, keys, MOST_KEYS);

	AuditTextRaw(text, BYTES_LITERAL("\"requestParameters\":{"));
	if (count == 1)
	{
		AuditTextMember(text, "tableName", resources[0].table);
		AuditTextMember(text, "indexName", resources[0].index);
	}
	if (key_count == 1 && count == 1)
		TellKey(text, &keys[0]);
	else if (key_count > 0)
		TellKeys(text, keys, key_count);
	AuditTextRaw(text, BYTES_LITERAL("}"));
}

void
AuditEventAsk(AuditEvent *event, const Operation *operation, const Structure *request)
{
	Resource resources[MOST_RESOURCES];
	int count = OperationResources(operation, request, resources, MOST_RESOURCES);
	AuditText text;

	AuditTextInit(&text, event->asked, sizeof(event->asked));
	TellParameters(&text, operation, request, resources, count);
	if (count > 0)
		TellResources(&text, resources, count);
	if (text.full) /* of names that no table has: escaped, they are as long as nothing else is */
		event->asked[0] = '\0';
}

void
AuditEventFail(AuditEvent *event, const ErrorData *error)
{
	ClientError told = ErrorForClient(error);

	event->error = told.exception->name;
	event->denied = IsListed(told.exception->name, denials, lengthof(denials));
	if (event->denied && strcmp(told.exception->name, quoting_denial) != 0)
		strlcpy(event->message, told.message, sizeof(event->message));
}
