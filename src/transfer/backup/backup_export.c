/*
 * See backup_export.h.
 */
#include "transfer/backup/backup_export.h"

#include "common/cryptohash.h"
#include "common/sha2.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "backup/backup_location.h"
#include "compat.h"
#include "json/json.h"
#include "json/json_member.h"
#include "model/resource_name.h"

Store *
BackupStoreOpen(const Backup *backup, Export *export)
{
	BackupLocation location;

	if (!BackupLocationParse(backup->location, &location))
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
		                errmsg("dynamo.backup_catalog has a row with the location \"%s\"",
		                       backup->location)));
	*export = (Export){ .identifier = backup->identifier,
		                .is_backup = true,
		                .table = backup->table,
		                .table_id = backup->table_id,
		                .started = backup->created,
		                .to_time = backup->created,
		                .specification = { .bucket = location.bucket, .prefix = location.prefix } };
	return StoreOpenOfKind(location.is_s3 ? STORE_S3 : STORE_DIRECTORY, location.bucket);
}

static void
WriteJsonb(JsonWriter *writer, const char *name, Jsonb *value)
{
	if (value == NULL)
		return;
	JsonName(writer, name);
	JsonRaw(writer, BytesFromCString(JsonbToCString(NULL, &value->root, VARSIZE(value))));
}

Bytes
BackupDefinitionText(const Backup *backup)
{
	StringInfoData text;
	JsonWriter writer;
	Datum table_id = UUIDPGetDatum(&backup->table_id);

	initStringInfo(&text);
	JsonWriterInit(&writer, &text, false);
	JsonBeginObject(&writer);
	JsonCStringMember(&writer, "backupArn", BackupArn(backup->table, backup->identifier));
	JsonStringMember(&writer, "backupName", backup->name);
	JsonStringMember(&writer, "tableName", backup->table);
	JsonCStringMember(&writer, "tableId", DatumGetCString(DirectFunctionCall1(uuid_out, table_id)));
	JsonIntegerMember(&writer, "partitions", backup->partitions);
	WriteJsonb(&writer, "definition", backup->definition);
	WriteJsonb(&writer, "settings", backup->settings);
	WriteJsonb(&writer, "stream", backup->stream);
	JsonEndObject(&writer);
	return (Bytes){ text.data, text.len };
}

int64
BackupManifestChecksum(Bytes manifest)
{
	pg_cryptohash_ctx *hash = pg_cryptohash_create(PG_SHA256);
	uint8 digest[PG_SHA256_DIGEST_LENGTH];
	int64 checksum;

	if (pg_cryptohash_init(hash) < 0 ||
	    pg_cryptohash_update(hash, (const uint8 *) manifest.data, manifest.length) < 0 ||
	    pg_cryptohash_final(hash, digest, sizeof(digest)) < 0)
		ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR),
		                errmsg("could not compute a SHA-256: %s", pg_cryptohash_error(hash))));
	pg_cryptohash_free(hash);
	memcpy(&checksum, digest, sizeof(checksum));
	return checksum;
}
