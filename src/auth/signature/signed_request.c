/*
 * Finds headers.
 */
#include "auth/signature/signed_request.h"

int
SignedRequestField(const SignedRequest *request, Bytes name, Bytes *first)
{
	int count = 0;

	*first = (Bytes){ NULL, 0 };
	for (int i = 0; i < request->field_count; i++)
	{
		const SignedField *field = &request->fields[i];

		if (field->name.length != name.length ||
		    pg_strncasecmp(field->name.data, name.data, name.length) != 0)
			continue;
		if (count++ == 0)
			*first = field->value;
	}
	return count;
}
