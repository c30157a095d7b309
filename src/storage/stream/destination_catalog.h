/*
 * dynamo.kinesis_destination and dynamo.kinesis_progress: the Kinesis streams that changes of
 * tables are sent to, and how far each is.
 *
 * A table has at most one destination that is live, and some that were. While one is live the
 * table's changes are captured (TableCaptureChanges). A worker sends them, and moves
 * destinations on from what operations have set: each changes a status only from the one that it
 * has seen.
 */
#ifndef DYNAMO_DESTINATION_CATALOG_H
#define DYNAMO_DESTINATION_CATALOG_H

#include "item/value.h"
#include "storage/stream/sequence_number.h"

#include "datatype/timestamp.h"
#include "nodes/pg_list.h"

/* The API's (DestinationStatus). */
typedef enum DestinationStatus
{
	DESTINATION_ENABLING,
	DESTINATION_ACTIVE,
	DESTINATION_UPDATING,
	DESTINATION_DISABLING,
	/* Those that follow are not live. */
	DESTINATION_DISABLED,
	DESTINATION_ENABLE_FAILED
} DestinationStatus;

/* Of ApproximateCreationDateTime in records. */
typedef enum TimePrecision
{
	PRECISION_UNSET, /* milliseconds, and records do not say so */
	PRECISION_MILLISECOND,
	PRECISION_MICROSECOND
} TimePrecision;

typedef struct Destination
{
	int64 id;
	Oid relation;
	Bytes table;
	char *stream_arn;
	DestinationStatus status;
	char *description; /* of a status; NULL: none */
	TimePrecision precision;
	SequenceNumber start; /* changes from here on are sent */
} Destination;

extern const char *DestinationStatusName(DestinationStatus status);
extern const char *TimePrecisionName(TimePrecision precision);
/* Of the API's word; PRECISION_UNSET where its data is NULL. */
extern TimePrecision TimePrecisionNamed(Bytes name);

extern bool DestinationIsLive(Oid relation);

/* A table's, the newest first; those of the database that are live. Lists of palloc'd Destination.
 */
extern List *DestinationsOf(Oid relation);
extern List *DestinationsLive(void);

/*
 * Makes a destination, ENABLING, of the changes that commit from now on; one of the same stream
 * that the table had goes, and so do older ones where there are many.
 */
extern void DestinationInsert(const Destination *destination);

/*
 * Changes the status from the one that `destination` has, and the precision to the one that it has;
 * false where it is another one by now.
 */
extern bool DestinationChange(const Destination *destination, DestinationStatus status,
                              const char *description);

/* Of a relation that has been dropped. */
extern void DestinationsForget(Oid relation);

/* How far a destination is in a leaf. */
typedef struct DestinationProgress
{
	SequenceNumber position; /* what is below has been taken */
	int64 records;           /* taken, in all */
	bool changes_missing;    /* some were lost before they could be sent */
} DestinationProgress;

/* Without a row: the start, and nothing. */
extern DestinationProgress DestinationProgressRead(const Destination *destination, Oid leaf);
extern void DestinationProgressStore(const Destination *destination, Oid leaf,
                                     const DestinationProgress *progress);

/* Notes a fault, until progress is stored; `error` is one line. */
extern void DestinationFault(const Destination *destination, Oid leaf,
                             const DestinationProgress *progress, const char *error);

#endif
