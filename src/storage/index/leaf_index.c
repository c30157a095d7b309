/*
 * Finds a leaf's indexes by their names.
 *
 * Storage reads and writes their entries without PostgreSQL's executor, and
 * trusts the key's to be unique. So what has the name must be the index that
 * dynamo makes: its definition is compared with that of the table, part by part.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_index.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "nodes/makefuncs.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "text/escape.h"
#include "item/key.h"
#include "storage/query/ddl.h"
#include "storage/index/index_ddl.h"
#include "storage/index/index_layout.h"
#include "storage/relation/key_expression.h"
#include "storage/index/leaf_index.h"
#include "storage/vector/vector_index.h"

/* What the catalog says of an index; in the memory of the look-up. */
typedef struct StoredIndex
{
	HeapTuple row; /* of pg_index */
	Form_pg_index form;
	const oidvector *classes;
	const oidvector *collations;
	const int2vector *options;
	List *expressions;
	List *predicate; /* implicitly AND */
} StoredIndex;

static bool
IsBtree(Oid index)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(index));
	bool btree;

	if (!HeapTupleIsValid(tuple))
		return false;
	btree = ((Form_pg_class) GETSTRUCT(tuple))->relam == BTREE_AM_OID;
	ReleaseSysCache(tuple);
	return btree;
}

static void *
ReadVector(const StoredIndex *stored, AttrNumber column)
{
	bool null;

	return DatumGetPointer(SysCacheGetAttr(INDEXRELID, stored->row, column, &null));
}

/* NULL where the index has none. */
static Node *
ReadTree(const StoredIndex *stored, AttrNumber column)
{
	bool null;
	Datum tree = SysCacheGetAttr(INDEXRELID, stored->row, column, &null);

	return null ? NULL : stringToNode(TextDatumGetCString(tree));
}

static void
ReadIndex(StoredIndex *stored)
{
	stored->form = (Form_pg_index) GETSTRUCT(stored->row);
	stored->classes = ReadVector(stored, Anum_pg_index_indclass);
	stored->collations = ReadVector(stored, Anum_pg_index_indcollation);
	stored->options = ReadVector(stored, Anum_pg_index_indoption);
	stored->expressions = (List *) ReadTree(stored, Anum_pg_index_indexprs);
	stored->predicate = make_ands_implicit((Expr *) ReadTree(stored, Anum_pg_index_indpred));
}

/* Where there is no item, since its owner has renamed it, LeafItemColumn says so. */
static bool
IsItemColumn(const StoredIndex *stored, AttrNumber column)
{
	AttrNumber item = get_attnum(stored->form->indrelid, "item");

	return column == item || get_atttype(stored->form->indrelid, item) != JSONBOID;
}

static bool
IsNamed(const KeyExpressionPart *part, Bytes name)
{
	Bytes plain;

	return UnescapeName(BytesFromCString(part->name), &plain) && BytesEqual(plain, name);
}

/* Whether the expression is the attribute's column. */
static bool
IsAttribute(const StoredIndex *stored, Node *node, const IndexLayout *layout, int number)
{
	AttributeType type = layout->types[number];
	int limit = type == ATTRIBUTE_N ? KEY_COLUMN_LIMIT : layout->limit;
	KeyExpressionPart parts[2];
	AttrNumber column;
	int part_count;

	return KeyExpressionParse(node, &column, parts, &part_count) && IsItemColumn(stored, column) &&
	       parts[0].type == type && parts[0].limit == limit &&
	       IsNamed(&parts[0], layout->names[number]);
}

/* Whether the expression is key_suffix of the table's key. */
static bool
IsSuffix(const StoredIndex *stored, Node *node, const KeySchema *key)
{
	KeyExpressionPart parts[2];
	AttrNumber column;
	int part_count;

	return KeyExpressionParse(node, &column, parts, &part_count) && IsItemColumn(stored, column) &&
	       parts[0].type == ANY_KEY_TYPE && part_count == 1 + key->sort_count &&
	       IsNamed(&parts[0], key->partition[0].name) &&
	       (key->sort_count == 0 || IsNamed(&parts[1], key->sort[0].name));
}

