-- CreateBackup, DescribeBackup, ListBackups, DeleteBackup and RestoreTableFromBackup.
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
SET client_min_messages = error;
-- What differs in each run: the identifier, ids and times.
CREATE FUNCTION plain(answer jsonb) RETURNS text LANGUAGE sql AS $$
	SELECT regexp_replace(regexp_replace(regexp_replace(answer::text, '/backup/\d{14}-[0-9a-f]{8}"', '/backup/TIME-DIGITS"', 'g'),
		'"TableId": "[0-9a-f-]{36}"', '"TableId": "ID"', 'g'), '"([A-Za-z]*DateTime)": 1\d{9}(\.\d+)?([,}])', '"\1": TIME\3', 'g') $$;
CREATE FUNCTION uncounted(answer jsonb) RETURNS text LANGUAGE sql AS $$
	SELECT regexp_replace(plain(answer), '"(ItemCount|TableSizeBytes|IndexSizeBytes)": \d+, |, "(ItemCount|TableSizeBytes|IndexSizeBytes)": \d+(?=})', '', 'g') $$;
CREATE FUNCTION arn(backup text) RETURNS text LANGUAGE sql AS $$
	SELECT 'arn:aws:dynamodb:us-east-1:000000000000:table/' || table_name || '/backup/' || identifier FROM dynamo.backups WHERE name = backup $$;
CREATE FUNCTION created(backup text, of_table text DEFAULT 'bk_songs') RETURNS jsonb LANGUAGE sql AS $$
	SELECT dynamo.create_backup(jsonb_build_object('TableName', of_table, 'BackupName', backup)) $$;
CREATE FUNCTION described(backup text) RETURNS jsonb LANGUAGE sql AS $$
	SELECT dynamo.describe_backup(jsonb_build_object('BackupArn', arn(backup))) -> 'BackupDescription' $$;
