/*
 * The map has a line a certificate: what of it is compared, the text, and the role, apart by blanks
 * and in double quotes where they hold any:
 *
 *     cn  orders.internal                  orders
 *     dn  "CN=Ann Smith,O=Example Corp"    "ann"
 *
 * The first line that fits counts. There are no patterns: a name that was meant to be one more
 * entry of a list cannot become a key to many.
 */
#include "http/client/certificate.h"

#include "storage/fd.h"
#include "utils/acl.h"
#include "utils/memutils.h"

#include "http/tls/tls_session.h"
#include "http/tls/tls_settings.h"
#include "http/wire/connection.h"

#define MAX_LINE 1024
#define MAX_LINES 10000

typedef struct MapLine
{
	bool whole_name; /* the distinguished name is compared, else the common name */
	const char *name;
	const char *role;
} MapLine;

typedef struct CertificateMap
{
	MemoryContext context;
	int count;
	MapLine *lines; /* with room for MAX_LINES at most */
	int room;
} CertificateMap;

static CertificateMap map;

/* The next word, cut out of the line; NULL: none. *sound is cleared where its quote has no end. */
static char *
NextWord(char **at, bool *sound)
{
	char *word = *at + strspn(*at, " \t\r\n");
	char *end;

	if (*word == '\0' || *word == '#')
		return NULL;
	if (*word == '"')
	{
		end = strchr(++word, '"');
		*sound &= end != NULL;
		if (end == NULL)
			return NULL;
	}
	else
		end = word + strcspn(word, " \t\r\n");
	*at = *end != '\0' ? end + 1 : end;
	*end = '\0';
	return word;
}

static void
AddLine(CertificateMap *read, bool whole_name, const char *name, const char *role)
{
	if (read->count == read->room)
	{
		read->room *= 2;
		read->lines = repalloc_array(read->lines, MapLine, read->room);
	}
	read->lines[read->count++] = (MapLine){ whole_name, MemoryContextStrdup(read->context, name),
		                                    MemoryContextStrdup(read->context, role) };
}

/* False where the line is not sound. */
static bool
ReadLine(CertificateMap *read, char *line)
{
	bool sound = strchr(line, '\n') != NULL || strlen(line) < MAX_LINE - 1;
	char *kind = NextWord(&line, &sound);
	char *name = kind != NULL ? NextWord(&line, &sound) : NULL;
	char *role = name != NULL ? NextWord(&line, &sound) : NULL;

	if (!sound || (kind != NULL && (role == NULL || NextWord(&line, &sound) != NULL)))
		return false;
	if (kind == NULL)
		return true;
	if (strcmp(kind, "cn") != 0 && strcmp(kind, "dn") != 0)
		return false;
	if (name[0] == '\0' || read->count == MAX_LINES)
		return false;
	AddLine(read, kind[0] == 'd', name, role);
	return true;
}

static bool
ReadFile(CertificateMap *read, FILE *file)
{
	char line[MAX_LINE];

	for (int number = 1; fgets(line, sizeof(line), file) != NULL; number++)
	{
		if (ReadLine(read, line))
			continue;
		ereport(LOG, (errcode(ERRCODE_CONFIG_FILE_ERROR),
		              errmsg("dynamo cannot read line %d of \"%s\"", number, tls_client_map_file),
		              errhint("A line is \"cn\" or \"dn\", a name and a role.")));
		return false;
	}
	return true;
}

static bool
Read(CertificateMap *read)
{
	FILE *file;
	bool sound;

	if (tls_client_map_file[0] == '\0')
		return true;
	file = AllocateFile(tls_client_map_file, "r");
	if (file == NULL)
	{
		ereport(LOG, (errcode_for_file_access(),
		              errmsg("dynamo could not open \"%s\": %m", tls_client_map_file)));
		return false;
	}
	sound = ReadFile(read, file);
	FreeFile(file);
	return sound;
}

void
CertificateMapLoad(void)
{
	CertificateMap read = { .room = 16 };

	read.context =
	    AllocSetContextCreate(TopMemoryContext, "dynamo certificate map", ALLOCSET_SMALL_SIZES);
	read.lines = MemoryContextAlloc(read.context, sizeof(MapLine) * read.room);
	if (!Read(&read))
	{
		MemoryContextDelete(read.context);
		return;
	}
	if (map.context != NULL)
		MemoryContextDelete(map.context);
	map = read;
}

const TlsSubject *
HttpClientSubject(HttpRequest *request)
{
	HttpConnection *connection = request->connection;

	if (connection->credentials == NULL || !connection->credentials->asks_clients)
		return NULL;
	if (!connection->subject_asked)
	{
		connection->subject_asked = true;
		connection->subject = malloc(sizeof(TlsSubject));
		if (connection->subject != NULL &&
		    !TlsSessionSubject(connection->session, connection->subject))
		{
			free(connection->subject);
			connection->subject = NULL;
		}
	}
	return connection->subject;
}

static const char *
MappedRole(const TlsSubject *subject)
{
	for (int i = 0; i < map.count; i++)
	{
		const MapLine *line = &map.lines[i];
		const char *name = line->whole_name ? subject->distinguished_name : subject->common_name;

		if (strcmp(line->name, name) == 0)
			return line->role;
	}
	return NULL;
}

bool
HttpClientCertificateRole(HttpRequest *request, Oid *role)
{
	const TlsSubject *subject = HttpClientSubject(request);
	const char *name = subject != NULL ? MappedRole(subject) : NULL;

	*role = name != NULL ? get_role_oid(name, true) : InvalidOid;
	return OidIsValid(*role);
}
