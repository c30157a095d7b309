/*
 * NextToken of ExecuteStatement: where a page of a SELECT ended.
 */
#ifndef DYNAMO_NEXT_TOKEN_H
#define DYNAMO_NEXT_TOKEN_H

#include "auth/identity.h"
#include "compat.h"
#include "model/structure.h"
#include "storage/relation/table.h"

/*
 * Writes the position of the item as the member NextToken, good for this identity and this
 * request's Statement and Parameters; `sealed` where the role must not know the item.
 */
extern void NextTokenWrite(JsonWriter *response, const Identity *identity, const Structure *request,
                           const Table *table, const TableIndex *index, const Jsonb *item,
                           bool sealed);

/*
 * The position that the request's NextToken is, a map of the attributes of
 * PositionAttributesOf with values that can be keys; NULL where the request has
 * none. Raises ValidationException for what NextTokenWrite cannot have written
 * for this identity and statement.
 */
extern const AttributeValue *NextTokenRead(const Identity *identity, const Structure *request,
                                           const Table *table, const TableIndex *index);

/* Raises that a statement which has no pages cannot have any NextToken that the request has. */
extern void NextTokenRefuse(const Identity *identity, const Structure *request);

pg_noreturn extern void NextTokenInvalid(void);

#endif
