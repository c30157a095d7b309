-- ExecuteStatement: what each statement reads and writes, and in how many reads.
\set SHOW_CONTEXT never
SELECT dynamo.create_table('{"TableName": "Orders", "BillingMode": "PAY_PER_REQUEST",
  "AttributeDefinitions": [{"AttributeName": "Customer", "AttributeType": "S"}, {"AttributeName": "Id", "AttributeType": "N"}, {"AttributeName": "Day", "AttributeType": "S"}, {"AttributeName": "Shop", "AttributeType": "S"}, {"AttributeName": "Region", "AttributeType": "S"}],
  "KeySchema": [{"AttributeName": "Customer", "KeyType": "HASH"}, {"AttributeName": "Id", "KeyType": "RANGE"}],
  "LocalSecondaryIndexes": [{"IndexName": "ByDay", "KeySchema": [{"AttributeName": "Customer", "KeyType": "HASH"}, {"AttributeName": "Day", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "KEYS_ONLY"}}],
  "GlobalSecondaryIndexes": [
    {"IndexName": "ByShop", "KeySchema": [{"AttributeName": "Shop", "KeyType": "HASH"}, {"AttributeName": "Day", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["Total"]}},
    {"IndexName": "ByPlace", "KeySchema": [{"AttributeName": "Region", "KeyType": "HASH"}, {"AttributeName": "Shop", "KeyType": "HASH"}, {"AttributeName": "Day", "KeyType": "RANGE"}, {"AttributeName": "Id", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL AS created;

-- Statements as rows, for what is read, and with what they consume: 0.5 for each part of a table or index that is read.
CREATE FUNCTION run(statement text, parameters jsonb DEFAULT NULL, more jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
  SELECT dynamo.execute_statement(jsonb_strip_nulls(jsonb_build_object('Statement', statement, 'Parameters', parameters)) || more) $$;
CREATE FUNCTION ids(response jsonb) RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(i -> 'Customer' ->> 'S' || coalesce(i -> 'Id' ->> 'N', ''), ' ' ORDER BY n) FROM jsonb_array_elements(response -> 'Items') WITH ORDINALITY AS items(i, n) $$;
CREATE FUNCTION reads(statement text, parameters jsonb DEFAULT NULL, more jsonb DEFAULT '{}', OUT ids text, OUT units numeric) LANGUAGE sql AS $$
  SELECT ids(r), (r -> 'ConsumedCapacity' ->> 'CapacityUnits')::numeric FROM run(statement, parameters, more || '{"ReturnConsumedCapacity": "INDEXES"}') r $$;
-- All pages, with how many there were.
CREATE FUNCTION pages(statement text, parameters jsonb DEFAULT NULL, size integer DEFAULT 1, OUT ids text, OUT pages integer) LANGUAGE plpgsql AS $$
DECLARE page jsonb; token jsonb := '{}';
BEGIN
  pages := 0;
  LOOP
    page := run(statement, parameters, token || jsonb_build_object('Limit', size));
    pages := pages + 1;
    ids := concat_ws(' ', ids, ids(page));
    EXIT WHEN page -> 'NextToken' IS NULL;
    token := jsonb_build_object('NextToken', page -> 'NextToken');
  END LOOP;
END $$;

-- INSERT: no condition, no replacing; the item's rules are PutItem's
SELECT run($$INSERT INTO "Orders" VALUE {'Customer': ?, 'Id': 1, 'Total': 10.50, 'Tags': <<'a', 'b'>>}$$, '[{"S": "a"}]');
SELECT run($$INSERT INTO "Orders" VALUE {'Customer': 'a', 'Id': 1}$$);
SELECT run($$INSERT INTO "Orders" VALUE {'Customer': 'a', 'Id': 1}$$, more => '{"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}');
SELECT run($$INSERT INTO "Orders" VALUE {'Customer': 'a'}$$);
SELECT run($$INSERT INTO "Orders" VALUE {'Customer': 'a', 'Id': 'x'}$$);
SELECT run($$INSERT INTO "Orders" VALUE {'Customer': '', 'Id': 1}$$);
SELECT run($$INSERT INTO "Orders" VALUE {'Customer': 'a', 'Id': 2, 'Day': 5}$$);
SELECT run($$INSERT INTO "Orders" VALUE ?$$, '[{"M": {"Customer": {"S": "a"}, "Id": {"N": "2"}, "Day": {"S": "d2"}, "Shop": {"S": "x"}}}]', '{"ReturnConsumedCapacity": "INDEXES"}');
SELECT count(*) FROM (SELECT run($$INSERT INTO "Orders" VALUE ?$$, jsonb_build_array(jsonb_build_object('M', dynamo.marshall(jsonb_build_object('Customer', c, 'Id', i, 'Day', 'd' || i, 'Shop', CASE i % 2 WHEN 0 THEN 'x' ELSE 'y' END, 'Region', 'r' || i % 3, 'Total', i * 10)))))
  FROM unnest('{b,c,d}'::text[]) c, generate_series(1, 5) i) inserted;
SELECT run($$INSERT INTO "Missing" VALUE {'Customer': 'a', 'Id': 1}$$);
SELECT run($$INSERT INTO "?" VALUE {'Customer': 'a', 'Id': 1}$$);

-- a whole key is one item's read
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE Customer = 'b' AND Id = 3$$);
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE 3 = Id AND 'b' = Customer$$, more => '{"ConsistentRead": true}');
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE Customer = ? AND Id = ? AND Total > ?$$, '[{"S": "b"}, {"N": "3"}, {"N": "30"}]');
SELECT run($$SELECT Total, Tags FROM "Orders" WHERE Customer = 'a' AND Id = 1$$, more => '{"ReturnConsumedCapacity": "TOTAL", "Limit": 1}');
SELECT run($$SELECT * FROM "Orders" WHERE Customer = 'nobody' AND Id = 1$$, more => '{"ReturnConsumedCapacity": "TOTAL"}');

-- a partition, and ranges of it
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE Customer = 'b'$$);
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE Customer = 'b' AND Id > 2$$);
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE Customer = 'b' AND Id >= 2 AND Id < 4 AND Id > 1$$);
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE Customer = 'b' AND Id BETWEEN 2 AND 3 AND Id <> 2$$);
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE Customer = 'b' AND 4 <= Id$$);
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE Customer = 'b' AND NOT Id > 2$$);
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE Customer = 'b' AND (Id < 2 OR Id > 4)$$);
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE Customer = 'b' AND Id > 5$$);
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE Customer = 'b' AND Id > 3 AND Id < 2$$);
-- several of them
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE Customer IN ['d', 'b', 'b', 'nobody'] AND Id IN [4, 2]$$);
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE Customer IN ['d', 'b'] AND Id > 3$$);
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE Customer = 'd' OR Customer = 'b' AND Id = 1$$);
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE (Customer = 'd' AND Id = 2) OR (Customer = 'b' AND Id = 1)$$);
-- of an OR only the keys that it names
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE (Customer = 'd' AND Id = 2 AND Total = 20) OR (1 = Id AND Customer IN ['b', 'c']) OR (Customer = 'b' AND Id IN [5, 4])$$);
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE (Customer = 'd' AND Id = 2 OR Customer = 'b' AND Id = 1) AND Id <> 7 AND NOT (Customer = 'd' AND Id = 2)$$);
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE (Customer = 'd' AND Id = 2 OR Customer = 'b' AND Id = 1) AND Id = 3$$);
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE (Customer = 'd' AND Id = 2 OR Customer = 'b' AND Id = 1) ORDER BY Id DESC$$);
SELECT * FROM pages($$SELECT * FROM "Orders" WHERE Customer = 'd' AND Id = 2 OR Customer = 'b' AND Id = 1 OR Customer = 'c' AND Id = 5$$);
-- conditions that say the same twice, or contradict each other
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE Customer = 'b' AND Customer = 'b' AND Id = 1$$);
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE Customer = 'b' AND Customer = 'c'$$);
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE Customer IN ['b', 'c'] AND Customer IN ['c', 'd'] AND Id = 1$$);
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE Customer = 'b' AND Customer > 'c'$$);
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE Customer = 'b' AND Id = 1 AND Id > 1$$);
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE Customer = 'b' AND Id IN [1, 2, 3] AND Id >= 2$$);
-- what does not pin the partition is a scan: each of the 17 items is looked at
CREATE FUNCTION scans(statement text, items integer DEFAULT 17) RETURNS boolean LANGUAGE sql AS $$ SELECT (run(statement, more => jsonb_build_object('Limit', items)) -> 'NextToken') IS NOT NULL $$;
SELECT statement, scans(statement) FROM unnest(ARRAY[
  $$SELECT * FROM "Orders"$$,
  $$SELECT * FROM "Orders" WHERE Id = 1$$,
  $$SELECT * FROM "Orders" WHERE Customer > 'a'$$,
  $$SELECT * FROM "Orders" WHERE Customer = 'b' OR Total = 10$$,
  $$SELECT * FROM "Orders" WHERE NOT Customer = 'b'$$,
  $$SELECT * FROM "Orders" WHERE begins_with(Customer, 'b')$$,
  $$SELECT * FROM "Orders" WHERE Customer = 'b'$$,
  $$SELECT * FROM "Orders" WHERE Customer = 'b' OR Customer = 'c'$$]) statement;
