/*
 * Upkeep of tables in the background: counts of items, interrupted index
 * builds, expired client tokens.
 */
#ifndef DYNAMO_UPKEEP_H
#define DYNAMO_UPKEEP_H

/* Defines the setting and adds the job. */
extern void UpkeepInit(void);

#endif
