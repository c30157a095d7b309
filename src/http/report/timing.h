/*
 * Where the time of a request goes, for the log of slow ones.
 *
 * While dynamo.log_min_duration is -1, and nothing is recorded, nothing is noted. None of these
 * raises an error but TimingNote.
 */
#ifndef DYNAMO_HTTP_TIMING_H
#define DYNAMO_HTTP_TIMING_H

#include "http/wire/request.h"

/* It is whole and waits for its turn. */
extern void TimingArrive(HttpRequest *request);

/* Around an attempt to run it; `parked` says that it has met a lock and will be tried again. */
extern void TimingBegin(HttpRequest *request);
extern void TimingEnd(HttpRequest *request, bool parked);

/* In the attempt, when its input has been read: notes what it asks for. */
extern void TimingNote(HttpRequest *request);

/* Its answer goes out: logs it where it was slow. */
extern void TimingAnswer(HttpRequest *request);

/* It is emptied. */
extern void TimingForget(HttpRequest *request);

#endif
