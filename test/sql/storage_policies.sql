-- Row-level security: rows are found by their keys and judged by the role's
-- policies, without a scan of the table.
\set VERBOSITY terse
CREATE ROLE regress_dynamo_ann;
CREATE ROLE regress_dynamo_ben;
SELECT dynamo.create_table('{"TableName": "policed", "BillingMode": "PAY_PER_REQUEST",
  "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"}, {"AttributeName": "g", "AttributeType": "S"}],
  "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
  "GlobalSecondaryIndexes": [{"IndexName": "by_g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL AS created;
GRANT USAGE ON SCHEMA dynamo TO regress_dynamo_ann, regress_dynamo_ben;
GRANT SELECT, INSERT, UPDATE, DELETE ON dynamo_tables.policed TO regress_dynamo_ann, regress_dynamo_ben;
CREATE TABLE teams (member name, team text);
INSERT INTO teams VALUES ('regress_dynamo_ann', 'red'), ('regress_dynamo_ben', 'blue');
GRANT SELECT ON teams TO regress_dynamo_ann, regress_dynamo_ben;
INSERT INTO dynamo_tables.policed SELECT jsonb_build_object('pk', 'p' || i % 5, 'sk', i, 'g', 'g', 'team', CASE WHEN i % 50 = 0 THEN 'red' ELSE 'blue' END) FROM generate_series(1, 500) AS i;
VACUUM ANALYZE dynamo_tables.policed;
CREATE FUNCTION sks(answer jsonb) RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(i->'sk'->>'N', ' ' ORDER BY (i->'sk'->>'N')::int) FROM jsonb_array_elements(answer->'Items') AS i $$;
-- Rows that this transaction has read of the table without an index.
CREATE VIEW rows_scanned AS SELECT sum(seq_tup_read) FROM pg_stat_xact_all_tables WHERE schemaname = 'dynamo_tables';
GRANT SELECT ON rows_scanned TO PUBLIC;

ALTER TABLE dynamo_tables.policed ENABLE ROW LEVEL SECURITY;
CREATE POLICY team ON dynamo_tables.policed USING (item->>'team' IN (SELECT team FROM teams WHERE member = current_user));
SET ROLE regress_dynamo_ann;
BEGIN;
SELECT dynamo.get_item('policed', '{"pk": {"S": "p0"}, "sk": {"N": "50"}}') AS shown, dynamo.get_item('policed', '{"pk": {"S": "p1"}, "sk": {"N": "51"}}') AS hidden;
SELECT sks(dynamo.query('policed', 'pk = :p', expression_attribute_values => '{":p": {"S": "p0"}}')), sks(dynamo.query('policed', 'g = :g', index_name => 'by_g', expression_attribute_values => '{":g": {"S": "g"}}')) AS by_index, sks(dynamo.scan('policed')) AS scan;
SELECT i->'sk'->>'N' AS of_batch FROM jsonb_array_elements(dynamo.batch_get_item('{"RequestItems": {"policed": {"Keys": [{"pk": {"S": "p0"}, "sk": {"N": "50"}}, {"pk": {"S": "p1"}, "sk": {"N": "51"}}]}}}')->'Responses'->'policed') AS i;
SELECT dynamo.update_item('policed', '{"pk": {"S": "p0"}, "sk": {"N": "50"}}', 'SET n = :n', expression_attribute_values => '{":n": {"N": "1"}}', return_values => 'UPDATED_NEW');
SELECT dynamo.put_item('policed', '{"pk": {"S": "p0"}, "sk": {"N": "100"}, "team": {"S": "red"}}', return_values => 'ALL_OLD');
SELECT dynamo.delete_item('policed', '{"pk": {"S": "p0"}, "sk": {"N": "150"}}', return_values => 'ALL_OLD');
SELECT dynamo.delete_item('policed', '{"pk": {"S": "p1"}, "sk": {"N": "51"}}', return_values => 'ALL_OLD') AS hidden;
SELECT dynamo.put_item('policed', '{"pk": {"S": "p0"}, "sk": {"N": "1000"}, "team": {"S": "red"}}', 'attribute_not_exists(pk)');
SELECT * FROM rows_scanned;
COMMIT;
SELECT dynamo.put_item('policed', '{"pk": {"S": "p1"}, "sk": {"N": "51"}, "team": {"S": "red"}}') AS hidden;
SELECT dynamo.put_item('policed', '{"pk": {"S": "p0"}, "sk": {"N": "50"}, "team": {"S": "blue"}}') AS to_be_hidden;

-- what a policy is, who reads, and what it reads may change at any time
SET ROLE regress_dynamo_ben;
SELECT dynamo.get_item('policed', '{"pk": {"S": "p0"}, "sk": {"N": "50"}}') AS hidden, dynamo.get_item('policed', '{"pk": {"S": "p1"}, "sk": {"N": "51"}}')->'Item'->'sk' AS shown;
RESET ROLE;
INSERT INTO teams VALUES ('regress_dynamo_ben', 'red');
SET ROLE regress_dynamo_ben;
SELECT dynamo.get_item('policed', '{"pk": {"S": "p0"}, "sk": {"N": "50"}}')->'Item'->'sk' AS shown;
RESET ROLE;
ALTER POLICY team ON dynamo_tables.policed USING ((item->>'sk')::int > 400);
SET ROLE regress_dynamo_ben;
SELECT sks(dynamo.query('policed', 'pk = :p AND sk BETWEEN :a AND :b', expression_attribute_values => '{":p": {"S": "p0"}, ":a": {"N": "390"}, ":b": {"N": "410"}}'));
RESET ROLE;
CREATE POLICY narrow ON dynamo_tables.policed AS RESTRICTIVE USING (tableoid = 'dynamo_tables.policed'::regclass);
SET ROLE regress_dynamo_ben;
SELECT sks(dynamo.scan('policed')) AS of_no_leaf;
RESET ROLE;
DROP POLICY narrow ON dynamo_tables.policed;
-- by a function, which may read the table itself
CREATE FUNCTION shows(item jsonb) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
  RETURN dynamo.get_item('policed', jsonb_build_object('pk', jsonb_build_object('S', item->'pk'), 'sk', jsonb_build_object('N', item->>'sk')))->'Item'->'sk'->>'N' IN ('100', '51');
END $$;
ALTER POLICY team ON dynamo_tables.policed USING (shows(item));
SET ROLE regress_dynamo_ben;
SELECT sks(dynamo.scan('policed')), dynamo.get_item('policed', '{"pk": {"S": "p1"}, "sk": {"N": "51"}}')->'Item'->'sk' AS shown;
RESET ROLE;
ALTER POLICY team ON dynamo_tables.policed USING (1 / ((item->>'sk')::int - 51) = 0);
SET ROLE regress_dynamo_ben;
SELECT dynamo.get_item('policed', '{"pk": {"S": "p1"}, "sk": {"N": "51"}}');
SELECT dynamo.get_item('policed', '{"pk": {"S": "p1"}, "sk": {"N": "56"}}')->'Item'->'sk' AS shown;
RESET ROLE;
-- columns of users' own
ALTER TABLE dynamo_tables.policed ADD gone integer;
ALTER TABLE dynamo_tables.policed DROP gone, ADD mark integer;
UPDATE dynamo_tables.policed SET mark = 1 WHERE item->>'sk' = '56';
ALTER POLICY team ON dynamo_tables.policed USING (mark = 1 AND policed IS NOT NULL);
SET ROLE regress_dynamo_ben;
SELECT sks(dynamo.scan('policed'));
RESET ROLE;

DROP VIEW rows_scanned;
DROP FUNCTION sks, shows CASCADE;
SELECT dynamo.delete_table('{"TableName": "policed"}') IS NOT NULL AS deleted;
DROP TABLE teams;
REVOKE USAGE ON SCHEMA dynamo FROM regress_dynamo_ann, regress_dynamo_ben;
DROP ROLE regress_dynamo_ann, regress_dynamo_ben;
