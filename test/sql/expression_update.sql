-- What update expressions do to an item in stored form.
CREATE FUNCTION pg_temp.updated(item jsonb, expression text, vals jsonb DEFAULT NULL, names jsonb DEFAULT NULL)
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN dynamo.apply_update(item, expression, names, vals);
EXCEPTION WHEN SQLSTATE 'DY001' THEN
	RETURN 'ValidationException: ' || SQLERRM;
END $$;

-- SET
SELECT pg_temp.updated('{"a": 1}', 'SET a = :v, b = :w', '{":v": {"S": "x"}, ":w": {"L": []}}');
SELECT pg_temp.updated('{"a": 1, "b": 2}', 'set a = b, b = a');
SELECT pg_temp.updated('{"a": 1}', 'SET a = a + :v', '{":v": {"N": "0.1"}}');
SELECT pg_temp.updated('{"a": 1}', 'SET b = a - :v, c = :v - a', '{":v": {"N": "2"}}');
SELECT pg_temp.updated('{"a": 1}', 'SET a = a + :v', '{":v": {"N": "2"}}');
SELECT pg_temp.updated('{"a": 10}', 'SET a = (a - :v)', '{":v": {"N": "2"}}');
SELECT pg_temp.updated('{"a": 10}', 'SET a = (a) - (:v)', '{":v": {"N": "2"}}');
SELECT pg_temp.updated('{}', 'SET a = if_not_exists(a, :v) + :v', '{":v": {"N": "2"}}');
SELECT pg_temp.updated('{"a": 5}', 'SET a = if_not_exists(a, :v) + :v', '{":v": {"N": "2"}}');
SELECT pg_temp.updated('{"a": 5}', 'SET b = if_not_exists(b, a)');
SELECT pg_temp.updated('{"a": null}', 'SET a = if_not_exists(a, :v)', '{":v": {"N": "2"}}');
SELECT pg_temp.updated('{"l": [1]}', 'SET l = list_append(l, :v)', '{":v": {"L": [{"N": "2"}, {"S": "x"}]}}');
SELECT pg_temp.updated('{"l": [1]}', 'SET l = list_append(:v, l)', '{":v": {"L": [{"N": "2"}]}}');
SELECT pg_temp.updated('{}', 'SET l = list_append(if_not_exists(l, :e), :v)', '{":v": {"L": [{"N": "2"}]}, ":e": {"L": []}}');
-- every type
SELECT pg_temp.updated('{}', 'SET a=:a, b=:b, c=:c, d=:d, e=:e, f=:f, g=:g, h=:h, i=:i, j=:j', '{
	":a": {"S": ""}, ":b": {"N": "1E2"}, ":c": {"B": "AQ=="}, ":d": {"SS": ["y", "x"]}, ":e": {"NS": ["2", "1"]},
	":f": {"BS": ["Ag==", "AQ=="]}, ":g": {"M": {"$ss": {"L": []}}}, ":h": {"L": [{"M": {}}]}, ":i": {"BOOL": false}, ":j": {"NULL": true}}');
-- nested paths
SELECT pg_temp.updated('{"m": {"a": 1, "n": {"x": 1}}}', 'SET m.b = :v, m.n.y = m.a REMOVE m.n.x, m.nothing', '{":v": {"N": "2"}}');
SELECT pg_temp.updated('{"l": [{"a": 1}, [1, 2]]}', 'SET l[0].b = :v, l[1][0] = :v', '{":v": {"N": "9"}}');
SELECT pg_temp.updated('{"a.b": {"c": 1}}', 'SET #ab.c = :v', '{":v": {"N": "2"}}', '{"#ab": "a.b"}');
-- lists: indexes are the old list's; beyond its end elements are appended in order
SELECT pg_temp.updated('{"l": [0, 1, 2, 3]}', 'SET l[2] = :v REMOVE l[0], l[3]', '{":v": {"S": "two"}}');
SELECT pg_temp.updated('{"l": [0]}', 'SET l[9] = :c, l[5] = :b, l[1] = :a', '{":a": {"S": "a"}, ":b": {"S": "b"}, ":c": {"S": "c"}}');
SELECT pg_temp.updated('{"l": [0, 1]}', 'REMOVE l[0], l[1]');
SELECT pg_temp.updated('{"l": [0, 1]}', 'REMOVE l[7]');
SELECT pg_temp.updated('{"l": [0, 1], "k": 5}', 'SET k = l[1] REMOVE l[1]');
-- REMOVE of what is not there does nothing
SELECT pg_temp.updated('{"a": 1}', 'REMOVE a, b');
-- ADD
SELECT pg_temp.updated('{"a": 1}', 'ADD a :v, b :v', '{":v": {"N": "-2.5"}}');
SELECT pg_temp.updated('{"s": {"$ss": ["b"]}}', 'ADD s :v, t :v', '{":v": {"SS": ["c", "a", "b"]}}');
SELECT pg_temp.updated('{"m": {"n": {"$ns": [1]}}}', 'ADD m.n :v, m.c :w', '{":v": {"NS": ["1.0", "3"]}, ":w": {"N": "1"}}');
SELECT pg_temp.updated('{"b": {"$bs": ["AQ=="]}}', 'ADD b :v', '{":v": {"BS": ["Ag==", "AQ=="]}}');
-- DELETE
SELECT pg_temp.updated('{"s": {"$ss": ["a", "b", "c"]}}', 'DELETE s :v', '{":v": {"SS": ["c", "a", "z"]}}');
SELECT pg_temp.updated('{"s": {"$ss": ["a"]}, "t": 1}', 'DELETE s :v, u :v', '{":v": {"SS": ["a"]}}');
SELECT pg_temp.updated('{"m": {"s": {"$ns": [1, 2]}}}', 'DELETE m.s :v', '{":v": {"NS": ["2"]}}');
-- what may stand within a function or a sum: one + or - in all, and no list_append in another
SELECT e AS expression, pg_temp.updated('{"l": [1, 2], "k": [], "n": 5}', 'SET x = ' || e, jsonb_build_object(':v', '{"L": [{"S": "v"}]}'::jsonb))
FROM unnest(ARRAY['list_append(list_append(l, :v), k)', 'list_append(k, list_append(:v, l))', 'list_append(if_not_exists(gone, :v), if_not_exists(l, k))',
	'if_not_exists(gone, if_not_exists(absent, :v))', 'size(:v) + n', 'if_not_exists(gone, n) + if_not_exists(n, :v)', 'n + n + n', '(n + n) - n', 'n - (n - n)', '(n - :v)']) WITH ORDINALITY AS t(e, n) ORDER BY n;
