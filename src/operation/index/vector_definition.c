/*
 * Rules of vector indexes (API reference, VectorIndex; developer guide, "Vector search").
 */
#include "operation/index/vector_definition.h"

#include "error/error.h"
#include "item/key.h"
#include "json/json_member.h"
#include "operation/index/projection.h"
#include "storage/catalog/definition.h"
#include "storage/vector/vector_index.h"

#define MAX_VECTOR_PROJECTED 20 /* beside keys: the vector, the filters, and NonKeyAttributes */

void
RaiseVectorsNeedOnDemand(void)
{
	ValidationError(TEXT_VECTOR_PROVISIONED);
}

static const KeyAttribute *
DefinedAttribute(const TableDefinition *definition, Bytes name)
{
	for (int i = 0; i < definition->attribute_count; i++)
		if (BytesEqual(definition->attributes[i].name, name))
			return &definition->attributes[i];
	ValidationError(TEXT_SEARCH_SCHEMA_UNDEFINED);
}

static void
CheckNew(const JsonNode *schema, int position, Bytes name)
{
	for (int i = 0; i < position; i++)
		if (BytesEqual(StructureString(NodeStructure(&schema->elements[i]), member_AttributeName),
		               name))
			ValidationError(TEXT_SEARCH_SCHEMA_TWICE, BYTES_ARGS(name));
}

static void
AddFilter(VectorForm *form, const KeyAttribute *attribute)
{
	if (form->filter_count == MAX_VECTOR_FILTERS)
		ValidationError(TEXT_SEARCH_SCHEMA_FILTERS, MAX_VECTOR_FILTERS);
	form->filters[form->filter_count++] = (VectorFilter){ attribute->name, attribute->type };
}

static void
AddHash(TableIndex *index, VectorIndex *vector, const KeyAttribute *attribute, int position)
{
	if (index->key.partition_count > 0)
		ValidationError(TEXT_SEARCH_SCHEMA_HASHES);
	index->key.partition[index->key.partition_count++] = *attribute;
	vector->hash_position = position;
}

static void
ReadSearchSchema(const JsonNode *schema, const TableDefinition *definition, TableIndex *index,
                 VectorIndex *vector)
{
	for (int i = 0; schema != NULL && i < schema->count; i++)
	{
		const Structure *element = NodeStructure(&schema->elements[i]);
		Bytes name = StructureString(element, member_AttributeName);
		const KeyAttribute *attribute = DefinedAttribute(definition, name);

		CheckNew(schema, i, name);
		if (BytesEqual(StructureString(element, member_SearchSchemaElementType),
		               BYTES_LITERAL("HASH")))
			AddHash(index, vector, attribute, i);
		else
			AddFilter(&vector->form, attribute);
	}
}

static void
CheckProjected(const TableIndex *index)
{
	if (1 + index->vector->form.filter_count + index->include_count > MAX_VECTOR_PROJECTED)
		ValidationError(TEXT_VECTOR_PROJECTED, MAX_VECTOR_PROJECTED);
}

TableIndex
VectorIndexRead(const Structure *node, const TableDefinition *definition)
{
	TableIndex index = { .name = StructureString(node, member_IndexName) };
	VectorIndex *vector = palloc0(sizeof(VectorIndex));
	int64 dimensions = StructureInteger(node, member_Dimensions, 0);

	index.vector = vector;
	if (dimensions > MAX_VECTOR_DIMENSIONS)
		ValidationError(TEXT_VECTOR_DIMENSIONS, MAX_VECTOR_DIMENSIONS);
	vector->form.dimensions = (int) dimensions;
	vector->form.attribute =
	    StructureString(StructureStructure(node, member_VectorAttribute), member_AttributeName);
	(void) VectorFunctionFromName(StructureString(node, member_DistanceFunction),
	                              &vector->function);
	ReadSearchSchema(StructureList(node, member_SearchSchema), definition, &index, vector);
	IndexProjectionRead(StructureStructure(node, member_Projection), &index);
	CheckProjected(&index);
	VectorFormFit(&vector->form, VectorCodeSpace(&index));
	return index;
}

