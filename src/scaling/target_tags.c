/*
 * ListTagsForResource, TagResource and UntagResource of Application Auto Scaling: the tags of a
 * scalable target, by its ARN.
 */
#include "scaling/target_tags.h"

#include "error/error.h"
#include "json/json_member.h"
#include "operation/access/resource_access.h"
#include "operation/arn.h"
#include "operation/scaling_operations.h"
#include "operation/table/table_change.h"
#include "operation/throughput/table_settings.h"
#include "scaling/target_name.h"

#define MAX_TAGS 50

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

const ResourceTags *
RequestTargetTags(const Structure *request)
{
	const JsonNode *map = StructureMap(request, member_TagMap);
	ResourceTags *tags;

	if (map == NULL)
		return NULL;
	tags = palloc(sizeof(ResourceTags));
	tags->count = map->count;
	tags->all = palloc(sizeof(ResourceTag) * Max(map->count, 1));
	for (int i = 0; i < map->count; i++)
		tags->all[i] =
		    (ResourceTag){ map->members[i].name, JsonNodeString(&map->members[i].value) };
	return tags;
}

void
TargetTagsAdd(ResourceTags *tags, const ResourceTags *added)
{
	ResourceTag *all = palloc(sizeof(ResourceTag) * (Max(tags->count, MAX_TAGS) + 1));

	if (tags->count > 0)
		memcpy(all, tags->all, sizeof(ResourceTag) * tags->count);
	tags->all = all;
	for (int i = 0; i < added->count; i++)
	{
		ResourceTag *old = FindTag(tags, added->all[i].key);

		if (old != NULL)
			*old = added->all[i];
		else
			all[tags->count++] = added->all[i];
		/* Not after the loop: each of a request's many is looked for among those before it. */
		if (tags->count > MAX_TAGS)
			ValidationError(TEXT_SCALING_TAGS, MAX_TAGS);
	}
}

static void
RemoveTags(ResourceTags *tags, const JsonNode *keys)
{
	for (int i = 0; i < keys->count; i++)
	{
		ResourceTag *tag = FindTag(tags, JsonNodeString(&keys->elements[i]));

		if (tag != NULL)
			*tag = tags->all[--tags->count];
	}
}

/* --- the target of an ARN --- */

typedef struct Search
{
	Bytes arn;
	Bytes table; /* palloc'd; data NULL: not found */
} Search;

/* The target of the table that has the ARN, or NULL. */
static ScalableTarget *
TargetOfArn(const TableSettings *settings, Bytes table, Bytes arn)
{
	for (int i = 0; i < settings->scalable.count; i++)
	{
		ScalableTarget *target = &settings->scalable.all[i];
		ScalableResource resource = { table, target->index, target->kind };

		if (BytesEqual(BytesFromCString(TargetArn(&resource)), arn))
			return target;
	}
	return NULL;
}

static void
SearchTable(Bytes name, Jsonb *settings, void *argument)
{
	Search *search = argument;

	if (settings == NULL || search->table.data != NULL ||
	    TargetOfArn(TableSettingsFromJsonb(settings), name, search->arn) == NULL)
		return;
	search->table = (Bytes){ pnstrdup(name.data, name.length), name.length };
}

pg_noreturn static void
RaiseNoTarget(Bytes arn)
{
	DynamoError(EXCEPTION_RESOURCE_NOT_FOUND, TEXT_SCALING_NO_ARN, BYTES_ARGS(arn));
}

static Bytes
TableOfRequest(const OperationContext *context, const Structure *request)
{
	Search search = { .arn = StructureString(request, member_ResourceARN) };

	AccessService(context, "*");
	TablesVisitSettings(SearchTable, &search);
	if (search.table.data == NULL)
		RaiseNoTarget(search.arn);
	return search.table;
}

/* --- operations --- */

void
RunScalingListTagsForResource(const OperationContext *context, const Structure *request,
                              JsonWriter *response)
{
	Bytes arn = StructureString(request, member_ResourceARN);
	Bytes name = TableOfRequest(context, request);
	Table *table = TableOpen(name, 0);
	const ScalableTarget *target = NULL;

	if (table != NULL)
	{
		TableCheckReadable(table);
		target = TargetOfArn(TableSettingsRead(&table->definition), name, arn);
		TableRelease(table);
	}
	if (target == NULL)
		RaiseNoTarget(arn);
	JsonBeginObject(response);
	JsonName(response, "Tags");
	JsonBeginObject(response);
	for (int i = 0; i < target->tags.count; i++)
	{
		JsonNameBytes(response, target->tags.all[i].key);
		JsonString(response, target->tags.all[i].value);
	}
	JsonEndObject(response);
	JsonEndObject(response);
}

/* The table whose target is changed, and the target, whose settings are then stored. */
static Table *
OpenTarget(const OperationContext *context, const Structure *request, TableSettings **settings,
           ScalableTarget **target)
{
	Bytes arn = StructureString(request, member_ResourceARN);
	Bytes name = TableOfRequest(context, request);
	Table *table = TableOpenToChange(name, true);

	*target = NULL;
	if (table != NULL)
	{
		*settings = TableSettingsRead(&table->definition);
		*target = TargetOfArn(*settings, name, arn);
	}
	if (*target == NULL)
		RaiseNoTarget(arn);
	return table;
}

void
RunScalingTagResource(const OperationContext *context, const Structure *request,
                      JsonWriter *response)
{
	TableSettings *settings;
	ScalableTarget *target;
	Table *table = OpenTarget(context, request, &settings, &target);

	TargetTagsAdd(&target->tags, RequestTargetTags(request));
	TableSetSettings(table, TableSettingsWrite(settings));
	JsonBeginObject(response);
	JsonEndObject(response);
}

void
RunScalingUntagResource(const OperationContext *context, const Structure *request,
                        JsonWriter *response)
{
	TableSettings *settings;
	ScalableTarget *target;
	Table *table = OpenTarget(context, request, &settings, &target);

	RemoveTags(&target->tags, StructureList(request, member_TagKeys));
	TableSetSettings(table, TableSettingsWrite(settings));
	JsonBeginObject(response);
	JsonEndObject(response);
}
