/*
 * See clock.h.
 */
#include "http/wire/clock.h"

#include <time.h>

uint64 http_now = 0;

void
HttpClockTick(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	http_now = now.tv_sec * UINT64CONST(1000) + now.tv_nsec / 1000000;
}
