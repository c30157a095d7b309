-- BatchGetItem: several tables, what is handed back, and each rule of its parameters.
SELECT dynamo.create_table('{"TableName": "bga", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]}') IS NOT NULL AS created;
SELECT dynamo.create_table('{"TableName": "bgb", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "n", "AttributeType": "N"}], "KeySchema": [{"AttributeName": "n", "KeyType": "HASH"}]}') IS NOT NULL AS created;
SELECT dynamo.put_item('{"TableName": "bga", "Item": {"pk": {"S": "a"}, "v": {"S": "x"}, "w": {"S": "y"}}}');
SELECT dynamo.put_item('{"TableName": "bga", "Item": {"pk": {"S": "b"}, "v": {"S": "x"}}}');
SELECT dynamo.put_item('{"TableName": "bgb", "Item": {"n": {"N": "1"}, "v": {"S": "x"}}}');

SELECT dynamo.batch_get_item('{"RequestItems": {"bga": {"Keys": [{"pk": {"S": "b"}}, {"pk": {"S": "none"}}, {"pk": {"S": "a"}}], "ProjectionExpression": "pk, w"}, "bgb": {"Keys": [{"n": {"N": "1"}}], "ConsistentRead": true}}, "ReturnConsumedCapacity": "TOTAL"}');
SELECT dynamo.batch_get_item('{"RequestItems": {"bga": {"Keys": [{"pk": {"S": "none"}}], "AttributesToGet": ["v"]}}}');

-- the answer holds 16 MB: the rest is handed back with the request's other members
SELECT count(dynamo.put_item(jsonb_build_object('TableName', 'bgb', 'Item', jsonb_build_object('n', jsonb_build_object('N', i::text), 'v', jsonb_build_object('S', repeat('x', 390 * 1024)))))) FROM generate_series(1, 45) i;
SELECT jsonb_array_length(r->'Responses'->'bgb') AS answered, r->'UnprocessedKeys' AS unprocessed FROM dynamo.batch_get_item(jsonb_build_object('RequestItems', jsonb_build_object('bgb', jsonb_build_object('ConsistentRead', true, 'ProjectionExpression', '#n', 'ExpressionAttributeNames', '{"#n": "n"}'::jsonb,
  'Keys', (SELECT jsonb_agg(jsonb_build_object('n', jsonb_build_object('N', i::text)) ORDER BY i) FROM generate_series(1, 45) i))))) r;

SELECT dynamo.batch_get_item(jsonb_build_object('RequestItems', jsonb_build_object('bga', jsonb_build_object('Keys', (SELECT jsonb_agg(jsonb_build_object('pk', jsonb_build_object('S', i::text))) FROM generate_series(1, 100) i)), 'bgb', '{"Keys": [{"n": {"N": "1"}}]}'::jsonb)));
SELECT dynamo.batch_get_item('{"RequestItems": {"bgb": {"Keys": [{"n": {"N": "1"}}, {"n": {"N": "2"}}, {"n": {"N": "1.0"}}]}}}');
SELECT dynamo.batch_get_item('{"RequestItems": {"bga": {"Keys": [{"pk": {"S": "a"}}], "AttributesToGet": ["v"], "ProjectionExpression": "v"}}}');
SELECT dynamo.batch_get_item('{"RequestItems": {"bga": {"Keys": [{"pk": {"S": "a"}}], "ExpressionAttributeNames": {"#a": "a"}}}}');
SELECT dynamo.batch_get_item('{"RequestItems": {"bga": {"Keys": [{"pk": {"N": "1"}}]}}}');
SELECT dynamo.batch_get_item('{"RequestItems": {"bga": {"Keys": [{"pk": {"S": "a"}}]}, "absent": {"Keys": [{"pk": {"S": "a"}}]}}}');

SELECT dynamo.delete_table('{"TableName": "bga"}') IS NOT NULL AND dynamo.delete_table('{"TableName": "bgb"}') IS NOT NULL AS deleted;
