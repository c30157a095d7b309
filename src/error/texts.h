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
#define TEXT_ITEM_SIZE "Item size has exceeded the maximum allowed size"
#define TEXT_ITEM_SIZE_UPDATE "Item size to update has exceeded the maximum allowed size"

/* Attribute names. */
#define TEXT_NAME_EMPTY "Empty attribute name"
#define TEXT_NAME_TOO_LARGE ENVELOPE "Attribute name is too large, must be less than 65536 bytes"

/* Expressions. */
#define TEXT_PLACEHOLDER_TOO_LONG \
	"%s contains invalid key: The expression attribute map contains a key that is too long;"
#define TEXT_PLACEHOLDER_SIZE_TOLD TEXT_PLACEHOLDER_TOO_LONG " size of key: %d"
#define TEXT_EXPRESSION_SIZE "Expression size has exceeded the maximum allowed size;"
#define TEXT_EXPRESSION_SIZE_TOLD TEXT_EXPRESSION_SIZE " expression size: %d"
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
#define TEXT_INVALID_EXPRESSION "Invalid %s: "
#define TEXT_SYNTAX "Syntax error; token: \"%s\", near: \"%.*s\""
#define TEXT_BINDINGS_EMPTY "%s must not be empty"
#define TEXT_BINDINGS_KEY "%s contains invalid key: Syntax error; key: \"%.*s\""
#define TEXT_BINDINGS_SIZE "%s exceeds max size; size: " INT64_FORMAT ", max size: %d"
#define TEXT_BINDINGS_NAME_EMPTY "%s contains invalid value: Empty attribute name for key %.*s"
#define TEXT_BINDINGS_VALUE "ExpressionAttributeValues contains invalid value: %s for key %.*s"
#define TEXT_NAMES_ALONE "ExpressionAttributeNames can only be specified when using expressions"
#define TEXT_VALUES_ALONE \
	"ExpressionAttributeValues can only be specified when using expressions%s%s"
#define TEXT_NAME_UNDEFINED \
	"An expression attribute name used in the document path is not defined; attribute name: %.*s"
#define TEXT_VALUE_UNDEFINED \
	"An expression attribute value used in expression is not defined; attribute value: %.*s"
#define TEXT_BINDINGS_UNUSED "Value provided in %s unused in expressions: keys: {%s}"
#define TEXT_OPERAND_TYPE \
	"Incorrect operand type for operator or function; operator or function: %s, operand type: %s"
#define TEXT_ACTION_OPERAND_TYPE                                                                 \
	"Incorrect operand type for operator or function; operator: %s, operand type: %s, typeSet: " \
	"ALLOWED_FOR_%s_OPERAND"
#define TEXT_OPERANDS_COUNT                                                                       \
	"Incorrect number of operands for operator or function; operator or function: %s, number of " \
	"operands: %d"
#define TEXT_OPERANDS_EQUAL                                                                \
	"The first operand must be distinct from the remaining operands for this operator or " \
	"function; operator: %s, first operand: %s"
#define TEXT_BETWEEN_TYPES "The BETWEEN operator requires same data type for lower and upper bounds"
#define TEXT_BETWEEN_ORDER \
	"The BETWEEN operator requires upper bound to be greater than or equal to lower bound"
#define TEXT_BETWEEN_BOUNDS "%s; lower bound operand: %s, upper bound operand: %s"
#define TEXT_TYPE_NAME \
	"Invalid attribute type name found; type: %s, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"
#define TEXT_IN_OPERANDS \
	"The IN operator is provided with too many operands; number of operands: %d"
#define TEXT_FUNCTION_MISUSED \
	"The function is not allowed to be used this way in an expression; function: %s"
#define TEXT_FUNCTION_NAME "Invalid function name; function: %.*s"
#define TEXT_FUNCTION_IN_UPDATE "The function is not allowed in an update expression; function: %s"
#define TEXT_FUNCTION_IN_CONDITION "The function is not allowed in a %s expression; function: %s"
#define TEXT_FUNCTION_NO_PATH \
	"The operator or function requires a document path; operator or function: %s"
#define TEXT_SECTION_TWICE "The \"%s\" section can only be used once in an update expression;"
#define TEXT_RESERVED "Attribute name is a reserved keyword; reserved keyword: %.*s"
#define TEXT_INDEX_RANGE "List index is not within the allowable range; index: [%.*s]"
#define TEXT_PATH_DEPTH "The document path has too many nesting elements; nesting levels: %d"
#define TEXT_PARENTHESES "The expression has redundant parentheses;"
#define TEXT_EXPRESSION_EMPTY "The expression can not be empty;"
#define TEXT_OPERATORS_TOO_MANY "The expression contains too many operators; operator count: %d"
#define TEXT_PATHS_MEET                                                                            \
	"Two document paths %s with each other; must remove or rewrite one of these paths; path one: " \
	"%s, path two: %s"
#define TEXT_KEY_OPERATOR "Invalid operator used in KeyConditionExpression: %s"
#define TEXT_PATH_INVALID \
	"The document path provided in the update expression is invalid for update"
#define TEXT_UPDATE_OPERAND "An operand in the update expression has an incorrect data type"
#define TEXT_UPDATE_OPERAND_LEGACY "Type mismatch for attribute to update"
#define TEXT_ATTRIBUTE_ABSENT \
	"The provided expression refers to an attribute that does not exist in the item"
#define TEXT_EXPRESSION_AND_LEGACY                                                    \
	"Can not use both expression and non-expression parameters in the same request: " \
	"Non-expression parameters: {%s} Expression parameters: {%s}"

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
#define TEXT_KEY_CONDITION_UNSUPPORTED "Query key condition not supported"
#define TEXT_KEY_CONDITION_MISSED "Query condition missed key schema element: %.*s"
#define TEXT_KEY_CONDITIONS_COUNT "Conditions can be of length 1 or 2 only"
#define TEXT_KEY_CONDITION_NONE                                                              \
	"Either the KeyConditions or KeyConditionExpression parameter must be specified in the " \
	"request."
#define TEXT_FILTER_OF_KEY \
	"%s can only contain non-primary key attributes: Primary key attribute: %.*s"
#define TEXT_NO_INDEX "The table does not have the specified index: %.*s"
#define TEXT_VECTOR_BACKFILLING "Cannot search backfilling vector index: %.*s"
#define TEXT_QUERY_OF_VECTORS "Query operation not supported on this index type."
#define TEXT_SCAN_OF_VECTORS "Scan operation not supported on this index type"
#define TEXT_TOP_K                       \
	"Provided TopK value '" INT64_FORMAT \
	"' is out of valid range. The value must be between 1 and %d inclusive"
#define TEXT_SEARCH_VECTOR                                                              \
	"Search vector contains invalid values. All values in the search vector must be a " \
	"32-bit floating-point number attribute"
#define TEXT_SEARCH_DIMENSIONS \
	"Input search vector dimension %d does not match vector index dimension %d"
