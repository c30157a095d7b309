-- Tags of streams: resources of their own, for their table's owner, and for conditions of policies.
SET client_min_messages = error;
CREATE ROLE stag_owner;
CREATE ROLE stag_reader;
CREATE ROLE stag_other;
GRANT CREATE ON SCHEMA dynamo_tables, dynamo_views TO stag_owner;
CREATE FUNCTION pg_temp.call(operation text, request jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE answer jsonb;
BEGIN
	EXECUTE format('SELECT dynamo.%I($1)', operation) INTO answer USING request;
	RETURN answer;
EXCEPTION WHEN OTHERS THEN RETURN SQLSTATE || ' ' || regexp_replace(SQLERRM, '\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}', 'LABEL');
END $$;
CREATE FUNCTION pg_temp.tag(arn text, VARIADIC tags text[]) RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.call('tag_resource', jsonb_build_object('ResourceArn', arn, 'Tags',
		(SELECT jsonb_agg(jsonb_build_object('Key', tag, 'Value', 'v-' || tag)) FROM unnest(tags) AS tag)))
$$;
CREATE FUNCTION pg_temp.untag(arn text, VARIADIC keys text[]) RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.call('untag_resource', jsonb_build_object('ResourceArn', arn, 'TagKeys', to_jsonb(keys)))
$$;
CREATE FUNCTION pg_temp.tags(arn text) RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.call('list_tags_of_resource', jsonb_build_object('ResourceArn', arn))
$$;
CREATE FUNCTION pg_temp.stream(enabled text) RETURNS text LANGUAGE sql AS $$
	SELECT dynamo.update_table(format('{"TableName": "stag", "StreamSpecification": {"StreamEnabled": %s}}', enabled)::jsonb)
		#>> '{TableDescription,LatestStreamArn}'
$$;

SET ROLE stag_owner;
SELECT dynamo.create_table('{"TableName": "stag", "BillingMode": "PAY_PER_REQUEST", "Tags": [{"Key": "table", "Value": "v"}],
	"AttributeDefinitions": [{"AttributeName": "p", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}],
	"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"}}') -> 'TableDescription' AS made \gset
SELECT :'made'::jsonb ->> 'TableArn' AS table_arn, :'made'::jsonb ->> 'LatestStreamArn' AS arn \gset
GRANT SELECT ON dynamo_tables.stag TO stag_reader;

-- Its own, under the rules of tables' tags
SELECT pg_temp.tags(:'arn');
SELECT pg_temp.tag(:'arn', 'a', 'b'), pg_temp.tags(:'arn');
SELECT pg_temp.tag(:'arn', 'b', 'c'), pg_temp.untag(:'arn', 'a', 'zz');
SELECT tag ->> 'Key' AS key, tag ->> 'Value' AS value FROM jsonb_array_elements(pg_temp.tags(:'arn')::jsonb -> 'Tags') AS tag ORDER BY 1;
SELECT pg_temp.tags(:'table_arn');
SELECT pg_temp.tag(:'arn', VARIADIC ARRAY(SELECT 'k' || i FROM generate_series(1, 49) AS i));
SELECT pg_temp.tag(:'arn', '!'), pg_temp.untag(:'arn', 'aws:x'), pg_temp.tag(:'arn', 'd', 'd');
SELECT pg_temp.untag(:'arn', 'b', 'c'), pg_temp.tags(:'arn');
SELECT pg_temp.tag(:'arn', 'team');

-- What is no stream
SELECT pg_temp.tag(arn, 'a'), pg_temp.untag(arn, 'a'), pg_temp.tags(arn) FROM (VALUES (:'table_arn' || '/stream/2024-11-18T14:36:44.149'),
	(:'table_arn' || 'x/stream/2024-11-18T14:36:44.149'), (:'table_arn' || '/stream/x'), (:'table_arn' || '/stream/')) v (arn);

-- Who may
SET ROLE stag_reader;
SELECT pg_temp.tags(:'arn'), pg_temp.tag(:'arn', 'a'), pg_temp.untag(:'arn', 'team');
SET ROLE stag_other;
SELECT pg_temp.tags(:'arn'), pg_temp.tag(:'arn', 'a'), pg_temp.untag(:'arn', 'team');
RESET ROLE;

-- In conditions of policies
SELECT dynamo.put_policy('stag', format('{"Statement": [
	{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"},
	{"Effect": "Deny", "Action": "dynamodb:TagResource", "Resource": "*", "Condition": {"StringEquals": {"aws:RequestTag/a": "v-a"}}},
	{"Effect": "Deny", "Action": "dynamodb:UntagResource", "Resource": "%s", "Condition": {"ForAnyValue:StringEquals": {"aws:TagKeys": "team"}}},
	{"Effect": "Deny", "Action": "dynamodb:DescribeStream", "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/team": "v-team"}}}]}', :'arn')::json);
SELECT dynamo.attach_role_policy('stag_owner', 'stag');
SET ROLE stag_owner;
SELECT left(pg_temp.tag(:'arn', 'a'), 5), left(pg_temp.untag(:'arn', 'team'), 5), left(pg_temp.call('describe_stream', jsonb_build_object('StreamArn', :'arn')), 5);
SELECT pg_temp.tag(:'arn', 'b'), pg_temp.untag(:'arn', 'b');
RESET ROLE;
SELECT dynamo.detach_role_policy('stag_owner', 'stag'), dynamo.delete_policy('stag');

-- A disabled stream keeps them, the next one has none; so does that of a table that is gone.
SET ROLE stag_owner;
SELECT pg_temp.stream('false') = :'arn';
SELECT pg_temp.tags(:'arn');
SELECT pg_temp.stream('true, "StreamViewType": "KEYS_ONLY"') AS next \gset
SELECT pg_temp.tags(:'next');
BEGIN;
SELECT pg_temp.tag(:'next', 'a'), pg_temp.tags(:'next');
ROLLBACK;
SELECT pg_temp.tags(:'next'), pg_temp.tag(:'next', 'later');
SELECT dynamo.delete_table('{"TableName": "stag"}') IS NOT NULL;
SELECT pg_temp.tags(:'next'), pg_temp.untag(:'next', 'later'), pg_temp.tags(:'next');
SET ROLE stag_reader;
SELECT pg_temp.tags(:'next');
RESET ROLE;

-- What is no list of tags
UPDATE dynamo.stream_catalog SET tags = '{}' WHERE table_name = 'stag';
SELECT pg_temp.tags(:'arn'), pg_temp.tag(:'arn', 'a');
DELETE FROM dynamo.stream_shard WHERE table_name = 'stag';
DELETE FROM dynamo.stream_catalog WHERE table_name = 'stag';
REVOKE CREATE ON SCHEMA dynamo_tables, dynamo_views FROM stag_owner;
DROP ROLE stag_owner, stag_reader, stag_other;
