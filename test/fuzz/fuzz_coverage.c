/*
 * libFuzzer inside a backend. It ends the process that it runs in, and keeps the state of one run:
 * so each run is a child of the backend, which has the targets' functions and memory contexts, and
 * touches nothing of shared memory.
 */
#include "fuzz_coverage.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "miscadmin.h"
#include "storage/ipc.h"
#include "utils/guc.h"
#include "utils/memutils.h"

/* Of libFuzzer, which has no header for C. */
extern int LLVMFuzzerRunDriver(int *argc, char ***argv,
                               int (*run_one)(const uint8_t *data, size_t size));

static const FuzzLanguage *fuzzed;
static MemoryContext round_context;
static int64 *executions; /* shared with the child */

static int
RunInput(const uint8_t *data, size_t size)
{
	MemoryContext caller = MemoryContextSwitchTo(round_context);

	FuzzRunOne(fuzzed, (Bytes){ (const char *) data, size });
	(*executions)++;
	MemoryContextSwitchTo(caller);
	MemoryContextReset(round_context);
	return 0;
}

static void
MakeDirectory(const char *path)
{
	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		elog(ERROR, "could not create \"%s\": %m", path);
}

static void
WriteSeed(const char *directory, int number, bytea *seed)
{
	FILE *file = fopen(psprintf("%s/seed-%d", directory, number), "w");

	if (file == NULL ||
	    fwrite(VARDATA_ANY(seed), 1, VARSIZE_ANY_EXHDR(seed), file) != VARSIZE_ANY_EXHDR(seed) ||
	    fclose(file) != 0)
		elog(ERROR, "could not write a seed into \"%s\": %m", directory);
}

/* An error that reaches this one is not expected: libFuzzer tells of the input that it was and
 * keeps it. */
static void
RunChild(char **arguments, int count)
{
	/* Nothing that the backend is to do at its end is the child's. */
	on_exit_reset();
	PG_TRY();
	{
		LLVMFuzzerRunDriver(&count, &arguments, RunInput);
	}
	PG_CATCH();
	{
		EmitErrorReport();
		abort();
	}
	PG_END_TRY();
	_exit(0);
}

static void
WaitForChild(pid_t child, const char *name)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			elog(ERROR, "could not wait for libFuzzer: %m");
	if (status != 0)
		elog(ERROR, "libFuzzer ended with status %d: %s", status, name);
	elog(NOTICE, "%s: " INT64_FORMAT " inputs by coverage", name, *executions);
}

void
FuzzByCoverage(const FuzzLanguage *language, const Datum *seeds, int seed_count)
{
	const char *root = GetConfigOption("fuzz.corpus", false, false);
	const char *seconds = GetConfigOption("fuzz.seconds", false, false);
	char *corpus = psprintf("%s/%s", root, language->name);
	char *given = psprintf("%s/%s.seeds", root, language->name);
	char *arguments[] = { "fuzz",
		                  corpus,
		                  given,
		                  psprintf("-max_total_time=%s", seconds),
		                  psprintf("-artifact_prefix=%s/%s-", root, language->name),
		                  "-max_len=4096",
		                  "-timeout=20",
		                  "-rss_limit_mb=1024",
		                  "-print_final_stats=1",
		                  "-verbosity=0",
		                  NULL };
	pid_t child;

	MakeDirectory(corpus);
	MakeDirectory(given);
	for (int i = 0; i < seed_count; i++)
		WriteSeed(given, i, DatumGetByteaPP(seeds[i]));
	fuzzed = language;
	round_context =
	    AllocSetContextCreate(CurrentMemoryContext, "fuzz round", ALLOCSET_DEFAULT_SIZES);
	executions =
	    mmap(NULL, sizeof(int64), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (executions == MAP_FAILED)
		elog(ERROR, "could not map memory: %m");
	child = fork();
	if (child < 0)
		elog(ERROR, "could not fork: %m");
	if (child == 0)
		RunChild(arguments, lengthof(arguments) - 1);
	WaitForChild(child, language->name);
	munmap(executions, sizeof(int64));
	MemoryContextDelete(round_context);
}
