/*
 * DynamoDB tables as relations.
 *
 * A table is a relation dynamo_tables."NAME" of one column `item jsonb`,
 * partitioned by hash of the partition key's expression into leaves that use
 * the access method dynamo, and a view dynamo_views."NAME" with the key
 * attributes as typed columns. The catalog dynamo.table_catalog has a row per
 * table. What a backend knows of a table is cached and dropped by relcache
 * invalidation.
 */
#ifndef DYNAMO_TABLE_H
#define DYNAMO_TABLE_H

#include "item/value.h"
#include "vector/distance.h"
#include "vector/vector_form.h"

#include "datatype/timestamp.h"
#include "utils/acl.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

#define MAX_KEY_ATTRIBUTES 4 /* partition, and again sort, attributes of a global index */

typedef struct KeyAttribute
{
	Bytes name;
	AttributeType type; /* S, N or B */
} KeyAttribute;

typedef struct KeySchema
{
	int partition_count; /* 1 but for global indexes */
	int sort_count;      /* 0 where there is no sort key */
	KeyAttribute partition[MAX_KEY_ATTRIBUTES];
	KeyAttribute sort[MAX_KEY_ATTRIBUTES];
} KeySchema;

typedef enum ProjectionType
{
	PROJECTION_ALL,
	PROJECTION_KEYS_ONLY,
	PROJECTION_INCLUDE
} ProjectionType;

typedef enum ResourceStatus
{
	STATUS_CREATING,
	STATUS_ACTIVE,
	STATUS_UPDATING,
	STATUS_DELETING
} ResourceStatus;

/* What an index on vectors has beside the rest. Its key is the HASH attribute, or none at all. */
typedef struct VectorIndex
{
	VectorFunction function;
	VectorForm form;
	int hash_position; /* of the HASH attribute among the elements of the search schema */
} VectorIndex;

typedef struct TableIndex
{
	Bytes name;
	int number;     /* unique in its table's life; part of the leaf indexes' names */
	bool local;     /* LSI, else GSI */
	bool of_expiry; /* time to live's: no secondary index, has no name and no columns but the one */
	const VectorIndex *vector; /* NULL: it is on keys */
	KeySchema key;
	ProjectionType projection;
	int include_count; /* of NonKeyAttributes */
	Bytes *include;
	ResourceStatus status;
	bool backfilling;
	Oid *leaf_indexes; /* one a leaf, InvalidOid where not built yet */
} TableIndex;

#define MAX_PARTITIONS 1024 /* leaves of a table */

typedef struct TableLeaf
{
	Oid relation;
	Oid key_index;
} TableLeaf;

/* An index that is being built anew: of the table's key where `number` is 0. */
typedef struct IndexRebuild
{
	int number;
	int next_leaf; /* those before have been done */
} IndexRebuild;

/* Which images of an item the records of its changes have. */
typedef enum StreamView
{
	STREAM_KEYS_ONLY,
	STREAM_NEW_IMAGE,
	STREAM_OLD_IMAGE,
	STREAM_BOTH_IMAGES
} StreamView;

typedef struct TableStream
{
	bool enabled; /* else it was once, and label and view are its last */
	StreamView view;
	int64 label;          /* when it was enabled, in milliseconds since 1970 */
	const char *identity; /* the replica identity that disabling gives back */
	bool hidden;          /* of destinations alone: the API has no such stream */
	int64 shown;          /* the label of the last one that is not hidden; 0: none */
} TableStream;

/* Whether the API has the stream, and it is enabled. */
static inline bool
StreamIsEnabled(const TableStream *stream)
{
	return stream != NULL && stream->enabled && !stream->hidden;
}