/* Whether the column has the order in which storage takes it to be: ascending, nulls last. */
static bool
HasOrder(const StoredIndex *stored, int number, AttributeType type)
{
	Oid sql_type = KeyColumnType(type);
	Oid family = lookup_type_cache(sql_type, TYPECACHE_BTREE_OPFAMILY)->btree_opf;
	Oid class = stored->classes->values[number];

	return get_atttype(stored->form->indexrelid, number + 1) == sql_type &&
	       get_opclass_family(class) == family && get_opclass_input_type(class) == sql_type &&
	       stored->collations->values[number] == (type == ATTRIBUTE_S ? C_COLLATION_OID : 0) &&
	       stored->options->values[number] == 0;
}

static bool
HasColumns(const StoredIndex *stored, const IndexLayout *layout)
{
	if (stored->form->indnatts != layout->column_count ||
	    stored->form->indnkeyatts != layout->column_count ||
	    list_length(stored->expressions) != layout->column_count)
		return false;
	for (int i = 0; i < layout->column_count; i++)
	{
		Node *node = list_nth(stored->expressions, i);

		if (!HasOrder(stored, i, layout->types[i]))
			return false;
		if (i < layout->attribute_count ? !IsAttribute(stored, node, layout, i)
		                                : !IsSuffix(stored, node, &layout->table->definition.key))
			return false;
	}
	return true;
}

static bool
IsNotNull(const StoredIndex *stored, Node *node, const IndexLayout *layout, int number)
{
	const NullTest *test = (const NullTest *) node;

	return IsA(node, NullTest) && test->nulltesttype == IS_NOT_NULL && !test->argisrow &&
	       IsAttribute(stored, (Node *) test->arg, layout, number);
}

/* `index` is not the table's key. */
static bool
HasPredicate(const StoredIndex *stored, const IndexLayout *layout, const TableIndex *index)
{
	const KeySchema *key = &layout->table->definition.key;
	int found = 0;

	for (int i = 0; i < layout->attribute_count; i++)
	{
		if (!index->of_expiry && !KeyAttributeMayBeAbsent(layout->names[i], key))
			continue;
		if (found == list_length(stored->predicate) ||
		    !IsNotNull(stored, list_nth(stored->predicate, found), layout, i))
			return false;
		found++;
	}
	return found == list_length(stored->predicate);
}

/* Whether each entry is of one row, every row has one, and all writers heed it. */
static bool
IsKey(const StoredIndex *stored)
{
	const FormData_pg_index *form = stored->form;

	return form->indisunique && form->indimmediate && form->indisvalid && form->indisready &&
	       stored->predicate == NIL;
}

/* --- indexes of vectors --- */

static bool
IsVectorCode(const StoredIndex *stored, Node *node, const VectorForm *form)
{
	VectorForm found;
	AttrNumber column;

	return VectorExpressionParse(node, &column, &found) && IsItemColumn(stored, column) &&
	       strcmp(VectorFormText(&found), VectorFormText(form)) == 0;
}

/* Whether the column holds codes, in the order of their type. */
static bool
HoldsCodes(const StoredIndex *stored, int number)
{
	Oid type = VectorCodeType();

	return OidIsValid(type) && get_atttype(stored->form->indexrelid, number + 1) == type &&
	       stored->classes->values[number] == GetDefaultOpClass(type, BTREE_AM_OID) &&
	       stored->options->values[number] == 0;
}

/* Only the HASH attribute, if there is one. */
static IndexLayout
HashLayout(const Table *table, const TableIndex *index)
{
	IndexLayout layout = { .table = table, .limit = VECTOR_HASH_LIMIT };

	layout.attribute_count = layout.column_count = index->key.partition_count;
	layout.names[0] = index->key.partition[0].name;
	layout.types[0] = index->key.partition[0].type;
	return layout;
}

