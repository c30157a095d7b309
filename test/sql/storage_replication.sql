-- Replica identities: changes of tables that a publication has.
\set VERBOSITY terse
SET client_min_messages = error; -- the server's wal_level may publish nothing
SET dynamo.partitions = 2;
CREATE FUNCTION created(name text) RETURNS boolean LANGUAGE sql AS $$
  SELECT dynamo.create_table(jsonb_build_object('TableName', name) || '{"BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "Id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "Id", "KeyType": "HASH"}]}') IS NOT NULL $$;
CREATE VIEW identities AS SELECT relname, relreplident FROM pg_class
  WHERE relnamespace = 'dynamo_tables'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname COLLATE "C";
CREATE FUNCTION put(name text, id text, n integer) RETURNS jsonb LANGUAGE sql AS $$
  SELECT dynamo.put_item(name, jsonb_build_object('Id', jsonb_build_object('S', id), 'N', jsonb_build_object('N', n::text))) $$;
CREATE FUNCTION deleted(name text, id text) RETURNS jsonb LANGUAGE sql AS $$
  SELECT dynamo.delete_item(name, jsonb_build_object('Id', jsonb_build_object('S', id))) $$;

-- What a new table gets
SELECT created('plain');
SET dynamo.replica_identity = full;
SELECT created('asked');
RESET dynamo.replica_identity;
CREATE PUBLICATION added FOR ALL TABLES WITH (publish = 'insert, truncate');
SELECT created('inserted');
CREATE PUBLICATION everything FOR ALL TABLES WITH (publish = 'delete');
SELECT created('published');
SET dynamo.replica_identity = nothing;
SELECT created('unasked');
RESET dynamo.replica_identity;
DROP PUBLICATION everything;
CREATE PUBLICATION elsewhere FOR TABLES IN SCHEMA dynamo_views;
SELECT created('other-schema');
CREATE PUBLICATION tables FOR TABLES IN SCHEMA dynamo_tables;
SELECT created('by-schema');
SELECT * FROM identities;
DROP PUBLICATION elsewhere, tables;

-- A publication that comes later: items are added, not changed.
SELECT put('plain', 'a', 1);
CREATE PUBLICATION "every thing" FOR ALL TABLES;
SELECT put('plain', 'b', 1);
SELECT put('plain', 'a', 2);
SELECT deleted('plain', 'a');
SELECT deleted('plain', 'nothing');
SELECT dynamo.update_item('plain', '{"Id": {"S": "a"}}', 'SET M = N');
SELECT dynamo.batch_write_item('{"RequestItems": {"plain": [{"PutRequest": {"Item": {"Id": {"S": "a"}}}}]}}');
SELECT dynamo.transact_write_items('{"TransactItems": [{"Delete": {"TableName": "plain", "Key": {"Id": {"S": "a"}}}}]}');
SELECT dynamo.transact_write_items('{"TransactItems": [{"ConditionCheck": {"TableName": "plain", "Key": {"Id": {"S": "absent"}}, "ConditionExpression": "attribute_not_exists(Id)"}},
  {"ConditionCheck": {"TableName": "plain", "Key": {"Id": {"S": "a"}}, "ConditionExpression": "attribute_exists(Id)"}}]}');
SELECT dynamo.execute_statement('DELETE FROM "plain" WHERE Id = ''a''');
SELECT put('published', 'a', 1), put('published', 'a', 2), deleted('published', 'a');
-- the same where PostgreSQL's executor writes
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN coalesce(new, old); END $$;
CREATE TRIGGER nothing BEFORE INSERT OR UPDATE OR DELETE ON dynamo_tables.plain FOR EACH ROW EXECUTE FUNCTION nothing();
SELECT put('plain', 'c', 1);
SELECT put('plain', 'a', 2);
SELECT deleted('plain', 'a');
DROP TRIGGER nothing ON dynamo_tables.plain;
-- and where the publication has the table, or a leaf, by its name
DROP PUBLICATION "every thing";
CREATE PUBLICATION named FOR TABLE dynamo_tables.plain WITH (publish = 'delete');
SELECT put('plain', 'a', 3);
SELECT deleted('plain', 'a');
DROP PUBLICATION named;
CREATE PUBLICATION "leaf's" FOR TABLE dynamo_tables."plain/0", dynamo_tables."plain/1";
SELECT put('plain', 'a', 4);
DROP PUBLICATION "leaf's";
SELECT put('plain', 'a', 5);

