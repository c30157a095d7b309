/*
 * What /metrics tells beside the series: the server's processes, and how far behind things are.
 */
#ifndef DYNAMO_HTTP_GAUGES_H
#define DYNAMO_HTTP_GAUGES_H

#include "metrics/exposition.h"

/* Reads shared memory alone. */
extern void GaugesAppend(Exposition *exposition);

/* In an HTTP worker, by its number, now and then: the memory that it has. */
extern void GaugesNoteMemory(int worker);

#endif
