/*
 * Writes decoded changes as records of DynamoDB Streams, one JSON text each.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "change/change_record.h"
#include "change/decode/sink.h"

#define CHANGES_BETWEEN_REPORTS 100

static bool began;     /* something of the transaction was written */
static int unreported; /* changes since something was written or the client was told */

/* Writes a mark of the transaction, where those are asked for. */
static void
WriteMark(const DecodedTransaction *source, const char *name)
{
	LogicalDecodingContext *context = source->context;

	if (!source->options->transactions)
		return;
	OutputPluginPrepareWrite(context, true);
	appendStringInfo(context->out,
	                 "{\"transaction\":\"%s\",\"transactionId\":%u,\"commitTime\":%lld,"
	                 "\"commitLsn\":\"%X/%X\"}",
	                 name, source->transaction->xid,
	                 (long long) timestamptz_to_time_t(source->transaction->xact_time.commit_time),
	                 LSN_FORMAT_ARGS(source->transaction->final_lsn));
	OutputPluginWrite(context, true);
}

static void
TextBegin(void)
{
	began = false;
}

/* Transactions of which nothing is written have no marks. `partition` is of a TRUNCATE, or NULL. */
static void
WriteRecord(const DecodedTransaction *source, const StreamedTable *table,
            const LoggedChange *change, const char *partition)
{
	const RecordStream stream = { table->arn, table->view, &table->key };
	const RecordForm form = { .plain = source->options->plain,
		                      .with_arn = true,
		                      .partition = partition };
	JsonWriter writer;

	if (!began)
		WriteMark(source, "BEGIN");
	began = true;
	unreported = 0;
	OutputPluginPrepareWrite(source->context, true);
	JsonWriterInit(&writer, source->context->out, false);
	ChangeRecordWrite(&writer, &stream, change, &form);
	OutputPluginWrite(source->context, true);
}

static void
TextChange(const DecodedTransaction *source, const StreamedTable *table, Relation leaf,
           const LoggedChange *change)
{
	WriteRecord(source, table, change, NULL);
}

static bool
Names(Relation *relations, int count, Oid relation)
{
	for (int i = 0; i < count; i++)
		if (RelationGetRelid(relations[i]) == relation)
			return true;
	return false;
}

/* TRUNCATE names a table and its leaves, which is told of once, or leaves alone. */
static void
TextTruncate(const DecodedTransaction *source, const StreamedTable *table, Relation relation,
             Relation *all, int count, const LoggedChange *change)
{
	bool is_leaf = RelationGetRelid(relation) != table->relation;

	if (!is_leaf || !Names(all, count, table->relation))
		WriteRecord(source, table, change, is_leaf ? RelationGetRelationName(relation) : NULL);
}

static void
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

/* A client that gets nothing for long takes the server for dead. */
static void
TextProgress(const DecodedTransaction *source)
{
	if (++unreported < CHANGES_BETWEEN_REPORTS)
		return;
	unreported = 0;
	OutputPluginUpdateProgress(source->context, false);
}

static void
TextCommit(const DecodedTransaction *source)
{
	if (began)
		WriteMark(source, "COMMIT");
	OutputPluginUpdateProgress(source->context, !began);
}

const DecodeSink text_sink = {
	.begin = TextBegin,
	.change = TextChange,
	.truncate = TextTruncate,
	.lacks_old_item = RaiseNoOldItem,
	.progress = TextProgress,
	.commit = TextCommit,
};
