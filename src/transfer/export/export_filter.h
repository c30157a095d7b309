/*
 * FilterSpecification: which items an export has, and what of them.
 */
#ifndef DYNAMO_EXPORT_FILTER_H
#define DYNAMO_EXPORT_FILTER_H

#include "expr/expression.h"
#include "storage/relation/table.h"

/* Each NULL where there is none. */
typedef struct ExportFilter
{
	BoundExpression *key;
	BoundExpression *filter;
	BoundExpression *projection;
} ExportFilter;

/*
 * Binds the JSON of a FilterSpecification (data NULL: none) to a table, in the current context.
 * Raises ValidationException. The caller may see the whole table.
 */
extern ExportFilter ExportFilterBind(Bytes specification, const Table *table);

/* Whether the export has the item. */
extern bool ExportFilterTakes(const ExportFilter *filter, const Jsonb *item);

#endif
