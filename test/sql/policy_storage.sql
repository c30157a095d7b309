-- Keeping policies: who may, limits, what is shown to whom, what takes effect when.
SET client_min_messages = warning;
CREATE ROLE policy_admin CREATEROLE;
CREATE ROLE policy_user;
CREATE ROLE policy_other;
GRANT policy_user TO policy_admin WITH ADMIN OPTION;
\set allow '{"Statement": {"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "*"}}'
CREATE FUNCTION pg_temp.arn(resource text) RETURNS text LANGUAGE sql AS $$ SELECT 'arn:aws:dynamodb:us-east-1:000000000000:' || resource $$;

-- Privileges on the functions are given by GRANT; attaching wants ADMIN OPTION besides.
SET ROLE policy_admin;
SELECT dynamo.put_policy('one', :'allow');
SELECT dynamo.attach_role_policy('policy_user', 'one');
RESET ROLE;
GRANT EXECUTE ON FUNCTION dynamo.put_policy, dynamo.delete_policy, dynamo.attach_role_policy, dynamo.detach_role_policy TO policy_admin;
SET ROLE policy_admin;
SELECT dynamo.put_policy('one', :'allow');
SELECT dynamo.attach_role_policy('policy_user', 'one');
SELECT dynamo.attach_role_policy('policy_user', 'one');
SELECT dynamo.attach_role_policy('policy_other', 'one');
SELECT dynamo.attach_role_policy('policy_admin', 'one');
SELECT dynamo.detach_role_policy('policy_admin', 'one');
SELECT dynamo.attach_role_policy('policy_user', 'none');
SELECT dynamo.attach_role_policy(1::regrole, 'one');
SELECT dynamo.detach_role_policy('policy_user', 'none');
SELECT dynamo.delete_policy('one');
SELECT dynamo.delete_policy('none');
-- None of them reads or writes the tables.
SELECT FROM dynamo.policy;
SELECT FROM dynamo.role_policy;
DELETE FROM dynamo.role_policy;
SELECT FROM dynamo.resource_policy;
RESET ROLE;

-- Views
SELECT dynamo.put_policy('two', :'allow');
SELECT name, document FROM dynamo.policies ORDER BY name;
SET ROLE policy_admin;
SELECT name FROM dynamo.policies ORDER BY name;
SELECT role, policy FROM dynamo.role_policies;
SET ROLE policy_user;
SELECT name FROM dynamo.policies ORDER BY name;
SELECT role, policy FROM dynamo.role_policies;
SET ROLE policy_other;
SELECT name FROM dynamo.policies ORDER BY name;
SELECT role, policy FROM dynamo.role_policies;
-- Who may not use a role does not learn what it may.
SELECT decision FROM dynamo.simulate_policy('policy_user', 'dynamodb:GetItem', '*');
SELECT decision FROM dynamo.simulate_policy('policy_other', 'dynamodb:GetItem', '*');
RESET ROLE;

-- Ten policies a role
SELECT dynamo.put_policy('p' || n, :'allow'), dynamo.attach_role_policy('policy_other', 'p' || n) FROM generate_series(1, 11) AS n;
SELECT dynamo.put_policy('p' || n, :'allow'), dynamo.attach_role_policy('policy_other', 'p' || n) FROM generate_series(1, 10) AS n;
SELECT dynamo.attach_role_policy('policy_other', 'two');
SELECT dynamo.attach_role_policy('policy_other', 'p1');

-- What is changed is in effect at once, in the same transaction, and taken back with it; also where a superuser writes the table.
BEGIN;
SELECT decision FROM dynamo.simulate_policy('policy_user', 'dynamodb:GetItem', '*');
SELECT dynamo.put_policy('one', '{"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}');
SELECT decision FROM dynamo.simulate_policy('policy_user', 'dynamodb:GetItem', '*');
ROLLBACK;
SELECT decision FROM dynamo.simulate_policy('policy_user', 'dynamodb:GetItem', '*');
UPDATE dynamo.policy SET document = replace(document, 'Allow', 'Deny') WHERE name = 'one';
SELECT decision FROM dynamo.simulate_policy('policy_user', 'dynamodb:GetItem', '*');
-- A document that cannot be read allows nothing.
UPDATE dynamo.policy SET document = 'nothing' WHERE name = 'one';
SELECT decision FROM dynamo.simulate_policy('policy_user', 'dynamodb:GetItem', '*');
UPDATE dynamo.policy SET document = '{"Statement": {}}' WHERE name = 'one';
SELECT decision FROM dynamo.simulate_policy('policy_user', 'dynamodb:GetItem', '*');
SELECT dynamo.put_policy('one', :'allow');
SELECT decision FROM dynamo.simulate_policy('policy_user', 'dynamodb:GetItem', '*');
TRUNCATE dynamo.policy, dynamo.role_policy;
SELECT decision, reason FROM dynamo.simulate_policy('policy_user', 'dynamodb:PutItem', '*');

