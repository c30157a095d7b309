/*
 * The tables of policies: dynamo.policy, what is attached to roles in dynamo.role_policy, and those
 * of tables and streams in dynamo.resource_policy.
 *
 * They are read directly, under a snapshot of the moment, so that callers need no rights on them
 * and a transaction's own snapshot does not bring old policies back. They are written by SQL alone:
 * triggers on them invalidate what backends have read of them.
 */
#ifndef DYNAMO_POLICY_STORE_H
#define DYNAMO_POLICY_STORE_H

#include "nodes/pg_list.h"

#include "item/value.h"

typedef enum PolicyTable
{
	TABLE_POLICY,
	TABLE_ROLE_POLICY,
	TABLE_RESOURCE_POLICY
} PolicyTable;

#define POLICY_TABLES 3

/* Invalid where the extension has none: it is not installed here, or is older. */
extern Oid PolicyTableOid(PolicyTable table);

/* Whether a table has a row. */
extern bool PolicyTableHasRows(PolicyTable table);

/* Names of the policies that are attached to roles whose privileges `role` has: palloc'd cstrings,
 * each once. */
extern List *PolicyNamesOf(Oid role);

/* The text of a document, and a resource's revision, palloc'd; false where there is none. */
extern bool PolicyTextOf(const char *name, Bytes *text);
extern bool ResourcePolicyTextOf(Oid relation, int64 stream, Bytes *text, Bytes *revision);

#endif
