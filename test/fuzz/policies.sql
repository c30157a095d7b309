-- Mutations of policy documents.
\set ON_ERROR_STOP on
\set QUIET on
CREATE FUNCTION pg_temp.fuzz(seeds bytea[], random_seed bigint, rounds integer)
RETURNS integer LANGUAGE c STRICT AS :'library', 'fuzz';

DO $$
DECLARE
	accepted integer;
	rounds integer := current_setting('fuzz.rounds');
BEGIN
	accepted := pg_temp.fuzz((SELECT array_agg(convert_to(seed || repeat(' ', n), 'UTF8')) FROM unnest(ARRAY[
		'{"Version":"2012-10-17","Id":"x","Statement":[{"Sid":"A","Effect":"Allow","Action":["dynamodb:Get*","dynamodb:?uery"],"Resource":"arn:aws:dynamodb:*:*:table/${aws:PrincipalTag/team}*"},{"Effect":"Deny","NotAction":"*","NotResource":"*"}]}',
		'{"Statement":{"Effect":"Deny","Principal":{"AWS":["arn:aws:iam::000000000000:role/a","arn:aws:sts::000000000000:assumed-role/a/s","000000000000"],"Service":"x"},"Action":"dynamodb:*","Resource":"*"}}',
		'{"Statement":{"Effect":"Allow","NotPrincipal":"*","Action":"*","Resource":"*","Condition":{"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["a*b?","${aws:userid}"]},"Null":{"aws:UserAgent":true}}}}',
		'{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringNotEqualsIgnoreCaseIfExists":{"aws:UserAgent":"${aws:PrincipalTag/team, ''x''}"},"NumericLessThan":{"dynamodb:LeadingKeys":["5",1e3]},"DateGreaterThan":{"aws:CurrentTime":"2027-05-31T12:30:00Z"}}}}',
		'{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":["10.0.0.0/8","2001:db8::/33"]},"ForAnyValue:ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/*"},"Bool":{"aws:SecureTransport":"true"},"BinaryEquals":{"dynamodb:LeadingKeys":"YWJj"}}}}'
	]) AS seed, generate_series(0, 2) AS n), current_setting('fuzz.random_seed')::bigint, rounds);
	RAISE NOTICE 'policies: % of % inputs accepted', accepted, rounds;
	ASSERT accepted > rounds / 20, 'the seeds are mostly rejected';
	ASSERT accepted < rounds, 'nothing was rejected';
END $$;