/* Everything that defines a table, as the catalog keeps it. */
typedef struct TableDefinition
{
	Bytes name;
	KeySchema key;
	int attribute_count; /* AttributeDefinitions, in the request's order */
	KeyAttribute *attributes;
	int index_count;
	TableIndex *indexes;
	int vector_count;
	TableIndex *vectors;
	/*
	 * The index on the number in the attribute of time to live; NULL: disabled.
	 * CREATING while it is being enabled, DELETING while it is being disabled.
	 */
	TableIndex *time_to_live;
	int rebuild_count; /* in the order in which they were asked for */
	IndexRebuild *rebuilds;
	TableStream *stream; /* NULL: never had one */
	int partitions;      /* leaves */
	Jsonb *settings;     /* what only the operations know: billing, tags, ...; may be NULL */
} TableDefinition;

/* All of `indexes` and `vectors`. */
static inline int
AllIndexCount(const TableDefinition *definition)
{
	return definition->index_count + definition->vector_count;
}

static inline TableIndex *
AnyIndex(const TableDefinition *definition, int number)
{
	return number < definition->index_count
	           ? &definition->indexes[number]
	           : &definition->vectors[number - definition->index_count];
}

typedef struct TableRouting TableRouting; /* storage's own: partition hashing and the like */

typedef struct Table
{
	TableDefinition definition;
	Oid relation;
	pg_uuid_t id;
	TimestampTz created;
	ResourceStatus status;
	TableLeaf *leaves; /* definition.partitions of them, by hash remainder */
	TableRouting *routing;
	int next_index;        /* the number of the next index; storage's own */
	MemoryContext context; /* holds all of this */
	void *attachment;      /* what an operation keeps with it, in `context`; NULL at first */
} Table;

/*
 * The table of this name, or NULL. Belongs to the cache and stays good until
 * the transaction ends. Holds a lock (AccessShare, or RowExclusive where
 * `required` writes) on the relation, and raises insufficient_privilege where
 * the current role lacks one of `required` (ACL_SELECT, ACL_INSERT, ...; 0
 * asks for none, for descriptions).
 */
extern Table *TableOpen(Bytes name, AclMode required);

/* The same of the table whose relation this is, asking for no privilege. */
extern Table *TableOpenRelation(Oid relation);

/*
 * Releases the lock of a table that was opened for a description (`required` 0), so that a
 * transaction which has described it does not keep others from changing it. The table is not used
 * after.
 */
extern void TableRelease(const Table *table);

/* Raises insufficient_privilege unless the current role may read the items, or owns the table. */
extern void TableCheckReadable(const Table *table);

/* The same unless it owns the table. */
extern void TableCheckOwner(const Table *table);

/* The index on keys, or on vectors, of this name; or NULL. */
extern TableIndex *TableFindIndex(const Table *table, Bytes name);
extern TableIndex *TableFindVectorIndex(const Table *table, Bytes name);

/* Names in order, those after `after` (data NULL: from the first), at most `limit`. */
extern Bytes *TableList(Bytes after, int limit, int *count);

/* Visits every table of the database with its settings, which may be NULL, in order of name. */
typedef void (*SettingsVisitor)(Bytes name, Jsonb *settings, void *argument);
extern void TablesVisitSettings(SettingsVisitor visit, void *argument);

/*
 * Creates, changes and drops tables as part of the caller's transaction. The
 * operation has checked the definition; these raise ResourceInUseException
 * where the name is taken.
 */
extern Table *TableCreate(const TableDefinition *definition);

/*
 * The same, but CREATING and without the indexes of its leaves, so that what loads them is quick.
 * Until TableFinishLoad has built them in the transaction that has loaded the items, as the table's
 * owner, requests do not find the table's items: TableOpen raises ResourceNotFoundException.
 */
extern Table *TableCreateToLoad(const TableDefinition *definition);
extern void TableFinishLoad(const Table *table);

extern void TableDrop(Table *table);

/* The table is DELETING: requests do not find its items any more. */
extern void TableSetDeleting(Table *table);

/*
 * Registers the index as CREATING and starts a worker that builds it leaf by
 * leaf without blocking writes once the caller's transaction has committed.
 */
