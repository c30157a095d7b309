/*
 * Key attributes as index columns.
 *
 * An S is text under COLLATE "C", an N numeric, a B bytea. text cannot hold
 * U+0000: a key's U+0000 becomes U+0001 U+0001 and its U+0001 becomes U+0001
 * U+0002, which keeps the order. A btree entry holds at most a third of a page,
 * so a column keeps at most `limit` bytes: a longer value is cut and ends in
 * the SHA-256 of the whole, which keeps equality. A sort key
 * reaches KEY_COLUMN_LIMIT only where nearly half of it is U+0000 and U+0001;
 * otherwise its order is whole.
 */
#ifndef DYNAMO_KEY_H
#define DYNAMO_KEY_H

#include "item/number/number.h"
#include "item/value.h"

#include "utils/jsonb.h"

#define MAX_PARTITION_KEY_SIZE 2048
#define MAX_SORT_KEY_SIZE 1024
#define KEY_COLUMN_LIMIT 1500
#define KEY_SUFFIX_LIMIT 120
#define MIN_KEY_COLUMN_LIMIT 80 /* a cut text's mark and hash, and something of the text */

/* The column of a key value of type S, N or B; palloc'd (a number may point into the value). */
extern Datum KeyColumn(const AttributeValue *value, int limit);

/*
 * A stored item's attribute as a key; false where it cannot be one: absent, of
 * another type, empty, or longer than any key. Items that were there before a
 * global index may hold such values, and are not in it.
 */
extern bool KeyValueOfItem(const Jsonb *item, Bytes name, AttributeType type,
                           AttributeValue *value);

/* The column of a stored item's attribute; false (an SQL null) where KeyValueOfItem is. */
extern bool KeyColumnOfItem(const Jsonb *item, Bytes name, AttributeType type, int limit,
                            Datum *column);

/*
 * The last column of a secondary index: a table's whole key as one bytea, so
 * that entries of equal index keys have a total order and pages resume by an
 * exact seek. Memory order is the key's order while it fits KEY_SUFFIX_LIMIT;
 * a longer key is cut and hashed. `sort_key` is NULL where the table has none.
 */
extern Datum KeySuffix(const AttributeValue *partition_key, const AttributeValue *sort_key);

/*
 * SQL: key_text(item, name [, limit]), key_number(item, name),
 * key_binary(item, name [, limit]), key_suffix(item, partition_name, sort_name):
 * immutable, parallel safe; null where the attribute cannot be a key. Indexes, partitioning and
 * views use the forms without a limit, which is KEY_COLUMN_LIMIT then; only secondary indexes of
 * several partition or sort attributes name a smaller one. SQL's `name` is the attribute's name as
 * it is stored (EscapeName).
 */

#endif
