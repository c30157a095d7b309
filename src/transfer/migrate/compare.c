/*
 * Comparing both sides, item by item.
 *
 * Each item of the source is looked up at the target, and each one of the target at the source.
 * Keys that differ are looked at again after further changes have been applied: with writers going
 * on, what differs for good is what matters.
 */
#include "transfer/migrate/phase.h"

#include "common/hashfn.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "item/encoding.h"
#include "json/json_member.h"
#include "text/unix_time.h"
#include "transfer/migrate/anonymize.h"
#include "transfer/remote/answer.h"
#include "transfer/migrate/scan.h"
#include "transfer/migrate/stream.h"

#define MAX_KEYS 1000
#define MAX_REPORTED 100
#define STREAM_PAUSE 250 /* ms */
#define MAX_LOOKS 20     /* at keys that differed, before they differ for good */

/* --- items --- */

/* The stored form, in which equal items are equal bytes; NULL of none. */
static Jsonb *
FormOf(const MigrationRun *run, const JsonNode *item)
{
	AttributeValue value;

	if (item == NULL)
		return NULL;
	AttributeMapParse(AnonymizerStablePart(run, item), &value);
	return ItemEncode(&value);
}

static bool
AreEqual(const Jsonb *one, const Jsonb *other)
{
	if (one == NULL || other == NULL)
		return one == other;
	return VARSIZE(one) == VARSIZE(other) && memcmp(one, other, VARSIZE(one)) == 0;
}

static void
AddToSum(ItemSum *sum, const Jsonb *form)
{
	sum->items++;
	sum->sum += DatumGetUInt64(hash_any_extended((const unsigned char *) form, VARSIZE(form), 0));
}

static void
AddKey(MigrationRun *run, const JsonNode *key)
{
	Comparison *comparison = &run->position.comparison;
	MemoryContext step;

	if (list_length(comparison->keys) >= MAX_KEYS)
	{
		comparison->unlisted++;
		return;
	}
	step = MemoryContextSwitchTo(run->context);
	comparison->keys = lappend(comparison->keys, KeyText(run, key));
	MemoryContextSwitchTo(step);
}

/* What items of the source are at the target. */
static ItemChange *
ExpectedOf(MigrationRun *run, const JsonNode **items, int count)
{
	ItemChange *expected = palloc_array(ItemChange, count + 1);

	for (int i = 0; i < count; i++)
		expected[i] = (ItemChange){ .key = items[i], .item = items[i] };
	AnonymizeChanges(run, expected, count);
	return expected;
}

static const JsonNode **
KeysOf(const ItemChange *changes, int count)
{
	const JsonNode **keys = palloc_array(const JsonNode *, count + 1);

	for (int i = 0; i < count; i++)
		keys[i] = changes[i].key;
	return keys;
}

/* --- passes --- */

static void
BeginPass(MigrationRun *run, ComparisonPass pass)
{
	MemoryContext step = MemoryContextSwitchTo(run->context);

	run->position.comparison.pass = pass;
	ScanPlacesBegin(&run->position.comparison.scan, run->options.segments);
	MemoryContextSwitchTo(step);
}

static void
CompareSource(MigrationRun *run)
{
	Comparison *comparison = &run->position.comparison;
	const JsonNode **items;
	int count = ScanRound(run, &run->source, &comparison->scan, &items);
	ItemChange *expected = ExpectedOf(run, items, count);
	const JsonNode **found = ItemsOfKeys(run, &run->target, KeysOf(expected, count), count);

	for (int i = 0; i < count; i++)
	{
		Jsonb *form = FormOf(run, expected[i].item);

		AddToSum(&comparison->source, form);
		if (!AreEqual(form, FormOf(run, found[i])))
			AddKey(run, items[i]);
	}
	if (ScanPlacesAreDone(&comparison->scan))
		BeginPass(run, PASS_TARGET);
}

/* Whether items of the target are at the source; not where they have other keys there. */
static void
CompareTarget(MigrationRun *run)
{
	Comparison *comparison = &run->position.comparison;
	bool look_up = !AnonymizerChangesKeys(run);
	const JsonNode **items;
	const JsonNode **found = NULL;
	int count = ScanRound(run, &run->target, &comparison->scan, &items);

	if (look_up)
		found = ItemsOfKeys(run, &run->source, items, count);
	for (int i = 0; i < count; i++)
	{
		AddToSum(&comparison->target, FormOf(run, items[i]));
		if (look_up && found[i] == NULL)
			AddKey(run, items[i]);
	}
	if (ScanPlacesAreDone(&comparison->scan))
		BeginPass(run, PASS_RECHECK);
}

static const JsonNode **
ListedKeys(const Comparison *comparison)
{
	const JsonNode **keys = palloc_array(const JsonNode *, list_length(comparison->keys) + 1);
	int count = 0;
	ListCell *cell;

	foreach (cell, comparison->keys)
		keys[count++] = JsonParse(BytesFromCString(lfirst(cell)));
	return keys;
}

