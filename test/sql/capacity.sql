-- Consumed capacity by DynamoDB's arithmetic, for each operation.
\set VERBOSITY terse
SELECT dynamo.create_table('{"TableName": "cap", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"}, {"AttributeName": "l", "AttributeType": "S"}, {"AttributeName": "g", "AttributeType": "S"}, {"AttributeName": "h", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
	"LocalSecondaryIndexes": [{"IndexName": "keys", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "l", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "KEYS_ONLY"}}],
	"GlobalSecondaryIndexes": [
		{"IndexName": "all", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}},
		{"IndexName": "some", "KeySchema": [{"AttributeName": "h", "KeyType": "HASH"}], "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["i"]}}]}')->'TableDescription'->'TableName' AS created;

CREATE FUNCTION cap_key(sk int) RETURNS jsonb LANGUAGE sql AS $$ SELECT jsonb_build_object('pk', '{"S": "a"}'::jsonb, 'sk', jsonb_build_object('N', sk::text)) $$;
-- An item of so many bytes.
CREATE FUNCTION cap_item(sk int, size int, more jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
	SELECT k || jsonb_build_object('v', jsonb_build_object('S', repeat('x', size - 1 - dynamo.item_size(dynamo.to_item(k)))))
	FROM (SELECT cap_key(sk) || more AS k) AS s $$;
-- What an answer says: the total, and where it was consumed.
CREATE FUNCTION cap(answer jsonb) RETURNS text LANGUAGE sql AS $$
	SELECT format('%s: table %s', c->'CapacityUnits', c->'Table'->'CapacityUnits') ||
		coalesce((SELECT string_agg(format(', %s %s', key, value->'CapacityUnits'), '' ORDER BY key COLLATE "C")
			FROM jsonb_each(coalesce(c->'LocalSecondaryIndexes', '{}') || coalesce(c->'GlobalSecondaryIndexes', '{}'))), '')
	FROM (SELECT CASE jsonb_typeof(answer->'ConsumedCapacity') WHEN 'array' THEN answer->'ConsumedCapacity'->0 ELSE answer->'ConsumedCapacity' END AS c) AS s $$;
CREATE FUNCTION cap_put(item jsonb) RETURNS text LANGUAGE sql AS $$ SELECT cap(dynamo.put_item('cap', item, return_consumed_capacity => 'INDEXES')) $$;
CREATE FUNCTION cap_update(sk int, expression text, vals jsonb DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
	SELECT cap(dynamo.update_item('cap', cap_key(sk), expression, expression_attribute_values => vals, return_consumed_capacity => 'INDEXES')) $$;
CREATE FUNCTION cap_delete(sk int) RETURNS text LANGUAGE sql AS $$ SELECT cap(dynamo.delete_item('cap', cap_key(sk), return_consumed_capacity => 'INDEXES')) $$;

-- writes: a unit per KB, of the larger of old and new
SELECT dynamo.item_size(dynamo.to_item(cap_item(1, 1024)));
SELECT cap_put(cap_item(1, 1024));
SELECT cap_put(cap_item(1, 1025));
SELECT cap_put(cap_item(1, 100));
SELECT cap_update(1, 'SET v = :v', jsonb_build_object(':v', jsonb_build_object('S', repeat('x', 3000))));
SELECT cap_update(1, 'SET v = v');
SELECT cap_update(1, 'REMOVE v');
SELECT cap_delete(1);
-- nothing is there: still a unit
SELECT cap_delete(1);
SELECT cap_update(1, 'REMOVE v');

-- indexes: by what they store of the item
SELECT cap_put(cap_item(2, 5000, '{"l": {"S": "l"}, "g": {"S": "g"}, "h": {"S": "h"}}'));
-- unchanged, and what is not projected: nothing
SELECT cap_put(cap_item(2, 5000, '{"l": {"S": "l"}, "g": {"S": "g"}, "h": {"S": "h"}}'));
SELECT cap_put(cap_item(2, 5001, '{"l": {"S": "l"}, "g": {"S": "g"}, "h": {"S": "h"}}'));
-- what is projected: one write, by the larger entry
SELECT cap_update(2, 'SET i = :i', jsonb_build_object(':i', jsonb_build_object('S', repeat('x', 2000))));
SELECT cap_update(2, 'REMOVE i');
-- a key: the old entry is deleted, a new one put
SELECT cap_update(2, 'SET l = :x, g = :x', '{":x": {"S": "other"}}');
SELECT cap_update(2, 'SET h = :x, i = :i', jsonb_build_object(':x', '{"S": "other"}'::jsonb, ':i', jsonb_build_object('S', repeat('x', 2000))));
-- an entry that goes, one that comes
SELECT cap_update(2, 'REMOVE g, h');
SELECT cap_update(2, 'SET g = :x', '{":x": {"S": "g"}}');
SELECT cap_delete(2);

-- batches and transactions: the sum of the items; a transaction twice
SELECT cap(dynamo.batch_write_item(jsonb_build_object('RequestItems', jsonb_build_object('cap', jsonb_build_array(
	jsonb_build_object('PutRequest', jsonb_build_object('Item', cap_item(3, 1500))),
	jsonb_build_object('PutRequest', jsonb_build_object('Item', cap_item(4, 300, '{"g": {"S": "g"}}'))),
	jsonb_build_object('DeleteRequest', jsonb_build_object('Key', cap_key(5))))), 'ReturnConsumedCapacity', 'INDEXES')));
SELECT r->'ConsumedCapacity' FROM dynamo.transact_write_items(jsonb_build_object('TransactItems', jsonb_build_array(
	jsonb_build_object('Put', jsonb_build_object('TableName', 'cap', 'Item', cap_item(3, 1500, '{"g": {"S": "g"}}'))),
	jsonb_build_object('ConditionCheck', jsonb_build_object('TableName', 'cap', 'Key', cap_key(5), 'ConditionExpression', 'attribute_not_exists(pk)')),
	jsonb_build_object('Delete', jsonb_build_object('TableName', 'cap', 'Key', cap_key(4)))), 'ReturnConsumedCapacity', 'INDEXES')) r;

-- reads: a unit per 4 KB, half when eventually consistent; each item for itself
SELECT cap_put(cap_item(6, 4096)), cap_put(cap_item(7, 4097)), cap_put(cap_item(8, 10, '{}'));
SELECT sk, cap(dynamo.get_item('cap', cap_key(sk), return_consumed_capacity => 'INDEXES')) AS eventually,
	cap(dynamo.get_item('cap', cap_key(sk), projection_expression => 'pk', consistent_read => true, return_consumed_capacity => 'INDEXES')) AS consistently
FROM unnest(ARRAY[6, 7, 8, 9]) AS sk;
SELECT consistent, cap(dynamo.batch_get_item(jsonb_build_object('RequestItems', jsonb_build_object('cap', jsonb_build_object('ConsistentRead', consistent,
	'Keys', jsonb_build_array(cap_key(6), cap_key(7), cap_key(8), cap_key(9)))), 'ReturnConsumedCapacity', 'INDEXES')))
FROM unnest(ARRAY[false, true]) AS consistent;
SELECT r->'ConsumedCapacity' FROM dynamo.transact_get_items(jsonb_build_object('TransactItems', jsonb_build_array(
	jsonb_build_object('Get', jsonb_build_object('TableName', 'cap', 'Key', cap_key(7))),
	jsonb_build_object('Get', jsonb_build_object('TableName', 'cap', 'Key', cap_key(9)))), 'ReturnConsumedCapacity', 'INDEXES')) r;

-- pages: the sum is rounded, by what the index stores; what a local index lacks is read item by item
CREATE FUNCTION cap_query(more jsonb) RETURNS text LANGUAGE sql AS $$
	SELECT cap(dynamo.query('{"TableName": "cap", "ReturnConsumedCapacity": "INDEXES"}' || more)) $$;
SELECT cap_delete(3);
SELECT cap_query('{"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}}');
SELECT cap_query('{"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}, "Select": "COUNT", "FilterExpression": "attribute_exists(l)", "ConsistentRead": true}');
SELECT cap_query('{"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "nobody"}}}');
SELECT cap(dynamo.scan('{"TableName": "cap", "ReturnConsumedCapacity": "INDEXES"}'));
SELECT count(cap_put(cap_item(sk, 5000, '{"l": {"S": "l"}, "g": {"S": "g"}, "h": {"S": "h"}}'))) FROM generate_series(6, 8) AS sk;
SELECT cap_query('{"IndexName": "keys", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}}');
SELECT cap_query('{"IndexName": "keys", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}, "Select": "ALL_ATTRIBUTES", "ConsistentRead": true}');
SELECT cap_query('{"IndexName": "all", "KeyConditionExpression": "g = :p", "ExpressionAttributeValues": {":p": {"S": "g"}}}');
SELECT cap_query('{"IndexName": "some", "KeyConditionExpression": "h = :p", "ExpressionAttributeValues": {":p": {"S": "h"}}}');
SELECT cap(dynamo.scan('{"TableName": "cap", "IndexName": "all", "ReturnConsumedCapacity": "INDEXES"}'));

-- the detail that is asked for
SELECT detail, dynamo.put_item('cap', cap_item(6, 100, '{"g": {"S": "g"}}'), return_consumed_capacity => detail)
FROM unnest(ARRAY['NONE', 'TOTAL', 'INDEXES']) AS detail;

SELECT dynamo.delete_table('{"TableName": "cap"}')->'TableDescription'->'TableStatus' AS dropped;
DROP FUNCTION cap_query, cap_delete, cap_update, cap_put, cap, cap_item, cap_key;
