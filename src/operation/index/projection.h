/*
 * The Projection of an index in a request.
 */
#ifndef DYNAMO_PROJECTION_REQUEST_H
#define DYNAMO_PROJECTION_REQUEST_H

#include "model/structure.h"
#include "storage/relation/table.h"

/* Sets what the index projects. Raises ValidationException. */
extern void IndexProjectionRead(const Structure *projection, TableIndex *index);

#endif
