-- The tables of the counted calls, and the loops over calls inside a session. A
-- loop finds its arguments ready, so that they are no part of a call.
SELECT FROM dynamo.create_table('{
	"TableName": "Counted", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "Artist", "AttributeType": "S"}, {"AttributeName": "SongTitle", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "Artist", "KeyType": "HASH"}, {"AttributeName": "SongTitle", "KeyType": "RANGE"}]}');
INSERT INTO dynamo_tables."Counted"
SELECT jsonb_build_object('Artist', 'artist' || n, 'SongTitle', 'song' || n, 'Year', 1999, 'Price', 1.98, 'Live', false,
	'Genres', '{"$ss": ["Country", "Rock"]}'::jsonb, 'Takes', '[1, 2]'::jsonb, 'Notes', repeat('x', 260))
FROM generate_series(1000, 1999) AS n;

SELECT FROM dynamo.create_table('{
	"TableName": "Streamed", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
	"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"}}');

CREATE SCHEMA counts;

CREATE TABLE counts.plain (artist text COLLATE "C", song_title text COLLATE "C", item jsonb, PRIMARY KEY (artist, song_title))
	WITH (fillfactor = 85);
INSERT INTO counts.plain SELECT item->>'Artist', item->>'Artist', item FROM dynamo_tables."Counted";

CREATE TABLE counts.arguments AS
SELECT array_agg(artist) AS artists, array_agg(item) AS stored, array_agg(dynamo.from_item(item)) AS items,
	array_agg(jsonb_build_object('Artist', dynamo.marshall(item->'Artist'), 'SongTitle', dynamo.marshall(item->'SongTitle'))) AS keys
FROM (SELECT * FROM counts.plain ORDER BY artist) AS each;
VACUUM ANALYZE dynamo_tables."Counted", counts.plain, counts.arguments;

CREATE FUNCTION counts.plain_select(turns integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	artists text[] := (SELECT artists[:turns] FROM counts.arguments);
	each text;
	result jsonb;
BEGIN
	FOREACH each IN ARRAY artists LOOP
		SELECT item INTO result FROM counts.plain WHERE artist = each AND song_title = each;
	END LOOP;
END
$$;

CREATE FUNCTION counts.plain_upsert(turns integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	artists text[] := (SELECT artists[:turns] FROM counts.arguments);
	stored jsonb := (SELECT stored[1] FROM counts.arguments);
	each text;
BEGIN
	FOREACH each IN ARRAY artists LOOP
		INSERT INTO counts.plain VALUES (each, each, stored)
		ON CONFLICT (artist, song_title) DO UPDATE SET item = excluded.item;
	END LOOP;
END
$$;

CREATE FUNCTION counts.get_item(turns integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	keys jsonb[] := (SELECT keys[:turns] FROM counts.arguments);
	each jsonb;
	result jsonb;
BEGIN
	FOREACH each IN ARRAY keys LOOP
		result := dynamo.get_item('Counted', each);
	END LOOP;
END
$$;

CREATE FUNCTION counts.put_item(turns integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	items jsonb[] := (SELECT items[:turns] FROM counts.arguments);
	each jsonb;
	result jsonb;
BEGIN
	FOREACH each IN ARRAY items LOOP
		result := dynamo.put_item('Counted', each);
	END LOOP;
END
$$;

-- Expressions that come back to a large value time and again.
CREATE TABLE counts.large AS
SELECT jsonb_build_object('a', list || '["x"]', 'b', list || '["y"]') AS item,
	(SELECT string_agg('a IN (' || repeat('b, ', 99) || 'b)', ' OR ') FROM generate_series(1, 13)) AS filter_in,
	(SELECT string_agg('contains(a, :v' || n || ')', ' OR ') FROM generate_series(1, 148) n) AS filter_contains,
	(SELECT jsonb_object_agg(':v' || n, jsonb_build_object('N', '1.' || n)) FROM generate_series(1, 148) n) AS values,
	(SELECT 'SET ' || string_agg('b' || n || ' = a', ', ') FROM generate_series(1, 400) n) AS update_copies
FROM (SELECT jsonb_agg(n) AS list FROM generate_series(1, 2000) n) AS lists;

CREATE FUNCTION counts.filter_in(turns integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	large counts.large := (SELECT row(large.*) FROM counts.large);
	result boolean;
BEGIN
	FOR turn IN 1 .. turns LOOP
		result := dynamo.matches(large.item, large.filter_in);
	END LOOP;
END
$$;

CREATE FUNCTION counts.filter_contains(turns integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	large counts.large := (SELECT row(large.*) FROM counts.large);
	result boolean;
BEGIN
	FOR turn IN 1 .. turns LOOP
		result := dynamo.matches(large.item, large.filter_contains, NULL, large.values);
	END LOOP;
END
$$;

-- Larger than an item may be.
CREATE FUNCTION counts.update_copies(turns integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	large counts.large := (SELECT row(large.*) FROM counts.large);
	result jsonb;
BEGIN
	FOR turn IN 1 .. turns LOOP
		BEGIN
			result := dynamo.apply_update(large.item, large.update_copies);
		EXCEPTION WHEN SQLSTATE 'DY001' THEN
			result := NULL;
		END;
	END LOOP;
END
$$;
