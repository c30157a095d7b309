/*
 * The rules of Select (API reference, Query and Scan).
 */
#include "operation/read/select.h"

#include "error/error.h"
#include "operation/request/parameters.h"

#include "lib/stringinfo.h"

/* Query, which is of the current style, has the envelope before these alone. */
#define SelectError(format, ...) \
	ValidationError("%s" format, ErrorStyleIsCurrent() ? ENVELOPE : "", ##__VA_ARGS__)

/* `choice` is how errors name the choice. */
static const struct
{
	Bytes name;
	SelectKind kind;
	const char *choice;
} selects[] = {
	{ BYTES_LITERAL("ALL_ATTRIBUTES"), SELECT_ALL_ATTRIBUTES, "ALL_ATTRIBUTES" },
	{ BYTES_LITERAL("ALL_PROJECTED_ATTRIBUTES"), SELECT_ALL_PROJECTED_ATTRIBUTES,
	  "ALL_PROJECTED_ATTRIBUTES" },
	{ BYTES_LITERAL("SPECIFIC_ATTRIBUTES"), SELECT_SPECIFIC_ATTRIBUTES, "SPECIFIC_ATTRIBUTES" },
	{ BYTES_LITERAL("COUNT"), SELECT_COUNT, "only the Count" },
};

static void
CheckWithProjection(const Structure *request, SelectKind kind, const char *choice)
{
	MemberId parameter = StructureHas(request, MEMBER_AttributesToGet)
	                         ? MEMBER_AttributesToGet
	                         : MEMBER_ProjectionExpression;

	if (kind != SELECT_SPECIFIC_ATTRIBUTES && StructureHas(request, parameter))
		SelectError(TEXT_SELECT_WITH_ATTRIBUTES, MemberName(parameter), choice);
	if (kind == SELECT_SPECIFIC_ATTRIBUTES && !StructureHas(request, parameter))
		SelectError(TEXT_SELECT_NO_ATTRIBUTES);
}

static SelectKind
DefaultKind(const Structure *request)
{
	if (StructureHas(request, MEMBER_AttributesToGet) ||
	    StructureHas(request, MEMBER_ProjectionExpression))
		return SELECT_SPECIFIC_ATTRIBUTES;
	return SELECT_DEFAULT;
}

SelectKind
SelectParse(const Structure *request)
{
	Bytes name = StructureString(request, member_Select);

	if (name.data == NULL)
		return DefaultKind(request);
	for (int i = 0; i < lengthof(selects); i++)
	{
		SelectKind kind = selects[i].kind;

		if (!BytesEqual(selects[i].name, name))
			continue;
		CheckWithProjection(request, kind, selects[i].choice);
		if (kind == SELECT_ALL_PROJECTED_ATTRIBUTES && !StructureHas(request, MEMBER_IndexName))
			SelectError(TEXT_SELECT_NO_INDEX);
		return kind;
	}
	elog(ERROR, "unexpected Select \"%.*s\"", BYTES_ARGS(name));
}

/* The attributes that are asked for and that the index does not hold, as "[a, b]"; NULL: none. */
static const char *
NotProjected(const IndexProjection *entry, const BoundExpression *projection)
{
	StringInfoData list;
	int count;
	Bytes *names = ProjectionAttributes(projection, &count);

	initStringInfo(&list);
	for (int i = 0; i < count; i++)
	{
		if (!IndexProjects(entry, names[i]))
			appendStringInfo(&list, "%s%.*s", list.len > 0 ? ", " : "[", BYTES_ARGS(names[i]));
	}
	if (list.len == 0)
		return NULL;
	appendStringInfoChar(&list, ']');
	return list.data;
}

static void
CheckGlobal(const TableIndex *index, SelectKind kind, const char *not_projected)
{
	if (kind == SELECT_ALL_ATTRIBUTES)
		ValidationError(TEXT_SELECT_ALL, BYTES_ARGS(index->name));
	if (not_projected != NULL)
		ValidationError(TEXT_NOT_PROJECTED, BYTES_ARGS(index->name), not_projected);
}

Selection
SelectFrom(const Table *table, const TableIndex *index, SelectKind kind,
           BoundExpression *projection)
{
	Selection selection = { .kind = kind, .projection = projection };
	const char *not_projected;

	if (index == NULL)
	{
		selection.entry.all = true;
		return selection;
	}
	selection.entry = IndexProjectionOf(table, index);
	if (selection.entry.all)
		return selection;
	not_projected = projection != NULL ? NotProjected(&selection.entry, projection) : NULL;
	if (!index->local)
		CheckGlobal(index, kind, not_projected);
	selection.fetches = kind == SELECT_ALL_ATTRIBUTES || not_projected != NULL;
	return selection;
}
