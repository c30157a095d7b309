/*
 * What the readers of a document's parts share: where they are, and how they refuse.
 */
#ifndef DYNAMO_POLICY_DOCUMENT_READER_H
#define DYNAMO_POLICY_DOCUMENT_READER_H

#include "mb/pg_wchar.h"

#include "compat.h"
#include "auth/policy/document_form.h"
#include "json/json.h"

typedef struct DocumentReader
{
	PolicyKind kind;
	bool stored;
	bool variables; /* version 2012-10-17 has them */
	int statement;  /* that is read, from 0; -1: none */
} DocumentReader;

/* IAM's texts. */
#define SYNTAX_FAULT "Syntax errors in policy."
#define VENDOR_FAULT "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."

/*
 * Raises what PolicyDocumentParse says. `text` is IAM's, which of a resource's policy the detail
 * stands for.
 */
pg_noreturn extern void DocumentFault(const DocumentReader *reader, const char *text,
                                      const char *detail);

/* For printf's "%.*s": as much of a text as an error shows. */
#define MOST_SHOWN 200
#define SHOWN(text) pg_mbcliplen((text).data, (text).length, MOST_SHOWN), (text).data

/* How an element of an object is read. */
typedef struct DocumentElement
{
	const char *name;
	void (*read)(DocumentReader *reader, const JsonNode *node, void *target);
} DocumentElement;

/* Reads an object whose members are of the table, each at most once; other ones are refused. */
extern void DocumentReadObject(DocumentReader *reader, const JsonNode *node, const char *what,
                               const DocumentElement *elements, int count, void *target);

/* Raises where the object has two members of one name. */
extern void DocumentCheckNames(const DocumentReader *reader, const JsonNode *object);

/* A string, or with `scalars` a boolean or a number as text. `what` names it in the error. */
extern Bytes DocumentText(const DocumentReader *reader, const JsonNode *node, const char *what,
                          bool scalars);

/* The elements of an array that is not empty, or the node itself: `count` of them. */
extern const JsonNode *DocumentList(const DocumentReader *reader, const JsonNode *node,
                                    const char *what, int *count);

/* Reads the element Condition, and Principal or NotPrincipal. */
extern void DocumentReadConditions(DocumentReader *reader, const JsonNode *node, void *statement);
extern void DocumentReadPrincipals(DocumentReader *reader, const JsonNode *node, void *statement);
extern void DocumentReadNotPrincipals(DocumentReader *reader, const JsonNode *node,
                                      void *statement);

#endif
