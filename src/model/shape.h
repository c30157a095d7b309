/*
 * The shapes of the service model as data: types, required members, lengths,
 * ranges, patterns and sets of values. shapes.c makes them of the .def files.
 */
#ifndef DYNAMO_SHAPE_H
#define DYNAMO_SHAPE_H

#include "item/value.h"

typedef enum ShapeType
{
	SHAPE_STRING,
	SHAPE_INTEGER,
	SHAPE_LONG,
	SHAPE_BOOLEAN,
	SHAPE_BLOB,
	SHAPE_TIME,
	SHAPE_DOUBLE,
	SHAPE_LIST,
	SHAPE_MAP,
	SHAPE_STRUCTURE,
	SHAPE_UNION /* the attribute value, which has one of its members */
} ShapeType;

/* Each member of the model, whichever structures have it. */
typedef enum MemberId
{
	MEMBER_NONE,
#define MEMBER(kind, id, name) MEMBER_##id,
#include "model/members.def"
#undef MEMBER
	MEMBER_COUNT
} MemberId;

/* The name that the API gives it. */
extern const char *MemberName(MemberId id);

typedef struct Shape Shape;
typedef struct Structure Structure;

typedef struct ShapeMember
{
	Bytes name;
	const Shape *shape;
	bool required;
} ShapeMember;

#define SHAPE_ANY PG_INT64_MIN /* no limit */

struct Shape
{
	const char *name;
	ShapeType type;
	int64 min; /* of characters, elements, entries or the number itself */
	int64 max;
	bool name_characters;       /* letters, digits, '_', '.' and '-' only */
	bool in_bytes;              /* a string's length is that of its UTF-8 */
	bool shown_as_json;         /* where a message shows a value of it */
	bool table;                 /* the name of a table, or its ARN */
	const char *values;         /* of an enum, separated by ", " */
	const Shape *key;           /* of a map */
	const Shape *element;       /* of a list or map */
	const ShapeMember *members; /* of a structure, in the order of its slots, or a union */
	int member_count;
	const uint16 *slots; /* by MemberId: a structure's slot, counted from first_slot; else 0 */
	int first_slot;
	const Structure *empty; /* one without any member */
};

/* The input of each operation. */
#define SHAPE(name) extern const Shape shape_##name
SHAPE(BatchExecuteStatementInput);
SHAPE(BatchGetItemInput);
SHAPE(BatchWriteItemInput);
SHAPE(CancelBulkOperationInput);
SHAPE(CreateBackupInput);
SHAPE(CreateTableInput);
SHAPE(DeleteBackupInput);
SHAPE(DeleteItemInput);
SHAPE(DeleteResourcePolicyInput);
SHAPE(DeleteTableInput);
SHAPE(DescribeBackupInput);
SHAPE(DescribeBulkOperationInput);
SHAPE(DescribeContinuousBackupsInput);
SHAPE(DescribeContributorInsightsInput);
SHAPE(DescribeEndpointsRequest);
SHAPE(DescribeImportInput);
SHAPE(DescribeKinesisStreamingDestinationInput);
SHAPE(DescribeExportInput);
SHAPE(DescribeLimitsInput);
SHAPE(DescribeStreamInput);
SHAPE(DescribeTableInput);
SHAPE(DescribeTimeToLiveInput);
SHAPE(ExecuteStatementInput);
SHAPE(ExecuteTransactionInput);
SHAPE(ExportTableToPointInTimeInput);
SHAPE(GetItemInput);
SHAPE(GetRecordsInput);
SHAPE(GetResourcePolicyInput);
SHAPE(GetShardIteratorInput);
SHAPE(ImportTableInput);
SHAPE(KinesisStreamingDestinationInput);
SHAPE(ListBackupsInput);
SHAPE(ListContributorInsightsInput);
SHAPE(ListExportsInput);
SHAPE(ListImportsInput);
SHAPE(ListBulkOperationsInput);
SHAPE(ListStreamsInput);
SHAPE(ListTablesInput);
SHAPE(ListTagsOfResourceInput);
SHAPE(PutItemInput);
SHAPE(PutResourcePolicyInput);
SHAPE(QueryInput);
SHAPE(RestoreTableFromBackupInput);
SHAPE(RestoreTableToPointInTimeInput);
SHAPE(ScanInput);
SHAPE(SearchVectorsInput);
SHAPE(StartBulkPutItemsInput);
SHAPE(TagResourceInput);
SHAPE(TransactGetItemsInput);
SHAPE(TransactWriteItemsInput);
SHAPE(UntagResourceInput);
SHAPE(UpdateContinuousBackupsInput);
SHAPE(UpdateContributorInsightsInput);
SHAPE(UpdateItemInput);
SHAPE(UpdateKinesisStreamingDestinationInput);
SHAPE(UpdateTableInput);
SHAPE(UpdateTimeToLiveInput);
SHAPE(RegisterScalableTargetRequest);
SHAPE(DeregisterScalableTargetRequest);
SHAPE(DescribeScalableTargetsRequest);
SHAPE(PutScalingPolicyRequest);
SHAPE(DeleteScalingPolicyRequest);
SHAPE(DescribeScalingPoliciesRequest);
SHAPE(DescribeScalingActivitiesRequest);
SHAPE(ListTagsForResourceRequest);
SHAPE(ScalingTagResourceRequest);
SHAPE(ScalingUntagResourceRequest);

/* Those of the console's. */
SHAPE(AccessKeyInput);
SHAPE(ConsoleListInput);
SHAPE(ConsolePolicyInput);
SHAPE(DeleteDeadLettersInput);
SHAPE(ExplainStatementInput);
SHAPE(ListOfTriggerInput);
SHAPE(ListTriggersInput);
SHAPE(MetricsHistoryInput);
SHAPE(PutPolicyInput);
SHAPE(ReplayTriggerInput);
SHAPE(RolePolicyInput);
SHAPE(SimulatePolicyInput);
SHAPE(TriggerInput);
#undef SHAPE

#endif
