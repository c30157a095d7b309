/*
 * See input.h.
 */
#include "transfer/import/input.h"

#include "compat.h"
#include "error/error.h"
#include "error/guard.h"
#include "transfer/format/csv.h"
#include "transfer/format/ion.h"
#include "transfer/format/record.h"
#include "text/base64.h"
#include "item/encoding.h"
#include "item/item_rules.h"
#include "item/number/number.h"
#include "miscadmin.h"
#include "transfer/store/store.h"
#include "utils/memutils.h"

struct InputSource
{
	InputOptions options;
	MemoryContext context; /* of the source */
	Store *store;
	const char *prefix;
	List *page; /* of objects */
	int next;   /* of the page */
	char *after;
	char *object; /* the one that is read; NULL: none */
	int64 number; /* of its next record */
	MemoryContext object_context;
	StoreGet *get;
	InputStream *stream;
	RecordReader *records;
	CsvRecord header;
	int64 passed; /* of objects before */
	int64 taken;
};

/* --- words --- */

bool
InputFormatFromName(Bytes name, InputFormat *format)
{
	static const char *const names[] = {
		[INPUT_DYNAMODB_JSON] = "DYNAMODB_JSON",
		[INPUT_ION] = "ION",
		[INPUT_CSV] = "CSV",
	};

	for (int i = 0; i < lengthof(names); i++)
		if (BytesEqual(name, BytesFromCString(names[i])))
		{
			*format = i;
			return true;
		}
	return false;
}

bool
InputCompressionFromName(Bytes name, InputCompression *compression)
{
	static const char *const names[] = {
		[COMPRESSION_NONE] = "NONE",
		[COMPRESSION_GZIP] = "GZIP",
		[COMPRESSION_ZSTD] = "ZSTD",
	};

	for (int i = 0; i < lengthof(names); i++)
		if (BytesEqual(name, BytesFromCString(names[i])))
		{
			*compression = i;
			return true;
		}
	return false;
}

/* --- objects --- */

InputSource *
InputSourceOpen(const InputOptions *options)
{
	InputSource *source = palloc0_object(InputSource);

	source->options = *options;
	source->context = CurrentMemoryContext;
	source->prefix = options->prefix.data != NULL ? BytesToCString(options->prefix) : "";
	source->store = StoreOpen(options->bucket, options->owner);
	source->object_context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo input object", ALLOCSET_DEFAULT_SIZES);
	return source;
}

/* The next object of the listing; false at the end. */
static bool
NextListed(InputSource *source, StoreObject *object)
{
	if (source->next == list_length(source->page))
	{
		source->page = StoreList(source->store, source->prefix, source->after);
		source->next = 0;
		if (source->page == NIL)
			return false;
		source->after = ((StoreObject *) llast(source->page))->key;
	}
	*object = *(StoreObject *) list_nth(source->page, source->next++);
	return true;
}

int64
InputSourceTotal(InputSource *source)
{
	MemoryContext caller = MemoryContextSwitchTo(source->context);
	StoreObject object;
	int64 total = 0;

	while (NextListed(source, &object))
	{
		CHECK_FOR_INTERRUPTS();
		total += object.size;
	}
	source->page = NIL;
	source->next = 0;
	source->after = NULL;
	MemoryContextSwitchTo(caller);
	return total;
}

static size_t
ReadStore(void *get, char *buffer, size_t room)
{
	return StoreGetRead(get, buffer, room);
}

static RecordForm
FormOf(InputFormat format)
{
	switch (format)
	{
		case INPUT_DYNAMODB_JSON:
			return RECORD_LINE;
		case INPUT_ION:
			return RECORD_ION;
		case INPUT_CSV:
			return RECORD_CSV;
	}
	pg_unreachable();
}

static void
OpenObject(InputSource *source, const char *key)
{
	MemoryContext caller = MemoryContextSwitchTo(source->object_context);

	source->object = MemoryContextStrdup(source->context, key);
	source->get = StoreGetBegin(source->store, key, 0, NULL);
	source->stream = InputStreamOpen(source->options.compression, ReadStore, source->get);
	source->records =
	    RecordReaderOpen(source->stream, FormOf(source->options.format), source->options.delimiter);
	source->number = 0;
	source->header = (CsvRecord){ source->options.header_count, source->options.header };
	MemoryContextSwitchTo(caller);
}

static void
CloseObject(InputSource *source)
{
	source->passed += RecordReaderPassed(source->records);
	source->taken += InputStreamTaken(source->stream);
	StoreGetEnd(source->get);
	MemoryContextReset(source->object_context);
	source->object = NULL;
	source->records = NULL;
	source->stream = NULL;
}

int64
InputSourcePassed(const InputSource *source)
{
	return source->passed + (source->records != NULL ? RecordReaderPassed(source->records) : 0);
}

