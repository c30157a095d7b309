/*
 * What is wrong with a table, as its checks find it.
 *
 * A check looks at what users may have done anything to. What it cannot even look
 * at is a finding too: each step runs in a subtransaction that is taken back, and with it
 * its locks.
 */
#ifndef DYNAMO_FINDING_H
#define DYNAMO_FINDING_H

#include "postgres.h"

#include "nodes/pg_list.h"

typedef struct Finding
{
	char *object; /* a relation's name as SQL has it, or other words */
	char *text;
	char *hint; /* what repairs it; NULL: nothing simple does */
} Finding;

typedef struct Findings
{
	MemoryContext context; /* what they are kept in */
	List *list;            /* of Finding */
} Findings;

extern void FindingsInit(Findings *findings); /* in the current context */

/* Adds one; `hint` may be NULL. Copies its arguments. */
extern void FindingAdd(Findings *findings, const char *object, const char *text, const char *hint);

/*
 * Runs a step of a check and takes back what it has done to the transaction. An error that it
 * raises is a finding about `object`; false then. What stops the session (a cancel, a shutdown, a
 * lack of memory, a lock that is not to be had) goes on as an error.
 */
extern bool FindingsAttempt(Findings *findings, const char *object, void (*step)(void *state),
                            void *state);

/* A relation's name as SQL has it, or words for one that is not there. Palloc'd. */
extern char *FindingObject(Oid relation);

#endif
