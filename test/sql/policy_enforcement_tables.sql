-- Policies on actions and names of tables, indexes and streams: what is denied is denied whether it exists or not.
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET client_min_messages = error;
CREATE FUNCTION create_one(name text, more jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
  SELECT dynamo.create_table(jsonb_build_object('TableName', name) || '{"BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
    "GlobalSecondaryIndexes": [{"IndexName": "ByKey", "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}' || more) $$;
CREATE ROLE regress_dynamo_clerk;
GRANT USAGE ON SCHEMA dynamo, dynamo_tables TO regress_dynamo_clerk;
GRANT CREATE ON SCHEMA dynamo_tables, dynamo_views TO regress_dynamo_clerk;
SET ROLE regress_dynamo_clerk;
SELECT create_one('clerk.own') IS NOT NULL AS created;
SELECT create_one('clerk.tagged', '{"Tags": [{"Key": "stage", "Value": "test"}]}') IS NOT NULL AS created;
SELECT create_one('secret') IS NOT NULL AS created;
SET dynamo.partitions = 1;
SELECT create_one('clerk.streamed', '{"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"}}') #>> '{TableDescription,LatestStreamArn}' AS stream \gset
SELECT dynamo.describe_stream(jsonb_build_object('StreamArn', :'stream')) #>> '{StreamDescription,Shards,0,ShardId}' AS shard \gset
SELECT dynamo.get_shard_iterator(jsonb_build_object('StreamArn', :'stream', 'ShardId', :'shard', 'ShardIteratorType', 'LATEST')) ->> 'ShardIterator' AS iterator \gset
RESET dynamo.partitions;
RESET ROLE;
CREATE FUNCTION outcome(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE answer text;
BEGIN
  BEGIN
    SET LOCAL ROLE regress_dynamo_clerk;
    EXECUTE 'SELECT string_agg(x::text, '' '') FROM dynamo.' || call || ' x' INTO answer;
    RAISE EXCEPTION SQLSTATE 'ZZZZZ' USING message = CASE WHEN answer IS NULL THEN 'nothing' ELSE 'allowed' END;
  EXCEPTION
    WHEN SQLSTATE 'ZZZZZ' THEN RETURN SQLERRM;
    WHEN SQLSTATE 'DY015' THEN RETURN 'denied ' || regexp_replace(substring(SQLERRM FROM 'perform: (.*)'), ' because .*', '');
    WHEN OTHERS THEN RETURN SQLSTATE || ' ' || SQLERRM;
  END;
END $$;
-- Each operation that names a table, of this one.
CREATE FUNCTION outcomes(name text) RETURNS TABLE (operation text, result text) LANGUAGE sql AS $$
  SELECT operation, outcome(operation || format('(%L)', request::jsonb || jsonb_build_object('TableName', name))) FROM (VALUES
    ('delete_table', '{}'), ('describe_table', '{}'), ('describe_time_to_live', '{}'), ('describe_kinesis_streaming_destination', '{}'),
    ('disable_kinesis_streaming_destination', '{"StreamArn": "arn:aws:kinesis:us-east-1:000000000000:stream/s"}'),
    ('enable_kinesis_streaming_destination', '{"StreamArn": "arn:aws:kinesis:us-east-1:000000000000:stream/s"}'),
    ('update_kinesis_streaming_destination', '{"StreamArn": "arn:aws:kinesis:us-east-1:000000000000:stream/s", "UpdateKinesisStreamingConfiguration": {"ApproximateCreationDateTimePrecision": "MICROSECOND"}}'),
    ('create_backup', '{"BackupName": "mine"}'), ('describe_continuous_backups', '{}'), ('update_continuous_backups', '{"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": false}}'),
    ('update_table', '{"DeletionProtectionEnabled": false}'), ('update_time_to_live', '{"TimeToLiveSpecification": {"Enabled": true, "AttributeName": "t"}}'),
    ('get_item', '{"Key": {"k": {"S": "1"}}}'), ('scan', '{}'), ('scan', '{"IndexName": "ByKey"}'), ('scan', '{"IndexName": "None"}')) v (operation, request) $$;

SELECT dynamo.put_policy('regress_clerk', '{"Version": "2012-10-17", "Statement": {"Sid": "Own", "Effect": "Allow", "Action": ["dynamodb:Describe*", "dynamodb:Scan"], "Resource": "arn:aws:dynamodb:us-east-1:000000000000:table/clerk.*"}}') IS NOT NULL AS put;
SELECT dynamo.attach_role_policy('regress_dynamo_clerk', 'regress_clerk') IS NOT NULL AS attached;
SELECT * FROM outcomes('clerk.own');
SELECT * FROM outcomes('secret');
-- a table that is not there is denied in the same words
SELECT operation, result FROM outcomes('clerk.none') EXCEPT SELECT operation, replace(result, 'clerk.own', 'clerk.none') FROM outcomes('clerk.own') ORDER BY 1, 2;
SELECT operation, result FROM outcomes('none') EXCEPT SELECT operation, replace(result, 'secret', 'none') FROM outcomes('secret') ORDER BY 1, 2;
-- privileges stay beneath
RESET ROLE;
SELECT create_one('clerk.others') IS NOT NULL AS created;
SELECT outcome($$scan('{"TableName": "clerk.others"}')$$);
-- what names no table, and streams
SELECT n, outcome(call) FROM (VALUES
  (1, $$list_tables('{}')$$),
  (2, $$describe_limits('{}')$$),
  (3, $$describe_endpoints('{}')$$),
  (4, $$list_streams('{}')$$),
  (5, $$list_streams('{"TableName": "clerk.own"}')$$),
  (6, $$describe_stream('{"StreamArn": "arn:aws:dynamodb:us-east-1:000000000000:table/secret/stream/2026-01-01T00:00:00.000"}')$$),
  (7, $$describe_stream('{"StreamArn": "arn:aws:dynamodb:us-east-1:000000000000:table/clerk.own/stream/2026-01-01T00:00:00.000"}')$$),
  (8, $$changes('secret')$$),
  (9, $$changes('arn:aws:dynamodb:us-east-1:000000000000:table/clerk.own/stream/2026-01-01T00:00:00.000')$$),
  (10, $$create_table('{"TableName": "clerk.new", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}]}')$$),
  (11, $$create_table('{"TableName": "secret", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}]}')$$),
  (12, $$tag_resource('{"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/clerk.own", "Tags": [{"Key": "a", "Value": "b"}]}')$$),
  (13, $$untag_resource('{"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/none", "TagKeys": ["a"]}')$$),
  (14, $$list_tags_of_resource('{"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/clerk.own"}')$$)) v (n, call) ORDER BY n;

-- backups: by their own ARNs, and restores by the source's and the target's
SELECT n, outcome(call) FROM (VALUES
  (1, $$list_backups('{}')$$),
  (2, $$list_backups('{"TableName": "clerk.own"}')$$),
  (3, $$describe_backup('{"BackupArn": "arn:aws:dynamodb:us-east-1:000000000000:table/secret/backup/01700000000000-0000000a"}')$$),
  (4, $$describe_backup('{"BackupArn": "arn:aws:dynamodb:us-east-1:000000000000:table/clerk.own/backup/01700000000000-0000000a"}')$$),
  (5, $$describe_backup('{"BackupArn": "arn:aws:dynamodb:eu-west-1:000000000000:table/secret/backup/01700000000000-0000000a"}')$$),
  (6, $$delete_backup('{"BackupArn": "arn:aws:dynamodb:us-east-1:000000000000:table/secret/backup/01700000000000-0000000a"}')$$),
  (7, $$restore_table_from_backup('{"TargetTableName": "clerk.new", "BackupArn": "arn:aws:dynamodb:us-east-1:000000000000:table/secret/backup/01700000000000-0000000a"}')$$),
  (8, $$restore_table_to_point_in_time('{"TargetTableName": "clerk.new", "SourceTableName": "secret", "UseLatestRestorableTime": true}')$$)) v (n, call) ORDER BY n;
-- each action that a restore takes on its target is needed
CREATE FUNCTION restore_outcomes(lacking text, source text) RETURNS TABLE (result text) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM dynamo.put_policy('regress_clerk', format('{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": %s, "Resource": "arn:aws:dynamodb:us-east-1:000000000000:table/clerk.new"},
    {"Effect": "Allow", "Action": "dynamodb:Restore*", "Resource": "arn:aws:dynamodb:us-east-1:000000000000:table/%s"}]}',
    (SELECT jsonb_agg('dynamodb:' || a) FROM unnest('{BatchWriteItem,DeleteItem,GetItem,PutItem,Query,Scan,UpdateItem}'::text[]) a WHERE a <> lacking), source)::json);
  RETURN QUERY SELECT outcome(call) FROM (VALUES
    (1, $q$restore_table_from_backup('{"TargetTableName": "clerk.new", "BackupArn": "arn:aws:dynamodb:us-east-1:000000000000:table/secret/backup/01700000000000-0000000a"}')$q$),
    (2, $q$restore_table_to_point_in_time('{"TargetTableName": "clerk.new", "SourceTableName": "secret", "UseLatestRestorableTime": true}')$q$)) v (n, call) ORDER BY n;
END $$;
SELECT lacking, result FROM unnest('{BatchWriteItem,DeleteItem,GetItem,PutItem,Query,Scan,UpdateItem,none}'::text[]) lacking, restore_outcomes(lacking, 'secret*') result;
SELECT restore_outcomes('none', 'other');
DROP FUNCTION restore_outcomes;
-- a backup is of all items: who is held to some keys or attributes makes none, and restores none
CREATE FUNCTION whole_outcomes(key text) RETURNS TABLE (n int, result text) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM dynamo.put_policy('regress_clerk', format('{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*", "Condition": {"ForAllValues:StringLike": {"dynamodb:%s": ["*"]}}}}', key)::json);
  RETURN QUERY SELECT v.n, outcome(call) FROM (VALUES
    (1, $q$create_backup('{"TableName": "clerk.own", "BackupName": "mine"}')$q$),
    (2, $q$describe_backup('{"BackupArn": "arn:aws:dynamodb:us-east-1:000000000000:table/clerk.own/backup/01700000000000-0000000a"}')$q$),
    (3, $q$restore_table_from_backup('{"TargetTableName": "clerk.new", "BackupArn": "arn:aws:dynamodb:us-east-1:000000000000:table/clerk.own/backup/01700000000000-0000000a"}')$q$),
    (4, $q$restore_table_to_point_in_time('{"TargetTableName": "clerk.new", "SourceTableName": "clerk.own", "UseLatestRestorableTime": true}')$q$),
    (5, $q$describe_continuous_backups('{"TableName": "clerk.own"}')$q$)) v (n, call) ORDER BY 1;
END $$;
SELECT key, n, result FROM unnest('{LeadingKeys,Attributes}'::text[]) key, whole_outcomes(key);
DROP FUNCTION whole_outcomes;
SELECT dynamo.put_policy('regress_clerk', '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": ["dynamodb:Describe*", "dynamodb:Scan"], "Resource": "arn:aws:dynamodb:us-east-1:000000000000:table/clerk.*"}}') IS NOT NULL AS put;

-- an iterator from before the policy gives no right
SELECT regexp_replace(outcome(format('get_records(%L)', jsonb_build_object('ShardIterator', :'iterator'))), '/stream/.*', '') AS records;

-- tags of the table and of the request
SELECT dynamo.put_policy('regress_clerk', '{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": ["dynamodb:DescribeTable", "dynamodb:Scan", "dynamodb:GetItem"], "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/stage": "test"}}},
  {"Effect": "Allow", "Action": "dynamodb:CreateTable", "Resource": "*"},
  {"Effect": "Allow", "Action": ["dynamodb:TagResource", "dynamodb:UntagResource"], "Resource": "*", "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": "stage"}, "StringEqualsIfExists": {"aws:RequestTag/stage": "test"}}},
  {"Effect": "Allow", "Action": "dynamodb:ListTables", "Resource": "*"}]}') IS NOT NULL AS put;
