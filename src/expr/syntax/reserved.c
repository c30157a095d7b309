/*
 * Looks words up in sorted tables, above all that of reserved_words.def.
 */
#include "expr/syntax/reserved.h"

static const Bytes reserved_words[] = {
#define RESERVED_WORD(word) { word, sizeof(word) - 1 },
#include "expr/syntax/reserved_words.def"
#undef RESERVED_WORD
};

static int
CompareIgnoringCase(Bytes name, Bytes word)
{
	int common = Min(name.length, word.length);

	for (int i = 0; i < common; i++)
	{
		int difference = (int) pg_ascii_toupper((unsigned char) name.data[i]) -
		                 (int) (unsigned char) word.data[i];

		if (difference != 0)
			return difference;
	}
	return name.length - word.length;
}

bool
IsWordOf(const Bytes *words, int count, Bytes name)
{
	int low = 0;
	int high = count - 1;

	while (low <= high)
	{
		int middle = (low + high) / 2;
		int order = CompareIgnoringCase(name, words[middle]);

		if (order == 0)
			return true;
		if (order < 0)
			high = middle - 1;
		else
			low = middle + 1;
	}
	return false;
}

bool
IsReservedWord(Bytes name)
{
	return IsWordOf(reserved_words, lengthof(reserved_words), name);
}
