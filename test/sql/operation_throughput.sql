-- Billing modes and throughput: limits of change, quotas, maxima on demand, warm throughput.
CREATE SCHEMA throughput_test;
SET search_path = throughput_test, public;
CREATE FUNCTION try(operation text, members text, name text DEFAULT 'meters') RETURNS text LANGUAGE plpgsql AS $$
DECLARE response jsonb;
BEGIN
	EXECUTE format('SELECT dynamo.%I($1)', operation) INTO response
	USING ('{"TableName": "' || name || '", ' || members || '}')::jsonb;
	RETURN response #>> '{TableDescription,TableStatus}';
EXCEPTION WHEN OTHERS THEN
	RETURN sqlstate || ' ' || sqlerrm;
END $$;
CREATE FUNCTION units(read bigint, write bigint) RETURNS text LANGUAGE sql AS $$
	SELECT format('"ProvisionedThroughput": {"ReadCapacityUnits": %s, "WriteCapacityUnits": %s}', read, write)
$$;
CREATE FUNCTION of_index(members text) RETURNS text LANGUAGE sql AS $$
	SELECT '"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "by_b", ' || members || '}}]'
$$;
CREATE FUNCTION describe(VARIADIC path text[]) RETURNS jsonb LANGUAGE sql AS $$
	SELECT dynamo.describe_table('{"TableName": "meters"}') #> ('{Table}'::text[] || path)
