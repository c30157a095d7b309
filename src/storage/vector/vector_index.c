/*
 * The index of vectors on a leaf, as SQL.
 */
#include "storage/vector/vector_index.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "item/key.h"
#include "storage/query/relation_name.h"
#include "storage/relation/key_expression.h"
#include "vector/vector_code.h"

#define ENTRY_SPACE (2704 - 16) /* of a btree entry, less its header */
#define HASH_SPACE (VECTOR_HASH_LIMIT + 8)

int
VectorCodeSpace(const TableIndex *index)
{
	return ENTRY_SPACE - (index->key.partition_count > 0 ? HASH_SPACE : 0);
}

static void
AppendCode(StringInfo sql, const VectorForm *form)
{
	appendStringInfo(sql, "(" FUNCTION_SCHEMA ".vector_code(item, %s))",
	                 quote_literal_cstr(VectorFormText(form)));
}

void
AppendVectorIndex(StringInfo sql, const TableIndex *index)
{
	const KeyAttribute *hash = index->key.partition_count > 0 ? &index->key.partition[0] : NULL;

	if (hash != NULL)
	{
		AppendKeyColumn(sql, hash, VECTOR_HASH_LIMIT);
		appendStringInfoString(sql, ", ");
	}
	AppendCode(sql, &index->vector->form);
	appendStringInfoString(sql, ") WHERE ");
	if (hash != NULL)
	{
		AppendKeyColumn(sql, hash, VECTOR_HASH_LIMIT);
		appendStringInfoString(sql, " IS NOT NULL AND ");
	}
	AppendCode(sql, &index->vector->form);
	appendStringInfoString(sql, " IS NOT NULL");
}

int
VectorColumnsOfItem(const TableIndex *index, const Jsonb *item, Datum columns[MAX_VECTOR_COLUMNS])
{
	int count = 0;

	if (index->key.partition_count > 0)
	{
		const KeyAttribute *hash = &index->key.partition[0];

		if (!KeyColumnOfItem(item, hash->name, hash->type, VECTOR_HASH_LIMIT, &columns[count++]))
			return 0;
	}
	return VectorCodeOfItem(&index->vector->form, item, &columns[count]) ? count + 1 : 0;
}

bool
VectorExpressionParse(Node *node, AttrNumber *column, VectorForm *form)
{
	FuncExpr *call = (FuncExpr *) node;
	const Const *constant;
	const char *name;

	if (!IsA(call, FuncExpr) || list_length(call->args) != 2 || !IsA(linitial(call->args), Var) ||
	    linitial_node(Var, call->args)->varlevelsup > 0 || !IsA(lsecond(call->args), Const))
		return false;
	name = DynamoFunctionName(call->funcid);
	*column = linitial_node(Var, call->args)->varattno;
	constant = lsecond_node(Const, call->args);
	return name != NULL && strcmp(name, "vector_code") == 0 && *column > 0 &&
	       constant->consttype == TEXTOID && !constant->constisnull &&
	       VectorFormParse(BytesFromCString(TextDatumGetCString(constant->constvalue)), form);
}

Oid
VectorCodeType(void)
{
	Oid schema = get_namespace_oid(FUNCTION_SCHEMA, true);

	return OidIsValid(schema)
	           ? GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum("vector_code"),
	                             ObjectIdGetDatum(schema))
	           : InvalidOid;
}
