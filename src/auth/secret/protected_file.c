/*
 * What is checked is the open file: nothing can take its place between the check and the reading.
 */
#include "auth/secret/protected_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "miscadmin.h"
#include "storage/fd.h"

/* A backup of the data directory must not hold what its secrets are sealed under. */
static bool
IsInDataDirectory(const char *path)
{
	char file[PATH_MAX];
	char directory[PATH_MAX];
	int length;

	if (realpath(path, file) == NULL || realpath(DataDir, directory) == NULL)
		return false;
	length = strlen(directory);
	return strncmp(file, directory, length) == 0 && file[length] == '/';
}

static char *
Complaint(const char *path, const struct stat *status)
{
	mode_t forbidden = status->st_uid == 0 ? S_IWGRP | S_IXGRP | S_IRWXO : S_IRWXG | S_IRWXO;

	if (!S_ISREG(status->st_mode))
		return psprintf("\"%s\" is not a regular file", path);
	if (status->st_uid != geteuid() && status->st_uid != 0)
		return psprintf("file \"%s\" must belong to the server's user or to root", path);
	if ((status->st_mode & forbidden) != 0)
		return psprintf("file \"%s\" must have mode 0600 or less, or 0640 where it is root's",
		                path);
	if (IsInDataDirectory(path))
		return psprintf("file \"%s\" must not be in the data directory", path);
	return NULL;
}

static char *
ReadAll(int file, const char *path, char *data, int size, int *length)
{
	ssize_t count;

	*length = 0;
	do
	{
		count = read(file, data + *length, size - *length);
		if (count < 0 && errno != EINTR)
			return psprintf("could not read file \"%s\": %m", path);
		*length += Max(count, 0);
	} while (count != 0 && *length < size);
	if (*length == size)
		return psprintf("file \"%s\" must be smaller than %d bytes", path, size);
	return NULL;
}

char *
ProtectedFileRead(const char *path, char *data, int size, int *length)
{
	struct stat status;
	char *complaint;
	int file;

	if (!is_absolute_path(path))
		return psprintf("\"%s\" is not an absolute path", path);
	/* A pipe without a writer must not hold the process up. */
	file = BasicOpenFile(path, O_RDONLY | O_NONBLOCK);
	if (file < 0)
		return psprintf("could not open file \"%s\": %m", path);
	if (fstat(file, &status) != 0)
		complaint = psprintf("could not stat file \"%s\": %m", path);
	else
		complaint = Complaint(path, &status);
	if (complaint == NULL)
		complaint = ReadAll(file, path, data, size, length);
	close(file);
	return complaint;
}
