/*
 * See anonymize.h.
 */
#include "transfer/migrate/anonymize.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "parser/parse_func.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/syscache.h"
#include "utils/varlena.h"

#include "compat.h"
#include "item/encoding.h"
#include "session/clean_session.h"
#include "session/worker_session.h"
#include "storage/relation/table_owner.h"
#include "transfer/remote/answer.h"

typedef struct AnonymizeFunction
{
	Bytes attribute;
	Oid type;       /* jsonb or text */
	bool immutable; /* it gives the same value for the same value */
	char *sql;
	SPIPlanPtr plan; /* within AnonymizeChanges */
} AnonymizeFunction;

struct Anonymizer
{
	int count;
	AnonymizeFunction *functions;
};

/* --- functions --- */

pg_noreturn static void
Refuse(const char *name, int code, const char *fault)
{
	ereport(ERROR, (errcode(code), errmsg("function %s cannot anonymise: %s", name, fault)));
}

static Oid
FindFunction(const char *name, Oid *type)
{
	static const Oid types[] = { JSONBOID, TEXTOID };
	List *names = textToQualifiedNameList(cstring_to_text(name));

	if (list_length(names) != 2)
		Refuse(name, ERRCODE_INVALID_PARAMETER_VALUE, "its name has no schema");
	for (int i = 0; i < lengthof(types); i++)
	{
		Oid function = LookupFuncName(names, 1, &types[i], true);

		*type = types[i];
		if (OidIsValid(function) && get_func_rettype(function) == types[i])
			return function;
	}
	Refuse(name, ERRCODE_UNDEFINED_FUNCTION,
	       "there is none that takes one jsonb and returns jsonb, or takes and returns text");
}

/* The code of a role that is no superuser must not run as one. */
static void
CheckFunction(const char *name, Oid function, Oid role, bool *immutable)
{
	HeapTuple row = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Form_pg_proc form;

	if (!HeapTupleIsValid(row))
		elog(ERROR, "cache lookup failed for function %u", function);
	form = (Form_pg_proc) GETSTRUCT(row);
	if (form->prokind != PROKIND_FUNCTION || form->proretset)
		Refuse(name, ERRCODE_INVALID_FUNCTION_DEFINITION, "it is no plain function of one value");
	if (!FunctionIsExecutable(function, role))
		Refuse(name, ERRCODE_INSUFFICIENT_PRIVILEGE, "the role lacks EXECUTE on it");
	if (superuser_arg(role) && !superuser_arg(form->proowner))
		Refuse(name, ERRCODE_INSUFFICIENT_PRIVILEGE,
		       "the role is a superuser and the function's owner is not");
	*immutable = form->provolatile == PROVOLATILE_IMMUTABLE;
	ReleaseSysCache(row);
}

static void
OpenFunction(AnonymizeFunction *function, const AnonymizedAttribute *wanted, Oid role)
{
	Oid oid = FindFunction(wanted->function, &function->type);

	CheckFunction(wanted->function, oid, role, &function->immutable);
	function->attribute = wanted->attribute;
	function->sql = psprintf("SELECT %s($1)",
	                         quote_qualified_identifier(get_namespace_name(get_func_namespace(oid)),
	                                                    get_func_name(oid)));
}

Anonymizer *
AnonymizerOpen(const MigrationOptions *options, Oid role)
{
	Anonymizer *anonymizer;

	if (options->anonymized == 0)
		return NULL;
	anonymizer = palloc0_object(Anonymizer);
	anonymizer->count = options->anonymized;
	anonymizer->functions = palloc0_array(AnonymizeFunction, options->anonymized);
	for (int i = 0; i < options->anonymized; i++)
		OpenFunction(&anonymizer->functions[i], &options->anonymize[i], role);
	return anonymizer;
}

static const AnonymizeFunction *
FunctionOf(const Anonymizer *anonymizer, Bytes attribute)
{
	for (int i = 0; anonymizer != NULL && i < anonymizer->count; i++)
		if (BytesEqual(anonymizer->functions[i].attribute, attribute))
			return &anonymizer->functions[i];
	return NULL;
}

