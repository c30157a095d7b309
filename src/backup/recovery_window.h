/*
 * The times that a table can be restored to.
 */
#ifndef DYNAMO_RECOVERY_WINDOW_H
#define DYNAMO_RECOVERY_WINDOW_H

#include "storage/relation/table.h"

typedef struct RecoveryWindow
{
	TimestampTz earliest; /* all changes after it are in the log, with their old items */
	TimestampTz latest;   /* now */
	uint32 epoch;         /* of these changes */
	int days;             /* the period */
} RecoveryWindow;

/*
 * False where recovery is off. `earliest` is DT_NOEND where changes are not captured, yet or any
 * more.
 */
extern bool RecoveryWindowOf(Oid relation, RecoveryWindow *window);

#endif
