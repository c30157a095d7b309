/*
 * What is logged must not tell of items: a key is named by its hash, and expressions and
 * statements, which may hold values, not at all.
 */
#include "operation/slow_log.h"

#include <limits.h>

#include "lib/stringinfo.h"
#include "utils/guc.h"
#include "utils/timestamp.h"

#include "error/guard.h"
#include "item/encoding.h"
#include "operation/key_hash.h"
#include "operation/arn.h"
#include "operation/resource.h"
#include "storage/relation/table.h"

int log_min_duration = -1;

/* An operation on one item, and what its key turns out to be. */
typedef struct KeyNote
{
	const Structure *request;
	Bytes table;
	const KeySchema
	    *schema; /* of an item that holds its key; NULL: the request has the key itself */
	char hash[KEY_HASH_LENGTH + 1]; /* "" where there is none */
} KeyNote;

void
SlowLogInit(void)
{
	DefineCustomIntVariable(
	    "dynamo.log_min_duration", "Time from which on an operation is logged.",
	    "-1 logs none, 0 all. The log names the tables and hashes of keys, never items.",
	    &log_min_duration, -1, -1, INT_MAX, PGC_SUSET, GUC_UNIT_MS, NULL, NULL, NULL);
}

bool
SlowLogIsDue(TimestampTz start, TimestampTz end)
{
	return log_min_duration >= 0 && end - start >= log_min_duration * INT64CONST(1000);
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

static void
HashKey(void *state)
{
	KeyNote *note = state;
	AttributeValue key;

	if (note->schema != NULL)
		ParseKeyOfItem(StructureMap(note->request, member_Item), note->schema, &key);
	else
		AttributeMapParse(StructureMap(note->request, member_Key), &key);
	KeyHash(note->table, &key, note->hash);
}

static void
ResolveName(void *state)
{
	KeyNote *note = state;

	note->table = TableNameOf(StructureString(note->request, member_TableName));
}

/* Of requests that are wrong the operation itself will say so. */
static bool
IsOfRequest(const ErrorData *error)
{
	int class = ERRCODE_TO_CATEGORY(error->sqlerrcode);

	return class != ERRCODE_INSUFFICIENT_RESOURCES && class != ERRCODE_OPERATOR_INTERVENTION;
}

static void
NoteKey(KeyNote *note)
{
	bool has_item = StructureMap(note->request, member_Item) != NULL;

	if ((!has_item && StructureMap(note->request, member_Key) == NULL) ||
	    Guard(ResolveName, note, IsOfRequest) != NULL)
		return;
	if (has_item)
	{
		const Table *table = TableOpen(note->table, 0);

		if (table == NULL)
			return;
		note->schema = &table->definition.key;
	}
	if (Guard(HashKey, note, IsOfRequest) != NULL)
		note->hash[0] = '\0';
}

char *
SlowLogNote(const Operation *operation, const Structure *request)
{
	KeyNote key = { .request = request };
	char asked[OPERATION_TEXT_SIZE];
	StringInfoData text;

	OperationText(operation, request, asked);
	NoteKey(&key);
	initStringInfo(&text);
	appendStringInfoString(&text, asked);
	if (key.hash[0] != '\0')
		appendStringInfo(&text, ", key hash %s", key.hash);
	return text.data;
}
