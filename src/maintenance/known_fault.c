/*
 * The last fault of each table and kind of work, in shared memory: rounds of
 * maintenance are made by processes that end.
 *
 * A hash of the database, work and table chooses a place, one word of a hash of
 * those and one of the fault. There is no lock: a word is read and written whole. Of
 * two subjects that meet in a place each forgets the other's fault, which is then
 * logged again.
 */
#include "maintenance/known_fault.h"

#include "common/hashfn.h"
#include "miscadmin.h"

#include "session/shared_memory.h"

#define PLACES 4096

static volatile uint64 *places = NULL;

static uint64
HashSubject(const char *work, Bytes table)
{
	uint64 hash = hash_bytes_extended((const unsigned char *) work, strlen(work), MyDatabaseId);

	return hash_bytes_extended((const unsigned char *) table.data, table.length, hash);
}

/* The format, not the text: that quotes another item each time. */
static uint32
HashFault(const ErrorData *error)
{
	const char *text = error->message_id != NULL ? error->message_id : "";

	return hash_combine(hash_bytes((const unsigned char *) text, strlen(text)), error->sqlerrcode);
}

bool
FaultIsNew(const char *work, Bytes table, const ErrorData *error)
{
	uint64 subject = HashSubject(work, table);
	uint64 fault = (subject & ~(uint64) PG_UINT32_MAX) | HashFault(error);
	volatile uint64 *place;

	if (places == NULL)
		return true;
	place = &places[subject % PLACES];
	if (*place == fault)
		return false;
	*place = fault;
	return true;
}

void
FaultIsOver(const char *work, Bytes table)
{
	uint64 subject = HashSubject(work, table);

	if (places != NULL && places[subject % PLACES] >> 32 == subject >> 32)
		places[subject % PLACES] = 0;
}

static Size
PlacesSize(void)
{
	return sizeof(uint64) * PLACES;
}

static void
Attach(void *memory, LWLock *lock)
{
	places = memory;
}

static const SharedMemory memory = {
	.name = "dynamo known faults",
	.size = PlacesSize,
	.attach = Attach,
};

void
KnownFaultInit(void)
{
	SharedMemoryAdd(&memory);
}
