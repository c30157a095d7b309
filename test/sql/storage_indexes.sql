-- Global indexes that come and go.
\set VERBOSITY terse
SET dynamo.partitions = 2;
CREATE PROCEDURE await_index(table_name text, index_name text) LANGUAGE plpgsql AS $$
BEGIN
	LOOP
		EXIT WHEN EXISTS (
			SELECT FROM jsonb_array_elements(dynamo.describe_table(jsonb_build_object('TableName', table_name)) -> 'Table' -> 'GlobalSecondaryIndexes') AS index
			WHERE index ->> 'IndexName' = index_name AND index ->> 'IndexStatus' = 'ACTIVE');
		COMMIT;
		PERFORM pg_sleep(0.02);
	END LOOP;
END $$;
SELECT dynamo.create_table('{"TableName": "Growing", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}]}') IS NOT NULL AS created;
INSERT INTO dynamo_tables."Growing" SELECT jsonb_build_object('k', i::text, 'g', CASE WHEN i % 2 = 0 THEN to_jsonb(i) ELSE '"odd"' END)
FROM generate_series(1, 100) AS i;
GRANT SELECT ON dynamo_views."Growing" TO PUBLIC;
CREATE VIEW growing_keys AS SELECT k FROM dynamo_views."Growing";
\set add 'SELECT (dynamo.update_table(''{"TableName": "Growing", "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}, {"AttributeName": "g", "AttributeType": "N"}], "GlobalSecondaryIndexUpdates": [{"Create": {"IndexName": "ByG", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}], "Projection": {"ProjectionType": "KEYS_ONLY"}}}]}'') #> ''{TableDescription,GlobalSecondaryIndexes,0}'') - ''{ProvisionedThroughput,IndexArn,WarmThroughput}''::text[] AS added;'
-- A rolled back change leaves nothing, and its worker ends.
BEGIN;
:add
INSERT INTO dynamo_tables."Growing" VALUES ('{"k": "bad", "g": "text"}');
ROLLBACK;
BEGIN;
:add
SELECT dynamo.update_table('{"TableName": "Growing", "TableClass": "STANDARD_INFREQUENT_ACCESS"}');
ROLLBACK;
INSERT INTO dynamo_tables."Growing" VALUES ('{"k": "good", "g": "text"}');
:add
CALL await_index('Growing', 'ByG');
SELECT dynamo.describe_table('{"TableName": "Growing"}') #>> '{Table,TableStatus}' AS status,
	dynamo.describe_table('{"TableName": "Growing"}') #> '{Table,GlobalSecondaryIndexes,0}' ? 'Backfilling' AS backfilling;
SELECT relname, indisvalid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
WHERE relname LIKE 'Growing%' ORDER BY relname COLLATE "C";
-- Items of the wrong type are not in the index; new ones are not stored.
SELECT dynamo.query('{"TableName": "Growing", "IndexName": "ByG", "KeyConditionExpression": "g = :g", "ExpressionAttributeValues": {":g": {"N": "42"}}}') -> 'Items' AS items;
SELECT dynamo.scan('{"TableName": "Growing", "IndexName": "ByG", "Select": "COUNT"}') -> 'Count' AS indexed,
	dynamo.scan('{"TableName": "Growing", "Select": "COUNT"}') -> 'Count' AS stored;
INSERT INTO dynamo_tables."Growing" VALUES ('{"k": "bad", "g": "text"}');
SELECT dynamo.put_item('Growing', '{"k": {"S": "bad"}, "g": {"S": "text"}}');
SELECT dynamo.put_item('Growing', '{"k": {"S": "new"}, "g": {"N": "42"}}');
SELECT count(*) FROM dynamo_views."Growing" WHERE g = 42;
SELECT has_table_privilege('public', 'dynamo_views."Growing"', 'SELECT') AS grant_lives, count(*) FROM growing_keys;
-- An index that goes takes its rules along; the view's column stays.
SELECT dynamo.update_table('{"TableName": "Growing", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "ByG"}}]}')
	#>> '{TableDescription,GlobalSecondaryIndexes,0,IndexStatus}' AS status;
