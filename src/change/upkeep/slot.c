/*
 * See slot.h.
 */
#include "change/upkeep/slot.h"

#include "access/genam.h"
#include "access/table.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "access/xlogutils.h"
#include "catalog/pg_database.h"
#include "catalog/pg_replication_origin.h"
#include "miscadmin.h"
#include "replication/logical.h"
#include "replication/origin.h"
#include "replication/slot.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/syscache.h"

#include "compat.h"
#include "storage/stream/capture_slot.h"

#define PLUGIN "dynamo"

/* Later versions load only the plugins that a setting names, which is the administrator's. */
static void
AllowPlugin(void)
{
	if (GetConfigOption("output_plugin_libraries", true, false) != NULL)
		SetConfigOption("output_plugin_libraries", PLUGIN, PGC_SUSET, PGC_S_SESSION);
}

void
SlotCheckServer(void)
{
	CheckLogicalDecodingRequirements();
}

/*
 * In a transaction that has no snapshot and writes nothing, so that none waits for it while it
 * waits.
 */
XLogRecPtr
SlotMake(void)
{
	LogicalDecodingContext *decoding;
	XLogRecPtr confirmed;

	AllowPlugin();
	StartTransactionCommand();
	CreateEphemeralSlot(CaptureName(MyDatabaseId));
	decoding = CreateInitDecodingContext(PLUGIN, NIL, false, InvalidXLogRecPtr,
	                                     XL_ROUTINE(.page_read = read_local_xlog_page,
	                                                .segment_open = wal_segment_open,
	                                                .segment_close = wal_segment_close),
	                                     NULL, NULL, NULL);
	DecodingContextFindStartpoint(decoding);
	FreeDecodingContext(decoding);
	confirmed = MyReplicationSlot->data.confirmed_flush;
	ReplicationSlotPersist();
	ReplicationSlotRelease();
	CommitTransactionCommand();
	return confirmed;
}

void
SlotDrop(void)
{
	CaptureSlot slot = CaptureSlotRead(MyDatabaseId);

	if (slot.state != CAPTURE_SLOT_ABSENT && slot.state != CAPTURE_SLOT_FOREIGN)
		ReplicationSlotDrop(CaptureName(MyDatabaseId), true);
}

void
OriginMake(void)
{
	OriginDrop();
	(void) replorigin_create(CaptureName(MyDatabaseId));
}

void
OriginDrop(void)
{
	replorigin_drop_by_name(CaptureName(MyDatabaseId), true, true);
	CommandCounterIncrement();
}

bool
OriginRead(XLogRecPtr *position)
{
	RepOriginId origin = replorigin_by_name(CaptureName(MyDatabaseId), true);

	if (origin == InvalidRepOriginId)
		return false;
	*position = replorigin_get_progress(origin, false);
	return true;
}

/* The databases that origins are named by and that are no more. */
static List *
GoneDatabases(void)
{
	Relation origins = table_open(ReplicationOriginRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(origins, InvalidOid, false, NULL, 0, NULL);
	List *gone = NIL;
	HeapTuple row;

	while (HeapTupleIsValid(row = systable_getnext(scan)))
	{
		bool null;
		Datum name =
		    heap_getattr(row, Anum_pg_replication_origin_roname, RelationGetDescr(origins), &null);
		Oid database;

		if (CaptureNameParse(TextDatumGetCString(name), &database) &&
		    !SearchSysCacheExists1(DATABASEOID, ObjectIdGetDatum(database)))
			gone = lappend_oid(gone, database);
	}
	systable_endscan(scan);
	table_close(origins, AccessShareLock);
	return gone;
}

void
OriginsDropGone(void)
{
	ListCell *cell;

	foreach (cell, GoneDatabases())
		replorigin_drop_by_name(CaptureName(lfirst_oid(cell)), true, true);
}
