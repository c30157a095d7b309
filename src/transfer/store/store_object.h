/*
 * Objects of stores, as both kinds of stores have them.
 */
#ifndef DYNAMO_STORE_OBJECT_H
#define DYNAMO_STORE_OBJECT_H

#include "item/value.h"

#include "nodes/pg_list.h"

#define STORE_MAX_BUCKET 255 /* bytes */
#define STORE_MAX_KEY 1024   /* bytes */
#define STORE_SHA256_SIZE 32
#define STORE_MD5_SIZE 16

/* What has been put; `etag` is the store's own, without quotation marks. */
typedef struct StoreWritten
{
	int64 size;
	char etag[65];
	uint8 md5[STORE_MD5_SIZE];
	uint8 sha256[STORE_SHA256_SIZE];
} StoreWritten;

/* Encryption that the store is asked for. */
typedef struct StoreEncryption
{
	const char *algorithm; /* "AES256", "KMS"; NULL: the store's own choice */
	const char *kms_key;   /* NULL: the default one */
} StoreEncryption;

typedef struct StoreObject
{
	char *key;
	int64 size;
} StoreObject;

#define STORE_PAGE 1000 /* objects of a list, at most */

#endif
