/*
 * The ring of master keys is written by one process and read by all, under the lock of the part of
 * PostgreSQL's shared memory that stands beside it.
 */
#include "auth/secret/master_key.h"

#include <sys/mman.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "miscadmin.h"
#include "port/atomics.h"

#include "session/shared_memory.h"

typedef struct KeyRing
{
	int count;
	MasterKey keys[MAX_MASTER_KEYS];
} KeyRing;

typedef struct RingState
{
	pg_atomic_uint32 generation; /* of the ring's content; 0: nothing was read yet */
} RingState;

static KeyRing *ring = NULL;
static RingState *state = NULL;
static LWLock *lock = NULL;

static Size
StateSize(void)
{
	return sizeof(RingState);
}

/* Also after a crash, which may have written anything into the ring. */
static void
Attach(void *memory, LWLock *part_lock)
{
	state = memory;
	lock = part_lock;
	if (IsUnderPostmaster)
		return;
	pg_atomic_init_u32(&state->generation, 0);
	OPENSSL_cleanse(ring, sizeof(KeyRing));
}

/* Memory that cannot be locked may be swapped out, as the rest of the server's. */
static void
MapRing(void)
{
	void *memory =
	    mmap(NULL, sizeof(KeyRing), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		ereport(FATAL, (errcode(ERRCODE_OUT_OF_MEMORY),
		                errmsg("could not map memory for dynamo's master keys: %m")));
	if (madvise(memory, sizeof(KeyRing), MADV_DONTDUMP) != 0)
		ereport(FATAL,
		        (errmsg("could not leave dynamo's master keys out of core files: madvise: %m")));
	if (mlock(memory, sizeof(KeyRing)) != 0)
		ereport(LOG, (errmsg("could not lock dynamo's master keys in memory: %m"),
		              errhint("Raise the limit of locked memory (ulimit -l) of the server, or "
		                      "encrypt what it swaps to.")));
	ring = memory;
}

void
MasterKeyInit(void)
{
	static const SharedMemory memory = { .name = "dynamo master keys",
		                                 .size = StateSize,
		                                 .tranche = "dynamo master keys",
		                                 .attach = Attach };

	if (!process_shared_preload_libraries_in_progress)
		return;
	MapRing();
	SharedMemoryAdd(&memory);
}

/* The HMAC of a constant tells nothing of the key, and two keys apart. */
void
MasterKeyIdentify(MasterKey *key)
{
	static const char text[] = "dynamo master key";
	uint8 digest[EVP_MAX_MD_SIZE];

	if (HMAC(EVP_sha256(), key->key, MASTER_KEY_SIZE, (const uint8 *) text, strlen(text), digest,
	         NULL) == NULL)
		ereport(ERROR, (errcode(ERRCODE_EXTERNAL_ROUTINE_EXCEPTION),
		                errmsg("OpenSSL made no HMAC of SHA-256")));
	for (int i = 0; i < MASTER_KEY_ID_LENGTH / 2; i++)
		snprintf(key->id + 2 * i, 3, "%02x", digest[i]);
}

void
MasterKeysReplace(const MasterKey *keys, int count)
{
	Assert(count <= MAX_MASTER_KEYS);
	LWLockAcquire(lock, LW_EXCLUSIVE);
	OPENSSL_cleanse(ring, sizeof(KeyRing));
	for (int i = 0; i < count; i++)
		ring->keys[i] = keys[i];
	ring->count = count;
	pg_atomic_fetch_add_u32(&state->generation, 1);
	LWLockRelease(lock);
}

uint32
MasterKeyGeneration(void)
{
	return state == NULL ? 0 : pg_atomic_read_u32(&state->generation);
}

/* The newest where `id` is NULL. */
static bool
Copy(const char *id, MasterKey *key)
{
	bool found = false;

	if (state == NULL)
		return false;
	LWLockAcquire(lock, LW_SHARED);
	for (int i = 0; i < Min(ring->count, MAX_MASTER_KEYS) && !found; i++)
	{
		found = id == NULL || strcmp(ring->keys[i].id, id) == 0;
		if (found)
			*key = ring->keys[i];
	}
	LWLockRelease(lock);
	return found;
}

bool
MasterKeyNewest(MasterKey *key)
{
	return Copy(NULL, key);
}

bool
MasterKeyGet(const char *id, MasterKey *key)
{
	return Copy(id, key);
}

void
MasterKeyForget(MasterKey *key)
{
	OPENSSL_cleanse(key, sizeof(*key));
}
