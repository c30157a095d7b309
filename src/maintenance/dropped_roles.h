/*
 * What roles that were dropped leave in the extension's tables.
 */
#ifndef DYNAMO_DROPPED_ROLES_H
#define DYNAMO_DROPPED_ROLES_H

/*
 * In a transaction, as a superuser, in a database with the extension: deletes what belonged to
 * roles that are no more, and leaves to superusers what is kept of it.
 */
extern void DroppedRolesForget(void);

#endif
