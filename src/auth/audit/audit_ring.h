/*
 * Lines on their way from those who make them to the one process that writes them.
 */
#ifndef DYNAMO_AUDIT_RING_H
#define DYNAMO_AUDIT_RING_H

#include "postgres.h"

#include "datatype/timestamp.h"

#define AUDIT_MAX_ERROR 256

typedef struct AuditCounts
{
	uint64 written;
	uint64 lost;
	uint64 waiting;     /* bytes */
	TimestampTz failed; /* when a line last could not be written; 0: never */
	char error[AUDIT_MAX_ERROR];
} AuditCounts;

/* At server start, when the settings are defined. */
extern void AuditRingInit(void);

/* Whether there is one: the library was preloaded. */
extern bool AuditRingExists(void);

/* Adds a line, which ends in a newline, or counts it as lost. Raises no error. */
extern void AuditRingPut(const char *line, int length);

extern AuditCounts AuditRingCounts(void);

/*
 * Of the writer, as which AuditRingServe registers this process until it exits; false where there
 * is one. It looks at lines, as many whole ones as fit, and removes them once they are written.
 */
extern bool AuditRingServe(void);
extern int AuditRingPeek(char *lines, int size, int *count);
extern void AuditRingRemove(int bytes, int lines);
/* Notes that it could not write. */
extern void AuditRingFailed(const char *error);
/* Lines that were lost since the last call. */
extern uint64 AuditRingTakeLost(void);
/* Before it waits: whether there is nothing to do, and it will be woken by its latch. */
extern bool AuditRingMayWait(void);

#endif
