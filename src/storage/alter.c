/*
 * Changing a table: its settings, its global indexes, its time to live,
 * what the planner knows of it, its replica identity, and its stream.
 *
 * Each change locks the relation against other changes, rewrites the catalog
 * row, and where the key attributes change replaces the rules' constraint and
 * the view's columns. All of it belongs to the caller's transaction; only the
 * building of a new index comes after it, in index_build.c, and so does the
 * dropping of time to live's.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "storage/index/build_worker.h"
#include "storage/catalog/catalog.h"
#include "storage/query/ddl.h"
#include "storage/catalog/definition.h"
#include "storage/region/replicated_leaf.h"
#include "storage/relation/object_comment.h"
#include "storage/index/leftover_index.h"
#include "storage/index/pending_build.h"
#include "storage/index/index_ddl.h"
#include "storage/relation/key_statistics.h"
#include "storage/query/relation_name.h"
#include "storage/relation/replica_identity.h"
#include "storage/relation/routing.h"
#include "storage/relation/rules.h"
#include "storage/catalog/stream.h"
#include "storage/relation/view.h"
#include "storage/stream/destination_catalog.h"
#include "storage/stream/recovery_catalog.h"
#include "storage/stream/shard_catalog.h"
#include "storage/stream/upkeep_start.h"

/* The row as it is under the lock, with its definition. */
typedef struct Change
{
	CatalogRow row;
	TableDefinition definition;
	int next_index;
} Change;

static void
BeginChange(Change *change, const Table *table)
{
	memset(change, 0, sizeof(Change));
	CheckRelationOwner(table->relation);
	LockRelationOid(table->relation, ShareUpdateExclusiveLock);
	if (!CatalogRead(table->definition.name, &change->row))
		elog(ERROR, "table \"%.*s\" is missing in the catalog", BYTES_ARGS(table->definition.name));
	DefinitionFromJsonb(change->row.definition, &change->definition, &change->next_index);
	change->definition.stream = StreamFromJsonb(change->row.stream, NULL);
	change->definition.name = change->row.name;
	change->definition.partitions = change->row.leaf_count;
}

static void
EndChange(Change *change)
{
	change->row.definition = DefinitionToJsonb(&change->definition, change->next_index);
	change->row.stream = StreamToJsonb(change->definition.stream, &change->definition.key);
	CatalogUpdate(&change->row);
}

void
TableSetSettings(Table *table, Jsonb *settings)
{
	Change change;

	BeginChange(&change, table);
	change.row.settings = settings;
	EndChange(&change);
}

void
TableSetDeleting(Table *table)
{
	Change change;

	BeginChange(&change, table);
	change.row.status = STATUS_DELETING;
	EndChange(&change);
}

/* Items stored before the index came need not keep its rules; they are not in the index. */
static void
ReplaceRules(const Change *change)
{
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfo(&sql,
	                 "ALTER TABLE %s DROP CONSTRAINT IF EXISTS " RULES_CONSTRAINT
	                 ", ADD CONSTRAINT " RULES_CONSTRAINT " CHECK (",
	                 RelationSqlName(change->row.relation));
	AppendRulesExpression(&sql, &change->definition);
	appendStringInfoString(&sql, ") NOT VALID");
	ExecuteDdl(sql.data);
	CommentOnTable(&change->definition, change->row.relation);
}

static bool
HasAttribute(const TableDefinition *definition, Bytes name)
{
	for (int i = 0; i < definition->attribute_count; i++)
		if (BytesEqual(definition->attributes[i].name, name))
			return true;
	return false;
}

static void
AddAttributes(TableDefinition *definition, const KeyAttribute *attributes, int count)
{
	KeyAttribute *all = palloc_array(KeyAttribute, definition->attribute_count + count);

	memcpy(all, definition->attributes, definition->attribute_count * sizeof(KeyAttribute));
	definition->attributes = all;
	for (int i = 0; i < count; i++)
		if (!HasAttribute(definition, attributes[i].name))
			all[definition->attribute_count++] = attributes[i];
}

static void
AppendIndexTo(TableIndex **indexes, int *count, const TableIndex *index, int number)
{
	TableIndex *all = palloc_array(TableIndex, *count + 1);
	TableIndex *added = &all[*count];

	if (*count > 0)
		memcpy(all, *indexes, *count * sizeof(TableIndex));
	*added = *index;
	added->number = number;
	added->status = STATUS_CREATING;
	added->backfilling = false;
	*indexes = all;
	(*count)++;
}

