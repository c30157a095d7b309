-- Parsing and evaluating PartiQL statements: mutations of seeds.
\set ON_ERROR_STOP on
\set QUIET on
CREATE FUNCTION pg_temp.fuzz(seeds bytea[], random_seed bigint, rounds integer)
RETURNS integer LANGUAGE c STRICT AS :'library', 'fuzz';

CREATE TEMP TABLE seeds (seed text);
INSERT INTO seeds VALUES
	($$SELECT * FROM Music$$),
	($$select a, "b", m.m.l[1], l[2][1].k from "Music"."by-artist" where a = 1 and b > 'A' order by b desc, a;$$),
	($$SELECT * FROM t WHERE a IN [1, -2, ?] AND b BETWEEN 'a' AND 'z' AND x IS MISSING OR n IS NULL$$),
	($$SELECT m.a FROM t WHERE NOT (a <> 1 OR a != 2) AND d NOT IN (<<'x'>>, <<'x','y'>>) AND e IS NOT BAG$$),
	($$SELECT l[0] FROM t WHERE begins_with("b", 'te') AND contains(d, 'x') AND attribute_type(m.m, 'M')$$),
	($$SELECT * FROM t WHERE size(b) + 1 >= size(l) - -2.5e0 AND (a) = (1) AND 1 = 1 AND c = ?$$),
	($$SELECT /* of all */ * FROM t -- the table
	WHERE l = [0, 'one', [2, {'k': null}], {'k': 1}] AND m = {'a': 1, 'm': {'l': [1, 2]}, '$x': TRUE}$$),
	($$EXISTS(SELECT * FROM "Music" WHERE "a" = 1 AND "b" = 'PartiQL Rocks')$$),
	($$INSERT INTO "Music" VALUE {'a' : 'it''s', 'n': {'l': [1, <<'b','a'>>, {'x': .5}], 'y': ?, 'z': null, 'ns': <<1, 2.50>>}}$$),
	($$INSERT INTO t VALUE {'b': ?, 'n': - -0.00, 'm': 1e125, 'f': false}$$),
	($$insert into t value ?$$),
	($$UPDATE t SET a = a + 100 SET m.n = [2020, 'v', 2.4] SET l = LIST_APPEND(l, [4, <<'s'>>]) SET d = SET_ADD(d, <<'q'>>) WHERE b = 'text' RETURNING ALL OLD *$$),
	($$UPDATE t SET e = set_delete(e, <<1, 2.5>>), f = set_add(f, ?) REMOVE l[1], m.a SET g = list_append(list_append(l, ?), l) WHERE a = ? RETURNING MODIFIED NEW *$$),
	($$update t set y = (a + 1) - (2 - a) remove z where a = 1 and not b is missing returning all new *$$),
	($$DELETE FROM "Music" WHERE a = ? AND b = ? RETURNING ALL OLD *$$),
	('SELECT * FROM t WHERE ' || repeat('(', 50) || 'a = 1' || repeat(')', 50)),
	('INSERT INTO t VALUE {''a'': ' || repeat('[', 31) || '?' || repeat(']', 31) || '}'),
	('SELECT * FROM t WHERE a IN [' || repeat('1, ', 99) || '1]');

DO $$
DECLARE
	rounds integer := current_setting('fuzz.rounds');
	accepted integer := pg_temp.fuzz((SELECT array_agg(convert_to(seed, 'UTF8') ORDER BY seed) FROM seeds),
									 current_setting('fuzz.random_seed')::bigint, rounds);
BEGIN
	RAISE NOTICE '% of % statements accepted', accepted, rounds;
	ASSERT accepted BETWEEN rounds / 20 AND rounds - 1, 'the seeds are mostly rejected, or nothing is';
END $$;
