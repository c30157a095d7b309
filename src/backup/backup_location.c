/*
 * See backup_location.h.
 */
#include "backup/backup_location.h"

#include "utils/guc.h"

#define MAX_PREFIX 512 /* bytes: what follows it has to fit into a key, too */

static char *backup_location = "";

/* What follows the name of a kind of store; NULL where another one is named. */
static const char *
AfterKind(const char *text, const char *kind)
{
	size_t length = strlen(kind);

	return strncmp(text, kind, length) == 0 ? text + length : NULL;
}

static Bytes
PrefixOf(const char *text)
{
	Bytes prefix = BytesFromCString(text);

	while (prefix.length > 0 && prefix.data[prefix.length - 1] == '/')
		prefix.length--;
	return prefix.length > 0 ? prefix : (Bytes){ NULL, 0 };
}

/* Stores have no keys with such parts, or take them for others. */
static bool
HasPlainParts(Bytes prefix)
{
	const char *part = prefix.data;
	const char *end = prefix.data + prefix.length;

	while (part < end)
	{
		const char *slash = memchr(part, '/', end - part);
		size_t length = (slash != NULL ? slash : end) - part;

		if (length == 0 || (length <= 2 && strncmp(part, "..", length) == 0))
			return false;
		part += length + 1;
	}
	return true;
}

bool
BackupLocationParse(const char *text, BackupLocation *location)
{
	const char *bucket = AfterKind(text, "s3://");
	size_t length;

	location->is_s3 = bucket != NULL;
	if (bucket == NULL)
		bucket = AfterKind(text, "directory://");
	if (bucket == NULL)
		return false;
	length = strcspn(bucket, "/");
	location->bucket = (Bytes){ bucket, (int) length };
	location->prefix = PrefixOf(bucket[length] == '/' ? bucket + length + 1 : "");
	return length > 0 && location->prefix.length <= MAX_PREFIX && HasPlainParts(location->prefix);
}

static bool
CheckLocation(char **value, void **extra, GucSource source)
{
	BackupLocation location;

	if (**value == '\0' || BackupLocationParse(*value, &location))
		return true;
	GUC_check_errdetail("\"dynamo.backup_location\" must be of the form directory://BUCKET/PREFIX"
	                    " or s3://BUCKET/PREFIX, with a prefix of %d bytes at most.",
	                    MAX_PREFIX);
	return false;
}

void
BackupLocationInit(void)
{
	DefineCustomStringVariable("dynamo.backup_location", "Where the items of backups are stored.",
	                           "directory://BUCKET/PREFIX or s3://BUCKET/PREFIX; empty: in the"
	                           " database.",
	                           &backup_location, "", PGC_SIGHUP, GUC_SUPERUSER_ONLY, CheckLocation,
	                           NULL, NULL);
}

const char *
BackupLocationNow(void)
{
	return backup_location[0] != '\0' ? backup_location : NULL;
}
