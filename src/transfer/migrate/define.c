/*
 * The first phase: the source's stream is enabled and known before anything is read, and the
 * target's table is made. Every step of it may be done again.
 */
#include "transfer/migrate/phase.h"

#include "access/xact.h"

#include "json/json_member.h"
#include "session/worker_session.h"
#include "transfer/migrate/anonymize.h"
#include "transfer/remote/answer.h"
#include "transfer/remote/definition.h"

#define MAX_GLOBAL_INDEXES 20 /* of DynamoDB */

/* --- the source --- */

static void
EnableStream(MigrationRun *run)
{
	ApiCall call;
	JsonWriter writer;

	run->position.stream.enabled_here = true;
	MigrationRunSave(run);
	ApiCallBegin(&call, "UpdateTable", &writer);
	JsonCStringMember(&writer, "TableName", run->source.table);
	JsonName(&writer, "StreamSpecification");
	JsonBeginObject(&writer);
	JsonBooleanMember(&writer, "StreamEnabled", true);
	JsonCStringMember(&writer, "StreamViewType", "NEW_AND_OLD_IMAGES");
	JsonEndObject(&writer);
	ApiCallEnd(&writer);
	(void) SideAsk(&run->source, &call);
}

static bool
StreamIsEnabled(const MigrationRun *run, Bytes arn)
{
	const JsonNode *description;
	ApiCall call;
	JsonWriter writer;

	ApiCallBegin(&call, "DescribeStream", &writer);
	JsonStringMember(&writer, "StreamArn", arn);
	JsonIntegerMember(&writer, "Limit", 1);
	ApiCallEnd(&writer);
	description = AnswerNeed(SideAsk(&run->source, &call), "StreamDescription", JSON_NODE_OBJECT);
	return AnswerStringIs(description, "StreamStatus", "ENABLED");
}

/* Whether the stream has every change from now on. */
static bool
PrepareStream(MigrationRun *run, const JsonNode *description)
{
	const JsonNode *specification =
	    AnswerMember(description, "StreamSpecification", JSON_NODE_OBJECT);
	Bytes arn = AnswerShortString(description, "LatestStreamArn");
	MemoryContext step;

	if (!run->options.changes || run->position.stream.arn != NULL)
		return true;
	if (specification == NULL || !AnswerBoolean(specification, "StreamEnabled"))
	{
		EnableStream(run);
		return false;
	}
	if (arn.data == NULL || !StreamIsEnabled(run, arn))
		return false;
	step = MemoryContextSwitchTo(run->context);
	run->position.stream.arn = BytesToCString(arn);
	MemoryContextSwitchTo(step);
	return true;
}

/* --- the target --- */

static bool
IsEmpty(const Side *side)
{
	const JsonNode *answer;
	ApiCall call;
	JsonWriter writer;

	ApiCallBegin(&call, "Scan", &writer);
	JsonCStringMember(&writer, "TableName", side->table);
	JsonIntegerMember(&writer, "Limit", 1);
	JsonBooleanMember(&writer, "ConsistentRead", true);
	ApiCallEnd(&writer);
	answer = SideAsk(side, &call);
	return AnswerCount(answer, "Items") == 0 && JsonGet(answer, "LastEvaluatedKey") == NULL;
}

static void
CheckTarget(const MigrationRun *run, const JsonNode *source, const JsonNode *target)
{
	if (!DefinitionsShareKey(source, target))
		ereport(ERROR, (errcode(ERRCODE_DUPLICATE_TABLE),
		                errmsg("the target has a table \"%s\" with another key", run->target.table),
		                errhint("Choose another name by the option \"rename\".")));
	if (!IsEmpty(&run->target))
		ereport(ERROR, (errcode(ERRCODE_DUPLICATE_TABLE),
		                errmsg("the target's table \"%s\" has items already", run->target.table),
		                errhint("Empty it, or choose another name by the option \"rename\".")));
}

static void
CreateTarget(const MigrationRun *run, const JsonNode *source)
{
	ApiCall call;

	DefinitionFillCreate(source, run->target.table, &call);
	(void) SideAsk(&run->target, &call);
}

static void
BeginCopy(MigrationRun *run)
{
	AnonymizerCheckKeys(run);
	run->job.phase = MIGRATION_COPYING;
	MigrationRunSave(run);
}

/* A target's answer to one too many would look like one that may pass. */
static void
CheckIndexes(const MigrationRun *run, const JsonNode *source)
{
	int count = AnswerCount(source, "GlobalSecondaryIndexes");

	if (count > MAX_GLOBAL_INDEXES)
		ereport(ERROR,
		        (errcode(ERRCODE_EXTERNAL_ROUTINE_EXCEPTION),
		         errmsg("the source's table \"%s\" has %d global secondary indexes, where a table"
		                " may have %d",
		                run->source.table, count, MAX_GLOBAL_INDEXES)));
}

StepResult
DefineStep(MigrationRun *run)
{
	const JsonNode *source = DescribeTable(&run->source);
	const JsonNode *target;

	if (source == NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
		                errmsg("the source has no table \"%s\"", run->source.table)));
	CheckIndexes(run, source);
	if (!DefinitionIsActive(source) || !PrepareStream(run, source))
		return STEP_IDLE;
	target = DescribeTable(&run->target);
	if (target == NULL)
		CreateTarget(run, source);
	if (target == NULL || !DefinitionIsActive(target))
		return STEP_IDLE;
	CheckTarget(run, source, target);
	BeginCopy(run);
	return STEP_MORE;
}
