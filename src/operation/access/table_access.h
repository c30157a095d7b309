/*
 * The gate: the one way in which an operation opens a table for its caller to read or write items.
 *
 * Policies are asked as the table is opened, by the action and the ARN of the table or index,
 * before anything tells whether they exist. Where the answer depends on the keys or attributes that
 * the request is about, it is asked for again when the keys are known. Keys come out of here alone,
 * so that none is used which the policies have not seen; expressions are evaluated only once they
 * have been handed in here; and a request that does not say what it shows of items is one for whole
 * items.
 */
#ifndef DYNAMO_TABLE_ACCESS_H
#define DYNAMO_TABLE_ACCESS_H

#include "expr/expression.h"
#include "operation/access/authorization.h"
#include "operation/throughput/capacity.h"
#include "storage/read/read.h"

/* What of items a request lets its caller see, in its answer or by an error. */
typedef enum ItemsShown
{
	SHOWS_WHOLE_ITEMS,   /* all of their attributes, whichever those are */
	SHOWS_INDEX_ENTRIES, /* what the index holds of them, which may be all */
	SHOWS_NAMED,         /* what its expressions name */
	SHOWS_COUNT          /* their number */
} ItemsShown;

#define MAX_ACCESS_EXPRESSIONS 3

/* What a request asks of a table. */
typedef struct AccessRequest
{
	const char *action; /* "PutItem"; NULL: the operation's own */
	const char
	    *enclosing;   /* "TransactWriteItems": the operation that the action is part of; NULL */
	AclMode required; /* PostgreSQL's privileges */
	Bytes index;      /* its name; data NULL: the table itself */
	ItemsShown shows;
	bool selects;        /* whether it reads, so that it has a Select */
	Bytes return_values; /* ReturnValues, as it works; data NULL: it has none */
	CapacityDetail capacity;
	/* All that are to be evaluated on its items; NULL: none. */
	BoundExpression *expressions[MAX_ACCESS_EXPRESSIONS];
} AccessRequest;

/* A table that is open for what was asked. */
typedef struct TableAccess
{
	Table *table;
	bool whole;             /* whether whole items may be shown */
	PendingAccess *pending; /* what policies have yet to say; NULL: nothing */
} TableAccess;

/*
 * Opens the table of this name or ARN. Raises what TableNameOf and TableOpen raise,
 * AccessDeniedException, and ResourceNotFoundException where there is no such table, if policies
 * let the caller know.
 */
extern TableAccess AccessOpen(const OperationContext *context, Bytes name_or_arn,
                              const AccessRequest *request);

/* The same, with no table where there is none. */
extern TableAccess AccessTryOpen(const OperationContext *context, Bytes name_or_arn,
                                 const AccessRequest *request);

/* Asks for further privileges of PostgreSQL on the same table. */
extern void AccessRequire(TableAccess *access, AclMode required);

/*
 * The key of an item that is to be written whole, or of a map of just its key: checked before to be
 * one of the table's. Its partition value and all attributes of the map count.
 */
extern ItemKey AccessKey(TableAccess *access, const AttributeValue *map);

/* The same of one of several, after the last of which AccessDecide is called. */
extern ItemKey AccessAddKey(TableAccess *access, const AttributeValue *map);

/*
 * The next key is another question: what AccessKey learnt of an item goes before its memory does.
 * The item has been decided.
 */
extern void AccessForgetItem(TableAccess *access);

/* A value of the partition attribute of this number of the table's or the index's key. */
extern void AccessAddPartition(TableAccess *access, int attribute, const AttributeValue *value);

/* Asks with what has been added. Raises AccessDeniedException. */
extern void AccessDecide(TableAccess *access);

/* The range's partition is all that the caller reads. */
extern void AccessRange(TableAccess *access, const RangeQuery *query);

/* The caller reads all partitions. */
extern void AccessScan(TableAccess *access);

/*
 * No keys or attributes of the request will be known: what policies say by those does not allow it.
 * Raises AccessDeniedException.
 */
extern void AccessWhole(TableAccess *access);

/* Nothing has been done with the table, nor will be: a statement that uses it has failed. */
extern void AccessGiveUp(TableAccess *access);

/* Raises AccessDeniedException where one of these has not been decided: see AuthorizationEnd. */
extern void PendingAccessEnd(const PendingAccess *first);

#endif
