/*
 * How a statement reaches its items: the key values that its WHERE allows.
 *
 * A SELECT whose WHERE says which partitions it means, by = or IN or an OR of
 * them, is a sequence of parts: one for each combination of the values of the
 * partition attributes, and of leading sort attributes where WHERE lists those
 * too, but for those that an OR of whole keys leaves out. A part is one item's whole key, or a
 * range of an index. Parts are disjoint and in the order of ORDER BY, so an item's key alone says
 * where a page ended. Everything else is a scan.
 */
#ifndef DYNAMO_PLAN_H
#define DYNAMO_PLAN_H

#include "partiql/statement.h"
#include "partiql/where.h"
#include "storage/read/read.h"

typedef struct PlanDigit
{
	bool sort; /* a sort attribute, not a partition attribute */
	int attribute;
} PlanDigit;

typedef struct ReadPlan
{
	const Table *table;
	const TableIndex *index; /* NULL: the table */
	const KeySchema *key;
	bool scan;
	bool covers_where; /* what is read needs no filter */

	/*
	 * Of a plan that is no scan: the attributes of which values are listed, in
	 * the order in which they are read.
	 */
	int partition_count; /* all of the key's */
	int sort_count;      /* leading ones */
	ValueList partition[MAX_KEY_ATTRIBUTES];
	ValueList sort[MAX_KEY_ATTRIBUTES];

	/* The order of parts: those attributes as digits of a number, the slowest to change first. */
	int digit_count;
	PlanDigit digits[2 * MAX_KEY_ATTRIBUTES];

	/* Bounds on the sort attribute after those. */
	RangeBound lower;
	RangeBound upper;
	const AttributeValue *prefix;

	bool forward; /* ascending by sort attributes */
	bool merged;  /* all parts together in the order of sort attributes */
	int part_count;
	int *parts; /* which combinations they are, ascending; NULL: all */
} ReadPlan;

/* The plan of a SELECT. Raises ValidationException where WHERE or ORDER BY do not suit the key. */
extern ReadPlan PlanRead(const Statement *statement, const Table *table, const TableIndex *index);

/* The range that is this part; shares the plan's values. */
extern RangeQuery PlanPart(const ReadPlan *plan, int part);

/* Whether the part is the whole key of an item of the table; then that key. */
extern bool PlanPartIsItem(const ReadPlan *plan, int part, ItemKey *key);

/* The part that a position, of the attributes of PositionAttributesOf, is in; -1: it is in none. */
extern int PlanFindPart(const ReadPlan *plan, const AttributeValue *position);

/*
 * The item that a statement is about: the values that WHERE demands of each
 * attribute of the table's key by =, as a map that is not checked further.
 * False where WHERE leaves one open. `alone` says that WHERE demands nothing
 * else.
 */
extern bool StatementFindKey(const Statement *statement, const Table *table, AttributeValue *key,
                             bool *alone);

#endif