SELECT ids(run($$SELECT * FROM "Orders" WHERE Total = 50 AND Customer > 'b'$$)) IN ('c5 d5', 'd5 c5') AS found;
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE begins_with(Customer, 'd') AND Customer = 'd' AND Id = 5$$);

-- indexes
SELECT * FROM reads($$SELECT * FROM "Orders"."ByDay" WHERE Customer = 'b' AND begins_with(Day, 'd')$$);
SELECT * FROM reads($$SELECT * FROM "Orders"."ByDay" WHERE Customer = 'b' AND begins_with(Day, 'd') AND Day > 'd3'$$);
SELECT run($$SELECT * FROM "Orders"."ByDay" WHERE Customer = 'b' AND Day = 'd4'$$, more => '{"ReturnConsumedCapacity": "INDEXES"}');
SELECT run($$SELECT Total FROM "Orders"."ByDay" WHERE Customer = 'b' AND Day = 'd4'$$, more => '{"ReturnConsumedCapacity": "INDEXES"}');
SELECT run($$SELECT * FROM "Orders"."ByShop" WHERE Shop = 'x' AND Day = 'd4' AND Total = 40 AND Customer IN ['b', 'c']$$, more => '{"ReturnConsumedCapacity": "INDEXES"}');
SELECT run($$SELECT Region FROM "Orders"."ByShop" WHERE Shop = 'x'$$);
SELECT run($$SELECT * FROM "Orders"."ByShop" WHERE Shop = 'x'$$, more => '{"ConsistentRead": true}');
SELECT run($$SELECT * FROM "Orders"."None" WHERE Shop = 'x'$$);
SELECT * FROM reads($$SELECT * FROM "Orders"."ByShop" WHERE Shop = 'y' AND Day IN ['d1', 'd5']$$);
SELECT * FROM reads($$SELECT * FROM "Orders"."ByShop" WHERE Shop IN ['y', 'x'] AND Day < 'd2'$$);
-- indexes with several attributes of a kind cannot be read
SELECT * FROM reads($$SELECT * FROM "Orders"."ByPlace" WHERE Region = 'r1' AND Shop = 'y'$$);
SELECT run($$UPDATE "Orders"."ByShop" SET Total = 1 WHERE Shop = 'x'$$);

