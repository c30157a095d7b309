/*
 * See replica_updates.h.
 */
#include "operation/table/replica_updates.h"

#include "utils/timestamp.h"

#include "error/error.h"
#include "json/json_member.h"
#include "model/resource_name.h"
#include "operation/table/table_change.h"
#include "storage/region/region_catalog.h"
#include "storage/region/replica_catalog.h"

#define GLOBAL_TABLE_VERSION "2019.11.21"

/* Members that would have a replica differ from the others. */
static const MemberId overrides[] = {
	MEMBER_KMSMasterKeyId,
	MEMBER_ProvisionedThroughputOverride,
	MEMBER_OnDemandThroughputOverride,
	MEMBER_GlobalSecondaryIndexes,
	MEMBER_TableClassOverride,
};

static void
CheckUpdate(const Structure *update)
{
	const Structure *create = StructureStructure(update, member_Create);
	int actions = StructureHas(update, MEMBER_Create) + StructureHas(update, MEMBER_Update) +
	              StructureHas(update, MEMBER_Delete) + StructureHas(update, MEMBER_Disassociate);

	if (actions != 1)
		ValidationError(TEXT_REPLICA_UPDATE_ONE);
	if (StructureHas(update, MEMBER_Update))
		ValidationError(TEXT_MEMBER_UNAVAILABLE, "Update", TEXT_REPLICA_SETTINGS);
	if (StructureHas(update, MEMBER_Disassociate))
		ValidationError(TEXT_MEMBER_UNAVAILABLE, "Disassociate", TEXT_REPLICA_DISASSOCIATE);
	for (int i = 0; create != NULL && i < lengthof(overrides); i++)
		if (StructureHas(create, overrides[i]))
			ValidationError(TEXT_MEMBER_UNAVAILABLE, MemberName(overrides[i]),
			                TEXT_REPLICA_SETTINGS);
}

void
ReplicaUpdatesCheck(const Structure *request)
{
	const JsonNode *updates = StructureList(request, member_ReplicaUpdates);

	for (int i = 0; updates != NULL && i < updates->count; i++)
		CheckUpdate(NodeStructure(&updates->elements[i]));
}

/* A superuser has said how it is reached. */
static const KnownRegion *
NeedRegion(Bytes name)
{
	const KnownRegion *region;

	if (BytesEqual(name, BytesFromCString(RegionName())))
		ValidationError(TEXT_REPLICA_HERE, BYTES_ARGS(name));
	region = RegionNamed(name);
	if (region == NULL)
		ValidationError(TEXT_REPLICA_REGION, BYTES_ARGS(name));
	return region;
}

static const Replica *
Find(Oid relation, int region)
{
	ListCell *cell;

	foreach (cell, ReplicasOf(relation))
	{
		const Replica *replica = lfirst(cell);

		if (replica->region == region && !replica->removed)
			return replica;
	}
	return NULL;
}

static void
ApplyUpdate(const Structure *update, Table *table)
{
	const Structure *create = StructureStructure(update, member_Create);
	const Structure *drop = StructureStructure(update, member_Delete);
	Bytes name = StructureString(create != NULL ? create : drop, member_RegionName);
	const KnownRegion *region = NeedRegion(name);
	const Replica *replica = Find(table->relation, region->number);

	if (create != NULL && replica != NULL)
		ValidationError(TEXT_REPLICA_EXISTS, BYTES_ARGS(name), BYTES_ARGS(table->definition.name));
	if (drop != NULL && replica == NULL)
		ValidationError(TEXT_REPLICA_NONE, BYTES_ARGS(name), BYTES_ARGS(table->definition.name));
	if (create != NULL && !TableHasReplicas(table->relation))
		TableReplicate(table, true);
	ReplicaSetMember(table->relation, region->number, drop != NULL, GetCurrentTimestamp());
}

void
ReplicaUpdatesApply(const Structure *request, Table *table)
{
	const JsonNode *updates = StructureList(request, member_ReplicaUpdates);
	Bytes name = table->definition.name;

	if (updates == NULL || updates->count == 0)
		return;
	TableCheckOwner(table);
	for (int i = 0; i < updates->count; i++)
		ApplyUpdate(NodeStructure(&updates->elements[i]), TableOpen(name, 0));
}

static bool
IsOther(const Replica *replica)
{
	return !replica->removed && RegionNumbered(replica->region) != NULL;
}

void
CheckHasNoReplicas(const Table *table)
{
	ListCell *cell;

	foreach (cell, ReplicasOf(table->relation))
		if (IsOther(lfirst(cell)))
			ValidationError(TEXT_DELETE_REPLICATED, BYTES_ARGS(table->definition.name));
}

static void
WriteReplica(JsonWriter *response, const Replica *replica, const char *region)
{
	JsonBeginObject(response);
	JsonCStringMember(response, "RegionName", region);
	JsonCStringMember(response, "ReplicaStatus",
	                  replica->active ? REPLICA_ACTIVE : REPLICA_CREATING);
	if (!replica->active)
		JsonCStringMember(response, "ReplicaStatusPercentProgress",
		                  psprintf("%d", replica->percent));
	JsonEndObject(response);
}

void
DescriptionWriteReplicas(JsonWriter *response, const Table *table)
{
	bool first = true;
	ListCell *cell;

	if (!TableHasReplicas(table->relation))
		return;
	foreach (cell, ReplicasOf(table->relation))
	{
		const Replica *replica = lfirst(cell);
		const KnownRegion *region = RegionNumbered(replica->region);

		if (replica->removed || region == NULL)
			continue;
		if (first)
		{
			JsonCStringMember(response, "GlobalTableVersion", GLOBAL_TABLE_VERSION);
			JsonName(response, "Replicas");
			JsonBeginArray(response);
		}
		first = false;
		WriteReplica(response, replica, region->name);
	}
	if (first)
		return;
	JsonEndArray(response);
	JsonCStringMember(response, "MultiRegionConsistency", "EVENTUAL");
}
