-- Extended statistics on key attributes: the planner knows how many items have a value.
\set VERBOSITY terse
SET dynamo.partitions = 2;
CREATE FUNCTION created(name text, indexes text) RETURNS boolean LANGUAGE sql AS $$
  SELECT dynamo.create_table(jsonb_build_object('TableName', name) || '{"BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "Artist", "AttributeType": "S"}, {"AttributeName": "Song", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "Artist", "KeyType": "HASH"}, {"AttributeName": "Song", "KeyType": "RANGE"}]}'::jsonb || indexes::jsonb) IS NOT NULL $$;
CREATE FUNCTION updated(name text, change text) RETURNS boolean LANGUAGE sql AS $$
  SELECT dynamo.update_table(jsonb_build_object('TableName', name, 'GlobalSecondaryIndexUpdates', jsonb_build_array(change::jsonb)) ||
    '{"AttributeDefinitions": [{"AttributeName": "Genre", "AttributeType": "S"}]}') IS NOT NULL $$;
CREATE PROCEDURE await_index(table_name text) LANGUAGE plpgsql AS $$
BEGIN
  WHILE NOT jsonb_path_exists(dynamo.describe_table(jsonb_build_object('TableName', table_name)),
      '$.Table.GlobalSecondaryIndexes[*] ? (@.IndexStatus == "ACTIVE")') LOOP
    COMMIT;
    PERFORM pg_sleep(0.02);
  END LOOP;
END $$;
CREATE VIEW objects AS
  SELECT stxrelid::regclass AS relation, s.stxnamespace::regnamespace AS schema, stxname AS name, stxkind AS kinds, e.expressions
  FROM pg_statistic_ext s
    CROSS JOIN LATERAL (SELECT string_agg(x, ', ') AS expressions FROM unnest(pg_get_statisticsobjdef_expressions(s.oid)) AS x) AS e
  ORDER BY stxname COLLATE "C";