-- operands that no key can have
SELECT run($$SELECT * FROM "Orders" WHERE Customer = 1$$);
SELECT run($$SELECT * FROM "Orders" WHERE Customer = 'b' AND Id = 'x'$$);
SELECT run($$SELECT * FROM "Orders" WHERE Customer = 'b' AND Id > 'x'$$);
SELECT run($$SELECT * FROM "Orders" WHERE Customer = ''$$);
SELECT run($$SELECT * FROM "Orders" WHERE Customer = ?$$, jsonb_build_array(jsonb_build_object('S', repeat('x', 2049))));
SELECT run('SELECT * FROM "Orders" WHERE Customer IN [' || string_agg('?', ',') || ']', jsonb_agg(jsonb_build_object('S', n::text))) FROM generate_series(1, 51) n;

-- ORDER BY
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE Customer = 'b' ORDER BY Id DESC$$);
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE Customer = 'b' ORDER BY Customer DESC, Id ASC$$);
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE Customer IN ['b', 'c', 'd'] AND Id > 3 ORDER BY Customer DESC$$);
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE Customer IN ['b', 'c', 'd'] AND Id > 3 ORDER BY Customer DESC, Id DESC$$);
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE Customer IN ['b', 'c', 'd'] AND Id > 3 ORDER BY Id DESC$$);
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE Customer IN ['b', 'c', 'd'] AND Id IN [2, 4] ORDER BY Id, Customer DESC$$);
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE Customer IN ['b', 'c', 'd'] AND Id = 2 ORDER BY Id DESC$$);
SELECT * FROM reads($$SELECT * FROM "Orders" WHERE Customer = 'b' AND Id IN [5, 1, 3] ORDER BY Id DESC$$);
SELECT * FROM reads($$SELECT * FROM "Orders"."ByShop" WHERE Shop = 'x' AND Customer = 'c' ORDER BY Day DESC$$);
SELECT run($$SELECT * FROM "Orders" ORDER BY Id$$);
SELECT run($$SELECT * FROM "Orders" WHERE Id = 1 ORDER BY Id$$);
SELECT run($$SELECT * FROM "Orders" WHERE Customer = 'b' ORDER BY Total$$);
SELECT run($$SELECT * FROM "Orders"."ByShop" WHERE Shop = 'x' ORDER BY Id$$);

