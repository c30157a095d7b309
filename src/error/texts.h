/*
 * The service's texts, by name, as formats of printf: where the service changes one, it changes
 * here. Code raises them by the macros of error/error.h, and the compiler checks their arguments.
 */
#ifndef DYNAMO_TEXTS_H
#define DYNAMO_TEXTS_H

/* What other texts begin with. */
#define ENVELOPE "1 validation error detected: "
#define INVALID_PARAMETERS "One or more parameter values were invalid: "

/* Numbers. */
#define TEXT_NUMBER_EMPTY "The parameter cannot be converted to a numeric value"
#define TEXT_NUMBER_INVALID "The parameter cannot be converted to a numeric value: %s"
#define TEXT_NUMBER_DIGITS "Attempting to store more than 38 significant digits in a Number"
#define TEXT_NUMBER_OVERFLOW \
	"Number overflow. Attempting to store a number with magnitude larger than supported range"
#define TEXT_NUMBER_UNDERFLOW \
	"Number underflow. Attempting to store a number with magnitude smaller than supported range"

/* Sets and other values. */
#define TEXT_SET_DUPLICATES INVALID_PARAMETERS "Input collection [%s] contains duplicates."
#define TEXT_BINARY_SET_DUPLICATES \
	INVALID_PARAMETERS "Input collection [%s]of type BS contains duplicates."
#define TEXT_NUMBER_SET_DUPLICATES INVALID_PARAMETERS "Input collection contains duplicates."
#define TEXT_NUMBER_SET_DUPLICATES_OLDER "Input collection contains duplicates"
#define TEXT_STRING_SET_EMPTY INVALID_PARAMETERS "An string set  may not be empty"
#define TEXT_NUMBER_SET_EMPTY INVALID_PARAMETERS "An number set  may not be empty"
#define TEXT_BINARY_SET_EMPTY INVALID_PARAMETERS "Binary sets should not be empty"
#define TEXT_NULL_FALSE INVALID_PARAMETERS "Null attribute value types must have the value of true"
#define TEXT_VALUE_EMPTY \
	"Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
#define TEXT_VALUE_SEVERAL_TYPES                                                            \
	"Supplied AttributeValue has more than one datatypes set, must contain exactly one of " \
	"the supported datatypes"
#define TEXT_NESTING                                                                            \
	"Nesting Levels have exceeded supported limits: Attributes in the item have nested levels " \
	"beyond supported limit"

/* Attribute names. */
#define TEXT_NAME_EMPTY "Empty attribute name"
#define TEXT_NAME_TOO_LARGE ENVELOPE "Attribute name is too large, must be less than 65536 bytes"

/* Expressions. */
#define TEXT_PLACEHOLDER_TOO_LONG \
	"%s contains invalid key: The expression attribute map contains a key that is too long;"
#define TEXT_EXPRESSION_SIZE "Expression size has exceeded the maximum allowed size;"
#define TEXT_TYPE_NO_VALUE                                                                \
	"Incorrect operand type for operator or function; operator or function: %s, operand " \
	"type: PATH"
#define TEXT_KEY_CONDITION_TWICE "KeyConditionExpressions must only contain one condition per key"
#define TEXT_KEY_CONDITION_NESTED \
	"KeyConditionExpressions cannot have conditions on nested attributes"
#define TEXT_KEY_CONDITION_NAMES                                                         \
	"Invalid condition in KeyConditionExpression: Multiple attribute names used in one " \
	"condition"
#define TEXT_KEY_CONDITION_NO_NAME \
	"Invalid condition in KeyConditionExpression: No key attribute specified"
#define TEXT_KEY_CONDITION_ORDER                                                               \
	"Invalid condition in KeyConditionExpression: %s operator must have the key attribute as " \
	"its first operand"
#define TEXT_INDEX_KEY_PATH                                                               \
	"Key attributes must be scalars; list random access '[]' and map lookup '.' are not " \
	"allowed: IndexKey: %.*s"

/* Query and Scan. */
#define TEXT_CONDITIONS_TOO_MANY                                                        \
	"The number of query conditions (%d) exceeds the number of key attributes defined " \
	"in the schema (%d)"
#define TEXT_RANGE_KEY_GAP                                                            \
	"RANGE key attributes %.*s must have equality conditions specified in the query " \
	"because a condition is present on key attribute %.*s"
