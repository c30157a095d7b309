/*
 * What a migration would do: looks at both sides and changes nothing.
 */
#ifndef DYNAMO_MIGRATION_PLAN_H
#define DYNAMO_MIGRATION_PLAN_H

#include "transfer/migrate/run.h"

/*
 * As the current role, in its transaction: an object of JSON, palloc'd, with the table's definition
 * at the target, how much there is to copy, and what is in the way. Raises no error for that.
 */
extern char *MigrationPlan(MigrationRun *run);

#endif