SELECT run('SELECT * FROM "Orders"."ByShop" WHERE Shop IN [' || string_agg('?' || repeat(',?', 49), '] OR Shop IN [') || '] ORDER BY Day', (SELECT jsonb_agg(jsonb_build_object('S', n::text)) FROM generate_series(1, 1050) n)) FROM generate_series(1, 21);

-- pages: the same items in the same order whatever their size
SELECT statement, (SELECT array_agg(DISTINCT p.ids) = ARRAY[coalesce(ids(run(statement)), '')] FROM unnest('{1,2,3,4,20}'::int[]) n, pages(statement, NULL, n) p) AS stable, (pages(statement, NULL, 2)).*
FROM unnest(ARRAY[
  $$SELECT * FROM "Orders"$$,
  $$SELECT * FROM "Orders" WHERE Customer = 'b'$$,
  $$SELECT * FROM "Orders" WHERE Customer = 'b' ORDER BY Id DESC$$,
  $$SELECT * FROM "Orders" WHERE Customer IN ['c', 'b', 'nobody', 'a']$$,
  $$SELECT * FROM "Orders" WHERE Customer IN ['c', 'b'] AND Id IN [1, 5, 3]$$,
  $$SELECT * FROM "Orders" WHERE Customer IN ['b', 'c', 'd'] AND Id BETWEEN 2 AND 3 ORDER BY Customer DESC, Id DESC$$,
  $$SELECT * FROM "Orders" WHERE Customer IN ['b', 'c', 'd'] ORDER BY Id$$,
  $$SELECT * FROM "Orders" WHERE Customer IN ['b', 'c', 'd'] AND Id IN [4, 3, 1] ORDER BY Id DESC$$,
  $$SELECT * FROM "Orders"."ByShop" WHERE Shop IN ['x', 'y'] AND Day IN ['d5', 'd1', 'd2'] ORDER BY Day, Shop DESC$$,
  $$SELECT * FROM "Orders" WHERE Customer IN ['b', 'c', 'd'] AND Id < 4 ORDER BY Id DESC, Customer DESC$$,
  $$SELECT * FROM "Orders"."ByShop" WHERE Shop IN ['x', 'y'] ORDER BY Day DESC$$,
  $$SELECT * FROM "Orders"."ByShop" WHERE Shop IN ['x', 'y'] AND begins_with(Day, 'd') ORDER BY Day$$,
  $$SELECT * FROM "Orders"."ByShop"$$,
  $$SELECT * FROM "Orders"."ByDay" WHERE Customer IN ['b', 'd'] AND Day > 'd2'$$,
  $$SELECT * FROM "Orders" WHERE Customer = 'b' AND Customer = 'c'$$]) statement;
