/*
 * Limits of change over time.
 */
#include "operation/throughput/change_limit.h"

#include "error/error.h"

#include "pgtime.h"

#define MILLISECONDS_PER_HOUR INT64CONST(3600000)
#define MILLISECONDS_PER_DAY INT64CONST(86400000)

/* Decreases in one UTC day that need not wait for each other. */
#define FREE_DECREASES 4

static char *
FormatUtc(const char *format, int64 milliseconds)
{
	pg_time_t seconds = milliseconds / 1000;
	char text[128];

	(void) pg_strftime(text, sizeof(text), format, pg_gmtime(&seconds));
	return pstrdup(text);
}

/* "Friday, October 9, 2026 at 1:21:34 AM Coordinated Universal Time" */
static char *
LongDate(int64 milliseconds)
{
	pg_time_t seconds = milliseconds / 1000;
	const struct pg_tm *time = pg_gmtime(&seconds);
	int day = time->tm_mday;
	int hour = (time->tm_hour + 11) % 12 + 1;

	return psprintf("%s %d, %s %d:%s Coordinated Universal Time", FormatUtc("%A, %B", milliseconds),
	                day, FormatUtc("%Y at", milliseconds), hour,
	                FormatUtc("%M:%S %p", milliseconds));
}

/* --- decreases --- */

int64
DecreasesToday(const Capacity *capacity)
{
	int64 now = CurrentMilliseconds();
	bool today = capacity->last_decrease / MILLISECONDS_PER_DAY == now / MILLISECONDS_PER_DAY;

	return today ? capacity->decreases_today : 0;
}

static void
CheckDecrease(const Capacity *capacity, int64 now)
{
	int64 decreases = DecreasesToday(capacity);
	int64 last = capacity->last_decrease;
	int64 midnight = (last / MILLISECONDS_PER_DAY + 1) * MILLISECONDS_PER_DAY;
	int64 next = Min(last + MILLISECONDS_PER_HOUR, midnight);

	if (decreases < FREE_DECREASES || now >= next)
		return;
	DynamoError(EXCEPTION_LIMIT_EXCEEDED, TEXT_DECREASES, FREE_DECREASES, decreases, LongDate(last),
	            LongDate(next));
}

void
DecreaseRecord(Capacity *capacity)
{
	int64 now = CurrentMilliseconds();

	CheckDecrease(capacity, now);
	capacity->decreases_today = DecreasesToday(capacity) + 1;
	capacity->last_decrease = now;
}

/* --- billing modes --- */

/* "Sat Feb 23 03:07:45 UTC 2019" */
static char *
ShortDate(int64 milliseconds)
{
	return FormatUtc("%a %b %d %H:%M:%S UTC %Y", milliseconds);
}

void
OnDemandSwitchRecord(TableSettings *settings)
{
	int64 *switches = settings->on_demand_switches;
	int64 now = CurrentMilliseconds();
	int64 next = switches[0] + MILLISECONDS_PER_DAY;

	if (switches[0] != 0 && now < next)
		DynamoError(EXCEPTION_LIMIT_EXCEEDED, TEXT_ON_DEMAND_SWITCHES, ON_DEMAND_SWITCHES,
		            ShortDate(switches[ON_DEMAND_SWITCHES - 1]), ShortDate(next));
	memmove(switches, switches + 1, sizeof(int64) * (ON_DEMAND_SWITCHES - 1));
	switches[ON_DEMAND_SWITCHES - 1] = now;
}
