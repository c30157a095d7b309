-- UpdateItem: what it creates, changes and returns, and each rule of its parameters.
SELECT dynamo.create_table('{"TableName": "upd", "BillingMode": "PAY_PER_REQUEST",
  "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "g", "AttributeType": "S"}],
  "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
  "GlobalSecondaryIndexes": [{"IndexName": "by_g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}], "Projection": {"ProjectionType": "KEYS_ONLY"}}]}') IS NOT NULL AS created;

-- an item of just its key
SELECT dynamo.update_item('{"TableName": "upd", "Key": {"pk": {"S": "bare"}}, "ReturnValues": "ALL_NEW"}');
-- removing from nothing creates nothing
SELECT dynamo.update_item('{"TableName": "upd", "Key": {"pk": {"S": "none"}}, "UpdateExpression": "REMOVE a", "ReturnValues": "ALL_NEW"}');
SELECT dynamo.get_item('{"TableName": "upd", "Key": {"pk": {"S": "none"}}}');
-- created by an update
SELECT dynamo.update_item('{"TableName": "upd", "Key": {"pk": {"S": "a"}}, "UpdateExpression": "SET x = :x, m = :m ADD c :one", "ExpressionAttributeValues": {":x": {"S": "1"}, ":m": {"M": {"i": {"N": "1"}, "j": {"N": "2"}}}, ":one": {"N": "1"}}}');

-- each ReturnValues
SELECT dynamo.update_item('{"TableName": "upd", "Key": {"pk": {"S": "a"}}, "UpdateExpression": "SET m.i = m.i + :one", "ExpressionAttributeValues": {":one": {"N": "1"}}, "ReturnValues": "UPDATED_OLD"}');
SELECT dynamo.update_item('{"TableName": "upd", "Key": {"pk": {"S": "a"}}, "UpdateExpression": "SET m.i = m.i + :one", "ExpressionAttributeValues": {":one": {"N": "1"}}, "ReturnValues": "UPDATED_NEW"}');
SELECT dynamo.update_item('{"TableName": "upd", "Key": {"pk": {"S": "a"}}, "UpdateExpression": "SET x = :x", "ExpressionAttributeValues": {":x": {"S": "2"}}, "ReturnValues": "ALL_OLD"}');
SELECT dynamo.update_item('{"TableName": "upd", "Key": {"pk": {"S": "a"}}, "UpdateExpression": "REMOVE x", "ReturnValues": "ALL_NEW"}');
SELECT dynamo.update_item('{"TableName": "upd", "Key": {"pk": {"S": "a"}}, "UpdateExpression": "REMOVE c", "ReturnValues": "UPDATED_NEW"}');
SELECT dynamo.update_item('{"TableName": "upd", "Key": {"pk": {"S": "new"}}, "UpdateExpression": "SET x = :x", "ExpressionAttributeValues": {":x": {"S": "2"}}, "ReturnValues": "UPDATED_OLD"}');
SELECT dynamo.update_item('{"TableName": "upd", "Key": {"pk": {"S": "new2"}}, "UpdateExpression": "SET x = :x", "ExpressionAttributeValues": {":x": {"S": "2"}}, "ReturnValues": "ALL_OLD"}');

-- the legacy form
SELECT dynamo.update_item('{"TableName": "upd", "Key": {"pk": {"S": "old"}}, "AttributeUpdates": {"a": {"Action": "DELETE"}}, "ReturnValues": "ALL_NEW"}');
SELECT dynamo.update_item('{"TableName": "upd", "Key": {"pk": {"S": "old"}}, "AttributeUpdates": {"a": {"Value": {"N": "1"}}, "b": {"Value": {"NS": ["1", "2"]}, "Action": "ADD"}}, "ReturnValues": "ALL_NEW"}');
SELECT dynamo.update_item('{"TableName": "upd", "Key": {"pk": {"S": "old"}}, "AttributeUpdates": {"a": {"Value": {"N": "1"}, "Action": "ADD"}, "b": {"Value": {"NS": ["1"]}, "Action": "DELETE"}}, "Expected": {"a": {"Value": {"N": "1"}}}, "ReturnValues": "UPDATED_NEW"}');
SELECT dynamo.update_item('{"TableName": "upd", "Key": {"pk": {"S": "old"}}, "AttributeUpdates": {"a": {"Action": "DELETE"}}, "Expected": {"a": {"Value": {"N": "1"}}}}');

-- conditions
SELECT dynamo.update_item('{"TableName": "upd", "Key": {"pk": {"S": "a"}}, "UpdateExpression": "SET y = :y", "ConditionExpression": "attribute_not_exists(pk)", "ExpressionAttributeValues": {":y": {"S": "y"}}}');
SELECT dynamo.update_item('{"TableName": "upd", "Key": {"pk": {"S": "a"}}, "UpdateExpression": "SET y = :y", "ConditionExpression": "m.i > :y", "ExpressionAttributeValues": {":y": {"N": "5"}}, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}');

-- capacity by the larger of old and new
SELECT dynamo.update_item(jsonb_build_object('TableName', 'upd', 'Key', '{"pk": {"S": "c"}}'::jsonb, 'UpdateExpression', 'SET big = :b, g = :g', 'ExpressionAttributeValues', jsonb_build_object(':b', jsonb_build_object('S', repeat('x', 3000)), ':g', '{"S": "g"}'::jsonb), 'ReturnConsumedCapacity', 'INDEXES'));
SELECT dynamo.update_item('{"TableName": "upd", "Key": {"pk": {"S": "c"}}, "UpdateExpression": "REMOVE big", "ReturnConsumedCapacity": "INDEXES"}');
SELECT dynamo.update_item('{"TableName": "upd", "Key": {"pk": {"S": "c"}}, "UpdateExpression": "SET g = :g", "ExpressionAttributeValues": {":g": {"S": "h"}}, "ReturnConsumedCapacity": "TOTAL"}');

-- parameters
SELECT dynamo.update_item('{"TableName": "upd", "Key": {"pk": {"S": "a"}}, "UpdateExpression": "REMOVE x", "AttributeUpdates": {"a": {"Action": "DELETE"}}, "Expected": {"a": {"Exists": false}}}');
SELECT dynamo.update_item('{"TableName": "upd", "Key": {"pk": {"S": "a"}}, "ConditionExpression": "attribute_exists(pk)", "AttributeUpdates": {"a": {"Action": "DELETE"}}}');
SELECT dynamo.update_item('{"TableName": "upd", "Key": {"pk": {"S": "a"}}, "ExpressionAttributeNames": {"#a": "a"}}');
SELECT dynamo.update_item('{"TableName": "upd", "Key": {"pk": {"S": "a"}}, "ExpressionAttributeValues": {":a": {"S": "a"}}}');
SELECT dynamo.update_item('{"TableName": "upd", "Key": {"pk": {"S": "a"}}, "UpdateExpression": "SET x = y"}');
SELECT dynamo.update_item('{"TableName": "upd", "Key": {"pk": {"S": "a"}}, "UpdateExpression": "SET pk = :x", "ExpressionAttributeValues": {":x": {"S": "2"}}}');
SELECT dynamo.update_item('{"TableName": "upd", "Key": {"pk": {"S": "a"}}, "UpdateExpression": "SET x = pk", "ReturnValues": "UPDATED_NEW"}');
SELECT dynamo.update_item('{"TableName": "upd", "Key": {"pk": {"S": "a"}}, "AttributeUpdates": {"pk": {"Value": {"S": "b"}}}}');
SELECT dynamo.update_item('{"TableName": "absent", "Key": {"x": {"S": "a"}}, "UpdateExpression": "SET x = :x", "ExpressionAttributeValues": {":x": {"S": "2"}}}');
SELECT dynamo.update_item('{"TableName": "upd", "Key": {"x": {"S": "a"}}}');
-- an index key of the wrong type, by an expression and by the legacy form
SELECT dynamo.update_item('{"TableName": "upd", "Key": {"pk": {"S": "a"}}, "UpdateExpression": "SET g = :g", "ExpressionAttributeValues": {":g": {"N": "2"}}}');
SELECT dynamo.update_item('{"TableName": "upd", "Key": {"pk": {"S": "a"}}, "AttributeUpdates": {"g": {"Value": {"N": "1"}}}}');
SELECT dynamo.update_item('{"TableName": "upd", "Key": {"pk": {"S": "a"}}, "UpdateExpression": "SET g = :g", "ExpressionAttributeValues": {":g": {"S": ""}}}');
-- too big only together with what is there
SELECT dynamo.update_item(jsonb_build_object('TableName', 'upd', 'Key', '{"pk": {"S": "big"}}'::jsonb, 'UpdateExpression', 'SET x = :x', 'ExpressionAttributeValues', jsonb_build_object(':x', jsonb_build_object('S', repeat('x', 300 * 1024)))));
SELECT dynamo.update_item(jsonb_build_object('TableName', 'upd', 'Key', '{"pk": {"S": "big"}}'::jsonb, 'UpdateExpression', 'SET y = :x', 'ExpressionAttributeValues', jsonb_build_object(':x', jsonb_build_object('S', repeat('x', 300 * 1024)))));

-- names have at most 65535 bytes, by which way they come
CREATE FUNCTION pg_temp.named(request text, name text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  PERFORM dynamo.update_item(replace(request, '@', name)::jsonb || '{"TableName": "upd", "Key": {"pk": {"S": "named"}}}');
  RETURN 'updated';
EXCEPTION WHEN SQLSTATE 'DY001' THEN
  RETURN SQLERRM;
END $$;
SELECT request, octet_length(name) AS bytes, pg_temp.named(request, name)
FROM unnest(ARRAY[
  '{"UpdateExpression": "SET #n = :v", "ExpressionAttributeNames": {"#n": "@"}, "ExpressionAttributeValues": {":v": {"S": "v"}}}',
  '{"UpdateExpression": "SET a = :v REMOVE #n", "ExpressionAttributeNames": {"#n": "@"}, "ExpressionAttributeValues": {":v": {"M": {}}}}',
  '{"UpdateExpression": "SET a.#n = :v", "ExpressionAttributeNames": {"#n": "@"}, "ExpressionAttributeValues": {":v": {"S": "v"}}}',
  '{"UpdateExpression": "SET a = :v", "ExpressionAttributeValues": {":v": {"M": {"@": {"S": "v"}}}}}',
  '{"AttributeUpdates": {"@": {"Value": {"S": "v"}}}}',
  '{"AttributeUpdates": {"a": {"Value": {"S": "v"}}}, "Expected": {"@": {"ComparisonOperator": "NOT_NULL"}}}']) WITH ORDINALITY AS requests (request, number),
  (VALUES (repeat('é', 32767) || 'e'), (repeat('é', 32768))) AS names (name)
ORDER BY number, bytes;
-- so that what was stored is read and kept
SELECT dynamo.check_item(item, 'HASH S pk'), dynamo.from_item(item) -> 'pk' AS key FROM dynamo_views.upd WHERE pk = 'named';
SELECT dynamo.update_item('{"TableName": "upd", "Key": {"pk": {"S": "named"}}, "UpdateExpression": "SET a = :v", "ExpressionAttributeValues": {":v": {"S": "again"}}, "ReturnValues": "UPDATED_NEW"}');

SELECT dynamo.delete_table('{"TableName": "upd"}') IS NOT NULL AS deleted;
