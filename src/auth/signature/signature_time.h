/*
 * The times that requests are signed with.
 */
#ifndef DYNAMO_SIGNATURE_TIME_H
#define DYNAMO_SIGNATURE_TIME_H

#include "postgres.h"

#include "datatype/timestamp.h"

#include "item/value.h"

#define SIGNATURE_TIME_LENGTH 16 /* 20260131T235959Z */
#define SIGNATURE_DATE_LENGTH 8

/*
 * A time as X-Amz-Date has it, ISO 8601's basic format, or as Date does, which may also be
 * an HTTP date (RFC 9110, 5.6.7: Sun, 06 Nov 1994 08:49:37 GMT). False where it is neither.
 */
extern bool SignatureTimeRead(Bytes text, TimestampTz *time);

/* In the basic format and terminated; of a time from 0000 to 9999. */
extern void SignatureTimeWrite(TimestampTz time, char text[SIGNATURE_TIME_LENGTH + 1]);

#endif
