-- What condition expressions mean: every operator and function, on items in stored form.
CREATE TEMP TABLE items (item jsonb);
INSERT INTO items VALUES ('{
	"id": 7, "price": 19.99, "title": "Caf\u00e9", "clef": "\u00e9\ud834\udd1e", "blank": "",
	"on": true, "off": false, "nothing": null,
	"bytes": {"$b": "AQID"}, "tags": {"$ss": ["blue", "red"]}, "scores": {"$ns": [1, 2.5]},
	"blobs": {"$bs": ["AQ==", "Ag=="]},
	"list": [1, "two", {"three": [3]}, {"$ss": ["x"]}], "pair": [1, "two"],
	"map": {"a": {"b": {"c": "deep"}}, "n": 7}, "a.b": "dotted", "twin": 7}');

CREATE FUNCTION pg_temp.judge(expression text) RETURNS boolean LANGUAGE sql AS $$
	-- only the names and values that the expression uses may be given
	SELECT dynamo.matches(item, expression,
		(SELECT jsonb_object_agg(k, v) FROM jsonb_each('{"#list": "list", "#map": "map",
			"#dot": "a.b", "#b": "b", "#missing": "missing", "#on": "on"}'::jsonb) AS n(k, v)
			WHERE expression ~ (k || '([^A-Za-z0-9_]|$)')),
		(SELECT jsonb_object_agg(k, v) FROM jsonb_each('{":zero": {"N": "0"}, ":one": {"N": "1"},
			":two": {"N": "2"}, ":three": {"N": "3"}, ":seven": {"N": "7.0"}, ":twenty": {"N": "20"},
			":s7": {"S": "7"}, ":cafe": {"S": "Café"}, ":ca": {"S": "Ca"}, ":fe": {"S": "fé"},
			":empty": {"S": ""}, ":d": {"S": "D"}, ":red": {"S": "red"}, ":green": {"S": "green"},
			":stwo": {"S": "two"}, ":deep": {"S": "deep"}, ":dotted": {"S": "dotted"},
			":true": {"BOOL": true}, ":null": {"NULL": true}, ":raw": {"B": "AQID"},
			":rawa": {"B": "AQ=="}, ":rawb": {"B": "AgM="}, ":rawmax": {"B": "/w=="},
			":tags": {"SS": ["red", "blue"]}, ":sx": {"SS": ["x"]},
			":other": {"L": [{"N": "1"}, {"S": "two"}]}, ":three_map": {"M": {"three": {"L": [{"N": "3"}]}}},
			":tS": {"S": "S"}, ":tN": {"S": "N"}, ":tB": {"S": "B"}, ":tSS": {"S": "SS"}, ":tNS": {"S": "NS"},
			":tBS": {"S": "BS"}, ":tL": {"S": "L"}, ":tM": {"S": "M"}, ":tBOOL": {"S": "BOOL"},
			":tNULL": {"S": "NULL"}}'::jsonb) AS v(k, v)
			WHERE expression ~ (k || '([^A-Za-z0-9_]|$)')))
	FROM items
$$;

-- comparison
SELECT e AS expression, pg_temp.judge(e) FROM unnest(ARRAY[
	'id = :seven', 'id <> :seven', 'id = twin', 'id <> twin', 'id = title', 'id <> title',
	'id < :twenty', 'id <= :seven', 'id > :seven', 'id >= :seven', ':twenty > id', ':seven = id',
	'title = :cafe', 'title > :ca', 'title < :d', 'title >= :cafe',
	'bytes = :raw', 'bytes < :rawmax', 'bytes > :rawa',
	'#on = :true', 'nothing = :null', 'tags = :tags', 'pair = :other', '#list[2] = :three_map',
	'blank = :empty']) WITH ORDINALITY AS t(e, n) ORDER BY n;
-- types that differ are unequal and have no order
SELECT e AS expression, pg_temp.judge(e) FROM unnest(ARRAY[
	'id = :s7', 'id <> :s7', 'id < :s7', 'id >= :s7', 'NOT id < :s7', 'tags < twin', 'tags = :three']) WITH ORDINALITY AS t(e, n) ORDER BY n;
-- a missing attribute
SELECT e AS expression, pg_temp.judge(e) FROM unnest(ARRAY[
	'#missing = :one', '#missing <> :one', '#missing < :one', 'NOT #missing = :one',
	'#missing BETWEEN :one AND :two', '#missing IN (:one)', 'size(#missing) > :zero',
	'contains(#missing, :red)', 'begins_with(#missing, :ca)', 'attribute_type(#missing, :tS)',
	'#missing = gone']) WITH ORDINALITY AS t(e, n) ORDER BY n;
