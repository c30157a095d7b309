/*
 * Numbers as 32-bit floats.
 *
 * A double is computed of the first digits, with an error of a few units in its last place. The
 * float that is nearest to it is nearest to the number as well, but where the double lies about in
 * the middle between two floats: then the number's text decides, which is rare.
 */
#include "item/number/number.h"

#include <math.h>

#include "item/number/number_view.h"

#define USED_DIGITS 5    /* of base 10000: more than a double has */
#define EXACT_POWERS 22  /* powers of ten that a double holds exactly */
#define SMALLEST 1.2e-38 /* about where floats begin to lose digits */
#define MIDDLE_BITS 29   /* of a double's last bits, what a float does not have */
#define MIDDLE_ERROR 64  /* more than the double's error, in its last place */

static const double powers[EXACT_POWERS + 1] = {
	1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};

static bool
FloatOfText(Numeric number, float *value)
{
	char text[NUMBER_TEXT_SIZE];

	if (NumberFault(number) != NULL)
		return false;
	(void) NumberFormat(number, text);
	*value = strtof(text, NULL);
	return isfinite(*value);
}

/* value * 10^exponent; -1 where the exponent is too far off. */
static double
Scale(double value, int exponent)
{
	if (exponent >= 0)
		return exponent <= EXACT_POWERS ? value * powers[exponent] : -1;
	if (exponent >= -EXACT_POWERS)
		return value / powers[-exponent];
	return exponent >= -2 * EXACT_POWERS
	           ? value / powers[EXACT_POWERS] / powers[-exponent - EXACT_POWERS]
	           : -1;
}

static bool
IsBetweenFloats(double value)
{
	const uint64 middle = UINT64CONST(1) << (MIDDLE_BITS - 1);
	uint64 bits;

	memcpy(&bits, &value, sizeof(bits));
	bits &= (UINT64CONST(1) << MIDDLE_BITS) - 1;
	return bits > middle - MIDDLE_ERROR && bits < middle + MIDDLE_ERROR;
}

bool
NumberToFloat(Numeric number, float *value)
{
	NumberView view = ViewNumber(number);
	int used = Min(view.count, USED_DIGITS);
	double first = 0;
	float nearest;

	if (view.special || view.weight > NUMBER_MAX_WEIGHT || view.weight < -NUMBER_MAX_WEIGHT)
		return false;
	for (int i = 0; i < used; i++)
		first = first * 10000 + view.digits[i];
	first = view.count == 0 ? 0 : Scale(first, (view.weight + 1 - used) * 4);
	if (view.count > 0 && (first < SMALLEST || IsBetweenFloats(first)))
		return FloatOfText(number, value);
	nearest = (float) first;
	if (!isfinite(nearest))
		return false;
	*value = view.negative ? -nearest : nearest;
	return true;
}
