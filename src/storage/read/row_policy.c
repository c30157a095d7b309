/*
 * Judging rows by the policies of their table.
 *
 * A row is judged by PostgreSQL's executor, which runs
 *
 *   SELECT FROM parent WHERE ctid = $1 AND tableoid = $2
 *
 * as the rewriter has added the policies to it, but on the row's leaf alone: the
 * leaf takes the parent's place in the rewritten query, which then is a TID scan
 * with the policies as its filter. On the parent it would be a scan of each leaf.
 *
 * The plans are cached. What the plan cache knows makes them invalid; of the
 * parent, which the query no longer mentions, invalidations are watched here.
 * Where the plan cache analyses a statement again by itself, the statement is
 * the one above: right, though slow, and replaced at the next use.
 */
#include "storage/read/row_policy.h"

#include "access/table.h"
#include "access/tupconvert.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "parser/analyze.h"
#include "tcop/tcopprot.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/plancache.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"

#include "compat.h"
#include "session/clean_session.h"
#include "storage/query/ddl.h"

/* A plan takes some 10 kB. Where there are more, all are forgotten. */
#define MAX_PLANS 512

enum
{
	PARAMETER_ROW,
	PARAMETER_LEAF,
	PARAMETERS
};

typedef struct PlanKey
{
	Oid relation;
	Oid leaf;
	Oid role;
	Oid ignores_force; /* FORCE ROW LEVEL SECURITY does not bind the owner now */
} PlanKey;

typedef struct PolicyPlan
{
	PlanKey key;
	CachedPlanSource *source; /* NULL while it is being made */
	const List *queries;      /* of the source, as they were made here */
	int users;                /* who may be planning by it: immutable functions can run then */
	bool stale;
} PolicyPlan;

/* One leaf's plan at work. */
typedef struct LeafJudge
{
	CachedPlan *plan;
	ParamListInfo parameters;
	QueryDesc *query;
} LeafJudge;

struct RowPolicy
{
	Table *table;
	Snapshot snapshot;
	MemoryContext context;
	int leaf_count;
	LeafJudge **judges; /* one a leaf; NULL: not begun */
};

static HTAB *plans;

bool
RowsMayBeHidden(const Table *table)
{
	return check_enable_rls(table->relation, InvalidOid, false) == RLS_ENABLED;
}

static void
MarkStale(Datum argument, Oid relation)
{
	HASH_SEQ_STATUS status;
	PolicyPlan *plan;

	hash_seq_init(&status, plans);
	while ((plan = hash_seq_search(&status)) != NULL)
		if (!OidIsValid(relation) || plan->key.relation == relation)
			plan->stale = true;
}

static void
CreatePlanCache(void)
{
	if (plans != NULL)
		return;
	plans = hash_create("dynamo policies", 16,
	                    &(HASHCTL){ .keysize = sizeof(PlanKey), .entrysize = sizeof(PolicyPlan) },
	                    HASH_ELEM | HASH_BLOBS);
	CacheRegisterRelcacheCallback(MarkStale, (Datum) 0);
}

/* What is at work by the plan keeps its memory until that ends. */
static void
ForgetPlan(PolicyPlan *plan)
{
	CachedPlanSource *source = plan->source;

	if (plan->users > 0)
		return;
	(void) hash_search(plans, &plan->key, HASH_REMOVE, NULL);
	if (source != NULL)
		DropCachedPlan(source);
}

static void
ForgetPlans(void)
{
	HASH_SEQ_STATUS status;
	PolicyPlan *plan;

	hash_seq_init(&status, plans);
	while ((plan = hash_seq_search(&status)) != NULL)
		ForgetPlan(plan);
}

/* Puts the leaf in the place of its parent, the query's only relation. */
static void
QueryLeafInstead(Query *query, Relation leaf, Oid relation)
{
	Relation parent = table_open(relation, NoLock);
	RangeTblEntry *entry;

	*query = *(Query *) map_partition_varattnos((List *) query, 1, leaf, parent);
	entry = linitial_node(RangeTblEntry, query->rtable);
	entry->relid = RelationGetRelid(leaf);
	entry->relkind = leaf->rd_rel->relkind;
	entry->inh = false;
	QueryOmitPrivileges(query, entry); /* they are the parent's, which TableOpen has checked */
	table_close(parent, NoLock);
}

static CachedPlanSource *
MakePlan(const Table *table, Relation leaf)
{
	Oid types[PARAMETERS] = { [PARAMETER_ROW] = TIDOID, [PARAMETER_LEAF] = OIDOID };
	char *sql = psprintf("SELECT FROM %s WHERE ctid OPERATOR(pg_catalog.=) $1 AND "
	                     "tableoid OPERATOR(pg_catalog.=) $2",
	                     RelationSqlName(table->relation));
	RawStmt *raw = linitial_node(RawStmt, pg_parse_query(sql));
	CachedPlanSource *source = CreateCachedPlan(raw, sql, CMDTAG_SELECT);
	List *queries = pg_analyze_and_rewrite_fixedparams(raw, sql, types, PARAMETERS, NULL);

	QueryLeafInstead(linitial_node(Query, queries), leaf, table->relation);
	CompleteCachedPlan(source, queries, NULL, types, PARAMETERS, NULL, NULL,
	                   CURSOR_OPT_GENERIC_PLAN, false);
	SaveCachedPlan(source);
	return source;
}

