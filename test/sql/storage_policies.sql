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


-- Rows that are passed over count towards a page's 1 MB. The key of a hidden one, at which a page
-- ends, is sealed, for this query alone.
CREATE FUNCTION pages(kind text, request jsonb, OUT ids text, OUT pages int, OUT sealed int) LANGUAGE plpgsql AS $$
DECLARE answer jsonb;
BEGIN
  pages := 0; sealed := 0;
  LOOP
    EXECUTE format('SELECT %s($1)', kind) INTO answer USING request;
    pages := pages + 1;
    ids := concat_ws(' ', ids, (SELECT string_agg(coalesce(i->'sk'->>'N', i->>'sk'), ' ' ORDER BY n) FROM jsonb_array_elements(answer->'Items') WITH ORDINALITY AS e (i, n)));
    EXIT WHEN NOT answer ?| '{LastEvaluatedKey,NextToken}';
    IF (answer->'LastEvaluatedKey' ? 'dynamo:position') IS NOT FALSE THEN sealed := sealed + 1; END IF;
    request := request || CASE WHEN answer ? 'NextToken' THEN jsonb_build_object('NextToken', answer->'NextToken') ELSE jsonb_build_object('ExclusiveStartKey', answer->'LastEvaluatedKey') END;
  END LOOP;
END $$;
DELETE FROM dynamo_tables.policed;
ALTER POLICY team ON dynamo_tables.policed USING ((item->>'sk')::int % 50 = 7);
INSERT INTO dynamo_tables.policed (item) SELECT jsonb_build_object('pk', 'p' || p, 'sk', i * 10 + p, 'g', 'g', 'filler', repeat('x', 50000)) FROM generate_series(0, 9) AS i, generate_series(5, 8) AS p;
INSERT INTO dynamo_tables.policed (item) SELECT jsonb_build_object('pk', 'p9', 'sk', i, 'filler', repeat('x', 50000)) FROM generate_series(1, 99) AS i;
SET ROLE regress_dynamo_ben;
SELECT * FROM pages('dynamo.query', '{"TableName": "policed", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "p9"}}}');
SELECT * FROM pages('dynamo.query', '{"TableName": "policed", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "p9"}}, "ScanIndexForward": false}');
SELECT * FROM pages('dynamo.query', '{"TableName": "policed", "KeyConditionExpression": "pk = :p AND sk < :s", "ExpressionAttributeValues": {":p": {"S": "p9"}, ":s": {"N": "8"}}}');
SELECT * FROM pages('dynamo.query', '{"TableName": "policed", "IndexName": "by_g", "KeyConditionExpression": "g = :g", "ExpressionAttributeValues": {":g": {"S": "g"}}, "Select": "COUNT"}');
SELECT string_agg(ids, ' ' ORDER BY ids), sum(pages) > 7 AS many_pages, sum(sealed) > 0 AS sealed FROM generate_series(0, 4) AS s, pages('dynamo.scan', jsonb_build_object('TableName', 'policed', 'Segment', s, 'TotalSegments', 5));
SELECT string_agg(ids, ' ' ORDER BY ids), sum(pages) AS pages FROM generate_series(0, 2) AS s, pages('dynamo.scan', jsonb_build_object('TableName', 'policed', 'IndexName', 'by_g', 'Segment', s, 'TotalSegments', 3));
SELECT ids FROM pages('dynamo.execute_statement', $${"Statement": "SELECT sk FROM policed WHERE pk IN ['p5', 'p7', 'p8'] ORDER BY sk"}$$);
SELECT ids, pages > 2 AS many_pages FROM pages('dynamo.execute_statement', $${"Statement": "SELECT sk FROM policed WHERE pk = 'p9'"}$$);
SELECT count(*) FROM dynamo.partiql($$SELECT * FROM policed$$);
SELECT dynamo.query('{"TableName": "policed", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "p9"}}}')->'LastEvaluatedKey' AS sealed \gset
SELECT dynamo.query(jsonb_build_object('TableName', 'policed', 'KeyConditionExpression', 'pk = :p', 'ExpressionAttributeValues', '{":p": {"S": "p9"}}'::jsonb, 'ExclusiveStartKey', :'sealed'::jsonb))->'Count' AS same_query;
SELECT dynamo.query(jsonb_build_object('TableName', 'policed', 'KeyConditionExpression', 'pk = :p AND sk < :s', 'ExpressionAttributeValues', '{":p": {"S": "p9"}, ":s": {"N": "50"}}'::jsonb, 'ExclusiveStartKey', :'sealed'::jsonb)) AS other_query;
SELECT dynamo.scan(jsonb_build_object('TableName', 'policed', 'ExclusiveStartKey', :'sealed'::jsonb)) AS scan;
SET ROLE regress_dynamo_ann;
SELECT dynamo.query(jsonb_build_object('TableName', 'policed', 'KeyConditionExpression', 'pk = :p', 'ExpressionAttributeValues', '{":p": {"S": "p9"}}'::jsonb, 'ExclusiveStartKey', :'sealed'::jsonb)) AS other_role;
SET ROLE regress_dynamo_ben;
SELECT dynamo.scan('{"TableName": "policed", "ExclusiveStartKey": {"dynamo:position": {"B": "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYQ=="}}}') AS made_up;
SELECT * FROM dynamo.position_secret;
RESET ROLE;
SELECT count(*), bool_and(length(secret) >= 32) AS long FROM dynamo.position_secret;

DROP VIEW rows_scanned;
DROP FUNCTION sks, shows, pages CASCADE;
SELECT dynamo.delete_table('{"TableName": "policed"}') IS NOT NULL AS deleted;
DROP TABLE teams;
REVOKE USAGE ON SCHEMA dynamo FROM regress_dynamo_ann, regress_dynamo_ben;
DROP ROLE regress_dynamo_ann, regress_dynamo_ben;