void
AnonymizerCheckKeys(const MigrationRun *run)
{
	for (int i = 0; i < run->key_count; i++)
	{
		const AnonymizeFunction *function =
		    FunctionOf(run->anonymizer, BytesFromCString(run->key_names[i]));

		if (function != NULL && !function->immutable)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			                errmsg("the function of the key attribute \"%s\" must be IMMUTABLE",
			                       run->key_names[i])));
	}
}

bool
AnonymizerChangesKeys(const MigrationRun *run)
{
	for (int i = 0; i < run->key_count; i++)
		if (FunctionOf(run->anonymizer, BytesFromCString(run->key_names[i])) != NULL)
			return true;
	return false;
}

/* --- values --- */

/* An attribute value as jsonb of DynamoDB JSON, and back, with its rules checked. */
static Datum
JsonbOf(const JsonNode *value)
{
	StringInfoData text;
	JsonWriter writer;

	initStringInfo(&text);
	JsonWriterInit(&writer, &text, true);
	AnswerWrite(&writer, value);
	return JsonbPGetDatum(JsonToJsonb(&text));
}

static const JsonNode *
ValueOfJsonb(Datum datum)
{
	StringInfoData text;
	JsonWriter writer;
	AttributeValue value;

	AttributeValueParse(JsonFromJsonb(DatumGetJsonbPCopy(datum)), &value);
	initStringInfo(&text);
	JsonWriterInit(&writer, &text, false);
	AttributeValueWrite(&writer, &value);
	return JsonParse((Bytes){ text.data, text.len });
}

/* The string or number that a value is. */
static const JsonMember *
ScalarOf(const AnonymizeFunction *function, const JsonNode *value)
{
	const JsonMember *member = value->count == 1 ? &value->members[0] : NULL;

	if (member != NULL && member->value.type == JSON_NODE_STRING &&
	    (BytesEqual(member->name, BYTES_LITERAL("S")) ||
	     BytesEqual(member->name, BYTES_LITERAL("N"))))
		return member;
	ereport(ERROR,
	        (errcode(ERRCODE_DATATYPE_MISMATCH),
	         errmsg("attribute \"%.*s\" of an item is no string and no number, as its function"
	                " of text wants it",
	                BYTES_ARGS(function->attribute)),
	         errhint("Write the function for jsonb.")));
}

static Datum
ArgumentOf(const AnonymizeFunction *function, const JsonNode *value)
{
	const JsonMember *scalar;

	if (function->type == JSONBOID)
		return JsonbOf(value);
	scalar = ScalarOf(function, value);
	if (BytesFind((Bytes){ scalar->value.text, scalar->value.count }, '\0') != NULL)
		ereport(ERROR,
		        (errcode(ERRCODE_UNTRANSLATABLE_CHARACTER),
		         errmsg("attribute \"%.*s\" of an item has a character that text cannot hold",
		                BYTES_ARGS(function->attribute)),
		         errhint("Write the function for jsonb.")));
	return PointerGetDatum(cstring_to_text_with_len(scalar->value.text, scalar->value.count));
}

static const JsonNode *
ResultOf(const AnonymizeFunction *function, const JsonNode *value, Datum datum)
{
	JsonNode *result;
	char *scalar;

	if (function->type == JSONBOID)
		return ValueOfJsonb(datum);
	scalar = TextDatumGetCString(datum);
	result = palloc0_object(JsonNode);
	result->type = JSON_NODE_OBJECT;
	result->count = 1;
	result->members = palloc_object(JsonMember);
	result->members[0] = *ScalarOf(function, value);
	result->members[0].value.text = scalar;
	result->members[0].value.count = strlen(scalar);
	return result;
}

