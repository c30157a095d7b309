/*
 * Cuts values to what messages quote of them.
 */
#include "item/shown.h"

void
ShownCut(StringInfo value)
{
	int length = MAX_SHOWN_VALUE;

	if (value->len <= length)
		return;
	while (length > 0 && ((unsigned char) value->data[length] & 0xC0) == 0x80)
		length--;
	value->len = length;
	appendStringInfoString(value, "...");
}

char *
ShownText(Bytes text)
{
	StringInfoData shown;

	initStringInfo(&shown);
	appendBinaryStringInfo(&shown, text.data, Min(text.length, MAX_SHOWN_VALUE + 1));
	ShownCut(&shown);
	return shown.data;
}
