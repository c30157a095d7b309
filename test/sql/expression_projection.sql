-- What projection expressions take of an item in stored form.
CREATE FUNCTION pg_temp.projected(expression text, names jsonb DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN dynamo.project('{"a": 1, "b": "x", "m": {"n": {"o": 1, "p": 2}, "q": null, "z": [1]},
		"l": [0, 1, {"k": "v", "w": 1}, [20, 21, 22]], "s": {"$ss": ["x"]}, "a.b": 5}', expression, names);
EXCEPTION WHEN SQLSTATE 'DY001' THEN
	RETURN 'ValidationException: ' || SQLERRM;
END $$;

SELECT pg_temp.projected('a');
SELECT pg_temp.projected('s, b, a, absent');
SELECT pg_temp.projected('absent, gone.too');
SELECT pg_temp.projected('m.n.p, m.q');
SELECT pg_temp.projected('m.n.absent, m.absent');
SELECT pg_temp.projected('a.x, b[0], l.k, m[0]');
-- list elements keep the list's order and move together
SELECT pg_temp.projected('l[3], l[0]');
SELECT pg_temp.projected('l[3][2], l[3][0], l[2].k, l[9]');
SELECT pg_temp.projected('#ab, #m.n.#p', '{"#ab": "a.b", "#m": "m", "#p": "p"}');
-- overlaps and conflicts
SELECT pg_temp.projected('m.n, a, m.n.o');
SELECT pg_temp.projected('m.n.o, b, m.n');
SELECT pg_temp.projected('a, b, a');
SELECT pg_temp.projected('a, #a', '{"#a": "a"}');
SELECT pg_temp.projected('l[1], l[1].x');
SELECT pg_temp.projected('l[1], l.x');
SELECT pg_temp.projected('m.n.o, m.n[0].x');
-- syntax
SELECT pg_temp.projected(e) FROM unnest(ARRAY['', ' ', 'a,', ',a', 'a b', 'a.', 'a..b', 'a[', 'a[]', 'a[-1]', 'a[x]', 'a]', '.a', '!!!', 'a, :v',
	'size(a)', 'a[2147483647]', 'a[2147483648]', 'a[4294967294]', 'a[4294967295]', 'a[01]', 'a[0', 'Name', 'm.size']) WITH ORDINALITY AS t(e, n) ORDER BY n;
SELECT pg_temp.projected('a' || repeat('.b', 31)), pg_temp.projected('a' || repeat('.b', 32));
