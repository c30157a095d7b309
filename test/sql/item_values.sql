-- The ten types of attribute values: DynamoDB JSON to the stored form and back.
CREATE TEMP TABLE spelled (title text, dynamodb_json jsonb);
INSERT INTO spelled VALUES
	('S', '{"v": {"S": "text"}}'),
	('S, empty', '{"v": {"S": ""}}'),
	('S, U+0000', '{"v": {"$s": "a\\0b"}}'),
	('S, backslash', '{"v": {"S": "a\\0b"}}'),
	('S, both', '{"v": {"$s": "\\\\0\\0"}}'),
	('S, beyond the BMP', '{"v": {"S": "😀é"}}'),
	('N', '{"v": {"N": "12.5"}}'),
	('B', '{"v": {"B": "AAEC/w=="}}'),
	('B, empty', '{"v": {"B": ""}}'),
	('BOOL', '{"t": {"BOOL": true}, "f": {"BOOL": false}}'),
	('NULL', '{"v": {"NULL": true}}'),
	('SS', '{"v": {"SS": ["", "a", "b"]}}'),
	('SS, U+0000', '{"v": {"SS": [{"$s": "\\0"}, "a"]}}'),
	('NS', '{"v": {"NS": ["-1.5", "0", "200"]}}'),
	('BS', '{"v": {"BS": ["", "AA==", "AQ=="]}}'),
	('L', '{"v": {"L": [{"S": "a"}, {"L": []}, {"N": "1"}]}}'),
	('M', '{"v": {"M": {"a": {"M": {}}, "bb": {"NULL": true}}}}'),
	('M like a tag', '{"v": {"M": {"$b": {"S": "AA=="}}}}'),
	('M like a wrapper', '{"v": {"M": {"$m": {"M": {"$ss": {"L": []}}}}}}'),
	('M like an escape', '{"v": {"M": {"$s": {"S": "x"}}}}'),
	('M of two, no tag', '{"v": {"M": {"$b": {"S": "AA=="}, "a": {"N": "1"}}}}'),
	('item like a tag', '{"$b": {"S": "AA=="}}'),
	('item like a wrapper', '{"$m": {"M": {}}}'),
	('name, U+0000', '{"$u:a\\0": {"N": "1"}, "a": {"N": "2"}}'),
	('name like an escape', '{"$u:$u:x": {"N": "1"}}'),
	('name, U+0000, in M', '{"v": {"M": {"$u:\\0": {"N": "1"}}}}'),
	('no attributes', '{}');

SELECT title, dynamo.to_item(dynamodb_json) AS item,
	dynamo.from_item(dynamo.to_item(dynamodb_json)) = dynamodb_json AS same
FROM spelled;

-- Sets have no order, members of an item no place, and of equal names the last one stays.
SELECT dynamo.to_item('{"v": {"SS": ["b", "a"]}, "n": {"NS": ["10", "9", "-1"]}}');
SELECT dynamo.from_item('{"v": {"$ss": ["b", "a"]}, "n": {"$ns": [10, 9.0, -1]}}');
SELECT dynamo.to_item('{"v": {"S": null, "N": "1", "unknown": 1}}');

-- The stored form has the size and the lookups of any jsonb of the same text.
SELECT bool_and(pg_column_size(item) = pg_column_size(item::text::jsonb)) AS same_size,
	bool_and(item = item::text::jsonb) AS equal
FROM (SELECT dynamo.to_item(dynamodb_json) AS item FROM spelled) AS items;
WITH wide AS (
	SELECT dynamo.to_item(jsonb_object_agg('attribute' || i, jsonb_build_object('N', i::text))) AS item
	FROM generate_series(1, 200) AS i
)
SELECT count(*) FILTER (WHERE (item ->> ('attribute' || i))::int = i) AS found
FROM wide, generate_series(1, 200) AS i;

