/*
 * See row_sink.h.
 */
#include "operation/read/row_sink.h"

#include "item/encoding.h"

#include "utils/tuplestore.h"

void
RowSinkAdd(RowSink *sink, const ItemView *item, const BoundExpression *projection)
{
	ReturnSetInfo *result = sink->result;
	AttributeValue map;
	bool null = false;
	Datum value;

	if (projection == NULL && item->stored != NULL)
		value = JsonbPGetDatum(item->stored);
	else
	{
		map = projection != NULL ? ProjectionApply(projection, item) : *item->map;
		value = JsonbPGetDatum(ItemEncode(&map));
	}
	tuplestore_putvalues(result->setResult, result->setDesc, &value, &null);
	sink->count++;
}

bool
RowSinkIsFull(const RowSink *sink)
{
	return sink->limit > 0 && sink->count >= sink->limit;
}

static void
Take(ItemSink *sink, const ItemView *item, const BoundExpression *projection)
{
	RowSinkAdd((RowSink *) sink, item, projection);
}

static bool
IsFull(const ItemSink *sink)
{
	return RowSinkIsFull((const RowSink *) sink);
}

void
RowSinkInit(RowSink *sink, ReturnSetInfo *result, int64 limit)
{
	*sink = (RowSink){ { .take = Take, .is_full = IsFull }, result, limit };
}
