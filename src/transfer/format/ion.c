/*
 * See ion.h.
 */
#include "transfer/format/ion.h"

#include <ctype.h>

#include "compat.h"
#include "error/error.h"
#include "transfer/format/ion_token.h"
#include "item/compare.h"
#include "item/encoding.h"
#include "item/item_rules.h"
#include "item/number/number.h"
#include "text/text_scan.h"
#include "miscadmin.h"

#define VERSION "$ion_1_0"
/* An item within its record: of a list in an item not even this is allowed, which others say. */
#define MAX_DEPTH (MAX_NESTING + 2)

static void ReadValue(IonSource *source, int depth, AttributeValue *value);

/* --- lists, sets and structs --- */

/* A growing array. */
typedef struct Elements
{
	AttributeValue *values;
	int count;
	int room;
} Elements;

static AttributeValue *
NextElement(Elements *elements)
{
	if (elements->count == elements->room)
	{
		elements->room *= 2;
		elements->values = repalloc_huge(elements->values, sizeof(AttributeValue) * elements->room);
	}
	return &elements->values[elements->count++];
}

static void
ReadList(IonSource *source, int depth, AttributeValue *value)
{
	Elements elements = { palloc_array(AttributeValue, 1), 0, 1 };

	while (!IonTake(source, ']'))
	{
		if (elements.count > 0 && !IonTake(source, ','))
			IonMalformed(source, "expected a comma or the end of a list");
		if (elements.count > 0 && IonTake(source, ']')) /* a comma may be last */
			break;
		ReadValue(source, depth + 1, NextElement(&elements));
	}
	*value = (AttributeValue){ .type = ATTRIBUTE_L,
		                       .count = elements.count,
		                       .elements = elements.values };
}

static Bytes
ReadName(IonSource *source)
{
	int c = IonPeek(source);
	Bytes name =
	    c == '"' || (c == '\'' && IonIsNext(source, "'''")) ? IonString(source) : IonSymbol(source);

	AttributeNameRequire(name);
	if (!IonTake(source, ':'))
		IonMalformed(source, "expected a colon");
	return name;
}

static void
ReadStruct(IonSource *source, int depth, AttributeValue *value)
{
	int room = 1;
	Attribute *attributes = palloc_array(Attribute, room);
	int count = 0;

	while (!IonTake(source, '}'))
	{
		if (count > 0 && !IonTake(source, ','))
			IonMalformed(source, "expected a comma or the end of a struct");
		if (count > 0 && IonTake(source, '}'))
			break;
		if (IonPeek(source) < 0)
			IonMalformed(source, "a struct without an end");
		if (count == room)
		{
			room *= 2;
			attributes = repalloc_huge(attributes, sizeof(Attribute) * room);
		}
		attributes[count].name = ReadName(source);
		ReadValue(source, depth + 1, &attributes[count++].value);
	}
	*value = (AttributeValue){ .type = ATTRIBUTE_M, .count = count, .attributes = attributes };
	MapNormalise(value);
}

static const struct
{
	const char *annotation;
	AttributeType set;
	AttributeType member;
	const char *if_empty;
} sets[] = {
	{ "$dynamodb_SS", ATTRIBUTE_SS, ATTRIBUTE_S, TEXT_STRING_SET_EMPTY },
	{ "$dynamodb_NS", ATTRIBUTE_NS, ATTRIBUTE_N, TEXT_NUMBER_SET_EMPTY },
	{ "$dynamodb_BS", ATTRIBUTE_BS, ATTRIBUTE_B, TEXT_BINARY_SET_EMPTY },
};

/* Makes a set of a list. */
static void
MakeSet(const IonSource *source, int which, AttributeValue *value)
{
	if (value->type != ATTRIBUTE_L)
		IonMalformed(source, "a set that is no list");
	if (value->count == 0)
		ValidationError("%s", sets[which].if_empty);
	for (int i = 0; i < value->count; i++)
		if (value->elements[i].type != sets[which].member)
			IonMalformed(source, "a member of a set has another type");
	value->type = sets[which].set;
	if (!SetNormalise(value))
		ValidationError(TEXT_NUMBER_SET_DUPLICATES);
}

/* --- scalars --- */

