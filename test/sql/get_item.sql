-- GetItem: projections, capacity, and each rule of its parameters.
SELECT dynamo.create_table('{"TableName": "get", "BillingMode": "PAY_PER_REQUEST",
  "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
  "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]}') IS NOT NULL AS created;
SELECT dynamo.put_item('{"TableName": "get", "Item": {"pk": {"S": "a"}, "n": {"N": "12.50"}, "b": {"B": "AP8="}, "s": {"SS": ["y", "x"]},
  "m": {"M": {"x": {"L": [{"N": "1"}, {"N": "2"}]}, "y": {"S": "why"}}}, "nul": {"NULL": true}, "ok": {"BOOL": false}, "$b": {"S": "plain"}}}');
SELECT dynamo.put_item(jsonb_build_object('TableName', 'get', 'Item', jsonb_build_object('pk', '{"S": "big"}'::jsonb, 'v', jsonb_build_object('S', repeat('x', 5000)))));

SELECT dynamo.get_item('{"TableName": "get", "Key": {"pk": {"S": "a"}}}');
SELECT dynamo.get_item('{"TableName": "get", "Key": {"pk": {"S": "none"}}}');
SELECT dynamo.get_item('{"TableName": "get", "Key": {"pk": {"S": "a"}}, "ProjectionExpression": "m.x[1], #n, absent", "ExpressionAttributeNames": {"#n": "n"}}');
SELECT dynamo.get_item('{"TableName": "get", "Key": {"pk": {"S": "a"}}, "ProjectionExpression": "absent"}');
SELECT dynamo.get_item('{"TableName": "get", "Key": {"pk": {"S": "a"}}, "AttributesToGet": ["ok", "nul", "absent"]}');

-- 4 KB units, half of it unless consistent
SELECT dynamo.get_item('{"TableName": "get", "Key": {"pk": {"S": "big"}}, "ProjectionExpression": "pk", "ReturnConsumedCapacity": "TOTAL"}');
SELECT dynamo.get_item('{"TableName": "get", "Key": {"pk": {"S": "big"}}, "ProjectionExpression": "pk", "ConsistentRead": true, "ReturnConsumedCapacity": "INDEXES"}');
SELECT dynamo.get_item('{"TableName": "get", "Key": {"pk": {"S": "none"}}, "ReturnConsumedCapacity": "TOTAL"}');
SELECT dynamo.get_item('{"TableName": "get", "Key": {"pk": {"S": "none"}}, "ReturnConsumedCapacity": "NONE"}');

-- parameters, then the table, then the key
SELECT dynamo.get_item('{"TableName": "get", "Key": {"pk": {"S": "a"}}, "AttributesToGet": ["a"], "ProjectionExpression": "a"}');
SELECT dynamo.get_item('{"TableName": "get", "Key": {"pk": {"S": "a"}}, "AttributesToGet": ["a", "a"]}');
SELECT dynamo.get_item('{"TableName": "get", "Key": {"pk": {"S": "a"}}, "ExpressionAttributeNames": {"#a": "a"}}');
SELECT dynamo.get_item('{"TableName": "absent", "Key": {"pk": {}}, "ProjectionExpression": "a..b"}');
SELECT dynamo.get_item('{"TableName": "absent", "Key": {"pk": {"S": "a"}}, "ProjectionExpression": "a..b"}');
SELECT dynamo.get_item('{"TableName": "absent", "Key": {"x": {"S": "a"}}}');
SELECT dynamo.get_item('{"TableName": "get", "Key": {"x": {"S": "a"}}}');
SELECT dynamo.get_item('{"TableName": "get", "Key": {"pk": {"N": "1"}}}');
SELECT dynamo.get_item('{"TableName": "get", "Key": {"pk": {"S": "a"}, "x": {"S": "a"}}}');
SELECT dynamo.get_item('{"TableName": "get", "Key": {"pk": {"S": ""}}}');

SELECT dynamo.delete_table('{"TableName": "get"}') IS NOT NULL AS deleted;
