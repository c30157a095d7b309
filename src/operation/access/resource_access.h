/*
 * Asking policies for actions on tables, streams and the service as a whole, rather than items.
 *
 * The names of what a request is about come out of here, with the caller's right to the operation's
 * action on it; whether it exists is found out afterwards. Each raises AccessDeniedException.
 */
#ifndef DYNAMO_RESOURCE_ACCESS_H
#define DYNAMO_RESOURCE_ACCESS_H

#include "model/structure.h"
#include "operation/context.h"
#include "storage/stream/stream_catalog.h"

/*
 * The table's name in the request's TableName. The tags in the request count. Raises what
 * RequestTableName raises.
 */
extern Bytes AccessRequestTable(const OperationContext *context, const Structure *request);

/* Asks for another action on a table, which the operation takes as well. */
extern void AccessTable(const OperationContext *context, const Structure *request,
                        const char *action, Bytes name);

/*
 * The same of all items of a table, which a backup or a restore is about: what policies allow on
 * conditions of keys or attributes is refused.
 */
extern Bytes AccessRequestWholeTable(const OperationContext *context, const Structure *request);
extern void AccessWholeTable(const OperationContext *context, const Structure *request,
                             const char *action, Bytes name);

/*
 * Whether policies let the caller do this to all items of the table, on no condition of keys or
 * attributes: for what shows parts of items and leaves out those of other tables.
 */
extern bool WholeTableIsAllowed(const OperationContext *context, const char *action,
                                const Table *table);

/* Asks for the operation's action on a backup, in the same way. There may be no such backup. */
extern void AccessBackup(const OperationContext *context, Bytes table, Bytes identifier);
/* The same of an export. */
extern void AccessExport(const OperationContext *context, Bytes table, Bytes identifier);

/* The same of an import, and of a bulk put. */
extern void AccessImport(const OperationContext *context, Bytes table, Bytes identifier);
extern void AccessBulkOperation(const OperationContext *context, Bytes table, Bytes identifier);

/* Asks for what a restore does to the table that it makes. */
extern void AccessRestoredTable(const OperationContext *context, const Structure *request,
                                Bytes name);

/*
 * Asks for the operation's action on a stream, of which `stream` is the row; NULL: there is no such
 * stream. `request` is one that may have tags, or NULL.
 */
extern void AccessStream(const OperationContext *context, const Structure *request, Bytes table,
                         int64 label, const StreamRow *stream);

/* Asks for it on all streams of a table (data NULL: of all tables). */
extern void AccessStreams(const OperationContext *context, Bytes table);

/* Asks for it on what is named by a resource: "*", or what follows the account in ARNs. */
extern void AccessService(const OperationContext *context, const char *resource);

#endif
