/*
 * ExplainStatement: how a PartiQL statement would be run, and the same in SQL.
 *
 * The table is opened as ExecuteStatement opens it, so that what a caller may not run is not
 * explained to it either.
 */
#include "operation/console_operations.h"

#include "operation/access/resource_access.h"
#include "operation/console/plan_description.h"
#include "operation/console/statement_sql.h"
#include "operation/statement/plan_source.h"
#include "operation/statement/statement_read.h"
#include "operation/statement/statement_request.h"
#include "operation/statement/statement_write.h"

static const char *const type_names[] = {
	[STATEMENT_SELECT] = "SELECT",
	[STATEMENT_INSERT] = "INSERT",
	[STATEMENT_UPDATE] = "UPDATE",
	[STATEMENT_DELETE] = "DELETE",
};

static void
DescribeStatement(JsonWriter *response, const Statement *statement, const Table *table,
                  const TableIndex *index, const Structure *request)
{
	JsonName(response, "StatementType");
	JsonCString(response, type_names[statement->type]);
	JsonName(response, "TableName");
	JsonString(response, table->definition.name);
	JsonName(response, "Sql");
	JsonCString(response, StatementSql(statement, table, index, request));
}

/* Reads the first page, of which the items are only counted. */
static void
AnalyzeRead(const StatementRead *read, JsonWriter *response)
{
	PageRequest page = read->page;
	ItemSource *source = PlanSourceOpen(page.table, &read->plan, NULL);
	PageResult result;

	page.detail = CAPACITY_TOTAL;
	result = PageRead(&page, &read->selection, source, NULL);
	JsonName(response, "ScannedCount");
	JsonInteger(response, result.scanned);
	JsonName(response, "Count");
	JsonInteger(response, result.matched);
	JsonName(response, "Complete");
	JsonBoolean(response, result.last == NULL || PlanSourceAtEnd(source));
	PlanSourceClose(source);
	ConsumedCapacityMember(response, &result.consumed);
}

static void
ExplainRead(const OperationContext *context, const Statement *statement, const Structure *request,
            JsonWriter *response)
{
	StatementRead read;

	StatementReadOpen(context, statement, request, &read);
	DescribeStatement(response, statement, read.page.table, read.page.index, request);
	PlanDescribe(response, &read.plan, read.page.filter != NULL);
	if (StructureBoolean(request, member_Analyze, false))
		AnalyzeRead(&read, response);
}

static void
ExplainWrite(const OperationContext *context, const Statement *statement, const Structure *request,
             JsonWriter *response)
{
	StatementWrite write;

	StatementWriteOpen(context, statement, NULL, CAPACITY_NONE, &write);
	DescribeStatement(response, statement, write.table, NULL, request);
	PlanDescribeItem(response, write.table, &write.map);
}

void
RunExplainStatement(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	const Statement *statement;

	AccessService(context, "*");
	statement = SingleStatementOfRequest(request);
	JsonBeginObject(response);
	if (statement->type == STATEMENT_SELECT)
		ExplainRead(context, statement, request, response);
	else
		ExplainWrite(context, statement, request, response);
	JsonEndObject(response);
}
