/*
 * Values of events, as patterns compare them.
 */
#include "postgres.h"

#include "catalog/pg_collation.h"
#include "utils/formatting.h"

#include "trigger/filter/pattern_form.h"

/* str_tolower stops at U+0000. */
Bytes
PatternLower(Bytes text)
{
	char *lower = BytesFind(text, '\0') != NULL
	                  ? asc_tolower(text.data, text.length)
	                  : str_tolower(text.data, text.length, DEFAULT_COLLATION_OID);

	return (Bytes){ lower, BytesFind(text, '\0') != NULL ? text.length : strlen(lower) };
}
