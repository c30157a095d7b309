-- Tables as relations: names, catalog, rules for plain SQL writers, privileges, drops.
\set VERBOSITY terse
SET dynamo.partitions = 2;
SELECT dynamo.create_table('{"TableName": "Ledger",
	"AttributeDefinitions": [{"AttributeName": "Account", "AttributeType": "S"},
		{"AttributeName": "Entry", "AttributeType": "N"}, {"AttributeName": "Day", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "Account", "KeyType": "HASH"}, {"AttributeName": "Entry", "KeyType": "RANGE"}],
	"GlobalSecondaryIndexes": [{"IndexName": "ByDay",
		"KeySchema": [{"AttributeName": "Day", "KeyType": "HASH"}, {"AttributeName": "Entry", "KeyType": "RANGE"}],
		"Projection": {"ProjectionType": "ALL"}}],
	"LocalSecondaryIndexes": [{"IndexName": "EachDay",
		"KeySchema": [{"AttributeName": "Account", "KeyType": "HASH"}, {"AttributeName": "Day", "KeyType": "RANGE"}],
		"Projection": {"ProjectionType": "KEYS_ONLY"}}],
	"BillingMode": "PAY_PER_REQUEST"}') -> 'TableDescription' ->> 'TableName' AS created;
SELECT relname, relkind, amname FROM pg_class LEFT JOIN pg_am ON pg_am.oid = relam
WHERE relnamespace = 'dynamo_tables'::regnamespace AND relname LIKE 'Ledger%' ORDER BY relname COLLATE "C";
SELECT pg_get_indexdef('dynamo_tables."Ledger/0/key"'::regclass);
SELECT pg_get_indexdef('dynamo_tables."Ledger/0/1"'::regclass);
SELECT pg_get_indexdef('dynamo_tables."Ledger/0/2"'::regclass);
SELECT pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = 'dynamo_tables."Ledger"'::regclass AND contype = 'c';
SELECT name, relation, leaves, status, definition -> 'next_index' AS next FROM dynamo.table_catalog WHERE name = 'Ledger';

-- What plain SQL must not store.
INSERT INTO dynamo_tables."Ledger" VALUES ('{"Account": "a", "Entry": 1, "Day": "2024-01-01"}');
INSERT INTO dynamo_tables."Ledger" VALUES ('{"Account": "a", "Entry": 1}');
INSERT INTO dynamo_tables."Ledger" VALUES ('{"Entry": 2}');
INSERT INTO dynamo_tables."Ledger" VALUES ('{"Account": "a"}');
INSERT INTO dynamo_tables."Ledger" VALUES ('{"Account": "a", "Entry": "2"}');
INSERT INTO dynamo_tables."Ledger" VALUES ('{"Account": "", "Entry": 2}');
INSERT INTO dynamo_tables."Ledger" VALUES ('{"Account": "a", "Entry": 2, "Day": 3}');
INSERT INTO dynamo_tables."Ledger" VALUES ('{"Account": "a", "Entry": 2, "Day": ""}');
INSERT INTO dynamo_tables."Ledger" VALUES (jsonb_build_object('Account', repeat('x', 2049), 'Entry', 2));
INSERT INTO dynamo_tables."Ledger" VALUES (jsonb_build_object('Account', repeat('x', 2048), 'Entry', 2));
INSERT INTO dynamo_tables."Ledger" VALUES (jsonb_build_object('Account', 'a', 'Entry', 2, 'Day', repeat('x', 1025)));
INSERT INTO dynamo_tables."Ledger" VALUES (jsonb_build_object('Account', 'a', 'Entry', 2, 'big', repeat('x', 409583)));
INSERT INTO dynamo_tables."Ledger" VALUES (jsonb_build_object('Account', 'a', 'Entry', 2, 'big', repeat('x', 409582)));
INSERT INTO dynamo_tables."Ledger" VALUES ('{"Account": "a", "Entry": 3, "set": {"$ss": []}}');
INSERT INTO dynamo_tables."Ledger" VALUES ('[]');
INSERT INTO dynamo_tables."Ledger" VALUES (NULL);
UPDATE dynamo_tables."Ledger" SET item = item - 'Entry' WHERE item @> '{"Entry": 1}';
COPY dynamo_tables."Ledger" FROM STDIN;
{"Account": "b", "Entry": 1}
{"Account": "b", "Entry": "one"}
\.
SELECT item ->> 'Account' AS account FROM dynamo_tables."Ledger" WHERE length(item ->> 'Account') = 1;
SELECT dynamo.check_item('{}', 'HASH S');
SELECT dynamo.check_item('{}', 'WHAT S a');
SELECT dynamo.check_item('{"a": 1}', 'HASH N a', 'INDEX i RANGE B b');
-- Rules may differ from call to call.
DO $$
DECLARE rules text[]; kept boolean;
BEGIN
	FOREACH rules SLICE 1 IN ARRAY ARRAY[['HASH N a'], ['HASH S a'], ['HASH N b']] LOOP
		BEGIN
			kept := dynamo.check_item('{"a": 1}', VARIADIC rules);
			RAISE INFO '%: %', rules, kept;
		EXCEPTION WHEN OTHERS THEN
			RAISE INFO '%: %', rules, SQLERRM;
		END;
	END LOOP;
