-- What dynamo is measured against inside PostgreSQL: a plain table, and loops
-- over one operation that answer the microseconds of a turn.
CREATE SCHEMA bench;

CREATE TABLE bench.plain (
	artist text COLLATE "C",
	song_title text COLLATE "C",
	item jsonb,
	PRIMARY KEY (artist, song_title)
) WITH (fillfactor = 85); -- like dynamo's leaves, for HOT updates

-- The item that data.mjs and request.lua make of a number, as dynamo stores it; so many share a partition key.
CREATE FUNCTION bench.item(number integer, together integer) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
	SELECT jsonb_build_object(
		'Artist', 'artist' || lpad((number / together)::text, 8, '0'), 'SongTitle', 'song' || lpad(number::text, 8, '0'),
		'Album', 'Somewhat Famous', 'Year', 1999, 'Price', 1.98, 'Live', false,
		'Genres', '{"$ss": ["Country", "Rock"]}'::jsonb, 'Takes', '[1, 2]'::jsonb, 'Notes', repeat('x', 260))
$$;

CREATE FUNCTION bench.microseconds(started timestamptz, turns integer) RETURNS double precision LANGUAGE sql AS $$
	SELECT extract(epoch FROM clock_timestamp() - started) * 1e6 / turns
$$;

CREATE FUNCTION bench.random_keys(items integer, turns integer) RETURNS text[] LANGUAGE sql AS $$
	SELECT array_agg((random() * (items - 1))::integer::text) FROM generate_series(1, turns)
$$;

CREATE FUNCTION bench.empty_loop(items integer, turns integer) RETURNS double precision LANGUAGE plpgsql AS $$
DECLARE
	numbers text[] := bench.random_keys(items, turns);
	number text;
	result text;
	started timestamptz := clock_timestamp();
BEGIN
	FOREACH number IN ARRAY numbers LOOP
		result := number;
	END LOOP;
	RETURN bench.microseconds(started, turns);
END
$$;

CREATE FUNCTION bench.index_lookups(items integer, turns integer) RETURNS double precision LANGUAGE plpgsql AS $$
DECLARE
	numbers text[] := bench.random_keys(items, turns);
	number text;
	result jsonb;
	started timestamptz := clock_timestamp();
BEGIN
	FOREACH number IN ARRAY numbers LOOP
		SELECT item INTO result FROM bench.plain WHERE artist = number AND song_title = number;
	END LOOP;
	RETURN bench.microseconds(started, turns);
END
$$;

CREATE FUNCTION bench.get_items(items integer, turns integer) RETURNS double precision LANGUAGE plpgsql AS $$
DECLARE
	keys jsonb[] := (
		SELECT array_agg(jsonb_build_object(
			'Artist', jsonb_build_object('S', 'artist' || lpad(number, 8, '0')),
			'SongTitle', jsonb_build_object('S', 'song' || lpad(number, 8, '0'))))
		FROM unnest(bench.random_keys(items, turns)) AS number);
	key jsonb;
	result jsonb;
	started timestamptz := clock_timestamp();
BEGIN
	FOREACH key IN ARRAY keys LOOP
		result := dynamo.get_item('Bench', key);
	END LOOP;
	RETURN bench.microseconds(started, turns);
END
$$;

CREATE PROCEDURE bench.empty_transactions(turns integer, INOUT result double precision DEFAULT NULL) LANGUAGE plpgsql AS $$
DECLARE
	started timestamptz := clock_timestamp();
BEGIN
	FOR turn IN 1 .. turns LOOP
		COMMIT;
	END LOOP;
	result := bench.microseconds(started, turns);
END
$$;