-- The remedy is the owner's.
CREATE PUBLICATION "every thing" FOR ALL TABLES;
CREATE ROLE regress_dynamo_ann;
GRANT SELECT, INSERT, UPDATE ON dynamo_tables.plain TO regress_dynamo_ann;
SET ROLE regress_dynamo_ann;
SELECT put('plain', 'a', 6);
SELECT dynamo.set_replica_identity('plain', 'full');
RESET ROLE;
SELECT dynamo.set_replica_identity('plain', 'index');
SELECT dynamo.set_replica_identity('nothing', 'full');
SELECT dynamo.set_replica_identity('plain', 'full');
SELECT put('plain', 'a', 6), deleted('plain', 'b');
SELECT * FROM identities WHERE relname ~ 'plain';
SELECT dynamo.set_replica_identity('arn:aws:dynamodb:us-east-1:000000000000:table/plain', 'nothing');
SELECT put('plain', 'a', 7);
SELECT * FROM identities WHERE relname ~ 'plain';
SELECT dynamo.set_replica_identity('plain', 'default');
DROP PUBLICATION "every thing";
SELECT put('plain', 'a', 7);

-- A row filter needs the whole row, too; a list of columns and the whole row exclude each other.
SELECT dynamo.set_replica_identity('plain', 'full');
CREATE PUBLICATION filtered FOR TABLE dynamo_tables.plain WHERE (item ? 'N') WITH (publish_via_partition_root);
SELECT put('plain', 'a', 8);
SELECT dynamo.set_replica_identity('plain', 'nothing');
SELECT put('plain', 'a', 9);
DROP PUBLICATION filtered;
CREATE PUBLICATION columns FOR TABLE dynamo_tables.plain (item) WITH (publish_via_partition_root);
SELECT dynamo.set_replica_identity('plain', 'full');
SELECT put('plain', 'a', 9);
DROP PUBLICATION columns;

-- The extension's own tables are written while everything is published.
CREATE PUBLICATION everything FOR ALL TABLES;
SELECT dynamo.tag_resource('{"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/plain", "Tags": [{"Key": "a", "Value": "b"}]}');
SELECT dynamo.transact_write_items('{"ClientRequestToken": "t", "TransactItems": [{"Put": {"TableName": "plain", "Item": {"Id": {"S": "a"}}}}]}');
SELECT dynamo.update_table('{"TableName": "plain", "BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}}') IS NOT NULL AS updated;
SELECT dynamo.register_scalable_target('table/plain', 'dynamodb:table:ReadCapacityUnits', 10, 20);
SELECT dynamo.register_scalable_target('table/plain', 'dynamodb:table:ReadCapacityUnits', 10, 30);
SELECT dynamo.deregister_scalable_target('table/plain', 'dynamodb:table:ReadCapacityUnits');
SELECT dynamo.describe_table('{"TableName": "plain"}') IS NOT NULL AS described;

SELECT count(dynamo.delete_table(jsonb_build_object('TableName', name)))
FROM (VALUES ('plain'), ('asked'), ('inserted'), ('published'), ('unasked'), ('other-schema'), ('by-schema')) AS names (name);
DROP PUBLICATION added, everything;
DROP VIEW identities;
DROP FUNCTION created, put, deleted, nothing;
DROP ROLE regress_dynamo_ann;
