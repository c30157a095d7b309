/*
 * Quotes what clients have sent.
 */
#include "auth/signature/signature_fault.h"

#define MAX_QUOTED 1024

char *
FaultQuote(Bytes text)
{
	int length = Min(text.length, MAX_QUOTED);
	char *quoted = palloc(length + 1);

	for (int i = 0; i < length; i++)
		quoted[i] = text.data[i] >= ' ' && text.data[i] <= '~' ? text.data[i] : '?';
	quoted[length] = '\0';
	return quoted;
}