SELECT dynamo.describe_table('{"TableName": "Growing"}') -> 'Table' ? 'GlobalSecondaryIndexes' AS has_index;
INSERT INTO dynamo_tables."Growing" VALUES ('{"k": "free", "g": "text"}');
SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'dynamo_tables."Growing"'::regclass AND contype = 'c';
SELECT count(*) FROM pg_class WHERE relname LIKE 'Growing/_/1';
SELECT count(g) FROM dynamo_views."Growing";
-- The next index has another number, and its attribute may have another type.
SELECT dynamo.update_table('{"TableName": "Growing", "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}, {"AttributeName": "g", "AttributeType": "S"}],
	"GlobalSecondaryIndexUpdates": [{"Create": {"IndexName": "ByG", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}}]}') IS NOT NULL AS added;
CALL await_index('Growing', 'ByG');
SELECT g, g_ FROM dynamo_views."Growing" WHERE k IN ('free', 'new') ORDER BY k;
SELECT relname FROM pg_class WHERE relname LIKE 'Growing/_/2' ORDER BY 1;

-- Several attributes share an entry, which must fit a page whatever the values.
SELECT dynamo.create_table('{"TableName": "Wide", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}, {"AttributeName": "p1", "AttributeType": "S"}, {"AttributeName": "p2", "AttributeType": "B"},
		{"AttributeName": "p3", "AttributeType": "S"}, {"AttributeName": "p4", "AttributeType": "S"}, {"AttributeName": "s1", "AttributeType": "S"},
		{"AttributeName": "s2", "AttributeType": "S"}, {"AttributeName": "s3", "AttributeType": "N"}, {"AttributeName": "s4", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
	"GlobalSecondaryIndexes": [{"IndexName": "All", "KeySchema": [
		{"AttributeName": "p1", "KeyType": "HASH"}, {"AttributeName": "p2", "KeyType": "HASH"}, {"AttributeName": "p3", "KeyType": "HASH"}, {"AttributeName": "p4", "KeyType": "HASH"},
		{"AttributeName": "s1", "KeyType": "RANGE"}, {"AttributeName": "s2", "KeyType": "RANGE"}, {"AttributeName": "s3", "KeyType": "RANGE"}, {"AttributeName": "s4", "KeyType": "RANGE"}],
		"Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL AS created;
SELECT pg_get_indexdef('dynamo_tables."Wide/0/1"'::regclass);
-- Random text, which cannot be compressed.
CREATE FUNCTION noise(seed text, length integer) RETURNS text RETURN
	(SELECT left(string_agg(translate(encode(sha256((seed || i)::bytea), 'base64'), E'\n=', ''), ''), length) FROM generate_series(1, length / 40 + 1) AS i);
INSERT INTO dynamo_tables."Wide" SELECT jsonb_build_object('k', noise('k' || n, 2048), 'p1', noise('p1', 2048), 'p2', jsonb_build_object('$b', noise('p2', 2728)),
	'p3', noise('p3', 2048), 'p4', noise('p4', 2048), 's1', noise('s1', 1024), 's2', noise('s2', 1024), 's3', 12345678901234567890123456789012345678, 's4', noise('s4' || n, 1024))
FROM generate_series(1, 3) AS n;
SELECT dynamo.scan('{"TableName": "Wide", "IndexName": "All", "Select": "COUNT"}') -> 'Count' AS count;
-- The longest key of a table with a sort key.
SELECT dynamo.create_table('{"TableName": "Long", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}, {"AttributeName": "s", "AttributeType": "S"}, {"AttributeName": "g", "AttributeType": "S"}, {"AttributeName": "h", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
	"GlobalSecondaryIndexes": [{"IndexName": "ByG", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}, {"AttributeName": "h", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL AS created;
INSERT INTO dynamo_tables."Long" SELECT jsonb_build_object('k', noise('k', 2048), 's', noise('s' || n, 1024), 'g', noise('g', 2048), 'h', noise('h', 1024)) FROM generate_series(1, 3) AS n;
SELECT dynamo.scan('{"TableName": "Long", "IndexName": "ByG", "Select": "COUNT"}') -> 'Count' AS count;

DROP VIEW growing_keys;
-- Relations may be renamed and moved.
SELECT dynamo.create_table('{"TableName": "Moving", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}]}') IS NOT NULL AS created;
SELECT count(dynamo.put_item('Moving', format('{"k": {"S": "%s"}, "a": {"S": "x"}}', i)::jsonb)) FROM generate_series(1, 9) i;
CREATE SCHEMA elsewhere;
ALTER TABLE dynamo_tables."Moving" RENAME TO "Moved";
ALTER TABLE dynamo_tables."Moved" SET SCHEMA elsewhere;
ALTER TABLE dynamo_tables."Moving/1" SET SCHEMA elsewhere;
ALTER TABLE elsewhere."Moving/1" RENAME TO leaf;
SELECT dynamo.update_table('{"TableName": "Moving", "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}],
	"GlobalSecondaryIndexUpdates": [{"Create": {"IndexName": "ByA", "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
		"Projection": {"ProjectionType": "ALL"}}}]}') IS NOT NULL AS updated;
CALL await_index('Moving', 'ByA');
SELECT dynamo.scan('Moving', index_name => 'ByA') -> 'Count' AS count;
-- What items cannot be found without must not go unnoticed.
ALTER INDEX elsewhere."Moving/1/1" RENAME TO something;
ALTER INDEX dynamo_tables."Moving/0/key" RENAME TO something;
\c
\set VERBOSITY terse
SELECT dynamo.scan('Moving');
ALTER INDEX dynamo_tables.something RENAME TO "Moving/0/key";
SELECT dynamo.scan('Moving', index_name => 'ByA');
ALTER INDEX elsewhere.something RENAME TO "Moving/1/1";
SELECT dynamo.update_table('{"TableName": "Moving", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "ByA"}}]}') IS NOT NULL AS updated;
SELECT count(*) FROM pg_indexes WHERE schemaname = 'elsewhere';
DROP INDEX elsewhere."Moving/1/key";
ALTER TABLE elsewhere."Moved" DETACH PARTITION elsewhere.leaf;
SELECT dynamo.put_item('Moving', '{"k": {"S": "10"}}');
DROP TABLE elsewhere.leaf;
SELECT dynamo.scan('Moving');
SELECT dynamo.delete_table('{"TableName": "Moving"}') IS NOT NULL AS deleted;
DROP SCHEMA elsewhere;

-- A partition that is dropped before its index is built, or before the index is asked for.
SELECT dynamo.create_table('{"TableName": "Halved", "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}], "BillingMode": "PAY_PER_REQUEST"}') IS NOT NULL AS created;
BEGIN;
SET LOCAL client_min_messages = error; -- without the library preloaded: nothing deletes expired items by itself
SELECT dynamo.update_time_to_live('{"TableName": "Halved", "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "t"}}') IS NOT NULL AS enabling;
DROP INDEX dynamo_tables."Halved/0/key";
DROP TABLE dynamo_tables."Halved/0";
COMMIT;
DO $$
BEGIN
	WHILE EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'dynamo index build') LOOP
		PERFORM pg_sleep(0.01), pg_stat_clear_snapshot();
	END LOOP;
END $$;
SELECT dynamo.update_table('{"TableName": "Halved", "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}],
	"GlobalSecondaryIndexUpdates": [{"Create": {"IndexName": "ByA", "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
		"Projection": {"ProjectionType": "ALL"}}}]}');
SELECT dynamo.describe_table('{"TableName": "Halved"}') #>> '{Table,ItemCount}' AS items;
SELECT dynamo.delete_table('{"TableName": "Halved"}') IS NOT NULL AS deleted;

-- An index of the owner's that has the name of the one to be built gives way.
SELECT dynamo.create_table('{"TableName": "Taken", "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}], "BillingMode": "PAY_PER_REQUEST"}') IS NOT NULL AS created;
CREATE INDEX "Taken/0/1" ON dynamo_tables."Taken/0" (dynamo.key_text(item, 'b'), dynamo.key_suffix(item, 'k'));
SELECT dynamo.update_table('{"TableName": "Taken", "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}],
	"GlobalSecondaryIndexUpdates": [{"Create": {"IndexName": "ByA", "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
		"Projection": {"ProjectionType": "ALL"}}}]}') IS NOT NULL AS updated;
CALL await_index('Taken', 'ByA');
SELECT dynamo.scan('Taken', index_name => 'ByA') -> 'Count' AS count;
SELECT dynamo.delete_table('{"TableName": "Taken"}') IS NOT NULL AS deleted;

DROP PROCEDURE await_index;
DROP FUNCTION noise;
SELECT count(dynamo.delete_table(jsonb_build_object('TableName', name))) FROM (VALUES ('Growing'), ('Wide'), ('Long')) AS names (name);
