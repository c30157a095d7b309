/*
 * The files of the console, the page for people who would rather look. The build puts them
 * into the library, from the directory page beside this file.
 */
#ifndef DYNAMO_CONSOLE_PAGE_FILE_H
#define DYNAMO_CONSOLE_PAGE_FILE_H

#include "postgres.h"

#include "item/value.h"

#define PAGE_TAG_LENGTH 20 /* of an entity tag: W/"0123456789abcdef" */

typedef struct PageFile
{
	const char *path; /* below the console's own path: "frame/api.js" */
	const char *content_type;
	Bytes content;
	char tag[PAGE_TAG_LENGTH + 1]; /* of this content alone; weak, for codings share it */
} PageFile;

/* The file of this path, index.html for ""; NULL: there is none. It is there for ever. */
extern const PageFile *PageFind(const char *path);

#endif
