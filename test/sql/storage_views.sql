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

-- A view for each global index: items that have its key, with what it projects; it comes and goes with the index.
SELECT dynamo.create_table('{"TableName": "Games", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "User", "AttributeType": "S"}, {"AttributeName": "Title", "AttributeType": "S"},
		{"AttributeName": "Score", "AttributeType": "N"}],
	"KeySchema": [{"AttributeName": "User", "KeyType": "HASH"}],
	"GlobalSecondaryIndexes": [
		{"IndexName": "ByTitle", "KeySchema": [{"AttributeName": "Title", "KeyType": "HASH"}, {"AttributeName": "Score", "KeyType": "RANGE"}],
			"Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["it''s", "x\\"]}}]}') IS NOT NULL AS created;
INSERT INTO dynamo_tables."Games" VALUES ('{"User": "a", "Title": "t", "Score": 3, "it''s": [1], "x\\": 1, "hidden": 1}'),
	('{"User": "b", "Title": "t", "Score": 5}'), ('{"User": "c", "Title": "t"}');
\d dynamo_views."Games/ByTitle"
SELECT obj_description('dynamo_views."Games/ByTitle"'::regclass);
SELECT * FROM dynamo_views."Games/ByTitle" WHERE "Title" = 't' ORDER BY "Score";
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT "User" FROM dynamo_views."Games/ByTitle" WHERE "Title" = 't' ORDER BY "Score" DESC LIMIT 1;
RESET enable_seqscan;
-- Its reader needs both, the view and the relation.
CREATE ROLE regress_index_view;
GRANT SELECT ON dynamo_views."Games/ByTitle" TO regress_index_view;
SET ROLE regress_index_view;
SELECT count(*) FROM dynamo_views."Games/ByTitle";
RESET ROLE;
GRANT SELECT ON dynamo_tables."Games" TO regress_index_view;
SET ROLE regress_index_view;
SELECT count(*) FROM dynamo_views."Games/ByTitle";
RESET ROLE;
-- One that was dropped is made again.
DROP VIEW dynamo_views."Games/ByTitle";
SELECT dynamo.add_views('Games');
SELECT dynamo.add_views('Games');
-- What another role has made by the name is not taken for it, and stays.
CREATE VIEW dynamo_views."Games/ByUser" AS SELECT 1;
ALTER VIEW dynamo_views."Games/ByUser" OWNER TO regress_index_view;
SELECT dynamo.update_table('{"TableName": "Games", "AttributeDefinitions": [{"AttributeName": "User", "AttributeType": "S"}],
	"GlobalSecondaryIndexUpdates": [{"Create": {"IndexName": "ByUser",
	"KeySchema": [{"AttributeName": "User", "KeyType": "HASH"}], "Projection": {"ProjectionType": "KEYS_ONLY"}}}]}');
-- A view of a user's on it keeps the index.
CREATE VIEW best AS SELECT max("Score") FROM dynamo_views."Games/ByTitle";
SELECT dynamo.update_table('{"TableName": "Games", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "ByTitle"}}]}');
DROP VIEW best;
SELECT dynamo.update_table('{"TableName": "Games", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "ByTitle"}}]}') IS NOT NULL AS deleted;
SELECT to_regclass('dynamo_views."Games/ByTitle"') AS gone;
DROP OWNED BY regress_index_view;
DROP ROLE regress_index_view;
SELECT dynamo.create_table(format('{"TableName": "%1$s", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "p", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}],
	"GlobalSecondaryIndexes": [
		{"IndexName": "%1$s1", "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}},
		{"IndexName": "%1$s2", "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}], "Projection": {"ProjectionType": "KEYS_ONLY"}}]}',
	repeat('g', 100))::jsonb) IS NOT NULL AS created;
SELECT relname FROM pg_class WHERE relnamespace = 'dynamo_views'::regnamespace AND relname LIKE 'gg%' ORDER BY 1;
SELECT count(dynamo.delete_table(jsonb_build_object('TableName', name))) FROM (VALUES ('Games'), (repeat('g', 100))) AS names (name);
SELECT relname FROM pg_class WHERE relnamespace = 'dynamo_views'::regnamespace AND relname LIKE ANY ('{gg%,Games%}') ORDER BY 1;

SELECT count(dynamo.delete_table(jsonb_build_object('TableName', name))) FROM (VALUES ('Music'), ('Odd')) AS names (name);
