-- ExecuteTransaction: up to 100 statements, all or none.
\set SHOW_CONTEXT never
SELECT dynamo.create_table('{"TableName": "Music", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "Artist", "AttributeType": "S"}, {"AttributeName": "SongTitle", "AttributeType": "S"}, {"AttributeName": "Label", "AttributeType": "S"}],
  "KeySchema": [{"AttributeName": "Artist", "KeyType": "HASH"}, {"AttributeName": "SongTitle", "KeyType": "RANGE"}],
  "GlobalSecondaryIndexes": [{"IndexName": "ByLabel", "KeySchema": [{"AttributeName": "Label", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL AS created;
SELECT dynamo.create_table('{"TableName": "Counter", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "Id", "AttributeType": "N"}], "KeySchema": [{"AttributeName": "Id", "KeyType": "HASH"}]}') IS NOT NULL AS created;
CREATE FUNCTION tx(statements jsonb, more jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
  SELECT dynamo.execute_transaction(more || jsonb_build_object('TransactStatements', (SELECT jsonb_agg(CASE jsonb_typeof(s) WHEN 'string' THEN jsonb_build_object('Statement', s) ELSE s END ORDER BY n) FROM jsonb_array_elements(statements) WITH ORDINALITY AS l(s, n)))) $$;
CREATE FUNCTION items() RETURNS SETOF jsonb LANGUAGE sql AS $$ SELECT item FROM dynamo_tables."Music" UNION ALL SELECT item FROM dynamo_tables."Counter" ORDER BY 1 $$;
-- The answer, or the error and the reasons one a row.
CREATE FUNCTION try_tx(statements jsonb) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE members text;
BEGIN
  RETURN NEXT tx(statements);
EXCEPTION WHEN SQLSTATE 'DY005' THEN
  GET STACKED DIAGNOSTICS members = PG_EXCEPTION_DETAIL;
  RETURN NEXT SQLERRM;
  RETURN QUERY SELECT jsonb_array_elements(members::jsonb -> 'CancellationReasons')::text;
END $$;

SELECT tx('["INSERT INTO Music VALUE {''Artist'': ''No One You Know'', ''SongTitle'': ''Call Me Today''}", "INSERT INTO Music VALUE {''Artist'': ''Acme Band'', ''SongTitle'': ''PartiQL Rocks''}", "INSERT INTO Counter VALUE {''Id'': 1, ''Hits'': 0}"]');
-- the guide's example
SELECT tx('[{"Statement": "EXISTS(SELECT * FROM \"Music\" where Artist=''No One You Know'' and SongTitle=''Call Me Today'' and Awards is MISSING)"},
  {"Statement": "INSERT INTO Music value {''Artist'':?,''SongTitle'':?}", "Parameters": [{"S": "Acme Band"}, {"S": "Best Song"}]},
  {"Statement": "UPDATE \"Music\" SET AwardsWon=1 SET AwardDetail={''Grammys'':[2020, 2018]}  where Artist=''Acme Band'' and SongTitle=''PartiQL Rocks''"}]');
SELECT items();

-- all reasons in order; nothing is written
SELECT try_tx('["INSERT INTO Counter VALUE {''Id'': 2}", "INSERT INTO Counter VALUE {''Id'': 1}",
  "UPDATE Music SET AwardsWon = 2 WHERE Artist = ''Nobody'' AND SongTitle = ''None''",
  {"Statement": "UPDATE Music SET AwardsWon = 2 WHERE Artist = ''Acme Band'' AND SongTitle = ''PartiQL Rocks'' AND AwardsWon > 1", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"},
  "UPDATE Music SET AwardsWon = Artist + 1 WHERE Artist = ''Acme Band'' AND SongTitle = ''Best Song''",
  "EXISTS(SELECT * FROM Music WHERE Artist = ''No One You Know'' AND SongTitle = ''Call Me Today'' AND Awards = 1)",
  "EXISTS(SELECT * FROM Music WHERE Artist = ''Nobody'' AND SongTitle = ''Nothing'' AND attribute_exists(Artist))",
  "DELETE FROM Music WHERE Artist = ''Nobody'' AND SongTitle = ''Never'' AND AwardsWon = 1"]');
-- what does not name one item cancels before anything is judged, and before what two statements have in common
SELECT try_tx('["INSERT INTO Counter VALUE {''Id'': 1}", "DELETE FROM Counter WHERE Id = 3", "DELETE FROM Counter WHERE Id = 3", "DELETE FROM Counter WHERE Id = 4 AND Id = 5", "DELETE FROM Counter WHERE Id IN [4]",
  "INSERT INTO Music VALUE {''Artist'': ''x''}", "INSERT INTO Music VALUE {''Artist'': ''x'', ''SongTitle'': ''y'', ''Label'': 1}",
  "UPDATE Music SET Artist = ''x'' WHERE Artist = ''k'' AND SongTitle = ''k''", "DELETE FROM Music WHERE Artist = 1 AND SongTitle = ''k''"]');
SELECT try_tx('["INSERT INTO Counter VALUE {''Id'': 2}", "DELETE FROM Music WHERE Artist = ''Acme Band'' AND SongTitle = ''PartiQL Rocks'' AND AwardsWon = 2"]');
SELECT items();
-- a delete of what is not there passes, whatever it asks of it
SELECT try_tx('["INSERT INTO Counter VALUE {''Id'': 2}", "DELETE FROM Music WHERE Artist = ''Nobody'' AND SongTitle = ''Never'' AND AwardsWon = 1", "DELETE FROM Music WHERE Artist = ''Acme Band'' AND SongTitle = ''Best Song''", "EXISTS(SELECT * FROM Counter WHERE Id = 1 AND attribute_exists(Id))"]');
SELECT items();

-- reads, of one instant
SELECT tx('["SELECT * FROM Music WHERE Artist = ''Acme Band'' AND SongTitle = ''PartiQL Rocks''", "SELECT AwardsWon, AwardDetail.Grammys[1] FROM Music WHERE Artist = ''No One You Know'' AND SongTitle = ''Call Me Today''", "SELECT Hits FROM Counter WHERE Id = 1", "SELECT * FROM Counter WHERE Id IN [2] AND Id = 2", "SELECT * FROM Counter WHERE Id = 3"]');
SELECT try_tx('["SELECT * FROM Counter WHERE Id = ''x''", "SELECT * FROM Counter WHERE Id = 2"]');

-- errors of the request
SELECT tx('["SELECT * FROM Music WHERE Artist = ''Acme Band''"]');
SELECT tx('["SELECT * FROM Music.ByLabel WHERE Label = ''x''"]');
SELECT tx('["EXISTS(SELECT * FROM Music WHERE Artist = ''Acme Band'')"]');
SELECT tx('["UPDATE Music SET AwardsWon = 1 WHERE Artist = ''Acme Band''"]');
SELECT tx('["SELECT * FROM Counter WHERE Id = 1", "DELETE FROM Counter WHERE Id = 2"]');
SELECT tx('["EXISTS(SELECT * FROM Counter WHERE Id = 1)"]');
SELECT tx('["EXISTS(SELECT * FROM Counter WHERE Id = 1 AND attribute_exists(Id))", "SELECT * FROM Counter WHERE Id = 2"]');
SELECT tx('["DELETE FROM Counter WHERE Id = 2", "DELETE FROM Counter WHERE Id = 2"]');
SELECT tx('["SELECT * FROM Counter WHERE Id = 2", "SELECT * FROM Counter WHERE Id = 2.0"]');
SELECT tx('["DELETE FROM Counter WHERE Id = 2 RETURNING ALL OLD *"]');
SELECT tx('["DELETE FROM Nowhere WHERE Id = 2"]');
SELECT tx('["SELECT * FROM Counter WHERE Id = 1", "SELECT * FROM Counter WHERE Id = 2 AND Hits = 1"]');
SELECT tx('["DELETE FROM Nowhere WHERE Id = 2 RETURNING ALL OLD *", "DELETE FROM Counter WHERE Id = 2", "SELECT * FROM Nowhere"]');
SELECT tx('["DELETE FROM Nowhere WHERE Id = 2 RETURNING ALL OLD *", "DELETE FROM Counter WHERE Id = 2"]');
SELECT tx('["SELECT * FROM Nowhere.i", "SELECT * FROM Counter WHERE Id = 2"]');
SELECT tx('[{"Statement": "DELETE FROM Counter WHERE Id = ?", "Parameters": [{"N": "x"}]}]');
SELECT tx('["nonsense"]');
SELECT tx('["INSERT INTO Music VALUE {''Artist'': '''', ''SongTitle'': ''x''}", "DELETE FROM Counter WHERE Id = 2"]');
SELECT dynamo.execute_transaction('{}');
SELECT tx('[]');
DO $$
BEGIN
  PERFORM tx(jsonb_agg('SELECT * FROM Counter WHERE Id = ' || i)) FROM generate_series(1, 101) i;
EXCEPTION WHEN SQLSTATE 'DY001' THEN RAISE NOTICE '%', left(SQLERRM, 30) || ' ... ' || right(SQLERRM, 90);
END $$;
SELECT jsonb_array_length(tx(jsonb_agg('SELECT * FROM Counter WHERE Id = ' || i)) -> 'Responses') FROM generate_series(1, 100) i;

-- a token stands for its request for ten minutes
SELECT tx('["UPDATE Counter SET Hits = Hits + 1 WHERE Id = 1"]', '{"ClientRequestToken": "t1", "ReturnConsumedCapacity": "TOTAL"}');
SELECT tx('["UPDATE Counter SET Hits = Hits + 1 WHERE Id = 1"]', '{"ClientRequestToken": "t1", "ReturnConsumedCapacity": "TOTAL"}');
SELECT tx('["UPDATE Counter SET Hits = Hits + 2 WHERE Id = 1"]', '{"ClientRequestToken": "t1"}');
SELECT item FROM dynamo_tables."Counter" ORDER BY 1;

-- capacity: twice that of single statements, by table
SELECT jsonb_array_elements(tx('["SELECT * FROM Counter WHERE Id = 1", "SELECT * FROM Counter WHERE Id = 9", "SELECT * FROM Music WHERE Artist = ''x'' AND SongTitle = ''y''"]', '{"ReturnConsumedCapacity": "TOTAL"}') -> 'ConsumedCapacity');
SELECT jsonb_array_elements(tx('["INSERT INTO Music VALUE {''Artist'': ''z'', ''SongTitle'': ''z'', ''Label'': ''l''}", "UPDATE Counter SET Hits = 1 WHERE Id = 1", "EXISTS(SELECT * FROM Counter WHERE Id = 2 AND attribute_exists(Id))"]', '{"ReturnConsumedCapacity": "INDEXES"}') -> 'ConsumedCapacity');

-- privileges, as the single statements need them
CREATE ROLE partiql_tx_role;
GRANT USAGE ON SCHEMA dynamo_tables TO partiql_tx_role;
GRANT INSERT ON dynamo_tables."Counter" TO partiql_tx_role;
SET ROLE partiql_tx_role;
SELECT tx('["INSERT INTO Counter VALUE {''Id'': 30}"]');
SELECT tx('["INSERT INTO Counter VALUE {''Id'': 31}", "EXISTS(SELECT * FROM Counter WHERE Id = 1 AND attribute_exists(Id))"]');
SELECT tx('["UPDATE Counter SET Hits = 1 WHERE Id = 30"]');
RESET ROLE;
GRANT SELECT, UPDATE ON dynamo_tables."Counter" TO partiql_tx_role;
SET ROLE partiql_tx_role;
SELECT tx('["UPDATE Counter SET Hits = 1 WHERE Id = 30", "EXISTS(SELECT * FROM Counter WHERE Id = 1 AND attribute_exists(Id))"]');
SELECT tx('["DELETE FROM Counter WHERE Id = 30"]');
RESET ROLE;
DROP OWNED BY partiql_tx_role; DROP ROLE partiql_tx_role;
-- part of the caller's transaction
BEGIN;
SELECT tx('["INSERT INTO Counter VALUE {''Id'': 40}"]');
ROLLBACK;
SELECT item FROM dynamo_tables."Counter" ORDER BY 1;
DROP FUNCTION tx, items, try_tx;
SELECT dynamo.delete_table('{"TableName": "Music"}') IS NOT NULL AS deleted, dynamo.delete_table('{"TableName": "Counter"}') IS NOT NULL AS deleted;
