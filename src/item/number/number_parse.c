/*
 * Reads a number's text. Its exponent is judged before anything else, as it is written: even of a
 * number all of whose digits are 0.
 */
#include "item/number/number.h"

#include "error/error.h"
#include "item/number/number_digits.h"
#include "item/shown.h"

pg_noreturn static void
NotANumber(Bytes text)
{
	if (text.length == 0 && !ErrorStyleIsCurrent())
		RequestError(TEXT_NUMBER_EMPTY);
	RequestError(TEXT_NUMBER_INVALID, ShownText(text));
	pg_unreachable();
}

/* A number's text taken apart. */
typedef struct Spelling
{
	DecimalDigits decimal; /* its exponent is `first`, once that is known to be in range */
	int significant;
	int64 first;    /* exponent of the first digit that is not 0, or of the last where all are 0 */
	int64 fraction; /* digits behind the point */
	int64 exponent; /* as it is written */
	bool huge;      /* and does not fit 64 bits */
} Spelling;

/* A digit joins the significant ones, with the zeros since the one before. */
static void
AddDigit(Spelling *spelling, char digit, int zeros)
{
	char *digits = spelling->decimal.digits;

	for (; zeros > 0; zeros--, spelling->significant++)
	{
		if (spelling->significant < SIGNIFICANT_DIGITS)
			digits[spelling->significant] = 0;
	}
	if (spelling->significant < SIGNIFICANT_DIGITS)
		digits[spelling->significant] = digit - '0';
	spelling->significant++;
}

/*
 * Reads digits with at most one point from `p`. Significant digits beyond what
 * fits are counted only. Returns where it stopped; NULL where there is no digit.
 */
static const char *
ReadMantissa(const char *p, const char *end, Spelling *spelling)
{
	bool seen_point = false;
	bool any_digit = false;
	int zeros = 0; /* since the last digit that is not 0 */

	spelling->first = -1;
	for (; p < end; p++)
	{
		if (*p == '.' && !seen_point)
		{
			seen_point = true;
			continue;
		}
		if (*p < '0' || *p > '9')
			break;
		any_digit = true;
		spelling->fraction += seen_point;
		if (*p != '0')
		{
			AddDigit(spelling, *p, zeros);
			zeros = 0;
		}
		else if (spelling->significant > 0)
			zeros++;
		else if (seen_point)
			spelling->first--; /* zeros in front count only behind the point */
		if (!seen_point && spelling->significant > 0)
			spelling->first++;
	}
	if (spelling->significant == 0)
		spelling->first = -spelling->fraction;
	return any_digit ? p : NULL;
}

/* Reads what follows an 'e'. NULL where it is no exponent. */
static const char *
ReadExponent(const char *p, const char *end, Spelling *spelling)
{
	bool negative = false;
	const char *digits;

	if (p < end && (*p == '+' || *p == '-'))
		negative = *p++ == '-';
	digits = p;
	for (; p < end && *p >= '0' && *p <= '9'; p++)
	{
		if (spelling->exponent > (PG_INT64_MAX - 9) / 10)
			spelling->huge = true;
		else
			spelling->exponent = spelling->exponent * 10 + (*p - '0');
	}
	if (negative)
		spelling->exponent = -spelling->exponent;
	return p > digits ? p : NULL;
}

/* Reads the whole text; false where it spells no number. */
static bool
ReadSpelling(Bytes text, Spelling *spelling)
{
	const char *p = text.data;
	const char *end = text.data + text.length;

	if (p < end && (*p == '+' || *p == '-'))
		spelling->decimal.negative = *p++ == '-';
	p = ReadMantissa(p, end, spelling);
	if (p != NULL && p < end && (*p == 'e' || *p == 'E'))
		p = ReadExponent(p + 1, end, spelling);
	return p == end;
}

/*
 * The older framework reads a number of 32 bits as its exponent and one as its scale, and takes
 * the largest of them for too small.
 */
static const char *
OlderExponentFault(Bytes text, const Spelling *spelling)
{
	int64 scale = spelling->fraction - spelling->exponent;

	if (spelling->exponent != (int32) spelling->exponent || scale != (int32) scale)
		NotANumber(text);
	return scale == -PG_INT32_MAX ? TEXT_NUMBER_UNDERFLOW : NULL;
}

/* What is wrong with the number's size; NULL: nothing. */
static const char *
SpellingFault(Bytes text, const Spelling *spelling)
{
	const char *fault = NULL;

	if (spelling->huge)
		NotANumber(text);
	if (!ErrorStyleIsCurrent())
		fault = OlderExponentFault(text, spelling);
	/* A sum of 64 bits could wrap. */
	if (fault == NULL && spelling->exponent > PG_INT32_MAX)
		fault = TEXT_NUMBER_OVERFLOW;
	if (fault == NULL && spelling->exponent < PG_INT32_MIN)
		fault = TEXT_NUMBER_UNDERFLOW;
	return fault != NULL
	           ? fault
	           : NumberRangeFault(spelling->significant, spelling->first + spelling->exponent);
}

const char *
NumberRead(Bytes text, Numeric *number)
{
	Spelling spelling = { 0 };
	const char *fault;

	if (!ReadSpelling(text, &spelling))
		NotANumber(text);
	fault = SpellingFault(text, &spelling);
	if (fault != NULL)
		return fault;
	spelling.decimal.count = spelling.significant;
	spelling.decimal.exponent = spelling.first + spelling.exponent;
	*number = NumberOfDigits(&spelling.decimal);
	return NULL;
}

Numeric
NumberParse(Bytes text)
{
	Numeric number = NULL;
	const char *fault = NumberRead(text, &number);

	if (fault != NULL)
		RequestError("%s", fault);
	return number;
}
