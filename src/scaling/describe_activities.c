/*
 * DescribeScalingActivities of Application Auto Scaling, the newest first. A token is when the last
 * one that was told began, and which it is.
 */
#include "operation/scaling_operations.h"

#include "error/error.h"
#include "json/json_member.h"
#include "operation/access/resource_access.h"
#include "storage/query/own_query.h"
#include "text/text_scan.h"
#include "text/unix_time.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#define MAX_PAGE 50

/* Columns of the query, from 1. */
enum
{
	ACTIVITY_ID = 1,
	RESOURCE_ID,
	DIMENSION,
	DESCRIPTION,
	CAUSE,
	STATUS_CODE,
	STATUS_MESSAGE,
	START_TIME,
	END_TIME,
	PLACE
};

#define QUERY                                                                               \
	"SELECT activity_id::text, resource_id, scalable_dimension, description, cause,"        \
	" status_code, status_message, start_time, end_time,"                                   \
	" (extract(epoch FROM start_time) * 1000000)::bigint || '/' || activity_id"             \
	" FROM dynamo.scaling_activities"                                                       \
	" WHERE ($1 IS NULL OR resource_id = $1) AND ($2 IS NULL OR scalable_dimension = $2)"   \
	" AND ($3 IS NULL OR ((extract(epoch FROM start_time) * 1000000)::bigint, activity_id)" \
	"  < (split_part($3, '/', 1)::bigint, split_part($3, '/', 2)::uuid))"                   \
	" ORDER BY start_time DESC, activity_id DESC LIMIT $4"

typedef struct Listing
{
	JsonWriter *response;
	int limit;
	int shown;
	char *last;
	bool more;
} Listing;

static char *
TextOf(HeapTuple row, TupleDesc descriptor, int column)
{
	bool null;

	return TextDatumGetCString(heap_getattr(row, column, descriptor, &null));
}

static int64
TimeOf(HeapTuple row, TupleDesc descriptor, int column)
{
	bool null;

	return UnixMilliseconds(DatumGetTimestampTz(heap_getattr(row, column, descriptor, &null)));
}

static void
Show(HeapTuple row, TupleDesc descriptor, void *state)
{
	static const struct
	{
		const char *member;
		int column;
	} texts[] = {
		{ "ActivityId", ACTIVITY_ID },
		{ "ResourceId", RESOURCE_ID },
		{ "ScalableDimension", DIMENSION },
		{ "Description", DESCRIPTION },
		{ "Cause", CAUSE },
		{ "StatusCode", STATUS_CODE },
		{ "StatusMessage", STATUS_MESSAGE },
	};
	Listing *listing = state;
	JsonWriter *response = listing->response;

	if (listing->shown == listing->limit)
	{
		listing->more = true;
		return;
	}
	listing->shown++;
	listing->last = TextOf(row, descriptor, PLACE);
	JsonBeginObject(response);
	JsonCStringMember(response, "ServiceNamespace", "dynamodb");
	for (int i = 0; i < lengthof(texts); i++)
		JsonCStringMember(response, texts[i].member, TextOf(row, descriptor, texts[i].column));
	JsonTimeMember(response, "StartTime", TimeOf(row, descriptor, START_TIME));
	JsonTimeMember(response, "EndTime", TimeOf(row, descriptor, END_TIME));
	JsonEndObject(response);
}

/* Digits of microseconds, a slash, and a uuid. */
static bool
IsPlace(Bytes token)
{
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	Bytes digits = TextTakeUntil(&token, '/');

	if (digits.length < 1 || digits.length > 17 || token.length != strlen(form))
		return false;
	for (int i = 0; i < digits.length; i++)
	{
		if (digits.data[i] < '0' || digits.data[i] > '9')
			return false;
	}
	for (int i = 0; i < token.length; i++)
	{
		if (form[i] == 'x' ? TextHexDigit(token.data[i]) < 0 : token.data[i] != '-')
			return false;
	}
	return true;
}

static Bytes
PlaceOf(const Structure *request)
{
	Bytes token = StructureString(request, member_NextToken);

	if (token.data != NULL && !IsPlace(token))
		DynamoError(EXCEPTION_INVALID_NEXT_TOKEN, TEXT_TOKEN_INVALID);
	return token;
}

/* U+0000 is in no name, and no text of PostgreSQL's. */
static Bytes
NameOf(const Structure *request, StringMember member)
{
	Bytes name = StructureString(request, member);

	return name.data != NULL && BytesFind(name, '\0') != NULL ? BYTES_LITERAL("") : name;
}

static void
ListActivities(const Structure *request, Listing *listing)
{
	int64 limit = StructureInteger(request, member_MaxResults, MAX_PAGE);
	OwnQuery query = { 0 };

	listing->limit = limit < 1 ? MAX_PAGE : Min(limit, MAX_PAGE);
	OwnQueryAddText(&query, NameOf(request, member_ResourceId));
	OwnQueryAddText(&query, NameOf(request, member_ScalableDimension));
	OwnQueryAddText(&query, PlaceOf(request));
	OwnQueryAdd(&query, INT4OID, Int32GetDatum(listing->limit + 1));
	if (BytesEqual(StructureString(request, member_ServiceNamespace), BYTES_LITERAL("dynamodb")))
		(void) OwnQueryRun(QUERY, &query, Show, listing);
}

void
RunScalingDescribeScalingActivities(const OperationContext *context, const Structure *request,
                                    JsonWriter *response)
{
	Listing listing = { .response = response };

	AccessService(context, "*");
	JsonBeginObject(response);
	JsonName(response, "ScalingActivities");
	JsonBeginArray(response);
	ListActivities(request, &listing);
	JsonEndArray(response);
	if (listing.more)
		JsonCStringMember(response, "NextToken", listing.last);
	JsonEndObject(response);
}
