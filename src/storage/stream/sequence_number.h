/*
 * Sequence numbers: where a change stands among all changes of the database, in the order of their
 * commits.
 *
 * As text they are 36 decimal digits: 6 of the epoch (100000 added), 20 of where the transaction's
 * commit lies in WAL, 10 of the change's number in the transaction. So their order is the same as
 * numbers, as text, and field by field. (The service model's SequenceNumber: 21 to 40 digits.)
 */
#ifndef DYNAMO_SEQUENCE_NUMBER_H
#define DYNAMO_SEQUENCE_NUMBER_H

#include "item/value.h"

#include "access/xlogdefs.h"

#define FIRST_EPOCH 1
#define MAX_EPOCH 899999
#define MAX_CHANGE_NUMBER UINT64CONST(9999999999)

typedef struct SequenceNumber
{
	uint32 epoch; /* grows where positions in WAL may not: dynamo.change_epoch */
	XLogRecPtr commit;
	uint64 number; /* in the transaction, of all its changes */
} SequenceNumber;

/* Less than, equal to or greater than 0. */
extern int SequenceNumberCompare(const SequenceNumber *one, const SequenceNumber *other);

/* The text, palloc'd. */
extern char *SequenceNumberText(const SequenceNumber *sequence);

/*
 * Reads 21 to 40 digits; false for other text. What is no number that SequenceNumberText writes
 * becomes the next greater one, or the greatest.
 */
extern bool SequenceNumberParse(Bytes text, SequenceNumber *sequence);

#endif
