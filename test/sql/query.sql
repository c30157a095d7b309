-- Query: key conditions, indexes, pages, and each rule of its parameters.
SELECT dynamo.create_table('{"TableName": "qry", "BillingMode": "PAY_PER_REQUEST",
  "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "S"},
                           {"AttributeName": "g", "AttributeType": "N"}, {"AttributeName": "l", "AttributeType": "N"}],
  "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
  "GlobalSecondaryIndexes": [{"IndexName": "by_g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
                              "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["v"]}},
                             {"IndexName": "all_g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}],
  "LocalSecondaryIndexes": [{"IndexName": "by_l", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "l", "KeyType": "RANGE"}],
                             "Projection": {"ProjectionType": "KEYS_ONLY"}}]}') IS NOT NULL AS created;
SELECT dynamo.put_item(jsonb_build_object('TableName', 'qry', 'Item', jsonb_build_object('pk', '{"S": "a"}'::jsonb, 'sk', jsonb_build_object('S', 's' || i),
  'g', jsonb_build_object('N', (i % 2)::text), 'l', jsonb_build_object('N', (10 - i)::text), 'v', jsonb_build_object('N', i::text), 'w', jsonb_build_object('S', 'w' || i)))) FROM generate_series(1, 5) i;
SELECT dynamo.put_item('{"TableName": "qry", "Item": {"pk": {"S": "a"}, "sk": {"S": "t1"}}}');
SELECT dynamo.put_item('{"TableName": "qry", "Item": {"pk": {"S": "b"}, "sk": {"S": "s1"}}}');

-- each key condition, in both forms; only sort keys shown
CREATE FUNCTION query_keys(request jsonb) RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(i->'sk'->>'S', ' ' ORDER BY n) FROM jsonb_array_elements(dynamo.query(request || '{"TableName": "qry"}')->'Items') WITH ORDINALITY x (i, n) $$;
SELECT query_keys('{"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}}');
SELECT query_keys('{"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}, "ScanIndexForward": false}');
SELECT c AS condition, query_keys(jsonb_build_object('KeyConditionExpression', 'pk = :p AND ' || c, 'ExpressionAttributeValues',
    '{":p": {"S": "a"}, ":x": {"S": "s2"}}'::jsonb || CASE WHEN c ~ ':y' THEN '{":y": {"S": "s4"}}' ELSE '{}'::jsonb END)) AS expression
  FROM unnest(ARRAY['sk = :x', 'sk < :x', 'sk <= :x', 'sk > :x', 'sk >= :x', 'sk BETWEEN :x AND :y', 'begins_with(sk, :x)']) c;
SELECT c AS condition, query_keys(jsonb_build_object('KeyConditions', jsonb_build_object('pk', '{"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]}'::jsonb,
    'sk', jsonb_build_object('ComparisonOperator', c, 'AttributeValueList', '[{"S": "s2"}]'::jsonb || CASE WHEN c = 'BETWEEN' THEN '[{"S": "s4"}]' ELSE '[]'::jsonb END)))) AS legacy
  FROM unnest(ARRAY['EQ', 'LT', 'LE', 'GT', 'GE', 'BETWEEN', 'BEGINS_WITH']) c;

-- Limit counts what is evaluated; LastEvaluatedKey whenever it stopped the page
SELECT dynamo.query('{"TableName": "qry", "KeyConditionExpression": "pk = :p", "FilterExpression": "v > :v", "ExpressionAttributeValues": {":p": {"S": "a"}, ":v": {"N": "2"}}, "Limit": 3, "ProjectionExpression": "sk"}');
SELECT dynamo.query('{"TableName": "qry", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}, "Limit": 6, "Select": "COUNT"}');
SELECT dynamo.query('{"TableName": "qry", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}, "Limit": 7, "Select": "COUNT"}');
SELECT dynamo.query('{"TableName": "qry", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}, "Select": "COUNT", "ExclusiveStartKey": {"pk": {"S": "a"}, "sk": {"S": "t1"}}}');
SELECT dynamo.query('{"TableName": "qry", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "none"}}, "ReturnConsumedCapacity": "TOTAL"}');
SELECT query_keys('{"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}, "ExclusiveStartKey": {"pk": {"S": "a"}, "sk": {"S": "s3"}}, "Limit": 2}');
SELECT query_keys('{"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}, "ExclusiveStartKey": {"pk": {"S": "a"}, "sk": {"S": "s3"}}, "Limit": 2, "ScanIndexForward": false}');

