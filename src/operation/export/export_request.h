/*
 * What the request of an export asks for, and its checks.
 */
#ifndef DYNAMO_EXPORT_REQUEST_H
#define DYNAMO_EXPORT_REQUEST_H

#include "backup/recovery_window.h"
#include "transfer/export/export_catalog.h"
#include "model/structure.h"

/* The names of the bucket, of its owner and of the prefix. Raises ValidationException. */
extern void ExportCheckNames(const ExportSpecification *specification);

/* The specification, from the request alone. Raises ValidationException. */
extern ExportSpecification ExportRequestSpecification(const Structure *request);

/*
 * Sets the times of an export. Raises InvalidExportTimeException for those that are not in the
 * window, ValidationException for an increment that is too short or too long.
 */
extern void ExportRequestTimes(const Structure *request, const RecoveryWindow *window,
                               Export *export);

#endif