-- BETWEEN and IN
SELECT e AS expression, pg_temp.judge(e) FROM unnest(ARRAY[
	'id BETWEEN :one AND :twenty', 'id between :seven and :seven', 'id BETWEEN :one AND :two',
	'id BETWEEN :ca AND :d', ':two BETWEEN :one AND id', 'title BETWEEN :ca AND :d',
	'id IN (:one, :seven)', 'id in (:one)', 'id IN (:s7, :red, twin)', 'tags IN (:red, :tags)']) WITH ORDINALITY AS t(e, n) ORDER BY n;
-- precedence: NOT before AND before OR
SELECT e AS expression, pg_temp.judge(e) FROM unnest(ARRAY[
	'id = :seven OR id = :one AND id = :two', '(id = :seven OR id = :one) AND id = :two',
	'NOT id = :one AND id = :two', 'NOT (id = :one AND id = :two)', 'not id = :seven or id = :seven',
	'NOT NOT id = :seven', 'id BETWEEN :one AND :two OR id = :seven', '(id) = (:seven)',
	'(id = :seven) AND ((id = :one) OR (id = :seven))']) WITH ORDINALITY AS t(e, n) ORDER BY n;
-- functions
SELECT e AS expression, pg_temp.judge(e) FROM unnest(ARRAY[
	'attribute_exists(id)', 'attribute_exists(#missing)', 'attribute_not_exists(#missing)',
	'attribute_not_exists(nothing)', 'attribute_exists (#map.a.#b.c)', 'attribute_exists(#list[4])',
	'attribute_type(title, :tS)', 'attribute_type(id, :tN)', 'attribute_type(bytes, :tB)',
	'attribute_type(tags, :tSS)', 'attribute_type(scores, :tNS)', 'attribute_type(blobs, :tBS)',
	'attribute_type(#list, :tL)', 'attribute_type(#map, :tM)', 'attribute_type(off, :tBOOL)',
	'attribute_type(nothing, :tNULL)', 'attribute_type(nothing, :tS)',
	'begins_with(title, :ca)', 'begins_with(title, :fe)', 'begins_with(title, :empty)',
	'begins_with(bytes, :rawa)', 'begins_with(bytes, :rawb)', 'begins_with(id, :s7)', 'begins_with(title, title2)',
	'contains(title, :fe)', 'contains(title, :red)', 'contains(bytes, :rawb)', 'contains(tags, :red)',
	'contains(tags, :green)', 'contains(scores, :one)', 'contains(scores, :s7)', 'contains(blobs, :rawa)',
	'contains(#list, :stwo)', 'contains(#list, :three_map)', 'contains(#list, :sx)', 'contains(#list, :two)',
	'contains(id, :seven)', 'contains(#map, :seven)', 'contains(title, id)']) WITH ORDINALITY AS t(e, n) ORDER BY n;
-- size: a string's UTF-16 units, a binary's bytes, members of the rest
SELECT e AS expression, pg_temp.judge(e) FROM unnest(ARRAY[
	'size(clef) = :three', 'size(blank) = :zero', 'size(bytes) = :three', 'size(tags) = :two',
	'size(pair) = :two', 'size(#map) = :two', 'size(id) = :one', 'size(nothing) = :one',
	'size(id) <> :one', 'size(tags) = size(pair)', 'size(tags) IN (:one, :two)',
	'size(:red) = :three', 'size(tags) BETWEEN :one AND size(:red)', '(size(tags)) = :two']) WITH ORDINALITY AS t(e, n) ORDER BY n;
-- what an expression asks of large values again and again is answered as the first time
CREATE FUNCTION pg_temp.long(count integer, last text) RETURNS jsonb LANGUAGE sql AS
	$$ SELECT jsonb_agg(n % 7) || to_jsonb(last) FROM generate_series(2, count) n $$;
SELECT count, e AS expression, dynamo.matches(jsonb_build_object('a', pg_temp.long(count, 'x'), 'b', pg_temp.long(count, 'x'), 'c', pg_temp.long(count, 'y'),
	'm', jsonb_build_object('a', pg_temp.long(count, 'x')), 'n', jsonb_build_object('a', pg_temp.long(count, 'y'))), e)
FROM unnest(ARRAY[2, 200, 2000]) count, unnest(ARRAY['a = b AND a = b AND b = a AND a <> c AND a <> c', 'a = c OR a = c OR c = a', 'a IN (c, c, b) AND a IN (c, b, c)',
	'a IN (c, c, c) OR c IN (a, b, a, b)', 'm <> n AND m <> n AND n <> m AND m.a = b AND m.a = b AND n.a = c', 'm = n OR m.a = n.a OR m = n OR m.a = n.a'])
	WITH ORDINALITY AS t(e, number) ORDER BY number, count;
