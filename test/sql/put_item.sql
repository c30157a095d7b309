-- PutItem: what it stores and returns, and each rule of its parameters.
SELECT dynamo.create_table('{"TableName": "put", "BillingMode": "PAY_PER_REQUEST",
  "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"},
                           {"AttributeName": "g", "AttributeType": "S"}, {"AttributeName": "l", "AttributeType": "S"}],
  "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
  "GlobalSecondaryIndexes": [{"IndexName": "by_g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
                              "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["v"]}}],
  "LocalSecondaryIndexes": [{"IndexName": "by_l", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "l", "KeyType": "RANGE"}],
                             "Projection": {"ProjectionType": "KEYS_ONLY"}}]}') IS NOT NULL AS created;

-- a new item, then the same replaced as a whole
SELECT dynamo.put_item('{"TableName": "put", "Item": {"pk": {"S": "a"}, "sk": {"N": "1.0"}, "v": {"L": [{"BOOL": true}, {"NULL": true}]}}}');
SELECT dynamo.put_item('{"TableName": "put", "Item": {"pk": {"S": "a"}, "sk": {"N": "1"}, "w": {"S": ""}}, "ReturnValues": "ALL_OLD"}');
SELECT dynamo.get_item('{"TableName": "put", "Key": {"pk": {"S": "a"}, "sk": {"N": "1"}}}');
-- nothing old to return
SELECT dynamo.put_item('{"TableName": "put", "Item": {"pk": {"S": "b"}, "sk": {"N": "1"}}, "ReturnValues": "ALL_OLD"}');

-- conditions
SELECT dynamo.put_item('{"TableName": "put", "Item": {"pk": {"S": "b"}, "sk": {"N": "2"}}, "ConditionExpression": "attribute_not_exists(pk)"}');
SELECT dynamo.put_item('{"TableName": "put", "Item": {"pk": {"S": "b"}, "sk": {"N": "2"}}, "ConditionExpression": "attribute_not_exists(pk)"}');
SELECT dynamo.put_item('{"TableName": "put", "Item": {"pk": {"S": "b"}, "sk": {"N": "2"}}, "ConditionExpression": "attribute_not_exists(pk)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}');
SELECT dynamo.put_item('{"TableName": "put", "Item": {"pk": {"S": "b"}, "sk": {"N": "3"}}, "ConditionExpression": "attribute_exists(pk)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}');
SELECT dynamo.put_item('{"TableName": "put", "Item": {"pk": {"S": "b"}, "sk": {"N": "2"}, "v": {"S": "x"}}, "ConditionExpression": "#p = :p", "ExpressionAttributeNames": {"#p": "pk"}, "ExpressionAttributeValues": {":p": {"S": "b"}}}');
SELECT dynamo.put_item('{"TableName": "put", "Item": {"pk": {"S": "b"}, "sk": {"N": "2"}}, "Expected": {"v": {"Exists": false}}}');
SELECT dynamo.put_item('{"TableName": "put", "Item": {"pk": {"S": "b"}, "sk": {"N": "2"}}, "Expected": {"v": {"Exists": false}, "pk": {"Value": {"S": "b"}}}, "ConditionalOperator": "OR"}');

-- capacity: a unit per KB, and per index whose entry changes
SELECT dynamo.put_item('{"TableName": "put", "Item": {"pk": {"S": "c"}, "sk": {"N": "1"}}, "ReturnConsumedCapacity": "TOTAL"}');
SELECT dynamo.put_item(jsonb_build_object('TableName', 'put', 'ReturnConsumedCapacity', 'INDEXES', 'Item', jsonb_build_object('pk', '{"S": "c"}'::jsonb, 'sk', '{"N": "1"}'::jsonb,
  'g', '{"S": "g1"}'::jsonb, 'l', '{"S": "l1"}'::jsonb, 'v', '{"S": "v"}'::jsonb, 'big', jsonb_build_object('S', repeat('x', 2000)))));
-- big is in no index: the table's old size counts, no index does
SELECT dynamo.put_item('{"TableName": "put", "Item": {"pk": {"S": "c"}, "sk": {"N": "1"}, "g": {"S": "g1"}, "l": {"S": "l1"}, "v": {"S": "v"}}, "ReturnConsumedCapacity": "INDEXES"}');
-- a projected attribute changes: one write; an index key changes: two; an index key goes: one
SELECT dynamo.put_item('{"TableName": "put", "Item": {"pk": {"S": "c"}, "sk": {"N": "1"}, "g": {"S": "g1"}, "l": {"S": "l1"}, "v": {"S": "w"}}, "ReturnConsumedCapacity": "INDEXES"}');
SELECT dynamo.put_item('{"TableName": "put", "Item": {"pk": {"S": "c"}, "sk": {"N": "1"}, "g": {"S": "g2"}, "l": {"S": "l1"}, "v": {"S": "w"}}, "ReturnConsumedCapacity": "INDEXES"}');
SELECT dynamo.put_item('{"TableName": "put", "Item": {"pk": {"S": "c"}, "sk": {"N": "1"}, "g": {"S": "g2"}}, "ReturnConsumedCapacity": "INDEXES"}');

