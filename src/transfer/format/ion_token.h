/*
 * Tokens of Ion text: strings, symbols, numbers, blobs, and what stands between them.
 */
#ifndef DYNAMO_ION_TOKEN_H
#define DYNAMO_ION_TOKEN_H

#include "compat.h"
#include "item/value.h"

typedef struct IonSource
{
	const char *start;
	const char *p;
	const char *end;
} IonSource;

/* SerializationException with the place. */
pg_noreturn extern void IonMalformed(const IonSource *source, const char *what);

/* Raises it where the text is not UTF-8. */
extern void IonSourceOpen(IonSource *source, Bytes text);

/* The next byte that is neither blank nor of a comment, not consumed; -1 at the end. */
extern int IonPeek(IonSource *source);

/* Consumes the byte where it is next. */
extern bool IonTake(IonSource *source, char c);

/* Whether these bytes are next. */
extern bool IonIsNext(const IonSource *source, const char *text);

/* A string that begins here, with a " or as one or several '''. */
extern Bytes IonString(IonSource *source);

/* A symbol that begins here, with a ' or as an identifier. */
extern Bytes IonSymbol(IonSource *source);

/* A run of the characters of numbers, keywords and timestamps. */
extern Bytes IonWord(IonSource *source);

/* The base64 of a blob, whose two braces are consumed; and those at its end. */
extern Bytes IonBlob(IonSource *source);

#endif