SELECT n, outcome(call) FROM (VALUES
  (1, $$describe_table('{"TableName": "clerk.tagged"}')$$),
  (2, $$describe_table('{"TableName": "clerk.own"}')$$),
  (3, $$scan('{"TableName": "clerk.tagged"}')$$),
  (4, $$scan('{"TableName": "clerk.own"}')$$),
  (5, $$get_item('{"TableName": "clerk.tagged", "Key": {"k": {"S": "1"}}}')$$),
  (6, $$create_table('{"TableName": "clerk.new", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}]}')$$),
  (7, $$create_table('{"TableName": "clerk.new", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}], "Tags": [{"Key": "stage", "Value": "test"}]}')$$),
  (8, $$create_table('{"TableName": "clerk.new", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}], "Tags": [{"Key": "stage", "Value": "live"}]}')$$),
  (9, $$tag_resource('{"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/clerk.own", "Tags": [{"Key": "other", "Value": "b"}]}')$$),
  (10, $$untag_resource('{"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/clerk.tagged", "TagKeys": ["stage"]}')$$),
  (11, $$untag_resource('{"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/clerk.tagged", "TagKeys": ["stage", "other"]}')$$),
  (12, $$list_tables('{}')$$),
-- a table that is not there has no tags, in whichever form it is asked for
  (13, $$get_item('{"TableName": "clerk.none", "Key": {"k": {"S": "1"}}}')$$),
  (14, $$scan('{"TableName": "clerk.none"}')$$)) v (n, call) ORDER BY n;

