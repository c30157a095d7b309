-- Scalable targets: registering, bounds, the history, who may. Policies need a worker, which is not here.
\pset format unaligned
\pset tuples_only on
CREATE ROLE scaling_owner;
CREATE ROLE scaling_stranger;
GRANT CREATE ON SCHEMA dynamo_tables, dynamo_views TO scaling_owner;
CREATE FUNCTION pg_temp.try(call text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE 'SELECT dynamo.' || call;
	RETURN 'done';
EXCEPTION WHEN OTHERS THEN
	RETURN sqlstate || ' ' || sqlerrm;
END $$;
CREATE FUNCTION pg_temp.units() RETURNS text LANGUAGE sql AS $$
	SELECT format('%s/%s, index %s/%s', t #>> '{ProvisionedThroughput,ReadCapacityUnits}', t #>> '{ProvisionedThroughput,WriteCapacityUnits}',
		t #>> '{GlobalSecondaryIndexes,0,ProvisionedThroughput,ReadCapacityUnits}', t #>> '{GlobalSecondaryIndexes,0,ProvisionedThroughput,WriteCapacityUnits}')
	FROM (SELECT dynamo.describe_table('{"TableName": "scaled"}') -> 'Table' AS t) AS d
$$;
CREATE FUNCTION pg_temp.put(name text, target text) RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.try(format('put_scaling_policy(%L, ''table/scaled'', ''dynamodb:table:WriteCapacityUnits'', %s)', name, target))
$$;
SET ROLE scaling_owner;
SELECT dynamo.create_table('{"TableName": "scaled", "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 20},
	"AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}, {"AttributeName": "b", "AttributeType": "S"}, {"AttributeName": "c", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}, {"AttributeName": "b", "KeyType": "RANGE"}],
	"LocalSecondaryIndexes": [{"IndexName": "local", "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}, {"AttributeName": "c", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "ALL"}}],
	"GlobalSecondaryIndexes": [{"IndexName": "by_b", "KeySchema": [{"AttributeName": "b", "KeyType": "HASH"}],
		"Projection": {"ProjectionType": "ALL"}, "ProvisionedThroughput": {"ReadCapacityUnits": 2, "WriteCapacityUnits": 2}}]}') #>> '{TableDescription,TableStatus}';

-- What can be scaled
SELECT resource, pg_temp.try(format('register_scalable_target(%L, %L, 1, 10)', resource, 'dynamodb:' || dimension || 'CapacityUnits'))
FROM (VALUES ('table/none', 'table:Read'), ('scaled', 'table:Read'), ('table/', 'table:Read'), ('table/scaled/index', 'index:Read'),
	('table/scaled/index/', 'index:Read'), ('table/scaled/other/by_b', 'index:Read'), ('table/scaled/index/by_b/x', 'index:Read'),
	('table/scaled', 'index:Read'), ('table/scaled/index/by_b', 'table:Read'), ('table/scaled', 'table:Total'),
	('table/scaled/index/none', 'index:Read'), ('table/scaled/index/local', 'index:Read')) AS t (resource, dimension);
SELECT bounds, pg_temp.try(format('register_scalable_target(''table/scaled'', ''dynamodb:table:ReadCapacityUnits'', %s)', bounds))
FROM (VALUES ('0, 5'), ('6, 5'), ('5'), ('NULL, 5'), ('40001, 50000')) AS b (bounds);
SELECT pg_temp.try('register_scalable_target(NULL, ''dynamodb:table:ReadCapacityUnits'', 1, 2)');
SELECT count(*) FROM dynamo.scalable_targets WHERE table_name = 'scaled';

-- The capacity moves within the bounds; later ones may come alone.
SELECT dynamo.register_scalable_target('table/scaled', 'dynamodb:table:ReadCapacityUnits', 10, 30);
SELECT dynamo.register_scalable_target('table/scaled', 'dynamodb:table:WriteCapacityUnits', 1, 15);
SELECT dynamo.register_scalable_target('table/scaled/index/by_b', 'dynamodb:index:WriteCapacityUnits', 2, 4);
SELECT pg_temp.units();
SELECT dynamo.register_scalable_target('table/scaled', 'dynamodb:table:ReadCapacityUnits', min_capacity => 12);
SELECT dynamo.register_scalable_target('table/scaled', 'dynamodb:table:ReadCapacityUnits', max_capacity => 12);
SELECT pg_temp.try('register_scalable_target(''table/scaled'', ''dynamodb:table:ReadCapacityUnits'', max_capacity => 11)');
SELECT pg_temp.units();
SELECT * FROM dynamo.scalable_targets WHERE table_name = 'scaled' ORDER BY resource_id, scalable_dimension;

-- UpdateTable stays free to leave them.
SELECT dynamo.update_table('{"TableName": "scaled", "ProvisionedThroughput": {"ReadCapacityUnits": 50, "WriteCapacityUnits": 15}}') IS NOT NULL;
SELECT pg_temp.units();
SELECT dynamo.register_scalable_target('table/scaled', 'dynamodb:table:ReadCapacityUnits');
SELECT pg_temp.units();
SELECT resource_id, scalable_dimension, from_capacity, to_capacity, description, cause, status_code, status_message, end_time >= start_time
FROM dynamo.scaling_activities WHERE table_name = 'scaled' ORDER BY start_time;
BEGIN;
SELECT dynamo.register_scalable_target('table/scaled', 'dynamodb:table:ReadCapacityUnits', 20, 20);
ROLLBACK;
SELECT pg_temp.units(), count(*) FROM dynamo.scaling_activities WHERE table_name = 'scaled';

-- Policies
SELECT pg_temp.put('mine', target) FROM (VALUES ('19.9'), ('90.1'), ('''NaN'''), ('50, -1'), ('50, 0, -1')) AS t (target);
SELECT pg_temp.put('', '50'), pg_temp.put(repeat('n', 257), '50');
SELECT pg_temp.try('put_scaling_policy(''mine'', ''table/scaled/index/by_b'', ''dynamodb:index:ReadCapacityUnits'', 50)');
SELECT pg_temp.try('delete_scaling_policy(''mine'', ''table/scaled'', ''dynamodb:table:WriteCapacityUnits'')');

-- Only the owner; everybody sees.
SET ROLE scaling_stranger;
SELECT pg_temp.try('register_scalable_target(''table/scaled'', ''dynamodb:table:WriteCapacityUnits'', 1, 30)');
SELECT pg_temp.try('deregister_scalable_target(''table/scaled'', ''dynamodb:table:WriteCapacityUnits'')');
SELECT count(*) FROM dynamo.scalable_targets WHERE table_name = 'scaled';
SELECT count(*) FROM dynamo.scaling_activities WHERE table_name = 'scaled';
INSERT INTO dynamo.scaling_activity_log (table_id) VALUES (gen_random_uuid());
SELECT FROM dynamo.scaling_state;
SET ROLE scaling_owner;

-- On demand targets stay, but none can be registered.
SELECT dynamo.update_table('{"TableName": "scaled", "BillingMode": "PAY_PER_REQUEST"}') IS NOT NULL;
SELECT pg_temp.try('register_scalable_target(''table/scaled'', ''dynamodb:table:ReadCapacityUnits'', 1, 2)');
SELECT resource_id, scalable_dimension, capacity FROM dynamo.scalable_targets WHERE table_name = 'scaled' ORDER BY resource_id, scalable_dimension;

-- They go when they are told to, with their index and with their table, and with it the history.
SELECT dynamo.deregister_scalable_target('table/scaled', 'dynamodb:table:WriteCapacityUnits');
SELECT pg_temp.try('deregister_scalable_target(''table/scaled'', ''dynamodb:table:WriteCapacityUnits'')');
SELECT dynamo.update_table('{"TableName": "scaled", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by_b"}}]}') IS NOT NULL;
SELECT resource_id, scalable_dimension FROM dynamo.scalable_targets WHERE table_name = 'scaled';
SELECT dynamo.delete_table('{"TableName": "scaled"}') IS NOT NULL;
SELECT count(*) FROM dynamo.scalable_targets WHERE table_name = 'scaled';
SELECT count(*) FROM dynamo.scaling_activities WHERE table_name = 'scaled';
RESET ROLE;
REVOKE CREATE ON SCHEMA dynamo_tables, dynamo_views FROM scaling_owner;
DROP ROLE scaling_owner, scaling_stranger;
