/*
 * dynamo.region_catalog: the other regions that a superuser has made known. Addresses are in no
 * request, and in no view.
 */
#ifndef DYNAMO_REGION_CATALOG_H
#define DYNAMO_REGION_CATALOG_H

#include "postgres.h"

#include "nodes/pg_list.h"
#include "text/bytes.h"

typedef struct KnownRegion
{
	int number;
	char *name;
	char *connection; /* of libpq */
	Oid owner;        /* of tables that come from there */
} KnownRegion;

/* All of them, by number: a list of palloc'd KnownRegion. */
extern List *KnownRegions(void);

/* NULL where there is none. */
extern KnownRegion *RegionNamed(Bytes name);
extern KnownRegion *RegionNumbered(int number);

extern void RegionInsert(const KnownRegion *region);
extern void RegionDelete(int number);

/* How the connection is: `error` NULL: it works, and the other clock is ahead by `skew`. */
extern void RegionNoteContact(int number, int64 skew, const char *error);

#endif