-- a position whose item is gone by then
SELECT run($$SELECT * FROM "Orders" WHERE Customer IN ['b', 'c'] ORDER BY Id$$, more => '{"Limit": 3}') ->> 'NextToken' AS token \gset
SELECT run($$DELETE FROM "Orders" WHERE Customer = 'b' AND Id = 2$$), run($$DELETE FROM "Orders" WHERE Customer = 'c' AND Id = 2$$);
SELECT ids(run($$SELECT * FROM "Orders" WHERE Customer IN ['b', 'c'] ORDER BY Id$$, more => jsonb_build_object('NextToken', :'token')));
SELECT run($$INSERT INTO "Orders" VALUE {'Customer': 'c', 'Id': 2, 'Total': 20}$$);
SELECT ids(run($$SELECT * FROM "Orders" WHERE Customer IN ['b', 'c'] ORDER BY Id$$, more => jsonb_build_object('NextToken', :'token')));
-- a page of 1 MB
SELECT count(run($$INSERT INTO "Orders" VALUE {'Customer': 'long', 'Id': ?, 'Text': ?}$$, jsonb_build_array(jsonb_build_object('N', i::text), jsonb_build_object('S', repeat('x', 300000))))) FROM generate_series(1, 6) i;
SELECT * FROM pages($$SELECT Customer, Id FROM "Orders" WHERE Customer = 'long'$$, size => 100);
SELECT * FROM reads($$SELECT Customer, Id FROM "Orders" WHERE Customer = 'long' AND Id IN [1, 2, 6]$$);
-- beside so much, a key is still one small read
SELECT units FROM reads($$SELECT * FROM "Orders" WHERE Customer = 'b' AND Id = 1 AND Total > 0$$);
SELECT units > 100 AS scans FROM reads($$SELECT * FROM "Orders" WHERE Customer > 'l'$$);

-- tokens: of their statement and parameters only, and nothing else than tokens
SELECT run($$SELECT * FROM "Orders" WHERE Customer = ?$$, '[{"S": "b"}]', '{"Limit": 1}') ->> 'NextToken' AS token \gset
SELECT ids(run($$SELECT * FROM "Orders" WHERE Customer = ?$$, '[{"S": "b"}]', jsonb_build_object('NextToken', :'token', 'Limit', 1)));
CREATE FUNCTION try_token(token text, statement text DEFAULT 'SELECT * FROM "Orders" WHERE Customer = ?', parameters jsonb DEFAULT '[{"S": "b"}]') RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  RETURN 'ids: ' || ids(run(statement, parameters, jsonb_build_object('NextToken', token)));
EXCEPTION WHEN SQLSTATE 'DY001' THEN RETURN SQLERRM;
END $$;
SELECT try_token(:'token'), try_token(:'token', parameters => '[{"S": "c"}]'), try_token(:'token', 'SELECT * FROM  "Orders" WHERE Customer = ?');
-- and of one role, which gets on with its own
CREATE ROLE regress_token_reader;
GRANT SELECT ON dynamo_tables."Orders" TO regress_token_reader;
SET ROLE regress_token_reader;
SELECT try_token(:'token');
SELECT try_token(run($$SELECT * FROM "Orders" WHERE Customer = ?$$, '[{"S": "b"}]', '{"Limit": 1}') ->> 'NextToken');
RESET ROLE;
DROP OWNED BY regress_token_reader;
DROP ROLE regress_token_reader;
SELECT try_token('x'), try_token('AAAA'), try_token(encode(decode(repeat('00', 32), 'hex'), 'base64')), try_token('');
SELECT left(try_token(repeat('A', 32772)), 30);
-- every byte of a token counts
SELECT DISTINCT try_token(encode(set_byte(decode(:'token', 'base64'), n, (get_byte(decode(:'token', 'base64'), n) + 1) % 256), 'base64')) FROM generate_series(0, length(decode(:'token', 'base64')) - 1) n;
SELECT DISTINCT try_token(encode(substr(decode(:'token', 'base64'), 1, n), 'base64')) FROM generate_series(1, length(decode(:'token', 'base64')) - 1) n;
-- keys of every kind of character, as long as they may be
SELECT run($$INSERT INTO "Orders" VALUE {'Customer': ?, 'Id': ?, 'Shop': ?, 'Day': ?, 'Region': ?}$$, jsonb_build_array(jsonb_build_object('S', repeat(E'\x01', 2048)), jsonb_build_object('N', '-' || repeat('9', 38)), jsonb_build_object('S', repeat(E'\x02', 2048)), jsonb_build_object('S', repeat(E'\x03', 1024)), jsonb_build_object('S', repeat(E'\x04', 1000))));
SELECT run($$INSERT INTO "Orders" VALUE {'Customer': ?, 'Id': ?}$$, '[{"$s": "zero\\0"}, {"N": "1"}]'), run($$INSERT INTO "Orders" VALUE {'Customer': ?, 'Id': ?}$$, '[{"$s": "zero\\0"}, {"N": "2"}]');
SELECT run($$SELECT Id FROM "Orders" WHERE Customer = ?$$, '[{"$s": "zero\\0"}]', jsonb_build_object('NextToken', r ->> 'NextToken')) FROM run($$SELECT Id FROM "Orders" WHERE Customer = ?$$, '[{"$s": "zero\\0"}]', '{"Limit": 1}') r;

