-- What the extension keeps in tables of its own is not trusted: a restore, or a superuser, may have put anything there.
\set VERBOSITY terse
SET dynamo.partitions = 2;
SELECT dynamo.create_table('{"TableName": "Doctored", "BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
	"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}, {"AttributeName": "s", "AttributeType": "N"}, {"AttributeName": "g", "AttributeType": "B"}],
	"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}], "Tags": [{"Key": "tag", "Value": "value"}],
	"LocalSecondaryIndexes": [{"IndexName": "Local", "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}, {"AttributeName": "g", "KeyType": "RANGE"}],
		"Projection": {"ProjectionType": "KEYS_ONLY"}}],
	"GlobalSecondaryIndexes": [{"IndexName": "Global", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
		"Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a"]}, "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}}]}') IS NOT NULL AS created;
SELECT dynamo.register_scalable_target('table/Doctored', 'dynamodb:table:ReadCapacityUnits', 1, 9);
UPDATE dynamo.table_catalog SET settings = jsonb_set(settings, '{Scaling,0,Policy}', '{"Name": "half", "Target": 50, "ScaleInCooldown": 1, "ScaleOutCooldown": 1, "DisableScaleIn": true}');
SELECT dynamo.put_item('Doctored', '{"k": {"S": "a"}, "s": {"N": "1"}, "g": {"B": "AA=="}}');
CREATE TABLE kept AS SELECT * FROM dynamo.table_catalog WHERE name = 'Doctored';

-- Every operation that reads the table, or the settings of all tables.
CREATE PROCEDURE use_table() LANGUAGE plpgsql AS $$
BEGIN
	/* News of the table, which a change of the catalog by SQL does not give. */
	ALTER TABLE dynamo_tables."Doctored" ALTER item SET STATISTICS -1;
	PERFORM dynamo.get_item('Doctored', '{"k": {"S": "a"}, "s": {"N": "1"}}');
	PERFORM dynamo.put_item('Doctored', '{"k": {"S": "a"}, "s": {"N": "1"}, "g": {"B": "AAA="}}');
	PERFORM dynamo.scan('Doctored', index_name => 'Global'), dynamo.scan('Doctored', index_name => 'Local');
	PERFORM dynamo.describe_table('{"TableName": "Doctored"}'), dynamo.describe_time_to_live('{"TableName": "Doctored"}');
	PERFORM dynamo.list_tags_of_resource(jsonb_build_object('ResourceArn', dynamo.describe_table('{"TableName": "Doctored"}') #> '{Table,TableArn}'));
	PERFORM dynamo.update_table('{"TableName": "Doctored", "TableClass": "STANDARD"}');
	PERFORM dynamo.register_scalable_target('table/Doctored', 'dynamodb:table:ReadCapacityUnits', 1, 8);
	PERFORM dynamo.delete_table('{"TableName": "Doctored"}');
END $$;
CREATE FUNCTION answer_with(column_name text, value text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('UPDATE dynamo.table_catalog SET %I = $1::%s WHERE name = ''Doctored''', column_name,
		(SELECT atttypid::regtype FROM pg_attribute WHERE attrelid = 'kept'::regclass AND attname = column_name)) USING value;
	CALL use_table();
	RAISE EXCEPTION USING ERRCODE = 'RESOK', MESSAGE = 'no error';
EXCEPTION WHEN OTHERS THEN
	RETURN sqlstate || ' ' || sqlerrm;
END $$;
-- The paths of all nodes of a JSON value.
CREATE FUNCTION paths(value jsonb) RETURNS SETOF text[] LANGUAGE sql AS $$
	WITH RECURSIVE nodes (path, value) AS (
		SELECT '{}'::text[], value
		UNION ALL
		SELECT path || name, child FROM nodes, LATERAL (
			SELECT key, value FROM jsonb_each(CASE WHEN jsonb_typeof(nodes.value) = 'object' THEN nodes.value END)
			UNION ALL SELECT (i - 1)::text, element FROM jsonb_array_elements(CASE WHEN jsonb_typeof(nodes.value) = 'array' THEN nodes.value END) WITH ORDINALITY AS e (element, i)) AS children (name, child))
	SELECT path FROM nodes $$;
CREATE FUNCTION replaced(value jsonb, path text[], replacement jsonb) RETURNS jsonb LANGUAGE sql AS $$
	SELECT CASE WHEN path = '{}' THEN replacement ELSE jsonb_set(value, path, replacement) END $$;
CREATE VIEW replacements AS SELECT * FROM (VALUES (NULL::text), ('null'), ('true'), ('1'), ('-1'), ('1e300'), ('0'), ('"x"'), ('""'), ('[]'), ('{}'), ('[1]'), ('{"S": 1}'), ('{"$s": "x"}'),
	('["k", "k", "k", "k", "k", "k"]'), ('[{}]'), ('[[]]'), ('{"a": {"b": []}}'), ('"BOOL"'), ('"INCLUDE"'), ('"DELETING"')) AS v (replacement);
-- Each node of the definition and of the settings is left out, or replaced by values of every type.
CREATE VIEW doctored AS
SELECT column_name, path, replacement,
	answer_with(column_name, (CASE WHEN replacement IS NULL THEN kept_value #- path ELSE replaced(kept_value, path, replacement::jsonb) END)::text) AS answer
FROM kept, LATERAL (VALUES ('definition', definition), ('settings', settings)) AS columns (column_name, kept_value), LATERAL paths(kept_value) AS path, replacements
WHERE path <> '{}' OR replacement IS NOT NULL;
SELECT column_name, answer FROM doctored GROUP BY 1, 2 ORDER BY 1, answer COLLATE "C";

-- PostgreSQL 17 words the error of an index that is opened as a table differently.
SELECT column_name, value, regexp_replace(answer_with(column_name, value), 'cannot open relation ("[^"]*")$', '\1 is an index') AS answer FROM (VALUES ('status', 'UNKNOWN'), ('status', ''), ('name', 'Other'), ('name', repeat('n', 300)),
	('relation', '0'), ('relation', 'pg_class'), ('relation', 'dynamo_views."Doctored"'), ('relation', 'dynamo_tables."Doctored/0"'), ('relation', 'dynamo_tables."Doctored/0/key"'),
	('leaves', '{}'), ('leaves', '{NULL,NULL}'), ('leaves', '{{0,0}}'), ('leaves', '{0,0}'), ('leaves', '{pg_class,pg_class}'), ('leaves', '{"dynamo_tables.\"Doctored/0\""}'),
	('leaves', '{"dynamo_tables.\"Doctored/1\"","dynamo_tables.\"Doctored/0\""}'), ('leaves', '{"dynamo_views.\"Doctored\"","dynamo_views.\"Doctored\""}'),
	('leaves', '{"dynamo_tables.\"Doctored/0/key\"","dynamo_tables.\"Doctored/0/key\""}')) AS v (column_name, value);
SELECT answer_with('leaves', array_fill(0, ARRAY[1025])::text) AS answer;
-- A relation of this name that is partitioned by something else.
CREATE TABLE other (item jsonb, a numeric) PARTITION BY HASH (a);
CREATE TABLE other_key (item jsonb) PARTITION BY HASH (dynamo.key_number(item, 'k'));
CREATE TABLE other_column (item jsonb, a jsonb) PARTITION BY HASH ((dynamo.key_text(a, 'k')) COLLATE "C");
SELECT relation, answer_with('relation', relation) AS answer FROM (VALUES ('other'), ('other_key'), ('other_column')) AS v (relation);
DROP TABLE other, other_key, other_column;

-- Two rows of one relation: each is read again after a change of the other.
INSERT INTO dynamo.table_catalog SELECT 'Twin', gen_random_uuid(), relation, leaves, created, status, definition, settings FROM dynamo.table_catalog WHERE name = 'Doctored';
CREATE FUNCTION protected(table_name text) RETURNS jsonb LANGUAGE sql AS $$
	SELECT dynamo.describe_table(jsonb_build_object('TableName', table_name)) #> '{Table,DeletionProtectionEnabled}' $$;
SELECT protected('Doctored'), protected('Twin');
SELECT dynamo.update_table('{"TableName": "Doctored", "DeletionProtectionEnabled": true}') IS NOT NULL AS changed;
SELECT protected('Doctored'), protected('Twin');
SELECT dynamo.update_table('{"TableName": "Doctored", "DeletionProtectionEnabled": false}') IS NOT NULL AS changed;
SELECT protected('Twin'), protected('Doctored');
DELETE FROM dynamo.table_catalog WHERE name = 'Twin';
DROP FUNCTION protected;

-- Counts that cannot be right are not shown.
INSERT INTO dynamo.table_statistics VALUES ('dynamo_tables."Doctored"'::regclass, now(), 0, 0, '{0,1,2}', '{9,9,9}', '{9,9,9}')
ON CONFLICT (relation) DO UPDATE SET counted = excluded.counted, numbers = excluded.numbers, items = excluded.items, bytes = excluded.bytes;
CREATE FUNCTION counted(column_name text, value bigint[]) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE answer jsonb;
BEGIN
	EXECUTE format('UPDATE dynamo.table_statistics SET %I = $1 WHERE relation = ''dynamo_tables."Doctored"''::regclass', column_name) USING value;
	answer := dynamo.describe_table('{"TableName": "Doctored"}') #> '{Table,ItemCount}';
	RAISE EXCEPTION USING ERRCODE = 'RESOK', MESSAGE = answer;
EXCEPTION WHEN SQLSTATE 'RESOK' THEN
	RETURN sqlerrm;
END $$;
SELECT column_name, value, counted(column_name, value::bigint[]) = '9' AS shown FROM (VALUES ('items', '{9,9,9}'), ('numbers', '{}'), ('numbers', '{0,1}'), ('numbers', '{{0,1,2}}'), ('items', '{}'),
	('items', '{9}'), ('items', '{NULL,9,9}'), ('bytes', '{}'), ('bytes', '{9,9,9,9}')) AS v (column_name, value);

-- Columns are what the install script makes them.
CREATE FUNCTION answer_after(command text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE command;
	CALL use_table();
	RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
	RETURN sqlstate || ' ' || sqlerrm;
END $$;
SELECT answer_after('ALTER TABLE dynamo.table_catalog ADD more integer');
SELECT answer_after('ALTER TABLE dynamo.table_catalog ALTER definition DROP NOT NULL; UPDATE dynamo.table_catalog SET definition = NULL');
SELECT answer_after('ALTER TABLE dynamo.table_catalog ALTER name TYPE bytea USING name::bytea');
SELECT answer_after('ALTER TABLE dynamo.table_statistics ADD more integer');
SELECT answer_after('ALTER TABLE dynamo.table_statistics DROP bytes, ADD bytes bigint[]');
BEGIN;
ALTER TABLE dynamo.client_request_tokens ADD more integer;
SELECT dynamo.transact_write_items('{"ClientRequestToken": "token", "TransactItems": [{"Delete": {"TableName": "Doctored", "Key": {"k": {"S": "z"}, "s": {"N": "1"}}}}]}');
ROLLBACK;

-- One table's row does not keep others from being created.
BEGIN;
UPDATE dynamo.table_catalog SET settings = '[]' WHERE name = 'Doctored';
SELECT true AS created FROM dynamo.create_table('{"TableName": "Another", "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}], "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}');
ROLLBACK;

SELECT dynamo.delete_table('{"TableName": "Doctored"}') IS NOT NULL AS deleted;
DROP VIEW doctored, replacements;
DROP TABLE kept;
DROP FUNCTION answer_with, answer_after, counted, paths, replaced;
DROP PROCEDURE use_table;
