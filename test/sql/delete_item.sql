-- DeleteItem: what it returns, and each rule of its parameters.
SELECT dynamo.create_table('{"TableName": "del", "BillingMode": "PAY_PER_REQUEST",
  "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "g", "AttributeType": "N"}],
  "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
  "GlobalSecondaryIndexes": [{"IndexName": "by_g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL AS created;
SELECT dynamo.put_item('{"TableName": "del", "Item": {"pk": {"S": "a"}, "g": {"N": "7"}}}');
SELECT dynamo.put_item('{"TableName": "del", "Item": {"pk": {"S": "b"}, "v": {"S": "x"}}}');

SELECT dynamo.delete_item('{"TableName": "del", "Key": {"pk": {"S": "b"}}, "ConditionExpression": "v = :v", "ExpressionAttributeValues": {":v": {"S": "y"}}}');
SELECT dynamo.delete_item('{"TableName": "del", "Key": {"pk": {"S": "b"}}, "ConditionExpression": "v = :v", "ExpressionAttributeValues": {":v": {"S": "y"}}, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}');
SELECT dynamo.delete_item('{"TableName": "del", "Key": {"pk": {"S": "b"}}, "Expected": {"v": {"Value": {"S": "y"}}}}');
SELECT dynamo.delete_item('{"TableName": "del", "Key": {"pk": {"S": "b"}}, "ReturnValues": "ALL_OLD"}');
SELECT dynamo.delete_item('{"TableName": "del", "Key": {"pk": {"S": "b"}}, "ReturnValues": "ALL_OLD", "ReturnConsumedCapacity": "INDEXES"}');
SELECT dynamo.delete_item('{"TableName": "del", "Key": {"pk": {"S": "a"}}, "ReturnConsumedCapacity": "INDEXES", "ReturnItemCollectionMetrics": "SIZE"}');
SELECT dynamo.scan('{"TableName": "del"}');

SELECT dynamo.delete_item('{"TableName": "del", "Key": {"pk": {"S": "a"}}, "Expected": {"v": {"Exists": false}}, "ConditionExpression": "attribute_exists(pk)"}');
SELECT dynamo.delete_item('{"TableName": "del", "Key": {"pk": {"S": "a"}}, "ReturnValues": "UPDATED_OLD"}');
SELECT dynamo.delete_item('{"TableName": "del", "Key": {"pk": {"S": "a"}}, "ExpressionAttributeValues": {":a": {"S": "a"}}}');
SELECT dynamo.delete_item('{"TableName": "absent", "Key": {"pk": {"S": "a"}}}');
SELECT dynamo.delete_item('{"TableName": "del", "Key": {"pk": {"N": "1"}}}');

SELECT dynamo.delete_table('{"TableName": "del"}') IS NOT NULL AS deleted;
