/*
 * Opening tables for callers, and the keys and attributes by which policies decide.
 *
 * Where no policy can have a say that is a few instructions. Otherwise the first question has keys
 * and attributes pending; mostly it is answered. What remains is kept until they are known. Of a
 * request that shows whole items, or may by an error, the attributes stay unknown for good: it is
 * allowed only where the decision does not depend on them, which is stricter than the service,
 * whose dynamodb:Attributes has what the request names, and with ALL_ATTRIBUTES lets a list of
 * attributes alone pass.
 */
#include "operation/access/table_access.h"

#include "metrics/call.h"
#include "text/base64.h"
#include "item/number/number.h"
#include "operation/access/question.h"
#include "operation/arn.h"
#include "operation/missing_table.h"
#include "operation/throughput/table_settings.h"
#include "storage/index/index_entry.h"

struct PendingAccess
{
	Question *question;
	const Table *table;
	Bytes index; /* data NULL: the table itself */
	ItemsShown shows;
	bool tells_scan;                      /* whether dynamodb:FullTableScan is for this action */
	bool scans;                           /* all partitions */
	List *attributes;                     /* of Bytes *: what the request names */
	int named_by_expressions;             /* the first of these, which each item has */
	List *partitions[MAX_KEY_ATTRIBUTES]; /* of Bytes *: values of each partition attribute */
	bool decided;                         /* and allowed, with all of the above */
	PendingAccess *next;
};

static const ConditionKey partition_keys[MAX_KEY_ATTRIBUTES] = {
	CONDITION_KEY_FIRST_PARTITION_KEY_VALUES,
	CONDITION_KEY_SECOND_PARTITION_KEY_VALUES,
	CONDITION_KEY_THIRD_PARTITION_KEY_VALUES,
	CONDITION_KEY_FOURTH_PARTITION_KEY_VALUES,
};

static const char *const capacity_names[] = {
	[CAPACITY_NONE] = "NONE",
	[CAPACITY_TOTAL] = "TOTAL",
	[CAPACITY_INDEXES] = "INDEXES",
};

/* Not known as a table is opened. */
#define PENDING_KEYS (ITEM_CONDITION_KEYS | CONDITION_KEY_BIT(RESOURCE_TAG))

/* --- the first question --- */

static const char *
ActionOf(const OperationContext *context, const AccessRequest *request)
{
	return request->action != NULL ? request->action : context->authorization->action;
}

static Bytes
SelectOf(const AccessRequest *request)
{
	switch (request->shows)
	{
		case SHOWS_INDEX_ENTRIES:
			return request->index.data != NULL ? BYTES_LITERAL("ALL_PROJECTED_ATTRIBUTES")
			                                   : BYTES_LITERAL("ALL_ATTRIBUTES");
		case SHOWS_NAMED:
			return BYTES_LITERAL("SPECIFIC_ATTRIBUTES");
		case SHOWS_COUNT:
			return BYTES_LITERAL("COUNT");
		case SHOWS_WHOLE_ITEMS:
			break;
	}
	return BYTES_LITERAL("ALL_ATTRIBUTES");
}

static Question *
FirstQuestion(const OperationContext *context, Bytes name, const AccessRequest *request)
{
	const char *arn = request->index.data != NULL ? IndexArn(name, request->index) : TableArn(name);
	Question *question = QuestionCreate(context, ActionOf(context, request), arn);

	if (request->selects)
		QuestionSet(question, CONDITION_KEY_SELECT, SelectOf(request));
	QuestionSet(question, CONDITION_KEY_RETURN_VALUES, request->return_values);
	QuestionSet(question, CONDITION_KEY_RETURN_CONSUMED_CAPACITY,
	            BytesFromCString(capacity_names[request->capacity]));
	if (request->enclosing != NULL)
		QuestionSet(question, CONDITION_KEY_ENCLOSING_OPERATION,
		            BytesFromCString(request->enclosing));
	question->policy.pending = PENDING_KEYS;
	return question;
}

/* Of a table that is there (else NULL) its tags are read where they decide. */
static PolicyDecision
Decide(Question *question, const Table *table)
{
	PolicyDecision decision = QuestionDecide(question);

	if (decision.verdict != POLICY_UNDECIDED || table == NULL ||
	    (decision.pending & CONDITION_KEY_BIT(RESOURCE_TAG)) == 0)
		return decision;
	QuestionSetResourceTags(question, &TableSettingsRead(&table->definition)->tags);
	return QuestionDecide(question);
}

pg_noreturn static void
RaiseNotFound(Bytes name)
{
	RaiseNoTable(name, TEXT_NO_TABLE);
}

