-- Key attributes as index columns: values, order, and what is cut.
SELECT name, dynamo.key_text(item, name), dynamo.key_number(item, name), dynamo.key_binary(item, name)
FROM (VALUES ('{"s": "x", "n": 1.50, "b": {"$b": "AAE="}, "l": [], "bad": {"$b": "?"}, "big": 1e200, "bad s": {"$s": "\\x"}, "$u:a\\0": "u", "": "e"}'::jsonb)) AS items (item),
	unnest(ARRAY['s', 'n', 'b', 'l', 'none', 'bad', 'big', 'bad s', '$u:a\0', '']) AS name;
SELECT dynamo.key_text('[]', 'a'), dynamo.key_number('1', 'a'), dynamo.key_text(NULL, 'a');

-- U+0000 and U+0001 keep their order.
SELECT item, encode(convert_to(key, 'UTF8'), 'hex') AS key
FROM (
	SELECT item, dynamo.key_text(item, 'a') AS key
	FROM (VALUES
		('{"a": {"$s": "\\0"}}'::jsonb), ('{"a": {"$s": "\\0\\0"}}'), ('{"a": {"$s": "\\0\u0001"}}'),
		('{"a": "\u0001"}'), ('{"a": {"$s": "\u0001\\0"}}'), ('{"a": "\u0002"}'), ('{"a": "a"}')
	) AS items (item)
) AS keys
ORDER BY keys.key COLLATE "C";

-- What cannot be a key has no column.
SELECT dynamo.key_text('{"a": ""}', 'a') IS NULL AS empty, dynamo.key_binary('{"a": {"$b": ""}}', 'a') IS NULL AS empty_binary,
	dynamo.key_text(jsonb_build_object('a', repeat('x', 2048)), 'a') IS NULL AS longest, dynamo.key_text(jsonb_build_object('a', repeat('x', 2049)), 'a') IS NULL AS longer;

-- Long values are cut, never between the bytes of a character, and stay apart.
WITH long AS (
	SELECT i, jsonb_build_object('a', repeat('é', 800) || i) AS item FROM generate_series(1, 3) AS i
)
SELECT i, octet_length(dynamo.key_text(item, 'a')) AS length, left(dynamo.key_text(item, 'a'), 717) = repeat('é', 717) AS prefix,
	count(*) OVER (PARTITION BY dynamo.key_text(item, 'a')) AS equal, octet_length(dynamo.key_text(item, 'a', 100)) AS shorter
FROM long;
SELECT octet_length(dynamo.key_binary(jsonb_build_object('a', jsonb_build_object('$b', translate(encode(decode(repeat('00', size), 'hex'), 'base64'), E'\n', ''))), 'a', 80)) AS length
FROM (VALUES (79), (80), (81), (2048)) AS sizes (size);

-- No whole value equals a cut one, whatever it holds.
WITH cut AS (
	SELECT dynamo.key_binary(jsonb_build_object('a', jsonb_build_object('$b', translate(encode(decode(repeat('07', 100), 'hex'), 'base64'), E'\n', ''))), 'a', 80) AS key
)
SELECT dynamo.key_binary(jsonb_build_object('a', jsonb_build_object('$b', translate(encode(key, 'base64'), E'\n', ''))), 'a', 80) = key AS equal FROM cut;

SELECT dynamo.key_text('{"a": "x"}', 'a', 79);
SELECT dynamo.key_text('{"a": "x"}', 'a', 1501);
SELECT dynamo.key_text('{"a": "x"}', '$u:\');

-- The suffix of a secondary index orders whole keys: by partition key, then by sort key.
CREATE TEMP TABLE keys AS
SELECT item, row_number() OVER (ORDER BY dynamo.key_text(item, 'p') COLLATE "C", dynamo.key_number(item, 's')) AS wanted
FROM (
	SELECT jsonb_build_object('p', p, 's', s::numeric) AS item
	FROM unnest(ARRAY['A', 'a', 'aa', 'ab', 'b', E'a\u0001', E'a\u0002']) AS p,
		unnest(ARRAY['-1e125', '-10001', '-10000', '-9999.9999', '-1', '-1e-130', '0', '1e-130', '0.9999', '1', '1.0001', '9999', '10000', '10001', '99999999', '1e125']) AS s
) AS items;
SELECT count(*), bool_and(wanted = got) AS right
FROM (SELECT wanted, row_number() OVER (ORDER BY dynamo.key_suffix(item, 'p', 's')) AS got FROM keys) AS ordered;
SELECT count(*), bool_and(wanted = got) AS right
FROM (
	SELECT row_number() OVER (ORDER BY number) AS wanted, row_number() OVER (ORDER BY dynamo.key_suffix(item, 's')) AS got
	FROM (SELECT DISTINCT ON (item -> 's') item, (item -> 's')::numeric AS number FROM keys) AS numbers
) AS ordered;
SELECT dynamo.key_suffix('{"a": "x"}', 'a'), dynamo.key_suffix('{"a": "x"}', 'a', 'b'), dynamo.key_suffix('{"a": []}', 'a'),
	octet_length(dynamo.key_suffix(jsonb_build_object('a', repeat('x', 117)), 'a')) AS whole,
	octet_length(dynamo.key_suffix(jsonb_build_object('a', repeat('x', 118)), 'a')) AS cut,
	octet_length(dynamo.key_suffix(jsonb_build_object('a', repeat('x', 2048)), 'a')) AS cut_too;
