/*
 * Tags: TagResource, UntagResource and ListTagsOfResource.
 */
#include "operation/table/tags.h"

#include "error/error.h"
#include "operation/access/resource_access.h"
#include "operation/missing_table.h"
#include "operation/arn.h"
#include "operation/table/table_change.h"
#include "operation/table/tag_rules.h"
#include "operation/table_operations.h"

static ResourceTag *
FindTag(TableSettings *settings, Bytes key)
{
	for (int i = 0; i < settings->tag_count; i++)
	{
		if (BytesEqual(settings->tags[i].key, key))
			return &settings->tags[i];
	}
	return NULL;
}

void
TagsAdd(TableSettings *settings, const JsonNode *tags)
{
	ResourceTag *all;

	if (tags == NULL)
		return;
	TagsCheck(tags);
	all = palloc(sizeof(ResourceTag) * (settings->tag_count + tags->count + 1));
	if (settings->tag_count > 0)
		memcpy(all, settings->tags, sizeof(ResourceTag) * settings->tag_count);
	settings->tags = all;
	for (int i = 0; i < tags->count; i++)
	{
		ResourceTag tag = { StructureString(NodeStructure(&tags->elements[i]), member_TagKey),
			                StructureString(NodeStructure(&tags->elements[i]), member_TagValue) };
		ResourceTag *old = FindTag(settings, tag.key);

		if (old != NULL)
			*old = tag;
		else
			settings->tags[settings->tag_count++] = tag;
	}
	TagCountCheck(settings->tag_count);
}

static void
TagsRemove(TableSettings *settings, const JsonNode *keys)
{
	for (int i = 0; i < keys->count; i++)
	{
		ResourceTag *tag = FindTag(settings, JsonNodeString(&keys->elements[i]));

		if (tag != NULL)
			*tag = settings->tags[--settings->tag_count];
	}
}

static void
RaiseNoResource(Bytes arn)
{
	RaiseNoTable(TaggedTable(arn), psprintf(TEXT_TAGGED_NOT_FOUND, BYTES_ARGS(arn)));
}

static Table *
OpenResourceToChange(const OperationContext *context, const Structure *request)
{
	Table *table = TableOpenToChange(AccessRequestArn(context, request), true);

	if (table == NULL)
		RaiseNoResource(StructureString(request, member_ResourceArn));
	return table;
}

static void
WriteEmpty(JsonWriter *response)
{
	JsonBeginObject(response);
	JsonEndObject(response);
}

void
RunTagResource(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	const JsonNode *tags = StructureList(request, member_Tags);
	TableSettings *settings;
	Table *table;

	if (tags->count == 0)
		ValidationError(TEXT_TAGS_NONE);
	TagsCheck(tags);
	table = OpenResourceToChange(context, request);
	settings = TableSettingsRead(&table->definition);
	TagsAdd(settings, tags);
	TableSetSettings(table, TableSettingsWrite(settings));
	WriteEmpty(response);
}

void
RunUntagResource(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	const JsonNode *keys = StructureList(request, member_TagKeys);
	TableSettings *settings;
	Table *table;

	if (keys->count == 0)
		ValidationError(TEXT_TAG_KEYS_NONE);
	TagKeysCheck(keys);
	table = OpenResourceToChange(context, request);
	settings = TableSettingsRead(&table->definition);
	TagsRemove(settings, keys);
	TableSetSettings(table, TableSettingsWrite(settings));
	WriteEmpty(response);
}

/* All tags fit one page, so no token is ever given out. */
void
RunListTagsOfResource(const OperationContext *context, const Structure *request,
                      JsonWriter *response)
{
	Table *table = TableOpen(AccessRequestArn(context, request), 0);
	TableSettings *settings;

	if (table == NULL)
		RaiseNoResource(StructureString(request, member_ResourceArn));
	if (StructureHas(request, MEMBER_NextToken))
		InvalidParameters("The provided NextToken is invalid");
	TableCheckReadable(table);
	settings = TableSettingsRead(&table->definition);
	JsonBeginObject(response);
	JsonName(response, "Tags");
	JsonBeginArray(response);
	for (int i = 0; i < settings->tag_count; i++)
	{
		JsonBeginObject(response);
		JsonName(response, "Key");
		JsonString(response, settings->tags[i].key);
		JsonName(response, "Value");
		JsonString(response, settings->tags[i].value);
		JsonEndObject(response);
	}
	JsonEndArray(response);
	JsonEndObject(response);
	TableRelease(table);
}
