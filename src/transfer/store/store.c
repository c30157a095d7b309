/*
 * Object stores: the names of buckets and keys, the digests of what is put, and the choice between
 * the two kinds. The format and the rules of each kind are its own file's.
 */
#include "transfer/store/store.h"

#include <ctype.h>
#include <openssl/evp.h>

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "error/error.h"
#include "transfer/store/store_backend.h"

#define MAX_BUCKET 255

struct StorePut
{
	const StoreBackend *backend;
	MemoryContext context;
	MemoryContextCallback at_reset;
	void *state;
	int64 size;
	EVP_MD_CTX *md5;
	EVP_MD_CTX *sha256;
};

struct StoreGet
{
	const StoreBackend *backend;
	MemoryContext context;
	void *state;
};

void
StoreInit(void)
{
	DirectoryStoreInit();
	S3StoreInit();
}

bool
StoreIsConfigured(void)
{
	return S3StoreIsConfigured() || DirectoryStoreIsConfigured();
}

bool
StoreEncrypts(void)
{
	return S3StoreIsConfigured();
}

const char *
StoreFailureCode(const ErrorData *error)
{
	const ExceptionInfo *exception = ExceptionFromSqlState(error->sqlerrcode);

	return exception != NULL ? exception->name : "InternalServerError";
}

/* --- opening --- */

/* As the service model has them of S3Bucket; so none is "." or "..", or has a "/". */
static bool
IsBucketName(Bytes name)
{
	if (name.length < 1 || name.length > MAX_BUCKET || !isalnum((unsigned char) name.data[0]) ||
	    !isalnum((unsigned char) name.data[name.length - 1]))
		return false;
	for (int i = 0; i < name.length; i++)
		if (!isalnum((unsigned char) name.data[i]) &&
		    (name.data[i] == '\0' || strchr("._-", name.data[i]) == NULL))
			return false;
	return true;
}

static Store *
OpenOf(const StoreBackend *backend, Bytes bucket, Bytes owner)
{
	MemoryContext context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo object store", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	Store *store = palloc0_object(Store);

	if (!IsBucketName(bucket))
		DynamoError(EXCEPTION_S3_NO_SUCH_BUCKET, "The specified bucket is not valid");
	store->context = context;
	store->bucket = BytesToCString(bucket);
	store->owner = owner.data != NULL ? BytesToCString(owner) : NULL;
	store->backend = backend;
	store->state = store->backend->open(store);
	MemoryContextSwitchTo(caller);
	return store;
}

Store *
StoreOpen(Bytes bucket, Bytes owner)
{
	if (!StoreIsConfigured())
		ereport(ERROR, (errcode(ExceptionSqlState(EXCEPTION_S3_NO_SUCH_BUCKET)),
		                errmsg("the server has no object store"),
		                errhint("Set dynamo.export_directory or dynamo.s3_endpoint.")));
	return OpenOf(S3StoreIsConfigured() ? &s3_backend : &directory_backend, bucket, owner);
}

Store *
StoreOpenOfKind(StoreKind kind, Bytes bucket)
{
	bool is_s3 = kind == STORE_S3;

	if (is_s3 ? !S3StoreIsConfigured() : !DirectoryStoreIsConfigured())
		ereport(ERROR,
		        (errcode(ExceptionSqlState(EXCEPTION_S3_NO_SUCH_BUCKET)),
		         errmsg("the server has no %s",
		                is_s3 ? "S3-compatible endpoint" : "directory of object stores"),
		         errhint("Set %s.", is_s3 ? "dynamo.s3_endpoint" : "dynamo.export_directory")));
	return OpenOf(is_s3 ? &s3_backend : &directory_backend, bucket, (Bytes){ NULL, 0 });
}

void
StoreClose(Store *store)
{
	MemoryContextDelete(store->context);
}

void
StoreSetEncryption(Store *store, const StoreEncryption *encryption)
{
	if (encryption->algorithm != NULL && store->backend != &s3_backend)
		DynamoError(EXCEPTION_S3_ACCESS_DENIED,
		            "A directory has no server-side encryption: leave S3SseAlgorithm out");
	store->encryption = *encryption;
}

/* UTF-8 is checked by who makes the key of a request. */
static void
CheckKey(const char *key)
{
	size_t length = strlen(key);

	if (length < 1 || length > STORE_MAX_KEY)
		DynamoError(EXCEPTION_S3_INVALID_NAME,
		            "The name of an object must have 1 to %d bytes, but has %zu", STORE_MAX_KEY,
		            length);
}

/* --- writing --- */

static void
FreeDigests(void *state)
{
	StorePut *put = state;

	EVP_MD_CTX_free(put->md5);
	EVP_MD_CTX_free(put->sha256);
}

static void
CheckDigest(bool done)
{
	if (!done)
		ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR),
		                errmsg("a digest of an object could not be computed"),
		                errdetail("OpenSSL may have been told not to compute MD5.")));
}

