-- Triggers as their owners define them: settings, targets, who may do what. None is called here.
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
SET client_min_messages = error; -- servers of these tests may not have wal_level = logical
CREATE ROLE regress_trigger_owner;
CREATE ROLE regress_trigger_other;
GRANT CREATE ON SCHEMA dynamo_tables, dynamo_views TO regress_trigger_owner;
GRANT CREATE ON SCHEMA public TO regress_trigger_owner, regress_trigger_other;
SET ROLE regress_trigger_owner;
SELECT dynamo.create_table('{"TableName": "Triggered", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}') IS NOT NULL;
CREATE FUNCTION public.trigger_target(event jsonb) RETURNS void LANGUAGE sql AS '';
CREATE FUNCTION public.trigger_answer(event jsonb) RETURNS jsonb LANGUAGE sql AS 'SELECT NULL::jsonb';
CREATE FUNCTION public.trigger_text(event text) RETURNS void LANGUAGE sql AS '';
CREATE FUNCTION public.trigger_rows(event jsonb) RETURNS SETOF jsonb LANGUAGE sql AS 'SELECT event';
-- a stream is needed
SELECT dynamo.create_trigger('first', 'Triggered', 'function public.trigger_target(jsonb)');
SELECT dynamo.update_table('{"TableName": "Triggered", "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"}}') IS NOT NULL;
SELECT dynamo.create_trigger('first', 'Triggered', 'function public.trigger_target(jsonb)', enabled => false);
SELECT dynamo.create_trigger('first', 'Triggered', 'function public.trigger_target(jsonb)', enabled => false);
SELECT dynamo.create_trigger('second', 'Triggered', 'function public . trigger_answer ( jsonb )', 10, '5 s', 'TRIM_HORIZON', '1 h', 3, true, true, '[{"eventName": ["INSERT"]}]', target_timeout => '2 s', enabled => false);
SELECT name, table_name, target, owner, enabled, state, starting_position, batch_size, batching_window, maximum_record_age, maximum_retry_attempts, bisect_batch_on_error, report_batch_item_failures, filters, credential, target_timeout FROM dynamo.triggers ORDER BY name;
SELECT dynamo.alter_trigger('second', batch_size => 7, maximum_record_age => '0', filters => 'null', bisect_batch_on_error => false, target => 'lambda:http://localhost:9000/2015-03-31/functions/f/invocations', credential => 'key');
SELECT name, target, batch_size, batching_window, maximum_record_age, maximum_retry_attempts, bisect_batch_on_error, report_batch_item_failures, filters, credential FROM dynamo.triggers WHERE name = 'second';
SELECT dynamo.alter_trigger('second', credential => '');
SELECT credential IS NULL FROM dynamo.triggers WHERE name = 'second';
-- what is refused
SELECT dynamo.create_trigger('x', 'Absent', 'http://localhost/');
SELECT dynamo.create_trigger('', 'Triggered', 'http://localhost/');
SELECT dynamo.create_trigger(repeat('x', 129), 'Triggered', 'http://localhost/');
SELECT dynamo.create_trigger(NULL, 'Triggered', 'http://localhost/');
SELECT dynamo.create_trigger('x', 'Triggered', 'ftp://localhost/');
SELECT dynamo.create_trigger('x', 'Triggered', 'lambda:f');
SELECT dynamo.create_trigger('x', 'Triggered', 'http://localhost/' || repeat('x', 3000));
SELECT dynamo.create_trigger('x', 'Triggered', 'function public.absent(jsonb)');
SELECT dynamo.create_trigger('x', 'Triggered', 'function public.trigger_text(text)');
SELECT dynamo.create_trigger('x', 'Triggered', 'function public.trigger_rows(jsonb)');
SELECT dynamo.create_trigger('x', 'Triggered', 'http://localhost/', batch_size => 0);
SELECT dynamo.create_trigger('x', 'Triggered', 'http://localhost/', batch_size => 10001);
SELECT dynamo.create_trigger('x', 'Triggered', 'http://localhost/', batching_window => '301 s');
SELECT dynamo.create_trigger('x', 'Triggered', 'http://localhost/', batching_window => '-1 s');
SELECT dynamo.create_trigger('x', 'Triggered', 'http://localhost/', starting_position => 'AT_TIMESTAMP');
SELECT dynamo.create_trigger('x', 'Triggered', 'http://localhost/', maximum_record_age => '59 s');
SELECT dynamo.create_trigger('x', 'Triggered', 'http://localhost/', maximum_record_age => '8 days');
SELECT dynamo.create_trigger('x', 'Triggered', 'http://localhost/', maximum_record_age => '100000000 years');
SELECT dynamo.create_trigger('x', 'Triggered', 'http://localhost/', maximum_retry_attempts => -2);
SELECT dynamo.create_trigger('x', 'Triggered', 'http://localhost/', target_timeout => '16 min');
SELECT dynamo.create_trigger('x', 'Triggered', 'http://localhost/', filters => '{"Filters": []}');
SELECT dynamo.create_trigger('x', 'Triggered', 'http://localhost/', filters => '{"Filters": [{"Pattern": "{\"a\": [{\"cidr\": \"x\"}]}"}]}');
SELECT dynamo.create_trigger('x', 'Triggered', 'http://localhost/', filters => (SELECT jsonb_agg('{"a": [1]}'::jsonb) FROM generate_series(1, 11)));
SELECT dynamo.alter_trigger('absent'), dynamo.drop_trigger('absent');
SELECT dynamo.replay_trigger('first', 'x');
RESET ROLE;
-- others
SET ROLE regress_trigger_other;
CREATE FUNCTION public.trigger_foreign(event jsonb) RETURNS void LANGUAGE sql AS '';
REVOKE EXECUTE ON FUNCTION public.trigger_foreign FROM PUBLIC;
SELECT count(*) FROM dynamo.triggers;
SELECT count(*) FROM dynamo.trigger_catalog;
SELECT count(*) FROM dynamo.trigger_dead_letter;
SELECT dynamo.create_trigger('x', 'Triggered', 'function public.trigger_foreign(jsonb)');
SELECT dynamo.alter_trigger('first', target => 'function public.trigger_foreign(jsonb)');
SELECT dynamo.disable_trigger('first');
SELECT dynamo.enable_trigger('first');
SELECT dynamo.drop_trigger('first');
SELECT dynamo.replay_trigger('first');
SELECT dynamo.delete_dead_letters('first');
RESET ROLE;
SET ROLE regress_trigger_owner;
SELECT dynamo.create_trigger('x', 'Triggered', 'function public.trigger_foreign(jsonb)');
RESET ROLE;
-- a superuser's trigger does not run the code of others as the superuser
SELECT dynamo.create_trigger('x', 'Triggered', 'function public.trigger_foreign(jsonb)');
-- but the table's owner may stop and drop it, and not change it
SELECT dynamo.create_trigger('mine', 'Triggered', 'http://localhost/', enabled => false);
SET ROLE regress_trigger_owner;
SELECT dynamo.alter_trigger('mine', target => 'function public.trigger_target(jsonb)');
SELECT dynamo.enable_trigger('mine');
SELECT dynamo.disable_trigger('mine');
SELECT dynamo.drop_trigger('mine');
-- row-level security that applies to the owner
ALTER TABLE dynamo_tables."Triggered" ENABLE ROW LEVEL SECURITY;
ALTER TABLE dynamo_tables."Triggered" FORCE ROW LEVEL SECURITY;
SELECT dynamo.create_trigger('x', 'Triggered', 'http://localhost/');
ALTER TABLE dynamo_tables."Triggered" DISABLE ROW LEVEL SECURITY;
REVOKE SELECT ON dynamo_tables."Triggered" FROM regress_trigger_owner;
SELECT dynamo.create_trigger('x', 'Triggered', 'http://localhost/');
GRANT SELECT ON dynamo_tables."Triggered" TO regress_trigger_owner;
-- a function that is another one now
DROP FUNCTION public.trigger_target;
SELECT dynamo.enable_trigger('first');
SELECT dynamo.drop_trigger('first'), dynamo.drop_trigger('second');
SELECT count(*) FROM dynamo.triggers;
RESET ROLE;
SELECT count(*) FROM dynamo.trigger_progress;
-- rows of a dump are disabled, and belong to the table's owner
INSERT INTO dynamo.trigger_catalog VALUES ('restored', 1, 'Triggered', 5, 'function public.trigger_answer(jsonb)', 'public.trigger_answer'::regproc::oid, 10, true, now(), 'LATEST', 100, '0', NULL, -1, false, false, NULL, NULL, '60 s');
SET ROLE regress_trigger_owner;
SELECT name, owner, enabled FROM dynamo.triggers;
RESET ROLE;
SELECT label, function FROM dynamo.trigger_catalog;
SET ROLE regress_trigger_other;
SELECT dynamo.enable_trigger('restored');
SET ROLE regress_trigger_owner;
BEGIN;
SELECT dynamo.enable_trigger('restored');
SELECT name, owner, enabled, target FROM dynamo.triggers;
ROLLBACK;
SELECT dynamo.drop_trigger('restored');
SELECT dynamo.stream_channel('Music'), dynamo.stream_channel(repeat('x', 49)), dynamo.stream_channel(repeat('x', 50));
DROP FUNCTION public.trigger_answer, public.trigger_text, public.trigger_rows;
SELECT dynamo.delete_table('{"TableName": "Triggered"}') IS NOT NULL;
RESET ROLE;
DROP FUNCTION public.trigger_foreign;
DROP OWNED BY regress_trigger_owner, regress_trigger_other;
DROP ROLE regress_trigger_owner, regress_trigger_other;
