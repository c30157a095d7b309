/*
 * See delivery.h.
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "change/log/log_horizon.h"
#include "maintenance/maintenance.h"
#include "model/resource_name.h"
#include "storage/query/ddl.h"
#include "trigger/endpoint/endpoint_credential.h"
#include "trigger/kinesis/delivery.h"
#include "trigger/kinesis/kinesis_setting.h"

#define WORK "destinations"
#define PUT_TIMEOUT 30000  /* milliseconds */
#define ASK_TIMEOUT 10000  /* the same */
#define MAX_CALLS_OF_ONE 4 /* at once: others of the database have the rest */
#define MAX_ASKINGS 8      /* of a stream, when nothing answers */
#define CAPTURE_LOOK 200   /* milliseconds between two looks whether changes are captured yet */
#define FIRST_PAUSE 100    /* milliseconds after a failure; twice as many after the next */
#define LONGEST_PAUSE 30000
#define STORE_SECONDS 600 /* progress without records is stored as often as this */

/* What the service says (DestinationStatusDescription). */
#define NO_PERMISSION "User does not have a permission to use kinesis stream"
#define OTHER_REGION                                                                         \
	"The kinesis Arn used to enable kinesis replication belongs to a stream which is not in" \
	" the current region"
#define NOT_ACTIVE                                                                           \
	"The kinesis Arn used to enable kinesis replication belongs to a stream which is not in" \
	" Active state"

/* --- transactions --- */

static void
Begin(void)
{
	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
}

/* Leaves the context that the transaction was begun in. */
static void
Commit(MemoryContext caller)
{
	PopActiveSnapshot();
	CommitTransactionCommand();
	MemoryContextSwitchTo(caller);
}

/* --- what is known --- */

/* In the transaction's memory. */
static const char *
FaultOfSettings(const Delivery *delivery, EndpointSignature *signature)
{
	if (kinesis_endpoint[0] == '\0')
		return "dynamo.kinesis_endpoint is not set";
	if (!EndpointCredentialReadShared(kinesis_credential, delivery->owner, signature))
		return psprintf("neither the table's owner nor a superuser has an endpoint credential"
		                " \"%s\"",
		                kinesis_credential);
	return "";
}

/* Keeps `text` in the delivery's memory, instead of what was kept. */
static void
Keep(Delivery *delivery, const char **kept, const char *text)
{
	if (*kept != NULL)
	{
		explicit_bzero((void *) *kept, strlen(*kept));
		pfree((void *) *kept);
	}
	*kept = text == NULL ? NULL : MemoryContextStrdup(delivery->context, text);
}

static void
ReadSignature(Delivery *delivery)
{
	EndpointSignature signature = { 0 };

	strlcpy(delivery->fault, FaultOfSettings(delivery, &signature), sizeof(delivery->fault));
	Keep(delivery, &delivery->signature.access_key, signature.access_key);
	Keep(delivery, &delivery->signature.secret_key, signature.secret_key);
	Keep(delivery, &delivery->signature.session_token, signature.session_token);
	delivery->signature.region = delivery->stream.region;
	delivery->signature.service = "kinesis";
}

static void
CopyKeyAttributes(KeyAttribute *attributes, int count)
{
	for (int i = 0; i < count; i++)
		attributes[i].name = BytesFromCString(BytesToCString(attributes[i].name));
}

static void
AddLeaves(Delivery *delivery, const Table *table)
{
	const Destination *destination = &delivery->destination;

	delivery->leaf_count = table->definition.partitions;
	delivery->leaves =
	    MemoryContextAllocZero(delivery->context, sizeof(LeafDelivery) * delivery->leaf_count);
	for (int i = 0; i < delivery->leaf_count; i++)
	{
		LeafDelivery *leaf = &delivery->leaves[i];

		leaf->delivery = delivery;
		leaf->leaf = table->leaves[i].relation;
		leaf->progress = DestinationProgressRead(destination, leaf->leaf);
		leaf->is_stored = SequenceNumberCompare(&leaf->progress.position, &destination->start) != 0;
	}
}

