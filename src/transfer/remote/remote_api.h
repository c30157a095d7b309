/*
 * DynamoDB's API at an endpoint: requests signed by Signature Version 4, several at a time.
 *
 * The addresses that are connected to are judged by dynamo.endpoint_addresses, and no redirect is
 * followed (trigger/endpoint). What may pass is tried again after pauses, some times: no answer,
 * throttling, a status from 500 on.
 */
#ifndef DYNAMO_REMOTE_API_H
#define DYNAMO_REMOTE_API_H

#include "transfer/remote/api_call.h"

typedef struct RemoteApi RemoteApi;

/* Where an endpoint is, and by which key; texts are the caller's and outlive the result. */
typedef struct RemotePlace
{
	const char *url;         /* of the API: "https://dynamodb.eu-west-1.amazonaws.com" */
	const char *streams_url; /* of streams; NULL: AWS's of that URL, or the same */
	const char *region;      /* of the signature; NULL: that of AWS's URL, or us-east-1 */
	const char *credential;  /* a name for EndpointCredentialRead; NULL: not signed */
	Oid owner;               /* of the credential */
} RemotePlace;

/* Raises invalid_parameter_value for what is no URL of an endpoint. */
extern void RemoteCheckUrl(const char *url);

/*
 * In a transaction, for the credential: raises undefined_object where there is none. Lives in the
 * current context, whose reset ends what is under way.
 */
extern RemoteApi *RemoteApiOpen(const RemotePlace *place);

/*
 * Makes the calls, and waits, interruptibly, until all are answered; no transaction has to be open.
 * Raises connection_exception for what may pass later, and other errors for what the endpoint
 * refuses and a call does not allow.
 */
extern void RemoteRun(RemoteApi *api, ApiCall *calls, int count);

#endif
