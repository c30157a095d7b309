/*
 * Whether the HTTP API may be reached from other machines.
 */
#ifndef DYNAMO_HTTP_EXPOSURE_H
#define DYNAMO_HTTP_EXPOSURE_H

#include "postgres.h"

/*
 * NULL where it may, else what the settings lack, which is one of a few texts. It depends on the
 * settings of now alone, in whatever order they were read.
 */
extern const char *ExposureLacks(void);

/* Whether dynamo.http_listen_addresses names an address beyond loopback and ExposureLacks. */
extern bool ExposureIsRefused(void);

#endif
