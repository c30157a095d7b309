/*
 * Reads a byte behind an allocation: what a tool must see that is to see such faults.
 */
#include "postgres.h"

#include "fmgr.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(overrun);

Datum
overrun(PG_FUNCTION_ARGS)
{
	volatile char *allocated = palloc(10);

	PG_RETURN_BOOL(allocated[10] == 'x');
}
