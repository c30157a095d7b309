/*
 * Names of the relations behind a table.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "storage/query/relation_name.h"

#define MAX_IDENTIFIER (NAMEDATALEN - 1)
/* "/1023/2147483647" is the longest ending. */
#define LEAF_BASE_LIMIT (MAX_IDENTIFIER - 16)
#define HASH_ENDING_LENGTH 17 /* "~" and 16 hexadecimal digits */

char *
IdentifierFromBytes(Bytes name, int limit)
{
	uint64 hash;
	int kept;

	if (name.length <= limit)
		return pnstrdup(name.data, name.length);
	hash = hash_bytes_extended((const unsigned char *) name.data, name.length, 0);
	kept = pg_mbcliplen(name.data, name.length, limit - HASH_ENDING_LENGTH);
	return psprintf("%.*s~%016llx", kept, name.data, (unsigned long long) hash);
}

char *
TableRelationName(Bytes table)
{
	return IdentifierFromBytes(table, MAX_IDENTIFIER);
}

char *
IndexViewName(Bytes table, Bytes index)
{
	char *name = psprintf("%.*s/%.*s", BYTES_ARGS(table), BYTES_ARGS(index));

	return IdentifierFromBytes(BytesFromCString(name), MAX_IDENTIFIER);
}

char *
LeafRelationName(Bytes table, int leaf)
{
	return psprintf("%s/%d", IdentifierFromBytes(table, LEAF_BASE_LIMIT), leaf);
}

char *
LeafKeyIndexName(Bytes table, int leaf)
{
	return psprintf("%s" KEY_INDEX_ENDING, LeafRelationName(table, leaf));
}

char *
LeafIndexName(Bytes table, int leaf, int index_number)
{
	return psprintf("%s/%d", LeafRelationName(table, leaf), index_number);
}

char *
TableKeyStatisticsName(Bytes table)
{
	return psprintf("%s/key", IdentifierFromBytes(table, LEAF_BASE_LIMIT));
}

char *
TableIndexStatisticsName(Bytes table, int index_number)
{
	return psprintf("%s/%d", IdentifierFromBytes(table, LEAF_BASE_LIMIT), index_number);
}

char *
QualifiedName(const char *schema, const char *name)
{
	return quote_qualified_identifier(schema, name);
}
