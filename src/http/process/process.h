/*
 * The processes of the HTTP API as shared memory knows them: which of them run,
 * and what settings they were started with.
 */
#ifndef DYNAMO_HTTP_PROCESS_H
#define DYNAMO_HTTP_PROCESS_H

#include "postgres.h"

#include "http/process/shared.h"

/*
 * A number for the settings that the process cannot change while it runs. Only
 * workers have such.
 */
extern uint32 HttpProcessSettings(int number);

/*
 * At a process's start, before it registers what else it does at its exit: it is
 * known to run until all of that is done. False where another one of its number
 * runs, which it must leave alone.
 */
extern bool HttpProcessAttach(int number);

/* Whether the process runs; `settings` is what it was started with. */
extern bool HttpProcessRuns(int number, uint32 *settings);

/* Asks the process to exit. */
extern void HttpProcessStop(int number);

/*
 * In a process that serves no requests, between two steps of its work: what signals have asked
 * for. Whether the settings were read again. May raise an error.
 */
extern bool HttpProcessInterrupts(void);

#endif