-- the elements of short and long lists and sets, each looked for alone and after another search of the same
CREATE FUNCTION pg_temp.element(type text, n integer) RETURNS jsonb LANGUAGE sql AS $$
	SELECT CASE type WHEN 'S' THEN to_jsonb('s' || n) WHEN 'N' THEN to_jsonb(n / 4.0) WHEN 'B' THEN jsonb_build_object('$b', encode(n::text::bytea, 'base64'))
		WHEN 'L' THEN jsonb_build_array('same', n, jsonb_build_array(n)) WHEN 'M' THEN jsonb_build_object('k', n) WHEN 'BOOL' THEN to_jsonb(n > 0)
		WHEN 'SS' THEN jsonb_build_object('$ss', jsonb_build_array('a', n::text)) ELSE 'null' END $$;
CREATE FUNCTION pg_temp.contains(list jsonb, element jsonb, again boolean) RETURNS boolean LANGUAGE sql AS $$
	SELECT dynamo.matches(jsonb_build_object('l', list), CASE WHEN again THEN 'contains(l, :other) OR contains(l, :v)' ELSE 'contains(l, :v)' END,
		NULL, jsonb_build_object(':v', dynamo.from_item(jsonb_build_object('v', element)) -> 'v')
			|| CASE WHEN again THEN '{":other": {"S": "nowhere"}}'::jsonb ELSE '{}' END) $$;
CREATE TEMP TABLE lists AS
SELECT length, jsonb_agg(pg_temp.element(type, n) ORDER BY n, type) AS list FROM unnest(ARRAY[4, 100]) length, generate_series(1, length) n,
	unnest(ARRAY['S', 'N', 'B', 'L', 'M', 'BOOL', 'SS']) type GROUP BY length;
SELECT length, again, type, string_agg(n::text, ' ' ORDER BY n) FILTER (WHERE pg_temp.contains(list, pg_temp.element(type, n), again)) AS found
FROM lists, unnest(ARRAY[false, true]) again, unnest(ARRAY['S', 'N', 'B', 'L', 'M', 'BOOL', 'SS', 'NULL']) type, unnest(ARRAY[0, 1, 3, 4, 5, 99, 100, 101]) n
GROUP BY length, again, type ORDER BY length, type, again;
SELECT tag, type, string_agg(n::text, ' ' ORDER BY n) FILTER (WHERE pg_temp.contains(set, pg_temp.element(type, n), false)) AS found
FROM (SELECT tag, jsonb_build_object(tag, jsonb_agg(CASE tag WHEN '$bs' THEN pg_temp.element('B', n) -> '$b' WHEN '$ss' THEN pg_temp.element('S', n)
		ELSE pg_temp.element('N', n) END)) AS set FROM unnest(ARRAY['$ss', '$ns', '$bs']) tag, generate_series(1, 100) n GROUP BY tag) AS sets,
	unnest(ARRAY['S', 'N', 'B', 'L']) type, unnest(ARRAY[0, 1, 3, 50, 99, 100, 101]) n
GROUP BY tag, type ORDER BY tag, type;
-- document paths
SELECT e AS expression, pg_temp.judge(e) FROM unnest(ARRAY[
	'#map.a.#b.c = :deep', '#list[1] = :stwo', '#list[2].three[0] = :three', '#list [ 2 ] . three [ 0 ] = :three',
	'#dot = :dotted', '#map[0] = :deep', '#list.a = :deep', '#list[9] = :stwo', '#list[1] <> :two',
	'#map.n = id']) WITH ORDINALITY AS t(e, n) ORDER BY n;
-- only null arguments make null
SELECT dynamo.matches(NULL, 'attribute_exists(a)') IS NULL AS no_item,
	dynamo.matches('{}', NULL) IS NULL AS no_expression, dynamo.matches('{}', 'attribute_exists(a)') AS neither;
SELECT dynamo.matches('[1]', 'attribute_exists(a)');
-- names and strings that hold U+0000
SELECT dynamo.matches('{"$u:a\\0": {"$s": "x\\0y"}}', '#n = :v AND size(#n) = :three', '{"#n": "a\u0001"}',
	'{":v": {"$s": "x\\0y"}, ":three": {"N": "3"}}') AS other_name,
	dynamo.matches('{"$u:a\\0": {"$s": "x\\0y"}}', '#n = :v AND size(#n) = :three', '{"#n": {"$s": "a\\0"}}',
	'{":v": {"$s": "x\\0y"}, ":three": {"N": "3"}}') AS same_name;
-- the planner may run the functions in parallel workers and in indexes
SELECT proname, provolatile, proparallel FROM pg_proc
WHERE pronamespace = 'dynamo'::regnamespace AND proname IN ('matches', 'project', 'apply_update') ORDER BY 1;
