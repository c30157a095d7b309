/*
 * DynamoDB's numbers, made and written without going through numeric's text.
 */
#include "item/number/number.h"

#include "error/error.h"
#include "item/number/number_digits.h"
#include "item/number/number_view.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "compat.h"

#define MAX_EXPONENT 125 /* of the first significant digit */
#define MIN_EXPONENT -130
#define BASE_DIGITS 4 /* decimal digits in one of numeric's */
#define MAX_BASE_DIGITS ((SIGNIFICANT_DIGITS + 2 * (BASE_DIGITS - 1)) / BASE_DIGITS)

/*
 * Decimal digits that a digit of base 10000 has without zeros in front, and
 * the zeros at its end.
 */
static int
LeadingLength(int16 digit)
{
	return digit >= 1000 ? 4 : digit >= 100 ? 3 : digit >= 10 ? 2 : 1;
}

static int
TrailingZeros(int16 digit)
{
	return digit % 1000 == 0 ? 3 : digit % 100 == 0 ? 2 : digit % 10 == 0 ? 1 : 0;
}

/* The least dscale that shows all of the number. */
static int
NaturalScale(const NumberView *view)
{
	int scale;

	if (view->count - 1 <= view->weight)
		return 0;
	scale = (view->count - 1 - view->weight) * BASE_DIGITS -
	        TrailingZeros(view->digits[view->count - 1]);
	return Max(scale, 0);
}

static int
FirstExponent(const NumberView *view)
{
	return view->weight * BASE_DIGITS + LeadingLength(view->digits[0]) - 1;
}

static int
SignificantDigits(const NumberView *view)
{
	if (view->count == 0)
		return 0;
	return (view->count - 1) * BASE_DIGITS + LeadingLength(view->digits[0]) -
	       TrailingZeros(view->digits[view->count - 1]);
}

const char *
NumberRangeFault(int significant, int64 exponent)
{
	if (exponent > MAX_EXPONENT)
		return TEXT_NUMBER_OVERFLOW;
	if (exponent < MIN_EXPONENT)
		return TEXT_NUMBER_UNDERFLOW;
	if (significant > SIGNIFICANT_DIGITS)
		return TEXT_NUMBER_DIGITS;
	return NULL;
}

static Numeric
BuildNumeric(bool negative, int weight, int dscale, const int16 *digits, int count)
{
	bool is_short =
	    dscale <= SHORT_DSCALE_MAX && weight <= SHORT_WEIGHT_MASK && weight >= ~SHORT_WEIGHT_MASK;
	int header_size = is_short ? sizeof(uint16) : 2 * sizeof(uint16);
	int size = VARHDRSZ + header_size + count * sizeof(int16);
	Numeric number = palloc(size);
	uint16 *header = (uint16 *) VARDATA(number);

	SET_VARSIZE(number, size);
	if (is_short)
	{
		header[0] = SIGN_SHORT | (negative ? SHORT_NEGATIVE : 0) | dscale << SHORT_DSCALE_SHIFT |
		            (weight & (SHORT_WEIGHT_MASK | SHORT_WEIGHT_SIGN));
	}
	else
	{
		header[0] = (negative ? SIGN_NEGATIVE : 0) | dscale;
		header[1] = (uint16) weight;
	}
	if (count > 0)
		memcpy((char *) header + header_size, digits, count * sizeof(int16));
	return number;
}

Numeric
NumberOfDigits(const DecimalDigits *decimal)
{
	int16 digits[MAX_BASE_DIGITS] = { 0 };
	int weight = decimal->exponent >= 0 ? decimal->exponent / BASE_DIGITS
	                                    : -((BASE_DIGITS - 1 - decimal->exponent) / BASE_DIGITS);
	int skipped = BASE_DIGITS - 1 - (decimal->exponent - weight * BASE_DIGITS);
	int count = (skipped + decimal->count + BASE_DIGITS - 1) / BASE_DIGITS;
	static const int16 place[BASE_DIGITS] = { 1000, 100, 10, 1 };

	if (decimal->count == 0)
		return BuildNumeric(false, 0, 0, NULL, 0);
	for (int i = 0; i < decimal->count; i++)
	{
		int position = skipped + i;

		digits[position / BASE_DIGITS] += decimal->digits[i] * place[position % BASE_DIGITS];
	}
	return BuildNumeric(decimal->negative, weight, Max(0, decimal->count - 1 - decimal->exponent),
	                    digits, count);
}

const char *
NumberFault(Numeric number)
{
	NumberView view = ViewNumber(number);

	if (view.special)
		return TEXT_NUMBER_EMPTY;
	if (view.count == 0)
		return NULL;
	return NumberRangeFault(view.count * BASE_DIGITS > SIGNIFICANT_DIGITS ? SignificantDigits(&view)
	                                                                      : 0,
	                        FirstExponent(&view));
}

Numeric
NumberNormalise(Numeric number)
{
	NumberView view = ViewNumber(number);
	int scale = NaturalScale(&view);

	if (scale == view.dscale)
		return number;
	return BuildNumeric(view.negative, view.weight, scale, view.digits, view.count);
}

Numeric
NumberFromNumeric(Numeric number)
{
	const char *fault = NumberFault(number);

	if (fault != NULL)
		ValidationError("%s", fault);
	return NumberNormalise(number);
}

