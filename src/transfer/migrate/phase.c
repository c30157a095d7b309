/*
 * See phase.h.
 */
#include "transfer/migrate/phase.h"

#include "transfer/migrate/anonymize.h"
#include "transfer/remote/answer.h"
#include "transfer/remote/definition.h"

static RemoteApi *
OpenRemote(const MigrationRun *run)
{
	RemotePlace place = { .url = run->job.endpoint,
		                  .streams_url = run->options.streams_endpoint,
		                  .region = run->options.region,
		                  .credential = run->job.credential,
		                  .owner = run->job.owner };

	RemoteCheckUrl(run->job.endpoint);
	return RemoteApiOpen(&place);
}

void
MigrationRunOpen(MigrationRun *run, const Migration *job)
{
	RemoteApi *remote;

	*run = (MigrationRun){ .job = *job, .context = CurrentMemoryContext };
	MigrationOptionsRead(BytesFromCString(job->options), &run->options);
	MigrationPositionRead(BytesFromCString(job->position), &run->position);
	remote = OpenRemote(run);
	run->source = (Side){ job->out ? NULL : remote, job->owner, job->source };
	run->target = (Side){ job->out ? remote : NULL, job->owner, job->target };
	run->anonymizer = AnonymizerOpen(&run->options, job->owner);
}

/* The names of the key's attributes, in their order. */
static void
LearnKey(MigrationRun *run)
{
	const JsonNode *description = DescribeTable(&run->source);
	const JsonNode *schema;
	MemoryContext step;
	int count;

	if (description == NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
		                errmsg("the source has no table \"%s\"", run->source.table)));
	schema = AnswerNeed(description, "KeySchema", JSON_NODE_ARRAY);
	if (schema->count == 0)
		ereport(ERROR, (errcode(ERRCODE_EXTERNAL_ROUTINE_EXCEPTION),
		                errmsg("the source's table \"%s\" has no key", run->source.table)));
	step = MemoryContextSwitchTo(run->context);
	count = Min(schema->count, TABLE_KEY_ATTRIBUTES);
	for (int i = 0; i < count; i++)
	{
		const JsonNode *name = AnswerNeed(&schema->elements[i], "AttributeName", JSON_NODE_STRING);

		run->key_names[i] = BytesToCString((Bytes){ name->text, name->count });
	}
	run->key_count = count;
	MemoryContextSwitchTo(step);
}

StepResult
MigrationRunStep(MigrationRun *run)
{
	if (run->key_count == 0)
		LearnKey(run);
	switch (run->job.phase)
	{
		case MIGRATION_DEFINING:
			return DefineStep(run);
		case MIGRATION_COPYING:
			return CopyStep(run);
		case MIGRATION_INDEXING:
			return IndexStep(run);
		case MIGRATION_COMPARING:
		case MIGRATION_CHECKING:
			return CompareStep(run);
		case MIGRATION_FOLLOWING:
			return FollowStep(run);
		case MIGRATION_DRAINING:
			return DrainStep(run);
		case MIGRATION_FINISHING:
			return FinishStep(run);
		default:
			elog(ERROR, "a migration that has ended has no step");
	}
}
