/*
 * NOTIFY for those who wait for a table's changes.
 *
 * The channel of a table is told that its stream may have new records: at most ten times a second,
 * from the worker that serves endpoints, so that no listener holds up capturing or a writer.
 */
#ifndef DYNAMO_TRIGGER_NOTIFY_H
#define DYNAMO_TRIGGER_NOTIFY_H

#include "postgres.h"

#include "datatype/timestamp.h"

/* Defines dynamo.stream_notifications. */
extern void NotificationsInit(void);
extern bool NotificationsAreOn(void);

/* Reads which streams there are, outside of a transaction; how many. */
extern int NotificationsRefresh(void);

/*
 * Outside of a transaction: notifies the channels of tables that have changed since the last call.
 * Returns the milliseconds until it is to be called again though nothing happens; -1: not at all.
 */
extern long NotificationsSend(void);

#endif
