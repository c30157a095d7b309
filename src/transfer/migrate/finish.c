/*
 * After the copy: global indexes, which are built of the whole table, and in the end what must not
 * work at the target before the cut-over: time to live and the stream.
 */
#include "transfer/migrate/phase.h"

#include "utils/timestamp.h"

#include "json/json_member.h"
#include "transfer/remote/answer.h"
#include "transfer/remote/definition.h"
#include "transfer/migrate/stream.h"

#define MAX_PAGES_OF_TAGS 50 /* a resource has 50 tags */

#define STREAM_PAUSE 250 /* ms */

static const JsonNode *
NeedTable(const Side *side)
{
	const JsonNode *description = DescribeTable(side);

	if (description == NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
		                errmsg("table \"%s\" is not there any more", side->table)));
	return description;
}

/* --- global indexes --- */

static void
EndIndexing(MigrationRun *run)
{
	if (!run->options.changes)
		run->job.phase = run->options.compare ? MIGRATION_CHECKING : MIGRATION_FINISHING;
	else
		run->job.phase = run->options.compare ? MIGRATION_COMPARING : MIGRATION_FOLLOWING;
	MigrationRunSave(run);
}

StepResult
IndexStep(MigrationRun *run)
{
	const JsonNode *source;
	const JsonNode *target;
	const JsonNode *index;
	ApiCall call;

	if (StreamIsDue(run, STREAM_PAUSE))
		StreamRound(run);
	source = NeedTable(&run->source);
	target = NeedTable(&run->target);
	if (!DefinitionIsActive(target) || !DefinitionIndexesAreActive(target))
		return STEP_IDLE;
	index = DefinitionMissingIndex(source, target);
	if (index == NULL)
	{
		EndIndexing(run);
		return STEP_MORE;
	}
	DefinitionFillIndex(source, index, run->target.table, &call);
	(void) SideAsk(&run->target, &call);
	return STEP_IDLE;
}

/* --- time to live --- */

static const JsonNode *
TimeToLive(const Side *side)
{
	ApiCall call;
	JsonWriter writer;

	ApiCallBegin(&call, "DescribeTimeToLive", &writer);
	JsonCStringMember(&writer, "TableName", side->table);
	ApiCallEnd(&writer);
	return AnswerMember(SideAsk(side, &call), "TimeToLiveDescription", JSON_NODE_OBJECT);
}

static bool
IsOn(const JsonNode *description)
{
	return AnswerStringIs(description, "TimeToLiveStatus", "ENABLED") ||
	       AnswerStringIs(description, "TimeToLiveStatus", "ENABLING");
}

static void
SetTimeToLive(const MigrationRun *run)
{
	const JsonNode *source = TimeToLive(&run->source);
	ApiCall call;
	JsonWriter writer;

	if (!IsOn(source) || IsOn(TimeToLive(&run->target)))
		return;
	ApiCallBegin(&call, "UpdateTimeToLive", &writer);
	JsonCStringMember(&writer, "TableName", run->target.table);
	JsonName(&writer, "TimeToLiveSpecification");
	JsonBeginObject(&writer);
	JsonBooleanMember(&writer, "Enabled", true);
	AnswerCopy(&writer, source, "AttributeName");
	JsonEndObject(&writer);
	ApiCallEnd(&writer);
	(void) SideAsk(&run->target, &call);
}

/* --- the stream --- */

static bool
HasStream(const JsonNode *description)
{
	const JsonNode *specification =
	    AnswerMember(description, "StreamSpecification", JSON_NODE_OBJECT);

	return specification != NULL && AnswerBoolean(specification, "StreamEnabled");
}

/* The target gets one where the source had one before the migration. */
static void
SetStream(const MigrationRun *run, const JsonNode *source, const JsonNode *target)
{
	ApiCall call;
	JsonWriter writer;

	if (!HasStream(source) || run->position.stream.enabled_here || HasStream(target))
		return;
	ApiCallBegin(&call, "UpdateTable", &writer);
	JsonCStringMember(&writer, "TableName", run->target.table);
	AnswerCopy(&writer, source, "StreamSpecification");
	ApiCallEnd(&writer);
	(void) SideAsk(&run->target, &call);
}

/* --- tags --- */

static const JsonNode *
TagPage(const MigrationRun *run, Bytes arn, Bytes token)
{
	ApiCall call;
	JsonWriter writer;

	ApiCallBegin(&call, "ListTagsOfResource", &writer);
	JsonStringMember(&writer, "ResourceArn", arn);
	if (token.data != NULL)
		JsonStringMember(&writer, "NextToken", token);
	ApiCallEnd(&writer);
	return SideAsk(&run->source, &call);
}

static void
SetTags(const MigrationRun *run, Bytes arn, const JsonNode *page)
{
	ApiCall call;
	JsonWriter writer;

	if (AnswerCount(page, "Tags") == 0)
		return;
	ApiCallBegin(&call, "TagResource", &writer);
	JsonStringMember(&writer, "ResourceArn", arn);
	AnswerCopy(&writer, page, "Tags");
	ApiCallEnd(&writer);
	(void) SideAsk(&run->target, &call);
}

static void
CopyTags(const MigrationRun *run, const JsonNode *source, const JsonNode *target)
{
	Bytes from = AnswerString(source, "TableArn");
	Bytes to = AnswerString(target, "TableArn");
	Bytes token = { NULL, 0 };
	int pages = 0;

	if (from.data == NULL || to.data == NULL)
		return;
	do
	{
		const JsonNode *page = TagPage(run, from, token);

		SetTags(run, to, page);
		token = AnswerShortString(page, "NextToken");
	} while (token.data != NULL && ++pages < MAX_PAGES_OF_TAGS);
}

static void
Protect(const MigrationRun *run, const JsonNode *source, const JsonNode *target)
{
	ApiCall call;
	JsonWriter writer;

	if (!AnswerBoolean(source, "DeletionProtectionEnabled") ||
	    AnswerBoolean(target, "DeletionProtectionEnabled"))
		return;
	ApiCallBegin(&call, "UpdateTable", &writer);
	JsonCStringMember(&writer, "TableName", run->target.table);
	JsonBooleanMember(&writer, "DeletionProtectionEnabled", true);
	ApiCallEnd(&writer);
	(void) SideAsk(&run->target, &call);
}

StepResult
FinishStep(MigrationRun *run)
{
	const JsonNode *source = NeedTable(&run->source);
	const JsonNode *target = NeedTable(&run->target);

	if (!DefinitionIsActive(target))
		return STEP_IDLE;
	SetTimeToLive(run);
	SetStream(run, source, target);
	if (HasStream(source) && !run->position.stream.enabled_here && !HasStream(target))
		return STEP_IDLE;
	Protect(run, source, target);
	CopyTags(run, source, target);
	run->job.phase = MIGRATION_COMPLETED;
	MigrationRunSave(run);
	return STEP_MORE;
}
