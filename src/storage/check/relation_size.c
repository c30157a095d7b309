/*
 * See relation_size.h.
 */
#include "storage/check/relation_size.h"

#include "access/relation.h"
#include "fmgr.h"
#include "storage/lmgr.h"
#include "utils/fmgrprotos.h"
#include "utils/rel.h"
#include "utils/relcache.h"

static bool
LockAll(const List *relations)
{
	ListCell *cell;

	foreach (cell, relations)
		if (!ConditionalLockRelationOid(lfirst_oid(cell), AccessShareLock))
			return false;
	return true;
}

/* Under the locks pg_total_relation_size waits for none; a TOAST table is locked with its own. */
bool
RelationTotalSize(Oid relation, int64 *size)
{
	Relation opened;
	bool locked;

	if (!ConditionalLockRelationOid(relation, AccessShareLock))
		return false;
	opened = try_relation_open(relation, NoLock);
	if (opened == NULL)
		return false;
	locked = LockAll(RelationGetIndexList(opened));
	relation_close(opened, NoLock);
	if (locked)
		*size =
		    DatumGetInt64(DirectFunctionCall1(pg_total_relation_size, ObjectIdGetDatum(relation)));
	return locked;
}
