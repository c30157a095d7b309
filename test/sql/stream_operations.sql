-- ListStreams, DescribeStream, GetShardIterator and GetRecords: what they check, and who may call them.
CREATE FUNCTION pg_temp.call(operation text, request jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE answer jsonb;
BEGIN
	EXECUTE format('SELECT dynamo.%I($1)', operation) INTO answer USING request;
	RETURN answer;
EXCEPTION WHEN OTHERS THEN RETURN to_jsonb(SQLSTATE || ' ' || SQLERRM);
END $$;
CREATE FUNCTION pg_temp.create_table(name text, stream text) RETURNS text LANGUAGE sql AS $$
	SELECT dynamo.create_table(format('{"TableName": "%s", "BillingMode": "PAY_PER_REQUEST",
		"AttributeDefinitions": [{"AttributeName": "p", "AttributeType": "S"}, {"AttributeName": "s", "AttributeType": "N"}],
		"KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}] %s}', name, stream)::jsonb)
		#>> '{TableDescription,LatestStreamArn}'
$$;
-- Labels are times, and ids of shards have one.
CREATE FUNCTION pg_temp.shown(answer jsonb) RETURNS text LANGUAGE sql AS $$
	SELECT regexp_replace(regexp_replace(answer::text, '\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}', 'LABEL', 'g'), 'shardId-\d{20}-[0-9a-f]+', 'SHARD', 'g')
$$;
SET client_min_messages = error;
CREATE TABLE pg_temp.arns (name text, arn text);

-- Shapes
SELECT pg_temp.call('list_streams', '{"TableName": "a!", "Limit": 0, "ExclusiveStartStreamArn": "arn"}');
SELECT pg_temp.call('list_streams', '{"Limit": 101}');
SELECT pg_temp.call('describe_stream', '{}');
SELECT pg_temp.call('describe_stream', '{"StreamArn": "x", "Limit": 101, "ExclusiveStartShardId": "s", "ShardFilter": {"Type": "ALL", "ShardId": "s"}}');
SELECT pg_temp.call('get_shard_iterator', '{}');
SELECT pg_temp.call('get_shard_iterator', '{"StreamArn": "x", "ShardId": "s", "ShardIteratorType": "FIRST", "SequenceNumber": "1"}');
SELECT pg_temp.call('get_records', '{}');
SELECT pg_temp.call('get_records', '{"ShardIterator": "", "Limit": 1001}');
SELECT pg_temp.call('get_records', '{"ShardIterator": 1}');

-- No streams
SELECT pg_temp.call('list_streams', '{"TableName": "sop-missing"}');
SELECT pg_temp.create_table('sop-none', '') IS NULL;
SELECT pg_temp.call('list_streams', '{"TableName": "sop-none"}');

-- ARNs
SELECT pg_temp.call('describe_stream', jsonb_build_object('StreamArn', arn)) FROM (VALUES
	('sdfadfsdfnlfkajakfgjalksfgklasjklasdjfklasdfasdfgasf'),
	('arn:aws:dynamodb:us-east-1:000000000000:table/sop-none'),
	('arn:aws:dynamodb:us-east-1:000000000000:table/sop-none/stream/'),
	('arn:aws:dynamodb:us-east-1:000000000000:table/s/stream/2026-01-01T00:00:00.000'),
	('arn:aws:dynamodb:us-east-1:000000000000:table/sop-none/stream/2026-01-01T00:00:00.000'),
	('arn:aws:dynamodb:us-east-1:000000000000:table/sop-none/stream/2026-02-30T00:00:00.000'),
	('arn:aws:dynamodb:us-east-1:000000000000:table/sop-none/stream/yesterday'),
	('arn:aws:dynamodb:us-west-1:000000000000:table/sop-none/stream/2026-01-01T00:00:00.000'),
	('arn:aws:dynamodb:us-east-1:000000000001:table/sop-none/stream/2026-01-01T00:00:00.000')) v (arn);

-- A stream: a shard for each partition
SET dynamo.partitions = 2;
INSERT INTO arns SELECT 'one', pg_temp.create_table('sop-one', ', "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"}');
RESET dynamo.partitions;
SELECT pg_temp.shown(pg_temp.call('list_streams', '{"TableName": "sop-one"}'));
SELECT pg_temp.call('list_streams', '{"TableName": "sop-one"}') #>> '{Streams,0,StreamArn}' = arn FROM arns;
CREATE FUNCTION pg_temp.describe(members jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
	SELECT pg_temp.call('describe_stream', jsonb_build_object('StreamArn', arn) || members) FROM arns WHERE name = 'one'
$$;
SELECT pg_temp.shown(d - 'Shards' - 'StreamStatus' - 'CreationRequestDateTime'), jsonb_array_length(d -> 'Shards'),
	abs((d ->> 'CreationRequestDateTime')::float - extract(epoch FROM now())) < 60
FROM (SELECT pg_temp.describe() -> 'StreamDescription' AS d) description;
SELECT count(DISTINCT shard ->> 'ShardId'), bool_and(shard ->> 'ShardId' ~ '^shardId-\d{20}-[0-9a-zA-Z]{1,36}$'),
	bool_and(shard #>> '{SequenceNumberRange,StartingSequenceNumber}' ~ '^\d{21,40}$'), min((shard - 'ShardId' - 'SequenceNumberRange')::text)
FROM jsonb_array_elements(pg_temp.describe() #> '{StreamDescription,Shards}') shard;

-- Pages of shards
SELECT jsonb_array_length(page #> '{StreamDescription,Shards}'), page #>> '{StreamDescription,LastEvaluatedShardId}' = page #>> '{StreamDescription,Shards,0,ShardId}',
	pg_temp.describe(jsonb_build_object('ExclusiveStartShardId', page #>> '{StreamDescription,LastEvaluatedShardId}')) #> '{StreamDescription,Shards}' = (pg_temp.describe() #> '{StreamDescription,Shards}') - 0
FROM (SELECT pg_temp.describe('{"Limit": 1}') AS page) p;
SELECT pg_temp.describe(jsonb_build_object('ExclusiveStartShardId', pg_temp.describe() #>> '{StreamDescription,Shards,1,ShardId}')) #> '{StreamDescription,Shards}';
SELECT pg_temp.describe('{"ExclusiveStartShardId": "shardId-00000000000000000000+0000000001"}');
SELECT pg_temp.describe('{"ShardFilter": {"ShardId": "shardId-00000000000000000000-0000000001"}}');
SELECT pg_temp.describe('{"ShardFilter": {"Type": "CHILD_SHARDS"}}');
SELECT pg_temp.describe('{"ShardFilter": {"Type": "CHILD_SHARDS", "ShardId": "shardId-0000000000000000000x-0000000001"}}');
SELECT pg_temp.describe('{"ShardFilter": {"Type": "CHILD_SHARDS", "ShardId": "shardId-00000000000000000000-0000000001"}}') #> '{StreamDescription,Shards}';
SELECT pg_temp.describe(jsonb_build_object('ShardFilter', jsonb_build_object('Type', 'CHILD_SHARDS', 'ShardId', pg_temp.describe() #>> '{StreamDescription,Shards,0,ShardId}'))) #> '{StreamDescription,Shards}';

-- Iterators
CREATE FUNCTION pg_temp.iterator(type text, members jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
	SELECT pg_temp.call('get_shard_iterator', jsonb_build_object('StreamArn', arn, 'ShardId', pg_temp.describe() #>> '{StreamDescription,Shards,0,ShardId}', 'ShardIteratorType', type) || members)
	FROM arns WHERE name = 'one'
$$;
SELECT pg_temp.iterator('AT_SEQUENCE_NUMBER');
SELECT pg_temp.iterator('AFTER_SEQUENCE_NUMBER');
SELECT pg_temp.iterator('TRIM_HORIZON', '{"SequenceNumber": "100001000000000000000000000000000000"}');
SELECT pg_temp.iterator('LATEST', '{"SequenceNumber": "100001000000000000000000000000000000"}');
SELECT pg_temp.iterator('AT_SEQUENCE_NUMBER', '{"SequenceNumber": "10000100000000000000000000000000000x"}');
SELECT pg_temp.iterator('LATEST', '{"ShardId": "shardId-00000000000000000000-"}');
SELECT pg_temp.iterator('LATEST', '{"ShardId": "shardId-00000000000000000000-0000000001"}');
SELECT pg_temp.iterator('LATEST', '{"ShardId": "shardId-00000000000000000000-abcXYZ"}');
SELECT pg_temp.iterator('LATEST', '{"StreamArn": "arn:aws:dynamodb:us-east-1:000000000000:table/sop-none/stream/2026-01-01T00:00:00.000"}');
SELECT pg_temp.iterator(type) ->> 'ShardIterator' LIKE (arn || '|1|%') FROM arns, (VALUES ('LATEST'), ('TRIM_HORIZON')) v (type);
SELECT pg_temp.iterator(type, jsonb_build_object('SequenceNumber', pg_temp.describe() #>> '{StreamDescription,Shards,0,SequenceNumberRange,StartingSequenceNumber}')) ->> 'ShardIterator' LIKE (arn || '|1|%')
FROM arns, (VALUES ('AT_SEQUENCE_NUMBER'), ('AFTER_SEQUENCE_NUMBER')) v (type);

-- They cannot be made up, changed, or used for another stream, which this table's other one is.
INSERT INTO arns SELECT 'two', pg_temp.create_table('sop-two', ', "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"}');
SELECT pg_temp.shown(pg_temp.call('get_records', jsonb_build_object('ShardIterator', changed))) FROM (
	SELECT pg_temp.iterator('LATEST') ->> 'ShardIterator' AS iterator, (SELECT arn FROM arns WHERE name = 'one') AS one, (SELECT arn FROM arns WHERE name = 'two') AS two) i,
	LATERAL (VALUES ('x'), (one), (one || '|1|'), (one || '|1|*'), (one || '|1|AAAA'), (replace(iterator, '|1|', '|2|')), (replace(iterator, one, two)), (iterator || 'AAAA'),
		(substr(iterator, 1, length(iterator) - 8) || 'AAAAAAAA')) v (changed);

-- Nothing has been recorded: the page is empty, and goes on.
SELECT answer - 'NextShardIterator', answer ->> 'NextShardIterator' LIKE (arn || '|1|%')
FROM arns, LATERAL (SELECT pg_temp.call('get_records', jsonb_build_object('ShardIterator', pg_temp.iterator('TRIM_HORIZON') ->> 'ShardIterator')) AS answer) a WHERE name = 'one';
SELECT answer -> 'Records' FROM (SELECT pg_temp.call('get_records', pg_temp.iterator('LATEST') || '{"Limit": 1}') AS answer) a;
SELECT count(*) FROM dynamo.changes('sop-one');
SELECT count(*) FROM dynamo.changes((SELECT arn FROM arns WHERE name = 'one'), now() - interval '1 hour');
SELECT count(*) FROM dynamo.changes(NULL);
SELECT dynamo.changes('sop-missing');
SELECT dynamo.changes('sop-none');
SELECT dynamo.changes('arn:aws:dynamodb:us-east-1:000000000000:table/sop-one');
SELECT dynamo.changes('sop-one', 'yesterday');

-- Pages of streams, of those of a table that was made anew too
SELECT dynamo.update_table('{"TableName": "sop-two", "StreamSpecification": {"StreamEnabled": false}}') IS NULL;
SELECT dynamo.update_table('{"TableName": "sop-two", "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "OLD_IMAGE"}}') IS NULL;
SELECT dynamo.delete_table('{"TableName": "sop-two"}') IS NULL;
INSERT INTO arns SELECT 'three', pg_temp.create_table('sop-two', ', "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"}');
CREATE FUNCTION pg_temp.pages(step int) RETURNS TABLE (page int, tables text[]) LANGUAGE plpgsql AS $$
DECLARE
	request jsonb := jsonb_build_object('Limit', step);
	answer jsonb;
BEGIN
	page := 0;
	LOOP
		answer := pg_temp.call('list_streams', request);
		page := page + 1;
		tables := ARRAY(SELECT s ->> 'TableName' FROM jsonb_array_elements(answer -> 'Streams') s WHERE s ->> 'TableName' LIKE 'sop-%');
		RETURN NEXT;
		EXIT WHEN NOT answer ? 'LastEvaluatedStreamArn';
		request := request || jsonb_build_object('ExclusiveStartStreamArn', answer -> 'LastEvaluatedStreamArn');
	END LOOP;
END $$;
SELECT array_agg(t ORDER BY page, place) FROM pg_temp.pages(1), unnest(tables) WITH ORDINALITY u (t, place);
SELECT array_agg(t ORDER BY page, place) FROM pg_temp.pages(100), unnest(tables) WITH ORDINALITY u (t, place);
SELECT pg_temp.call('list_streams', '{"ExclusiveStartStreamArn": "arn:aws:dynamodb:us-east-1:000000000000:table/sop-none/stream/yesterday"}');
SELECT count(*) FROM jsonb_array_elements(pg_temp.call('list_streams', '{"TableName": "sop-two", "ExclusiveStartStreamArn": "arn:aws:dynamodb:us-east-1:000000000000:table/sop-nothing/stream/2026-01-01T00:00:00.000"}') -> 'Streams');
SELECT pg_temp.call('describe_stream', jsonb_build_object('StreamArn', arn)) #>> '{StreamDescription,StreamStatus}' IN ('DISABLING', 'DISABLED') FROM arns WHERE name = 'two';

-- Privileges: who has none sees what DescribeTable shows, and reads nothing.
CREATE ROLE sop_reader;
CREATE ROLE sop_owner;
GRANT USAGE ON SCHEMA dynamo, dynamo_tables, dynamo_views TO sop_reader;
GRANT SELECT ON arns TO sop_reader;
CREATE FUNCTION pg_temp.seen() RETURNS TABLE (stream text, answer text) LANGUAGE sql AS $$
	SELECT name, left(pg_temp.shown(pg_temp.call('describe_stream', jsonb_build_object('StreamArn', arn))), 95) FROM arns ORDER BY name
$$;
DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO sop_reader', (SELECT nspname FROM pg_namespace WHERE oid = pg_my_temp_schema())); END $$;
SET ROLE sop_reader;
SELECT * FROM pg_temp.seen();
SELECT s ->> 'TableName' FROM jsonb_array_elements(dynamo.list_streams('{}') -> 'Streams') s WHERE s ->> 'TableName' LIKE 'sop-%';
SELECT dynamo.changes('sop-one');
RESET ROLE;
CREATE TABLE pg_temp.iterators AS SELECT current_user AS reader, pg_temp.iterator('LATEST') AS request;
GRANT SELECT, INSERT ON pg_temp.iterators TO sop_reader;
GRANT SELECT ON dynamo_tables."sop-one" TO sop_reader;
SET ROLE sop_reader;
-- an iterator is its role's own
SELECT pg_temp.call('get_records', request) FROM iterators;
INSERT INTO iterators SELECT current_user, pg_temp.iterator('LATEST');
RESET ROLE;
REVOKE SELECT ON dynamo_tables."sop-one" FROM sop_reader;
SET ROLE sop_reader;
SELECT pg_temp.call('get_records', request) FROM iterators WHERE reader = current_user;
RESET ROLE;
GRANT SELECT ON dynamo_tables."sop-one" TO sop_reader;
SET ROLE sop_reader;
SELECT pg_temp.call('get_records', request) -> 'Records' FROM iterators WHERE reader = current_user;
SELECT count(*) FROM dynamo.changes('sop-one');
RESET ROLE;
-- Row-level security that applies to the role
ALTER TABLE dynamo_tables."sop-one" ENABLE ROW LEVEL SECURITY;
SET ROLE sop_reader;
SELECT pg_temp.call('get_records', request) FROM iterators WHERE reader = current_user;
SELECT stream, answer FROM pg_temp.seen() WHERE stream = 'one';
RESET ROLE;
SELECT pg_temp.call('get_records', request) -> 'Records' FROM iterators WHERE reader = current_user;
ALTER ROLE sop_reader BYPASSRLS;
SET ROLE sop_reader;
SELECT pg_temp.call('get_records', request) -> 'Records' FROM iterators WHERE reader = current_user;
RESET ROLE;
-- A table that has gone: its owner then
ALTER TABLE dynamo_tables."sop-one" OWNER TO sop_owner;
ALTER TABLE dynamo_tables."sop-one/0" OWNER TO sop_owner;
ALTER TABLE dynamo_tables."sop-one/1" OWNER TO sop_owner;
ALTER VIEW dynamo_views."sop-one" OWNER TO sop_owner;
SELECT dynamo.delete_table('{"TableName": "sop-one"}') IS NULL;
SET ROLE sop_reader;
SELECT stream, answer FROM pg_temp.seen() WHERE stream = 'one';
SELECT pg_temp.call('list_streams', '{"TableName": "sop-one"}');
RESET ROLE;
GRANT sop_owner TO sop_reader;
SET ROLE sop_reader;
SELECT pg_temp.call('list_streams', '{"TableName": "sop-one"}') #>> '{Streams,0,TableName}';
SELECT pg_temp.call('get_records', request) -> 'Records' FROM iterators WHERE reader = current_user;
RESET ROLE;

SELECT dynamo.delete_table('{"TableName": "sop-two"}') IS NULL;
SELECT dynamo.delete_table('{"TableName": "sop-none"}') IS NULL;
DROP OWNED BY sop_reader, sop_owner;
DROP ROLE sop_reader, sop_owner;
-- They would be there for a day.
DELETE FROM dynamo.stream_shard WHERE table_name LIKE 'sop-%';
DELETE FROM dynamo.stream_catalog WHERE table_name LIKE 'sop-%';
