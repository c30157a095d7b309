-- Reading the objects of imports: fixed cases of Ion, then mutations of seeds.
\set ON_ERROR_STOP on
\set QUIET on
CREATE FUNCTION pg_temp.fuzz(target text, seeds bytea[], random_seed bigint, rounds integer)
RETURNS integer LANGUAGE c STRICT AS :'library', 'fuzz';

CREATE TEMP TABLE seeds (target text, seed bytea);
INSERT INTO seeds
SELECT target, convert_to(seed, 'UTF8') FROM unnest(ARRAY['ion', 'ion records']) target, unnest(ARRAY[
	'$ion_1_0 {Item:{id:1.,city:"Ulm",n:6d2,f:-1.5e-3,i:1_000,b:true,z:null,y:null.string}}',
	'{Item:{''a b'':"\u00e9\"\\\n\x41\U0001F600\ud83d\ude00",l:[1,"x",[],{}],m:{n:{o:[{}]}}}}',
	'{a:$dynamodb_SS::["b","a"],b:$dynamodb_NS::[3,1.5],c:$dynamodb_BS::[{{AA==}},{{AQI=}}],d:x::{{ AA EC }}}',
	E'/* one */ {a: \'\'\'long \'\' \'\'\' // two\n \'\'\'string\'\'\', "b":1,}',
	'{deep:' || repeat('[', 30) || '0' || repeat(']', 30) || '}'
]) seed
UNION ALL
SELECT 'ion records', convert_to(E'$ion_1_0\n{a:1}\n{b:"}"} {c:''}''}\n{d:{{AA==}}}\n/* { */ {e:}
}
{f:"
{g:1}', 'UTF8')
UNION ALL
SELECT target, convert_to(seed, 'UTF8') FROM unnest(ARRAY['csv', 'csv records', 'lines']) target, unnest(ARRAY[
	'id,city,note', '1,Ulm,"a ""quoted"", one' || E'
' || 'in two lines"', '"","",' , 'a"b,"c"', E'1,2
3,"4
5"

6'
]) seed
UNION ALL
SELECT 'gzip', decode(seed, 'hex') FROM unnest(ARRAY[
	'1f8b0800000000000203ab56f22c49cd55b2aa56ca4c01917e4a564a864ab5b5b55c5cd558a48cc052000390411e35000000',
	'1f8b0800000000000203ab56f22c49cd55b2aa56ca4c01917e4a564a864ab5b5b55c5cd558a48cc052000390411e350000001f8b0800000000000203abe0aa1885a370140e73080074fd48f0e8030000'
]) seed
UNION ALL
SELECT 'zstd', decode(seed, 'hex') FROM unnest(ARRAY[
	'28b52ffd045845010014027b224974656d223a7b226964223a7b224e223a2231227d7d7d0a0a32227d7d7d0a01003b3dc73c36da67',
	'28b52ffd045845010014027b224974656d223a7b226964223a7b224e223a2231227d7d7d0a0a32227d7d7d0a01003b3dc73c36da6728b52ffd04685d0000206162630a0100d90e7f8978375ff3'
]) seed;

DO $$
DECLARE
	t record;
	accepted integer;
	rounds integer := current_setting('fuzz.rounds');
BEGIN
	FOR t IN SELECT target, array_agg(seed ORDER BY seed) AS all_seeds FROM seeds GROUP BY target ORDER BY target LOOP
		accepted := pg_temp.fuzz(t.target, t.all_seeds, current_setting('fuzz.random_seed')::bigint, rounds / 5);
		RAISE NOTICE '%: % of % inputs accepted', t.target, accepted, rounds / 5;
		ASSERT accepted > rounds / 5 / 50, 'the seeds are mostly rejected';
		ASSERT t.target IN ('lines', 'csv records', 'ion records') OR accepted < rounds / 5, 'nothing was rejected';
	END LOOP;
END $$;