#define TEXT_HASH_KEY_MISSING \
	"HASH key attributes %.*s must have equality conditions specified in the query"
#define TEXT_START_KEY_OF_ONE \
	"The provided exclusive start key is invalid: ExclusiveStartKey: {%.*s=%s}"
#define TEXT_START_KEY "The provided starting key is invalid"
#define TEXT_START_KEY_SCHEMA TEXT_START_KEY ": The provided key element does not match the schema"
#define TEXT_SELECT_NO_INDEX \
	"ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"
#define TEXT_SELECT_NO_ATTRIBUTES                                                    \
	"Must specify the AttributesToGet or ProjectionExpression when choosing to get " \
	"SPECIFIC_ATTRIBUTES"
#define TEXT_SELECT_WITH_ATTRIBUTES "Cannot specify the %s when choosing to get %s"
#define TEXT_FILTER_NOT_PROJECTED                                                  \
	INVALID_PARAMETERS "Secondary index %.*s does not project one or more filter " \
	                   "attributes: [%s]"
#define TEXT_KEY_SCHEMA_MISMATCH "The provided key element does not match the schema"

/* Statements. What is raised at a place ends with TEXT_PLACE: line, column and length. */
#define TEXT_PLACE " at %s"
#define TEXT_ALIAS "Aliasing is not supported"
#define TEXT_FUNCTION_UNKNOWN "Unrecognized function: %s" TEXT_PLACE
#define TEXT_FUNCTION_PATH "Operator or function requires a document path; operator or function: %s"
#define TEXT_SET_FIRST "The first argument to %s must equal the assignment value" TEXT_PLACE
#define TEXT_SET_SECOND "The second argument to %s must be a value with type SET" TEXT_PLACE
#define TEXT_SET_COUNT "%s must have exactly two arguments" TEXT_PLACE
#define TEXT_PARAMETER_WITHIN "Unsupported data type: Parameter under key %s" TEXT_PLACE
#define TEXT_BAG_EMPTY "Empty bags are not supported"
#define TEXT_UNDER " under %s"
#define TEXT_NESTING_STATEMENT "Nesting Levels have exceeded supported limits"
#define TEXT_NUMBER_SET_DUPLICATES_STATEMENT \
	INVALID_PARAMETERS "Input collection [%s] contains duplicates!"
#define TEXT_LIST_INDEX "List index is not within the allowable range; index: [%s]" TEXT_PLACE
#define TEXT_OVERLAP "Overlapping conditions with range keys are not supported in where clause"
#define TEXT_SEVERAL_KEYS                                                              \
	"Multiple conditions on same key %.*s. Only single item Update/Insert/Delete are " \
	"supported"
#define TEXT_READS_TOO_MANY "Too many decomposed read operations for a given query."
#define TEXT_KEY_TYPE \
	"Key attribute's data type should match its data type in table's schema: Key %.*s"
#define TEXT_NO_SUCH_INDEX "The table does not have the specified index"
#define TEXT_FROM_COMPONENTS "A path may contain at most 2 components in the FROM clause"
#define TEXT_FROM_EMPTY "Path component cannot be an empty string"
#define TEXT_CONSISTENT_INDEX \
	"Strongly consistent read is not supported on Global Secondary Indexes"
#define TEXT_WRITE_INDEX "This operation is not supported on an index"
#define TEXT_RETURNING_DELETE                                                           \
	"Invalid returning clause: RETURNING %s *. Only RETURNING ALL OLD * is allowed in " \
	"DELETE statements."
#define TEXT_TOKEN_INVALID "Invalid NextToken"
#define TEXT_TOKEN_OTHER "NextToken does not match request"
#define TEXT_SEVERAL_KEY_ATTRIBUTES                                                   \
	"PartiQL statements cannot be executed on tables with multi-attribute HASH keys " \
	"or multi-attribute RANGE keys."
#define TEXT_BATCH_MIXED "Read and write requests together in the same batch is not supported."
#define TEXT_BATCH_DUPLICATES "Provided list of item keys contains duplicates"
#define TEXT_BATCH_SELECT                                                             \
	"Select statements within BatchExecuteStatement must specify the primary key in " \
	"the where clause."
