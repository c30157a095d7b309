/*
 * The rules by which the regions of a global table agree on one version of each item.
 *
 * A stamp is when and where an item was last written: microseconds since 2000, and the number of
 * the region in the lowest eight bits. So stamps are totally ordered, and no two regions give the
 * same one. The clock that gives them runs ahead of every stamp that the region has seen, and of
 * those that it gave before a crash. Of two versions of an item the one with the later stamp wins,
 * wherever they meet and in whatever order; a deletion is such a version, whose stamp a tombstone
 * keeps.
 *
 * Nothing here looks at anything but its arguments: test/fuzz/regions runs these functions on
 * random histories.
 */
#ifndef DYNAMO_STAMP_H
#define DYNAMO_STAMP_H

#include "postgres.h"

#define MAX_REGION_NUMBER 255

/* 0: an item that was there before its table had replicas; it loses against every other. */
typedef int64 Stamp;

/* Microseconds since 2000, which also count writes: they never stand still. */
typedef int64 Tick;

/* So far ahead of the clock its reserve is put: a crash never takes the clock back behind it. */
#define CLOCK_RESERVE INT64CONST(10000000)

static inline Stamp
StampMake(Tick tick, int region)
{
	return (Stamp) (((uint64) tick << 8) | (uint64) region);
}

static inline Tick
StampTick(Stamp stamp)
{
	return stamp >> 8;
}

static inline int
StampRegion(Stamp stamp)
{
	return (int) (stamp & MAX_REGION_NUMBER);
}

/* The tick of a write of this region, which is the clock from then on. */
static inline Tick
ClockNext(Tick clock, Tick wall)
{
	return wall > clock ? wall : clock + 1;
}

/* The clock after a stamp of another region was seen. */
static inline Tick
ClockFollow(Tick clock, Stamp seen)
{
	return StampTick(seen) > clock ? StampTick(seen) : clock;
}

/*
 * The stamp of a deletion by time to live, of an item with this stamp: just behind it, so that a
 * write in any region that renews the item wins, whenever the deletion happens.
 */
static inline Stamp
ExpiryStamp(Stamp replaced, int region)
{
	return StampMake(StampTick(replaced) + 1, region);
}

/* What a region knows of a key. */
typedef struct KeyVersion
{
	bool exists;
	Stamp stamp;   /* of the item; 0 where there is none */
	Stamp deleted; /* of the key's last deletion that is known; 0: none */
} KeyVersion;

typedef enum ApplyAction
{
	APPLY_NOTHING,  /* what is here is newer */
	APPLY_PUT,      /* the item becomes the one that has come */
	APPLY_DELETE,   /* the item goes, and leaves a tombstone */
	APPLY_TOMBSTONE /* there is no item: the tombstone is kept */
} ApplyAction;

/* What becomes of a version that comes from another region. */
extern ApplyAction DecideApply(const KeyVersion *here, Stamp incoming, bool deletes);

/*
 * Whether an item that a local write has just made must have a later stamp: the key was held only
 * after the stamp was taken, and another transaction has deleted the key between.
 */
static inline bool
InsertIsStale(Stamp stamp, Stamp deleted)
{
	return deleted > 0 && deleted >= stamp;
}

#endif
