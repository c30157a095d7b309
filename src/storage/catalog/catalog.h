/*
 * Rows of dynamo.table_catalog, one a table.
 *
 * Rows are read under a snapshot of the moment, as system catalogs are, and
 * written with simple heap operations: roles need no privilege on the catalog
 * itself. A writer holds ShareUpdateExclusiveLock on the table's relation, so
 * rows never change under it; a creator holds LockTableName.
 */
#ifndef DYNAMO_CATALOG_H
#define DYNAMO_CATALOG_H

#include "storage/relation/table.h"

#include "access/htup.h"
#include "nodes/pg_list.h"
#include "utils/relcache.h"

typedef struct CatalogRow
{
	Bytes name;
	pg_uuid_t id;
	Oid relation;
	int leaf_count;
	Oid *leaves;
	TimestampTz created;
	ResourceStatus status;
	Jsonb *definition;
	Jsonb *settings; /* NULL: none */
	Jsonb *stream;   /* the same */
} CatalogRow;

/*
 * A row as a tuple of the catalog, whose columns CatalogCheckColumns checks, and back, palloc'd
 * members. A row need not be one of ours: what is wrong raises data_corrupted.
 */
extern void CatalogCheckColumns(Relation catalog);
extern void CatalogRowOfTuple(TupleDesc descriptor, HeapTuple tuple, CatalogRow *row);
/* A regclass[] of them; palloc'd. */
extern Datum OidsToArray(const Oid *oids, int count);

extern HeapTuple CatalogRowToTuple(TupleDesc descriptor, const CatalogRow *row);

/* Whether the extension is installed in this database. Where not, the others raise an error. */
extern bool CatalogExists(void);

/* The row of this name, palloc'd members; false where there is none. */
extern bool CatalogRead(Bytes name, CatalogRow *row);

/* The name of the table whose relation this is; palloc'd. */
extern bool CatalogFindRelation(Oid relation, Bytes *name);

/*
 * The name, and the kept stream, of the table whose relation this is, palloc'd; false where it has
 * never had one. Reads under the catalogs' snapshot, in decoding the historic one, and no value
 * that could lie out of line.
 */
extern bool CatalogReadStream(Oid relation, Bytes *name, Jsonb **stream);

/* Calls `visit` for each table that has or had a stream, likewise. */
typedef void (*StreamVisitor)(Oid relation, Bytes name, Jsonb *stream, void *argument);
extern void CatalogVisitStreams(StreamVisitor visit, void *argument);

/* The relation of the table of this id, or InvalidOid. */
extern Oid CatalogRelationOfId(const pg_uuid_t *id);

/* The names of rows in order, those after `after` (data NULL: from the first). */
extern Bytes *CatalogNames(Bytes after, int limit, int *count);

/* The names of all rows, those whose relation is gone too: a list of palloc'd Bytes, in order. */
extern List *CatalogAllNames(void);

/* How many rows name the relation: more than one where a superuser has written them. */
extern int CatalogCountRows(Oid relation);

/*
 * Calls `visit`, which holds nothing but memory, for the row of each table whose relation exists;
 * its members are palloc'd. A row that raises DATA_CORRUPTED is skipped with a WARNING.
 */
typedef void (*CatalogVisitor)(const CatalogRow *row, void *argument);
extern void CatalogVisit(CatalogVisitor visit, void *argument);

/*
 * Deletes the row of a relation that has been dropped, if there is one; the oids of the leaves that
 * it named, palloc'd.
 */
extern List *CatalogForget(Oid relation);

/*
 * Finds a table whose relation exists and one of whose leaves is among the relations, whose oids
 * are in order. Its name is palloc'd. Reads every row.
 */
extern bool CatalogFindLeaf(const Oid *relations, int count, Bytes *name);

/* Deletes a row of a table of ours, unless another transaction has. */
extern void CatalogDeleteRow(Relation catalog, HeapTuple row);

/*
 * Locks the name until the transaction ends, and raises ResourceInUseException where a table has
 * it. The row that a table dropped by plain SQL left behind does not count, and goes.
 */
extern void CatalogClaimName(Bytes name);

/* Makes the row of a table that is new, with an id of its own. */
extern void CatalogInsertTable(const TableDefinition *definition, Oid relation, Oid *leaves,
                               ResourceStatus status, int next_index);
/* Replaces the row of this name; other backends drop what they cached of the table. */
extern void CatalogUpdate(const CatalogRow *row);
extern void CatalogDelete(Bytes name);

#endif
