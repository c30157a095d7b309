-- The language of PartiQL statements: literals, conditions, changes, projections, words and errors.
\pset format unaligned
SELECT dynamo.create_table('{"TableName": "lang", "BillingMode": "PAY_PER_REQUEST",
  "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
  "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}') IS NOT NULL AS created;

-- what a statement answers: its items, or its error
CREATE FUNCTION pg_temp.run(statement text, parameters jsonb DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN coalesce(dynamo.execute_statement(statement, parameters) -> 'Items' ->> 0, 'done');
EXCEPTION WHEN SQLSTATE 'DY001' THEN
	RETURN SQLERRM;
END $$;
-- what the item is after an INSERT of this value, or after an UPDATE
CREATE FUNCTION pg_temp.value(value text, parameters jsonb DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM dynamo.delete_item('lang', '{"id": {"S": "v"}}');
	PERFORM dynamo.execute_statement(format('INSERT INTO lang VALUE {''id'': ''v'', ''v'': %s}', value), parameters);
	RETURN dynamo.get_item('lang', '{"id": {"S": "v"}}') -> 'Item' -> 'v';
EXCEPTION WHEN SQLSTATE 'DY001' THEN
	RETURN SQLERRM;
END $$;

-- literals
SELECT value, pg_temp.value(value) FROM unnest(ARRAY[
	$$'text'$$, $$''$$, $$'it''s'$$, $$'"quoted" \n 😀'$$, $$'-- no /* comment */'$$,
	'1', '-1', '+1', '- 7', '007', '1.0', '0.50', '1e0', '1E-3', '-0', '12345678901234567890123456789012345678',
	'0.1', '1e125', '9.9999999999999999999999999999999999999E+125', 'TRUE', 'false', 'NULL', 'nuLL',
	'[]', $$[1, 'two', [3.0], {'four': 4}, null]$$, '{}', $${'a': 1, 'b c': {'': true}, 'a': 2}$$,
	'<<1, 34, 32, 4.5>>', $$<<'b', 'a'>>$$, $$[<<'a'>>, <<1>>]$$,
	'`{{AP8=}}`', '` {{ AQID }} `', '`{{}}`', '[<<`{{Ag==}}`, `{{AQ==}}`>>]']) value;
-- literals that are none
SELECT value, pg_temp.value(value) FROM unnest(ARRAY[
	'123456789012345678901234567890123456789', '1e126', '1e-131', '.5', '1.', '1e', '0x10', '1a', 'text', '"text"',
	$$'open$$, '`2020T`', '`{{AP8}}`', '`{{AP8=}`', '`{{}`', '`{{AQ==', '`{{AQ==}} x`', '<<`{{AQ==}}`, `{{ AQ== }}`>>', $${{AQ==}}$$, 'MISSING', 'id', '1 + 1', '(1)', '[1,]', '[1', '[,1]', $${a: 1}$$, $${"a": 1}$$,
	$${'a'}$$, $${'a': 1,}$$, $${?: 1}$$, '<<>>', '<<1, 1.0>>', $$<<'a', 'b', 'a'>>$$, $$<<1, '1'>>$$, '<<true>>', '<<[1]>>',
	'<1>', '<<1>', '[id]', '--1']) value;
-- a parameter in a literal is refused, whatever it holds
SELECT pg_temp.value($$?$$, '[{"B": "AQI="}]');
SELECT pg_temp.value($${'a': ?, 'b': [1, ?, <<'x', ?>>], 'c': {'d': {'e': ?}}}$$,
	'[{"S": "one"}, {"M": {"k": {"SS": ["p"]}}}, {"S": "y"}, {"NULL": true}]');
SELECT pg_temp.value($$<<?, ?>>$$, '[{"B": "Ag=="}, {"B": "AQ=="}]');
SELECT pg_temp.value($$<<?, 'x'>>$$, '[{"S": "x"}]');
SELECT pg_temp.value($$<<?, 'x'>>$$, '[{"N": "1"}]');
SELECT pg_temp.value($$<<?>>$$, '[{"SS": ["x"]}]');
SELECT pg_temp.value($$'?'$$, '[{"S": "x"}]');
SELECT pg_temp.value($$?$$, '[]');
SELECT pg_temp.value($$?$$, '[{"N": "one"}]');
SELECT pg_temp.value($$?$$, '[{}]');
-- 32 levels
SELECT depth, left(pg_temp.value(repeat('[', depth) || repeat(']', depth)), 40) FROM unnest(ARRAY[32, 33, 2000]) depth;
SELECT depth, left(pg_temp.value(repeat($${'a': $$, depth) || '?' || repeat('}', depth), '[{"L": [{"N": "1"}]}]'), 40)
	FROM unnest(ARRAY[30, 31]) depth;
-- a parameter is a value of its own or a member of the item
SELECT pg_temp.value('2, ''w'': ?', '[{"B": "AQI="}]');
-- signs, and numbers of more than 32 bits
SELECT value, pg_temp.value(value) FROM unnest(ARRAY['- - 1', '-/* c */-1', '[- 1]', '- + - 1', '-.73e1', '.73e1', '-?', '1e2147483647', '1e2147483648', '0.1e-2147483648', '[1, 1e126]', $${'a': 1e-131}$$, $$<<2, 2.0>>$$]) value;
-- a whole item as the parameter
SELECT pg_temp.run('INSERT INTO lang VALUE ?', '[{"M": {"id": {"S": "whole"}, "n": {"N": "1"}}}]');
SELECT pg_temp.run('INSERT INTO lang VALUE ?', '[{"S": "whole"}]');
SELECT pg_temp.run($$SELECT * FROM lang WHERE id = 'whole'$$);

-- conditions
INSERT INTO dynamo_tables.lang VALUES ('{"id": "i", "n": 7, "s": "text", "b": {"$b": "AQID"}, "t": true, "z": null,
	"ss": {"$ss": ["x", "y"]}, "ns": {"$ns": [1, 2.5]}, "bs": {"$bs": ["AQ=="]}, "l": [0, "one", [2, {"k": "deep"}]],
	"m": {"a": 1, "B": {"c d": 2}, "select": 3}, "a.b": "dotted", "q\"q": "quote", "value": "word", "Case": 1, "case": 2}');
CREATE FUNCTION pg_temp.holds(condition text, parameters jsonb DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN jsonb_array_length(dynamo.execute_statement(
		format('SELECT id FROM lang WHERE id = ''i'' AND (%s)', condition), parameters) -> 'Items');
EXCEPTION WHEN SQLSTATE 'DY001' THEN
	RETURN SQLERRM;
END $$;
-- each holds
SELECT condition FROM unnest(ARRAY[
	'n = 7', 'n = 7.0', '7 = n', 'n <> 8', 'n != 8', 'n < 8', 'n <= 7', 'n > 6', 'n >= 7', $$s = 'text'$$, 't = true', 'z = null',
	'n between 7 and 8', 'n not between 8 and 9', 'n in [1, 7]', 'n in (1, 7)', 'n not in [1, 2]', $$s in ['a', 'text']$$,
	'n = 1 + 6', 'n + 1 = 9 - 1', 'n -1 = 6', 'n = 10-3', 'm.a + n = 8', 'size(s) + 1 = 5', '1 = 1', $$'a' < 'b'$$,
	$$ss = <<'y', 'x'>>$$, $$l = [0, 'one', [2, {'k': 'deep'}]]$$, $$m = {'select': 3, 'a': 1, 'B': {'c d': 2}}$$,
	'x is missing', 'x IS MISSING', 'm.x is missing', 'l[9] is missing', 'n is not missing', 'z is null', 'n is not null',
	'x is not null', 's is string', 'n is number', 'n is decimal', 't is boolean', 't is bool', 'b is binary', 'b is blob', 'l is list', 'm is map',
	'm is struct', 'm is tuple', 'ss is bag', 'ns is bag', 'bs is bag', 'l is not bag', 'n is not string',
	$$begins_with(s, 'te')$$, $$BEGINS_WITH("s", 'te')$$, $$contains(s, 'ex')$$, $$contains(ss, 'x')$$, 'contains(ns, 2.50)',
	'contains(l, 0)', $$attribute_type(ss, 'SS')$$, $$Attribute_Type(m.a, 'N')$$, 'size(l) = 3', 'SIZE(m) = 3', 'size("s") > 3',
	'n = 7 and s = ''text''', 'n = 8 or s = ''text''', 'not n = 8', 'not (n = 8 and t = true)', 'n = 8 and t = true or n = 7',
	'not n = 8 and not n = 9', '((n = 7))', '(n) = (7)', '((n = 7) or (n = 8)) and (t = true)', 'n = 7 and (n = 8 or s = ''text'')',
	'x <> 1', 'not x = 1', $$n <> '7'$$,
	'l[0] = 0', $$l[2][1].k = 'deep'$$, 'm."B"."c d" = 2', '"m"."B"."c d" = 2', 'm."select" = 3', $$"a.b" = 'dotted'$$,
	$$"q""q" = 'quote'$$, $$"value" = 'word'$$, '"Case" = 1', '"case" = 2'
]) condition WHERE pg_temp.holds(condition) <> '1';
-- each does not
SELECT condition FROM unnest(ARRAY[
	'n = 8', $$n = '7'$$, 'x = 1', 'x < 1', 'x > 1', $$n < 'a'$$, 'n between 8 and 9', $$n between 'a' and 'b'$$, 'n in [1, 2]', 'x in [1]',
	'n is missing', 'x is null', 'n is null', 'x is string', 'n is string', 's is bag', 'x + 1 = 1', 's + 1 = 1', 'n = x + 7',
	'size(n) = 1', $$begins_with(x, 'a')$$, $$contains(x, 'a')$$, $$attribute_type(s, 'N')$$, 'not n = 7', '1 = 2', 'm.b."c d" = 2', 'N = 7'
]) condition WHERE pg_temp.holds(condition) <> '0';
-- what is wrong with each
SELECT condition, pg_temp.holds(condition) FROM unnest(ARRAY[
	'n', 'true', 'n =', '= 7', 'n = = 7', 'n == 7', 'n 7', 'n = 7 8', 'n = 7 and', 'and n = 7', 'n = 7 n = 8', 'not', 'n not 7', 'n = not 7',
	'(n = 7) = true', 'n = (m = 1)', '(n = 7) + 1 = 2', 'n in 7', 'n in []', 'n in [7', 'n in [7)', 'n between 1', 'n between 2 and 1',
	'n between 1 and ''a''', 'n between (1 and 2)', $$s like 't%'$$, 'n is', 'n is 7', 'n is integer', '7 is null', 'size(n) is missing', 'n is not',
	'value = 1', 'date = 1', 'm.value = 1', 'm. = 1', '.m = 1', 'm[] = 1', 'm[x] = 1', 'm[1.0] = 1', 'm[-1] = 1', 'm[99999999999] = 1', 'm.1 = 1', 'm[''a''] = 1',
	'm.* = 1', '"n = 7', 'n = 7;', 'n * 2 = 14', 'n / 2 = 1', $$s || 'a' = 'a'$$, 'n = $1', '$ is not missing', 'é = 1', 'n = #', 'n = :v',
	'exists(select * from lang)', 'upper(s) = ''TEXT''', 'attribute_exists(n)', 'if_not_exists(n, 1) = 1', 'list_append(l, [1]) = [1]',
	'set_add(ss, ss) = ss', 'begins_with(s)', $$begins_with(s, 'a', 'b')$$, 'begins_with(s, 1)', 'begins_with()', $$begins_with(s, 't') = true$$,
	'contains(begins_with(s, ''t''), 1)', $$attribute_type('s', 'S')$$, $$attribute_type(s, 'X')$$, 'attribute_type(s, 1)', 'size(1) = 1', 'size(n = 7) = 1',
	'n < true', 'n < [1]', $$n + 'a' = 1$$, 'n = n', 'n in [n]', '- n = 7', '-? = 7'
]) condition;
SELECT pg_temp.holds('n in [' || repeat('1, ', 99) || '7]');
SELECT pg_temp.holds('n in [' || repeat('1, ', 100) || '7]');
SELECT pg_temp.holds(repeat('not ', 297) || 'n = 7');
SELECT pg_temp.holds(repeat('not ', 298) || 'n = 7');
SELECT pg_temp.holds(repeat('(', 2000) || 'n = 7' || repeat(')', 2000));
SELECT pg_temp.holds('m' || repeat('.a', 31) || ' is missing');
SELECT pg_temp.holds('m' || repeat('.a', 32) || ' is missing');
SELECT pg_temp.holds('n = ? and s in [?, ''text''] and ss = <<?, ''y''>>', '[{"N": "7"}, {"B": "AQ=="}, {"S": "x"}]');
SELECT pg_temp.holds('n = ?', '[{"N": "7"}, {"N": "7"}]');
SELECT pg_temp.holds('n = ?');
SELECT pg_temp.holds('n = ''?''');

-- projections: values stand side by side, under the last name of their path
SELECT list, pg_temp.run(format($$SELECT %s FROM lang WHERE id = 'i'$$, list)) FROM unnest(ARRAY[
	'n', 'N', 'id, n , s', 'm.a', 'm."B"."c d"', 'l[2][1].k', 'l[0]', 'l[2][0]', 'm, m.a, n', '"a.b"', '"value"', 'n, n', 'm.x, l[9], x', 'm.a, "q""q", m.B',
	'', ',', 'n,', 'n s', 'n as x', '*, n', 'm.*', 'count(*)', 'size(s)', $$begins_with(s, 't')$$, 'n + 1', '1', '?', '''n''', 'value', 'distinct n', 'lang.n']) list;
SELECT pg_temp.run(E'SELECT n,\n  "é", max(n) FROM lang');

-- changes
CREATE FUNCTION pg_temp.change(change text, parameters jsonb DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM dynamo.put_item('lang', '{"id": {"S": "u"}, "n": {"N": "1"}, "ss": {"SS": ["a", "b"]}, "ns": {"NS": ["1"]},
		"l": {"L": [{"N": "0"}, {"N": "1"}]}, "m": {"M": {"a": {"N": "1"}}}}');
	RETURN (dynamo.execute_statement(format('UPDATE lang %s WHERE id = ''u'' RETURNING ALL NEW *', change), parameters)
		-> 'Items' -> 0) - 'id';
EXCEPTION WHEN SQLSTATE 'DY001' THEN
	RETURN SQLERRM;
END $$;
SELECT change, pg_temp.change(change) FROM unnest(ARRAY[
	'SET n = 2', 'set n=n+1', 'SET n = n - 1 + 0.5 - (2 - n)', 'SET n = 5 - -1', 'SET x = n, y = ''s'' SET z = [1] REMOVE l[0], m.a REMOVE n SET l[5] = 6',
	'SET m.b = {''c'': [1]}', 'SET l = list_append(l, [2, <<''s''>>])', 'SET l = LIST_APPEND(list_append([9], l), [8])', 'SET l[0] = l[1], l[1] = l[0]',
	'SET ss = set_add(ss, <<''c'', ''a''>>)', 'SET new = SET_ADD(new, <<1>>)', 'SET ss = set_delete(ss, <<''a'', ''q''>>)', 'SET ss = set_delete(ss, <<''b'', ''a''>>)',
	'SET new = set_delete(new, <<1>>)', 'SET other = set_add(set_delete(ss, <<''a''>>), <<''z''>>)', 'SET m.s = set_add(ss, ss)', 'SET x = m', 'SET "value" = 1 REMOVE "n"']) change;
SELECT pg_temp.change('SET x = ?, l = list_append(?, l), ns = set_add(ns, ?)', '[{"B": "AQ=="}, {"L": [{"NULL": true}]}, {"NS": ["7"]}]');
SELECT change, pg_temp.change(change) FROM unnest(ARRAY[
	'', 'SET', 'SET n', 'SET n =', 'SET n = 1,', 'SET n 1', 'SET n + 1', 'SET n == 1', 'SET = 1', 'SET n = 1 m = 2', 'SET n = 1 AND x = 2', 'SET value = 1', 'REMOVE', 'REMOVE n = 1', 'REMOVE 1', 'REMOVE ?',
	'ADD n 1', 'DELETE ss <<1>>', 'set n = 1 add n 1', 'SET n = n = 1', 'SET n = n > 1', 'SET n = size(l)', 'SET n = contains(l, 1)', 'SET n = if_not_exists(n, 1)', 'SET n = now()',
	'SET x = y', 'SET n = ss + 1', 'SET n = ''a'' + 1', 'SET ss = ss + <<''c''>>', 'SET l = list_append(l, 1)', 'SET l = list_append(l, n)', 'SET l = list_append(l)', 'SET ss = set_add(ss, <<1>>)', 'SET ss = set_add(ss, ''a'')',
	'SET n = set_add(n, <<1>>)', 'SET n = set_delete(n, [1])', 'SET ss = set_add(<<''a''>>)', 'SET n = 1 SET n = 2', 'SET m.a = 1 REMOVE m', 'SET m.a = 1, m[0] = 2', 'SET n.a = 1', 'SET x.y = 1', 'SET x = MISSING', 'SET x = n * 2', 'SET x = [n]',
	'SET x = {''a'': n}', 'SET x = 1 RETURNING ALL NEW *']) change;

-- statements as a whole
SELECT statement, pg_temp.run(statement) FROM unnest(ARRAY[
	'', ';', '--', '/* open', '?', 'FOO', 'CREATE TABLE t', 'WITH x AS (SELECT 1) SELECT * FROM x', 'SELECT', 'SELECT *', 'SELECT * FROM', 'SELECT n lang', 'SELECT * FROM lang WHERE', 'SELECT * FROM select', 'SELECT * FROM ''lang''',
	'SELECT * FROM lang-x', 'SELECT * FROM lang x', 'SELECT * FROM lang, lang', 'SELECT * FROM "a"."b"."c"', 'SELECT * FROM lang JOIN x', 'SELECT * FROM lang LIMIT 1', 'SELECT * FROM lang GROUP BY n', 'SELECT * FROM lang WHERE id = ''none'' UNION SELECT 1',
	'SELECT * FROM lang ORDER', 'SELECT * FROM lang ORDER BY', 'SELECT * FROM lang ORDER BY 1', 'SELECT * FROM lang ORDER BY m.a', 'SELECT * FROM lang ORDER BY n asc desc', 'SELECT * FROM lang ORDER BY n,', 'SELECT * FROM lang WHERE id = ''none'';', 'SELECT * FROM lang WHERE id = ''none'';;',
	'SELECT * FROM lang; SELECT * FROM lang', 'SELECT * FROM lang RETURNING ALL OLD *', 'SELECT VALUE n FROM lang',
	'INSERT', 'INSERT INTO', 'INSERT lang VALUE {}', 'INSERT INTO lang {}', 'INSERT INTO lang VALUE', 'INSERT INTO lang VALUE 1', 'INSERT INTO lang VALUE [{}]', 'INSERT INTO lang VALUES {''id'': ''x''}', 'INSERT INTO lang values (1, 2)', 'INSERT INTO lang <<{''id'': ''x''}, {''id'': ''y''}>>', 'INSERT INTO lang [{''id'': ''x''}]', 'INSERT INTO lang (key, n) VALUES (1, 2)', 'INSERT INTO lang (id, n) VALUES (1, 2)',
	'INSERT INTO lang VALUE {''id'': ''x''} RETURNING ALL OLD *', 'INSERT INTO "lang"."i" VALUE {''id'': ''x''}', 'INSERT INTO lang VALUE {''id'': ''x''}, {''id'': ''y''}', 'INSERT INTO lang VALUE {''id'': ''x''} ON CONFLICT DO NOTHING',
	'UPDATE', 'UPDATE lang', 'UPDATE lang WHERE id = ''u''', 'UPDATE lang-x SET n = 1 WHERE id = ''u''', 'UPDATE lang SET n = 1 WHERE id = ''u'' RETURNING', 'UPDATE lang SET n = 1 WHERE id = ''u'' RETURNING *', 'UPDATE lang SET n = 1 WHERE id = ''u'' RETURNING ALL *', 'UPDATE lang SET n = 1 WHERE id = ''u'' RETURNING ALL OLD',
	'UPDATE lang SET n = 1 WHERE id = ''u'' RETURNING ALL OLD n', 'UPDATE lang SET n = 1 WHERE id = ''u'' RETURNING UPDATED OLD *', 'UPDATE lang SET n = 1 WHERE id = ''u'' RETURNING ALL OLD *, ALL NEW *', 'UPDATE lang SET n = 1 ORDER BY n',
	'DELETE', 'DELETE lang', 'DELETE FROM lang SET n = 1', 'DELETE FROM lang WHERE id = ''u'' RETURNING ALL NEW *', 'DELETE FROM lang WHERE id = ''u'' RETURNING MODIFIED OLD *', 'DELETE * FROM lang',
	'EXISTS', 'EXISTS()', 'EXISTS(INSERT INTO lang VALUE {})', 'EXISTS(SELECT * FROM lang WHERE id = ''i'' AND n = 7', 'EXISTS SELECT * FROM lang', 'EXISTS(SELECT * FROM lang WHERE id = ''i'' AND n = 7)'
]) statement;
-- words ignore case, white space and comments do not matter
SELECT pg_temp.run(E'sElEcT\n\tn -- the number\r\n fRoM/**/"lang"/* of\n all */WhErE id=\'i\'anD\fn=7--');
-- 8192 characters at most
SELECT pg_temp.run(rpad('SELECT n FROM lang WHERE id = ''i'' --', 8192, 'x'));
SELECT right(pg_temp.run(rpad('SELECT n FROM lang WHERE id = ''i'' --', 8193, 'x')), 60);
-- a text is parsed once: the same with other parameters, and after an error
SELECT i, pg_temp.run('SELECT n FROM lang WHERE id = ? AND n = ?', jsonb_build_array('{"S": "i"}'::jsonb, jsonb_build_object('N', i::text)))
	FROM unnest(ARRAY[7, 8, 7]) i;
SELECT pg_temp.run('SELECT n FROM lang WHERE id = ? AND begins_with(s, ?)', p::jsonb)
	FROM unnest(ARRAY['[{"S": "i"}, {"S": "te"}]', '[{"S": "i"}, {"N": "1"}]', '[{"S": "i"}]', '[{"S": "i"}, {"S": "te"}]']) p;

-- what an error quotes of a long value
SELECT length(error), left(error, 90), right(error, 40) FROM (SELECT repeat('é', 10000)) text(long), LATERAL (VALUES
	(pg_temp.value($$?$$, jsonb_build_array(jsonb_build_object('N', long)))),
	(pg_temp.value($$?$$, jsonb_build_array(jsonb_build_object('SS', jsonb_build_array('a', long, long))))),
	(pg_temp.value($$?$$, jsonb_build_array(jsonb_build_object('BS', jsonb_build_array(repeat('AAAA', 5000), repeat('AAAA', 5000)))))),
	(pg_temp.holds('s BETWEEN ? AND ?', jsonb_build_array('{"S": "z"}'::jsonb, jsonb_build_object('S', replace(long, 'é', 'e'))))),
	(pg_temp.holds('s BETWEEN ? AND ?', jsonb_build_array('{"B": "/w=="}'::jsonb, jsonb_build_object('B', repeat('AAAA', 5000))))),
	(pg_temp.holds('attribute_type(s, ?)', jsonb_build_array(jsonb_build_object('S', long))))) errors(error);

-- what is PartiQL's only is unknown to expressions
SELECT dynamo.matches('{"s": {"$ss": ["a"]}}', 's = set_add(s, s)');
SELECT dynamo.apply_update('{"s": {"$ss": ["a"]}}', 'SET s = set_add(s, :v)', NULL, '{":v": {"SS": ["b"]}}');
SELECT dynamo.apply_update('{"s": {"$ss": ["a"]}}', 'SET s = set_delete(s, :v)', NULL, '{":v": {"SS": ["b"]}}');

SELECT dynamo.delete_table('{"TableName": "lang"}') IS NOT NULL AS deleted;