-- A dropped role's policies go with the next change.
SELECT dynamo.put_policy('one', :'allow'), dynamo.attach_role_policy('policy_other', 'one');
DROP ROLE policy_other;
SELECT count(*) FROM dynamo.role_policies;
SELECT dynamo.delete_policy('one');

-- Policies of tables
SELECT dynamo.create_table('{"TableName": "policy_table", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
	"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"},
	"ResourcePolicy": "{\"Statement\": {\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"dynamodb:GetItem\", \"Resource\": \"*\"}}"}') IS NOT NULL;
CREATE TEMPORARY TABLE result AS SELECT dynamo.get_resource_policy(jsonb_build_object('ResourceArn', pg_temp.arn('table/policy_table'))) AS answer;
SELECT answer ->> 'Policy', answer ->> 'RevisionId' ~ '^[0-9]+$' FROM result;
CREATE FUNCTION pg_temp.put(action text, others jsonb DEFAULT '{}', resource text DEFAULT 'table/policy_table') RETURNS jsonb LANGUAGE sql AS $$
	SELECT dynamo.put_resource_policy(jsonb_build_object('ResourceArn', pg_temp.arn(resource),
		'Policy', format('{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "%s", "Resource": "*"}}', action)) || others)
$$;
CREATE FUNCTION pg_temp.delete(others jsonb DEFAULT '{}', resource text DEFAULT 'table/policy_table') RETURNS jsonb LANGUAGE sql AS $$
	SELECT dynamo.delete_resource_policy(jsonb_build_object('ResourceArn', pg_temp.arn(resource)) || others)
$$;
-- The same document has the same revision, another one a later one.
SELECT pg_temp.put('dynamodb:GetItem') = answer - 'Policy' FROM result;
SELECT (pg_temp.put('dynamodb:PutItem') ->> 'RevisionId')::bigint > (answer ->> 'RevisionId')::bigint FROM result;
-- Revisions that are expected
SELECT pg_temp.put('dynamodb:Query', '{"ExpectedRevisionId": "1"}');
SELECT pg_temp.put('dynamodb:Query', '{"ExpectedRevisionId": "NO_POLICY"}');
SELECT pg_temp.delete('{"ExpectedRevisionId": "1"}');
SELECT pg_temp.put('dynamodb:Query', jsonb_build_object('ExpectedRevisionId', revision)) IS NOT NULL FROM dynamo.resource_policies;
SELECT pg_temp.delete(jsonb_build_object('ExpectedRevisionId', revision)) = jsonb_build_object('RevisionId', revision) FROM dynamo.resource_policies;
SELECT pg_temp.delete();
SELECT pg_temp.delete('{"ExpectedRevisionId": "1"}');
SELECT dynamo.get_resource_policy(jsonb_build_object('ResourceArn', pg_temp.arn('table/policy_table')));
SELECT pg_temp.put('dynamodb:Query', '{"ExpectedRevisionId": "NO_POLICY"}') IS NOT NULL;
-- Shapes and resources
SELECT dynamo.put_resource_policy('{"ResourceArn": "", "ExpectedRevisionId": ""}');
SELECT pg_temp.put('dynamodb:Query', '{}', 'table/policy_none');
SELECT pg_temp.put('dynamodb:Query', '{}', 'table/policy_table/stream/2027-05-31T00:00:00.000');
SELECT pg_temp.put('dynamodb:Query', '{}', 'backup/policy_table');
SELECT pg_temp.put('dynamodb:Query', '{}', 'table/policy_table/index/i');
SELECT dynamo.get_resource_policy(jsonb_build_object('ResourceArn', arn)) FROM (VALUES ('arn:aws:dynamodb:eu-west-1:000000000000:table/policy_table')) v (arn);
SELECT dynamo.get_resource_policy(jsonb_build_object('ResourceArn', arn)) FROM (VALUES ('arn:aws:dynamodb:us-east-1:000000000001:table/policy_table')) v (arn);
-- A stream has its own.
SELECT dynamo.describe_table('{"TableName": "policy_table"}') -> 'Table' ->> 'LatestStreamLabel' AS label \gset
SELECT pg_temp.put('dynamodb:GetRecords', '{}', 'table/policy_table/stream/' || :'label') IS NOT NULL;
SELECT relation, stream = 0 AS is_table, document FROM dynamo.resource_policies ORDER BY stream;
SELECT n, action, decision FROM unnest(ARRAY['table/policy_table', 'table/policy_table/stream/' || :'label']) WITH ORDINALITY AS r (resource, n), unnest(ARRAY['dynamodb:GetRecords', 'dynamodb:Query']) AS action,
	LATERAL dynamo.simulate_policy('policy_user', action, pg_temp.arn(resource)) ORDER BY n, action;