#define TEXT_TRANSACTION_STATEMENT "Validation failed in TransactStatements[%d]: "
#define TEXT_TRANSACTION_MIXED                                                            \
	"ExecuteTransaction API does not support both read and write operations in the same " \
	"request."
#define TEXT_TRANSACTION_RETURNING "RETURNING clause is not supported in ExecuteTransaction."
#define TEXT_TRANSACTION_INDEX "Reads on indices are not supported within transactions."
#define TEXT_TRANSACTION_SELECT                                                        \
	"Select statements within ExecuteTransaction must specify the primary key in the " \
	"where clause."
#define TEXT_TRANSACTION_EXISTS "EXISTS() must contain a single item read with additional condition"

/* Tables. */
#define TEXT_KEY_SCHEMA_NO_DEFINITION \
	"Invalid KeySchema: Some index key attribute have no definition"
#define TEXT_KEY_SCHEMA_ORDER                                                              \
	INVALID_PARAMETERS "All HASH key attributes must precede RANGE key attributes in the " \
	                   "KeySchema"
#define TEXT_KEY_SCHEMA_TOO_MANY \
	INVALID_PARAMETERS "The KeySchema exceeds the maximum allowed number of %s key attributes"
#define TEXT_KEY_SCHEMA_TWICE "The KeySchema contains multiple key attributes with the same name"
#define TEXT_ATTRIBUTE_TWICE "Attribute Name is duplicated: %.*s"
#define TEXT_NON_KEY_TWICE INVALID_PARAMETERS "Duplicate element in NonKeyAttributes: %.*s"
#define TEXT_TABLE_CLASS                                                           \
	"Invalid table-class parameter provided. Please try again with a valid table-" \
	"class value: [STANDARD, STANDARD_INFREQUENT_ACCESS]."
#define TEXT_NO_TABLE "Requested resource not found: Table: %.*s not found"
#define TEXT_NO_INDEX_TO_UPDATE "Requested resource not found: Index %.*s for table %.*s"
#define TEXT_NOT_GLOBAL_INDEX "Cannot %s an index that is not a GlobalSecondaryIndex: %.*s"
#define TEXT_INDEX_UNITS_ON_DEMAND                                                              \
	INVALID_PARAMETERS "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for " \
	                   "index: %.*s when BillingMode is PAY_PER_REQUEST"

/* Tables that cannot be changed now. */
#define STILL_IN_USE "Attempt to change a resource which is still in use: "
#define TEXT_BEING_CREATED STILL_IN_USE "Table is being created: %.*s"
#define TEXT_BEING_DELETED STILL_IN_USE "Table is being deleted: %.*s"
#define TEXT_BEING_UPDATED STILL_IN_USE "Table: %.*s is in the process of being updated."
#define TEXT_UNITS_WHILE_INDEXING                                                       \
	STILL_IN_USE "Can't change table IOPS when an index is being created. Table: %.*s " \
	             "Indexes: [%.*s]"
#define TEXT_STREAM_WHILE_INDEXING                                                         \
	STILL_IN_USE "Can't change stream status when an index is being created. Table: %.*s " \
	             "Indexes: [%.*s]"
#define TEXT_DELETE_PREPARED_INDEX                                                        \
	STILL_IN_USE "Index creation is in resource allocation phase. Retry deletion during " \
	             "backfilling phase or when the index is active. Table: %.*s Index: %.*s"
#define TEXT_DELETE_WHILE_INDEXING \
	STILL_IN_USE "Cannot delete table while indexes are being created, updated, or deleted."

/* Encryption. */
#define TEXT_ENCRYPTION_TYPE_OFF \
	INVALID_PARAMETERS "SSEType can not be specified if Enabled is false"
#define TEXT_ENCRYPTION_KEY_OFF \
	INVALID_PARAMETERS "KMSMasterKeyId can not be specified if Enabled is false"
#define TEXT_ENCRYPTION_KEY_ALONE \
	INVALID_PARAMETERS "SSEType KMS is required if KMSMasterKeyId is specified"
#define TEXT_ENCRYPTION_TYPE INVALID_PARAMETERS "SSEType %.*s is not supported"
#define TEXT_ENCRYPTED_BY_DEFAULT INVALID_PARAMETERS "Table is already encrypted by default"
#define TEXT_ENCRYPTED_BY_KEY                                                       \
	INVALID_PARAMETERS "Table is already encrypted with given KMSMasterKeyId. Use " \
	                   "KMSMasterKeyId parameter if you want to change Master Key"

