/*
 * Quotas of provisioned capacity.
 */
#include "operation/throughput/quota.h"

#include "error/error.h"
#include "operation/arn.h"
#include "storage/relation/table.h"

#include "utils/guc.h"

#include <limits.h>

/* The service's own default quotas. */
#define DEFAULT_ACCOUNT_UNITS 80000
#define DEFAULT_TABLE_UNITS 40000

int account_max_capacity_units = DEFAULT_ACCOUNT_UNITS;
int table_max_capacity_units = DEFAULT_TABLE_UNITS;

/* Units of reading or of writing. */
typedef struct Dimension
{
	const char *member;
	size_t offset;
} Dimension;

static const Dimension dimensions[] = {
	{ "ReadCapacityUnits", offsetof(Capacity, read) },
	{ "WriteCapacityUnits", offsetof(Capacity, write) },
};

void
QuotaInit(void)
{
	DefineCustomIntVariable(
	    "dynamo.account_max_capacity_units",
	    "Capacity units, of reading and again of writing, that all tables may provision.", NULL,
	    &account_max_capacity_units, DEFAULT_ACCOUNT_UNITS, 1, INT_MAX, PGC_SUSET, 0, NULL, NULL,
	    NULL);
	DefineCustomIntVariable(
	    "dynamo.table_max_capacity_units",
	    "Capacity units, of reading and again of writing, that one table or index may provision.",
	    NULL, &table_max_capacity_units, DEFAULT_TABLE_UNITS, 1, INT_MAX, PGC_SUSET, 0, NULL, NULL,
	    NULL);
}

static int64
Units(const Capacity *capacity, const Dimension *dimension)
{
	return capacity == NULL ? 0 : *(const int64 *) ((const char *) capacity + dimension->offset);
}

/* Of the table and its indexes; `settings` may be NULL. */
static int64
TotalUnits(const TableSettings *settings, const Dimension *dimension)
{
	int64 total = 0;

	if (settings == NULL)
		return 0;
	total = Units(&settings->capacity, dimension);
	for (int i = 0; i < settings->index_count; i++)
		total += Units(&settings->indexes[i].capacity, dimension);
	return total;
}

typedef struct AccountSum
{
	const Dimension *dimension;
	int64 units;
} AccountSum;

static void
AddTable(Bytes name, Jsonb *settings, void *argument)
{
	AccountSum *sum = argument;

	sum->units += TotalUnits(TableSettingsFromJsonb(settings), sum->dimension);
}

static void
CheckAccount(const TableSettings *before, const TableSettings *after, const Dimension *dimension)
{
	int64 added = TotalUnits(after, dimension) - TotalUnits(before, dimension);
	AccountSum sum = { dimension, 0 };

	if (added <= 0)
		return;
	TablesVisitSettings(AddTable, &sum);
	if (sum.units + added <= account_max_capacity_units)
		return;
	DynamoError(EXCEPTION_LIMIT_EXCEEDED, TEXT_QUOTA_ACCOUNT, dimension->member, RegionName(),
	            dimension->member, sum.units, account_max_capacity_units, added);
}

static void
CheckTable(const TableSettings *before, const TableSettings *after, const Dimension *dimension)
{
	int64 old_units = before == NULL ? 0 : Units(&before->capacity, dimension);
	int64 units = Units(&after->capacity, dimension);

	if (units <= old_units || units <= table_max_capacity_units)
		return;
	DynamoError(EXCEPTION_LIMIT_EXCEEDED, TEXT_QUOTA_TABLE, dimension->member, units, RegionName(),
	            table_max_capacity_units);
}

static void
CheckIndex(const TableSettings *before, const IndexSettings *index, const Dimension *dimension)
{
	const Capacity *old = before == NULL ? NULL : IndexCapacity(before, index->name);
	int64 units = Units(&index->capacity, dimension);

	if (units <= Units(old, dimension) || units <= table_max_capacity_units)
		return;
	DynamoError(EXCEPTION_LIMIT_EXCEEDED, TEXT_QUOTA_INDEX, dimension->member,
	            BYTES_ARGS(index->name), units, RegionName(), table_max_capacity_units);
}

void
QuotaCheck(const TableSettings *before, const TableSettings *after)
{
	for (int i = 0; i < lengthof(dimensions); i++)
		CheckAccount(before, after, &dimensions[i]);
	for (int i = 0; i < lengthof(dimensions); i++)
	{
		CheckTable(before, after, &dimensions[i]);
		for (int j = 0; j < after->index_count; j++)
			CheckIndex(before, &after->indexes[j], &dimensions[i]);
	}
}

void
QuotaCheckRequested(int64 units, const char *member, const char *resource, const char *quota)
{
	if (units <= table_max_capacity_units)
		return;
	DynamoError(EXCEPTION_LIMIT_EXCEEDED, TEXT_QUOTA_REQUESTED, member, resource, quota,
	            RegionName());
}