$$;
CREATE FUNCTION create_members(mode text, index_members text DEFAULT '') RETURNS text LANGUAGE sql AS $$
	SELECT mode || ', "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}, {"AttributeName": "b", "AttributeType": "S"}],
		"KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}], "GlobalSecondaryIndexes": [{"IndexName": "by_b",
		"KeySchema": [{"AttributeName": "b", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"} ' || index_members || '}]'
$$;
-- Moves a time that the settings keep.
CREATE FUNCTION set_time(path text, milliseconds numeric) RETURNS void LANGUAGE sql AS $$
	UPDATE dynamo.table_catalog SET settings = jsonb_set(settings, path::text[], to_jsonb(floor(milliseconds))) WHERE name = 'meters'
$$;
CREATE FUNCTION now_ms() RETURNS numeric LANGUAGE sql AS 'SELECT extract(epoch FROM clock_timestamp()) * 1000';
\pset format unaligned
\pset tuples_only on
SELECT try('create_table', create_members(units(20, 20), ', ' || units(20, 20)));
SELECT describe('ProvisionedThroughput');

-- Four decreases a day are free. Both units at once are one, and one that raises the other unit is one.
SELECT left(try('update_table', members), 80) FROM (VALUES (units(19, 19)), (units(18, 25)), (units(18, 24)), (units(17, 24)),
	(units(16, 24)), (units(16, 30)), (units(17, 30))) AS m (members);
SELECT describe('ProvisionedThroughput') - 'LastIncreaseDateTime' - 'LastDecreaseDateTime';
CREATE FUNCTION utc(milliseconds numeric) RETURNS text LANGUAGE sql AS $$
	SELECT to_char(to_timestamp(floor(milliseconds / 1000)) AT TIME ZONE 'UTC', 'FMDay, FMMonth FMDD, YYYY "at" FMHH12:MI:SS AM "Coordinated Universal Time"')
$$;
SELECT try('update_table', units(1, 30)) = format('DY010 Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. After the first 4 decreases, each subsequent decrease in the same UTC day can be performed at most once every 3600 seconds. Number of decreases today: 4. Last decrease at %s. Next decrease can be made at %s',
	utc(last), utc(least(last + 3600000, (floor(last / 86400000) + 1) * 86400000)))
FROM (SELECT (settings #>> '{Capacity,LastDecrease}')::numeric AS last FROM dynamo.table_catalog WHERE name = 'meters') AS s;

-- An index has a count of its own; what one of both refuses, neither does.
SELECT left(try('update_table', units(1, 30) || ', ' || of_index(units(19, 20))), 80);
SELECT describe('GlobalSecondaryIndexes', '0', 'ProvisionedThroughput');
SELECT left(try('update_table', of_index(units(20 - i, 20))), 80) FROM generate_series(1, 5) AS i;
SELECT describe('GlobalSecondaryIndexes', '0', 'ProvisionedThroughput') - 'LastDecreaseDateTime';

-- After an hour there is one more; after midnight four.
SELECT set_time('{Capacity,LastDecrease}', greatest(now_ms() - 3600000, floor(now_ms() / 86400000) * 86400000));
\c
SET search_path = throughput_test, public;
\pset format unaligned
\pset tuples_only on
SELECT CASE WHEN floor((now_ms() - 3600000) / 86400000) < floor(now_ms() / 86400000) THEN 'UPDATING' ELSE try('update_table', units(16, 30)) END;
SELECT left(try('update_table', units(15, 30)), 80);
SELECT set_time('{Capacity,LastDecrease}', floor(now_ms() / 86400000) * 86400000 - 1);
\c
SET search_path = throughput_test, public;
\pset format unaligned
\pset tuples_only on
SELECT try('update_table', units(14, 30));
SELECT describe('ProvisionedThroughput', 'NumberOfDecreasesToday');

-- What does not change
SELECT try('update_table', units(14, 30));
SELECT try('update_table', '"BillingMode": "PROVISIONED", ' || units(14, 30));
SELECT try('update_table', of_index(units(16, 20)));
SELECT try('update_table', units(0, 0));

-- Switching: to on demand four times in a day, to provisioned at any time. Neither is an increase.
SELECT try('update_table', '"BillingMode": "PAY_PER_REQUEST", ' || units(1, 1));
SELECT try('update_table', '"BillingMode": "PAY_PER_REQUEST", "OnDemandThroughput": {"MaxReadRequestUnits": 9}');
SELECT try('update_table', of_index('"OnDemandThroughput": {"MaxWriteRequestUnits": 8}'));
SELECT try('update_table', '"BillingMode": "PAY_PER_REQUEST"');
SELECT describe('ProvisionedThroughput') - 'LastIncreaseDateTime' - 'LastDecreaseDateTime', describe('OnDemandThroughput'),
	describe('GlobalSecondaryIndexes', '0', 'OnDemandThroughput'), describe('WarmThroughput');
SELECT try('update_table', units(1, 1)), try('update_table', of_index(units(1, 1)));
SELECT try('update_table', '"BillingMode": "PROVISIONED"'), try('update_table', '"BillingMode": "PROVISIONED", ' || of_index(units(1, 1))),
	try('update_table', '"BillingMode": "PROVISIONED", ' || units(1, 1));
CREATE FUNCTION to_provisioned() RETURNS text LANGUAGE sql AS $$
	SELECT try('update_table', '"BillingMode": "PROVISIONED", ' || units(2, 2) || ', ' || of_index(units(1, 1)))
$$;
SELECT describe('ProvisionedThroughput', 'LastIncreaseDateTime') AS increased \gset
SELECT to_provisioned();
SELECT describe('ProvisionedThroughput', 'LastIncreaseDateTime')::text = :'increased', describe('OnDemandThroughput') IS NULL,
	describe('GlobalSecondaryIndexes', '0', 'OnDemandThroughput') IS NULL, describe('WarmThroughput');
SELECT try('update_table', '"BillingMode": "PAY_PER_REQUEST"'), to_provisioned() FROM generate_series(1, 3);
SELECT regexp_replace(try('update_table', '"BillingMode": "PAY_PER_REQUEST"'), '[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d UTC \d{4}', 'TIME', 'g');
SELECT set_time('{OnDemandSwitches,0}', now_ms() - 86400000);
\c
SET search_path = throughput_test, public;
\pset format unaligned
\pset tuples_only on
SELECT try('update_table', '"BillingMode": "PAY_PER_REQUEST"');

-- Maxima on demand: each by itself, -1 takes one away and is told once.
CREATE FUNCTION maxima(members text) RETURNS jsonb LANGUAGE sql AS $$
	SELECT dynamo.update_table(('{"TableName": "meters", "OnDemandThroughput": {' || members || '}}')::jsonb) #> '{TableDescription,OnDemandThroughput}'
$$;
SELECT maxima('"MaxReadRequestUnits": 10'), describe('OnDemandThroughput');
SELECT maxima('"MaxWriteRequestUnits": 5'), describe('OnDemandThroughput');
SELECT maxima('"MaxReadRequestUnits": -1');
SELECT describe('OnDemandThroughput');
SELECT maxima('"MaxWriteRequestUnits": -1');
SELECT describe('OnDemandThroughput') IS NULL;
SELECT try('update_table', '"OnDemandThroughput": {' || members || '}'), try('update_table', of_index('"OnDemandThroughput": {' || members || '}'))
FROM (VALUES ('"MaxReadRequestUnits": 0'), ('"MaxWriteRequestUnits": -2'), ('"MaxReadRequestUnits": 40001'), ('"MaxWriteRequestUnits": 40001'), ('')) AS m (members);

-- Warm throughput only grows, and what was provisioned was warm.
SELECT try('update_table', '"WarmThroughput": {' || members || '}'), try('update_table', of_index('"WarmThroughput": {' || members || '}'))
FROM (VALUES ('"ReadUnitsPerSecond": 11999'), ('"WriteUnitsPerSecond": 40001'), (''), ('"WriteUnitsPerSecond": 4001')) AS m (members);
SELECT describe('WarmThroughput'), describe('GlobalSecondaryIndexes', '0', 'WarmThroughput');
SELECT try('delete_table', '"x": 1');
SELECT try('create_table', create_members(units(9, 9) || ', "OnDemandThroughput": {}, "WarmThroughput": {}', ', ' || units(5, 5)));
SELECT try('update_table', units(20, 3) || ', ' || of_index(units(4, 6))), describe('WarmThroughput'), describe('GlobalSecondaryIndexes', '0', 'WarmThroughput');
SELECT try('update_table', units(1, 1)), describe('WarmThroughput');
SELECT try('update_table', '"WarmThroughput": {"WriteUnitsPerSecond": 8}'), try('update_table', of_index('"WarmThroughput": {"ReadUnitsPerSecond": 4}'));
SELECT try('update_table', '"OnDemandThroughput": {"MaxWriteRequestUnits": 8}'), try('update_table', of_index('"OnDemandThroughput": {"MaxReadRequestUnits": 4}'));
SELECT try('create_table', create_members(mode, index_members), 'other-meters') FROM (VALUES
	(units(9, 9), ''), (units(9, 9), ', ' || units(5, 5) || ', "OnDemandThroughput": {"MaxReadRequestUnits": 4}'),
	(units(9, 9) || ', "WarmThroughput": {"WriteUnitsPerSecond": 8}', ', ' || units(5, 5)),
	('"BillingMode": "PAY_PER_REQUEST"', ', "OnDemandThroughput": {"MaxReadRequestUnits": -1}'),
	('"BillingMode": "PAY_PER_REQUEST"', ', "WarmThroughput": {"ReadUnitsPerSecond": 11999}'),
	('"BillingMode": "PAY_PER_REQUEST"', ', "WarmThroughput": {"ReadUnitsPerSecond": 40001}'),
	('"BillingMode": "PAY_PER_REQUEST", "OnDemandThroughput": {"MaxWriteRequestUnits": 40001}', '')) AS m (mode, index_members);
SELECT try('update_table', '"AttributeDefinitions": [{"AttributeName": "c", "AttributeType": "S"}], "GlobalSecondaryIndexUpdates": [{"Create": {"IndexName": "by_c",
	"KeySchema": [{"AttributeName": "c", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}}]');

-- Quotas: of a table and of an index, each for itself, and of the account.
SELECT try('update_table', units(40001, 1)), try('update_table', of_index(units(4, 40001)));
SELECT dynamo.describe_limits('{}') ->> 'AccountMaxReadCapacityUnits' = '80000';
SELECT sum((settings #>> '{Capacity,Read}')::bigint) + sum((SELECT sum((value ->> 'Read')::bigint) FROM jsonb_each(settings -> 'Indexes'))) AS reserved
FROM dynamo.table_catalog \gset
SELECT set_config('dynamo.account_max_capacity_units', (:reserved + 10)::text, false) IS NOT NULL;
SELECT replace(refused, format('account: %s. Limit: %s.', :reserved, :reserved + 10), 'account: RESERVED. Limit: RESERVED + 10.')
FROM (VALUES (try('update_table', units(12, 1))), (try('create_table', create_members(units(9, 1), ', ' || units(2, 1)), 'other-meters'))) AS r (refused);
SELECT try('update_table', units(8, 1) || ', ' || of_index(units(7, 6)));
SET dynamo.table_max_capacity_units = 5;
SELECT dynamo.describe_limits('{}') - 'AccountMaxReadCapacityUnits' - 'AccountMaxWriteCapacityUnits';
SELECT try('update_table', units(7, 2)), try('update_table', of_index(units(7, 5))), try('update_table', units(8, 2));
CREATE ROLE throughput_nobody;
SET ROLE throughput_nobody;
SET dynamo.table_max_capacity_units = 6;
RESET ROLE;
DROP ROLE throughput_nobody;

SELECT try('delete_table', '"x": 1');
SET client_min_messages = warning;
DROP SCHEMA throughput_test CASCADE;
