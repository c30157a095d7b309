/*
 * See leftover_index.h.
 */
#include "storage/index/leftover_index.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "catalog/pg_index.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/syscache.h"

#define ENDING_ROOM 8 /* bytes of a name that the longest ending may have taken: "_ccnew99" */

static bool
IsValid(Oid index)
{
	HeapTuple row = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	bool valid;

	if (!HeapTupleIsValid(row))
		return true;
	valid = ((Form_pg_index) GETSTRUCT(row))->indisvalid;
	ReleaseSysCache(row);
	return valid;
}

/* "NAME_ccnew" or "NAME_ccold", perhaps with a number, and NAME cut where that would be too long.
 */
static bool
IsCopyName(const char *found, const char *name)
{
	const char *ending = strrchr(found, '_');
	int kept;

	if (ending == NULL ||
	    (strncmp(ending, "_ccnew", 6) != 0 && strncmp(ending, "_ccold", 6) != 0) ||
	    ending[6 + strspn(ending + 6, "0123456789")] != '\0')
		return false;
	kept = ending - found;
	return kept <= strlen(name) && strncmp(found, name, kept) == 0 &&
	       (kept == strlen(name) || kept + ENDING_ROOM >= NAMEDATALEN - 4);
}

List *
LeftoverIndexes(Oid leaf, const char *name)
{
	Relation relation = try_relation_open(leaf, NoLock);
	List *found = NIL;
	ListCell *cell;

	if (relation == NULL)
		return NIL;
	foreach (cell, RelationGetIndexList(relation))
	{
		Oid index = lfirst_oid(cell);
		const char *index_name = get_rel_name(index);

		if (index_name != NULL && IsCopyName(index_name, name) && !IsValid(index))
			found = lappend_oid(found, index);
	}
	relation_close(relation, NoLock);
	return found;
}