CREATE FUNCTION listed(request jsonb) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(b ->> 'BackupName', ' ' ORDER BY n) FROM jsonb_array_elements(dynamo.list_backups(request) -> 'BackupSummaries') WITH ORDINALITY AS s (b, n) $$;
CREATE FUNCTION restored(backup_arn text, target text, members jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
	SELECT dynamo.restore_table_from_backup(jsonb_build_object('BackupArn', backup_arn, 'TargetTableName', target) || members) -> 'TableDescription' $$;
CREATE FUNCTION items(of_table text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE found text;
BEGIN
	EXECUTE format('SELECT count(*) || '' '' || coalesce(md5(string_agg(item::text, '','' ORDER BY item::text)), '''') FROM dynamo_tables.%I', of_table) INTO found;
	RETURN found;
END $$;
CREATE PROCEDURE await(condition text) LANGUAGE plpgsql AS $$
DECLARE holds boolean;
BEGIN
	FOR i IN 1 .. 3000 LOOP
		EXECUTE 'SELECT ' || condition INTO holds;
		COMMIT;
		IF holds THEN RETURN; END IF;
		PERFORM pg_sleep(0.02);
		COMMIT;
	END LOOP;
	RAISE 'waited in vain for %', condition;
END $$;
CREATE PROCEDURE await_backup(backup text) LANGUAGE plpgsql AS $$
BEGIN
	CALL await(format('described(%L) #>> ''{BackupDetails,BackupStatus}'' = ''AVAILABLE''', backup));
END $$;
CREATE PROCEDURE await_table(name text) LANGUAGE plpgsql AS $$
BEGIN
	CALL await(format('dynamo.describe_table(''{"TableName": "%s"}'') #>> ''{Table,TableStatus}'' = ''ACTIVE''', name));
END $$;

SELECT dynamo.create_table('{"TableName": "bk_songs", "TableClass": "STANDARD_INFREQUENT_ACCESS", "DeletionProtectionEnabled": true,
	"AttributeDefinitions": [{"AttributeName": "artist", "AttributeType": "S"}, {"AttributeName": "year", "AttributeType": "N"}, {"AttributeName": "genre", "AttributeType": "S"}, {"AttributeName": "sold", "AttributeType": "N"}],
	"KeySchema": [{"AttributeName": "artist", "KeyType": "HASH"}, {"AttributeName": "year", "KeyType": "RANGE"}],
	"ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 6}, "Tags": [{"Key": "team", "Value": "charts"}],
	"LocalSecondaryIndexes": [{"IndexName": "BySold", "KeySchema": [{"AttributeName": "artist", "KeyType": "HASH"}, {"AttributeName": "sold", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "KEYS_ONLY"}}],
	"GlobalSecondaryIndexes": [{"IndexName": "ByGenre", "KeySchema": [{"AttributeName": "genre", "KeyType": "HASH"}], "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["title", "label"]}, "ProvisionedThroughput": {"ReadCapacityUnits": 3, "WriteCapacityUnits": 4}}]}') IS NOT NULL;
INSERT INTO dynamo_tables.bk_songs SELECT jsonb_build_object('artist', 'a' || i % 10, 'year', i, 'genre', 'g' || i % 3, 'sold', i * 7, 'title', repeat('la ', i % 50))
FROM generate_series(1, 500) AS i;
-- One that is kept out of line, in a chunk of its own.
SELECT dynamo.put_item(jsonb_build_object('TableName', 'bk_songs', 'Item', jsonb_build_object('artist', '{"S": "long"}'::jsonb, 'year', '{"N": "1"}'::jsonb,
	'text', jsonb_build_object('S', (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 12000) AS i)))));
SELECT items('bk_songs') AS before \gset

-- Requests.
SELECT dynamo.create_backup('{}');
SELECT created('b!', 'bk_songs');
SELECT created('first', 'bk_nothing');
SELECT dynamo.describe_backup('{"BackupArn": "arn:aws:dynamodb:us-east-1:000000000000:table/bk_songs/stream/1"}');
SELECT dynamo.describe_backup('{"BackupArn": "arn:aws:dynamodb:us-east-1:000000000000:table/bk_songs/backup/01489602797149-73d8d5bc"}');
SELECT dynamo.describe_backup('{"BackupArn": "arn:aws:dynamodb:eu-west-1:000000000000:table/bk_songs/backup/01489602797149-73d8d5bc"}');
SELECT dynamo.list_backups('{"ExclusiveStartBackupArn": "arn:aws:dynamodb:eu-west-1:000000000000:table/bk_songs/backup/01489602797149-73d8d5bc"}');
SELECT dynamo.restore_table_from_backup('{"TargetTableName": "bk_copy", "BackupArn": "arn:aws:dynamodb:eu-west-1:000000000000:table/bk_songs/backup/01489602797149-73d8d5bc"}');
SELECT dynamo.describe_backup('{"BackupArn": "arn:aws:dynamodb:us-east-1:000000000001:table/bk_songs/backup/01489602797149-73d8d5bc"}');
SELECT dynamo.describe_backup('{"BackupArn": "arn:aws-cn:dynamodb:us-east-1:000000000000:table/bk_songs/backup/01489602797149-73d8d5bc"}');
SELECT dynamo.describe_backup('{"BackupArn": "arn:aws:s3:us-east-1:000000000000:table/bk_songs/backup/01489602797149-73d8d5bc"}');
SELECT dynamo.update_continuous_backups('{"TableName": "bk_songs", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": false, "RecoveryPeriodInDays": 3}}');
-- a restore to a point in time: first what the request alone tells
SELECT dynamo.restore_table_to_point_in_time('{"TargetTableName": "bk", "SourceTableName": "bk_none"}');
SELECT dynamo.restore_table_to_point_in_time('{"TargetTableName": "bk_copy", "SourceTableName": "bk_none"}');
SELECT dynamo.restore_table_to_point_in_time('{"TargetTableName": "bk_copy", "SourceTableName": "bk_none", "UseLatestRestorableTime": false}');
SELECT dynamo.restore_table_to_point_in_time('{"TargetTableName": "bk_copy", "SourceTableName": "bk_none", "UseLatestRestorableTime": true, "RestoreDateTime": 1}');
SELECT dynamo.restore_table_to_point_in_time('{"TargetTableName": "bk_copy", "UseLatestRestorableTime": true}');
SELECT dynamo.restore_table_to_point_in_time('{"TargetTableName": "bk_copy", "UseLatestRestorableTime": true, "SourceTableName": "bk_none",
	"SourceTableArn": "arn:aws:dynamodb:us-east-1:000000000000:table/bk_none"}');
SELECT dynamo.restore_table_to_point_in_time('{"TargetTableName": "bk_copy", "UseLatestRestorableTime": true, "SourceTableArn": "bk_none"}');
SELECT dynamo.restore_table_to_point_in_time('{"TargetTableName": "bk_copy", "UseLatestRestorableTime": true, "SourceTableArn": "arn:aws:dynamodb:us-east-1:000000000001:table/bk_none"}');
SELECT dynamo.restore_table_to_point_in_time('{"TargetTableName": "bk_copy", "UseLatestRestorableTime": true, "SourceTableArn": "arn:aws:dynamodb:eu-west-1:000000000000:table/bk_none"}');
SELECT dynamo.restore_table_to_point_in_time('{"TargetTableName": "bk_songs", "UseLatestRestorableTime": true, "SourceTableName": "bk_none"}');
SELECT dynamo.delete_backup('{"BackupArn": "short"}');
SELECT dynamo.list_backups('{"TimeRangeLowerBound": "yesterday"}');
SELECT dynamo.list_backups('{"TimeRangeLowerBound": 2, "TimeRangeUpperBound": 1}');
SELECT dynamo.list_backups('{"BackupType": "MINE", "Limit": 0}');
SELECT dynamo.list_backups('{"TableName": "bk_songs"}');

-- A backup that is being made.
BEGIN;
SELECT plain(created('first'));
SELECT described('first') #>> '{BackupDetails,BackupStatus}', listed('{}');
SAVEPOINT made;
\set VERBOSITY sqlstate
SELECT plain(dynamo.delete_backup(jsonb_build_object('BackupArn', arn('first'))));
ROLLBACK TO made;
SELECT restored(arn('first'), 'bk_other');
ROLLBACK TO made;
SELECT dynamo.update_table('{"TableName": "bk_songs", "DeletionProtectionEnabled": false}') IS NOT NULL;
SELECT dynamo.delete_table('{"TableName": "bk_songs"}');
ROLLBACK TO made;
COMMIT;
\set VERBOSITY terse
CALL await_backup('first');
SELECT plain(described('first'));
SELECT name, type, status, items, bytes, stored_bytes > 0 AS stored, tries, error FROM dynamo.backups;

-- It stays as it is: writes, and the table's end.
DELETE FROM dynamo_tables.bk_songs WHERE item ->> 'artist' = 'a1';
SELECT created('second') IS NOT NULL;
CALL await_backup('second');
SELECT dynamo.update_table('{"TableName": "bk_songs", "DeletionProtectionEnabled": false}') IS NOT NULL;
SELECT dynamo.delete_table('{"TableName": "bk_songs"}') IS NOT NULL;
SELECT listed('{"TableName": "bk_songs"}'), listed('{"BackupType": "ALL"}'), listed('{"BackupType": "SYSTEM"}'), listed('{"BackupType": "AWS_BACKUP"}'),
	listed('{"TableName": "bk_others"}'), listed('{"TimeRangeUpperBound": 1000}'), listed('{"TimeRangeLowerBound": 1000.5}');
SELECT plain(dynamo.list_backups('{"Limit": 1}'));
SELECT listed(jsonb_build_object('ExclusiveStartBackupArn', arn('first'))), listed(jsonb_build_object('ExclusiveStartBackupArn', arn('second')));

-- Restores: with everything, with overrides, with what does not fit.
SELECT restored(arn('first'), 'bk!');
SELECT restored(arn('first'), 'ab');
SELECT restored(arn('first'), 'bk_songs', '{"BillingModeOverride": "PAY_PER_REQUEST", "ProvisionedThroughputOverride": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}');
SELECT restored(arn('first'), 'bk_songs', '{"GlobalSecondaryIndexOverride": [{"IndexName": "Other", "KeySchema": [{"AttributeName": "genre", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}');
SELECT restored(arn('first'), 'bk_songs', '{"LocalSecondaryIndexOverride": [{"IndexName": "BySold", "KeySchema": [{"AttributeName": "artist", "KeyType": "HASH"}, {"AttributeName": "sold", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "ALL"}}]}');
BEGIN;
SELECT plain(restored(arn('first'), 'bk_songs'));
SELECT dynamo.get_item('{"TableName": "bk_songs", "Key": {"artist": {"S": "a1"}, "year": {"N": "1"}}}');
ROLLBACK;
BEGIN;
SELECT plain(restored(arn('first'), 'bk_songs')) IS NOT NULL;
SAVEPOINT made;
\set VERBOSITY sqlstate
SELECT restored(arn('first'), 'bk_songs');
ROLLBACK TO made;
SELECT created('third');
ROLLBACK TO made;
SELECT dynamo.delete_backup(jsonb_build_object('BackupArn', arn('first')));
ROLLBACK TO made;
SELECT dynamo.delete_table('{"TableName": "bk_songs"}');
ROLLBACK TO made;
\set VERBOSITY terse
SELECT dynamo.create_table('{"TableName": "bk_songs", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}');
ROLLBACK TO made;
\set VERBOSITY sqlstate
SELECT dynamo.update_time_to_live('{"TableName": "bk_songs", "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "t"}}');
ROLLBACK TO made;
SELECT dynamo.rebuild_index('bk_songs');
ROLLBACK TO made;
COMMIT;
\set VERBOSITY terse
CALL await_table('bk_songs');
SELECT items('bk_songs') = :'before' AS same, uncounted(dynamo.describe_table('{"TableName": "bk_songs"}') -> 'Table');
SELECT * FROM dynamo.check_table('bk_songs');
SELECT dynamo.query('{"TableName": "bk_songs", "IndexName": "ByGenre", "KeyConditionExpression": "genre = :g", "ExpressionAttributeValues": {":g": {"S": "g1"}}, "Select": "COUNT"}') -> 'Count',
	dynamo.query('{"TableName": "bk_songs", "IndexName": "BySold", "KeyConditionExpression": "artist = :a", "ExpressionAttributeValues": {":a": {"S": "a1"}}, "Select": "COUNT"}') -> 'Count';
SELECT dynamo.put_item('{"TableName": "bk_songs", "Item": {"artist": {"S": "a1"}, "year": {"N": "1"}}, "ConditionExpression": "attribute_not_exists(artist)"}');
SELECT restored(arn('first'), 'bk_songs');
-- A table that is being created, but by no restore.
BEGIN;
UPDATE dynamo.table_catalog SET status = 'CREATING', settings = NULL WHERE name = 'bk_songs';
GRANT SELECT ON dynamo_tables.bk_songs TO CURRENT_USER; -- so that sessions forget the row of before
SELECT restored(arn('first'), 'bk_songs');
ROLLBACK;
SELECT restored(arn('second'), 'bk_on_demand', '{"BillingModeOverride": "PAY_PER_REQUEST", "OnDemandThroughputOverride": {"MaxReadRequestUnits": 40}, "LocalSecondaryIndexOverride": [],
	"SSESpecificationOverride": {"Enabled": true, "SSEType": "KMS"}}') IS NOT NULL;
SELECT restored(arn('second'), 'bk_provisioned', '{"ProvisionedThroughputOverride": {"ReadCapacityUnits": 8, "WriteCapacityUnits": 9},
	"GlobalSecondaryIndexOverride": [{"IndexName": "ByGenre", "KeySchema": [{"AttributeName": "genre", "KeyType": "HASH"}], "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["label", "title"]}, "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 2}}]}') IS NOT NULL;
CALL await_table('bk_on_demand');
CALL await_table('bk_provisioned');
SELECT split_part(items('bk_on_demand'), ' ', 1), d - '{TableId,ItemCount,TableSizeBytes,CreationDateTime,BillingModeSummary,RestoreSummary,TableClassSummary,AttributeDefinitions,GlobalSecondaryIndexes}'::text[] FROM (SELECT dynamo.describe_table('{"TableName": "bk_on_demand"}') -> 'Table' AS d) AS t;
SELECT split_part(items('bk_provisioned'), ' ', 1), d -> 'ProvisionedThroughput', d #> '{GlobalSecondaryIndexes,0,ProvisionedThroughput}', d #>> '{LocalSecondaryIndexes,0,IndexName}' FROM (SELECT dynamo.describe_table('{"TableName": "bk_provisioned"}') -> 'Table' AS d) AS t;
SELECT dynamo.list_tags_of_resource('{"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/bk_songs"}');

-- A restore that is dropped.
BEGIN;
SELECT restored(arn('second'), 'bk_dropped') IS NOT NULL;
DROP TABLE dynamo_tables.bk_dropped CASCADE;
COMMIT;
\set VERBOSITY terse
CALL await('NOT EXISTS (SELECT FROM dynamo.backup_task)');

-- A chunk that is broken: nothing is restored, and the table that is left may go.
UPDATE dynamo.backup_chunk SET content = set_byte(content, 100, get_byte(content, 100) # 255)
WHERE (backup, number) = (SELECT id, 1 FROM dynamo.backup_catalog WHERE name = 'second');
SELECT restored(arn('second'), 'bk_broken') IS NOT NULL;
CALL await('EXISTS (SELECT FROM dynamo.restores WHERE error IS NOT NULL)');
SELECT relation, tries, error FROM dynamo.restores;
SELECT dynamo.describe_table('{"TableName": "bk_broken"}') #>> '{Table,TableStatus}', items('bk_broken');
SELECT dynamo.delete_table('{"TableName": "bk_broken"}') #>> '{TableDescription,TableStatus}';
UPDATE dynamo.backup_chunk SET content = set_byte(content, 100, get_byte(content, 100) # 255)
WHERE (backup, number) = (SELECT id, 1 FROM dynamo.backup_catalog WHERE name = 'second');

-- Roles: backups belong to who has made them, and need the table's ownership.
CREATE ROLE bk_owner;
CREATE ROLE bk_other;
GRANT CREATE ON SCHEMA dynamo_tables, dynamo_views TO bk_owner, bk_other;
SET ROLE bk_owner;
SELECT dynamo.create_table('{"TableName": "bk_own", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}') IS NOT NULL;
SELECT dynamo.put_item('{"TableName": "bk_own", "Item": {"id": {"S": "1"}}}');
SELECT created('own', 'bk_own') IS NOT NULL;
CALL await_backup('own');
SELECT arn('own') AS own, listed('{}') \gset
SELECT :'listed', arn('first') IS NULL;
SELECT created('theirs', 'bk_songs');
SELECT FROM dynamo.backup_catalog;
SELECT FROM dynamo.backup_chunk;
SELECT FROM dynamo.backup_task;
SET ROLE bk_other;
SELECT listed('{}') IS NULL, (SELECT count(*) FROM dynamo.backups);
\set VERBOSITY sqlstate
SELECT dynamo.delete_backup(jsonb_build_object('BackupArn', :'own'));
SELECT restored(:'own', 'bk_own2');
SELECT created('own2', 'bk_own');
\set VERBOSITY terse
SET ROLE bk_owner;
SELECT restored(:'own', 'bk_own2') IS NOT NULL;
CALL await_table('bk_own2');
SELECT pg_get_userbyid(relowner), relacl FROM pg_class WHERE oid = 'dynamo_tables.bk_own2'::regclass;
ALTER TABLE dynamo_tables.bk_own ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
SELECT created('policies', 'bk_own');
RESET ROLE;

-- What an owner adds to a table that is being restored: triggers run with the owner's rights, and an index would lack the items.
CREATE SCHEMA bk_code AUTHORIZATION bk_owner;
SET ROLE bk_owner;
CREATE TABLE bk_code.seen (role text, reset text);
CREATE FUNCTION bk_code.note() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE reset text := 'done';
BEGIN
	BEGIN
		RESET ROLE;
	EXCEPTION WHEN OTHERS THEN
		reset := SQLERRM;
	END;
	INSERT INTO bk_code.seen VALUES (current_user, reset);
	RETURN NULL;
END $$;
BEGIN;
SELECT restored(:'own', 'bk_trigger') IS NOT NULL;
INSERT INTO dynamo_tables.bk_trigger VALUES ('{"id": "mine"}');
CREATE TRIGGER note BEFORE TRUNCATE ON dynamo_tables.bk_trigger EXECUTE FUNCTION bk_code.note();
COMMIT;
CALL await_table('bk_trigger');
SELECT *, (SELECT string_agg(item::text, ' ') FROM dynamo_tables.bk_trigger) AS items FROM bk_code.seen;
BEGIN;
SELECT restored(:'own', 'bk_index') IS NOT NULL;
CREATE INDEX mine ON dynamo_tables."bk_index/0" ((item ->> 'id'));
COMMIT;
CALL await('EXISTS (SELECT FROM dynamo.restores WHERE error IS NOT NULL)');
SELECT relation, error FROM dynamo.restores;
SELECT dynamo.delete_table('{"TableName": "bk_index"}') #>> '{TableDescription,TableStatus}';
RESET ROLE;
-- A table that gets another owner before its backup is made.
BEGIN;
SET LOCAL ROLE bk_owner;
SELECT created('late', 'bk_own2') IS NOT NULL;
SET LOCAL ROLE NONE;
ALTER TABLE dynamo_tables.bk_own2 OWNER TO bk_other;
COMMIT;
CALL await('EXISTS (SELECT FROM dynamo.backups WHERE error IS NOT NULL)');
SELECT name, status, error FROM dynamo.backups WHERE error IS NOT NULL;
-- Each role has a limit of its own.
BEGIN;
SET LOCAL ROLE bk_owner;
SELECT created('many', 'bk_trigger') IS NOT NULL;
SET LOCAL ROLE NONE;
INSERT INTO dynamo.backup_task (kind, backup, relation, source) SELECT kind, backup, relation, source FROM dynamo.backup_task, generate_series(2, 50) WHERE error IS NULL;
SET LOCAL ROLE bk_other;
SELECT created('others', 'bk_own2') IS NOT NULL;
SET LOCAL ROLE bk_owner;
SELECT created('more', 'bk_trigger');
ROLLBACK;
ALTER TABLE dynamo_tables.bk_own2 OWNER TO bk_owner;
-- A row that nothing here has written.
BEGIN;
UPDATE dynamo.backup_catalog SET partitions = 100000000 WHERE name = 'own';
SELECT restored(:'own', 'bk_own3');
ROLLBACK;

-- Deletion.
SELECT plain(dynamo.delete_backup(jsonb_build_object('BackupArn', arn('second'))) #> '{BackupDescription,BackupDetails}');
SELECT plain(dynamo.delete_backup(jsonb_build_object('BackupArn', arn(name))) #> '{BackupDescription,BackupDetails,BackupStatus}') FROM dynamo.backups ORDER BY name;
CALL await('NOT EXISTS (SELECT FROM dynamo.backup_catalog)');
SELECT count(*) FROM dynamo.backup_chunk;
SELECT dynamo.delete_table(jsonb_build_object('TableName', name)) IS NOT NULL FROM unnest('{bk_songs,bk_on_demand,bk_provisioned,bk_own,bk_own2,bk_trigger}'::text[]) AS t (name);
DROP SCHEMA bk_code CASCADE;
REVOKE CREATE ON SCHEMA dynamo_tables, dynamo_views FROM bk_owner, bk_other;
DROP ROLE bk_owner, bk_other;
DROP PROCEDURE await(text), await_backup(text), await_table(text);
DROP FUNCTION created, described, listed, restored, items, uncounted, plain, arn;
