/*
 * Applying what another region has written to a table.
 */
#ifndef DYNAMO_APPLY_H
#define DYNAMO_APPLY_H

#include "replication/peer.h"

/*
 * Puts and deletes among the rows are applied, as the table's owner. One that the table's
 * constraints or triggers refuse is parked, and does not hold up the others. False where another
 * transaction holds an item, or a stamp is too far ahead of the time: nothing has happened, and
 * `error` says why.
 */
extern bool ApplyRows(const Peer *peer, Table *table, const List *rows, Replica *replica,
                      char **error);

/* Tries what is parked of the region again. */
extern void ApplyParked(const Peer *peer);

#endif
