/*
 * Dropping tables: by the API, and what plain SQL's DROP leaves to clear up.
 */
#include "postgres.h"

#include "commands/event_trigger.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "storage/catalog.h"
#include "storage/ddl.h"
#include "storage/index_build.h"
#include "storage/relation_name.h"
#include "storage/statistics.h"
#include "storage/view.h"

PG_FUNCTION_INFO_V1(dynamo_forget_dropped_tables);

/*
 * RESTRICT: a view or foreign key of the table's users stops it, with
 * PostgreSQL's own error, rather than dying with the table.
 */
void
TableDrop(Table *table)
{
	Bytes name = table->definition.name;
	Oid relation = table->relation;
	char *drop = psprintf("DROP TABLE %s", RelationSqlName(relation));

	CheckRelationOwner(relation);
	if (IndexBuildIsNeeded(&table->definition))
		IndexBuildStop(relation);
	ViewDrop(name, relation);
	ExecuteDdl(drop);
	CatalogDelete(name);
	StatisticsForgetDropped();
}

/*
 * Event trigger on sql_drop: removes the rows of tables that are no more. The
 * catalog has few rows, and DROP is rare.
 */
Datum
dynamo_forget_dropped_tables(PG_FUNCTION_ARGS)
{
	if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
		ereport(ERROR, (errcode(ERRCODE_E_R_I_E_EVENT_TRIGGER_PROTOCOL_VIOLATED),
		                errmsg("forget_dropped_tables must be called as an event trigger")));
	if (!CatalogExists())
		PG_RETURN_NULL();
	CatalogForgetDropped();
	StatisticsForgetDropped();
	PG_RETURN_NULL();
}
