/*
 * See job_progress.h.
 */
#include "transfer/import/job_progress.h"

#include "pgstat.h"

#include "session/progress.h"

void
ImportExpect(int64 in_phase, const ImportProgress *progress, int64 total)
{
	double left = (double) (total - progress->taken);

	if (progress->taken > 0 && left >= 0)
		ProgressExpect(in_phase + (int64) (left * progress->processed / progress->taken));
}

void
ImportJobShow(const ImportJob *job, int64 in_phase)
{
	const ImportProgress *progress = &job->progress;
	char *activity = psprintf("%s table \"%.*s\": " INT64_FORMAT " items, " INT64_FORMAT
	                          " errors, " INT64_FORMAT " bytes",
	                          job->kind == JOB_IMPORT ? "import of" : "bulk put into",
	                          BYTES_ARGS(job->table), progress->processed, progress->errors,
	                          job->kind == JOB_IMPORT ? progress->passed : progress->taken);

	pgstat_report_activity(STATE_RUNNING, activity);
	pfree(activity);
	ImportExpect(in_phase, progress, job->total);
}
