/*
 * Sessions that serve many, and stay clean.
 *
 * Triggers, policies, functions of indexes and constraints are code of the
 * tables' owners. In a session of a client's own what such code leaves behind is
 * the client's; a worker serves one client after the other, and one owner's
 * tables after another's. So what a request's code has set, it must not leave.
 */
#ifndef DYNAMO_CLEAN_SESSION_H
#define DYNAMO_CLEAN_SESSION_H

#include "postgres.h"

/*
 * At the start of a process that serves many: from now on what an owner's code makes
 * in a temporary schema is dropped at the end of its transaction, and it cannot set what
 * would end the process.
 */
extern void SessionInit(void);

/*
 * In a transaction: from here on the role is this one, settings are taken back at the
 * scope's end, those of a plain SET too, and SET ROLE and SET SESSION AUTHORIZATION are
 * refused. The end of the transaction by an error is the scope's end, too. Returns what
 * SessionScopeEnd wants. A transaction may have several scopes, one after the other, and
 * all of one role.
 */
extern int SessionScopeBegin(Oid role);

/*
 * Takes settings back. Where the transaction is about to be committed, with
 * `committing`, the triggers that wait for that run first, inside the scope. So they do
 * after an owner's code, which may write in a read, too; its cursors are closed. The role
 * stays as it is until SessionScopeLeave.
 */
extern void SessionScopeEnd(int scope, bool committing);

/* After the commit of a transaction that has had a scope. */
extern void SessionScopeLeave(void);

/*
 * Around code of an owner's that runs outside of PostgreSQL's own restrictions. In
 * a scope what it sets ends with it, so that it does not reach the code of another
 * owner in the same request; an error ends that, too. Returns what
 * SessionForeignCodeEnd wants.
 */
extern int SessionForeignCodeBegin(void);
extern void SessionForeignCodeEnd(int level);

/* Whether such code has run since the last SessionDiscard that succeeded. */
extern bool SessionRanForeignCode(void);

/*
 * In a transaction of the caller's that has done nothing else, and of which the
 * session holds no advisory lock: drops what DISCARD ALL drops, plans and temporary
 * objects (see SessionInit) aside, and sets the seed of random() anew. Settings keep
 * what they have been given with PGC_S_OVERRIDE.
 */
extern void SessionDiscard(void);

/*
 * Whether code of owners has left so much behind that nothing takes back that the
 * process should end: names of settings, which stay in a session for ever. Looks
 * only now and then.
 */
extern bool SessionIsWornOut(void);

#endif
