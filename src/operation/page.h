/*
 * One page of a Query or Scan: items evaluated up to Limit or 1 MB, those that
 * pass the filter written to the response.
 */
#ifndef DYNAMO_PAGE_H
#define DYNAMO_PAGE_H

#include "item/json.h"
#include "operation/select.h"
#include "storage/read.h"

typedef struct PageRequest
{
	const JsonNode *request;
	Table *table;
	const TableIndex *index;
	SelectKind select;
	BoundExpression *projection; /* NULL: none */
	BoundExpression *filter;     /* NULL: none */
} PageRequest;

/*
 * The request's index, checked to be readable as the request wants it; NULL
 * where it reads the table.
 */
extern const TableIndex *PageIndex(const JsonNode *request, const Table *table);

/* What the page selects; to be settled before conditions are checked. */
extern Selection PageSelection(const PageRequest *page);

/* Reads the page from the cursor, closes it, and writes the response. */
extern void PageWrite(const PageRequest *page, const Selection *selection, ItemCursor *cursor,
                      JsonWriter *response);

#endif
