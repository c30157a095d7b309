/*
 * A Query or a Scan that has been checked and is ready to be read.
 */
#ifndef DYNAMO_PREPARED_READ_H
#define DYNAMO_PREPARED_READ_H

#include "operation/read/page.h"

/* Is not copied: it points into itself. */
typedef struct PreparedRead
{
	PageRequest page;
	Selection selection;
	RangeQuery query; /* of a Query */
	SegmentScan scan; /* of a Scan */
	Bytes purpose;    /* as StartKeyOfQuery and StartKeyOfScan make it */
} PreparedRead;

/* For the operation that the context's authorization is of. Each raises what the operation does. */
extern void QueryPrepare(const OperationContext *context, const Structure *request,
                         PreparedRead *read);
extern void ScanPrepare(const OperationContext *context, const Structure *request,
                        PreparedRead *read);

/* Where the items come from. The caller closes it. */
extern ItemCursor *QueryCursor(const PreparedRead *read);
extern ItemCursor *ScanCursor(const PreparedRead *read);

#endif
