/*
 * Finds the tables of decoded changes.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/partition.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "change/capture/capture_state.h"
#include "change/decode/streamed_table.h"
#include "compat.h"
#include "error/guard.h"
#include "model/resource_name.h"
#include "storage/catalog/catalog.h"
#include "storage/stream/stream_access.h"

/* Of a relation whose change was met. */
typedef struct KnownRelation
{
	Oid relation; /* the key */
	Oid parent;   /* of a leaf, else itself */
	bool stale;
	MemoryContext context; /* of `table`; NULL where that is */
	StreamedTable *table;  /* NULL: no changes of it are wanted */
} KnownRelation;

static HTAB *known; /* NULL: this process does not decode */
static MemoryContext known_context;
static const PluginOptions *wanted;
static bool may_read_all; /* a superuser now, who may have been none, or not there, at a change */
static List *refused;     /* relations whose stream is disabled, and which the role may not read */

/* What an error has ended may be freed after the next decoding has begun. */
static void
ForgetAll(void *tables)
{
	if (known == tables)
		known = NULL;
}

static void
MarkStale(Datum argument, Oid relation)
{
	HASH_SEQ_STATUS status;
	KnownRelation *entry;

	if (known == NULL)
		return;
	hash_seq_init(&status, known);
	while ((entry = hash_seq_search(&status)) != NULL)
		if (!OidIsValid(relation) || entry->relation == relation || entry->parent == relation)
			entry->stale = true;
}

/* Who is a member of a role that may read counts as it was at a change, too. */
static void
MarkAllStale(Datum argument, int cache, uint32 hash)
{
	MarkStale(argument, InvalidOid);
}

static ChangeAccess
AccessOf(Oid relation)
{
	return may_read_all ? CHANGES_READABLE : ChangeAccessOf(relation);
}

/* `detail` has a place for the role. */
pg_noreturn static void
RaiseMayNotRead(Bytes name, const char *detail)
{
	const char *role = GetUserNameFromId(GetUserId(), true);

	if (role == NULL) /* made after the change */
		role = "of this session";
	ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
	                errmsg("permission denied for the changes of table \"%.*s\"", BYTES_ARGS(name)),
	                errdetail(detail, role),
	                errhint("The option \"tables\" names those whose changes are wanted.")));
}

static void
CheckMayRead(Oid relation, Bytes name)
{
	ChangeAccess access = AccessOf(relation);

	if (access != CHANGES_READABLE)
		RaiseMayNotRead(name, access == CHANGES_NEED_SELECT
		                          ? "Role \"%s\" lacks SELECT on the table."
		                          : "The table's row-level security applies to role \"%s\".");
}

/* A disabled stream may have left changes, or none that are still to be read. */
static void
CheckNow(Oid relation, Bytes name, Jsonb *stream, void *context)
{
	MemoryContext caller;

	if (!PluginOptionsHaveTable(wanted, name) || get_rel_relkind(relation) == '\0')
		return;
	if (StreamIsEnabled(StreamFromJsonb(stream, NULL)))
		CheckMayRead(relation, name);
	if (AccessOf(relation) == CHANGES_READABLE)
		return;
	caller = MemoryContextSwitchTo(context);
	refused = lappend_oid(refused, relation);
	MemoryContextSwitchTo(caller);
}

/* A walsender decodes outside of transactions. */
static void
CheckTablesOfNow(MemoryContext context)
{
	MemoryContext caller = CurrentMemoryContext;
	bool own = !IsTransactionState();

	if (own)
		StartTransactionCommand();
	may_read_all = superuser();
	refused = NIL;
	if (!may_read_all)
		CatalogVisitStreams(CheckNow, context);
	if (own)
		CommitTransactionCommand();
	MemoryContextSwitchTo(caller);
}