-- all four, in any order and case
SELECT pg_temp.updated('{"a": 1, "b": 2, "s": {"$ss": ["x", "y"]}}', 'delete s :x remove b add n :one set a = :one',
	'{":x": {"SS": ["x"]}, ":one": {"N": "1"}}');

-- what the item decides
SELECT e AS expression, pg_temp.updated('{"a": 1, "s": "x", "m": {}, "l": [], "ss": {"$ss": ["a"]}}', e,
	(SELECT jsonb_object_agg(k, v) FROM jsonb_each('{":n": {"N": "1"}, ":l": {"L": []}, ":ns": {"NS": ["1"]}}') AS v(k, v)
	 WHERE e ~ (k || '([^a-z]|$)')))
FROM unnest(ARRAY[
	'SET x = y', 'SET x = a + y', 'SET x = s + :n', 'SET x = :n - m', 'SET x = list_append(a, :l)',
	'SET x = list_append(y, :l)', 'SET x = if_not_exists(y, z)',
	'SET y.z = :n', 'SET a.z = :n', 'SET m[0] = :n', 'SET l.a = :n', 'SET l[0].a = :n', 'REMOVE y.z', 'REMOVE a[0]',
	'ADD y.z :n', 'ADD s :n', 'ADD a :ns', 'ADD ss :ns', 'ADD ss :n', 'DELETE a :ns', 'DELETE ss :ns', 'DELETE y.z :ns'])
	WITH ORDINALITY AS t(e, n) ORDER BY n;
-- numbers keep DynamoDB's range
SELECT pg_temp.updated('{"a": 9.9999999999999999999999999999999999999e125}', 'ADD a :v', '{":v": {"N": "9E125"}}');
-- nesting and size of what comes out
SELECT pg_temp.updated('{"a": {"b": {}}}', 'SET a.b.c = :v', jsonb_build_object(':v',
	(repeat('{"L": [', 28) || '{"N": "1"}' || repeat(']}', 28))::jsonb)) LIKE '{"a"%' AS fits;
SELECT pg_temp.updated('{"a": {"b": {}}}', 'SET a.b.c = :v', jsonb_build_object(':v',
	(repeat('{"L": [', 31) || '{"N": "1"}' || repeat(']}', 31))::jsonb));
SELECT pg_temp.updated('{}', 'SET a = :v', jsonb_build_object(':v', jsonb_build_object('S', repeat('x', 400 * 1024))));
-- an item is too large as soon as what is set alone is, also where the next action is wrong
SELECT pg_temp.updated(jsonb_build_object('a', repeat('x', 150 * 1024)), 'SET b = a, c = a, d = a, e = gone');
SELECT pg_temp.updated(jsonb_build_object('m', '{}'::jsonb), 'SET m.b = :v, m.c = :v, m.d = gone', jsonb_build_object(':v', jsonb_build_object('S', repeat('x', 205 * 1024))));
-- a list is too long as soon as its elements alone are
SELECT pg_temp.updated(jsonb_build_object('a', (SELECT jsonb_agg(NULL::integer) FROM generate_series(1, 210000))), 'SET a = list_append(a, a)');