int64
InputSourceTaken(const InputSource *source)
{
	return source->taken + (source->stream != NULL ? InputStreamTaken(source->stream) : 0);
}

void
InputSourceClose(InputSource *source)
{
	if (source->object != NULL)
		CloseObject(source);
	StoreClose(source->store);
	MemoryContextDelete(source->object_context);
	pfree(source);
}

/* --- the header of CSV --- */

static int
CompareNames(const void *a, const void *b)
{
	return BytesCompare(*(const Bytes *) a, *(const Bytes *) b);
}

static void
CheckHeader(const CsvRecord *header)
{
	Bytes *sorted = palloc_array(Bytes, header->count);

	memcpy(sorted, header->fields, sizeof(Bytes) * header->count);
	qsort(sorted, header->count, sizeof(Bytes), CompareNames);
	for (int i = 0; i < header->count; i++)
	{
		AttributeNameRequire(sorted[i]);
		if (i > 0 && BytesEqual(sorted[i], sorted[i - 1]))
			DynamoError(EXCEPTION_SERIALIZATION, "The header has a column twice: %.*s",
			            BYTES_ARGS(sorted[i]));
	}
	pfree(sorted);
}

/* The header is the first record, and stays with the object. */
static void
TakeHeader(InputSource *source)
{
	MemoryContext caller = MemoryContextSwitchTo(source->object_context);
	Bytes record;

	if (RecordNext(source->records, &record))
	{
		char *copy = palloc(record.length + 1);

		memcpy(copy, record.data, record.length);
		CsvRead((Bytes){ copy, record.length }, source->options.delimiter, &source->header);
		CheckHeader(&source->header);
	}
	MemoryContextSwitchTo(caller);
}

/* --- records --- */

typedef struct ReadState
{
	InputSource *source;
	InputRecord *record;
	bool found;
} ReadState;

/* What may be wrong with what an object holds; faults of the store are others. */
static bool
IsFaultOfInput(const ErrorData *error)
{
	return error->sqlerrcode == ExceptionSqlState(EXCEPTION_SERIALIZATION) ||
	       error->sqlerrcode == ExceptionSqlState(EXCEPTION_VALIDATION);
}

static void
ReadRecord(void *argument)
{
	ReadState *state = argument;
	InputSource *source = state->source;

	if (source->options.format == INPUT_CSV && source->header.count == 0)
		TakeHeader(source);
	state->found = RecordNext(source->records, &state->record->bytes);
	state->record->header = source->header;
}

/* False at the end of the object. One that cannot be read on has a last record, with the fault. */
static bool
NextOfObject(InputSource *source, InputRecord *record)
{
	ReadState state = { source, record };
	ErrorData *error;

	*record = (InputRecord){ .object = source->object, .number = source->number };
	error = Guard(ReadRecord, &state, IsFaultOfInput);
	if (error != NULL)
	{
		record->fault = MemoryContextStrdup(source->context, error->message);
		CloseObject(source);
		source->number++;
		return true;
	}
	if (state.found)
		source->number++;
	return state.found;
}

bool
InputSourceNext(InputSource *source, InputRecord *record)
{
	MemoryContext caller = MemoryContextSwitchTo(source->context);
	StoreObject object;
	bool found = false;

	for (;;)
	{
		CHECK_FOR_INTERRUPTS();
		if (source->object != NULL)
		{
			if ((found = NextOfObject(source, record)))
				break;
			CloseObject(source);
		}
		if (!NextListed(source, &object))
			break;
		OpenObject(source, object.key);
	}
	MemoryContextSwitchTo(caller);
	return found;
}

void
InputSourceSkip(InputSource *source, const char *object, int64 number)
{
	MemoryContext caller = MemoryContextSwitchTo(source->context);
	InputRecord record;

	OpenObject(source, object);
	source->after = source->object;
	for (int64 i = 0; i < number && source->object != NULL; i++)
		if (!NextOfObject(source, &record))
			CloseObject(source);
	MemoryContextSwitchTo(caller);
}

/* --- what records hold --- */

static AttributeType
TypeOfColumn(const InputOptions *options, Bytes name)
{
	for (int i = 0; i < options->attribute_count; i++)
		if (BytesEqual(options->attributes[i].name, name))
			return options->attributes[i].type;
	return ATTRIBUTE_S;
}

static void
ReadField(AttributeType type, Bytes field, AttributeValue *value)
{
	const char *fault = NULL;

	if (field.data == NULL)
		field = BYTES_LITERAL("");
	if (type == ATTRIBUTE_B)
		fault = Base64Decode(field, &field);
	if (fault != NULL)
		DynamoError(EXCEPTION_SERIALIZATION, "%s", fault);
	*value = (AttributeValue){ .type = type };
	if (type == ATTRIBUTE_N)
		value->number = NumberParse(field);
	else
	{
		value->bytes = field.data;
		value->count = field.length;
	}
}

