/*
 * SearchVectors: the items whose vectors are nearest to one.
 */
#include "operation/item_operations.h"

#include "common/shortest_dec.h"

#include "error/error.h"
#include "item/encoding.h"
#include "json/json_member.h"
#include "operation/access/table_access.h"
#include "operation/vector/search_request.h"
#include "operation/vector/vector_entry.h"
#include "storage/read/vector_search.h"

/* What the service counts for a search of a small index. */
#define LEAST_SEARCH_BYTES 1024
#define BYTES_PER_DIMENSION 30.6875
#define BYTES_PER_RESULT 65
#define BYTES_PER_FLOAT 4

static const TableIndex *
FindIndex(const Table *table, Bytes name)
{
	const TableIndex *index = TableFindVectorIndex(table, name);

	if (index == NULL || (index->status == STATUS_CREATING && !index->backfilling))
		ValidationError(TEXT_NO_INDEX, BYTES_ARGS(name));
	if (index->status == STATUS_CREATING)
		ValidationError(TEXT_VECTOR_BACKFILLING, BYTES_ARGS(name));
	return index;
}

static TableAccess
OpenTable(const OperationContext *context, const Structure *request, const SearchRequest *search)
{
	AccessRequest wanted = {
		.required = ACL_SELECT,
		.index = StructureString(request, member_IndexName),
		.shows = SHOWS_WHOLE_ITEMS,
		.capacity = CapacityDetailOf(request),
		.expressions = { search->projection, search->condition },
	};
	TableAccess access = AccessOpen(context, StructureString(request, member_TableName), &wanted);

	AccessWhole(&access);
	return access;
}

/* --- the answer --- */

typedef struct AnswerState
{
	const TableIndex *index;
	const SearchRequest *search;
	IndexProjection projection;
	bool shows_vector;
	double bytes; /* that the search counts for */
} AnswerState;

static void
WriteScore(JsonWriter *response, float score)
{
	char text[FLOAT_SHORTEST_DECIMAL_LEN];
	int length = float_to_shortest_decimal_bufn(score, text);

	JsonName(response, "Score");
	JsonRaw(response, (Bytes){ text, length });
}

static void
WriteResult(JsonWriter *response, AnswerState *state, const VectorResult *result)
{
	AttributeValue entry =
	    VectorEntry(&state->projection, state->index, result->item, state->shows_vector);
	ItemView view = { .map = &entry };

	if (state->search->projection != NULL)
		entry = ProjectionApply(state->search->projection, &view);
	state->bytes += BYTES_PER_RESULT + SizeWithoutVector(&entry, state->index);
	if (state->shows_vector)
		state->bytes += BYTES_PER_FLOAT * state->index->vector->form.dimensions;
	JsonBeginObject(response);
	JsonName(response, "Item");
	AttributeMapWrite(response, &entry);
	WriteScore(response, VectorScore(state->index->vector->function, result->rank));
	JsonEndObject(response);
}

static void
WriteResults(JsonWriter *response, AnswerState *state, const VectorResult *results, int count)
{
	JsonName(response, "SearchResults");
	JsonBeginArray(response);
	for (int i = 0; i < count; i++)
		WriteResult(response, state, &results[i]);
	JsonEndArray(response);
}

/* The second member is in the service's answers, though its model has the first alone. */
static void
WriteSearched(JsonWriter *response, double bytes)
{
	JsonName(response, "VectorSearchRequestBytes");
	JsonDouble(response, bytes);
	JsonName(response, "VectorSearchUnits");
	JsonDouble(response, bytes);
}

/* The model has them at once, answers of the service under the index: clients read either. */
static void
WriteCapacity(JsonWriter *response, Bytes table_name, const AnswerState *state)
{
	double bytes = Max(state->bytes, LEAST_SEARCH_BYTES);

	JsonName(response, "ConsumedCapacity");
	JsonBeginObject(response);
	JsonStringMember(response, "TableName", table_name);
	WriteSearched(response, bytes);
	JsonName(response, "VectorIndexes");
	JsonBeginObject(response);
	JsonNameBytes(response, state->index->name);
	JsonBeginObject(response);
	WriteSearched(response, bytes);
	JsonEndObject(response);
	JsonEndObject(response);
	JsonEndObject(response);
}

void
RunSearchVectors(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	SearchRequest search = SearchRequestRead(request);
	TableAccess access = OpenTable(context, request, &search);
	const TableIndex *index = FindIndex(access.table, StructureString(request, member_IndexName));
	VectorSearch wanted = {
		.index = index,
		.elements = search.vector,
		.count = search.top_k,
		.condition = search.condition,
		.test = search.test,
		.hash = SearchRequestCheck(&search, index),
	};
	VectorResult *results = palloc0(sizeof(VectorResult) * search.top_k);
	int count = VectorSearchRun(access.table, &wanted, results);
	AnswerState state = { .index = index, .search = &search };

	state.projection = IndexProjectionOf(access.table, index);
	state.shows_vector = search.projection != NULL &&
	                     ExpressionMentions(search.projection, index->vector->form.attribute);
	state.bytes = BYTES_PER_DIMENSION * search.dimensions;
	JsonBeginObject(response);
	WriteResults(response, &state, results, count);
	if (CapacityDetailOf(request) != CAPACITY_NONE)
		WriteCapacity(response, access.table->definition.name, &state);
	JsonEndObject(response);
}
