/*
 * See file_write.h.
 */
#include "transfer/backup/file_write.h"

#include "item/size.h"
#include "transfer/backup/backup_export.h"
#include "transfer/export/export_write.h"
#include "transfer/export/record_write.h"

/*
 * With an item more, less than the part of an S3 upload: a file is put by one request, so that a
 * crash leaves no parts of it with the endpoint.
 */
#define FILE_FULL (12 * 1024 * 1024)
#define NO_LEAF (-1)

typedef struct FileWriter
{
	Export export;
	ExportFiles files;
	int leaf;
} FileWriter;

void *
BackupFilesBegin(const Backup *backup)
{
	FileWriter *writer = palloc0_object(FileWriter);
	Store *store = BackupStoreOpen(backup, &writer->export);

	StoreDeleteAll(store, ExportKey(&writer->export, ""));
	ExportWriteBegin(&writer->export, store, &writer->files);
	writer->files.full = FILE_FULL;
	writer->files.is_read_later = true;
	writer->leaf = NO_LEAF;
	return writer;
}

static void
EndLeaf(FileWriter *writer)
{
	if (writer->leaf != NO_LEAF)
		ExportFilesEndLeaf(&writer->files);
}

void
BackupFilesAdd(void *state, int leaf, const Jsonb *item)
{
	FileWriter *writer = state;

	if (leaf != writer->leaf)
	{
		EndLeaf(writer);
		ExportFilesBeginLeaf(&writer->files, leaf);
		writer->leaf = leaf;
	}
	ExportWriteItem(&writer->files.text, &writer->export.specification, NULL, item);
	ExportFilesAdded(&writer->files, StoredItemSize(item));
}

static void
PutDefinition(const FileWriter *writer, const Backup *backup)
{
	Bytes text = BackupDefinitionText(backup);
	StoreWritten written;

	StorePutWhole(writer->files.store, ExportKey(&writer->export, "definition.json"),
	              "application/json", text.data, text.length, &written);
}

void
BackupFilesEnd(void *state, Backup *backup)
{
	FileWriter *writer = state;
	const ExportFiles *files = &writer->files;

	EndLeaf(writer);
	PutDefinition(writer, backup);
	backup->chunks = files->count;
	backup->file_bytes = files->packed;
	backup->checksum = BackupManifestChecksum((Bytes){ files->manifest.data, files->manifest.len });
	ExportWriteEnd(&writer->export, &writer->files);
}
