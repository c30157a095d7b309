/*
 * The types of the columns of dynamo.change_segment and dynamo.change_log, as the install script
 * has them: who writes or reads rows checks them first.
 */
#ifndef DYNAMO_LOG_COLUMNS_H
#define DYNAMO_LOG_COLUMNS_H

#include "postgres.h"

#include "catalog/pg_type.h"

static const Oid segment_types[] = { INT4OID, OIDOID, INT4OID, LSNOID, TIMESTAMPTZOID };

static const Oid chunk_types[] = { INT4OID, OIDOID,  LSNOID,         INT8OID,
	                               LSNOID,  INT8OID, TIMESTAMPTZOID, TIMESTAMPTZOID,
	                               INT8OID, INT4OID, INT4OID,        BYTEAOID };

#endif
