-- AWS's worked example, and mutations of a signed request's headers.
\set ON_ERROR_STOP on
\set QUIET on
CREATE FUNCTION pg_temp.fuzz(seeds bytea[], random_seed bigint, rounds integer)
RETURNS integer LANGUAGE c STRICT AS :'library', 'fuzz';
CREATE FUNCTION pg_temp.take(input bytea) RETURNS void LANGUAGE c STRICT AS :'library', 'take';

DO $$
DECLARE
	accepted integer;
	rounds integer := current_setting('fuzz.rounds');
	example text := E'Authorization:AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, '
		'SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7\n'
		'Content-Type:application/x-www-form-urlencoded; charset=utf-8\nHost:iam.amazonaws.com\nX-Amz-Date:20150830T123600Z\n';
BEGIN
	PERFORM pg_temp.take(convert_to(example, 'UTF8'));
	accepted := pg_temp.fuzz(ARRAY[convert_to(example, 'UTF8'),
		convert_to(replace(example, ', ', ','), 'UTF8'), convert_to(example || E'User-Agent: x\n', 'UTF8')],
		current_setting('fuzz.random_seed')::bigint, rounds);
	RAISE NOTICE 'authorization: % of % inputs accepted', accepted, rounds;
	ASSERT accepted > rounds / 20, 'the seeds are mostly rejected';
	ASSERT accepted < rounds, 'nothing was rejected';
END $$;