static void
BeginDigests(StorePut *put)
{
	put->at_reset.func = FreeDigests;
	put->at_reset.arg = put;
	MemoryContextRegisterResetCallback(put->context, &put->at_reset);
	put->md5 = EVP_MD_CTX_new();
	put->sha256 = EVP_MD_CTX_new();
	CheckDigest(put->md5 != NULL && put->sha256 != NULL &&
	            EVP_DigestInit_ex(put->md5, EVP_md5(), NULL) == 1 &&
	            EVP_DigestInit_ex(put->sha256, EVP_sha256(), NULL) == 1);
}

StorePut *
StorePutBegin(Store *store, const char *key, const char *type)
{
	MemoryContext context =
	    AllocSetContextCreate(store->context, "dynamo object that is put", ALLOCSET_SMALL_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	StorePut *put = palloc0_object(StorePut);

	CheckKey(key);
	put->backend = store->backend;
	put->context = context;
	BeginDigests(put);
	put->state = store->backend->put_begin(store, key, type);
	MemoryContextSwitchTo(caller);
	return put;
}

void
StorePutAppend(StorePut *put, const void *data, size_t length)
{
	MemoryContext caller = MemoryContextSwitchTo(put->context);

	CHECK_FOR_INTERRUPTS();
	CheckDigest(EVP_DigestUpdate(put->md5, data, length) == 1 &&
	            EVP_DigestUpdate(put->sha256, data, length) == 1);
	put->backend->put_append(put->state, data, length);
	put->size += length;
	MemoryContextSwitchTo(caller);
}

void
StorePutFinish(StorePut *put, StoreWritten *written)
{
	MemoryContext caller = MemoryContextSwitchTo(put->context);

	*written = (StoreWritten){ .size = put->size };
	CheckDigest(EVP_DigestFinal_ex(put->md5, written->md5, NULL) == 1 &&
	            EVP_DigestFinal_ex(put->sha256, written->sha256, NULL) == 1);
	(void) hex_encode((const char *) written->md5, STORE_MD5_SIZE, written->etag);
	put->backend->put_finish(put->state, written);
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(put->context);
}

void
StorePutAbort(StorePut *put)
{
	put->backend->put_abort(put->state);
	MemoryContextDelete(put->context);
}

void
StorePutWhole(Store *store, const char *key, const char *type, const void *data, size_t length,
              StoreWritten *written)
{
	StorePut *put = StorePutBegin(store, key, type);
	MemoryContext caller = CurrentMemoryContext;

	PG_TRY();
	{
		StorePutAppend(put, data, length);
		StorePutFinish(put, written);
	}
	PG_CATCH();
	{
		ErrorData *error;

		/* The abort may meet an error of its own. */
		MemoryContextSwitchTo(caller);
		error = CopyErrorData();
		FlushErrorState();
		StorePutAbort(put);
		ReThrowError(error);
	}
	PG_END_TRY();
}

/* --- reading --- */

StoreGet *
StoreGetBegin(Store *store, const char *key, int64 offset, int64 *size)
{
	MemoryContext context =
	    AllocSetContextCreate(store->context, "dynamo object that is read", ALLOCSET_SMALL_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	StoreGet *get = palloc0_object(StoreGet);
	int64 whole;

	CheckKey(key);
	get->backend = store->backend;
	get->context = context;
	get->state = store->backend->get_begin(store, key, offset, &whole);
	if (size != NULL)
		*size = whole;
	MemoryContextSwitchTo(caller);
	return get;
}

size_t
StoreGetRead(StoreGet *get, void *buffer, size_t room)
{
	MemoryContext caller = MemoryContextSwitchTo(get->context);
	size_t length;

	CHECK_FOR_INTERRUPTS();
	length = get->backend->get_read(get->state, buffer, room);
	MemoryContextSwitchTo(caller);
	return length;
}

void
StoreGetEnd(StoreGet *get)
{
	MemoryContextDelete(get->context);
}

/* --- listing and deleting --- */

List *
StoreList(Store *store, const char *prefix, const char *after)
{
	CHECK_FOR_INTERRUPTS();
	return store->backend->list(store, prefix, after);
}

void
StoreDelete(Store *store, const char *key)
{
	CHECK_FOR_INTERRUPTS();
	CheckKey(key);
	store->backend->remove(store, key);
}

static void
DeleteListed(Store *store, const char *start)
{
	const char *last = NULL;
	List *objects;
	ListCell *cell;

	while ((objects = StoreList(store, start, last)) != NIL)
		foreach (cell, objects)
		{
			last = ((const StoreObject *) lfirst(cell))->key;
			StoreDelete(store, last);
		}
}

void
StoreDeleteAll(Store *store, const char *start)
{
	size_t length = strlen(start);

	if (store->backend->remove_all != NULL && length > 0 && start[length - 1] == '/')
		store->backend->remove_all(store, start);
	else
		DeleteListed(store, start);
}