END $$;

-- Names of up to 255 characters, and such as differ only at the end.
SELECT dynamo.create_table(format('{"TableName": "%s", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}]}', name)::jsonb) -> 'TableDescription' ->> 'TableName' = name
FROM (VALUES (repeat('n', 255)), (repeat('n', 254) || 'm'), ('a.b-c_D')) AS names (name);
SELECT length(relname), count(*) FROM pg_class
WHERE relnamespace = 'dynamo_tables'::regnamespace AND relname LIKE 'nnn%' GROUP BY 1 ORDER BY 1;
SELECT dynamo.put_item(repeat('n', 255), '{"k": {"S": "1"}}');
SELECT dynamo.get_item(repeat('n', 255), '{"k": {"S": "1"}}'), dynamo.get_item(repeat('n', 254) || 'm', '{"k": {"S": "1"}}');

-- Creating twice, and inside a transaction that rolls back.
\set create 'SELECT dynamo.create_table(''{"TableName": "Twice", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}]}'') IS NOT NULL AS created;'
BEGIN;
:create
SELECT dynamo.put_item('Twice', '{"k": {"S": "1"}}');
SAVEPOINT a;
SELECT dynamo.delete_table('{"TableName": "Twice"}') IS NOT NULL AS deleted;
SELECT dynamo.get_item('Twice', '{"k": {"S": "1"}}');
ROLLBACK TO a;
SELECT dynamo.get_item('Twice', '{"k": {"S": "1"}}');
ROLLBACK;
SELECT dynamo.get_item('Twice', '{"k": {"S": "1"}}');
:create
:create

-- 20 global indexes with 8 key attributes each: more than a function call takes arguments.
WITH attributes AS (SELECT i, a, 'a' || i || '_' || a AS name FROM generate_series(1, 20) i, generate_series(1, 8) a),
indexes AS (SELECT jsonb_build_object('IndexName', 'Index' || i, 'Projection', '{"ProjectionType": "ALL"}'::jsonb, 'KeySchema',
		jsonb_agg(jsonb_build_object('AttributeName', name, 'KeyType', CASE WHEN a <= 4 THEN 'HASH' ELSE 'RANGE' END) ORDER BY a)) AS index
	FROM attributes GROUP BY i)
SELECT dynamo.create_table(jsonb_build_object('TableName', 'Widest', 'BillingMode', 'PAY_PER_REQUEST',
	'KeySchema', '[{"AttributeName": "k", "KeyType": "HASH"}]'::jsonb,
	'AttributeDefinitions', (SELECT jsonb_agg(jsonb_build_object('AttributeName', name, 'AttributeType', 'S'))
		FROM (SELECT name FROM attributes UNION ALL SELECT 'k') names),
	'GlobalSecondaryIndexes', (SELECT jsonb_agg(index) FROM indexes))) IS NOT NULL AS created;
INSERT INTO dynamo_tables."Widest" VALUES ('{"k": "1", "a20_8": 1}');
SELECT dynamo.delete_table('{"TableName": "Widest"}') IS NOT NULL AS deleted;

BEGIN READ ONLY;
SELECT dynamo.tag_resource('{"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/Twice", "Tags": [{"Key": "a", "Value": "b"}]}');
ROLLBACK;

-- Privileges: the owner's grants on the relation are what counts.
CREATE ROLE storage_owner;
CREATE ROLE storage_reader;
GRANT CREATE ON SCHEMA dynamo_tables, dynamo_views TO storage_owner;
SET ROLE storage_reader;
SELECT dynamo.create_table('{"TableName": "Mine", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}]}');
INSERT INTO dynamo.table_catalog (name) VALUES ('x');
UPDATE dynamo.table_catalog SET name = 'x';
DELETE FROM dynamo.table_catalog;
SELECT settings FROM dynamo.table_catalog;
SELECT count(*) > 0 AS names_are_seen FROM dynamo.table_catalog WHERE name = 'Ledger';
SET ROLE storage_owner;
SELECT dynamo.create_table('{"TableName": "Mine", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}]}') IS NOT NULL AS created;
SELECT dynamo.put_item('Mine', '{"k": {"S": "1"}}');
SET ROLE storage_reader;
SELECT dynamo.get_item('Mine', '{"k": {"S": "1"}}');
SELECT dynamo.describe_table('{"TableName": "Mine"}') -> 'Table' ->> 'TableStatus' AS status;
SELECT dynamo.delete_table('{"TableName": "Mine"}');
SELECT dynamo.update_table('{"TableName": "Mine", "DeletionProtectionEnabled": true}');
SET ROLE storage_owner;
GRANT SELECT ON dynamo_tables."Mine" TO storage_reader;
GRANT SELECT ON dynamo_views."Mine" TO storage_reader;
SET ROLE storage_reader;
SELECT dynamo.get_item('Mine', '{"k": {"S": "1"}}');
SELECT k FROM dynamo_views."Mine";
SELECT dynamo.put_item('Mine', '{"k": {"S": "2"}}');
RESET ROLE;

