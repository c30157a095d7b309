/*
 * Doing work of the service's own on a table as the table's owner.
 *
 * The triggers and rules that owners write must not run with the rights of
 * the role that does the work, which may be a superuser.
 */
#ifndef DYNAMO_TABLE_OWNER_H
#define DYNAMO_TABLE_OWNER_H

#include "storage/relation/table.h"

/* What is put back when the work is done. */
typedef struct CallerRole
{
	Oid role;
	int security;
	int settings;
} CallerRole;

/*
 * From here on the current role is the table's owner, to whom row-level security
 * does not apply, forced or not. What runs is restricted as in REINDEX of
 * another's table, where the caller is another role. An error that ends the
 * (sub)transaction ends this, too.
 */
extern CallerRole BecomeTableOwner(const Table *table);

/*
 * In a transaction of a worker: from here on the current role is the one that has asked for the
 * work, with its privileges and policies alone, and restricted as above. Triggers do not wait for
 * the commit, at which they would run with the worker's rights.
 */
extern CallerRole BecomeRole(Oid role);

extern void ReturnToCaller(const CallerRole *caller);

#endif
