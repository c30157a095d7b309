-- Whatever is legal in PostgreSQL may stand where dynamo reads what it has made itself.
\set VERBOSITY terse
CREATE ROLE regress_dynamo_hostile;
GRANT CREATE ON SCHEMA dynamo_tables, dynamo_views TO regress_dynamo_hostile;
CREATE FUNCTION created(name text) RETURNS boolean LANGUAGE sql AS $$
  SELECT dynamo.create_table(jsonb_build_object('TableName', name) || '{"BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "Id", "AttributeType": "S"}, {"AttributeName": "Team", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "Id", "KeyType": "HASH"}],
    "GlobalSecondaryIndexes": [{"IndexName": "ByTeam", "KeySchema": [{"AttributeName": "Team", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL $$;
CREATE FUNCTION deleted(name text) RETURNS boolean LANGUAGE sql AS $$
  SELECT dynamo.delete_table(jsonb_build_object('TableName', name)) IS NOT NULL $$;
CREATE FUNCTION index_dropped(query text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  PERFORM created('viewed');
  EXECUTE 'DROP VIEW dynamo_views.viewed';
  EXECUTE 'CREATE VIEW dynamo_views.viewed AS ' || query;
  PERFORM dynamo.update_table('{"TableName": "viewed", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "ByTeam"}}]}');
  RAISE EXCEPTION USING ERRCODE = 'RESOK', MESSAGE = (SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'dynamo_views.viewed'::regclass);
EXCEPTION WHEN OTHERS THEN
  RETURN SQLERRM;
END $$;
CREATE FUNCTION replaced_view(command text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  PERFORM created('viewed');
  EXECUTE 'DROP VIEW dynamo_views.viewed';
  EXECUTE command;
  PERFORM dynamo.update_table('{"TableName": "viewed", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "ByTeam"}}]}');
  RETURN 'updated';
EXCEPTION WHEN OTHERS THEN
  RETURN SQLERRM;
END $$;
CREATE FUNCTION set(name text, value text) RETURNS jsonb LANGUAGE sql AS $$
  SELECT dynamo.update_item('indexed', '{"Id": {"S": "a"}}', 'SET #n = :v', expression_attribute_names => jsonb_build_object('#n', name),
    expression_attribute_values => jsonb_build_object(':v', value::jsonb), return_values => 'UPDATED_NEW') -> 'Attributes' $$;
CREATE DOMAIN refusing AS integer NOT NULL;
CREATE DOMAIN replacing AS integer DEFAULT 7;
SET ROLE regress_dynamo_hostile;
SET dynamo.partitions = 1;

-- A view's query may be any: columns without a name (junk), of other tables, of sets, of subqueries.
SELECT index_dropped('SELECT item, dynamo.key_text(item, ''Id'') COLLATE "C" AS "Id", dynamo.key_text(item, ''Team'') COLLATE "C" AS "Team"
  FROM dynamo_tables.viewed ORDER BY dynamo.key_text(item, ''other'')');
SELECT index_dropped('SELECT DISTINCT ON (dynamo.key_number(item, ''n'')) item FROM dynamo_tables.viewed');
SELECT index_dropped('SELECT item FROM dynamo_tables.viewed GROUP BY item, dynamo.key_binary(item, ''b'')');
SELECT index_dropped('SELECT item, dynamo.key_text(item, ''Id'') COLLATE "C" AS "Id" FROM dynamo_tables.viewed UNION SELECT ''{}'', ''a''');
SELECT index_dropped('WITH w AS (SELECT item FROM dynamo_tables.viewed) SELECT item, dynamo.key_text(item, ''w'') AS "Id" FROM w');
SELECT index_dropped('SELECT item, (SELECT dynamo.key_text(v.item, ''Id'')) FROM dynamo_tables.viewed v');
SELECT index_dropped('SELECT v AS item, dynamo.key_text(to_jsonb(v), ''Id'') AS "Id" FROM dynamo_tables.viewed v');
SELECT index_dropped('SELECT item, dynamo.key_text(name => ''a'', item => item) AS "Id" FROM dynamo_tables.viewed');
SELECT index_dropped('VALUES (1, 2)');
SELECT index_dropped('SELECT FROM dynamo_tables.viewed');

-- What has the view's name may be no view.
SELECT replaced_view('CREATE MATERIALIZED VIEW dynamo_views.viewed AS SELECT item FROM dynamo_tables.viewed');
SELECT replaced_view('CREATE TABLE dynamo_views.viewed (item jsonb)');
SELECT replaced_view('CREATE SEQUENCE dynamo_views.viewed');
SELECT replaced_view('CREATE TYPE dynamo_views.viewed AS (item jsonb)');
SELECT replaced_view('CREATE TABLE dynamo_views.other (a integer); CREATE INDEX viewed ON dynamo_views.other (a)');
SELECT replaced_view('');
SELECT deleted('viewed');

-- Indexes of every kind, written and judged for HOT.
SELECT created('indexed');
CREATE INDEX indexed_hash ON dynamo_tables."indexed/0" USING hash (dynamo.key_text(item, 'h'));
CREATE INDEX indexed_gin ON dynamo_tables."indexed/0" USING gin ((item -> 'g'));
CREATE INDEX indexed_brin ON dynamo_tables."indexed/0" USING brin (dynamo.key_number(item, 'n'));
CREATE INDEX indexed_include ON dynamo_tables."indexed/0" (dynamo.key_text(item, 'i')) INCLUDE (item);
CREATE INDEX indexed_row ON dynamo_tables."indexed/0" (("indexed/0" IS NOT NULL)) WHERE "indexed/0" IS NOT NULL;
CREATE INDEX indexed_absent ON dynamo_tables."indexed/0" (dynamo.key_text(item, 'p')) WHERE dynamo.key_text(item, 'q') IS NULL AND dynamo.key_text(item, 'r') IS NOT NULL;
CREATE INDEX indexed_named ON dynamo_tables."indexed/0" (dynamo.key_text(name => 'm', item => item));
CREATE INDEX indexed_mixed ON dynamo_tables."indexed/0" ((item ->> 'x'), dynamo.key_text(item, 'y'), dynamo.key_suffix(item, 'Id', NULL));
CREATE INDEX indexed_computed ON dynamo_tables."indexed/0" (dynamo.key_text(item, 'a' || length(item ->> 'Id')), dynamo.key_text(item || '{}', 'b'));
CREATE INDEX indexed_escape ON dynamo_tables."indexed/0" (dynamo.key_text(item, '$u:'), dynamo.key_text(item, ''));
ALTER TABLE dynamo_tables."indexed/0" ADD CONSTRAINT indexed_exclude EXCLUDE USING hash ((item ->> 'e') WITH =);
SELECT dynamo.put_item('indexed', '{"Id": {"S": "a"}}');
SELECT set(name, value) FROM (VALUES ('h', '{"S": "v"}'), ('g', '{"L": []}'), ('n', '{"N": "1"}'), ('i', '{"S": "v"}'), ('p', '{"S": "v"}'), ('r', '{"S": "v"}'),
  ('m', '{"S": "v"}'), ('x', '{"S": "v"}'), ('y', '{"S": "v"}'), ('a1', '{"S": "v"}'), ('b', '{"S": "v"}'), ('e', '{"S": "v"}'), ('q', '{"S": "v"}')) AS v (name, value);
SELECT dynamo.put_item('indexed', '{"Id": {"S": "b"}, "e": {"S": "v"}}');
SELECT dynamo.put_item('indexed', '{"Id": {"S": "b"}, "e": {"S": "w"}}');
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SELECT count(*) FROM dynamo_tables."indexed/0" WHERE dynamo.key_text(item, 'h') = 'v';
SELECT count(*) FROM dynamo_tables."indexed/0" WHERE dynamo.key_text(item, 'i') = 'v';
SELECT count(*) FROM dynamo_tables."indexed/0" WHERE dynamo.key_text(item, 'm') = 'v';
SELECT count(*) FROM dynamo_tables."indexed/0" WHERE item ->> 'x' = 'v' AND dynamo.key_text(item, 'y') = 'v';
SELECT count(*) FROM dynamo_tables."indexed/0" WHERE dynamo.key_text(item, 'a' || length(item ->> 'Id')) = 'v' AND dynamo.key_text(item || '{}', 'b') = 'v';
SELECT count(*) FROM dynamo_tables."indexed/0" WHERE dynamo.key_text(item, 'p') = 'v' AND dynamo.key_text(item, 'q') IS NULL AND dynamo.key_text(item, 'r') IS NOT NULL;
RESET enable_seqscan;
RESET enable_bitmapscan;
SELECT dynamo.delete_item('indexed', '{"Id": {"S": "a"}}', return_values => 'ALL_OLD') #> '{Attributes,Id}' AS deleted;
SELECT deleted('indexed');

-- Columns of users: dropped, generated, identities, of domains that refuse or replace null.
SELECT created('columns');
ALTER TABLE dynamo_tables.columns ADD gone text DEFAULT 'x', ADD plain text, ADD made text GENERATED ALWAYS AS (item ->> 'Id') STORED;
ALTER TABLE dynamo_tables.columns DROP gone;
SELECT dynamo.put_item('columns', '{"Id": {"S": "a"}}');
ALTER TABLE dynamo_tables.columns DROP made, ADD filled replacing;
SELECT dynamo.put_item('columns', '{"Id": {"S": "b"}}');
SELECT dynamo.update_item('columns', '{"Id": {"S": "a"}}', 'SET x = :x', expression_attribute_values => '{":x": {"N": "1"}}');
SELECT * FROM dynamo_tables.columns ORDER BY item ->> 'Id';
DELETE FROM dynamo_tables.columns;
ALTER TABLE dynamo_tables.columns DROP filled, ADD needed refusing;
SELECT dynamo.put_item('columns', '{"Id": {"S": "c"}}');
ALTER TABLE dynamo_tables.columns DROP needed;
SELECT dynamo.put_item('columns', '{"Id": {"S": "c"}}');
SELECT * FROM dynamo_tables.columns;
SELECT deleted('columns');

-- A leaf of heap itself, clustered, with a constraint that is not valid, and a table it is a foreign key of.
SELECT created('heap');
SELECT dynamo.put_item('heap', '{"Id": {"S": "a"}, "Team": {"S": "t"}}');
ALTER TABLE dynamo_tables."heap/0" ADD CONSTRAINT later CHECK (item ->> 'Id' <> 'a') NOT VALID;
ALTER TABLE dynamo_tables."heap/0" SET ACCESS METHOD heap;
SELECT dynamo.update_item('heap', '{"Id": {"S": "a"}}', 'SET x = :x', expression_attribute_values => '{":x": {"N": "1"}}');
ALTER TABLE dynamo_tables."heap/0" DROP CONSTRAINT later;
SELECT dynamo.update_item('heap', '{"Id": {"S": "a"}}', 'SET Team = :x', expression_attribute_values => '{":x": {"S": "u"}}');
CLUSTER dynamo_tables."heap/0" USING "heap/0/key";
SELECT dynamo.query('heap', 'Team = :t', index_name => 'ByTeam', expression_attribute_values => '{":t": {"S": "u"}}') -> 'Count' AS count;
SELECT dynamo.get_item('heap', '{"Id": {"S": "a"}}');
SELECT deleted('heap');

-- Items that keep no rule.
SELECT created('loose');
ALTER TABLE dynamo_tables.loose DROP CONSTRAINT item_rules;
ALTER TABLE dynamo_tables.loose ALTER item DROP NOT NULL;
INSERT INTO dynamo_tables.loose VALUES ('1'), ('"text"'), ('[]'), ('[{"Id": "a"}]'), ('null'), ('{}'), ('{"Id": {"$b": 1}}'), ('{"Id": 1}'), (NULL),
  ('{"Id": "t", "$u:\\": 1}'), ('{"Id": "u", "v": {"$ss": [1, {"$bs": []}]}}'), ('{"Id": "v", "v": {"$m": 1}}'), ('{"Id": "w", "v": {"$s": "\\"}}'), ('{"Id": "x", "v": {"$z": "\\"}}');
SELECT dynamo.describe_table('{"TableName": "loose"}') #> '{Table,TableName}' AS described;
SELECT dynamo.scan('loose');
SELECT dynamo.scan('loose', "select" => 'COUNT');
SELECT dynamo.scan('loose', index_name => 'ByTeam') -> 'Count' AS count;
SELECT dynamo.get_item('loose', '{"Id": {"S": "t"}}');
SELECT dynamo.get_item('loose', '{"Id": {"S": "u"}}');
SELECT dynamo.get_item('loose', '{"Id": {"S": "v"}}');
SELECT dynamo.get_item('loose', '{"Id": {"S": "w"}}');
SELECT dynamo.get_item('loose', '{"Id": {"S": "x"}}');
SELECT dynamo.update_item('loose', '{"Id": {"S": "u"}}', 'SET x = v', return_values => 'ALL_NEW');
SELECT dynamo.put_item('loose', '{"Id": {"S": "u"}}', return_values => 'ALL_OLD');
UPDATE dynamo_tables.loose SET item = '{"Id": "y", "v": {"$bs": 1}}' WHERE item IS NULL OR item ->> 'Id' IS NULL;
SELECT dynamo.delete_item('loose', '{"Id": {"S": "w"}}');
SELECT deleted('loose');

RESET ROLE;
DROP FUNCTION created, deleted, index_dropped, replaced_view, set;
DROP DOMAIN refusing, replacing;
REVOKE ALL ON SCHEMA dynamo_tables, dynamo_views FROM regress_dynamo_hostile;
DROP ROLE regress_dynamo_hostile;
