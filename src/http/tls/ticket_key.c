/*
 * GnuTLS derives what it seals tickets with from this key and the time, and changes that by itself.
 * The key is changed too, so that no one learns of last week's sessions from this week's memory.
 * Tickets of the key before are no longer known then: their clients make a full handshake.
 */
#include "http/tls/ticket_key.h"

#include "storage/lwlock.h"
#include "utils/timestamp.h"

#include "session/shared_memory.h"

#define KEY_SECONDS (24 * 60 * 60)
#define MAX_KEY_SIZE 128 /* GnuTLS has 64 */

typedef struct SharedKey
{
	LWLock *lock; /* of all that follows */
	TimestampTz made;
	unsigned int size; /* 0: none */
	unsigned char bytes[MAX_KEY_SIZE];
} SharedKey;

static SharedKey *shared = NULL;
static SharedKey own; /* a copy */

static Size
SharedKeySize(void)
{
	return sizeof(SharedKey);
}

static void
Attach(void *memory, LWLock *lock)
{
	shared = memory;
	shared->lock = lock;
}

static const SharedMemory memory = {
	.name = "dynamo ticket key",
	.size = SharedKeySize,
	.tranche = "dynamo_ticket_key",
	.attach = Attach,
};

void
TicketKeyInit(void)
{
	SharedMemoryAdd(&memory);
}

static bool
IsFresh(const SharedKey *key, TimestampTz now)
{
	return key->size > 0 && now >= key->made &&
	       now < TimestampTzPlusMilliseconds(key->made, KEY_SECONDS * INT64CONST(1000));
}

static void
Renew(SharedKey *key, TimestampTz now)
{
	gnutls_datum_t made;

	if (gnutls_session_ticket_key_generate(&made) != 0)
		return;
	if (made.size <= MAX_KEY_SIZE)
	{
		memcpy(key->bytes, made.data, made.size);
		key->size = made.size;
		key->made = now;
	}
	gnutls_memset(made.data, 0, made.size);
	gnutls_free(made.data);
}

static void
Refresh(void)
{
	TimestampTz now = GetCurrentTimestamp();

	if (IsFresh(&own, now))
		return;
	LWLockAcquire(shared->lock, LW_EXCLUSIVE);
	if (!IsFresh(shared, now))
		Renew(shared, now);
	own = *shared;
	LWLockRelease(shared->lock);
}

gnutls_datum_t
TicketKey(void)
{
	Refresh();
	return (gnutls_datum_t){ own.bytes, own.size };
}
