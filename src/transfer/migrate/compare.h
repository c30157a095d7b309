/*
 * Comparing both sides, item by item.
 *
 * Each item of the source is looked up at the target, and each one of the target at the source.
 * Keys that differ are looked at again after further changes have been applied: with writers going
 * on, what differs for good is what matters.
 */
#ifndef DYNAMO_MIGRATION_COMPARE_H
#define DYNAMO_MIGRATION_COMPARE_H

#include "transfer/migrate/run.h"

/* The phases MIGRATION_COMPARING and MIGRATION_CHECKING. */
extern StepResult CompareStep(MigrationRun *run);

#endif
