/*
 * One page of items: evaluated up to a limit, 1 MB, or what an answer holds, those that pass the
 * filter given to the caller, as a rule in the response.
 */
#ifndef DYNAMO_PAGE_H
#define DYNAMO_PAGE_H

#include "model/structure.h"
#include "operation/access/table_access.h"
#include "operation/throughput/capacity.h"
#include "operation/read/select.h"
#include "storage/read/read.h"

typedef struct PageRequest
{
	Bytes table_name; /* as the request spells it */
	Table *table;
	const TableIndex *index;
	bool consistent;
	const ItemKey *key; /* the item that is read, or the range; NULL: neither is known */
	const RangeQuery *range;
	int64 limit; /* items to be evaluated; 0: any number */
	CapacityDetail detail;
	SelectKind select;
	BoundExpression *projection; /* NULL: none */
	BoundExpression *filter;     /* NULL: none */
} PageRequest;

/*
 * Where a page's items come from. They may come in parts, each of which is a
 * read of its own: what it consumes is rounded up.
 */
typedef struct ItemSource ItemSource;
struct ItemSource
{
	/*
	 * The next item, or NULL at the end or, with limit.row set, where as many rows as
	 * the limit allows have been passed over. Good until the next call.
	 */
	const Jsonb *(*next)(ItemSource *source);
	int part_count;
	int part;       /* that the last item belongs to */
	int parts_read; /* that have been read, or begun */
	PassingLimit limit;
};

/* Where a page's items go. */
typedef struct ItemSink ItemSink;
struct ItemSink
{
	/* Takes one item, in a context that is reset after it. */
	void (*take)(ItemSink *sink, const ItemView *item, const BoundExpression *projection);
	/* Whether the page is to end with the item taken last; NULL: the sink takes any number. */
	bool (*is_full)(const ItemSink *sink);
};

/* The items of a cursor, in one part. */
typedef struct CursorSource
{
	ItemSource source;
	ItemCursor *cursor;
} CursorSource;

/* `source` stays where it is until the cursor is closed. */
extern void CursorSourceInit(CursorSource *source, ItemCursor *cursor);

/* What became of a page. */
typedef struct PageResult
{
	int64 scanned;
	int64 matched;
	const Jsonb *last; /* the item that filled the page; NULL: the items came to their end */
	bool hidden;       /* that one may be hidden from the role, and is none of the page's */
	ConsumedCapacity consumed;
} PageResult;

/* What the parameters that Query and Scan have in common say; finds no table yet. */
extern PageRequest PageRequestOf(const Structure *request);

/*
 * Opens the page's table, or its index of this name (data NULL: none), which is checked to be
 * readable as the page wants it. `wanted` says of the action what the page does not.
 */
extern TableAccess PageOpen(const OperationContext *context, PageRequest *page, Bytes index,
                            AccessRequest wanted);

/* The same without the index, whose name policies are told. */
extern TableAccess PageOpenTable(const OperationContext *context, PageRequest *page, Bytes index,
                                 AccessRequest wanted);

/*
 * The index of the page's table that has the name, checked to be readable as the page wants it;
 * NULL where the name's data is.
 */
extern const TableIndex *PageIndex(const PageRequest *page, Bytes name);

/* What the page selects; to be settled before conditions are checked. */
extern Selection PageSelection(const PageRequest *page);

/*
 * Reads a page and gives its items to the sink (NULL: they are only counted).
 * Another page of the same source goes on where this one ended.
 */
extern PageResult PageRead(const PageRequest *page, const Selection *selection, ItemSource *source,
                           ItemSink *sink);

/* The same; writes the items as an array, but for SELECT_COUNT. */
extern PageResult PageReadJson(const PageRequest *page, const Selection *selection,
                               ItemSource *source, JsonWriter *writer);

/*
 * Reads the page from the cursor, closes it, and writes the response of a Query or
 * Scan. `purpose` is as StartKeyOfQuery and StartKeyOfScan make it.
 */
extern void PageWrite(const PageRequest *page, const Selection *selection, ItemCursor *cursor,
                      Bytes purpose, JsonWriter *response);

#endif
