/*
 * A digest that stands for a request. Two requests are the same where their
 * members are, in any order.
 */
#ifndef DYNAMO_REQUEST_HASH_H
#define DYNAMO_REQUEST_HASH_H

#include "model/structure.h"
#include "storage/write/client_token.h"

extern void RequestHash(const JsonNode *request, uint8 hash[REQUEST_HASH_LENGTH]);

#endif
