-- Row-level security, triggers, constraints and columns of users' own apply to
-- the API's reads and writes as to any SQL.
\set VERBOSITY terse
CREATE ROLE regress_dynamo_ann;
CREATE ROLE regress_dynamo_ben;
GRANT USAGE ON SCHEMA dynamo TO regress_dynamo_ann, regress_dynamo_ben;
CREATE FUNCTION created(name text) RETURNS boolean LANGUAGE sql AS $$
  SELECT dynamo.create_table(jsonb_build_object('TableName', name) || '{"BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "Id", "AttributeType": "S"}, {"AttributeName": "Team", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "Id", "KeyType": "HASH"}],
    "GlobalSecondaryIndexes": [{"IndexName": "ByTeam", "KeySchema": [{"AttributeName": "Team", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL $$;
SELECT created('guarded');
GRANT SELECT, INSERT, UPDATE, DELETE ON dynamo_tables.guarded TO regress_dynamo_ann, regress_dynamo_ben;
CREATE FUNCTION ids(answer jsonb) RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(i->'Id'->>'S', ' ' ORDER BY i->'Id'->>'S') FROM jsonb_array_elements(answer->'Items') i $$;

-- policies by role
ALTER TABLE dynamo_tables.guarded ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON dynamo_tables.guarded USING (item->>'Owner' = current_user);
CREATE POLICY public ON dynamo_tables.guarded FOR SELECT USING (item ? 'Public');
SET ROLE regress_dynamo_ann;
SELECT dynamo.put_item('guarded', '{"Id": {"S": "a"}, "Owner": {"S": "regress_dynamo_ann"}, "Team": {"S": "t"}}');
SELECT dynamo.put_item('guarded', '{"Id": {"S": "b"}, "Owner": {"S": "regress_dynamo_ann"}, "Team": {"S": "t"}, "Public": {"BOOL": true}}');
SELECT dynamo.put_item('guarded', '{"Id": {"S": "c"}, "Owner": {"S": "somebody else"}}');
SELECT dynamo.update_item('guarded', '{"Id": {"S": "a"}}', 'SET #n = :n', expression_attribute_names => '{"#n": "N"}', expression_attribute_values => '{":n": {"N": "1"}}', return_values => 'ALL_NEW');
SELECT dynamo.update_item('guarded', '{"Id": {"S": "a"}}', 'SET #o = :o', expression_attribute_names => '{"#o": "Owner"}', expression_attribute_values => '{":o": {"S": "somebody else"}}');
SET ROLE regress_dynamo_ben;
SELECT dynamo.get_item('guarded', '{"Id": {"S": "a"}}') AS hidden, dynamo.get_item('guarded', '{"Id": {"S": "b"}}')->'Item'->'Id' AS shown;
SELECT ids(dynamo.scan('guarded')), ids(dynamo.query('guarded', 'Team = :t', index_name => 'ByTeam', expression_attribute_values => '{":t": {"S": "t"}}')) AS by_index;
SELECT i->'Id'->>'S' AS of_batch FROM jsonb_array_elements(dynamo.batch_get_item('{"RequestItems": {"guarded": {"Keys": [{"Id": {"S": "a"}}, {"Id": {"S": "b"}}]}}}')->'Responses'->'guarded') AS i;
-- what is hidden is not there to be deleted or to fail a condition, but cannot be replaced
SELECT dynamo.delete_item('guarded', '{"Id": {"S": "a"}}', return_values => 'ALL_OLD');
SELECT dynamo.delete_item('guarded', '{"Id": {"S": "a"}}', 'attribute_exists(Id)');
SELECT dynamo.put_item('guarded', '{"Id": {"S": "a"}, "Owner": {"S": "regress_dynamo_ben"}}');
-- shown, but not to be changed
SELECT dynamo.put_item('guarded', '{"Id": {"S": "b"}, "Owner": {"S": "regress_dynamo_ben"}}');
SELECT dynamo.delete_item('guarded', '{"Id": {"S": "b"}}');
SELECT dynamo.put_item('guarded', '{"Id": {"S": "d"}, "Owner": {"S": "regress_dynamo_ben"}}');
SELECT dynamo.delete_item('guarded', '{"Id": {"S": "d"}}', return_values => 'ALL_OLD');
SET row_security = off;
SELECT dynamo.get_item('guarded', '{"Id": {"S": "a"}}');
SELECT dynamo.scan('guarded');
SELECT dynamo.delete_item('guarded', '{"Id": {"S": "a"}}');
RESET row_security;
RESET ROLE;
-- superusers and the owner are not bound, but for FORCE
SELECT ids(dynamo.scan('guarded'));
ALTER TABLE dynamo_tables.guarded OWNER TO regress_dynamo_ben;
SET ROLE regress_dynamo_ben;
SELECT ids(dynamo.scan('guarded')) AS owner;
ALTER TABLE dynamo_tables.guarded FORCE ROW LEVEL SECURITY;
SELECT ids(dynamo.scan('guarded')) AS owner_by_force;
RESET ROLE;

-- a trigger sees every change, by which role, and may change or suppress it
SELECT created('watched');
CREATE TABLE seen (n serial, change text, role name, old jsonb, new jsonb);
CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO seen (change, role, old, new) VALUES (tg_op, current_user, CASE WHEN tg_op <> 'INSERT' THEN old.item END, CASE WHEN tg_op <> 'DELETE' THEN new.item END);
  IF tg_op = 'DELETE' THEN RETURN old; END IF;
  IF new.item ? 'Unwanted' THEN RETURN NULL; END IF;
  new.item := new.item || '{"Stamped": true}';
  RETURN new;
END $$;
CREATE TRIGGER watch BEFORE INSERT OR UPDATE OR DELETE ON dynamo_tables.watched FOR EACH ROW EXECUTE FUNCTION watch();
SELECT dynamo.put_item('watched', '{"Id": {"S": "a"}, "Team": {"S": "t"}}', 'attribute_not_exists(Id)');
SELECT dynamo.put_item('watched', '{"Id": {"S": "a"}, "Team": {"S": "t"}}', 'attribute_not_exists(Id)');
SELECT dynamo.update_item('watched', '{"Id": {"S": "a"}}', 'SET V = :v', expression_attribute_values => '{":v": {"N": "1"}}');
SELECT dynamo.put_item('watched', '{"Id": {"S": "b"}, "Unwanted": {"BOOL": true}}');
SELECT ids(dynamo.query('watched', 'Team = :t', index_name => 'ByTeam', expression_attribute_values => '{":t": {"S": "t"}}')), ids(dynamo.scan('watched'));
SELECT dynamo.delete_item('watched', '{"Id": {"S": "a"}}', return_values => 'ALL_OLD');
SELECT dynamo.delete_item('watched', '{"Id": {"S": "a"}}', return_values => 'ALL_OLD');
SELECT change, role, old, new FROM seen ORDER BY n;
DROP TRIGGER watch ON dynamo_tables.watched;

-- constraints, columns and indexes of users' own
ALTER TABLE dynamo_tables.watched ADD CONSTRAINT positive CHECK ((item->>'V')::numeric > 0);
SELECT dynamo.put_item('watched', '{"Id": {"S": "a"}, "V": {"N": "-1"}}');
SELECT dynamo.put_item('watched', '{"Id": {"S": "a"}, "V": {"N": "1"}}');
SELECT dynamo.update_item('watched', '{"Id": {"S": "a"}}', 'SET V = V - :v', expression_attribute_values => '{":v": {"N": "1"}}');
ALTER TABLE dynamo_tables.watched DROP CONSTRAINT positive;
ALTER TABLE dynamo_tables.watched ADD COLUMN note text;
UPDATE dynamo_tables.watched SET note = 'kept';
SELECT dynamo.update_item('watched', '{"Id": {"S": "a"}}', 'SET V = V - :v', expression_attribute_values => '{":v": {"N": "1"}}');
ALTER TABLE dynamo_tables.watched ADD COLUMN doubled numeric GENERATED ALWAYS AS ((item->>'V')::numeric * 2) STORED;
SELECT dynamo.update_item('watched', '{"Id": {"S": "a"}}', 'SET V = :v', expression_attribute_values => '{":v": {"N": "21"}}');
SELECT * FROM dynamo_tables.watched;
ALTER TABLE dynamo_tables.watched DROP COLUMN doubled;
DO $$ DECLARE leaf regclass; BEGIN
  FOR leaf IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'dynamo_tables.watched'::regclass LOOP
    EXECUTE format('CREATE UNIQUE INDEX ON %s ((item->>''Mail''), (true))', leaf);
    EXECUTE format('CREATE INDEX ON %s USING gin (item) WHERE item ? ''Mail''', leaf);
  END LOOP;
END $$;
SELECT dynamo.put_item('watched', jsonb_build_object('Id', jsonb_build_object('S', i::text), 'Mail', jsonb_build_object('S', 'm' || i))) FROM generate_series(1, 3) i;
SELECT dynamo.put_item('watched', '{"Id": {"S": "1"}, "Mail": {"S": "m1"}, "Team": {"S": "moved"}}');
SELECT dynamo.update_item('watched', '{"Id": {"S": "2"}}', 'REMOVE Mail');
DO $$ DECLARE leaf text; BEGIN
  SELECT tableoid::regclass::text INTO leaf FROM dynamo_tables.watched WHERE item->>'Id' = '1';
  -- Some id of the same leaf, with a taken address.
  PERFORM dynamo.put_item('watched', jsonb_build_object('Id', jsonb_build_object('S', id), 'Mail', '{"S": "m1"}'::jsonb))
    FROM (SELECT 'x' || i AS id FROM generate_series(1, 1000) i) c
    WHERE satisfies_hash_partition('dynamo_tables.watched'::regclass, (SELECT count(*)::int FROM pg_inherits WHERE inhparent = 'dynamo_tables.watched'::regclass),
      (SELECT substring(pg_get_expr(relpartbound, oid) FROM 'remainder (\d+)')::int FROM pg_class WHERE oid = leaf::regclass), dynamo.key_text(jsonb_build_object('Id', id), 'Id')) LIMIT 1;
EXCEPTION WHEN unique_violation THEN RAISE NOTICE 'the address is taken';
END $$;
SET enable_seqscan = off;
SELECT item->>'Id' AS id FROM dynamo_tables.watched WHERE item @> '{"Mail": "m1"}' AND item ? 'Mail';
SELECT item->>'Id' AS id FROM dynamo_tables.watched WHERE item->>'Mail' IN ('m1', 'm2', 'm3') ORDER BY 1;
RESET enable_seqscan;

-- a constraint of the owner's that has the name of the table's rules
SELECT true AS created FROM dynamo.create_table('{"TableName": "named", "AttributeDefinitions": [{"AttributeName": "Id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "Id", "KeyType": "HASH"}], "BillingMode": "PAY_PER_REQUEST"}');
ALTER TABLE dynamo_tables.named DROP CONSTRAINT item_rules;
ALTER TABLE dynamo_tables.named ADD CONSTRAINT item_rules CHECK (dynamo.check_item(item, 'HASH S Id') AND NOT item ? 'Forbidden');
SELECT dynamo.put_item('named', '{"Id": {"S": "f"}, "Forbidden": {"S": "x"}}');

-- a write where none may be
BEGIN READ ONLY;
SELECT dynamo.put_item('watched', '{"Id": {"S": "r"}}');
ROLLBACK;

DROP TABLE dynamo_tables.guarded, dynamo_tables.named, dynamo_tables.watched, seen CASCADE;
DROP FUNCTION created, ids, watch;
DROP OWNED BY regress_dynamo_ann, regress_dynamo_ben;
DROP ROLE regress_dynamo_ann, regress_dynamo_ben;