extern void TableAddIndex(Table *table, const TableIndex *index, const KeyAttribute *attributes,
                          int attribute_count);
extern void TableDropIndex(Table *table, TableIndex *index);

/* Makes the objects of extended statistics that the table should have and has not. */
extern void TableAddStatistics(Table *table);

/* Makes the views that the table and its global indexes should have and have not. */
extern void TableAddViews(Table *table);

/*
 * `identity` is one that ReplicaIdentityNamed gives. Raises object_not_in_prerequisite_state for
 * another than "full" while the table has a stream.
 */
extern void TableSetReplicaIdentity(Table *table, const char *identity);

/*
 * Enables a stream where none is enabled, and disables it. While it is enabled the relations have
 * the replica identity FULL: both wait for those that use the table.
 */
extern void TableEnableStream(Table *table, StreamView view);
extern void TableDisableStream(Table *table);

/*
 * Has the changes of a table captured while it has a destination (destination_catalog.h) or can be
 * restored to a point in time (recovery_catalog.h), whose row has been written, or deleted, before,
 * and no longer: a table without a stream gets a hidden one. Locks as of the above.
 * TableDisableStream goes on with a hidden one, too.
 */
extern void TableCaptureChanges(Table *table);
extern void TableEndCapture(Table *table);

/*
 * Ends the table's stream, which has the label, and begins another of its kind, for upkeep: changes
 * of the one may have been lost. The replica identity stays. False where the stream is another one
 * by now, or disabled.
 */
extern bool TableRenewStream(Table *table, int64 label, bool changes_missing);

/*
 * Enables and disables time to live on an attribute: a worker builds or drops
 * its index once the caller's transaction has committed.
 */
extern void TableEnableTimeToLive(Table *table, Bytes attribute);
extern void TableDisableTimeToLive(Table *table);

/*
 * Has a worker build the index of this number anew (0: that of the key), leaf by leaf, once the
 * caller's transaction has committed; that begins anew where it is under way already. Meanwhile
 * the index serves as before. Raises insufficient_privilege unless the current role owns the table.
 */
extern void TableRebuildIndex(Table *table, int number);

/* Whether the index of this number is being built anew. */
extern bool IndexIsBeingRebuilt(const TableDefinition *definition, int number);

/*
 * Starts a worker again for indexes that are CREATING or DELETING although no worker builds
 * them, as after a restart of the server. For DescribeTable and maintenance.
 */
extern void TableResumeBuilds(const Table *table);

/* Replaces the settings; takes effect for other backends at commit. */
extern void TableSetSettings(Table *table, Jsonb *settings);

/* Items and bytes of the table or of one index (NULL: the table), true within minutes. */
typedef struct TableStatistics
{
	int64 item_count;
	int64 size_bytes;
} TableStatistics;

extern TableStatistics TableGetStatistics(Table *table, const TableIndex *index);

/*
 * Rejects an item that the table cannot hold, with DynamoDB's texts: key
 * attributes missing, of the wrong type, empty or too long, index key
 * attributes likewise (absent is fine), and what no table can hold: the item over
 * 400 KB, too long names, too deep nesting, empty sets. Every item is checked so
 * before it is written; the relation's constraint judges by the same rules. Returns its size.
 */
extern int TableCheckItem(const Table *table, const AttributeValue *item);

/*
 * The same of an item that an update has made of `before` (NULL: of none). What it leaves as it was
 * need not be what a vector index wants.
 */
extern int TableCheckUpdatedItem(const Table *table, const AttributeValue *item,
                                 const AttributeValue *before);

/* The same of a put in a batch, which tells what is wrong with the table's key as of a key. */
extern int TableCheckItemOfBatch(const Table *table, const AttributeValue *item);

/*
 * Rejects a Key that is not exactly the table's key attributes: "The provided
 * key element does not match the schema".
 */
extern void TableCheckKey(const Table *table, const AttributeValue *key);

#endif
