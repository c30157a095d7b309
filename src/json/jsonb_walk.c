/*
 * Looks up a member of a jsonb object in place.
 */
#include "json/jsonb_walk.h"

bool
JsonbFindMember(const JsonbContainer *object, Bytes name, JsonbEntry *entry)
{
	int count = JsonContainerSize(object);
	const char *data = (const char *) &object->children[count * 2];
	int low = 0;
	int high = count;

	while (low < high)
	{
		int middle = low + (high - low) / 2;
		uint32 offset = getJsonbOffset(object, middle);
		Bytes found = { data + offset, getJsonbLength(object, middle) };
		int order = JsonbKeyCompare(found, name);

		if (order == 0)
		{
			int index = middle + count;

			offset = getJsonbOffset(object, index);
			entry->name = found;
			JsonbReadValue(data, object->children[index], offset,
			               JsonbEntryEnd(object->children[index], offset), entry);
			return true;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}
