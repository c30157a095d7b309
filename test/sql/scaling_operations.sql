-- Application Auto Scaling's operations on targets; test/clients/scaling.mjs has policies, which need a worker.
\set VERBOSITY terse
\pset tuples_only on
\pset format unaligned
SET dynamo.partitions = 1;
SELECT dynamo.create_table(jsonb_build_object('TableName', name, 'BillingMode', 'PROVISIONED', 'ProvisionedThroughput', '{"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}'::jsonb,
	'AttributeDefinitions', '[{"AttributeName": "a", "AttributeType": "S"}]'::jsonb, 'KeySchema', '[{"AttributeName": "a", "KeyType": "HASH"}]'::jsonb,
	'GlobalSecondaryIndexes', '[{"IndexName": "by_a", "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"},
		"ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}}]'::jsonb)) IS NOT NULL
FROM unnest(ARRAY['scaled_one', 'scaled_one-b']) name;
CREATE FUNCTION pg_temp.of(id text, dimension text, more jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS
	$$ SELECT jsonb_build_object('ServiceNamespace', 'dynamodb', 'ResourceId', id, 'ScalableDimension', dimension) || more $$;
CREATE FUNCTION pg_temp.try(operation text, request jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result jsonb;
BEGIN
	EXECUTE format('SELECT dynamo.%s(%L::jsonb)', operation, request) INTO result;
	RETURN result;
EXCEPTION WHEN OTHERS THEN RETURN SQLSTATE || ' ' || SQLERRM;
END $$;

SELECT dynamo.register_scalable_target(pg_temp.of('table/scaled_one', 'dynamodb:table:ReadCapacityUnits', '{"MinCapacity": 7, "MaxCapacity": 20, "Tags": {"team": "a"}, "SuspendedState": {"DynamicScalingInSuspended": false}}')) AS arn \gset
SELECT :'arn'::jsonb ->> 'ScalableTargetARN' ~ '^arn:aws:application-autoscaling:us-east-1:000000000000:scalable-target/0ec5[0-9a-f]{32}$';
SELECT count(DISTINCT dynamo.register_scalable_target(pg_temp.of(id, dimension, '{"MinCapacity": 1, "MaxCapacity": 20}'))) FROM (VALUES ('table/scaled_one-b', 'dynamodb:table:ReadCapacityUnits'),
	('table/scaled_one-b', 'dynamodb:table:WriteCapacityUnits'), ('table/scaled_one-b/index/by_a', 'dynamodb:index:WriteCapacityUnits')) v (id, dimension);
-- Either bound may be left out of a target that is there; its ARN stays.
SELECT dynamo.register_scalable_target(pg_temp.of('table/scaled_one', 'dynamodb:table:ReadCapacityUnits', '{"MaxCapacity": 30}')) = :'arn'::jsonb;
SELECT resource_id, scalable_dimension, min_capacity, max_capacity, capacity FROM dynamo.scalable_targets WHERE table_name LIKE 'scaled\_%' ORDER BY 1, 2;

-- Descriptions.
SELECT target ->> 'ResourceId', target ->> 'ScalableDimension', target - ARRAY['ResourceId', 'ScalableDimension', 'CreationTime', 'ScalableTargetARN']
FROM jsonb_array_elements(dynamo.describe_scalable_targets('{"ServiceNamespace": "dynamodb", "ResourceIds": ["table/scaled_one", "table/scaled_one-b"]}') -> 'ScalableTargets') target;
SELECT abs((target ->> 'CreationTime')::numeric - extract(epoch FROM now())) < 600, target ->> 'ScalableTargetARN' = :'arn'::jsonb ->> 'ScalableTargetARN'
FROM jsonb_array_elements(dynamo.describe_scalable_targets('{"ServiceNamespace": "dynamodb", "ResourceIds": ["table/scaled_one"], "ScalableDimension": "dynamodb:table:ReadCapacityUnits"}') -> 'ScalableTargets') target;
SELECT dynamo.describe_scalable_targets('{"ServiceNamespace": "ecs"}'), dynamo.describe_scaling_policies('{"ServiceNamespace": "dynamodb", "ResourceId": "table/scaled_one"}');
WITH RECURSIVE pages AS (
	SELECT dynamo.describe_scalable_targets('{"ServiceNamespace": "dynamodb", "MaxResults": 1}') AS page
	UNION ALL SELECT dynamo.describe_scalable_targets(jsonb_build_object('ServiceNamespace', 'dynamodb', 'MaxResults', 1, 'NextToken', page ->> 'NextToken')) FROM pages WHERE page ? 'NextToken')
SELECT page #>> '{ScalableTargets,0,ResourceId}', page #>> '{ScalableTargets,0,ScalableDimension}', jsonb_array_length(page -> 'ScalableTargets') FROM pages;
SELECT activity - ARRAY['ActivityId', 'StartTime', 'EndTime'] FROM jsonb_array_elements(dynamo.describe_scaling_activities('{"ServiceNamespace": "dynamodb", "ResourceId": "table/scaled_one"}') -> 'ScalingActivities') activity;
SELECT dynamo.register_scalable_target(pg_temp.of('table/scaled_one', 'dynamodb:table:ReadCapacityUnits', '{"MinCapacity": 9}')) IS NOT NULL;
WITH RECURSIVE pages AS (
	SELECT dynamo.describe_scaling_activities('{"ServiceNamespace": "dynamodb", "ResourceId": "table/scaled_one", "MaxResults": 1}') AS page
	UNION ALL SELECT dynamo.describe_scaling_activities(jsonb_build_object('ServiceNamespace', 'dynamodb', 'ResourceId', 'table/scaled_one', 'MaxResults', 1, 'NextToken', page ->> 'NextToken')) FROM pages WHERE page ? 'NextToken')
SELECT page #>> '{ScalingActivities,0,Description}' FROM pages;

-- Tags.
SELECT :'arn'::jsonb ->> 'ScalableTargetARN' AS target \gset
SELECT dynamo.tag_scalable_target(jsonb_build_object('ResourceARN', :'target', 'Tags', '{"team": "b", "cost": ""}'::jsonb));
SELECT dynamo.list_tags_for_resource(jsonb_build_object('ResourceARN', :'target'));
SELECT dynamo.untag_scalable_target(jsonb_build_object('ResourceARN', :'target', 'TagKeys', '["cost", "none"]'::jsonb));
SELECT dynamo.list_tags_for_resource(jsonb_build_object('ResourceARN', :'target'));
SELECT pg_temp.try('tag_scalable_target', jsonb_build_object('ResourceARN', :'target', 'Tags', (SELECT jsonb_object_agg('k' || i, i::text) FROM generate_series(1, 50) i)));
SELECT pg_temp.try(operation, '{"ResourceARN": "arn:aws:x", "Tags": {}, "TagKeys": []}') FROM unnest(ARRAY['list_tags_for_resource', 'tag_scalable_target', 'untag_scalable_target']) operation;

-- What is wrong.
SELECT pg_temp.try('register_scalable_target', request) FROM (VALUES ('{}'::jsonb),
	(pg_temp.of('table/none', 'dynamodb:table:ReadCapacityUnits', '{"MinCapacity": 1, "MaxCapacity": 2}')),
	(pg_temp.of('table/scaled_one/index/none', 'dynamodb:index:ReadCapacityUnits', '{"MinCapacity": 1, "MaxCapacity": 2}')),
	(pg_temp.of('table/scaled_one', 'dynamodb:index:ReadCapacityUnits', '{"MinCapacity": 1, "MaxCapacity": 2}')),
	(pg_temp.of('service/x', 'ecs:service:DesiredCount', '{"ServiceNamespace": "ecs", "MinCapacity": 1, "MaxCapacity": 2}')),
	(pg_temp.of('table/scaled_one', 'dynamodb:table:WriteCapacityUnits', '{"MinCapacity": 1}')),
	(pg_temp.of('table/scaled_one', 'dynamodb:table:WriteCapacityUnits', '{"MinCapacity": 3, "MaxCapacity": 2}')),
	(pg_temp.of('table/scaled_one', 'dynamodb:table:WriteCapacityUnits', '{"MinCapacity": 1, "MaxCapacity": 2, "SuspendedState": {"DynamicScalingOutSuspended": true}}'))) v (request);
SELECT left(pg_temp.try('register_scalable_target', pg_temp.of('table/scaled_one', 'x')), 120);
SELECT pg_temp.try('put_scaling_policy', pg_temp.of('table/scaled_one', 'dynamodb:table:ReadCapacityUnits', jsonb_build_object('PolicyName', 'mine') || more)) FROM (VALUES ('{}'::jsonb),
	('{"PolicyType": "StepScaling"}'), ('{"PolicyType": "TargetTrackingScaling"}'), ('{"PolicyType": "TargetTrackingScaling", "TargetTrackingScalingPolicyConfiguration": {}}'),
	('{"PolicyType": "TargetTrackingScaling", "TargetTrackingScalingPolicyConfiguration": {"TargetValue": "70"}}'),
	('{"PolicyType": "TargetTrackingScaling", "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 70}}'),
	('{"PolicyType": "TargetTrackingScaling", "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 70, "CustomizedMetricSpecification": {"MetricName": "m"}}}'),
	('{"PolicyType": "TargetTrackingScaling", "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 70, "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBWriteCapacityUtilization"}}}'),
	('{"PolicyType": "TargetTrackingScaling", "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 12.5, "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBReadCapacityUtilization"}}}')) v (more);
SELECT pg_temp.try('delete_scaling_policy', pg_temp.of('table/scaled_one', 'dynamodb:table:ReadCapacityUnits', '{"PolicyName": "mine"}'));
SELECT pg_temp.try('deregister_scalable_target', pg_temp.of('table/scaled_one', 'dynamodb:table:WriteCapacityUnits'));
SELECT pg_temp.try(operation, '{"ServiceNamespace": "dynamodb", "NextToken": "x"}') FROM unnest(ARRAY['describe_scalable_targets', 'describe_scaling_policies', 'describe_scaling_activities']) operation;
SELECT pg_temp.try('describe_scaling_activities', '{"ServiceNamespace": "dynamodb", "NextToken": "1/zzzzzzzz-0000-0000-0000-000000000000"}');

-- Only the owner changes; policies name the service.
CREATE ROLE scaling_guest;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA pg_temp TO scaling_guest;
SET ROLE scaling_guest;
SELECT pg_temp.try('register_scalable_target', pg_temp.of('table/scaled_one', 'dynamodb:table:ReadCapacityUnits', '{"MinCapacity": 1}'));
SELECT pg_temp.try('tag_scalable_target', jsonb_build_object('ResourceARN', :'target', 'Tags', '{"x": "y"}'::jsonb));
SELECT pg_temp.try('list_tags_for_resource', jsonb_build_object('ResourceARN', :'target'));
RESET ROLE;
SELECT dynamo.put_policy('scaling_reader', '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "application-autoscaling:Describe*", "Resource": "*"}}') IS NOT NULL;
SELECT dynamo.attach_role_policy('scaling_guest', 'scaling_reader') IS NOT NULL;
SET ROLE scaling_guest;
SELECT jsonb_array_length(dynamo.describe_scalable_targets('{"ServiceNamespace": "dynamodb", "ResourceIds": ["table/scaled_one"]}') -> 'ScalableTargets');
SELECT substring(pg_temp.try('register_scalable_target', pg_temp.of('table/scaled_one', 'dynamodb:table:ReadCapacityUnits', '{"MinCapacity": 1}')) FROM '^.....|perform: [a-zA-Z:-]*');
SELECT substring(pg_temp.try('list_tags_for_resource', jsonb_build_object('ResourceARN', :'target')) FROM 'perform: [a-zA-Z:-]*');
RESET ROLE;
SELECT dynamo.detach_role_policy('scaling_guest', 'scaling_reader') IS NOT NULL, dynamo.delete_policy('scaling_reader') IS NOT NULL;
DROP OWNED BY scaling_guest;
DROP ROLE scaling_guest;

SELECT dynamo.deregister_scalable_target(pg_temp.of('table/scaled_one', 'dynamodb:table:ReadCapacityUnits'));
SELECT pg_temp.try('list_tags_for_resource', jsonb_build_object('ResourceARN', :'target')) ~ 'DY002 No scalable target found';
SELECT dynamo.delete_table(jsonb_build_object('TableName', name)) IS NOT NULL FROM unnest(ARRAY['scaled_one', 'scaled_one-b']) name;
