/*
 * Reading: the manifest that lists the data files is compared with the row's checksum, each data
 * file with its MD5 in the manifest before anything of it is taken, and the items are counted.
 * What lies in the store may have been changed: no file is read that is larger than what is written
 * there can be.
 */
#include "transfer/backup/file_place.h"

#include "common/md5.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "compat.h"
#include "item/encoding.h"
#include "item/value.h"
#include "json/json.h"
#include "session/progress.h"
#include "text/base64.h"
#include "transfer/backup/backup_export.h"
#include "transfer/backup/file_write.h"
#include "transfer/export/export_write.h"
#include "transfer/format/record.h"

#define MD5_SIZE 16
#define MAX_FILE (16 * 1024 * 1024) /* a file is ended at 12 MB of items, before compression */
#define MAX_MANIFEST_LINE 4096      /* a key of the store, a checksum and a number */

typedef struct FileReader
{
	const Backup *backup;
	BackupEmit emit; /* NULL: items are counted alone */
	void *argument;
	Export export;
	Store *store;
	MemoryContext file_context;
	MemoryContext item_context;
	int64 items;
	int64 files;
} FileReader;

pg_noreturn static void
RaiseChanged(const char *key)
{
	ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
	                errmsg("the file \"%s\" of the backup is not as it was written", key),
	                errhint("Restore another backup of the table.")));
}

/* All of an object, palloc'd, which has `most` bytes at most. Raises S3NoSuchKey. */
static Bytes
ReadObject(Store *store, const char *key, int64 most)
{
	int64 size;
	StoreGet *get = StoreGetBegin(store, key, 0, &size);
	char *bytes;
	int64 length = 0;
	size_t piece;

	if (size < 0 || size > most || !AllocSizeIsValid(size + 1))
		RaiseChanged(key);
	bytes = palloc(size + 1);
	/* One byte more than there may be. */
	while (length <= size && (piece = StoreGetRead(get, bytes + length, size + 1 - length)) > 0)
		length += piece;
	StoreGetEnd(get);
	if (length != size)
		RaiseChanged(key);
	return (Bytes){ bytes, (int) length };
}

/* --- a data file --- */

static void
CheckMd5(const char *key, Bytes packed, Bytes expected)
{
	uint8 md5[MD5_SIZE];
	const char *fault = NULL;

	if (!pg_md5_binary(packed.data, packed.length, md5, &fault))
		ereport(ERROR,
		        (errcode(ERRCODE_INTERNAL_ERROR), errmsg("could not compute an MD5: %s", fault)));
	if (!BytesEqual(Base64ToText((Bytes){ (const char *) md5, MD5_SIZE }), expected))
		RaiseChanged(key);
}

static size_t
ReadMemory(void *source, char *buffer, size_t room)
{
	Bytes *bytes = source;
	size_t length = Min(room, (size_t) bytes->length);

	memcpy(buffer, bytes->data, length);
	bytes->data += length;
	bytes->length -= length;
	return length;
}

static void
EmitLine(const FileReader *reader, const char *key, int leaf, Bytes line)
{
	MemoryContext caller = MemoryContextSwitchTo(reader->item_context);
	const JsonNode *record = JsonParse(line);
	const JsonNode *found = record->type == JSON_NODE_OBJECT ? JsonGet(record, "Item") : NULL;
	AttributeValue item;

	if (found == NULL)
		RaiseChanged(key);
	AttributeMapParse(found, &item);
	reader->emit(reader->argument, leaf, ItemEncode(&item));
	MemoryContextSwitchTo(caller);
	MemoryContextReset(reader->item_context);
}

/* The lines of a file, each an item; how many there are. */
static int64
ReadLines(const FileReader *reader, const char *key, int leaf, Bytes packed)
{
	InputStream *stream = InputStreamOpen(COMPRESSION_GZIP, ReadMemory, &packed);
	RecordReader *records = RecordReaderOpen(stream, RECORD_LINE, ',');
	Bytes line;
	int64 items = 0;

	while (RecordNext(records, &line))
	{
		if (reader->emit != NULL)
			EmitLine(reader, key, leaf, line);
		ProgressAdd(1, line.length);
		items++;
	}
	return items;
}