static bool
IsGood(const PolicyPlan *plan)
{
	return !plan->stale && plan->source != NULL && CachedPlanIsValid(plan->source) &&
	       plan->source->query_list == plan->queries;
}

static PolicyPlan *
FindPlan(const Table *table, Relation leaf)
{
	PlanKey key = { table->relation, RelationGetRelid(leaf), GetUserId(), InNoForceRLSOperation() };
	PolicyPlan *plan;

	CreatePlanCache();
	plan = hash_search(plans, &key, HASH_FIND, NULL);
	if (plan != NULL && (IsGood(plan) || plan->users > 0))
		return plan;
	if (plan != NULL)
		ForgetPlan(plan);
	if (hash_get_num_entries(plans) >= MAX_PLANS)
		ForgetPlans();
	plan = hash_search(plans, &key, HASH_ENTER, NULL);
	plan->source = NULL;
	plan->users = 0;
	plan->stale = false;
	plan->source = MakePlan(table, leaf);
	plan->queries = plan->source->query_list;
	return plan;
}

/* Without the parameters, so that there is one plan for all rows. */
static CachedPlan *
UsePlan(PolicyPlan *plan)
{
	CachedPlan *used;

	plan->users++;
	PG_TRY();
	{
		used = GetCachedPlan(plan->source, NULL, CurrentResourceOwner, NULL);
	}
	PG_FINALLY();
	{
		plan->users--;
	}
	PG_END_TRY();
	return used;
}

static ParamListInfo
MakeParameters(Relation leaf)
{
	ParamListInfo parameters = makeParamList(PARAMETERS);

	parameters->params[PARAMETER_ROW] = (ParamExternData){ .ptype = TIDOID };
	parameters->params[PARAMETER_LEAF] =
	    (ParamExternData){ .ptype = OIDOID, .value = ObjectIdGetDatum(RelationGetRelid(leaf)) };
	return parameters;
}

static LeafJudge *
BeginJudge(RowPolicy *policy, Relation leaf)
{
	LeafJudge *judge = palloc(sizeof(LeafJudge));

	judge->plan = UsePlan(FindPlan(policy->table, leaf));
	judge->parameters = MakeParameters(leaf);
	judge->query = CreateQueryDesc(linitial_node(PlannedStmt, judge->plan->stmt_list),
	                               "row-level security of a DynamoDB table", policy->snapshot,
	                               InvalidSnapshot, None_Receiver, judge->parameters, NULL, 0);
	(void) ExecutorStart(judge->query, 0);
	return judge;
}

static void
EndJudge(LeafJudge *judge)
{
	ExecutorFinish(judge->query);
	ExecutorEnd(judge->query);
	FreeQueryDesc(judge->query);
	ReleaseCachedPlan(judge->plan, CurrentResourceOwner);
}

RowPolicy *
RowPolicyBegin(Table *table, Snapshot snapshot)
{
	RowPolicy *policy = palloc(sizeof(RowPolicy));

	policy->table = table;
	policy->snapshot = snapshot;
	policy->context = CurrentMemoryContext;
	policy->leaf_count = table->definition.partitions;
	policy->judges = palloc0(sizeof(LeafJudge *) * policy->leaf_count);
	return policy;
}

static LeafJudge *
JudgeOf(RowPolicy *policy, Relation leaf)
{
	int number = 0;

	while (policy->table->leaves[number].relation != RelationGetRelid(leaf))
		if (++number == policy->leaf_count)
			elog(ERROR, "relation %u is no leaf of table %u", RelationGetRelid(leaf),
			     policy->table->relation);
	if (policy->judges[number] == NULL)
	{
		MemoryContext caller = MemoryContextSwitchTo(policy->context);

		policy->judges[number] = BeginJudge(policy, leaf);
		MemoryContextSwitchTo(caller);
	}
	return policy->judges[number];
}

bool
RowPolicyShows(RowPolicy *policy, Relation leaf, ItemPointer row)
{
	int level = SessionForeignCodeBegin();
	LeafJudge *judge = JudgeOf(policy, leaf);
	EState *state = judge->query->estate;
	MemoryContext caller = MemoryContextSwitchTo(state->es_query_cxt);
	TupleTableSlot *found;

	judge->parameters->params[PARAMETER_ROW].value = PointerGetDatum(row);
	ExecReScan(judge->query->planstate);
	found = ExecProcNode(judge->query->planstate);
	MemoryContextSwitchTo(caller);
	SessionForeignCodeEnd(level);
	return !TupIsNull(found);
}

void
RowPolicyEnd(RowPolicy *policy)
{
	for (int i = 0; i < policy->leaf_count; i++)
		if (policy->judges[i] != NULL)
			EndJudge(policy->judges[i]);
}

bool
RowIsShown(Table *table, Relation leaf, ItemPointer row)
{
	RowPolicy *policy = RowPolicyBegin(table, GetActiveSnapshot());
	bool shows = RowPolicyShows(policy, leaf, row);

	RowPolicyEnd(policy);
	return shows;
}
