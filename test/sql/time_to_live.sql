-- Time to live: UpdateTimeToLive, DescribeTimeToLive, and what expires.
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
-- A server without the library preloaded warns that nobody deletes.
SET client_min_messages = error;
CREATE FUNCTION updated(name text, attribute text, enabled boolean) RETURNS jsonb LANGUAGE sql AS $$
	SELECT dynamo.update_time_to_live(jsonb_build_object('TableName', name,
		'TimeToLiveSpecification', jsonb_build_object('Enabled', enabled, 'AttributeName', attribute))) -> 'TimeToLiveSpecification' $$;
CREATE FUNCTION described(name text) RETURNS jsonb LANGUAGE sql AS $$
	SELECT dynamo.describe_time_to_live(jsonb_build_object('TableName', name)) -> 'TimeToLiveDescription' $$;
CREATE PROCEDURE await(name text, status text) LANGUAGE plpgsql AS $$
BEGIN
	FOR i IN 1 .. 3000 LOOP
		IF described(name) ->> 'TimeToLiveStatus' = status THEN RETURN; END IF;
		COMMIT;
		PERFORM pg_sleep(0.02);
		COMMIT;
	END LOOP;
	RAISE 'waited in vain for %', status;
END $$;
CREATE FUNCTION created(name text, attributes text DEFAULT 'S', VARIADIC keys text[] DEFAULT '{id}') RETURNS boolean LANGUAGE sql AS $$
	SELECT dynamo.create_table(jsonb_build_object('TableName', name, 'BillingMode', 'PAY_PER_REQUEST',
		'AttributeDefinitions', (SELECT jsonb_agg(jsonb_build_object('AttributeName', key, 'AttributeType', substr(attributes, n::int, 1))) FROM unnest(keys) WITH ORDINALITY AS k(key, n)),
		'KeySchema', (SELECT jsonb_agg(jsonb_build_object('AttributeName', key, 'KeyType', (ARRAY['HASH', 'RANGE'])[n])) FROM unnest(keys) WITH ORDINALITY AS k(key, n)))) IS NOT NULL $$;
-- Seconds from now, as a number of the epoch.
CREATE FUNCTION after(seconds numeric) RETURNS numeric LANGUAGE sql AS $$ SELECT floor(extract(epoch FROM now())) + seconds $$;

-- A table that has none.
SELECT created('ttl_songs');
SELECT dynamo.describe_time_to_live('{"TableName": "ttl_songs"}');
SELECT dynamo.describe_time_to_live('{"TableName": "arn:aws:dynamodb:us-east-1:000000000000:table/ttl_songs"}');
SELECT described('ttl_nothing');
SELECT updated('ttl_nothing', 'expires', true);
SELECT updated('ttl_songs', 'expires', false);

-- The request's shape.
SELECT dynamo.update_time_to_live('{}');
SELECT dynamo.update_time_to_live('{"TableName": "ttl_songs", "TimeToLiveSpecification": {}}');
SELECT updated('ttl_songs', '', true);
SELECT updated('ttl_songs', repeat('e', 256), true);
SELECT dynamo.update_time_to_live('{"TableName": "ttl_songs", "TimeToLiveSpecification": {"Enabled": "true", "AttributeName": "expires"}}');
SELECT dynamo.describe_time_to_live('{}');

-- Being enabled, enabled.
BEGIN;
SELECT dynamo.update_time_to_live('{"TableName": "arn:aws:dynamodb:us-east-1:000000000000:table/ttl_songs", "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "expires"}}');
SELECT described('ttl_songs');
SELECT updated('ttl_songs', 'expires', true);
ROLLBACK;
SELECT described('ttl_songs');
BEGIN;
SELECT updated('ttl_songs', 'expires', true);
SELECT dynamo.delete_expired_items('ttl_songs');
COMMIT;
CALL await('ttl_songs', 'ENABLED');
SELECT described('ttl_songs');
SELECT updated('ttl_songs', 'expires', true);
SELECT updated('ttl_songs', 'other', true);
SELECT updated('ttl_songs', 'other', false);
SELECT dynamo.describe_table('{"TableName": "ttl_songs"}')::text ILIKE '%expires%';

