/*
 * The work on one migration in a worker's turn.
 *
 * Memory: what is in `position` and `job` lives in `context`, for the turn; what a step makes is in
 * the current context, which is reset after it.
 */
#ifndef DYNAMO_MIGRATION_RUN_H
#define DYNAMO_MIGRATION_RUN_H

#include "transfer/migrate/migration.h"
#include "transfer/migrate/options.h"
#include "transfer/migrate/position.h"
#include "transfer/remote/side.h"

#define TABLE_KEY_ATTRIBUTES 2

typedef struct MigrationRun
{
	Migration job;
	MemoryContext context;
	MigrationOptions options;
	Position position;
	Side source;
	Side target;
	struct Anonymizer *anonymizer; /* NULL: items stay as they are */
	int key_count;                 /* of the table; 0: not known yet */
	char *key_names[TABLE_KEY_ATTRIBUTES];
	TimestampTz scan_due;      /* when the rate limit lets a scan go on */
	TimestampTz stream_saved;  /* when a round without records was noted last */
	TimestampTz stream_listed; /* when the stream was described last; 0: not in this turn */
	bool list_shards;          /* a shard has ended: describe the stream again */
	bool images;               /* records of the stream have new items */
	TimestampTz round_began;   /* of the stream */
	bool caught_up;            /* its shards have had no more than a page, so far */
	bool at_end;               /* the last round of the stream found nothing, in any shard */
	TimestampTz drain_since;   /* since when; 0: it did not */
	uint64 drain_from;         /* WAL that has the writers' last changes; 0: not taken yet */
} MigrationRun;

/* Writes the row, in the transaction that is open or one of its own. */
extern void MigrationRunSave(MigrationRun *run);

/* --- items on their way --- */

typedef struct ItemChange
{
	const JsonNode *key;  /* an object that has the key's attributes, at the least */
	const JsonNode *item; /* NULL: it is deleted */
} ItemChange;

/*
 * The key that an item or a key has, as JSON of the key's attributes in their order, with numbers
 * in one spelling: equal keys have equal texts. Palloc'd.
 */
extern char *KeyText(const MigrationRun *run, const JsonNode *object);

/* Writes the key's attributes as an object. */
extern void KeyWrite(const MigrationRun *run, JsonWriter *writer, const JsonNode *object);

/* Waits for the latch or so many milliseconds; interruptibly. */
extern void MigrationPause(long milliseconds);

#endif
