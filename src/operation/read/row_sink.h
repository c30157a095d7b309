/*
 * Items as rows of an SQL function that returns a table of one column `item`, in the form that
 * tables store. They are collected in a tuplestore, which goes to disk where they do not fit
 * work_mem.
 */
#ifndef DYNAMO_ROW_SINK_H
#define DYNAMO_ROW_SINK_H

#include "postgres.h"

#include "nodes/execnodes.h"

#include "operation/read/page.h"

typedef struct RowSink
{
	ItemSink sink; /* first */
	ReturnSetInfo *result;
	int64 limit; /* of rows; 0: none */
	int64 count;
} RowSink;

extern void RowSinkInit(RowSink *sink, ReturnSetInfo *result, int64 limit);

/* Adds one row. */
extern void RowSinkAdd(RowSink *sink, const ItemView *item, const BoundExpression *projection);

/* Whether it has as many as it takes. */
extern bool RowSinkIsFull(const RowSink *sink);

#endif
