/*
 * The output plugin dynamo of logical replication slots: the changes of items, in the order of
 * their commits, for one of two sinks: records of DynamoDB Streams, one JSON text each, or the
 * change log.
 *
 * There are no callbacks for transactions that have not committed: a sequence number is made of
 * where the commit lies. PostgreSQL spills large transactions to files, and hands prepared ones
 * over at COMMIT PREPARED.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "change/change_record.h"
#include "change/decode/sink.h"
#include "compat.h"
#include "error/guard.h"
#include "storage/region/deletion_stamp.h"
#include "storage/region/replicated_leaf.h"
#include "storage/relation/deletion_mark.h"
#include "storage/stream/change_epoch.h"

/* Which headers of PostgreSQL 15 do not declare. */
extern PGDLLEXPORT void _PG_output_plugin_init(OutputPluginCallbacks *callbacks);

#define ITEM_COLUMN 1

typedef struct Decoder
{
	PluginOptions options;
	const DecodeSink *sink;
	MemoryContext context; /* of one change, reset after it */
	ChangeEpoch *epochs;   /* of which records may be */
	int epoch_count;
	uint32 epoch;         /* of the transaction */
	uint64 change;        /* its number in the transaction, of all that are handed over */
	char *expiring;       /* the table whose items time to live deletes; NULL: none */
	int64 deletion_stamp; /* of the deletion that follows; 0: it has none */
} Decoder;

/* A change of a relation of a streamed table. */
typedef struct DecodedChange
{
	DecodedTransaction source;
	const Decoder *decoder;
	const StreamedTable *table;
	Relation relation;
	int64 stamp;   /* of the change in a global table; 0: none */
	bool restamps; /* only that has changed */
} DecodedChange;

static Decoder *
DecoderOf(const LogicalDecodingContext *context)
{
	return context->output_plugin_private;
}

static DecodedTransaction
SourceOf(LogicalDecodingContext *context, const ReorderBufferTXN *transaction)
{
	return (DecodedTransaction){ context, transaction, &DecoderOf(context)->options };
}

/* `part` tells two records of one change apart. */
static void
PlaceChange(const DecodedChange *decoded, int part, LoggedChange *change)
{
	const ReorderBufferTXN *transaction = decoded->source.transaction;

	change->sequence = (SequenceNumber){ .epoch = decoded->decoder->epoch,
		                                 .commit = transaction->final_lsn,
		                                 .number = decoded->decoder->change * 2 + part };
	change->time = transaction->xact_time.commit_time;
	change->transaction = transaction->xid;
}

static void
EmitPart(const DecodedChange *decoded, int part, const Jsonb *old_item, const Jsonb *new_item)
{
	const char *expiring = decoded->decoder->expiring;
	LoggedChange change = { .old_item = old_item,
		                    .new_item = new_item,
		                    .stamp = decoded->stamp,
		                    .restamps = decoded->restamps };

	PlaceChange(decoded, part, &change);
	change.by_service = new_item == NULL && expiring != NULL &&
	                    BytesEqual(BytesFromCString(expiring), decoded->table->name);
	decoded->decoder->sink->change(&decoded->source, decoded->table, decoded->relation, &change);
}

/* --- items --- */

/*
 * False where the row has none: SQL may take NOT NULL off the column, and such a row is no item. It
 * may also take the constraints off, and put in what is no item.
 */
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

/* The row's, in a global table; 0: none. */
static int64
GetStamp(Relation leaf, HeapTuple tuple)
{
	TupleDesc columns = RelationGetDescr(leaf);
	AttrNumber column = columns->natts > 1 ? StampColumn(columns) : InvalidAttrNumber;
	bool null;
	Datum stamp;

	if (tuple == NULL || column == InvalidAttrNumber)
		return 0;
	stamp = heap_getattr(tuple, column, columns, &null);
	return null ? 0 : DatumGetInt64(stamp);
}

/* What an update leaves alone is not in WAL again where it lies out of line. */
static bool
IsUnchanged(Datum item)
{
	return VARATT_IS_EXTERNAL_ONDISK(DatumGetPointer(item));
}

/* A transaction that finds a key absent holds it by a row that it deletes without an identity. */
static bool
IsPlaceholder(Relation leaf, const ReorderBufferChange *change)
{
	return change->action == REORDER_BUFFER_CHANGE_DELETE && change->data.tp.oldtuple == NULL &&
	       leaf->rd_rel->relreplident == REPLICA_IDENTITY_FULL;
}

/* What a change has done to an item. */
typedef struct ItemChange
{
	const DecodedChange *decoded;
	HeapTuple old_tuple;
	HeapTuple new_tuple;
	const Jsonb *old_item; /* NULL: there was none */
	const Jsonb *new_item;
	bool is_none; /* nothing has changed */
	bool moves;   /* it is another item's now */
} ItemChange;

