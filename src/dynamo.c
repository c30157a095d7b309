/*
 * Loads dynamo: each part's own Init defines its settings and workers.
 */
#include "postgres.h"

#include "fmgr.h"

PG_MODULE_MAGIC;

void _PG_init(void);

void
_PG_init(void)
{
}
