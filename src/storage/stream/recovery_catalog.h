/*
 * dynamo.recovery_catalog: the tables whose items can be restored to a point in time.
 *
 * While recovery is on the table's changes are captured (TableCaptureChanges), and the change log
 * is kept for the longest period of the database's tables.
 */
#ifndef DYNAMO_RECOVERY_CATALOG_H
#define DYNAMO_RECOVERY_CATALOG_H

#include "postgres.h"

#include "datatype/timestamp.h"

#define MAX_RECOVERY_DAYS 35

typedef struct Recovery
{
	TimestampTz enabled; /* changes that were committed before may lack their old items */
	int days;            /* the period: 1 to MAX_RECOVERY_DAYS */
} Recovery;

/* False where recovery is off. */
extern bool RecoveryRead(Oid relation, Recovery *recovery);
extern bool RecoveryIsOn(Oid relation);

/* Turns it on, or changes its period. */
extern void RecoverySet(Oid relation, const Recovery *recovery);
extern void RecoveryForget(Oid relation);

/* The longest period of a table that there is, in days; 0 where there is none. */
extern int RecoveryLongestDays(void);

/* object_not_in_prerequisite_state: the command would take changes away that are to be undone. */
extern void RaiseRecoveryIsOn(const char *command);

#endif