static const Jsonb *
ItemOf(const DecodedChange *decoded, Datum datum)
{
	const Jsonb *item = DatumGetJsonbP(datum);

	if (!JB_ROOT_IS_OBJECT(item))
		ereport(ERROR,
		        (errcode(ERRCODE_DATA_CORRUPTED), errmsg("table \"%.*s\" has a row that is no item",
		                                                 BYTES_ARGS(decoded->table->name))));
	return item;
}

static void
ReadItems(void *state)
{
	ItemChange *items = state;
	Relation leaf = items->decoded->relation;
	Datum item;

	if (GetItem(leaf, items->new_tuple, &item))
	{
		items->is_none = IsUnchanged(item);
		if (!items->is_none)
			items->new_item = ItemOf(items->decoded, item);
	}
	if (GetItem(leaf, items->old_tuple, &item))
		items->old_item = ItemOf(items->decoded, item);
	if (items->is_none)
		return;
	if (items->old_item == NULL || items->new_item == NULL)
		items->is_none = items->old_item == NULL && items->new_item == NULL;
	else if (ItemsAreEqual(items->old_item, items->new_item))
		items->is_none = true;
	else
		items->moves = !KeysAreEqual(&items->decoded->table->key, items->old_item, items->new_item);
}

/* And not of what the process lacks, or is told. */
static bool
IsOfItems(const ErrorData *error)
{
	switch (ERRCODE_TO_CATEGORY(error->sqlerrcode))
	{
		case ERRCODE_INSUFFICIENT_RESOURCES:
		case ERRCODE_OPERATOR_INTERVENTION:
		case ERRCODE_SYSTEM_ERROR:
			return false;
		default:
			return true;
	}
}

/* False where the sink has taken it that they cannot be read. */
static bool
TryReadItems(ItemChange *items)
{
	const DecodedChange *decoded = items->decoded;
	const DecodeSink *sink = decoded->decoder->sink;

	if (sink->unreadable == NULL)
		ReadItems(items);
	else if (Guard(ReadItems, items, IsOfItems) != NULL)
	{
		sink->unreadable(decoded->table);
		return false;
	}
	return true;
}

/* Only SQL can change the key: one item goes, and another comes. */
static void
EmitItems(const ItemChange *items)
{
	if (!items->moves)
	{
		EmitPart(items->decoded, 0, items->old_item, items->new_item);
		return;
	}
	EmitPart(items->decoded, 0, items->old_item, NULL);
	EmitPart(items->decoded, 1, NULL, items->new_item);
}

/* Regions must know of a stamp; no one else does. The old item is whole in any case. */
static void
EmitStamp(DecodedChange *decoded, const ItemChange *items)
{
	if (DecodesIntoLog() == NULL || decoded->stamp == 0 || items->old_item == NULL ||
	    decoded->stamp == GetStamp(decoded->relation, items->old_tuple))
		return;
	decoded->restamps = true;
	EmitPart(decoded, 0, items->old_item, items->old_item);
}

/* Only of a leaf with stamps: the message before it may have been of a deletion that did not
 * happen. */
static int64
TakeDeletionStamp(const DecodedChange *decoded)
{
	TupleDesc columns = RelationGetDescr(decoded->relation);

	if (columns->natts == 1 || StampColumn(columns) == InvalidAttrNumber)
		return 0;
	return decoded->decoder->deletion_stamp;
}

static void
EmitChange(DecodedChange *decoded, const ReorderBufferChange *change)
{
	ItemChange items = { .decoded = decoded,
		                 .old_tuple = DecodedTuple(change->data.tp.oldtuple),
		                 .new_tuple = DecodedTuple(change->data.tp.newtuple) };

	if (IsPlaceholder(decoded->relation, change))
		return;
	if (change->action == REORDER_BUFFER_CHANGE_DELETE)
		decoded->stamp = TakeDeletionStamp(decoded);
	else
		decoded->stamp = GetStamp(decoded->relation, items.new_tuple);
	if (change->action != REORDER_BUFFER_CHANGE_INSERT && items.old_tuple == NULL)
		decoded->decoder->sink->lacks_old_item(decoded->table);
	else if (TryReadItems(&items))
	{
		if (items.is_none)
			EmitStamp(decoded, &items);
		else
			EmitItems(&items);
	}
}

/* --- callbacks --- */

