/*
 * Codes of vectors.
 *
 * With q and x the vectors and q' and x' what their codes stand for,
 *
 *   |q.x - q'.x'| <= |q.(x - x')| + |(q - q').x'| <= |q| |x - x'| + |q - q'| (|x| + |x - x'|),
 *
 * and q'.x' is a product of integers and the two steps. The ranks of all functions follow from
 * q.x and the norms. What doubles lose in it is far below SLACK.
 */
#include "vector/vector_code.h"

#include <math.h>

#include "vector/filter_value.h"
#include "vector/kernel.h"
#include "vector/vector_elements.h"

#define SLACK 1e-9 /* of the product of the norms, or of the squares */
#define QUERY_MOST 2047

typedef struct CodeHead
{
	double step;
	double norm;
	double residual;
} CodeHead;

static int
ElementBytes(const VectorForm *form)
{
	return form->bits == 8 ? form->dimensions : (form->dimensions + 1) / 2;
}

static double
LargestElement(const float *elements, int count)
{
	float largest = 0;

	for (int i = 0; i < count; i++)
		largest = Max(largest, fabsf(elements[i]));
	return largest;
}

/* The nearest multiple of the step. */
static inline int
Steps(float element, double inverse, int most)
{
	double steps = element * inverse;
	int nearest = (int) (steps < 0 ? steps - 0.5 : steps + 0.5);

	return Max(-most, Min(most, nearest));
}

static void
PutElement(const VectorForm *form, uint8 *code, int i, int steps)
{
	int half = ElementBytes(form);

	if (form->bits == 8)
		code[i] = (uint8) (int8) steps;
	else if (i < half)
		code[i] |= (uint8) (steps + 8);
	else
		code[i - half] |= (uint8) ((steps + 8) << 4);
}

/* Where the number of dimensions is odd, there is one more element of 4 bits, which is 0. */
static void
ClearElements(const VectorForm *form, uint8 *code)
{
	int bytes = ElementBytes(form);

	memset(code, 0, bytes);
	if (form->bits == 4 && form->dimensions % 2 == 1)
		code[bytes - 1] = 8 << 4;
}

static void
EncodeElements(const VectorForm *form, const float *elements, uint8 *code)
{
	int most = form->bits == 8 ? 127 : 7;
	CodeHead head = { .step = LargestElement(elements, form->dimensions) / most };
	double inverse = head.step > 0 ? 1 / head.step : 0;
	double lost = 0;

	ClearElements(form, code + sizeof(head));
	for (int i = 0; i < form->dimensions; i++)
	{
		int steps = Steps(elements[i], inverse, most);
		double rest = elements[i] - steps * head.step;

		lost += rest * rest;
		PutElement(form, code + sizeof(head), i, steps);
	}
	head.norm = VectorNorm(elements, form->dimensions);
	head.residual = sqrt(lost) * (1 + SLACK);
	memcpy(code, &head, sizeof(head));
}

bool
VectorCodeOfItem(const VectorForm *form, const Jsonb *item, Datum *code)
{
	float elements[MAX_VECTOR_DIMENSIONS];
	char *bytes;
	char *end;

	if (!VectorOfItem(item, form->attribute, form->dimensions, elements))
		return false;
	bytes = palloc(VectorFormSize(form));
	EncodeElements(form, elements, (uint8 *) bytes + VARHDRSZ);
	end = bytes + VARHDRSZ + VECTOR_CODE_HEAD + ElementBytes(form);
	if (!FilterValuesOfItem(form, item, &end))
		return false;
	SET_VARSIZE(bytes, end - bytes);
	*code = PointerGetDatum(bytes);
	return true;
}

void
VectorQueryInit(VectorQuery *query, VectorFunction function, const float *elements, int dimensions)
{
	double inverse;
	double lost = 0;

	query->function = function;
	query->dimensions = dimensions;
	query->elements = elements;
	query->norm = VectorNorm(elements, dimensions);
	query->step = LargestElement(elements, dimensions) / QUERY_MOST;
	inverse = query->step > 0 ? 1 / query->step : 0;
	for (int i = 0; i < dimensions; i++)
	{
		double rest;

		query->coded[i] = (int16) Steps(elements[i], inverse, QUERY_MOST);
		rest = elements[i] - query->coded[i] * query->step;
		lost += rest * rest;
	}
	query->coded[dimensions] = 0;
	query->residual = sqrt(lost) * (1 + SLACK);
}

bool
VectorCodeIsWhole(const VectorForm *form, Bytes code)
{
	return code.length >= VECTOR_CODE_HEAD + ElementBytes(form);
}

static VectorBounds
CosineBounds(double product, double error, double norms)
{
	if (norms == 0)
		return (VectorBounds){ 1, 1 };
	return (VectorBounds){ Max(0, 1 - (product + error) / norms),
		                   Min(2, 1 - (product - error) / norms) };
}

VectorBounds
VectorCodeBounds(const VectorQuery *query, const VectorForm *form, Bytes code)
{
	const char *elements = code.data + VECTOR_CODE_HEAD;
	int32 steps =
	    form->bits == 8
	        ? ProductWithBytes(query->coded, (const int8 *) elements, form->dimensions)
	        : ProductWithHalves(query->coded, (const uint8 *) elements, (form->dimensions + 1) / 2);
	CodeHead head;
	double product;
	double norms;
	double squares;
	double error;

	memcpy(&head, code.data, sizeof(head));
	product = steps * query->step * head.step;
	norms = query->norm * head.norm;
	error =
	    query->norm * head.residual + query->residual * (head.norm + head.residual) + SLACK * norms;
	if (query->function == VECTOR_COSINE)
		return CosineBounds(product, error, norms);
	if (query->function == VECTOR_DOT_PRODUCT)
		return (VectorBounds){ -product - error, -product + error };
	squares = query->norm * query->norm + head.norm * head.norm;
	error = 2 * error + SLACK * squares;
	return (VectorBounds){ Max(0, squares - 2 * product - error), squares - 2 * product + error };
}

Bytes
VectorCodeFilters(const VectorForm *form, Bytes code)
{
	int length = VECTOR_CODE_HEAD + ElementBytes(form);

	return (Bytes){ code.data + length, code.length - length };
}
