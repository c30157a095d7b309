-- What the owner of a table's relations may do to them by plain SQL gives an
-- error at worst.
\set VERBOSITY terse
CREATE ROLE regress_dynamo_owner;
GRANT CREATE ON SCHEMA dynamo_tables, dynamo_views TO regress_dynamo_owner;
CREATE FUNCTION created(name text) RETURNS boolean LANGUAGE sql AS $$
  SELECT dynamo.create_table(jsonb_build_object('TableName', name) || '{"BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "Id", "AttributeType": "S"}, {"AttributeName": "Team", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "Id", "KeyType": "HASH"}],
    "GlobalSecondaryIndexes": [{"IndexName": "ByTeam", "KeySchema": [{"AttributeName": "Team", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL $$;
CREATE FUNCTION deleted(name text) RETURNS boolean LANGUAGE sql AS $$
  SELECT dynamo.delete_table(jsonb_build_object('TableName', name)) IS NOT NULL $$;
SET ROLE regress_dynamo_owner;
SET dynamo.partitions = 1;

-- another relation has the view's name
CREATE TABLE dynamo_views.not_a_view (a integer);
SELECT created('not_a_view');
DROP TABLE dynamo_views.not_a_view;

-- the view has other columns
SELECT created('other_view');
CREATE OR REPLACE VIEW dynamo_views.other_view AS
  SELECT item, dynamo.key_text(item, 'Id') COLLATE "C" AS "Id", dynamo.key_text(item, 'Team') COLLATE "C" AS "Team",
    dynamo.key_suffix(item, 'Id') AS suffix FROM dynamo_tables.other_view;
SELECT dynamo.update_table('{"TableName": "other_view", "AttributeDefinitions": [{"AttributeName": "Age", "AttributeType": "N"}],
  "GlobalSecondaryIndexUpdates": [{"Create": {"IndexName": "ByAge", "KeySchema": [{"AttributeName": "Age", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}}]}');
SELECT deleted('other_view');

-- no index of the key, or another one in its place
SELECT created('no_key');
SELECT dynamo.put_item('no_key', '{"Id": {"S": "a"}}');
DROP INDEX dynamo_tables."no_key/0/key";
SELECT dynamo.get_item('no_key', '{"Id": {"S": "a"}}');
SELECT dynamo.put_item('no_key', '{"Id": {"S": "a"}}');
SELECT dynamo.scan('no_key');
CREATE UNIQUE INDEX "no_key/0/key" ON dynamo_tables."no_key/0" ((item ->> 'Id'), (1));
SELECT dynamo.get_item('no_key', '{"Id": {"S": "a"}}');
DROP INDEX dynamo_tables."no_key/0/key";
CREATE UNIQUE INDEX "no_key/0/key" ON dynamo_tables."no_key/0" (hashtext(item ->> 'Id'));
SELECT dynamo.get_item('no_key', '{"Id": {"S": "a"}}');
DROP INDEX dynamo_tables."no_key/0/key";
CREATE UNIQUE INDEX "no_key/0/key" ON dynamo_tables."no_key/0" ((dynamo.key_text(item, 'Id')) COLLATE "C");
SELECT dynamo.get_item('no_key', '{"Id": {"S": "a"}}');
SELECT deleted('no_key');

-- another index in the place of a global one
SELECT created('other_index');
DROP INDEX dynamo_tables."other_index/0/1";
CREATE INDEX "other_index/0/1" ON dynamo_tables."other_index/0" USING gin (item);
SELECT dynamo.put_item('other_index', '{"Id": {"S": "a"}, "Team": {"S": "t"}}');
SELECT dynamo.scan('other_index', index_name => 'ByTeam');
SELECT dynamo.query('other_index', 'Team = :t', index_name => 'ByTeam', expression_attribute_values => '{":t": {"S": "t"}}');
SELECT count(*) FROM dynamo_tables.other_index WHERE item @> '{"Team": "t"}';
SELECT deleted('other_index');

-- an index that is called and looks like dynamo's, but is of other expressions, order or rows
SELECT created('like_key');
SELECT dynamo.put_item('like_key', '{"Id": {"S": "a"}, "Team": {"S": "t"}}');
CREATE FUNCTION pg_temp.replaced(name text, definition text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('DROP INDEX dynamo_tables.%I', name);
  EXECUTE format(definition, name);
  PERFORM dynamo.put_item('like_key', '{"Id": {"S": "a"}, "Team": {"S": "u"}}');
  RETURN dynamo.query('like_key', 'Team = :t', index_name => 'ByTeam', expression_attribute_values => '{":t": {"S": "u"}}') -> 'Count';
EXCEPTION WHEN OTHERS THEN
  RETURN SQLERRM;
END $$;
SELECT definition, pg_temp.replaced('like_key/0/key', definition) FROM (VALUES
  ('CREATE UNIQUE INDEX %I ON dynamo_tables."like_key/0" ((dynamo.key_text(item, ''Team'')) COLLATE "C")'),
  ('CREATE UNIQUE INDEX %I ON dynamo_tables."like_key/0" ((dynamo.key_text(item || ''{"Id": "b"}'', ''Id'')) COLLATE "C")'),
  ('CREATE UNIQUE INDEX %I ON dynamo_tables."like_key/0" ((item ->> ''Id'') COLLATE "C")'),
  ('CREATE UNIQUE INDEX %I ON dynamo_tables."like_key/0" ((dynamo.key_text(item, ''Id'', 100)) COLLATE "C")'),
  ('CREATE UNIQUE INDEX %I ON dynamo_tables."like_key/0" ((dynamo.key_text(item, ''Id'')) COLLATE "POSIX")'),
  ('CREATE UNIQUE INDEX %I ON dynamo_tables."like_key/0" ((dynamo.key_text(item, ''Id'')) COLLATE "C" text_pattern_ops)'),
  ('CREATE UNIQUE INDEX %I ON dynamo_tables."like_key/0" ((dynamo.key_text(item, ''Id'')) COLLATE "C" DESC)'),
  ('CREATE UNIQUE INDEX %I ON dynamo_tables."like_key/0" ((dynamo.key_text(item, ''Id'')) COLLATE "C") INCLUDE (item)'),
  ('CREATE UNIQUE INDEX %I ON dynamo_tables."like_key/0" ((dynamo.key_text(item, ''Id'')) COLLATE "C") WHERE dynamo.key_text(item, ''Id'') COLLATE "C" IS NOT NULL'),
  ('CREATE INDEX %I ON dynamo_tables."like_key/0" ((dynamo.key_text(item, ''Id'')) COLLATE "C")'),
  ('CREATE UNIQUE INDEX %I ON dynamo_tables."like_key/0" ((dynamo.key_text(item, ''Id'')) COLLATE "C")')) AS v (definition);
SELECT definition, pg_temp.replaced('like_key/0/1', definition) FROM (VALUES
  ('CREATE INDEX %I ON dynamo_tables."like_key/0" ((dynamo.key_text(item, ''Team'')) COLLATE "C", (dynamo.key_suffix(item, ''Team''))) WHERE (dynamo.key_text(item, ''Team'')) COLLATE "C" IS NOT NULL'),
  ('CREATE INDEX %I ON dynamo_tables."like_key/0" ((dynamo.key_text(item, ''Id'')) COLLATE "C", (dynamo.key_suffix(item, ''Id''))) WHERE (dynamo.key_text(item, ''Team'')) COLLATE "C" IS NOT NULL'),
  ('CREATE INDEX %I ON dynamo_tables."like_key/0" ((dynamo.key_text(item, ''Team'')) COLLATE "C", (dynamo.key_suffix(item, ''Id'')))'),
  ('CREATE INDEX %I ON dynamo_tables."like_key/0" ((dynamo.key_text(item, ''Team'')) COLLATE "C", (dynamo.key_suffix(item, ''Id''))) WHERE (dynamo.key_text(item, ''Id'')) COLLATE "C" IS NOT NULL'),
  ('CREATE INDEX %I ON dynamo_tables."like_key/0" ((dynamo.key_text(item, ''Team'')) COLLATE "C", (dynamo.key_suffix(item, ''Id''))) WHERE (dynamo.key_text(item, ''Team'')) COLLATE "C" IS NULL'),
  ('CREATE INDEX %I ON dynamo_tables."like_key/0" ((dynamo.key_text(item, ''Team'')) COLLATE "C", (dynamo.key_suffix(item, ''Id''))) WHERE (dynamo.key_text(item, ''Team'')) COLLATE "C" IS NOT NULL AND item IS NOT NULL'),
  ('CREATE UNIQUE INDEX %I ON dynamo_tables."like_key/0" ((dynamo.key_text(item, ''Team'')) COLLATE "C", (dynamo.key_suffix(item, ''Id''))) WHERE (dynamo.key_text(item, ''Team'')) COLLATE "C" IS NOT NULL'),
  ('CREATE INDEX %I ON dynamo_tables."like_key/0" ((dynamo.key_suffix(item, ''Id'')), (dynamo.key_text(item, ''Team'')) COLLATE "C") WHERE (dynamo.key_text(item, ''Team'')) COLLATE "C" IS NOT NULL'),
  ('CREATE INDEX %I ON dynamo_tables."like_key/0" ((dynamo.key_text(item, ''Team'')) COLLATE "C", (dynamo.key_suffix(item, ''Id''))) WHERE (dynamo.key_text(item, ''Team'')) COLLATE "C" IS NOT NULL')) AS v (definition);
SELECT deleted('like_key');
DROP FUNCTION pg_temp.replaced;

-- an index of their own by a key function that refuses its limit
SELECT created('refused');
CREATE INDEX refused_b ON dynamo_tables."refused/0" (dynamo.key_binary(item, 'b', 1)) WHERE dynamo.key_text(item, 'q') IS NOT NULL;
SELECT dynamo.put_item('refused', jsonb_build_object('Id', '{"S": "a"}'::jsonb, 'b', jsonb_build_object('B', encode(repeat('b', 54)::bytea, 'base64'))));
SELECT dynamo.update_item('refused', '{"Id": {"S": "a"}}', 'SET n = :n', expression_attribute_values => '{":n": {"N": "1"}}', return_values => 'UPDATED_NEW');
SELECT dynamo.update_item('refused', '{"Id": {"S": "a"}}', 'SET q = :q', expression_attribute_values => '{":q": {"S": "q"}}');
SELECT deleted('refused');

-- another column called item
SELECT created('renamed');
SELECT dynamo.put_item('renamed', '{"Id": {"S": "a"}}');
ALTER TABLE dynamo_tables.renamed RENAME item TO document;
SELECT dynamo.get_item('renamed', '{"Id": {"S": "a"}}');
ALTER TABLE dynamo_tables.renamed ADD item integer DEFAULT 1;
SELECT dynamo.get_item('renamed', '{"Id": {"S": "a"}}');
SELECT dynamo.scan('renamed');
SELECT dynamo.put_item('renamed', '{"Id": {"S": "a"}}');
SELECT deleted('renamed');

-- no item in a row
SELECT created('null_item');
ALTER TABLE dynamo_tables.null_item ALTER item DROP NOT NULL;
INSERT INTO dynamo_tables.null_item VALUES (NULL);
SELECT dynamo.put_item('null_item', '{"Id": {"S": "a"}}');
SELECT dynamo.get_item('null_item', '{"Id": {"S": "a"}}');
SELECT dynamo.describe_table('{"TableName": "null_item"}') -> 'Table' -> 'TableName' AS described;
SELECT dynamo.scan('null_item');
SELECT deleted('null_item');

-- a transaction that reads only changes no table's settings
SELECT created('read_only');
BEGIN READ ONLY;
SELECT dynamo.update_table('{"TableName": "read_only", "DeletionProtectionEnabled": true}');
ROLLBACK;
SELECT deleted('read_only');

-- A view of another role, which has taken the name, is not the table's, even to a superuser.
SELECT created('squatted');
DROP VIEW dynamo_views.squatted;
RESET ROLE;
CREATE ROLE regress_dynamo_squatter;
GRANT CREATE ON SCHEMA dynamo_views TO regress_dynamo_squatter;
SET ROLE regress_dynamo_squatter;
CREATE VIEW dynamo_views.squatted AS SELECT '{}'::jsonb AS item;
RESET ROLE;
SELECT dynamo.update_table('{"TableName": "squatted", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "ByTeam"}}]}');
SELECT deleted('squatted');
SELECT created('squatted');
SELECT * FROM dynamo_views.squatted;
DROP VIEW dynamo_views.squatted;
CREATE TABLE dynamo_views.squatted (a integer);
SELECT created('squatted');
DROP TABLE dynamo_views.squatted;
REVOKE CREATE ON SCHEMA dynamo_views FROM regress_dynamo_squatter;
DROP ROLE regress_dynamo_squatter;

-- A view that a superuser has made again belongs to the table's owner.
SET ROLE regress_dynamo_owner;
SELECT created('again');
DROP VIEW dynamo_views.again;
RESET ROLE;
SELECT dynamo.update_table('{"TableName": "again", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "ByTeam"}}]}') IS NOT NULL AS changed;
SELECT relowner::regrole FROM pg_class WHERE oid = 'dynamo_views.again'::regclass;
SET ROLE regress_dynamo_owner;
SELECT deleted('again');

RESET ROLE;
DROP FUNCTION created, deleted;
REVOKE ALL ON SCHEMA dynamo_tables, dynamo_views FROM regress_dynamo_owner;
DROP ROLE regress_dynamo_owner;
