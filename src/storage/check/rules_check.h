/*
 * Whether the constraint of a table's relation states the table's rules.
 */
#ifndef DYNAMO_RULES_CHECK_H
#define DYNAMO_RULES_CHECK_H

#include "storage/check/checked_table.h"

/* Adds a finding where it does not; runs nothing of the constraint's expression. */
extern void RulesCheck(CheckedTable *checked);

#endif
