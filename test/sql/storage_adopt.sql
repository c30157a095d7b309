-- dynamo.adopt_table makes a table of a relation without a row of the catalog; and what of a row a restore may bring.
CREATE ROLE regress_dynamo_adopt;
CREATE ROLE regress_dynamo_adopt_other;
GRANT CREATE ON SCHEMA dynamo_tables, dynamo_views TO regress_dynamo_adopt, regress_dynamo_adopt_other;
CREATE FUNCTION orphaned(name text) RETURNS boolean LANGUAGE sql SECURITY DEFINER AS $$
	DELETE FROM dynamo.table_catalog WHERE name = $1 RETURNING true $$;
CREATE FUNCTION adopted(before text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM dynamo.create_table('{"TableName": "Odd", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"},
		{"AttributeName": "g", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
		"GlobalSecondaryIndexes": [{"IndexName": "ByG", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}');
	PERFORM orphaned('Odd');
	EXECUTE before;
	RAISE EXCEPTION USING ERRCODE = 'RESOK', MESSAGE = 'adopted ' || dynamo.adopt_table('dynamo_tables."Odd"');
EXCEPTION WHEN OTHERS THEN
	RETURN sqlstate || ' ' || sqlerrm;
END $$;
CREATE FUNCTION replaced(columns text, partitioning text, rules text) RETURNS text LANGUAGE sql AS $$
	SELECT adopted(format('DROP TABLE dynamo_tables."Odd" CASCADE; CREATE TABLE dynamo_tables."Odd" (%s, CONSTRAINT item_rules CHECK (%s)) %s', columns, rules, partitioning)) $$;
CREATE FUNCTION with_rules(rules text) RETURNS text LANGUAGE sql AS $$
	SELECT adopted(format('ALTER TABLE dynamo_tables."Odd" DROP CONSTRAINT item_rules, ADD CONSTRAINT item_rules %s', rules)) $$;
CREATE VIEW definitions AS SELECT name, relation, leaves, status, definition, settings - 'BecameOnDemand' AS settings FROM dynamo.table_catalog;
GRANT SELECT ON definitions TO regress_dynamo_adopt;
SET ROLE regress_dynamo_adopt;
SET dynamo.partitions = 2;
SELECT dynamo.create_table('{"TableName": "Adopted", "BillingMode": "PAY_PER_REQUEST", "Tags": [{"Key": "a", "Value": "b"}],
	"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}, {"AttributeName": "s", "AttributeType": "N"},
		{"AttributeName": "b", "AttributeType": "B"}, {"AttributeName": "it''s \"$\" (é)", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
	"LocalSecondaryIndexes": [{"IndexName": "Local", "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}, {"AttributeName": "b", "KeyType": "RANGE"}],
		"Projection": {"ProjectionType": "ALL"}}],
	"GlobalSecondaryIndexes": [
		{"IndexName": "LikeLocal", "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}, {"AttributeName": "b", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "ALL"}},
		{"IndexName": "Dropped", "KeySchema": [{"AttributeName": "b", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}},
		{"IndexName": "Wide", "KeySchema": [{"AttributeName": "it''s \"$\" (é)", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "HASH"},
			{"AttributeName": "k", "KeyType": "RANGE"}, {"AttributeName": "b", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL AS created;
SELECT dynamo.update_table('{"TableName": "Adopted", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "Dropped"}}]}') IS NOT NULL AS updated;
SELECT dynamo.put_item('Adopted', '{"k": {"S": "a"}, "s": {"N": "1"}, "b": {"B": "AAE="}, "it''s \"$\" (é)": {"S": "w"}, "t": {"N": "1"}}');
CREATE INDEX "Adopted/0/5" ON dynamo_tables."Adopted/0" ((dynamo.key_number(item, 't'))) WHERE dynamo.key_number(item, 't') IS NOT NULL;
CREATE INDEX "Adopted/1/5" ON dynamo_tables."Adopted/1" ((dynamo.key_number(item, 't'))) WHERE dynamo.key_number(item, 't') IS NOT NULL;
CREATE TEMP TABLE before AS SELECT * FROM definitions;

-- The error that says so, by every way to name a table; nothing of it where there is no such relation.
SELECT orphaned('Adopted');
SELECT dynamo.get_item('Adopted', '{"k": {"S": "a"}, "s": {"N": "1"}}');
SELECT dynamo.describe_table('{"TableName": "Adopted"}');
SELECT dynamo.tag_resource('{"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/Adopted", "Tags": [{"Key": "k", "Value": "v"}]}');
SELECT dynamo.execute_statement('SELECT * FROM "Adopted"');
SELECT dynamo.get_item('Nowhere', '{"k": {"S": "a"}}');

-- The table is as it was, but for tags, and time to live is found.
SELECT dynamo.adopt_table('dynamo_tables."Adopted"');
SELECT name, relation, leaves, status, jsonb_pretty(definition) AS definition, settings FROM definitions WHERE name = 'Adopted';
SELECT a.definition - 'time_to_live' - 'next_index' = b.definition - 'time_to_live' - 'next_index' AS same FROM definitions a, before b WHERE a.name = 'Adopted' AND b.name = 'Adopted';
SELECT dynamo.get_item('Adopted', '{"k": {"S": "a"}, "s": {"N": "1"}}') #> '{Item,b}' AS b;
SELECT dynamo.query('{"TableName": "Adopted", "IndexName": "Local", "Select": "COUNT", "ConsistentRead": true, "KeyConditionExpression": "k = :k", "ExpressionAttributeValues": {":k": {"S": "a"}}}') -> 'Count' AS count;
SELECT dynamo.scan('Adopted', index_name => 'Wide') -> 'Count' AS count;
UPDATE dynamo_tables."Adopted" SET item = item || jsonb_build_object('t', extract(epoch FROM now())::bigint - 60);
SELECT dynamo.delete_expired_items('Adopted');
INSERT INTO dynamo_tables."Adopted" VALUES ('{"k": "a", "s": 1}');
SELECT dynamo.adopt_table('dynamo_tables."Adopted"');
SELECT dynamo.adopt_table(NULL) IS NULL AS nothing;

-- Without comments, as of a dump without them, what may be local is.
COMMENT ON INDEX dynamo_tables."Adopted/0/2" IS NULL;
SELECT orphaned('Adopted');
SELECT dynamo.adopt_table('dynamo_tables."Adopted"');
SELECT index ->> 'name' AS name, index -> 'local' AS local FROM definitions, jsonb_array_elements(definition -> 'indexes') AS index WHERE definitions.name = 'Adopted';

-- An index that some leaf lacks is built.
SELECT orphaned('Adopted');
DROP INDEX dynamo_tables."Adopted/1/4";
BEGIN;
SELECT dynamo.adopt_table('dynamo_tables."Adopted"');
SELECT status, definition #> '{indexes,2}' AS index FROM definitions WHERE name = 'Adopted';
COMMIT;
DO $$ BEGIN
	WHILE (SELECT status <> 'ACTIVE' OR definition #>> '{indexes,2,status}' <> 'ACTIVE' FROM definitions WHERE name = 'Adopted') LOOP PERFORM pg_sleep(0.01); COMMIT; END LOOP;
END $$;
SELECT obj_description('dynamo_tables."Adopted/1/4"'::regclass, 'pg_class') AS built;

-- The view is made where it is missing, and the relation may have another name, or be elsewhere.
SELECT orphaned('Adopted');
DROP VIEW dynamo_views."Adopted";
ALTER TABLE dynamo_tables."Adopted" RENAME TO "Re/named";
SELECT dynamo.adopt_table('dynamo_tables."Re/named"');
SELECT dynamo.adopt_table('dynamo_tables."Re/named"', 'Ad opted');
SELECT dynamo.adopt_table('dynamo_tables."Re/named"', 'Another');
SELECT dynamo.adopt_table('dynamo_tables."Re/named"', 'Adopted');
SELECT count(*) FROM dynamo_views."Adopted" WHERE k = 'a';
SELECT dynamo.delete_table('{"TableName": "Adopted"}') IS NOT NULL AS deleted;
SELECT dynamo.create_table(jsonb_build_object('TableName', repeat('n', 100), 'BillingMode', 'PAY_PER_REQUEST', 'AttributeDefinitions', '[{"AttributeName": "k", "AttributeType": "S"}]'::jsonb,
	'KeySchema', '[{"AttributeName": "k", "KeyType": "HASH"}]'::jsonb)) IS NOT NULL AS created;
SELECT orphaned(repeat('n', 100));
\set VERBOSITY default
SELECT dynamo.scan(repeat('n', 100));
\set VERBOSITY terse
SELECT dynamo.adopt_table('dynamo_tables."nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~62f08b5453b24879"', repeat('n', 100));
SELECT dynamo.delete_table(jsonb_build_object('TableName', repeat('n', 100))) IS NOT NULL AS deleted;

-- Relations that are no table's, or not whole.
SET client_min_messages = warning;
SELECT replaced('item jsonb', partitioning, 'true') FROM (VALUES (''), ('PARTITION BY LIST (dynamo.key_text(item, ''k''))'), ('PARTITION BY HASH (item)'), ('PARTITION BY HASH ((item ->> ''k''))'),
	('PARTITION BY HASH (dynamo.key_text(item, ''k''), dynamo.key_text(item, ''l''))'), ('PARTITION BY HASH (dynamo.key_suffix(item, ''k''))'), ('PARTITION BY HASH (dynamo.key_text(item, ''k'', 100))'),
	('PARTITION BY HASH (dynamo.key_text(item || item, ''k''))'), ('PARTITION BY HASH (dynamo.key_text(item, ''k''))')) AS v (partitioning);
SELECT replaced('item jsonb, other jsonb', 'PARTITION BY HASH (dynamo.key_text(other, ''k''))', 'true');
SELECT replaced('other jsonb', 'PARTITION BY HASH (dynamo.key_text(other, ''k''))', 'true');
SELECT adopted(command) FROM (VALUES ('DROP INDEX dynamo_tables."Odd/0/key"; DROP TABLE dynamo_tables."Odd/0"'), ('ALTER TABLE dynamo_tables."Odd" DETACH PARTITION dynamo_tables."Odd/0"'),
	('DROP INDEX dynamo_tables."Odd/0/key"'), ('DROP INDEX dynamo_tables."Odd/0/key"; CREATE UNIQUE INDEX "Odd/0/key" ON dynamo_tables."Odd/0" (dynamo.key_text(item, ''g''))'),
	('ALTER INDEX dynamo_tables."Odd/0/key" RENAME TO other'), ('ALTER TABLE dynamo_tables."Odd/0" SET ACCESS METHOD heap'),
	('DROP TABLE dynamo_tables."Odd/0"; CREATE TABLE dynamo_tables."Odd/0" PARTITION OF dynamo_tables."Odd" FOR VALUES WITH (MODULUS 4, REMAINDER 0)'),
	('DROP TABLE dynamo_tables."Odd/0"; CREATE TABLE dynamo_tables."Odd/0" PARTITION OF dynamo_tables."Odd" FOR VALUES WITH (MODULUS 2, REMAINDER 0) PARTITION BY LIST (item)'),
	('DROP VIEW dynamo_views."Odd"; CREATE TABLE dynamo_views."Odd" (a integer)'),
	('ALTER INDEX dynamo_tables."Odd/0/1" RENAME TO "Odd/0/2147483647"; ALTER INDEX dynamo_tables."Odd/1/1" RENAME TO "Odd/1/01"')) AS v (command);
SET dynamo.partitions = 1;
SELECT rules, with_rules(rules) FROM (VALUES ('CHECK (true)'), ('CHECK (item IS NOT NULL)'), ('UNIQUE NULLS NOT DISTINCT (item)'), ('CHECK (dynamo.check_item(item, VARIADIC NULL))'), ('CHECK (dynamo.check_item(item, VARIADIC ''{}''))'),
	('CHECK (dynamo.check_item(item, VARIADIC ARRAY[]::text[]))'), ('CHECK (dynamo.check_item(item, VARIADIC ARRAY[''HASH S k'', NULL]))'), ('CHECK (dynamo.check_item(item, VARIADIC ''{NULL}''))'),
	('CHECK (dynamo.check_item(item, VARIADIC ''{{HASH S k},{INDEX ByG HASH S g}}''))'), ('CHECK (dynamo.check_item(item, VARIADIC ARRAY[ARRAY[''HASH S k'']]))'),
	('CHECK (dynamo.check_item(item, ''HASH S k'' || ''''))'), ('CHECK (dynamo.check_item(item, item ->> ''rule''))'), ('CHECK (dynamo.check_item(item, ''HASH''))'), ('CHECK (dynamo.check_item(item, ''HASH S k'', ''SORT S s''))'),
	('CHECK (dynamo.check_item(item, ''HASH M k''))'), ('CHECK (dynamo.check_item(item, ''HASH N k''))'), ('CHECK (dynamo.check_item(item, ''HASH S other''))'), ('CHECK (dynamo.check_item(item, ''RANGE S k''))'),
	('CHECK (dynamo.check_item(item, ''HASH S k'', ''HASH S g''))'), ('CHECK (dynamo.check_item(item, ''HASH S k'', ''RANGE S g''))'), ('CHECK (dynamo.check_item(item, ''HASH S k'', ''RANGE N s'', ''RANGE S g''))'),
	('CHECK (dynamo.check_item(item, ''HASH S k'', ''INDEX i HASH N k''))'), ('CHECK (dynamo.check_item(item, ''HASH S k'', ''INDEX iii RANGE S g''))'),
	('CHECK (dynamo.check_item(item, ''HASH S k'', ''INDEX iii HASH S a'', ''INDEX iii HASH S b'', ''INDEX iii HASH S c'', ''INDEX iii HASH S d'', ''INDEX iii HASH S e''))'),
	('CHECK (dynamo.check_item(item, ''HASH S k'', ''INDEX iii HASH S a'', ''INDEX jjj HASH S b'', ''INDEX iii HASH S c''))')) AS v (rules);
SELECT with_rules(format('CHECK (dynamo.check_item(item, VARIADIC %L)) NOT VALID', ARRAY['HASH S k'] || ARRAY(SELECT format('INDEX index%s HASH S g', i) FROM generate_series(1, n) AS i))) FROM unnest(ARRAY[20, 21, 2000]) AS n;
SELECT dynamo.adopt_table('pg_class');
SELECT dynamo.adopt_table('dynamo.table_catalog_pkey', 'Index');
SELECT dynamo.adopt_table(0);
SELECT dynamo.adopt_table(4000000000::oid);
RESET client_min_messages;
SET dynamo.partitions = 2;

-- It takes the owner, with the privileges of CreateTable, and a name that no table has.
SELECT dynamo.create_table('{"TableName": "Mine", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}]}') IS NOT NULL AS created;
SELECT dynamo.create_table('{"TableName": "Taken", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}]}') IS NOT NULL AS created;
SELECT orphaned('Mine');
SELECT dynamo.adopt_table('dynamo_tables."Mine"', 'Taken');
SET ROLE regress_dynamo_adopt_other;
SELECT dynamo.adopt_table('dynamo_tables."Mine"');
CREATE VIEW dynamo_views."Hidden" AS SELECT 1;
RESET ROLE;
REVOKE CREATE ON SCHEMA dynamo_views FROM regress_dynamo_adopt;
SET ROLE regress_dynamo_adopt;
SELECT dynamo.adopt_table('dynamo_tables."Mine"');
RESET ROLE;
GRANT CREATE ON SCHEMA dynamo_views TO regress_dynamo_adopt;
BEGIN READ ONLY;
SELECT dynamo.adopt_table('dynamo_tables."Mine"');
ROLLBACK;
-- A superuser may, and the view is the owner's.
DROP VIEW dynamo_views."Mine";
SELECT dynamo.adopt_table('dynamo_tables."Mine"');
SELECT viewowner FROM pg_views WHERE viewname = 'Mine';

-- Rows that a role restores: those of its own tables alone, and not what would be wrong for others.
CREATE TABLE saved AS SELECT * FROM dynamo.table_catalog WHERE name IN ('Mine', 'Taken');
GRANT INSERT ON dynamo.table_catalog, dynamo.scaling_activity_log TO regress_dynamo_adopt, regress_dynamo_adopt_other;
CREATE FUNCTION restored(change text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('INSERT INTO dynamo.table_catalog SELECT (r).* FROM (SELECT jsonb_populate_record(s, %s) AS r FROM saved AS s WHERE name = ''Mine'') AS rows', change);
	RETURN 'restored';
EXCEPTION WHEN OTHERS THEN
	RETURN sqlstate || ' ' || sqlerrm;
END $$;
GRANT SELECT ON saved TO regress_dynamo_adopt, regress_dynamo_adopt_other;
SET ROLE regress_dynamo_adopt;
SELECT restored('''{}''');
SELECT orphaned('Mine');
SELECT change, restored(quote_literal(change)) FROM (VALUES ('{"name": "Taken"}'), ('{"name": "x"}'), ('{"name": "arn:aws:dynamodb:us-east-1:000000000000:table/Mine"}'), ('{"name": null}'), ('{"id": null}'), ('{"definition": null}'),
	('{"relation": "0"}'), ('{"relation": "4000000000"}'), ('{"relation": "pg_class"}'), ('{"relation": "dynamo_tables.\"Mine/0\""}'), ('{"relation": "dynamo_tables.\"Taken\""}'), ('{"relation": "dynamo_views.\"Mine\""}'),
	('{"leaves": []}'), ('{"leaves": ["dynamo_tables.\"Mine/0\""]}'), ('{"leaves": ["dynamo_tables.\"Mine/1\"", "dynamo_tables.\"Mine/0\""]}'), ('{"leaves": ["dynamo_tables.\"Mine/0\"", "dynamo_tables.\"Taken/1\""]}'),
	('{"status": "x"}'), ('{"definition": []}'), ('{"definition": {"sort": [], "indexes": [], "partition": ["j"], "attributes": [{"name": "j", "type": "S"}], "next_index": 1}}'),
	('{"definition": {"sort": [], "indexes": [], "partition": ["k"], "attributes": [{"name": "k", "type": "N"}], "next_index": 1}}'),
	('{"definition": {"sort": [], "indexes": [], "partition": ["k"], "attributes": [{"name": "k", "type": "S"}, {"name": "j", "type": "S"}], "next_index": 1}}'),
	('{"settings": []}'), ('{"settings": {"Scaling": [1]}}'), ('{"settings": {"Capacity": {"Read": 1e300}}}')) AS v (change);
SELECT restored('jsonb_build_object(''id'', (SELECT id FROM saved WHERE name = ''Taken''))');
SELECT restored('jsonb_build_object(''settings'', jsonb_build_object(''TableClass'', repeat(''x'', 2000000)))');
SELECT restored('jsonb_build_object(''definition'', definition || jsonb_build_object(''indexes'', (SELECT jsonb_agg(jsonb_build_object(''name'', ''index'' || i, ''number'', i, ''partition'', ''["k"]''::jsonb,
	''sort'', ''[]''::jsonb, ''projection'', ''ALL'', ''include'', ''[]''::jsonb, ''status'', ''ACTIVE'')) FROM generate_series(1, 21) AS i)))');
RESET ROLE;
GRANT SET ON PARAMETER session_replication_role TO regress_dynamo_adopt_other;
SET ROLE regress_dynamo_adopt_other;
SELECT restored('''{}''');
SET session_replication_role = replica; -- as a subscription's worker does
SELECT restored('''{}''');
RESET session_replication_role;
SET ROLE regress_dynamo_adopt;
-- Twice in one command; and what is not dynamo's in a row does not get there.
INSERT INTO dynamo.table_catalog SELECT CASE i WHEN 1 THEN name ELSE 'Twin' END, gen_random_uuid(), relation, leaves, created, status, definition, settings FROM saved, generate_series(1, 2) AS i WHERE name = 'Mine';
SELECT restored('''{"settings": {"OnDemand": true, "Junk": [1], "Tags": [{"Key": "a", "Value": "b", "C": 1}]}}''');
RESET ROLE;
SELECT settings FROM dynamo.table_catalog WHERE name = 'Mine';
SET ROLE regress_dynamo_adopt;
SELECT dynamo.put_item('Mine', '{"k": {"S": "a"}}');
UPDATE dynamo.table_catalog SET status = 'ACTIVE';
DELETE FROM dynamo.table_catalog;
-- History likewise; of tables that are not there it shows nowhere.
CREATE FUNCTION pg_temp.history(id uuid) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO dynamo.scaling_activity_log (table_id, dimension, from_capacity, to_capacity, cause) VALUES (id, 'x', 1, 2, 'y');
	RETURN 'restored';
EXCEPTION WHEN OTHERS THEN
	RETURN sqlstate || ' ' || sqlerrm;
END $$;
SELECT pg_temp.history(id), pg_temp.history(gen_random_uuid()), pg_temp.history(NULL) FROM saved WHERE name = 'Mine';
SET ROLE regress_dynamo_adopt_other;
CREATE FUNCTION pg_temp.foreign_history(id uuid) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO dynamo.scaling_activity_log (table_id, dimension, from_capacity, to_capacity, cause) VALUES (id, 'x', 1, 2, 'y');
	RETURN 'restored';
EXCEPTION WHEN OTHERS THEN
	RETURN sqlstate || ' ' || sqlerrm;
END $$;
SELECT pg_temp.foreign_history(id) FROM saved WHERE name = 'Mine';
SET session_replication_role = replica;
SELECT pg_temp.foreign_history(id) FROM saved WHERE name = 'Mine';
RESET session_replication_role;
RESET ROLE;
DELETE FROM dynamo.scaling_activity_log WHERE cause = 'y';

-- What a partition key's owner has written as a function is not evaluated: workers open tables as a superuser.
SET ROLE regress_dynamo_adopt;
CREATE FUNCTION dynamo_tables.attribute() RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN 'k'; END $$;
CREATE TABLE dynamo_tables."Folded" (item jsonb NOT NULL, CONSTRAINT item_rules CHECK (dynamo.check_item(item, 'HASH S k')))
	PARTITION BY HASH ((dynamo.key_text(item, dynamo_tables.attribute())) COLLATE "C");
CREATE TABLE dynamo_tables."Folded/0" PARTITION OF dynamo_tables."Folded" FOR VALUES WITH (MODULUS 1, REMAINDER 0) USING dynamo;
CREATE UNIQUE INDEX "Folded/0/key" ON dynamo_tables."Folded/0" ((dynamo.key_text(item, 'k')) COLLATE "C");
CREATE OR REPLACE FUNCTION dynamo_tables.attribute() RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE 'evaluated as %', current_user; END $$;
RESET ROLE;
DISCARD ALL;
SELECT dynamo.adopt_table('dynamo_tables."Folded"');
INSERT INTO dynamo.table_catalog SELECT 'Folded', gen_random_uuid(), 'dynamo_tables."Folded"', ARRAY['dynamo_tables."Folded/0"'::regclass], now(), 'ACTIVE', definition
	FROM dynamo.table_catalog WHERE name = 'Mine';
SELECT dynamo.get_item('Folded', '{"k": {"S": "a"}}');
SELECT finding FROM dynamo.check_table('Folded', items => false) WHERE finding LIKE '%partitioned%';
DELETE FROM dynamo.table_catalog WHERE name = 'Folded';

-- A temporary relation is no table: other sessions cannot read it.
CREATE TEMP TABLE "Passing" (item jsonb NOT NULL, CONSTRAINT item_rules CHECK (dynamo.check_item(item, 'HASH S k')))
	PARTITION BY HASH ((dynamo.key_text(item, 'k')) COLLATE "C");
CREATE TEMP TABLE "Passing/0" PARTITION OF "Passing" FOR VALUES WITH (MODULUS 1, REMAINDER 0) USING dynamo;
CREATE UNIQUE INDEX "Passing/0/key" ON "Passing/0" ((dynamo.key_text(item, 'k')) COLLATE "C");
SELECT dynamo.adopt_table('"Passing"');

-- The triggers' functions on other tables.
CREATE TEMP TABLE anything (a integer, table_id text);
CREATE TRIGGER wrong BEFORE UPDATE ON anything FOR EACH ROW EXECUTE FUNCTION dynamo.check_restored_table();
CREATE TRIGGER rows BEFORE INSERT ON anything FOR EACH ROW EXECUTE FUNCTION dynamo.check_restored_activity();
INSERT INTO anything VALUES (1);
ALTER TABLE anything DISABLE TRIGGER rows;
INSERT INTO anything VALUES (1);
UPDATE anything SET a = 2;
CREATE TRIGGER others BEFORE INSERT ON anything FOR EACH ROW EXECUTE FUNCTION dynamo.check_restored_table();
GRANT INSERT ON anything TO regress_dynamo_adopt;
SET ROLE regress_dynamo_adopt;
INSERT INTO anything VALUES (1);
SELECT dynamo.check_restored_table();
SELECT dynamo.keep_partitions();

RESET ROLE;
DROP VIEW dynamo_views."Hidden", definitions;
DROP TABLE saved;
DROP FUNCTION replaced, with_rules, adopted, restored, orphaned;
REVOKE SET ON PARAMETER session_replication_role FROM regress_dynamo_adopt_other;
REVOKE INSERT ON dynamo.table_catalog, dynamo.scaling_activity_log FROM regress_dynamo_adopt, regress_dynamo_adopt_other;
DROP OWNED BY regress_dynamo_adopt, regress_dynamo_adopt_other;
DROP ROLE regress_dynamo_adopt, regress_dynamo_adopt_other;
