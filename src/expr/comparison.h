/*
 * Equality and membership within one evaluation, which remembers what took long:
 * an expression may ask the same of large values a thousand times.
 */
#ifndef DYNAMO_COMPARISON_H
#define DYNAMO_COMPARISON_H

#include "expr/evaluate.h"

/* Both values live as long as the evaluation, or are no list, map or set. */
extern bool OperandsEqual(Evaluation *evaluation, const AttributeValue *a, const AttributeValue *b);

/* Whether a list has an element of this value. The list lives as long as the evaluation. */
extern bool ListHas(Evaluation *evaluation, const AttributeValue *list,
                    const AttributeValue *element);

#endif
