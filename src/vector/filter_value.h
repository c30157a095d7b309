/*
 * Values of the attributes that searches may filter on, in the codes of a vector index.
 *
 * Each is two bytes, kind and length, then so many bytes, whose memory order is the order of the
 * values of its type: a string's UTF-8, a binary's bytes, a number as NumberOrderedBytes has it. A
 * long one is cut.
 */
#ifndef DYNAMO_FILTER_VALUE_H
#define DYNAMO_FILTER_VALUE_H

#include "vector/vector_form.h"

#include "utils/jsonb.h"

typedef enum FilterValueKind
{
	FILTER_VALUE_NONE, /* the item has no such attribute */
	FILTER_VALUE_WHOLE,
	FILTER_VALUE_CUT
} FilterValueKind;

/*
 * Writes those of an item to `*out`, which is moved behind them; there is room for what
 * VectorFormSize says. False where an attribute has a value of another type. Never raises.
 */
extern bool FilterValuesOfItem(const VectorForm *form, const Jsonb *item, char **out);

/* A value whole, palloc'd where it is a number. */
extern Bytes FilterBytes(const AttributeValue *value);

#endif
