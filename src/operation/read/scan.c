/*
 * Scan: every item of a table or index, or of one segment of it.
 */
#include "operation/item_operations.h"

#include "error/error.h"
#include "operation/read/prepared_read.h"
#include "operation/request/parameters.h"
#include "operation/read/start_key.h"

static const ParameterRules scan_rules = {
	.legacy = { MEMBER_AttributesToGet, MEMBER_ScanFilter, MEMBER_ConditionalOperator },
	.expressions = { MEMBER_ProjectionExpression, MEMBER_FilterExpression },
	.with_values = { MEMBER_FilterExpression },
	.values_missing = "FilterExpression is null",
};

static void
ReadSegment(const Structure *request, SegmentScan *scan)
{
	bool has_segment = StructureHas(request, MEMBER_Segment);
	bool has_total = StructureHas(request, MEMBER_TotalSegments);

	scan->segment = StructureInteger(request, member_Segment, 0);
	scan->total_segments = StructureInteger(request, member_TotalSegments, 1);
	if (has_total && !has_segment)
		ValidationError(TEXT_SEGMENT_MISSING);
	if (has_segment && !has_total)
		ValidationError(TEXT_TOTAL_SEGMENTS_MISSING);
	if (scan->segment >= scan->total_segments)
		ValidationError(TEXT_SEGMENT_BEYOND, scan->segment, scan->total_segments);
}

void
ScanPrepare(const OperationContext *context, const Structure *request, PreparedRead *read)
{
	PageRequest *page = &read->page;
	SegmentScan *scan = &read->scan;
	ExpressionBindings *bindings;
	TableAccess access;

	*scan = (SegmentScan){ 0 };
	ParametersCheckMixed(request, &scan_rules);
	bindings = ParametersBindings(request, &scan_rules);
	ReadSegment(request, scan);
	*page = PageRequestOf(request);
	scan->start_after = StartKeyParse(request);
	page->filter = ParameterFilter(request, member_ScanFilter, bindings);
	page->projection = ParameterProjection(request, bindings);
	ExpressionBindingsCheckUsed(bindings);

	access =
	    PageOpen(context, page, StructureString(request, member_IndexName), (AccessRequest){ 0 });
	AccessScan(&access);
	scan->index = page->index;
	read->selection = PageSelection(page);
	read->purpose = StartKeyOfScan(&context->identity, page->table, scan);
}

ItemCursor *
ScanCursor(const PreparedRead *read)
{
	return ItemCursorScan(read->page.table, &read->scan);
}

void
RunScan(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	PreparedRead read;

	ScanPrepare(context, request, &read);
	PageWrite(&read.page, &read.selection, ScanCursor(&read), read.purpose, response);
}
