/*
 * Starting the workers of triggers.
 */
#ifndef DYNAMO_TRIGGER_START_H
#define DYNAMO_TRIGGER_START_H

/* Defines settings, and adds the job that starts workers in databases that have work for them. */
extern void TriggerStartInit(void);

/*
 * Once the current transaction has committed: tells the workers of this database that triggers have
 * changed, and starts some where there are too few.
 */
extern void TriggerWorkersStart(void);

#endif
