/*
 * The console's files show nothing that is stored, so anybody who reaches the port may have
 * them: what the page shows it asks for by requests that are signed as any other.
 *
 * The policy of each answer lets the page run its own scripts alone and talk to its own host
 * alone. What an item holds reaches the page as text; should a screen ever make markup of it, the
 * browser refuses that too (trusted types).
 */
#include "http/console/console.h"

#include "console/page_file.h"
#include "http/answer.h"
#include "http/process/settings.h"

#define CONSOLE_PATH "/console"

#define CONTENT_POLICY                                                                  \
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "   \
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " \
	"require-trusted-types-for 'script'; trusted-types 'none'"

#define FIELD(name, value)           \
	{                                \
		{ name, sizeof(name) - 1 },  \
		{                            \
			value, sizeof(value) - 1 \
		}                            \
	}

static const HttpField redirect_fields[] = {
	FIELD("Location", CONSOLE_PATH "/"),
};

static const HttpField page_fields[] = {
	FIELD("Cache-Control", "no-cache"),
	FIELD("Vary", "Accept-Encoding"),
	FIELD("Content-Security-Policy", CONTENT_POLICY),
	FIELD("X-Content-Type-Options", "nosniff"),
	FIELD("X-Frame-Options", "DENY"),
	FIELD("Referrer-Policy", "no-referrer"),
	FIELD("Cross-Origin-Opener-Policy", "same-origin"),
	FIELD("Cross-Origin-Resource-Policy", "same-origin"),
	FIELD("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
};

bool
ConsoleIsAsked(const HttpRequest *request)
{
	int length = strlen(CONSOLE_PATH);

	return http_console && strncmp(request->path, CONSOLE_PATH, length) == 0 &&
	       (request->path[length] == '\0' || request->path[length] == '/') &&
	       (HttpMethodIs(request, "GET") || HttpMethodIs(request, "HEAD"));
}

/* If-None-Match is a list of tags in quotes, weak ones with a prefix (RFC 9110, 13.1.2). */
static bool
BrowserHas(const HttpRequest *request, const PageFile *file)
{
	Bytes tags = HttpHeader(request, "if-none-match");

	return tags.data != NULL && memmem(tags.data, tags.length, file->tag + strlen("W/"),
	                                   PAGE_TAG_LENGTH - strlen("W/")) != NULL;
}

static void
Redirect(HttpRequest *request)
{
	AnswerNothing(request, 308);
	request->answer_fields = redirect_fields;
	request->answer_field_count = lengthof(redirect_fields);
}

void
AnswerConsole(HttpRequest *request)
{
	const char *path = request->path + strlen(CONSOLE_PATH);
	const PageFile *file;

	if (path[0] == '\0')
	{
		Redirect(request);
		return;
	}
	file = PageFind(path + 1);
	if (file == NULL)
	{
		AnswerUnknownTarget(request);
		return;
	}
	if (BrowserHas(request, file))
		AnswerNothing(request, 304);
	else
	{
		AnswerStart(request, 200, file->content_type);
		appendBinaryStringInfo(&request->body, file->content.data, file->content.length);
	}
	request->entity_tag = file->tag;
	request->answer_fields = page_fields;
	request->answer_field_count = lengthof(page_fields);
}
