/*
 * Bringing the catalogs of tables and of streams together: after a restore, a loss of changes, or a
 * change by hand. Outside of any transaction, under upkeep's lock of the database.
 */
#ifndef DYNAMO_RECONCILE_H
#define DYNAMO_RECONCILE_H

#include "change/upkeep/step.h"

/* Gives tables whose stream is enabled but not in its catalog, or ended there, a new stream. */
extern void ReconcileTables(UpkeepRound *round);

/* Ends streams whose table is gone or has another; keeps owners. */
extern void ReconcileStreams(UpkeepRound *round);

/* Ends the streams some of whose changes could not be decoded; their tables get new ones. */
extern void ReconcileBroken(UpkeepRound *round);

#endif
