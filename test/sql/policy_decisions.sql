-- Decisions of policies: actions and resources, the order of evaluation, whose policies apply.
SET client_min_messages = warning;
CREATE ROLE policy_tenant;
CREATE ROLE policy_group;
CREATE ROLE policy_apart NOINHERIT IN ROLE policy_group;
CREATE ROLE policy_owner;
GRANT policy_group TO policy_tenant;
GRANT CREATE ON SCHEMA dynamo_tables, dynamo_views TO policy_owner;

CREATE FUNCTION pg_temp.arn(resource text) RETURNS text LANGUAGE sql AS $$ SELECT 'arn:aws:dynamodb:us-east-1:000000000000:' || resource $$;
CREATE FUNCTION pg_temp.put(name text, VARIADIC statements text[]) RETURNS void LANGUAGE sql AS $$
	SELECT dynamo.put_policy(name, format('{"Version": "2012-10-17", "Statement": [%s]}', array_to_string(statements, ', '))::json)
$$;
CREATE FUNCTION pg_temp.statement(effect text, actions text, resources text, others text DEFAULT '') RETURNS text LANGUAGE sql AS $$
	SELECT format('{"Effect": "%s", "Action": %s, "Resource": %s %s}', effect, actions, resources, others)
$$;
CREATE FUNCTION pg_temp.ask(role regrole, action text, resource text, context jsonb DEFAULT '{}') RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(' ', d.decision, d.reason, d.policy, d.statement, d.sid) FROM dynamo.simulate_policy(role, action, pg_temp.arn(resource), context) AS d
$$;

-- Actions and resources: the pattern, the request, whether they match
SELECT action, request, expected FROM (VALUES
	('dynamodb:GetItem', 'dynamodb:GetItem', true), ('dynamodb:getitem', 'dynamodb:GetItem', true), ('DynamoDB:Get*', 'dynamodb:GetItem', true), ('dynamodb:?etItem', 'dynamodb:GetItem', true),
	('dynamodb:Get*', 'dynamodb:BatchGetItem', false), ('*', 'dynamodb:GetItem', true), ('dynamodb:*Item', 'dynamodb:GetItem', true), ('s3:*', 'dynamodb:GetItem', false)) AS c (action, request, expected),
	LATERAL (SELECT decision FROM dynamo.simulate_policy('policy_tenant', request, '*', '{}', 's', format('{"Statement": {"Effect": "Allow", "Action": "%s", "Resource": "*"}}', action)::json)) AS d
WHERE (decision = 'allowed') <> expected;
SELECT resource, request, expected FROM (VALUES
	('arn:aws:dynamodb:us-east-1:000000000000:table/Music', 'table/Music', true), ('arn:aws:dynamodb:*:*:table/M*', 'table/Music', true), ('arn:aws:dynamodb:*:*:table/music', 'table/Music', false),
	('arn:aws:dynamodb:*:*:table/Music', 'table/Music/index/i', false), ('arn:aws:dynamodb:*:*:table/Music/index/*', 'table/Music/index/i', true), ('arn:aws:dynamodb:*:*:table/*', 'table/Music/index/i', true),
	('arn:aws:dynamodb:*:111111111111:table/Music', 'table/Music', false), ('arn:*:*:*:*:*', 'table/Music', true), ('arn:aws:dynamodb:us-east-1*:table/Music:', 'table/Music', false), ('*', 'table/Music', true),
	('arn:aws:dynamodb:*:*:table/${aws:PrincipalTag/table}', 'table/Music', true), ('arn:aws:dynamodb:*:*:table/${aws:PrincipalTag/other}', 'table/Music', false),
	('arn:aws:dynamodb:*:${aws:PrincipalAccount}:table/Music', 'table/Music', true)) AS c (resource, request, expected),
	LATERAL (SELECT decision FROM dynamo.simulate_policy('policy_tenant', 'dynamodb:GetItem', pg_temp.arn(request), '{"aws:PrincipalTag/table": "Music"}', 's',
		format('{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "%s"}}', resource)::json)) AS d
WHERE (decision = 'allowed') <> expected;
SELECT pg_temp.put('p', pg_temp.statement('Allow', '"dynamodb:GetItem"', '"*"'), '{"Effect": "Deny", "NotAction": "dynamodb:Get*", "Resource": "*"}',
	'{"Sid": "Others", "Effect": "Deny", "Action": "*", "NotResource": ["arn:aws:dynamodb:*:*:table/aaa", "arn:aws:dynamodb:*:*:table/bbb"]}');

-- Without a policy privileges decide; with one what nothing allows is denied.
SELECT pg_temp.ask('policy_tenant', 'dynamodb:PutItem', 'table/ccc');
SELECT dynamo.attach_role_policy('policy_tenant', 'p');
SELECT pg_temp.ask('policy_tenant', action, resource) FROM (VALUES ('dynamodb:GetItem', 'table/aaa'), ('dynamodb:PutItem', 'table/aaa'), ('dynamodb:GetItem', 'table/ccc'), ('dynamodb:GetRecords', 'table/bbb')) AS c (action, resource);

