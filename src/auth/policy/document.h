/*
 * Reading policy documents.
 *
 * What IAM's grammar does not have is refused, and so are condition keys and operators that dynamo
 * does not know: a condition that could not be judged would protect nothing.
 */
#ifndef DYNAMO_POLICY_DOCUMENT_H
#define DYNAMO_POLICY_DOCUMENT_H

#include "auth/policy/document_form.h"

/* Most bytes of a document, which a resource's may have: the rest is less. */
#define MAX_POLICY_BYTES 20480
/* Most characters, without the space between tokens. */
#define MAX_MANAGED_POLICY_CHARACTERS 6144
#define MAX_SESSION_POLICY_CHARACTERS 2048

/*
 * Compiles a document, JSON in UTF-8, in the current context. It points into the text, which must
 * live as long.
 *
 * What is wrong with the document raises MalformedPolicyDocument with IAM's text, and with its
 * place as the error's detail; of a resource's policy a ValidationException with both. `stored`:
 * the document is one that was checked before, and what is wrong raises DATA_CORRUPTED.
 */
extern PolicyDocument *PolicyDocumentParse(Bytes text, PolicyKind kind, bool stored);

#endif
