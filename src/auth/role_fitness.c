/*
 * Requests are not the superuser's: an owner's trigger runs as the role that
 * writes, and any role may own a table. So a role that may do everything, or to
 * which row-level security does not apply, is refused, and so is a member of one
 * and a role that reaches past PostgreSQL's privileges into the server.
 *
 * What was found out of a role is kept until any role changes.
 */
#include "auth/role_fitness.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_database.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "compat.h"

#define MAX_KNOWN 1000

const char role_is_dropped[] = "has been dropped";

typedef struct KnownRole
{
	Oid role; /* the key */
	uint64 judged_at;
	const char *unfitness; /* constants */
	const char *signer_unfitness;
	bool can_login;
} KnownRole;

static HTAB *known = NULL;
static uint64 changes = 1; /* of roles, as far as this process has heard of them */

static void
NoteChange(Datum argument, int cache, uint32 hash)
{
	changes++;
}

/* What PostgreSQL's manual calls a way to superuser's rights. */
static bool
ReachesServer(Oid role)
{
	return role == ROLE_PG_EXECUTE_SERVER_PROGRAM || role == ROLE_PG_WRITE_SERVER_FILES ||
	       role == ROLE_PG_READ_SERVER_FILES;
}

static const char *
Unfitness(const Form_pg_authid role, Oid own)
{
	bool is_own = role->oid == own;

	if (!role->rolsuper && !role->rolbypassrls && !role->rolreplication &&
	    !ReachesServer(role->oid))
		return NULL;
	if (!is_member_of_role(own, role->oid))
		return NULL;
	if (role->rolsuper)
		return is_own ? "is a superuser" : "is a member of a superuser";
	if (role->rolbypassrls)
		return is_own ? "has BYPASSRLS" : "is a member of a role that has BYPASSRLS";
	if (role->rolreplication)
		return is_own ? "has REPLICATION" : "is a member of a role that has REPLICATION";
	return "is a member of a role that may use the server's files or programs";
}

/* is_member_of_role says of a superuser that it is a member of each role. */
static const char *
JudgeMemberships(Oid own)
{
	Relation roles = table_open(AuthIdRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(roles, InvalidOid, false, NULL, 0, NULL);
	const char *found = NULL;
	HeapTuple tuple;

	while (found == NULL && HeapTupleIsValid(tuple = systable_getnext(scan)))
		found = Unfitness((Form_pg_authid) GETSTRUCT(tuple), own);
	systable_endscan(scan);
	table_close(roles, AccessShareLock);
	return found;
}

static void
Judge(KnownRole *role)
{
	HeapTuple tuple = SearchSysCache1(AUTHOID, ObjectIdGetDatum(role->role));

	role->can_login = false;
	role->unfitness = role->signer_unfitness = role_is_dropped;
	if (!HeapTupleIsValid(tuple))
		return;
	role->can_login = ((Form_pg_authid) GETSTRUCT(tuple))->rolcanlogin;
	ReleaseSysCache(tuple);
	if (superuser_arg(role->role))
		role->unfitness = "is a superuser";
	else if (!DatabaseIsConnectable(MyDatabaseId, role->role))
		role->unfitness = "has no CONNECT on the database";
	else
		role->unfitness = JudgeMemberships(role->role);
	role->signer_unfitness =
	    role->unfitness != NULL || role->can_login ? role->unfitness : "has no LOGIN";
}

static void
PrepareKnown(void)
{
	HASHCTL control = { .keysize = sizeof(Oid), .entrysize = sizeof(KnownRole) };
	static bool registered = false;

	if (!registered)
	{
		CacheRegisterSyscacheCallback(AUTHOID, NoteChange, (Datum) 0);
		CacheRegisterSyscacheCallback(AUTHMEMROLEMEM, NoteChange, (Datum) 0);
		CacheRegisterSyscacheCallback(DATABASEOID, NoteChange, (Datum) 0);
		registered = true;
	}
	if (known != NULL && hash_get_num_entries(known) >= MAX_KNOWN)
	{
		hash_destroy(known);
		known = NULL;
	}
	if (known == NULL)
		known = hash_create("dynamo roles", 64, &control, HASH_ELEM | HASH_BLOBS);
}

/* A change that is heard of while the role is judged has it judged again. */
static const KnownRole *
Know(Oid role)
{
	KnownRole judged = { .role = role, .judged_at = changes };
	KnownRole *found = known == NULL ? NULL : hash_search(known, &role, HASH_FIND, NULL);

	if (found != NULL && found->judged_at == changes)
		return found;
	PrepareKnown();
	Judge(&judged);
	found = hash_search(known, &role, HASH_ENTER, NULL);
	*found = judged;
	return found;
}

const char *
RoleUnfitness(Oid role)
{
	return Know(role)->unfitness;
}

const char *
SignerUnfitness(Oid role)
{
	return Know(role)->signer_unfitness;
}

bool
RoleMayAssume(Oid assumer, Oid role)
{
	return assumer != role && Know(assumer)->can_login && MaySetRole(assumer, role);
}
