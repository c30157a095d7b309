-- Conditions of policies: every operator, and what keys of none, one and several values mean. Each case is judged by a
-- session policy of one statement; only cases that are not judged as expected are shown.
SET client_min_messages = warning;
CREATE ROLE policy_conditions_role;

CREATE FUNCTION pg_temp.decide(effect text, condition json, context jsonb, version text DEFAULT '2012-10-17') RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	statement text := format('{"Effect": "%s", "Action": "*", "Resource": "*", "Condition": %s}', effect, condition);
BEGIN
	IF effect = 'Deny' THEN
		statement := '[{"Effect": "Allow", "Action": "*", "Resource": "*"}, ' || statement || ']';
	END IF;
	RETURN (SELECT decision FROM dynamo.simulate_policy('policy_conditions_role', 'dynamodb:GetItem',
		'arn:aws:dynamodb:us-east-1:000000000000:table/Music', context, 'session',
		format('{"Version": "%s", "Statement": %s}', version, statement)::json));
END $$;

-- Of a statement that allows: whether its condition holds. The key is aws:UserAgent where a case names none.
CREATE FUNCTION pg_temp.check_operators(cases text[]) RETURNS TABLE (operator text, operand text, value text, holds text, expected text)
LANGUAGE sql AS $$
	SELECT c[1], c[2], c[3], d.decision, c[4]
	FROM (SELECT ARRAY[cases[n][1], cases[n][2], cases[n][3], cases[n][4]] AS c FROM generate_subscripts(cases, 1) AS n) AS each,
		LATERAL (SELECT pg_temp.decide('Allow', format('{"%s": {"aws:UserAgent": %s}}', c[1], c[2])::json,
			CASE WHEN c[3] = '' THEN '{}' ELSE format('{"aws:UserAgent": %s}', c[3])::jsonb END)) AS d (decision)
	WHERE d.decision <> CASE c[4] WHEN 't' THEN 'allowed' WHEN 'f' THEN 'denied' ELSE c[4] END
$$;

