/*
 * Reads the names of content codings and their weights.
 */
#include "http/wire/coding.h"

#include "port.h"

#include "item/text_scan.h"
static bool
Is(Bytes word, const char *name)
{
	return word.length == strlen(name) && pg_strncasecmp(word.data, name, word.length) == 0;
}

bool
CodingIsIdentity(Bytes coding)
{
	return Is(coding, "identity");
}

bool
CodingIsGzip(Bytes coding)
{
	return Is(coding, "gzip") || Is(coding, "x-gzip");
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

/* Whether the parameters have the weight 0: "q=0", "q=0.0" and so on. */
static bool
IsUnwanted(Bytes parameters)
{
	while (parameters.data != NULL)
	{
		Bytes parameter = NextPart(&parameters, ';');
		bool is_weight = parameter.length > 2 && pg_tolower(parameter.data[0]) == 'q' &&
		                 parameter.data[1] == '=';
		int i = 2;

		while (is_weight && i < parameter.length &&
		       (parameter.data[i] == '0' || parameter.data[i] == '.'))
			i++;
		if (is_weight && i == parameter.length)
			return true;
	}
	return false;
}

bool
CodingAcceptsGzip(Bytes accepted)
{
	bool any = false;

	while (accepted.data != NULL)
	{
		Bytes parameters = NextPart(&accepted, ',');
		Bytes coding = NextPart(&parameters, ';');

		if (CodingIsGzip(coding))
			return !IsUnwanted(parameters);
		if (Is(coding, "*"))
			any = !IsUnwanted(parameters);
	}
	return any;
}