/* As they are now. A walsender decodes outside of transactions. */
static void
ReadEpochs(Decoder *decoder)
{
	MemoryContext caller = CurrentMemoryContext;
	bool own = !IsTransactionState();
	ChangeEpoch *epochs;

	if (own)
		StartTransactionCommand();
	epochs = ChangeEpochs(&decoder->epoch_count);
	MemoryContextSwitchTo(caller);
	decoder->epochs = palloc(sizeof(ChangeEpoch) * decoder->epoch_count);
	if (epochs != NULL)
		memcpy(decoder->epochs, epochs, sizeof(ChangeEpoch) * decoder->epoch_count);
	if (own)
		CommitTransactionCommand();
	MemoryContextSwitchTo(caller);
}

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
	decoder->options.hidden = DecodesIntoLog() != NULL;
	decoder->sink = DecodesIntoLog() != NULL ? &log_sink : &text_sink;
	decoder->context =
	    AllocSetContextCreate(context->context, "decoded change", ALLOCSET_DEFAULT_SIZES);
	StreamedTablesStart(context->context, &decoder->options);
	if (DecodesIntoLog() == NULL)
		ReadEpochs(decoder);
	context->output_plugin_private = decoder;
}

/* The last epoch that had begun. A slot may be older than all. */
static uint32
EpochOf(const Decoder *decoder, XLogRecPtr commit)
{
	if (DecodesIntoLog() != NULL)
		return DecodesIntoLog()->epoch;
	for (int i = decoder->epoch_count - 1; i >= 0; i--)
		if (decoder->epochs[i].start <= commit)
			return decoder->epochs[i].epoch;
	return FIRST_EPOCH;
}

static void
Begin(LogicalDecodingContext *context, ReorderBufferTXN *transaction)
{
	Decoder *decoder = DecoderOf(context);

	decoder->epoch = EpochOf(decoder, transaction->final_lsn);
	decoder->change = 0;
	if (decoder->expiring != NULL)
		pfree(decoder->expiring);
	decoder->expiring = NULL;
	decoder->deletion_stamp = 0;
	if (decoder->sink->begin != NULL)
		decoder->sink->begin();
}

static void
Commit(LogicalDecodingContext *context, ReorderBufferTXN *transaction, XLogRecPtr commit)
{
	DecodedTransaction source = SourceOf(context, transaction);

	DecoderOf(context)->sink->commit(&source);
}

static void
Change(LogicalDecodingContext *context, ReorderBufferTXN *transaction, Relation relation,
       ReorderBufferChange *change)
{
	Decoder *decoder = DecoderOf(context);
	MemoryContext caller = MemoryContextSwitchTo(decoder->context);
	DecodedChange decoded = { .source = SourceOf(context, transaction),
		                      .decoder = decoder,
		                      .table = StreamedTableOf(relation),
		                      .relation = relation };

	CHECK_FOR_INTERRUPTS();
	decoder->change++;
	if (decoded.table != NULL && decoded.table->unreadable)
		decoder->sink->unreadable(decoded.table);
	else if (decoded.table != NULL)
		EmitChange(&decoded, change);
	if (decoder->sink->progress != NULL)
		decoder->sink->progress(&decoded.source);
	MemoryContextSwitchTo(caller);
	MemoryContextReset(decoder->context);
}

static void
Truncate(LogicalDecodingContext *context, ReorderBufferTXN *transaction, int count,
         Relation relations[], ReorderBufferChange *change)
{
	Decoder *decoder = DecoderOf(context);
	MemoryContext caller = MemoryContextSwitchTo(decoder->context);

	for (int i = 0; i < count; i++)
	{
		DecodedChange decoded = { .source = SourceOf(context, transaction),
			                      .decoder = decoder,
			                      .table = StreamedTableOf(relations[i]),
			                      .relation = relations[i] };
		LoggedChange truncation = { .truncates = true };

		decoder->change++;
		if (decoded.table == NULL)
			continue;
		if (decoded.table->unreadable)
		{
			decoder->sink->unreadable(decoded.table);
			continue;
		}
		PlaceChange(&decoded, 0, &truncation);
		decoder->sink->truncate(&decoded.source, decoded.table, relations[i], relations, count,
		                        &truncation);
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

	if (transactional && strcmp(prefix, DELETION_STAMP_PREFIX) == 0 &&
	    length == sizeof(decoder->deletion_stamp))
		memcpy(&decoder->deletion_stamp, message, sizeof(decoder->deletion_stamp));
	if (!transactional || strcmp(prefix, DELETION_MARK_PREFIX) != 0 || length > PG_INT16_MAX)
		return;
	caller = MemoryContextSwitchTo(context->context);
	if (decoder->expiring != NULL)
		pfree(decoder->expiring);
	decoder->expiring = ExpiringTable((Bytes){ message, length });
	MemoryContextSwitchTo(caller);
}

/* What the capture worker writes itself is none of its business. */
static bool
IsOwn(LogicalDecodingContext *context, RepOriginId origin)
{
	return DecodesIntoLog() != NULL && origin == DecodesIntoLog()->origin;
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
	callbacks->filter_by_origin_cb = IsOwn;
}