-- Operators: operator, operand, value (empty: the key is absent, null: not known yet), whether it holds
SELECT * FROM pg_temp.check_operators(ARRAY[
	['StringEquals', '"a"', '"a"', 't'], ['StringEquals', '"a"', '"A"', 'f'], ['StringEquals', '"a"', '', 'f'],
	['StringEquals', '["b", "a"]', '"a"', 't'], ['StringEquals', '["b", "c"]', '"a"', 'f'], ['StringEquals', '"a*"', '"ab"', 'f'],
	['StringEquals', '""', '""', 't'], ['StringEquals', '"a"', 'null', 'undecided'], ['StringEquals', '5', '"5"', 't'], ['StringEquals', 'true', 'true', 't'],
	['StringNotEquals', '"a"', '"a"', 'f'], ['StringNotEquals', '"a"', '"b"', 't'], ['StringNotEquals', '"a"', '', 't'],
	['StringNotEquals', '["b", "a"]', '"a"', 'f'], ['StringNotEquals', '["b", "c"]', '"a"', 't'], ['StringNotEquals', '"a"', 'null', 'undecided'],
	['StringEqualsIgnoreCase', '"aB"', '"Ab"', 't'], ['StringEqualsIgnoreCase', '"aB"', '"AbC"', 'f'], ['StringEqualsIgnoreCase', '"a"', '', 'f'],
	['StringNotEqualsIgnoreCase', '"aB"', '"Ab"', 'f'], ['StringNotEqualsIgnoreCase', '"aB"', '"c"', 't'], ['StringNotEqualsIgnoreCase', '"a"', '', 't'],
	['StringLike', '"a*"', '"abc"', 't'], ['StringLike', '"a*"', '"a"', 't'], ['StringLike', '"a*"', '"ba"', 'f'], ['StringLike', '"*c"', '"abcabc"', 't'],
	['StringLike', '"a?c"', '"abc"', 't'], ['StringLike', '"a?c"', '"ac"', 'f'], ['StringLike', '"a?c"', '"aéc"', 't'], ['StringLike', '"?"', '"é"', 't'],
	['StringLike', '"*ab*ab*"', '"abab"', 't'], ['StringLike', '"*ab*ab*"', '"aba"', 'f'], ['StringLike', '"**"', '""', 't'], ['StringLike', '"?*"', '""', 'f'],
	['StringLike', '"*a*b"', '"ab a b a"', 'f'], ['StringLike', '"A*"', '"abc"', 'f'], ['StringLike', '"a*"', '', 'f'], ['StringLike', '"abc"', '"abc"', 't'],
	['StringNotLike', '"a*"', '"abc"', 'f'], ['StringNotLike', '"a*"', '"b"', 't'], ['StringNotLike', '"a*"', '', 't'],
	['NumericEquals', '"5"', '"5.0"', 't'], ['NumericEquals', '5', '"50e-1"', 't'], ['NumericEquals', '"5"', '"6"', 'f'], ['NumericEquals', '"5"', '"x"', 'f'], ['NumericEquals', '"5"', '', 'f'],
	['NumericNotEquals', '"5"', '"5.0"', 'f'], ['NumericNotEquals', '"5"', '"6"', 't'], ['NumericNotEquals', '"5"', '"x"', 't'], ['NumericNotEquals', '"5"', '', 't'],
	['NumericLessThan', '"5"', '"4.99"', 't'], ['NumericLessThan', '"5"', '"5"', 'f'], ['NumericLessThan', '"-5"', '"-6"', 't'], ['NumericLessThan', '"5"', '"x"', 'f'],
	['NumericLessThanEquals', '"5"', '"5"', 't'], ['NumericLessThanEquals', '"5"', '"5.01"', 'f'],
	['NumericGreaterThan', '"5"', '"5.01"', 't'], ['NumericGreaterThan', '"5"', '"5"', 'f'], ['NumericGreaterThan', '"5"', '"9007199254740993"', 't'],
	['NumericGreaterThanEquals', '"5"', '"5"', 't'], ['NumericGreaterThanEquals', '"9007199254740993"', '"9007199254740992"', 'f'], ['NumericGreaterThanEquals', '"5"', '', 'f'],
	['DateEquals', '"2027-05-31T12:30:00Z"', '"2027-05-31T14:30:00+02:00"', 't'], ['DateEquals', '"2027-05-31"', '"2027-05-31T00:00Z"', 't'], ['DateEquals', '"2027"', '"2027-01-01"', 't'],
	['DateEquals', '"1970-01-02T00:00:00Z"', '"86400"', 't'], ['DateEquals', '86400', '"1970-01-02"', 't'], ['DateEquals', '"2027-05-31"', '"yesterday"', 'f'],
	['DateNotEquals', '"2027-05-31"', '"2027-05-31"', 'f'], ['DateNotEquals', '"2027-05-31"', '"2027-06-01"', 't'], ['DateNotEquals', '"2027-05-31"', '', 't'],
	['DateLessThan', '"2027-05-31T12:30:00.5Z"', '"2027-05-31T12:30:00.25Z"', 't'], ['DateLessThan', '"2027-05-31"', '"2027-05-31"', 'f'],
	['DateLessThanEquals', '"2027-05-31"', '"2027-05-31"', 't'], ['DateLessThanEquals', '"2027-05-31"', '"2027-06"', 'f'],
	['DateGreaterThan', '"2024-02-28"', '"2024-02-29"', 't'], ['DateGreaterThan', '"2027-05-31"', '"2027-05-31"', 'f'],
	['DateGreaterThanEquals', '"2027-05-31"', '"2027-05-31"', 't'], ['DateGreaterThanEquals', '"2027-05-31"', '', 'f'],
	['Bool', '"true"', '"true"', 't'], ['Bool', 'true', '"TRUE"', 't'], ['Bool', '"true"', '"false"', 'f'], ['Bool', '"false"', 'false', 't'], ['Bool', '"false"', '"no"', 'f'], ['Bool', '"false"', '', 'f'],
	['BinaryEquals', '"YWJj"', '"YWJj"', 't'], ['BinaryEquals', '"YWJj"', '"YWJk"', 'f'], ['BinaryEquals', '"YWJj"', '', 'f'],
	['IpAddress', '"10.1.0.0/16"', '"10.1.255.255"', 't'], ['IpAddress', '"10.1.0.0/16"', '"10.2.0.0"', 'f'], ['IpAddress', '"10.1.2.3"', '"10.1.2.3"', 't'], ['IpAddress', '"10.1.2.3/32"', '"10.1.2.4"', 'f'],
	['IpAddress', '"0.0.0.0/0"', '"1.2.3.4"', 't'], ['IpAddress', '"0.0.0.0/0"', '"::1"', 'f'], ['IpAddress', '"10.1.2.128/25"', '"10.1.2.127"', 'f'], ['IpAddress', '"10.1.2.128/25"', '"10.1.2.200"', 't'],
	['IpAddress', '"2001:db8::/33"', '"2001:db8:7fff::1"', 't'], ['IpAddress', '"2001:db8::/33"', '"2001:db8:8000::1"', 'f'], ['IpAddress', '"10.0.0.0/8"', '"::ffff:10.1.2.3"', 't'],
	['IpAddress', '"10.0.0.0/8"', '"ten"', 'f'], ['IpAddress', '["192.168.0.0/16", "10.0.0.0/8"]', '"10.0.0.1"', 't'], ['IpAddress', '"10.0.0.0/8"', '', 'f'],
	['NotIpAddress', '"10.1.0.0/16"', '"10.1.255.255"', 'f'], ['NotIpAddress', '"10.1.0.0/16"', '"10.2.0.0"', 't'], ['NotIpAddress', '["192.168.0.0/16", "10.0.0.0/8"]', '"10.0.0.1"', 'f'],
	['NotIpAddress', '"10.0.0.0/8"', '', 't'],
	['ArnEquals', '"arn:aws:iam::000000000000:user/a*"', '"arn:aws:iam::000000000000:user/abc"', 't'], ['ArnEquals', '"arn:aws:iam::*:user/a"', '"arn:aws:iam::1:2:user/a"', 'f'],
	['ArnLike', '"arn:aws:iam::0*:user/?"', '"arn:aws:iam::000000000000:user/a"', 't'],
	['ArnLike', '"arn:aws:iam::*:user/*"', '"no arn"', 'f'], ['ArnLike', '"arn:aws:iam::*:*"', '"arn:aws:iam::0:user/a:b"', 't'], ['ArnLike', '"*"', '"no arn"', 't'], ['ArnLike', '"*"', '', 'f'],
	['ArnNotEquals', '"arn:aws:iam::0:user/a"', '"arn:aws:iam::0:user/a"', 'f'], ['ArnNotEquals', '"arn:aws:iam::0:user/a"', '"arn:aws:iam::0:user/b"', 't'], ['ArnNotEquals', '"arn:aws:iam::0:user/a"', '', 't'],
	['ArnNotLike', '"arn:aws:iam::0:user/*"', '"arn:aws:iam::0:user/a"', 'f'], ['ArnNotLike', '"arn:aws:iam::0:user/*"', '"arn:aws:iam::0:role/a"', 't'], ['ArnNotLike', '"arn:aws:iam::0:user/*"', '', 't'],
	['Null', '"true"', '', 't'], ['Null', '"true"', '"a"', 'f'], ['Null', '"false"', '', 'f'], ['Null', 'false', '"a"', 't'], ['Null', 'true', '[]', 't'], ['Null', '"true"', 'null', 'undecided']
]);

