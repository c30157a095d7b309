-- What PartiQL takes and refuses beyond the grammar: functions of WHERE, keys, overlapping alternatives, indexes.
\set SHOW_CONTEXT never
SELECT dynamo.create_table('{"TableName": "rules", "BillingMode": "PAY_PER_REQUEST",
  "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "S"}, {"AttributeName": "g", "AttributeType": "S"}, {"AttributeName": "h", "AttributeType": "S"}],
  "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
  "LocalSecondaryIndexes": [{"IndexName": "loc", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "g", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "KEYS_ONLY"}}],
  "GlobalSecondaryIndexes": [{"IndexName": "glob", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}], "Projection": {"ProjectionType": "KEYS_ONLY"}},
    {"IndexName": "several", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}, {"AttributeName": "h", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL AS created;
INSERT INTO dynamo_tables.rules SELECT jsonb_build_object('pk', pk, 'sk', sk::text, 'n', sk, 'f', 'x') || CASE WHEN sk = 1 THEN '{"a": true, "m": {"x": 1}, "g": "g1", "h": "h1", "yes": true}' ELSE '{"no": false}' END::jsonb
FROM unnest('{a,b}'::text[]) pk, generate_series(1, 3) sk;
\pset format unaligned
\pset tuples_only on
-- the keys of what a WHERE finds, or its error
CREATE FUNCTION pg_temp.found(condition text, source text DEFAULT 'rules') RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT coalesce(string_agg((i #>> '{pk,S}') || (i #>> '{sk,S}'), ' ' ORDER BY n), 'nothing') FROM jsonb_array_elements(dynamo.execute_statement(format('SELECT * FROM %s WHERE %s', source, condition)) -> 'Items') WITH ORDINALITY AS l (i, n));
EXCEPTION WHEN SQLSTATE 'DY001' THEN
	RETURN SQLERRM;
END $$;
CREATE FUNCTION pg_temp.run(request jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN dynamo.execute_statement(request) -> 'Items';
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
CREATE FUNCTION pg_temp.run(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN dynamo.execute_statement(statement) -> 'Items';
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ' ' || SQLERRM;
END $$;

-- attribute_exists and conditions as values
SELECT c, pg_temp.found(c) FROM unnest(ARRAY[$$pk = 'a' AND (ATTRIBUTE_EXISTS(m.x) OR NOT attribute_exists("n"))$$, 'attribute_exists (a)', 'attribute_not_exists(a)', $$pk = 'a' AND attribute_exists(a) = true$$,
	$$pk = 'a' AND true = attribute_exists(a)$$, $$pk = 'a' AND contains(f, 'z') = false$$, $$pk = 'a' AND (n BETWEEN 0 AND 1) = true$$, $$pk = 'a' AND (n = 2 OR f = 'y') = false$$,
	$$pk = 'a' AND attribute_exists(a) IN [true, false]$$, $$pk = 'a' AND attribute_exists(a) = attribute_exists(m)$$, $$pk = 'a' AND attribute_exists(a) = yes$$, $$pk = 'a' AND attribute_exists(a) = 1$$,
	$$pk = 'a' AND attribute_exists(a) <> 1$$, $$attribute_exists(a) > 1$$, 'attribute_exists(?)', $$attribute_exists('a')$$, 'attribute_exists(a, b)', 'attribute_exists(m.inner)', 'EXISTS(a)', 'attribute_type(n, f)', 'attribute_type(n)', 'attribute_exists()', 'size() = 1']) c;
SELECT s, pg_temp.run(s) FROM unnest(ARRAY[$$UPDATE rules SET b = 1 WHERE pk = 'a' AND sk = '1' AND attribute_not_exists(a)$$, $$DELETE FROM rules WHERE pk = 'a' AND sk = '1' AND attribute_exists(b)$$,
	$$UPDATE rules SET b = 1 WHERE pk = 'z' AND sk = '1' AND attribute_not_exists(a)$$, $$FROM rules WHERE pk = 'a' AND sk = '1' AND attribute_exists(a) SET b = 1 REMOVE h RETURNING MODIFIED NEW *$$,
	$$from rules set b = 1$$, $$FROM rules WHERE pk = 'a' SET b = 1$$, $$FROM rules SET b = 1 WHERE pk = 'a' AND sk = '1'$$, $$UPDATE rules SET b = list_append(if_not_exists(l, []), [1]) WHERE pk = 'a' AND sk = '1' RETURNING MODIFIED NEW *$$]) s;
-- keys: types, alternatives that overlap, numbers of reads
SELECT c, pg_temp.found(c) FROM unnest(ARRAY['pk = 1', 'pk IN [1]', $$pk = 'a' AND sk = 1$$, 'pk > 1', $$pk = 'a' AND sk > 1$$, $$pk IN ['a', 'a']$$, $$pk = 'a' OR pk = 'a'$$, $$pk = 'a' AND n = 1 OR pk = 'a' AND n = 2$$,
	$$pk = 'a' AND (sk > '0' OR sk < '5')$$, $$pk = 'a' AND n = 1 OR pk = 'a' AND sk = '2'$$, $$pk = 'a' AND (sk = '1' OR sk = '2')$$, $$pk = 'a' AND (sk = '1' OR sk <> '2')$$, $$pk = 'a' AND (sk < '2' OR sk >= '3')$$,
	$$pk = 'a' AND (begins_with(sk, '1') OR begins_with(sk, '3'))$$, $$pk = 'a' AND (begins_with(sk, '1') OR sk = '12')$$, $$pk = 'a' AND sk = '1' OR pk = 'b' AND sk = '1'$$, $$pk = 'a' AND (n = 1 OR n = 1)$$,
	'n IN [1, 1]', $$pk = 'a' AND (sk BETWEEN '1' AND '2' OR sk BETWEEN '2' AND '3')$$]) c;
SELECT partitions, sorts, pg_temp.found(format('pk IN [%s] AND sk IN [%s]', (SELECT string_agg(format('''p%s''', n), ',') FROM generate_series(1, partitions) n), (SELECT string_agg(format('''%s''', n), ',') FROM generate_series(1, sorts) n)))
FROM (VALUES (50, 1), (51, 1), (1, 50), (1, 51), (25, 2), (26, 2)) AS counts (partitions, sorts);
SELECT s, pg_temp.run(s) FROM unnest(ARRAY[$$DELETE FROM rules WHERE pk = 'a' AND pk = 'b' AND sk = '1'$$, $$DELETE FROM rules WHERE pk = 'z' AND pk = 'z' AND sk = '1'$$, $$DELETE FROM rules WHERE pk IN ['a'] AND sk = '1'$$]) s;
-- FROM and indexes
SELECT c, source, pg_temp.found(c, source) FROM (VALUES ($$g = 'g1' AND zz = 1$$, 'rules.glob'), ($$g = 'g1' AND pk = 'a'$$, 'rules.glob'), ('zz = 1', 'rules.glob'), ($$pk = 'a' AND n = 1$$, 'rules.loc'), ($$pk = 'a' AND g = 'g1'$$, 'rules.loc'),
	($$g = 'g1' AND h = 'h1'$$, 'rules.several'), ('a = 1', 'rules.none'), ('a = 1', 'rules.rules'), ('a = 1', 'rules.a.b'), ('a = 1', 'rules.""'), ('a = 1', '""'), ('a = 1', 'rules r'), ('a = 1', 'rules AS r')) AS reads (c, source);
SELECT s, pg_temp.run(s) FROM unnest(ARRAY[$$UPDATE rules.glob SET a = 1 WHERE pk = 'a'$$, $$DELETE FROM rules.glob WHERE pk = 'a'$$, 'DELETE FROM', 'DELETE FROM WHERE', 'DELETE FROM ;', $$UPDATE rules r SET a = 1$$, $$INSERT INTO rules r VALUE {'pk': 'z'}$$,
	$$INSERT INTO rules VALUE {'pk': 'z', 'sk': '1', 'v': {'': 1}}$$, $$UPDATE rules SET m.inner = 1 WHERE pk = 'a'$$, $$SELECT l[-0] FROM rules WHERE pk = 'a' AND sk = '1'$$, $$SELECT l[-1] FROM rules$$,
	'SELECT * FROM rules WHERE pk = 1 AND', 'SELECT * FROM rules WHERE IS', 'SELECT * FROM rules WHERE a IS thing', 'SELECT * FROM rules # x', 'SELECT * FROM rules /* x', 'SELECT * FROM "rules']) s;
SELECT dynamo.execute_statement('{"Statement": "SELECT * FROM rules.glob", "ConsistentRead": true}');
SELECT dynamo.execute_statement('{"Statement": "nonsense", "Parameters": [{"N": "x"}]}');
-- names of types: what PartiQL has for values that DynamoDB has
SELECT string_agg(word, ', ' ORDER BY n), found FROM (SELECT word, n, pg_temp.found(format($$pk = 'a' AND sk = '1' AND a IS %s$$, word)) FROM unnest(ARRAY['int4', 'INT8', 'smallint', 'Int', 'double precision', 'DOUBLE/**/PRECISION', 'real', 'decimal',
	'number', 'varchar', 'character varying', 'CHARACTER', 'char', 'bool', 'blob', 'tuple', 'bag', 'not int4', 'NOT character varying', 'double', 'precision', 'character 5', 'varying', 'timestamp', 'symbol', 'sexp', 'any', 'N', 'SS', '"int4"']) WITH ORDINALITY AS words (word, n)) tests (word, n, found) GROUP BY found ORDER BY min(n);
SELECT s, pg_temp.run(s) FROM unnest(ARRAY['x IS INT4', 'a.b[1] IS NOT character varying', 'x IS thing', 'x IS INT4 y', 'x', 'x = 1']) s;
-- calls in values: neither the item's nor any other literal's
SELECT s, pg_temp.run(s) FROM unnest(ARRAY[$$INSERT INTO rules VALUE {'pk': 'z', 'sk': '1', 't': set_add(t, <<'x'>>)}$$, $$INSERT INTO rules VALUE {'pk': 'z', 'sk': '1', 't': [1, {'k': SET_DELETE(t, <<'x'>>)}]}$$,
	$$INSERT INTO rules VALUE {'pk': 'z', 'sk': '1', 't': Size(t)}$$, $$INSERT INTO rules VALUE {'pk': 'z', 'sk': '1', 't': Other(t)}$$, $$UPDATE rules SET a = {'k': list_append([], [])} WHERE pk = 'a' AND sk = '1'$$,
	$$UPDATE rules SET a = set_add(b, <<'x'>>) WHERE pk = 'a' AND sk = '1'$$, $$UPDATE rules SET a = set_add(<<'x'>>, a) WHERE pk = 'a' AND sk = '1'$$, $$UPDATE rules SET a = list_append(set_add(b, <<'x'>>), []) WHERE pk = 'a' AND sk = '1'$$,
	$$UPDATE rules SET a = set_delete() WHERE pk = 'a' AND sk = '1'$$]) s;
-- literals of 32 and 33 levels, and list indexes of 31 bits and more
SELECT levels, pg_temp.run(format($$UPDATE rules SET a = %s WHERE pk = 'none' AND sk = '1'$$, repeat('[', levels - 2) || '{''k'': 1}' || repeat(']', levels - 2))) FROM unnest(ARRAY[32, 33]) levels;
SELECT i, pg_temp.run(format('SELECT l[%s] FROM rules WHERE pk = ''none''', i)) FROM unnest(ARRAY['2147483647', '2147483648', '- 1', '99999999999999999999']) i;
-- components of paths that are empty
SELECT s, pg_temp.run(s) FROM unnest(ARRAY['SELECT "" FROM none', 'SELECT a."".b FROM rules', 'SELECT * FROM rules WHERE "" = 1', $$UPDATE rules SET "" = 1 WHERE pk = 'a' AND sk = '1'$$, $$UPDATE rules REMOVE m."" WHERE pk = 'a' AND sk = '1'$$, $$SELECT * FROM rules WHERE pk = 'a' ORDER BY ""$$,
	'INSERT INTO "" VALUE {}']) s;
-- lists of SELECT; COUNT(*) is told after an index of several key attributes
SELECT s, pg_temp.run(s) FROM unnest(ARRAY['SELECT a AS b FROM rules', 'SELECT a b FROM rules', 'SELECT a, FROM rules', 'SELECT', 'SELECT a,', 'SELECT COUNT(*) FROM none', 'SELECT COUNT(*) FROM rules.several', 'SELECT COUNT(*) FROM rules.glob', 'SELECT COUNT(*) FROM rules.none',
	'SELECT count(a) FROM rules.several', 'SELECT COUNT (*), a FROM rules', 'SELECT * FROM rules WHERE a = ''x', 'SELECT * FROM rules WHERE a = 1x', 'SELECT * FROM rules WHERE a & 1']) s;
-- the index comes before the rule for reads of batches
SELECT r #>> '{Error,Message}' FROM jsonb_array_elements(dynamo.batch_execute_statement($${"Statements": [{"Statement": "SELECT * FROM rules.several WHERE g = 'g1'"}, {"Statement": "SELECT * FROM rules.none WHERE pk = 'a'"}, {"Statement": "SELECT * FROM rules.glob WHERE g = 'g1'", "ConsistentRead": true},
	{"Statement": "SELECT * FROM rules.glob WHERE pk = 'a' AND sk = '1'"}, {"Statement": "SELECT COUNT(*) FROM rules.several"}, {"Statement": "SELECT COUNT(*) FROM rules"}]}$$) -> 'Responses') r;
-- a statement that writes has no NextToken
SELECT dynamo.execute_statement($$SELECT * FROM rules WHERE pk = 'a'$$, "limit" => 1) ->> 'NextToken' AS token \gset
SELECT token, pg_temp.run(jsonb_build_object('Statement', statement, 'NextToken', text)) FROM (VALUES ($$DELETE FROM rules WHERE pk = 'a' AND sk = '1'$$), ($$UPDATE rules SET a = 1 WHERE pk = 'a' AND sk = '1'$$), ($$INSERT INTO rules VALUE {'pk': 'z', 'sk': 'z'}$$)) AS statements (statement), (VALUES ('other', :'token'), ('no base64', 'rubbish')) AS tokens (token, text);
SELECT dynamo.delete_table('{"TableName": "rules"}') IS NOT NULL;