-- a global index: its projection, its position, its capacity
SELECT dynamo.query('{"TableName": "qry", "IndexName": "by_g", "KeyConditionExpression": "g = :g AND begins_with(sk, :s)", "ExpressionAttributeValues": {":g": {"N": "1"}, ":s": {"S": "s"}}, "Limit": 2, "ReturnConsumedCapacity": "INDEXES"}');
SELECT query_keys('{"IndexName": "by_g", "KeyConditionExpression": "g = :g", "ExpressionAttributeValues": {":g": {"N": "1"}}, "ExclusiveStartKey": {"pk": {"S": "a"}, "sk": {"S": "s3"}, "g": {"N": "1"}}}');
-- what is not projected is not there for a filter
SELECT query_keys('{"IndexName": "by_g", "KeyConditionExpression": "g = :g", "FilterExpression": "attribute_exists(v)", "ExpressionAttributeValues": {":g": {"N": "1"}}}');
SELECT query_keys('{"IndexName": "all_g", "KeyConditionExpression": "g = :g", "FilterExpression": "attribute_exists(w)", "ExpressionAttributeValues": {":g": {"N": "1"}}}');
-- pages of equal index keys
SELECT dynamo.query('{"TableName": "qry", "IndexName": "all_g", "KeyConditionExpression": "g = :g", "ExpressionAttributeValues": {":g": {"N": "0"}}, "Limit": 1, "ProjectionExpression": "sk"}');
SELECT dynamo.query('{"TableName": "qry", "IndexName": "all_g", "KeyConditionExpression": "g = :g", "ExpressionAttributeValues": {":g": {"N": "0"}}, "Limit": 1, "ProjectionExpression": "sk", "ExclusiveStartKey": {"g": {"N": "0"}, "pk": {"S": "a"}, "sk": {"S": "s2"}}}');

-- a local index: its projection, and what is fetched from the table
SELECT dynamo.query('{"TableName": "qry", "IndexName": "by_l", "KeyConditionExpression": "pk = :p AND l < :l", "ExpressionAttributeValues": {":p": {"S": "a"}, ":l": {"N": "7"}}, "ReturnConsumedCapacity": "INDEXES", "ConsistentRead": true}');
SELECT dynamo.query('{"TableName": "qry", "IndexName": "by_l", "KeyConditionExpression": "pk = :p AND l < :l", "ExpressionAttributeValues": {":p": {"S": "a"}, ":l": {"N": "7"}}, "ReturnConsumedCapacity": "INDEXES", "ProjectionExpression": "w, l"}');
SELECT dynamo.query('{"TableName": "qry", "IndexName": "by_l", "KeyConditionExpression": "pk = :p AND l = :l", "ExpressionAttributeValues": {":p": {"S": "a"}, ":l": {"N": "6"}}, "Select": "ALL_ATTRIBUTES"}');
SELECT dynamo.query('{"TableName": "qry", "IndexName": "by_l", "KeyConditionExpression": "pk = :p AND l = :l", "ExpressionAttributeValues": {":p": {"S": "a"}, ":l": {"N": "6"}}, "Select": "ALL_PROJECTED_ATTRIBUTES"}');

-- parameters
CREATE FUNCTION query_error(request jsonb) RETURNS text LANGUAGE plpgsql AS $$
  BEGIN RETURN dynamo.query('{"TableName": "qry", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}}' || request);
  EXCEPTION WHEN OTHERS THEN RETURN sqlerrm; END $$;
