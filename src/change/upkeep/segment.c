/*
 * See segment.h.
 */
#include "change/upkeep/segment.h"

#include "access/table.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "change/log/log_horizon.h"
#include "change/upkeep/settings.h"
#include "change/upkeep/step.h"
#include "storage/query/ddl.h"
#include "storage/query/relation_name.h"
#include "storage/stream/change_epoch.h"
#include "storage/stream/recovery_catalog.h"

#define LOG_NAME "change_log"
#define SEGMENT_PREFIX LOG_NAME "_"
#define SEGMENTS_IN_RETENTION 24
#define MIN_SEGMENT_MINUTES 1
#define MINUTES_PER_DAY (24 * 60)

/* A row of dynamo.change_segment, and when the one after it was begun (0: there is none). */
typedef struct BegunSegment
{
	Segment segment;
	uint32 epoch;
	TimestampTz started;
	TimestampTz ended;
} BegunSegment;

static Datum
Value(HeapTuple row, int column)
{
	bool null;
	Datum value = SPI_getbinval(row, SPI_tuptable->tupdesc, column, &null);

	return null ? (Datum) 0 : value;
}

/* In order; palloc'd in the current context. */
static List *
BegunSegments(void)
{
	MemoryContext caller = CurrentMemoryContext;
	List *segments = NIL;

	SPI_connect();
	if (SPI_execute("SELECT segment, relation, epoch, started,"
	                " pg_catalog.lead(started) OVER (ORDER BY segment)"
	                " FROM dynamo.change_segment ORDER BY segment",
	                true, 0) != SPI_OK_SELECT)
		elog(ERROR, "segments of the change log cannot be read");
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		HeapTuple row = SPI_tuptable->vals[i];
		BegunSegment *begun = MemoryContextAlloc(caller, sizeof(BegunSegment));
		MemoryContext mine = MemoryContextSwitchTo(caller);

		begun->segment.number = DatumGetInt32(Value(row, 1));
		begun->segment.relation = DatumGetObjectId(Value(row, 2));
		begun->epoch = DatumGetInt32(Value(row, 3));
		begun->started = DatumGetTimestampTz(Value(row, 4));
		begun->ended = DatumGetTimestampTz(Value(row, 5));
		segments = lappend(segments, begun);
		MemoryContextSwitchTo(mine);
	}
	SPI_finish();
	return segments;
}

static const BegunSegment *
LastBegun(void)
{
	List *begun = BegunSegments();

	return begun == NIL ? NULL : llast(begun);
}

/* The number in a partition's name; 0 for another name. */
static int
NumberInName(const char *name)
{
	int prefix = strlen(SEGMENT_PREFIX);

	if (name == NULL || strncmp(name, SEGMENT_PREFIX, prefix) != 0)
		return 0;
	return atoi(name + prefix);
}

static Oid
LogRelation(void)
{
	Oid log = DynamoRelation(FUNCTION_SCHEMA, LOG_NAME);

	if (!OidIsValid(log))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
		                errmsg("extension dynamo has no change log in this database")));
	return log;
}

/* All partitions that there are. */
static List *
Partitions(void)
{
	List *segments = NIL;
	ListCell *cell;

	foreach (cell, find_inheritance_children(LogRelation(), NoLock))
	{
		Segment *segment = palloc_object(Segment);

		segment->relation = lfirst_oid(cell);
		segment->number = NumberInName(get_rel_name(segment->relation));
		if (segment->number > 0)
			segments = lappend(segments, segment);
	}
	return segments;
}

static Segment
LastPartition(void)
{
	Segment last = { 0 };
	ListCell *cell;

	foreach (cell, Partitions())
	{
		const Segment *segment = lfirst(cell);

		if (segment->number > last.number)
			last = *segment;
	}
	return last;
}

bool
SegmentPending(Segment *segment)
{
	const BegunSegment *begun = LastBegun();

	*segment = LastPartition();
	if (segment->number <= (begun == NULL ? 0 : begun->segment.number))
		segment->number = 0;
	return segment->number != 0;
}

static char *
NameOf(int number)
{
	return psprintf(FUNCTION_SCHEMA "." SEGMENT_PREFIX "%d", number);
}

