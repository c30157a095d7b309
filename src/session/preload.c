/*
 * See preload.h.
 */
#include "session/preload.h"

#include "miscadmin.h"

/* Set in the postmaster, so every backend inherits it. */
static bool preloaded = false;

void
PreloadInit(void)
{
	preloaded = process_shared_preload_libraries_in_progress && !IsBinaryUpgrade;
}

bool
IsPreloaded(void)
{
	return preloaded;
}
