/*
 * Policies that a backend has compiled.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "storage/sinval.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "auth/policy/document.h"
#include "auth/policy/policy_cache.h"
#include "auth/policy/policy_store.h"
#include "compat.h"

/* A document takes some times its text. Where there is more, all is forgotten. */
#define MAX_CACHE_BYTES (8 * 1024 * 1024)

typedef struct PolicyEntry
{
	char name[NAMEDATALEN * 3]; /* a policy's has at most 128 characters, of ASCII */
	const PolicyDocument *document;
} PolicyEntry;

typedef struct RoleEntry
{
	Oid role;
	IdentityPolicies policies;
} RoleEntry;

typedef struct ResourceKey
{
	int64 stream;
	Oid relation;
	Oid unused; /* 0: no bytes of the key are left open */
} ResourceKey;

typedef struct ResourceEntry
{
	ResourceKey key;
	const PolicyDocument *document; /* NULL: none */
} ResourceEntry;

typedef struct SessionEntry
{
	uint64 hash;
	const char *text;
	const PolicyDocument *document;
} SessionEntry;

static MemoryContext cache_context; /* NULL: nothing is known */
static bool stale;
static bool ready; /* false: an error ended the reading of what is below */
static bool roles_have_policies;
static bool resources_have_policies;
static Oid watched[POLICY_TABLES];
static HTAB *policies;
static HTAB *roles;
static HTAB *resources;
static HTAB *sessions;

/* --- invalidation --- */

/*
 * Both run at any moment that takes invalidations: they only set a flag. A table that is not there
 * may be made under any OID.
 */
static void
RelationChanged(Datum argument, Oid relation)
{
	for (int i = 0; i < POLICY_TABLES; i++)
		if (!OidIsValid(relation) || !OidIsValid(watched[i]) || relation == watched[i])
			stale = true;
}

static void
RoleChanged(Datum argument, int cache, uint32 hash)
{
	stale = true;
}

static void
Watch(void)
{
	static bool registered = false;

	if (!registered)
	{
		CacheRegisterRelcacheCallback(RelationChanged, (Datum) 0);
		CacheRegisterSyscacheCallback(AUTHOID, RoleChanged, (Datum) 0);
		CacheRegisterSyscacheCallback(AUTHMEMROLEMEM, RoleChanged, (Datum) 0);
		CacheRegisterSyscacheCallback(DATABASEOID, RoleChanged, (Datum) 0); /* its owner */
		registered = true;
	}
	for (int i = 0; i < POLICY_TABLES; i++)
		watched[i] = PolicyTableOid(i);
}

static HTAB *
CreateTable(const char *name, Size key, Size entry, int flags)
{
	HASHCTL control = { .keysize = key, .entrysize = entry, .hcxt = cache_context };

	return hash_create(name, 16, &control, HASH_ELEM | HASH_CONTEXT | flags);
}

/* What is read while it is made may become stale at once, and is read again by the next call. */
static void
Rebuild(void)
{
	ready = false;
	stale = false;
	if (cache_context != NULL)
		MemoryContextReset(cache_context);
	else
		cache_context =
		    AllocSetContextCreate(CacheMemoryContext, "dynamo policies", ALLOCSET_DEFAULT_SIZES);
	policies = CreateTable("dynamo policies", sizeof(((PolicyEntry *) 0)->name),
	                       sizeof(PolicyEntry), HASH_STRINGS);
	roles = CreateTable("dynamo role policies", sizeof(Oid), sizeof(RoleEntry), HASH_BLOBS);
	resources = CreateTable("dynamo resource policies", sizeof(ResourceKey), sizeof(ResourceEntry),
	                        HASH_BLOBS);
	sessions =
	    CreateTable("dynamo session policies", sizeof(uint64), sizeof(SessionEntry), HASH_BLOBS);
	Watch();
	roles_have_policies = PolicyTableHasRows(TABLE_ROLE_POLICY);
	resources_have_policies = PolicyTableHasRows(TABLE_RESOURCE_POLICY);
	ready = true;
}