SELECT query_error('{"KeyConditionExpression": null, "ExpressionAttributeValues": null}');
SELECT query_error('{"AttributesToGet": ["v"], "QueryFilter": {}, "ConditionalOperator": "AND", "KeyConditions": {}, "FilterExpression": "a = b", "ProjectionExpression": "x"}');
SELECT query_error('{"KeyConditions": {"pk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "none"}]}}, "KeyConditionExpression": null, "FilterExpression": "attribute_exists(v)", "ExpressionAttributeValues": null}');
SELECT query_error('{"KeyConditions": {"pk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "none"}]}}, "KeyConditionExpression": null}');
SELECT query_error('{"KeyConditions": {"pk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "none"}]}}, "KeyConditionExpression": null, "ExpressionAttributeValues": null, "ConditionalOperator": "OR"}');
SELECT query_error('{"Select": "SPECIFIC_ATTRIBUTES"}');
SELECT query_error('{"Select": "ALL_PROJECTED_ATTRIBUTES"}');
SELECT query_error('{"Select": "ALL_ATTRIBUTES", "ProjectionExpression": "v"}');
SELECT query_error('{"Select": "COUNT", "ProjectionExpression": "v"}');
SELECT query_error('{"TableName": "absent"}');
SELECT query_error('{"IndexName": "absent"}');
SELECT query_error('{"IndexName": "by_g", "KeyConditionExpression": "g = :g", "FilterExpression": "attribute_exists(w)", "ExpressionAttributeValues": {":g": {"N": "1"}}}');
SELECT filter, query_error(jsonb_build_object('IndexName', 'by_g', 'KeyConditionExpression', 'g = :g', 'FilterExpression', filter, 'ExpressionAttributeValues', '{":g": {"N": "1"}}'::jsonb))
FROM unnest(ARRAY['b = :g AND (a = :g OR NOT a.x = v)', 'zz = :g OR aa = :g OR mm = :g']) filter;
SELECT query_error('{"IndexName": "by_g", "ConsistentRead": true}');
SELECT query_error('{"IndexName": "by_g", "Select": "ALL_ATTRIBUTES"}');
SELECT query_error('{"IndexName": "by_g", "ProjectionExpression": "w, v, u"}');
SELECT query_error('{"IndexName": "by_g"}');
SELECT query_error('{"KeyConditionExpression": "pk > :p"}');
SELECT query_error('{"KeyConditionExpression": "sk = :p"}');
SELECT query_error('{"KeyConditionExpression": "pk = :p AND v = :p"}');
SELECT query_error('{"ExpressionAttributeValues": {":p": {"N": "1"}}}');
SELECT query_error('{"ExpressionAttributeValues": {":p": {"S": ""}}}');
SELECT query_error(jsonb_build_object('ExpressionAttributeValues', jsonb_build_object(':p', jsonb_build_object('S', repeat('x', 2049)))));
SELECT query_error('{"FilterExpression": "sk > :p"}');
SELECT query_error('{"IndexName": "by_g", "KeyConditionExpression": "g = :p", "ExpressionAttributeValues": {":p": {"N": "1"}}, "FilterExpression": "g > :p"}');
SELECT query_error('{"KeyConditions": {"pk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]}}, "KeyConditionExpression": null, "ExpressionAttributeValues": null, "QueryFilter": {"sk": {"ComparisonOperator": "NOT_NULL"}}}');
SELECT query_error('{"KeyConditions": {"pk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]}, "sk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]}, "v": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]}}, "KeyConditionExpression": null, "ExpressionAttributeValues": null}');

