/*
 * Vectors from SQL: the expression of vector indexes, the vectors of items, and distances.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "text/escape.h"
#include "vector/distance.h"
#include "vector/vector_code.h"
#include "vector/vector_elements.h"

PG_FUNCTION_INFO_V1(dynamo_vector_code);
PG_FUNCTION_INFO_V1(dynamo_vector_of);
PG_FUNCTION_INFO_V1(dynamo_cosine_distance);
PG_FUNCTION_INFO_V1(dynamo_euclidean_distance);
PG_FUNCTION_INFO_V1(dynamo_dot_product);

/* The form of the call that was last made by this FmgrInfo, with its text. */
typedef struct KnownForm
{
	MemoryContext context; /* of all of it */
	VectorForm form;
	int length;
	char text[FLEXIBLE_ARRAY_MEMBER];
} KnownForm;

/* In a context of its own, which is the parent's once the text is known to be a form. */
static KnownForm *
ParseForm(Bytes text, MemoryContext parent)
{
	MemoryContext context =
	    AllocSetContextCreate(CurrentMemoryContext, "form of a vector index", ALLOCSET_SMALL_SIZES);
	KnownForm *known = MemoryContextAlloc(context, offsetof(KnownForm, text) + text.length);
	MemoryContext caller = MemoryContextSwitchTo(context);

	known->context = context;
	known->length = text.length;
	memcpy(known->text, text.data, text.length);
	if (!VectorFormParse((Bytes){ known->text, text.length }, &known->form))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("invalid form \"%.*s\" of a vector index", BYTES_ARGS(text)),
		                errhint("A form is like \"embedding 768 8 32 S:category\".")));
	MemoryContextSwitchTo(caller);
	MemoryContextSetParent(context, parent);
	return known;
}

static const VectorForm *
FormArgument(FunctionCallInfo fcinfo, int argument)
{
	text *value = PG_GETARG_TEXT_PP(argument);
	Bytes text = { VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value) };
	KnownForm *known = fcinfo->flinfo->fn_extra;
	KnownForm *last = known;

	if (known == NULL || !BytesEqual((Bytes){ known->text, known->length }, text))
		fcinfo->flinfo->fn_extra = known = ParseForm(text, fcinfo->flinfo->fn_mcxt);
	if (last != NULL && last != known)
		MemoryContextDelete(last->context);
	return &known->form;
}

/* CREATE INDEX evaluates it for each item in a context of one row. */
Datum
dynamo_vector_code(PG_FUNCTION_ARGS)
{
	Jsonb *item = PG_GETARG_JSONB_P(0);
	Datum code;

	if (!VectorCodeOfItem(FormArgument(fcinfo, 1), item, &code))
		PG_RETURN_NULL();
	PG_FREE_IF_COPY(item, 0);
	PG_RETURN_DATUM(code);
}

Datum
dynamo_vector_of(PG_FUNCTION_ARGS)
{
	Jsonb *item = PG_GETARG_JSONB_P(0);
	text *stored = PG_GETARG_TEXT_PP(1);
	Datum *elements;
	float *vector;
	Bytes name;
	int count;

	if (!UnescapeName((Bytes){ VARDATA_ANY(stored), VARSIZE_ANY_EXHDR(stored) }, &name))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("invalid escape in an attribute name")));
	vector = VectorOfItemAny(item, name, &count);
	if (vector == NULL)
		PG_RETURN_NULL();
	elements = palloc(sizeof(Datum) * count);
	for (int i = 0; i < count; i++)
		elements[i] = Float4GetDatum(vector[i]);
	PG_RETURN_ARRAYTYPE_P(
	    construct_array(elements, count, FLOAT4OID, sizeof(float4), true, TYPALIGN_INT));
}

static const float *
VectorArgument(FunctionCallInfo fcinfo, int argument, int *count)
{
	ArrayType *array = PG_GETARG_ARRAYTYPE_P(argument);

	if (ARR_NDIM(array) != 1 || array_contains_nulls(array))
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
		                errmsg("a vector must be an array of one dimension without nulls")));
	*count = ARR_DIMS(array)[0];
	return (const float *) ARR_DATA_PTR(array);
}

static double
RankOfArguments(FunctionCallInfo fcinfo, VectorFunction function)
{
	int count_a;
	int count_b;
	const float *a = VectorArgument(fcinfo, 0, &count_a);
	const float *b = VectorArgument(fcinfo, 1, &count_b);

	if (count_a != count_b)
		ereport(ERROR,
		        (errcode(ERRCODE_DATA_EXCEPTION),
		         errmsg("vectors of %d and of %d dimensions have no distance", count_a, count_b)));
	return VectorRank(function, a, VectorNorm(a, count_a), b, VectorNorm(b, count_b), count_a);
}

/* In double precision, where the API's scores are rounded to 32 bits. */
Datum
dynamo_cosine_distance(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(RankOfArguments(fcinfo, VECTOR_COSINE));
}

Datum
dynamo_euclidean_distance(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(sqrt(RankOfArguments(fcinfo, VECTOR_EUCLIDEAN)));
}

Datum
dynamo_dot_product(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(-RankOfArguments(fcinfo, VECTOR_DOT_PRODUCT));
}