bool
PolicyCacheStart(void)
{
	AcceptInvalidationMessages();
	if (unlikely(stale || !ready))
		Rebuild();
	return roles_have_policies || resources_have_policies;
}

/* --- reading --- */

/* Compiles within a context of its own, which is the cache's once it is done. */
static const PolicyDocument *
Compile(Bytes text, PolicyKind kind)
{
	MemoryContext context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo policy", ALLOCSET_SMALL_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	Bytes copy = { pnstrdup(text.data, text.length), text.length };
	const PolicyDocument *document = PolicyDocumentParse(copy, kind, true);

	MemoryContextSwitchTo(caller);
	MemoryContextSetParent(context, cache_context);
	if (MemoryContextMemAllocated(cache_context, true) > MAX_CACHE_BYTES)
		stale = true;
	return document;
}

static const PolicyEntry *
FindPolicy(const char *name)
{
	const PolicyEntry *known = hash_search(policies, name, HASH_FIND, NULL);
	const PolicyDocument *document;
	PolicyEntry *entry;
	Bytes text;

	if (known != NULL)
		return known;
	if (!PolicyTextOf(name, &text))
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
		                errmsg("policy \"%s\" is attached to a role, but is not there", name)));
	document = Compile(text, POLICY_OF_IDENTITY);
	entry = hash_search(policies, name, HASH_ENTER, NULL);
	entry->document = document;
	return entry;
}

static IdentityPolicies
ReadRole(Oid role)
{
	List *names = PolicyNamesOf(role);
	IdentityPolicies read = { 0 };
	ListCell *cell;

	read.policies =
	    MemoryContextAlloc(cache_context, sizeof(NamedPolicy) * Max(list_length(names), 1));
	foreach (cell, names)
	{
		const PolicyEntry *entry = FindPolicy(lfirst(cell));

		read.policies[read.count++] = (NamedPolicy){ entry->name, entry->document };
	}
	return read;
}

const IdentityPolicies *
PolicyCacheOfRole(Oid role)
{
	static const IdentityPolicies none;
	RoleEntry *entry;
	IdentityPolicies read;

	if (!roles_have_policies)
		return &none;
	entry = hash_search(roles, &role, HASH_FIND, NULL);
	if (entry == NULL)
	{
		read = ReadRole(role);
		entry = hash_search(roles, &role, HASH_ENTER, NULL);
		entry->policies = read;
	}
	return &entry->policies;
}

const PolicyDocument *
PolicyCacheOfResource(Oid relation, int64 stream)
{
	ResourceKey key = { stream, relation };
	ResourceEntry *entry;
	const PolicyDocument *document = NULL;
	Bytes text;
	Bytes revision;

	if (!resources_have_policies || !OidIsValid(relation))
		return NULL;
	entry = hash_search(resources, &key, HASH_FIND, NULL);
	if (entry != NULL)
		return entry->document;
	if (ResourcePolicyTextOf(relation, stream, &text, &revision))
		document = Compile(text, POLICY_OF_RESOURCE);
	entry = hash_search(resources, &key, HASH_ENTER, NULL);
	entry->document = document;
	return document;
}

const PolicyDocument *
PolicyCacheOfSession(const char *text)
{
	Bytes bytes = BytesFromCString(text);
	uint64 hash =
	    DatumGetUInt64(hash_any_extended((const unsigned char *) bytes.data, bytes.length, 0));
	SessionEntry *entry;
	const PolicyDocument *document;
	const char *copy;

	entry = hash_search(sessions, &hash, HASH_FIND, NULL);
	if (entry != NULL && strcmp(entry->text, text) == 0)
		return entry->document;
	document = Compile(bytes, POLICY_OF_SESSION);
	copy = MemoryContextStrdup(cache_context, text);
	entry = hash_search(sessions, &hash, HASH_ENTER, NULL);
	entry->text = copy;
	entry->document = document;
	return document;
}
