/*
 * How the running operation's request errors read. The service answers some operations by its
 * newer validation framework and some by the older one; operations.def says which.
 */
#ifndef DYNAMO_ERROR_STYLE_H
#define DYNAMO_ERROR_STYLE_H

#include "postgres.h"

typedef enum ErrorStyle
{
	STYLE_OLDER,     /* older words for bad values, which name the parameter that holds them */
	STYLE_STATEMENT, /* the same, of PartiQL's operations, with some words of their own */
	STYLE_CURRENT,   /* today's words, alone */
	STYLE_ENVELOPED  /* the same behind "1 validation error detected: " */
} ErrorStyle;

/*
 * Sets the style of the errors that are raised from now on and returns the one before, which the
 * caller sets again where it ends, by an error too. Outside of operations it is STYLE_OLDER.
 */
extern ErrorStyle ErrorStyleSet(ErrorStyle style);

/* Whether bad values are told in today's words. */
extern bool ErrorStyleIsCurrent(void);

/* Whether a statement of PartiQL runs. */
extern bool ErrorStyleIsStatement(void);

/* What request errors begin with: "" but in STYLE_ENVELOPED. */
extern const char *ErrorEnvelope(void);

#endif
