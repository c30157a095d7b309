/*
 * Upkeep of tables in the background: counts of items, interrupted index
 * builds, expired client tokens.
 */
#ifndef DYNAMO_UPKEEP_H
#define DYNAMO_UPKEEP_H

/* Seconds between two rounds, and so the age that statistics may have. */
extern int maintenance_interval;

/* Defines the setting and adds the job. */
extern void UpkeepInit(void);

#endif