-- Plain SQL's DROP leaves nothing behind.
DROP TABLE dynamo_tables."Twice" CASCADE;
DROP OWNED BY storage_owner CASCADE;
SELECT count(*) FROM dynamo.table_catalog WHERE name IN ('Mine', 'Twice');
-- It looks for what it has dropped alone.
BEGIN;
SELECT seq_tup_read + idx_tup_fetch AS rows_read FROM pg_stat_xact_all_tables WHERE relid = 'dynamo.table_catalog'::regclass \gset
CREATE TABLE not_ours (a int);
DROP TABLE not_ours;
SELECT seq_tup_read + idx_tup_fetch - :rows_read AS rows_read FROM pg_stat_xact_all_tables WHERE relid = 'dynamo.table_catalog'::regclass;
ROLLBACK;
SELECT dynamo.list_tables('{}') -> 'TableNames' @> '["Mine"]' AS mine,
	dynamo.list_tables('{}') -> 'TableNames' @> '["Twice"]' AS twice,
	dynamo.list_tables('{}') -> 'TableNames' @> '["Ledger"]' AS ledger;
:create
-- A view of the table's users stops DeleteTable.
CREATE VIEW twice_keys AS SELECT k FROM dynamo_views."Twice";
SELECT dynamo.delete_table('{"TableName": "Twice"}');
DROP VIEW twice_keys;
SELECT dynamo.delete_table('{"TableName": "Twice"}') IS NOT NULL AS deleted;

DROP ROLE storage_owner, storage_reader;
SELECT count(dynamo.delete_table(jsonb_build_object('TableName', name))) FROM (VALUES ('Ledger'), (repeat('n', 255)), (repeat('n', 254) || 'm'), ('a.b-c_D')) AS names (name);
SELECT count(*) FROM pg_class WHERE relname LIKE 'nnn%' OR relname LIKE 'Ledger%';
SELECT count(*) FROM dynamo.table_statistics s WHERE NOT EXISTS (SELECT FROM pg_class WHERE oid = s.relation);

-- A session forgets tables that are no more, though it is never asked for them again.
\c -
SET dynamo.partitions = 1;
DO $$
BEGIN
	FOR i IN 1..5 LOOP
		PERFORM dynamo.create_table(format('{"TableName": "brief%s", "BillingMode": "PAY_PER_REQUEST",
			"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
			"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}]}', i)::jsonb);
		COMMIT;
		PERFORM dynamo.delete_table(format('{"TableName": "brief%s"}', i)::jsonb);
		COMMIT;
	END LOOP;
END $$;
SELECT count(*) < 3 AS forgotten FROM pg_backend_memory_contexts WHERE name = 'dynamo table';

-- Items are UTF-8: a database of another encoding cannot hold them.
CREATE DATABASE storage_latin ENCODING 'LATIN1' TEMPLATE template0 LOCALE 'C';
\set database :DBNAME
\c storage_latin
\set VERBOSITY terse
CREATE EXTENSION dynamo;
\c :database
DROP DATABASE storage_latin;

-- A session forgets what it knows of tables where they are too many.
\c -
SET dynamo.partitions = 2;
SET dynamo.max_cached_partitions = 10;
DO $$
BEGIN
	FOR i IN 1..12 LOOP
		PERFORM dynamo.create_table(format('{"TableName": "crowd%s", "BillingMode": "PAY_PER_REQUEST",
			"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
			"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}]}', i)::jsonb);
		PERFORM dynamo.put_item('crowd' || i, jsonb_build_object('k', jsonb_build_object('S', 'a' || i)));
		COMMIT;
	END LOOP;
END $$;
DO $$
BEGIN
	FOR i IN 1..12 LOOP
		PERFORM dynamo.scan('crowd' || i);
		COMMIT;
	END LOOP;
END $$;
SELECT count(*) FILTER (WHERE name = 'dynamo table') <= 5 AS tables, count(*) FILTER (WHERE name = 'index info' AND ident ~ '^crowd') <= 10 AS indexes FROM pg_backend_memory_contexts;
-- They stay good to the end of a transaction, and are found again.
SELECT string_agg(i->'k'->>'S', ' ' ORDER BY i->'k'->>'S') FROM (SELECT jsonb_object_agg('crowd' || i, format('{"Keys": [{"k": {"S": "a%s"}}]}', i)::jsonb) AS request FROM generate_series(1, 12) AS i) AS r,
	jsonb_each(dynamo.batch_get_item(jsonb_build_object('RequestItems', request))->'Responses') AS t (name, items), jsonb_array_elements(items) AS i;
SELECT count(dynamo.delete_table(format('{"TableName": "crowd%s"}', i)::jsonb)) FROM generate_series(1, 12) AS i;
