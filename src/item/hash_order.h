/*
 * Names in the order of Java's hash sets, in which the service's errors list some.
 */
#ifndef DYNAMO_HASH_ORDER_H
#define DYNAMO_HASH_ORDER_H

#include "item/value.h"

/* "a, b": names in UTF-8, all different, in that order. In the current memory context. */
extern char *NamesInHashOrder(const Bytes *names, int count);

#endif
