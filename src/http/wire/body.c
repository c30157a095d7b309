/*
 * Gathers request bodies, and shares dynamo.http_memory among them and the answers.
 *
 * Memory is taken as bytes arrive, so a length that is announced and not sent takes
 * none. A body for which there is none waits: its connection is not read. Bodies that
 * are half there could then wait for each other, so the oldest one always gets what it
 * needs: one of them always ends, or is cut for being too slow. Small
 * bodies have a quarter of the memory for themselves, and an oldest one of their own:
 * large uploads, however slow, do not hold up ordinary requests.
 *
 * A complete body keeps its memory until its request is answered. So many may wait
 * for locks that the oldest one's right would be no bound; then it waits for them, and
 * they have deadlines.
 */
#include "http/wire/body.h"

#include <sys/mman.h>

#include "http/process/settings.h"

#define FIRST_ROOM 4096 /* of a body whose length is not known */
#define SMALL_BODY (64 * 1024)

typedef enum BodyClass
{
	SMALL,
	LARGE
} BodyClass;

/* Those that are being received, the oldest first. */
static dlist_head receiving[] = { DLIST_STATIC_INIT(receiving[SMALL]),
	                              DLIST_STATIC_INIT(receiving[LARGE]) };
static dlist_head waiting = DLIST_STATIC_INIT(waiting);
static int64 body_bytes = 0;     /* allocated for bodies */
static int64 complete_bytes = 0; /* of them, of complete ones */
static bool freed = false;       /* since the last BodyWake, or the oldest one is another */

static int64
Budget(BodyClass class)
{
	int64 all = http_memory * INT64CONST(1024) * 1024;

	return class == SMALL ? all : all / 4 * 3;
}

static BodyClass
ClassOf(int room)
{
	return room <= SMALL_BODY ? SMALL : LARGE;
}

static void
Unlink(HttpRequest *request)
{
	if (request->receiving)
		dlist_delete(&request->body_link);
	request->receiving = false;
	if (request->entity_wanted > 0)
		dlist_delete(&request->wait_link);
	request->entity_wanted = 0;
	freed = true;
}

/* Gives the request its place among those of the class that its body will have. */
static void
Enlist(HttpRequest *request, BodyClass class)
{
	if (request->receiving && request->large == (class == LARGE))
		return;
	if (request->receiving)
		dlist_delete(&request->body_link);
	request->receiving = true;
	request->large = class == LARGE;
	dlist_push_tail(&receiving[class], &request->body_link);
}

static bool
MayGrow(HttpRequest *request, BodyClass class, int64 growth)
{
	int64 used = body_bytes + http_held_bytes + http_answer_bytes;

	if (used + growth <= Budget(class))
		return true;
	return complete_bytes < Budget(class) / 2 &&
	       dlist_head_element(HttpRequest, body_link, &receiving[class]) == request;
}

/*
 * Large bodies are mapped, so that they grow without a copy and are given back to the
 * system. NULL where there is no memory; then the body is as it was.
 */
static char *
Grow(HttpRequest *request, int room)
{
	char *grown;

	if (ClassOf(room) == SMALL)
		return realloc(request->entity, room);
	if (ClassOf(request->entity_room) == LARGE)
		grown = mremap(request->entity, request->entity_room, room, MREMAP_MAYMOVE);
	else
		grown = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (grown == MAP_FAILED)
		return NULL;
	if (ClassOf(request->entity_room) == SMALL)
	{
		if (request->entity_length > 0)
			memcpy(grown, request->entity, request->entity_length);
		free(request->entity);
	}
	return grown;
}

static void
Release(HttpRequest *request)
{
	if (ClassOf(request->entity_room) == SMALL)
		free(request->entity);
	else
		munmap(request->entity, request->entity_room);
}

static BodyResult
Wait(HttpRequest *request, int growth)
{
	if (request->entity_wanted == 0)
		dlist_push_tail(&waiting, &request->wait_link);
	request->entity_wanted = growth;
	return BODY_WAITS;
}

static BodyResult
MakeRoom(HttpRequest *request, int needed)
{
	int room = Min(Max(Max(request->entity_room * 2, FIRST_ROOM), needed), request->entity_limit);
	BodyClass class;
	char *grown;

	if (needed <= request->entity_room)
		return BODY_TAKEN;
	if (request->entity_limit <= SMALL_BODY)
		room = request->entity_limit;
	class = ClassOf(room);
	Enlist(request, class);
	if (!MayGrow(request, class, room - request->entity_room))
		return Wait(request, room - request->entity_room);
	grown = Grow(request, room);
	if (grown == NULL)
		return BODY_NO_MEMORY;
	body_bytes += room - request->entity_room;
	request->entity = grown;
	request->entity_room = room;
	return BODY_TAKEN;
}

BodyResult
BodyAppend(HttpRequest *request, const char *data, size_t length)
{
	BodyResult result;

	if (length > request->entity_limit - request->entity_length)
		return BODY_TOO_LARGE;
	result = MakeRoom(request, request->entity_length + length);
	if (result != BODY_TAKEN)
		return result;
	memcpy(request->entity + request->entity_length, data, length);
	request->entity_length += length;
	return BODY_TAKEN;
}

void
BodyEnd(HttpRequest *request)
{
	if (request->entity == NULL)
		return;
	Unlink(request);
	complete_bytes += request->entity_room;
}

void
BodyFree(HttpRequest *request)
{
	if (request->receiving || request->entity_wanted > 0)
		Unlink(request);
	else
		complete_bytes -= request->entity_room;
	freed = true;
	body_bytes -= request->entity_room;
	Release(request);
	request->entity = NULL;
	request->entity_length = 0;
	request->entity_room = 0;
}

/*
 * In the order in which they began to wait. What one is promised the next ones do
 * not get; one that finds it taken all the same waits again.
 */
void
BodyWake(void (*resume)(HttpRequest *request))
{
	dlist_mutable_iter iter;
	int64 promised = 0;

	if (!freed || dlist_is_empty(&waiting))
		return;
	freed = false;
	dlist_foreach_modify(iter, &waiting)
	{
		HttpRequest *request = dlist_container(HttpRequest, wait_link, iter.cur);
		BodyClass class = ClassOf(request->entity_room + request->entity_wanted);

		if (!MayGrow(request, class, promised + request->entity_wanted))
			continue;
		promised += request->entity_wanted;
		dlist_delete(&request->wait_link);
		request->entity_wanted = 0;
		resume(request);
	}
}

bool
BodyMemoryIsScarce(void)
{
	return http_answer_bytes > Budget(SMALL) / 4;
}

bool
BodyMemoryIsShort(void)
{
	return http_answer_bytes > Budget(SMALL) / 2;
}
