/*
 * Which tables a request names, for those who watch the server.
 */
#ifndef DYNAMO_REQUEST_TABLES_H
#define DYNAMO_REQUEST_TABLES_H

#include "model/structure.h"

/*
 * Writes the names, as the request gives them and separated by commas, to `text` of `size` bytes,
 * terminated; "..." stands for what has no room. "" where it names none, or in a PartiQL statement.
 * Costs no more than a look at the members that name tables.
 */
extern void RequestTables(const Structure *request, char *text, int size);

#endif
