/*
 * Scan keys on the columns of dynamo's indexes. The comparison functions are
 * PostgreSQL's own for text, numeric and bytea; a backend looks them up once.
 */
#include "postgres.h"

#include "access/skey.h"
#include "catalog/pg_collation.h"
#include "utils/fmgroids.h"
#include "utils/memutils.h"

#include "compat.h"
#include "storage/index/column_key.h"

#define COLUMN_TYPES 3

typedef struct ColumnType
{
	Oid collation;
	Oid functions[BTMaxStrategyNumber + 1]; /* by strategy; 0 is the three-way comparison */
} ColumnType;

static const ColumnType column_types[COLUMN_TYPES] = {
	[ATTRIBUTE_S] = { C_COLLATION_OID,
	                  { F_BTTEXTCMP, F_TEXT_LT, F_TEXT_LE, F_TEXTEQ, F_TEXT_GE, F_TEXT_GT } },
	[ATTRIBUTE_N] = { InvalidOid,
	                  { F_NUMERIC_CMP, F_NUMERIC_LT, F_NUMERIC_LE, F_NUMERIC_EQ, F_NUMERIC_GE,
	                    F_NUMERIC_GT } },
	[ATTRIBUTE_B] = { InvalidOid,
	                  { F_BYTEACMP, F_BYTEALT, F_BYTEALE, F_BYTEAEQ, F_BYTEAGE, F_BYTEAGT } },
};

/* Built-in functions keep no state, so the entries serve every scan of the backend. */
static FmgrInfo *
ColumnFunction(AttributeType type, int strategy)
{
	static FmgrInfo functions[COLUMN_TYPES][BTMaxStrategyNumber + 1];
	FmgrInfo *function = &functions[type][strategy];

	if (!OidIsValid(function->fn_oid))
		fmgr_info_cxt(column_types[type].functions[strategy], function, TopMemoryContext);
	return function;
}

static void
KeyInit(ScanKey key, int flags, AttrNumber column, AttributeType type, StrategyNumber strategy,
        int function, Datum value)
{
	ScanKeyEntryInitializeWithInfo(key, flags, column, strategy, InvalidOid,
	                               column_types[type].collation, ColumnFunction(type, function),
	                               value);
}

void
ColumnKeyInit(ScanKey key, AttrNumber column, AttributeType type, StrategyNumber strategy,
              Datum value)
{
	KeyInit(key, 0, column, type, strategy, strategy, value);
}

void
RowKeyInit(ScanKey key, ScanKey members, AttrNumber column, int count, const AttributeType *types,
           StrategyNumber strategy, const Datum *values)
{
	/* btree knows no row comparison of one member. */
	if (count == 1)
	{
		ColumnKeyInit(key, column, types[0], strategy, values[0]);
		return;
	}
	for (int i = 0; i < count; i++)
		KeyInit(&members[i], SK_ROW_MEMBER, column + i, types[i], strategy, 0, values[i]);
	members[count - 1].sk_flags |= SK_ROW_END;

	MemSet(key, 0, sizeof(ScanKeyData));
	key->sk_flags = SK_ROW_HEADER;
	key->sk_attno = column;
	key->sk_strategy = strategy;
	key->sk_argument = PointerGetDatum(members);
}

/* Whether a text or bytea has its bytes in its place, neither compressed nor out of line. */
static bool
IsPlain(Datum column)
{
	return !VARATT_IS_COMPRESSED(DatumGetPointer(column)) &&
	       !VARATT_IS_EXTERNAL(DatumGetPointer(column));
}

/* The order of bytea, and of text in COLLATE "C". */
static int
CompareBytes(Datum a, Datum b)
{
	int length_a = VARSIZE_ANY_EXHDR(DatumGetPointer(a));
	int length_b = VARSIZE_ANY_EXHDR(DatumGetPointer(b));
	int order = memcmp(VARDATA_ANY(DatumGetPointer(a)), VARDATA_ANY(DatumGetPointer(b)),
	                   Min(length_a, length_b));

	return order != 0 ? order : length_a - length_b;
}

int
ColumnCompare(AttributeType type, Datum a, Datum b)
{
	if (type != ATTRIBUTE_N && IsPlain(a) && IsPlain(b))
		return CompareBytes(a, b);
	return DatumGetInt32(
	    FunctionCall2Coll(ColumnFunction(type, 0), column_types[type].collation, a, b));
}
