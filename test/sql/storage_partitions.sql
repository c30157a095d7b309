-- A table's partitions go with it alone, and its relations say what they are.
\set VERBOSITY terse
CREATE ROLE regress_dynamo_parts;
GRANT CREATE ON SCHEMA dynamo_tables, dynamo_views TO regress_dynamo_parts;
SET ROLE regress_dynamo_parts;
SET dynamo.partitions = 2;
CREATE FUNCTION pg_temp.created(name text) RETURNS boolean LANGUAGE sql AS $$
	SELECT dynamo.create_table(jsonb_build_object('TableName', name) || '{"BillingMode": "PAY_PER_REQUEST",
		"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}, {"AttributeName": "s", "AttributeType": "S"}, {"AttributeName": "g", "AttributeType": "S"}],
		"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
		"LocalSecondaryIndexes": [{"IndexName": "Local", "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}, {"AttributeName": "g", "KeyType": "RANGE"}],
			"Projection": {"ProjectionType": "ALL"}}],
		"GlobalSecondaryIndexes": [{"IndexName": "Global", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL $$;
SELECT pg_temp.created('Whole'), pg_temp.created('Other');
INSERT INTO dynamo_tables."Whole" SELECT jsonb_build_object('k', i::text, 's', 's') FROM generate_series(1, 100) AS i;

-- Comments; a view's owner may write another one.
CREATE VIEW pg_temp.comments AS
SELECT relation::regclass AS relation, obj_description(relation, 'pg_class') AS comment
FROM (SELECT oid FROM pg_class WHERE relnamespace IN ('dynamo_tables'::regnamespace, 'dynamo_views'::regnamespace) AND relname LIKE 'Whole%') AS relations (relation);
SELECT * FROM pg_temp.comments ORDER BY relation::text COLLATE "C";
SELECT conrelid::regclass, obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conname = 'item_rules' AND conrelid::regclass::text LIKE '%Whole%' ORDER BY 1;
SELECT stxname, obj_description(oid, 'pg_statistic_ext') FROM pg_statistic_ext WHERE stxname LIKE 'Whole%' ORDER BY 1;
COMMENT ON VIEW dynamo_views."Whole" IS 'mine';
SELECT dynamo.update_table('{"TableName": "Whole", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "Global"}}]}') IS NOT NULL AS updated;
SELECT * FROM pg_temp.comments WHERE relation = 'dynamo_views."Whole"'::regclass;
SELECT obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conname = 'item_rules' AND conrelid = 'dynamo_tables."Whole"'::regclass;

-- A partition is neither dropped nor detached, by whatever command.
DROP TABLE dynamo_tables."Whole/0";
DROP TABLE dynamo_tables."Whole/0", dynamo_tables."Whole/1" CASCADE;
DROP TABLE dynamo_tables."Whole/0", dynamo_tables."Other" CASCADE;
ALTER TABLE dynamo_tables."Whole" DETACH PARTITION dynamo_tables."Whole/0";
ALTER TABLE dynamo_tables."Whole" DETACH PARTITION dynamo_tables."Whole/0" CONCURRENTLY;
ALTER TABLE ONLY dynamo_tables."Whole" DETACH PARTITION dynamo_tables."Whole/1";
RESET ROLE;
CREATE SCHEMA regress_dynamo_away;
ALTER TABLE dynamo_tables."Whole/0" SET SCHEMA regress_dynamo_away;
ALTER TABLE regress_dynamo_away."Whole/0" RENAME TO plain;
DROP TABLE regress_dynamo_away.plain;
DROP SCHEMA regress_dynamo_away CASCADE;
CREATE ROLE regress_dynamo_part;
ALTER TABLE regress_dynamo_away.plain OWNER TO regress_dynamo_part;
DROP OWNED BY regress_dynamo_part;
ALTER TABLE regress_dynamo_away.plain OWNER TO regress_dynamo_parts;
DROP ROLE regress_dynamo_part;
SELECT count(*) FROM dynamo_tables."Whole";
SELECT dynamo.scan('Whole', "select" => 'COUNT') -> 'Count' AS count;

-- Other relations are not in the way, whatever their names.
SET ROLE regress_dynamo_parts;
CREATE TABLE dynamo_tables.plain (a integer);
CREATE INDEX "plain/key" ON dynamo_tables.plain (a);
CREATE TABLE dynamo_tables.parted (a integer) PARTITION BY LIST (a);
CREATE TABLE dynamo_tables."parted/0" PARTITION OF dynamo_tables.parted FOR VALUES IN (1);
CREATE UNIQUE INDEX "parted/0/key" ON dynamo_tables."parted/0" (a);
ALTER TABLE dynamo_tables.parted DETACH PARTITION dynamo_tables."parted/0";
DROP TABLE dynamo_tables.plain, dynamo_tables."parted/0", dynamo_tables.parted;
ALTER TABLE dynamo_tables.nothing DETACH PARTITION dynamo_tables."Whole/1";
ALTER TABLE dynamo_tables."Whole" DETACH PARTITION dynamo_tables.nothing;

-- The way to take a table apart all the same.
DROP INDEX dynamo_tables."Other/0/key";
ALTER TABLE dynamo_tables."Other" DETACH PARTITION dynamo_tables."Other/0";
DROP TABLE dynamo_tables."Other/0";
SELECT dynamo.scan('Other');

-- Whole tables go by any command.
DROP TABLE dynamo_tables."Other" CASCADE;
SELECT pg_temp.created('Third');
SELECT dynamo.delete_table('{"TableName": "Third"}') IS NOT NULL AS deleted;
RESET ROLE;
DROP OWNED BY regress_dynamo_parts;
SELECT count(*) FROM dynamo.table_catalog WHERE name IN ('Whole', 'Other', 'Third');
DROP SCHEMA regress_dynamo_away;
DROP ROLE regress_dynamo_parts;

-- A row whose partitions are not valid is no reason to keep a relation.
SET dynamo.partitions = 1;
CREATE FUNCTION pg_temp.made() RETURNS boolean LANGUAGE sql AS $$
	SELECT dynamo.create_table('{"TableName": "Odd", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
		"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}]}') IS NOT NULL $$;
SELECT pg_temp.made();
UPDATE dynamo.table_catalog SET leaves = '{{0}}' WHERE name = 'Odd';
CREATE TABLE plain (a integer);
CREATE INDEX "plain/key" ON plain (a);
DROP TABLE plain;
DROP TABLE dynamo_tables."Odd" CASCADE;
SELECT count(*) FROM dynamo.table_catalog WHERE name = 'Odd';
