/*
 * Writes the canonical form (IAM User Guide, "Create a signed AWS API request", step 1):
 * method, path, query, the signed headers, their names, and the body's digest, on lines.
 *
 * No two requests that mean different things have the same form: a header's value has no line
 * end, the names that are signed are part of it, and they stand in one order.
 */
#include "auth/signature/canonical_request.h"

#include "text/text_scan.h"
static bool
IsUnreserved(unsigned char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
	       c == '.' || c == '_' || c == '~';
}

static void
AppendEscape(StringInfo out, unsigned char c)
{
	static const char digits[] = "0123456789ABCDEF";

	appendStringInfoChar(out, '%');
	appendStringInfoChar(out, digits[c >> 4]);
	appendStringInfoChar(out, digits[c & 15]);
}

/* As it came, escaped once more, as services other than S3 have it. */
static void
AppendPath(StringInfo out, Bytes path)
{
	for (int i = 0; i < path.length; i++)
	{
		if (IsUnreserved(path.data[i]) || path.data[i] == '/')
			appendStringInfoChar(out, path.data[i]);
		else
			AppendEscape(out, path.data[i]);
	}
}

/* A name or value of the query: what is escaped is so in one way only. */
static Bytes
CanonicalWord(Bytes text)
{
	StringInfoData word = { .data = palloc(3 * text.length + 1), .maxlen = 3 * text.length + 1 };

	for (int i = 0; i < text.length; i++)
	{
		unsigned char c = text.data[i];

		if (c == '%' && i + 2 < text.length && TextHexDigit(text.data[i + 1]) >= 0 &&
		    TextHexDigit(text.data[i + 2]) >= 0)
		{
			c = TextHexDigit(text.data[i + 1]) << 4 | TextHexDigit(text.data[i + 2]);
			i += 2;
		}
		if (IsUnreserved(c))
			appendStringInfoChar(&word, c);
		else
			AppendEscape(&word, c);
	}
	return (Bytes){ word.data, word.len };
}

typedef struct QueryPair
{
	Bytes name;
	Bytes value;
} QueryPair;

static int
ComparePairs(const void *a, const void *b)
{
	const QueryPair *one = a;
	const QueryPair *other = b;
	int order = BytesCompare(one->name, other->name);

	return order != 0 ? order : BytesCompare(one->value, other->value);
}

static QueryPair
ReadPair(Bytes text)
{
	const char *equals = BytesFind(text, '=');
	int length = equals != NULL ? equals - text.data : text.length;
	Bytes value = { text.data + length + 1, equals != NULL ? text.length - length - 1 : 0 };

	return (QueryPair){ CanonicalWord((Bytes){ text.data, length }), CanonicalWord(value) };
}

static int
ReadPairs(Bytes query, QueryPair *pairs)
{
	int count = 0;
	int start = 0;

	for (int i = 0; i <= query.length; i++)
	{
		if (i < query.length && query.data[i] != '&')
			continue;
		if (i > start)
			pairs[count++] = ReadPair((Bytes){ query.data + start, i - start });
		start = i + 1;
	}
	return count;
}

static void
AppendQuery(StringInfo out, Bytes query)
{
	QueryPair *pairs;
	int count;

	if (query.length == 0)
		return;
	pairs = palloc(sizeof(QueryPair) * (query.length / 2 + 1)); /* each takes two bytes or more */
	count = ReadPairs(query, pairs);
	qsort(pairs, count, sizeof(QueryPair), ComparePairs);
	for (int i = 0; i < count; i++)
		appendStringInfo(out, "%s%.*s=%.*s", i > 0 ? "&" : "", BYTES_ARGS(pairs[i].name),
		                 BYTES_ARGS(pairs[i].value));
}

/* Without blanks around it, and with one for each run of them inside. */
static void
AppendValue(StringInfo out, Bytes value)
{
	bool blank = true; /* before the next character, or nothing */
	char *end;

	enlargeStringInfo(out, value.length);
	end = out->data + out->len;
	for (int i = 0; i < value.length; i++)
	{
		char c = value.data[i];
		bool is_blank = c == ' ' || c == '\t';

		if (!is_blank || !blank)
			*end++ = is_blank ? ' ' : c;
		blank = is_blank;
	}
	if (blank && end > out->data + out->len)
		end--;
	out->len = end - out->data;
	*end = '\0';
}

/* Headers of one name are one line, in the order in which they came. False where there is none. */
static bool
AppendHeader(StringInfo out, const SignedRequest *request, Bytes name)
{
	bool found = false;

	for (int i = 0; i < request->field_count; i++)
	{
		const SignedField *field = &request->fields[i];

		if (!FieldIsNamed(field, name))
			continue;
		if (found)
			appendStringInfoChar(out, ',');
		else
		{
			appendBinaryStringInfo(out, name.data, name.length);
			appendStringInfoChar(out, ':');
		}
		AppendValue(out, field->value);
		found = true;
	}
	appendStringInfoChar(out, '\n');
	return found;
}

/* A header has one such name alone: by others it could be signed over and over again. */
static bool
IsLowerCase(Bytes name)
{
	for (int i = 0; i < name.length; i++)
	{
		if (name.data[i] >= 'A' && name.data[i] <= 'Z')
			return false;
	}
	return true;
}

/*
 * Names that ascend and are in lower case are at most as many as headers, so that what is written
 * is about as long as the head, also of a hostile request.
 */
static bool
AppendHeaders(StringInfo out, const SignedRequest *request, Bytes signed_headers)
{
	Bytes last = { NULL, 0 };
	int start = 0;

	for (int i = 0; i <= signed_headers.length; i++)
	{
		Bytes name = { signed_headers.data + start, i - start };

		if (i < signed_headers.length && signed_headers.data[i] != ';')
			continue;
		if (BytesCompare(last, name) >= 0 || !IsLowerCase(name) ||
		    !AppendHeader(out, request, name))
			return false;
		last = name;
		start = i + 1;
	}
	return true;
}

bool
CanonicalRequestAppend(StringInfo out, const SignedRequest *request, Bytes signed_headers)
{
	char hex[DIGEST_HEX_SIZE];

	appendBinaryStringInfo(out, request->method.data, request->method.length);
	appendStringInfoChar(out, '\n');
	AppendPath(out, request->path);
	appendStringInfoChar(out, '\n');
	AppendQuery(out, request->query);
	appendStringInfoChar(out, '\n');
	if (!AppendHeaders(out, request, signed_headers))
		return false;
	appendStringInfoChar(out, '\n');
	appendBinaryStringInfo(out, signed_headers.data, signed_headers.length);
	appendStringInfoChar(out, '\n');
	DigestHex(request->body_digest, hex);
	appendBinaryStringInfo(out, hex, DIGEST_HEX_SIZE);
	return true;
}
