/*
 * See restored_definition.h.
 */
#include "operation/backup/restored_definition.h"

#include "error/error.h"
#include "operation/table/index_definition.h"
#include "operation/table/table_options.h"
#include "operation/throughput/quota.h"
#include "operation/throughput/throughput.h"

static bool
SameAttributes(const KeyAttribute *a, const KeyAttribute *b, int count)
{
	for (int i = 0; i < count; i++)
		if (!BytesEqual(a[i].name, b[i].name))
			return false;
	return true;
}

static bool
SameKey(const KeySchema *a, const KeySchema *b)
{
	return a->partition_count == b->partition_count && a->sort_count == b->sort_count &&
	       SameAttributes(a->partition, b->partition, a->partition_count) &&
	       SameAttributes(a->sort, b->sort, a->sort_count);
}

static bool
Includes(const TableIndex *index, Bytes name)
{
	for (int i = 0; i < index->include_count; i++)
		if (BytesEqual(index->include[i], name))
			return true;
	return false;
}

static bool
SameProjection(const TableIndex *a, const TableIndex *b)
{
	if (a->projection != b->projection || a->include_count != b->include_count)
		return false;
	for (int i = 0; i < a->include_count; i++)
		if (!Includes(b, a->include[i]))
			return false;
	return true;
}

/* The source's index that an element of an override names. */
static const TableIndex *
SourceIndex(const TableDefinition *source, const TableIndex *wanted)
{
	for (int i = 0; i < source->index_count; i++)
	{
		const TableIndex *index = &source->indexes[i];

		if (index->local == wanted->local && BytesEqual(index->name, wanted->name) &&
		    SameKey(&index->key, &wanted->key) && SameProjection(index, wanted))
			return index;
	}
	ValidationError(TEXT_RESTORE_INDEX, BYTES_ARGS(wanted->name));
}

/* Those of one kind that an override has, which may be none of them. */
static void
AddOverridden(const JsonNode *list, bool local, const TableDefinition *source,
              TableDefinition *restored, TableSettings *settings)
{
	for (int i = 0; i < list->count; i++)
	{
		const Structure *element = NodeStructure(&list->elements[i]);
		TableIndex wanted =
		    local ? LocalIndexRead(element, source) : GlobalIndexRead(element, source);

		restored->indexes[restored->index_count++] = *SourceIndex(source, &wanted);
		if (!local && (StructureHas(element, MEMBER_ProvisionedThroughput) ||
		               StructureHas(element, MEMBER_OnDemandThroughput)))
			IndexThroughputCreate(element, true, settings);
	}
}

static void
AddSources(bool local, const TableDefinition *source, TableDefinition *restored)
{
	for (int i = 0; i < source->index_count; i++)
		if (source->indexes[i].local == local && source->indexes[i].status != STATUS_DELETING)
			restored->indexes[restored->index_count++] = source->indexes[i];
}

static void
AddIndexes(const JsonNode *overrides, bool local, const TableDefinition *source,
           TableDefinition *restored, TableSettings *settings)
{
	if (overrides == NULL)
		AddSources(local, source, restored);
	else
		AddOverridden(overrides, local, source, restored, settings);
}

static bool
HasIndex(const TableDefinition *definition, Bytes name)
{
	for (int i = 0; i < definition->index_count; i++)
		if (BytesEqual(definition->indexes[i].name, name))
			return true;
	return false;
}

static void
ForgetOthers(const TableDefinition *definition, TableSettings *settings)
{
	for (int i = settings->index_count - 1; i >= 0; i--)
		if (!HasIndex(definition, settings->indexes[i].name))
			IndexCapacityRemove(settings, settings->indexes[i].name);
}

static void
RestoreIndexes(const Structure *request, TableDefinition *definition, TableSettings *settings)
{
	const JsonNode *local = StructureList(request, member_LocalSecondaryIndexOverride);
	const JsonNode *global = StructureList(request, member_GlobalSecondaryIndexOverride);
	int local_count = local != NULL ? local->count : 0;
	int global_count = global != NULL ? global->count : 0;
	TableDefinition restored = *definition;

	IndexCountsCheck(local_count, global_count);
	restored.index_count = 0;
	restored.indexes =
	    palloc_array(TableIndex, definition->index_count + local_count + global_count + 1);
	AddIndexes(local, true, definition, &restored, settings);
	AddIndexes(global, false, definition, &restored, settings);
	ForgetOthers(&restored, settings);
	IndexesCheck(&restored);
	*definition = restored;
}

TableSettings *
RestoredDefinition(const Structure *request, Bytes name, Jsonb *settings,
                   const RestoreSource *source, TableDefinition *definition)
{
	TableSettings *restored = TableSettingsFromJsonb(settings);

	restored->tags.count = 0;
	restored->deletion_protection = false;
	restored->table_class = (Bytes){ NULL, 0 };
	restored->table_class_changed = 0;
	memset(&restored->scalable, 0, sizeof(restored->scalable));
	memset(&restored->insights, 0, sizeof(restored->insights));
	restored->restored = *source;
	ThroughputRestore(request, restored);
	EncryptionRestore(request, restored);
	definition->name = name;
	definition->time_to_live = NULL;
	definition->rebuild_count = 0;
	definition->stream = NULL;
	RestoreIndexes(request, definition, restored);
	QuotaCheck(NULL, restored);
	definition->settings = TableSettingsWrite(restored);
	return restored;
}
