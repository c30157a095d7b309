/*
 * The reserved words of PartiQL.
 */
#ifndef DYNAMO_KEYWORD_H
#define DYNAMO_KEYWORD_H

#include "item/value.h"

/* Whether a name must be in double quotes to be one. Ignores case. */
extern bool IsKeyword(Bytes name);

#endif
