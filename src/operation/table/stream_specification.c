/*
 * Enables and disables streams (API reference, StreamSpecification).
 */
#include "operation/table/stream_specification.h"

#include "error/error.h"
#include "storage/catalog/stream.h"

/* How the two operations say that a view type is missing, or is one too many. */
typedef struct ViewTexts
{
	const char *missing;
	const char *unwanted;
} ViewTexts;

static const ViewTexts create_texts = {
	"Table is being created with a stream enabled, UpdateViewType is required",
	"Table is being created with a stream disabled, UpdateViewType should not be specified",
};

static const ViewTexts update_texts = {
	"If stream is being enabled then UpdateViewType is required",
	"If stream is being disabled, then UpdateViewType must not be specified",
};

static StreamChange
ReadSpecification(const Structure *request, const ViewTexts *texts)
{
	const Structure *specification = StructureStructure(request, member_StreamSpecification);
	StreamChange change = { .action = STREAM_KEEP };
	Bytes view;

	if (specification == NULL)
		return change;
	view = StructureString(specification, member_StreamViewType);
	change.action = StructureBoolean(specification, member_StreamEnabled, false) ? STREAM_ENABLE
	                                                                             : STREAM_DISABLE;
	if (change.action == STREAM_DISABLE && view.data != NULL)
		InvalidParameters("%s", texts->unwanted);
	if (change.action == STREAM_ENABLE && view.data == NULL)
		InvalidParameters("%s", texts->missing);
	if (change.action == STREAM_ENABLE && !StreamViewFromName(view, &change.view))
		elog(ERROR, "unknown view type of a stream: %.*s", BYTES_ARGS(view));
	return change;
}

StreamChange
StreamOfCreateTable(const Structure *request)
{
	StreamChange change = ReadSpecification(request, &create_texts);

	if (change.action == STREAM_DISABLE)
		change.action = STREAM_KEEP;
	return change;
}

StreamChange
StreamOfUpdateTable(const Structure *request)
{
	return ReadSpecification(request, &update_texts);
}

void
StreamChangeCheck(const StreamChange *change, const Table *table)
{
	bool enabled = StreamIsEnabled(table->definition.stream);

	if (change->action == STREAM_ENABLE && enabled)
		ValidationError(TEXT_STREAM_ENABLED, BYTES_ARGS(table->definition.name));
	if (change->action == STREAM_DISABLE && !enabled)
		ValidationError(TEXT_STREAM_DISABLED, BYTES_ARGS(table->definition.name));
}

Table *
StreamChangeApply(const StreamChange *change, Table *table)
{
	Bytes name = table->definition.name;

	if (change->action == STREAM_KEEP)
		return table;
	if (change->action == STREAM_ENABLE)
		TableEnableStream(table, change->view);
	else
		TableDisableStream(table);
	return TableOpen(name, 0);
}
