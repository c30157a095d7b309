/*
 * The rules that an item of a table must keep, as the CHECK constraint of its
 * relation states them for plain SQL writers.
 */
#ifndef DYNAMO_RULES_H
#define DYNAMO_RULES_H

#include "storage/relation/table.h"

#include "access/tupdesc.h"
#include "lib/stringinfo.h"
#include "nodes/pg_list.h"

#define RULES_CONSTRAINT "item_rules"

/* The kinds of key attribute. */
typedef enum KeyRole
{
	ROLE_HASH,
	ROLE_RANGE
} KeyRole;

/* One key attribute that an item must or (of an index) may have. */
typedef struct KeyRule
{
	KeyRole role;
	KeyAttribute attribute;
	Bytes index; /* data NULL: the table's own key */
} KeyRule;

/*
 * Appends dynamo.check_item(item, rule, ...). A rule is one key attribute:
 * "HASH S Artist", "RANGE S SongTitle" or, of an index, "INDEX ByYear HASH N Year".
 */
extern void AppendRulesExpression(StringInfo sql, const TableDefinition *definition);

/* Those rules as a list of palloc'd C strings. */
extern List *RuleTexts(const TableDefinition *definition);

/*
 * Whether a CHECK constraint of a relation is no more than a call of dynamo.check_item, whose rules
 * the direct path checks itself. An owner may have given its name to another one.
 */
extern bool ConstraintIsRules(const ConstrCheck *constraint);

/* A rule from its text, into which it points. Raises invalid_parameter_value. */
extern KeyRule KeyRuleParse(Bytes text);

/*
 * Adds to an empty definition what the constraint of a relation says: the key, the attributes, and
 * the indexes, as global ones of all attributes and without numbers. Palloc'd. Raises
 * wrong_object_type where there is no such constraint, or none that CreateTable could have made.
 */
extern void RulesRead(Oid relation, TableDefinition *definition);

#endif
