/*
 * The storage part as the extension loads it.
 */
#ifndef DYNAMO_STORAGE_H
#define DYNAMO_STORAGE_H

/* How many leaves a new table gets where its creator does not say: dynamo.partitions. */
extern int default_partitions;
extern int max_cached_partitions;

/* Defines the settings and registers workers. */
extern void StorageInit(void);

#endif
