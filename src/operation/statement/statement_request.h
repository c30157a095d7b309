/*
 * The statement that a request holds.
 */
#ifndef DYNAMO_STATEMENT_REQUEST_H
#define DYNAMO_STATEMENT_REQUEST_H

#include "model/structure.h"
#include "partiql/statement.h"

/* Binds Statement to Parameters, which the operation's shape has checked. */
extern Statement *StatementOfRequest(const Structure *request);

/* The same outside transactions, where EXISTS has no place. */
extern Statement *SingleStatementOfRequest(const Structure *request);

#endif
