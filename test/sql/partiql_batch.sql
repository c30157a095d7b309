-- BatchExecuteStatement: up to 25 statements, each with its own answer or error.
\set SHOW_CONTEXT never
SELECT dynamo.create_table('{"TableName": "Music", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "Artist", "AttributeType": "S"}, {"AttributeName": "SongTitle", "AttributeType": "S"}, {"AttributeName": "Label", "AttributeType": "S"}],
  "KeySchema": [{"AttributeName": "Artist", "KeyType": "HASH"}, {"AttributeName": "SongTitle", "KeyType": "RANGE"}],
  "GlobalSecondaryIndexes": [{"IndexName": "ByLabel", "KeySchema": [{"AttributeName": "Label", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL AS created;
SELECT dynamo.create_table('{"TableName": "Counter", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "Id", "AttributeType": "N"}], "KeySchema": [{"AttributeName": "Id", "KeyType": "HASH"}]}') IS NOT NULL AS created;
-- Statements as texts, or as objects with further members; the responses one a row.
CREATE FUNCTION batch(statements jsonb, more jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
  SELECT dynamo.batch_execute_statement(more || jsonb_build_object('Statements', (SELECT jsonb_agg(CASE jsonb_typeof(s) WHEN 'string' THEN jsonb_build_object('Statement', s) ELSE s END ORDER BY n) FROM jsonb_array_elements(statements) WITH ORDINALITY AS l(s, n)))) $$;
CREATE FUNCTION responses(statements jsonb) RETURNS SETOF jsonb LANGUAGE sql AS $$ SELECT jsonb_array_elements(batch(statements) -> 'Responses') $$;

-- the guide's example
SELECT responses('[{"Statement": "INSERT INTO Music VALUE {''Artist'':?,''SongTitle'':?}", "Parameters": [{"S": "Acme Band"}, {"S": "Best Song"}]},
  {"Statement": "INSERT INTO Music VALUE {''Artist'': ''Acme Band'', ''SongTitle'': ''PartiQL Rocks''}"}]');
SELECT responses('[{"Statement": "INSERT INTO Music VALUE {''Artist'':?,''SongTitle'':?}", "Parameters": [{"S": "Acme Band"}, {"S": "Better Song"}]},
  {"Statement": "UPDATE Music SET AwardsWon=1, AwardDetail={''Grammys'':[2020, 2018]} WHERE Artist=''Acme Band'' AND SongTitle=''PartiQL Rocks''"}]');
SELECT * FROM dynamo.partiql('SELECT * FROM Music');

-- every kind of error of a write, and none undoes the others; a table's name stands beside what ran
SELECT responses('["INSERT INTO Music VALUE {''Artist'': ''Acme Band'', ''SongTitle'': ''Best Song''}",
  "UPDATE Music SET AwardsWon = AwardsWon + 1 WHERE Artist = ''Acme Band'' AND SongTitle = ''PartiQL Rocks'' RETURNING MODIFIED NEW *",
  "UPDATE Music SET AwardsWon = 1 WHERE Artist = ''Nobody'' AND SongTitle = ''None''",
  "UPDATE Music SET AwardsWon = 1 WHERE Artist = ''Acme Band''",
  "INSERT INTO Music VALUE {''Artist'': ''x''}",
  "INSERT INTO Nowhere VALUE {''Artist'': ''x''}",
  "INSERT INTO Music VALUES {''Artist'': ''x''}",
  {"Statement": "DELETE FROM Music WHERE Artist = ? AND SongTitle = ?", "Parameters": [{"S": "x"}]},
  "EXISTS(SELECT * FROM Music WHERE Artist = ''Acme Band'' AND SongTitle = ''Best Song'')",
  "DELETE FROM Music WHERE Artist = ''Acme Band'' AND SongTitle = ''Better Song'' RETURNING ALL OLD *",
  "DELETE FROM Music WHERE Artist = ''Nobody'' AND SongTitle = ''Better Song'' RETURNING ALL OLD *",
  "INSERT INTO Counter VALUE {''Id'': 1, ''Hits'': 0}"]');
SELECT responses('[{"Statement": "UPDATE Music SET AwardsWon = 1 WHERE Artist = ''Acme Band'' AND SongTitle = ''PartiQL Rocks'' AND AwardsWon = 9", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"},
  "UPDATE Music SET AwardsWon = Artist + 1 WHERE Artist = ''Acme Band'' AND SongTitle = ''Best Song''"]');
SELECT responses('["UPDATE Music SET Label = 1 WHERE Artist = ''Acme Band'' AND SongTitle = ''Best Song''"]');
SELECT responses('["UPDATE Music SET Artist = ''x'' WHERE Artist = ''Acme Band'' AND SongTitle = ''Best Song''"]');
SELECT item FROM dynamo_tables."Music" UNION ALL SELECT item FROM dynamo_tables."Counter" ORDER BY 1;

-- two statements on one item
SELECT responses('["UPDATE Counter SET Hits = Hits + 1 WHERE Id = 1", "INSERT INTO Counter VALUE {''Id'': 2}", "nonsense", "DELETE FROM Counter WHERE Id = 1 AND Hits = 7"]');
SELECT responses('["SELECT * FROM Counter WHERE Id = 1", "SELECT Hits FROM Counter WHERE Id = 1.0"]');
SELECT item FROM dynamo_tables."Counter" ORDER BY 1;

-- reads: whole keys only
SELECT responses('["SELECT * FROM Music WHERE Artist = ''Acme Band'' AND SongTitle = ''Best Song''",
  {"Statement": "SELECT AwardsWon, AwardDetail.Grammys[0] FROM Music WHERE Artist = ? AND SongTitle = ?", "Parameters": [{"S": "Acme Band"}, {"S": "PartiQL Rocks"}]},
  "SELECT * FROM Music WHERE Artist = ''Acme Band'' AND SongTitle = ''Some'' AND AwardsWon > 2",
  "SELECT * FROM Music WHERE Artist = ''Nobody'' AND SongTitle = ''PartiQL Rocks''",
  "SELECT * FROM Music WHERE Artist = ''Acme Band''",
  "SELECT * FROM Music",
  "SELECT * FROM Music WHERE Artist = ''Acme Band'' AND SongTitle IN [''No Rocks''] AND SongTitle = ''No Rocks''",
  "SELECT * FROM Music WHERE Artist = ''Acme Band'' AND SongTitle = 1",
  "SELECT * FROM Music.ByLabel WHERE Label = ''x''",
  "SELECT * FROM Nowhere WHERE Artist = ''Acme Band''",
  "SELECT FROM Music",
  "SELECT Artist FROM Music WHERE Artist = ''Acme Band'' AND SongTitle = ''Other'' ORDER BY SongTitle",
  "SELECT Artist FROM Music WHERE Artist = ''Acme Band'' AND SongTitle = ''Third'' ORDER BY AwardsWon",
  "SELECT Id FROM Counter WHERE Id = 1"]');

-- reads or writes, not both; what is no statement at all counts as neither
SELECT responses('["SELECT * FROM Counter WHERE Id = 1", "DELETE FROM Counter WHERE Id = 1"]');
SELECT responses('["", "DELETE FROM Counter WHERE Id = 1"]');
SELECT responses('["nonsense", "DELETE FROM Counter WHERE Id = 3"]');
SELECT responses('["nonsense"]');
SELECT dynamo.batch_execute_statement('{}');
SELECT batch('[]');
DO $$
BEGIN
  PERFORM batch(jsonb_agg('SELECT * FROM Counter WHERE Id = 1'::text)) FROM generate_series(1, 26);
EXCEPTION WHEN SQLSTATE 'DY001' THEN RAISE NOTICE '%', left(SQLERRM, 30) || ' ... ' || right(SQLERRM, 90);
END $$;
SELECT responses('[{"Statement": "SELECT * FROM Counter WHERE Id = ?", "Parameters": [{"N": "x"}]}, {"Statement": "SELECT * FROM Counter WHERE Id = ?", "Parameters": [{"N": "1"}]}]');

-- capacity: a line a statement, in their order
SELECT jsonb_array_elements(batch('[{"Statement": "SELECT * FROM Counter WHERE Id = 1", "ConsistentRead": true}, "SELECT * FROM Music WHERE Artist = ''x'' AND SongTitle = ''x''", "SELECT * FROM Music"]', '{"ReturnConsumedCapacity": "TOTAL"}') -> 'ConsumedCapacity');
SELECT jsonb_array_elements(batch('["INSERT INTO Music VALUE {''Artist'': ''z'', ''SongTitle'': ''z'', ''Label'': ''l''}", "UPDATE Counter SET Hits = 1 WHERE Id = 1 AND Hits = 99", "INSERT INTO Counter VALUE {''Id'': 20}", "DELETE FROM Counter WHERE Hits = 1"]', '{"ReturnConsumedCapacity": "INDEXES"}') -> 'ConsumedCapacity');

-- what a role may not do is its statement's error; so is a row that a policy refuses
CREATE ROLE partiql_batch_role;
GRANT USAGE ON SCHEMA dynamo_tables TO partiql_batch_role;
GRANT SELECT, INSERT ON dynamo_tables."Music" TO partiql_batch_role;
ALTER TABLE dynamo_tables."Music" ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON dynamo_tables."Music" USING (item ->> 'Artist' = 'mine');
SET ROLE partiql_batch_role;
SELECT responses('["INSERT INTO Music VALUE {''Artist'': ''mine'', ''SongTitle'': ''1''}", "INSERT INTO Music VALUE {''Artist'': ''yours'', ''SongTitle'': ''2''}", "INSERT INTO Music VALUE {''Artist'': ''mine'', ''SongTitle'': ''3''}", "DELETE FROM Music WHERE Artist = ''mine'' AND SongTitle = ''1''", "INSERT INTO Counter VALUE {''Id'': 5}"]');
SELECT responses('["SELECT * FROM Counter WHERE Id = 1", "SELECT * FROM Music WHERE Artist = ''mine'' AND SongTitle = ''3''", "SELECT * FROM Music WHERE Artist = ''z'' AND SongTitle = ''z''"]');
RESET ROLE;
SELECT item FROM dynamo_tables."Music" WHERE item ->> 'Artist' IN ('mine', 'yours') ORDER BY 1;
DROP OWNED BY partiql_batch_role; DROP ROLE partiql_batch_role;
-- an error that is PostgreSQL's own ends the whole batch
ALTER TABLE dynamo_tables."Counter" ADD CHECK (item ->> 'Id' <> '13');
SELECT responses('["INSERT INTO Counter VALUE {''Id'': 12}", "INSERT INTO Counter VALUE {''Id'': 13}"]');
SELECT count(*) FROM dynamo_tables."Counter" WHERE item ->> 'Id' IN ('12', '13');
DROP FUNCTION batch, responses;
SELECT dynamo.delete_table('{"TableName": "Music"}') IS NOT NULL AS deleted, dynamo.delete_table('{"TableName": "Counter"}') IS NOT NULL AS deleted;