-- What the service rejects, with its texts.
CREATE FUNCTION pg_temp.outcome(dynamodb_json jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN dynamo.to_item(dynamodb_json);
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ': ' || SQLERRM;
END $$;
SELECT value, pg_temp.outcome(jsonb_build_object('v', value)) AS outcome
FROM (VALUES
	('{}'::jsonb), ('null'), ('{"X": "a"}'), ('{"S": null}'), ('{"S": "a", "N": "1"}'),
	('{"NULL": false}'), ('{"SS": []}'), ('{"NS": []}'), ('{"BS": []}'),
	('{"SS": ["a", "b", "a"]}'), ('{"NS": ["1", "1.0"]}'), ('{"BS": ["AA==", "AA=="]}'),
	('{"N": ""}'), ('{"N": "abc"}'), ('{"M": {"": {"N": "1"}}}'), ('{"L": [{}]}'), ('{"M": {"a": {"N": "x"}}}'),
	('"a"'), ('1'), ('true'), ('[]'), ('{"S": 1}'), ('{"S": true}'), ('{"S": false}'),
	('{"S": {}}'), ('{"S": []}'), ('{"N": 1}'), ('{"B": 1}'), ('{"B": []}'), ('{"BOOL": "true"}'),
	('{"BOOL": 1}'), ('{"NULL": "true"}'), ('{"SS": "a"}'), ('{"SS": {}}'), ('{"SS": [1]}'),
	('{"SS": [null]}'), ('{"L": "a"}'), ('{"L": {}}'), ('{"M": "a"}'), ('{"M": []}'),
	('{"B": "A"}'), ('{"B": "AA="}'), ('{"B": "AA!="}'), ('{"B": "=AAA"}'), ('{"B": "AB=="}'),
	('{"$s": "\\x"}'), ('{"M": {"$u:\\": {"N": "1"}}}')
) AS bad (value);
SELECT pg_temp.outcome('[]'), pg_temp.outcome('1'), pg_temp.outcome('{"a": 1}');

-- 32 levels: a scalar is one, each list or map around it another.
CREATE FUNCTION pg_temp.nested(around text, inside text, behind text, levels integer) RETURNS jsonb LANGUAGE sql AS
$$ SELECT jsonb_build_object('v', (repeat(around, levels) || inside || repeat(behind, levels))::jsonb) $$;
SELECT inside, levels, left(pg_temp.outcome(pg_temp.nested(around, inside, behind, levels)), 60) AS outcome
FROM (VALUES ('{"L":[', ']}'), ('{"M":{"m":', '}}')) AS container (around, behind),
	(VALUES ('{"N":"1"}'), ('{"L":[]}')) AS content (inside), (VALUES (31), (32)) AS depth (levels);

-- Names have at most 65535 bytes.
SELECT size, left(pg_temp.outcome(jsonb_build_object(repeat('n', size), '{"N":"1"}'::jsonb)), 110) = '{"' || repeat('n', 108) AS accepted
FROM (VALUES (65535), (65536)) AS name (size);

-- Characters that JSON must escape, at every place of texts around the widths that the writer looks at together.
SELECT count(*), count(*) FILTER (WHERE dynamo.from_item(jsonb_build_object(text, text)) <>
	jsonb_build_object(text, jsonb_build_object('S', text))) AS wrong
FROM generate_series(0, 40) before, generate_series(0, 20) after,
	unnest(ARRAY['', '"', '\', E'\x01', E'\n', E'\x1f', ' ', 'é', '"\']) middle,
	LATERAL (SELECT repeat('x', before) || middle || repeat('y', after) AS text) texts;

-- The jsonb of answers is what jsonb_in would make: order, offsets, alignment and size.
SELECT count(*) AS attributes, bool_and(same) AS same, bool_and(made -> name = plain -> name) AS found
FROM (SELECT *, plain::text::jsonb = made AND pg_column_size(plain::text::jsonb) = pg_column_size(made) AS same
	FROM (SELECT plain, dynamo.unmarshall(dynamo.marshall(plain)) AS made
		FROM (SELECT jsonb_object_agg(repeat(chr(97 + i % 26), 1 + i * 7 % 13) || i,
			CASE i % 5 WHEN 0 THEN to_jsonb(i * 12345.678) WHEN 1 THEN to_jsonb(repeat('é', i)) WHEN 2 THEN 'null'
				WHEN 3 THEN jsonb_build_array(i, i % 2 = 0, jsonb_build_object('b', i, 'a', '[]'::jsonb)) ELSE '{}' END) AS plain
			FROM generate_series(1, 100) i) plains) made) compared, jsonb_object_keys(plain) AS name;
SELECT dynamo.unmarshall(value) FROM (VALUES ('{"S": "text"}'::jsonb), ('{"N": "1.50"}'), ('{"BOOL": true}'), ('{"NULL": true}'), ('{"L": []}')) AS scalar (value);
