/*
 * Upkeep of tables in the background: counts of items, interrupted index
 * builds and backups, expired client tokens and backups.
 */
#ifndef DYNAMO_UPKEEP_H
#define DYNAMO_UPKEEP_H

/* Defines the setting and adds the job. */
extern void UpkeepInit(void);

#endif
