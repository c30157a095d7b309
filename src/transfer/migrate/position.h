/*
 * Where a migration is: the segments of its scan, the shards of the source's stream, and its
 * comparison. It is kept as JSON in the migration's row.
 */
#ifndef DYNAMO_MIGRATION_POSITION_H
#define DYNAMO_MIGRATION_POSITION_H

#include "json/json.h"

#include "datatype/timestamp.h"
#include "nodes/pg_list.h"

typedef struct ScanSegment
{
	char *key; /* ExclusiveStartKey as JSON; NULL: from the first item */
	bool done;
} ScanSegment;

typedef struct ScanPlaces
{
	int count; /* 0: not begun */
	ScanSegment *segments;
} ScanPlaces;

/* A shard of the source's stream; the last members are this process's. */
typedef struct ShardPlace
{
	char *id;
	char *parent;   /* NULL: none */
	char *sequence; /* of the last record that was applied; NULL: none was */
	bool done;      /* it is closed, and all of it was applied */
	bool listed;    /* by the last description of the stream */
	char *iterator; /* NULL: to be asked for */
	int empty;      /* answers in a row without records */
} ShardPlace;

typedef struct StreamPlaces
{
	char *arn;         /* NULL: not known yet */
	bool enabled_here; /* by the migration */
	TimestampTz read;  /* when all shards were read last; 0: never */
	List *shards;      /* of palloc'd ShardPlace, parents before children */
} StreamPlaces;

/* An order-independent sum over items. */
typedef struct ItemSum
{
	int64 items;
	uint64 sum;
} ItemSum;

typedef enum ComparisonPass
{
	PASS_NONE,
	PASS_SOURCE,  /* items of the source are looked up at the target */
	PASS_TARGET,  /* and the other way round */
	PASS_RECHECK, /* keys that differed are looked at again */
	PASS_DONE
} ComparisonPass;

typedef struct Comparison
{
	ComparisonPass pass;
	ScanPlaces scan;
	ItemSum source;
	ItemSum target;
	List *keys;     /* of those that differ: char *, JSON as at the source */
	int64 unlisted; /* how many more differ */
	int looks;      /* at the keys again */
} Comparison;

typedef struct Position
{
	StreamPlaces stream;
	ScanPlaces scan;
	Comparison comparison;
} Position;

/* Reads one that MigrationPositionText wrote, into the current context. Raises DATA_CORRUPTED. */
extern void MigrationPositionRead(Bytes json, Position *position);

/* Its JSON, palloc'd. */
extern char *MigrationPositionText(const Position *position);

/* Places from which a scan of so many segments begins, in the current context. */
extern void ScanPlacesBegin(ScanPlaces *places, int segments);
extern bool ScanPlacesAreDone(const ScanPlaces *places);

#endif
