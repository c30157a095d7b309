/*
 * Gathers request bodies.
 */
#include "http/body.h"

#define FIRST_ROOM 4096 /* of a body whose length is not known */

static bool
MakeRoom(HttpRequest *request, int needed)
{
	int room = Max(request->entity_room * 2, FIRST_ROOM);
	char *grown;

	if (needed <= request->entity_room)
		return true;
	room = Min(Max(room, needed), request->entity_limit);
	grown = realloc(request->entity, room);
	if (grown == NULL)
		return false;
	request->entity = grown;
	request->entity_room = room;
	return true;
}

BodyResult
BodyAppend(HttpRequest *request, const char *data, size_t length)
{
	if (length > request->entity_limit - request->entity_length)
		return BODY_TOO_LARGE;
	if (!MakeRoom(request, request->entity_length + length))
		return BODY_NO_MEMORY;
	memcpy(request->entity + request->entity_length, data, length);
	request->entity_length += length;
	return BODY_TAKEN;
}

void
BodyFree(HttpRequest *request)
{
	free(request->entity);
	request->entity = NULL;
	request->entity_length = 0;
	request->entity_room = 0;
}