/* Time to live. */
#define TEXT_TIME_TO_LIVE_CHANGED \
	"Time to live has been modified multiple times within a fixed interval"
#define TEXT_TIME_TO_LIVE_STATE \
	"Cannot describe time to live while table is in %s state: Current table state is %s"

/* Backups and restores. */
#define INVALID_REQUEST "Invalid Request: "
#define TEXT_BACKUP_ARN_INVALID "Invalid Backup ARN"
#define TEXT_BACKUP_ARN_ELSEWHERE INVALID_REQUEST "BackupArn is not valid"
#define TEXT_BACKUP_BEING_RESTORED "Backup is being used to restore table: %s"
#define TEXT_BACKUP_ARN_REGION \
	INVALID_REQUEST "The supplied ExclusiveStartBackupArn does not match the region"
#define TEXT_BACKUP_TIME_RANGE \
	INVALID_PARAMETERS "Time range lower bound must be less than or equal to upper bound"
#define TEXT_OTHER_REGION_RESTORE \
	INVALID_REQUEST "sseSpecificationOverride must be provided for cross-region restores"
#define TEXT_RECOVERY_PERIOD_OFF \
	INVALID_REQUEST "Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery."
#define TEXT_RESTORE_NO_SOURCE \
	"The parameter 'TableName' is required but was not present in the request"
#define TEXT_RESTORE_TWO_SOURCES \
	INVALID_REQUEST "Must provide exactly one of: sourceTableArn, sourceTableName"
#define TEXT_RESTORE_SOURCE_ARN "sourceTableArn is not a valid ARN"
#define TEXT_RESTORE_NO_TIME                                                            \
	INVALID_REQUEST "Either one of RestoreDateTime or UseLatestRestorableTime must be " \
	                "specified, but not both"
#define TEXT_RESTORE_TWO_TIMES                                                            \
	INVALID_REQUEST "Both RestoreDateTime and UseLatestRestorableTime cannot be set for " \
	                "point-in-time restore request."
#define TEXT_RESTORE_TIME                                                      \
	"RestoreDateTime '%s' must be within EarliestRestorableDateTime '%s' and " \
	"LatestRestorableDateTime '%s'"
#define TEXT_RESTORED_ALREADY "Table: %.*s is already being restored from backup: %.*s"
#define TEXT_RESTORE_LIMIT \
	"Subscriber limit exceeded: Only %d restore operations can be done simultaneously"
#define TEXT_BACKUP_LIMIT \
	"Subscriber limit exceeded: Only %d backup operations can be done simultaneously"
#define TEXT_RESTORE_UNITS_ON_DEMAND                                                      \
	INVALID_REQUEST "Cannot override ProvisionedThroughput if BillingMode is overridden " \
	                "to PAY_PER_REQUEST"
#define TEXT_RESTORE_UNITS_ALONE \
	INVALID_REQUEST "Cannot override ProvisionedThroughput unless BillingMode is PROVISIONED"
#define TEXT_RESTORE_NO_UNITS                                                           \
	INVALID_REQUEST "Must override ProvisionedThroughput if BillingMode is overridden " \
	                "to PROVISIONED"
#define TEXT_RESTORE_MAXIMUM_RANGE \
	INVALID_REQUEST "Requested %s for OnDemandThroughput is outside of valid range"
#define TEXT_RESTORE_MAXIMUM_MODE                                                              \
	INVALID_REQUEST "Cannot override %s for OnDemandThroughput unless BillingModeOverride is " \
	                "PAY_PER_REQUEST"
#define TEXT_RESTORE_INDEX                                                                    \
	INVALID_REQUEST "Index %.*s does not match a secondary index that existed in the source " \
	                "table and cannot be created during the restore operation"

/* Policies of resources. */
#define TEXT_POLICY_ARN INVALID_PARAMETERS "Invalid resource Arn: %.*s"
#define TEXT_OTHER_OWNER                                                                    \
	"This action is only supported by accounts that match the resource owner\xe2\x80\x99s " \
	"account."
