/*
 * Deletions of items of global tables in WAL. The old row has the stamp of the version before: a
 * transactional message right before it has the deletion's own, as eight bytes in the machine's
 * order.
 */
#ifndef DYNAMO_DELETION_STAMP_H
#define DYNAMO_DELETION_STAMP_H

#define DELETION_STAMP_PREFIX "dynamo.stamp"

#endif
