/*
 * dynamo.adopt_table: a table of a relation that is there without a row in the catalog. The API has
 * no such operation.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "compat.h"
#include "operation/arn.h"
#include "operation/index/index_definition.h"
#include "operation/throughput/table_settings.h"
#include "storage/adopt.h"

PG_FUNCTION_INFO_V1(dynamo_adopt_table);

static Bytes
NameOfArgument(Datum argument)
{
	text *name = DatumGetTextPCopy(argument);

	return TableNameOf((Bytes){ VARDATA(name), VARSIZE(name) - VARHDRSZ });
}

/* A relation's name may be a table's that was cut. */
static Bytes
NameOfRelation(Oid relation)
{
	char *name = get_rel_name(relation);

	if (name == NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
		                errmsg("relation with OID %u does not exist", relation)));
	if (!TableNameIsWellFormed(BytesFromCString(name)))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("the name of relation \"%s\" is no name of a DynamoDB table", name),
		                errhint("Give the table's name as the second argument.")));
	return BytesFromCString(name);
}

/* What neither the relation nor its indexes say: as of a table that is created on demand. */
static Jsonb *
Settings(const TableDefinition *definition)
{
	TableSettings settings = { .on_demand = true, .became_on_demand = CurrentMilliseconds() };

	for (int i = 0; i < definition->index_count; i++)
		if (!definition->indexes[i].local)
			(void) IndexCapacityAdd(&settings, definition->indexes[i].name);
	return TableSettingsWrite(&settings);
}

Datum
dynamo_adopt_table(PG_FUNCTION_ARGS)
{
	Adoption adoption;
	Oid relation;
	Bytes name;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PreventCommandIfReadOnly("the adoption of a DynamoDB table");
	relation = PG_GETARG_OID(0);
	name = PG_ARGISNULL(1) ? NameOfRelation(relation) : NameOfArgument(PG_GETARG_DATUM(1));
	AdoptionRead(relation, name, &adoption);
	DefinitionCheck(&adoption.definition);
	adoption.definition.settings = Settings(&adoption.definition);
	(void) AdoptionFinish(&adoption);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(name.data, name.length));
}