-- UPDATE: one item that is there; what WHERE says beyond the key is its condition
SELECT run($$UPDATE "Orders" SET Total = Total + 1 SET Note = 'n' REMOVE Shop WHERE Customer = 'b' AND Id = 1$$, more => '{"ReturnConsumedCapacity": "INDEXES"}');
SELECT run($$UPDATE "Orders" SET Total = 7 WHERE Customer = 'b' AND Id = 1 RETURNING ALL OLD *$$);
SELECT run($$UPDATE "Orders" SET Total = 8 WHERE Customer = 'b' AND Id = 1 RETURNING ALL NEW *$$);
SELECT run($$UPDATE "Orders" SET Total = 9, New = [1, {'x': 2}] WHERE Customer = 'b' AND Id = 1 RETURNING MODIFIED OLD *$$);
SELECT run($$UPDATE "Orders" SET Total = 10, New[1].x = 3 WHERE Customer = 'b' AND Id = 1 RETURNING MODIFIED NEW *$$);
SELECT run($$UPDATE "Orders" SET Newer = 1 WHERE Customer = 'b' AND Id = 1 RETURNING MODIFIED OLD *$$);
SELECT run($$UPDATE "Orders" SET Total = 1 WHERE Customer = 'b' AND Id = 1 AND Total > 10$$);
SELECT run($$UPDATE "Orders" SET Total = 1 WHERE Customer = 'b' AND Id = 1 AND Total > 10$$, more => '{"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}');
SELECT run($$UPDATE "Orders" SET Total = 1 WHERE Customer = 'b' AND Id = 99$$);
SELECT run($$UPDATE "Orders" SET Total = 1 WHERE Customer = 'b' AND Id = 99 AND Total IS MISSING$$);
SELECT run($$UPDATE "Orders" SET Total = 1 WHERE Customer = 'b'$$);
SELECT run($$UPDATE "Orders" SET Total = 1$$);
SELECT run($$UPDATE "Orders" SET Total = 1 WHERE Customer = 'b' AND Id > 1$$);
SELECT run($$UPDATE "Orders" SET Total = 1 WHERE Customer = 'b' AND Id IN [1]$$);
SELECT run($$UPDATE "Orders" SET Total = 1 WHERE Customer = 'b' OR Id = 1$$);
SELECT run($$UPDATE "Orders" SET Total = 1 WHERE Customer = 'b' AND Id = 'x'$$);
SELECT run($$UPDATE "Orders" SET Total = 1 WHERE Customer = 'b' AND Id = 1 AND Id = 2$$);
SELECT run($$UPDATE "Orders" SET Id = 2 WHERE Customer = 'b' AND Id = 1$$);
SELECT run($$UPDATE "Orders" SET Day = 2 WHERE Customer = 'b' AND Id = 1$$);
SELECT run($$UPDATE "Orders" SET Total = Note + 1 WHERE Customer = 'b' AND Id = 1$$);

