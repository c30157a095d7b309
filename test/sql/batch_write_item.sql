-- BatchWriteItem: puts and deletes in several tables, and each rule of its parameters.
SELECT dynamo.create_table('{"TableName": "bwa", "BillingMode": "PAY_PER_REQUEST",
  "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"}, {"AttributeName": "l", "AttributeType": "S"}],
  "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
  "LocalSecondaryIndexes": [{"IndexName": "by_l", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "l", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL AS created;
SELECT dynamo.create_table('{"TableName": "bwb", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]}') IS NOT NULL AS created;

SELECT dynamo.batch_write_item('{"RequestItems": {"bwa": [{"PutRequest": {"Item": {"pk": {"S": "b"}, "sk": {"N": "2"}, "l": {"S": "x"}}}}, {"PutRequest": {"Item": {"pk": {"S": "a"}, "sk": {"N": "10"}}}}, {"PutRequest": {"Item": {"pk": {"S": "b"}, "sk": {"N": "1"}}}}],
  "bwb": [{"PutRequest": {"Item": {"pk": {"S": "a"}}}}]}, "ReturnConsumedCapacity": "INDEXES", "ReturnItemCollectionMetrics": "SIZE"}');
SELECT dynamo.batch_write_item('{"RequestItems": {"bwa": [{"DeleteRequest": {"Key": {"pk": {"S": "b"}, "sk": {"N": "2"}}}}, {"DeleteRequest": {"Key": {"pk": {"S": "none"}, "sk": {"N": "1"}}}}, {"PutRequest": {"Item": {"pk": {"S": "b"}, "sk": {"N": "1"}, "v": {"S": "new"}}}}]}, "ReturnConsumedCapacity": "TOTAL"}');
SELECT dynamo.query('{"TableName": "bwa", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "b"}}}');

SELECT dynamo.batch_write_item(jsonb_build_object('RequestItems', jsonb_build_object('bwa', '[{"DeleteRequest": {"Key": {"pk": {"S": "b"}, "sk": {"N": "2"}}}}]'::jsonb,
  'bwb', (SELECT jsonb_agg(jsonb_build_object('PutRequest', jsonb_build_object('Item', jsonb_build_object('pk', jsonb_build_object('S', i::text))))) FROM generate_series(1, 25) i))));
SELECT dynamo.batch_write_item('{"RequestItems": {"bwa": [{"DeleteRequest": {"Key": {"pk": {"S": "b"}, "sk": {"N": "2"}}}}, {"PutRequest": {"Item": {"pk": {"S": "b"}, "sk": {"N": "2.0"}}}}]}}');
SELECT dynamo.batch_write_item('{"RequestItems": {"bwb": [{}]}}');
SELECT dynamo.batch_write_item('{"RequestItems": {"bwb": [{"PutRequest": {"Item": {"pk": {"S": "a"}}}, "DeleteRequest": {"Key": {"pk": {"S": "a"}}}}]}}');
SELECT dynamo.batch_write_item('{"RequestItems": {"bwb": [{"PutRequest": {"Item": {"x": {"S": "a"}}}}]}}');
SELECT dynamo.batch_write_item('{"RequestItems": {"bwb": [{"DeleteRequest": {"Key": {"x": {"S": "a"}}}}]}}');
SELECT dynamo.batch_write_item('{"RequestItems": {"absent": [{"DeleteRequest": {"Key": {"x": {"S": "a"}}}}]}}');
SELECT dynamo.batch_write_item(jsonb_build_object('RequestItems', jsonb_build_object('bwb', jsonb_build_array(jsonb_build_object('PutRequest', jsonb_build_object('Item', jsonb_build_object('pk', '{"S": "c"}'::jsonb, 'v', jsonb_build_object('S', repeat('x', 400 * 1024)))))))));
-- one bad item rejects the whole batch
SELECT dynamo.batch_write_item('{"RequestItems": {"bwb": [{"PutRequest": {"Item": {"pk": {"S": "kept"}}}}, {"PutRequest": {"Item": {"pk": {"N": "1"}}}}]}}');
SELECT dynamo.get_item('{"TableName": "bwb", "Key": {"pk": {"S": "kept"}}}');

SELECT dynamo.delete_table('{"TableName": "bwa"}') IS NOT NULL AND dynamo.delete_table('{"TableName": "bwb"}') IS NOT NULL AS deleted;
