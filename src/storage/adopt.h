/*
 * Making a table of a relation that is there without a row in the catalog.
 */
#ifndef DYNAMO_ADOPT_H
#define DYNAMO_ADOPT_H

#include "storage/relation/table.h"

typedef struct Adoption
{
	Oid relation;
	TableDefinition definition; /* as far as the relation says it: without settings */
	Oid *leaves;
	int next_index;
} Adoption;

/*
 * Reads what the relation is as the table of this name, and keeps both from others until the
 * transaction ends. Needs the relation's owner, with the privileges of CreateTable. Raises
 * wrong_object_type where CreateTable could not have made the relation, and ResourceInUseException
 * where it belongs to a table, or the name does.
 */
extern void AdoptionRead(Oid relation, Bytes name, Adoption *adoption);

/*
 * Makes the table, with the definition's settings, its view, and workers for indexes that are
 * missing. Raises what TableOpen does of tables that are not whole.
 */
extern Table *AdoptionFinish(const Adoption *adoption);

/*
 * The command, palloc'd, by which a relation that is there for a table that is not would become
 * one; NULL where there is none. For a hint.
 */
extern char *AdoptionCommand(Bytes table);

#endif