#define TEXT_SEARCH_OPERATOR "Invalid operator used in SearchConditionExpression"
#define TEXT_SEARCH_NESTED "SearchConditionExpression cannot have conditions on nested attributes"
#define TEXT_SEARCH_ATTRIBUTE                                                                 \
	"SearchConditionExpression must not contain any attributes that is not in SearchSchema. " \
	"Invalid attribute: %.*s"
#define TEXT_SEARCH_NO_CONDITION \
	"SearchConditionExpression must be provided when SearchSchema has a HASH key"
#define TEXT_SEARCH_NO_HASH \
	"SearchConditionExpression must have all HASH attributes in configured SearchSchema"
#define TEXT_SEARCH_TYPE                                                                 \
	"Type of '%.*s' attribute in SearchConditionExpression (%s) does not match type in " \
	"search schema (%s)"
#define TEXT_SEARCH_HASH_EMPTY                                                            \
	"One or more parameter values are not valid. The AttributeValue for a key attribute " \
	"cannot contain an empty %s value. Key: %.*s"
#define TEXT_CONSISTENT_GLOBAL "Consistent reads are not supported on global secondary indexes"
#define TEXT_INDEX_BACKFILLING "Cannot read from backfilling global secondary index: %.*s"
#define TEXT_SEGMENT_MISSING                                                               \
	"The Segment parameter is required but was not present in the request when parameter " \
	"TotalSegments is present"
#define TEXT_TOTAL_SEGMENTS_MISSING                                                            \
	"The TotalSegments parameter is required but was not present in the request when Segment " \
	"parameter is present"
#define TEXT_SEGMENT_BEYOND                                                                        \
	"The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: " \
	"%d is not less than TotalSegments: %d"
#define TEXT_SELECT_ALL                                                                          \
	INVALID_PARAMETERS "Select type ALL_ATTRIBUTES is not supported for global secondary index " \
	                   "%.*s because its projection type is not ALL"
#define TEXT_NOT_PROJECTED INVALID_PARAMETERS "Global secondary index %.*s does not project %s"
#define TEXT_START_KEY_OUTSIDE \
	"The provided starting key is outside query boundaries based on provided conditions"
#define TEXT_START_KEY_RANGE "The provided starting key does not match the range key predicate"
#define TEXT_START_KEY_SEGMENT                                                     \
	"The provided starting key is invalid: Invalid ExclusiveStartKey. Please use " \
	"ExclusiveStartKey with correct Segment. TotalSegments: %d Segment: %d"

/* Statements. What is raised at a place ends with TEXT_PLACE: line, column and length. */
#define TEXT_PLACE " at %s"
#define TEXT_ALIAS "Aliasing is not supported"
#define TEXT_FUNCTION_UNKNOWN "Unrecognized function: %s" TEXT_PLACE
#define TEXT_FUNCTION_PATH "Operator or function requires a document path; operator or function: %s"
#define TEXT_SET_FIRST "The first argument to %s must equal the assignment value" TEXT_PLACE
#define TEXT_SET_SECOND "The second argument to %s must be a value with type SET" TEXT_PLACE
#define TEXT_SET_COUNT "%s must have exactly two arguments" TEXT_PLACE
#define TEXT_VALUE_UNSUPPORTED "Unsupported data type: %s under key %s" TEXT_PLACE
#define TEXT_PATH_UNEXPECTED "Unexpected path component" TEXT_PLACE
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
#define TEXT_COMPONENT_EMPTY "Path component cannot be an empty string"
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
#define TEXT_STATEMENT "Statement wasn't well formed, can't be processed: "
#define TEXT_STATEMENT_UNEXPECTED "Unexpected %s"
#define TEXT_STATEMENT_AFTER "Unexpected token after expression"
#define TEXT_STATEMENT_NO_CHANGE "Expected data manipulation"
#define TEXT_STATEMENT_NO_TABLE "Expected identifier for simple path"
#define TEXT_STATEMENT_NO_TYPE "Expected type name"
#define TEXT_STATEMENT_INFIX "Missing right-hand side expression of infix operator"
#define TEXT_STATEMENT_KEYWORD "Invalid path dot component"
#define TEXT_TYPE_TEST "Unsupported operation: IsType"
#define TEXT_INSERT_SEVERAL                                                                        \
	"Unsupported operation: Inserting multiple items in a single statement is not supported, use " \
	"\"INSERT INTO tableName VALUE item\" instead"
#define TEXT_CLAUSE "Unsupported clause: %s"
#define TEXT_STATEMENT_OPERATORS "The statement contains too many operators; operator count: %d"
#define TEXT_ORDER_NO_WHERE "Must have WHERE clause in the statement when using ORDER BY clause."
#define TEXT_ORDER_NO_KEY \
	"Variable reference %.*s in ORDER BY clause must be part of the primary key"
#define TEXT_ORDER_NO_HASH                                                                        \
	"Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY " \
	"clause."
#define TEXT_ORDER_UNSORTABLE "ORDER BY cannot sort by %.*s after the attributes before it"
#define TEXT_ORDER_TOO_MANY "ORDER BY cannot merge so many partitions; number: %d"
#define TEXT_VALUE_NO_MAP "The parameter that follows VALUE must be a map"
#define TEXT_PARAMETERS_COUNT "Number of parameters in request and statement don't match."
#define TEXT_SET_MEMBER INVALID_PARAMETERS "A set may not hold a value of type %s"
#define TEXT_SET_TYPES INVALID_PARAMETERS "All members of a set must be of one type"
#define TEXT_EXISTS_OUTSIDE "The EXISTS function can only be used in transactions"
#define TEXT_WHERE_NO_KEY "Where clause does not contain a mandatory equality on all key attributes"

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
#define TEXT_NO_TABLE_NAMED "Requested resource not found: Table: %.*s not found"
#define TEXT_NO_INDEX_TO_UPDATE "Requested resource not found: Index %.*s for table %.*s"
#define TEXT_NOT_GLOBAL_INDEX "Cannot %s an index that is not a GlobalSecondaryIndex: %.*s"
#define TEXT_INDEX_UNITS_ON_DEMAND                                                              \
	INVALID_PARAMETERS "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for " \
	                   "index: %.*s when BillingMode is PAY_PER_REQUEST"
#define TEXT_LIST_EMPTY INVALID_PARAMETERS "List of %s is empty"
#define TEXT_KEY_SCHEMA_NUMBER                                                               \
	INVALID_PARAMETERS "Number of attributes in KeySchema does not exactly match number of " \
	                   "attributes defined in AttributeDefinitions"
#define TEXT_ATTRIBUTE_REDEFINED                                                             \
	INVALID_PARAMETERS                                                                       \
	"Attributes cannot be redefined. Please check that your attribute has the same type as " \
	"previously defined. Attribute: %.*s, defined as: %s, requested: %s"