-- policies of tables: a role without policies of its own is held to what the table's lets it
CREATE ROLE regress_dynamo_guest;
GRANT USAGE ON SCHEMA dynamo, dynamo_tables TO regress_dynamo_guest;
GRANT SELECT ON dynamo_tables.secret, dynamo_tables."clerk.own" TO regress_dynamo_guest;
SELECT dynamo.put_resource_policy(jsonb_build_object('ResourceArn', 'arn:aws:dynamodb:us-east-1:000000000000:table/secret', 'Policy', '{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
  "Principal": {"AWS": "arn:aws:iam::000000000000:user/regress_dynamo_guest"}, "Action": ["dynamodb:GetItem", "dynamodb:PartiQLSelect"], "Resource": "arn:aws:dynamodb:us-east-1:000000000000:table/secret", "Condition": {"StringEquals": {"dynamodb:LeadingKeys": "me"}}}}')) ? 'RevisionId' AS put;
SET ROLE regress_dynamo_guest;
SELECT dynamo.get_item('{"TableName": "secret", "Key": {"k": {"S": "me"}}}'), (SELECT count(*) FROM dynamo.partiql('SELECT * FROM secret WHERE k = ''me''')) AS items;
SELECT dynamo.get_item('{"TableName": "secret", "Key": {"k": {"S": "you"}}}');
SELECT * FROM dynamo.partiql('SELECT * FROM secret');
SELECT dynamo.scan('{"TableName": "secret", "IndexName": "ByKey"}');
SELECT dynamo.scan('{"TableName": "clerk.own"}') -> 'Count' AS elsewhere;
SELECT dynamo.get_resource_policy('{"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/clerk.own"}');
RESET ROLE;
-- who may change them
SELECT n, outcome(call) FROM (VALUES
  (1, $$put_resource_policy('{"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/secret", "Policy": "{}"}')$$),
  (2, $$get_resource_policy('{"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/secret/stream/2026-01-01T00:00:00.000"}')$$),
  (3, $$delete_resource_policy('{"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/none"}')$$),
  (4, $$create_table('{"TableName": "clerk.new", "ResourcePolicy": "{}", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}]}')$$)) v (n, call) ORDER BY n;

-- a deny wins over what allows, and names itself
SELECT dynamo.put_policy('regress_clerk', '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Effect": "Deny", "Action": "dynamodb:DeleteTable", "Resource": "*"}]}') IS NOT NULL AS put;
SELECT * FROM outcomes('clerk.own') WHERE operation ~ 'table|scan';

SELECT dynamo.detach_role_policy('regress_dynamo_clerk', 'regress_clerk') IS NOT NULL AS detached, dynamo.delete_policy('regress_clerk') IS NOT NULL AS deleted;
SELECT dynamo.delete_table(jsonb_build_object('TableName', t)) IS NOT NULL AS deleted FROM (VALUES ('clerk.own'), ('clerk.tagged'), ('clerk.others'), ('clerk.streamed'), ('secret')) v (t);
DROP FUNCTION outcomes;
DROP FUNCTION outcome;
DROP FUNCTION create_one;
REVOKE ALL ON SCHEMA dynamo, dynamo_tables, dynamo_views FROM regress_dynamo_clerk, regress_dynamo_guest;
DROP ROLE regress_dynamo_clerk, regress_dynamo_guest;