/* Of Ion's decimals, integers and floats the number's own text: 1_2.5d-3 is 12.5e-3. */
static void
ReadNumber(IonSource *source, AttributeValue *value)
{
	Bytes word = IonWord(source);
	char *text = palloc(word.length + 1);
	int length = 0;
	bool exponent = false;

	for (int i = 0; i < word.length; i++)
	{
		char c = word.data[i];

		if (c == '_')
			continue;
		if (c == 'd' || c == 'D' || c == 'e' || c == 'E')
		{
			exponent = true;
			c = 'e';
		}
		else if (!isdigit((unsigned char) c) && c != '.' && !((i == 0 || exponent) && c == '-') &&
		         !(exponent && c == '+'))
			IonMalformed(source, "a value of a type that DynamoDB does not have");
		text[length++] = c;
	}
	*value =
	    (AttributeValue){ .type = ATTRIBUTE_N, .number = NumberParse((Bytes){ text, length }) };
}

/* A keyword. */
static void
ReadWord(IonSource *source, AttributeValue *value)
{
	Bytes word = IonWord(source);

	if (BytesEqual(word, BYTES_LITERAL("true")) || BytesEqual(word, BYTES_LITERAL("false")))
		*value = (AttributeValue){ .type = ATTRIBUTE_BOOL, .boolean = word.data[0] == 't' };
	else if (BytesEqual(word, BYTES_LITERAL("null")) ||
	         BytesBeginWith(word, BYTES_LITERAL("null.")))
		*value = (AttributeValue){ .type = ATTRIBUTE_NULL };
	else
		IonMalformed(source, "a value of a type that DynamoDB does not have");
}

static void
ReadBytes(AttributeType type, Bytes bytes, AttributeValue *value)
{
	*value = (AttributeValue){ .type = type, .count = bytes.length, .bytes = bytes.data };
}

/* The value at hand, without its annotations. */
static void
ReadPlain(IonSource *source, int depth, AttributeValue *value)
{
	int c = IonPeek(source);

	if (c == '"' || (c == '\'' && IonIsNext(source, "'''")))
		ReadBytes(ATTRIBUTE_S, IonString(source), value);
	else if (c == '{' && IonIsNext(source, "{{"))
	{
		source->p += 2;
		ReadBytes(ATTRIBUTE_B, IonBlob(source), value);
	}
	else if (IonTake(source, '{'))
		ReadStruct(source, depth, value);
	else if (IonTake(source, '['))
		ReadList(source, depth, value);
	else if (c == '-' || (c >= '0' && c <= '9'))
		ReadNumber(source, value);
	else if (c >= 'a' && c <= 'z')
		ReadWord(source, value);
	else
		IonMalformed(source, "expected a value");
}

/* --- annotations --- */

/* Takes an annotation, with its two colons; false where the value itself is next. */
static bool
TakeAnnotation(IonSource *source, Bytes *name)
{
	IonSource ahead;
	int c = IonPeek(source);

	ahead = *source;
	if (c < 0 || !(isalpha(c) || c == '_' || c == '$' || c == '\'') || IonIsNext(source, "'''"))
		return false;
	*name = IonSymbol(&ahead);
	if (IonPeek(&ahead) != ':' || !IonIsNext(&ahead, "::"))
		return false;
	ahead.p += 2;
	*source = ahead;
	return true;
}

static int
SetOf(Bytes annotation, int otherwise)
{
	for (int i = 0; i < lengthof(sets); i++)
		if (BytesEqual(annotation, BytesFromCString(sets[i].annotation)))
			return i;
	return otherwise;
}

static void
ReadValue(IonSource *source, int depth, AttributeValue *value)
{
	Bytes annotation;
	int set = -1;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	if (depth > MAX_DEPTH)
		RequestError(TEXT_NESTING);
	while (TakeAnnotation(source, &annotation))
		set = SetOf(annotation, set);
	ReadPlain(source, depth, value);
	if (set >= 0)
		MakeSet(source, set, value);
}

void
IonRead(Bytes text, AttributeValue *value)
{
	IonSource source;

	IonSourceOpen(&source, text);
	while (IonPeek(&source) == '$' && IonIsNext(&source, VERSION))
		source.p += strlen(VERSION);
	ReadValue(&source, 0, value);
	if (IonPeek(&source) >= 0)
		IonMalformed(&source, "something behind the value");
}
