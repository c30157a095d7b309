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

		if (!FieldIsNamed(field, name))
			continue;
		if (count++ == 0)
			*first = field->value;
	}
	return count;
}
