/*
 * Key schemas and secondary indexes as requests spell them, and their rules.
 */
#ifndef DYNAMO_INDEX_DEFINITION_H
#define DYNAMO_INDEX_DEFINITION_H

#include "model/structure.h"
#include "storage/relation/table.h"

#define MAX_GLOBAL_INDEXES 20

/*
 * Sets the definition's attributes to its own and those of AttributeDefinitions
 * (NULL: none). An attribute cannot change its type.
 */
extern void AttributeDefinitionsRead(const JsonNode *definitions, TableDefinition *definition);

/* The key of the table itself. Its attributes must be defined. */
extern void TableKeyRead(const JsonNode *key_schema, TableDefinition *definition);

/* One element of LocalSecondaryIndexes, or of GlobalSecondaryIndexes; also an update's Create. */
extern TableIndex LocalIndexRead(const Structure *index, const TableDefinition *definition);
extern TableIndex GlobalIndexRead(const Structure *index, const TableDefinition *definition);

/* How many there may be; to be asked before they are read, since a request may name any number. */
extern void IndexCountsCheck(int local, int global);

/* Rules over all indexes: distinct names, attributes projected. */
extern void IndexesCheck(const TableDefinition *definition);

/*
 * Every attribute that CreateTable defines must be part of some key of the request. The service
 * checks that before all else but the shape, names that are defined twice excepted.
 */
extern void AttributesCheckRequested(const Structure *request, const TableDefinition *definition);

/* The same of the definition that there is in the end. */
extern void AttributesCheckUsed(const TableDefinition *definition);

/* All of these rules, of a definition that no request has made. */
extern void DefinitionCheck(const TableDefinition *definition);

#endif
