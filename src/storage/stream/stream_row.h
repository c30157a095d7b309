/*
 * Rows of dynamo.stream_catalog and dynamo.stream_shard, as stream_catalog.c and shard_catalog.c
 * read and write them.
 */
#ifndef DYNAMO_STREAM_ROW_H
#define DYNAMO_STREAM_ROW_H

#include "item/value.h"

#include "access/genam.h"
#include "access/htup.h"
#include "datatype/timestamp.h"
#include "nodes/pg_list.h"
#include "storage/lockdefs.h"
#include "utils/jsonb.h"
#include "utils/rel.h"
#include "utils/snapshot.h"

/* The most columns that one of the tables has. */
#define ROW_MAX_COLUMNS 12

/* A row that has been taken out of its table, and is to be checked. */
typedef struct RowRead
{
	Bytes table;
	int64 label;
	Datum *values;
	bool *nulls;
	Jsonb *kept; /* of a stream */
	void *row;   /* what it is read into, palloc'd */
} RowRead;

/* One of the two tables. */
typedef struct RowSource
{
	const char *table;
	const char *key;
	const Oid *types;
	int columns;
	int required;     /* so many of the first refuse null */
	int table_column; /* the key has the label's and the shard's number after it */
	int label_column;
	int number_column; /* 0: none */
	/* Makes `row`, and fetches values that lie out of line. */
	void (*prepare)(RowRead *read);
	/* Fills and checks it: raises data_corrupted, and leaves nothing open. */
	void (*read)(void *read);
} RowSource;

/* Rows of one of the tables, in the order of its key. */
typedef struct RowScan
{
	Relation relation;
	Relation index;
	Snapshot snapshot;
	SysScanDesc scan;
} RowScan;

/* What the rows have in common. */
typedef struct RowKey
{
	Bytes table; /* data NULL: any */
	int64 label; /* -1: any */
	int64 number;
} RowKey;

#define ANY_LABEL (-1)
#define ANY_NUMBER (-1)

/* False where there is no such table. */
extern bool RowScanBegin(RowScan *scan, const RowSource *source, LOCKMODE lock,
                         const RowKey *wanted);
extern HeapTuple RowScanNext(RowScan *scan);
/* Locks that writers took stay until the transaction ends. */
extern void RowScanEnd(RowScan *scan, LOCKMODE unlock);

/* NULL where there is no such table. */
extern Relation RowSourceOpen(const RowSource *source, LOCKMODE lock);
/* Raises an error there; for writing. */
extern Relation RowSourceNeed(const RowSource *source);

/* For RowSource.read. */
extern void RowNeedValue(const bool *nulls, int column, const char *name);
extern TimestampTz RowOptionalTime(const Datum *values, const bool *nulls, int column);

/* Takes a row out of its table and checks it; NULL, or what is wrong with it. */
extern ErrorData *RowTake(const RowScan *scan, const RowSource *source, HeapTuple tuple,
                          RowRead *read);

/* What is done with rows that are broken. */
typedef void (*BrokenRow)(const RowRead *read, ErrorData *fault, void *state);
extern void RowLeaveOut(const RowRead *read, ErrorData *fault, void *state);

/* Rows as a list of what they are read into, but for those that are broken. */
extern List *RowsRead(const RowSource *source, const RowKey *wanted, BrokenRow broken, void *state);

/* Raises what is wrong with one of the rows when nothing is open any more: callers may catch it. */
extern List *RowsReadWhole(const RowSource *source, const RowKey *wanted);

/* Replaces some columns of a row, and has readers read again. */
extern void RowUpdate(RowScan *scan, HeapTuple row, Datum *values, bool *replaced);

/* Makes what the transaction wrote visible to itself, and readers read again once it commits. */
extern void RowWriteEnd(Relation relation);

#endif
