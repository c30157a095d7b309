/*
 * The capture worker of a database: a background worker that decodes changes of streamed tables
 * from WAL and writes them to the change log.
 */
#ifndef DYNAMO_CAPTURE_WORKER_H
#define DYNAMO_CAPTURE_WORKER_H

#include "postgres.h"

/*
 * Starts the worker of a database whose place (capture_state.h) is taken. It is started again where
 * it ends by an error, and ends for good where `stop` is set, where it has no place, or where
 * another worker has it, so that one too many does no harm. Raises configuration_limit_exceeded
 * where no worker is free.
 */
extern void CaptureWorkerStart(Oid database);

#endif
