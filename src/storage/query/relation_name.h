/*
 * Names of the relations behind a table, and of statistics objects, whose names are apart from
 * relations'. They follow from the table's name
 * alone, so that a dump restores in any order:
 *
 *   Music          the partitioned table, and the view
 *   Music/0        leaf of hash remainder 0
 *   Music/0/key    its key index
 *   Music/0/3      its index of the secondary index number 3, and the statistics of that in the
 *                  leaf
 *   Music/key      the statistics of the key in the whole table
 *   Music/3        those of the secondary index number 3
 *   Music/ByYear   the view of the global index "ByYear", in the schema of views
 *
 * DynamoDB's names have no "/" and no "~". A name that would pass 63 bytes is
 * cut and ends in "~" and a hash of the whole.
 */
#ifndef DYNAMO_RELATION_NAME_H
#define DYNAMO_RELATION_NAME_H

#include "item/value.h"

#define FUNCTION_SCHEMA "dynamo"
#define TABLE_SCHEMA "dynamo_tables"
#define VIEW_SCHEMA "dynamo_views"

#define KEY_INDEX_ENDING "/key" /* of the name of a leaf's key index */

/* All palloc'd. */
extern char *TableRelationName(Bytes table);
extern char *IndexViewName(Bytes table, Bytes index);
extern char *LeafRelationName(Bytes table, int leaf);
extern char *LeafKeyIndexName(Bytes table, int leaf);
extern char *LeafIndexName(Bytes table, int leaf, int index_number);
extern char *TableKeyStatisticsName(Bytes table);
extern char *TableIndexStatisticsName(Bytes table, int index_number);

/* Any text as an identifier, cut and hashed where it is too long. */
extern char *IdentifierFromBytes(Bytes name, int limit);

/* The qualified and quoted name. */
extern char *QualifiedName(const char *schema, const char *name);

#endif