-- IfExists, sets, and keys of several values
SELECT * FROM pg_temp.check_operators(ARRAY[
	['StringEqualsIfExists', '"a"', '', 't'], ['StringEqualsIfExists', '"a"', '"b"', 'f'], ['StringNotEqualsIfExists', '"a"', '', 't'], ['NumericLessThanIfExists', '5', '', 't'],
	['IpAddressIfExists', '"10.0.0.0/8"', '', 't'], ['BoolIfExists', 'true', '"false"', 'f'], ['StringEqualsIfExists', '"a"', 'null', 'undecided'],
	['ForAllValues:StringEquals', '["a", "b"]', '["a", "b", "a"]', 't'], ['ForAllValues:StringEquals', '["a", "b"]', '["a", "c"]', 'f'],
	['ForAllValues:StringEquals', '"a"', '[]', 't'], ['ForAllValues:StringEquals', '"a"', '', 't'], ['ForAllValues:StringEquals', '"a"', 'null', 'undecided'],
	['ForAllValues:StringNotEquals', '"a"', '["b", "c"]', 't'], ['ForAllValues:StringNotEquals', '["a", "b"]', '["b", "c"]', 'f'], ['ForAllValues:StringNotEquals', '"a"', '', 't'],
	['ForAllValues:StringLike', '"t_*"', '["t_1", "t_2"]', 't'], ['ForAllValues:NumericLessThan', '5', '[1, 4]', 't'], ['ForAllValues:NumericLessThan', '5', '[1, 5]', 'f'],
	['ForAllValues:StringEqualsIfExists', '"a"', '', 't'],
	['ForAnyValue:StringEquals', '"a"', '["b", "a"]', 't'], ['ForAnyValue:StringEquals', '"a"', '["b", "c"]', 'f'], ['ForAnyValue:StringEquals', '"a"', '[]', 'f'], ['ForAnyValue:StringEquals', '"a"', '', 'f'],
	['ForAnyValue:StringNotEquals', '"a"', '["a", "b"]', 't'], ['ForAnyValue:StringNotEquals', '"a"', '["a"]', 'f'], ['ForAnyValue:StringNotEquals', '"a"', '', 'f'], ['ForAnyValue:StringEqualsIfExists', '"a"', '', 't'],
	-- without a quantifier all of several values have to match for a statement that allows
	['StringEquals', '"a"', '["a", "b"]', 'f'], ['StringEquals', '["a", "b"]', '["a", "b"]', 't'], ['StringNotEquals', '"a"', '["b", "a"]', 'f'], ['StringNotEquals', '"a"', '["b", "c"]', 't']
]);

