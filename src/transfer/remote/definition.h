/*
 * Definitions of tables: from DescribeTable's answer to requests that make the same table.
 */
#ifndef DYNAMO_MIGRATION_DEFINITION_H
#define DYNAMO_MIGRATION_DEFINITION_H

#include "transfer/remote/side.h"

/* The table's TableDescription; NULL where there is none. */
extern const JsonNode *DescribeTable(const Side *side);

/* Whether it is ACTIVE. */
extern bool DefinitionIsActive(const JsonNode *description);

/* Whether two have the same key: names, roles and types. */
extern bool DefinitionsShareKey(const JsonNode *one, const JsonNode *other);

/* A CreateTable of the same table without its global indexes, stream and time to live. */
extern void DefinitionFillCreate(const JsonNode *description, const char *table, ApiCall *call);

/* A global index that the target lacks; NULL: none. */
extern const JsonNode *DefinitionMissingIndex(const JsonNode *source, const JsonNode *target);
/* Whether all of its global indexes are ACTIVE. */
extern bool DefinitionIndexesAreActive(const JsonNode *description);
/* An UpdateTable that creates the index. */
extern void DefinitionFillIndex(const JsonNode *source, const JsonNode *index, const char *table,
                                ApiCall *call);

#endif
