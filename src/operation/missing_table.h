/*
 * The error of a request for a table that is not there.
 */
#ifndef DYNAMO_MISSING_TABLE_H
#define DYNAMO_MISSING_TABLE_H

#include "error/error.h"
#include "item/value.h"

/*
 * Raises ResourceNotFoundException with this text. Where the table's relation is there, as after a
 * restore without its row of the catalog, SQL callers see a hint.
 */
pg_noreturn extern void RaiseNoTable(Bytes name, const char *message);

#endif
