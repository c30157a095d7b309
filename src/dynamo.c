/*
 * Loads dynamo: each part's own Init defines its settings and workers.
 */
#include "postgres.h"

#include "operation/request.h"
#include "storage/storage.h"

#include "fmgr.h"
#include "utils/guc.h"

#include "http/http.h"

PG_MODULE_MAGIC;

void _PG_init(void);

void
_PG_init(void)
{
	StorageInit();
	RequestInit();
	HttpInit();
	MarkGUCPrefixReserved("dynamo"); /* last: it forbids settings that nobody has defined */
}
