/*
 * Settings of the change log's upkeep.
 */
#ifndef DYNAMO_STREAM_SETTINGS_H
#define DYNAMO_STREAM_SETTINGS_H

extern int stream_upkeep_interval; /* seconds */
extern int stream_retention;       /* minutes */
extern int stream_shard_lifetime;  /* minutes */
extern int max_stream_wal;         /* megabytes; -1: no limit */

extern void StreamSettingsInit(void);

#endif
