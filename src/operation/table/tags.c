/*
 * Tags of tables and streams: TagResource, UntagResource and ListTagsOfResource.
 */
#include "operation/table/tags.h"

#include "error/error.h"
#include "operation/access/authorization.h"
#include "operation/access/resource_access.h"
#include "operation/arn.h"
#include "operation/missing_table.h"
#include "operation/table/policy_resource.h"
#include "operation/table/table_change.h"
#include "operation/table/tag_rules.h"
#include "operation/table_operations.h"
#include "operation/throughput/table_settings.h"

/* --- sets of tags --- */

static ResourceTag *
FindTag(const ResourceTags *tags, Bytes key)
{
	for (int i = 0; i < tags->count; i++)
	{
		if (BytesEqual(tags->all[i].key, key))
			return &tags->all[i];
	}
	return NULL;
}

void
TagsAdd(ResourceTags *tags, const JsonNode *added)
{
	ResourceTag *all;

	if (added == NULL)
		return;
	TagsCheck(added);
	all = palloc(sizeof(ResourceTag) * (tags->count + added->count + 1));
	if (tags->count > 0)
		memcpy(all, tags->all, sizeof(ResourceTag) * tags->count);
	tags->all = all;
	for (int i = 0; i < added->count; i++)
	{
		const Structure *node = NodeStructure(&added->elements[i]);
		ResourceTag tag = { StructureString(node, member_TagKey),
			                StructureString(node, member_TagValue) };
		ResourceTag *old = FindTag(tags, tag.key);

		if (old != NULL)
			*old = tag;
		else
			tags->all[tags->count++] = tag;
	}
	TagCountCheck(tags->count);
}

static void
TagsRemove(ResourceTags *tags, const JsonNode *keys)
{
	for (int i = 0; i < keys->count; i++)
	{
		ResourceTag *tag = FindTag(tags, JsonNodeString(&keys->elements[i]));

		if (tag != NULL)
			*tag = tags->all[--tags->count];
	}
}

/* --- the resources that have them --- */

static Bytes
ResourceArn(const Structure *request)
{
	return StructureString(request, member_ResourceArn);
}

pg_noreturn static void
RaiseNoResource(Bytes table, Bytes arn)
{
	RaiseNoTable(table, psprintf(TEXT_TAGGED_NOT_FOUND, BYTES_ARGS(arn)));
}

typedef void (*TagsChange)(ResourceTags *tags, const JsonNode *list);

static void
ChangeOfTable(const OperationContext *context, const Structure *request, Bytes name,
              TagsChange change, const JsonNode *list)
{
	TableSettings *settings;
	Table *table;

	AccessTable(context, request, context->authorization->action, name);
	table = TableOpenToChange(name, true);
	if (table == NULL || table->status == STATUS_CREATING)
		RaiseNoResource(name, ResourceArn(request));
	CheckTableLoaded(table);
	settings = TableSettingsRead(&table->definition);
	change(&settings->tags, list);
	TableSetSettings(table, TableSettingsWrite(settings));
}

static void
ChangeOfStream(const OperationContext *context, const Structure *request, TagsChange change,
               const JsonNode *list)
{
	PolicyResource resource = OwnedResourceToChange(context, request, false);
	const StreamRow *stream = &resource.known->row;
	ResourceTags tags = ResourceTagsFromJsonb(stream->tags);

	change(&tags, list);
	StreamSetTags(stream, ResourceTagsToJsonb(&tags));
}

static void
ChangeTags(const OperationContext *context, const Structure *request, TagsChange change,
           const JsonNode *list)
{
	bool is_stream;
	Bytes name = ResourceArnTable(ResourceArn(request), false, &is_stream);

	if (is_stream)
		ChangeOfStream(context, request, change, list);
	else
		ChangeOfTable(context, request, name, change, list);
}

static ResourceTags
TagsOfTable(const OperationContext *context, const Structure *request, Bytes name)
{
	TableSettings *settings;
	Table *table;

	AccessTable(context, request, context->authorization->action, name);
	table = TableOpen(name, 0);
	if (table == NULL || table->status == STATUS_CREATING)
		RaiseNoResource(name, ResourceArn(request));
	TableCheckReadable(table);
	settings = TableSettingsRead(&table->definition);
	TableRelease(table);
	return settings->tags;
}

/* --- the operations --- */

/* Neither this nor UntagResource has an output: the answer is empty. */
void
RunTagResource(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	const JsonNode *tags = StructureList(request, member_Tags);

	if (tags->count == 0)
		ValidationError(TEXT_TAGS_NONE);
	TagsCheck(tags);
	ChangeTags(context, request, TagsAdd, tags);
}

void
RunUntagResource(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	const JsonNode *keys = StructureList(request, member_TagKeys);

	if (keys->count == 0)
		ValidationError(TEXT_TAG_KEYS_NONE);
	TagKeysCheck(keys);
	ChangeTags(context, request, TagsRemove, keys);
}

/* All tags fit one page: no token is given out, and as in the service any is passed over. */
void
RunListTagsOfResource(const OperationContext *context, const Structure *request,
                      JsonWriter *response)
{
	bool is_stream;
	Bytes name = ResourceArnTable(ResourceArn(request), false, &is_stream);
	ResourceTags tags;

	/* Who may read a stream may read its tags. */
	if (is_stream)
		tags = ResourceTagsFromJsonb(ReadableStreamResource(context, request)->row.tags);
	else
		tags = TagsOfTable(context, request, name);

	JsonBeginObject(response);
	JsonName(response, "Tags");
	ResourceTagsWrite(response, &tags);
	JsonEndObject(response);
}
