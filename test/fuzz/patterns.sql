-- Mutations of event patterns.
\set ON_ERROR_STOP on
\set QUIET on
CREATE FUNCTION pg_temp.fuzz(seeds bytea[], random_seed bigint, rounds integer)
RETURNS integer LANGUAGE c STRICT AS :'library', 'fuzz';

DO $$
DECLARE
	accepted integer;
	rounds integer := current_setting('fuzz.rounds');
BEGIN
	accepted := pg_temp.fuzz((SELECT array_agg(convert_to(seed, 'UTF8')) FROM unnest(ARRAY[
		'{"a":["text"],"b":[1,null,true,"x"]}', '{"c":{"N":[{"numeric":[">",1,"<=",5.5]}],"a":{"NS":[2.5]}}}',
		'{"d":{"a":["x"],"b":[1]}}', '{"a":[{"prefix":"te"},{"suffix":"XT"}],"x":[{"exists":false}]}',
		'{"a":[{"prefix":{"equals-ignore-case":"TE"}},{"anything-but":["x","y"]}]}', '{"b":[{"anything-but":[1,2]}],"n":[null]}',
		'{"$or":[{"a":["x"]},{"b":[1],"$or":[{"c":{"N":["5"]}},{"e":[""]}]}]}', '{"a":[{"anything-but":{"suffix":["x","T"]}}]}',
		'{"eventName":["INSERT"],"dynamodb":{"Keys":{"a":{"S":[{"equals-ignore-case":"Text"}]}},"NewImage":{"c":{"L":{"M":{"a":{"BOOL":[true]}}}}}}}'
	]) seed), current_setting('fuzz.random_seed')::bigint, rounds);
	RAISE NOTICE 'patterns: % of % inputs accepted', accepted, rounds;
	ASSERT accepted > rounds / 20, 'the seeds are mostly rejected';
	ASSERT accepted < rounds, 'nothing was rejected';
END $$;
