/*
 * Numbers in texts that need not hold any.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/fmgrprotos.h"

#include "item/number/number_text.h"

/* Room for every number of DynamoDB's, written with all of its digits. */
#define MAX_NUMBER_TEXT 300
#define MAX_EXPONENT 1000

static const char *
PassDigits(const char *p, const char *end)
{
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return p;
}

/* Digits with or without a fraction. NULL: none. */
static const char *
PassDecimal(const char *p, const char *end)
{
	const char *whole = PassDigits(p, end);
	const char *fraction = whole;

	if (whole < end && *whole == '.')
		fraction = PassDigits(whole + 1, end);
	if (whole == p && fraction <= whole + 1)
		return NULL;
	return fraction;
}

/* Of an exponent, behind its letter. NULL: none, or one that is too large. */
static const char *
PassExponent(const char *p, const char *end)
{
	int value = 0;
	const char *digits;

	if (p < end && (*p == '+' || *p == '-'))
		p++;
	digits = p;
	for (; p < end && *p >= '0' && *p <= '9' && value <= MAX_EXPONENT; p++)
		value = value * 10 + (*p - '0');
	return p == digits || value > MAX_EXPONENT ? NULL : p;
}

static bool
IsNumber(Bytes text)
{
	const char *p = text.data;
	const char *end = text.data + text.length;

	if (text.length > MAX_NUMBER_TEXT)
		return false;
	if (p < end && (*p == '-' || *p == '+'))
		p++;
	p = PassDecimal(p, end);
	if (p != NULL && p < end && (*p == 'e' || *p == 'E'))
		p = PassExponent(p + 1, end);
	return p == end;
}

Numeric
NumberOfText(Bytes text)
{
	char buffer[MAX_NUMBER_TEXT + 1];

	if (text.length == 0 || !IsNumber(text))
		return NULL;
	memcpy(buffer, text.data, text.length);
	buffer[text.length] = '\0';
	return DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(buffer),
	                                           ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}