static void
AppendIndex(Change *change, const TableIndex *index)
{
	TableDefinition *definition = &change->definition;
	int number = change->next_index++;

	if (index->vector != NULL)
		AppendIndexTo(&definition->vectors, &definition->vector_count, index, number);
	else
		AppendIndexTo(&definition->indexes, &definition->index_count, index, number);
}

static const TableIndex *
LastIndex(const TableDefinition *definition)
{
	return &definition->indexes[definition->index_count - 1];
}

/* What the last index has beside its relations; of vectors nothing is known to SQL. */
static void
AddKeys(const Change *change)
{
	ReplaceRules(change);
	IndexStatisticsCreate(&change->definition, LastIndex(&change->definition), change->row.relation,
	                      change->row.leaves);
	ViewsDefine(&change->definition, change->row.relation);
}

void
TableAddIndex(Table *table, const TableIndex *index, const KeyAttribute *attributes,
              int attribute_count)
{
	Change change;

	BeginChange(&change, table);
	TableCheckWhole(table);
	AddAttributes(&change.definition, attributes, attribute_count);
	AppendIndex(&change, index);
	change.row.status = STATUS_UPDATING;
	if (index->vector == NULL)
		AddKeys(&change);
	EndChange(&change);
	BuildWorkerStart(table->relation);
}

static void
RemoveIndexFrom(TableIndex *indexes, int *count, int number)
{
	int kept = 0;

	for (int i = 0; i < *count; i++)
		if (indexes[i].number != number)
			indexes[kept++] = indexes[i];
	*count = kept;
}

static void
RemoveIndex(TableDefinition *definition, int number)
{
	RemoveIndexFrom(definition->indexes, &definition->index_count, number);
	RemoveIndexFrom(definition->vectors, &definition->vector_count, number);
}

static void
RemoveUnusedAttributes(TableDefinition *definition)
{
	int kept = 0;

	for (int i = 0; i < definition->attribute_count; i++)
		if (DefinitionUses(definition, definition->attributes[i].name))
			definition->attributes[kept++] = definition->attributes[i];
	definition->attribute_count = kept;
}

static bool
AllIndexesActive(const TableDefinition *definition)
{
	for (int i = 0; i < AllIndexCount(definition); i++)
		if (AnyIndex(definition, i)->status != STATUS_ACTIVE)
			return false;
	return true;
}

/* With what a REINDEX CONCURRENTLY of it has left: none is at work once IndexBuildStop has
 * returned. */
static void
DropLeafIndex(Oid leaf, const char *name)
{
	ListCell *cell;

	foreach (cell, LeftoverIndexes(leaf, name))
		ExecuteDdl(psprintf("DROP INDEX %s", RelationSqlName(lfirst_oid(cell))));
	if (OidIsValid(IndexOfLeaf(leaf, name)))
		ExecuteDdl(psprintf("DROP INDEX %s", SiblingSqlName(leaf, name)));
}

static void
DropLeafIndexes(const Table *table, int number)
{
	for (int leaf = 0; leaf < table->definition.partitions; leaf++)
	{
		Oid relation = table->leaves[leaf].relation;

		LockRelationOid(relation, AccessExclusiveLock); /* as DROP INDEX does */
		DropLeafIndex(relation, LeafIndexName(table->definition.name, leaf, number));
	}
}

static void
RemoveRebuild(TableDefinition *definition, int number)
{
	int kept = 0;

	for (int i = 0; i < definition->rebuild_count; i++)
		if (definition->rebuilds[i].number != number)
			definition->rebuilds[kept++] = definition->rebuilds[i];
	definition->rebuild_count = kept;
}

static void
AppendRebuild(TableDefinition *definition, int number)
{
	IndexRebuild *all = palloc_array(IndexRebuild, definition->rebuild_count + 1);

	memcpy(all, definition->rebuilds, definition->rebuild_count * sizeof(IndexRebuild));
	all[definition->rebuild_count++] = (IndexRebuild){ .number = number };
	definition->rebuilds = all;
}

void
TableDropIndex(Table *table, TableIndex *index)
{
	int number = index->number;
	Change change;

	BeginChange(&change, table);
	IndexBuildStop(table->relation);
	RemoveIndex(&change.definition, number);
	RemoveRebuild(&change.definition, number);
	RemoveUnusedAttributes(&change.definition);
	if (AllIndexesActive(&change.definition))
		change.row.status = STATUS_ACTIVE;
	/* Locks the relation before its leaves, as writers do. */
	ReplaceRules(&change);
	DropLeafIndexes(table, number);
	IndexStatisticsDrop(&change.definition, number, change.row.relation, change.row.leaves);
	if (index->vector == NULL && !index->local)
		IndexViewDrop(change.row.name, index->name, change.row.relation);
	ViewsDefine(&change.definition, change.row.relation);
	EndChange(&change);
	if (IndexBuildIsNeeded(&change.definition))
		BuildWorkerStart(table->relation);
}

