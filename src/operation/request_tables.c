#include "operation/request_tables.h"

#define SEPARATOR ", "
#define ELLIPSIS "..."

/* The names as far as they have room. */
typedef struct NameList
{
	char *text;
	int size;
	int length;
	bool full;
	Bytes last; /* the name that was added last */
} NameList;

static void
AppendPart(NameList *list, const char *part, int length)
{
	memcpy(list->text + list->length, part, length);
	list->length += length;
}

/* Items of one table mostly follow each other. */
static void
AddName(NameList *list, Bytes name)
{
	int separator = list->length > 0 ? strlen(SEPARATOR) : 0;

	if (list->full || name.data == NULL || BytesEqual(name, list->last))
		return;
	list->last = name;
	list->full = list->length + separator + name.length + strlen(SEPARATOR ELLIPSIS) >= list->size;
	AppendPart(list, SEPARATOR, separator);
	if (list->full)
		AppendPart(list, ELLIPSIS, strlen(ELLIPSIS));
	else
		AppendPart(list, name.data, name.length);
}

/* Of an element of TransactItems. */
static void
AddActionTable(NameList *list, const Structure *element)
{
	static const StructureMember actions[] = { member_ConditionCheck, member_Delete, member_Get,
		                                       member_Put, member_Update };

	for (int i = 0; i < lengthof(actions); i++)
		AddName(list, StructureString(StructureStructure(element, actions[i]), member_TableName));
}

static void
AddActionTables(NameList *list, const JsonNode *elements)
{
	for (int i = 0; elements != NULL && i < elements->count && !list->full; i++)
		AddActionTable(list, NodeStructure(&elements->elements[i]));
}

static void
AddKeys(NameList *list, const JsonNode *tables)
{
	for (int i = 0; tables != NULL && i < tables->count && !list->full; i++)
		AddName(list, tables->members[i].name);
}

void
RequestTables(const Structure *request, char *text, int size)
{
	NameList list = { .text = text, .size = size };

	AddName(&list, StructureString(request, member_TableName));
	AddName(&list, StructureString(request, member_ResourceArn));
	AddKeys(&list, StructureMap(request, member_RequestItems));
	AddActionTables(&list, StructureList(request, member_TransactItems));
	text[list.length] = '\0';
}