Delivery *
DeliveryCreate(MemoryContext parent, const Destination *destination)
{
	const Table *table = TableOpenRelation(destination->relation);
	MemoryContext context;
	MemoryContext caller;
	Delivery *delivery;

	if (table == NULL)
		return NULL;
	context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo destination", ALLOCSET_SMALL_SIZES);
	caller = MemoryContextSwitchTo(context);
	delivery = palloc0_object(Delivery);
	delivery->context = context;
	delivery->asking.delivery = delivery;
	delivery->destination = *destination;
	delivery->destination.table = BytesFromCString(BytesToCString(destination->table));
	delivery->destination.stream_arn = pstrdup(destination->stream_arn);
	delivery->key = table->definition.key;
	CopyKeyAttributes(delivery->key.partition, delivery->key.partition_count);
	CopyKeyAttributes(delivery->key.sort, delivery->key.sort_count);
	if (!KinesisStreamRead(destination->stream_arn, &delivery->stream))
		delivery->stream = (KinesisStream){ NULL, NULL };
	AddLeaves(delivery, table);
	MemoryContextSwitchTo(caller);
	DeliveryRefresh(delivery, destination);
	MemoryContextSetParent(context, parent);
	return delivery;
}

void
DeliveryRefresh(Delivery *delivery, const Destination *destination)
{
	delivery->destination.status = destination->status;
	delivery->destination.precision = destination->precision;
	delivery->destination.description = NULL;
	delivery->owner = RelationOwner(destination->relation);
	delivery->changed = false;
	ReadSignature(delivery);
}

static void
EndCall(LeafDelivery *leaf)
{
	if (leaf->call != NULL)
		EndpointCallEnd(leaf->call);
	leaf->call = NULL;
}

void
DeliveryFree(Delivery *delivery)
{
	EndCall(&delivery->asking);
	for (int i = 0; i < delivery->leaf_count; i++)
		EndCall(&delivery->leaves[i]);
	MemoryContextDelete(delivery->context);
}

/* --- failures --- */

static void
Pause(LeafDelivery *leaf)
{
	int64 pause = Min((int64) FIRST_PAUSE << Min(leaf->failures, 16), LONGEST_PAUSE);

	leaf->failures++;
	leaf->not_before = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), pause);
}

static void
NoteFault(LeafDelivery *leaf, const char *fault)
{
	MemoryContext caller = CurrentMemoryContext;

	Pause(leaf);
	Begin();
	DestinationFault(&leaf->delivery->destination, leaf->leaf, &leaf->progress, fault);
	Commit(caller);
}

/* --- the status --- */

/* Is told by the row, too, where it is not the one any more that the worker has read. */
static void
SetStatus(Delivery *delivery, DestinationStatus status, const char *description)
{
	MemoryContext caller = CurrentMemoryContext;

	Begin();
	(void) DestinationChange(&delivery->destination, status, description);
	Commit(caller);
	delivery->changed = true;
}

typedef struct Ending
{
	const Destination *destination;
	DestinationStatus status;
	const char *description;
} Ending;

static void
EndDestination(Table *table, void *state)
{
	const Ending *ending = state;

	if (DestinationChange(ending->destination, ending->status, ending->description))
		TableEndCapture(table);
}

/* With what the destination alone has wanted of the table. */
static void
End(Delivery *delivery, DestinationStatus status, const char *description)
{
	Ending ending = { &delivery->destination, status, description };

	(void) MaintenanceTransaction(delivery->destination.table, EndDestination, &ending);
	delivery->changed = true;
}

/* --- enabling --- */

static void
AskForStream(Delivery *delivery, EndpointCalls *calls)
{
	LeafDelivery *asking = &delivery->asking;

	asking->call =
	    KinesisCallStart(calls, "DescribeStreamSummary", KinesisDescribeBody(&delivery->stream),
	                     &delivery->signature, ASK_TIMEOUT, asking);
}

/* Whether what is to be sent gets into the log by now. */
static bool
IsCaptured(const Delivery *delivery)
{
	SequenceNumber captured;

	return LogCapturedByWorker(&captured) && captured.epoch >= delivery->destination.start.epoch;
}