-- DELETE: nothing where there is no item; the condition is only on one that is there
SELECT run($$DELETE FROM "Orders" WHERE Customer = 'b' AND Id = 1 AND Total = 0$$);
SELECT run($$DELETE FROM "Orders" WHERE Customer = 'b' AND Id = 1 AND Total = 0$$, more => '{"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}');
SELECT run($$DELETE FROM "Orders" WHERE Customer = 'b' AND Id = 1 AND Total = 10 RETURNING ALL OLD *$$);
SELECT run($$DELETE FROM "Orders" WHERE Customer = 'b' AND Id = 1 AND Total = 10 RETURNING ALL OLD *$$);
SELECT run($$DELETE FROM "Orders" WHERE Customer = 'b' AND Id = 3$$, more => '{"ReturnConsumedCapacity": "INDEXES"}');
SELECT run($$DELETE FROM "Orders" WHERE Customer = 'b'$$);
SELECT ids(run($$SELECT * FROM "Orders" WHERE Customer = 'b'$$));

-- requests
SELECT run('');
SELECT dynamo.execute_statement('{}');
SELECT run($$SELECT * FROM "Orders" WHERE Customer = ?$$, '[]');
SELECT run($$SELECT * FROM "Orders" WHERE Customer = ?$$);
SELECT run($$SELECT * FROM "Orders"$$, more => '{"Limit": 0}');
SELECT run($$EXISTS(SELECT * FROM "Orders" WHERE Customer = 'c' AND Id = 1)$$);
SELECT run($$SELECT * FROM "Missing"$$);
SELECT run($$SELECT Id FROM "arn:aws:dynamodb:us-east-1:000000000000:table/Orders" WHERE Customer = 'c' AND Id = 1$$);

-- from SQL: named arguments; a set of rows
SELECT dynamo.execute_statement('SELECT Total FROM "Orders" WHERE Customer = ? AND Id = ?', '[{"S": "c"}, {"N": "1"}]', return_consumed_capacity => 'TOTAL', consistent_read => true);
SELECT dynamo.execute_statement('SELECT Total FROM "Orders" WHERE Customer = ?', dynamo.marshall('["c"]') -> 'L', "limit" => 1) -> 'Items';
SELECT dynamo.execute_statement('{"Statement": "SELECT Total FROM \"Orders\" WHERE Customer = ''c'' AND Id = 1"}');
SELECT item ->> 'Customer' AS customer, sum((item ->> 'Total')::numeric) FROM dynamo.partiql('SELECT * FROM "Orders" WHERE Customer IN [''c'', ''d'']') GROUP BY 1 ORDER BY 1;
SELECT * FROM dynamo.partiql('SELECT * FROM "Orders"."ByDay" WHERE Customer = ''c'' AND Day > ''d3''');
SELECT * FROM dynamo.partiql('SELECT Total, New[1].x FROM "Orders" WHERE Customer = ? ORDER BY Id DESC', '[{"S": "c"}]') LIMIT 2;
SELECT count(*), sum(length(item ->> 'Text')) FROM dynamo.partiql('SELECT * FROM "Orders" WHERE Customer = ''long''');
SELECT c, p.item -> 'Id' AS id FROM unnest('{c,d}'::text[]) c, dynamo.partiql('SELECT Id FROM "Orders" WHERE Customer = ? AND Id < 3', jsonb_build_array(jsonb_build_object('S', c))) p;
SELECT dynamo.partiql('SELECT Id FROM "Orders" WHERE Customer = ''d'' AND Id < 3');
SELECT * FROM dynamo.partiql($$INSERT INTO "Orders" VALUE {'Customer': 'rows', 'Id': 1, 'Bytes': ?}$$, '[{"B": "AAEC"}]');
SELECT * FROM dynamo.partiql($$UPDATE "Orders" SET Total = 1 WHERE Customer = 'rows' AND Id = 1 RETURNING ALL NEW *$$);
SELECT * FROM dynamo.partiql($$UPDATE "Orders" SET Total = 2 WHERE Customer = 'rows' AND Id = 1 RETURNING MODIFIED OLD *$$);
WITH gone AS (SELECT item FROM dynamo.partiql($$DELETE FROM "Orders" WHERE Customer = 'rows' AND Id = 1 RETURNING ALL OLD *$$)) SELECT item - 'Bytes' FROM gone;
SELECT * FROM dynamo.partiql($$UPDATE "Orders" SET Total = 1 WHERE Customer = 'rows' AND Id = 1$$);
SELECT * FROM dynamo.partiql(NULL);
SELECT * FROM dynamo.partiql('SELECT * FROM "Orders" WHERE Customer = ?', '{}');
SELECT * FROM dynamo.partiql('EXISTS(SELECT * FROM "Orders" WHERE Customer = ''c'' AND Id = 1)');
EXPLAIN (COSTS) SELECT * FROM dynamo.partiql('SELECT 1');

