/*
 * Table class, protection, encryption, and what is not to be had.
 */
#include "operation/table/table_options.h"

#include "error/error.h"
#include "operation/arn.h"

/* Members that ask for something as soon as they are given, and why it is not to be had. */
typedef struct UnsupportedMember
{
	MemberId id;
	const char *reason;
} UnsupportedMember;

#define ONE_REGION "global tables are not available"

static const UnsupportedMember unsupported_members[] = {
	{ MEMBER_ReplicaUpdates, ONE_REGION },
	{ MEMBER_GlobalTableSourceArn, ONE_REGION },
	{ MEMBER_GlobalTableWitnessUpdates, ONE_REGION },
	{ MEMBER_MultiRegionConsistency, ONE_REGION },
	{ MEMBER_VectorIndexes, "vector indexes are not available" },
	{ MEMBER_VectorIndexUpdates, "vector indexes are not available" },
};

static void
CheckReplication(const Structure *request)
{
	Bytes mode = StructureString(request, member_GlobalTableSettingsReplicationMode);

	if (mode.data != NULL && !BytesEqual(mode, BYTES_LITERAL("DISABLED")))
		InvalidParameters("GlobalTableSettingsReplicationMode: " ONE_REGION);
	if (StructureBoolean(request, member_DisassociationProtectionEnabled, false))
		InvalidParameters("DisassociationProtectionEnabled: " ONE_REGION);
}

void
UnsupportedCheck(const Structure *request)
{
	for (int i = 0; i < lengthof(unsupported_members); i++)
	{
		if (StructureHas(request, unsupported_members[i].id))
			InvalidParameters("%s: %s", MemberName(unsupported_members[i].id),
			                  unsupported_members[i].reason);
	}
	CheckReplication(request);
}

/* The ARN of a KMS key that is named by its ARN, its alias or its id. */
static Bytes
EncryptionKeyArn(Bytes key)
{
	char *name = key.data == NULL ? "alias/aws/dynamodb" : BytesToCString(key);

	if (strncmp(name, "arn:", 4) == 0)
		return key;
	if (strncmp(name, "alias/", 6) != 0)
		name = psprintf("key/%s", name);
	return BytesFromCString(ServiceArn("kms", name));
}

static void
ApplyEncryption(const Structure *specification, TableSettings *settings)
{
	Bytes type = StructureString(specification, member_SSEType);
	Bytes key = StructureString(specification, member_KMSMasterKeyId);
	bool enabled = StructureBoolean(specification, member_Enabled, false);

	if (!enabled && (type.data != NULL || key.data != NULL))
		InvalidParameters("SSEType and KMSMasterKeyId can only be specified when SSE is enabled");
	if (type.data != NULL && !BytesEqual(type, BYTES_LITERAL("KMS")))
		InvalidParameters("SSEType %.*s is not supported", BYTES_ARGS(type));
	settings->encryption_key = enabled ? EncryptionKeyArn(key) : (Bytes){ NULL, 0 };
}

void
EncryptionRestore(const Structure *request, TableSettings *settings)
{
	const Structure *encryption = StructureStructure(request, member_SSESpecificationOverride);

	if (encryption != NULL)
		ApplyEncryption(encryption, settings);
}

void
TableOptionsApply(const Structure *request, TableSettings *settings)
{
	const Structure *encryption = StructureStructure(request, member_SSESpecification);
	Bytes table_class = StructureString(request, member_TableClass);

	if (encryption != NULL)
		ApplyEncryption(encryption, settings);
	if (table_class.data != NULL)
	{
		settings->table_class = table_class;
		settings->table_class_changed = CurrentMilliseconds();
	}
	settings->deletion_protection =
	    StructureBoolean(request, member_DeletionProtectionEnabled, settings->deletion_protection);
}