static Table *
OpenNamed(Bytes name, AclMode required)
{
	Table *table = TableOpen(name, required);

	if (table == NULL)
		RaiseNotFound(name);
	return table;
}

/* --- what is left --- */

static void
AddName(List **list, Bytes name)
{
	Bytes *copy = palloc(sizeof(Bytes));

	*copy = name;
	*list = lappend(*list, copy);
}

static void
AddExpression(PendingAccess *pending, const BoundExpression *expression)
{
	int count;
	Bytes *names;

	if (expression == NULL)
		return;
	names = ExpressionAttributes(expression, &count);
	for (int i = 0; i < count; i++)
		AddName(&pending->attributes, names[i]);
}

static PendingAccess *
PendingCreate(const OperationContext *context, Question *question, const Table *table,
              const AccessRequest *request)
{
	PendingAccess *pending = palloc0(sizeof(PendingAccess));

	pending->question = question;
	pending->table = table;
	pending->index = request->index;
	pending->shows = request->shows;
	pending->tells_scan = strcmp(ActionOf(context, request), "PartiQLSelect") == 0;
	for (int i = 0; i < lengthof(request->expressions); i++)
		AddExpression(pending, request->expressions[i]);
	pending->named_by_expressions = list_length(pending->attributes);
	pending->next = context->authorization->pending;
	context->authorization->pending = pending;
	return pending;
}

/* Of one that policies narrow. What they refuse is refused whether the table is there or not. */
static TableAccess
TryNarrowed(const OperationContext *context, Bytes name, const AccessRequest *request)
{
	Question *question = FirstQuestion(context, name, request);
	const Table *known = TableOpen(name, 0);
	TableAccess access = { .whole = request->shows == SHOWS_WHOLE_ITEMS };
	PolicyDecision decision;

	question->policy.table = known != NULL ? known->relation : InvalidOid;
	if (known == NULL)
		question->policy.pending &= ~CONDITION_KEY_BIT(RESOURCE_TAG); /* it has none */
	decision = Decide(question, known);
	if (decision.verdict == POLICY_DENY)
		QuestionRefuse(question, &decision);
	if (known == NULL)
		return access;
	access.table = TableOpen(name, request->required); /* the same, by the lock on it */
	if (decision.verdict == POLICY_UNDECIDED)
		access.pending = PendingCreate(context, question, access.table, request);
	return access;
}

TableAccess
AccessTryOpen(const OperationContext *context, Bytes name_or_arn, const AccessRequest *request)
{
	Bytes name = TableNameOf(name_or_arn);
	TableAccess access = { .whole = request->shows == SHOWS_WHOLE_ITEMS };

	context->authorization->asked = true;
	for (int i = 0; i < lengthof(request->expressions); i++)
	{
		if (request->expressions[i] != NULL)
			ExpressionAdmit(request->expressions[i]);
	}
	if (AuthorizationIsNarrowed(context, InvalidOid, 0))
		return TryNarrowed(context, name, request);
	access.table = TableOpen(name, request->required);
	if (access.table != NULL && AuthorizationIsNarrowed(context, access.table->relation, 0))
		return TryNarrowed(context, name, request);
	return access;
}

TableAccess
AccessOpen(const OperationContext *context, Bytes name_or_arn, const AccessRequest *request)
{
	TableAccess access = AccessTryOpen(context, name_or_arn, request);

	if (access.table == NULL)
		RaiseNotFound(TableNameOf(name_or_arn));
	MetricsNoteTable(access.table->definition.name, request->index);
	return access;
}

void
AccessRequire(TableAccess *access, AclMode required)
{
	access->table = OpenNamed(access->table->definition.name, required);
}

/* --- keys --- */

/* As condition values are written. */
static Bytes
KeyText(const AttributeValue *value)
{
	Bytes bytes = { value->bytes, value->count };

	switch (value->type)
	{
		case ATTRIBUTE_S:
			return bytes;
		case ATTRIBUTE_N:
			return BytesFromCString(NumberToString(value->number));
		case ATTRIBUTE_B:
			return Base64ToText(bytes);
		default:
			elog(ERROR, "unexpected type of a key: %d", (int) value->type);
	}
}

ItemKey
AccessAddKey(TableAccess *access, const AttributeValue *map)
{
	ItemKey key = TableKeyOf(access->table, map);

	if (access->pending == NULL)
		return key;
	for (int i = 0; i < map->count; i++)
		AddName(&access->pending->attributes, map->attributes[i].name);
	AccessAddPartition(access, 0, &key.partition);
	return key;
}

