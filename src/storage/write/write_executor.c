/*
 * Writing through PostgreSQL's executor. The version is found and locked as on
 * the direct path; the change itself is an INSERT, UPDATE or DELETE of the
 * table's relation.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/snapmgr.h"

#include "storage/read/leaf_scan.h"
#include "storage/write/role_statement.h"
#include "storage/read/row_policy.h"
#include "storage/relation/replica_identity.h"
#include "storage/relation/rules.h"
#include "storage/write/write_executor.h"

static bool
HasUserConstraints(Relation leaf)
{
	TupleConstr *constraints = RelationGetDescr(leaf)->constr;

	if (constraints == NULL)
		return false;
	if (constraints->num_defval > 0)
		return true;
	for (int i = 0; i < constraints->num_check; i++)
		if (!ConstraintIsRules(&constraints->check[i]))
			return true;
	return false;
}

/* Whether a column refuses null, or replaces it, as a domain may. */
static bool
ColumnMindsNull(Form_pg_attribute column)
{
	return !column->attisdropped &&
	       (column->attnotnull || get_typtype(column->atttypid) == TYPTYPE_DOMAIN);
}

static bool
UserColumnsMindNull(Relation leaf)
{
	TupleDesc columns = RelationGetDescr(leaf);

	if (columns->natts == 1)
		return false;
	for (int i = 0; i < columns->natts; i++)
		if (ColumnMindsNull(TupleDescAttr(columns, i)) && i + 1 != LeafItemColumn(leaf))
			return true;
	return false;
}

static bool
ParentInterferes(const Table *table)
{
	Relation parent = RelationIdGetRelation(table->relation);
	bool interferes;

	if (!RelationIsValid(parent))
		elog(ERROR, "could not open relation with OID %u", table->relation);
	interferes = parent->trigdesc != NULL || parent->rd_rules != NULL;
	RelationClose(parent);
	return interferes;
}

bool
NeedsExecutor(const LeafWriter *writer)
{
	Relation leaf = writer->leaf;

	return leaf->trigdesc != NULL || HasUserConstraints(leaf) || UserColumnsMindNull(leaf) ||
	       ParentInterferes(writer->table) || RowsMayBeHidden(writer->table);
}

static void
PolicyViolation(const LeafWriter *writer)
{
	ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
	                errmsg("row-level security policy of table \"%s\" forbids to change the item",
	                       get_rel_name(writer->table->relation))));
}

/*
 * A row count of 0 is a policy's doing or a trigger's. A trigger may suppress
 * a write, as in SQL; a policy must not do so unnoticed.
 */
static void
RunOnRow(LeafWriter *writer, RoleStatement statement, const ItemVersion *version, Jsonb *item)
{
	CheckReplicaIdentity(writer->table, writer->leaf,
	                     statement == ROLE_DELETE ? CMD_DELETE : CMD_UPDATE);
	if (RoleStatementRun(writer->table, statement, writer->key, &version->tid, item) == 0 &&
	    RowsMayBeHidden(writer->table))
		PolicyViolation(writer);
}

/* Whether users have put a unique index on the leaf, beside the key's. */
static bool
HasUserUniqueIndex(const LeafWriter *writer)
{
	List *indexes = RelationGetIndexList(writer->leaf);
	bool found = false;
	ListCell *cell;

	foreach (cell, indexes)
	{
		Relation index = index_open(lfirst_oid(cell), RowExclusiveLock);

		found =
		    found || (index->rd_index->indisunique && lfirst_oid(cell) != writer->lookup.key_index);
		index_close(index, NoLock);
	}
	list_free(indexes);
	return found;
}

/*
 * False where another transaction has created the key. Otherwise no row means
 * that a trigger has suppressed it, or that a unique index of users' own
 * refuses it, which a second INSERT then says.
 */
static bool
Insert(LeafWriter *writer, Jsonb *item)
{
	ItemVersion version;

	if (RoleStatementRun(writer->table, ROLE_INSERT_IF_NEW, writer->key, NULL, item) > 0)
		return true;
	FindNewestVersion(writer, &version);
	if (version.exists)
		return false;
	if (HasUserUniqueIndex(writer))
		RoleStatementRun(writer->table, ROLE_INSERT, writer->key, NULL, item);
	return true;
}

static bool
Put(LeafWriter *writer, const ItemVersion *version, bool visible, Jsonb *item)
{
	if (!version->exists)
		return Insert(writer, item);
	if (!visible)
		PolicyViolation(writer);
	RunOnRow(writer, ROLE_UPDATE, version, item);
	return true;
}

/* Under a snapshot that sees what FindNewestVersion has found, as statements of the role do. */
static bool
IsVisible(LeafWriter *writer, const ItemVersion *version)
{
	ItemPointerData tid = version->tid;
	bool shown;

	if (!RowsMayBeHidden(writer->table))
		return true;
	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	shown = RowIsShown(writer->table, writer->leaf, &tid);
	PopActiveSnapshot();
	return shown;
}

/* The executor would wait for another creator. In a race it does, for up to lock_timeout. */
static bool
MustNotInsert(LeafWriter *writer, const ItemVersion *version)
{
	if (version->exists || !writer->in_transaction)
		return false;
	writer->would_wait = CreatorExists(writer);
	return writer->would_wait;
}

bool
TryWriteByExecutor(LeafWriter *writer, WriteDecision decide, void *state)
{
	ItemVersion version;
	Jsonb *replacement = NULL;
	bool visible;

	FindNewestVersion(writer, &version);
	if (version.exists && !LockVersion(writer, &version))
		return false;
	visible = version.exists && IsVisible(writer, &version);
	switch (decide(state, visible ? version.item : NULL, &replacement))
	{
		case WRITE_PUT:
			return !MustNotInsert(writer, &version) && Put(writer, &version, visible, replacement);
		case WRITE_DELETE:
			if (visible)
				RunOnRow(writer, ROLE_DELETE, &version, NULL);
			break;
		case WRITE_KEEP:
			return version.exists || !writer->in_transaction || ClaimAbsentKey(writer);
		case WRITE_ABANDON:
			break;
	}
	return true;
}
