-- An item and its entries in local indexes have 400 KB together, whichever request writes it.
SELECT dynamo.create_table('{"TableName": "collected", "BillingMode": "PAY_PER_REQUEST",
  "AttributeDefinitions": [{"AttributeName": "p", "AttributeType": "S"}, {"AttributeName": "s", "AttributeType": "S"}, {"AttributeName": "a", "AttributeType": "S"}, {"AttributeName": "b", "AttributeType": "N"}, {"AttributeName": "c", "AttributeType": "S"}],
  "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
  "LocalSecondaryIndexes": [
    {"IndexName": "all", "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "a", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "ALL"}},
    {"IndexName": "keys", "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "b", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "KEYS_ONLY"}},
    {"IndexName": "some", "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "c", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x", "y"]}}],
  "GlobalSecondaryIndexes": [{"IndexName": "global", "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL AS created;

-- An item of so many bytes: x fills it up.
CREATE FUNCTION sized(size int, attributes jsonb, filler text DEFAULT 'x') RETURNS jsonb LANGUAGE sql AS $$
  SELECT i || dynamo.marshall(jsonb_build_object(filler, repeat('x', size - length(filler) - dynamo.item_size(dynamo.to_item(i)))))
  FROM dynamo.marshall('{"p": "p", "s": "s"}' || attributes) AS i $$;
CREATE FUNCTION refused(command text, arguments jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE answer jsonb;
BEGIN
  EXECUTE format('SELECT dynamo.%I($1)', command) INTO answer USING arguments;
  RETURN coalesce(answer->'Responses'->0->'Error'->>'Message', 'stored');
EXCEPTION WHEN OTHERS THEN
  RETURN SQLERRM;
END $$;
CREATE FUNCTION put(item jsonb) RETURNS text LANGUAGE sql AS $$ SELECT refused('put_item', jsonb_build_object('TableName', 'collected', 'Item', item)) $$;

-- the limit of each projection; without the index's key there is no entry
SELECT put(sized(204800, '{"a": "a"}')), put(sized(204801, '{"a": "a"}')) AS over;
SELECT put(sized(409600 - 7, '{"b": 1}')), put(sized(409600 - 6, '{"b": 1}')) AS over;
SELECT put(sized(204800 + 6, '{"c": "c", "z": "zzzzzzzz", "y": 1, "u": 1.5}')), put(sized(204800 + 7, '{"c": "c", "z": "zzzzzzzz", "y": 1, "u": 1.5}')) AS over;
SELECT put(sized(409600 - 6, '{"c": "c"}', 'z')), put(sized(409600 - 5, '{"c": "c"}', 'z')) AS over;
SELECT put(sized(136534, '{"a": "a", "c": "c"}')), put(sized(136535, '{"a": "a", "c": "c"}')) AS over;
SELECT put(sized(409600, '{}')), put(sized(409601, '{}')) AS over;

-- each request that writes
SELECT refused('batch_write_item', jsonb_build_object('RequestItems', jsonb_build_object('collected', jsonb_build_array(jsonb_build_object('PutRequest', jsonb_build_object('Item', sized(size, '{"a": "a"}'))))))) FROM unnest('{204800,204801}'::int[]) size;
SELECT refused('transact_write_items', jsonb_build_object('TransactItems', jsonb_build_array(jsonb_build_object('Put', jsonb_build_object('TableName', 'collected', 'Item', sized(size, '{"a": "a"}')))))) FROM unnest('{204800,204801}'::int[]) size;
SELECT put(sized(300000, '{}'));
SELECT refused('update_item', '{"TableName": "collected", "Key": {"p": {"S": "p"}, "s": {"S": "s"}}, "UpdateExpression": "SET a = :a", "ExpressionAttributeValues": {":a": {"S": "a"}}}');
SELECT refused('update_item', '{"TableName": "collected", "Key": {"p": {"S": "p"}, "s": {"S": "s"}}, "AttributeUpdates": {"a": {"Value": {"S": "a"}}}}');
SELECT refused('transact_write_items', '{"TransactItems": [{"Update": {"TableName": "collected", "Key": {"p": {"S": "p"}, "s": {"S": "s"}}, "UpdateExpression": "SET a = :a", "ExpressionAttributeValues": {":a": {"S": "a"}}}}]}');
SELECT refused('execute_statement', $${"Statement": "UPDATE collected SET a = 'a' WHERE p = 'p' AND s = 's'"}$$);
SELECT refused('batch_execute_statement', $${"Statements": [{"Statement": "UPDATE collected SET a = 'a' WHERE p = 'p' AND s = 's'"}]}$$);
SELECT refused('execute_statement', jsonb_build_object('Statement', 'INSERT INTO collected VALUE {''p'': ''q'', ''s'': ''s'', ''a'': ''a'', ''x'': ?}', 'Parameters', jsonb_build_array(jsonb_build_object('S', repeat('x', size))))) FROM unnest('{204000,204800}'::int[]) size;
SELECT refused('update_item', '{"TableName": "collected", "Key": {"p": {"S": "p"}, "s": {"S": "s"}}, "UpdateExpression": "SET b = :b", "ExpressionAttributeValues": {":b": {"N": "1"}}}');

-- Plain SQL may store more; such an item is not broken, and can be made smaller.
UPDATE dynamo_tables.collected SET item = item || '{"a": "a"}' WHERE item->>'p' = 'p';
SELECT count(*) FROM dynamo.check_table('collected');
SELECT refused('update_item', '{"TableName": "collected", "Key": {"p": {"S": "p"}, "s": {"S": "s"}}, "UpdateExpression": "SET z = :b", "ExpressionAttributeValues": {":b": {"N": "1"}}}'),
  refused('update_item', '{"TableName": "collected", "Key": {"p": {"S": "p"}, "s": {"S": "s"}}, "UpdateExpression": "REMOVE x"}') AS smaller;
DROP FUNCTION sized, put, refused;
SELECT dynamo.delete_table('{"TableName": "collected"}') IS NOT NULL AS deleted;
