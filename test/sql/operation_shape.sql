-- Requests are checked against the service model before anything else.
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

-- JSON of the wrong type
SELECT pg_temp.try('describe_table', request) FROM (VALUES
	('[]'), ('"text"'), ('{"TableName": 1}'), ('{"TableName": 1.5}'), ('{"TableName": true}'),
	('{"TableName": false}'), ('{"TableName": []}'), ('{"TableName": {}}')) AS r (request);
SELECT pg_temp.try('scan', '{"TableName": "Music", ' || member || '}') FROM (VALUES
	('"Limit": "1"'), ('"Limit": true'), ('"Limit": []'), ('"Limit": 3000000000'),
	('"ConsistentRead": "true"'), ('"ConsistentRead": 1'),
	('"AttributesToGet": "a"'), ('"AttributesToGet": {}'), ('"AttributesToGet": [1]'),
	('"ScanFilter": "a"'), ('"ScanFilter": []'), ('"ScanFilter": {"a": "b"}'),
	('"ScanFilter": {"a": {"AttributeValueList": [{"S": 1}]}}')) AS m (member);
SELECT pg_temp.try('put_item', '{"TableName": "Music", "Item": ' || item || '}') FROM (VALUES
	('{"a": "b"}'), ('{"a": {"N": 1}}'), ('{"a": {"B": true}}'), ('{"a": {"SS": "b"}}'),
	('{"a": {"BOOL": "true"}}'), ('{"a": {"M": []}}'), ('{"a": {"L": [{"L": [{"S": 1}]}]}}'),
	('{"a": {"M": {"b": {"NULL": 1}}}}')) AS i (item);
SELECT pg_temp.try('create_table', '{"ProvisionedThroughput": {"ReadCapacityUnits": "1"}}');

-- A wrong type comes before every violated constraint, wherever it stands.
SELECT pg_temp.try('get_item', '{"TableName": "", "Key": {"a": {"S": 1}}}');

-- Missing members, in the order of the model; JSON null is absence.
SELECT pg_temp.try('put_item', '{}');
SELECT pg_temp.try('put_item', '{"TableName": null, "Item": {}}');
SELECT pg_temp.try('create_table', '{}');
SELECT pg_temp.try('create_table', '{"TableName": "Music", "AttributeDefinitions": [{}], "KeySchema": [{"AttributeName": "a"}]}');

-- Lengths, ranges, patterns, sets of values
SELECT pg_temp.try('get_item', '{"TableName": "", "Key": {}}');
SELECT pg_temp.try('query', '{"TableName": "Music", "IndexName": ""}');
SELECT pg_temp.try('query', '{"TableName": "Music", "IndexName": "a!"}');
SELECT pg_temp.try('query', '{"TableName": "Music", "Limit": 0}');
SELECT pg_temp.try('list_tables', '{"Limit": 101, "ExclusiveStartTableName": "a"}');
SELECT pg_temp.try('scan', '{"TableName": "Music", "Segment": -1, "TotalSegments": 1000001}');
SELECT pg_temp.try('scan', '{"TableName": "Music", "AttributesToGet": [], "Select": "all"}');
SELECT pg_temp.try('get_item', '{"TableName": "Music", "Key": {}, "ReturnConsumedCapacity": "total"}');
SELECT pg_temp.try('put_item', '{"TableName": "Music", "Item": {}, "ReturnValues": "OLD", "ReturnItemCollectionMetrics": "", "ReturnValuesOnConditionCheckFailure": "ALL_NEW"}');
SELECT pg_temp.try('create_table', '{"TableName": "Music", "AttributeDefinitions": [{"AttributeName": "", "AttributeType": "SS"}], "KeySchema": []}');
SELECT pg_temp.try('create_table', '{"TableName": "Music", "AttributeDefinitions": [], "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}, {"AttributeName": "b", "KeyType": "RANGE"}, {"AttributeName": "c", "KeyType": "RANGE"}]}');
SELECT pg_temp.try('create_table', '{"TableName": "Music", "AttributeDefinitions": [], "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}], "ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": -1}}');
-- Lengths count characters, not bytes.
SELECT pg_temp.try('tag_resource', format('{"ResourceArn": "a", "Tags": [{"Key": "%s", "Value": ""}]}', repeat('é', 128)));
SELECT pg_temp.try('tag_resource', format('{"ResourceArn": "a", "Tags": [{"Key": "%s", "Value": ""}]}', repeat('é', 129)));

-- Elements of lists and maps
SELECT pg_temp.try('query', '{"TableName": "Music", "KeyConditions": {"a": {"ComparisonOperator": "LIKE"}, "b": {}}}');
SELECT pg_temp.try('untag_resource', '{"ResourceArn": "a", "TagKeys": ["a", ""]}');
SELECT pg_temp.try('untag_resource', '{"ResourceArn": "a", "TagKeys": [null]}');
SELECT pg_temp.try('put_item', '{"TableName": "Music", "Item": {"a": null}}');
SELECT pg_temp.try('put_item', '{"TableName": "Music", "Item": {"a": {"L": [null]}}}');
SELECT pg_temp.try('batch_get_item', '{"RequestItems": {}}');
SELECT pg_temp.try('batch_get_item', '{"RequestItems": {"Music": {"Keys": []}}}');
SELECT pg_temp.try('batch_write_item', '{"RequestItems": {"Music": []}}');
SELECT pg_temp.try('batch_write_item', '{"RequestItems": {"": [{"PutRequest": {}}]}}');
SELECT left(message, 60), right(message, 140)
FROM pg_temp.try('batch_write_item', jsonb_build_object('RequestItems', jsonb_build_object('Music',
	(SELECT jsonb_agg('{"DeleteRequest": {"Key": {"a": {"S": "b"}}}}'::jsonb) FROM generate_series(1, 26))))::text) AS message;
SELECT left(message, 60), right(message, 120), length(message) < 10000
FROM pg_temp.try('batch_get_item', jsonb_build_object('RequestItems', jsonb_build_object('Music',
	jsonb_build_object('Keys', (SELECT jsonb_agg(jsonb_build_object('a', jsonb_build_object('S', repeat('é', 500)))) FROM generate_series(1, 101)))))::text) AS message;

-- At most ten
SELECT pg_temp.try('create_table', jsonb_build_object('TableName', 'Music', 'KeySchema', '[]'::jsonb, 'AttributeDefinitions',
	(SELECT jsonb_agg('{"AttributeName": ""}'::jsonb) FROM generate_series(1, 7)))::text);

-- Members that the model does not know are ignored.
SELECT pg_temp.try('describe_limits', '{"Unknown": [1]}');
SELECT pg_temp.try('list_tables', '{"Limit": 1.9, "ExclusiveStartTableName": "zzzz"}');

-- U+0000 does not cut the message.
SELECT pg_temp.try('put_item', '{"TableName": "Music", "Item": {"$u:a\\0b": null}}');

-- Names and ARNs of tables
SELECT pg_temp.try('describe_table', jsonb_build_object('TableName', name)::text) FROM (VALUES
	('ab'), (repeat('a', 256)), ('a b c'), ('Müsik'), ('Music'),
	('arn:aws:dynamodb:us-east-1:000000000000:table/Music'),
	('arn:aws:dynamodb:us-east-1:000000000000:table/Music/index/i'),
	('arn:aws:dynamodb:eu-west-1:000000000000:table/Music'),
	('arn:aws:dynamodb:us-east-1:000000000001:table/Music'),
	('arn:aws:s3:us-east-1:000000000000:table/Music'),
	('arn:aws:dynamodb:us-east-1'), ('arn:')) AS n (name);