void
VectorIndexesRead(const JsonNode *list, bool on_demand, TableDefinition *definition)
{
	if (list == NULL || list->count == 0)
		return;
	if (!on_demand)
		RaiseVectorsNeedOnDemand();
	if (list->count > MAX_VECTOR_INDEXES)
		ValidationError(TEXT_VECTOR_COUNT, MAX_VECTOR_INDEXES);
	definition->vectors = palloc(sizeof(TableIndex) * list->count);
	for (int i = 0; i < list->count; i++)
	{
		TableIndex index = VectorIndexRead(NodeStructure(&list->elements[i]), definition);

		definition->vectors[definition->vector_count++] = index;
	}
	VectorIndexesCheck(definition);
}

/* Names of all indexes differ. */
static void
CheckDistinctName(const TableDefinition *definition, int position)
{
	const TableIndex *index = AnyIndex(definition, position);

	for (int i = 0; i < position; i++)
		if (BytesEqual(AnyIndex(definition, i)->name, index->name))
			ValidationError(TEXT_INDEX_NAME_TWICE, BYTES_ARGS(index->name));
}

static void
CheckAttribute(const TableDefinition *definition, int position)
{
	const VectorForm *form = &definition->vectors[position].vector->form;

	for (int i = 0; i < definition->attribute_count; i++)
		if (BytesEqual(definition->attributes[i].name, form->attribute))
			ValidationError(TEXT_VECTOR_ATTRIBUTE_DEFINED, BYTES_ARGS(form->attribute));
	for (int i = 0; i < position; i++)
	{
		const VectorForm *other = &definition->vectors[i].vector->form;

		if (BytesEqual(other->attribute, form->attribute) && other->dimensions != form->dimensions)
			ValidationError(TEXT_VECTOR_DIMENSIONS_DIFFER, BYTES_ARGS(form->attribute));
	}
}

void
VectorIndexesCheck(const TableDefinition *definition)
{
	for (int i = 0; i < definition->vector_count; i++)
	{
		CheckDistinctName(definition, definition->index_count + i);
		CheckAttribute(definition, i);
	}
}

static void
WriteSchemaElement(JsonWriter *writer, Bytes name, const char *type)
{
	JsonBeginObject(writer);
	JsonStringMember(writer, "AttributeName", name);
	JsonCStringMember(writer, "SearchSchemaElementType", type);
	JsonEndObject(writer);
}

static void
WriteSearchSchema(JsonWriter *writer, const TableIndex *index)
{
	const VectorForm *form = &index->vector->form;
	int hashes = index->key.partition_count;

	if (hashes + form->filter_count == 0)
		return;
	JsonName(writer, "SearchSchema");
	JsonBeginArray(writer);
	for (int i = 0; i <= form->filter_count; i++)
	{
		if (hashes > 0 && i == index->vector->hash_position)
			WriteSchemaElement(writer, index->key.partition[0].name, "HASH");
		if (i < form->filter_count)
			WriteSchemaElement(writer, form->filters[i].name, "INLINE_FILTER");
	}
	JsonEndArray(writer);
}

void
VectorIndexWrite(JsonWriter *writer, const TableIndex *index)
{
	JsonStringMember(writer, "IndexName", index->name);
	JsonName(writer, "VectorAttribute");
	JsonBeginObject(writer);
	JsonStringMember(writer, "AttributeName", index->vector->form.attribute);
	JsonEndObject(writer);
	WriteSearchSchema(writer, index);
	JsonIntegerMember(writer, "Dimensions", index->vector->form.dimensions);
	JsonCStringMember(writer, "DistanceFunction", VectorFunctionName(index->vector->function));
}