SELECT created('Music', '{
  "AttributeDefinitions": [{"AttributeName": "Artist", "AttributeType": "S"}, {"AttributeName": "Song", "AttributeType": "S"},
    {"AttributeName": "Genre", "AttributeType": "S"}, {"AttributeName": "Year", "AttributeType": "N"}],
  "GlobalSecondaryIndexes": [
    {"IndexName": "ByGenre", "KeySchema": [{"AttributeName": "Genre", "KeyType": "HASH"}, {"AttributeName": "Year", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "ALL"}},
    {"IndexName": "Inverted", "KeySchema": [{"AttributeName": "Song", "KeyType": "HASH"}, {"AttributeName": "Artist", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "ALL"}}],
  "LocalSecondaryIndexes": [
    {"IndexName": "ByYear", "KeySchema": [{"AttributeName": "Artist", "KeyType": "HASH"}, {"AttributeName": "Year", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "ALL"}}]}');
SELECT * FROM objects;

-- 20 of 10000 items are of one genre; an artist has 10 songs
INSERT INTO dynamo_tables."Music"
SELECT jsonb_build_object('Artist', 'a' || i % 1000, 'Song', 's' || i, 'Genre', CASE WHEN i <= 20 THEN 'rare' ELSE 'common' END,
  'Year', CASE WHEN i <= 20 THEN 1950 ELSE 2000 + i % 20 END)
FROM generate_series(1, 10000) AS i;
ANALYZE dynamo_tables."Music";
CREATE FUNCTION estimate(query text) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE plan jsonb; BEGIN
  EXECUTE 'EXPLAIN (FORMAT JSON) ' || query INTO plan;
  RETURN plan #>> '{0,Plan,Plan Rows}';
END $$;
-- The estimate, where it is off by more than a half.
CREATE FUNCTION surprise(query text) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE actual numeric; estimated numeric := estimate(query); BEGIN
  EXECUTE format('SELECT count(*) FROM (%s) AS q', query) INTO actual;
  RETURN CASE WHEN estimated NOT BETWEEN actual / 1.5 AND actual * 1.5 THEN estimated END;
END $$;
SELECT surprise(format('SELECT * FROM dynamo_views."Music" WHERE %s', condition)), condition
FROM (VALUES ('"Genre" = ''rare'''), ('"Genre" = ''common'''), ('"Year" = 1950'), ('"Year" < 2005'), ('"Artist" = ''a7'''),
  ('"Artist" = ''a7'' AND "Year" < 3000')) AS conditions (condition);
SELECT surprise('SELECT "Genre" FROM dynamo_views."Music" GROUP BY 1') AS genres,
  surprise('SELECT "Artist" FROM dynamo_views."Music" GROUP BY 1') AS artists,
  surprise('SELECT "Artist", "Song" FROM dynamo_views."Music" GROUP BY 1, 2') AS songs;
SELECT surprise('SELECT FROM dynamo_views."Music" AS a JOIN dynamo_views."Music" AS b ON a."Artist" = b."Artist" WHERE a."Genre" = ''rare''') AS joined;

-- An index of UpdateTable brings its own, wherever the relations are and whoever they were given to.
CREATE SCHEMA elsewhere;
CREATE ROLE regress_dynamo_ann;
GRANT CREATE, USAGE ON SCHEMA elsewhere, dynamo_views TO regress_dynamo_ann;
SELECT created('Moved', '{}');
ALTER TABLE dynamo_tables."Moved" SET SCHEMA elsewhere;
ALTER TABLE dynamo_tables."Moved/0" SET SCHEMA elsewhere;
SELECT updated('Moved', '{"Create": {"IndexName": "ByGenre", "KeySchema": [{"AttributeName": "Genre", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}}');
SELECT * FROM objects WHERE relation::text ~ 'Moved';
CALL await_index('Moved');
ALTER TABLE elsewhere."Moved" OWNER TO regress_dynamo_ann;
ALTER TABLE elsewhere."Moved/0" OWNER TO regress_dynamo_ann;
ALTER TABLE dynamo_tables."Moved/1" OWNER TO regress_dynamo_ann;
ALTER VIEW dynamo_views."Moved" OWNER TO regress_dynamo_ann;
ALTER VIEW dynamo_views."Moved/ByGenre" OWNER TO regress_dynamo_ann;
GRANT SELECT ON objects TO regress_dynamo_ann;
SET ROLE regress_dynamo_ann;
-- an object of that name on another relation is not the index's
CREATE TABLE elsewhere.other (a integer, b integer);
CREATE STATISTICS elsewhere."Moved/1/1" ON a, b FROM elsewhere.other;
SELECT updated('Moved', '{"Delete": {"IndexName": "ByGenre"}}');
SELECT relation, name FROM objects WHERE name ~ 'Moved';
RESET ROLE;

-- What is missing can be made again, for the table's owner; only the owner may.
CREATE VIEW owners AS SELECT stxname, pg_get_userbyid(stxowner) = 'regress_dynamo_ann' AS given FROM pg_statistic_ext WHERE stxname ~ 'Music' ORDER BY stxname COLLATE "C";
SELECT 'DROP STATISTICS ' || string_agg(format('dynamo_tables.%I', stxname), ', ') FROM owners WHERE stxname <> 'Music/2' \gexec
DO $$ DECLARE relation name; BEGIN
  FOR relation IN SELECT oid::regclass FROM pg_class WHERE relkind IN ('r', 'p', 'v') AND relname ~ 'Music' LOOP
    EXECUTE format('ALTER TABLE %s OWNER TO regress_dynamo_ann', relation);
  END LOOP;
END $$;
SELECT dynamo.add_statistics('Music');
SELECT dynamo.add_statistics('Music');
SELECT * FROM owners;
CREATE ROLE regress_dynamo_ben;
SET ROLE regress_dynamo_ben;
SELECT dynamo.add_statistics('Music');
SELECT dynamo.add_statistics('Nothing');
RESET ROLE;
DROP ROLE regress_dynamo_ben;
DROP VIEW owners;

SELECT count(dynamo.delete_table(jsonb_build_object('TableName', name))) FROM (VALUES ('Music'), ('Moved')) AS names (name);
SELECT relation, name FROM objects;
DROP VIEW objects;
DROP SCHEMA elsewhere CASCADE;
DROP PROCEDURE await_index;
DROP FUNCTION created, updated, estimate, surprise;
DROP OWNED BY regress_dynamo_ann;
DROP ROLE regress_dynamo_ann;
