/*
 * Object stores: where exports go, and imports and bulk loads come from.
 *
 * One interface over two: directories under dynamo.export_directory, where a bucket is a directory
 * that is already there, and buckets of an S3-compatible endpoint (dynamo.s3_endpoint), which is
 * taken where both are set. A key is a path of parts separated by "/", as S3 has it.
 *
 * Everything of a store lives in the memory context that it was opened in: resetting the context
 * ends what is under way and closes descriptors and connections, after errors too. What is put is
 * there under its key once StorePutFinish has returned, and not before.
 *
 * Calls wait for disks and networks: they are for background workers and SQL sessions, not for
 * workers of the HTTP API. They are interruptible. A fault of the endpoint that may pass is retried
 * after pauses, some times.
 *
 * Errors are exceptions of exceptions.def, whose names are the FailureCode of exports and imports
 * (StoreFailureCode): S3NoSuchBucket, S3NoSuchKey, AccessDenied, InvalidObjectName, S3Unavailable.
 */
#ifndef DYNAMO_STORE_H
#define DYNAMO_STORE_H

#include "transfer/store/store_object.h"

typedef struct Store Store;
typedef struct StorePut StorePut;
typedef struct StoreGet StoreGet;

typedef enum StoreKind
{
	STORE_DIRECTORY,
	STORE_S3
} StoreKind;

/* Defines the settings. */
extern void StoreInit(void);

/* Whether a setting names a store. Reads no disk. */
extern bool StoreIsConfigured(void);

/* Whether it encrypts what it is asked to: a directory does not. */
extern bool StoreEncrypts(void);

/*
 * The name of the failure that an error is, a constant: "S3NoSuchBucket"; "InternalServerError" of
 * errors that are not exceptions.
 */
extern const char *StoreFailureCode(const ErrorData *error);

/*
 * Opens a bucket. `owner` is the account that it must belong to (S3BucketOwner); data NULL: any.
 * Raises S3NoSuchBucket and AccessDenied where that is known already: an endpoint is asked at the
 * first object.
 */
extern Store *StoreOpen(Bytes bucket, Bytes owner);

/* The same of one of the kinds, of any account. Raises S3NoSuchBucket where no setting names it. */
extern Store *StoreOpenOfKind(StoreKind kind, Bytes bucket);
extern void StoreClose(Store *store);

/* --- writing --- */

/* Of what is put from now on; an endpoint alone has any: a directory raises AccessDenied. */
extern void StoreSetEncryption(Store *store, const StoreEncryption *encryption);

/* Begins an object, which replaces the one of this key. `type` is its Content-Type. */
extern StorePut *StorePutBegin(Store *store, const char *key, const char *type);
extern void StorePutAppend(StorePut *put, const void *data, size_t length);
/* The object is there then, and survives a crash. Frees the put. */
extern void StorePutFinish(StorePut *put, StoreWritten *written);
/* Nothing of it is there. Raises no error. */
extern void StorePutAbort(StorePut *put);

/* All of that at once: an object of these bytes. */
extern void StorePutWhole(Store *store, const char *key, const char *type, const void *data,
                          size_t length, StoreWritten *written);

/* --- reading --- */

/* Begins to read an object from a byte on; `size` (NULL: not wanted) is that of the whole. */
extern StoreGet *StoreGetBegin(Store *store, const char *key, int64 offset, int64 *size);
/* The next bytes, `room` at most; 0 at the end. Raises an error where the object has changed. */
extern size_t StoreGetRead(StoreGet *get, void *buffer, size_t room);
extern void StoreGetEnd(StoreGet *get);

/* --- listing and deleting --- */

/*
 * A page of the objects whose keys begin with `prefix` ("": all) and are after `after` (NULL: from
 * the first), in the order of their keys' bytes: a list of at most STORE_PAGE palloc'd StoreObject,
 * in the current context. The next page is after the last key. NIL at the end.
 */
extern List *StoreList(Store *store, const char *prefix, const char *after);

/* One that is not there is no error. */
extern void StoreDelete(Store *store, const char *key);

/*
 * Deletes all objects whose keys begin with `start`. Where that ends with "/" and the store is a
 * directory, also what a crash has left there of some that were being put, and the directories.
 */
extern void StoreDeleteAll(Store *store, const char *start);

#endif
