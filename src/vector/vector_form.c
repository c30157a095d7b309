/*
 * The form of a vector index as text.
 */
#include "vector/vector_form.h"

#include "lib/stringinfo.h"

#include "text/escape.h"

#define LEAST_FILTER_BYTES 16 /* for which 8 bits are kept */
#define FILTER_HEAD 2

static int
ElementBytes(int dimensions, int bits)
{
	return bits == 8 ? dimensions : (dimensions + 1) / 2;
}

/* Bytes for the value of each filter where the elements have so many bits; less than 0: too many.
 */
static int
FilterRoom(const VectorForm *form, int bits, int space)
{
	int room = space - VARHDRSZ - VECTOR_CODE_HEAD - ElementBytes(form->dimensions, bits);

	return form->filter_count == 0 || room < 0 ? room : room / form->filter_count - FILTER_HEAD;
}

void
VectorFormFit(VectorForm *form, int space)
{
	int room = FilterRoom(form, 8, space);

	form->bits = room >= (form->filter_count == 0 ? 0 : LEAST_FILTER_BYTES) ? 8 : 4;
	room = FilterRoom(form, form->bits, space);
	form->filter_bytes = form->filter_count == 0 || room <= 0 ? 0 : Min(room, MAX_FILTER_BYTES);
}

int
VectorFormSize(const VectorForm *form)
{
	int filters =
	    form->filter_bytes > 0 ? form->filter_count * (FILTER_HEAD + form->filter_bytes) : 0;

	return VARHDRSZ + VECTOR_CODE_HEAD + ElementBytes(form->dimensions, form->bits) + filters;
}

static void
AppendWord(StringInfo text, Bytes word)
{
	for (int i = 0; i < word.length; i++)
	{
		if (word.data[i] == '\\')
			appendStringInfoString(text, "\\\\");
		else if (word.data[i] == ' ')
			appendStringInfoString(text, "\\s");
		else
			appendStringInfoChar(text, word.data[i]);
	}
}

char *
VectorFormText(const VectorForm *form)
{
	StringInfoData text;

	initStringInfo(&text);
	AppendWord(&text, EscapeName(form->attribute));
	appendStringInfo(&text, " %d %d %d", form->dimensions, form->bits, form->filter_bytes);
	for (int i = 0; i < form->filter_count; i++)
	{
		appendStringInfo(&text, " %s:", AttributeTypeName(form->filters[i].type));
		AppendWord(&text, EscapeName(form->filters[i].name));
	}
	return text.data;
}

/* Takes the next word; false where there is none, or it is malformed. */
static bool
NextWord(Bytes *text, Bytes *word)
{
	const char *end = text->data + text->length;
	const char *next = text->data;
	char *out = palloc(text->length + 1);

	*word = (Bytes){ out, 0 };
	for (; next < end && *next != ' '; next++)
	{
		char character = *next;

		if (character == '\\')
		{
			if (++next == end || (*next != '\\' && *next != 's'))
				return false;
			character = *next == 's' ? ' ' : '\\';
		}
		*out++ = character;
	}
	word->length = out - word->data;
	*text = (Bytes){ Min(next + 1, end), Max(end - next - 1, 0) };
	return word->length > 0;
}

static bool
NextNumber(Bytes *text, int least, int most, int *number)
{
	Bytes word;

	if (!NextWord(text, &word) || word.length > 4)
		return false;
	*number = 0;
	for (int i = 0; i < word.length; i++)
	{
		if (word.data[i] < '0' || word.data[i] > '9')
			return false;
		*number = *number * 10 + word.data[i] - '0';
	}
	return *number >= least && *number <= most;
}

static bool
NextFilter(Bytes *text, VectorFilter *filter)
{
	Bytes word;

	if (!NextWord(text, &word) || word.length < 3 || word.data[1] != ':' ||
	    !AttributeTypeFromName((Bytes){ word.data, 1 }, &filter->type))
		return false;
	return filter->type <= ATTRIBUTE_B &&
	       UnescapeName((Bytes){ word.data + 2, word.length - 2 }, &filter->name);
}

bool
VectorFormParse(Bytes text, VectorForm *form)
{
	Bytes attribute;

	form->filter_count = 0;
	if (!NextWord(&text, &attribute) || !UnescapeName(attribute, &form->attribute) ||
	    !NextNumber(&text, 1, MAX_VECTOR_DIMENSIONS, &form->dimensions) ||
	    !NextNumber(&text, 4, 8, &form->bits) || (form->bits != 4 && form->bits != 8) ||
	    !NextNumber(&text, 0, MAX_FILTER_BYTES, &form->filter_bytes))
		return false;
	while (text.length > 0)
	{
		if (form->filter_count == MAX_VECTOR_FILTERS ||
		    !NextFilter(&text, &form->filters[form->filter_count++]))
			return false;
	}
	return true;
}
