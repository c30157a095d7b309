/*
 * Batches: the next records of a shard, as the event that a target is called with.
 */
#ifndef DYNAMO_EVENT_BATCH_H
#define DYNAMO_EVENT_BATCH_H

#include "trigger/filter/event_filters.h"
#include "trigger/shard_progress.h"
#include "trigger/trigger_catalog.h"

#include "lib/stringinfo.h"

/* What batches of a shard are read by. */
typedef struct BatchSource
{
	const EventTrigger *trigger;
	const StreamRow *stream;
	const StreamShard *shard;
	const EventFilters *filters;
	const SequenceNumber *captured; /* read before the snapshot under which the shard was */
	bool for_jsonb;                 /* the event's text is for JsonToJsonb */
} BatchSource;

typedef struct EventBatch
{
	StringInfoData event;      /* {"Records":[...]} */
	bool for_jsonb;            /* as of the source */
	int count;                 /* of records */
	SequenceNumber *sequences; /* of them */
	TimestampTz oldest;        /* the commit of the first one; 0: there is none */
	SequenceNumber end;        /* where reading goes on behind it */
	int passed;                /* changes that the filters leave out, among them and behind them */
	bool expired; /* the records are older than the trigger wants them: none is to be called with */
	bool more;    /* there is more to read at once */
	bool at_end;  /* `end` is the end of the shard, which is closed */
} EventBatch;

/*
 * Reads what follows the position, in the current context: at most `limit` records and
 * MAX_BATCH_BYTES, all expired or none.
 */
extern EventBatch *EventBatchRead(const BatchSource *source, const SequenceNumber *position,
                                  int limit);

#endif
