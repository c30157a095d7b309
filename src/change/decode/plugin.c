/*
 * The output plugin dynamo of logical replication slots: the changes of items, in the order of
 * their commits, as records of DynamoDB Streams, one JSON text each.
 *
 * There are no callbacks for transactions that have not committed: a sequence number is made of
 * where the commit lies. PostgreSQL spills large transactions to files, and hands prepared ones
 * over at COMMIT PREPARED.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "replication/logical.h"
#include "replication/output_plugin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "change/change_record.h"
#include "change/decode/plugin_option.h"
#include "change/decode/streamed_table.h"
#include "compat.h"
#include "storage/relation/deletion_mark.h"

/* Which headers of PostgreSQL 15 do not declare. */
extern PGDLLEXPORT void _PG_output_plugin_init(OutputPluginCallbacks *callbacks);

#define ITEM_COLUMN 1
#define CHANGES_BETWEEN_REPORTS 100

typedef struct Decoder
{
	PluginOptions options;
	MemoryContext context; /* of one change, reset after it */
	uint64 change;         /* its number in the transaction, of all that are handed over */
	bool began;            /* something of the transaction was written */
	char *expiring;        /* the table whose items time to live deletes; NULL: none */
	int unreported;        /* changes since something was written or the client was told */
} Decoder;

static Decoder *
DecoderOf(const LogicalDecodingContext *context)
{
	return context->output_plugin_private;
}

/* --- what is written --- */

/* Writes a mark of the transaction, where those are asked for. */
static void
WriteMark(LogicalDecodingContext *context, const ReorderBufferTXN *transaction, const char *name)
{
	if (!DecoderOf(context)->options.transactions)
		return;
	OutputPluginPrepareWrite(context, true);
	appendStringInfo(context->out,
	                 "{\"transaction\":\"%s\",\"transactionId\":%u,\"commitTime\":%lld,"
	                 "\"commitLsn\":\"%X/%X\"}",
	                 name, transaction->xid,
	                 (long long) timestamptz_to_time_t(transaction->xact_time.commit_time),
	                 LSN_FORMAT_ARGS(transaction->final_lsn));
	OutputPluginWrite(context, true);
}

/* Transactions of which nothing is written have no marks. */
static void
BeginWrite(LogicalDecodingContext *context, const ReorderBufferTXN *transaction)
{
	Decoder *decoder = DecoderOf(context);

	if (!decoder->began)
		WriteMark(context, transaction, "BEGIN");
	decoder->began = true;
	decoder->unreported = 0;
	OutputPluginPrepareWrite(context, true);
}

/* `part` tells two records of one change apart. */
static SequenceNumber
SequenceOf(const Decoder *decoder, const ReorderBufferTXN *transaction, int part)
{
	return (SequenceNumber){ .epoch = FIRST_EPOCH,
		                     .commit = transaction->final_lsn,
		                     .number = decoder->change * 2 + part };
}

/* `partition` is that of a TRUNCATE, or NULL. */
static void
WriteRecord(LogicalDecodingContext *context, const ReorderBufferTXN *transaction,
            const StreamedTable *table, LoggedChange *change, const char *partition)
{
	const RecordStream stream = { table->arn, table->view, &table->key };
	const RecordForm form = { .plain = DecoderOf(context)->options.plain,
		                      .with_arn = true,
		                      .partition = partition };
	JsonWriter writer;

	change->time = transaction->xact_time.commit_time;
	change->transaction = transaction->xid;
	BeginWrite(context, transaction);
	JsonWriterInit(&writer, context->out, false);
	ChangeRecordWrite(&writer, &stream, change, &form);
	OutputPluginWrite(context, true);
}

static void
WriteItemRecord(LogicalDecodingContext *context, const ReorderBufferTXN *transaction,
                const StreamedTable *table, int part, LoggedChange change)
{
	const Decoder *decoder = DecoderOf(context);

	change.sequence = SequenceOf(decoder, transaction, part);
	change.by_service = change.new_item == NULL && decoder->expiring != NULL &&
	                    BytesEqual(BytesFromCString(decoder->expiring), table->name);
	WriteRecord(context, transaction, table, &change, NULL);
}

/* --- items --- */