#define TEXT_KEY_SCHEMA_SAME_NAME \
	"Both the Hash Key and the Range Key element in the KeySchema have the same name"
#define TEXT_KEY_SCHEMA_FIRST "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"
#define TEXT_KEY_SCHEMA_SECOND \
	"Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"
#define TEXT_INDEX_KEYS_UNDEFINED                                                                  \
	INVALID_PARAMETERS "Some index key attributes are not defined in AttributeDefinitions. Keys: " \
	                   "[%s], AttributeDefinitions: [%s]"
#define TEXT_PROJECTION_TYPE_NULL INVALID_PARAMETERS "Unknown ProjectionType: null"
#define TEXT_INCLUDE_NO_ATTRIBUTES \
	INVALID_PARAMETERS "ProjectionType is INCLUDE, but NonKeyAttributes is not specified"
#define TEXT_ATTRIBUTES_NO_INCLUDE \
	INVALID_PARAMETERS "ProjectionType is %.*s, but NonKeyAttributes is specified"
#define TEXT_LOCAL_NO_TABLE_RANGE                                                           \
	INVALID_PARAMETERS "Table KeySchema does not have a range key, which is required when " \
	                   "specifying a LocalSecondaryIndex"
#define TEXT_LOCAL_NO_RANGE \
	INVALID_PARAMETERS "Index KeySchema does not have a range key for index: %.*s"
#define TEXT_LOCAL_OTHER_HASH                                                              \
	INVALID_PARAMETERS "Index KeySchema does not have the same leading hash key as table " \
	                   "KeySchema for index: %.*s. index hash key: %.*s, table hash key: %.*s"
#define TEXT_INDEX_NAME_TWICE INVALID_PARAMETERS "Duplicate index name: %.*s"
#define TEXT_LOCAL_TOO_MANY \
	INVALID_PARAMETERS "Number of LocalSecondaryIndexes exceeds per-table limit of %d"
#define TEXT_GLOBAL_TOO_MANY \
	INVALID_PARAMETERS "GlobalSecondaryIndex count exceeds the per-table limit of %d"
#define TEXT_PROJECTED_TOO_MANY                                                                    \
	INVALID_PARAMETERS "Number of projected attributes of all indexes exceeds per-table limit of " \
	                   "%d"
#define TEXT_ATTRIBUTES_UNUSED \
	INVALID_PARAMETERS         \
	"Some AttributeDefinitions are not used. AttributeDefinitions: [%s], keys used: [%s]"
#define TEXT_INDEX_NAME_INVALID INVALID_PARAMETERS "Invalid IndexName"
#define TEXT_DELETION_PROTECTED                                                                   \
	"Resource cannot be deleted as it is currently protected against deletion. Disable deletion " \
	"protection first."
#define TEXT_TTL_DISABLED "TimeToLive is already disabled"
#define TEXT_TTL_ENABLED "TimeToLive is already enabled"
#define TEXT_TTL_OTHER_ATTRIBUTE \
	"TimeToLive is active on a different AttributeName: current AttributeName is %.*s"
#define TEXT_MEMBER_EMPTY INVALID_PARAMETERS "%s is empty"
#define TEXT_UPDATE_NONE                                                            \
	INVALID_PARAMETERS                                                              \
	"One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, " \
	"GlobalSecondaryIndexUpdate.Delete must not be null"
#define TEXT_UPDATE_SEVERAL \
	INVALID_PARAMETERS      \
	"Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object"
#define TEXT_UPDATE_INDEX_TWICE \
	INVALID_PARAMETERS          \
	"Only one global secondary index update per index is allowed simultaneously. Index: %.*s"
/* Vector indexes. */
#define TEXT_VECTOR_PROVISIONED \
	INVALID_PARAMETERS "Vector indexes are only supported for PAY_PER_REQUEST tables"
#define TEXT_VECTOR_COUNT INVALID_PARAMETERS "VectorIndex count exceeds the per-table limit of %d"
#define TEXT_VECTOR_LIMIT \
	"Subscriber limit exceeded: Number of vector secondary indexes exceeds per-table limit of %d"
#define TEXT_VECTOR_DIMENSIONS \
	INVALID_PARAMETERS "Number of dimensions must be between 1 and %d inclusive."
#define TEXT_VECTOR_DIMENSIONS_DIFFER                                             \
	INVALID_PARAMETERS                                                            \
	"Conflicting attribute definition for '%.*s'. All VectorIndexes on the same " \
	"vector attribute must use the same dimensions."
#define TEXT_VECTOR_ATTRIBUTE_DEFINED                                              \
	INVALID_PARAMETERS                                                             \
	"Conflicting attribute definition for '%.*s'. An attribute cannot be defined " \
	"in AttributeDefinitions when used as a VectorAttribute."
#define TEXT_VECTOR_ATTRIBUTE_IS_KEY                                                            \
	INVALID_PARAMETERS                                                                          \
	"Attributes cannot be redefined. Please check that your attribute has the same type as "    \
	"previously defined. Existing schema: Schema:[SchemaElement: key{%.*s:%s:%s}] New schema: " \
	"VectorIndexSchema:[VectorAttribute: key{%.*s:L:%d}]"
#define TEXT_VECTOR_PROJECTED \
	INVALID_PARAMETERS "Number of projected attributes in a vector index exceeds the limit of %d"
#define TEXT_SEARCH_SCHEMA_UNDEFINED \
	INVALID_PARAMETERS "One element in SearchSchema is not defined in attribute definitions"
#define TEXT_SEARCH_SCHEMA_TWICE INVALID_PARAMETERS "Duplicate attribute in SearchSchema: %.*s"
#define TEXT_SEARCH_SCHEMA_HASHES                                                           \
	ENVELOPE "Value at 'searchSchema' failed to satisfy constraint: Member must have HASH " \
	         "count less than or equal to 1"
#define TEXT_SEARCH_SCHEMA_FILTERS \
	INVALID_PARAMETERS "Number of INLINE_FILTER elements in SearchSchema exceeds the limit of %d"
#define TEXT_VECTOR_UPDATE_NONE                                                                 \
	INVALID_PARAMETERS "One of VectorIndexUpdate.Create, VectorIndexUpdate.Delete must not be " \
	                   "null"
#define TEXT_VECTOR_UPDATE_SEVERAL \
	INVALID_PARAMETERS "Only one of VectorIndexUpdate.Create, VectorIndexUpdate.Delete may be set"
#define TEXT_INDEX_BEING_CREATED STILL_IN_USE "Index is being created.  Table: %.*s Index: %.*s"

#define TEXT_ONE_ONLINE_INDEX                                                                      \
	"Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per " \
	"table"
#define TEXT_UPDATES_EMPTY INVALID_PARAMETERS "List of GlobalSecondaryIndexUpdates is empty"
#define TEXT_CREATE_NO_ATTRIBUTES \
	INVALID_PARAMETERS "AttributeDefinitions is not specified for index: %.*s"
