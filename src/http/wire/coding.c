/*
 * Reads the names of content codings and their weights.
 */
#include "http/wire/coding.h"

#include "port.h"

#include "text/text_scan.h"

#define FULL_WEIGHT 1000 /* of "q=1": weights have three digits (RFC 9110, 12.4.2) */

static const char *const names[] = {
	[CODING_IDENTITY] = "identity",
	[CODING_GZIP] = "gzip",
	[CODING_DEFLATE] = "deflate",
};

const char *
CodingName(Coding coding)
{
	return names[coding];
}

static bool
Is(Bytes word, const char *name)
{
	return word.length == strlen(name) && pg_strncasecmp(word.data, name, word.length) == 0;
}

static Coding
CodingNamed(Bytes word)
{
	for (int coding = 0; coding < lengthof(names); coding++)
	{
		if (Is(word, names[coding]))
			return coding;
	}
	return CODING_UNKNOWN;
}

Coding
CodingOfBody(Bytes named)
{
	if (named.data == NULL)
		return CODING_IDENTITY;
	return Is(named, "x-gzip") ? CODING_GZIP : CodingNamed(named);
}

/* What stands before the separator; *text goes on behind it, with no data at its end. */
static Bytes
NextPart(Bytes *text, char separator)
{
	const char *found = BytesFind(*text, separator);
	Bytes part = *text;

	if (found == NULL)
		*text = (Bytes){ NULL, 0 };
	else
	{
		part.length = found - text->data;
		*text = (Bytes){ found + 1, text->length - part.length - 1 };
	}
	return TextTrim(part, " \t");
}

/* What is more than 1 counts as 1, and what is no number as 0. */
static double
ReadWeight(Bytes text)
{
	char number[32];
	char *end;
	double weight;

	if (text.length == 0 || text.length >= sizeof(number))
		return 0;
	memcpy(number, text.data, text.length);
	number[text.length] = '\0';
	weight = strtod(number, &end);
	return *end == '\0' && weight > 0 ? Min(weight, 1) : 0;
}

/* 1 where the parameters have none. */
static double
WeightOf(Bytes parameters)
{
	while (parameters.data != NULL)
	{
		Bytes parameter = NextPart(&parameters, ';');

		if (parameter.length >= 2 && pg_tolower(parameter.data[0]) == 'q' &&
		    parameter.data[1] == '=')
			return ReadWeight((Bytes){ parameter.data + 2, parameter.length - 2 });
	}
	return 1;
}

/* What a list says of a coding: its weight and place; weight -1: nothing. */
typedef struct Mention
{
	double weight;
	int place;
} Mention;

static Coding
Best(const Mention mentions[CODING_UNKNOWN], const Mention *others)
{
	Mention best = { 0, 0 };
	Coding coding = CODING_IDENTITY;

	for (int i = CODING_GZIP; i <= CODING_DEFLATE; i++)
	{
		const Mention *mention = mentions[i].weight >= 0 ? &mentions[i] : others;

		if (mention->weight > best.weight ||
		    (coding != CODING_IDENTITY && mention->weight == best.weight &&
		     mention->place < best.place))
		{
			best = *mention;
			coding = i;
		}
	}
	return coding;
}

Coding
CodingAccepted(Bytes accepted)
{
	Mention mentions[] = { { -1, 0 }, { -1, 0 }, { -1, 0 }, { -1, 0 } };
	Mention others = { -1, 0 };

	for (int place = 0; accepted.data != NULL; place++)
	{
		Bytes parameters = NextPart(&accepted, ',');
		Bytes name = NextPart(&parameters, ';');
		Mention *mention = Is(name, "*") ? &others : &mentions[CodingNamed(name)];

		if (mention->weight < 0)
			*mention = (Mention){ WeightOf(parameters), place };
	}
	return Best(mentions, &others);
}
