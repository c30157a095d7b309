/*
 * amcheck is an extension of its own; what it is called with, and that it is that extension's, is
 * looked up each time.
 */
#include "storage/check/item_check.h"

#include "access/htup_details.h"
#include "catalog/dependency.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/catcache.h"
#include "utils/syscache.h"

#include "compat.h"

typedef struct IndexReading
{
	Oid function;
	Oid index;
} IndexReading;

/* Whether the row of pg_proc is amcheck's bt_index_check(index regclass, heapallindexed boolean).
 */
static bool
IsAmcheck(HeapTuple row, Oid extension)
{
	Form_pg_proc form = (Form_pg_proc) GETSTRUCT(row);

	return form->pronargs == 2 && form->proargtypes.values[0] == REGCLASSOID &&
	       form->proargtypes.values[1] == BOOLOID &&
	       getExtensionOfObject(ProcedureRelationId, form->oid) == extension;
}

/* InvalidOid where the extension is not installed, or the current role may not call it. */
static Oid
FindAmcheck(void)
{
	Oid extension = get_extension_oid("amcheck", true);
	Oid function = InvalidOid;
	CatCList *named;

	if (!OidIsValid(extension))
		return InvalidOid;
	named = SearchSysCacheList1(PROCNAMEARGSNSP, CStringGetDatum("bt_index_check"));
	for (int i = 0; i < named->n_members; i++)
	{
		HeapTuple row = &named->members[i]->tuple;

		if (IsAmcheck(row, extension))
			function = ((Form_pg_proc) GETSTRUCT(row))->oid;
	}
	ReleaseSysCacheList(named);
	if (!OidIsValid(function) || !FunctionIsExecutable(function, GetUserId()))
		return InvalidOid;
	return function;
}

static void
CheckContents(void *state)
{
	const IndexReading *reading = state;

	(void) OidFunctionCall2(reading->function, ObjectIdGetDatum(reading->index),
	                        BoolGetDatum(true));
}

static void
CheckIndex(CheckedTable *checked, Oid function, const TableIndex *index, int leaf)
{
	IndexReading reading = { function, CheckedLeafIndex(checked, index, leaf) };

	CHECK_FOR_INTERRUPTS();
	if (OidIsValid(reading.index))
		(void) FindingsAttempt(checked->findings, FindingObject(reading.index), CheckContents,
		                       &reading);
}

static void
CheckIndexes(CheckedTable *checked, Oid function, int leaf)
{
	const TableDefinition *definition = &checked->table.definition;

	CheckIndex(checked, function, NULL, leaf);
	for (int i = 0; i < AllIndexCount(definition); i++)
		CheckIndex(checked, function, AnyIndex(definition, i), leaf);
	if (definition->time_to_live != NULL)
		CheckIndex(checked, function, definition->time_to_live, leaf);
}

void
IndexContentsCheck(CheckedTable *checked)
{
	Oid function = FindAmcheck();

	for (int leaf = 0; leaf < checked->row->leaf_count && OidIsValid(function); leaf++)
		CheckIndexes(checked, function, leaf);
}
