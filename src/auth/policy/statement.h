/*
 * Judging the statements of policies.
 */
#ifndef DYNAMO_POLICY_STATEMENT_H
#define DYNAMO_POLICY_STATEMENT_H

#include "auth/policy/document_form.h"

/* Whether a statement is about the question, and its conditions hold. */
extern Truth StatementHolds(const PolicyStatement *statement, PolicyQuestion *question);

/* Whether a statement of a resource's policy, whose principals match the caller, names its session.
 */
extern bool StatementNamesSession(const PolicyStatement *statement, const Identity *identity);

#endif
