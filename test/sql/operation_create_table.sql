-- CreateTable: its rules in their order, and what it answers.
CREATE FUNCTION pg_temp.create_table(members text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	-- what `members` names comes last and so replaces the rest
	RETURN dynamo.create_table(('{"TableName": "zzz-songs", "BillingMode": "PAY_PER_REQUEST",
		"AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}],
		"KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}]}')::jsonb || ('{' || members || '}')::jsonb)
		-> 'TableDescription' ->> 'TableStatus';
EXCEPTION WHEN OTHERS THEN
	RETURN sqlstate || ' ' || sqlerrm;
END $$;
-- Members of the request, in short
CREATE FUNCTION pg_temp.attributes(VARIADIC names text[]) RETURNS text LANGUAGE sql AS $$
	SELECT '"AttributeDefinitions": ' || jsonb_agg(jsonb_build_object('AttributeName', split_part(n, ':', 1), 'AttributeType', split_part(n, ':', 2)))::text || ', '
	FROM unnest(names) AS n
$$;
CREATE FUNCTION pg_temp.key(hash text[], range text[]) RETURNS text LANGUAGE sql AS $$
	SELECT '"KeySchema": ' || jsonb_agg(jsonb_build_object('AttributeName', n, 'KeyType', t))::text
	FROM (SELECT n, 'HASH' AS t FROM unnest(hash) AS n UNION ALL SELECT n, 'RANGE' FROM unnest(range) AS n) AS k
$$;
CREATE FUNCTION pg_temp.index(name text, hash text[], range text[], rest text DEFAULT '"Projection": {"ProjectionType": "ALL"}') RETURNS text LANGUAGE sql AS $$
	SELECT format('{"IndexName": "%s", %s, %s}', name, pg_temp.key(hash, range), rest)
$$;
\pset format unaligned
\pset tuples_only on

-- Names
SELECT pg_temp.create_table('"TableName": "ab"');
SELECT pg_temp.create_table('"TableName": "a b c"');
SELECT pg_temp.create_table('"TableName": "arn:aws:dynamodb:us-east-1:000000000000:table/zzz-by-arn"');

-- Billing and throughput
SELECT pg_temp.create_table('"BillingMode": null');
SELECT pg_temp.create_table('"BillingMode": "PROVISIONED"');
SELECT pg_temp.create_table('"ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}');
SELECT pg_temp.create_table('"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 1000000000001, "WriteCapacityUnits": 1}');
SELECT pg_temp.create_table('"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}, "OnDemandThroughput": {"MaxReadRequestUnits": 1}');
SELECT pg_temp.create_table('"OnDemandThroughput": {"MaxReadRequestUnits": 0}');
SELECT pg_temp.create_table('"OnDemandThroughput": {"MaxWriteRequestUnits": -2}');
SELECT pg_temp.create_table('"WarmThroughput": {"ReadUnitsPerSecond": 11999}');
SELECT pg_temp.create_table('"WarmThroughput": {"WriteUnitsPerSecond": 3999}');

-- Key schema
SELECT pg_temp.create_table(pg_temp.key('{}', '{a}'));
SELECT pg_temp.create_table(pg_temp.key('{a,b}', '{}'));
SELECT pg_temp.create_table(pg_temp.key('{a}', '{a}'));
SELECT pg_temp.create_table(pg_temp.key('{b}', '{}'));
SELECT pg_temp.create_table(pg_temp.key('{a}', '{b}'));
SELECT pg_temp.create_table(pg_temp.attributes('a:S', 'b:S') || pg_temp.key('{a}', '{}'));
SELECT pg_temp.create_table(pg_temp.attributes('a:S', 'a:N') || pg_temp.key('{a}', '{}'));

SELECT pg_temp.create_table(pg_temp.attributes(VARIADIC array_agg('a' || i || ':S')) || pg_temp.key('{a1}', '{}')) FROM generate_series(1, 20000) AS i;

-- Local indexes
SELECT pg_temp.create_table('"LocalSecondaryIndexes": []');
SELECT pg_temp.create_table('"LocalSecondaryIndexes": [' || pg_temp.index('one', '{a}', '{b}') || '],' || pg_temp.attributes('a:S', 'b:S') || pg_temp.key('{a}', '{}'));
CREATE FUNCTION pg_temp.local(VARIADIC indexes text[]) RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.create_table(format('%s %s, "LocalSecondaryIndexes": [%s]', pg_temp.attributes('a:S', 'b:S', 'c:N'), pg_temp.key('{a}', '{b}'), array_to_string(indexes, ', ')))
$$;
SELECT pg_temp.local(pg_temp.index('one', '{}', '{c}'));
-- An attribute that no key uses comes before what else is wrong.
SELECT pg_temp.local(pg_temp.index('one', '{a}', '{}', '"Projection": {}'));
SELECT pg_temp.local(pg_temp.index('one', '{a}', '{}'), pg_temp.index('two', '{a}', '{c}'));
SELECT pg_temp.local(pg_temp.index('one', '{c}', '{b}'));
SELECT pg_temp.local(pg_temp.index('one', '{a}', '{d}'), pg_temp.index('two', '{a}', '{c}'));
SELECT pg_temp.local(pg_temp.index('one', '{a}', '{b}'));
SELECT pg_temp.local(pg_temp.index('one', '{a}', '{c}'), pg_temp.index('one', '{a}', '{c}'));
SELECT pg_temp.local(VARIADIC array_agg(pg_temp.index('index' || i, '{a}', '{c}'))) FROM generate_series(1, 6) AS i;
SELECT pg_temp.local(pg_temp.index('one', '{a}', '{c}', projection)) FROM (VALUES
	('"Projection": {}'), ('"Projection": {"ProjectionType": "INCLUDE"}'),
	('"Projection": {"ProjectionType": "ALL", "NonKeyAttributes": ["x"]}'),
	('"Projection": {"ProjectionType": "KEYS_ONLY", "NonKeyAttributes": ["x"]}'),
	('"Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": []}'),
	('"Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x", "x"]}')) AS p (projection);

-- Global indexes
CREATE FUNCTION pg_temp.global(VARIADIC indexes text[]) RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.create_table(format('%s %s, "GlobalSecondaryIndexes": [%s]', pg_temp.attributes('a:S', 'b:S', 'c:N', 'd:B', 'e:S', 'f:S'), pg_temp.key('{a}', '{}'), array_to_string(indexes, ', ')))
$$;
SELECT pg_temp.create_table('"GlobalSecondaryIndexes": []');
SELECT pg_temp.global(pg_temp.index('one', '{b}', '{c}'));
SELECT pg_temp.global(pg_temp.index('one', '{z}', '{}'), pg_temp.index('two', '{b,c,d,e}', '{f}'));
SELECT pg_temp.global(pg_temp.index('one', '{b,b}', '{}'), pg_temp.index('two', '{b,c,d,e}', '{f}'));
SELECT pg_temp.global(pg_temp.index('one', '{b,c,d}', '{b}'), pg_temp.index('two', '{b,c,d,e}', '{f}'));
SELECT pg_temp.global(pg_temp.index('one', '{a,b,c,d,e}', '{f}'));
SELECT pg_temp.global(pg_temp.index('one', '{a}', '{b,c,d,e,f}'));
SELECT pg_temp.global('{"IndexName": "one", "Projection": {"ProjectionType": "ALL"}, "KeySchema": [{"AttributeName": "b", "KeyType": "HASH"}, {"AttributeName": "c", "KeyType": "RANGE"}, {"AttributeName": "d", "KeyType": "HASH"}]}',
	pg_temp.index('two', '{b,c,d,e}', '{f}'));
SELECT pg_temp.global(pg_temp.index('one', '{b,c,d,e}', '{f}', '"Projection": {"ProjectionType": "ALL"}, "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}'));
SELECT pg_temp.global(VARIADIC array_agg(pg_temp.index('index' || i, '{b,c,d,e}', '{f}'))) FROM generate_series(1, 21) AS i;
SELECT pg_temp.global(VARIADIC array_agg(pg_temp.index('index' || i, '{b,c,d,e}', '{f}'))) FROM generate_series(1, 20000) AS i;
SELECT pg_temp.global(VARIADIC array_agg(pg_temp.index('index' || i, '{b,c,d,e}', '{f}', '"Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["1","2","3","4","5","6","7","8","9","10","11","12","13","14","15","16","17"]}'))) FROM generate_series(1, 6) AS i;
SELECT pg_temp.create_table('"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}, "GlobalSecondaryIndexes": [' || pg_temp.index('one', '{a}', '{}') || ']');

-- Keys are told in the order of a hash set, as recorded; definitions in the request's
SELECT pg_temp.create_table(pg_temp.attributes('ProductId:S', 'CreatedTime:S', 'ProductDescription:S', 'ProductName:S') || pg_temp.key('{ProductId}', '{ProductName}') || ', "GlobalSecondaryIndexes": [' || pg_temp.index('GSI', '{CreatedTime}', '{}') || ']');
SELECT pg_temp.create_table(pg_temp.attributes('my-string:S', 'my-int:N', 'my-hash:S') || pg_temp.key('{my-string}', '{}') || ', "GlobalSecondaryIndexes": [' || pg_temp.index('GSI', '{my-hash}', '{}') || ']');
SELECT pg_temp.create_table(pg_temp.attributes('my-string:S', 'other:S') || pg_temp.key('{my-string}', '{}') || ', "GlobalSecondaryIndexes": [' || pg_temp.index('GSI', '{my-string}', '{my-hash}') || ', ' || pg_temp.index('GSI2', '{other}', '{}') || ']');

-- What is not to be had
SELECT pg_temp.create_table(member) FROM (VALUES
	('"GlobalTableSourceArn": "arn:aws:dynamodb:eu-west-1:000000000000:table/zzz-songs"'),
	('"GlobalTableSettingsReplicationMode": "ENABLED"')) AS m (member);

-- Encryption and tags
SELECT pg_temp.create_table(member) FROM (VALUES
	('"SSESpecification": {"Enabled": false, "SSEType": "KMS"}'), ('"SSESpecification": {"Enabled": false, "KMSMasterKeyId": "alias/mine"}'),
	('"SSESpecification": {"Enabled": true, "KMSMasterKeyId": "alias/mine"}'), ('"TableClass": "GLACIER"')) AS m (member);
SELECT pg_temp.create_table('"SSESpecification": {"Enabled": true, "SSEType": "AES256"}');
SELECT pg_temp.create_table('"Tags": [{"Key": "aws:x", "Value": ""}]');
SELECT pg_temp.create_table('"Tags": [{"Key": "x", "Value": ""}, {"Key": "x", "Value": "2"}]');
SELECT pg_temp.create_table('"Tags": ' || jsonb_agg(jsonb_build_object('Key', i::text, 'Value', ''))::text) FROM generate_series(1, 51) AS i;

-- A whole description, without what differs from run to run
CREATE FUNCTION pg_temp.stable(description jsonb) RETURNS text LANGUAGE sql AS $$
	SELECT jsonb_pretty(description - 'CreationDateTime' - 'TableId' #- '{BillingModeSummary,LastUpdateToPayPerRequestDateTime}' #- '{TableClassSummary,LastUpdateDateTime}')
$$;
SELECT pg_temp.stable(dynamo.create_table(('{"TableName": "zzz-songs", "BillingMode": "PAY_PER_REQUEST", ' || pg_temp.attributes('e:S', 'a:S', 'd:S', 'b:N', 'c:B') || pg_temp.key('{a}', '{b}') || ',
	"LocalSecondaryIndexes": [' || pg_temp.index('local', '{a}', '{c}', '"Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["y", "x"]}') || '],
	"GlobalSecondaryIndexes": [' || pg_temp.index('global', '{d,c}', '{e,b}', '"Projection": {"ProjectionType": "KEYS_ONLY"}, "OnDemandThroughput": {"MaxReadRequestUnits": 10}, "WarmThroughput": {"ReadUnitsPerSecond": 20000}') || '],
	"SSESpecification": {"SSEType": "KMS", "KMSMasterKeyId": "alias/mine"}, "TableClass": "STANDARD_INFREQUENT_ACCESS",
	"DeletionProtectionEnabled": true, "OnDemandThroughput": {"MaxWriteRequestUnits": 7}, "WarmThroughput": {"WriteUnitsPerSecond": 5000},
	"StreamSpecification": {"StreamEnabled": false}, "Tags": [{"Key": "x", "Value": "1"}]}')::jsonb) -> 'TableDescription');
SELECT pg_temp.stable(dynamo.describe_table('{"TableName": "zzz-songs"}') -> 'Table');
SELECT pg_temp.stable(dynamo.create_table('{"TableName": "zzz-plain", "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 6},
	"AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}]}') -> 'TableDescription');
SELECT description ->> 'TableId' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$',
	abs((description ->> 'CreationDateTime')::numeric - extract(epoch FROM now())) < 60
FROM (SELECT dynamo.describe_table('{"TableName": "zzz-plain"}') -> 'Table' AS description) AS d;

-- A name is taken once.
SELECT pg_temp.create_table('"TableName": "zzz-plain"');

-- ListTables
SELECT dynamo.list_tables('{"ExclusiveStartTableName": "zzz"}');
SELECT dynamo.list_tables('{"ExclusiveStartTableName": "zzz", "Limit": 1}');
SELECT jsonb_array_length(dynamo.list_tables('{}') -> 'TableNames') >= 3;
SELECT dynamo.list_tables('{"Limit": 2, "ExclusiveStartTableName": "zzz-by-arn"}');
SELECT dynamo.list_tables('{"ExclusiveStartTableName": "zzz-songs"}');

-- DeleteTable
SELECT dynamo.delete_table('{"TableName": "zzz-songs"}');
SELECT dynamo.update_table('{"TableName": "zzz-songs", "DeletionProtectionEnabled": false}') #>> '{TableDescription,DeletionProtectionEnabled}';
SELECT pg_temp.stable(dynamo.delete_table('{"TableName": "zzz-songs"}') -> 'TableDescription');
SELECT dynamo.delete_table('{"TableName": "arn:aws:dynamodb:us-east-1:000000000000:table/zzz-by-arn"}') #>> '{TableDescription,TableStatus}';
SELECT dynamo.delete_table('{"TableName": "zzz-plain"}') #>> '{TableDescription,TableStatus}';
SELECT dynamo.delete_table('{"TableName": "zzz-plain"}');
SELECT dynamo.describe_table('{"TableName": "zzz-plain"}');