static bool
HasVectorPredicate(const StoredIndex *stored, const IndexLayout *hash, const VectorForm *form)
{
	int count = hash->column_count;
	const NullTest *last;

	if (list_length(stored->predicate) != count + 1)
		return false;
	last = llast(stored->predicate);
	return (count == 0 || IsNotNull(stored, linitial(stored->predicate), hash, 0)) &&
	       IsA(last, NullTest) && last->nulltesttype == IS_NOT_NULL && !last->argisrow &&
	       IsVectorCode(stored, (Node *) last->arg, form);
}

static bool
IsVectorIndexOf(const StoredIndex *stored, const Table *table, const TableIndex *index)
{
	IndexLayout hash = HashLayout(table, index);
	const VectorForm *form = &index->vector->form;
	int count = hash.column_count;

	if (stored->form->indisunique || stored->form->indnatts != count + 1 ||
	    stored->form->indnkeyatts != count + 1 || list_length(stored->expressions) != count + 1)
		return false;
	if (count > 0 && (!HasOrder(stored, 0, hash.types[0]) ||
	                  !IsAttribute(stored, linitial(stored->expressions), &hash, 0)))
		return false;
	return HoldsCodes(stored, count) && IsVectorCode(stored, llast(stored->expressions), form) &&
	       HasVectorPredicate(stored, &hash, form);
}

/* --- finding them --- */

static bool
IsIndexOf(StoredIndex *stored, const Table *table, const TableIndex *index)
{
	IndexLayout layout;

	ReadIndex(stored);
	if (index != NULL && index->vector != NULL)
		return IsVectorIndexOf(stored, table, index);
	IndexLayoutInit(&layout, table, index);
	if (!HasColumns(stored, &layout))
		return false;
	return index == NULL ? IsKey(stored)
	                     : !stored->form->indisunique && HasPredicate(stored, &layout, index);
}

static Oid
FindIndex(const Table *table, const TableIndex *index, int leaf)
{
	Oid found =
	    IndexOfLeaf(table->leaves[leaf].relation, LeafIndexNameOf(&table->definition, index, leaf));
	StoredIndex stored;
	bool matches;

	if (!OidIsValid(found) || !IsBtree(found))
		return InvalidOid;
	stored.row = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(found));
	if (!HeapTupleIsValid(stored.row))
		return InvalidOid;
	matches = IsIndexOf(&stored, table, index);
	ReleaseSysCache(stored.row);
	return matches ? found : InvalidOid;
}

/* The trees of expressions are not to stay in the memory of the table. */
Oid
LeafIndexFind(const Table *table, const TableIndex *index, int leaf)
{
	MemoryContext context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo leaf index", ALLOCSET_SMALL_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	Oid found = FindIndex(table, index, leaf);

	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
	return found;
}

static bool
ReadExpiry(StoredIndex *stored, Bytes *attribute)
{
	KeyExpressionPart parts[2];
	AttrNumber column;
	int part_count;

	ReadIndex(stored);
	return list_length(stored->expressions) == 1 &&
	       KeyExpressionParse(linitial(stored->expressions), &column, parts, &part_count) &&
	       parts[0].type == ATTRIBUTE_N && UnescapeName(BytesFromCString(parts[0].name), attribute);
}

bool
LeafIndexReadExpiry(Oid index, Bytes *attribute)
{
	StoredIndex stored = { .row = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index)) };
	bool read;

	if (!HeapTupleIsValid(stored.row))
		return false;
	read = ReadExpiry(&stored, attribute);
	ReleaseSysCache(stored.row);
	return read;
}

bool
LeafIndexIsWhole(Oid index)
{
	HeapTuple row;
	bool whole;

	if (!OidIsValid(index))
		return false;
	row = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	if (!HeapTupleIsValid(row))
		return false;
	whole = ((Form_pg_index) GETSTRUCT(row))->indisvalid;
	ReleaseSysCache(row);
	return whole;
}
