/*
 * Finds the tables and indexes that a request is about.
 */
#include "operation/resource.h"

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
AddRequestItems(ResourceList *list, const Structure *request)
{
	const JsonNode *tables = StructureMap(request, member_RequestItems);

	for (int i = 0; tables != NULL && i < tables->count; i++)
		Add(list, tables->members[i].name, (Bytes){ NULL, 0 });
}

static void
AddTransactItem(ResourceList *list, const Structure *item)
{
	static const StructureMember actions[] = { { MEMBER_ConditionCheck },
		                                       { MEMBER_Delete },
		                                       { MEMBER_Get },
		                                       { MEMBER_Put },
		                                       { MEMBER_Update } };

	for (int i = 0; i < lengthof(actions); i++)
		AddNamed(list, StructureStructure(item, actions[i]));
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

static void
AppendName(StringInfo text, Bytes name)
{
	appendStringInfo(text, "\"%.*s\"", pg_mbcliplen(name.data, name.length, MOST_NAME_BYTES),
	                 name.data);
}

char *
OperationResourcesText(const Operation *operation, const Structure *request)
{
	Resource resources[MOST_SHOWN + 1];
	int count = OperationResources(operation, request, resources, lengthof(resources));
	StringInfoData text;

	if (count == 0)
		return NULL;
	initStringInfo(&text);
	appendStringInfoString(&text, count == 1 ? "table " : "tables ");
	for (int i = 0; i < Min(count, MOST_SHOWN); i++)
	{
		if (i > 0)
			appendStringInfoString(&text, ", ");
		AppendName(&text, resources[i].table);
		if (resources[i].index.data != NULL)
		{
			appendStringInfoChar(&text, '.');
			AppendName(&text, resources[i].index);
		}
	}
	if (count > MOST_SHOWN)
		appendStringInfoString(&text, ", ...");
	return text.data;
}
