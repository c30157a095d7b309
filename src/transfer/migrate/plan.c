/*
 * See plan.h.
 */
#include "transfer/migrate/plan.h"

#include "json/json_member.h"
#include "session/subtransaction.h"
#include "transfer/migrate/anonymize.h"
#include "transfer/remote/answer.h"
#include "transfer/remote/definition.h"

typedef struct Plan
{
	MigrationRun *run;
	const JsonNode *source; /* NULL: there is none */
	const JsonNode *target;
	JsonWriter writer;
	StringInfoData text;
	List *problems; /* char * */
	List *notes;
} Plan;

/* --- looks at one side; each is tried, and what it raises is a problem --- */

static void
LookAtSource(void *state)
{
	Plan *plan = state;

	plan->source = DescribeTable(&plan->run->source);
	if (plan->source == NULL)
		plan->problems = lappend(plan->problems, "The source has no such table.");
}

static void
LookAtTarget(void *state)
{
	Plan *plan = state;

	plan->target = DescribeTable(&plan->run->target);
	if (plan->target == NULL)
		return;
	if (plan->source != NULL && !DefinitionsShareKey(plan->source, plan->target))
		plan->problems = lappend(plan->problems, "The target has such a table with another key.");
	else
		plan->notes =
		    lappend(plan->notes, "The target has such a table already; it must be empty.");
}

static void
TryScan(void *state)
{
	const Plan *plan = state;
	ApiCall call;
	JsonWriter writer;

	ApiCallBegin(&call, "Scan", &writer);
	JsonCStringMember(&writer, "TableName", plan->run->source.table);
	JsonIntegerMember(&writer, "Limit", 1);
	ApiCallEnd(&writer);
	(void) SideAsk(&plan->run->source, &call);
}

static void
TryStream(void *state)
{
	const Plan *plan = state;
	ApiCall call;
	JsonWriter writer;

	ApiCallBegin(&call, "DescribeStream", &writer);
	JsonStringMember(&writer, "StreamArn", AnswerString(plan->source, "LatestStreamArn"));
	JsonIntegerMember(&writer, "Limit", 1);
	ApiCallEnd(&writer);
	(void) SideAsk(&plan->run->source, &call);
}

static void
TryTimeToLive(void *state)
{
	const Plan *plan = state;
	ApiCall call;
	JsonWriter writer;

	ApiCallBegin(&call, "DescribeTimeToLive", &writer);
	JsonCStringMember(&writer, "TableName", plan->run->source.table);
	ApiCallEnd(&writer);
	(void) SideAsk(&plan->run->source, &call);
}

static void
TryTags(void *state)
{
	const Plan *plan = state;
	ApiCall call;
	JsonWriter writer;

	ApiCallBegin(&call, "ListTagsOfResource", &writer);
	JsonStringMember(&writer, "ResourceArn", AnswerString(plan->source, "TableArn"));
	ApiCallEnd(&writer);
	(void) SideAsk(&plan->run->source, &call);
}

static void
Try(Plan *plan, void (*look)(void *state))
{
	ErrorData *error = SubtransactionTry(look, plan);

	if (error == NULL)
		return;
	/* A cancelled query ends here, too. */
	if (ERRCODE_TO_CATEGORY(error->sqlerrcode) == ERRCODE_OPERATOR_INTERVENTION)
		ReThrowError(error);
	plan->problems = lappend(plan->problems, error->message);
}

/* --- what it finds --- */

static void
NoteStream(Plan *plan)
{
	const JsonNode *specification =
	    AnswerMember(plan->source, "StreamSpecification", JSON_NODE_OBJECT);
	bool enabled = specification != NULL && AnswerBoolean(specification, "StreamEnabled");

	if (!plan->run->options.changes)
		plan->notes = lappend(plan->notes, "Changes are not followed: writers must have stopped.");
	else if (!enabled)
		plan->notes = lappend(plan->notes, "The source's stream is off, and will be enabled.");
	else
		Try(plan, TryStream);
	if (enabled && (AnswerStringIs(specification, "StreamViewType", "KEYS_ONLY") ||
	                AnswerStringIs(specification, "StreamViewType", "OLD_IMAGE")))
		plan->notes = lappend(plan->notes, "The source's stream has no new images: each changed"
		                                   " item is read.");
}

static void
NoteLost(Plan *plan, const char *member, const char *note)
{
	if (JsonGet(plan->source, member) != NULL)
		plan->notes = lappend(plan->notes, (char *) note);
}

static void
NoteWhatStays(Plan *plan)
{
	NoteLost(plan, "Replicas", "Replicas of global tables are not made.");
	NoteLost(plan, "SSEDescription", "Encryption with a key of KMS is not set.");
	NoteLost(plan, "VectorIndexes", "Vector indexes are not made.");
}

static void
LearnKey(Plan *plan)
{
	const JsonNode *schema = AnswerNeed(plan->source, "KeySchema", JSON_NODE_ARRAY);
	MigrationRun *run = plan->run;

	for (int i = 0; i < schema->count && i < TABLE_KEY_ATTRIBUTES; i++)
		run->key_names[run->key_count++] =
		    BytesToCString(AnswerString(&schema->elements[i], "AttributeName"));
}

static void
CheckKeys(void *state)
{
	Plan *plan = state;

	LearnKey(plan);
	AnonymizerCheckKeys(plan->run);
}

static void
WriteList(JsonWriter *writer, const char *name, const List *texts)
{
	ListCell *cell;

	JsonName(writer, name);
	JsonBeginArray(writer);
	foreach (cell, texts)
		JsonCString(writer, lfirst(cell));
	JsonEndArray(writer);
}

static void
WriteDefinition(Plan *plan)
{
	ApiCall call;

	DefinitionFillCreate(plan->source, plan->run->target.table, &call);
	JsonName(&plan->writer, "definition");
	/* Through a tree, since jsonb escapes otherwise. */
	AnswerWrite(&plan->writer, JsonParse((Bytes){ call.request.data, call.request.len }));
	AnswerCopy(&plan->writer, plan->source, "GlobalSecondaryIndexes");
	JsonIntegerMember(&plan->writer, "items", AnswerInteger(plan->source, "ItemCount"));
	JsonIntegerMember(&plan->writer, "bytes", AnswerInteger(plan->source, "TableSizeBytes"));
}

static void
WritePlan(Plan *plan)
{
	JsonBeginObject(&plan->writer);
	JsonCStringMember(&plan->writer, "source", plan->run->source.table);
	JsonCStringMember(&plan->writer, "target", plan->run->target.table);
	if (plan->source != NULL)
		WriteDefinition(plan);
	WriteList(&plan->writer, "notes", plan->notes);
	WriteList(&plan->writer, "problems", plan->problems);
	JsonEndObject(&plan->writer);
	appendStringInfoChar(&plan->text, '\0');
}

char *
MigrationPlan(MigrationRun *run)
{
	Plan plan = { .run = run };

	initStringInfo(&plan.text);
	JsonWriterInit(&plan.writer, &plan.text, true);
	Try(&plan, LookAtSource);
	if (plan.source != NULL)
	{
		Try(&plan, CheckKeys);
		Try(&plan, TryScan);
		Try(&plan, TryTimeToLive);
		Try(&plan, TryTags);
		NoteStream(&plan);
		NoteWhatStays(&plan);
	}
	Try(&plan, LookAtTarget);
	WritePlan(&plan);
	return plan.text.data;
}
