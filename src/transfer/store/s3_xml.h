/*
 * The answers of S3's API, which are XML of a few known elements without attributes.
 */
#ifndef DYNAMO_S3_XML_H
#define DYNAMO_S3_XML_H

#include "item/value.h"

/*
 * The text of the first element of this name, with what is in it; data NULL where there is none.
 * Points into `xml`.
 */
extern Bytes XmlElement(Bytes xml, const char *name);

/* The same, and `xml` is what follows the element. */
extern Bytes XmlNextElement(Bytes *xml, const char *name);

/* The text of an element that has no elements, palloc'd, without what is encoded. */
extern char *XmlText(Bytes element);

/* What a text is that was encoded as in a URL; palloc'd. */
extern char *UrlDecoded(const char *text);

#endif
