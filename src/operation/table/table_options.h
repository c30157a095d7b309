/*
 * What CreateTable and UpdateTable say beside keys, indexes and throughput.
 */
#ifndef DYNAMO_TABLE_OPTIONS_H
#define DYNAMO_TABLE_OPTIONS_H

#include "model/structure.h"
#include "operation/throughput/table_settings.h"

/* Rejects members that ask for what this server does not have, and an unknown TableClass. */
extern void TableOptionsCheck(const Structure *request);

/* Rejects an SSESpecification of UpdateTable that changes nothing. */
extern void EncryptionUpdateCheck(const Structure *request, const TableSettings *settings);

/* Takes over TableClass, DeletionProtectionEnabled and SSESpecification where given. */
extern void TableOptionsApply(const Structure *request, TableSettings *settings);

/* The same of SSESpecificationOverride. */
extern void EncryptionRestore(const Structure *request, TableSettings *settings);

#endif
