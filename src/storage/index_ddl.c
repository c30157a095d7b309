/*
 * Secondary indexes as relations of the leaves.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "storage/index_ddl.h"
#include "storage/key_expression.h"
#include "storage/relation_name.h"

char *
LeafIndexCommand(const TableDefinition *definition, const TableIndex *index, int leaf,
                 const char *relation, bool concurrently)
{
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfo(&sql, "CREATE INDEX %s%s ON %s (", concurrently ? "CONCURRENTLY " : "",
	                 quote_identifier(LeafIndexName(definition->name, leaf, index->number)),
	                 relation);
	AppendIndexColumns(&sql, &index->key, &definition->key);
	appendStringInfoChar(&sql, ')');
	AppendIndexPredicate(&sql, &index->key, &definition->key);
	return sql.data;
}
