-- The access method: HOT updates despite expression indexes, and heap's maintenance.
\set VERBOSITY terse
SET dynamo.partitions = 1;
SELECT dynamo.create_table('{"TableName": "Hot", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}, {"AttributeName": "s", "AttributeType": "N"},
		{"AttributeName": "a", "AttributeType": "S"}, {"AttributeName": "b", "AttributeType": "N"}, {"AttributeName": "c", "AttributeType": "B"}],
	"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
	"GlobalSecondaryIndexes": [
		{"IndexName": "ByA", "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}},
		{"IndexName": "ByB", "KeySchema": [{"AttributeName": "b", "KeyType": "HASH"}, {"AttributeName": "a", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "ALL"}},
		{"IndexName": "ByC", "KeySchema": [{"AttributeName": "c", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL AS created;
-- The updates since the last time, and how many of them were HOT.
CREATE TEMPORARY TABLE seen AS SELECT 0::bigint AS updates, 0::bigint AS hot;
\set flush 'DO ''BEGIN PERFORM pg_stat_force_next_flush(); END'';'
CREATE PROCEDURE show_hot(what text) LANGUAGE plpgsql AS $$
DECLARE
	before record;
	now record;
BEGIN
	SELECT * INTO before FROM seen;
	SELECT n_tup_upd AS updates, n_tup_hot_upd AS hot INTO now FROM pg_stat_user_tables WHERE relid = 'dynamo_tables."Hot/0"'::regclass;
	UPDATE seen SET updates = now.updates, hot = now.hot;
	RAISE INFO '%: % updates, % HOT', what, now.updates - before.updates, now.hot - before.hot;
END $$;
SELECT dynamo.put_item('Hot', '{"k": {"S": "1"}, "s": {"N": "1"}, "a": {"S": "x"}, "b": {"N": "1"}, "c": {"B": "AA=="}}');
SELECT dynamo.put_item('Hot', '{"k": {"S": "2"}, "s": {"N": "1"}}');
CREATE FUNCTION set_attribute(k text, attribute text, value jsonb) RETURNS jsonb RETURN
	dynamo.update_item(jsonb_build_object('TableName', 'Hot', 'Key', jsonb_build_object('k', jsonb_build_object('S', k), 's', '{"N": "1"}'::jsonb),
		'UpdateExpression', 'SET #a = :v', 'ExpressionAttributeNames', jsonb_build_object('#a', attribute),
		'ExpressionAttributeValues', jsonb_build_object(':v', value)));

-- By the API.
SELECT set_attribute('1', 'plain', '{"N": "1"}');
SELECT set_attribute('1', 'plain', '{"N": "2"}');
SELECT set_attribute('2', 'plain', '{"L": []}');
:flush
CALL show_hot('no indexed attribute');
SELECT set_attribute('1', 'a', '{"S": "y"}');
:flush
CALL show_hot('an indexed attribute');
SELECT set_attribute('1', 'a', '{"S": "y"}');
:flush
CALL show_hot('an indexed attribute to the same value');
SELECT set_attribute('2', 'c', '{"B": "AA=="}');
:flush
CALL show_hot('an indexed attribute that was absent');
SELECT dynamo.put_item('Hot', '{"k": {"S": "1"}, "s": {"N": "1"}, "a": {"S": "y"}, "b": {"N": "1.0"}, "c": {"B": "AA=="}, "more": {"S": "z"}}');
:flush
CALL show_hot('another item with the same indexed attributes');
SELECT set_attribute('1', 'b', '{"N": "7"}');
:flush
CALL show_hot('the partition key of one index');
SELECT dynamo.update_item('{"TableName": "Hot", "Key": {"k": {"S": "2"}, "s": {"N": "1"}}, "UpdateExpression": "REMOVE c SET plain = :v", "ExpressionAttributeValues": {":v": {"S": "v"}}}');
SELECT set_attribute('2', 'c', '{"B": "AA=="}');
:flush
CALL show_hot('an indexed attribute that goes, and comes back');

-- By plain SQL.
UPDATE dynamo_tables."Hot" SET item = item || '{"plain": 3}';
:flush
CALL show_hot('plain SQL, no indexed attribute');
UPDATE dynamo_tables."Hot" SET item = item || '{"a": "z"}' WHERE item ->> 'k' = '1';
:flush
CALL show_hot('plain SQL, an indexed attribute');
UPDATE dynamo_tables."Hot" SET item = item || '{"k": "3"}' WHERE item ->> 'k' = '2';
:flush
CALL show_hot('plain SQL, the key');
SELECT item ->> 'k' AS k FROM dynamo_views."Hot" ORDER BY 1;

-- Indexes of the table's users.
CREATE INDEX hot_plain ON dynamo_tables."Hot/0" ((item -> 'plain'));
SELECT set_attribute('1', 'other', '{"N": "1"}');
:flush
CALL show_hot('no attribute of a foreign index');
SELECT set_attribute('1', 'plain', '{"N": "9"}');
:flush
CALL show_hot('an attribute of a foreign index');
CREATE INDEX hot_partial ON dynamo_tables."Hot/0" ((1)) WHERE item ? 'flag';
SELECT set_attribute('1', 'other', '{"N": "2"}');
:flush
CALL show_hot('a foreign predicate as before');
SELECT set_attribute('1', 'flag', '{"BOOL": true}');
:flush
CALL show_hot('a foreign predicate that changes');
CREATE INDEX hot_gin ON dynamo_tables."Hot/0" USING gin ((item -> 'tags') jsonb_path_ops);
SELECT set_attribute('1', 'other', '{"N": "3"}');
:flush
CALL show_hot('GIN on another attribute');
SELECT set_attribute('1', 'tags', '{"L": [{"S": "t"}]}');
:flush
CALL show_hot('GIN on this attribute');
SELECT item ->> 'k' AS k FROM dynamo_tables."Hot" WHERE item -> 'tags' @> '["t"]';
CREATE INDEX hot_whole ON dynamo_tables."Hot/0" USING gin (item);
SELECT set_attribute('1', 'other', '{"N": "4"}');
:flush
CALL show_hot('GIN on the whole item');
DROP INDEX dynamo_tables.hot_whole, dynamo_tables.hot_gin, dynamo_tables.hot_partial, dynamo_tables.hot_plain;
CREATE INDEX hot_escaped ON dynamo_tables."Hot/0" (dynamo.key_number(item, '$u:plain'));
SELECT set_attribute('1', 'plain', '{"N": "10"}');
:flush
CALL show_hot('an attribute that a foreign index names in another way');
DROP INDEX dynamo_tables.hot_escaped;
CREATE INDEX hot_brin ON dynamo_tables."Hot/0" USING brin (((item ->> 'size')::integer));
SELECT set_attribute('1', 'size', '{"N": "1000"}');
SELECT set_attribute('1', 'other', '{"N": "4.5"}');
SET enable_seqscan = off;
SELECT item ->> 'other' AS other FROM dynamo_tables."Hot" WHERE (item ->> 'size')::integer = 1000;
RESET enable_seqscan;
:flush
CALL show_hot('BRIN on another attribute, and on this one');
DROP INDEX dynamo_tables.hot_brin;
ALTER TABLE dynamo_tables."Hot" ADD COLUMN stamp integer;
CREATE INDEX hot_stamp ON dynamo_tables."Hot/0" (stamp);
SELECT set_attribute('1', 'other', '{"N": "5"}');
:flush
CALL show_hot('a foreign column as before');
UPDATE dynamo_tables."Hot" SET stamp = 1 WHERE item ->> 'k' = '1';
:flush
CALL show_hot('a foreign column that changes');
ALTER TABLE dynamo_tables."Hot" DROP COLUMN stamp;

-- Items that are stored out of line.
UPDATE dynamo_tables."Hot" SET item = item || jsonb_build_object('long', (SELECT string_agg(sha256(i::text::bytea)::text, '') FROM generate_series(1, 500) AS i))
WHERE item ->> 'k' = '1';
SELECT set_attribute('1', 'other', '{"N": "6"}');
:flush
CALL show_hot('TOAST');
SELECT length(item ->> 'long') FROM dynamo_views."Hot" WHERE k = '1' AND s = 1;
SELECT am.amname FROM pg_class AS leaf JOIN pg_class AS toast ON toast.oid = leaf.reltoastrelid JOIN pg_am AS am ON am.oid = toast.relam
WHERE leaf.oid = 'dynamo_tables."Hot/0"'::regclass;

-- Two versions in a chain, read by index from two snapshots.
SET enable_seqscan = off;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT count(*) FROM dynamo_views."Hot" WHERE a = 'z';
ROLLBACK;
BEGIN;
SELECT set_attribute('1', 'other', '{"N": "7"}');
SELECT item -> 'other' AS other FROM dynamo_views."Hot" WHERE a = 'z';
ROLLBACK;
SELECT item -> 'other' AS other FROM dynamo_views."Hot" WHERE a = 'z';

-- Heap's maintenance, each on many versions.
INSERT INTO dynamo_tables."Hot" SELECT jsonb_build_object('k', 'm' || i, 's', i, 'a', 'm' || i % 7, 'b', i % 5, 'n', 0) FROM generate_series(1, 500) AS i;
UPDATE dynamo_tables."Hot" SET item = item || '{"n": 1}' WHERE (item ->> 's')::int % 2 = 0;
UPDATE dynamo_tables."Hot" SET item = item || '{"a": "m0"}' WHERE (item ->> 's')::int % 3 = 0;
DELETE FROM dynamo_tables."Hot" WHERE (item ->> 's')::int % 10 = 9;
CREATE VIEW hot_state AS SELECT count(*), sum((item ->> 'n')::int) AS n, sum(("b" = 2)::int) AS b2,
	(SELECT count(*) FROM dynamo_views."Hot" WHERE a = 'm0') AS by_a, (SELECT count(*) FROM dynamo_views."Hot" WHERE k = 'm30') AS by_k
FROM dynamo_views."Hot";
TABLE hot_state;
VACUUM dynamo_tables."Hot";
TABLE hot_state;
REINDEX TABLE dynamo_tables."Hot/0";
TABLE hot_state;
REINDEX TABLE CONCURRENTLY dynamo_tables."Hot/0";
TABLE hot_state;
SELECT dynamo.get_item('Hot', '{"k": {"S": "m30"}, "s": {"N": "30"}}', projection_expression => 'n');
VACUUM FULL dynamo_tables."Hot/0";
TABLE hot_state;
CLUSTER dynamo_tables."Hot/0" USING "Hot/0/key";
TABLE hot_state;
CREATE INDEX CONCURRENTLY hot_n ON dynamo_tables."Hot/0" (((item ->> 'n')::int));
SELECT count(*) FROM dynamo_tables."Hot" WHERE (item ->> 'n')::int = 1;
ALTER TABLE dynamo_tables."Hot/0" SET ACCESS METHOD heap;
TABLE hot_state;
ALTER TABLE dynamo_tables."Hot/0" SET ACCESS METHOD dynamo;
TABLE hot_state;
SELECT count(*) FROM dynamo_tables."Hot" TABLESAMPLE BERNOULLI (100);
SET enable_indexscan = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM dynamo_views."Hot" WHERE a = 'm0';
SELECT count(*) FROM dynamo_views."Hot" WHERE a = 'm0';
RESET enable_indexscan;
RESET enable_seqscan;
ANALYZE dynamo_tables."Hot";
SELECT n_distinct > 0 AS expressions_have_statistics FROM pg_stats WHERE tablename = 'Hot/0/2' AND attname = 'key_number';
COPY (SELECT item ->> 'k' FROM dynamo_tables."Hot" WHERE item ->> 'k' < 'm11' ORDER BY 1) TO STDOUT;
SELECT count(*) FROM (SELECT FROM dynamo_tables."Hot" FOR UPDATE) AS locked;

-- On a table that is none of the API's.
CREATE TABLE any_columns (id integer PRIMARY KEY, item jsonb, note text) USING dynamo;
CREATE INDEX ON any_columns ((item ->> 'a'));
INSERT INTO any_columns SELECT i, '{"a": 1}', 'n' FROM generate_series(1, 3) AS i;
UPDATE any_columns SET note = 'm' WHERE id = 1;
UPDATE any_columns SET item = NULL WHERE id = 2;
UPDATE any_columns SET item = '{"a": 2}' WHERE id = 2;
INSERT INTO any_columns VALUES (3, '{}') ON CONFLICT (id) DO UPDATE SET item = '{"a": 3}';
SELECT * FROM any_columns ORDER BY id;
DROP TABLE any_columns;

-- Something changes the relation in the catalog while an index is built on it.
CREATE TABLE changed (item jsonb) USING dynamo;
INSERT INTO changed SELECT jsonb_build_object('a', i) FROM generate_series(1, 3) AS i;
CREATE FUNCTION change() RETURNS void LANGUAGE plpgsql AS $$ BEGIN GRANT SELECT ON public.changed TO PUBLIC; END $$;
CREATE FUNCTION indexed(item jsonb) RETURNS integer IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM public.change(); RETURN item -> 'a'; END $$;
CREATE INDEX ON changed (indexed(item));
CREATE INDEX CONCURRENTLY ON changed ((item -> 'a'), indexed(item));
SET enable_seqscan = off;
SELECT * FROM changed WHERE indexed(item) = 2;
RESET enable_seqscan;
DROP TABLE changed;
DROP FUNCTION indexed, change;

-- Memory that judging a row takes is free before the next: 1000 compressed items of 6 KB.
CREATE FUNCTION memory_used() RETURNS numeric LANGUAGE sql AS $$ SELECT sum(used_bytes) FROM pg_backend_memory_contexts $$;
CREATE FUNCTION note_memory(moment text) RETURNS boolean LANGUAGE sql AS $$ SELECT set_config('noted.' || moment, memory_used()::text, false) IS NOT NULL $$;
CREATE TABLE compressed (i integer, item jsonb) USING dynamo;
INSERT INTO compressed SELECT i, jsonb_build_object('k', i, 'v', repeat('x', 6000)) FROM generate_series(1, 1000) AS i;
CREATE INDEX ON compressed (dynamo.key_number(item, 'k'));
UPDATE compressed SET item = item || '{"u": 1}'
	WHERE CASE i WHEN 2 THEN note_memory('first') WHEN 1000 THEN note_memory('last') ELSE true END;
SELECT current_setting('noted.last')::numeric - current_setting('noted.first')::numeric < 1000000 AS little;
DROP TABLE compressed;
DROP FUNCTION note_memory, memory_used;

-- An index that is not ready, as its building has failed, is not evaluated, and rules HOT out;
-- one that is ready and not valid is evaluated for what is written alone.
CREATE TABLE unready (item jsonb) USING dynamo;
INSERT INTO unready VALUES ('{"k": 1, "x": "text"}');
CREATE INDEX ON unready (dynamo.key_number(item, 'k'));
CREATE INDEX CONCURRENTLY unready_x ON unready (((item ->> 'x')::integer));
SELECT indisready, indisvalid FROM pg_index WHERE indexrelid = 'unready_x'::regclass;
:flush
BEGIN;
UPDATE unready SET item = item || '{"u": 1}';
SELECT pg_stat_get_xact_tuples_hot_updated('unready'::regclass) AS hot;
COMMIT;
UPDATE unready SET item = item || '{"x": "1"}';
-- REINDEX evaluates rows that a snapshot of before may still see.
DO $$
BEGIN
	WHILE EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_xmin IS NOT NULL) LOOP
		PERFORM pg_sleep(0.01), pg_stat_clear_snapshot();
	END LOOP;
END
$$;
REINDEX INDEX unready_x;
:flush
BEGIN;
UPDATE unready SET item = item || '{"u": 2}';
SELECT pg_stat_get_xact_tuples_hot_updated('unready'::regclass) AS hot;
COMMIT;
UPDATE pg_index SET indisready = false, indisvalid = false WHERE indexrelid = 'unready_x'::regclass;
UPDATE unready SET item = item || '{"x": "text"}';
UPDATE pg_index SET indisready = true WHERE indexrelid = 'unready_x'::regclass;
UPDATE unready SET item = item || '{"u": 3}';
:flush
BEGIN;
UPDATE unready SET item = item || '{"x": "2"}';
SELECT pg_stat_get_xact_tuples_hot_updated('unready'::regclass) AS hot;
COMMIT;
SELECT item FROM unready;
DROP TABLE unready;

DROP VIEW hot_state;
DROP FUNCTION set_attribute;
DROP PROCEDURE show_hot;
SELECT dynamo.delete_table('{"TableName": "Hot"}') IS NOT NULL AS deleted;
