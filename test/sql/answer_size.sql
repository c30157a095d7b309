-- How much text an answer may have. 1E-130 is written with all its zeros: an item of 210 KB has 9.8 MB of text.
SELECT dynamo.create_table('{"TableName": "zeros", "BillingMode": "PAY_PER_REQUEST",
  "AttributeDefinitions": [{"AttributeName": "p", "AttributeType": "S"}, {"AttributeName": "s", "AttributeType": "N"}],
  "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}]}') IS NOT NULL AS created;
INSERT INTO dynamo_tables.zeros (item)
SELECT jsonb_build_object('p', 'p', 's', s, 'a', (SELECT jsonb_agg(1e-130::numeric) FROM generate_series(1, 70000)))
FROM generate_series(1, 8) s;
CREATE FUNCTION pg_temp.keys(count integer) RETURNS jsonb LANGUAGE sql AS
$$ SELECT jsonb_agg(jsonb_build_object('p', '{"S": "p"}'::jsonb, 's', jsonb_build_object('N', n::text)) ORDER BY n) FROM generate_series(1, count) n $$;
CREATE FUNCTION pg_temp.statements(count integer, statement text) RETURNS jsonb LANGUAGE sql AS
$$ SELECT jsonb_build_object('Statements', jsonb_agg(jsonb_build_object('Statement', format(statement, n)) ORDER BY n)) FROM generate_series(1, count) n $$;

-- the rest is handed back
SELECT jsonb_array_length(answer -> 'Responses' -> 'zeros') AS items, answer -> 'UnprocessedKeys' -> 'zeros' -> 'Keys' AS keys
FROM dynamo.batch_get_item(jsonb_build_object('RequestItems', jsonb_build_object('zeros', jsonb_build_object('Keys', pg_temp.keys(4))))) AS answer;
-- a page ends
SELECT answer -> 'Count' AS count, answer -> 'ScannedCount' AS scanned, answer -> 'LastEvaluatedKey' AS last
FROM (SELECT dynamo.scan('{"TableName": "zeros"}') UNION ALL
  SELECT dynamo.scan('{"TableName": "zeros", "Select": "COUNT"}') UNION ALL
  SELECT dynamo.query('{"TableName": "zeros", "KeyConditionExpression": "p = :p", "ExpressionAttributeValues": {":p": {"S": "p"}}, "ScanIndexForward": false}') UNION ALL
  SELECT dynamo.query('{"TableName": "zeros", "KeyConditionExpression": "p = :p", "ExpressionAttributeValues": {":p": {"S": "p"}}, "ProjectionExpression": "s"}') UNION ALL
  SELECT dynamo.execute_statement('{"Statement": "SELECT * FROM zeros WHERE p = ''p''"}')) AS answers (answer);
SELECT count(*) AS rows FROM dynamo.partiql('SELECT * FROM zeros');
-- a transaction is read as a whole or not at all
SELECT jsonb_array_length(answer -> 'Responses') AS items
FROM dynamo.transact_get_items(jsonb_build_object('TransactItems', (SELECT jsonb_agg(jsonb_build_object('Get', jsonb_build_object('TableName', 'zeros', 'Key', key)))
  FROM jsonb_array_elements(pg_temp.keys(6)) AS key))) AS answer;
SELECT dynamo.transact_get_items(jsonb_build_object('TransactItems', (SELECT jsonb_agg(jsonb_build_object('Get', jsonb_build_object('TableName', 'zeros', 'Key', key)))
  FROM jsonb_array_elements(pg_temp.keys(8)) AS key)));
-- a cancelled one gives no more items as its reasons
CREATE FUNCTION pg_temp.reasons() RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  members text;
BEGIN
  PERFORM dynamo.transact_write_items(jsonb_build_object('TransactItems', (SELECT jsonb_agg(jsonb_build_object('ConditionCheck', jsonb_build_object('TableName', 'zeros', 'Key', key,
    'ConditionExpression', 'attribute_not_exists(p)', 'ReturnValuesOnConditionCheckFailure', 'ALL_OLD'))) FROM jsonb_array_elements(pg_temp.keys(4)) AS key)));
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS members = PG_EXCEPTION_DETAIL;
  RETURN members;
END $$;
SELECT count(*) FILTER (WHERE reason ? 'Item') AS items, count(*) AS reasons FROM (
  SELECT jsonb_path_query(reasons, '$.CancellationReasons[*]') AS reason FROM (SELECT pg_temp.reasons() AS reasons) AS failed) AS each;
-- each statement of a batch has its item or an error
SELECT n, response ? 'Item' AS item, response -> 'Error' AS error
FROM jsonb_array_elements(dynamo.batch_execute_statement(pg_temp.statements(6, 'SELECT * FROM zeros WHERE p = ''p'' AND s = %s')) -> 'Responses')
  WITH ORDINALITY AS each (response, n) ORDER BY n;
-- what has been written must be answered, or is not written
SELECT dynamo.batch_execute_statement(pg_temp.statements(8, 'UPDATE zeros SET b = 1 WHERE p = ''p'' AND s = %s RETURNING ALL OLD *'));
SELECT count(*) FILTER (WHERE item ? 'b') AS written FROM dynamo_views.zeros;
-- what a statement selects again and again counts as often
SELECT dynamo.put_item('{"TableName": "zeros", "Item": {"p": {"S": "deep"}, "s": {"N": "1"}}}');
UPDATE dynamo_tables.zeros SET item = item || jsonb_build_object('a', (SELECT jsonb_build_object('b', jsonb_build_object('c', jsonb_build_object('d', jsonb_build_object('e', jsonb_build_object('f', jsonb_build_object('g', jsonb_agg(1e-130::numeric))))))) FROM generate_series(1, 100000)))
WHERE item ->> 'p' = 'deep';
SELECT dynamo.execute_statement('{"Statement": "SELECT a, a.b, a.b.c, a.b.c.d, a.b.c.d.e FROM zeros WHERE p = ''deep'' AND s = 1"}');
SELECT jsonb_array_length(answer -> 'Items') AS items FROM dynamo.execute_statement('{"Statement": "SELECT a, a.b FROM zeros WHERE p = ''deep'' AND s = 1"}') AS answer;

SELECT dynamo.delete_table('{"TableName": "zeros"}') IS NOT NULL AS deleted;
