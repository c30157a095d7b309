/*
 * A numeric taken apart.
 *
 * PostgreSQL hides numeric's layout in numeric.c, but it is an on-disk format
 * and so cannot change: a header of sign, dscale (decimal digits shown after
 * the point) and weight (power of 10000 of the first digit), then digits of
 * base 10000 without zeros at either end. Small dscales and weights use the
 * short header of 16 bits.
 */
#ifndef DYNAMO_NUMBER_VIEW_H
#define DYNAMO_NUMBER_VIEW_H

#include "item/value.h"

#define SIGN_MASK 0xC000
#define SIGN_NEGATIVE 0x4000
#define SIGN_SHORT 0x8000
#define SIGN_SPECIAL 0xC000
#define SHORT_NEGATIVE 0x2000
#define SHORT_DSCALE_SHIFT 7
#define SHORT_DSCALE_MAX 0x3F
#define SHORT_WEIGHT_SIGN 0x0040
#define SHORT_WEIGHT_MASK 0x003F
#define LONG_DSCALE_MASK 0x3FFF

/* The digits stay where they are. */
typedef struct NumberView
{
	bool special; /* NaN or infinite */
	bool negative;
	int dscale;
	int weight;
	int count;
	const int16 *digits;
} NumberView;

static inline NumberView
ViewNumber(Numeric number)
{
	const char *body = VARDATA_ANY(number);
	int length = VARSIZE_ANY_EXHDR(number);
	uint16 header = *(const uint16 *) body;
	NumberView view = { 0 };

	if (likely((header & SIGN_MASK) == SIGN_SHORT))
	{
		view.negative = (header & SHORT_NEGATIVE) != 0;
		view.dscale = (header >> SHORT_DSCALE_SHIFT) & SHORT_DSCALE_MAX;
		view.weight =
		    (header & SHORT_WEIGHT_MASK) | ((header & SHORT_WEIGHT_SIGN) ? ~SHORT_WEIGHT_MASK : 0);
		view.digits = (const int16 *) (body + sizeof(uint16));
		view.count = (length - sizeof(uint16)) / sizeof(int16);
	}
	else if ((header & SIGN_MASK) == SIGN_SPECIAL)
	{
		view.special = true;
	}
	else
	{
		view.negative = (header & SIGN_MASK) == SIGN_NEGATIVE;
		view.dscale = header & LONG_DSCALE_MASK;
		view.weight = *(const int16 *) (body + sizeof(uint16));
		view.digits = (const int16 *) (body + 2 * sizeof(uint16));
		view.count = (length - 2 * sizeof(uint16)) / sizeof(int16);
	}
	return view;
}

#endif
