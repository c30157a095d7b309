/*
 * Looks words up in the sorted table made from keywords.def.
 */
#include "partiql/keyword.h"

#include "expr/syntax/reserved.h"

static const Bytes keywords[] = {
#define KEYWORD(word) { word, sizeof(word) - 1 },
#include "partiql/keywords.def"
#undef KEYWORD
};

bool
IsKeyword(Bytes name)
{
	return IsWordOf(keywords, lengthof(keywords), name);
}
