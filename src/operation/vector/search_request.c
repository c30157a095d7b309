/*
 * Requests of SearchVectors (API reference, SearchVectors; developer guide,
 * "SearchConditionExpression reference for vector indexes").
 */
#include "operation/vector/search_request.h"

#include <math.h>

#include "error/error.h"
#include "operation/request/parameters.h"

#define MAX_NUMBER_TEXT 255

static const ParameterRules search_rules = {
	.expressions = { MEMBER_ProjectionExpression, MEMBER_SearchConditionExpression },
	.with_values = { MEMBER_SearchConditionExpression },
	.values_missing = "SearchConditionExpression is null",
};

/* A decimal number: strtof would take words and hexadecimal digits as well. */
static bool
ReadElement(Bytes text, float *element)
{
	char *number;
	char *end;

	if (text.data == NULL || text.length == 0 || text.length > MAX_NUMBER_TEXT)
		return false;
	number = BytesToCString(text);
	if (strspn(number, "0123456789+-.eE") != text.length)
		return false;
	*element = strtof(number, &end);
	return *end == '\0' && isfinite(*element);
}

static void
ReadVector(const JsonNode *list, SearchRequest *search)
{
	search->dimensions = list->count;
	search->vector = palloc(sizeof(float) * list->count);
	for (int i = 0; i < list->count; i++)
	{
		const JsonNode *number = JsonGet(&list->elements[i], "N");

		if (number == NULL || number->type != JSON_NODE_STRING || list->elements[i].count != 1 ||
		    !ReadElement((Bytes){ number->text, number->count }, &search->vector[i]))
			ValidationError(TEXT_SEARCH_VECTOR);
	}
}

SearchRequest
SearchRequestRead(const Structure *request)
{
	int64 top_k = StructureInteger(request, member_TopK, 0);
	ExpressionBindings *bindings;
	SearchRequest search = { .top_k = (int) Min(top_k, MAX_TOP_K) };

	if (top_k > MAX_TOP_K)
		ValidationError(TEXT_TOP_K, top_k, MAX_TOP_K);
	ReadVector(StructureList(request, member_SearchVector), &search);
	bindings = ParametersBindings(request, &search_rules);
	ParametersCheckUsed(request, bindings);
	search.condition = ParameterExpression(request, member_SearchConditionExpression,
	                                       EXPRESSION_SEARCH_CONDITION, bindings);
	search.projection = ParameterProjection(request, bindings);
	if (search.condition != NULL)
		search.test = SearchConditionOf(search.condition);
	return search;
}

/* The type that the search schema gives the attribute. Raises where it is not in it. */
static AttributeType
TypeInSchema(const TableIndex *index, Bytes name)
{
	const VectorForm *form = &index->vector->form;

	if (index->key.partition_count > 0 && BytesEqual(index->key.partition[0].name, name))
		return index->key.partition[0].type;
	for (int i = 0; i < form->filter_count; i++)
		if (BytesEqual(form->filters[i].name, name))
			return form->filters[i].type;
	ValidationError(TEXT_SEARCH_ATTRIBUTE, BYTES_ARGS(name));
}

static void
CheckCondition(const SearchCondition *condition, void *index)
{
	AttributeType type = TypeInSchema(index, condition->attribute);

	for (int i = 0; i < condition->count; i++)
		if (condition->operands[i]->type != type)
			ValidationError(TEXT_SEARCH_TYPE, BYTES_ARGS(condition->attribute),
			                AttributeTypeName(condition->operands[i]->type),
			                AttributeTypeName(type));
}

static const AttributeValue *
HashValue(const SearchRequest *search, const KeyAttribute *hash)
{
	const AttributeValue *value;

	if (search->test == NULL)
		ValidationError(TEXT_SEARCH_NO_CONDITION);
	value = SearchConditionEqual(search->test, hash->name);
	if (value == NULL)
		ValidationError(TEXT_SEARCH_NO_HASH);
	if (value->type != ATTRIBUTE_N && value->count == 0)
		ValidationError(TEXT_SEARCH_HASH_EMPTY, value->type == ATTRIBUTE_S ? "string" : "binary",
		                BYTES_ARGS(hash->name));
	return value;
}

const AttributeValue *
SearchRequestCheck(const SearchRequest *search, const TableIndex *index)
{
	if (search->dimensions != index->vector->form.dimensions)
		ValidationError(TEXT_SEARCH_DIMENSIONS, search->dimensions, index->vector->form.dimensions);
	if (search->test != NULL)
		SearchConditionVisit(search->test, CheckCondition, unconstify(TableIndex *, index));
	return index->key.partition_count > 0 ? HashValue(search, &index->key.partition[0]) : NULL;
}
