-- TransactWriteItems: all or none, the reasons of each item, and each rule of its parameters.
SELECT dynamo.create_table('{"TableName": "twa", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "g", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
  "GlobalSecondaryIndexes": [{"IndexName": "by_g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL AS created;
SELECT dynamo.create_table('{"TableName": "twb", "BillingMode": "PAY_PER_REQUEST",
  "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"}, {"AttributeName": "l", "AttributeType": "S"}],
  "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
  "LocalSecondaryIndexes": [{"IndexName": "by_l", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "l", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL AS created;

CREATE FUNCTION item(VARIADIC members text[]) RETURNS jsonb LANGUAGE sql AS $$ SELECT dynamo.marshall(jsonb_object(members)) $$;
-- One write: the action, the table, the members that differ.
CREATE FUNCTION act(action text, name text, members jsonb) RETURNS jsonb LANGUAGE sql AS $$
  SELECT jsonb_build_object(action, jsonb_build_object('TableName', name) || members) $$;
CREATE FUNCTION put(name text, item jsonb, members jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$ SELECT act('Put', name, jsonb_build_object('Item', item) || members) $$;
CREATE FUNCTION upd(name text, key jsonb, expression text, members jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$ SELECT act('Update', name, jsonb_build_object('Key', key, 'UpdateExpression', expression) || members) $$;
CREATE FUNCTION del(name text, key jsonb, members jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$ SELECT act('Delete', name, jsonb_build_object('Key', key) || members) $$;
CREATE FUNCTION chk(name text, key jsonb, condition text, members jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$ SELECT act('ConditionCheck', name, jsonb_build_object('Key', key, 'ConditionExpression', condition) || members) $$;
CREATE FUNCTION tx(VARIADIC writes jsonb[]) RETURNS jsonb LANGUAGE sql AS $$ SELECT dynamo.transact_write_items(jsonb_build_object('TransactItems', to_jsonb(writes))) $$;
CREATE FUNCTION capacity(detail text, VARIADIC writes jsonb[]) RETURNS jsonb LANGUAGE sql AS $$
  SELECT dynamo.transact_write_items(jsonb_build_object('TransactItems', to_jsonb(writes), 'ReturnConsumedCapacity', detail)) $$;
CREATE FUNCTION twa() RETURNS SETOF jsonb LANGUAGE sql AS $$ SELECT item FROM dynamo_tables.twa ORDER BY item->>'pk' $$;

-- every action, over two tables
SELECT tx(put('twa', item('pk', 'a', 'v', 'old')), put('twa', item('pk', 'b')), put('twb', '{"pk": {"S": "x"}, "sk": {"N": "1"}, "l": {"S": "l"}}'));
SELECT tx(put('twa', item('pk', 'c')), upd('twa', item('pk', 'a'), 'SET v = :v', '{"ExpressionAttributeValues": {":v": {"S": "new"}}}'), del('twa', item('pk', 'b'), '{"ConditionExpression": "attribute_exists(pk)"}'),
  chk('twb', '{"pk": {"S": "x"}, "sk": {"N": "1"}}', 'l = :l', '{"ExpressionAttributeValues": {":l": {"S": "l"}}}'), chk('twa', item('pk', 'none'), 'attribute_not_exists(pk)'), del('twa', item('pk', 'nowhere')), upd('twa', item('pk', 'absent'), 'REMOVE v'));
SELECT twa();

CREATE FUNCTION reasons(VARIADIC jsonb[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE members jsonb;
BEGIN
  RETURN tx(VARIADIC $1);
EXCEPTION WHEN SQLSTATE 'DY005' THEN
  GET STACKED DIAGNOSTICS members = PG_EXCEPTION_DETAIL;
  RETURN (SELECT string_agg(coalesce(reason ->> 'Message', 'None'), '; ' ORDER BY n)
    FROM jsonb_array_elements(members -> 'CancellationReasons') WITH ORDINALITY AS r (reason, n));
WHEN SQLSTATE 'DY001' THEN
  RETURN SQLERRM;
END $$;
-- all reasons in the request's order, whatever the order of writing; nothing is written
\set SHOW_CONTEXT never
DO $$
DECLARE message text; members jsonb;
BEGIN
  PERFORM tx(put('twa', item('pk', 'z')), put('twa', item('pk', 'c', 'v', 'lost'), '{"ConditionExpression": "attribute_not_exists(pk)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}'),
    upd('twa', item('pk', 'a'), 'SET v = v + :n', '{"ExpressionAttributeValues": {":n": {"N": "1"}}}'), upd('twa', item('pk', 'q'), 'SET v = w'),
    del('twa', item('pk', 'a2'), '{"ConditionExpression": "attribute_exists(pk)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}'),
    chk('twb', '{"pk": {"S": "x"}, "sk": {"N": "1"}}', 'attribute_not_exists(l)', '{"ReturnValuesOnConditionCheckFailure": "NONE"}'),
    upd('twa', item('pk', 'g'), 'SET g = :v', '{"ExpressionAttributeValues": {":v": {"BOOL": true}}}'));
EXCEPTION WHEN SQLSTATE 'DY005' THEN
  GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, members = PG_EXCEPTION_DETAIL;
  RAISE NOTICE '%', message;
  RAISE NOTICE '%', jsonb_pretty(members);
END $$;
SELECT twa();
-- with the first key that does not fit the table nothing else is judged
SELECT reasons(put('twa', item('pk', 'c'), '{"ConditionExpression": "attribute_not_exists(pk)"}'), wrong, del('twa', '{"pk": {"N": "2"}}'))
FROM unnest(ARRAY[del('twa', '{"pk": {"N": "1"}}'), put('twa', '{"pk": {"S": "y"}, "g": {"N": "1"}}'), put('twa', '{"v": {"S": "y"}}'),
  upd('twa', item('pk', 'k'), 'SET pk = :v', '{"ExpressionAttributeValues": {":v": {"S": "1"}}}'),
  upd('twa', item('pk', 'k'), 'SET g.a = :v', '{"ExpressionAttributeValues": {":v": {"S": "1"}}}')]) wrong;

-- an item that an update makes too large
SELECT tx(put('twa', item('pk', 'big', 'v', repeat('x', 300000))), put('twa', item('pk', 'small')));
SELECT tx(upd('twa', item('pk', 'big'), 'SET w = :v', jsonb_build_object('ExpressionAttributeValues', item(':v', repeat('x', 200000)))), del('twa', item('pk', 'small')));
SELECT item->>'pk' FROM dynamo_tables.twa ORDER BY 1;
SELECT tx(del('twa', item('pk', 'big')), del('twa', item('pk', 'small')));

-- the request's own bytes count towards 4 MB: not what it deletes
SELECT count(dynamo.put_item('twa', item('pk', 'large' || n, 'v', repeat('x', 300000)))) FROM generate_series(1, 20) n;
SELECT dynamo.transact_write_items(jsonb_build_object('TransactItems', (SELECT jsonb_agg(del('twa', item('pk', 'large' || n))) FROM generate_series(1, 20) n)));
-- how deep a condition's value may nest: it is judged and fails, or is refused
SELECT depth, left(tried, 160) FROM unnest(ARRAY[31, 32, 39, 40]) depth, LATERAL (SELECT reasons(chk('twa', item('pk', 'z'), 'v = :deep',
  jsonb_build_object('ExpressionAttributeValues', (SELECT jsonb_build_object(':deep', (repeat('{"M": {"m": ', depth) || '{"N": "1"}' || repeat('}}', depth))::jsonb)))))) AS try (tried);
SELECT reasons(upd('twa', item('pk', 'z'), 'SET v = :deep', jsonb_build_object('ExpressionAttributeValues', jsonb_build_object(':deep', (repeat('{"M": {"m": ', 32) || '{"N": "1"}' || repeat('}}', 32))::jsonb))));
-- what is wrong with an action, in the order of the service
SELECT tx(put('twa', ('{"pk": {"S": "z"}, "a": ' || repeat('{"M": {"m": ', 33) || '{"N": "1"}' || repeat('}}', 33) || ', "": {"N": "1"}}')::jsonb));
SELECT tx(put('twa', ('{"pk": {"S": "z"}, "a": ' || repeat('{"M": {"m": ', 33) || '{"N": "1"}' || repeat('}}', 33) || '}')::jsonb, '{"ConditionExpression": "a ="}'));
SELECT tx(upd('twa', item('pk', 'z'), 'SET ' || repeat('a', 4100) || ' = b'));

-- errors of the request
SELECT dynamo.transact_write_items('{}');
SELECT dynamo.transact_write_items('{"TransactItems": []}');
SELECT dynamo.transact_write_items(jsonb_build_object('ClientRequestToken', repeat('x', 37), 'TransactItems', '[{}]'::jsonb));
SELECT dynamo.transact_write_items('{"TransactItems": [{"Update": {"TableName": "twa"}}]}');
DO $$
BEGIN
  PERFORM dynamo.transact_write_items(jsonb_build_object('TransactItems', (SELECT jsonb_agg(put('twa', item('pk', i::text))) FROM generate_series(1, 101) i)));
EXCEPTION WHEN SQLSTATE 'DY001' THEN
  RAISE NOTICE '%', right(sqlerrm, 96);
END $$;
SELECT tx('{}');
SELECT tx(put('twa', item('pk', 'a')) || del('twa', item('pk', 'a')));
SELECT tx(put('twa', item('pk', 'a')), del('twa', item('pk', 'a')));
SELECT tx(put('twa', item('pk', 'a')), del('absent', item('pk', 'b')));
SELECT tx(put('twa', item('pk', '')));
SELECT tx(put('twa', item('pk', 'a', 'g', '')));
SELECT tx(del('twa', item('pk', '')));
SELECT tx(put('twa', item('pk', 'a', 'v', repeat('x', 400 * 1024))));
SELECT tx(upd('twa', item('pk', 'a'), 'SET'));
SELECT tx(put('twa', item('pk', 'a'), '{"ExpressionAttributeValues": {":v": {"S": "1"}}}'));
SELECT tx(chk('twa', item('pk', 'a'), 'pk = :v', '{"ExpressionAttributeValues": {":v": {"S": "1"}, ":w": {"S": "1"}}}'));
SELECT dynamo.transact_write_items(jsonb_build_object('TransactItems', (SELECT jsonb_agg(put('twa', item('pk', i::text, 'v', repeat('x', 350000)))) FROM generate_series(1, 12) i)));
SELECT dynamo.transact_write_items(jsonb_build_object('TransactItems', (SELECT jsonb_agg(put('twa', item('pk', 'p' || i, 'v', 'x'))) FROM generate_series(1, 100) i)));
SELECT count(*) FROM dynamo_tables.twa WHERE item->>'v' = 'x';

-- capacity is doubled; a check counts as a write
SELECT capacity('TOTAL', put('twa', item('pk', 'a', 'v', repeat('x', 1500))), chk('twb', '{"pk": {"S": "x"}, "sk": {"N": "1"}}', 'attribute_exists(pk)'), upd('twa', item('pk', 'c'), 'SET v = :v', '{"ExpressionAttributeValues": {":v": {"S": "new"}}}'));
SELECT jsonb_pretty(capacity('INDEXES', put('twa', item('pk', 'a', 'g', 'g')), del('twb', '{"pk": {"S": "x"}, "sk": {"N": "1"}}')));
SELECT dynamo.transact_write_items(jsonb_build_object('ReturnItemCollectionMetrics', 'SIZE', 'TransactItems', jsonb_build_array(put('twa', item('pk', 'a')), put('twb', '{"pk": {"S": "y"}, "sk": {"N": "1"}}'),
  put('twb', '{"pk": {"S": "x"}, "sk": {"N": "1"}}'), put('twb', '{"pk": {"S": "y"}, "sk": {"N": "2"}}'), chk('twb', '{"pk": {"S": "q"}, "sk": {"N": "1"}}', 'attribute_not_exists(pk)'))));

-- part of the caller's transaction
BEGIN;
SELECT tx(put('twa', item('pk', 'mine')), chk('twa', item('pk', 'later'), 'attribute_not_exists(pk)'));
SELECT tx(upd('twa', item('pk', 'mine'), 'SET v = :v', '{"ExpressionAttributeValues": {":v": {"S": "seen"}}}'), put('twa', item('pk', 'later')), chk('twa', item('pk', 'c'), 'attribute_exists(pk)'));
SELECT tx(del('twa', item('pk', 'c')), del('twa', item('pk', 'later')));
SELECT tx(chk('twa', item('pk', 'later'), 'attribute_not_exists(pk)'));
SELECT item FROM dynamo_tables.twa WHERE item->>'pk' IN ('mine', 'later', 'c');
SAVEPOINT before;
SELECT tx(put('twa', item('pk', 'gone')), chk('twa', item('pk', 'mine'), 'attribute_not_exists(pk)'));
ROLLBACK TO before;
SELECT count(*) FROM dynamo_tables.twa WHERE item->>'pk' = 'gone';
ROLLBACK;
SELECT count(*) FROM dynamo_tables.twa WHERE item->>'pk' IN ('mine', 'later', 'c');

-- what holds an absent key is seen by nobody
SELECT tx(chk('twa', item('pk', 'absent'), 'attribute_not_exists(pk)')) FROM generate_series(1, 3);
SELECT count(*) FROM dynamo_tables.twa WHERE item IS NULL OR item->>'pk' = 'absent';
SELECT tx(put('twa', item('pk', 'absent'), '{"ConditionExpression": "attribute_not_exists(pk)"}'));

-- ordinary privileges
CREATE ROLE tw_reader; CREATE ROLE tw_writer;
GRANT SELECT ON dynamo_tables.twa TO tw_reader; GRANT INSERT, UPDATE ON dynamo_tables.twa TO tw_writer;
SET ROLE tw_reader;
SELECT dynamo.transact_write_items('{"ClientRequestToken": "reader", "TransactItems": [{"ConditionCheck": {"TableName": "twa", "Key": {"pk": {"S": "absent"}}, "ConditionExpression": "attribute_exists(pk)"}}]}');
SELECT dynamo.transact_write_items('{"TransactItems": [{"Put": {"TableName": "twa", "Item": {"pk": {"S": "r"}}}}]}');
SELECT count(*) FROM dynamo.client_request_tokens;
SET ROLE tw_writer;
SELECT dynamo.transact_write_items('{"TransactItems": [{"Put": {"TableName": "twa", "Item": {"pk": {"S": "w"}}}}]}');
SELECT dynamo.transact_write_items('{"TransactItems": [{"Put": {"TableName": "twa", "Item": {"pk": {"S": "w"}}, "ConditionExpression": "attribute_exists(pk)"}}]}');
SELECT dynamo.transact_write_items('{"TransactItems": [{"Delete": {"TableName": "twa", "Key": {"pk": {"S": "w"}}}}]}');
RESET ROLE;

-- triggers and policies of users apply
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE '% %', tg_op, coalesce(new.item, old.item)->>'pk'; RETURN coalesce(new, old); END $$;
CREATE TRIGGER tell BEFORE INSERT OR UPDATE OR DELETE ON dynamo_tables.twa FOR EACH ROW EXECUTE FUNCTION tell();
SELECT tx(put('twa', item('pk', 't1')), put('twa', item('pk', 'absent')), del('twa', item('pk', 'w')), chk('twa', item('pk', 't0'), 'attribute_not_exists(pk)'), chk('twa', item('pk', 'a'), 'attribute_exists(pk)'));
DROP TRIGGER tell ON dynamo_tables.twa;

DROP OWNED BY tw_reader, tw_writer; DROP ROLE tw_reader, tw_writer;
DROP FUNCTION tell, tx, capacity, twa, put, upd, del, chk, act, item;
SELECT dynamo.delete_table('{"TableName": "twa"}') IS NOT NULL AND dynamo.delete_table('{"TableName": "twb"}') IS NOT NULL AS deleted;