void
TableSetIndexState(Table *table, int number, ResourceStatus status, bool backfilling)
{
	Change change;

	BeginChange(&change, table);
	for (int i = 0; i < AllIndexCount(&change.definition); i++)
	{
		TableIndex *index = AnyIndex(&change.definition, i);

		if (index->number != number)
			continue;
		index->status = status;
		index->backfilling = backfilling;
	}
	if (backfilling || AllIndexesActive(&change.definition))
		change.row.status = STATUS_ACTIVE;
	EndChange(&change);
}

void
TableAddStatistics(Table *table)
{
	Change change;

	BeginChange(&change, table);
	AllStatisticsCreate(&change.definition, change.row.relation, change.row.leaves);
}

void
TableAddViews(Table *table)
{
	Change change;

	BeginChange(&change, table);
	ViewsAdd(&change.definition, change.row.relation);
}

static void
SetIdentity(const Change *change, const char *identity)
{
	const CatalogRow *row = &change->row;

	ReplicaIdentitySet(row->relation, row->leaves, row->leaf_count, identity);
}

/* A hidden one, too. */
static bool
HasStream(const Change *change)
{
	return change->definition.stream != NULL && change->definition.stream->enabled;
}

/* What is wanted beside the stream stays when that is disabled. */
void
TableSetReplicaIdentity(Table *table, const char *identity)
{
	Change change;

	BeginChange(&change, table);
	if (HasStream(&change))
	{
		if (strcmp(identity, REPLICA_IDENTITY_NAME_FULL) != 0)
			ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			                errmsg("table \"%.*s\" has a stream, which needs the replica identity"
			                       " \"full\"",
			                       BYTES_ARGS(change.row.name)),
			                errhint("Disable the stream by UpdateTable first.")));
		change.definition.stream->identity = identity;
		EndChange(&change);
	}
	SetIdentity(&change, identity);
}

/* Whether the changes are captured for others than the readers of a stream. */
static bool
HiddenIsWanted(const Change *change)
{
	return DestinationIsLive(change->row.relation) || RecoveryIsOn(change->row.relation) ||
	       TableHasReplicas(change->row.relation);
}

/* The labels of the streams of a name differ, and grow. */
static TableStream *
NewStream(const Change *change, StreamView view, const char *identity, bool hidden)
{
	const TableStream *last = change->definition.stream;
	TableStream *stream = palloc_object(TableStream);

	*stream = (TableStream){ .enabled = true,
		                     .view = view,
		                     .label = StreamNextLabel(change->row.name, last),
		                     .identity = identity,
		                     .hidden = hidden };
	stream->shown = !hidden ? stream->label : last != NULL ? last->shown : 0;
	return stream;
}

/* The identity that the table has beside its stream. */
static const char *
IdentityBeside(const Change *change)
{
	return HasStream(change) ? change->definition.stream->identity
	                         : ReplicaIdentityOf(change->row.relation);
}

static void
EndStream(const Change *change, bool changes_missing)
{
	StreamEnd(change->row.name, change->definition.stream->label,
	          RelationOwner(change->row.relation), changes_missing);
}

/* Ends the one that there is, if any, in favour of another. */
static void
ReplaceStream(Change *change, Table *table, TableStream *stream, bool changes_missing)
{
	if (HasStream(change))
		EndStream(change, changes_missing);
	else
		SetIdentity(change, REPLICA_IDENTITY_NAME_FULL);
	change->definition.stream = stream;
	EndChange(change);
	StreamBegin(table, stream);
}

/* What is kept of a stream that has been disabled; of a hidden one, what was before. */
static void
KeepDisabled(Change *change)
{
	TableStream *stream = change->definition.stream;

	stream->enabled = false;
	if (!stream->hidden)
		return;
	stream->label = stream->shown;
	stream->hidden = false;
	if (stream->label == 0)
		change->definition.stream = NULL;
}

static void
EndCapture(Change *change)
{
	const char *identity = change->definition.stream->identity;

	EndStream(change, false);
	KeepDisabled(change);
	if (strcmp(identity, REPLICA_IDENTITY_NAME_FULL) != 0 &&
	    !ReplicaIdentityIsPublished(change->row.relation))
		SetIdentity(change, identity);
	EndChange(change);
}

void
TableEnableStream(Table *table, StreamView view)
{
	Change change;

	BeginChange(&change, table);
	ReplaceStream(&change, table, NewStream(&change, view, IdentityBeside(&change), false), false);
	StreamUpkeepStart();
	StreamCheckServer(change.row.name);
}