#define TEXT_GLOBAL_LIMIT \
	"Subscriber limit exceeded: Number of global secondary indexes exceeds per-table limit of %d"
#define TEXT_INDEX_EXISTS "Attempting to create an index which already exists"
#define TEXT_POLICY_NOT_FOUND "Resource-based policy not found for the provided ResourceArn: %.*s"
#define TEXT_POLICY_LOCKS_OUT                                                                   \
	INVALID_PARAMETERS "The new policy would not allow the caller to change the policy in the " \
	                   "future. Set ConfirmRemoveSelfResourceAccess to confirm that."
#define TEXT_TABLE_UPDATE_NONE                                                        \
	"At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "       \
	"GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, "                 \
	"MultiAccountReplicaReady, ReplicaTransitRoleArn, MultiRegionConsistency, "       \
	"DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is " \
	"required"
#define TEXT_MEMBER_UNAVAILABLE INVALID_PARAMETERS "%s: %s"

/* Global tables. */
#define TEXT_REPLICA_UPDATE_ONE                                                               \
	INVALID_PARAMETERS "Each of ReplicaUpdates has exactly one of Create, Update, Delete or " \
	                   "Disassociate"
#define TEXT_REPLICA_SETTINGS "replicas have settings of their own: change them in their region"
#define TEXT_REPLICA_DISASSOCIATE "delete the replica in another region: its table stays"
#define TEXT_STRONG_CONSISTENCY                                                            \
	"MultiRegionConsistency: STRONG is not available: regions do not agree on each write " \
	"before it is acknowledged"
#define TEXT_REPLICA_HERE INVALID_PARAMETERS "Region %.*s is the one of this request"
#define TEXT_REPLICA_REGION                                                            \
	INVALID_PARAMETERS "Region %.*s is not known here: a superuser adds it by SELECT " \
	                   "dynamo.add_region(...)"
#define TEXT_REPLICA_EXISTS INVALID_PARAMETERS "Region %.*s has a replica of table %.*s already"
#define TEXT_REPLICA_NONE INVALID_PARAMETERS "Region %.*s has no replica of table %.*s"
#define TEXT_DELETE_REPLICATED                                                                \
	"Table %.*s has replicas in other regions. Delete them by ReplicaUpdates of UpdateTable " \
	"first"

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
#define TEXT_RECOVERY_OFF "Point in time recovery is not enabled for table '%.*s'"
#define TEXT_RECOVERY_SOON "Point in time recovery is not available yet for table '%.*s'"
#define TEXT_BACKUP_NOT_FOUND "Backup not found: %.*s"
#define TEXT_TABLE_NOT_FOUND "Table not found: %.*s"
#define TEXT_BACKUP_IN_USE "Backup is in use: %s"
#define TEXT_TABLE_NAME_LENGTH \
	"TableName must be at least 3 characters long and at most 255 characters long"
#define TEXT_CAPTURE_UNAVAILABLE                                                                \
	"Continuous backups are unavailable: the server needs dynamo in shared_preload_libraries, " \
	"wal_level = logical and max_replication_slots"
#define TEXT_CAPTURE_UNLOGGED "Continuous backups are unavailable: table %.*s is unlogged"

/* The console's operations. */
#define TEXT_CONSOLE_NUL "A text of this operation must not have U+0000"

/* Exports, imports and bulk puts. */
#define TEXT_TRANSFER_PATTERN                                                                      \
	"1 validation error detected: Value '%.*s' at '%s' failed to satisfy constraint: Member must " \
	"satisfy regular expression pattern: %s"
#define TEXT_TRANSFER_NUL "%s must not have U+0000"
#define TEXT_EXPORT_NO_STORE                                                       \
	"Exports are unavailable: the server has neither dynamo.export_directory nor " \
	"dynamo.s3_endpoint"
#define TEXT_TRANSFER_KEY_WITHOUT_KMS \
	"S3SseKmsKeyId can only be specified when S3SseAlgorithm is KMS"
#define TEXT_TRANSFER_NO_ENCRYPTION                                                             \
	"S3SseAlgorithm cannot be specified: the server's object store is a directory, which does " \
	"not encrypt"
#define TEXT_EXPORT_FILTER \
	"FilterSpecification is not supported when ExportType is INCREMENTAL_EXPORT"
#define TEXT_EXPORT_INCREMENT_FORBIDDEN \
	"IncrementalExportSpecification can only be specified when ExportType is INCREMENTAL_EXPORT"
#define TEXT_EXPORT_INCREMENT_REQUIRED \
	"IncrementalExportSpecification must be specified when ExportType is INCREMENTAL_EXPORT"
#define TEXT_EXPORT_TIME_FORBIDDEN \
	"ExportTime cannot be specified when ExportType is INCREMENTAL_EXPORT"
#define TEXT_EXPORT_TIME "The specified %s is outside of the point in time recovery window"
#define TEXT_EXPORT_FROM_TIME_REQUIRED \
	"ExportFromTime must be specified when ExportType is INCREMENTAL_EXPORT"
#define TEXT_EXPORT_INCREMENT_SHORT \
	"Difference between start time and end time is less than 15 minutes"
#define TEXT_EXPORT_INCREMENT_LONG \
	"Difference between start time and end time is more than 24 hours"
#define TEXT_EXPORT_TOKEN_REUSED                                                                  \
	"There was a conflict when writing to the specified S3 bucket: another export was requested " \
	"with the same ClientToken and other parameters"
#define TEXT_EXPORTS_AT_ONCE "Subscriber limit exceeded: Only %d exports can be in progress at once"
#define TEXT_NO_EXPORT "Export not found: %.*s"
#define TEXT_EXPORT_TOKEN_INVALID "The provided NextToken is invalid"
#define TEXT_NO_BULK_OPERATION "Bulk operation not found: %.*s"
#define TEXT_BULK_OPERATION_OVER "The bulk operation is not in progress: %s"
#define TEXT_IMPORT_NUL "S3KeyPrefix must not have U+0000"
#define TEXT_IMPORT_HEADER_TWICE "InputFormatOptions.Csv.HeaderList has a column twice: %.*s"
#define TEXT_IMPORT_NO_STORE                                                       \
	"Imports are unavailable: the server has neither dynamo.export_directory nor " \
	"dynamo.s3_endpoint"
#define TEXT_IMPORT_OPTIONS "InputFormatOptions may only be specified when InputFormat is CSV"
#define TEXT_IMPORTS_AT_ONCE "Subscriber limit exceeded: Only %d imports can be in progress at once"
#define TEXT_IMPORT_TOKEN_REUSED                                                                 \
	"An import with the same client token and other parameters was requested within the last 8 " \
	"hours"
#define TEXT_NO_IMPORT "Import not found: %.*s"
#define TEXT_BULK_NO_OUTPUT                                                                  \
	"1 validation error detected: Value null at 'outputS3Configuration.s3Bucket' failed to " \
	"satisfy constraint: Member must not be null"
