/*
 * See options.h.
 */
#include "transfer/migrate/options.h"

#include <ctype.h>

#include "compat.h"
#include "transfer/remote/answer.h"
#include "transfer/remote/remote_api.h"

#define DEFAULT_SEGMENTS 4
#define DEFAULT_SETTLE 300
#define MAX_SETTLE 60000
#define MAX_READ_UNITS 1000000

pg_noreturn static void
Refuse(const char *name, const char *what)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
	                errmsg("the option \"%s\" must be %s", name, what)));
}

static void
Check(const JsonNode *node, JsonNodeType type, const char *name, const char *what)
{
	if (node->type != type)
		Refuse(name, what);
}

static double
ReadNumber(const JsonNode *node, const char *name, double least, double most)
{
	char *text;
	double value;

	Check(node, JSON_NODE_NUMBER, name, "a number");
	text = pnstrdup(node->text, node->count);
	value = strtod(text, NULL);
	if (!(value >= least && value <= most))
		Refuse(name, psprintf("from %g to %g", least, most));
	return value;
}

static char *
ReadText(const JsonNode *node, const char *name)
{
	Check(node, JSON_NODE_STRING, name, "a string");
	return BytesToCString((Bytes){ node->text, node->count });
}

/* --- one option each --- */

static void
ReadSegments(const JsonNode *node, MigrationOptions *options)
{
	options->segments = (int) ReadNumber(node, "segments", 1, MAX_SEGMENTS);
}

static void
ReadUnits(const JsonNode *node, MigrationOptions *options)
{
	options->read_units = ReadNumber(node, "read_units", 1, MAX_READ_UNITS);
}

static void
ReadChanges(const JsonNode *node, MigrationOptions *options)
{
	Check(node, JSON_NODE_BOOLEAN, "changes", "true or false");
	options->changes = node->boolean;
}

static void
ReadCompare(const JsonNode *node, MigrationOptions *options)
{
	Check(node, JSON_NODE_BOOLEAN, "compare", "true or false");
	options->compare = node->boolean;
}

static void
ReadSettle(const JsonNode *node, MigrationOptions *options)
{
	options->settle = (int) ReadNumber(node, "settle", 0, MAX_SETTLE);
}

/* It is a part of the signature's text. */
static void
ReadRegion(const JsonNode *node, MigrationOptions *options)
{
	options->region = ReadText(node, "region");
	for (const char *c = options->region; *c != '\0'; c++)
		if (!isalnum((unsigned char) *c) && *c != '-')
			Refuse("region", "the name of a region");
	if (options->region[0] == '\0')
		Refuse("region", "the name of a region");
}

static void
ReadStreamsEndpoint(const JsonNode *node, MigrationOptions *options)
{
	options->streams_endpoint = ReadText(node, "streams_endpoint");
	RemoteCheckUrl(options->streams_endpoint);
}

static void
ReadRename(const JsonNode *node, MigrationOptions *options)
{
	Check(node, JSON_NODE_OBJECT, "rename", "an object of names");
	for (int i = 0; i < node->count; i++)
		Check(&node->members[i].value, JSON_NODE_STRING, "rename", "an object of names");
	options->rename = node;
}

static void
ReadAnonymize(const JsonNode *node, MigrationOptions *options)
{
	static const char what[] = "an object of attributes and qualified names of functions";

	Check(node, JSON_NODE_OBJECT, "anonymize", what);
	if (node->count > MAX_ANONYMIZED)
		Refuse("anonymize", psprintf("of at most %d attributes", MAX_ANONYMIZED));
	options->anonymize = palloc0_array(AnonymizedAttribute, node->count + 1);
	options->anonymized = node->count;
	for (int i = 0; i < node->count; i++)
	{
		Check(&node->members[i].value, JSON_NODE_STRING, "anonymize", what);
		options->anonymize[i] =
		    (AnonymizedAttribute){ .attribute = node->members[i].name,
			                       .function = ReadText(&node->members[i].value, "anonymize") };
	}
}

static const struct
{
	const char *name;
	void (*read)(const JsonNode *node, MigrationOptions *options);
} readers[] = {
	{ "segments", ReadSegments },
	{ "read_units", ReadUnits },
	{ "changes", ReadChanges },
	{ "compare", ReadCompare },
	{ "settle", ReadSettle },
	{ "region", ReadRegion },
	{ "streams_endpoint", ReadStreamsEndpoint },
	{ "rename", ReadRename },
	{ "anonymize", ReadAnonymize },
};

static void
ReadMember(const JsonMember *member, MigrationOptions *options)
{
	for (int i = 0; i < lengthof(readers); i++)
	{
		if (!BytesEqual(member->name, BytesFromCString(readers[i].name)))
			continue;
		if (member->value.type != JSON_NODE_NULL)
			readers[i].read(&member->value, options);
		return;
	}
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
	                errmsg("migrations have no option \"%.*s\"", BYTES_ARGS(member->name)),
	                errhint("Options are segments, read_units, changes, compare, settle, region,"
	                        " streams_endpoint, rename and anonymize.")));
}

void
MigrationOptionsRead(Bytes json, MigrationOptions *options)
{
	const JsonNode *node = JsonParse(json);

	*options = (MigrationOptions){
		.segments = DEFAULT_SEGMENTS, .changes = true, .compare = true, .settle = DEFAULT_SETTLE
	};
	if (node->type != JSON_NODE_OBJECT)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("the options of a migration must be an object")));
	for (int i = 0; i < node->count; i++)
		ReadMember(&node->members[i], options);
}
