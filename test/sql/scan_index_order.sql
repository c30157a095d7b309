-- A Scan of a global index: in the order of its partitions, and in segments of them, over tables of several partitions.
SET dynamo.partitions = 5;
SELECT dynamo.create_table('{"TableName": "ordered", "BillingMode": "PAY_PER_REQUEST",
  "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "g", "AttributeType": "S"}, {"AttributeName": "s", "AttributeType": "N"},
                           {"AttributeName": "n", "AttributeType": "N"}, {"AttributeName": "b", "AttributeType": "B"}, {"AttributeName": "t", "AttributeType": "S"}],
  "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
  "GlobalSecondaryIndexes": [
    {"IndexName": "g_s", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "KEYS_ONLY"}},
    {"IndexName": "n_b", "KeySchema": [{"AttributeName": "n", "KeyType": "HASH"}, {"AttributeName": "b", "KeyType": "HASH"}, {"AttributeName": "t", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "ALL"}},
    {"IndexName": "pk_s", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "KEYS_ONLY"}}]}') IS NOT NULL AS created;
RESET dynamo.partitions;

CREATE FUNCTION pages(request jsonb, OUT keys jsonb, OUT items int, OUT pages int, OUT sealed int) LANGUAGE plpgsql AS $$
DECLARE answer jsonb;
BEGIN
  keys := '[]'; items := 0; pages := 0; sealed := 0;
  LOOP
    answer := dynamo.scan(request);
    keys := keys || coalesce((SELECT jsonb_agg(dynamo.unmarshall(jsonb_build_object('M', i)) ORDER BY o) FROM jsonb_array_elements(answer->'Items') WITH ORDINALITY AS e (i, o)), '[]');
    items := items + (answer->>'Count')::int; pages := pages + 1;
    EXIT WHEN NOT answer ? 'LastEvaluatedKey';
    IF answer->'LastEvaluatedKey' ? 'dynamo:position' THEN sealed := sealed + 1; END IF;
    request := request || jsonb_build_object('ExclusiveStartKey', answer->'LastEvaluatedKey');
  END LOOP;
END $$;
CREATE FUNCTION segment(index_name text, segment int, total int, page int DEFAULT 1000) RETURNS jsonb LANGUAGE sql AS $$
  SELECT keys FROM pages(jsonb_build_object('TableName', 'ordered', 'IndexName', index_name, 'Segment', segment, 'TotalSegments', total, 'Limit', page)) $$;

-- as the service shows it: both of a, and both of b
SELECT count(dynamo.put_item('ordered', dynamo.marshall(jsonb_build_object('pk', k, 'g', left(k, 1), 's', right(k, 1)::int)))) FROM unnest('{a4,b2,a1,b3,c9}'::text[]) k;
SELECT jsonb_path_query_array(segment('g_s', 0, 1), '$[*].pk'), jsonb_path_query_array(segment('g_s', 0, 1, 1), '$[*].pk') AS by_one;
SELECT string_agg(i->>'pk', ' ') AS partiql FROM dynamo.partiql('SELECT pk FROM "ordered"."g_s"') AS p (i);
DELETE FROM dynamo_tables.ordered;

-- Many of one key, keys that their column cuts, and all types. Of each index: its partitions in one piece
-- each and in order within, whatever the pages; segments that are disjoint, and together the whole.
INSERT INTO dynamo_tables.ordered SELECT jsonb_build_object('pk', 'k' || i, 'g', CASE WHEN i % 3 > 0 THEN 'g' || i % 40 ELSE repeat('long', 450) || i % 2 END, 's', i % 7, 't', repeat('t', i % 4 * 300) || i % 8,
  'n', i % 5 / 10.0, 'b', jsonb_build_object('$b', encode(decode(lpad(to_hex(i % 3), 2, '0'), 'hex'), 'base64'))) FROM generate_series(1, 600) i;
INSERT INTO dynamo_tables.ordered SELECT jsonb_build_object('pk', 'sparse' || i, 'g', 'none') FROM generate_series(1, 10) i;
CREATE FUNCTION is_in_order(keys jsonb, partition text[], sort text) RETURNS boolean LANGUAGE sql AS $$
  SELECT count(*) FILTER (WHERE this IS DISTINCT FROM before) = count(DISTINCT this) AND coalesce(bool_and(sorted OR this IS DISTINCT FROM before), true)
  FROM (SELECT this, lag(this) OVER w AS before, lag(left(i->>sort, 9)) OVER w COLLATE "C" <= left(i->>sort, 9) AS sorted
        FROM jsonb_array_elements(keys) WITH ORDINALITY AS e (i, o), LATERAL (SELECT ARRAY(SELECT i->>name FROM unnest(partition) name)) AS p (this) WINDOW w AS (ORDER BY o)) AS rows $$;
CREATE TABLE orders (index_name text, partition text[], sort text);
INSERT INTO orders VALUES ('g_s', '{g}', 's'), ('n_b', '{n,b}', 't'), ('pk_s', '{pk}', 's');
SELECT index_name, count(*) AS ways, bool_and(is_in_order(keys, partition, sort)) AS in_order, bool_and(jsonb_array_length(keys) = 600) AS complete, count(DISTINCT keys) AS orders
  FROM orders, unnest('{1,7,1000}'::int[]) page, LATERAL segment(index_name, 0, 1, page) AS s (keys) GROUP BY 1;
