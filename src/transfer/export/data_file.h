/*
 * The data files of an export, and the lines of its manifest that list them.
 */
#ifndef DYNAMO_EXPORT_DATA_FILE_H
#define DYNAMO_EXPORT_DATA_FILE_H

#include "transfer/export/export_catalog.h"
#include "transfer/store/store.h"

#include "lib/stringinfo.h"

typedef struct ExportFiles
{
	Store *store;
	const char *start;  /* of the keys of this export's data files, and of no others */
	const char *suffix; /* "json.gz" */
	int full;           /* bytes of lines from which on a file is written */
	bool is_read_later; /* by the caller, who verifies the files then */
	int leaf;           /* of the file that is gathered */
	int number;         /* of it, within the leaf, from 0 */
	int64 in_file;      /* lines */
	StringInfoData text;
	StringInfoData manifest; /* manifest-files.json */
	struct FileTools *tools;
	/* Of what has been written. */
	int64 items;
	int64 bytes;  /* as the service counts them */
	int64 count;  /* files */
	int64 packed; /* bytes of them */
} ExportFiles;

/* Deletes what an earlier attempt has left. Lives in the current context. */
extern void ExportFilesOpen(ExportFiles *files, Store *store, const char *start,
                            const ExportSpecification *specification);

extern void ExportFilesBeginLeaf(ExportFiles *files, int leaf);
/* A line of an item has been appended to `text`; the item counts for so many bytes. */
extern void ExportFilesAdded(ExportFiles *files, int64 bytes);
/* A partition has one file at least. */
extern void ExportFilesEndLeaf(ExportFiles *files);

#endif
