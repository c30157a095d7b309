/*
 * The secret by which positions are sealed that the caller must not read.
 */
#ifndef DYNAMO_POSITION_SECRET_H
#define DYNAMO_POSITION_SECRET_H

#include "item/value.h"

/*
 * The bytes that CREATE EXTENSION has drawn, palloc'd; the same in all sessions of
 * the database. Raises object_not_in_prerequisite_state where they were deleted.
 */
extern Bytes PositionSecret(void);

#endif
