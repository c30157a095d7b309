/*
 * What a caller may choose of a migration: an object of JSON, kept in its row.
 */
#ifndef DYNAMO_MIGRATION_OPTIONS_H
#define DYNAMO_MIGRATION_OPTIONS_H

#include "json/json.h"

#define MAX_SEGMENTS 32
#define MAX_ANONYMIZED 100

/* A function that takes the place of an attribute's value. */
typedef struct AnonymizedAttribute
{
	Bytes attribute;
	char *function; /* its qualified name: "masks.name" */
} AnonymizedAttribute;

typedef struct MigrationOptions
{
	int segments;      /* of the parallel scan */
	double read_units; /* read capacity units a second that scans may take; 0: any */
	bool changes;      /* follow the source's stream */
	bool compare;      /* both sides, before the cut-over */
	int settle;        /* milliseconds for which a stream stays empty before it has ended */
	char *region;      /* NULL: the endpoint's */
	char *streams_endpoint;
	const JsonNode *rename; /* names of tables at the source and at the target; NULL: none */
	int anonymized;
	AnonymizedAttribute *anonymize;
} MigrationOptions;

/*
 * Reads the options, palloc'd; they may point into the text. Raises invalid_parameter_value, which
 * says what is wrong.
 */
extern void MigrationOptionsRead(Bytes json, MigrationOptions *options);

#endif
