-- dynamo.tables and dynamo.check_table: what is broken is told, and never keeps them from telling.
\set VERBOSITY terse
\pset null -
\pset format unaligned
CREATE ROLE regress_dynamo_checked;
CREATE ROLE regress_dynamo_other;
GRANT CREATE ON SCHEMA dynamo_tables, dynamo_views TO regress_dynamo_checked;
CREATE FUNCTION created(name text) RETURNS boolean LANGUAGE sql AS $$
  SELECT dynamo.create_table(jsonb_build_object('TableName', name) || '{"BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "Id", "AttributeType": "S"}, {"AttributeName": "Team", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "Id", "KeyType": "HASH"}],
    "GlobalSecondaryIndexes": [{"IndexName": "ByTeam", "KeySchema": [{"AttributeName": "Team", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL $$;
CREATE FUNCTION without_places(text) RETURNS text LANGUAGE sql AS $$ SELECT regexp_replace(regexp_replace($1, 'OID \d+', 'OID n', 'g'), '\(\d+,\d+\)', '(page,line)', 'g') $$;
-- What commands break, and then all of it is taken back.
CREATE FUNCTION findings(VARIADIC commands text[]) RETURNS TABLE (object text, finding text, hint text) LANGUAGE plpgsql AS $$
DECLARE
  command text;
  found jsonb;
  broken text[];
BEGIN
  BEGIN
    FOREACH command IN ARRAY commands LOOP
      EXECUTE command;
    END LOOP;
    found := (SELECT jsonb_agg(c) FROM dynamo.check_table('Checked') c);
    broken := (SELECT t.broken FROM dynamo.tables t WHERE name = 'Checked');
    RAISE EXCEPTION USING ERRCODE = 'RESOK';
  EXCEPTION WHEN SQLSTATE 'RESOK' THEN
  END;
  IF coalesce(cardinality(broken), 0) <> (SELECT count(*) FROM jsonb_to_recordset(found) AS f(object text, finding text)
      WHERE f.object NOT LIKE 'item %' AND f.finding NOT LIKE 'there may be%' AND f.finding NOT LIKE '%lacks matching%') THEN
    RAISE WARNING 'dynamo.tables says %', broken;
  END IF;
  RETURN QUERY SELECT without_places(f.object), without_places(f.finding), without_places(f.hint) FROM jsonb_to_recordset(found) AS f(object text, finding text, hint text);
END $$;

SET ROLE regress_dynamo_checked;
SET dynamo.partitions = 2;
SELECT created('Checked');
SELECT count(dynamo.put_item('Checked', jsonb_build_object('Id', jsonb_build_object('S', n::text), 'Team', jsonb_build_object('S', 'team')))) FROM generate_series(1, 50) n;

-- Nothing is wrong: no rows.
SELECT * FROM dynamo.check_table('Checked');
SELECT name, relation, leaves, status, size_bytes > 0 AS has_size, indexes, broken FROM dynamo.tables;
SET dynamo.max_cached_partitions = 1;
SELECT name, broken FROM dynamo.tables;
RESET dynamo.max_cached_partitions;
SELECT * FROM dynamo.check_table('Absent');

-- Everybody sees which tables there are, and what is broken; only the owner has one checked.
SET ROLE regress_dynamo_other;
SELECT name, relation, status, indexes, broken FROM dynamo.tables;
SELECT * FROM dynamo.check_table('Checked');
SELECT * FROM dynamo.check_table('Checked', false);
RESET ROLE;

-- Leaves.
SELECT * FROM findings('ALTER EVENT TRIGGER dynamo_keep_partitions DISABLE', 'ALTER TABLE dynamo_tables."Checked" DETACH PARTITION dynamo_tables."Checked/1"');
SELECT * FROM findings('ALTER EVENT TRIGGER dynamo_keep_partitions DISABLE', 'ALTER TABLE dynamo_tables."Checked" DETACH PARTITION dynamo_tables."Checked/1"', 'ALTER EVENT TRIGGER dynamo_forget_dropped_tables DISABLE', 'DROP TABLE dynamo_tables."Checked/1"');
SELECT * FROM findings('ALTER EVENT TRIGGER dynamo_keep_partitions DISABLE', 'ALTER TABLE dynamo_tables."Checked" DETACH PARTITION dynamo_tables."Checked/1"', 'DELETE FROM dynamo_tables."Checked/1"',
  'ALTER TABLE dynamo_tables."Checked" ATTACH PARTITION dynamo_tables."Checked/1" FOR VALUES WITH (MODULUS 4, REMAINDER 1)');
SELECT * FROM findings('ALTER EVENT TRIGGER dynamo_keep_partitions DISABLE', 'ALTER TABLE dynamo_tables."Checked" DETACH PARTITION dynamo_tables."Checked/1"',
  'CREATE TABLE dynamo_tables.stranger PARTITION OF dynamo_tables."Checked" FOR VALUES WITH (MODULUS 2, REMAINDER 1)');
SELECT * FROM findings('ALTER TABLE dynamo_tables."Checked/0" SET ACCESS METHOD heap');
SELECT * FROM findings('ALTER TABLE dynamo_tables."Checked/0" SET UNLOGGED');
SELECT * FROM findings('ALTER TABLE dynamo_tables."Checked/0" RENAME TO renamed');

-- Indexes.
SELECT * FROM findings('DROP INDEX dynamo_tables."Checked/0/key"');
SELECT * FROM findings('ALTER INDEX dynamo_tables."Checked/0/key" RENAME TO renamed');
SELECT * FROM findings('DROP INDEX dynamo_tables."Checked/0/key"', 'CREATE UNIQUE INDEX "Checked/0/key" ON dynamo_tables."Checked/0" (dynamo.key_text(item, ''Other''))');
SELECT * FROM findings('DROP INDEX dynamo_tables."Checked/1/1"');
SELECT * FROM findings('DROP INDEX dynamo_tables."Checked/1/1"', 'CREATE TABLE dynamo_tables."Checked/1/1" (a int)');
SELECT * FROM findings('DROP INDEX dynamo_tables."Checked/1/1"', 'CREATE INDEX "Checked/1/1" ON dynamo_tables."Checked/1" (item)');
SELECT * FROM findings('UPDATE pg_index SET indisvalid = false WHERE indexrelid = ''dynamo_tables."Checked/1/1"''::regclass');
SELECT * FROM findings('UPDATE pg_index SET indisvalid = false WHERE indexrelid = ''dynamo_tables."Checked/1/key"''::regclass');

-- The constraint.
SELECT * FROM findings('ALTER TABLE dynamo_tables."Checked" DROP CONSTRAINT item_rules');
SELECT * FROM findings('ALTER TABLE dynamo_tables."Checked" DROP CONSTRAINT item_rules, ADD CONSTRAINT item_rules CHECK (true)');
SELECT * FROM findings('ALTER TABLE dynamo_tables."Checked" DROP CONSTRAINT item_rules, ADD CONSTRAINT item_rules CHECK (dynamo.check_item(item, ''HASH S Other'')) NOT VALID');
SELECT * FROM findings('ALTER TABLE dynamo_tables."Checked" DROP CONSTRAINT item_rules, ADD CONSTRAINT item_rules CHECK (dynamo.check_item(item, VARIADIC ARRAY[''HASH S Id'', substr(''INDEX ByTeam HASH S Team'', 1)])) NOT VALID');
SELECT * FROM findings('ALTER TABLE dynamo_tables."Checked" DROP CONSTRAINT item_rules, ADD CONSTRAINT item_rules CHECK (dynamo.check_item(item, ''HASH S Id'', ''INDEX ByTeam HASH S Team'')) NOT VALID');
SELECT * FROM findings('ALTER TABLE dynamo_tables."Checked" ALTER item DROP NOT NULL');
SELECT * FROM findings('ALTER TABLE dynamo_tables."Checked" RENAME item TO thing');

-- The view.
SELECT * FROM findings('DROP VIEW dynamo_views."Checked"');
SELECT * FROM findings('DROP VIEW dynamo_views."Checked"', 'CREATE TABLE dynamo_views."Checked" (item jsonb)');
SELECT * FROM findings('DROP VIEW dynamo_views."Checked"', 'CREATE VIEW dynamo_views."Checked" AS SELECT 1', 'ALTER VIEW dynamo_views."Checked" OWNER TO regress_dynamo_checked');
SELECT * FROM findings('ALTER VIEW dynamo_views."Checked" OWNER TO regress_dynamo_other');

-- The row.
SELECT * FROM findings('ALTER EVENT TRIGGER dynamo_forget_dropped_tables DISABLE', 'DROP TABLE dynamo_tables."Checked" CASCADE');
SELECT * FROM findings('UPDATE dynamo.table_catalog SET relation = ''pg_class''::regclass');
SELECT * FROM findings('UPDATE dynamo.table_catalog SET leaves = ''{{pg_class}}''');
SELECT * FROM findings('UPDATE dynamo.table_catalog SET leaves = leaves[2:2] || leaves[1:1]');
SELECT * FROM findings('UPDATE dynamo.table_catalog SET leaves = array[''dynamo.scalable_targets''::regclass, ''dynamo_views."Checked"'']');
SELECT * FROM findings('UPDATE dynamo.table_catalog SET status = ''NONSENSE''');
SELECT * FROM findings('UPDATE dynamo.table_catalog SET definition = ''[]''');
SELECT * FROM findings('UPDATE dynamo.table_catalog SET definition = jsonb_set(definition, ''{indexes,0,number}'', ''9'')');
SELECT * FROM findings('INSERT INTO dynamo.table_catalog SELECT ''Twin'', gen_random_uuid(), relation, leaves, created, status, definition, settings FROM dynamo.table_catalog');

-- Items: each that is wrong, by its place.
SELECT * FROM findings('ALTER TABLE dynamo_tables."Checked" DROP CONSTRAINT item_rules',
  $$UPDATE dynamo_tables."Checked" SET item = item || '{"Bad": {"$b": "?"}}' WHERE item ->> 'Id' IN ('3', '4')$$,
  $$UPDATE dynamo_tables."Checked" SET item = item || '{"Team": 7}' WHERE item ->> 'Id' = '5'$$);
SELECT count(*), count(*) FILTER (WHERE finding = 'there may be more such items') AS ends FROM findings('ALTER TABLE dynamo_tables."Checked" DROP CONSTRAINT item_rules',
  $$INSERT INTO dynamo_tables."Checked" SELECT jsonb_build_object('Id', 'x' || n, 'Bad', '{"$ss": []}'::jsonb) FROM generate_series(1, 1000) n$$);
SELECT object, finding FROM findings('ALTER TABLE dynamo_tables."Checked" ALTER item DROP NOT NULL, DROP CONSTRAINT item_rules', 'INSERT INTO dynamo_tables."Checked/0" VALUES (NULL)');
RESET ROLE;

-- The contents of indexes, by amcheck, and not without its functions.
CREATE EXTENSION amcheck;
SELECT * FROM dynamo.check_table('Checked');
CREATE FUNCTION set_ready(ready boolean) RETURNS void LANGUAGE sql AS $$
  UPDATE pg_index SET indisready = ready, indisvalid = ready WHERE indexrelid = 'dynamo_tables."Checked/0/1"'::regclass $$;
SELECT object, finding FROM findings('SELECT set_ready(false)', $$INSERT INTO dynamo_tables."Checked" SELECT jsonb_build_object('Id', 'y' || n, 'Team', 'late') FROM generate_series(1, 20) n$$, 'SELECT set_ready(true)');
SET ROLE regress_dynamo_checked;
SELECT * FROM dynamo.check_table('Checked');
RESET ROLE;
DROP EXTENSION amcheck;

-- A check takes its locks back.
BEGIN;
SELECT * FROM dynamo.check_table('Checked');
SELECT count(broken) FROM dynamo.tables;
SELECT relation::regclass FROM pg_locks WHERE pid = pg_backend_pid() AND relation IN (SELECT oid FROM pg_class WHERE relnamespace = 'dynamo_tables'::regnamespace);
COMMIT;
SELECT dynamo.delete_table('{"TableName": "Checked"}') IS NOT NULL AS deleted;
DROP FUNCTION findings, without_places, created, set_ready;
REVOKE ALL ON SCHEMA dynamo_tables, dynamo_views FROM regress_dynamo_checked;
DROP ROLE regress_dynamo_checked, regress_dynamo_other;
