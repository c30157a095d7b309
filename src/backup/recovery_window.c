/*
 * See recovery_window.h.
 */
#include "backup/recovery_window.h"

#include "utils/timestamp.h"

#include "change/log/log_read.h"
#include "storage/stream/change_epoch.h"
#include "storage/stream/recovery_catalog.h"

bool
RecoveryWindowOf(Oid relation, RecoveryWindow *window)
{
	Recovery recovery;
	ChangeEpoch epoch;

	if (!RecoveryRead(relation, &recovery))
		return false;
	*window = (RecoveryWindow){ .earliest = DT_NOEND,
		                        .latest = GetCurrentTimestamp(),
		                        .days = recovery.days };
	if (!ChangeEpochLast(&epoch) || epoch.ended != 0)
		return true;
	window->epoch = epoch.epoch;
	window->earliest = Max(recovery.enabled, epoch.started);
	window->earliest = Max(window->earliest, window->latest - recovery.days * USECS_PER_DAY);
	window->earliest = Max(window->earliest, LogSegmentsSince(epoch.epoch));
	return true;
}
