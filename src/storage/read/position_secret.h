/*
 * The secret by which positions are sealed that the caller must not read.
 */
#ifndef DYNAMO_POSITION_SECRET_H
#define DYNAMO_POSITION_SECRET_H

#include "item/value.h"

/*
 * The bytes that CREATE EXTENSION has drawn; the same in all sessions of the database, which keep
 * them for a minute. Good until the next call. Raises object_not_in_prerequisite_state where they
 * were deleted.
 */
extern Bytes PositionSecret(void);

/* Grows with each other secret that PositionSecret gives; not 0. */
extern uint32 PositionSecretGeneration(void);

/* Reads them again, after PositionSecret; whether they are others. */
extern bool PositionSecretRenew(void);

#endif
