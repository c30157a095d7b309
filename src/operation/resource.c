/*
 * Finds the tables and indexes that a request is about.
 */
#include "operation/resource.h"

#include "operation/arn.h"
#include "operation/transact_action.h"
#include "partiql/statement_table.h"

#include "mb/pg_wchar.h"

/* Messages name so many, and of a name so many bytes. */
#define MOST_SHOWN 3
#define MOST_NAME_BYTES 255

typedef struct ResourceList
{
	Resource *resources;
	int room;
	int count;
} ResourceList;

static void
Add(ResourceList *list, Bytes table, Bytes index)
{
	if (table.data == NULL || list->count == list->room)
		return;
	for (int i = 0; i < list->count; i++)
	{
		if (BytesEqual(list->resources[i].table, table) &&
		    BytesEqual(list->resources[i].index, index))
			return;
	}
	list->resources[list->count++] = (Resource){ table, index };
}

static void
AddNamed(ResourceList *list, const Structure *request)
{
	Add(list, StructureString(request, member_TableName),
	    StructureString(request, member_IndexName));
}

static void
AddArn(ResourceList *list, const Structure *request)
{
	Add(list, StructureString(request, member_ResourceArn), (Bytes){ NULL, 0 });
}

static void
AddStream(ResourceList *list, const Structure *request)
{
	Bytes arn = StructureString(request, member_StreamArn);

	if (arn.data != NULL)
		Add(list, TableArnOfStream(arn), (Bytes){ NULL, 0 });
}

/* An iterator begins with the stream's ARN. */
static void
AddIterator(ResourceList *list, const Structure *request)
{
	Bytes iterator = StructureString(request, member_ShardIterator);

	if (iterator.data != NULL)
		Add(list, TableArnOfStream(iterator), (Bytes){ NULL, 0 });
}

static void
AddBackup(ResourceList *list, const Structure *request)
{
	Bytes arn = StructureString(request, member_BackupArn);

	if (arn.data != NULL)
		Add(list, TableArnOfBackup(arn), (Bytes){ NULL, 0 });
}

static void
AddTableArn(ResourceList *list, const Structure *request)
{
	Add(list, StructureString(request, member_TableArn), (Bytes){ NULL, 0 });
}

static void
AddExport(ResourceList *list, const Structure *request)
{
	Bytes arn = StructureString(request, member_ExportArn);

	if (arn.data != NULL)
		Add(list, TableArnOfExport(arn), (Bytes){ NULL, 0 });
}

static void
AddImport(ResourceList *list, const Structure *request)
{
	Bytes arn = StructureString(request, member_ImportArn);

	if (arn.data != NULL)
		Add(list, TableArnOfImport(arn), (Bytes){ NULL, 0 });
}

static void
AddBulkOperation(ResourceList *list, const Structure *request)
{
	Bytes arn = StructureString(request, member_BulkOperationArn);

	if (arn.data != NULL)
		Add(list, TableArnOfBulkOperation(arn), (Bytes){ NULL, 0 });
}

static void
AddCreated(ResourceList *list, const Structure *request)
{
	AddNamed(list, StructureStructure(request, member_TableCreationParameters));
}

static void
AddTarget(ResourceList *list, const Structure *request)
{
	Add(list, StructureString(request, member_TargetTableName), (Bytes){ NULL, 0 });
}

static void
AddRequestItems(ResourceList *list, const Structure *request)
{
	const JsonNode *tables = StructureMap(request, member_RequestItems);

	for (int i = 0; tables != NULL && i < tables->count; i++)
		Add(list, tables->members[i].name, (Bytes){ NULL, 0 });
}

static void
AddTransactItem(ResourceList *list, const Structure *item)
{
	for (int i = 0; i < TRANSACT_ACTIONS; i++)
		AddNamed(list, TransactAction(item, i));
}

static void
AddStatement(ResourceList *list, const Structure *request)
{
	Bytes statement = StructureString(request, member_Statement);
	Bytes table;
	Bytes index;

	if (statement.data == NULL)
		return;
	StatementNames(statement, &table, &index);
	Add(list, table, index);
}

