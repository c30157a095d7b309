/*
 * A destination that is live: what its worker knows of it, and what it is at.
 *
 * Of each leaf at most one request is under way. A window of changes is read, sent in as many
 * requests as it takes, and forgotten when Kinesis has taken all of it; then the progress is
 * stored. What a worker had sent of a window when it ended is sent again.
 */
#ifndef DYNAMO_DELIVERY_H
#define DYNAMO_DELIVERY_H

#include "storage/relation/table.h"
#include "storage/stream/destination_catalog.h"
#include "trigger/kinesis/record_window.h"

typedef struct Delivery Delivery;

/* What a request of the worker's is tagged with. */
typedef struct LeafDelivery
{
	Delivery *delivery;
	Oid leaf; /* InvalidOid: that which asks for the stream */
	DestinationProgress progress;
	SequenceNumber seen; /* the log has nothing of the leaf below, from the position on */
	SequenceNumber end;  /* of the window */
	RecordWindow *window;
	EndpointCall *call;
	int failures; /* in a row */
	TimestampTz not_before;
	TimestampTz stored; /* when progress was */
	bool is_stored;     /* the catalog has had progress of the leaf */
} LeafDelivery;

struct Delivery
{
	MemoryContext context; /* holds all of this */
	Destination destination;
	KeySchema key;
	KinesisStream stream;
	EndpointSignature signature;
	char fault[256]; /* why nothing can be sent; empty: it can */
	Oid owner;
	SequenceNumber last; /* where a destination that is DISABLING ends; epoch 0: not known yet */
	LeafDelivery asking; /* and where a change of the status fails, when it is tried again */
	int leaf_count;
	LeafDelivery *leaves;
	int next_leaf; /* who comes first in the next turn */
	bool changed;  /* its status: it is to be read again */
};

/* Of a destination, in a transaction; NULL where its table is gone. */
extern Delivery *DeliveryCreate(MemoryContext parent, const Destination *destination);

/* Takes what the catalog has now, and keeps what is under way. In a transaction. */
extern void DeliveryRefresh(Delivery *delivery, const Destination *destination);

/* Breaks off what is under way. */
extern void DeliveryFree(Delivery *delivery);

/*
 * Does what is due, outside of any transaction, with at most `room` new requests. The log is
 * complete up to `captured`.
 */
extern void DeliveryAdvance(Delivery *delivery, EndpointCalls *calls,
                            const SequenceNumber *captured, int room);

/* Takes the answer of a call that has ended, and ends it. */
extern void DeliveryAnswer(EndpointCall *call);

/* An error has come out of one of these two: the destination is left alone for a while. */
extern void DeliveryPause(Delivery *delivery);

extern Delivery *DeliveryOf(const EndpointCall *call);

/* When DeliveryAdvance wants to be called again, although nothing has changed; DT_NOEND: never. */
extern TimestampTz DeliveryDue(const Delivery *delivery);

#endif
