-- A member that a request's shape does not have does not exist, of any value.
CREATE FUNCTION pg_temp.try(operation text, request text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE response jsonb;
BEGIN
	EXECUTE format('SELECT dynamo.%I($1::jsonb)', operation) INTO response USING request;
	RETURN response;
EXCEPTION WHEN OTHERS THEN
	RETURN sqlstate || ' ' || sqlerrm;
END $$;
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
SELECT dynamo.create_table('{"TableName": "Members", "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "BillingMode": "PAY_PER_REQUEST"}') IS NOT NULL;
SELECT dynamo.put_item('Members', '{"id": {"S": "k"}, "n": {"N": "1"}}');

-- Good requests; a place where members can be added is marked by a brace and a space.
CREATE TEMP TABLE good (operation text, request text);
INSERT INTO good VALUES
	('get_item', '{ "TableName": "Members", "Key": {"id": {"S": "k"}}}'),
	('put_item', '{ "TableName": "Members", "Item": {"id": {"S": "k"}, "n": {"N": "1"}}}'),
	('update_item', '{ "TableName": "Members", "Key": {"id": {"S": "k"}}, "UpdateExpression": "SET n = :n", "ExpressionAttributeValues": {":n": {"N": "1"}}}'),
	('delete_item', '{ "TableName": "Members", "Key": {"id": {"S": "none"}}}'),
	('query', '{ "TableName": "Members", "KeyConditions": {"id": { "ComparisonOperator": "EQ", "AttributeValueList": [{"S": "k"}]}}}'),
	('scan', '{ "TableName": "Members", "ScanFilter": {"n": { "ComparisonOperator": "NOT_NULL"}}}'),
	('batch_get_item', '{ "RequestItems": {"Members": { "Keys": [{"id": {"S": "k"}}]}}}'),
	('batch_write_item', '{ "RequestItems": {"Members": [{ "PutRequest": { "Item": {"id": {"S": "k"}, "n": {"N": "1"}}}}]}}'),
	('transact_get_items', '{ "TransactItems": [{ "Get": { "TableName": "Members", "Key": {"id": {"S": "k"}}}}]}'),
	('transact_write_items', '{ "TransactItems": [{ "Put": { "TableName": "Members", "Item": {"id": {"S": "k"}, "n": {"N": "1"}}}}, { "ConditionCheck": { "TableName": "Members", "Key": {"id": {"S": "none"}}, "ConditionExpression": "attribute_not_exists(id)"}}]}'),
	('execute_statement', '{ "Statement": "SELECT * FROM Members WHERE id = ''k''"}'),
	('batch_execute_statement', '{ "Statements": [{ "Statement": "SELECT * FROM Members WHERE id = ''k''"}]}'),
	('execute_transaction', '{ "TransactStatements": [{ "Statement": "SELECT * FROM Members WHERE id = ''k''"}]}'),
	('describe_table', '{ "TableName": "None"}'),
	('list_tags_of_resource', '{ "ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/Members"}'),
	('update_table', '{ "TableName": "Members", "GlobalSecondaryIndexUpdates": [{ "Delete": { "IndexName": "none"}}]}'),
	('update_table', '{ "TableName": "Members", "WarmThroughput": { "ReadUnitsPerSecond": 1}}');

-- Members that some structure of the model has
CREATE TEMP TABLE members (name text);
INSERT INTO members SELECT unnest('{Item, Key, Keys, Expected, ReturnValues, ReturnConsumedCapacity, ReturnItemCollectionMetrics, ConditionalOperator,
	ConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues, ReturnValuesOnConditionCheckFailure, AttributesToGet, ConsistentRead,
	ProjectionExpression, AttributeUpdates, UpdateExpression, IndexName, Select, Limit, KeyConditions, KeyConditionExpression, QueryFilter, ScanFilter,
	FilterExpression, ScanIndexForward, ExclusiveStartKey, TotalSegments, Segment, RequestItems, PutRequest, DeleteRequest, Get, Put, Update, Delete,
	ConditionCheck, TransactItems, ClientRequestToken, Statement, Statements, TransactStatements, Parameters, NextToken, Value, Exists,
	ComparisonOperator, AttributeValueList, Create, ProvisionedThroughput, OnDemandThroughput, WarmThroughput, BillingMode, TableClass, Tags, Unknown}'::text[]);
CREATE TEMP TABLE requests AS
SELECT operation, request, array(SELECT name FROM members WHERE position('"' || name || '"' IN request) > 0) AS used FROM good;

-- Which structures take which member is the model's; what it does not know changes no answer, wherever it stands.
SELECT operation, value, pg_temp.try(operation, replace(request, '{ ', '{"Unknown": ' || value || ', ":v": ' || value || ', '))
FROM good, (VALUES ('"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"'), ('{"IndexName": [null], "S": {}}'), ('[[1], {}, null]'), ('1e5'), ('true')) AS v (value)
WHERE pg_temp.try(operation, replace(request, '{ ', '{"Unknown": ' || value || ', ":v": ' || value || ', ')) <> pg_temp.try(operation, request);

-- A member of any other structure, with a value of any type: an answer of DynamoDB's, never an internal error.
SELECT operation, name, value, answer
FROM (SELECT operation, name, value, pg_temp.try(operation, replace(request, '{ ', format('{"%s": %s, ', name, value))) AS answer
	FROM requests, members, (VALUES ('"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"'), ('{"a": "AAAAAAAAAAAAAAAAAAAAAAAA"}'), ('{"IndexName": [null]}'), ('[1, "AAAAAAAAAAAAAAAAAAAAAAAA"]'), ('7'), ('true')) AS v (value)
	WHERE name <> ALL (used)) AS tried
WHERE answer !~ '^(\{|DY0)';

-- The ones that once were read
SELECT pg_temp.try('get_item', '{"TableName": "Members", "Key": {"id": {"S": "k"}}, "ExpressionAttributeValues": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}');
SELECT pg_temp.try('get_item', '{"TableName": "Members", "Key": {"id": {"S": "k"}}, "ExpressionAttributeValues": {":v": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}}');
SELECT pg_temp.try('transact_get_items', '{"TransactItems": [{"Get": {"TableName": "Members", "Key": {"id": {"S": "k"}}, "AttributesToGet": [1]}}]}');
SELECT pg_temp.try('transact_write_items', '{"TransactItems": [{"Put": {"TableName": "Members", "Item": {"id": {"S": "k"}}, "UpdateExpression": [1]}}]}');
SELECT pg_temp.try('batch_execute_statement', '{"Statements": [{"Statement": "INSERT INTO Members VALUE {''id'': ''k''}", "ReturnConsumedCapacity": [1]}]}');
SELECT pg_temp.try('update_table', '{"TableName": "Members", "GlobalSecondaryIndexUpdates": [{":v": {"IndexName": [null]}}]}');
SELECT pg_temp.try('update_table', '{"TableName": "Members", "OnDemandThroughput": {"Unknown": 1}}');

SELECT dynamo.delete_table('{"TableName": "Members"}') IS NOT NULL;