-- ... and one of them for a statement that denies
SELECT condition, value, expected, decision FROM (VALUES
	('{"StringEquals": {"aws:UserAgent": "a"}}', '["a", "b"]', 'denied'), ('{"StringEquals": {"aws:UserAgent": "a"}}', '["b", "c"]', 'allowed'),
	('{"StringNotEquals": {"aws:UserAgent": "a"}}', '["a", "b"]', 'denied'), ('{"StringNotEquals": {"aws:UserAgent": "a"}}', '["a"]', 'allowed'),
	('{"ForAllValues:StringEquals": {"aws:UserAgent": "a"}}', '[]', 'denied'), ('{"StringEquals": {"aws:UserAgent": "a"}}', 'null', 'undecided')) AS c (condition, value, expected),
	LATERAL (SELECT pg_temp.decide('Deny', condition::json, jsonb_build_object('aws:UserAgent', value::jsonb))) AS d (decision)
WHERE decision <> expected;

-- All of several conditions hold; what one that is known decides is not put off by one that is not.
SELECT pg_temp.decide('Allow', c::json, x::jsonb) FROM (VALUES
	('{"StringEquals": {"aws:UserAgent": "a", "dynamodb:Select": "COUNT"}}', '{"aws:UserAgent": "a", "dynamodb:Select": "COUNT"}'),
	('{"StringEquals": {"aws:UserAgent": "a"}, "Bool": {"aws:SecureTransport": true}}', '{"aws:UserAgent": "a", "aws:SecureTransport": false}'),
	('{"StringEquals": {"dynamodb:Select": "COUNT", "aws:UserAgent": "a"}}', '{"aws:UserAgent": "b", "dynamodb:Select": null}'),
	('{}', '{}')) AS v (c, x);

