/*
 * See item_apply.h.
 *
 * An item that is absent is inserted first and judged then, when its key is held: the access method
 * and InsertVersion look for tombstones. A tombstone is added under a claim of the key, so that a
 * transaction that is creating it with an older stamp has ended before.
 */
#include "storage/region/item_apply.h"

#include "access/xact.h"
#include "miscadmin.h"

#include "region/region_clock.h"
#include "storage/index/leaf_key.h"
#include "storage/region/stamped_write.h"
#include "storage/region/tombstone.h"
#include "storage/write/write_executor.h"
#include "storage/write/write_leaf.h"

typedef struct Incoming
{
	LeafWriter writer;
	Jsonb *item;
	Stamp stamp;
	ApplyAction action;
	bool existed;
	bool retry; /* what the decision was made on is no more */
} Incoming;

static DeletedKey
DeletedKeyOf(const Incoming *incoming)
{
	const ItemKey *key = incoming->writer.key;

	return (DeletedKey){ incoming->writer.table->relation, ItemKeyHash(key, 0),
		                 LeafKeyItem(incoming->writer.leaf, key) };
}

static void
Decide(Incoming *incoming, const ItemVersion *version)
{
	KeyVersion here = { .exists = version->exists };
	DeletedKey key;

	if (version->exists)
		here.stamp = StampOfRow(incoming->writer.leaf, version->row);
	else
	{
		key = DeletedKeyOf(incoming);
		here.deleted = TombstoneFind(&key);
	}
	incoming->existed = version->exists;
	incoming->action = DecideApply(&here, incoming->stamp, incoming->item == NULL);
}

static bool
AddTombstone(Incoming *incoming)
{
	DeletedKey key;

	if (!ClaimAbsentKey(&incoming->writer))
		return false;
	key = DeletedKeyOf(incoming);
	TombstoneAdd(&key, incoming->stamp);
	RegionNoteDeletion(key.hash, incoming->stamp);
	return true;
}

static bool
CarryOut(Incoming *incoming, ItemVersion *version)
{
	switch (incoming->action)
	{
		case APPLY_NOTHING:
			return true;
		case APPLY_PUT:
			return version->exists ? UpdateVersion(&incoming->writer, version, incoming->item)
			                       : InsertVersion(&incoming->writer, incoming->item);
		case APPLY_DELETE:
			return DeleteVersion(&incoming->writer, version);
		case APPLY_TOMBSTONE:
			return AddTombstone(incoming);
	}
	elog(ERROR, "unknown action %d", incoming->action);
}

static bool
TryApply(Incoming *incoming)
{
	ItemVersion version;

	FindNewestVersion(&incoming->writer, &version);
	if (version.contended && !LockVersion(&incoming->writer, &version))
		return false;
	Decide(incoming, &version);
	return CarryOut(incoming, &version);
}

/* Called under the lock of a version that there is. */
static WriteAction
DecideByExecutor(void *state, const Jsonb *current, Jsonb **replacement)
{
	Incoming *incoming = state;
	ItemVersion version;

	FindNewestVersion(&incoming->writer, &version);
	incoming->retry = version.exists != (current != NULL);
	if (incoming->retry)
		return WRITE_ABANDON;
	Decide(incoming, &version);
	*replacement = incoming->item;
	switch (incoming->action)
	{
		case APPLY_PUT:
			return WRITE_PUT;
		case APPLY_DELETE:
			return WRITE_DELETE;
		default:
			return WRITE_ABANDON;
	}
}

static bool
TryApplyByExecutor(Incoming *incoming)
{
	incoming->retry = false;
	if (!TryWriteByExecutor(&incoming->writer, DecideByExecutor, incoming) || incoming->retry)
		return false;
	return incoming->action != APPLY_TOMBSTONE || AddTombstone(incoming);
}

static void
Apply(Incoming *incoming)
{
	bool (*attempt)(Incoming *) = NeedsExecutor(&incoming->writer) ? TryApplyByExecutor : TryApply;

	StampGivenBegin(incoming->writer.table->relation, incoming->writer.key, incoming->stamp);
	PG_TRY();
	{
		while (!attempt(incoming))
			CHECK_FOR_INTERRUPTS();
	}
	PG_FINALLY();
	{
		StampGivenEnd();
	}
	PG_END_TRY();
}

bool
ItemApply(Table *table, const ItemKey *key, Jsonb *item, Stamp stamp)
{
	Incoming incoming = { .item = item, .stamp = stamp };

	RegionClockFollow(stamp);
	LeafWriterOpen(&incoming.writer, table, key, false);
	Apply(&incoming);
	LeafWriterClose(&incoming.writer);
	CommandCounterIncrement();
	return incoming.action != APPLY_NOTHING;
}