/* Keys at the target: of items that the source does not have, too. */
static ItemChange *
ExpectedOfKeys(MigrationRun *run, const JsonNode **keys, int count)
{
	const JsonNode **items = ItemsOfKeys(run, &run->source, keys, count);
	ItemChange *expected = palloc_array(ItemChange, count + 1);

	for (int i = 0; i < count; i++)
		expected[i] = (ItemChange){ .key = keys[i], .item = items[i] };
	AnonymizeChanges(run, expected, count);
	return expected;
}

static void
Recheck(MigrationRun *run)
{
	Comparison *comparison = &run->position.comparison;
	int count = list_length(comparison->keys);
	const JsonNode **keys = ListedKeys(comparison);
	ItemChange *expected = ExpectedOfKeys(run, keys, count);
	const JsonNode **found = ItemsOfKeys(run, &run->target, KeysOf(expected, count), count);
	List *differing = NIL;
	MemoryContext step;

	step = MemoryContextSwitchTo(run->context);
	for (int i = 0; i < count; i++)
		if (!AreEqual(FormOf(run, expected[i].item), FormOf(run, found[i])))
			differing = lappend(differing, list_nth(comparison->keys, i));
	MemoryContextSwitchTo(step);
	comparison->keys = differing;
	if (differing == NIL || ++comparison->looks >= MAX_LOOKS)
		comparison->pass = PASS_DONE;
}

/* --- the report --- */

static void
WriteSide(JsonWriter *writer, const char *name, const ItemSum *sum)
{
	JsonName(writer, name);
	JsonBeginObject(writer);
	JsonIntegerMember(writer, "items", sum->items);
	JsonCStringMember(writer, "checksum", psprintf("%016llx", (unsigned long long) sum->sum));
	JsonEndObject(writer);
}

static int64
Differing(const Comparison *comparison)
{
	return list_length(comparison->keys) + comparison->unlisted;
}

static void
WriteReport(MigrationRun *run)
{
	const Comparison *comparison = &run->position.comparison;
	StringInfoData text;
	JsonWriter writer;
	int shown = 0;
	ListCell *cell;

	initStringInfo(&text);
	JsonWriterInit(&writer, &text, true);
	JsonBeginObject(&writer);
	JsonTimeMember(&writer, "compared", UnixMilliseconds(GetCurrentTimestamp()));
	JsonBooleanMember(&writer, "writers_stopped", run->job.phase == MIGRATION_CHECKING);
	WriteSide(&writer, "source", &comparison->source);
	WriteSide(&writer, "target", &comparison->target);
	JsonIntegerMember(&writer, "differing", Differing(comparison));
	JsonName(&writer, "keys");
	JsonBeginArray(&writer);
	foreach (cell, comparison->keys)
		if (shown++ < MAX_REPORTED)
			AnswerWrite(&writer, JsonParse(BytesFromCString(lfirst(cell))));
	JsonEndArray(&writer);
	JsonEndObject(&writer);
	appendStringInfoChar(&text, '\0');
	run->job.report = MemoryContextStrdup(run->context, text.data);
}

/* What differs while nobody writes has gone wrong. */
static void
EndCheck(MigrationRun *run, int64 differing)
{
	if (differing == 0)
		run->job.phase = MIGRATION_FINISHING;
	MigrationRunSave(run);
	if (differing > 0)
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
		                errmsg(INT64_FORMAT " items differ between source and target", differing),
		                errhint("The report has their keys. dynamo.resume_migration() compares"
		                        " again.")));
}

static void
EndComparison(MigrationRun *run)
{
	int64 differing = Differing(&run->position.comparison);

	WriteReport(run);
	run->position.comparison = (Comparison){ 0 };
	if (run->job.phase == MIGRATION_CHECKING)
		EndCheck(run, differing);
	else
	{
		run->job.phase = MIGRATION_FOLLOWING;
		MigrationRunSave(run);
	}
}

static void
ComparePage(MigrationRun *run)
{
	switch (run->position.comparison.pass)
	{
		case PASS_NONE:
			BeginPass(run, PASS_SOURCE);
			break;
		case PASS_SOURCE:
			CompareSource(run);
			break;
		case PASS_TARGET:
			CompareTarget(run);
			break;
		case PASS_RECHECK:
			Recheck(run);
			break;
		case PASS_DONE:
			break;
	}
}

StepResult
CompareStep(MigrationRun *run)
{
	Comparison *comparison = &run->position.comparison;

	if (run->job.phase == MIGRATION_COMPARING && run->job.wanted != WISH_NONE)
		return FollowStep(run);
	if (StreamIsDue(run, STREAM_PAUSE))
		StreamRound(run);
	if (ScanMustWait(run))
		return STEP_IDLE;
	ComparePage(run);
	if (comparison->pass == PASS_DONE)
		EndComparison(run);
	else
		MigrationRunSave(run);
	/* Before the keys are looked at again there is time for changes to come. */
	return comparison->pass == PASS_RECHECK && comparison->looks > 0 ? STEP_IDLE : STEP_MORE;
}
