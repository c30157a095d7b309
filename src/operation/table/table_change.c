/*
 * Changes of one table go one after the other. They meet on a lock of the
 * table's name, taken before the table is opened: had each opened it first, two
 * that drop it would wait for each other's lock of the relation.
 */
#include "operation/table/table_change.h"

#include "error/error.h"
#include "operation/missing_table.h"
#include "storage/relation/lock.h"

#include "miscadmin.h"

/* Only an owner is to keep others waiting. */
static void
CheckOwner(Bytes name)
{
	Table *table = TableOpen(name, 0);

	if (table == NULL)
		return;
	TableCheckOwner(table);
	TableRelease(table);
}

Table *
TableOpenToChange(Bytes name, bool missing_ok)
{
	Table *table;

	/* On a standby the lock itself would be refused, with a text about locks. */
	PreventCommandIfReadOnly("a change of a DynamoDB table");
	PreventCommandIfParallelMode("a change of a DynamoDB table");
	CheckOwner(name);
	LockTableChange(name);
	table = TableOpen(name, 0);
	if (table == NULL && !missing_ok)
		RaiseTableNotFound(name);
	if (table != NULL)
		TableCheckOwner(table);
	return table;
}

void
RaiseTableNotFound(Bytes name)
{
	RaiseNoTable(name, psprintf(TEXT_NO_TABLE_NAMED, BYTES_ARGS(name)));
}

const TableIndex *
IndexBeingBuilt(const Table *table)
{
	for (int i = 0; i < AllIndexCount(&table->definition); i++)
	{
		if (AnyIndex(&table->definition, i)->status == STATUS_CREATING)
			return AnyIndex(&table->definition, i);
	}
	return NULL;
}

void
RaiseTableBeingUpdated(const Table *table)
{
	DynamoError(EXCEPTION_RESOURCE_IN_USE, TEXT_BEING_UPDATED, BYTES_ARGS(table->definition.name));
}

void
CheckTableLoaded(const Table *table)
{
	if (table->status == STATUS_CREATING)
		RaiseTableNotFound(table->definition.name);
	if (table->status == STATUS_DELETING)
		DynamoError(EXCEPTION_RESOURCE_IN_USE, TEXT_BEING_DELETED,
		            BYTES_ARGS(table->definition.name));
}

void
CheckTableActive(const Table *table)
{
	CheckTableLoaded(table);
	if (table->status != STATUS_ACTIVE)
		RaiseTableBeingUpdated(table);
}
