-- Items as rows, and rows as items.
\set VERBOSITY terse
SET dynamo.partitions = 2;
SELECT dynamo.create_table('{"TableName": "rows_songs", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}, {"AttributeName": "n", "AttributeType": "N"}, {"AttributeName": "g", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}],
	"GlobalSecondaryIndexes": [{"IndexName": "by_g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}], "Projection": {"ProjectionType": "KEYS_ONLY"}}]}') IS NOT NULL;

-- Rows of a query; nothing of what is put is seen by it.
SELECT dynamo.put_items('rows_songs', $$SELECT jsonb_build_object('a', 'artist' || i % 3, 'n', i, 'text', repeat('x', 100)) || CASE WHEN i % 5 = 0 THEN '{"g": "five"}' ELSE '{}' END::jsonb FROM generate_series(1, 30) i$$);
SELECT dynamo.put_items('rows_songs', 'SELECT item || ''{"again": true}'' FROM dynamo_tables.rows_songs');
SELECT count(*), count(*) FILTER (WHERE item ? 'again') FROM dynamo_tables.rows_songs;
-- An array, and none.
SELECT dynamo.put_items('rows_songs', ARRAY['{"a": "z", "n": 1, "s": {"$ss": ["x", "y"]}}', '{"a": "z", "n": 2, "g": "five"}']::jsonb[]);
SELECT dynamo.put_items('rows_songs', '{}'::jsonb[]), dynamo.put_items('rows_songs', 'SELECT NULL::jsonb WHERE false'), dynamo.put_items('rows_songs', NULL::text) IS NULL AS "null";
SELECT dynamo.put_items('rows_songs', array_agg(dynamo.to_item(i))) FROM (VALUES ('{"a": {"S": "z"}, "n": {"N": "3"}}'::jsonb)) v (i);

-- As rows.
SELECT count(*) FROM dynamo.items('rows_songs');
SELECT item->>'n' AS n FROM dynamo.query_items('rows_songs', 'a = :a AND n > :n', '{":a": {"S": "artist1"}, ":n": {"N": "20"}}');
SELECT item FROM dynamo.query_items('rows_songs', 'a = :a', '{":a": {"S": "z"}}', scan_index_forward => false, "limit" => 2);
SELECT item FROM dynamo.query_items('rows_songs', '#a = :a', '{":a": {"S": "z"}, ":t": {"N": "1"}}', '{"#a": "a"}', filter_expression => 'size(s) > :t', projection_expression => 's');
SELECT item FROM dynamo.query_items('rows_songs', 'g = :g', '{":g": {"S": "five"}}', index_name => 'by_g') ORDER BY item;
SELECT count(*) FROM dynamo.scan_items('rows_songs', index_name => 'by_g');
SELECT count(*) FROM dynamo.scan_items('rows_songs', 'attribute_exists(again) AND n <= :n', '{":n": {"N": "10"}}', "limit" => 7);
SELECT item FROM dynamo.scan_items('rows_songs', 'a = :a', '{":a": {"S": "z"}}', projection_expression => 'n') ORDER BY item;
-- More than a page.
SELECT dynamo.put_items('rows_songs', $$SELECT jsonb_build_object('a', 'large', 'n', i, 'text', repeat('x', 300000)) FROM generate_series(1, 8) i$$);
SELECT count(*) FROM dynamo.query_items('rows_songs', 'a = :a', '{":a": {"S": "large"}}');
SELECT count(*) FROM dynamo.items('rows_songs');
SELECT count(*) FROM dynamo.scan_items('rows_songs', 'a = :a', '{":a": {"S": "large"}}', "limit" => 6);

-- What is wrong.
SELECT dynamo.put_items('rows_songs', 'SELECT ''{"a": "b"}''::jsonb');
SELECT dynamo.put_items('rows_songs', 'SELECT ''{"a": "b", "n": "1"}''::jsonb');
SELECT dynamo.put_items('rows_songs', 'SELECT ''{"a": "b", "n": 1, "t": {"$b": "!"}}''::jsonb');
SELECT dynamo.put_items('rows_songs', 'SELECT ''7''::jsonb');
SELECT dynamo.put_items('rows_songs', ARRAY[NULL::jsonb]);
SELECT dynamo.put_items('rows_songs', ARRAY['{"a": "first", "n": 1}', '{"a": ""}']::jsonb[]);
SELECT count(*) FROM dynamo.query_items('rows_songs', 'a = :a', '{":a": {"S": "first"}}');
\set VERBOSITY default
SELECT dynamo.put_items('rows_songs', 'SELECT 1');
SELECT dynamo.put_items('rows_songs', 'SELECT item, 1 FROM dynamo_tables.rows_songs');
SELECT dynamo.put_items('rows_songs', 'DROP TABLE dynamo_tables.rows_songs');
SELECT dynamo.put_items('rows_songs', 'SELECT 1; SELECT 2');
\set VERBOSITY terse
SELECT dynamo.put_items('rows_none', 'SELECT NULL::jsonb');
SELECT * FROM dynamo.items('rows_none');
SELECT * FROM dynamo.query_items('rows_songs', 'b = :a', '{":a": {"S": "z"}}');
SELECT * FROM dynamo.query_items('rows_songs', 'a = :a', '{":a": {"S": "z"}}', "limit" => 0);
SELECT * FROM dynamo.query_items('rows_songs', NULL);
SELECT * FROM dynamo.scan_items(NULL);
SELECT * FROM dynamo.scan_items('rows_songs', index_name => 'none');
BEGIN READ ONLY;
SELECT dynamo.put_items('rows_songs', 'SELECT NULL::jsonb');
ROLLBACK;

-- A trigger may close all cursors: the call fails, and no more.
CREATE FUNCTION rows_close() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN EXECUTE 'CLOSE ALL'; RETURN NEW; END$$;
CREATE TRIGGER rows_close BEFORE INSERT ON dynamo_tables.rows_songs FOR EACH ROW EXECUTE FUNCTION rows_close();
\set VERBOSITY sqlstate
SELECT dynamo.put_items('rows_songs', $$SELECT jsonb_build_object('a', 'closed', 'n', i) FROM generate_series(1, 300) i$$);
\set VERBOSITY terse
DROP TRIGGER rows_close ON dynamo_tables.rows_songs;
SELECT count(*) FROM dynamo.query_items('rows_songs', 'a = :a', '{":a": {"S": "closed"}}');

-- The caller's rights, also in the query, and row-level security.
CREATE ROLE rows_reader;
GRANT SELECT ON dynamo_tables.rows_songs TO rows_reader;
CREATE TABLE rows_secret AS SELECT '{"a": "secret", "n": 1}'::jsonb AS item;
SET ROLE rows_reader;
SELECT dynamo.put_items('rows_songs', ARRAY['{"a": "z", "n": 9}']::jsonb[]);
SELECT count(*) FROM dynamo.items('rows_songs');
RESET ROLE;
GRANT INSERT, UPDATE ON dynamo_tables.rows_songs TO rows_reader;
ALTER TABLE dynamo_tables.rows_songs ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON dynamo_tables.rows_songs TO rows_reader USING (item->>'a' = 'z');
SET ROLE rows_reader;
SELECT dynamo.put_items('rows_songs', 'SELECT item FROM rows_secret');
SELECT dynamo.put_items('rows_songs', ARRAY['{"a": "z", "n": 9}']::jsonb[]);
SELECT dynamo.put_items('rows_songs', ARRAY['{"a": "y", "n": 9}']::jsonb[]);
SELECT count(*) FROM dynamo.items('rows_songs');
RESET ROLE;
SELECT dynamo.delete_table('{"TableName": "rows_songs"}') IS NOT NULL;
DROP TABLE rows_secret;
DROP FUNCTION rows_close();
DROP ROLE rows_reader;
