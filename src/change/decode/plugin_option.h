/*
 * Options of the output plugin (docs/streams.md has the list).
 */
#ifndef DYNAMO_PLUGIN_OPTION_H
#define DYNAMO_PLUGIN_OPTION_H

#include "storage/catalog/stream.h"

#include "nodes/pg_list.h"

typedef struct PluginOptions
{
	List *tables;  /* of palloc'd Bytes, the names; NIL: every table with a stream */
	bool any_view; /* false: each stream's own, else `view` */
	StreamView view;
	bool plain;        /* items as plain JSON, else DynamoDB JSON */
	bool transactions; /* marks at begin and commit */
	bool hidden;       /* also changes of hidden streams: not an option, but the change log's */
} PluginOptions;

/* Reads a list of DefElem. Raises invalid_parameter_value for an option that is unknown or wrong.
 */
extern void PluginOptionsRead(const List *elements, PluginOptions *options);

/* Whether the records of the table are asked for. */
extern bool PluginOptionsHaveTable(const PluginOptions *options, Bytes name);

#endif
