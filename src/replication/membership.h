/*
 * Which regions have which tables, as another region tells it.
 */
#ifndef DYNAMO_MEMBERSHIP_H
#define DYNAMO_MEMBERSHIP_H

#include "replication/peer.h"

/*
 * In a transaction: takes over what the other region says of members, where it is later than what
 * is known here; finds where its changes begin; and ends replication of tables that are not to be
 * here any more. Names of tables that are to be made here, palloc'd.
 */
extern List *MembershipMerge(Peer *peer, const List *rows);

/* The replica's region, which was removed, will not ask for the table any more. */
extern void MembershipForget(const Replica *replica);

/* Makes a table of the other region's CreateTable, as the region's owner: CREATING. */
extern void MembershipCreateTable(const Peer *peer, const char *name, const List *rows);

#endif
