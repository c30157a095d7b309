/*
 * Requests to an S3-compatible endpoint: signed, retried, and their errors as exceptions.
 */
#ifndef DYNAMO_S3_CALL_H
#define DYNAMO_S3_CALL_H

#include "transfer/store/store_backend.h"
#include "trigger/endpoint/endpoint_call.h"

/* The state of a store of an endpoint. */
typedef struct S3Bucket
{
	EndpointCalls *calls;
	EndpointSignature signature;
	char *url; /* of the bucket, in the path's form, without a "/" at the end */
} S3Bucket;

/* Names in the order of S3Request.wanted. */
#define S3_HEADER_ETAG 0
#define S3_HEADER_CONTENT_RANGE 1

typedef struct S3Request
{
	const char *method;
	const char *key;   /* NULL: the bucket itself */
	const char *query; /* encoded, its members sorted, each with a "="; NULL: none */
	Bytes body;
	EndpointHeader headers[8]; /* those with a NULL as value are left out */
	int header_count;
	int max_answer;      /* bytes */
	bool may_be_missing; /* 404 and 416 are no errors */
	bool once;           /* not tried again */
} S3Request;

/* Defines dynamo.s3_endpoint, dynamo.s3_region and dynamo.s3_credential_file. */
extern void S3CallInit(void);
extern bool S3EndpointIsSet(void);

/* Reads the credentials. In the store's context. */
extern S3Bucket *S3BucketOpen(const Store *store);

/*
 * Makes a request; the answer is good until EndpointCallEnd. Waits, interruptibly. Raises the
 * exception that the answer is, S3Unavailable where there is none after some tries.
 */
extern EndpointCall *S3Call(const Store *store, const S3Request *request);

/* As in a path, where "/" stays, or in a query; palloc'd. */
extern char *S3Encode(const char *text, bool is_path);

#endif
