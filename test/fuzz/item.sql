-- Reading JSON, attribute values, stored items and numbers: fixed cases, then mutations of seeds.
\set ON_ERROR_STOP on
\set QUIET on
CREATE FUNCTION pg_temp.fuzz(target text, seeds bytea[], random_seed bigint, rounds integer)
RETURNS integer LANGUAGE c STRICT AS :'library', 'fuzz';
CREATE FUNCTION pg_temp.json_again(text bytea)
RETURNS text LANGUAGE c STRICT AS :'library', 'json_again';

-- What is JSON, and what is made of it.
CREATE TEMP TABLE good (json bytea, again text);
INSERT INTO good VALUES
	('{}', '{}'), ('[]', '[]'), ('""', '""'), ('0', '0'), ('-0.10e+5', '-0.10e+5'),
	(' [ 1 , true , false , null , "x" ] ', '[1,true,false,null,"x"]'),
	('{"a":1,"a":2}', '{"a":1,"a":2}'),
	(convert_to('"\"\\\/\b\f\n\r\t"', 'UTF8'), '"\"\\/\b\f\n\r\t"'),
	(convert_to('"\u0041\u00e9\u20AC\ud83d\uDE00"', 'UTF8'), '"Aé€😀"'),
	(convert_to('"\u0000\u001f"', 'UTF8'), '"\u0000\u001f"'),
	(convert_to('"é€😀"', 'UTF8'), '"é€😀"'),
	(convert_to(repeat('[', 512) || repeat(']', 512), 'UTF8'), repeat('[', 512) || repeat(']', 512));
DO $$
DECLARE
	c record;
BEGIN
	FOR c IN SELECT * FROM good LOOP
		ASSERT pg_temp.json_again(c.json) = c.again,
			format('%s became %s', encode(c.json, 'escape'), pg_temp.json_again(c.json));
	END LOOP;
END $$;

