/*
 * Writes jsonb in place. The format is the one that utils/jsonb.h describes: a
 * container is a header, one JEntry for each key and value, then their data. A
 * JEntry holds its data's length or, every JB_OFFSET_STRIDE entries, the offset
 * of its end; padding in front of numbers and containers counts as part of
 * their data.
 */
#ifndef DYNAMO_JSONB_BUILD_H
#define DYNAMO_JSONB_BUILD_H

#include "text/buffer.h"
#include "text/bytes.h"

#include "utils/jsonb.h"

/* What the values of one container have taken so far. */
typedef struct JsonbBuilder
{
	StringInfo out;
	int base;    /* where the container starts in `out`, its padding included */
	int entries; /* where its JEntries start */
	int data;    /* where its data starts */
	int next;    /* number of the next JEntry */
} JsonbBuilder;

static inline void
JsonbPad(StringInfo out)
{
	static const char zeros[sizeof(int32)];
	int padding = INTALIGN(out->len) - out->len;

	if (padding > 0)
		BufferAppend(out, zeros, padding);
}

static inline JsonbBuilder
JsonbBegin(StringInfo out, uint32 flag, int count)
{
	JsonbBuilder builder = { .out = out, .base = out->len };
	int entries = flag == JB_FOBJECT ? count * 2 : count;
	uint32 header = flag | count;

	JsonbPad(out);
	BufferAppend(out, (char *) &header, sizeof(header));
	builder.entries = out->len;
	BufferReserve(out, entries * sizeof(JEntry));
	out->len += entries * sizeof(JEntry);
	builder.data = out->len;
	return builder;
}

/* Notes the entry whose data has just been appended. */
static inline void
JsonbEndEntry(JsonbBuilder *builder, JEntry entry)
{
	uint32 end = builder->out->len - builder->data;

	if (end > JENTRY_OFFLENMASK)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("jsonb is too large")));
	if (builder->next % JB_OFFSET_STRIDE == 0)
		entry = (entry & JENTRY_TYPEMASK) | end | JENTRY_HAS_OFF;
	memcpy(builder->out->data + builder->entries + builder->next * sizeof(JEntry), &entry,
	       sizeof(entry));
	builder->next++;
}

static inline JEntry
JsonbEnd(const JsonbBuilder *builder)
{
	uint32 length = builder->out->len - builder->base;

	if (length > JENTRY_OFFLENMASK)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("jsonb is too large")));
	return JENTRY_ISCONTAINER | length;
}

static inline JEntry
JsonbAppendString(StringInfo out, Bytes text)
{
	BufferAppend(out, text.data, text.length);
	return JENTRY_ISSTRING | text.length;
}

static inline JEntry
JsonbAppendNumber(StringInfo out, Numeric number)
{
	int start = out->len;

	JsonbPad(out);
	BufferAppend(out, (char *) number, VARSIZE_ANY(number));
	return JENTRY_ISNUMERIC | (out->len - start);
}

#endif