/* What arithmetic makes. The service calls more than 38 digits an overflow there. */
static Numeric
NumberOfResult(Datum result)
{
	Numeric number = DatumGetNumeric(result);
	NumberView view = ViewNumber(number);
	const char *fault = view.count > 0 ? NumberRangeFault(0, FirstExponent(&view)) : NULL;

	if (fault == NULL && SignificantDigits(&view) > SIGNIFICANT_DIGITS)
		fault = TEXT_NUMBER_OVERFLOW;
	if (fault != NULL)
		ValidationError("%s", fault);
	return NumberNormalise(number);
}

Numeric
NumberAdd(Numeric a, Numeric b)
{
	return NumberOfResult(DirectFunctionCall2(numeric_add, NumericGetDatum(a), NumericGetDatum(b)));
}

Numeric
NumberSubtract(Numeric a, Numeric b)
{
	return NumberOfResult(DirectFunctionCall2(numeric_sub, NumericGetDatum(a), NumericGetDatum(b)));
}

/* Order of the magnitudes. */
static int
CompareMagnitudes(const NumberView *a, const NumberView *b)
{
	if (a->count == 0 || b->count == 0)
		return (a->count > 0) - (b->count > 0);
	if (a->weight != b->weight)
		return a->weight > b->weight ? 1 : -1;
	for (int i = 0; i < Min(a->count, b->count); i++)
	{
		if (a->digits[i] != b->digits[i])
			return a->digits[i] > b->digits[i] ? 1 : -1;
	}
	return (a->count > b->count) - (a->count < b->count);
}

int
NumberCompare(Numeric a, Numeric b)
{
	NumberView left = ViewNumber(a);
	NumberView right = ViewNumber(b);

	Assert(!left.special && !right.special);
	if (left.negative != right.negative)
		return left.negative ? -1 : 1;
	return left.negative ? CompareMagnitudes(&right, &left) : CompareMagnitudes(&left, &right);
}

/* Appends base-10000 digits [from, to) of the number, 0 where it has none. */
static char *
AppendBaseDigits(char *p, const NumberView *view, int from, int to)
{
	for (int i = from; i < to; i++)
	{
		int digit = i >= 0 && i < view->count ? view->digits[i] : 0;

		*p++ = '0' + digit / 1000;
		*p++ = '0' + digit / 100 % 10;
		*p++ = '0' + digit / 10 % 10;
		*p++ = '0' + digit % 10;
	}
	return p;
}

/* A number read from a relation may be of any length: what is written of it must fit its buffer. */
static void
CheckStored(const NumberView *view)
{
	if (view->special || view->count > MAX_BASE_DIGITS || abs(view->weight) > NUMBER_MAX_WEIGHT)
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
		                errmsg("a stored number is outside DynamoDB's range")));
}

int
NumberFormat(Numeric number, char *buffer)
{
	NumberView view = ViewNumber(number);
	int scale;
	char *p = buffer;

	CheckStored(&view);
	scale = NaturalScale(&view);
	if (view.negative && view.count > 0)
		*p++ = '-';
	if (view.weight >= 0 && view.count > 0)
	{
		p += pg_ultoa_n(view.digits[0], p);
		p = AppendBaseDigits(p, &view, 1, view.weight + 1);
	}
	else
		*p++ = '0';
	if (scale > 0)
	{
		char *point = p;

		*p++ = '.';
		AppendBaseDigits(p, &view, view.weight + 1,
		                 view.weight + 1 + (scale + BASE_DIGITS - 1) / BASE_DIGITS);
		p = point + 1 + scale;
	}
	*p = '\0';
	return p - buffer;
}

char *
NumberToString(Numeric number)
{
	char buffer[NUMBER_TEXT_SIZE];
	int length = NumberFormat(number, buffer);

	return pnstrdup(buffer, length);
}

/*
 * The service keeps pairs of decimal digits, aligned to the point: one byte a
 * pair, one for the exponent, one for the sign where negative, 21 at most.
 */
int
NumberSize(Numeric number)
{
	NumberView view = ViewNumber(number);
	int size;

	if (view.special || view.count == 0)
		return 1;
	size = view.count * 2 + 1;
	if (view.digits[0] < 100)
		size--;
	if (view.digits[view.count - 1] % 100 == 0)
		size--;
	if (view.negative)
		size++;
	return Min(size, 21);
}

/*
 * A byte for the sign, one for the weight, two for each digit of base 10000
 * plus one, two zeros. Below zero all but the sign is complemented.
 */
int
NumberOrderedBytes(Numeric number, char *buffer)
{
	NumberView view = ViewNumber(number);
	uint8 *p = (uint8 *) buffer;
	uint8 flip = view.negative ? 0xFF : 0;

	CheckStored(&view);
	if (view.count == 0)
	{
		*p = 1;
		return 1;
	}
	*p++ = view.negative ? 0 : 2;
	*p++ = (uint8) (view.weight + 128) ^ flip;
	for (int i = 0; i < view.count; i++)
	{
		*p++ = (uint8) ((view.digits[i] + 1) >> 8) ^ flip;
		*p++ = (uint8) (view.digits[i] + 1) ^ flip;
	}
	*p++ = flip;
	*p++ = flip;
	return p - (uint8 *) buffer;
}
