/*
 * What is registered before the server runs has its places already, other libraries' workers too.
 * Others compete for the rest with parallel queries and subscriptions, whose number changes.
 */
#include "session/worker_budget.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "storage/ipc.h"

#include "internals.h"

#define MAX_WISHES 16

static struct
{
	WorkerKind kind;
	int (*count)(void);
} wishes[MAX_WISHES];
static int wish_count = 0;

static shmem_startup_hook_type previous_startup_hook = NULL;

static const char *const kind_names[] = {
	[WORKERS_ALWAYS] = "supervisor and launcher",
	[WORKERS_FLUSHER] = "flusher",
	[WORKERS_HTTP] = "HTTP",
	[WORKERS_AUDIT] = "audit",
	[WORKERS_STREAMS] = "streams",
	[WORKERS_MAINTENANCE] = "maintenance, a worker for each job",
	[WORKERS_INDEX_BUILD] = "index builds",
	[WORKERS_BACKUP] = "backups",
	[WORKERS_MIGRATIONS] = "migrations",
	[WORKERS_REGIONS] = "regions",
	[WORKERS_TRIGGERS] = "triggers",
};

static void
CountWishes(int counts[WORKER_KINDS])
{
	memset(counts, 0, sizeof(int) * WORKER_KINDS);
	for (int i = 0; i < wish_count; i++)
		counts[wishes[i].kind] += wishes[i].count();
}

static int
Sum(const int counts[WORKER_KINDS])
{
	int sum = 0;

	for (int kind = 0; kind < WORKER_KINDS; kind++)
		sum += counts[kind];
	return sum;
}

/* "flusher 1, HTTP 2", of those that there are. */
static char *
Listed(const int counts[WORKER_KINDS])
{
	StringInfoData list;

	initStringInfo(&list);
	for (int kind = 0; kind < WORKER_KINDS; kind++)
		if (counts[kind] > 0)
			appendStringInfo(&list, "%s%s %d", list.len > 0 ? "; " : "", kind_names[kind],
			                 counts[kind]);
	return list.data;
}

/* Gives the places that are left to one kind after the other, and leaves what gets none. */
static void
Subtract(int counts[WORKER_KINDS], int places)
{
	for (int kind = 0; kind < WORKER_KINDS; kind++)
	{
		int given = Max(0, Min(counts[kind], places));

		counts[kind] -= given;
		places -= given;
	}
}

static void
ReportShortage(void)
{
	int others = RegisteredWorkersBut("dynamo");
	int wanted[WORKER_KINDS];
	int lacking[WORKER_KINDS];

	CountWishes(wanted);
	memcpy(lacking, wanted, sizeof(lacking));
	Subtract(lacking, max_worker_processes - others);
	if (Sum(lacking) == 0)
		return;
	ereport(WARNING,
	        (errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
	         errmsg("max_worker_processes leaves no room for %d of %d background workers of dynamo",
	                Sum(lacking), Sum(wanted)),
	         errdetail("It is %d, of which others have %d. dynamo wants: %s. Without room, until "
	                   "another worker ends, are: %s.",
	                   max_worker_processes, others, Listed(wanted), Listed(lacking)),
	         errhint("Set max_worker_processes to %d or, where queries run in parallel, higher.",
	                 others + Sum(wanted))));
}

static void
CheckBudget(void)
{
	if (previous_startup_hook)
		previous_startup_hook();
	if (IsPostmasterEnvironment && !IsUnderPostmaster)
		ReportShortage();
}

void
WorkerBudgetAdd(WorkerKind kind, int (*count)(void))
{
	if (!process_shared_preload_libraries_in_progress || IsBinaryUpgrade)
		return;
	if (wish_count == MAX_WISHES)
		elog(ERROR, "too many wishes for workers");
	if (wish_count == 0)
	{
		previous_startup_hook = shmem_startup_hook;
		shmem_startup_hook = CheckBudget;
	}
	wishes[wish_count].kind = kind;
	wishes[wish_count++].count = count;
}