-- What is not known yet, and when it does not matter
SELECT pg_temp.put('keys', pg_temp.statement('Allow', '"dynamodb:Query"', '"*"', ', "Condition": {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": "mine*"}}'),
	pg_temp.statement('Deny', '"dynamodb:Query"', '"*"', ', "Condition": {"StringEquals": {"dynamodb:Select": "ALL_ATTRIBUTES"}}'),
	pg_temp.statement('Allow', '"dynamodb:Scan"', '"*"'), pg_temp.statement('Deny', '"dynamodb:Scan"', '"*"', ', "Condition": {"StringEquals": {"dynamodb:Select": "COUNT"}, "Bool": {"aws:SecureTransport": "false"}}'));
SELECT dynamo.detach_role_policy('policy_tenant', 'p'), dynamo.attach_role_policy('policy_tenant', 'keys');
SELECT action, context, pg_temp.ask('policy_tenant', action, 'table/aaa', context) FROM (VALUES
	('dynamodb:Query', '{"dynamodb:LeadingKeys": null, "dynamodb:Select": null}'::jsonb), ('dynamodb:Query', '{"dynamodb:LeadingKeys": "mine1", "dynamodb:Select": null}'),
	('dynamodb:Query', '{"dynamodb:LeadingKeys": "yours", "dynamodb:Select": null}'), ('dynamodb:Query', '{"dynamodb:LeadingKeys": null, "dynamodb:Select": "ALL_ATTRIBUTES"}'),
	('dynamodb:Query', '{"dynamodb:LeadingKeys": "mine1", "dynamodb:Select": "COUNT"}'), ('dynamodb:Scan', '{"dynamodb:LeadingKeys": null, "dynamodb:Select": null, "aws:SecureTransport": "true"}'),
	('dynamodb:Scan', '{"dynamodb:Select": null, "aws:SecureTransport": "false"}'), ('dynamodb:PutItem', '{"dynamodb:LeadingKeys": null}')) AS c (action, context);

-- Roles that the role inherits from have a say, those that it does not inherit from have none.
SELECT pg_temp.put('group', pg_temp.statement('Allow', '"dynamodb:PutItem"', '"*"'), pg_temp.statement('Deny', '"dynamodb:Scan"', '"*"'));
SELECT dynamo.attach_role_policy('policy_group', 'group');
SELECT role, action, pg_temp.ask(role, action, 'table/aaa') FROM unnest(ARRAY['policy_tenant', 'policy_group', 'policy_apart']::regrole[]) AS role, unnest(ARRAY['dynamodb:PutItem', 'dynamodb:Scan']) AS action;
REVOKE policy_group FROM policy_tenant;
SELECT pg_temp.ask('policy_tenant', 'dynamodb:PutItem', 'table/aaa'), pg_temp.ask('policy_tenant', 'dynamodb:Scan', 'table/aaa', '{"aws:SecureTransport": true}');

-- A rename keeps them, also in variables.
SELECT pg_temp.put('keys', pg_temp.statement('Allow', '"dynamodb:Query"', '"arn:aws:dynamodb:*:*:table/${aws:username}"'));
ALTER ROLE policy_tenant RENAME TO policy_renamed;
SELECT pg_temp.ask('policy_renamed', 'dynamodb:Query', 'table/policy_renamed'), pg_temp.ask('policy_renamed', 'dynamodb:Query', 'table/policy_tenant');
ALTER ROLE policy_renamed RENAME TO policy_tenant;

-- Superusers are not narrowed.
CREATE ROLE policy_superuser SUPERUSER;
SELECT dynamo.attach_role_policy('policy_superuser', 'group');
SELECT pg_temp.ask('policy_superuser', 'dynamodb:Scan', 'table/aaa');
DROP ROLE policy_superuser;

-- Sessions: the role's policies and theirs have to allow.
SELECT action, decision, reason FROM unnest(ARRAY['dynamodb:PutItem', 'dynamodb:GetItem', 'dynamodb:Query']) AS action, LATERAL dynamo.simulate_policy('policy_group', action, pg_temp.arn('table/aaa'), '{}', 's',
	'{"Statement": [{"Effect": "Allow", "Action": ["dynamodb:PutItem", "dynamodb:GetItem"], "Resource": "*"}]}');
SELECT decision, reason FROM dynamo.simulate_policy('policy_group', 'dynamodb:PutItem', pg_temp.arn('table/aaa'), '{}', 's');
SELECT decision, reason FROM dynamo.simulate_policy('policy_group', 'dynamodb:PutItem', pg_temp.arn('table/aaa'), '{}', 's', '{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Effect": "Deny", "Action": "dynamodb:P*", "Resource": "*"}]}');

