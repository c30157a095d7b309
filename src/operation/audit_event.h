/*
 * What the audit is told of an operation's call.
 */
#ifndef DYNAMO_AUDIT_EVENT_H
#define DYNAMO_AUDIT_EVENT_H

#include "auth/audit/audit.h"
#include "operation/operation.h"

/* Who asks. The request id of `context` must outlive the event. In a transaction. */
extern void AuditEventIdentify(AuditEvent *event, const OperationContext *context);

/* For what. */
extern void AuditEventOperation(AuditEvent *event, const Operation *operation);

/*
 * About which tables and items, once the request is read. In the operation's transaction; raises
 * what opening the table for the operation would raise.
 */
extern void AuditEventAsk(AuditEvent *event, const Operation *operation, const Structure *request);

/* What it has met instead of an answer. Raises no error. */
extern void AuditEventFail(AuditEvent *event, const ErrorData *error);

#endif
