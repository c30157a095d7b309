/*
 * Where decoded changes go: records as text, for who reads a slot, or the change log, in the
 * capture worker's process.
 */
#ifndef DYNAMO_SINK_H
#define DYNAMO_SINK_H

#include "change/decode/plugin_option.h"
#include "change/decode/streamed_table.h"
#include "change/log/chunk.h"

#include "replication/logical.h"
#include "replication/output_plugin.h"

/* A transaction that is decoded. */
typedef struct DecodedTransaction
{
	LogicalDecodingContext *context;
	const ReorderBufferTXN *transaction;
	const PluginOptions *options;
} DecodedTransaction;

typedef struct DecodeSink
{
	void (*begin)(void);
	void (*change)(const DecodedTransaction *source, const StreamedTable *table, Relation leaf,
	               const LoggedChange *change);

	/* A relation of the table's, one of those that are truncated by one change. */
	void (*truncate)(const DecodedTransaction *source, const StreamedTable *table,
	                 Relation relation, Relation *all, int count, const LoggedChange *change);

	/* WAL has no old item of a change. Raises an error, or returns: the change is skipped. */
	void (*lacks_old_item)(const StreamedTable *table);

	/* The items of a change are none: it is skipped. NULL: that is an error. */
	void (*unreadable)(const StreamedTable *table);

	/* After each change of any relation, and at the end of the transaction. */
	void (*progress)(const DecodedTransaction *source);
	void (*commit)(const DecodedTransaction *source);
} DecodeSink;

extern const DecodeSink text_sink;

/* What the capture worker wants: changes of the epoch, by none of its own transactions. */
typedef struct LogSink
{
	uint32 epoch;
	RepOriginId origin; /* of its transactions */
	void (*change)(Oid leaf, int64 label, const LoggedChange *change);
	void (*broken)(Oid relation, int64 label); /* a change of the stream's is missing */
	void (*commit)(TimestampTz time);
} LogSink;

/* For the rest of the process's life, which decodes for the log alone. */
extern void DecodeIntoLog(const LogSink *sink);

/* NULL in other processes. */
extern const LogSink *DecodesIntoLog(void);

extern const DecodeSink log_sink;

#endif