#define TEXT_BULK_OPERATIONS_AT_ONCE \
	"Subscriber limit exceeded: Only %d bulk operations can be in progress at once"

/* Access keys, sessions, policies and scaling. */
#define TEXT_SESSION_NAME_ABSENT                                                                  \
	"1 validation error detected: Value null at 'roleSessionName' failed to satisfy constraint: " \
	"Member must not be null"
#define TEXT_SESSION_NAME_SHORT                                                         \
	"1 validation error detected: Value '%.*s' at 'roleSessionName' failed to satisfy " \
	"constraint: Member must have length greater than or equal to %d"
#define TEXT_SESSION_NAME_LONG                                                          \
	"1 validation error detected: Value '%.*s' at 'roleSessionName' failed to satisfy " \
	"constraint: Member must have length less than or equal to %d"
#define TEXT_SESSION_NAME_PATTERN                                                       \
	"1 validation error detected: Value '%.*s' at 'roleSessionName' failed to satisfy " \
	"constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*"
#define TEXT_SESSION_SHORT                                                              \
	"1 validation error detected: Value '%lld' at 'durationSeconds' failed to satisfy " \
	"constraint: Member must have value greater than or equal to %d"
#define TEXT_SESSION_LONG \
	"The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
#define TEXT_SESSION_POLICY_ENCODING "The session policy is not text of UTF-8"
#define TEXT_SESSION_POLICY_LENGTH                                                              \
	"1 validation error detected: Value at 'policy' failed to satisfy constraint: Member must " \
	"have length between 1 and %d"
#define TEXT_ACCESS_KEYS_QUOTA "Cannot exceed quota for AccessKeysPerUser: %d"
#define TEXT_SESSIONS_QUOTA "Cannot exceed quota for SessionsPerRole: %d"
#define TEXT_SESSION_TAG_LENGTH                                                             \
	"The %s of a session tag must have %d to %d letters, digits, blanks and characters of " \
	"_.:/=+-@"
#define TEXT_SESSION_TAG_TWICE \
	"Duplicate tag keys found. Please note that Tag keys are case insensitive."
#define TEXT_SESSION_TAGS_QUOTA                                                                    \
	"1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must have " \
	"length less than or equal to %d"
#define TEXT_SESSION_TAGS_FORM "Session tags must be an object of strings"
#define TEXT_NOT_AUTHORIZED "User: %s is not authorized to perform: %.*s on resource: %.*s %s"
#define TEXT_POLICY_QUOTA "Cannot exceed quota for PolicySize: %d"
#define TEXT_POLICY_LENGTH                                                                      \
	"1 validation error detected: Value at 'policy' failed to satisfy constraint: Member must " \
	"have length less than or equal to %d"
#define TEXT_POLICIES_QUOTA "Cannot exceed quota for PoliciesPerRole: %d"
#define TEXT_OTHER_MACHINE "Requests of other machines are not served"
#define TEXT_OTHER_ORIGIN "Web pages of other hosts may not send requests"
#define TEXT_CONTENT_ENCODING "Unsupported Content-Encoding"
#define TEXT_BODY_ENCODING "The request body is not %s"
#define TEXT_SESSION_SECONDS "DurationSeconds must be a number of seconds"
#define TEXT_STS_UNSUPPORTED "%s is not supported"
#define TEXT_STS_NO_ROLE                                                                         \
	"1 validation error detected: Value null at 'roleArn' failed to satisfy constraint: Member " \
	"must not be null"
#define TEXT_STS_NO_ACCESS_KEY "Cannot call AssumeRole without an access key"
#define TEXT_SCALING_SERVICE "Unsupported service namespace, resource type or scalable dimension"
#define TEXT_SCALING_NO_INDEX "Requested resource not found: Table: %.*s has no global index: %.*s"
#define TEXT_SCALING_NO_TARGET                                                                     \
	"No scalable target %s for service namespace: dynamodb, resource ID: %s, scalable dimension: " \
	"%s"
#define TEXT_SCALING_NO_TABLE "DynamoDB table does not exist: %.*s"
#define TEXT_SCALING_NO_ARN "No scalable target found for ARN: %.*s"
#define TEXT_SCALING_TAGS "A scalable target can have at most %d tags"
#define TEXT_SCALING_SUSPENDED \
	"Scaling activities cannot be suspended here; delete the policy instead"
#define TEXT_SCALING_TYPE "Policy type %.*s is not supported for service namespace: dynamodb"
#define TEXT_SCALING_NO_CONFIGURATION "TargetTrackingScalingPolicyConfiguration must be specified"
#define TEXT_SCALING_METRIC_NONE \
	"A target tracking policy must have a PredefinedMetricSpecification, and no other metric"
#define TEXT_SCALING_METRIC "The predefined metric type must be %s for scalable dimension: %s"
#define TEXT_SCALING_MINIMUM "Minimum capacity cannot be less than 1"
#define TEXT_SCALING_MAXIMUM "Maximum capacity cannot be less than minimum capacity"
#define TEXT_SCALING_ON_DEMAND "a scalable target needs a table whose BillingMode is PROVISIONED"
#define TEXT_SCALING_BOTH \
	"Minimum and maximum capacity must both be specified for a new scalable target"
#define TEXT_SCALING_NAME "A policy's name must have 1 to %d bytes"
#define TEXT_SCALING_TARGET_VALUE                                                             \
	"For predefined metric type DynamoDB%sCapacityUtilization, target value must be between " \
	"'%.1f' and '%.1f', but was '%g'."
#define TEXT_SCALING_COOLDOWN "A cooldown cannot be less than 0 seconds"
#define TEXT_SCALING_ONE_POLICY \
	"Only one TargetTrackingScaling policy for a given metric specification is allowed."
#define TEXT_SCALING_NO_POLICY                                                            \
	"No scaling policy found for service namespace: dynamodb, resource ID: %s, scalable " \
	"dimension: %s, policy name: %.*s"
#define TEXT_EXPORT_FILTER_KEY \
	"Filter Expression can only contain non-primary key attributes: Primary key attribute: %.*s"

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
#define TEXT_NO_INDEX_FOUND "Requested resource not found: Index: %.*s not found"
#define TEXT_INDEX_IN_USE \
	"Attempt to change a resource which is still in use: Index is being created or deleted: %.*s"
#define TEXT_TABLE_EXISTS "Table already exists: %.*s"

/* Transactions. */
#define TEXT_TRANSACTION_READ_SIZE \
	"The aggregate size of the items in the transaction exceeded 4 MB"
#define TEXT_TRANSACTION_SIZE "Transaction request size cannot exceed 4 MB"
#define TEXT_ACTIONS_SEVERAL "TransactItems can only contain one of Check, Put, Update or Delete"
#define TEXT_ACTION_NONE \
	"Invalid Request: TransactWriteRequest should contain Delete or Put or Update request"
