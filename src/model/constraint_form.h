/*
 * Members of inputs whose violations are told in another form than the older framework's.
 */
#ifndef DYNAMO_MODEL_CONSTRAINT_FORM_H
#define DYNAMO_MODEL_CONSTRAINT_FORM_H

#include "model/structure.h"

/*
 * Raises ValidationException for the first member of the request, in the order of
 * constraint_forms.def, that violates what the newer framework judges. A request that lacks a
 * required member is judged by the older one, but for those members that have a sentence for it.
 */
extern void CurrentFormsCheck(const Structure *request);

/* Whether the request lacks a required member of its input. */
extern bool LacksRequired(const Structure *request);

/* Whether the older framework is to pass over the member, of which CurrentFormsCheck has judged. */
extern bool OlderFormSkips(const Shape *input, int position, bool lacks_required);

/* Whether the member is told only where no other violation is. */
extern bool MemberYields(const Shape *input, int position);

#endif
