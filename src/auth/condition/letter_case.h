/*
 * Comparing without regard to the case of letters: both sides in lower case.
 */
#ifndef DYNAMO_POLICY_LETTER_CASE_H
#define DYNAMO_POLICY_LETTER_CASE_H

#include "item/value.h"

/* The text with A to Z as a to z, palloc'd. */
extern Bytes LowerText(Bytes text);

#endif
