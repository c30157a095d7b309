-- ClientRequestToken: a request takes effect once for each token.
SELECT dynamo.create_table('{"TableName": "tct", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]}') IS NOT NULL AS created;
CREATE FUNCTION add(token text, amount int, condition text DEFAULT NULL) RETURNS jsonb LANGUAGE sql AS $$
  SELECT dynamo.transact_write_items(jsonb_build_object('ClientRequestToken', token, 'ReturnConsumedCapacity', 'TOTAL', 'TransactItems', jsonb_build_array(jsonb_build_object('Update',
    jsonb_strip_nulls(jsonb_build_object('TableName', 'tct', 'Key', '{"pk": {"S": "a"}}'::jsonb, 'UpdateExpression', 'ADD n :n', 'ConditionExpression', condition, 'ExpressionAttributeValues', jsonb_build_object(':n', jsonb_build_object('N', amount::text)))))))) $$;
CREATE FUNCTION n() RETURNS text LANGUAGE sql AS $$ SELECT item->>'n' FROM dynamo_tables.tct $$;

SELECT clock_timestamp() AS started \gset
SELECT add('one', 1);
SELECT add('one', 1);
SELECT n();
SELECT add('one', 2);
SELECT add('two', 2);
SELECT n();

-- the order of members does not matter
SELECT dynamo.transact_write_items('{"ClientRequestToken": "order", "TransactItems": [{"Put": {"TableName": "tct", "Item": {"pk": {"S": "o"}, "v": {"N": "1"}}}}]}'), dynamo.transact_write_items('{"TransactItems": [{"Put": {"Item": {"v": {"N": "1"}, "pk": {"S": "o"}}, "TableName": "tct"}}], "ClientRequestToken": "order"}');

-- nor that of a set's members, a number's spelling, nor what only the answer depends on
CREATE FUNCTION again(request jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  RETURN dynamo.transact_write_items('{"ClientRequestToken": "value"}' || request);
EXCEPTION WHEN OTHERS THEN RETURN SQLERRM; END $$;
CREATE FUNCTION item(members text) RETURNS jsonb LANGUAGE sql AS $$ SELECT format('{"TransactItems": [{"Put": {"TableName": "tct", "Item": {"pk": {"S": "v"}, %s}}}]}', members)::jsonb $$;
SELECT again(item('"n": {"N": "10"}, "s": {"SS": ["a", "b"]}, "m": {"M": {"N": {"NS": ["1", "2"]}, "B": {"BS": ["AQ==", "Ag=="]}}}'));
SELECT again(item('"n": {"N": "1E1"}, "s": {"SS": ["b", "a"]}, "m": {"M": {"N": {"NS": ["2.0", "1"]}, "B": {"BS": ["Ag==", "AQ=="]}}}') || '{"ReturnConsumedCapacity": "TOTAL"}');
SELECT again(item('"n": {"N": "10"}, "s": {"SS": ["a", "b"]}, "m": {"M": {"N": {"NS": ["1", "3"]}, "B": {"BS": ["AQ==", "Ag=="]}}}'));
SELECT again(item('"n": {"S": "10"}, "s": {"SS": ["a", "b"]}, "m": {"M": {"N": {"NS": ["1", "2"]}, "B": {"BS": ["AQ==", "Ag=="]}}}'));
DROP FUNCTION again, item;
SELECT dynamo.delete_item('tct', '{"pk": {"S": "v"}}');

-- a transaction that is cancelled or rolled back has not taken effect
SELECT add('three', 1, 'attribute_not_exists(pk)');
SELECT add('three', 1);
BEGIN; SELECT add('four', 1); ROLLBACK;
SELECT add('four', 1);
BEGIN; SELECT add('five', 1); SELECT add('five', 1); COMMIT;
SELECT n();

-- after ten minutes the token is as good as new
SELECT bool_and(expires - interval '10 minutes' BETWEEN :'started'::timestamptz AND clock_timestamp()) AS ten_minutes FROM dynamo.client_request_tokens WHERE token IN ('one', 'two', 'five');
UPDATE dynamo.client_request_tokens SET expires = clock_timestamp() WHERE token = 'one';
SELECT add('one', 2);
SELECT n();

-- tokens are a role's own
CREATE ROLE tct_other;
GRANT ALL ON dynamo_tables.tct TO tct_other;
SET ROLE tct_other;
SELECT dynamo.transact_write_items('{"ClientRequestToken": "one", "TransactItems": [{"Put": {"TableName": "tct", "Item": {"pk": {"S": "a"}}}}]}');
RESET ROLE;
DROP OWNED BY tct_other; DROP ROLE tct_other;

TRUNCATE dynamo.client_request_tokens;
DROP FUNCTION add, n;
SELECT dynamo.delete_table('{"TableName": "tct"}') IS NOT NULL AS deleted;
