/*
 * StreamSpecification of CreateTable and UpdateTable.
 */
#ifndef DYNAMO_STREAM_SPECIFICATION_H
#define DYNAMO_STREAM_SPECIFICATION_H

#include "model/structure.h"
#include "storage/relation/table.h"

typedef enum StreamAction
{
	STREAM_KEEP,
	STREAM_ENABLE,
	STREAM_DISABLE
} StreamAction;

typedef struct StreamChange
{
	StreamAction action;
	StreamView view; /* of STREAM_ENABLE */
} StreamChange;

/* What a request asks for. Raises ValidationException for what contradicts itself. */
extern StreamChange StreamOfCreateTable(const Structure *request);
extern StreamChange StreamOfUpdateTable(const Structure *request);

/* Raises ValidationException where UpdateTable would enable or disable what is so already. */
extern void StreamChangeCheck(const StreamChange *change, const Table *table);

/* Does it; the table as it is then. */
extern Table *StreamChangeApply(const StreamChange *change, Table *table);

#endif