/* Changes before now cannot be undone: some may be missing. */
static void
ForgetPast(Oid relation)
{
	Recovery recovery;

	if (!RecoveryRead(relation, &recovery))
		return;
	recovery.enabled = GetCurrentTimestamp();
	RecoverySet(relation, &recovery);
}

bool
TableRenewStream(Table *table, int64 label, bool changes_missing)
{
	const TableStream *last;
	Change change;

	BeginChange(&change, table);
	last = change.definition.stream;
	if (!HasStream(&change) || last->label != label)
		return false; /* it has been changed meanwhile */
	if (last->hidden && !HiddenIsWanted(&change))
	{
		EndCapture(&change); /* a restored one: no dump has destinations and the like */
		return true;
	}
	ReplaceStream(&change, table, NewStream(&change, last->view, last->identity, last->hidden),
	              changes_missing);
	ForgetPast(change.row.relation);
	return true;
}

static TableStream *
HiddenStream(const Change *change)
{
	return NewStream(change, STREAM_BOTH_IMAGES, IdentityBeside(change), true);
}

void
TableDisableStream(Table *table)
{
	Change change;

	BeginChange(&change, table);
	if (HiddenIsWanted(&change))
		ReplaceStream(&change, table, HiddenStream(&change), false);
	else
		EndCapture(&change);
	StreamUpkeepStart();
}

void
TableCaptureChanges(Table *table)
{
	Change change;

	BeginChange(&change, table);
	if (!HasStream(&change))
		ReplaceStream(&change, table, HiddenStream(&change), false);
	StreamUpkeepStart();
	StreamCheckServer(change.row.name);
}

void
TableEndCapture(Table *table)
{
	Change change;

	BeginChange(&change, table);
	if (HasStream(&change) && change.definition.stream->hidden && !HiddenIsWanted(&change))
		EndCapture(&change);
	StreamUpkeepStart();
}

void
TableEnableTimeToLive(Table *table, Bytes attribute)
{
	Change change;

	BeginChange(&change, table);
	TableCheckWhole(table);
	change.definition.time_to_live = ExpiryIndex(attribute, change.next_index++, STATUS_CREATING);
	EndChange(&change);
	BuildWorkerStart(table->relation);
}

static TableIndex *
TimeToLiveOf(const Change *change)
{
	if (change->definition.time_to_live == NULL)
		elog(ERROR, "table \"%.*s\" has no time to live", BYTES_ARGS(change->row.name));
	return change->definition.time_to_live;
}

void
TableDisableTimeToLive(Table *table)
{
	Change change;

	BeginChange(&change, table);
	TimeToLiveOf(&change)->status = STATUS_DELETING;
	RemoveRebuild(&change.definition, TimeToLiveOf(&change)->number);
	EndChange(&change);
	BuildWorkerStart(table->relation);
}

void
TableFinishTimeToLive(Table *table)
{
	Change change;
	TableIndex *index;

	BeginChange(&change, table);
	index = TimeToLiveOf(&change);
	if (index->status == STATUS_CREATING)
		index->status = STATUS_ACTIVE;
	else
		change.definition.time_to_live = NULL;
	EndChange(&change);
}

static IndexRebuild *
FindRebuild(const TableDefinition *definition, int number)
{
	for (int i = 0; i < definition->rebuild_count; i++)
		if (definition->rebuilds[i].number == number)
			return &definition->rebuilds[i];
	return NULL;
}

/* One that goes on begins anew: a leaf that is done may need it again. */
void
TableRebuildIndex(Table *table, int number)
{
	IndexRebuild *rebuild;
	Change change;

	BeginChange(&change, table);
	rebuild = FindRebuild(&change.definition, number);
	if (rebuild == NULL)
		AppendRebuild(&change.definition, number);
	else
		rebuild->next_leaf = 0;
	EndChange(&change);
	BuildWorkerStart(table->relation);
}

void
TableAdvanceRebuild(Table *table, int number, int next_leaf)
{
	IndexRebuild *rebuild;
	Change change;

	BeginChange(&change, table);
	rebuild = FindRebuild(&change.definition, number);
	if (rebuild == NULL || rebuild->next_leaf != next_leaf - 1)
		return; /* it has begun anew meanwhile */
	rebuild->next_leaf = next_leaf;
	if (next_leaf >= change.definition.partitions)
		RemoveRebuild(&change.definition, number);
	EndChange(&change);
}

void
TableEndRebuild(Table *table, int number)
{
	Change change;

	BeginChange(&change, table);
	RemoveRebuild(&change.definition, number);
	EndChange(&change);
}
