/*
 * What ends the capture of changes for good: DROP EXTENSION, and DROP DATABASE; and what is not to
 * be captured, TRUNCATE and SET UNLOGGED of a table with point-in-time recovery.
 */
#ifndef DYNAMO_STREAM_REMOVAL_H
#define DYNAMO_STREAM_REMOVAL_H

/* Installs hooks. */
extern void RemovalInit(void);

#endif
