-- TransactGetItems: items in the request's order, and each rule of its parameters.
SELECT dynamo.create_table('{"TableName": "tga", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]}') IS NOT NULL AS created;
SELECT dynamo.create_table('{"TableName": "tgb", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "N"}], "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]}') IS NOT NULL AS created;
SELECT count(dynamo.put_item('tga', dynamo.marshall(jsonb_build_object('pk', i::text, 'v', jsonb_build_object('n', i))))) FROM generate_series(1, 3) i;
SELECT dynamo.put_item('tgb', dynamo.marshall(jsonb_build_object('pk', 1, 'v', repeat('x', 5000)))) IS NOT NULL AS put;

SELECT dynamo.transact_get_items('{"TransactItems": [{"Get": {"TableName": "tga", "Key": {"pk": {"S": "3"}}}}, {"Get": {"TableName": "tgb", "Key": {"pk": {"N": "2"}}}}, {"Get": {"TableName": "tga", "Key": {"pk": {"S": "1"}}, "ProjectionExpression": "#v.n", "ExpressionAttributeNames": {"#v": "v"}}},
  {"Get": {"TableName": "tga", "Key": {"pk": {"S": "2"}}, "ProjectionExpression": "absent"}}]}');
SELECT dynamo.transact_get_items('{"ReturnConsumedCapacity": "TOTAL", "TransactItems": [{"Get": {"TableName": "tga", "Key": {"pk": {"S": "3"}}}}, {"Get": {"TableName": "tgb", "Key": {"pk": {"N": "1"}}, "ProjectionExpression": "pk"}}, {"Get": {"TableName": "tga", "Key": {"pk": {"S": "none"}}}}]}');
SELECT dynamo.transact_get_items('{"ReturnConsumedCapacity": "INDEXES", "TransactItems": [{"Get": {"TableName": "tga", "Key": {"pk": {"S": "3"}}}}]}');

SELECT dynamo.transact_get_items('{}');
SELECT dynamo.transact_get_items('{"TransactItems": []}');
SELECT dynamo.transact_get_items('{"TransactItems": [{}]}');
SELECT dynamo.transact_get_items('{"TransactItems": [{"Get": {"TableName": "tga"}}]}');
SELECT dynamo.transact_get_items('{"TransactItems": [{"Get": {"TableName": "tga", "Key": {"pk": {"S": "1"}}}}, {"Get": {"TableName": "absent", "Key": {"pk": {"S": "1"}}}}]}');
SELECT dynamo.transact_get_items('{"TransactItems": [{"Get": {"TableName": "tga", "Key": {"pk": {"S": "1"}}}}, {"Get": {"TableName": "tga", "Key": {"pk": {"S": "1"}}}}]}');
SELECT dynamo.transact_get_items('{"TransactItems": [{"Get": {"TableName": "tgb", "Key": {"pk": {"N": "1"}}}}, {"Get": {"TableName": "tgb", "Key": {"pk": {"N": "1.0"}}}}]}');
SELECT dynamo.transact_get_items('{"TransactItems": [{"Get": {"TableName": "tga", "Key": {"pk": {"S": ""}}}}]}');
SELECT dynamo.transact_get_items('{"TransactItems": [{"Get": {"TableName": "tga", "Key": {"pk": {"S": "1"}}, "ProjectionExpression": "a,"}}]}');
SELECT dynamo.transact_get_items('{"TransactItems": [{"Get": {"TableName": "tga", "Key": {"pk": {"S": "1"}}, "ExpressionAttributeNames": {"#v": "v"}}}]}');
SELECT dynamo.transact_get_items('{"TransactItems": [{"Get": {"TableName": "tga", "Key": {"pk": {"S": "1"}}}}, {"Get": {"TableName": "tgb", "Key": {"pk": {"S": "1"}}}}, {"Get": {"TableName": "tgb", "Key": {"pk": {"N": "1"}, "x": {"N": "1"}}}}]}');

SELECT count(dynamo.put_item('tga', dynamo.marshall(jsonb_build_object('pk', 'big' || i, 'v', repeat('x', 390000))))) FROM generate_series(1, 11) i;
SELECT jsonb_array_length(dynamo.transact_get_items(jsonb_build_object('TransactItems', (SELECT jsonb_agg(jsonb_build_object('Get', jsonb_build_object('TableName', 'tga', 'Key', jsonb_build_object('pk', jsonb_build_object('S', 'big' || i))))) FROM generate_series(1, 10) i))) -> 'Responses');
SELECT dynamo.transact_get_items(jsonb_build_object('TransactItems', (SELECT jsonb_agg(jsonb_build_object('Get', jsonb_build_object('TableName', 'tga', 'Key', jsonb_build_object('pk', jsonb_build_object('S', 'big' || i))))) FROM generate_series(1, 11) i)));
SELECT jsonb_array_length(dynamo.transact_get_items(jsonb_build_object('TransactItems', (SELECT jsonb_agg(jsonb_build_object('Get', jsonb_build_object('TableName', 'tga', 'Key', jsonb_build_object('pk', jsonb_build_object('S', i::text))))) FROM generate_series(1, 100) i))) -> 'Responses');

CREATE ROLE tg_stranger;
SET ROLE tg_stranger;
SELECT dynamo.transact_get_items('{"TransactItems": [{"Get": {"TableName": "tga", "Key": {"pk": {"S": "1"}}}}]}');
RESET ROLE;
GRANT SELECT ON dynamo_tables.tga TO tg_stranger;
ALTER TABLE dynamo_tables.tga ENABLE ROW LEVEL SECURITY;
CREATE POLICY odd ON dynamo_tables.tga USING (item->>'pk' <> '2');
SET ROLE tg_stranger;
SELECT dynamo.transact_get_items('{"TransactItems": [{"Get": {"TableName": "tga", "Key": {"pk": {"S": "1"}}}}, {"Get": {"TableName": "tga", "Key": {"pk": {"S": "2"}}}}]}');
RESET ROLE;
DROP POLICY odd ON dynamo_tables.tga;
DROP OWNED BY tg_stranger; DROP ROLE tg_stranger;
SELECT dynamo.delete_table('{"TableName": "tga"}') IS NOT NULL AND dynamo.delete_table('{"TableName": "tgb"}') IS NOT NULL AS deleted;