CREATE TABLE parts AS SELECT index_name, partition, sort, total, number, segment(index_name, number, total, 10) AS keys
  FROM orders, unnest('{2,3,5,7,100}'::int[]) total, LATERAL generate_series(0, total - 1) AS number;
SELECT index_name, total, bool_and(is_in_order(keys, partition, sort)) AS in_order, sum(jsonb_array_length(keys)) AS items FROM parts GROUP BY 1, 2 ORDER BY 1, 2;
SELECT index_name, max(segments) AS segments_of_a_partition, count(DISTINCT total) AS totals FROM (
  SELECT index_name, total, ARRAY(SELECT i->>name FROM unnest(partition) name), count(DISTINCT number) AS segments, count(*) FROM parts, jsonb_array_elements(keys) AS i GROUP BY 1, 2, 3) AS each GROUP BY 1;
SELECT index_name, count(*) FROM (SELECT DISTINCT index_name, total, i->>'pk' FROM parts, jsonb_array_elements(keys) AS i) AS each GROUP BY 1;
-- few partitions are not all in one segment
SELECT count(DISTINCT number) > 10 AS spread FROM parts WHERE index_name = 'g_s' AND total = 100 AND keys <> '[]';

-- A segment reads its own rows alone, and of a partition that is another's not each entry.
INSERT INTO dynamo_tables.ordered SELECT jsonb_build_object('pk', 'more' || i, 'g', 'g1', 's', i) FROM generate_series(1, 2000) i;
CREATE FUNCTION rows_read(index_name text, segment int, total int, OUT items int, OUT fetched int, OUT entries int) LANGUAGE plpgsql AS $$
DECLARE
  rows_before int; entries_before int;
  tables CONSTANT text := 'SELECT sum(pg_stat_get_xact_tuples_fetched(indexrelid)), sum(pg_stat_get_xact_tuples_returned(indexrelid)) FROM pg_inherits JOIN pg_index ON indrelid = inhrelid WHERE inhparent = ''dynamo_tables.ordered''::regclass';
BEGIN
  EXECUTE tables INTO rows_before, entries_before;
  items := jsonb_array_length(segment(index_name, segment, total, 100000));
  EXECUTE tables INTO fetched, entries;
  fetched := fetched - rows_before; entries := entries - entries_before;
END $$;
SELECT count(*) AS segments, sum(items) AS items, sum(fetched) AS rows_read, max(entries) FILTER (WHERE items < 2000) < 1300 AS few_entries FROM generate_series(0, 19) AS s, rows_read('g_s', s, 20);
SELECT count(*) AS segments, sum(items) AS items, sum(fetched) AS rows_read FROM generate_series(0, 19) AS s, rows_read('pk_s', s, 20);

-- A million segments: an item is in the one that its partition key hashes to, and the others are empty.
CREATE FUNCTION owner(key text) RETURNS int LANGUAGE sql AS $$ SELECT ((hashtext(key COLLATE "C")::bigint & 4294967295) % 1000000)::int $$;
SELECT count(*), bool_and(segment('g_s', owner(g), 1000000) @> jsonb_build_array(jsonb_build_object('g', g))) AS found FROM (SELECT DISTINCT item->>'g' AS g FROM dynamo_tables.ordered WHERE item->>'g' LIKE 'g%') AS keys;
SELECT sum(jsonb_array_length(segment('g_s', s, 1000000))) AS items FROM unnest('{0,1,2,499999,999999}'::int[]) s;

