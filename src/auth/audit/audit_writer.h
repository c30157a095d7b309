/*
 * The process that writes records, "dynamo audit" in pg_stat_activity.
 */
#ifndef DYNAMO_AUDIT_WRITER_H
#define DYNAMO_AUDIT_WRITER_H

#include "postgres.h"

/* At server start: it counts among the workers that dynamo wants. */
extern void AuditWriterInit(void);

#endif