-- What is expired: numbers of the past, up to five years. Each in the transaction that puts it, before a worker sees it.
BEGIN;
SELECT count(dynamo.put_item('ttl_songs', jsonb_build_object('id', jsonb_build_object('S', id)) || attributes))
FROM (VALUES ('past', after(-1)), ('long past', after(-86400 * 365 * 4)), ('fraction of the past', after(-1.5)),
	('now', after(60)), ('future', after(3600)), ('milliseconds', after(0) * 1000),
	('over five years ago', after(-86400 * 365.25 * 5 - 60)), ('under five years ago', after(-86400 * 365.25 * 5 + 3600)),
	('zero', 0), ('negative', -1), ('huge', 9e125), ('tiny', 1e-130)) AS numbers(id, expires),
	LATERAL (SELECT jsonb_build_object('expires', jsonb_build_object('N', expires::text)) AS attributes) AS n;
SELECT count(dynamo.put_item('ttl_songs', jsonb_build_object('id', jsonb_build_object('S', id)) || replace(attributes, 'T', after(-60)::text)::jsonb))
FROM (VALUES ('none', '{}'), ('string', '{"expires": {"S": "T"}}'), ('set', '{"expires": {"NS": ["T"]}}'), ('list', '{"expires": {"L": [{"N": "T"}]}}'),
	('map', '{"expires": {"M": {"expires": {"N": "T"}}}}'), ('null', '{"expires": {"NULL": true}}'), ('another', '{"Expires": {"N": "T"}}')) AS others(id, attributes);
SELECT dynamo.get_item('ttl_songs', '{"id": {"S": "past"}}') ? 'Item' AS "readable until it is deleted";
SELECT dynamo.delete_expired_items('ttl_songs');
SELECT item ->> 'id' FROM dynamo_tables.ttl_songs ORDER BY item ->> 'id' COLLATE "C";
SELECT dynamo.delete_expired_items('ttl_songs');
-- A later write wins.
SELECT dynamo.put_item('ttl_songs', jsonb_build_object('id', '{"S": "renewed"}'::jsonb, 'expires', jsonb_build_object('N', after(-60)::text)));
SELECT dynamo.update_item('ttl_songs', '{"id": {"S": "renewed"}}', 'SET expires = expires + :hour', expression_attribute_values => '{":hour": {"N": "3600"}}');
SELECT dynamo.delete_expired_items('ttl_songs');
ROLLBACK;

-- By the index alone: of ten thousand items the expired ones are read, no leaf is scanned.
BEGIN;
INSERT INTO dynamo_tables.ttl_songs SELECT jsonb_build_object('id', i::text, 'expires', after(CASE WHEN i <= 20 THEN i - 1000 ELSE i + 3600 END)) FROM generate_series(1, 10000) AS i;
INSERT INTO dynamo_tables.ttl_songs SELECT jsonb_build_object('id', 'without' || i) FROM generate_series(1, 1000) AS i;
CREATE VIEW work AS
	SELECT sum(pg_stat_get_xact_tuples_returned(c.oid)) FILTER (WHERE relname ~ '^ttl_songs/./1$') AS entries,
		sum(pg_stat_get_xact_numscans(c.oid)) FILTER (WHERE relkind = 'r') AS full_scans
	FROM pg_class c WHERE relname LIKE 'ttl\_songs/%';
SELECT entries AS entries_before, full_scans AS full_scans_before FROM work \gset
SELECT dynamo.delete_expired_items('ttl_songs', 15);
SELECT dynamo.delete_expired_items('ttl_songs', 15);
-- The second call comes to the dead entries of the first again.
SELECT entries - :entries_before < 50 AS few, full_scans - :full_scans_before AS full_scans FROM work;
SELECT min((item -> 'expires')::numeric) > after(3600) FROM dynamo_tables.ttl_songs;
-- In batches, also where all expire in one second.
UPDATE dynamo_tables.ttl_songs SET item = jsonb_set(item, '{expires}', to_jsonb(after(-5))) WHERE item ->> 'id' < '3';
SELECT dynamo.delete_expired_items('ttl_songs', 10000) = (SELECT count(*) FROM generate_series(21, 10000) AS i WHERE i::text < '3');
ROLLBACK;
SELECT dynamo.delete_expired_items('ttl_songs', 0);
SELECT dynamo.delete_expired_items('ttl_songs', 10001);
SELECT dynamo.delete_expired_items('ttl_nothing');

