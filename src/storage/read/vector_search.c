/*
 * Searching vectors by their codes.
 *
 * Each partition's index is walked whole, or within one value of the HASH attribute. The bounds
 * that codes give leave few candidates, whose items are then read in the order of their lower
 * bounds until the next bound is beyond the rank of the last result: those ranks are exact.
 *
 * Entries of items that are not there any more, or that the role may not see, count for nothing in
 * the end, but their bounds have counted in the walk. So it remembers more than the results that
 * are wanted; where even that was not enough, further walks go on with what comes behind the
 * candidates that have been judged.
 *
 * A row that an entry leads to has the code of the entry: an update that changes an attribute of
 * the index is not HOT.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "miscadmin.h"
#include "utils/datum.h"
#include "utils/float.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "compat.h"
#include "error/error.h"
#include "item/key.h"
#include "storage/index/column_key.h"
#include "storage/index/leaf_index.h"
#include "storage/read/leaf_scan.h"
#include "storage/read/row_policy.h"
#include "storage/read/vector_candidates.h"
#include "storage/read/vector_search.h"
#include "storage/relation/routing.h"
#include "storage/vector/vector_index.h"
#include "vector/filter_test.h"
#include "vector/vector_elements.h"

#define SPARE_UPPERS 64

typedef struct OpenLeaf
{
	Relation leaf;
	IndexFetchTableData *fetch;
	TupleTableSlot *slot;
} OpenLeaf;

typedef struct SearchState
{
	Table *table;
	const VectorSearch *search;
	const VectorForm *form;
	VectorQuery query;
	FilterTest *test; /* NULL: none */
	ScanKeyData keys[1];
	int key_count;
	Snapshot snapshot;
	RowPolicy *policy; /* NULL: row-level security does not apply */
	OpenLeaf *leaves;
	Candidates candidates;
	MemoryContext row_context;
	MemoryContext result_context;
	VectorResult *results; /* sorted */
	int result_count;
} SearchState;

/* --- the walk --- */

static void
AddEntry(SearchState *state, const LeafScan *scan, int leaf)
{
	bool null;
	Datum datum = index_getattr(scan->scan->xs_itup, state->search->index->key.partition_count + 1,
	                            scan->scan->xs_itupdesc, &null);
	Bytes code;

	if (null)
		return;
	code =
	    (Bytes){ VARDATA_ANY(DatumGetPointer(datum)), VARSIZE_ANY_EXHDR(DatumGetPointer(datum)) };
	if (!VectorCodeIsWhole(state->form, code))
		return;
	if (state->test != NULL &&
	    FilterTestRun(state->test, VectorCodeFilters(state->form, code)) == TEST_FALSE)
		return;
	CandidatesAdd(&state->candidates, VectorCodeBounds(&state->query, state->form, code), leaf,
	              &scan->scan->xs_heaptid);
}

static void
RaiseNoIndex(const SearchState *state, int leaf)
{
	ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
	                errmsg("index \"%.*s\" is missing or not valid on partition %d of"
	                       " table \"%.*s\"",
	                       BYTES_ARGS(state->search->index->name), leaf,
	                       BYTES_ARGS(state->table->definition.name)),
	                errhint("Delete the index by UpdateTable and create it again.")));
}

static void
WalkLeaf(SearchState *state, int leaf)
{
	Oid index = state->search->index->leaf_indexes[leaf];
	LeafScan scan;

	if (!LeafIndexIsWhole(index))
		RaiseNoIndex(state, leaf);
	LeafScanOpen(&scan, state->leaves[leaf].leaf, index, state->snapshot, state->keys,
	             state->key_count, true);
	while (index_getnext_tid(scan.scan, ForwardScanDirection) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		AddEntry(state, &scan, leaf);
	}
	LeafScanEnd(&scan);
	index_close(scan.index, IsolationUsesXactSnapshot() ? NoLock : AccessShareLock);
}

static void
Walk(SearchState *state)
{
	for (int leaf = 0; leaf < state->table->definition.partitions; leaf++)
		WalkLeaf(state, leaf);
	CandidatesSort(&state->candidates);
}

/* --- the items --- */

/* The row's item, detoasted; NULL where the snapshot sees none, or the role may not. */
static Jsonb *
FetchItem(SearchState *state, const Candidate *candidate)
{
	OpenLeaf *open = &state->leaves[candidate->leaf];
	ItemPointerData tid = candidate->tid;
	bool again = false;
	bool dead = false;
	HeapTuple row;

	if (!table_index_fetch_tuple(open->fetch, &tid, state->snapshot, open->slot, &again, &dead))
		return NULL;
	if (state->policy != NULL && !RowPolicyShows(state->policy, open->leaf, &open->slot->tts_tid))
		return NULL;
	row = ExecFetchSlotHeapTuple(open->slot, false, NULL);
	return DatumGetJsonbP(LeafItemOfRow(open->leaf, row));
}

