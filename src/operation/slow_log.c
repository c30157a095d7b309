/*
 * What is logged must not tell of items: a key is named by its hash, and expressions and
 * statements, which may hold values, not at all.
 */
#include "operation/slow_log.h"

#include <limits.h>

#include "lib/stringinfo.h"
#include "utils/guc.h"
#include "utils/timestamp.h"

#include "operation/request_key.h"
#include "operation/resource.h"

int log_min_duration = -1;

void
SlowLogInit(void)
{
	DefineCustomIntVariable(
	    "dynamo.log_min_duration", "Time from which on an operation is logged.",
	    "-1 logs none, 0 all. The log names the tables and hashes of keys, never items.",
	    &log_min_duration, -1, -1, INT_MAX, PGC_SUSET, GUC_UNIT_MS, NULL, NULL, NULL);
}

bool
SlowLogIsDue(TimestampTz start, TimestampTz end)
{
	return log_min_duration >= 0 && end - start >= log_min_duration * INT64CONST(1000);
}

static void
AppendKeyHash(StringInfo text, const Structure *request)
{
	RequestKey key;
	char hash[KEY_HASH_LENGTH + 1];

	if (RequestKeyOf(request, &key) && RequestKeyHash(&key, hash))
		appendStringInfo(text, ", key hash %s", hash);
}

char *
SlowLogNote(const Operation *operation, const Structure *request)
{
	char asked[OPERATION_TEXT_SIZE];
	StringInfoData text;

	OperationText(operation, request, asked);
	initStringInfo(&text);
	appendStringInfoString(&text, asked);
	AppendKeyHash(&text, request);
	return text.data;
}