-- An update of another attribute is HOT, one of this is not.
BEGIN;
INSERT INTO dynamo_tables.ttl_songs SELECT jsonb_build_object('id', 'hot', 'expires', after(3600));
SELECT dynamo.update_item('ttl_songs', '{"id": {"S": "hot"}}', 'SET plays = :n', expression_attribute_values => '{":n": {"N": "1"}}');
SELECT sum(pg_stat_get_xact_tuples_hot_updated(oid)) FROM pg_class WHERE relname LIKE 'ttl\_songs/_';
SELECT dynamo.update_item('ttl_songs', '{"id": {"S": "hot"}}', 'SET expires = expires + :n', expression_attribute_values => '{":n": {"N": "1"}}');
SELECT sum(pg_stat_get_xact_tuples_hot_updated(oid)) FROM pg_class WHERE relname LIKE 'ttl\_songs/_';
ROLLBACK;

-- The attribute may be a key of the table or of an index. The other changes of a table keep time to live.
SELECT created('ttl_keyed', 'SN', 'id', 'expires');
SELECT created('ttl_string_key', 'SS', 'id', 'expires');
SELECT dynamo.update_table('{"TableName": "ttl_songs", "AttributeDefinitions": [{"AttributeName": "expires", "AttributeType": "N"}],
	"GlobalSecondaryIndexUpdates": [{"Create": {"IndexName": "by_expiry", "KeySchema": [{"AttributeName": "expires", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}}]}') IS NOT NULL;
CALL await('ttl_songs', 'ENABLED');
DO $$
BEGIN
	WHILE dynamo.describe_table('{"TableName": "ttl_songs"}') #>> '{Table,GlobalSecondaryIndexes,0,IndexStatus}' <> 'ACTIVE' LOOP
		COMMIT;
		PERFORM pg_sleep(0.02);
		COMMIT;
	END LOOP;
END $$;
SELECT updated('ttl_keyed', 'expires', true), updated('ttl_string_key', 'expires', true);
CALL await('ttl_keyed', 'ENABLED');
CALL await('ttl_string_key', 'ENABLED');
BEGIN;
SELECT dynamo.put_item(name, jsonb_build_object('id', '{"S": "a"}'::jsonb, 'expires', jsonb_build_object(type, after(seconds)::text)))
FROM (VALUES ('ttl_songs', 'N'), ('ttl_keyed', 'N'), ('ttl_string_key', 'S')) AS tables(name, type), (VALUES (3600), (-60)) AS t(seconds);
SELECT name, dynamo.delete_expired_items(name), dynamo.scan(jsonb_build_object('TableName', name)) -> 'Count' AS left FROM unnest('{ttl_songs,ttl_keyed,ttl_string_key}'::text[]) AS name;
SELECT dynamo.scan('ttl_songs', index_name => 'by_expiry') -> 'Count';
SELECT sum(pg_relation_size(oid)) = 4 * 8192 AS "no entry but the metapage's" FROM pg_class WHERE relname LIKE 'ttl\_string\_key/_/1';
ROLLBACK;
SELECT dynamo.update_table('{"TableName": "ttl_songs", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by_expiry"}}]}') IS NOT NULL;
SELECT described('ttl_songs');

-- Its deletions are the owner's: nobody else's, but whatever policies and triggers there are.
CREATE ROLE regress_dynamo_ttl;
CREATE ROLE regress_dynamo_ttl_other;
GRANT CREATE ON SCHEMA dynamo_tables, dynamo_views TO regress_dynamo_ttl;
GRANT CREATE ON SCHEMA public TO regress_dynamo_ttl;
SET ROLE regress_dynamo_ttl;
SELECT created('ttl_owned');
GRANT ALL ON dynamo_tables.ttl_owned TO regress_dynamo_ttl_other;
SELECT updated('ttl_owned', 'expires', true);
RESET ROLE;
CALL await('ttl_owned', 'ENABLED');
SET ROLE regress_dynamo_ttl_other;
SELECT updated('ttl_owned', 'expires', false);
SELECT dynamo.delete_expired_items('ttl_owned');
SELECT described('ttl_owned');
SET ROLE regress_dynamo_ttl;
BEGIN;
INSERT INTO dynamo_tables.ttl_owned SELECT jsonb_build_object('id', i::text, 'expires', after(-60)) FROM generate_series(1, 3) AS i;
ALTER TABLE dynamo_tables.ttl_owned ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE TABLE public.ttl_deleted (id text, deleter text);
CREATE FUNCTION public.ttl_note() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
	INSERT INTO public.ttl_deleted VALUES (OLD.item ->> 'id', current_user);
	IF OLD.item ->> 'id' = '3' THEN SET ROLE regress_dynamo_ttl; END IF;
	RETURN OLD;
END $$;
CREATE TRIGGER note BEFORE DELETE ON dynamo_tables.ttl_owned FOR EACH ROW EXECUTE FUNCTION public.ttl_note();
SELECT dynamo.delete_item('ttl_owned', '{"id": {"S": "1"}}');
SELECT dynamo.delete_expired_items('ttl_owned', 1);
SELECT dynamo.delete_item('ttl_owned', '{"id": {"S": "1"}}');
RESET ROLE;
SELECT deleter, count(*) FROM ttl_deleted GROUP BY 1;
SELECT count(*) FROM dynamo_tables.ttl_owned;
-- A trigger cannot get at the rights of the superuser who calls.
SELECT dynamo.delete_expired_items('ttl_owned');
ROLLBACK;
RESET ROLE;

-- Without its index; and disabled.
BEGIN;
DROP INDEX dynamo_tables."ttl_songs/2/1";
SELECT dynamo.delete_expired_items('ttl_songs');
ROLLBACK;
BEGIN;
SELECT updated('ttl_songs', 'expires', false);
SELECT described('ttl_songs');
SELECT updated('ttl_songs', 'expires', true);
ROLLBACK;
SELECT updated('ttl_songs', 'expires', false);
CALL await('ttl_songs', 'DISABLED');
SELECT described('ttl_songs');
SELECT count(*) FROM pg_class WHERE relname ~ '^ttl_songs/./1$';
BEGIN;
INSERT INTO dynamo_tables.ttl_songs SELECT jsonb_build_object('id', 'disabled', 'expires', after(-60));
SELECT dynamo.delete_expired_items('ttl_songs');
ROLLBACK;
SELECT updated('ttl_songs', 'a name with "quotes'' and spaces', true);
CALL await('ttl_songs', 'ENABLED');
BEGIN;
SELECT dynamo.put_item('ttl_songs', jsonb_build_object('id', '{"S": "a"}'::jsonb, 'a name with "quotes'' and spaces', jsonb_build_object('N', after(-60)::text)));
SELECT dynamo.delete_expired_items('arn:aws:dynamodb:us-east-1:000000000000:table/ttl_songs');
COMMIT;

-- Its worker waits for the end of the transaction, however long that takes. The catalog is asked: describing would start another.
BEGIN;
SELECT updated('ttl_songs', 'a name with "quotes'' and spaces', false);
DO $$
BEGIN
	FOR i IN 1 .. 500 LOOP
		EXIT WHEN EXISTS (SELECT FROM pg_locks WHERE relation = 'dynamo_tables.ttl_songs'::regclass AND NOT granted);
		PERFORM pg_sleep(0.02);
	END LOOP;
END $$;
COMMIT;
DO $$
BEGIN
	FOR i IN 1 .. 3000 LOOP
		IF EXISTS (SELECT FROM dynamo.table_catalog WHERE name = 'ttl_songs' AND NOT definition ? 'time_to_live') THEN RETURN; END IF;
		COMMIT;
		PERFORM pg_sleep(0.02);
		COMMIT;
	END LOOP;
	RAISE 'waited in vain';
END $$;

-- Deleting the table while time to live is being enabled.
SELECT updated('ttl_keyed', 'expires', false);
SELECT dynamo.delete_table(jsonb_build_object('TableName', name)) IS NOT NULL FROM unnest('{ttl_songs,ttl_keyed,ttl_string_key,ttl_owned}'::text[]) AS name;
REVOKE CREATE ON SCHEMA dynamo_tables, dynamo_views, public FROM regress_dynamo_ttl;
DROP ROLE regress_dynamo_ttl, regress_dynamo_ttl_other;
DROP PROCEDURE await;
DROP FUNCTION updated, described, created, after;