/* A field that is empty, and not quoted, is an attribute that the item does not have. */
static void
CsvItem(InputSource *source, const InputRecord *given, AttributeValue *item)
{
	const CsvRecord *header = &given->header;
	CsvRecord record;

	CsvRead(given->bytes, source->options.delimiter, &record);
	if (record.count != header->count)
		DynamoError(EXCEPTION_SERIALIZATION, "The record has %d fields, and the header %d",
		            record.count, header->count);
	*item = (AttributeValue){ .type = ATTRIBUTE_M,
		                      .attributes = palloc_array(Attribute, Max(record.count, 1)) };
	for (int i = 0; i < record.count; i++)
	{
		Attribute *attribute = &item->attributes[item->count];

		if (record.fields[i].data == NULL)
			continue;
		attribute->name = header->fields[i];
		ReadField(TypeOfColumn(&source->options, attribute->name), record.fields[i],
		          &attribute->value);
		item->count++;
	}
	MapNormalise(item);
}

pg_noreturn static void
RaiseNoItem(void)
{
	DynamoError(EXCEPTION_SERIALIZATION, "The record has no member Item");
	pg_unreachable();
}

static void
JsonItem(Bytes bytes, AttributeValue *item)
{
	const JsonNode *record = JsonParse(bytes);
	const JsonNode *found = record->type == JSON_NODE_OBJECT ? JsonGet(record, "Item") : NULL;

	if (found == NULL)
		RaiseNoItem();
	AttributeMapParse(found, item);
}

static void
IonItem(Bytes bytes, AttributeValue *item)
{
	AttributeValue record;
	const AttributeValue *found = NULL;

	IonRead(bytes, &record);
	if (record.type == ATTRIBUTE_M)
		found = MapGet(&record, BYTES_LITERAL("Item"));
	if (found == NULL || found->type != ATTRIBUTE_M)
		RaiseNoItem();
	*item = *found;
}

void
InputItem(InputSource *source, const InputRecord *record, AttributeValue *item)
{
	switch (source->options.format)
	{
		case INPUT_DYNAMODB_JSON:
			JsonItem(record->bytes, item);
			break;
		case INPUT_ION:
			IonItem(record->bytes, item);
			break;
		case INPUT_CSV:
			CsvItem(source, record, item);
			break;
	}
}

/* --- records as requests --- */

/* A map of strings as an object of them; one of values is DynamoDB JSON. */
static void
WriteMember(JsonWriter *writer, Bytes name, const AttributeValue *value)
{
	bool plain = BytesEqual(name, BYTES_LITERAL("ExpressionAttributeNames"));

	JsonNameBytes(writer, name);
	if (value->type == ATTRIBUTE_S)
		JsonString(writer, (Bytes){ value->bytes, value->count });
	else if (value->type == ATTRIBUTE_M && !plain)
		AttributeMapWrite(writer, value);
	else
		PlainJsonWrite(writer, value);
}

static const JsonNode *
IonRequest(Bytes bytes)
{
	AttributeValue record;
	StringInfoData text;
	JsonWriter writer;

	IonRead(bytes, &record);
	if (record.type != ATTRIBUTE_M)
		RaiseNoItem();
	initStringInfo(&text);
	JsonWriterInit(&writer, &text, false);
	JsonBeginObject(&writer);
	for (int i = 0; i < record.count; i++)
		WriteMember(&writer, record.attributes[i].name, &record.attributes[i].value);
	JsonEndObject(&writer);
	return JsonParse((Bytes){ text.data, text.len });
}

static const JsonNode *
CsvRequest(InputSource *source, const InputRecord *record)
{
	AttributeValue item;
	StringInfoData text;
	JsonWriter writer;

	CsvItem(source, record, &item);
	initStringInfo(&text);
	JsonWriterInit(&writer, &text, false);
	JsonBeginObject(&writer);
	JsonName(&writer, "Item");
	AttributeMapWrite(&writer, &item);
	JsonEndObject(&writer);
	return JsonParse((Bytes){ text.data, text.len });
}

const JsonNode *
InputRequest(InputSource *source, const InputRecord *record)
{
	const JsonNode *request = NULL;

	switch (source->options.format)
	{
		case INPUT_DYNAMODB_JSON:
			request = JsonParse(record->bytes);
			break;
		case INPUT_ION:
			request = IonRequest(record->bytes);
			break;
		case INPUT_CSV:
			request = CsvRequest(source, record);
			break;
	}
	if (request->type != JSON_NODE_OBJECT || JsonGet(request, "Item") == NULL)
		RaiseNoItem();
	return request;
}
