/*
 * What a region gives to others, row by row: the parts of dynamo.region_pull.
 */
#ifndef DYNAMO_PULL_SOURCE_H
#define DYNAMO_PULL_SOURCE_H

#include "postgres.h"

#include "nodes/execnodes.h"
#include "utils/jsonb.h"

#include "region/stamp.h"
#include "storage/relation/table.h"

/* Of rows: what they are. */
#define PULL_REGION "region"   /* this region: position has its name, stamp the time now */
#define PULL_TABLE "table"     /* stamp: percent of its copy, -1: ACTIVE; position: of the log */
#define PULL_MEMBER "member"   /* of the table: position has its number, stamp since when */
#define PULL_REMOVED "removed" /* was one */
#define PULL_REQUEST "request" /* a CreateTable that makes the table */
#define PULL_PUT "put"
#define PULL_DELETE "delete"     /* item has the key */
#define PULL_POSITION "position" /* where the table's changes go on; stamp 1: there are more */
#define PULL_NEXT "next"         /* where the copy goes on; stamp: percent; null: it is whole */
#define PULL_LOST "lost"         /* changes after the position are not in the log any more */

typedef struct PullRow
{
	const char *kind;
	Bytes table;
	Stamp stamp;
	const Jsonb *item;    /* or NULL */
	const char *position; /* or NULL */
} PullRow;

extern void PullPut(ReturnSetInfo *result, const PullRow *row);

/* How much one call gives. */
typedef struct PullRoom
{
	int rows;
	int64 bytes;
} PullRoom;

/* Where changes of the table that commit from now on begin; NULL: they are not captured yet. */
extern char *PullStart(const Table *table);

/* This region's changes of the table after the position. */
extern void PullChanges(ReturnSetInfo *result, const Table *table, const char *position,
                        PullRoom *room);

/* A page of the table's items and tombstones. `cursor` is empty at first. */
extern void PullCopy(ReturnSetInfo *result, const Table *table, const char *cursor);

#endif
