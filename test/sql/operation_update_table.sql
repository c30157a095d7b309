-- UpdateTable and the tags of tables.
CREATE FUNCTION pg_temp.update_table(members text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN dynamo.update_table(('{"TableName": "albums", ' || members || '}')::jsonb) #>> '{TableDescription,TableStatus}';
EXCEPTION WHEN OTHERS THEN
	RETURN sqlstate || ' ' || sqlerrm;
END $$;
CREATE FUNCTION pg_temp.describe(VARIADIC path text[]) RETURNS jsonb LANGUAGE sql AS $$
	SELECT dynamo.describe_table('{"TableName": "albums"}') #> ('{Table}'::text[] || path)
$$;
CREATE FUNCTION pg_temp.answer(members text, VARIADIC path text[]) RETURNS text LANGUAGE sql AS $$
	SELECT description ->> 'TableStatus' || ' ' || coalesce((description #> path)::text, 'nothing')
	FROM (SELECT dynamo.update_table(('{"TableName": "albums", ' || members || '}')::jsonb) -> 'TableDescription') AS answer (description)
$$;
\pset format unaligned
\pset tuples_only on
SELECT pg_temp.update_table('"DeletionProtectionEnabled": true');
SELECT dynamo.create_table('{"TableName": "albums", "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
	"AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}, {"AttributeName": "b", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
	"GlobalSecondaryIndexes": [{"IndexName": "by_b", "KeySchema": [{"AttributeName": "b", "KeyType": "HASH"}],
		"Projection": {"ProjectionType": "ALL"}, "ProvisionedThroughput": {"ReadCapacityUnits": 2, "WriteCapacityUnits": 2}}]}')
	#>> '{TableDescription,TableStatus}';

-- Something must be asked for.
SELECT pg_temp.update_table('"BillingMode": null');
SELECT pg_temp.update_table('"AttributeDefinitions": []');
SELECT pg_temp.update_table('"GlobalSecondaryIndexUpdates": []');

-- Throughput
SELECT pg_temp.update_table('"ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}');
SELECT pg_temp.update_table('"ProvisionedThroughput": {"ReadCapacityUnits": 7, "WriteCapacityUnits": 3}');
SELECT pg_temp.describe('ProvisionedThroughput') - 'LastIncreaseDateTime' - 'LastDecreaseDateTime',
	pg_temp.describe('ProvisionedThroughput') ?& '{LastIncreaseDateTime,LastDecreaseDateTime}';
SELECT pg_temp.update_table('"BillingMode": "PROVISIONED"');
SELECT pg_temp.update_table('"OnDemandThroughput": {"MaxReadRequestUnits": 5}');
SELECT pg_temp.update_table('"WarmThroughput": {"ReadUnitsPerSecond": 6}');
SELECT pg_temp.update_table('"WarmThroughput": {"ReadUnitsPerSecond": 8}');
SELECT pg_temp.describe('WarmThroughput');
CREATE FUNCTION pg_temp.update_index(action text) RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.update_table('"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": ' || action || '}}]')
$$;
SELECT pg_temp.update_index('"by_c", "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}');
SELECT pg_temp.update_index('"by_b"');
SELECT pg_temp.update_index('"by_b", "ProvisionedThroughput": {"ReadCapacityUnits": 2, "WriteCapacityUnits": 2}');
SELECT pg_temp.update_index('"by_b", "ProvisionedThroughput": {"ReadCapacityUnits": 3, "WriteCapacityUnits": 2}');
SELECT pg_temp.describe('GlobalSecondaryIndexes', '0', 'ProvisionedThroughput') - 'LastIncreaseDateTime';

-- Billing mode: back to provisioned, every global index needs its throughput.
SELECT pg_temp.update_table('"BillingMode": "PAY_PER_REQUEST", "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}');
SELECT pg_temp.update_table('"BillingMode": "PAY_PER_REQUEST"');
SELECT pg_temp.describe('BillingModeSummary', 'BillingMode'), pg_temp.describe('ProvisionedThroughput', 'ReadCapacityUnits'),
	pg_temp.describe('GlobalSecondaryIndexes', '0', 'ProvisionedThroughput', 'ReadCapacityUnits');
SELECT pg_temp.update_table('"ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}');
SELECT pg_temp.update_table('"OnDemandThroughput": {"MaxReadRequestUnits": 5}');
SELECT pg_temp.describe('OnDemandThroughput');
SELECT pg_temp.update_table('"OnDemandThroughput": {"MaxReadRequestUnits": -1}');
SELECT pg_temp.describe('OnDemandThroughput') IS NULL;
SELECT pg_temp.update_index('"by_b", "ProvisionedThroughput": {"ReadCapacityUnits": 3, "WriteCapacityUnits": 2}');
SELECT pg_temp.update_table('"BillingMode": "PROVISIONED"');
SELECT pg_temp.update_table('"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}');
SELECT pg_temp.update_table('"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
	"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "by_b", "ProvisionedThroughput": {"ReadCapacityUnits": 4, "WriteCapacityUnits": 4}}}]');
SELECT pg_temp.describe('BillingModeSummary', 'BillingMode'), pg_temp.describe('ProvisionedThroughput', 'ReadCapacityUnits'),
	pg_temp.describe('GlobalSecondaryIndexes', '0', 'ProvisionedThroughput', 'ReadCapacityUnits');
SELECT pg_temp.update_table('"BillingMode": "PAY_PER_REQUEST"');

-- The answer has what was before; only another billing mode's throughput is the new one.
BEGIN;
SELECT pg_temp.answer('"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 6, "WriteCapacityUnits": 6},
	"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "by_b", "ProvisionedThroughput": {"ReadCapacityUnits": 4, "WriteCapacityUnits": 4}}}]',
	'ProvisionedThroughput', 'ReadCapacityUnits');
SELECT pg_temp.answer('"ProvisionedThroughput": {"ReadCapacityUnits": 8, "WriteCapacityUnits": 8}', 'ProvisionedThroughput', 'ReadCapacityUnits');
SELECT pg_temp.describe('ProvisionedThroughput', 'ReadCapacityUnits');
CREATE FUNCTION pg_temp.index_answer() RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(value, ' ') FROM (SELECT answer #>> '{TableDescription,TableStatus}', answer #>> '{TableDescription,GlobalSecondaryIndexes,0,IndexStatus}',
		answer #>> '{TableDescription,GlobalSecondaryIndexes,0,ProvisionedThroughput,ReadCapacityUnits}'
		FROM dynamo.update_table('{"TableName": "albums", "GlobalSecondaryIndexUpdates": [
			{"Update": {"IndexName": "by_b", "ProvisionedThroughput": {"ReadCapacityUnits": 9, "WriteCapacityUnits": 9}}}]}') AS answer) AS a (one, two, three),
		unnest(ARRAY[one, two, three]) AS value
$$;
SELECT pg_temp.index_answer();
SELECT pg_temp.describe('GlobalSecondaryIndexes', '0', 'ProvisionedThroughput', 'ReadCapacityUnits');
ROLLBACK;

-- Class and encryption
SELECT pg_temp.update_table('"TableClass": "GLACIER"'), pg_temp.update_table('"TableClass": "STANDARD"'), pg_temp.describe('TableClassSummary') IS NULL;
SELECT pg_temp.answer('"TableClass": "STANDARD_INFREQUENT_ACCESS"', 'TableClassSummary');
SELECT pg_temp.describe('TableClassSummary', 'TableClass');
SELECT pg_temp.update_table('"SSESpecification": ' || member) FROM unnest(ARRAY['{}', '{"Enabled": false}', '{"Enabled": false, "SSEType": "KMS"}',
	'{"Enabled": false, "KMSMasterKeyId": "1234"}', '{"Enabled": true, "KMSMasterKeyId": "1234"}', '{"SSEType": "AES256"}']) AS member;
SELECT pg_temp.answer('"SSESpecification": {"SSEType": "KMS"}', 'SSEDescription');
SELECT pg_temp.describe('SSEDescription');
SELECT pg_temp.answer('"SSESpecification": {"Enabled": true, "SSEType": "KMS", "KMSMasterKeyId": "1234"}', 'SSEDescription');
SELECT pg_temp.describe('SSEDescription', 'KMSMasterKeyArn');
SELECT pg_temp.update_table('"SSESpecification": {"Enabled": true, "SSEType": "KMS", "KMSMasterKeyId": "arn:aws:kms:us-east-1:000000000000:key/1234"}');
SELECT pg_temp.answer('"SSESpecification": {"Enabled": false}', 'SSEDescription');
SELECT pg_temp.describe('SSEDescription') IS NULL;

-- What is not to be had
SELECT pg_temp.update_table(member) FROM (VALUES
	('"ReplicaUpdates": [{"Create": {"RegionName": "eu-west-1"}}]'), ('"MultiRegionConsistency": "STRONG"'),
	('"GlobalTableWitnessUpdates": [{"Create": {"RegionName": "eu-west-1"}}]'),
	('"DisassociationProtectionEnabled": true')) AS m (member);

-- Global indexes: rules
CREATE FUNCTION pg_temp.create_index(name text, attribute text, definitions text) RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.update_table(format('"AttributeDefinitions": [%s], "GlobalSecondaryIndexUpdates": [{"Create": {"IndexName": "%s",
		"KeySchema": [{"AttributeName": "%s", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}}]', definitions, name, attribute))
$$;
SELECT pg_temp.update_table('"GlobalSecondaryIndexUpdates": [{}]');
SELECT pg_temp.update_table('"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "by_b"}, "Delete": {"IndexName": "by_b"}}]');
SELECT pg_temp.update_table('"GlobalSecondaryIndexUpdates": [], "TableClass": "STANDARD"');
SELECT pg_temp.update_table('"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by_c"}}]');
SELECT pg_temp.update_table('"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by_b"}}, {"Delete": {"IndexName": "by_b"}}]');
SELECT pg_temp.update_table('"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by_b"}}, {"Create": {"IndexName": "by_c",
	"KeySchema": [{"AttributeName": "b", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}}]');
SELECT pg_temp.create_index('by_b', 'b', '');
-- what does not go together; nothing of it is done
SELECT members, pg_temp.update_table(members) FROM unnest(ARRAY[
	'"SSESpecification": {"Enabled": true}, "TableClass": "STANDARD", "DeletionProtectionEnabled": true', '"TableClass": "STANDARD", "DeletionProtectionEnabled": true',
	'"DeletionProtectionEnabled": true, "WarmThroughput": {"ReadUnitsPerSecond": 20000}', '"WarmThroughput": {"ReadUnitsPerSecond": 20000}, "BillingMode": "PAY_PER_REQUEST"',
	'"WarmThroughput": {"ReadUnitsPerSecond": 20000}, "GlobalSecondaryIndexUpdates": [{"Create": {"IndexName": "no_such", "KeySchema": [{"AttributeName": "c", "KeyType": "HASH"}], "Projection": {}}}]',
	'"OnDemandThroughput": {"MaxReadRequestUnits": 9}, "ProvisionedThroughput": {"ReadCapacityUnits": 9, "WriteCapacityUnits": 9}',
	'"OnDemandThroughput": {"MaxReadRequestUnits": 9}, "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"}',
	'"ProvisionedThroughput": {"ReadCapacityUnits": 9, "WriteCapacityUnits": 9}, "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"}',
	'"ProvisionedThroughput": {"ReadCapacityUnits": 9, "WriteCapacityUnits": 9}, "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "no_such"}}]',
	'"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"}, "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "no_such"}}]',
	'"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "no_such"}}, {"Delete": {"IndexName": "nor_this"}}]', '"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "no_such"}}]',
	'"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "no_such", "WarmThroughput": {}}}]', '"WarmThroughput": {}, "DeletionProtectionEnabled": false']) members;
SELECT pg_temp.create_index('by_c', 'c', '');
SELECT pg_temp.update_table('"GlobalSecondaryIndexUpdates": [{"Create": {"IndexName": "by_c",
	"KeySchema": [{"AttributeName": "b", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}}]');
SELECT pg_temp.create_index('by_c', 'c', '{"AttributeName": "a", "AttributeType": "N"}, {"AttributeName": "c", "AttributeType": "N"}');

-- The 21st is beyond a limit, not invalid.
BEGIN;
SELECT dynamo.create_table(jsonb_build_object('TableName', 'many', 'BillingMode', 'PAY_PER_REQUEST',
	'AttributeDefinitions', '[{"AttributeName": "a", "AttributeType": "S"}]'::jsonb, 'KeySchema', '[{"AttributeName": "a", "KeyType": "HASH"}]'::jsonb,
	'GlobalSecondaryIndexes', jsonb_agg(jsonb_build_object('IndexName', 'index' || i, 'KeySchema', '[{"AttributeName": "a", "KeyType": "HASH"}]'::jsonb,
		'Projection', '{"ProjectionType": "KEYS_ONLY"}'::jsonb)))) #>> '{TableDescription,TableStatus}'
FROM generate_series(1, 20) AS i;
SELECT dynamo.update_table('{"TableName": "many", "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}], "GlobalSecondaryIndexUpdates": [
	{"Create": {"IndexName": "index21", "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}}]}');
ROLLBACK;

-- Rolled back, nothing has changed.
BEGIN;
SELECT jsonb_path_query(dynamo.update_table('{"TableName": "albums", "AttributeDefinitions": [{"AttributeName": "c", "AttributeType": "N"}],
	"GlobalSecondaryIndexUpdates": [{"Create": {"IndexName": "by_c", "KeySchema": [{"AttributeName": "c", "KeyType": "HASH"}], "Projection": {"ProjectionType": "KEYS_ONLY"}}}]}'),
	'$.TableDescription.GlobalSecondaryIndexes[*] ? (@.IndexName == "by_c")') - 'WarmThroughput' - 'ProvisionedThroughput';
SELECT pg_temp.describe('TableStatus');
SELECT pg_temp.update_table(members) FROM unnest(ARRAY['"DeletionProtectionEnabled": true', '"DeletionProtectionEnabled": false',
	'"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"}', '"TableClass": "STANDARD"', '"BillingMode": "PAY_PER_REQUEST"',
	'"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by_b"}}]']) AS members;
SELECT dynamo.delete_table('{"TableName": "albums"}');
ROLLBACK;
SELECT pg_temp.describe('TableStatus'), jsonb_array_length(pg_temp.describe('GlobalSecondaryIndexes'));

-- Dropped, an index is shown as DELETING once more; its attribute goes with it.
SELECT jsonb_path_query(dynamo.update_table('{"TableName": "albums", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by_b"}}]}'),
	'$.TableDescription.GlobalSecondaryIndexes[*].IndexStatus');
SELECT pg_temp.describe('GlobalSecondaryIndexes') IS NULL, pg_temp.describe('AttributeDefinitions');

-- Tags
CREATE FUNCTION pg_temp.tags(operation text, members text, name text DEFAULT 'albums') RETURNS text LANGUAGE plpgsql AS $$
DECLARE response jsonb;
BEGIN
	EXECUTE format('SELECT dynamo.%I($1)', operation) INTO response
	USING format('{"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/%s" %s}', name, members)::jsonb;
	RETURN response;
EXCEPTION WHEN OTHERS THEN
	RETURN sqlstate || ' ' || sqlerrm;
END $$;
SELECT pg_temp.tags('list_tags_of_resource', '');
SELECT pg_temp.tags('tag_resource', ', "Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}]');
SELECT pg_temp.tags('tag_resource', ', "Tags": [{"Key": "a", "Value": "2"}, {"Key": "c", "Value": "3"}]');
SELECT pg_temp.tags('list_tags_of_resource', '');
SELECT pg_temp.tags('untag_resource', ', "TagKeys": ["b", "none"]');
SELECT pg_temp.tags('list_tags_of_resource', '');
SELECT pg_temp.tags('tag_resource', ', "Tags": []');
SELECT pg_temp.tags('untag_resource', ', "TagKeys": []');
SELECT pg_temp.tags('tag_resource', ', "Tags": [{"Key": "AWS:a", "Value": "1"}]');
SELECT pg_temp.tags('tag_resource', ', "Tags": ' || jsonb_agg(jsonb_build_object('Key', i::text, 'Value', ''))::text) FROM generate_series(1, 49) AS i;
SELECT pg_temp.tags('list_tags_of_resource', ', "NextToken": "x"');
SELECT pg_temp.tags('list_tags_of_resource', '', 'none');
SELECT pg_temp.tags('tag_resource', ', "Tags": [{"Key": "a", "Value": "1"}]', 'none');
SELECT dynamo.delete_table('{"TableName": "albums"}') #>> '{TableDescription,TableStatus}';