-- What begins a page: a key of the segment
CREATE FUNCTION start_error(index_name text, segment int, total int, start jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  PERFORM dynamo.scan(jsonb_build_object('TableName', 'ordered', 'IndexName', index_name, 'Segment', segment, 'TotalSegments', total, 'ExclusiveStartKey', start));
  RETURN 'none';
EXCEPTION WHEN OTHERS THEN
  RETURN SQLERRM;
END $$;
SELECT start_error('g_s', s, 4, '{"pk": {"S": "k1"}, "g": {"S": "g1"}, "s": {"N": "1"}}') AS error, count(*) FROM generate_series(0, 3) s GROUP BY 1 ORDER BY 1;
SELECT start_error('pk_s', s, 9, '{"pk": {"S": "k1"}, "s": {"N": "1"}}') LIKE '%correct Segment%' AS wrong, count(*) FROM generate_series(0, 8) s GROUP BY 1 ORDER BY 2;
SELECT start_error('g_s', 0, 1, start) FROM unnest(ARRAY['{"g": {"S": "a"}, "s": {"N": "1"}}', '{"pk": {"S": "a"}}', '{"pk": {"S": "a"}, "g": {"S": "a"}, "s": {"S": "1"}}',
  '{"pk": {"S": "a"}, "g": {"S": "a"}, "s": {"N": "1"}, "x": {"S": "x"}}', '{"pk": {"S": "a"}, "g": {"S": ""}, "s": {"N": "1"}}', '{"pk": {"S": "a"}, "g": {"S": "a"}, "s": {"N": "x"}}',
  '{"dynamo:position": {"B": "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYQ=="}}']::jsonb[]) AS start;
-- it need not exist
SELECT dynamo.scan('{"TableName": "ordered", "IndexName": "g_s", "Select": "COUNT", "ExclusiveStartKey": {"pk": {"S": "zz"}, "g": {"S": "g1"}, "s": {"N": "1999"}}}')->'Count'
  = to_jsonb((SELECT count(*) FROM dynamo_tables.ordered WHERE item->>'g' COLLATE "C" > 'g1' AND item ? 's' OR item->>'pk' = 'more2000')) AS resumed;

-- A page passes over so many entries of other segments and then ends, where there is no item of its own at
-- another's: the key of that one is sealed. It ends at its own 1 MB otherwise.
DELETE FROM dynamo_tables.ordered;
INSERT INTO dynamo_tables.ordered SELECT jsonb_build_object('pk', 'k' || i, 'g', 'g' || i, 's', 1) FROM generate_series(1, 70000) i;
SELECT sum(items) AS items, min(pages) AS least, max(pages) AS most, sum(sealed) AS sealed FROM generate_series(0, 2) s, pages(jsonb_build_object('TableName', 'ordered', 'IndexName', 'g_s', 'Select', 'COUNT', 'Segment', s, 'TotalSegments', 3));
SELECT count(*) AS segments, bool_and(pages BETWEEN 2 AND 3) AS bounded, sum(sealed) > 0 AS sealed, bool_and(keys @> jsonb_build_array(jsonb_build_object('g', 'g' || i))) AS found
  FROM generate_series(1000, 70000, 5000) i, pages(jsonb_build_object('TableName', 'ordered', 'IndexName', 'g_s', 'Segment', owner('g' || i), 'TotalSegments', 1000000));
SELECT dynamo.scan('{"TableName": "ordered", "IndexName": "g_s", "Segment": 7, "TotalSegments": 1000000}') AS first \gset
SELECT :'first'::jsonb->'Count' AS count, :'first'::jsonb->'ScannedCount' AS scanned, start_error('g_s', 7, 1000000, :'first'::jsonb->'LastEvaluatedKey') AS same, start_error('g_s', 8, 1000000, :'first'::jsonb->'LastEvaluatedKey') AS other_segment,
  start_error('n_b', 7, 1000000, :'first'::jsonb->'LastEvaluatedKey') AS other_index, start_error('g_s', 0, 1, :'first'::jsonb->'LastEvaluatedKey') AS no_segment;
-- the same of a table
SELECT sum(items) AS items, max(pages) AS pages, sum(sealed) AS sealed FROM generate_series(0, 6) s, pages(jsonb_build_object('TableName', 'ordered', 'Select', 'COUNT', 'Segment', s, 'TotalSegments', 7));

SELECT dynamo.delete_table('{"TableName": "ordered"}') IS NOT NULL AS deleted;

-- Without its rules a table may hold items without a key, and indexes nulls: those are in no segment where
-- the partition key is one.
SELECT dynamo.create_table('{"TableName": "broken", "BillingMode": "PAY_PER_REQUEST",
  "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"}, {"AttributeName": "g", "AttributeType": "S"}],
  "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
  "GlobalSecondaryIndexes": [{"IndexName": "g_sk", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "ALL"}},
    {"IndexName": "sk_g", "KeySchema": [{"AttributeName": "sk", "KeyType": "HASH"}, {"AttributeName": "g", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL AS created;
ALTER TABLE dynamo_tables.broken DROP CONSTRAINT item_rules;
INSERT INTO dynamo_tables.broken SELECT jsonb_build_object('pk', 'k' || i, 'g', 'g') || CASE WHEN i % 2 = 0 THEN jsonb_build_object('sk', i) ELSE '{}' END FROM generate_series(1, 20) i;
SELECT dynamo.query('{"TableName": "broken", "IndexName": "g_sk", "KeyConditionExpression": "g = :g", "ExpressionAttributeValues": {":g": {"S": "g"}}, "Select": "COUNT"}');
SELECT dynamo.query('{"TableName": "broken", "IndexName": "g_sk", "KeyConditionExpression": "g = :g", "ExpressionAttributeValues": {":g": {"S": "g"}}, "ScanIndexForward": false, "Select": "COUNT", "Limit": 1}');
SELECT index_name, sum((dynamo.scan(jsonb_build_object('TableName', 'broken', 'IndexName', index_name, 'Select', 'COUNT', 'Segment', s, 'TotalSegments', total))->>'Count')::int) AS items
  FROM (VALUES ('g_sk', 1), ('g_sk', 3), ('sk_g', 1), ('sk_g', 2)) AS i (index_name, total), generate_series(0, total - 1) AS s GROUP BY index_name, total ORDER BY 1, total;
SELECT dynamo.delete_table('{"TableName": "broken"}') IS NOT NULL AS deleted;

DROP FUNCTION pages, segment, is_in_order, rows_read, start_error, owner;
DROP TABLE orders, parts;
