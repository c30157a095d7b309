-- StreamSpecification of CreateTable and UpdateTable.
CREATE FUNCTION pg_temp.create_table(name text, stream text) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
	RETURN dynamo.create_table(format('{"TableName": "%s", "BillingMode": "PAY_PER_REQUEST",
		"AttributeDefinitions": [{"AttributeName": "p", "AttributeType": "S"}, {"AttributeName": "s", "AttributeType": "N"}],
		"KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}] %s}', name, stream)::jsonb) -> 'TableDescription';
EXCEPTION WHEN OTHERS THEN RETURN to_jsonb(SQLERRM);
END $$;
CREATE FUNCTION pg_temp.update_table(name text, members text) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
	RETURN dynamo.update_table(format('{"TableName": "%s", %s}', name, members)::jsonb) -> 'TableDescription';
EXCEPTION WHEN OTHERS THEN RETURN to_jsonb(SQLERRM);
END $$;
CREATE FUNCTION pg_temp.describe(name text) RETURNS jsonb LANGUAGE sql AS $$
	SELECT dynamo.describe_table(jsonb_build_object('TableName', name)) -> 'Table'
$$;
-- What a description says of a stream, without what differs from run to run
CREATE FUNCTION pg_temp.stream(description jsonb) RETURNS text LANGUAGE sql AS $$
	SELECT CASE jsonb_typeof(description) WHEN 'string' THEN description #>> '{}' ELSE
		concat_ws(' ', description ->> 'StreamSpecification', description ->> 'TableStatus',
			description ->> 'LatestStreamLabel' ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$',
			description ->> 'LatestStreamArn' = concat(description ->> 'TableArn', '/stream/', description ->> 'LatestStreamLabel')) END
$$;
-- The replica identities of the relation and its partitions
CREATE FUNCTION pg_temp.identities(name text) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(DISTINCT relreplident::text, '') FROM dynamo.table_catalog c JOIN pg_class r ON r.oid = c.relation OR r.oid = ANY (c.leaves) WHERE c.name = $1
$$;
-- A server with wal_level = logical does not warn.
SET client_min_messages = error;

-- Enabled from the first
SELECT pg_temp.stream(pg_temp.create_table('str-one', ', "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"}'));
-- UPDATING until every transaction that was writing has ended
DO $$ BEGIN
	FOR i IN 1..1200 LOOP
		EXIT WHEN pg_temp.describe('str-one') ->> 'TableStatus' = 'ACTIVE';
		PERFORM pg_sleep(0.05);
	END LOOP;
END $$;
SELECT pg_temp.stream(pg_temp.describe('str-one'));
SELECT pg_temp.identities('str-one');
SELECT abs(extract(epoch FROM (pg_temp.describe('str-one') ->> 'LatestStreamLabel')::timestamp AT TIME ZONE 'UTC' - now())) < 60;

-- Never enabled
SELECT pg_temp.stream(pg_temp.create_table('str-two', ''));
SELECT pg_temp.stream(pg_temp.create_table('str-three', ', "StreamSpecification": {"StreamEnabled": false}'));
SELECT pg_temp.identities('str-two'), pg_temp.identities('str-three');
SELECT pg_temp.describe(name) ? 'LatestStreamArn' FROM (VALUES ('str-two'), ('str-three')) AS t (name);

-- What contradicts itself
SELECT pg_temp.stream(pg_temp.create_table('str-four', ', "StreamSpecification": ' || specification)) FROM (VALUES
	('{"StreamEnabled": false, "StreamViewType": "KEYS_ONLY"}'), ('{"StreamEnabled": true}'),
	('{"StreamEnabled": true, "StreamViewType": "NONE"}'), ('{}')) AS s (specification);
SELECT pg_temp.stream(pg_temp.update_table('str-two', '"StreamSpecification": ' || specification)) FROM (VALUES
	('{"StreamEnabled": false, "StreamViewType": "KEYS_ONLY"}'), ('{"StreamEnabled": true}'),
	('{"StreamEnabled": true, "StreamViewType": "NONE"}'),
	('{"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"}, "BillingMode": "PROVISIONED"'),
	('{"StreamEnabled": false}, "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}'),
	('{"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"}, "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "index"}}]')) AS s (specification);

-- UpdateTable: on, on again, off, off again
SELECT pg_temp.stream(pg_temp.update_table('str-two', '"StreamSpecification": {"StreamEnabled": false}'));
SELECT pg_temp.stream(pg_temp.update_table('str-two', '"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "OLD_IMAGE"}'));
SELECT pg_temp.identities('str-two');
SELECT pg_temp.describe('str-two') ->> 'LatestStreamLabel' AS first \gset
SELECT pg_temp.stream(pg_temp.update_table('str-two', '"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "' || view || '"}'))
FROM (VALUES ('OLD_IMAGE'), ('KEYS_ONLY')) AS v (view);
SELECT pg_temp.stream(pg_temp.update_table('str-two', '"StreamSpecification": {"StreamEnabled": false}'));
SELECT pg_temp.stream(pg_temp.describe('str-two')), pg_temp.describe('str-two') ->> 'LatestStreamLabel' = :'first' AS label_stays;
SELECT pg_temp.identities('str-two');
SELECT pg_temp.stream(pg_temp.update_table('str-two', '"StreamSpecification": {"StreamEnabled": false}'));

-- Each enabling is another stream, also within one moment.
BEGIN;
SELECT pg_temp.stream(pg_temp.update_table('str-two', '"BillingMode": "PAY_PER_REQUEST", "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"}'));
SELECT pg_temp.describe('str-two') ->> 'LatestStreamLabel' AS second \gset
SELECT pg_temp.stream(pg_temp.update_table('str-two', '"StreamSpecification": {"StreamEnabled": false}'));
SELECT pg_temp.stream(pg_temp.update_table('str-two', '"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"}'));
SELECT :'first' < :'second', :'second' < pg_temp.describe('str-two') ->> 'LatestStreamLabel';
COMMIT;

-- Other changes of the table leave the stream.
SELECT pg_temp.stream(pg_temp.update_table('str-two', '"TableClass": "STANDARD"'));

-- The replica identity is the stream's while it is on; what is wanted beside it comes back or stays.
SELECT dynamo.set_replica_identity('str-two', 'nothing');
SELECT dynamo.set_replica_identity('str-two', 'full');
SELECT pg_temp.stream(pg_temp.update_table('str-two', '"StreamSpecification": {"StreamEnabled": false}'));
SELECT pg_temp.identities('str-two');
SELECT dynamo.set_replica_identity('str-two', 'nothing');
SELECT pg_temp.stream(pg_temp.update_table('str-two', '"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"}'));
SELECT pg_temp.identities('str-two');
SELECT pg_temp.stream(pg_temp.update_table('str-two', '"StreamSpecification": {"StreamEnabled": false}'));
SELECT pg_temp.identities('str-two');

-- A publication wants FULL, too.
CREATE PUBLICATION str_publication FOR TABLE dynamo_tables."str-one";
SELECT pg_temp.stream(pg_temp.update_table('str-one', '"StreamSpecification": {"StreamEnabled": false}'));
SELECT pg_temp.identities('str-one');
DROP PUBLICATION str_publication;

-- Only the owner changes it; others see it.
CREATE ROLE str_other;
GRANT USAGE ON SCHEMA dynamo TO str_other;
SET ROLE str_other;
SELECT pg_temp.stream(pg_temp.update_table('str-one', '"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"}'));
RESET ROLE;
DROP OWNED BY str_other;
DROP ROLE str_other;

-- What the catalog holds may come from a restore.
SELECT name, stream - 'label' FROM dynamo.table_catalog WHERE name LIKE 'str-%' ORDER BY name;
UPDATE dynamo.table_catalog SET stream = '{"view": "ALL"}' WHERE name = 'str-three';
SELECT pg_temp.stream(pg_temp.update_table('str-three', '"TableClass": "STANDARD"'));
UPDATE dynamo.table_catalog SET stream = NULL WHERE name = 'str-three';

SELECT dynamo.delete_table(jsonb_build_object('TableName', name)) -> 'TableDescription' ->> 'TableStatus' FROM dynamo.table_catalog WHERE name LIKE 'str-%';
