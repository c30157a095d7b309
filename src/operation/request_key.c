/*
 * See request_key.h.
 */
#include "operation/request_key.h"

#include "utils/jsonb.h"

#include "error/guard.h"
#include "item/encoding.h"
#include "operation/arn.h"
#include "operation/transact_action.h"
#include "storage/relation/table.h"

typedef struct KeyList
{
	RequestKey *keys;
	int room;
	int count;
} KeyList;

static void
Add(KeyList *list, RequestKey key)
{
	if (list->count < list->room)
		list->keys[list->count] = key;
	list->count++;
}

bool
RequestKeyOf(const Structure *request, RequestKey *key)
{
	key->table = StructureString(request, member_TableName);
	key->key = StructureMap(request, member_Key);
	key->item = StructureMap(request, member_Item);
	return key->table.data != NULL && (key->key != NULL || key->item != NULL);
}

static void
AddOf(KeyList *list, const Structure *request)
{
	RequestKey key;

	if (request != NULL && RequestKeyOf(request, &key))
		Add(list, key);
}

static void
AddTransactItem(KeyList *list, const Structure *item)
{
	for (int i = 0; i < TRANSACT_ACTIONS; i++)
		AddOf(list, TransactAction(item, i));
}

static void
AddTransactItems(KeyList *list, const Structure *request)
{
	const JsonNode *items = StructureList(request, member_TransactItems);

	for (int i = 0; items != NULL && i < items->count; i++)
		AddTransactItem(list, NodeStructure(&items->elements[i]));
}

/* Of BatchWriteItem. */
static void
AddWrite(KeyList *list, Bytes table, const Structure *write)
{
	const Structure *put = StructureStructure(write, member_PutRequest);
	const Structure *delete = StructureStructure(write, member_DeleteRequest);

	if (put != NULL)
		Add(list, (RequestKey){ table, NULL, StructureMap(put, member_Item) });
	if (delete != NULL)
		Add(list, (RequestKey){ table, StructureMap(delete, member_Key), NULL });
}

/* Of BatchGetItem. */
static void
AddReads(KeyList *list, Bytes table, const JsonNode *keys)
{
	for (int i = 0; keys != NULL && i < keys->count; i++)
		Add(list, (RequestKey){ table, &keys->elements[i], NULL });
}

static void
AddRequestItems(KeyList *list, const Structure *request)
{
	const JsonNode *tables = StructureMap(request, member_RequestItems);

	for (int i = 0; tables != NULL && i < tables->count; i++)
	{
		const JsonNode *value = &tables->members[i].value;
		Bytes table = tables->members[i].name;

		if (value->type == JSON_NODE_STRUCTURE)
			AddReads(list, table, StructureList(NodeStructure(value), member_Keys));
		for (int j = 0; value->type == JSON_NODE_ARRAY && j < value->count; j++)
			AddWrite(list, table, NodeStructure(&value->elements[j]));
	}
}

int
RequestKeys(const Operation *operation, const Structure *request, RequestKey *keys, int room)
{
	KeyList list = { keys, room };

	if (operation->resources == MEMBER_TableName)
		AddOf(&list, request);
	else if (operation->resources == MEMBER_TransactItems)
		AddTransactItems(&list, request);
	else if (operation->resources == MEMBER_RequestItems)
		AddRequestItems(&list, request);
	return list.count;
}

/* The member of this name; of several, the last. */
static const JsonNode *
FindMember(const JsonNode *object, Bytes name)
{
	for (int i = object->count - 1; i >= 0; i--)
		if (BytesEqual(object->members[i].name, name))
			return &object->members[i].value;
	return NULL;
}

/* Sets the map to the attributes of the item that the key is made of, as far as it has them. */
static void
ParseKeyOfItem(const JsonNode *item, const KeySchema *schema, AttributeValue *key)
{
	*key = (AttributeValue){ .type = ATTRIBUTE_M };
	key->attributes = palloc_array(Attribute, schema->partition_count + schema->sort_count);
	for (int i = 0; i < schema->partition_count + schema->sort_count; i++)
	{
		const KeyAttribute *part = i < schema->partition_count
		                               ? &schema->partition[i]
		                               : &schema->sort[i - schema->partition_count];
		const JsonNode *value = FindMember(item, part->name);

		if (value == NULL)
			continue;
		key->attributes[key->count].name = part->name;
		AttributeValueParse(value, &key->attributes[key->count++].value);
	}
	MapNormalise(key);
}

/* What becomes of a key. */
typedef struct Telling
{
	const RequestKey *key;
	const KeySchema *schema;
	Bytes table;
	char *hash; /* NULL: the text is wanted */
	char *text;
} Telling;

static void
ResolveName(void *state)
{
	Telling *telling = state;

	telling->table = TableNameOf(telling->key->table);
}

static void
Tell(void *state)
{
	Telling *telling = state;
	AttributeValue value;
	Jsonb *stored;

	if (telling->key->key != NULL)
		AttributeMapParse(telling->key->key, &value);
	else
		ParseKeyOfItem(telling->key->item, telling->schema, &value);
	if (telling->hash != NULL)
	{
		KeyHash(telling->table, &value, telling->hash);
		return;
	}
	stored = ItemEncode(&value);
	telling->text = JsonbToCString(NULL, &stored->root, VARSIZE(stored));
}

/* Of requests that are wrong the operation itself will say so. */
static bool
IsOfRequest(const ErrorData *error)
{
	int class = ERRCODE_TO_CATEGORY(error->sqlerrcode);

	return class != ERRCODE_INSUFFICIENT_RESOURCES && class != ERRCODE_OPERATOR_INTERVENTION;
}

static bool
TellGuarded(Telling *telling)
{
	const RequestKey *key = telling->key;

	if ((key->key == NULL && key->item == NULL) || Guard(ResolveName, telling, IsOfRequest) != NULL)
		return false;
	if (key->key == NULL)
	{
		const Table *table = TableOpen(telling->table, 0);

		if (table == NULL)
			return false;
		telling->schema = &table->definition.key;
	}
	return Guard(Tell, telling, IsOfRequest) == NULL;
}

bool
RequestKeyHash(const RequestKey *key, char hash[KEY_HASH_LENGTH + 1])
{
	Telling telling = { .key = key, .hash = hash };

	return TellGuarded(&telling);
}

char *
RequestKeyText(const RequestKey *key)
{
	Telling telling = { .key = key };

	return TellGuarded(&telling) ? telling.text : NULL;
}
