/*
 * Cuts values to what messages quote of them.
 */
#include "item/shown.h"

#include "text/base64.h"
#include "item/number/number.h"

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

char *
AttributeValueShown(const AttributeValue *value)
{
	Bytes bytes = { value->bytes, value->count };
	const char *shown;

	if (value->type == ATTRIBUTE_N)
		shown = NumberToString(value->number);
	else if (value->type == ATTRIBUTE_S)
		shown = ShownText(bytes);
	else
		shown = ShownText(Base64ToText((Bytes){ bytes.data, Min(bytes.length, MAX_SHOWN_VALUE) }));
	return psprintf("AttributeValue: {%s:%s}", AttributeTypeName(value->type), shown);
}
