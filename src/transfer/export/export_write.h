/*
 * Writing an export to its object store: data files, then the manifests, in the service's layout:
 *
 *   PREFIX/AWSDynamoDB/ID/_started
 *   PREFIX/AWSDynamoDB/ID/data/NAME.json.gz       of a full export
 *   PREFIX/AWSDynamoDB/data/NAME.json.gz          of an incremental one
 *   PREFIX/AWSDynamoDB/ID/manifest-files.json     a line a data file
 *   PREFIX/AWSDynamoDB/ID/manifest-summary.json
 *   and the MD5 of both manifests, .md5
 */
#ifndef DYNAMO_EXPORT_WRITE_H
#define DYNAMO_EXPORT_WRITE_H

#include "transfer/export/data_file.h"

/* What all keys of exports with the specification begin with: "PREFIX/AWSDynamoDB/", palloc'd. */
extern char *ExportStart(const ExportSpecification *specification);

/* The keys of one export: "PREFIX/AWSDynamoDB/ID/NAME"; palloc'd. */
extern char *ExportKey(const Export *export, const char *name);

/* Puts _started, which shows that the store can be written to, and takes the store. */
extern void ExportWriteBegin(const Export *export, Store *store, ExportFiles *files);

/* Puts the manifests, the summary last, sets what the export has come to, and closes the store. */
extern void ExportWriteEnd(Export *export, ExportFiles *files);

#endif