#define TEXT_ITEM_TWICE "Transaction request cannot include multiple operations on one item"
#define TEXT_CANCELLED \
	"Transaction cancelled, please refer cancellation reasons for specific reasons [%s]"
#define TEXT_CLIENT_TOKEN_OTHER                                                                 \
	"DynamoDB rejected the request because you retried a request with a different payload but " \
	"with an idempotent token that was already used."
#define TEXT_CLIENT_TOKEN_RUNNING \
	"The transaction with the given request token is already in progress."

/* Names and ARNs of tables. */
#define TEXT_TABLE_NAME ENVELOPE "Value '%.*s' at 'tableName' failed to satisfy constraint: "
#define TEXT_ARN_INVALID "Invalid TableArn: Invalid ResourceArn provided as input %.*s"
#define TEXT_STREAM_ARN_INVALID "Invalid StreamArn: Invalid ResourceArn provided as input "
#define TEXT_EXPORT_ARN_INVALID "Invalid ExportArn: Invalid ResourceArn provided as input "
#define TEXT_IMPORT_ARN_INVALID "Invalid ImportArn: Invalid ResourceArn provided as input "
#define TEXT_BULK_OPERATION_ARN_INVALID \
	"Invalid BulkOperationArn: Invalid ResourceArn provided as input "
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

/* Serialization. */
#define TEXT_NOT_BASE64 "only base-64-encoded strings are convertible to bytes"
#define TEXT_BASE64_LENGTH "Base64 encoded length is expected a multiple of 4 bytes but found: %d"
#define TEXT_BASE64_CHARACTER "Invalid Base64 character at position %d"
#define TEXT_BASE64_LAST "Invalid last non-pad Base64 character"
#define TEXT_LIST_MISPLACED "Start of list found where not expected"
#define TEXT_OBJECT_MISPLACED "Start of structure or map found where not expected."
#define TEXT_COLLECTION "Unrecognized collection type class %s"
#define TEXT_COLLECTION_LANG "Unrecognized collection type class java.lang.%s"
#define TEXT_NOT_CONVERTIBLE "%s cannot be converted to %s"
#define TEXT_FIELD_TYPE "Unexpected field type"
#define TEXT_VALUE_TYPE "Unexpected value type in payload"
#define TEXT_TOKEN_UNEXPECTED "Unexpected token received from parser"
#define TEXT_JSON_MALFORMED "Malformed JSON at byte %d: %s"

/* Constraints of members. */
#define TEXT_VIOLATIONS "%d validation error%s detected: %s"
#define TEXT_MEMBER_NAMED ENVELOPE "Value at '%s' failed to satisfy constraint: %s"
#define TEXT_CONSTRAINT_ENUM "Member must satisfy enum value set: [%s]"
#define TEXT_CONSTRAINT_PATTERN "Member must satisfy regular expression pattern: "
#define TEXT_CONSTRAINT_MAX "Member must have %s less than or equal to " INT64_FORMAT
#define TEXT_CONSTRAINT_MIN "Member must have %s greater than or equal to " INT64_FORMAT
#define TEXT_CONSTRAINT_NULL "Member must not be null"
#define TEXT_CONSTRAINT_KEYS "Map keys must satisfy constraint: [%s]"
#define TEXT_ENUM_UNNAMED "Failed to satisfy constraint: Member must satisfy enum value set: "
#define TEXT_ENUM_RETURN_VALUES \
	ENVELOPE TEXT_ENUM_UNNAMED "[ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]"
#define TEXT_ENUM_CONDITIONAL_OPERATOR TEXT_ENUM_UNNAMED "[ALL, OR]"
#define TEXT_TABLE_NAME_ABSENT \
	"The parameter 'TableName' is required but was not present in the request"
#define TEXT_REQUEST_ITEMS_EMPTY "The requestItems parameter is required for BatchWriteItem"

/* Keys. */
#define TEXT_KEY_MISSING INVALID_PARAMETERS "Missing the key %.*s in the item"
#define TEXT_KEY_TYPE_MISMATCH \
	INVALID_PARAMETERS "Type mismatch for key %.*s expected: %s actual: %s"
#define TEXT_KEY_EMPTY                                                                           \
	"One or more parameter values are not valid. The AttributeValue for a key attribute cannot " \
	"contain an empty %s value. Key: %.*s"
#define TEXT_KEY_HASH_SIZE \
	INVALID_PARAMETERS "Size of hashkey has exceeded the maximum size limit of2048 bytes"
#define TEXT_KEY_RANGE_SIZE                                                                     \
	INVALID_PARAMETERS "Aggregated size of all range keys has exceeded the size limit of 1024 " \
	                   "bytes"
#define TEXT_INDEX_KEY_TYPE_MISMATCH \
	INVALID_PARAMETERS "Type mismatch for Index Key %.*s Expected: %s Actual: %s IndexName: %.*s"
#define TEXT_INDEX_KEY_EMPTY                                                                      \
	"One or more parameter values are not valid. A value specified for a secondary index key is " \
	"not supported. The AttributeValue for a key attribute cannot contain an empty %s value. "    \
	"IndexName: %.*s, IndexKey: %.*s"
#define TEXT_CONDITION_TYPE INVALID_PARAMETERS "Condition parameter type does not match schema type"
#define TEXT_KEY_UPDATED \
	INVALID_PARAMETERS "Cannot update attribute %.*s. This attribute is part of the key"
#define TEXT_INDEX_KEY_UPDATED \
	"The update expression attempted to update the secondary index key to unsupported type"
/* Vectors of items; the service has two wordings, of which this is the newer one. */
#define NOT_VALID "One or more parameter values are not valid. "
#define INVALID_VECTOR NOT_VALID "One or more parameter values were invalid . "
#define TEXT_VECTOR_SIZE \
	INVALID_VECTOR "Invalid size for parameter %.*s, Expected: %d, Actual: %d. IndexName: %.*s"
#define TEXT_VECTOR_NO_LIST \
	INVALID_VECTOR "Invalid type for parameter %.*s, Expected: L, Actual: %s. IndexName: %.*s"
#define TEXT_VECTOR_ELEMENT_TYPE                                                           \
	INVALID_VECTOR "Invalid type for parameter %.*s[%d], Expected: 32-bit floating point " \
	               "number, Actual: %s. IndexName: %.*s"
#define TEXT_VECTOR_ELEMENT_RANGE                                                            \
	INVALID_VECTOR "Invalid value for parameter %.*s[%d], Value: %s is outside valid range " \
	               "[-3.4028235E38, 3.4028235E38]. IndexName: %.*s"
#define TEXT_VECTOR_ATTRIBUTE_TYPE                                                              \
	"One or more parameter values were invalid. Attribute '%.*s' type mismatch. Expected: %s, " \
	"Actual: %s. IndexName: %.*s"
