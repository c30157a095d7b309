-- The view of a table: typed key columns whose conditions use indexes and prune partitions.
\set VERBOSITY terse
SET dynamo.partitions = 3;
SELECT dynamo.create_table('{"TableName": "Music", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "Artist", "AttributeType": "S"},
		{"AttributeName": "SongTitle", "AttributeType": "S"}, {"AttributeName": "Year", "AttributeType": "N"},
		{"AttributeName": "Digest", "AttributeType": "B"}],
	"KeySchema": [{"AttributeName": "Artist", "KeyType": "HASH"}, {"AttributeName": "SongTitle", "KeyType": "RANGE"}],
	"GlobalSecondaryIndexes": [
		{"IndexName": "ByYear", "KeySchema": [{"AttributeName": "Year", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}},
		{"IndexName": "ByDigest", "KeySchema": [{"AttributeName": "Digest", "KeyType": "HASH"}, {"AttributeName": "Year", "KeyType": "RANGE"}],
			"Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL AS created;
\d dynamo_views."Music"
SELECT count(dynamo.put_item('Music', jsonb_build_object('Artist', jsonb_build_object('S', 'a' || i % 10),
	'SongTitle', jsonb_build_object('S', 's' || i), 'Year', jsonb_build_object('N', (1900 + i % 50)::text),
	'Digest', jsonb_build_object('B', encode(sha256(i::text::bytea), 'base64')))))
FROM generate_series(1, 300) AS i;
ANALYZE dynamo_tables."Music";
SELECT "Artist", "SongTitle", "Year", length("Digest") FROM dynamo_views."Music" WHERE "Artist" = 'a7' AND "SongTitle" >= 's9' ORDER BY 2;
SELECT count(*) FROM dynamo_views."Music" WHERE "Year" = 1907;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
EXPLAIN (COSTS OFF) SELECT item FROM dynamo_views."Music" WHERE "Artist" = 'a7';
EXPLAIN (COSTS OFF) SELECT item FROM dynamo_views."Music" WHERE "Artist" = 'a7' AND "SongTitle" BETWEEN 's1' AND 's2';
EXPLAIN (COSTS OFF) SELECT item FROM dynamo_views."Music" WHERE "Artist" = 'a7' AND "SongTitle" > 's2' ORDER BY "SongTitle" LIMIT 1;
EXPLAIN (COSTS OFF) SELECT item FROM dynamo_views."Music" WHERE "Year" = 1907;
EXPLAIN (COSTS OFF) SELECT item FROM dynamo_views."Music" WHERE "Digest" = '\xaa' AND "Year" > 1900;
-- A generic plan prunes when it runs.
SET plan_cache_mode = force_generic_plan;
PREPARE song (text, text) AS SELECT item FROM dynamo_views."Music" WHERE "Artist" = $1 AND "SongTitle" = $2;
EXPLAIN (COSTS OFF) EXECUTE song ('a7', 's7');
EXECUTE song ('a7', 's7');
RESET plan_cache_mode;
RESET enable_seqscan;
RESET enable_bitmapscan;
-- Items may be written through it.
INSERT INTO dynamo_views."Music" (item) VALUES ('{"Artist": "view", "SongTitle": "1"}');
UPDATE dynamo_views."Music" SET item = item || '{"n": 1}' WHERE "Artist" = 'view';
SELECT * FROM dynamo_views."Music" WHERE "Artist" = 'view';
DELETE FROM dynamo_views."Music" WHERE "Artist" = 'view';

-- Names that are taken, or too long, or no identifiers.
SELECT dynamo.create_table(format('{"TableName": "Odd", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "item", "AttributeType": "S"}, {"AttributeName": "%1$sa", "AttributeType": "S"},
		{"AttributeName": "%1$sb", "AttributeType": "S"}, {"AttributeName": "it''s \"é\"", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "item", "KeyType": "HASH"}, {"AttributeName": "%1$sa", "KeyType": "RANGE"}],
	"GlobalSecondaryIndexes": [
		{"IndexName": "One", "KeySchema": [{"AttributeName": "%1$sb", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}},
		{"IndexName": "Two", "KeySchema": [{"AttributeName": "it''s \"é\"", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}',
	repeat('x', 200))::jsonb) IS NOT NULL AS created;
SELECT attname FROM pg_attribute WHERE attrelid = 'dynamo_views."Odd"'::regclass AND attnum > 0 ORDER BY attnum;
SELECT dynamo.put_item('Odd', format('{"item": {"S": "i"}, "%1$sa": {"S": "a"}, "it''s \"é\"": {"S": "e"}}', repeat('x', 200))::jsonb);
SELECT item_, "it's ""é""" FROM dynamo_views."Odd";
SELECT dynamo.query(format('{"TableName": "Odd", "IndexName": "Two", "KeyConditionExpression": "#e = :e",
	"ExpressionAttributeNames": {"#e": "it''s \"é\""}, "ExpressionAttributeValues": {":e": {"S": "e"}}}')::jsonb) -> 'Count' AS found;

SELECT count(dynamo.delete_table(jsonb_build_object('TableName', name))) FROM (VALUES ('Music'), ('Odd')) AS names (name);
