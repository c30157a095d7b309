/*
 * See record_write.h.
 */
#include "transfer/export/record_write.h"

#include "transfer/export/ion_write.h"
#include "item/encoding.h"
#include "json/json_member.h"
#include "text/unix_time.h"

/* --- keys --- */

static void
AddKeyAttribute(AttributeValue *key, const KeyAttribute *attribute, const Jsonb *item)
{
	Attribute *next = &key->attributes[key->count];

	next->name = attribute->name;
	if (ItemGetAttribute(item, attribute->name, &next->value))
		key->count++;
}

/* The attributes of a table's key. */
static AttributeValue
KeyOf(const Table *table, const Jsonb *item)
{
	const KeySchema *schema = &table->definition.key;
	AttributeValue key = { .type = ATTRIBUTE_M };

	key.attributes = palloc_array(Attribute, schema->partition_count + schema->sort_count);
	for (int i = 0; i < schema->partition_count; i++)
		AddKeyAttribute(&key, &schema->partition[i], item);
	for (int i = 0; i < schema->sort_count; i++)
		AddKeyAttribute(&key, &schema->sort[i], item);
	return key;
}

static int64
Microseconds(TimestampTz time)
{
	return time + UNIX_SECONDS_OF_EPOCH * USECS_PER_SEC;
}

/* --- DynamoDB JSON --- */

static void
WriteJsonItem(StringInfo out, const BoundExpression *projection, const Jsonb *item)
{
	JsonWriter writer;

	JsonWriterInit(&writer, out, false);
	JsonBeginObject(&writer);
	JsonName(&writer, "Item");
	if (projection == NULL)
		StoredItemWrite(&writer, item);
	else
	{
		AttributeValue map = ProjectionApply(projection, &(ItemView){ .stored = item });

		AttributeMapWrite(&writer, &map);
	}
	JsonEndObject(&writer);
}

static void
WriteJsonImage(JsonWriter *writer, const char *name, const Jsonb *item)
{
	if (item == NULL)
		return;
	JsonName(writer, name);
	StoredItemWrite(writer, item);
}

static void
WriteJsonChange(StringInfo out, const AttributeValue *key, const Jsonb *old_item,
                const NetChange *change)
{
	JsonWriter writer;

	JsonWriterInit(&writer, out, false);
	JsonBeginObject(&writer);
	JsonName(&writer, "Metadata");
	JsonBeginObject(&writer);
	JsonName(&writer, "WriteTimestampMicros");
	JsonBeginObject(&writer);
	JsonCStringMember(&writer, "N", psprintf(INT64_FORMAT, Microseconds(change->time)));
	JsonEndObject(&writer);
	JsonEndObject(&writer);
	JsonName(&writer, "Keys");
	AttributeMapWrite(&writer, key);
	WriteJsonImage(&writer, "OldImage", old_item);
	WriteJsonImage(&writer, "NewImage", change->new_item);
	JsonEndObject(&writer);
}

/* --- Ion --- */

static void
WriteIonImage(StringInfo out, const char *name, const Jsonb *item)
{
	AttributeValue map;

	if (item == NULL)
		return;
	ItemDecode(item, &map);
	appendStringInfo(out, ",%s:", name);
	IonWriteMap(out, &map);
}

static void
WriteIonItem(StringInfo out, const BoundExpression *projection, const Jsonb *item)
{
	AttributeValue map;

	if (projection == NULL)
		ItemDecode(item, &map);
	else
		map = ProjectionApply(projection, &(ItemView){ .stored = item });
	appendStringInfoString(out, "$ion_1_0 {Item:");
	IonWriteMap(out, &map);
	appendStringInfoChar(out, '}');
}

static void
WriteIonChange(StringInfo out, const AttributeValue *key, const Jsonb *old_item,
               const NetChange *change)
{
	appendStringInfo(out, "$ion_1_0 {Record:{Metadata:{WriteTimestampMicros:" INT64_FORMAT ".}",
	                 Microseconds(change->time));
	appendStringInfoString(out, ",Keys:");
	IonWriteMap(out, key);
	WriteIonImage(out, "OldImage", old_item);
	WriteIonImage(out, "NewImage", change->new_item);
	appendStringInfoString(out, "}}");
}

/* --- both --- */

void
ExportWriteItem(StringInfo out, const ExportSpecification *specification,
                const BoundExpression *projection, const Jsonb *item)
{
	if (specification->is_ion)
		WriteIonItem(out, projection, item);
	else
		WriteJsonItem(out, projection, item);
	appendStringInfoChar(out, '\n');
}

void
ExportWriteChange(StringInfo out, const ExportSpecification *specification, const Table *table,
                  const NetChange *change)
{
	AttributeValue key =
	    KeyOf(table, change->new_item != NULL ? change->new_item : change->old_item);
	const Jsonb *old_item = specification->has_old_images ? change->old_item : NULL;

	if (specification->is_ion)
		WriteIonChange(out, &key, old_item, change);
	else
		WriteJsonChange(out, &key, old_item, change);
	appendStringInfoChar(out, '\n');
}