CREATE TEMP TABLE bad (json bytea);
INSERT INTO bad VALUES
	(''), (' '), ('{'), ('}'), ('['), ('[1'), ('[1,'), ('[1,]'), ('[,1]'), ('{"a"}'), ('{"a":}'),
	('{"a":1,}'), ('{a:1}'), ('{"a" 1}'), ('1 2'), ('{} {}'), ('tru'), ('nul'), ('True'), ('NaN'),
	('01'), ('-'), ('+1'), ('.5'), ('1.'), ('1e'), ('1e+'), ('0x10'), ('"'), ('"a'),
	(convert_to('"\', 'UTF8')), (convert_to('"\"', 'UTF8')), (convert_to('"\x"', 'UTF8')),
	(convert_to('"\u"', 'UTF8')), (convert_to('"\u12"', 'UTF8')), (convert_to('"\u12g4"', 'UTF8')),
	(convert_to('"\ud83d"', 'UTF8')), (convert_to('"\ud83dx"', 'UTF8')),
	(convert_to('"\ud83d\u0041"', 'UTF8')), (convert_to('"\ude00"', 'UTF8')),
	(convert_to(E'"\n"', 'UTF8')), ('\x00'), ('\x22ff22'), ('\x22c32822'),
	('\x22eda08022'), ('\x22c08022'), ('\x22f490808022'), ('\xefbbbf7b7d'), ('\x220022'),
	(convert_to(repeat('[', 513) || repeat(']', 513), 'UTF8')),
	(convert_to(repeat('[', 100000), 'UTF8'));
DO $$
DECLARE
	c record;
	accepted boolean;
BEGIN
	FOR c IN SELECT * FROM bad LOOP
		BEGIN
			PERFORM pg_temp.json_again(c.json);
			accepted := true;
		EXCEPTION WHEN SQLSTATE 'DY016' THEN
			accepted := false;
		END;
		ASSERT NOT accepted, format('was accepted: %s', encode(c.json, 'escape'));
	END LOOP;
END $$;

CREATE TEMP TABLE seeds (target text, seed bytea);
INSERT INTO seeds
SELECT 'item', convert_to(seed, 'UTF8') FROM unnest(ARRAY[
	'{"a":{"S":"x"},"n":{"N":"-100.50e2"},"b":{"B":"AAEC"}}',
	'{"ss":{"SS":["b","a",""]},"ns":{"NS":["3","-2.50"]},"bs":{"BS":["AA==","AQI="]}}',
	'{"l":{"L":[{"NULL":true},{"BOOL":false},{"M":{"$x":{"S":"y"}}}]},"m":{"M":{}}}',
	'{"n\u0000":{"S":"\u0000\\0"},"$u:n\\0":{"SS":["\u0000","\\"]},"$m":{"M":{"$b":{"S":"AA=="}}}}',
	'{"m":{"M":{"\u0000":{"N":"1"}}},"$b":{"M":{"$u:":{"M":{"$m":{"L":[]}}}}}}',
	'{"deep":' || repeat('{"L":[', 31) || '{"N":"0"}' || repeat(']}', 31) || '}',
	'{"k":{"S":"\ud83d\ude00é"},' ||
		(SELECT string_agg(format('"k%s":{"N":"%s"}', i, i * i), ',') FROM generate_series(1, 70) i) || '}'
]) seed
UNION ALL
SELECT target, convert_to(seed, 'UTF8') FROM unnest(ARRAY['stored', 'jsonb']) target, unnest(ARRAY[
	'{"a":"x","b":{"$b":"AAEC"},"n":10050,"f":1.500,"t":true,"z":null}',
	'{"a":{"$s":"a\\0b"},"b":{"$ss":["b",{"$s":"\\0"}]},"c":{"$ns":[3,1,2.50]},"d":{"$bs":["AA==",""]}}',
	'{"$u:n\\0":1,"$u:":2,"m":{"$m":{"$b":"x"}},"l":[{"$m":{"$m":{}}},{"a":[]},[[]]]}',
	'{"S":"x"}', '{"M":{"a":{"S":"x"},"b":{"$s":"\\0"}}}', '{"SS":["a",{"$s":"\\0"}]}',
	'{"L":[{"N":"1"},{"B":"AA=="},{"NULL":true}]}', '[1,2.0,"x"]', '"x"', '12.50', 'null'
]) seed
UNION ALL
SELECT 'number', convert_to(seed, 'UTF8') FROM unnest(ARRAY[
	'0', '-0', '1', '-1', '10000', '0.0001', '123.456', '1e125', '1E-130', '+00100.00100',
	'9.9999999999999999999999999999999999999E+125', '-1.0000000000000000000000000000000000001e-93',
	'12345678901234567890123456789012345678', '.5', '5.', '100e-2'
]) seed
UNION ALL
SELECT 'key', seed FROM unnest(ARRAY[
	'aa'::bytea, '\x000100010001', '\x0000ff0000fe', convert_to(repeat('é', 80), 'UTF8'),
	decode(repeat('00', 180), 'hex'), convert_to(repeat('a', 79) || repeat('a', 80), 'UTF8'),
	convert_to(repeat('😀', 50), 'UTF8')
]) seed;

DO $$
DECLARE
	t record;
	accepted integer;
BEGIN
	FOR t IN SELECT target, array_agg(seed ORDER BY seed) AS all_seeds FROM seeds GROUP BY target ORDER BY target LOOP
		accepted := pg_temp.fuzz(t.target, t.all_seeds, current_setting('fuzz.random_seed')::bigint,
								 current_setting('fuzz.rounds')::integer);
		RAISE NOTICE '%: % of % inputs accepted', t.target, accepted, current_setting('fuzz.rounds');
		ASSERT accepted > current_setting('fuzz.rounds')::integer / 20, 'the seeds are mostly rejected';
		ASSERT t.target = 'key' OR accepted < current_setting('fuzz.rounds')::integer, 'nothing was rejected';
	END LOOP;
END $$;
