/*
 * SQL on the extension's own relations, with their owner's rights: those on whose behalf it
 * runs have none on them.
 */
#ifndef DYNAMO_OWN_QUERY_H
#define DYNAMO_OWN_QUERY_H

#include "postgres.h"

#include "executor/spi.h"

#include "text/bytes.h"

#define OWN_QUERY_ARGUMENTS 24

/* $1, $2, ... of a query. */
typedef struct OwnQuery
{
	int count;
	Oid types[OWN_QUERY_ARGUMENTS];
	Datum values[OWN_QUERY_ARGUMENTS];
	char nulls[OWN_QUERY_ARGUMENTS]; /* 'n' or ' ' */
	uint32 nullable;                 /* of its result: a set of OWN_QUERY_COLUMN */
	bool leaves_broken; /* rows that are broken are left out, and told in the log now and then */
} OwnQuery;

#define OWN_QUERY_COLUMN(number) ((uint32) 1 << (number))

extern void OwnQueryAdd(OwnQuery *query, Oid type, Datum value);
extern void OwnQueryAddNull(OwnQuery *query, Oid type);

/* A text, a text, a binary: copied; NULL, or without data: null. */
extern void OwnQueryAddText(OwnQuery *query, Bytes text);
extern void OwnQueryAddCString(OwnQuery *query, const char *text);
extern void OwnQueryAddBytes(OwnQuery *query, Bytes bytes);

/*
 * The place of a word of a row, a text, among the words that its column may have. Another word is
 * an error, which names `table`: "backup_catalog".
 */
extern int OwnRowWord(const char *table, Datum word, const char *const *words, int count);

/*
 * Runs one command, whose names are to be qualified by their schema. `read`
 * (NULL: nothing) is called for each row of its result, in the context of the
 * caller. The number of rows.
 *
 * A superuser or a dump may have left anything in the rows. One that is null where
 * the query does not say that it may be raises DATA_CORRUPTED, as `read` does for
 * what else is wrong: both make a row that is broken.
 */
typedef void (*OwnQueryReader)(HeapTuple row, TupleDesc descriptor, void *state);
extern uint64 OwnQueryRun(const char *sql, OwnQuery *query, OwnQueryReader read, void *state);

/*
 * The same of a SELECT that sees all that is committed now, where the transaction keeps to one
 * snapshot, too. What counts rows against a limit has to.
 */
extern uint64 OwnQueryRunNow(const char *sql, OwnQuery *query, OwnQueryReader read, void *state);

/*
 * Until the transaction ends no other one has the role's lock of a relation of the extension's. It
 * is taken before the role's rows are counted against a limit.
 */
extern void OwnRowsLock(const char *relation, Oid role);

#endif
