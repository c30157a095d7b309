/*
 * Gathering: how long the flusher waits for further requests before it flushes.
 *
 * Clients that have just been answered often ask again at once. A flush that does
 * not wait for them makes them wait for the one after it: where 16 clients have
 * come apart into two halves, each flush serves one half, and all of them wait
 * for two. Where `there` requests are there and `missing` others come within a
 * time `wait`, to wait for them costs there * wait and gains missing * (flush - wait).
 *
 * So the flusher waits for as many as were there when the last flush ended, those
 * that it released and those that had run meanwhile, but not for longer after
 * it than a flush takes. Where that did not pay, because the clients did not
 * come back or a flush takes less time than running their requests, the next flushes
 * do without: twice as many after each such wait, half as many after one that paid.
 */
#include "http/gather.h"

#include <signal.h>

#include "miscadmin.h"
#include "port/atomics.h"
#include "portability/instr_time.h"
#include "postmaster/interrupt.h"
#include "storage/latch.h"

#include "http/settings.h"
#include "http/shared.h"

#define LONGEST_WAIT 5000 /* microseconds */
#define LONGEST_PAUSE 63  /* flushes */
#define SMOOTHING 8

static double flush_time; /* in microseconds, smoothed */
static instr_time began;  /* the last flush */
static instr_time ended;
static uint64 flushed;   /* requests that had asked when it began, since the server's start */
static uint64 expected;  /* that have asked when those that it released are back */
static int pause_length; /* flushes without a wait, after a wait that did not pay */
static int pause_left;

/* Microseconds. */
static double
Since(instr_time then)
{
	instr_time now;

	INSTR_TIME_SET_CURRENT(now);
	INSTR_TIME_SUBTRACT(now, then);
	return INSTR_TIME_GET_DOUBLE(now) * 1e6;
}

static uint64
Asked(void)
{
	uint64 asked = 0;

	for (int i = 0; i < http_workers; i++)
		asked += pg_atomic_read_u64(&http_shared->slots[i].asked);
	return asked;
}

void
GatherInit(void)
{
	flushed = Asked();
	pg_atomic_write_u64(&http_shared->awaited, 0);
}

bool
GatherIsDone(void)
{
	return Asked() >= pg_atomic_read_u64(&http_shared->awaited);
}

void
GatherFlushBegins(void)
{
	uint64 asked = Asked();

	expected = asked - flushed;
	flushed = asked;
	INSTR_TIME_SET_CURRENT(began);
}

void
GatherFlushEnds(void)
{
	flush_time += (Since(began) - flush_time) / SMOOTHING;
	expected += Asked();
	INSTR_TIME_SET_CURRENT(ended);
}

/*
 * Sleeps until the latch is set. WaitLatch counts in milliseconds. Who sets the
 * latch of a process that sleeps sends it SIGURG, which PostgreSQL keeps blocked.
 * A signal's handler may set it before the sleep begins, which then lasts its time.
 */
static void
Sleep(double microseconds)
{
	struct timespec timeout = { .tv_nsec = (long) (microseconds * 1000) };
	sigset_t urgent;

	sigemptyset(&urgent);
	sigaddset(&urgent, SIGURG);
	MyLatch->maybe_sleeping = true;
	pg_memory_barrier();
	if (!MyLatch->is_set)
		(void) sigtimedwait(&urgent, NULL, &timeout);
	MyLatch->maybe_sleeping = false;
}

static void
Judge(double there, double came, double waited)
{
	if (came * flush_time > (came + there) * waited)
		pause_length /= 2;
	else
		pause_length = Min(pause_length * 2 + 1, LONGEST_PAUSE);
	pause_left = pause_length;
}

/* Who asks meanwhile sets our latch only when all that are expected are there. */
static uint64
WaitForExpected(void)
{
	double limit = Min(flush_time, LONGEST_WAIT);
	uint64 asked;
	double left;

	pg_atomic_write_u64(&http_shared->awaited, expected);
	while (true)
	{
		ResetLatch(MyLatch);
		asked = Asked();
		left = limit - Since(ended);
		if (asked >= expected || left <= 0 || InterruptPending || ShutdownRequestPending)
			break;
		Sleep(left);
	}
	pg_atomic_write_u64(&http_shared->awaited, 0);
	return asked;
}

void
GatherWait(void)
{
	uint64 there = Asked();
	uint64 asked;
	instr_time start;

	if (there >= expected || Since(ended) >= Min(flush_time, LONGEST_WAIT))
		return;
	if (pause_left > 0)
	{
		pause_left--;
		return;
	}
	INSTR_TIME_SET_CURRENT(start);
	asked = WaitForExpected();
	Judge(there - flushed, asked - there, Since(start));
}