#define TEXT_VECTOR_HASH_EMPTIED                                                          \
	NOT_VALID                                                                             \
	"The update expression attempted to update a secondary index key to a value that is " \
	"not supported. The AttributeValue for a key attribute cannot contain an empty %s "   \
	"value."
#define TEXT_VECTOR_HASH_SIZE                                                                \
	INVALID_PARAMETERS "Aggregate size for HASH key attributes exceeds the maximum of 2048 " \
	                   "bytes"
#define TEXT_INDEX_KEY_EMPTIED                                                                 \
	"One or more parameter values are not valid. The update expression attempted to update a " \
	"secondary index key to a value that is not supported. The AttributeValue for a key "      \
	"attribute cannot contain an empty %s value. IndexName: %.*s, IndexKey: %.*s"

/* Legacy parameters. */
#define TEXT_LEGACY_OPERATOR INVALID_PARAMETERS "ComparisonOperator %.*s is not valid"
#define TEXT_LEGACY_COUNT \
	INVALID_PARAMETERS "Invalid number of argument(s) for the %s ComparisonOperator"
#define TEXT_LEGACY_OPERAND_TYPE \
	INVALID_PARAMETERS "ComparisonOperator %s is not valid for %s AttributeValue type"
#define TEXT_LEGACY_MIXED_TYPES \
	INVALID_PARAMETERS "AttributeValues inside AttributeValueList must be of same type"
#define TEXT_LEGACY_BETWEEN                                                                       \
	"The BETWEEN condition was provided a range where the lower bound is greater than the upper " \
	"bound"
#define TEXT_LEGACY_LIST_ALONE \
	INVALID_PARAMETERS         \
	"AttributeValueList can only be used with a ComparisonOperator for Attribute: %.*s"
#define TEXT_LEGACY_VALUE_MISSING \
	INVALID_PARAMETERS "Value must be provided when Exists is %s for Attribute: %.*s"
#define TEXT_LEGACY_VALUE_GIVEN \
	INVALID_PARAMETERS "Value cannot be used when Exists is false for Attribute: %.*s"
#define TEXT_LEGACY_EXISTS_OPERATOR \
	INVALID_PARAMETERS "Exists and ComparisonOperator cannot be used together for Attribute: %.*s"
#define TEXT_LEGACY_VALUE_AND_LIST \
	INVALID_PARAMETERS "Value and AttributeValueList cannot be used together for Attribute: %.*s"
#define TEXT_LEGACY_NO_VALUE                                                                     \
	INVALID_PARAMETERS "Value or AttributeValueList must be used with ComparisonOperator: %.*s " \
	                   "for Attribute: %.*s"
#define TEXT_LEGACY_NOT_INDEXABLE "Attempted conditional constraint is not an indexable operation"
#define TEXT_LEGACY_ADD_TYPE INVALID_PARAMETERS "ADD action is not supported for the type %s"
#define TEXT_LEGACY_DELETE_TYPE \
	INVALID_PARAMETERS "DELETE action with value is not supported for the type %s"
#define TEXT_LEGACY_VALUE_LACKING \
	INVALID_PARAMETERS "Only DELETE action is allowed when no attribute value is specified"
#define TEXT_LEGACY_NAME_TWICE INVALID_PARAMETERS "Duplicate value in attribute name: %.*s"
#define TEXT_CONDITIONAL_ALONE "ConditionalOperator cannot be used without Filter or Expected"
#define TEXT_CONDITIONAL_OF_ONE \
	"ConditionalOperator can only be used when Filter or Expected has two or more elements"

/* Writes and batches. */
#define TEXT_RETURN_VALUES "ReturnValues can only be ALL_OLD or NONE"
#define TEXT_CONDITION_FAILED "The conditional request failed"
#define TEXT_DUPLICATE_ITEM "Duplicate primary key exists in table"
#define TEXT_BATCH_GET_TOO_MANY "Too many items requested for the BatchGetItem call"
#define TEXT_BATCH_WRITE_TOO_MANY "Too many items requested for the BatchWriteItem call"
#define TEXT_WRITE_REQUEST_EMPTY \
	"Supplied WriteRequest is empty, must contain exactly one of the supported requests"
#define TEXT_WRITE_REQUEST_SEVERAL                                                          \
	"Supplied WriteRequest has more than one request set, must contain exactly one of the " \
	"supported requests"
#define TEXT_NO_TABLE "Requested resource not found"

/* Requests that SQL makes, which are dynamo's own. */
#define TEXT_STORED_ESCAPE "Invalid escape in $s: %.*s"
#define TEXT_STORED_ESCAPE_NAME "Invalid escape in the name %.*s"
#define TEXT_NO_OBJECT "%s must be an object"
#define TEXT_NAMES_NO_STRINGS "ExpressionAttributeNames must be an object of strings"

/* Answers. */
#define TEXT_ANSWER_SIZE "The answer would have more than %d MB of text"

/* Throughput and quotas. */
#define REFER_TO_GUIDE                                                                           \
	"Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher " \
	"limits."
#define TEXT_QUOTA_ACCOUNT                                                                       \
	"This request would have caused the %s limit to be exceeded for the account in %s. Current " \
	"%s reserved by the account: " INT64_FORMAT ". Limit: %d. Requested: " INT64_FORMAT          \
	". " REFER_TO_GUIDE
#define TEXT_QUOTA_TABLE                                                                         \
	"The requested %s, " INT64_FORMAT ", is above the per table maximum for the account in %s. " \
	"Per table maximum: %d. " REFER_TO_GUIDE
#define TEXT_QUOTA_INDEX                                                          \
	"The requested %s for index %.*s, " INT64_FORMAT                              \
	", is above the per index maximum for the account in %s. Per table maximum: " \
	"%d. " REFER_TO_GUIDE
#define TEXT_QUOTA_REQUESTED \
	"Subscriber limit exceeded: Requested %s for %s exceeds %s of the account in region %s"
#define TEXT_DECREASES                                                                            \
	"Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC " \
	"day. After the first %d decreases, each subsequent decrease in the same UTC day can be "     \
	"performed at most once every 3600 seconds. Number of decreases today: " INT64_FORMAT         \
	". Last decrease at %s. Next decrease can be made at %s"
#define TEXT_ON_DEMAND_SWITCHES                                                             \
	"Subscriber limit exceeded: Update to PayPerRequest mode are limited to %d times in 1 " \
	"day(s). Last update at %s. Next update can be made at %s"
#define TEXT_UNITS_BOUNDS "Given value " INT64_FORMAT " for %s is out of bounds"
#define TEXT_ON_DEMAND_OF_PROVISIONED \
	INVALID_PARAMETERS                \
	"%s for OnDemandThroughput%s cannot be specified when table BillingMode is PROVISIONED."
#define TEXT_ON_DEMAND_TO_PROVISIONED                                                    \
	INVALID_PARAMETERS "%s for OnDemandThroughput%s cannot be specified when the table " \
	                   "BillingMode is PROVISIONED"
