/*
 * Projections of indexes, as sorted lists of names, and their entries.
 */
#include "storage/index/index_entry.h"

#include "item/compare.h"
#include "item/encoding.h"
#include "item/item_rules.h"
#include "item/key.h"
#include "item/size.h"
#include "vector/vector_elements.h"

KeyAttributeList
KeyAttributesOf(const KeySchema *key)
{
	KeyAttributeList list = { 0 };

	for (int i = 0; i < key->partition_count; i++)
		list.attributes[list.count++] = &key->partition[i];
	for (int i = 0; i < key->sort_count; i++)
		list.attributes[list.count++] = &key->sort[i];
	return list;
}

static bool
ListHas(const KeyAttributeList *list, Bytes name)
{
	for (int i = 0; i < list->count; i++)
	{
		if (BytesEqual(list->attributes[i]->name, name))
			return true;
	}
	return false;
}

KeyAttributeList
PositionAttributesOf(const Table *table, const TableIndex *index)
{
	KeyAttributeList list = { 0 };
	KeyAttributeList table_key = KeyAttributesOf(&table->definition.key);

	if (index == NULL)
		return table_key;
	list = KeyAttributesOf(&index->key);
	for (int i = 0; i < table_key.count; i++)
	{
		if (!ListHas(&list, table_key.attributes[i]->name))
			list.attributes[list.count++] = table_key.attributes[i];
	}
	return list;
}

static int
CompareNames(const void *a, const void *b)
{
	return JsonbKeyCompare(*(const Bytes *) a, *(const Bytes *) b);
}

static int
SortUnique(Bytes *names, int count)
{
	int kept = 0;

	qsort(names, count, sizeof(Bytes), CompareNames);
	for (int i = 0; i < count; i++)
	{
		if (kept == 0 || !BytesEqual(names[kept - 1], names[i]))
			names[kept++] = names[i];
	}
	return kept;
}

/* The vector is none of them: an index on vectors has it in any case. */
static void
AddNonKeys(IndexProjection *projection, const TableIndex *index)
{
	const VectorForm *form = index->vector != NULL ? &index->vector->form : NULL;
	int includes = index->projection == PROJECTION_INCLUDE ? index->include_count : 0;

	for (int i = 0; i < includes; i++)
		if (form == NULL || !BytesEqual(index->include[i], form->attribute))
			projection->names[projection->count++] = index->include[i];
	for (int i = 0; form != NULL && i < form->filter_count; i++)
		projection->names[projection->count++] = form->filters[i].name;
}

IndexProjection
IndexProjectionOf(const Table *table, const TableIndex *index)
{
	IndexProjection projection = { .all = index->projection == PROJECTION_ALL };
	KeyAttributeList keys = PositionAttributesOf(table, index);

	if (projection.all)
		return projection;
	projection.names =
	    palloc(sizeof(Bytes) * (keys.count + index->include_count + MAX_VECTOR_FILTERS));
	for (int i = 0; i < keys.count; i++)
		projection.names[projection.count++] = keys.attributes[i]->name;
	AddNonKeys(&projection, index);
	projection.count = SortUnique(projection.names, projection.count);
	return projection;
}

bool
IndexProjects(const IndexProjection *projection, Bytes name)
{
	return projection->all || bsearch(&name, projection->names, projection->count, sizeof(Bytes),
	                                  CompareNames) != NULL;
}

static bool
HoldsVector(const VectorForm *form, const Jsonb *item)
{
	float elements[MAX_VECTOR_DIMENSIONS];

	return VectorOfItem(item, form->attribute, form->dimensions, elements);
}

bool
IndexHolds(const TableIndex *index, const Jsonb *item)
{
	KeyAttributeList keys = KeyAttributesOf(&index->key);
	AttributeValue value;

	if (index->vector != NULL && !HoldsVector(&index->vector->form, item))
		return false;
	for (int i = 0; i < keys.count; i++)
	{
		if (!KeyValueOfItem(item, keys.attributes[i]->name, keys.attributes[i]->type, &value))
			return false;
	}
	return true;
}

AttributeValue
IndexEntry(const IndexProjection *projection, const Jsonb *item)
{
	AttributeValue entry = { .type = ATTRIBUTE_M };

	Assert(!projection->all);
	entry.attributes = palloc(sizeof(Attribute) * projection->count);
	for (int i = 0; i < projection->count; i++)
	{
		Attribute *attribute = &entry.attributes[entry.count];

		if (!ItemGetAttribute(item, projection->names[i], &attribute->value))
			continue;
		attribute->name = projection->names[i];
		entry.count++;
	}
	return entry;
}