/* "PUBLIC, one, another": those who have rights on a relation by default privileges; or NULL. */
static char *
Grantees(Oid relation)
{
	HeapTuple row = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	StringInfoData names;
	bool null;
	Datum value;
	Acl *acl;

	if (!HeapTupleIsValid(row))
		return NULL;
	value = SysCacheGetAttr(RELOID, row, Anum_pg_class_relacl, &null);
	acl = null ? make_empty_acl() : DatumGetAclPCopy(value);
	ReleaseSysCache(row);
	initStringInfo(&names);
	for (int i = 0; i < ACL_NUM(acl); i++)
	{
		Oid grantee = ACL_DAT(acl)[i].ai_grantee;
		char *name = OidIsValid(grantee) ? GetUserNameFromId(grantee, true) : NULL;

		if (grantee == RelationOwner(relation) || (OidIsValid(grantee) && name == NULL))
			continue;
		appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "",
		                 name == NULL ? "PUBLIC" : quote_identifier(name));
	}
	return names.len > 0 ? names.data : NULL;
}

/* A change is a whole item: default privileges of other tables must not reach it. */
static void
RevokeAll(const char *name, Oid relation)
{
	char *grantees = Grantees(relation);

	if (grantees != NULL)
		ExecuteDdl(psprintf("REVOKE ALL ON %s FROM %s CASCADE", name, grantees));
}

Segment
SegmentMake(void)
{
	const BegunSegment *begun = LastBegun();
	Segment segment = LastPartition();
	char *name;

	segment.number = Max(segment.number, begun == NULL ? 0 : begun->segment.number) + 1;
	name = NameOf(segment.number);
	ExecuteDdl(psprintf("CREATE TABLE %s PARTITION OF " FUNCTION_SCHEMA "." LOG_NAME
	                    " FOR VALUES IN (%d)",
	                    name, segment.number));
	segment.relation =
	    DynamoRelation(FUNCTION_SCHEMA, psprintf(SEGMENT_PREFIX "%d", segment.number));
	RevokeAll(name, segment.relation);
	ExecuteDdl(psprintf("ALTER EXTENSION dynamo ADD TABLE %s", name));
	return segment;
}

/* Minutes: the longest that a reader of the database wants. */
static int
Retention(void)
{
	return Max(stream_retention, RecoveryLongestDays() * MINUTES_PER_DAY);
}

bool
SegmentIsDue(void)
{
	int minutes = Max(MIN_SEGMENT_MINUTES, Retention() / SEGMENTS_IN_RETENTION);
	const BegunSegment *begun = LastBegun();
	Segment pending;

	return !SegmentPending(&pending) && (begun == NULL || begun->started <= MinutesAgo(minutes));
}

void
SegmentsLock(void)
{
	const BegunSegment *begun = LastBegun();
	Segment pending;

	if (begun != NULL)
		LockRelationOid(begun->segment.relation, ShareLock);
	if (SegmentPending(&pending))
		LockRelationOid(pending.relation, ShareLock);
}

/* When the last change in it was captured, at the latest; 0: there may be more. */
static TimestampTz
EndOf(const BegunSegment *begun, const ChangeEpoch *last)
{
	if (begun->ended != 0)
		return begun->ended;
	return begun->epoch < last->epoch ? last->started : last->ended;
}

/* Also what was made for an epoch that has ended without having begun it. */
static List *
ExpiredOf(List *begun, const ChangeEpoch *epoch)
{
	TimestampTz limit = MinutesAgo(Retention());
	List *expired = NIL;
	Segment pending;
	ListCell *cell;

	foreach (cell, begun)
	{
		BegunSegment *segment = lfirst(cell);
		TimestampTz end = EndOf(segment, epoch);

		if (end != 0 && end <= limit)
			expired = lappend(expired, &segment->segment);
	}
	if (epoch->ended != 0 && SegmentPending(&pending))
	{
		Segment *unused = palloc_object(Segment);

		*unused = pending;
		expired = lappend(expired, unused);
	}
	return expired;
}

List *
SegmentsExpired(void)
{
	ChangeEpoch epoch;

	return ChangeEpochLast(&epoch) ? ExpiredOf(BegunSegments(), &epoch) : NIL;
}

void
SegmentDrop(const Segment *segment)
{
	char *name = NameOf(segment->number);

	if (OidIsValid(DynamoRelation(FUNCTION_SCHEMA, name + strlen(FUNCTION_SCHEMA "."))))
	{
		LogHorizonAdvance(segment->number, name);
		ExecuteDdl(psprintf("ALTER EXTENSION dynamo DROP TABLE %s", name));
		ExecuteDdl(psprintf("DROP TABLE %s", name));
	}
	ExecuteDdl(psprintf("DELETE FROM dynamo.change_segment WHERE segment = %d", segment->number));
}
