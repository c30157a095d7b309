/*
 * A hash table, and two lists of its entries, the ones used last in front: of keys and of ids that
 * no key has, so that many of those take no room from the keys.
 *
 * Each change of dynamo.access_keys has the table's row of pg_class invalidated in all processes
 * (KnownKeysInvalidate, by triggers of the table). Entries are not freed where invalidations are
 * taken in, since a caller may hold one; they are at the next call.
 */
#include "auth/key/known_key.h"

#include <openssl/crypto.h>

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_class.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "auth/key/access_key_row.h"
#include "auth/key/session_tags.h"
#include "auth/key/signing_key.h"

#define MAX_KNOWN 1000
#define MAX_UNKNOWN 200
#define MAX_SCOPE_PART 64

/* Stands for any id or scope that cannot be right: it has no characters. */
#define MALFORMED_NAME ""

typedef struct KeyList
{
	dlist_head entries;
	int count;
	int limit;
} KeyList;

static HTAB *cache = NULL;
static KeyList known = { .limit = MAX_KNOWN };
static KeyList unknown = { .limit = MAX_UNKNOWN };
static bool stale = false;
static uint32 table_hash = 0; /* of the table's oid; 0: there is no table */
static uint32 master_keys = 0;

static void
NoteChange(Datum argument, int syscache, uint32 hash)
{
	if (hash == 0 || table_hash == 0 || hash == table_hash)
		stale = true;
}

static KeyList *
ListOf(const KnownKey *entry)
{
	return entry->memory == NULL ? &unknown : &known;
}

static void
Forget(KnownKey *entry)
{
	KeyList *list = ListOf(entry);

	dlist_delete(&entry->place);
	list->count--;
	if (entry->memory != NULL)
		MemoryContextDelete(entry->memory);
	OPENSSL_cleanse(&entry->key, sizeof(entry->key));
	(void) hash_search(cache, entry->name, HASH_REMOVE, NULL);
}

static void
ForgetDownTo(KeyList *list, int count)
{
	while (list->count > count)
		Forget(dlist_tail_element(KnownKey, place, &list->entries));
}

static void
Prepare(void)
{
	HASHCTL control = { .keysize = KNOWN_KEY_NAME_SIZE, .entrysize = sizeof(KnownKey) };

	if (cache != NULL)
		return;
	CacheRegisterSyscacheCallback(RELOID, NoteChange, (Datum) 0);
	dlist_init(&known.entries);
	dlist_init(&unknown.entries);
	cache = hash_create("dynamo access keys", 64, &control, HASH_ELEM | HASH_STRINGS);
}

/* What changes while a key is looked up makes the cache stale again. */
static void
ForgetStale(void)
{
	uint32 generation = MasterKeyGeneration();
	Oid table;

	if (!stale && table_hash != 0 && generation == master_keys)
		return;
	stale = false;
	master_keys = generation;
	ForgetDownTo(&known, 0);
	ForgetDownTo(&unknown, 0);
	table = AccessKeyTable();
	table_hash = OidIsValid(table) ? GetSysCacheHashValue1(RELOID, ObjectIdGetDatum(table)) : 0;
}

static bool
IsScopePart(Bytes text)
{
	return text.length <= MAX_SCOPE_PART && BytesFind(text, '/') == NULL &&
	       BytesFind(text, '\0') == NULL;
}

static void
NameOf(Bytes id, const SigningScope *scope, char name[KNOWN_KEY_NAME_SIZE])
{
	const Bytes parts[] = { id, scope->date, scope->region, scope->service };
	char *end = name;

	strcpy(name, MALFORMED_NAME);
	if (!IsAccessKeyId(id) || !IsScopePart(scope->date) || !IsScopePart(scope->region) ||
	    !IsScopePart(scope->service))
		return;
	if (id.length + scope->date.length + scope->region.length + scope->service.length +
	        lengthof(parts) >
	    KNOWN_KEY_NAME_SIZE)
		return;
	for (int i = 0; i < lengthof(parts); i++)
	{
		memcpy(end, parts[i].data, parts[i].length);
		end += parts[i].length;
		*end++ = i < lengthof(parts) - 1 ? '/' : '\0';
	}
}

/* Opens a sealed secret of this process's own, as a key's would be. */
static void
OpenDummy(Secret *secret)
{
	static MasterKey key;
	static Bytes sealed = { NULL, 0 };

	if (sealed.data == NULL)
	{
		MemoryContext caller = MemoryContextSwitchTo(TopMemoryContext);

		SecretRandom(key.key, MASTER_KEY_SIZE);
		SecretMake(secret);
		sealed = SecretSeal(&key, secret, BYTES_LITERAL(""));
		MemoryContextSwitchTo(caller);
	}
	if (!SecretOpen(&key, sealed, BYTES_LITERAL(""), secret))
		SecretMake(secret);
}