#define TEXT_POLICY_NO_STREAM "Requested resource not found: Stream: %.*s not found for Table: %.*s"
#define TEXT_POLICY_REVISION                                                                     \
	"Resource-based policy not found for the provided ResourceArn: Requested update for policy " \
	"with revision id %.*s, but "
#define TEXT_POLICY_NONE TEXT_POLICY_REVISION "table %.*s has no associated policy"
#define TEXT_POLICY_NO_MATCH \
	TEXT_POLICY_REVISION "the policy associated to target table %.*s did not match"
#define TEXT_POLICY_DOCUMENT INVALID_PARAMETERS "Invalid policy document: "
#define TEXT_POLICY_SIZE INVALID_PARAMETERS "Maximum policy size of %d bytes exceeded"
#define TEXT_ONLY_OPERATION " must be the only operation in the request"
#define TEXT_ON_DEMAND_ALONE                                                             \
	INVALID_PARAMETERS "OnDemandThroughput can only be combined with BillingMode in an " \
	                   "UpdateTable request"
#define TEXT_STREAM_WITH_IOPS \
	INVALID_PARAMETERS "You cannot modify stream status while updating table IOPS"
#define TEXT_INDEX_WITH_IOPS \
	INVALID_PARAMETERS "You cannot create or delete index while updating table IOPS"
#define TEXT_INDEX_WITH_STREAM \
	INVALID_PARAMETERS "You cannot create or delete index while changing stream status"
#define TEXT_INDEX_WITH_WARM                                                              \
	INVALID_PARAMETERS "Create global secondary index cannot be specified when updating " \
	                   "WarmThroughput"
#define TEXT_INDEX_WARM_EMPTY                                                            \
	INVALID_PARAMETERS "WarmThroughput must have at least one of ReadUnitsPerSecond or " \
	                   "WriteUnitsPerSecond specified for index: %.*s"

/* Transactions. */
#define TEXT_TRANSACTION_READ_SIZE \
	"The aggregate size of the items in the transaction exceeded 4 MB"
#define TEXT_TRANSACTION_SIZE "Transaction request size cannot exceed 4 MB"

/* Names and ARNs of tables. */
#define TEXT_TABLE_NAME ENVELOPE "Value '%.*s' at 'tableName' failed to satisfy constraint: "
#define TEXT_ARN_INVALID "Invalid TableArn: Invalid ResourceArn provided as input %.*s"
#define TEXT_STREAM_ARN_INVALID "Invalid StreamArn: Invalid ResourceArn provided as input "
#define TEXT_ARN_PARTITION ENVELOPE "Invalid AWS partition in '%.*s'"
#define TEXT_ARN_RESOURCE_TYPE ENVELOPE "Invalid resource type in '%.*s'"
#define TEXT_ARN_REGION ENVELOPE "Invalid AWS region in '%.*s'"
#define TEXT_OTHER_ACCOUNT "Access is denied"

/* Tags. */
#define TEXT_TAGGED_NO_ARN INVALID_PARAMETERS "ARNs must start with 'arn:': %.*s"
#define TEXT_TAGGED_OTHER_SERVICE \
	INVALID_PARAMETERS "Provided Arn is not a DynamoDB resource arn: %.*s"
#define TEXT_TAGGED_INDEX                                                                  \
	INVALID_PARAMETERS "Invalid resource arn provided, only table or stream is accepted. " \
	                   "Provided resource arn: %.*s"
#define TEXT_TAGGED_NOT_FOUND "Requested resource not found: ResourceArn: %.*s not found"
#define TEXT_TAG_KEY_INVALID "The Tag Key provided is invalid, Key: %s"
#define TEXT_TAG_VALUE_INVALID "The Tag Value provided is invalid, Value: %s"
#define TEXT_TAG_KEY_RESERVED "Tag Key cannot be prefixed with aws:, Key: %s"
#define TEXT_TAG_KEY_TWICE "Duplicate Tag Keys provided as input: Duplicate Tag Key found %.*s"
#define TEXT_TAGS_TOO_MANY "Number of Tags exceed the current limit for the provided ResourceArn"
#define TEXT_TAGS_NONE "Atleast one Tag needs to be provided as Input."
#define TEXT_TAG_KEYS_NONE "Atleast one Tag Key needs to be provided as Input."

#endif
