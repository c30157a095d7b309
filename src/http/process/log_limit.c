/*
 * Decides which of the messages about a condition that repeats is logged.
 */
#include "http/process/log_limit.h"

#include "utils/timestamp.h"

#define INTERVAL_MILLISECONDS 60000

bool
LogIsDue(LogLimit *limit, int64 *passed_over)
{
	TimestampTz now = GetCurrentTimestamp();

	if (now < limit->next)
	{
		limit->passed_over++;
		return false;
	}
	*passed_over = limit->passed_over;
	limit->passed_over = 0;
	limit->next = TimestampTzPlusMilliseconds(now, INTERVAL_MILLISECONDS);
	return true;
}