/* False where the row has none: SQL may take NOT NULL off the column, and such a row is no item. */
static bool
GetItem(Relation leaf, HeapTuple tuple, Datum *item)
{
	TupleDesc columns = RelationGetDescr(leaf);
	bool null;

	if (tuple == NULL)
		return false;
	if (columns->natts < ITEM_COLUMN || TupleDescAttr(columns, 0)->atttypid != JSONBOID)
		ereport(ERROR,
		        (errcode(ERRCODE_DATA_CORRUPTED),
		         errmsg("relation \"%s\" has no column of items", RelationGetRelationName(leaf))));
	*item = heap_getattr(tuple, ITEM_COLUMN, columns, &null);
	return !null;
}

/* What an update leaves alone is not in WAL again where it lies out of line. */
static bool
IsUnchanged(Datum item)
{
	return VARATT_IS_EXTERNAL_ONDISK(DatumGetPointer(item));
}

pg_noreturn static void
RaiseNoOldItem(const StreamedTable *table)
{
	char *name = BytesToCString(table->name);

	ereport(ERROR,
	        (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
	         errmsg("WAL lacks the old item of a change of table \"%s\"", name),
	         errdetail("The table had a replica identity other than FULL when it was changed."),
	         errhint("Call dynamo.set_replica_identity(%s, 'full'), and"
	                 " pg_replication_slot_advance() to go past the change.",
	                 quote_literal_cstr(name))));
}

/* A transaction that finds a key absent holds it by a row that it deletes without an identity. */
static bool
IsPlaceholder(Relation leaf, const ReorderBufferChange *change)
{
	return change->action == REORDER_BUFFER_CHANGE_DELETE && change->data.tp.oldtuple == NULL &&
	       leaf->rd_rel->relreplident == REPLICA_IDENTITY_FULL;
}

static void
WriteItems(LogicalDecodingContext *context, const ReorderBufferTXN *transaction,
           const StreamedTable *table, const Jsonb *old_item, const Jsonb *new_item)
{
	if (old_item == NULL || new_item == NULL || KeysAreEqual(&table->key, old_item, new_item))
	{
		WriteItemRecord(context, transaction, table, 0,
		                (LoggedChange){ .old_item = old_item, .new_item = new_item });
		return;
	}
	/* Only SQL can do so. */
	WriteItemRecord(context, transaction, table, 0, (LoggedChange){ .old_item = old_item });
	WriteItemRecord(context, transaction, table, 1, (LoggedChange){ .new_item = new_item });
}

static void
WriteChange(LogicalDecodingContext *context, const ReorderBufferTXN *transaction, Relation leaf,
            const StreamedTable *table, const ReorderBufferChange *change)
{
	HeapTuple old_tuple = DecodedTuple(change->data.tp.oldtuple);
	HeapTuple new_tuple = DecodedTuple(change->data.tp.newtuple);
	const Jsonb *old_item = NULL;
	const Jsonb *new_item = NULL;
	Datum item;

	if (IsPlaceholder(leaf, change))
		return;
	if (change->action != REORDER_BUFFER_CHANGE_INSERT && old_tuple == NULL)
		RaiseNoOldItem(table);
	if (GetItem(leaf, new_tuple, &item))
	{
		if (IsUnchanged(item))
			return;
		new_item = DatumGetJsonbP(item);
	}
	if (GetItem(leaf, old_tuple, &item))
		old_item = DatumGetJsonbP(item);
	if ((old_item == NULL && new_item == NULL) ||
	    (old_item != NULL && new_item != NULL && ItemsAreEqual(old_item, new_item)))
		return;
	WriteItems(context, transaction, table, old_item, new_item);
}

/* --- callbacks --- */

/* Creating a slot decodes nothing, and has no options. */
static void
Startup(LogicalDecodingContext *context, OutputPluginOptions *output, bool is_init)
{
	Decoder *decoder;

	output->output_type = OUTPUT_PLUGIN_TEXTUAL_OUTPUT;
	output->receive_rewrites = false;
	if (is_init)
		return;
	decoder = palloc0_object(Decoder);
	PluginOptionsRead(context->output_plugin_options, &decoder->options);
	decoder->context =
	    AllocSetContextCreate(context->context, "decoded change", ALLOCSET_DEFAULT_SIZES);
	StreamedTablesStart(context->context, &decoder->options);
	context->output_plugin_private = decoder;
}

static void
Begin(LogicalDecodingContext *context, ReorderBufferTXN *transaction)
{
	Decoder *decoder = DecoderOf(context);

	decoder->change = 0;
	decoder->began = false;
	if (decoder->expiring != NULL)
		pfree(decoder->expiring);
	decoder->expiring = NULL;
}