-- by ARN: the response spells the table as the request does
SELECT dynamo.put_item('{"TableName": "arn:aws:dynamodb:us-east-1:000000000000:table/put", "Item": {"pk": {"S": "arn"}, "sk": {"N": "1"}}, "ReturnConsumedCapacity": "TOTAL"}');

-- an item that breaks the rules of an index that came later is not in that index
BEGIN;
ALTER TABLE dynamo_tables."put" DROP CONSTRAINT item_rules;
INSERT INTO dynamo_tables."put" VALUES ('{"pk": "old", "sk": 1, "g": ""}'), ('{"pk": "old", "sk": 2, "g": 5}');
SELECT dynamo.scan('{"TableName": "put", "IndexName": "by_g", "FilterExpression": "pk = :old", "ExpressionAttributeValues": {":old": {"S": "old"}}}') -> 'Items' AS items;
SELECT dynamo.put_item(jsonb_build_object('TableName', 'put', 'Item', jsonb_build_object('pk', '{"S": "old"}'::jsonb, 'sk', jsonb_build_object('N', sk), 'g', '{"S": "g"}'::jsonb), 'ReturnConsumedCapacity', 'INDEXES'))
FROM (VALUES ('1'), ('2')) AS old (sk);
ROLLBACK;

-- metrics of a table with a local index
SELECT dynamo.put_item('{"TableName": "put", "Item": {"pk": {"S": "c"}, "sk": {"N": "2"}}, "ReturnItemCollectionMetrics": "SIZE"}');

-- parameters
SELECT dynamo.put_item('{"TableName": "put", "Item": {"pk": {"S": "a"}, "sk": {"N": "1"}}, "Expected": {"v": {"Exists": false}}, "ConditionExpression": "attribute_exists(pk)"}');
SELECT dynamo.put_item('{"TableName": "put", "Item": {"pk": {"S": "a"}, "sk": {"N": "1"}}, "ConditionalOperator": "AND"}');
SELECT dynamo.put_item('{"TableName": "put", "Item": {"pk": {"S": "a"}, "sk": {"N": "1"}}, "ConditionalOperator": "AND", "Expected": {"v": {"Exists": false}}}');
SELECT dynamo.put_item('{"TableName": "put", "Item": {"pk": {"S": "a"}, "sk": {"N": "1"}}, "ExpressionAttributeNames": {"#a": "a"}}');
SELECT dynamo.put_item('{"TableName": "put", "Item": {"pk": {"S": "a"}, "sk": {"N": "1"}}, "ExpressionAttributeValues": {":a": {"S": "a"}}}');
SELECT dynamo.put_item('{"TableName": "put", "Item": {"pk": {"S": "a"}, "sk": {"N": "1"}}, "ReturnValues": "ALL_NEW"}');
SELECT dynamo.put_item('{"TableName": "put", "Item": {"pk": {"S": "a", "N": "1"}, "sk": {"N": "1"}}, "ReturnValues": "ALL_NEW"}');
SELECT dynamo.put_item('{"TableName": "put", "Item": {"pk": {"S": "a"}, "sk": {"N": "1"}}, "ConditionExpression": "attribute_exists(pk)", "ExpressionAttributeNames": {"#a": "a"}}');
SELECT dynamo.put_item('{"TableName": "absent", "Item": {"pk": {"S": "a"}}}');

-- items that the table cannot hold
SELECT dynamo.put_item('{"TableName": "put", "Item": {"pk": {"S": "a"}}}');
SELECT dynamo.put_item('{"TableName": "put", "Item": {"pk": {"S": "a"}, "sk": {"S": "1"}}}');
SELECT dynamo.put_item('{"TableName": "put", "Item": {"pk": {"S": ""}, "sk": {"N": "1"}}}');
SELECT dynamo.put_item('{"TableName": "put", "Item": {"pk": {"S": "a"}, "sk": {"N": "1"}, "g": {"N": "1"}}}');
SELECT dynamo.put_item(jsonb_build_object('TableName', 'absent', 'Item', jsonb_build_object('pk', '{"S": "c"}'::jsonb, 'v', jsonb_build_object('S', repeat('x', 400 * 1024)))));

-- part of the caller's transaction
BEGIN;
SELECT dynamo.put_item('{"TableName": "put", "Item": {"pk": {"S": "d"}, "sk": {"N": "1"}}}');
SELECT dynamo.get_item('{"TableName": "put", "Key": {"pk": {"S": "d"}, "sk": {"N": "1"}}}');
ROLLBACK;
SELECT dynamo.get_item('{"TableName": "put", "Key": {"pk": {"S": "d"}, "sk": {"N": "1"}}}');

SELECT dynamo.delete_table('{"TableName": "put"}') IS NOT NULL AS deleted;
