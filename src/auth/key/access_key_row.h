/*
 * Rows of dynamo.access_keys: access keys of roles, and temporary credentials.
 */
#ifndef DYNAMO_ACCESS_KEY_ROW_H
#define DYNAMO_ACCESS_KEY_ROW_H

#include "postgres.h"

#include "datatype/timestamp.h"
#include "utils/jsonb.h"

#include "auth/secret/sealed_secret.h"

/* What temporary credentials have besides; token_hash.data is NULL in other rows. */
typedef struct TemporaryPart
{
	Bytes token_hash;
	Oid assumed_by;             /* the role that has called AssumeRole */
	const char *session_name;   /* terminated */
	const char *session_policy; /* terminated; NULL: none */
	Jsonb *session_tags;        /* {"name": "value"}; NULL: none */
} TemporaryPart;

typedef struct AccessKeyRow
{
	const char *access_key_id; /* terminated */
	Oid role;
	bool active;
	TimestampTz expires;    /* DT_NOEND: never */
	const char *master_key; /* id of the one that the secret is sealed under, terminated */
	Bytes sealed;
	TemporaryPart temporary;
} AccessKeyRow;

/* Where the extension's table of keys is, or InvalidOid. */
extern Oid AccessKeyTable(void);

/*
 * As any role, as the newest that is committed, or this transaction's own. Palloc'd. False where
 * there is none, or no table.
 */
extern bool AccessKeyRowRead(Bytes access_key_id, AccessKeyRow *row);

/*
 * Seals the secret under the newest master key, and writes the row. False where there is a key of
 * that id. Raises object_not_in_prerequisite_state, with what to do, where there is no master key.
 */
extern bool AccessKeyRowInsert(AccessKeyRow *row, const Secret *secret);

/* Opens the secret; false where it was not sealed for the row, and sets whether the key is known.
 */
extern bool AccessKeyRowOpen(const AccessKeyRow *row, Secret *secret, bool *master_key_known);

/* Seals the secret of the row anew, under the newest master key; false where it does not open. */
extern bool AccessKeyRowReseal(const AccessKeyRow *row, const MasterKey *newest);

/* The newest master key, which the caller forgets; raises as AccessKeyRowInsert. */
extern MasterKey RequireMasterKey(void);

#endif
