/*
 * The service lists the attributes in the order of a hash set: all recorded orders fit that.
 */
#include "operation/read/filter_projection.h"

#include "compat.h"
#include "error/error.h"
#include "item/hash_order.h"

void
FilterCheckProjected(const Table *table, const TableIndex *index, const BoundExpression *filter)
{
	IndexProjection projection = IndexProjectionOf(table, index);
	int count;
	Bytes *names = ExpressionAttributes(filter, &count);
	Bytes *missing = palloc_array(Bytes, Max(count, 1));
	int missing_count = 0;

	for (int i = 0; i < count && !projection.all; i++)
		if (!IndexProjects(&projection, names[i]))
			missing[missing_count++] = names[i];
	if (missing_count > 0)
		ValidationError(TEXT_FILTER_NOT_PROJECTED, BYTES_ARGS(index->name),
		                NamesInHashOrder(missing, missing_count));
}