-- A tag in several spellings has several values, as a resource may have it: an Allow wants all of them to match, a Deny one.
SELECT pg_temp.decide(effect, json_build_object('StringEquals', json_build_object('aws:RequestTag/team', operand)), x::jsonb) FROM (VALUES
	('Allow', 'red', '{"aws:RequestTag/team": "red", "aws:RequestTag/TEAM": "blue"}'),
	('Allow', 'blue', '{"aws:RequestTag/team": "red", "aws:RequestTag/TEAM": "blue"}'),
	('Allow', 'red', '{"aws:RequestTag/team": "red", "aws:RequestTag/Team": "red", "aws:RequestTag/TEAM": "red"}'),
	('Deny', 'red', '{"aws:RequestTag/team": "red", "aws:RequestTag/TEAM": "blue"}'),
	('Deny', 'blue', '{"aws:RequestTag/team": "red", "aws:RequestTag/TEAM": "blue"}')) AS v (effect, operand, x);

-- Keys: all that there are, in any case of letters
SELECT key FROM unnest(ARRAY['dynamodb:LeadingKeys', 'dynamodb:FirstPartitionKeyValues', 'dynamodb:SecondPartitionKeyValues', 'dynamodb:ThirdPartitionKeyValues',
	'dynamodb:FourthPartitionKeyValues', 'dynamodb:Attributes', 'dynamodb:Select', 'dynamodb:ReturnValues', 'dynamodb:ReturnConsumedCapacity', 'dynamodb:EnclosingOperation',
	'dynamodb:FullTableScan', 'aws:SourceIp', 'aws:SecureTransport', 'aws:UserAgent', 'aws:TagKeys', 'aws:RequestTag/Team', 'aws:ResourceTag/Team', 'aws:PrincipalTag/Team',
	'aws:CurrentTime', 'aws:EpochTime', 'aws:username', 'aws:userid', 'aws:PrincipalArn', 'aws:PrincipalAccount', 'aws:PrincipalType', 'aws:RequestedRegion',
	'aws:MultiFactorAuthPresent', 'AWS:sourceIP', 'aws:principaltag/TEAM']) AS key
WHERE pg_temp.decide('Allow', json_build_object('StringEquals', json_build_object(key, 'x')), jsonb_build_object(key, 'x')) <> 'allowed'
	OR pg_temp.decide('Allow', json_build_object('StringEquals', json_build_object(key, 'x')), jsonb_build_object(key, 'y')) <> 'denied';

-- What the identity, the server and the clock tell
SELECT key, value FROM (VALUES
	('aws:PrincipalArn', 'arn:aws:iam::000000000000:role/policy_conditions_role'), ('aws:PrincipalAccount', '000000000000'), ('aws:PrincipalType', 'AssumedRole'),
	('aws:RequestedRegion', 'us-east-1'), ('aws:MultiFactorAuthPresent', 'false'), ('aws:userid', '*:session')) AS k (key, value)
WHERE pg_temp.decide('Allow', json_build_object('StringLike', json_build_object(key, value)), '{}') <> 'allowed';
SELECT pg_temp.decide('Allow', '{"Null": {"aws:username": true}}', '{}') AS session_has_no_user,
	pg_temp.decide('Allow', json_build_object('DateGreaterThan', json_build_object('aws:CurrentTime', now() - interval '1 hour'), 'NumericGreaterThan', json_build_object('aws:EpochTime', 1700000000))
		::text::json, '{}') AS now;