static void
Enable(Delivery *delivery, EndpointCalls *calls)
{
	if (delivery->stream.name == NULL)
		End(delivery, DESTINATION_ENABLE_FAILED, NO_PERMISSION);
	else if (strcmp(delivery->stream.region, RegionName()) != 0)
		End(delivery, DESTINATION_ENABLE_FAILED, OTHER_REGION);
	else if (delivery->fault[0] != '\0')
		End(delivery, DESTINATION_ENABLE_FAILED, delivery->fault);
	else if (IsCaptured(delivery))
		AskForStream(delivery, calls);
}

/* What the endpoint does not know to answer may be so for a while. */
static bool
MayAskAgain(const LeafDelivery *asking, const EndpointResult *result)
{
	bool passes =
	    result->outcome == ENDPOINT_FAILED || result->status >= 500 || result->status == 429;

	return passes && asking->failures < MAX_ASKINGS;
}

static void
TakeDescription(LeafDelivery *asking, const EndpointResult *result)
{
	Delivery *delivery = asking->delivery;
	char *fault = KinesisFault(result);

	if (fault != NULL && MayAskAgain(asking, result))
	{
		Pause(asking);
		return;
	}
	asking->failures = 0;
	if (fault != NULL)
		End(delivery, DESTINATION_ENABLE_FAILED,
		    result->status == 400 ? psprintf("%s (%s)", NO_PERMISSION, fault) : fault);
	else if (!KinesisStreamIsActive(result))
		End(delivery, DESTINATION_ENABLE_FAILED, NOT_ACTIVE);
	else
		SetStatus(delivery, DESTINATION_ACTIVE, NULL);
}

/* --- sending --- */

static void
StoreProgress(LeafDelivery *leaf)
{
	MemoryContext caller = CurrentMemoryContext;

	Begin();
	DestinationProgressStore(&leaf->delivery->destination, leaf->leaf, &leaf->progress);
	Commit(caller);
	leaf->stored = GetCurrentTimestamp();
	leaf->is_stored = true;
}

static void
NoteLoss(LeafDelivery *leaf, bool lost)
{
	if (lost && !leaf->progress.changes_missing)
	{
		leaf->progress.changes_missing = true;
		ereport(WARNING, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                  errmsg("changes of table \"%.*s\" are missing in its Kinesis destination",
		                         BYTES_ARGS(leaf->delivery->destination.table)),
		                  errdetail("The change log has lost them, or dropped them before they"
		                            " could be sent.")));
	}
}

/*
 * A new epoch says that the log lacks some of what is to be sent, unless sending was to begin with
 * it, and what retention has dropped is noted: to be asked after the log has been read.
 */
static bool
HasLost(const LeafDelivery *leaf, const SequenceNumber *captured)
{
	const SequenceNumber *position = &leaf->progress.position;
	SequenceNumber dropped;

	return (leaf->is_stored && position->epoch < captured->epoch) ||
	       (LogDropped(leaf->leaf, &dropped) && SequenceNumberCompare(position, &dropped) <= 0);
}

/* What the log has been found to have nothing of. */
static void
PassOver(LeafDelivery *leaf, const SequenceNumber *end)
{
	leaf->failures = 0;
	leaf->progress.position = *end;
	if (!leaf->is_stored ||
	    TimestampDifferenceExceeds(leaf->stored, GetCurrentTimestamp(), STORE_SECONDS * 1000))
		StoreProgress(leaf);
}

static void
ReadWindow(LeafDelivery *leaf, const SequenceNumber *captured)
{
	const Delivery *delivery = leaf->delivery;
	MemoryContext caller = CurrentMemoryContext;
	KinesisForm form = { .table = delivery->destination.table,
		                 .key = &delivery->key,
		                 .stream_arn = delivery->destination.stream_arn,
		                 .precision = TimePrecisionName(delivery->destination.precision),
		                 .new_image = true,
		                 .old_image = true };
	bool lost;

	Begin();
	leaf->window = RecordWindowRead(delivery->context, &form, leaf->leaf, &leaf->progress.position,
	                                captured, &leaf->end, &lost);
	NoteLoss(leaf, lost || HasLost(leaf, captured));
	Commit(caller);
}