void
StreamedTablesStart(MemoryContext context, const PluginOptions *options)
{
	static bool registered = false;
	HASHCTL control = { .keysize = sizeof(Oid),
		                .entrysize = sizeof(KnownRelation),
		                .hcxt = context };
	MemoryContextCallback *callback =
	    MemoryContextAllocZero(context, sizeof(MemoryContextCallback));

	wanted = options;
	CheckTablesOfNow(context);
	if (!registered)
	{
		CacheRegisterRelcacheCallback(MarkStale, (Datum) 0);
		CacheRegisterSyscacheCallback(AUTHMEMROLEMEM, MarkAllStale, (Datum) 0);
	}
	registered = true;
	known_context = context;
	known = hash_create("tables of decoded changes", 64, &control,
	                    HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	callback->func = ForgetAll;
	callback->arg = known;
	MemoryContextRegisterResetCallback(context, callback);
}

/* A stream as the catalog's row of its table has it. */
typedef struct StreamRead
{
	Jsonb *kept;
	KeySchema key;
	TableStream *stream;
} StreamRead;

static void
ReadStream(void *state)
{
	StreamRead *read = state;

	read->stream = StreamFromJsonb(read->kept, &read->key);
}

/* One broken row keeps no other table's changes from the log. False where it is. */
static bool
TryReadStream(StreamRead *read)
{
	if (wanted->hidden)
		return Guard(ReadStream, read, ErrorIsCorruption) == NULL;
	ReadStream(read);
	return true;
}

/* In the current context; NULL where no changes are wanted. */
static StreamedTable *
ReadTable(Oid relation)
{
	StreamedTable *table = palloc0_object(StreamedTable);
	StreamRead read = { 0 };
	const TableStream *stream;

	table->relation = relation;
	if (!CatalogReadStream(relation, &table->name, &read.kept) ||
	    !PluginOptionsHaveTable(wanted, table->name))
		return NULL;
	if (!TryReadStream(&read))
	{
		table->unreadable = true;
		table->label = BROKEN_ANY_LABEL;
		return table;
	}
	table->key = read.key;
	stream = read.stream;
	if (!(wanted->hidden ? stream->enabled : StreamIsEnabled(stream)))
		return NULL;
	if (list_member_oid(refused, relation))
		RaiseMayNotRead(table->name, "Role \"%s\" may not read the table now.");
	CheckMayRead(relation, table->name);
	table->view = wanted->any_view ? wanted->view : stream->view;
	table->label = stream->label;
	table->arn = StreamArn(table->name, StreamLabel(stream));
	return table;
}

/* An error ends decoding, and the entry with it. */
static void
Fill(KnownRelation *entry, Relation relation)
{
	MemoryContext caller = CurrentMemoryContext;

	entry->parent = relation->rd_rel->relispartition ? get_partition_parent(entry->relation, true)
	                                                 : entry->relation;
	if (entry->context != NULL)
		MemoryContextDelete(entry->context);
	entry->table = NULL;
	entry->context =
	    AllocSetContextCreate(known_context, "table of decoded changes", ALLOCSET_SMALL_SIZES);
	MemoryContextSwitchTo(entry->context);
	entry->stale = false; /* reading the catalogs may invalidate it again */
	entry->table = ReadTable(entry->parent);
	MemoryContextSwitchTo(caller);
	if (entry->table == NULL)
	{
		MemoryContextDelete(entry->context);
		entry->context = NULL;
	}
}

/* Most relations are not, and looking in the catalog reads all of it. */
static bool
MayBeOfTable(Form_pg_class relation)
{
	return relation->relkind == RELKIND_PARTITIONED_TABLE ||
	       (relation->relispartition && relation->relam != HEAP_TABLE_AM_OID);
}

const StreamedTable *
StreamedTableOf(Relation relation)
{
	Oid oid = RelationGetRelid(relation);
	KnownRelation *entry;
	bool found;

	if (!MayBeOfTable(relation->rd_rel))
		return NULL;
	entry = hash_search(known, &oid, HASH_ENTER, &found);
	if (!found)
		*entry = (KnownRelation){ .relation = oid, .stale = true };
	if (entry->stale)
		Fill(entry, relation);
	return entry->table;
}
