/*
 * Statements that PostgreSQL's executor runs as the current role. A backend
 * keeps their plans per table; invalidation of the table's relation marks a
 * plan, as does that there are too many, and the next look-up frees it when no
 * execution is using it.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"

#include "item/key.h"
#include "session/clean_session.h"
#include "storage/relation/key_expression.h"
#include "storage/query/relation_name.h"
#include "storage/write/role_statement.h"

#define MAX_PARAMETERS 4
/* Partitions in all plans together, of each of which a plan takes some 10 kB. */
#define MAX_PLANNED_PARTITIONS 4000

typedef struct PlanKey
{
	Oid relation;
	int16 statement;    /* RoleStatement */
	bool ignores_force; /* FORCE ROW LEVEL SECURITY does not bind the owner now */
	bool unused;
} PlanKey;

typedef struct RolePlan
{
	PlanKey key;
	SPIPlanPtr plan; /* NULL while it is being made */
	int partitions;  /* of the table */
	int users;       /* executions under way */
	bool stale;
} RolePlan;

static HTAB *plans;
static bool some_stale;
static int planned_partitions;

static void
ForgetPlans(Datum arg, Oid relation)
{
	HASH_SEQ_STATUS status;
	RolePlan *plan;

	hash_seq_init(&status, plans);
	while ((plan = hash_seq_search(&status)) != NULL)
		if (!OidIsValid(relation) || plan->key.relation == relation)
			plan->stale = some_stale = true;
}

static void
CreatePlanCache(void)
{
	plans = hash_create("dynamo role statements", 16,
	                    &(HASHCTL){ .keysize = sizeof(PlanKey), .entrysize = sizeof(RolePlan) },
	                    HASH_ELEM | HASH_BLOBS);
	CacheRegisterRelcacheCallback(ForgetPlans, (Datum) 0);
}

static void
FreeStalePlans(void)
{
	HASH_SEQ_STATUS status;
	RolePlan *plan;

	some_stale = false;
	hash_seq_init(&status, plans);
	while ((plan = hash_seq_search(&status)) != NULL)
	{
		if (plan->stale && plan->users > 0)
			some_stale = true;
		else if (plan->stale)
		{
			if (plan->plan)
				SPI_freeplan(plan->plan);
			planned_partitions -= plan->partitions;
			hash_search(plans, &plan->key, HASH_REMOVE, NULL);
		}
	}
}

/*
 * " WHERE ctid = $3 AND key_text(item, 'Artist') = $1 AND ...". The key says which
 * partition it is. Where policies apply, it is not looked up in an index: they are
 * judged before a condition that might tell of the row. A row's place tells nothing.
 */
static void
AppendRowCondition(StringInfo sql, const KeySchema *schema)
{
	appendStringInfo(sql, " WHERE ctid OPERATOR(pg_catalog.=) $%d AND ", 2 + schema->sort_count);
	AppendKeyColumn(sql, &schema->partition[0], KEY_COLUMN_LIMIT);
	appendStringInfoString(sql, " OPERATOR(pg_catalog.=) $1");
	if (schema->sort_count == 0)
		return;
	appendStringInfoString(sql, " AND ");
	AppendKeyColumn(sql, &schema->sort[0], KEY_COLUMN_LIMIT);
	appendStringInfoString(sql, " OPERATOR(pg_catalog.=) $2");
}

/* Parameters are the key's columns, the row's place, then the item. */
static char *
StatementText(const Table *table, RoleStatement statement)
{
	static const char *const heads[] = {
		[ROLE_INSERT] = "INSERT INTO %s (item) VALUES ($%d)",
		[ROLE_INSERT_IF_NEW] = "INSERT INTO %s (item) VALUES ($%d) ON CONFLICT DO NOTHING",
		[ROLE_UPDATE] = "UPDATE %s SET item = $%d",
		[ROLE_DELETE] = "DELETE FROM %s",
	};
	const KeySchema *schema = &table->definition.key;
	char *relation = QualifiedName(get_namespace_name(get_rel_namespace(table->relation)),
	                               get_rel_name(table->relation));
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfo(&sql, heads[statement], relation, 3 + schema->sort_count);
	if (statement == ROLE_UPDATE || statement == ROLE_DELETE)
		AppendRowCondition(&sql, schema);
	return sql.data;
}

static SPIPlanPtr
PreparePlan(const Table *table, RoleStatement statement)
{
	const KeySchema *schema = &table->definition.key;
	Oid types[MAX_PARAMETERS];
	int count = 0;
	SPIPlanPtr plan;

	types[count++] = KeyColumnType(schema->partition[0].type);
	if (schema->sort_count > 0)
		types[count++] = KeyColumnType(schema->sort[0].type);
	types[count++] = TIDOID;
	types[count++] = JSONBOID;
	plan = SPI_prepare(StatementText(table, statement), count, types);
	if (plan == NULL || SPI_keepplan(plan) != 0)
		elog(ERROR, "could not prepare a statement on a table: %s",
		     SPI_result_code_string(SPI_result));
	return plan;
}

static RolePlan *
FindPlan(const Table *table, RoleStatement statement)
{
	PlanKey key = { table->relation, statement, InNoForceRLSOperation(), false };
	RolePlan *plan;
	bool found;

	if (plans == NULL)
		CreatePlanCache();
	if (planned_partitions >= MAX_PLANNED_PARTITIONS)
		ForgetPlans((Datum) 0, InvalidOid);
	if (some_stale)
		FreeStalePlans();
	plan = hash_search(plans, &key, HASH_ENTER, &found);
	if (!found)
	{
		plan->plan = NULL;
		plan->users = 0;
		plan->stale = false;
		plan->partitions = table->definition.partitions;
		planned_partitions += plan->partitions;
	}
	plan->users++;
	return plan;
}

static uint64
Execute(RolePlan *plan, Table *table, RoleStatement statement, const ItemKey *key,
        const ItemPointerData *row, Jsonb *item)
{
	Datum values[MAX_PARAMETERS];
	char nulls[MAX_PARAMETERS] = { ' ', ' ', ' ', ' ' };
	int count = 0;

	if (plan->plan == NULL)
		plan->plan = PreparePlan(table, statement);
	values[count++] = KeyColumn(&key->partition, KEY_COLUMN_LIMIT);
	if (key->sort.type != ATTRIBUTE_NULL)
		values[count++] = KeyColumn(&key->sort, KEY_COLUMN_LIMIT);
	if (row == NULL)
		nulls[count] = 'n';
	values[count++] = PointerGetDatum(row);
	if (item == NULL)
		nulls[count] = 'n';
	values[count] = PointerGetDatum(item);
	if (SPI_execute_plan(plan->plan, values, nulls, false, 0) < 0)
		elog(ERROR, "a statement on a table failed: %s", SPI_result_code_string(SPI_result));
	return SPI_processed;
}

uint64
RoleStatementRun(Table *table, RoleStatement statement, const ItemKey *key,
                 const ItemPointerData *row, Jsonb *item)
{
	RolePlan *volatile plan = NULL;
	int level = SessionForeignCodeBegin();
	uint64 rows;

	SPI_connect();
	plan = FindPlan(table, statement);
	PG_TRY();
	{
		rows = Execute(plan, table, statement, key, row, item);
	}
	PG_FINALLY();
	{
		plan->users--;
	}
	PG_END_TRY();
	SPI_finish();
	SessionForeignCodeEnd(level);
	return rows;
}
