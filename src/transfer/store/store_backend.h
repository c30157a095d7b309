/*
 * What a kind of store has to do: store.c calls one of two.
 */
#ifndef DYNAMO_STORE_BACKEND_H
#define DYNAMO_STORE_BACKEND_H

#include "transfer/store/store_object.h"

#include "mb/pg_wchar.h"

typedef struct Store
{
	const struct StoreBackend *backend;
	MemoryContext context;
	char *bucket;
	char *owner; /* NULL: any */
	StoreEncryption encryption;
	void *state; /* the backend's */
} Store;

/*
 * Each object that is put or read has a memory context of its own, of the store's, in which the
 * backend's functions are called; what is to be closed is closed by its reset callback.
 */
typedef struct StoreBackend
{
	void *(*open)(Store *store);

	void *(*put_begin)(Store *store, const char *key, const char *type);
	void (*put_append)(void *put, const char *data, size_t length);
	/* Sets the etag, where it is not the MD5. */
	void (*put_finish)(void *put, StoreWritten *written);
	void (*put_abort)(void *put); /* raises no error */

	void *(*get_begin)(Store *store, const char *key, int64 offset, int64 *size);
	size_t (*get_read)(void *get, char *buffer, size_t room);

	List *(*list)(Store *store, const char *prefix, const char *after);
	void (*remove)(Store *store, const char *key);
	void (*remove_all)(Store *store,
	                   const char *start); /* ends with "/"; NULL: each that is listed */
} StoreBackend;

/* Objects of other names are in no list. */
static inline bool
StoreKeyIsText(const char *key)
{
	size_t length = strlen(key);

	return length > 0 && length <= STORE_MAX_KEY &&
	       pg_verify_mbstr(PG_UTF8, key, (int) length, true);
}

extern const StoreBackend directory_backend;
extern const StoreBackend s3_backend;

/* Define their settings. */
extern void DirectoryStoreInit(void);
extern void S3StoreInit(void);

/* Whether their settings name one. */
extern bool DirectoryStoreIsConfigured(void);
extern bool S3StoreIsConfigured(void);

#endif