-- The owner alone has to do with it, and confirms where it locks itself out.
SET ROLE policy_user;
SELECT pg_temp.put('dynamodb:Query');
SELECT dynamo.get_resource_policy(jsonb_build_object('ResourceArn', pg_temp.arn('table/policy_table')));
SELECT count(*) FROM dynamo.resource_policies;
-- Nor does a simulation tell of it, or of whether there is one.
SELECT resource, decision, reason, statement FROM unnest(ARRAY['policy_table', 'policy_table/index/by_b', 'policy_none']) AS resource,
	LATERAL dynamo.simulate_policy('policy_user', 'dynamodb:GetItem', pg_temp.arn('table/' || resource));
SELECT decision, reason FROM dynamo.simulate_policy('policy_user', 'dynamodb:GetItem', pg_temp.arn('table/policy_table'), '{}', 's', '{"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}');
RESET ROLE;
SELECT pg_temp.delete() - 'RevisionId';
GRANT CREATE ON SCHEMA dynamo_tables, dynamo_views TO policy_user;
SET ROLE policy_user;
SELECT dynamo.create_table('{"TableName": "policy_own", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}]}') IS NOT NULL;
SELECT pg_temp.put('dynamodb:Query', '{}', 'table/policy_own');
SELECT pg_temp.put('dynamodb:*ResourcePolicy', '{}', 'table/policy_own') IS NOT NULL;
SELECT decision, reason FROM dynamo.simulate_policy('policy_user', 'dynamodb:GetResourcePolicy', pg_temp.arn('table/policy_own'));
SELECT pg_temp.put('dynamodb:Query', '{"ConfirmRemoveSelfResourceAccess": true}', 'table/policy_own') IS NOT NULL;
RESET ROLE;

-- DROP TABLE leaves a row that means nothing, and goes with the next change.
DROP TABLE dynamo_tables.policy_own CASCADE;
SELECT count(*) FROM dynamo.resource_policies WHERE stream = 0;
SELECT count(*) FROM dynamo.resource_policy WHERE stream = 0;
SELECT pg_temp.put('dynamodb:Query') IS NOT NULL;
SELECT relation FROM dynamo.resource_policy WHERE stream = 0;
SELECT pg_temp.delete() - 'RevisionId';

-- A dump's rows: a superuser restores any, the owner of the database those of its own tables.
INSERT INTO dynamo.policy (name, document) VALUES ('restored', '{}');
GRANT SELECT, INSERT ON dynamo.policy, dynamo.role_policy, dynamo.resource_policy TO policy_user;
SET ROLE policy_user;
INSERT INTO dynamo.policy (name, document) VALUES ('mine', '{}');
INSERT INTO dynamo.role_policy (role, policy) VALUES ('policy_user', 'restored');
INSERT INTO dynamo.resource_policy (relation, stream, document, revision) VALUES ('dynamo_tables.policy_table', 0, '{}', '1');
SELECT dynamo.create_table('{"TableName": "policy_own", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}]}') IS NOT NULL;
INSERT INTO dynamo.resource_policy (relation, stream, document, revision) VALUES ('dynamo_tables.policy_own', 0, '{}', '1');
RESET ROLE;
REVOKE SELECT, INSERT ON dynamo.policy, dynamo.role_policy, dynamo.resource_policy FROM policy_user;
SELECT dynamo.delete_policy('restored');

SELECT dynamo.delete_table('{"TableName": "policy_own"}') IS NOT NULL, dynamo.delete_table('{"TableName": "policy_table"}') IS NOT NULL;
DELETE FROM dynamo.resource_policy;
REVOKE CREATE ON SCHEMA dynamo_tables, dynamo_views FROM policy_user;
REVOKE EXECUTE ON FUNCTION dynamo.put_policy, dynamo.delete_policy, dynamo.attach_role_policy, dynamo.detach_role_policy FROM policy_admin;
DROP ROLE policy_admin, policy_user;
