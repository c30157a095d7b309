/*
 * Bodies of the type application/x-www-form-urlencoded.
 */
#ifndef DYNAMO_HTTP_FORM_H
#define DYNAMO_HTTP_FORM_H

#include "item/value.h"

#define FORM_MAX_FIELDS 256

typedef struct FormField
{
	const char *name; /* terminated, as is the value; UTF-8 without U+0000 */
	const char *value;
} FormField;

typedef struct Form
{
	int count;
	FormField fields[FORM_MAX_FIELDS];
} Form;

/* Reads a body, palloc'd. NULL where it is no form, not UTF-8, or of too many fields. */
extern const Form *FormRead(Bytes body);

/* The value of the first field of the name; NULL where there is none. */
extern const char *FormValue(const Form *form, const char *name);

#endif
