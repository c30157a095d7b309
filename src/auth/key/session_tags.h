/*
 * Tags of sessions, as they are stored and as policies read them.
 */
#ifndef DYNAMO_SESSION_TAGS_H
#define DYNAMO_SESSION_TAGS_H

#include "postgres.h"

#include "utils/jsonb.h"

#include "auth/identity.h"

#define MAX_SESSION_TAGS 50

/*
 * Raises ValidationException unless they are as AWS has them: at most 50, their keys different but
 * for case, of 1 to 128 characters, their values of at most 256.
 */
extern void SessionTagsCheck(const SessionTag *tags, int count);

/* {"key": "value"}, palloc'd; NULL where there is none. */
extern Jsonb *SessionTagsToJsonb(const SessionTag *tags, int count);

/* Of such an object, into which the tags point; palloc'd. Raises for other JSON. */
extern const SessionTag *SessionTagsFromJsonb(Jsonb *object, int *count);

#endif