/* Whether the log may have something that is yet to be read. */
static bool
HasMore(const LeafDelivery *leaf, const SequenceNumber *captured)
{
	return SequenceNumberCompare(&leaf->progress.position, captured) < 0 &&
	       LogMayHave(leaf->leaf, &leaf->progress.position);
}

static void
ForgetWindow(LeafDelivery *leaf)
{
	RecordWindowFree(leaf->window);
	leaf->window = NULL;
}

/* What fails waits in the log, unless some of it has been taken: there may be many such leaves. */
static void
FailWindow(LeafDelivery *leaf, const char *fault)
{
	if (!RecordWindowIsBegun(leaf->window))
		ForgetWindow(leaf);
	NoteFault(leaf, fault);
}

static void
Send(LeafDelivery *leaf, EndpointCalls *calls)
{
	Delivery *delivery = leaf->delivery;
	Bytes body = RecordWindowRequest(leaf->window, &delivery->stream);

	leaf->call =
	    KinesisCallStart(calls, "PutRecords", body, &delivery->signature, PUT_TIMEOUT, leaf);
}

static void
AdvanceLeaf(LeafDelivery *leaf, EndpointCalls *calls, const SequenceNumber *captured)
{
	if (leaf->window == NULL && HasMore(leaf, captured))
	{
		ReadWindow(leaf, captured);
		if (leaf->window == NULL)
			PassOver(leaf, &leaf->end);
	}
	if (leaf->window == NULL)
		return;
	if (leaf->delivery->fault[0] != '\0')
		FailWindow(leaf, leaf->delivery->fault);
	else
		Send(leaf, calls);
}

/* What is wrong with one leaf must not keep the others from their turn. */
static void
TryLeaf(LeafDelivery *leaf, EndpointCalls *calls, const SequenceNumber *captured)
{
	MemoryContext caller = CurrentMemoryContext;

	PG_TRY();
	{
		AdvanceLeaf(leaf, calls, captured);
	}
	PG_CATCH();
	{
		MaintenanceEndError(caller, WORK, leaf->delivery->destination.table);
		Pause(leaf);
	}
	PG_END_TRY();
}

static bool
IsFree(const LeafDelivery *leaf)
{
	return leaf->call == NULL && leaf->not_before <= GetCurrentTimestamp();
}

static int
CallsOf(const Delivery *delivery)
{
	int count = 0;

	for (int i = 0; i < delivery->leaf_count; i++)
		count += delivery->leaves[i].call != NULL;
	return count;
}

/* Each leaf has its turn, where there is room for some of them at a time. */
static void
AdvanceLeaves(Delivery *delivery, EndpointCalls *calls, const SequenceNumber *captured, int room)
{
	int first = delivery->next_leaf;

	room = Min(room, MAX_CALLS_OF_ONE - CallsOf(delivery));
	for (int i = 0; i < delivery->leaf_count && room > 0; i++)
	{
		int number = (first + i) % delivery->leaf_count;
		LeafDelivery *leaf = &delivery->leaves[number];

		if (!IsFree(leaf))
			continue;
		TryLeaf(leaf, calls, captured);
		if (leaf->call == NULL)
			continue;
		room--;
		delivery->next_leaf = number + 1;
	}
}

static void
FinishWindow(LeafDelivery *leaf)
{
	leaf->progress.records += RecordWindowCount(leaf->window);
	leaf->progress.position = leaf->end;
	ForgetWindow(leaf);
	StoreProgress(leaf);
}

