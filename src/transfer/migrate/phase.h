/*
 * The phases of a migration, and their steps.
 */
#ifndef DYNAMO_MIGRATION_PHASE_H
#define DYNAMO_MIGRATION_PHASE_H

#include "transfer/migrate/run.h"

typedef enum StepResult
{
	STEP_MORE, /* the next step may follow at once */
	STEP_IDLE  /* there is nothing to do for now */
} StepResult;

/* In a transaction: reads the row's JSON and opens both sides, in the current context. */
extern void MigrationRunOpen(MigrationRun *run, const Migration *job);

/* Does the next step of the migration's phase, outside of any transaction. */
extern StepResult MigrationRunStep(MigrationRun *run);

/* The steps of phases, which change the phase when it is over. */
extern StepResult DefineStep(MigrationRun *run);
extern StepResult CopyStep(MigrationRun *run);
extern StepResult IndexStep(MigrationRun *run);
extern StepResult CompareStep(MigrationRun *run); /* also of MIGRATION_CHECKING */
extern StepResult FollowStep(MigrationRun *run);
extern StepResult DrainStep(MigrationRun *run);
extern StepResult FinishStep(MigrationRun *run);

#endif
