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

#define STANDARD_CLASS "STANDARD"
#define ONE_ACCOUNT "global tables of several accounts are not available"
#define NO_CONSENSUS "global tables with strong consistency are not available"
#define NO_SYNCHRONISATION "settings of replicas are not synchronised"

static const UnsupportedMember unsupported_members[] = {
	{ MEMBER_GlobalTableSourceArn, ONE_ACCOUNT },
	{ MEMBER_GlobalTableWitnessUpdates, NO_CONSENSUS },
};

static void
CheckReplication(const Structure *request)
{
	Bytes mode = StructureString(request, member_GlobalTableSettingsReplicationMode);

	if (mode.data != NULL && !BytesEqual(mode, BYTES_LITERAL("DISABLED")))
		ValidationError(TEXT_MEMBER_UNAVAILABLE, "GlobalTableSettingsReplicationMode",
		                NO_SYNCHRONISATION);
	if (StructureBoolean(request, member_DisassociationProtectionEnabled, false))
		ValidationError(TEXT_MEMBER_UNAVAILABLE, "DisassociationProtectionEnabled",
		                "Disassociate is not available");
	if (BytesEqual(StructureString(request, member_MultiRegionConsistency),
	               BYTES_LITERAL("STRONG")))
		ValidationError(TEXT_STRONG_CONSISTENCY);
}

static void
CheckTableClass(Bytes table_class)
{
	if (table_class.data != NULL && !BytesEqual(table_class, BYTES_LITERAL(STANDARD_CLASS)) &&
	    !BytesEqual(table_class, BYTES_LITERAL("STANDARD_INFREQUENT_ACCESS")))
		ValidationError(TEXT_TABLE_CLASS);
}

void
TableOptionsCheck(const Structure *request)
{
	for (int i = 0; i < lengthof(unsupported_members); i++)
	{
		if (StructureHas(request, unsupported_members[i].id))
			InvalidParameters("%s: %s", MemberName(unsupported_members[i].id),
			                  unsupported_members[i].reason);
	}
	CheckReplication(request);
	CheckTableClass(StructureString(request, member_TableClass));
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

/* Whether KMS is asked for, which a type alone does too; `specification` may be NULL. */
static bool
EncryptionRead(const Structure *specification)
{
	Bytes type = StructureString(specification, member_SSEType);
	Bytes key = StructureString(specification, member_KMSMasterKeyId);
	bool enabled = StructureBoolean(specification, member_Enabled, type.data != NULL);
	bool disabled = !enabled && StructureHas(specification, MEMBER_Enabled);

	if (disabled && type.data != NULL)
		ValidationError(TEXT_ENCRYPTION_TYPE_OFF);
	if (disabled && key.data != NULL)
		ValidationError(TEXT_ENCRYPTION_KEY_OFF);
	if (type.data != NULL && !BytesEqual(type, BYTES_LITERAL("KMS")))
		ValidationError(TEXT_ENCRYPTION_TYPE, BYTES_ARGS(type));
	if (type.data == NULL && key.data != NULL)
		ValidationError(TEXT_ENCRYPTION_KEY_ALONE);
	return enabled;
}

static void
ApplyEncryption(const Structure *specification, TableSettings *settings)
{
	bool enabled = EncryptionRead(specification);

	settings->encryption_key =
	    enabled ? EncryptionKeyArn(StructureString(specification, member_KMSMasterKeyId))
	            : (Bytes){ NULL, 0 };
}

void
EncryptionUpdateCheck(const Structure *request, const TableSettings *settings)
{
	const Structure *specification = StructureStructure(request, member_SSESpecification);
	Bytes key = StructureString(specification, member_KMSMasterKeyId);

	if (specification == NULL)
		return;
	if (!EncryptionRead(specification) && settings->encryption_key.data == NULL)
		ValidationError(TEXT_ENCRYPTED_BY_DEFAULT);
	if (key.data != NULL && BytesEqual(key, settings->encryption_key))
		ValidationError(TEXT_ENCRYPTED_BY_KEY);
}

void
EncryptionRestore(const Structure *request, TableSettings *settings)
{
	const Structure *encryption = StructureStructure(request, member_SSESpecificationOverride);

	if (encryption != NULL)
		ApplyEncryption(encryption, settings);
}

static void
ApplyTableClass(Bytes table_class, TableSettings *settings)
{
	/* That of a table of which none was ever said. */
	if (settings->table_class.data == NULL &&
	    BytesEqual(table_class, BYTES_LITERAL(STANDARD_CLASS)))
		return;
	settings->table_class = table_class;
	settings->table_class_changed = CurrentMilliseconds();
}

void
TableOptionsApply(const Structure *request, TableSettings *settings)
{
	const Structure *encryption = StructureStructure(request, member_SSESpecification);
	Bytes table_class = StructureString(request, member_TableClass);

	if (encryption != NULL)
		ApplyEncryption(encryption, settings);
	if (table_class.data != NULL)
		ApplyTableClass(table_class, settings);
	settings->deletion_protection =
	    StructureBoolean(request, member_DeletionProtectionEnabled, settings->deletion_protection);
}
