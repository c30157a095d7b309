/*
 * The files are string literals in page_files.def, which the Makefile writes: see there.
 */
#include "console/page_file.h"

#include "common/hashfn.h"

#define PAGE_FILE(path, content) { path, NULL, { content, sizeof(content) - 1 } },
static PageFile files[] = {
#include "console/page_files.def"
};
#undef PAGE_FILE

static const struct
{
	const char *ending;
	const char *content_type;
} content_types[] = {
	{ ".html", "text/html; charset=utf-8" },
	{ ".css", "text/css; charset=utf-8" },
	{ ".js", "text/javascript; charset=utf-8" },
	{ ".svg", "image/svg+xml" },
};

static const char *
ContentTypeOf(const char *path)
{
	const char *ending = strrchr(path, '.');

	for (int i = 0; ending != NULL && i < lengthof(content_types); i++)
	{
		if (strcmp(ending, content_types[i].ending) == 0)
			return content_types[i].content_type;
	}
	elog(ERROR, "the console's file \"%s\" is of no known type", path);
}

/* What the build does not know, of a file that is asked for the first time. */
static void
Complete(PageFile *file)
{
	uint64 hash = hash_bytes_extended((const unsigned char *) file->content.data,
	                                  file->content.length, file->content.length);

	snprintf(file->tag, sizeof(file->tag), "W/\"%016llx\"", (unsigned long long) hash);
	file->content_type = ContentTypeOf(file->path);
}

const PageFile *
PageFind(const char *path)
{
	const char *wanted = path[0] == '\0' ? "index.html" : path;

	for (int i = 0; i < lengthof(files); i++)
	{
		if (strcmp(files[i].path, wanted) != 0)
			continue;
		if (files[i].content_type == NULL)
			Complete(&files[i]);
		return &files[i];
	}
	return NULL;
}
