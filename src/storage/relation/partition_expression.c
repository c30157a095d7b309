/*
 * Reads a row of pg_partitioned_table.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_partitioned_table.h"
#include "nodes/parsenodes.h"
#include "nodes/pg_list.h"
#include "utils/builtins.h"
#include "utils/syscache.h"

#include "storage/relation/partition_expression.h"

static Node *
OnlyExpression(HeapTuple row)
{
	Form_pg_partitioned_table form = (Form_pg_partitioned_table) GETSTRUCT(row);
	bool null;
	Datum tree = SysCacheGetAttr(PARTRELID, row, Anum_pg_partitioned_table_partexprs, &null);
	List *expressions;

	if (null || form->partstrat != PARTITION_STRATEGY_HASH || form->partnatts != 1)
		return NULL;
	expressions = castNode(List, stringToNode(TextDatumGetCString(tree)));
	return list_length(expressions) == 1 ? linitial(expressions) : NULL;
}

Node *
PartitionExpressionRead(Oid relation)
{
	HeapTuple row = SearchSysCache1(PARTRELID, ObjectIdGetDatum(relation));
	Node *expression;

	if (!HeapTupleIsValid(row))
		return NULL;
	expression = OnlyExpression(row);
	ReleaseSysCache(row);
	return expression;
}