/* The partition stands in the name, behind the identifier without its "-". */
static int
LeafOf(const FileReader *reader, const char *key)
{
	const char *slash = strrchr(key, '/');
	size_t before = strlen(reader->backup->identifier) - 1;
	unsigned int leaf;

	if (slash == NULL || strlen(slash + 1) < before ||
	    sscanf(slash + 1 + before, "%4x", &leaf) != 1 ||
	    leaf >= (unsigned int) reader->backup->partitions)
		RaiseChanged(key);
	return (int) leaf;
}

static bool
HasType(const JsonNode *entry, const char *name, JsonNodeType type)
{
	const JsonNode *member = JsonGet(entry, name);

	return member != NULL && member->type == type;
}

/* In the context of the file. */
static void
ReadFile(FileReader *reader, Bytes line)
{
	const JsonNode *entry = JsonParse(line);
	char *key;
	Bytes packed;
	int64 items;

	if (entry->type != JSON_NODE_OBJECT || !HasType(entry, "dataFileS3Key", JSON_NODE_STRING) ||
	    !HasType(entry, "md5Checksum", JSON_NODE_STRING) ||
	    !HasType(entry, "itemCount", JSON_NODE_NUMBER))
		RaiseChanged("manifest-files.json");
	key = BytesToCString(JsonNodeString(JsonGet(entry, "dataFileS3Key")));
	packed = ReadObject(reader->store, key, MAX_FILE);
	CheckMd5(key, packed, JsonNodeString(JsonGet(entry, "md5Checksum")));
	items = ReadLines(reader, key, LeafOf(reader, key), packed);
	if (items != JsonNodeInteger(JsonGet(entry, "itemCount")))
		RaiseChanged(key);
	reader->items += items;
	reader->files++;
}

/* --- all --- */

static void
ReadFiles(FileReader *reader, Bytes manifest)
{
	const char *end = manifest.data + manifest.length;
	const char *p = manifest.data;

	while (p < end)
	{
		const char *line_end = memchr(p, '\n', end - p);
		MemoryContext caller = MemoryContextSwitchTo(reader->file_context);

		CHECK_FOR_INTERRUPTS();
		if (line_end == NULL)
			line_end = end;
		ReadFile(reader, (Bytes){ p, (int) (line_end - p) });
		p = line_end + 1;
		MemoryContextSwitchTo(caller);
		MemoryContextReset(reader->file_context);
	}
}

static void
CheckDefinition(const FileReader *reader)
{
	char *key = ExportKey(&reader->export, "definition.json");

	Bytes expected = BackupDefinitionText(reader->backup);

	if (!BytesEqual(ReadObject(reader->store, key, expected.length), expected))
		RaiseChanged(key);
}

static bool
Read(const Backup *backup, BackupEmit emit, void *argument)
{
	FileReader reader = { .backup = backup, .emit = emit, .argument = argument };
	char *key;
	Bytes manifest;

	reader.store = BackupStoreOpen(backup, &reader.export);
	reader.file_context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo backup file", ALLOCSET_DEFAULT_SIZES);
	reader.item_context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo restored item", ALLOCSET_DEFAULT_SIZES);
	key = ExportKey(&reader.export, "manifest-files.json");
	manifest = ReadObject(reader.store, key, backup->chunks * MAX_MANIFEST_LINE);
	if (BackupManifestChecksum(manifest) != backup->checksum)
		RaiseChanged(key);
	ReadFiles(&reader, manifest);
	if (emit == NULL)
		CheckDefinition(&reader);
	StoreClose(reader.store);
	MemoryContextDelete(reader.file_context);
	MemoryContextDelete(reader.item_context);
	return reader.items == backup->items && reader.files == backup->chunks;
}

const BackupPlace file_place = {
	.begin = BackupFilesBegin,
	.add = BackupFilesAdd,
	.end = BackupFilesEnd,
	.read = Read,
};

void
BackupFilesDelete(const Backup *backup)
{
	Export export;
	Store *store = BackupStoreOpen(backup, &export);

	StoreDeleteAll(store, ExportKey(&export, ""));
	StoreClose(store);
}
