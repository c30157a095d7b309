/*
 * A structure of throughput without members counts for nothing beside another change. Alone it is
 * an InternalFailure of the service; here it is a ValidationException.
 */
#include "operation/table/update_combination.h"

#include "error/error.h"

typedef enum Change
{
	CHANGE_ENCRYPTION = 1 << 0,
	CHANGE_CLASS = 1 << 1,
	CHANGE_PROTECTION = 1 << 2,
	CHANGE_WARM = 1 << 3,
	CHANGE_ON_DEMAND = 1 << 4,
	CHANGE_TO_ON_DEMAND = 1 << 5,
	CHANGE_TO_PROVISIONED = 1 << 6,
	CHANGE_UNITS = 1 << 7, /* provisioned throughput */
	CHANGE_STREAM = 1 << 8,
	CHANGE_INDEX = 1 << 9, /* created or deleted */
	CHANGE_INDEX_CREATE = 1 << 10,
	CHANGE_INDEX_UPDATE = 1 << 11
} Change;

#define ANY_CHANGE 0xFFF
#define CHANGE_IOPS (CHANGE_UNITS | CHANGE_TO_PROVISIONED)
#define ONLY(what) INVALID_PARAMETERS what TEXT_ONLY_OPERATION

/* A change, what it does not go with, and what is said of that; the first line that fits holds. */
static const struct
{
	int change;
	int others;
	const char *text;
} rules[] = {
	{ CHANGE_ENCRYPTION, ANY_CHANGE & ~CHANGE_ENCRYPTION,
	  ONLY("Server-Side Encryption modification") },
	{ CHANGE_CLASS, ANY_CHANGE & ~CHANGE_CLASS, ONLY("TableClass modification") },
	{ CHANGE_PROTECTION, ANY_CHANGE & ~CHANGE_PROTECTION, ONLY("DeletionProtection modification") },
	{ CHANGE_WARM, CHANGE_INDEX_CREATE, TEXT_INDEX_WITH_WARM },
	{ CHANGE_WARM, ANY_CHANGE & ~CHANGE_WARM, ONLY("WarmThroughput") },
	{ CHANGE_ON_DEMAND,
	  ANY_CHANGE & ~(CHANGE_ON_DEMAND | CHANGE_TO_ON_DEMAND | CHANGE_TO_PROVISIONED),
	  TEXT_ON_DEMAND_ALONE },
	{ CHANGE_STREAM, CHANGE_IOPS, TEXT_STREAM_WITH_IOPS },
	{ CHANGE_INDEX, CHANGE_IOPS, TEXT_INDEX_WITH_IOPS },
	{ CHANGE_INDEX, CHANGE_STREAM, TEXT_INDEX_WITH_STREAM },
};

static int
BillingChange(const Structure *request)
{
	Bytes mode = StructureString(request, member_BillingMode);
	int change = 0;

	if (mode.data != NULL)
		change = BytesEqual(mode, BYTES_LITERAL("PROVISIONED")) ? CHANGE_TO_PROVISIONED
		                                                        : CHANGE_TO_ON_DEMAND;
	if (StructureHas(request, MEMBER_ProvisionedThroughput))
		change |= CHANGE_UNITS;
	return change;
}

static int
IndexChanges(const JsonNode *updates)
{
	int changes = 0;

	for (int i = 0; updates != NULL && i < updates->count; i++)
	{
		const Structure *update = NodeStructure(&updates->elements[i]);

		if (StructureHas(update, MEMBER_Create))
			changes |= CHANGE_INDEX | CHANGE_INDEX_CREATE;
		if (StructureHas(update, MEMBER_Delete))
			changes |= CHANGE_INDEX;
		if (StructureHas(update, MEMBER_Update))
			changes |= CHANGE_INDEX_UPDATE;
	}
	return changes;
}

static bool
HasMembers(const Structure *request, StructureMember member)
{
	const Structure *structure = StructureStructure(request, member);

	return structure != NULL && !StructureIsEmpty(structure);
}

static int
ChangesOf(const Structure *request)
{
	int changes = BillingChange(request);

	changes |= IndexChanges(StructureList(request, member_GlobalSecondaryIndexUpdates));
	changes |= IndexChanges(StructureList(request, member_VectorIndexUpdates));
	if (StructureHas(request, MEMBER_SSESpecification))
		changes |= CHANGE_ENCRYPTION;
	if (StructureHas(request, MEMBER_TableClass))
		changes |= CHANGE_CLASS;
	if (StructureHas(request, MEMBER_DeletionProtectionEnabled))
		changes |= CHANGE_PROTECTION;
	if (StructureHas(request, MEMBER_StreamSpecification))
		changes |= CHANGE_STREAM;
	if (HasMembers(request, member_WarmThroughput))
		changes |= CHANGE_WARM;
	if (HasMembers(request, member_OnDemandThroughput))
		changes |= CHANGE_ON_DEMAND;
	return changes;
}

static void
CheckThroughputGiven(const Structure *request)
{
	static const StructureMember members[] = { { MEMBER_OnDemandThroughput },
		                                       { MEMBER_WarmThroughput } };

	for (int i = 0; i < lengthof(members); i++)
	{
		if (StructureHas(request, members[i].id) && !HasMembers(request, members[i]))
			ValidationError(TEXT_MEMBER_EMPTY, MemberName(members[i].id));
	}
}

static void
CheckIndexWarmth(const JsonNode *updates)
{
	static const StructureMember actions[] = { { MEMBER_Create }, { MEMBER_Update } };

	for (int i = 0; updates != NULL && i < updates->count; i++)
	{
		for (int j = 0; j < lengthof(actions); j++)
		{
			const Structure *index =
			    StructureStructure(NodeStructure(&updates->elements[i]), actions[j]);

			if (StructureHas(index, MEMBER_WarmThroughput) &&
			    !HasMembers(index, member_WarmThroughput))
				ValidationError(TEXT_INDEX_WARM_EMPTY,
				                BYTES_ARGS(StructureString(index, member_IndexName)));
		}
	}
}

void
UpdateCombinationCheck(const Structure *request)
{
	int changes = ChangesOf(request);

	if (changes == 0)
		CheckThroughputGiven(request);
	for (int i = 0; i < lengthof(rules); i++)
	{
		if ((changes & rules[i].change) != 0 && (changes & rules[i].others) != 0)
			ValidationError("%s", rules[i].text);
	}
	CheckIndexWarmth(StructureList(request, member_GlobalSecondaryIndexUpdates));
}

bool
UpdateKeepsStatus(const Structure *request)
{
	return (ChangesOf(request) & ~(CHANGE_ENCRYPTION | CHANGE_PROTECTION | CHANGE_WARM |
	                               CHANGE_ON_DEMAND | CHANGE_INDEX_UPDATE)) == 0;
}