static void
AddElements(ResourceList *list, const Structure *request, ListMember member,
            void (*add)(ResourceList *list, const Structure *element))
{
	const JsonNode *elements = StructureList(request, member);

	for (int i = 0; elements != NULL && i < elements->count && list->count < list->room; i++)
		add(list, NodeStructure(&elements->elements[i]));
}

static void
AddTransactItems(ResourceList *list, const Structure *request)
{
	AddElements(list, request, member_TransactItems, AddTransactItem);
}

static void
AddStatements(ResourceList *list, const Structure *request)
{
	AddElements(list, request, member_Statements, AddStatement);
}

static void
AddTransactStatements(ResourceList *list, const Structure *request)
{
	AddElements(list, request, member_TransactStatements, AddStatement);
}

static const struct
{
	MemberId member;
	void (*add)(ResourceList *list, const Structure *request);
} finders[] = {
	{ MEMBER_TableName, AddNamed },
	{ MEMBER_ResourceArn, AddArn },
	{ MEMBER_StreamArn, AddStream },
	{ MEMBER_ShardIterator, AddIterator },
	{ MEMBER_BackupArn, AddBackup },
	{ MEMBER_TableArn, AddTableArn },
	{ MEMBER_ExportArn, AddExport },
	{ MEMBER_ImportArn, AddImport },
	{ MEMBER_BulkOperationArn, AddBulkOperation },
	{ MEMBER_TableCreationParameters, AddCreated },
	{ MEMBER_TargetTableName, AddTarget },
	{ MEMBER_RequestItems, AddRequestItems },
	{ MEMBER_TransactItems, AddTransactItems },
	{ MEMBER_Statement, AddStatement },
	{ MEMBER_Statements, AddStatements },
	{ MEMBER_TransactStatements, AddTransactStatements },
};

int
OperationResources(const Operation *operation, const Structure *request, Resource *resources,
                   int room)
{
	ResourceList list = { resources, room };

	for (int i = 0; i < lengthof(finders); i++)
	{
		if (finders[i].member == operation->resources)
			finders[i].add(&list, request);
	}
	return list.count;
}

/* A text that ends where it has no more room. */
typedef struct ShortText
{
	char *end;
	int room; /* without its NUL */
} ShortText;

static void
Append(ShortText *text, Bytes part)
{
	int limit = Min(text->room, MOST_NAME_BYTES);
	int length = part.length <= limit ? part.length : pg_mbcliplen(part.data, part.length, limit);

	memcpy(text->end, part.data, length);
	text->end += length;
	text->room -= length;
}

/* A name that no table can have may be made to look like a message of its own, or like several
 * names. */
static void
HideControls(char *begin, const char *end)
{
	for (char *c = begin; c < end; c++)
		if ((unsigned char) *c < ' ' || *c == 0x7f || *c == '"')
			*c = '?';
}

static void
AppendName(ShortText *text, Bytes name)
{
	char *begin;

	Append(text, BYTES_LITERAL("\""));
	begin = text->end;
	Append(text, name);
	HideControls(begin, text->end);
	Append(text, BYTES_LITERAL("\""));
}

static void
AppendResource(ShortText *text, const Resource *resource)
{
	AppendName(text, resource->table);
	if (resource->index.data == NULL)
		return;
	Append(text, BYTES_LITERAL("."));
	AppendName(text, resource->index);
}

void
OperationText(const Operation *operation, const Structure *request, char text[OPERATION_TEXT_SIZE])
{
	ShortText out = { text, OPERATION_TEXT_SIZE - 1 };
	Resource resources[MOST_SHOWN + 1];
	int count = OperationResources(operation, request, resources, lengthof(resources));

	Append(&out, operation->name);
	if (count > 0)
		Append(&out, count == 1 ? BYTES_LITERAL(" of table ") : BYTES_LITERAL(" of tables "));
	for (int i = 0; i < Min(count, MOST_SHOWN); i++)
	{
		if (i > 0)
			Append(&out, BYTES_LITERAL(", "));
		AppendResource(&out, &resources[i]);
	}
	if (count > MOST_SHOWN)
		Append(&out, BYTES_LITERAL(", ..."));
	*out.end = '\0';
}
