/*
 * SQL functions in the place of attributes' values, so that test data can be made of real data.
 *
 * A function takes and returns the attribute's value as jsonb ({"S": "Ada"}), or as text the string
 * or the number that it is; where it returns null the item does not have the attribute. It runs
 * with the rights of the migration's owner and no others.
 */
#ifndef DYNAMO_MIGRATION_ANONYMIZE_H
#define DYNAMO_MIGRATION_ANONYMIZE_H

#include "transfer/migrate/run.h"

typedef struct Anonymizer Anonymizer;

/*
 * In a transaction: looks the functions up for the role. Raises undefined_function and the like.
 * NULL where the options have none. Lives in the current context.
 */
extern Anonymizer *AnonymizerOpen(const MigrationOptions *options, Oid role);

/*
 * Raises invalid_parameter_value where a function of a key's attribute is not IMMUTABLE: changes of
 * an item would not find it again.
 */
extern void AnonymizerCheckKeys(const MigrationRun *run);

/* Whether keys at the target are others than at the source. */
extern bool AnonymizerChangesKeys(const MigrationRun *run);

/* Anonymises keys and items in place; in the transaction that is open or one of its own. */
extern void AnonymizeChanges(MigrationRun *run, ItemChange *changes, int count);

/* The item without attributes whose functions give another value each time: for comparisons. */
extern const JsonNode *AnonymizerStablePart(const MigrationRun *run, const JsonNode *item);

#endif
