/*
 * The older framework shows the members of a set as they were sent. The current one fills a sorted
 * set of them until a member is there already: it shows that set, the repeat, and the rest as sent.
 */
#include "item/set_duplicates.h"

#include "error/error.h"
#include "text/base64.h"
#include "item/shown.h"

#include "lib/stringinfo.h"

typedef struct Member
{
	Bytes value; /* that sets are ordered by */
	Bytes text;  /* as it was sent */
	int number;
} Member;

static int
CompareMembers(const void *left, const void *right)
{
	const Member *a = left;
	const Member *b = right;
	int order = BytesCompare(a->value, b->value);

	return order != 0 ? order : a->number - b->number;
}

static Member
MemberOf(const JsonNode *node, AttributeType type, int number)
{
	Bytes text = { node->text, node->count };
	Member member = { text, text, number };

	if (type == ATTRIBUTE_BS)
		(void) Base64Decode(text, &member.value);
	return member;
}

/* Of sorted members, the number of the first that repeats one before it. */
static int
FirstRepeat(const Member *sorted, int count)
{
	int first = count;

	for (int i = 1; i < count; i++)
	{
		if (BytesEqual(sorted[i - 1].value, sorted[i].value))
			first = Min(first, sorted[i].number);
	}
	return first;
}

/* Appends a member. False where no more are shown. */
static bool
Append(StringInfo list, AttributeType type, Bytes text)
{
	bool current = ErrorStyleIsCurrent();
	const char *quote = current ? "\"" : "";
	const char *separator = current && type == ATTRIBUTE_BS ? "," : ", ";

	appendStringInfo(list, "%s%s%s%s", list->len > 0 ? separator : "", quote, ShownText(text),
	                 quote);
	return list->len <= MAX_SHOWN_VALUE;
}

static void
AppendCurrent(StringInfo list, const JsonNode *node, AttributeType type)
{
	Member *sorted = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(Member) * node->count);
	int repeat;
	bool room = true;

	for (int i = 0; i < node->count; i++)
		sorted[i] = MemberOf(&node->elements[i], type, i);
	qsort(sorted, node->count, sizeof(Member), CompareMembers);
	repeat = FirstRepeat(sorted, node->count);
	for (int i = 0; i < node->count && room; i++)
	{
		if (sorted[i].number < repeat)
			room = Append(list, type, sorted[i].text);
	}
	for (int i = repeat; i < node->count && room; i++)
		room = Append(list, type, (Bytes){ node->elements[i].text, node->elements[i].count });
}

static char *
ListMembers(const JsonNode *node, AttributeType type)
{
	StringInfoData list;

	initStringInfo(&list);
	if (ErrorStyleIsCurrent())
		AppendCurrent(&list, node, type);
	else
	{
		for (int i = 0; i < node->count; i++)
		{
			if (!Append(&list, type, (Bytes){ node->elements[i].text, node->elements[i].count }))
				break;
		}
	}
	ShownCut(&list);
	return list.data;
}

void
RaiseSetDuplicates(const JsonNode *node, AttributeType type)
{
	if (type == ATTRIBUTE_NS && ErrorStyleIsCurrent())
		RequestError(TEXT_NUMBER_SET_DUPLICATES);
	if (type == ATTRIBUTE_NS)
		RequestError(TEXT_NUMBER_SET_DUPLICATES_OLDER);
	if (type == ATTRIBUTE_BS)
		RequestError(TEXT_BINARY_SET_DUPLICATES, ListMembers(node, type));
	RequestError(TEXT_SET_DUPLICATES, ListMembers(node, type));
	pg_unreachable();
}
