/*
 * See stamp.h.
 */
#include "region/stamp.h"

/* An item of stamp 0 comes only with a copy, and is the same wherever it comes from. */
ApplyAction
DecideApply(const KeyVersion *here, Stamp incoming, bool deletes)
{
	if (here->exists && incoming <= here->stamp)
		return APPLY_NOTHING;
	if (here->deleted > 0 && incoming <= here->deleted)
		return APPLY_NOTHING;
	if (here->exists)
		return deletes ? APPLY_DELETE : APPLY_PUT;
	return deletes ? APPLY_TOMBSTONE : APPLY_PUT;
}
