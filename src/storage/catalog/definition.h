/*
 * A table's definition as the jsonb that the catalog keeps.
 */
#ifndef DYNAMO_DEFINITION_H
#define DYNAMO_DEFINITION_H

#include "storage/relation/table.h"

/*
 * Key schema, attribute definitions, indexes and time to live. `next_index` is the number
 * that the next index will get. Palloc'd.
 */
extern Jsonb *DefinitionToJsonb(const TableDefinition *definition, int next_index);

/* Fills the same members; they point into `jsonb` and the current context. */
extern void DefinitionFromJsonb(Jsonb *jsonb, TableDefinition *definition, int *next_index);

/* An index for TableDefinition.time_to_live, palloc'd. */
extern TableIndex *ExpiryIndex(Bytes attribute, int number, ResourceStatus status);

/* Whether a key of the table or of an index has this attribute. */
extern bool DefinitionUses(const TableDefinition *definition, Bytes name);

/* The API's words, "CREATING" and so on. */
extern const char *ResourceStatusName(ResourceStatus status);
extern ResourceStatus ResourceStatusFromName(Bytes name);
extern const char *ProjectionTypeName(ProjectionType type);

#endif