static void
TakeSession(KnownKey *entry, const TemporaryPart *part)
{
	entry->has_token = true;
	memcpy(entry->token_hash, part->token_hash.data, TOKEN_HASH_LENGTH);
	entry->assumed_by = part->assumed_by;
	entry->session = (RoleSession){ .name = part->session_name,
		                            .policy = part->session_policy,
		                            .expires = entry->expires };
	if (part->session_tags != NULL)
		entry->session.tags = SessionTagsFromJsonb(part->session_tags, &entry->session.tag_count);
}

/* A row that a superuser has made by hand, with the master key, need not be whole. */
static bool
TakeRow(KnownKey *entry, const AccessKeyRow *row)
{
	const TemporaryPart *part = &row->temporary;

	entry->stored = row->active ? ACCESS_KEY_ACTIVE : ACCESS_KEY_INACTIVE;
	entry->expires = row->expires;
	entry->key.identity = (Identity){ .role = row->role, .access_key_id = row->access_key_id };
	if (part->token_hash.data == NULL)
		return part->session_name == NULL && part->session_policy == NULL;
	if (part->token_hash.length != TOKEN_HASH_LENGTH || part->session_name == NULL)
		return false;
	TakeSession(entry, part);
	return true;
}

static void
Learn(KnownKey *entry, Bytes id, const SigningScope *scope)
{
	bool master_key_known = true;
	bool opened = false;
	AccessKeyRow row;
	Secret secret;

	entry->stored = ACCESS_KEY_UNKNOWN;
	if (entry->name[0] != '\0' && AccessKeyRowRead(id, &row))
		opened = AccessKeyRowOpen(&row, &secret, &master_key_known) && TakeRow(entry, &row);
	if (!opened)
	{
		OpenDummy(&secret);
		entry->stored = master_key_known ? ACCESS_KEY_UNKNOWN : ACCESS_KEY_NO_MASTER_KEY;
	}
	SigningKeyDerive(&secret, scope, entry->key.signing_key);
	SecretForget(&secret);
}

/* The session is part of the entry, which was copied. */
static KnownKey *
Enter(const KnownKey *learned)
{
	KeyList *list = ListOf(learned);
	KnownKey *entry;

	ForgetDownTo(list, list->limit - 1);
	entry = hash_search(cache, learned->name, HASH_ENTER, NULL);
	*entry = *learned;
	if (entry->has_token)
		entry->key.identity.session = &entry->session;
	dlist_push_head(&list->entries, &entry->place);
	list->count++;
	return entry;
}

/* An error leaves nothing but memory of the transaction's. */
static KnownKey *
LearnAndEnter(const char *name, Bytes id, const SigningScope *scope)
{
	KnownKey learned = { 0 };
	MemoryContext memory =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo access key", ALLOCSET_SMALL_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(memory);
	KnownKey *entry;

	strlcpy(learned.name, name, sizeof(learned.name));
	Learn(&learned, id, scope);
	MemoryContextSwitchTo(caller);
	if (learned.stored == ACCESS_KEY_ACTIVE || learned.stored == ACCESS_KEY_INACTIVE)
	{
		MemoryContextSetParent(memory, TopMemoryContext);
		learned.memory = memory;
	}
	else
		MemoryContextDelete(memory);
	entry = Enter(&learned);
	OPENSSL_cleanse(&learned, sizeof(learned));
	return entry;
}

KnownKey *
KnownKeyGet(Bytes access_key_id, const SigningScope *scope)
{
	char name[KNOWN_KEY_NAME_SIZE];
	KnownKey *entry;

	Prepare();
	AcceptInvalidationMessages();
	ForgetStale();
	NameOf(access_key_id, scope, name);
	entry = hash_search(cache, name, HASH_FIND, NULL);
	if (entry == NULL)
		return LearnAndEnter(name, access_key_id, scope);
	dlist_move_head(&ListOf(entry)->entries, &entry->place);
	return entry;
}

void
KnownKeysInvalidate(void)
{
	Relation classes = table_open(RelationRelationId, AccessShareLock);
	HeapTuple row = SearchSysCache1(RELOID, ObjectIdGetDatum(AccessKeyTable()));

	if (HeapTupleIsValid(row))
	{
		CacheInvalidateHeapTuple(classes, row, NULL);
		ReleaseSysCache(row);
	}
	table_close(classes, AccessShareLock);
}