-- an index that is not built yet
BEGIN;
SELECT dynamo.update_table('{"TableName": "qry", "AttributeDefinitions": [{"AttributeName": "v", "AttributeType": "N"}],
  "GlobalSecondaryIndexUpdates": [{"Create": {"IndexName": "by_v", "KeySchema": [{"AttributeName": "v", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}}]}') IS NOT NULL AS updated;
SELECT query_error('{"IndexName": "by_v", "KeyConditionExpression": "v = :p", "ExpressionAttributeValues": {":p": {"N": "1"}}}');
ROLLBACK;

-- the start key
SELECT query_error('{"ExclusiveStartKey": {"pk": {"S": "a"}}}');
SELECT query_error('{"ExclusiveStartKey": {"pk": {"S": "a"}, "x": {"S": "a"}}}');
SELECT query_error('{"ExclusiveStartKey": {"pk": {"S": "a"}, "sk": {"N": "1"}}}');
SELECT query_error('{"ExclusiveStartKey": {"pk": {"S": "b"}, "sk": {"S": "s1"}}}');
SELECT query_error('{"KeyConditionExpression": "pk = :p AND sk > :p", "ExclusiveStartKey": {"pk": {"S": "a"}, "sk": {"S": "A"}}}');
SELECT query_error('{"IndexName": "by_l", "ExclusiveStartKey": {"pk": {"S": "a"}, "sk": {"S": "s1"}}}');

DROP FUNCTION query_keys, query_error;
-- A query keeps no lock of partitions and their indexes, where what it saw need not be seen again.
CREATE VIEW locked_parts AS SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE l.pid = pg_backend_pid() AND c.relname LIKE 'qry/%';
BEGIN;
SELECT dynamo.query('{"TableName": "qry", "IndexName": "all_g", "KeyConditionExpression": "g = :g", "ExpressionAttributeValues": {":g": {"N": "1"}}, "Select": "COUNT"}')->'Count' AS count, dynamo.scan('{"TableName": "qry", "Select": "COUNT"}')->'Count' > '0' AS scanned;
SELECT * FROM locked_parts;
ROLLBACK;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT dynamo.query('{"TableName": "qry", "IndexName": "all_g", "KeyConditionExpression": "g = :g", "ExpressionAttributeValues": {":g": {"N": "1"}}, "Select": "COUNT"}')->'Count' AS count;
SELECT * FROM locked_parts;
ROLLBACK;
DROP VIEW locked_parts;
SELECT dynamo.delete_table('{"TableName": "qry"}') IS NOT NULL AS deleted;

-- an index of several partition and sort attributes
SELECT dynamo.create_table('{"TableName": "multi", "BillingMode": "PAY_PER_REQUEST",
  "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "p1", "AttributeType": "S"}, {"AttributeName": "p2", "AttributeType": "N"},
                           {"AttributeName": "s1", "AttributeType": "N"}, {"AttributeName": "s2", "AttributeType": "S"}],
  "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
  "GlobalSecondaryIndexes": [{"IndexName": "by_all", "KeySchema": [{"AttributeName": "p1", "KeyType": "HASH"}, {"AttributeName": "p2", "KeyType": "HASH"},
      {"AttributeName": "s1", "KeyType": "RANGE"}, {"AttributeName": "s2", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "KEYS_ONLY"}}]}') IS NOT NULL AS created;
SELECT dynamo.put_item(jsonb_build_object('TableName', 'multi', 'Item', jsonb_build_object('id', jsonb_build_object('S', 'i' || i), 'p1', '{"S": "x"}'::jsonb, 'p2', '{"N": "1"}'::jsonb,
  's1', jsonb_build_object('N', (i / 2)::text), 's2', jsonb_build_object('S', 'z' || i), 'v', '{"S": "v"}'::jsonb))) FROM generate_series(1, 4) i;
SELECT dynamo.query('{"TableName": "multi", "IndexName": "by_all", "KeyConditionExpression": "p1 = :a AND p2 = :b AND s1 = :c AND s2 > :d", "ExpressionAttributeValues": {":a": {"S": "x"}, ":b": {"N": "1"}, ":c": {"N": "1"}, ":d": {"S": "z2"}}}');
SELECT dynamo.query('{"TableName": "multi", "IndexName": "by_all", "KeyConditionExpression": "p1 = :a AND p2 = :b AND s1 >= :c", "ExpressionAttributeValues": {":a": {"S": "x"}, ":b": {"N": "1"}, ":c": {"N": "1"}}, "Limit": 2}');
SELECT dynamo.query('{"TableName": "multi", "IndexName": "by_all", "KeyConditionExpression": "p1 = :a", "ExpressionAttributeValues": {":a": {"S": "x"}}}');
SELECT dynamo.query('{"TableName": "multi", "IndexName": "by_all", "KeyConditionExpression": "p1 = :a AND p2 = :b AND s2 = :d", "ExpressionAttributeValues": {":a": {"S": "x"}, ":b": {"N": "1"}, ":d": {"S": "z2"}}}');
SELECT dynamo.query('{"TableName": "multi", "IndexName": "by_all", "KeyConditionExpression": "p1 = :a AND p2 = :b AND s1 > :c AND s2 = :d", "ExpressionAttributeValues": {":a": {"S": "x"}, ":b": {"N": "1"}, ":c": {"N": "1"}, ":d": {"S": "z2"}}}');
SELECT dynamo.delete_table('{"TableName": "multi"}') IS NOT NULL AS deleted;

-- pages end at 1 MB of what is evaluated
SELECT dynamo.create_table('{"TableName": "pages", "BillingMode": "PAY_PER_REQUEST",
  "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"}],
  "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]}') IS NOT NULL AS created;
SELECT count(dynamo.put_item(jsonb_build_object('TableName', 'pages', 'Item', jsonb_build_object('pk', '{"S": "a"}'::jsonb, 'sk', jsonb_build_object('N', i::text), 'v', jsonb_build_object('S', repeat('x', 300 * 1024)))))) FROM generate_series(1, 6) i;
SELECT dynamo.query('{"TableName": "pages", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}, "Select": "COUNT", "ReturnConsumedCapacity": "TOTAL"}');
SELECT dynamo.query('{"TableName": "pages", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}, "Select": "COUNT", "ExclusiveStartKey": {"pk": {"S": "a"}, "sk": {"N": "4"}}, "ConsistentRead": true, "ReturnConsumedCapacity": "TOTAL"}');
SELECT dynamo.delete_table('{"TableName": "pages"}') IS NOT NULL AS deleted;
