/*
 * Reads and writes the tags that rows keep.
 */
#include "operation/throughput/resource_tags.h"

#include "json/json_member.h"
#include "json/kept_json.h"

ResourceTags
ResourceTagsRead(const JsonNode *array)
{
	ResourceTags tags = { 0, NULL };

	if (array == NULL)
		return tags;
	tags.count = array->count;
	tags.all = palloc(sizeof(ResourceTag) * Max(array->count, 1));
	for (int i = 0; i < array->count; i++)
		tags.all[i] = (ResourceTag){ KeptNeedString(&array->elements[i], "Key"),
			                         KeptNeedString(&array->elements[i], "Value") };
	return tags;
}

void
ResourceTagsWrite(JsonWriter *writer, const ResourceTags *tags)
{
	JsonBeginArray(writer);
	for (int i = 0; i < tags->count; i++)
	{
		JsonBeginObject(writer);
		JsonStringMember(writer, "Key", tags->all[i].key);
		JsonStringMember(writer, "Value", tags->all[i].value);
		JsonEndObject(writer);
	}
	JsonEndArray(writer);
}

ResourceTags
ResourceTagsFromJsonb(Jsonb *jsonb)
{
	const JsonNode *node = jsonb != NULL ? JsonFromJsonb(jsonb) : NULL;

	if (node != NULL)
		KeptCheck(node, JSON_NODE_ARRAY, "tags");
	return ResourceTagsRead(node);
}

Jsonb *
ResourceTagsToJsonb(const ResourceTags *tags)
{
	StringInfoData text;
	JsonWriter writer;

	initStringInfo(&text);
	JsonWriterInit(&writer, &text, true);
	ResourceTagsWrite(&writer, tags);
	return JsonToJsonb(&text);
}