/* NULL where the function returns null. Results are in `context`, SPI's memory is left. */
static const JsonNode *
CallFunction(AnonymizeFunction *function, const JsonNode *value, MemoryContext context)
{
	MemoryContext spi = MemoryContextSwitchTo(context);
	Datum argument = ArgumentOf(function, value);
	const JsonNode *result = NULL;
	Datum datum;
	bool null;

	MemoryContextSwitchTo(spi);
	if (function->plan == NULL &&
	    (function->plan = SPI_prepare(function->sql, 1, &function->type)) == NULL)
		elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
	if (SPI_execute_plan(function->plan, &argument, NULL, false, 1) != SPI_OK_SELECT ||
	    SPI_processed != 1)
		elog(ERROR, "a function that anonymises has returned no row");
	datum = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &null);
	MemoryContextSwitchTo(context);
	if (!null)
		result = ResultOf(function, value, datum);
	MemoryContextSwitchTo(spi);
	SPI_freetuptable(SPI_tuptable);
	return result;
}

/* --- items --- */

static const JsonNode *
AnonymizeObject(const Anonymizer *anonymizer, const JsonNode *object, MemoryContext context)
{
	JsonNode *copy = MemoryContextAllocZero(context, sizeof(JsonNode));

	copy->type = JSON_NODE_OBJECT;
	copy->members = MemoryContextAlloc(context, sizeof(JsonMember) * (object->count + 1));
	for (int i = 0; i < object->count; i++)
	{
		const JsonMember *member = &object->members[i];
		const AnonymizeFunction *function = FunctionOf(anonymizer, member->name);
		const JsonNode *value = &member->value;

		if (function != NULL && value->type == JSON_NODE_OBJECT)
			value = CallFunction((AnonymizeFunction *) function, value, context);
		if (value != NULL)
			copy->members[copy->count++] = (JsonMember){ member->name, *value };
	}
	return copy;
}

static void
AnonymizeAll(const Anonymizer *anonymizer, ItemChange *changes, int count, MemoryContext context)
{
	for (int i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (changes[i].item != NULL)
			changes[i].item = AnonymizeObject(anonymizer, changes[i].item, context);
		else
			changes[i].key = AnonymizeObject(anonymizer, changes[i].key, context);
		if (changes[i].item != NULL)
			changes[i].key = changes[i].item;
	}
}

static void
AnonymizeAsOwner(MigrationRun *run, ItemChange *changes, int count)
{
	MemoryContext context = CurrentMemoryContext;
	CallerRole caller = BecomeRole(run->job.owner);
	int foreign = SessionForeignCodeBegin();

	for (int i = 0; i < run->anonymizer->count; i++)
		run->anonymizer->functions[i].plan = NULL;
	SPI_connect();
	AnonymizeAll(run->anonymizer, changes, count, context);
	SPI_finish();
	SessionForeignCodeEnd(foreign);
	ReturnToCaller(&caller);
}

void
AnonymizeChanges(MigrationRun *run, ItemChange *changes, int count)
{
	MemoryContext context = CurrentMemoryContext;
	bool own = !IsTransactionState();

	if (run->anonymizer == NULL || count == 0)
		return;
	if (own)
		WorkerTransactionBegin();
	MemoryContextSwitchTo(context);
	AnonymizeAsOwner(run, changes, count);
	if (own)
		WorkerTransactionCommit();
	MemoryContextSwitchTo(context);
}

const JsonNode *
AnonymizerStablePart(const MigrationRun *run, const JsonNode *item)
{
	JsonNode *copy;

	if (run->anonymizer == NULL)
		return item;
	copy = palloc0_object(JsonNode);
	copy->type = JSON_NODE_OBJECT;
	copy->members = palloc_array(JsonMember, item->count + 1);
	for (int i = 0; i < item->count; i++)
	{
		const AnonymizeFunction *function = FunctionOf(run->anonymizer, item->members[i].name);

		if (function == NULL || function->immutable)
			copy->members[copy->count++] = item->members[i];
	}
	return copy;
}