#define TEXT_ON_DEMAND_RANGE \
	INVALID_PARAMETERS "Requested %s for OnDemandThroughput for %s is outside of valid range"
#define TEXT_WARM_BELOW_CURRENT                                                        \
	INVALID_PARAMETERS "Requested %s for WarmThroughput for %s is lower than current " \
	                   "WarmThroughput, decreasing WarmThroughput is not supported"
#define TEXT_WARM_BELOW_PROVISIONED \
	INVALID_PARAMETERS              \
	"Requested %s for WarmThroughput for %s is lower than %s of ProvisionedThroughput"
#define TEXT_UNITS_ON_DEMAND                                                                     \
	INVALID_PARAMETERS "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when " \
	                   "BillingMode is PAY_PER_REQUEST"
#define TEXT_UNITS_MISSING                                                                     \
	INVALID_PARAMETERS "ReadCapacityUnits and WriteCapacityUnits must both be specified when " \
	                   "BillingMode is PROVISIONED"
#define TEXT_INDEX_THROUGHPUT_ON_DEMAND                                                      \
	INVALID_PARAMETERS "ProvisionedThroughput should not be specified for index: %.*s when " \
	                   "BillingMode is PAY_PER_REQUEST"
#define TEXT_INDEX_UNITS_MISSING \
	INVALID_PARAMETERS "ProvisionedThroughput is not specified for index: %.*s"
#define TEXT_INDEX_UNITS_HALF \
	INVALID_PARAMETERS        \
	"Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: %.*s"
#define TEXT_INDEX_UPDATE_NONE                                                          \
	INVALID_PARAMETERS "At least one of ProvisionedThroughput, OnDemandThroughput and " \
	                   "WarmThroughput is required to update index: %.*s"
#define TEXT_INDEX_UPDATE_ON_DEMAND                                                    \
	INVALID_PARAMETERS "The only Updates for index: %.*s when TableThroughputMode is " \
	                   "PAY_PER_REQUEST can be to OnDemandThroughput, WarmThroughput"
#define TEXT_INDEX_UNITS_NEEDED \
	INVALID_PARAMETERS "ProvisionedThroughput must be specified for index: %.*s"
#define TEXT_PROVISIONED_ON_DEMAND \
	INVALID_PARAMETERS             \
	"ProvisionedThroughput cannot be specified when BillingMode is PAY_PER_REQUEST"
#define TEXT_PROVISIONED_MISSING \
	INVALID_PARAMETERS "ProvisionedThroughput must be specified when BillingMode is PROVISIONED"
#define TEXT_THROUGHPUT_SAME                                                                 \
	"The provisioned throughput for the %s will not change. The requested value equals the " \
	"current value. Current ReadCapacityUnits provisioned for %s: " INT64_FORMAT             \
	". Requested ReadCapacityUnits: " INT64_FORMAT                                           \
	". Current WriteCapacityUnits provisioned for %s: " INT64_FORMAT                         \
	". Requested WriteCapacityUnits: " INT64_FORMAT                                          \
	". Refer to the Amazon DynamoDB Developer Guide for current limits and how to request "  \
	"higher limits."
#define INITIAL_THROUGHPUT_PAGE                                         \
	"https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/" \
	"on-demand-capacity-mode.html#on-demand-capacity-mode-initial"
#define TEXT_WARM_BELOW_INITIAL                                                                   \
	INVALID_PARAMETERS "Requested %s for WarmThroughput for %s is lower than initial throughput " \
	                   "for OnDemand. See: " INITIAL_THROUGHPUT_PAGE

/* Streams. */
#define TEXT_SHARD_FILTER_NO_TYPE INVALID_PARAMETERS "ShardFilter has no Type"
#define TEXT_SHARD_FILTER_NO_SHARD \
	INVALID_PARAMETERS "ShardFilter of type CHILD_SHARDS has no ShardId"
#define TEXT_SEQUENCE_NUMBER_GIVEN \
	INVALID_PARAMETERS "ShardIteratorType %s must not have a SequenceNumber"
#define TEXT_SEQUENCE_NUMBER_MISSING \
	INVALID_PARAMETERS "ShardIteratorType %s needs a SequenceNumber"
#define TEXT_SEQUENCE_NUMBER_INVALID \
	INVALID_PARAMETERS "SequenceNumber is no number of 21 to 40 digits: %.*s"
#define TEXT_SHARD_ITERATOR_INVALID "Invalid ShardIterator"
#define TEXT_SHARD_ITERATOR_EXPIRED                                                            \
	"Iterator expired. The iterator was created at time %s while right now it is %s which is " \
	"further in the future than the tolerated delay of %d milliseconds."
#define TEXT_STREAM_ENABLED "Table already has an enabled stream: TableName: %.*s"
#define TEXT_STREAM_DISABLED "Table has no stream to disable: TableName: %.*s"
#define TEXT_NO_STREAM "Requested resource not found: Stream: %.*s not found"
#define TEXT_NO_SHARD "Requested resource not found: Shard does not exist"
#define TEXT_SHARD_ID_INVALID                                                                  \
	ENVELOPE "Value '%.*s' at '%s' failed to satisfy constraint: Member must satisfy regular " \
	         "expression pattern: shardId-[0-9]{20}-[a-zA-Z0-9]{1,36}"
#define TEXT_TRIMMED "The data you are trying to access has been trimmed"

/* Destinations. */
#define TEXT_DESTINATION_STATE \
	"Table is not in a valid state to enable Kinesis Streaming Destination: "
#define TEXT_DESTINATION_PRECISION_SAME                                                      \
	"Invalid Request: Precision is already set to the desired value of %s for tableId: %s, " \
	"kdsArn: %s"
#define TEXT_DESTINATION_NOT_DISABLED                                                        \
	"EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE " \
	"operation."
#define TEXT_DESTINATION_DISABLE \
	"Stream cannot be disabled using EnableKinesisStreamingConfiguration parameters"
#define TEXT_DESTINATION_NOT_ACTIVE \
	"KinesisStreamingDestination must be ACTIVE to perform DISABLE operation."
#define TEXT_NO_DESTINATION \
	"No streaming destination with streamArn: %.*s found for table with tableName: %.*s"
#define TEXT_DESTINATION_UPDATE                                                            \
	"Kinesis streaming is not in ACTIVE state. Updates are only allowed in ACTIVE state. " \
	"TableName: %.*s, kdsArn: %.*s"
#define TEXT_DESTINATION_UPDATE_NONE                                  \
	"Streaming destination cannot be updated with given parameters: " \
	"UpdateKinesisStreamingConfiguration cannot be null or contain only null values"

/* Contributor Insights: why they fail. */
#define TEXT_INSIGHTS_NO_ROOM                                                                \
	"As many tables and indexes as dynamo.max_contributor_insights have their keys counted " \
	"now. Disable Contributor Insights for other tables or indexes, or raise the setting."

#endif
