/*
 * Questions about tables, streams and the service.
 */
#include "operation/access/resource_access.h"

#include "operation/access/authorization.h"
#include "operation/access/question.h"
#include "operation/arn.h"
#include "operation/throughput/table_settings.h"
#include "storage/catalog/stream.h"

/* The tags that a request gives, and the keys of those that it takes. */
static void
SetRequestTags(Question *question, const Structure *request)
{
	const JsonNode *tags = StructureList(request, member_Tags);
	const JsonNode *keys = StructureList(request, member_TagKeys);
	int count = tags != NULL ? tags->count : 0;
	SessionTag *given = palloc(sizeof(SessionTag) * Max(count, 1));
	Bytes *names = palloc(sizeof(Bytes) * Max(count + (keys != NULL ? keys->count : 0), 1));
	List *list = NIL;

	for (int i = 0; i < count; i++)
	{
		const Structure *tag = NodeStructure(&tags->elements[i]);

		given[i] = (SessionTag){ StructureString(tag, member_TagKey),
			                     StructureString(tag, member_TagValue) };
		names[i] = given[i].key;
		list = lappend(list, &names[i]);
	}
	for (int i = 0; keys != NULL && i < keys->count; i++)
	{
		names[count + i] = JsonNodeString(&keys->elements[i]);
		list = lappend(list, &names[count + i]);
	}
	question->policy.request_tags = (PolicyTags){ count, given };
	QuestionSetList(question, CONDITION_KEY_TAG_KEYS, list);
}

/* What depends on a pending key is refused. */
static void
AskOfTable(const OperationContext *context, const Structure *request, const char *action,
           Bytes name, const Table *table, ConditionKeySet pending)
{
	Question *question = QuestionCreate(context, action, TableArn(name));

	question->policy.pending = pending;
	SetRequestTags(question, request);
	if (table != NULL)
	{
		question->policy.table = table->relation;
		QuestionSetResourceTags(question, &TableSettingsRead(&table->definition)->tags);
	}
	QuestionRequire(question);
}

static void
AccessNamed(const OperationContext *context, const Structure *request, const char *action,
            Bytes name, ConditionKeySet pending)
{
	const Table *table = TableOpen(name, 0);

	context->authorization->asked = true;
	if (AuthorizationIsNarrowed(context, table != NULL ? table->relation : InvalidOid, 0))
		AskOfTable(context, request, action, name, table, pending);
	/* A change takes another lock first, which this one must not keep waiting. */
	if (table != NULL)
		TableRelease(table);
}

void
AccessTable(const OperationContext *context, const Structure *request, const char *action,
            Bytes name)
{
	AccessNamed(context, request, action, name, 0);
}

void
AccessWholeTable(const OperationContext *context, const Structure *request, const char *action,
                 Bytes name)
{
	AccessNamed(context, request, action, name, ITEM_CONDITION_KEYS);
}

Bytes
AccessRequestWholeTable(const OperationContext *context, const Structure *request)
{
	Bytes name = RequestTableName(request);

	AccessWholeTable(context, request, context->authorization->action, name);
	return name;
}

bool
WholeTableIsAllowed(const OperationContext *context, const char *action, const Table *table)
{
	Question *question;

	if (!AuthorizationIsNarrowed(context, table->relation, 0))
		return true;
	question = QuestionCreate(context, action, TableArn(table->definition.name));
	question->policy.pending = ITEM_CONDITION_KEYS;
	question->policy.table = table->relation;
	QuestionSetResourceTags(question, &TableSettingsRead(&table->definition)->tags);
	return QuestionDecide(question).verdict == POLICY_ALLOW;
}

/* It has all items of a table. */
static void
AccessMade(const OperationContext *context, const char *arn)
{
	Question *question;

	context->authorization->asked = true;
	if (!AuthorizationIsNarrowed(context, InvalidOid, 0))
		return;
	question = QuestionCreate(context, context->authorization->action, arn);
	question->policy.pending = ITEM_CONDITION_KEYS;
	QuestionRequire(question);
}

void
AccessBackup(const OperationContext *context, Bytes table, Bytes identifier)
{
	AccessMade(context, BackupArn(table, BytesToCString(identifier)));
}

void
AccessExport(const OperationContext *context, Bytes table, Bytes identifier)
{
	AccessMade(context, ExportArn(table, BytesToCString(identifier)));
}

void
AccessImport(const OperationContext *context, Bytes table, Bytes identifier)
{
	AccessMade(context, ImportArn(table, BytesToCString(identifier)));
}

void
AccessBulkOperation(const OperationContext *context, Bytes table, Bytes identifier)
{
	AccessMade(context, BulkOperationArn(table, BytesToCString(identifier)));
}

/* As the Service Authorization Reference has them of RestoreTableFromBackup. */
static const char *const restore_actions[] = { "BatchWriteItem", "DeleteItem", "GetItem",
	                                           "PutItem",        "Query",      "Scan",
	                                           "UpdateItem" };

void
AccessRestoredTable(const OperationContext *context, const Structure *request, Bytes name)
{
	for (int i = 0; i < lengthof(restore_actions); i++)
		AccessWholeTable(context, request, restore_actions[i], name);
}

Bytes
AccessRequestTable(const OperationContext *context, const Structure *request)
{
	Bytes name = RequestTableName(request);

	AccessTable(context, request, context->authorization->action, name);
	return name;
}

void
AccessStream(const OperationContext *context, const Structure *request, Bytes table, int64 label,
             const StreamRow *stream)
{
	Oid relation = stream != NULL ? stream->relation : InvalidOid;
	Question *question;
	ResourceTags tags;
	char *arn;

	context->authorization->asked = true;
	if (!AuthorizationIsNarrowed(context, relation, label))
		return;
	arn = StreamArn(table, label != 0 ? StreamLabel(&(TableStream){ .label = label }) : "*");
	question = QuestionCreate(context, context->authorization->action, arn);
	question->policy.table = relation;
	question->policy.stream = label;
	if (request != NULL)
		SetRequestTags(question, request);
	tags = ResourceTagsFromJsonb(stream != NULL ? stream->tags : NULL);
	QuestionSetResourceTags(question, &tags);
	QuestionRequire(question);
}

void
AccessStreams(const OperationContext *context, Bytes table)
{
	if (table.data == NULL)
		table = BYTES_LITERAL("*");
	AccessService(context, psprintf("table/%.*s/stream/*", BYTES_ARGS(table)));
}

void
AccessService(const OperationContext *context, const char *resource)
{
	const char *name = strcmp(resource, "*") == 0 ? resource : ServiceArn("dynamodb", resource);

	context->authorization->asked = true;
	if (!AuthorizationIsNarrowed(context, InvalidOid, 0))
		return;
	QuestionRequire(QuestionCreate(context, context->authorization->action, name));
}
