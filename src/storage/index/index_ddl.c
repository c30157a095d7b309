/*
 * Indexes as relations of the leaves.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "item/key.h"
#include "storage/index/index_ddl.h"
#include "storage/relation/key_expression.h"
#include "storage/query/relation_name.h"
#include "storage/vector/vector_index.h"

static void
AppendSecondaryIndex(StringInfo sql, const KeySchema *index_key, const KeySchema *table_key)
{
	AppendIndexColumns(sql, index_key, table_key);
	appendStringInfoChar(sql, ')');
	AppendIndexPredicate(sql, index_key, table_key);
}

static void
AppendTableKey(StringInfo sql, const KeySchema *key)
{
	AppendTableKeyColumns(sql, key);
	appendStringInfoChar(sql, ')');
}

/* Also where the attribute is of the table's key: that need not be a number. */
static void
AppendExpiryIndex(StringInfo sql, const KeyAttribute *attribute)
{
	AppendKeyColumn(sql, attribute, KEY_COLUMN_LIMIT);
	appendStringInfoString(sql, ") WHERE ");
	AppendKeyColumn(sql, attribute, KEY_COLUMN_LIMIT);
	appendStringInfoString(sql, " IS NOT NULL");
}

char *
LeafIndexNameOf(const TableDefinition *definition, const TableIndex *index, int leaf)
{
	return index == NULL ? LeafKeyIndexName(definition->name, leaf)
	                     : LeafIndexName(definition->name, leaf, index->number);
}

char *
LeafIndexCommand(const TableDefinition *definition, const TableIndex *index, int leaf,
                 const char *relation, bool concurrently)
{
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfo(&sql, "CREATE %sINDEX %s%s ON %s (", index == NULL ? "UNIQUE " : "",
	                 concurrently ? "CONCURRENTLY " : "",
	                 quote_identifier(LeafIndexNameOf(definition, index, leaf)), relation);
	if (index == NULL)
		AppendTableKey(&sql, &definition->key);
	else if (index->of_expiry)
		AppendExpiryIndex(&sql, &index->key.partition[0]);
	else if (index->vector != NULL)
		AppendVectorIndex(&sql, index);
	else
		AppendSecondaryIndex(&sql, &index->key, &definition->key);
	return sql.data;
}
