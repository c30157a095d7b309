/*
 * Replica identities of tables.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_publication.h"
#include "executor/executor.h"
#include "nodes/pg_list.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/relcache.h"
#include "utils/syscache.h"

#include "error/error.h"
#include "storage/query/ddl.h"
#include "storage/relation/replica_identity.h"

typedef enum NewIdentity
{
	NEW_IDENTITY_AUTO,
	NEW_IDENTITY_NOTHING,
	NEW_IDENTITY_FULL
} NewIdentity;

static const struct config_enum_entry new_identities[] = {
	{ "auto", NEW_IDENTITY_AUTO, false },
	{ "nothing", NEW_IDENTITY_NOTHING, false },
	{ REPLICA_IDENTITY_NAME_FULL, NEW_IDENTITY_FULL, false },
	{ NULL, 0, false },
};

static const char *const identities[] = { REPLICA_IDENTITY_NAME_FULL, "default", "nothing" };

static int new_identity = NEW_IDENTITY_AUTO;

void
ReplicaIdentityInit(void)
{
	DefineCustomEnumVariable("dynamo.replica_identity", "Replica identity of a new table.",
	                         "auto: FULL where a publication has every table, or every table of"
	                         " the schema dynamo_tables.",
	                         &new_identity, NEW_IDENTITY_AUTO, new_identities, PGC_USERSET, 0, NULL,
	                         NULL, NULL);
}

const char *
ReplicaIdentityNamed(Bytes name)
{
	for (int i = 0; i < lengthof(identities); i++)
		if (BytesEqual(BytesFromCString(identities[i]), name))
			return identities[i];
	return NULL;
}

const char *
ReplicaIdentityOf(Oid relation)
{
	HeapTuple row = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	const char *name;
	char identity;

	if (!HeapTupleIsValid(row))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
		                errmsg("relation with OID %u does not exist", relation)));
	identity = ((Form_pg_class) GETSTRUCT(row))->relreplident;
	name = identity == REPLICA_IDENTITY_FULL      ? REPLICA_IDENTITY_NAME_FULL
	       : identity == REPLICA_IDENTITY_NOTHING ? "nothing"
	                                              : "default";
	ReleaseSysCache(row);
	return name;
}

void
ReplicaIdentitySet(Oid relation, const Oid *leaves, int leaf_count, const char *identity)
{
	ExecuteDdl(psprintf("ALTER TABLE %s REPLICA IDENTITY %s", RelationSqlName(relation), identity));
	for (int leaf = 0; leaf < leaf_count; leaf++)
		ExecuteDdl(psprintf("ALTER TABLE %s REPLICA IDENTITY %s", RelationSqlName(leaves[leaf]),
		                    identity));
}

/* The publications of a relation that are not for it by name. */
static List *
WidePublications(Oid relation)
{
	return list_concat(GetAllTablesPublications(),
	                   GetSchemaPublications(get_rel_namespace(relation)));
}

static List *
PublicationsWith(Oid relation)
{
	return list_concat(GetRelationPublications(relation), WidePublications(relation));
}

/* A leaf is published with the tables that it is a partition of. */
static List *
PublicationsOf(Oid leaf)
{
	List *publications = PublicationsWith(leaf);
	ListCell *cell;

	foreach (cell, get_partition_ancestors(leaf))
		publications = list_concat(publications, PublicationsWith(lfirst_oid(cell)));
	return publications;
}

static bool
Publishes(const PublicationActions *actions, CmdType command)
{
	return command == CMD_DELETE ? actions->pubdelete : actions->pubupdate;
}

/* The first that publishes such changes, or NULL. */
static Publication *
FirstPublishing(List *publications, CmdType command)
{
	ListCell *cell;

	foreach (cell, publications)
	{
		Publication *publication = GetPublication(lfirst_oid(cell));

		if (Publishes(&publication->pubactions, command))
			return publication;
	}
	return NULL;
}

static bool
PublishChanges(List *publications)
{
	return FirstPublishing(publications, CMD_UPDATE) != NULL ||
	       FirstPublishing(publications, CMD_DELETE) != NULL;
}

bool
ReplicaIdentityIsPublished(Oid relation)
{
	return PublishChanges(PublicationsOf(relation));
}

void
ReplicaIdentityOfNewTable(Oid relation, const Oid *leaves, int leaf_count)
{
	if (new_identity == NEW_IDENTITY_FULL ||
	    (new_identity == NEW_IDENTITY_AUTO && PublishChanges(WidePublications(relation))))
		ReplicaIdentitySet(relation, leaves, leaf_count, REPLICA_IDENTITY_NAME_FULL);
}

/* SQL and HTTP callers are told the same: HTTP has no hints. */
static void
RaiseNoIdentity(const Table *table, Relation leaf, CmdType command)
{
	Publication *publication = FirstPublishing(PublicationsOf(RelationGetRelid(leaf)), command);
	char *name = BytesToCString(table->definition.name);

	ValidationError("Publication %s publishes %s, for which table %s needs a replica identity."
	                " Its owner sets one by SELECT dynamo.set_replica_identity(%s, 'full')",
	                publication != NULL ? quote_identifier(publication->name) : "unknown",
	                command == CMD_DELETE ? "deletes" : "updates", name, quote_literal_cstr(name));
}

static bool
HasIdentity(Relation leaf)
{
	return leaf->rd_rel->relreplident == REPLICA_IDENTITY_FULL ||
	       OidIsValid(RelationGetReplicaIndex(leaf));
}

void
CheckReplicaIdentity(const Table *table, Relation leaf, CmdType command)
{
	PublicationDesc published;

	RelationBuildPublicationDesc(leaf, &published);
	if (!Publishes(&published.pubactions, command))
		return;
	if (!HasIdentity(leaf))
		RaiseNoIdentity(table, leaf, command);
	CheckCmdReplicaIdentity(leaf, command);
}