/* Where Kinesis takes some, it has no room for more just now. */
static void
TakePut(LeafDelivery *leaf, const EndpointResult *result)
{
	int count = RecordWindowRequested(leaf->window);
	bool *taken = palloc0_array(bool, count);
	char *fault = KinesisFault(result);
	bool any = false;

	if (fault == NULL)
		fault = KinesisPutTaken(result, taken, count);
	RecordWindowTake(leaf->window, taken);
	for (int i = 0; i < count; i++)
		any |= taken[i];
	if (any)
		leaf->failures = 0;
	if (fault != NULL)
		FailWindow(leaf, fault);
	else if (RecordWindowIsDone(leaf->window))
		FinishWindow(leaf);
}

/* --- disabling --- */

/* Not sent is what fails now. */
static bool
IsDrained(const Delivery *delivery, const SequenceNumber *captured)
{
	if (captured->epoch == delivery->last.epoch &&
	    SequenceNumberCompare(captured, &delivery->last) < 0)
		return false;
	for (int i = 0; i < delivery->leaf_count; i++)
	{
		const LeafDelivery *leaf = &delivery->leaves[i];

		if (leaf->failures > 0)
			continue;
		if (leaf->call != NULL || leaf->window != NULL || HasMore(leaf, &delivery->last))
			return false;
	}
	return true;
}

static void
Disable(Delivery *delivery, EndpointCalls *calls, const SequenceNumber *captured, int room)
{
	SequenceNumber before = *captured;

	if (delivery->last.epoch == 0)
		delivery->last = LogEnd(captured->epoch);
	if (SequenceNumberCompare(&delivery->last, &before) < 0)
		before = delivery->last;
	AdvanceLeaves(delivery, calls, &before, room);
	if (IsDrained(delivery, captured))
		End(delivery, DESTINATION_DISABLED, NULL);
}

/* --- turns --- */

void
DeliveryAdvance(Delivery *delivery, EndpointCalls *calls, const SequenceNumber *captured, int room)
{
	if (!IsFree(&delivery->asking))
		return;
	switch (delivery->destination.status)
	{
		case DESTINATION_ENABLING:
			Enable(delivery, calls);
			break;
		case DESTINATION_UPDATING:
			SetStatus(delivery, DESTINATION_ACTIVE, NULL);
			break;
		case DESTINATION_ACTIVE:
			AdvanceLeaves(delivery, calls, captured, room);
			break;
		case DESTINATION_DISABLING:
			Disable(delivery, calls, captured, room);
			break;
		case DESTINATION_DISABLED:
		case DESTINATION_ENABLE_FAILED:
			break;
	}
}

void
DeliveryAnswer(EndpointCall *call)
{
	LeafDelivery *leaf = EndpointCallTag(call);
	const EndpointResult *result = EndpointCallResult(call);

	PG_TRY();
	{
		if (leaf == &leaf->delivery->asking)
			TakeDescription(leaf, result);
		else
			TakePut(leaf, result);
	}
	PG_FINALLY();
	{
		EndCall(leaf);
	}
	PG_END_TRY();
}

void
DeliveryPause(Delivery *delivery)
{
	Pause(&delivery->asking);
}

Delivery *
DeliveryOf(const EndpointCall *call)
{
	return ((const LeafDelivery *) EndpointCallTag(call))->delivery;
}

static TimestampTz
LeafDue(const LeafDelivery *leaf)
{
	if (leaf->call != NULL || (leaf->window == NULL && leaf->failures == 0))
		return DT_NOEND;
	return leaf->not_before;
}

/* Nothing tells that the log has begun, or is complete up to some point without changes. */
static TimestampTz
StatusDue(const Delivery *delivery)
{
	const LeafDelivery *asking = &delivery->asking;
	DestinationStatus status = delivery->destination.status;
	bool looks = status == DESTINATION_ENABLING || status == DESTINATION_DISABLING;

	if (!looks || asking->call != NULL || asking->failures > 0)
		return LeafDue(asking);
	return TimestampTzPlusMilliseconds(GetCurrentTimestamp(), CAPTURE_LOOK);
}

TimestampTz
DeliveryDue(const Delivery *delivery)
{
	TimestampTz due = StatusDue(delivery);

	for (int i = 0; i < delivery->leaf_count; i++)
		due = Min(due, LeafDue(&delivery->leaves[i]));
	return due;
}
