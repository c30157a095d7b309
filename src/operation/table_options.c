/*
 * Table class, protection, encryption, and what is not to be had.
 */
#include "operation/table_options.h"

#include "error/error.h"
#include "operation/request.h"

/* Members that ask for something as soon as they are given, and why it is not to be had. */
typedef struct UnsupportedMember
{
	const char *name;
	const char *reason;
} UnsupportedMember;

#define ONE_REGION "global tables are not available"

static const UnsupportedMember unsupported_members[] = {
	{ "ReplicaUpdates", ONE_REGION },
	{ "GlobalTableSourceArn", ONE_REGION },
	{ "GlobalTableWitnessUpdates", ONE_REGION },
	{ "MultiRegionConsistency", ONE_REGION },
	{ "ResourcePolicy", "resource policies are not available; GRANT privileges on the table" },
	{ "VectorIndexes", "vector indexes are not available" },
	{ "VectorIndexUpdates", "vector indexes are not available" },
};

static void
CheckStream(const JsonNode *request)
{
	const JsonNode *stream = JsonGet(request, "StreamSpecification");

	if (stream != NULL && JsonGetBoolean(stream, "StreamEnabled", false))
		InvalidParameters("StreamSpecification: streams are not available yet");
}

static void
CheckReplication(const JsonNode *request)
{
	Bytes mode = JsonGetString(request, "GlobalTableSettingsReplicationMode");

	if (mode.data != NULL && !BytesEqual(mode, BYTES_LITERAL("DISABLED")))
		InvalidParameters("GlobalTableSettingsReplicationMode: " ONE_REGION);
	if (JsonGetBoolean(request, "DisassociationProtectionEnabled", false))
		InvalidParameters("DisassociationProtectionEnabled: " ONE_REGION);
}

void
UnsupportedCheck(const JsonNode *request)
{
	for (int i = 0; i < lengthof(unsupported_members); i++)
	{
		if (JsonGet(request, unsupported_members[i].name) != NULL)
			InvalidParameters("%s: %s", unsupported_members[i].name, unsupported_members[i].reason);
	}
	CheckStream(request);
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
ApplyEncryption(const JsonNode *specification, TableSettings *settings)
{
	Bytes type = JsonGetString(specification, "SSEType");
	Bytes key = JsonGetString(specification, "KMSMasterKeyId");
	bool enabled = JsonGetBoolean(specification, "Enabled", false);

	if (!enabled && (type.data != NULL || key.data != NULL))
		InvalidParameters("SSEType and KMSMasterKeyId can only be specified when SSE is enabled");
	if (type.data != NULL && !BytesEqual(type, BYTES_LITERAL("KMS")))
		InvalidParameters("SSEType %.*s is not supported", BYTES_ARGS(type));
	settings->encryption_key = enabled ? EncryptionKeyArn(key) : (Bytes){ NULL, 0 };
}

void
TableOptionsApply(const JsonNode *request, TableSettings *settings)
{
	const JsonNode *encryption = JsonGet(request, "SSESpecification");
	Bytes table_class = JsonGetString(request, "TableClass");

	if (encryption != NULL)
		ApplyEncryption(encryption, settings);
	if (table_class.data != NULL)
	{
		settings->table_class = table_class;
		settings->table_class_changed = CurrentMilliseconds();
	}
	settings->deletion_protection =
	    JsonGetBoolean(request, "DeletionProtectionEnabled", settings->deletion_protection);
}
