/*
 * Hands decoded changes to the capture worker.
 */
#include "postgres.h"

#include "change/decode/sink.h"

static const LogSink *capture; /* NULL: this process is no capture worker */

void
DecodeIntoLog(const LogSink *sink)
{
	capture = sink;
}

const LogSink *
DecodesIntoLog(void)
{
	return capture;
}

static void
LogChange(const DecodedTransaction *source, const StreamedTable *table, Relation leaf,
          const LoggedChange *change)
{
	capture->change(RelationGetRelid(leaf), table->label, change);
}

/* The log has leaves alone. */
static void
LogTruncate(const DecodedTransaction *source, const StreamedTable *table, Relation relation,
            Relation *all, int count, const LoggedChange *change)
{
	if (RelationGetRelid(relation) != table->relation)
		capture->change(RelationGetRelid(relation), table->label, change);
}

static void
LogBroken(const StreamedTable *table)
{
	capture->broken(table->relation, table->label);
}

static void
LogCommit(const DecodedTransaction *source)
{
	capture->commit(source->transaction->xact_time.commit_time);
}

const DecodeSink log_sink = {
	.change = LogChange,
	.truncate = LogTruncate,
	.lacks_old_item = LogBroken,
	.unreadable = LogBroken,
	.commit = LogCommit,
};