void
AccessAddPartition(TableAccess *access, int attribute, const AttributeValue *value)
{
	PendingAccess *pending = access->pending;

	if (pending == NULL)
		return;
	AddName(&pending->partitions[attribute], KeyText(value));
	pending->decided = false;
}

ItemKey
AccessKey(TableAccess *access, const AttributeValue *map)
{
	ItemKey key = AccessAddKey(access, map);

	AccessDecide(access);
	return key;
}

/* --- the last question --- */

static void
AddKeyAttributes(List **names, const KeySchema *schema)
{
	KeyAttributeList keys = KeyAttributesOf(schema);

	for (int i = 0; i < keys.count; i++)
		AddName(names, keys.attributes[i]->name);
}

/*
 * The attributes that the request is about: those that it names, all keys of the table and the
 * index, which positions show, and those that an index of some attributes holds. False: any.
 */
static bool
AttributesAsked(const PendingAccess *pending, List **names)
{
	const TableIndex *index =
	    pending->index.data != NULL ? TableFindIndex(pending->table, pending->index) : NULL;

	*names = list_copy(pending->attributes);
	AddKeyAttributes(names, &pending->table->definition.key);
	if (index != NULL)
		AddKeyAttributes(names, &index->key);
	if (pending->shows == SHOWS_NAMED || pending->shows == SHOWS_COUNT)
		return true;
	if (pending->shows == SHOWS_INDEX_ENTRIES && index != NULL)
	{
		IndexProjection projection = IndexProjectionOf(pending->table, index);

		for (int i = 0; i < projection.count; i++)
			AddName(names, projection.names[i]);
		return !projection.all;
	}
	return false;
}

static void
SetPartitions(PendingAccess *pending)
{
	QuestionSetList(pending->question, CONDITION_KEY_LEADING_KEYS, pending->partitions[0]);
	for (int i = 0; i < MAX_KEY_ATTRIBUTES; i++)
		QuestionSetList(pending->question, partition_keys[i], pending->partitions[i]);
	QuestionSet(pending->question, CONDITION_KEY_FULL_TABLE_SCAN,
	            !pending->tells_scan ? (Bytes){ NULL, 0 }
	            : pending->scans     ? BYTES_LITERAL("true")
	                                 : BYTES_LITERAL("false"));
}

void
AccessDecide(TableAccess *access)
{
	PendingAccess *pending = access->pending;
	PolicyDecision decision;
	List *names;

	if (pending == NULL)
		return;
	SetPartitions(pending);
	if (AttributesAsked(pending, &names))
		QuestionSetList(pending->question, CONDITION_KEY_ATTRIBUTES, names);
	pending->decided = true; /* a refusal is raised, and leaves nothing open */
	decision = Decide(pending->question, access->table);
	if (decision.verdict != POLICY_ALLOW)
		QuestionRefuse(pending->question, &decision);
}

void
AccessRange(TableAccess *access, const RangeQuery *query)
{
	const KeySchema *key =
	    query->index != NULL ? &query->index->key : &access->table->definition.key;

	for (int i = 0; i < key->partition_count; i++)
		AccessAddPartition(access, i, &query->partition[i]);
	AccessDecide(access);
}

void
AccessScan(TableAccess *access)
{
	if (access->pending != NULL)
		access->pending->scans = true;
	AccessDecide(access);
}

void
AccessWhole(TableAccess *access)
{
	PendingAccess *pending = access->pending;

	if (pending == NULL)
		return;
	pending->decided = true; /* a refusal is raised, and leaves nothing open */
	pending->question->policy.pending |= PENDING_KEYS;
	QuestionRequire(pending->question);
}

void
AccessForgetItem(TableAccess *access)
{
	PendingAccess *pending = access->pending;

	if (pending == NULL)
		return;
	pending->attributes = pending->named_by_expressions == 0
	                          ? NIL
	                          : list_truncate(pending->attributes, pending->named_by_expressions);
	for (int i = 0; i < MAX_KEY_ATTRIBUTES; i++)
		pending->partitions[i] = NIL;
	QuestionForget(pending->question, PENDING_KEYS);
}

void
AccessGiveUp(TableAccess *access)
{
	if (access->pending != NULL)
		access->pending->decided = true;
	*access = (TableAccess){ .table = NULL };
}

void
PendingAccessEnd(const PendingAccess *first)
{
	for (const PendingAccess *pending = first; pending != NULL; pending = pending->next)
	{
		if (pending->decided)
			continue;
		pending->question->policy.pending |= PENDING_KEYS;
		QuestionRequire(pending->question);
	}
}
