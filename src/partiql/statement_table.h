/*
 * The table that a statement names, for those who only want to say it.
 */
#ifndef DYNAMO_STATEMENT_TABLE_H
#define DYNAMO_STATEMENT_TABLE_H

#include "item/value.h"

/*
 * Sets the names, or ARN, of the table and its index, as the statement has them or
 * palloc'd; no data where it names none. Takes any text, parses no more than it
 * needs and raises no error but for want of memory.
 */
extern void StatementNames(Bytes statement, Bytes *table, Bytes *index);

#endif