-- part of the caller's transaction
BEGIN;
SELECT run($$INSERT INTO "Orders" VALUE {'Customer': 'undone', 'Id': 1}$$), ids(run($$SELECT * FROM "Orders" WHERE Customer = 'undone'$$));
ROLLBACK;
SELECT ids(run($$SELECT * FROM "Orders" WHERE Customer = 'undone'$$));

-- privileges, as SQL's own statements need them
CREATE ROLE partiql_role;
GRANT USAGE ON SCHEMA dynamo_tables TO partiql_role;
CREATE FUNCTION tried(statement text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN run(statement) ->> 'Items'; EXCEPTION WHEN insufficient_privilege OR SQLSTATE 'DY004' THEN RETURN SQLERRM; END $$;
CREATE FUNCTION trials() RETURNS TABLE (read text, insert text, update text, delete text, delete_if text, delete_returning text) LANGUAGE sql AS $$
  SELECT tried($s$SELECT Id FROM "Orders" WHERE Customer = 'c' AND Id = 1$s$), tried($s$INSERT INTO "Orders" VALUE {'Customer': 'role', 'Id': 1}$s$),
    tried($s$UPDATE "Orders" SET Total = 1 WHERE Customer = 'role' AND Id = 1$s$), tried($s$DELETE FROM "Orders" WHERE Customer = 'none' AND Id = 1$s$),
    tried($s$DELETE FROM "Orders" WHERE Customer = 'none' AND Id = 1 AND Total = 1$s$), tried($s$DELETE FROM "Orders" WHERE Customer = 'role' AND Id = 1 RETURNING ALL OLD *$s$) $$;
SET ROLE partiql_role; SELECT * FROM trials(); RESET ROLE;
GRANT INSERT, DELETE ON dynamo_tables."Orders" TO partiql_role;
SET ROLE partiql_role; SELECT * FROM trials(); RESET ROLE;
GRANT SELECT ON dynamo_tables."Orders" TO partiql_role;
REVOKE INSERT, DELETE ON dynamo_tables."Orders" FROM partiql_role;
SET ROLE partiql_role; SELECT * FROM trials(); RESET ROLE;
GRANT UPDATE, DELETE ON dynamo_tables."Orders" TO partiql_role;
SET ROLE partiql_role; SELECT * FROM trials(); RESET ROLE;
-- row-level security: what a policy hides is not there, but its key is taken
ALTER TABLE dynamo_tables."Orders" ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON dynamo_tables."Orders" USING (item ->> 'Customer' IN ('c', 'mine')) WITH CHECK (item ->> 'Customer' IN ('c', 'mine'));
GRANT INSERT ON dynamo_tables."Orders" TO partiql_role;
SET ROLE partiql_role;
SELECT ids(run($$SELECT * FROM "Orders" WHERE Customer IN ['c', 'd'] AND Id = 1$$)), ids(run($$SELECT * FROM "Orders"."ByShop" WHERE Shop = 'x'$$));
SELECT run($$INSERT INTO "Orders" VALUE {'Customer': 'mine', 'Id': 1}$$);
SELECT run($$INSERT INTO "Orders" VALUE {'Customer': 'mine', 'Id': 1}$$);
SELECT run($$UPDATE "Orders" SET Total = 1 WHERE Customer = 'd' AND Id = 1$$);
SELECT run($$DELETE FROM "Orders" WHERE Customer = 'd' AND Id = 1 RETURNING ALL OLD *$$);
SELECT tried($$INSERT INTO "Orders" VALUE {'Customer': 'd', 'Id': 1}$$), tried($$INSERT INTO "Orders" VALUE {'Customer': 'e', 'Id': 1}$$);
RESET ROLE;
DROP OWNED BY partiql_role; DROP ROLE partiql_role;
DROP FUNCTION run, ids, reads, pages, scans, try_token, tried, trials;
SELECT dynamo.delete_table('{"TableName": "Orders"}') IS NOT NULL AS deleted;
