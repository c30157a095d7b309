/*
 * Taking texts apart. Nothing is copied: what comes out points into the text.
 */
#ifndef DYNAMO_TEXT_SCAN_H
#define DYNAMO_TEXT_SCAN_H

#include "text/bytes.h"

/* Without the characters of `blanks` at both ends. */
extern Bytes TextTrim(Bytes text, const char *blanks);

/* Takes the prefix off the front of *rest; false where it begins otherwise. */
extern bool TextTakePrefix(Bytes *rest, Bytes prefix);

/* Takes what is before the first such character, or all, off the front of *rest, and that too. */
extern Bytes TextTakeUntil(Bytes *rest, char separator);

/* Where the part, which is not empty, first stands; NULL: nowhere. */
extern const char *TextFind(Bytes text, const char *part);

/* The value of a hexadecimal digit in either case; -1 of what is none. */
extern int TextHexDigit(char digit);

#endif