-- Variables
SELECT version, condition, context, expected, decision FROM (VALUES
	('2012-10-17', '{"StringEquals": {"aws:UserAgent": "${aws:PrincipalTag/team}"}}', '{"aws:UserAgent": "red", "aws:PrincipalTag/Team": "red"}', 'allowed'),
	('2012-10-17', '{"StringEquals": {"aws:UserAgent": "${aws:PrincipalTag/team}"}}', '{"aws:UserAgent": "red", "aws:PrincipalTag/team": "blue"}', 'denied'),
	('2012-10-17', '{"StringEquals": {"aws:UserAgent": "${aws:PrincipalTag/team}"}}', '{"aws:UserAgent": "${aws:PrincipalTag/team}"}', 'denied'),
	('2012-10-17', '{"StringNotEquals": {"aws:UserAgent": "${aws:PrincipalTag/team}"}}', '{"aws:UserAgent": "red"}', 'allowed'),
	('2012-10-17', '{"StringEquals": {"aws:UserAgent": "a-${aws:PrincipalTag/team, ''none''}-z"}}', '{"aws:UserAgent": "a-none-z"}', 'allowed'),
	('2012-10-17', '{"StringEquals": {"aws:UserAgent": "a-${aws:PrincipalTag/team, ''none''}-z"}}', '{"aws:UserAgent": "a-red-z", "aws:PrincipalTag/team": "red"}', 'allowed'),
	('2012-10-17', '{"StringLike": {"aws:UserAgent": "${aws:PrincipalTag/team}_*"}}', '{"aws:UserAgent": "red_1", "aws:PrincipalTag/team": "red"}', 'allowed'),
	('2012-10-17', '{"StringEqualsIgnoreCase": {"aws:UserAgent": "X${aws:PrincipalTag/team}"}}', '{"aws:UserAgent": "xRED", "aws:PrincipalTag/team": "Red"}', 'allowed'),
	('2012-10-17', '{"StringLike": {"aws:UserAgent": "${aws:PrincipalTag/team}_*"}}', '{"aws:UserAgent": "red_1", "aws:PrincipalTag/team": "*"}', 'denied'),
	('2012-10-17', '{"StringLike": {"aws:UserAgent": "${*}${?}${$}*"}}', '{"aws:UserAgent": "*?$x"}', 'allowed'),
	('2012-10-17', '{"StringLike": {"aws:UserAgent": "${*}${?}${$}*"}}', '{"aws:UserAgent": "ab$x"}', 'denied'),
	('2012-10-17', '{"StringEquals": {"aws:UserAgent": "${dynamodb:Select}"}}', '{"aws:UserAgent": "COUNT", "dynamodb:Select": null}', 'undecided'),
	('2012-10-17', '{"StringEquals": {"aws:UserAgent": "${dynamodb:LeadingKeys}"}}', '{"aws:UserAgent": "a", "dynamodb:LeadingKeys": ["a", "b"]}', 'denied'),
	('2012-10-17', '{"ArnLike": {"aws:UserAgent": "arn:aws:iam::${aws:PrincipalAccount}:user/*"}}', '{"aws:UserAgent": "arn:aws:iam::000000000000:user/a"}', 'allowed'),
	('2008-10-17', '{"StringEquals": {"aws:UserAgent": "${aws:PrincipalTag/team}"}}', '{"aws:UserAgent": "${aws:PrincipalTag/team}"}', 'allowed')) AS v (version, condition, context, expected),
	LATERAL (SELECT pg_temp.decide('Allow', condition::json, context::jsonb, version)) AS d (decision)
WHERE decision <> expected;

-- Of a pattern that fits everywhere but at the end
SELECT pg_temp.decide('Allow', json_build_object('StringLike', json_build_object('aws:UserAgent', repeat('*a', 900) || 'b')), jsonb_build_object('aws:UserAgent', repeat('a', 20000)));

DROP ROLE policy_conditions_role;
