-- Documents of policies: what is accepted, and what is said of what is not.
SET client_min_messages = warning;
CREATE ROLE policy_documents_role;

-- The text of the error with its detail; null: accepted
CREATE FUNCTION pg_temp.put(document text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	message text;
	detail text;
	state text;
BEGIN
	PERFORM dynamo.put_policy('documents', document::json);
	RETURN NULL;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, state = RETURNED_SQLSTATE;
	RETURN format('%s %s (%s)', state, message, detail);
END $$;

-- A statement with an element in the place of one of a valid statement's, or besides
CREATE FUNCTION pg_temp.statement(elements json) RETURNS text LANGUAGE sql AS $$
	SELECT format('{"Version": "2012-10-17", "Statement": {%s}}', string_agg(format('%s: %s', to_json(key), value), ', ' ORDER BY position))
	FROM (SELECT e.key, e.value, 2 AS position FROM json_each(elements) AS e WHERE e.value::text <> 'null'
		UNION ALL SELECT d.key, d.value, 1 FROM json_each('{"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "*"}') AS d
		WHERE d.key NOT IN (SELECT e.key FROM json_each(elements) AS e)) AS each
$$;

-- Accepted
SELECT document FROM unnest(ARRAY[
	'{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}',
	'{"Version": "2008-10-17", "Id": "id", "Statement": {"Sid": "One", "Effect": "Deny", "NotAction": ["s3:*", "dynamodb:?etItem"], "NotResource": ["arn:aws:s3:::bucket/*", "arn:aws:dynamodb:*:*:table/a"]}}',
	'{"Statement": {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "arn:aws:dynamodb:us-east-1:${aws:PrincipalAccount}:table/${aws:username}", "Condition": {}}, "Version": "2012-10-17"}']) AS document
WHERE pg_temp.put(document) IS NOT NULL;

-- The document itself
SELECT document, pg_temp.put(document) FROM unnest(ARRAY['[]', '{}', '{"Statement": []}', '{"Statement": "x"}', '{"Version": "2012-10-18", "Statement": {}}', '{"Version": 1}',
	'{"statement": {}}', '{"Statement": {}}', '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}, "Statement": {}}', '{"Id": {}}', '{"Statement": null}', 'null']) AS document;

-- A statement
SELECT elements, pg_temp.put(pg_temp.statement(elements::json)) FROM unnest(ARRAY[
	'{"Effect": "allow"}', '{"Effect": null}', '{"Effect": ["Allow"]}', '{"Sid": "a b"}', '{"Sid": 1}', '{"Foo": 1}', '{"Principal": "*"}', '{"NotPrincipal": {"AWS": "*"}}',
	'{"Action": null}', '{"Action": []}', '{"Action": "GetItem"}', '{"Action": ":GetItem"}', '{"Action": "dynamodb:"}', '{"Action": "dyn*:GetItem"}', '{"Action": "dynamodb:Get Item"}',
	'{"Action": 1}', '{"Action": ["dynamodb:GetItem", null]}', '{"NotAction": "dynamodb:PutItem"}', '{"Resource": null}', '{"Resource": []}', '{"Resource": "table"}',
	'{"Resource": "arn:aws:dynamodb:us-east-1:table"}', '{"Resource": ""}', '{"NotResource": "*"}', '{"Resource": {"a": 1}}',
	'{"Resource": "arn:aws:dynamodb:us-east-1:0:table/${aws:nobody}"}', '{"Resource": "arn:aws:dynamodb:us-east-1:0:table/${aws:username"}',
	'{"Condition": []}', '{"Condition": {"StringEquals": "x"}}', '{"Condition": {"StringEquals": {"aws:UserAgent": []}}}', '{"Condition": {"StringEquals": {"aws:UserAgent": null}}}',
	'{"Condition": {"StringEquals": {"aws:UserAgent": {"a": 1}}}}', '{"Condition": {"StringEqual": {"aws:UserAgent": "x"}}}', '{"Condition": {"stringequals": {"aws:UserAgent": "x"}}}',
	'{"Condition": {"ForSomeValues:StringEquals": {"aws:UserAgent": "x"}}}', '{"Condition": {"NullIfExists": {"aws:UserAgent": "true"}}}', '{"Condition": {"ForAllValues:Null": {"aws:UserAgent": "true"}}}',
	'{"Condition": {"StringEquals": {"UserAgent": "x"}}}', '{"Condition": {"StringEquals": {"aws:Browser": "x"}}}', '{"Condition": {"StringEquals": {"aws:RequestTag/": "x"}}}',
	'{"Condition": {"StringEquals": {"aws:UserAgent": "x", "aws:UserAgent": "y"}}}', '{"Condition": {"NumericEquals": {"aws:EpochTime": "many"}}}', '{"Condition": {"NumericEquals": {"aws:EpochTime": "${aws:EpochTime}"}}}',
	'{"Condition": {"DateEquals": {"aws:CurrentTime": "2027-13-01"}}}', '{"Condition": {"DateEquals": {"aws:CurrentTime": "2027-02-29"}}}', '{"Condition": {"DateEquals": {"aws:CurrentTime": "2027-02-28T25:00:00Z"}}}',
	'{"Condition": {"Bool": {"aws:SecureTransport": "yes"}}}', '{"Condition": {"BinaryEquals": {"dynamodb:LeadingKeys": "!"}}}', '{"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/33"}}}',
	'{"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0"}}}', '{"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/"}}}', '{"Condition": {"ArnLike": {"aws:PrincipalArn": "user/*"}}}',
	'{"Condition": {"StringEquals": {"aws:UserAgent": "${aws:username, none}"}}}', '{"Condition": {"StringEquals": {"aws:UserAgent": "${}"}}}']) AS elements;
SELECT pg_temp.put('{"Statement": [{"Sid": "a", "Effect": "Allow", "Action": "*", "Resource": "*"}, {"Sid": "a", "Effect": "Deny", "Action": "*", "Resource": "*"}]}');

-- Sizes: 6,144 characters without space
SELECT pg_temp.put(format('{"Id": "%s", %s "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}', repeat('é', n), repeat(' ', 9000)))
FROM unnest(ARRAY[6144 - 68, 6144 - 67]) AS n;
SELECT pg_temp.put(repeat('[', 3000) || repeat(']', 3000));

-- Names
SELECT dynamo.put_policy('', '{}');
SELECT dynamo.put_policy(repeat('x', 129), '{}');
SELECT dynamo.put_policy('a b', '{}');
SELECT dynamo.put_policy('ä', '{}');

-- Sessions' policies
SELECT decision FROM dynamo.simulate_policy('policy_documents_role', 'dynamodb:GetItem', '*', '{}', 's', '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}');
SELECT dynamo.simulate_policy('policy_documents_role', 'dynamodb:GetItem', '*', '{}', 's', '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}');
SELECT dynamo.simulate_policy('policy_documents_role', 'dynamodb:GetItem', '*', '{}', 's', format('{"Id": "%s"}', repeat('x', 2038))::json);

-- What simulating refuses
SELECT dynamo.simulate_policy('policy_documents_role', 'dynamodb:GetItem', '*', '[]');
SELECT dynamo.simulate_policy('policy_documents_role', 'dynamodb:GetItem', '*', '{"aws:Browser": "x"}');
SELECT dynamo.simulate_policy('policy_documents_role', 'dynamodb:GetItem', '*', '{"aws:UserAgent": {"a": 1}}');
SELECT dynamo.simulate_policy('policy_documents_role', NULL, '*');
SELECT dynamo.simulate_policy(1::regrole, 'dynamodb:GetItem', '*');

SELECT dynamo.delete_policy('documents');
DROP ROLE policy_documents_role;