int
IndexEntrySize(const IndexProjection *projection, const Jsonb *item)
{
	AttributeValue entry;

	if (projection->all)
		return StoredItemSize(item);
	entry = IndexEntry(projection, item);
	return ItemSize(&entry);
}

/* What is counted less of a vector that is kept as floats; 0 where the item has none. */
static int
SavedByFloats(const VectorForm *form, const Jsonb *item)
{
	AttributeValue value;

	if (!HoldsVector(form, item) || !ItemGetAttribute(item, form->attribute, &value))
		return 0;
	return AttributeValueSize(&value) - (int) sizeof(float) * form->dimensions;
}

int
VectorEntrySize(const TableIndex *index, const IndexProjection *projection, const Jsonb *item)
{
	const VectorForm *form = &index->vector->form;

	if (projection->all)
		return StoredItemSize(item) - SavedByFloats(form, item);
	return IndexEntrySize(projection, item) + form->attribute.length +
	       (int) sizeof(float) * form->dimensions;
}

bool
VectorEntriesEqual(const TableIndex *index, const IndexProjection *projection, const Jsonb *a,
                   const Jsonb *b)
{
	Bytes name = index->vector->form.attribute;
	IndexProjection vector = { .count = 1, .names = &name };

	return IndexEntriesEqual(projection, a, b) && IndexEntriesEqual(&vector, a, b);
}

/* Whether an index before this one is on the same attribute; their dimensions are the same. */
static bool
IsCounted(const TableDefinition *definition, int position)
{
	for (int i = 0; i < position; i++)
		if (BytesEqual(definition->vectors[i].vector->form.attribute,
		               definition->vectors[position].vector->form.attribute))
			return true;
	return false;
}

int
SizeWithVectors(const Table *table, const Jsonb *item, int size)
{
	const TableDefinition *definition = &table->definition;

	for (int i = 0; i < definition->vector_count; i++)
		if (!IsCounted(definition, i))
			size -= SavedByFloats(&definition->vectors[i].vector->form, item);
	return size;
}

static bool
IndexHoldsMap(const TableIndex *index, const AttributeValue *item)
{
	KeyAttributeList keys = KeyAttributesOf(&index->key);

	for (int i = 0; i < keys.count; i++)
	{
		if (MapGet(item, keys.attributes[i]->name) == NULL)
			return false;
	}
	return true;
}

static int
EntrySizeOfMap(const Table *table, const TableIndex *index, const AttributeValue *item, int size)
{
	IndexProjection projection = IndexProjectionOf(table, index);
	int entry = 0;

	if (projection.all)
		return size;
	for (int i = 0; i < projection.count; i++)
	{
		const AttributeValue *value = MapGet(item, projection.names[i]);

		if (value != NULL)
			entry += projection.names[i].length + AttributeValueSize(value);
	}
	return entry;
}

int64
ItemSizeWithLocalEntries(const Table *table, const AttributeValue *item, int size)
{
	const TableDefinition *definition = &table->definition;
	int64 total = size;

	/* An entry is no larger than its item. */
	if ((int64) size * (definition->index_count + 1) <= MAX_ITEM_SIZE)
		return total;
	for (int i = 0; i < definition->index_count; i++)
	{
		const TableIndex *index = &definition->indexes[i];

		if (index->local && IndexHoldsMap(index, item))
			total += EntrySizeOfMap(table, index, item, size);
	}
	return total;
}

void
LocalEntriesCheck(const Table *table, const AttributeValue *item, int size)
{
	if (ItemSizeWithLocalEntries(table, item, size) > MAX_ITEM_SIZE)
		RaiseItemTooLarge();
}

bool
IndexEntriesEqual(const IndexProjection *projection, const Jsonb *a, const Jsonb *b)
{
	AttributeValue entry_a;
	AttributeValue entry_b;

	if (projection->all)
		return compareJsonbContainers((JsonbContainer *) &a->root, (JsonbContainer *) &b->root) ==
		       0;
	entry_a = IndexEntry(projection, a);
	entry_b = IndexEntry(projection, b);
	return AttributeValueEqual(&entry_a, &entry_b);
}