-- Resource policies: one of both suffices, a denial of either wins.
SET ROLE policy_owner;
SELECT dynamo.create_table('{"TableName": "policy_table", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}]}') IS NOT NULL;
CREATE FUNCTION pg_temp.resource(VARIADIC statements text[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	message text;
BEGIN
	PERFORM dynamo.put_resource_policy(jsonb_build_object('ResourceArn', pg_temp.arn('table/policy_table'), 'ConfirmRemoveSelfResourceAccess', true,
		'Policy', format('{"Version": "2012-10-17", "Statement": [%s]}', array_to_string(statements, ', '))));
	RETURN 'kept';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT;
	RETURN message;
END $$;
SELECT pg_temp.resource(pg_temp.statement('Allow', '["dynamodb:Scan", "dynamodb:GetItem"]', '"arn:aws:dynamodb:*:*:table/policy_table"', ', "Principal": {"AWS": ["arn:aws:iam::000000000000:role/policy_group", "arn:aws:iam::000000000000:user/policy_apart"]}'),
	pg_temp.statement('Deny', '"dynamodb:PutItem"', '"*"', ', "Principal": "*"'),
	pg_temp.statement('Allow', '"dynamodb:DeleteItem"', '"*"', ', "Principal": {"AWS": "arn:aws:sts::000000000000:assumed-role/policy_group/s"}'),
	pg_temp.statement('Allow', '"dynamodb:UpdateItem"', '"*"', ', "NotPrincipal": {"AWS": "arn:aws:iam::000000000000:role/policy_group"}'),
	pg_temp.statement('Allow', '"dynamodb:Query"', '"*"', ', "Principal": {"AWS": "000000000000", "Service": "replication.dynamodb.amazonaws.com"}'),
	pg_temp.statement('Allow', '"dynamodb:DescribeTable"', '"*"', ', "Principal": {"AWS": "arn:aws:iam::111111111111:root"}'),
	pg_temp.statement('Allow', '"dynamodb:*ResourcePolicy"', '"*"', ', "Principal": {"AWS": "arn:aws:iam::000000000000:user/policy_owner"}'));
RESET ROLE;
SELECT role, action, pg_temp.ask(role, 'dynamodb:' || action, 'table/policy_table') FROM unnest(ARRAY['policy_group', 'policy_apart', 'policy_owner']::regrole[]) AS role,
	unnest(ARRAY['GetItem', 'Scan', 'PutItem', 'DeleteItem', 'UpdateItem', 'Query', 'DescribeTable']) AS action;
SELECT pg_temp.ask('policy_group', 'dynamodb:GetItem', 'table/policy_table/index/i'), pg_temp.ask('policy_apart', 'dynamodb:Scan', 'table/policy_table2');

-- A session that a resource policy names itself is not narrowed by its own policy; one whose role it names is.
SELECT action, name, decision, reason, statement FROM unnest(ARRAY['dynamodb:DeleteItem', 'dynamodb:GetItem']) AS action, unnest(ARRAY['s', 't']) AS name,
	LATERAL dynamo.simulate_policy('policy_group', action, pg_temp.arn('table/policy_table'), '{}', name, '{"Statement": {"Effect": "Allow", "Action": "dynamodb:Query", "Resource": "*"}}');
SELECT decision, reason FROM dynamo.simulate_policy('policy_apart', 'dynamodb:GetItem', pg_temp.arn('table/policy_table'), '{}', 's');

-- With dynamo.require_policies all roles but superusers need one: tested where the server can be reloaded.

-- What of a resource policy is refused
SET ROLE policy_owner;
SELECT principal, pg_temp.resource(pg_temp.statement('Allow', '"dynamodb:GetItem"', '"*"', ', ' || principal)) FROM unnest(ARRAY['"Principal": "a"', '"Principal": {}', '"Principal": {"AWS": []}',
	'"Principal": {"Federated": "x"}', '"Principal": {"AWS": "arn:aws:iam::000000000000:role/policy_nobody"}', '"Principal": {"AWS": "arn:aws:iam::000000000000:role/*"}', '"Principal": {"AWS": "arn:aws:s3:::x"}',
	'"Principal": {"AWS": "arn:aws:sts::000000000000:assumed-role/policy_group"}', '"Principal": "*", "NotPrincipal": "*"', '"Sid": "no principal"', '"Principal": "000000000000"']) AS principal;
SELECT pg_temp.resource(pg_temp.statement('Allow', '"s3:GetObject"', '"*"', ', "Principal": "*"'));
SELECT pg_temp.resource(pg_temp.statement('Allow', '"dynamodb:GetItem"', '"*"', ', "Principal": "*", "Condition": {"StringEquals": {"aws:Browser": "x"}}'));
SELECT pg_temp.resource(pg_temp.statement('Allow', '"dynamodb:GetItem"', '"*"', format(', "Principal": "*", "Sid": "%s"', repeat('x', 20480))));
SELECT pg_temp.resource('nothing');
RESET ROLE;

SELECT dynamo.delete_table('{"TableName": "policy_table"}') IS NOT NULL;
SELECT count(*) FROM dynamo.resource_policies;
SELECT dynamo.detach_role_policy('policy_tenant', 'keys'), dynamo.detach_role_policy('policy_group', 'group');
SELECT dynamo.delete_policy(name) FROM dynamo.policies WHERE name IN ('p', 'keys', 'group');
REVOKE CREATE ON SCHEMA dynamo_tables, dynamo_views FROM policy_owner;
DROP FUNCTION pg_temp.resource(text[]);
DROP ROLE policy_tenant, policy_apart, policy_group, policy_owner;
