-- How each operation tells what is wrong with a request: the envelope, the words for bad values, and the forms of
-- constraints. A rule is tried on every operation and member that it covers.
SELECT dynamo.create_table('{"TableName": "errs", "BillingMode": "PAY_PER_REQUEST",
  "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
  "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]}') IS NOT NULL AS created;
CREATE FUNCTION pg_temp.err(operation text, request jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	EXECUTE format('SELECT dynamo.%I($1)', operation) USING request;
	RETURN 'done';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
-- requests of each operation around a value, with these members besides
CREATE FUNCTION pg_temp.with_value(value jsonb) RETURNS TABLE (operation text, place text, request jsonb) LANGUAGE sql AS $$
	SELECT operation, place, replace(request, '@', value::text)::jsonb FROM (VALUES
		('put_item', 'Item', '{"TableName": "errs", "Item": {"pk": {"S": "x"}, "v": @}}'),
		('put_item', 'Item, nested', '{"TableName": "errs", "Item": {"pk": {"S": "x"}, "v": {"L": [{"M": {"m": @}}]}}}'),
		('put_item', 'Expected', '{"TableName": "errs", "Item": {"pk": {"S": "x"}}, "Expected": {"v": {"Value": @}}}'),
		('put_item', ':v', '{"TableName": "errs", "Item": {"pk": {"S": "x"}}, "ConditionExpression": "v = :v", "ExpressionAttributeValues": {":v": @}}'),
		('update_item', 'Key', '{"TableName": "errs", "Key": {"pk": @}}'),
		('update_item', 'AttributeUpdates', '{"TableName": "errs", "Key": {"pk": {"S": "x"}}, "AttributeUpdates": {"v": {"Value": @}}}'),
		('update_item', ':v', '{"TableName": "errs", "Key": {"pk": {"S": "x"}}, "UpdateExpression": "SET v = :v", "ExpressionAttributeValues": {":v": @}}'),
		('delete_item', 'Key', '{"TableName": "errs", "Key": {"pk": @}}'),
		('delete_item', ':v', '{"TableName": "errs", "Key": {"pk": {"S": "x"}}, "ConditionExpression": "v = :v", "ExpressionAttributeValues": {":v": @}}'),
		('get_item', 'Key', '{"TableName": "errs", "Key": {"pk": @}}'),
		('batch_get_item', 'Keys', '{"RequestItems": {"errs": {"Keys": [{"pk": @}]}}}'),
		('query', ':v', '{"TableName": "errs", "KeyConditionExpression": "pk = :v", "ExpressionAttributeValues": {":v": @}}'),
		('query', 'KeyConditions', '{"TableName": "errs", "KeyConditions": {"pk": {"ComparisonOperator": "EQ", "AttributeValueList": [@]}}}'),
		('query', 'QueryFilter', '{"TableName": "errs", "KeyConditions": {"pk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "x"}]}}, "QueryFilter": {"v": {"ComparisonOperator": "EQ", "AttributeValueList": [@]}}}'),
		('query', 'ExclusiveStartKey', '{"TableName": "errs", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "x"}}, "ExclusiveStartKey": {"pk": @}}'),
		('scan', ':v', '{"TableName": "errs", "FilterExpression": "v = :v", "ExpressionAttributeValues": {":v": @}}'),
		('scan', 'ScanFilter', '{"TableName": "errs", "ScanFilter": {"v": {"ComparisonOperator": "EQ", "AttributeValueList": [@]}}}'),
		('batch_write_item', 'Item', '{"RequestItems": {"errs": [{"PutRequest": {"Item": {"pk": {"S": "x"}, "v": @}}}]}}'),
		('transact_write_items', 'Item', '{"TransactItems": [{"Put": {"TableName": "errs", "Item": {"pk": {"S": "x"}, "v": @}}}]}'),
		('transact_write_items', ':v', '{"TransactItems": [{"ConditionCheck": {"TableName": "errs", "Key": {"pk": {"S": "x"}}, "ConditionExpression": "v = :v", "ExpressionAttributeValues": {":v": @}}}]}'),
		('transact_get_items', 'Key', '{"TransactItems": [{"Get": {"TableName": "errs", "Key": {"pk": @}}}]}'),
		('execute_statement', 'parameter', '{"Statement": "SELECT * FROM errs WHERE pk = ?", "Parameters": [@]}')
	) AS requests (operation, place, request)
$$;
\pset format unaligned
\pset tuples_only on

-- one bad value in every place
SELECT operation, place, pg_temp.err(operation, request) FROM pg_temp.with_value('{"N": "abc"}');
-- every bad value in one place of each style
SELECT value, operation, pg_temp.err(operation, request)
FROM unnest(ARRAY['{"N": ""}', '{"N": "1e126"}', '{"N": "0e126"}', '{"N": "0e-131"}', '{"N": "1e2147483647"}', '{"N": "1e2147483648"}', '{"N": "-1e-2147483649"}',
	'{"N": "1e99999999999999999999"}', '{"NS": ["1", "1.0"]}', '{"SS": ["b", "a", "b"]}', '{"SS": ["c", "b", "c", "a", "b"]}', '{"BS": ["/w==", "AA==", "AA=="]}',
	'{"SS": []}', '{"NS": []}', '{"BS": []}', '{"NULL": false}', '{}', '{"S": "a", "N": "1"}', '{"M": {"": {"N": "1"}}}']::jsonb[]) WITH ORDINALITY AS v (value, n),
	pg_temp.with_value(value)
WHERE (operation, place) IN (('put_item', 'Item'), ('query', ':v'), ('scan', ':v'), ('batch_write_item', 'Item')) ORDER BY n, operation;
-- what is wrong with an expression's text
SELECT operation, pg_temp.err(operation, request || extra) FROM (VALUES
	('put_item', '{"TableName": "errs", "Item": {"pk": {"S": "x"}}}'::jsonb), ('update_item', '{"TableName": "errs", "Key": {"pk": {"S": "x"}}}'),
	('delete_item', '{"TableName": "errs", "Key": {"pk": {"S": "x"}}}')) AS requests (operation, request),
	unnest(ARRAY['{"ConditionExpression": "a ="}', '{"ConditionExpression": ""}', '{"ConditionExpression": "a = :v"}', '{"ConditionExpression": "a = a"}',
		'{"ConditionExpression": "((attribute_exists(a)))"}', '{"ConditionExpression": "attribute_exists(a)", "ExpressionAttributeNames": {"#b": "b"}}',
		'{"ConditionExpression": "begins_with(a, :v)", "ExpressionAttributeValues": {":v": {"N": "1"}}}', '{"ExpressionAttributeNames": {"#b": "b"}}',
		'{"ExpressionAttributeValues": {":v": {"N": "1"}}}', '{"ConditionExpression": "attribute_exists(a)", "ExpressionAttributeNames": {}}',
		'{"ConditionExpression": "a = :v", "ExpressionAttributeValues": {}}', '{"ConditionExpression": "a = :v", "Expected": {"a": {"Exists": false}}}',
		'{"ConditionExpression": "attribute_exists(#a)", "ExpressionAttributeNames": {"#a": ""}}']::jsonb[]) extra;
SELECT pg_temp.err(operation, request) FROM (VALUES
	('update_item', '{"TableName": "errs", "Key": {"pk": {"S": "x"}}, "UpdateExpression": "SET a = :v, a.b = :v", "ExpressionAttributeValues": {":v": {"N": "1"}}}'::jsonb),
	('update_item', '{"TableName": "errs", "Key": {"pk": {"S": "x"}}, "UpdateExpression": "SET a = :v SET b = :v", "ExpressionAttributeValues": {":v": {"N": "1"}}}'),
	('put_item', '{"TableName": "errs", "Item": {"pk": {"S": "x"}}, "Expected": {"a": {"Exists": true}}}'),
	('put_item', '{"TableName": "errs", "Item": {"pk": {"S": "x"}}, "Expected": {"a": {"ComparisonOperator": "BETWEEN", "AttributeValueList": [{"N": "1"}]}}}'),
	('put_item', '{"TableName": "errs", "Item": {"pk": {"S": "x"}}, "ReturnValues": "ALL_NEW"}'),
	('get_item', '{"TableName": "errs", "Key": {"pk": {"S": "x"}}, "ProjectionExpression": "a b"}'),
	('scan', '{"TableName": "errs", "FilterExpression": "a ="}')) AS requests (operation, request);
-- what only the table or the item can tell is bare
SELECT pg_temp.err(operation, request) FROM (VALUES
	('put_item', '{"TableName": "errs", "Item": {"v": {"S": "x"}}}'::jsonb), ('put_item', '{"TableName": "errs", "Item": {"pk": {"N": "1"}}}'),
	('put_item', '{"TableName": "errs", "Item": {"pk": {"S": ""}}}'), ('put_item', '{"TableName": "no", "Item": {"pk": {"S": ""}}}'),
	('update_item', '{"TableName": "errs", "Key": {"pk": {"N": "1"}}}'),
	('update_item', '{"TableName": "errs", "Key": {"pk": {"S": "x"}}, "UpdateExpression": "SET pk = :v", "ExpressionAttributeValues": {":v": {"S": "1"}}}'),
	('update_item', '{"TableName": "errs", "Key": {"pk": {"S": "x"}}, "UpdateExpression": "SET a.b = :v", "ExpressionAttributeValues": {":v": {"S": "1"}}}'),
	('update_item', '{"TableName": "errs", "Key": {"pk": {"S": "x"}}, "UpdateExpression": "SET a = b"}'),
	('delete_item', '{"TableName": "errs", "Key": {"pk": {"S": "x"}}, "ConditionExpression": "attribute_exists(pk)"}')) AS requests (operation, request);
-- the envelope ends with its operation, by an error too
SELECT dynamo.matches('{}', 'a =');

-- empty names of attributes, wherever a request names one; names behind placeholders and names that are too large
SELECT operation, place, pg_temp.err(operation, replace(request, '@', '')::jsonb), replace(pg_temp.err(operation, replace(request, '@', repeat('é', 32768))::jsonb), repeat('é', 32768), '...') FROM (VALUES
	('put_item', 'Item', '{"TableName": "errs", "Item": {"pk": {"S": "x"}, "@": {"N": "1"}}}'), ('put_item', 'Expected', '{"TableName": "errs", "Item": {"pk": {"S": "x"}}, "Expected": {"@": {"Exists": false}}}'),
	('put_item', '#n', '{"TableName": "errs", "Item": {"pk": {"S": "x"}}, "ConditionExpression": "attribute_not_exists(#n)", "ExpressionAttributeNames": {"#n": "@"}}'),
	('update_item', 'Key', '{"TableName": "errs", "Key": {"@": {"S": "x"}}}'), ('update_item', 'AttributeUpdates', '{"TableName": "errs", "Key": {"pk": {"S": "x"}}, "AttributeUpdates": {"@": {"Action": "DELETE"}}}'),
	('delete_item', 'Key', '{"TableName": "errs", "Key": {"@": {"S": "x"}}}'), ('get_item', 'AttributesToGet', '{"TableName": "errs", "Key": {"pk": {"S": "x"}}, "AttributesToGet": ["pk", "@"]}'),
	('batch_get_item', 'AttributesToGet', '{"RequestItems": {"errs": {"Keys": [{"pk": {"S": "x"}}], "AttributesToGet": ["@"]}}}'), ('batch_write_item', 'Item', '{"RequestItems": {"errs": [{"PutRequest": {"Item": {"@": {"N": "1"}}}}]}}'),
	('query', 'KeyConditions', '{"TableName": "errs", "KeyConditions": {"@": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "x"}]}}}'),
	('query', 'QueryFilter', '{"TableName": "errs", "KeyConditions": {"pk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "x"}]}}, "QueryFilter": {"@": {"ComparisonOperator": "NULL"}}}'),
	('scan', 'ScanFilter', '{"TableName": "errs", "ScanFilter": {"@": {"ComparisonOperator": "NULL"}}}'), ('scan', '#n', '{"TableName": "errs", "ProjectionExpression": "#n", "ExpressionAttributeNames": {"#n": "@"}}'),
	('transact_write_items', 'Item', '{"TransactItems": [{"Put": {"TableName": "errs", "Item": {"pk": {"S": "x"}, "@": {"N": "1"}}}}]}'),
	('transact_get_items', 'Key', '{"TransactItems": [{"Get": {"TableName": "errs", "Key": {"@": {"S": "x"}}}}]}'), ('execute_statement', 'parameter', '{"Statement": "INSERT INTO errs VALUE ?", "Parameters": [{"M": {"pk": {"S": "x"}, "@": {"N": "1"}}}]}'))
	AS requests (operation, place, request);
-- members in the newer form stand alone; a missing one makes all of them old
SELECT operation, request, pg_temp.err(operation, request) FROM (VALUES
	('put_item', '{"TableName": "", "Item": {}, "ReturnValues": "NO"}'::jsonb), ('update_item', '{"TableName": "", "Key": {}, "ReturnConsumedCapacity": "NO"}'),
	('delete_item', '{"TableName": "", "Key": {}}'), ('get_item', '{"TableName": "", "Key": {}}'), ('query', '{"TableName": "", "Limit": 0}'), ('scan', '{"TableName": "", "Limit": 0}'),
	('transact_get_items', '{"TransactItems": [{"Get": {"TableName": "", "Key": {}}}]}'), ('query', '{"TableName": "errs", "Limit": 0}'),
	('batch_get_item', '{"RequestItems": {}}'), ('batch_get_item', '{"RequestItems": {"errs": {"Keys": []}}}'), ('batch_write_item', '{"RequestItems": {}}'), ('batch_write_item', '{}'),
	('update_item', '{"TableName": "errs", "Key": {}, "ReturnValues": "NO", "ReturnConsumedCapacity": "NO"}'), ('delete_item', '{"TableName": "errs", "Key": {}, "ReturnValues": "NO"}'),
	('put_item', '{"TableName": "errs", "Item": {}, "ReturnValues": "NO"}'), ('put_item', '{"TableName": "errs", "Item": {}, "ReturnConsumedCapacity": "NO", "ReturnItemCollectionMetrics": "NO"}'),
	('update_item', '{"TableName": "", "UpdateExpression": "SET a = :a", "ReturnConsumedCapacity": "INVALID", "ReturnValues": "INVALID", "ConditionalOperator": "NO"}'),
	('query', '{"TableName": "errs", "ConditionalOperator": "NO", "Select": "NO", "QueryFilter": {"a": {"ComparisonOperator": "NULL"}, "b": {"ComparisonOperator": "NULL"}}}'),
	('query', '{"TableName": "errs", "ConditionalOperator": "NO", "QueryFilter": {"a": {"ComparisonOperator": "NULL"}}, "KeyConditions": {"pk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "x"}]}}}'),
	('put_item', '{"TableName": "errs", "Item": {}, "ConditionalOperator": "NO", "Expected": {"a": {"Exists": false}, "b": {"Exists": false}}}'),
	('scan', '{"TableName": "errs", "ConditionalOperator": "NO", "ScanFilter": {"a": {"ComparisonOperator": "NULL"}, "b": {"ComparisonOperator": "NULL"}}}'),
	('transact_write_items', '{"TransactItems": [{}], "ClientRequestToken": "", "ReturnItemCollectionMetrics": "NO", "ReturnConsumedCapacity": "NO"}')) AS requests (operation, request);
-- with a value in over 62 lists and maps, enums are told in the older form, and with others
SELECT levels, operation, pg_temp.err(operation, request || '{"TableName": "errs", "ReturnValues": "NO", "ReturnConsumedCapacity": "NO"}') FROM unnest(ARRAY[62, 63]) levels, LATERAL (SELECT (repeat('{"M": {"m": ', levels) || '{"S": "x"}' || repeat('}}', levels))::jsonb AS value) deep, LATERAL (VALUES
	('put_item', jsonb_build_object('Item', jsonb_build_object('pk', value))), ('update_item', jsonb_build_object('Key', '{}'::jsonb, 'ExpressionAttributeValues', jsonb_build_object(':v', value))),
	('delete_item', jsonb_build_object('Key', jsonb_build_object('pk', value)))) AS requests (operation, request);
-- a Query of a table without a sort key has one condition, and nothing to begin after
SELECT pg_temp.err('query', '{"TableName": "errs", "ExpressionAttributeValues": {":p": {"S": "x"}}}' || request) FROM unnest(ARRAY['{"KeyConditionExpression": "pk = :p AND v > :p"}', '{"KeyConditionExpression": "v = :p"}',
	'{"KeyConditionExpression": "pk = :p", "ExclusiveStartKey": {"pk": {"S": "w"}}}', '{"KeyConditionExpression": "pk = :p", "ExclusiveStartKey": {"pk": {"N": ""}}}']::jsonb[]) request;
-- names of tables
SELECT operation, pg_temp.err(operation, request || jsonb_build_object('TableName', name)) FROM (VALUES
	('get_item', '{"Key": {"pk": {"S": "x"}}}'::jsonb), ('put_item', '{"Item": {"pk": {"S": "x"}}, "ReturnConsumedCapacity": "NO"}'), ('describe_table', '{}'), ('update_table', '{}'), ('delete_table', '{}'),
	('describe_time_to_live', '{}'), ('create_table', '{"BillingMode": "NO"}')) AS requests (operation, request), unnest(ARRAY['ab', 'bad table!@#']) name;
SELECT operation, pg_temp.err(operation, '{}') FROM unnest(ARRAY['create_table', 'describe_table', 'update_table', 'delete_table', 'update_time_to_live', 'describe_time_to_live']) operation;
SELECT replace(pg_temp.err('get_item', jsonb_build_object('TableName', repeat('a', 256), 'Key', '{}'::jsonb)), repeat('a', 256), 'a...');
SELECT pg_temp.err(operation, request) FROM (VALUES
	('batch_get_item', '{"RequestItems": {"bad!name": {"Keys": [{"pk": {"S": "a"}}]}}, "ReturnConsumedCapacity": "NO"}'::jsonb),
	('batch_get_item', '{"RequestItems": {"ab": {"Keys": [{"pk": {"S": "a"}}]}}}'),
	('batch_write_item', '{"RequestItems": {"bad!name": [{"DeleteRequest": {"Key": {"pk": {"S": "a"}}}}]}}'),
	('batch_write_item', '{"RequestItems": {"bad!name": [{"DeleteRequest": {"Key": {"pk": {"S": "a"}}}}]}, "ReturnConsumedCapacity": "NO", "ReturnItemCollectionMetrics": "NO"}')) AS requests (operation, request);
-- a table's ARN in place of its name, and of what has tags
SELECT arn, pg_temp.err('describe_table', jsonb_build_object('TableName', arn)), pg_temp.err('list_tags_of_resource', jsonb_build_object('ResourceArn', arn))
FROM unnest(ARRAY['arn:aws:dynamodb:us-east-1:000000000000:table/none', 'arn:aws:dynamodb:eu-west-1:000000000000:table/errs', 'arn:aws-cn:dynamodb:us-east-1:000000000000:table/errs',
	'arn:aws:dynamodb:us-east-1:000000000001:table/errs', 'arn:aws:dynamodb:us-east-1:000000000000:table/errs/index/i', 'arn:aws:dynamodb:us-east-1:000000000000:table/errs/stream/2024-11-18T14:36:44.149',
	'arn:aws:dynamodb:us-east-1:000000000000:backup/errs', 'arn:aws:s3:us-east-1:000000000000:table/errs', 'arn:aws', 'errs']) arn;
-- an echo that is cut has its brackets closed
SELECT right(pg_temp.err('transact_get_items', jsonb_build_object('TransactItems', (SELECT jsonb_agg('{"Get": {"TableName": "errs", "Key": {"pk": {"S": "x"}}}}'::jsonb) FROM generate_series(1, 101)))), 140);
-- expressions and legacy parameters do not go together in one request, be it for two tables
SELECT pg_temp.err('batch_get_item', '{"RequestItems": {"errs": {"Keys": [{"pk": {"S": "x"}}], "AttributesToGet": ["v"]}, "other": {"Keys": [{"pk": {"S": "x"}}], "ProjectionExpression": "v"}}}');
-- names of keys are counted in bytes
SELECT right(pg_temp.err('create_table', jsonb_build_object('TableName', 'bytes', 'BillingMode', 'PAY_PER_REQUEST', 'AttributeDefinitions', jsonb_build_array(jsonb_build_object('AttributeName', repeat('é', n), 'AttributeType', 'N')),
	'KeySchema', jsonb_build_array(jsonb_build_object('AttributeName', repeat('é', n), 'KeyType', 'SORT')))), 150) FROM unnest(ARRAY[127, 128]) n;
-- placeholders
SELECT parameter, pg_temp.err('put_item', jsonb_build_object('TableName', 'errs', 'Item', '{"pk": {"S": "x"}}'::jsonb, 'ConditionExpression', 'attribute_exists(a)',
	parameter, jsonb_build_object(mark || repeat('a', 255), value)))
FROM (VALUES ('ExpressionAttributeNames', '#', '"x"'::jsonb), ('ExpressionAttributeValues', ':', '{"S": "x"}')) AS p (parameter, mark, value);

-- tags: one bad one and none is added
SELECT tag, pg_temp.err('tag_resource', jsonb_build_object('ResourceArn', 'arn:aws:dynamodb:us-east-1:000000000000:table/errs', 'Tags', jsonb_build_array('{"Key": "good", "Value": "é \u00a01+-=._:/@"}'::jsonb, tag)))
FROM unnest(ARRAY['{"Key": "", "Value": "v"}', '{"Value": "v"}', '{"Key": "k"}', '{"Key": "a#b", "Value": "v"}', '{"Key": "k", "Value": "a*"}', '{"Key": "AWS:k", "Value": "v"}', '{"Key": "good", "Value": "v"}']::jsonb[]) tag;
SELECT length(pg_temp.err('tag_resource', jsonb_build_object('ResourceArn', 'arn:aws:dynamodb:us-east-1:000000000000:table/errs', 'Tags',
	jsonb_build_array(jsonb_build_object('Key', repeat('k', key_length), 'Value', repeat('v', value_length))))))
FROM (VALUES (128, 256), (129, 1), (1, 257)) AS lengths (key_length, value_length);
SELECT pg_temp.err('untag_resource', jsonb_build_object('ResourceArn', 'arn:aws:dynamodb:us-east-1:000000000000:table/errs', 'TagKeys', keys))
FROM unnest(ARRAY['[]', '["a#"]', '["aws:a"]', '["kkk"]']::jsonb[]) keys;
SELECT pg_temp.err('untag_resource', jsonb_build_object('ResourceArn', 'arn:aws:dynamodb:us-east-1:000000000000:table/errs', 'TagKeys', (SELECT jsonb_agg('k' || n) FROM generate_series(1, 51) n)));
SELECT jsonb_array_length(dynamo.list_tags_of_resource('{"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/errs"}') -> 'Tags');
SELECT dynamo.delete_table('{"TableName": "errs"}') IS NOT NULL;
