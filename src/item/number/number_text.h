/*
 * Numbers in texts that need not hold any.
 */
#ifndef DYNAMO_NUMBER_TEXT_H
#define DYNAMO_NUMBER_TEXT_H

#include "item/value.h"

/*
 * The number that a whole text spells, as JSON or with a sign, palloc'd; NULL where it spells none
 * of moderate size. Raises nothing.
 */
extern Numeric NumberOfText(Bytes text);

#endif
