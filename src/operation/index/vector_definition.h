/*
 * Vector indexes as requests spell them and descriptions show them.
 */
#ifndef DYNAMO_VECTOR_DEFINITION_H
#define DYNAMO_VECTOR_DEFINITION_H

#include "compat.h"
#include "model/structure.h"
#include "storage/relation/table.h"

#define MAX_VECTOR_INDEXES 5

/*
 * One element of VectorIndexes, or an update's Create. What its search schema names must be
 * defined.
 */
extern TableIndex VectorIndexRead(const Structure *node, const TableDefinition *definition);

/* VectorIndexes of CreateTable (NULL: none), as the definition's, of a table of this billing. */
extern void VectorIndexesRead(const JsonNode *list, bool on_demand, TableDefinition *definition);

/* Rules over all vector indexes of a definition and the rest of it. */
extern void VectorIndexesCheck(const TableDefinition *definition);

/* Raises ValidationException. */
pg_noreturn extern void RaiseVectorsNeedOnDemand(void);

/*
 * Writes the members of VectorIndexDescription and of VectorIndexInfo that define the index,
 * within an object that the caller begins and ends. */
extern void VectorIndexWrite(JsonWriter *writer, const TableIndex *index);

#endif