/* The rank that no further result may have, or infinity where there is room. */
static double
LastRank(const SearchState *state)
{
	return state->result_count < state->search->count
	           ? get_float8_infinity()
	           : state->results[state->result_count - 1].rank;
}

static void
AddResult(SearchState *state, const Jsonb *item, double rank)
{
	MemoryContext caller = MemoryContextSwitchTo(state->result_context);
	int place = state->result_count < state->search->count ? state->result_count++
	                                                       : state->result_count - 1;

	if (state->results[place].item != NULL)
		pfree(state->results[place].item);
	for (; place > 0 && state->results[place - 1].rank > rank; place--)
		state->results[place] = state->results[place - 1];
	state->results[place].item =
	    DatumGetJsonbP(datumCopy(JsonbPGetDatum(item), false, VARSIZE(item)));
	state->results[place].rank = rank;
	MemoryContextSwitchTo(caller);
}

static void
JudgeItem(SearchState *state, const Jsonb *item)
{
	float elements[MAX_VECTOR_DIMENSIONS];
	const VectorForm *form = &state->search->index->vector->form;
	ItemView view = { .stored = item };
	double rank;

	if (!VectorOfItem(item, form->attribute, form->dimensions, elements) ||
	    !ConditionEvaluate(state->search->condition, &view))
		return;
	rank = VectorRank(state->query.function, state->query.elements, state->query.norm, elements,
	                  VectorNorm(elements, form->dimensions), form->dimensions);
	if (rank < LastRank(state))
		AddResult(state, item, rank);
}

static void
JudgeCandidates(SearchState *state)
{
	const Candidates *candidates = &state->candidates;

	for (int i = 0; i < candidates->count && candidates->all[i].lower <= LastRank(state); i++)
	{
		MemoryContext caller = MemoryContextSwitchTo(state->row_context);
		Jsonb *item = FetchItem(state, &candidates->all[i]);

		CHECK_FOR_INTERRUPTS();
		if (item != NULL)
			JudgeItem(state, item);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(state->row_context);
	}
}

/* Of the walks behind the first one the results alone are the limit. */
static void
Search(SearchState *state)
{
	Candidate from = first_candidate;
	int uppers = 4 * state->search->count + SPARE_UPPERS;
	bool missed;

	do
	{
		CandidatesInit(&state->candidates, &from, uppers, LastRank(state));
		Walk(state);
		JudgeCandidates(state);
		missed = CandidatesMissed(&state->candidates, LastRank(state), &from);
		CandidatesFree(&state->candidates);
		uppers = 0;
	} while (missed);
}

/* --- beginning and end --- */

static void
OpenLeaves(SearchState *state)
{
	int count = state->table->definition.partitions;

	state->leaves = palloc0_array(OpenLeaf, count);
	for (int leaf = 0; leaf < count; leaf++)
	{
		OpenLeaf *open = &state->leaves[leaf];

		open->leaf = TableLeafOpen(state->table, leaf, AccessShareLock);
		open->fetch = table_index_fetch_begin(open->leaf);
		open->slot = table_slot_create(open->leaf, NULL);
	}
}

/* Locks go as ItemCursorCloseLeaves says. */
static void
CloseLeaves(SearchState *state)
{
	LOCKMODE unlock = IsolationUsesXactSnapshot() ? NoLock : AccessShareLock;

	for (int leaf = 0; leaf < state->table->definition.partitions; leaf++)
	{
		OpenLeaf *open = &state->leaves[leaf];

		table_index_fetch_end(open->fetch);
		ExecDropSingleTupleTableSlot(open->slot);
		table_close(open->leaf, unlock);
	}
}

static void
BeginSearch(SearchState *state)
{
	const VectorSearch *search = state->search;

	state->form = &search->index->vector->form;
	VectorQueryInit(&state->query, search->index->vector->function, search->elements,
	                state->form->dimensions);
	if (search->test != NULL)
		state->test = FilterTestCreate(search->test, state->form);
	if (search->index->key.partition_count > 0)
		ColumnKeyInit(&state->keys[state->key_count++], 1, search->hash->type,
		              BTEqualStrategyNumber, KeyColumn(search->hash, VECTOR_HASH_LIMIT));
	state->snapshot = RegisterSnapshot(GetActiveSnapshot());
	if (RowsMayBeHidden(state->table))
		state->policy = RowPolicyBegin(state->table, state->snapshot);
	state->row_context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo searched item", ALLOCSET_DEFAULT_SIZES);
	OpenLeaves(state);
}

int
VectorSearchRun(Table *table, const VectorSearch *search, VectorResult *results)
{
	MemoryContext context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo search", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	SearchState *state = palloc0_object(SearchState);
	int count;

	*state = (SearchState){ .table = table, .search = search, .results = results };
	state->result_context = caller;
	BeginSearch(state);
	Search(state);
	count = state->result_count;
	CloseLeaves(state);
	if (state->policy != NULL)
		RowPolicyEnd(state->policy);
	UnregisterSnapshot(state->snapshot);
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
	return count;
}
