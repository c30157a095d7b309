/*
 * A data file has lines of one partition, up to FILE_FULL bytes of them and one line more,
 * compressed by gzip as one member. It is read back when it has been written, and raises an error
 * where it is not what was written.
 */
#include "transfer/export/data_file.h"

#include <libdeflate.h>
#include <openssl/evp.h>

#include "miscadmin.h"
#include "utils/memutils.h"

#include "error/error.h"
#include "text/base64.h"
#include "json/json.h"
#include "json/json_member.h"

#define FILE_FULL (32 * 1024 * 1024)
#define LEVEL 1
#define PIECE (256 * 1024)

typedef struct FileTools
{
	struct libdeflate_compressor *compressor; /* malloc's, and the next one */
	EVP_MD_CTX *digest;
	MemoryContextCallback at_reset;
} FileTools;

static void
FreeTools(void *state)
{
	FileTools *tools = state;

	if (tools->compressor != NULL)
		libdeflate_free_compressor(tools->compressor);
	EVP_MD_CTX_free(tools->digest);
}

static FileTools *
CreateTools(void)
{
	FileTools *tools = palloc0_object(FileTools);

	tools->at_reset.func = FreeTools;
	tools->at_reset.arg = tools;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, &tools->at_reset);
	tools->compressor = libdeflate_alloc_compressor(LEVEL);
	tools->digest = EVP_MD_CTX_new();
	if (tools->compressor == NULL || tools->digest == NULL)
		ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
	return tools;
}

void
ExportFilesOpen(ExportFiles *files, Store *store, const char *start,
                const ExportSpecification *specification)
{
	*files = (ExportFiles){ .store = store,
		                    .start = start,
		                    .suffix = specification->is_ion ? "ion.gz" : "json.gz",
		                    .full = FILE_FULL,
		                    .tools = CreateTools() };
	initStringInfo(&files->text);
	initStringInfo(&files->manifest);
	StoreDeleteAll(store, start);
}

/* --- one file --- */

static void
Pack(const ExportFiles *files, StringInfo packed)
{
	const StringInfoData *text = &files->text;
	struct libdeflate_compressor *compressor = files->tools->compressor;

	initStringInfo(packed);
	enlargeStringInfo(packed, libdeflate_gzip_compress_bound(compressor, text->len));
	packed->len =
	    libdeflate_gzip_compress(compressor, text->data, text->len, packed->data, packed->maxlen);
	if (packed->len == 0)
		elog(ERROR, "%d bytes could not be compressed", text->len);
}

static void
Digest(EVP_MD_CTX *digest, StoreGet *get, uint8 sha256[STORE_SHA256_SIZE], int64 *size)
{
	char *piece = palloc(PIECE);
	size_t length;
	bool done = EVP_DigestInit_ex(digest, EVP_sha256(), NULL) == 1;

	*size = 0;
	while (done && (length = StoreGetRead(get, piece, PIECE)) > 0)
	{
		done = EVP_DigestUpdate(digest, piece, length) == 1;
		*size += length;
	}
	if (!done || EVP_DigestFinal_ex(digest, sha256, NULL) != 1)
		elog(ERROR, "a digest could not be computed");
	pfree(piece);
}

static void
Verify(const ExportFiles *files, const char *key, const StoreWritten *written)
{
	StoreGet *get = StoreGetBegin(files->store, key, 0, NULL);
	uint8 sha256[STORE_SHA256_SIZE];
	int64 size;

	Digest(files->tools->digest, get, sha256, &size);
	StoreGetEnd(get);
	if (size != written->size || memcmp(sha256, written->sha256, STORE_SHA256_SIZE) != 0)
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
		                errmsg("the object \"%s\" does not read back as it was written", key)));
}

static void
AddToManifest(ExportFiles *files, const char *key, const StoreWritten *written)
{
	JsonWriter writer;

	JsonWriterInit(&writer, &files->manifest, false);
	JsonBeginObject(&writer);
	JsonIntegerMember(&writer, "itemCount", files->in_file);
	JsonStringMember(&writer, "md5Checksum",
	                 Base64ToText((Bytes){ (const char *) written->md5, STORE_MD5_SIZE }));
	JsonCStringMember(&writer, "etag", written->etag);
	JsonCStringMember(&writer, "dataFileS3Key", key);
	JsonEndObject(&writer);
	appendStringInfoChar(&files->manifest, '\n');
}

static void
WriteFile(ExportFiles *files)
{
	char *key = psprintf("%s%04x%06x.%s", files->start, files->leaf, files->number, files->suffix);
	StringInfoData packed;
	StoreWritten written;

	CHECK_FOR_INTERRUPTS();
	Pack(files, &packed);
	StorePutWhole(files->store, key, "application/gzip", packed.data, packed.len, &written);
	pfree(packed.data);
	if (!files->is_read_later)
		Verify(files, key, &written);
	AddToManifest(files, key, &written);
	pfree(key);
	resetStringInfo(&files->text);
	files->number++;
	files->count++;
	files->packed += written.size;
	files->in_file = 0;
}

/* --- lines --- */

void
ExportFilesBeginLeaf(ExportFiles *files, int leaf)
{
	files->leaf = leaf;
	files->number = 0;
}

void
ExportFilesAdded(ExportFiles *files, int64 bytes)
{
	files->in_file++;
	files->items++;
	files->bytes += bytes;
	if (files->text.len >= files->full)
		WriteFile(files);
}

void
ExportFilesEndLeaf(ExportFiles *files)
{
	if (files->in_file > 0 || files->number == 0)
		WriteFile(files);
}
