/*
 * Comparing without regard to the case of letters.
 */
#include "postgres.h"

#include "auth/condition/letter_case.h"

Bytes
LowerText(Bytes text)
{
	char *lower = palloc(text.length + 1);

	for (int i = 0; i < text.length; i++)
		lower[i] =
		    text.data[i] >= 'A' && text.data[i] <= 'Z' ? text.data[i] + ('a' - 'A') : text.data[i];
	lower[text.length] = '\0';
	return (Bytes){ lower, text.length };
}
