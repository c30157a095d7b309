/*
 * Reads the output plugin's options.
 */
#include "postgres.h"

#include "commands/defrem.h"
#include "nodes/parsenodes.h"
#include "utils/builtins.h"

#include "change/decode/plugin_option.h"

typedef struct PluginOption
{
	const char *name;
	bool (*read)(char *text, PluginOptions *options); /* false: wrong */
	const char *values;                               /* those that it takes */
} PluginOption;

static Bytes
Trim(const char *start, const char *end)
{
	while (start < end && *start == ' ')
		start++;
	while (start < end && end[-1] == ' ')
		end--;
	return (Bytes){ start, end - start };
}

static bool
ReadTables(char *text, PluginOptions *options)
{
	const char *end;

	for (const char *start = text;; start = end + 1)
	{
		Bytes *name = palloc_object(Bytes);

		end = start + strcspn(start, ",");
		*name = Trim(start, end);
		if (name->length == 0)
			return false;
		options->tables = lappend(options->tables, name);
		if (*end == '\0')
			return true;
	}
}

static bool
ReadViewType(char *text, PluginOptions *options)
{
	if (strcmp(text, "STREAM") == 0)
		return true;
	options->any_view = true;
	return StreamViewFromName(BytesFromCString(text), &options->view);
}

static bool
ReadFormat(char *text, PluginOptions *options)
{
	options->plain = strcmp(text, "plain") == 0;
	return options->plain || strcmp(text, "dynamodb") == 0;
}

static bool
ReadTransactions(char *text, PluginOptions *options)
{
	return parse_bool(text, &options->transactions);
}

static const PluginOption known_options[] = {
	{ "tables", ReadTables, "names of tables, separated by commas" },
	{ "view-type", ReadViewType, "STREAM, KEYS_ONLY, NEW_IMAGE, OLD_IMAGE or NEW_AND_OLD_IMAGES" },
	{ "format", ReadFormat, "dynamodb or plain" },
	{ "include-transaction", ReadTransactions, "on or off" },
};

static int
FindOption(const char *name)
{
	for (int i = 0; i < lengthof(known_options); i++)
		if (strcmp(known_options[i].name, name) == 0)
			return i;
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
	                errmsg("output plugin dynamo has no option \"%s\"", name),
	                errhint("Its options are tables, view-type, format and include-transaction.")));
}

static void
ReadOption(const PluginOption *option, const DefElem *element, PluginOptions *options)
{
	char *text = element->arg != NULL ? pstrdup(strVal(element->arg)) : NULL;

	if (text == NULL || !option->read(text, options))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("option \"%s\" of output plugin dynamo cannot be \"%s\"",
		                       option->name, text != NULL ? text : ""),
		                errhint("It takes %s.", option->values)));
}

void
PluginOptionsRead(const List *elements, PluginOptions *options)
{
	bool given[lengthof(known_options)] = { false };
	ListCell *cell;

	memset(options, 0, sizeof(PluginOptions));
	foreach (cell, elements)
	{
		const DefElem *element = lfirst_node(DefElem, cell);
		int option = FindOption(element->defname);

		if (given[option])
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			                errmsg("option \"%s\" of output plugin dynamo is given twice",
			                       element->defname)));
		given[option] = true;
		ReadOption(&known_options[option], element, options);
	}
}

bool
PluginOptionsHaveTable(const PluginOptions *options, Bytes name)
{
	ListCell *cell;

	foreach (cell, options->tables)
		if (BytesEqual(*(const Bytes *) lfirst(cell), name))
			return true;
	return options->tables == NIL;
}