static void
Commit(LogicalDecodingContext *context, ReorderBufferTXN *transaction, XLogRecPtr commit)
{
	bool began = DecoderOf(context)->began;

	if (began)
		WriteMark(context, transaction, "COMMIT");
	OutputPluginUpdateProgress(context, !began);
}

/* A client that gets nothing for long takes the server for dead. */
static void
Report(LogicalDecodingContext *context)
{
	Decoder *decoder = DecoderOf(context);

	if (++decoder->unreported < CHANGES_BETWEEN_REPORTS)
		return;
	decoder->unreported = 0;
	OutputPluginUpdateProgress(context, false);
}

static void
Change(LogicalDecodingContext *context, ReorderBufferTXN *transaction, Relation relation,
       ReorderBufferChange *change)
{
	Decoder *decoder = DecoderOf(context);
	MemoryContext caller = MemoryContextSwitchTo(decoder->context);
	const StreamedTable *table = StreamedTableOf(relation);

	CHECK_FOR_INTERRUPTS();
	decoder->change++;
	if (table != NULL)
		WriteChange(context, transaction, relation, table, change);
	Report(context);
	MemoryContextSwitchTo(caller);
	MemoryContextReset(decoder->context);
}

static bool
Names(int count, Relation relations[], Oid relation)
{
	for (int i = 0; i < count; i++)
		if (RelationGetRelid(relations[i]) == relation)
			return true;
	return false;
}

/* TRUNCATE names a table and its leaves, which is told of once, or leaves alone. */
static void
Truncate(LogicalDecodingContext *context, ReorderBufferTXN *transaction, int count,
         Relation relations[], ReorderBufferChange *change)
{
	Decoder *decoder = DecoderOf(context);
	MemoryContext caller = MemoryContextSwitchTo(decoder->context);

	for (int i = 0; i < count; i++)
	{
		const StreamedTable *table = StreamedTableOf(relations[i]);
		LoggedChange truncation = { .truncates = true };
		bool is_leaf;

		decoder->change++;
		if (table == NULL)
			continue;
		is_leaf = RelationGetRelid(relations[i]) != table->relation;
		if (is_leaf && Names(count, relations, table->relation))
			continue;
		truncation.sequence = SequenceOf(decoder, transaction, 0);
		WriteRecord(context, transaction, table, &truncation,
		            is_leaf ? RelationGetRelationName(relations[i]) : NULL);
	}
	MemoryContextSwitchTo(caller);
	MemoryContextReset(decoder->context);
}

/* The table whose items are deleted by time to live from here on, as the message says; or NULL. */
static char *
ExpiringTable(Bytes message)
{
	static const Bytes before = { DELETION_MARK_TABLE, sizeof(DELETION_MARK_TABLE) - 1 };
	static const Bytes after = { DELETION_MARK_IDENTITY SERVICE_IDENTITY "}",
		                         sizeof(DELETION_MARK_IDENTITY SERVICE_IDENTITY "}") - 1 };
	int name_length = message.length - before.length - after.length;

	if (name_length < 0 || !BytesBeginWith(message, before) ||
	    memcmp(message.data + before.length + name_length, after.data, after.length) != 0)
		return NULL;
	return pnstrdup(message.data + before.length, name_length);
}

static void
Message(LogicalDecodingContext *context, ReorderBufferTXN *transaction, XLogRecPtr place,
        bool transactional, const char *prefix, Size length, const char *message)
{
	Decoder *decoder = DecoderOf(context);
	MemoryContext caller;

	if (!transactional || strcmp(prefix, DELETION_MARK_PREFIX) != 0 || length > PG_INT16_MAX)
		return;
	caller = MemoryContextSwitchTo(context->context);
	if (decoder->expiring != NULL)
		pfree(decoder->expiring);
	decoder->expiring = ExpiringTable((Bytes){ message, length });
	MemoryContextSwitchTo(caller);
}

void
_PG_output_plugin_init(OutputPluginCallbacks *callbacks)
{
	callbacks->startup_cb = Startup;
	callbacks->begin_cb = Begin;
	callbacks->change_cb = Change;
	callbacks->truncate_cb = Truncate;
	callbacks->commit_cb = Commit;
	callbacks->message_cb = Message;
}
