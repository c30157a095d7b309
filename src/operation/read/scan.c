/*
 * Scan: every item of a table or index, or of one segment of it.
 */
#include "operation/item_operations.h"

#include "error/error.h"
#include "operation/read/page.h"
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
RunScan(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	PageRequest page;
	SegmentScan scan = { 0 };
	ExpressionBindings *bindings;
	TableAccess access;
	Selection selection;
	Bytes purpose;

	ParametersCheckMixed(request, &scan_rules);
	bindings = ParametersBindings(request, &scan_rules);
	ReadSegment(request, &scan);
	page = PageRequestOf(request);
	scan.start_after = StartKeyParse(request);
	page.filter = ParameterFilter(request, member_ScanFilter, bindings);
	page.projection = ParameterProjection(request, bindings);
	ExpressionBindingsCheckUsed(bindings);

	access =
	    PageOpen(context, &page, StructureString(request, member_IndexName), (AccessRequest){ 0 });
	AccessScan(&access);
	scan.index = page.index;
	selection = PageSelection(&page);
	purpose = StartKeyOfScan(&context->identity, page.table, &scan);
	PageWrite(&page, &selection, ItemCursorScan(page.table, &scan), purpose, response);
}
