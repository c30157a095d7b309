-- Operations as SQL functions: requests, named arguments, transactions.
\pset format unaligned
\pset tuples_only on
SELECT dynamo.create_table('{"TableName": "sql_songs", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "artist", "AttributeType": "S"}, {"AttributeName": "title", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "artist", "KeyType": "HASH"}, {"AttributeName": "title", "KeyType": "RANGE"}]}')
	-> 'TableDescription' ->> 'TableStatus';

-- Named arguments: null is absence.
SELECT dynamo.put_item('sql_songs', '{"artist": {"S": "a"}, "title": {"S": "t"}, "plays": {"N": "1"}}');
SELECT dynamo.put_item('sql_songs', '{"artist": {"S": "a"}, "title": {"S": "t"}}',
	condition_expression => 'attribute_not_exists(artist)');
SELECT dynamo.update_item('sql_songs', '{"artist": {"S": "a"}, "title": {"S": "t"}}',
	update_expression => 'SET plays = plays + :one',
	expression_attribute_values => '{":one": {"N": "1"}}', return_values => 'ALL_NEW');
SELECT dynamo.get_item('sql_songs', '{"artist": {"S": "a"}, "title": {"S": "t"}}', projection_expression => 'plays',
	consistent_read => true, return_consumed_capacity => NULL);
SELECT dynamo.query('sql_songs', 'artist = :a', expression_attribute_values => '{":a": {"S": "a"}}', "limit" => 1,
	"select" => 'COUNT');
SELECT dynamo.scan('sql_songs', filter_expression => 'plays > :n', expression_attribute_values => '{":n": {"N": "5"}}');
SELECT dynamo.scan(table_name => 'sql_songs', segment => 0, total_segments => 1) -> 'Count';
SELECT dynamo.batch_get_item(request_items => '{"sql_songs": {"Keys": [{"artist": {"S": "a"}, "title": {"S": "t"}}]}}',
	return_consumed_capacity => 'NONE');
SELECT dynamo.batch_write_item('{"sql_songs": [{"PutRequest": {"Item": {"artist": {"S": "a"}, "title": {"S": "u"}}}}]}',
	return_consumed_capacity => 'NONE');
SELECT dynamo.delete_item('sql_songs', '{"artist": {"S": "a"}, "title": {"S": "u"}}', return_values => 'ALL_OLD');
SELECT dynamo.put_item(NULL, NULL);
SELECT dynamo.put_item('sql_songs', '[]');

-- An untyped literal that is a whole request is one.
SELECT dynamo.scan('{"TableName": "sql_songs", "Select": "COUNT"}');
SELECT dynamo.query('{"TableName": "sql_songs"}');

-- The caller's transaction: its own writes are seen, and roll back with it.
BEGIN;
SELECT dynamo.delete_item('sql_songs', '{"artist": {"S": "a"}, "title": {"S": "t"}}');
SELECT dynamo.get_item('sql_songs', '{"artist": {"S": "a"}, "title": {"S": "t"}}');
ROLLBACK;
SELECT dynamo.get_item('sql_songs', '{"artist": {"S": "a"}, "title": {"S": "t"}}');
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT dynamo.put_item('sql_songs', '{"artist": {"S": "b"}, "title": {"S": "t"}}');
SELECT dynamo.get_item('sql_songs', '{"artist": {"S": "b"}, "title": {"S": "t"}}');
COMMIT;
BEGIN;
SELECT dynamo.delete_table('{"TableName": "sql_songs"}') -> 'TableDescription' ->> 'TableStatus';
SELECT dynamo.list_tables('{}') @> '{"TableNames": ["sql_songs"]}';
ROLLBACK;
SELECT dynamo.list_tables('{}') @> '{"TableNames": ["sql_songs"]}';

-- One statement's operations see each other.
SELECT dynamo.put_item('sql_songs', jsonb_build_object('artist', '{"S": "c"}'::jsonb, 'title', jsonb_build_object('S', i::text))),
	dynamo.query('sql_songs', 'artist = :c', expression_attribute_values => '{":c": {"S": "c"}}') -> 'Count'
FROM generate_series(1, 3) AS i;

-- An exception is an SQLSTATE that PL/pgSQL can catch.
DO $$
BEGIN
	PERFORM dynamo.put_item('sql_songs', '{"artist": {"S": "a"}, "title": {"S": "t"}}',
		condition_expression => 'attribute_not_exists(artist)');
EXCEPTION WHEN SQLSTATE 'DY004' THEN
	RAISE NOTICE 'caught: %', sqlerrm;
END $$;

-- Roles need privileges on the table, and own what they change.
CREATE ROLE sql_reader;
SELECT format('GRANT SELECT ON %s TO sql_reader', c.oid::regclass) FROM pg_class c
WHERE relnamespace = 'dynamo_tables'::regnamespace AND relkind = 'p' \gexec
SET ROLE sql_reader;
SELECT dynamo.get_item('sql_songs', '{"artist": {"S": "b"}, "title": {"S": "t"}}');
SELECT dynamo.put_item('sql_songs', '{"artist": {"S": "b"}, "title": {"S": "t"}}');
SELECT dynamo.delete_table('{"TableName": "sql_songs"}');
SELECT dynamo.update_table('{"TableName": "sql_songs", "DeletionProtectionEnabled": true}');
SELECT dynamo.tag_resource('{"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/sql_songs", "Tags": [{"Key": "a", "Value": "b"}]}');
SELECT dynamo.describe_table('{"TableName": "sql_songs"}') -> 'Table' ->> 'TableName';
RESET ROLE;
REVOKE ALL ON ALL TABLES IN SCHEMA dynamo_tables FROM sql_reader;
DROP ROLE sql_reader;

SELECT dynamo.describe_limits('{}');
SELECT dynamo.describe_endpoints('{}') #> '{Endpoints,0,CachePeriodInMinutes}';
SELECT dynamo.delete_table('{"TableName": "sql_songs"}') -> 'TableDescription' ->> 'TableStatus';
