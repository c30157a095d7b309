-- Ranges and pages of every kind of index against the same rows by plain SQL:
-- with many equal index keys, values that index columns cut, U+0000 and U+0001,
-- and binaries of 0xFF.
SELECT dynamo.create_table('{"TableName": "ranges", "BillingMode": "PAY_PER_REQUEST",
  "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "S"},
                           {"AttributeName": "n", "AttributeType": "N"}, {"AttributeName": "g", "AttributeType": "S"},
                           {"AttributeName": "h", "AttributeType": "S"}, {"AttributeName": "a", "AttributeType": "S"},
                           {"AttributeName": "b", "AttributeType": "B"}],
  "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
  "LocalSecondaryIndexes": [{"IndexName": "by_n", "Projection": {"ProjectionType": "ALL"},
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}]}],
  "GlobalSecondaryIndexes": [
    {"IndexName": "g_n", "Projection": {"ProjectionType": "ALL"},
     "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}]},
    {"IndexName": "gh_ab", "Projection": {"ProjectionType": "ALL"},
     "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}, {"AttributeName": "h", "KeyType": "HASH"},
                   {"AttributeName": "a", "KeyType": "RANGE"}, {"AttributeName": "b", "KeyType": "RANGE"}]}]}') IS NOT NULL AS created;

-- Values of `a` differ in the bytes that a column of several still keeps, at its end, and after it.
CREATE TABLE samples AS
SELECT i, CASE i % 7 WHEN 0 THEN repeat('k', 1990) || i % 2 ELSE 'k' || i % 3 END AS pk, 's' || lpad((i * 37 % 211)::text, 3, '0') AS sk,
  CASE WHEN i % 11 > 0 THEN i % 4 END AS n, CASE WHEN i % 13 > 0 THEN 'g' || i % 2 END AS g, CASE WHEN i % 17 > 0 THEN 'h' END AS h,
  CASE WHEN i % 19 > 0 THEN repeat('p', (ARRAY[0, 0, 555, 561, 562, 563, 630, 632, 633, 700])[1 + i % 10]) || (ARRAY['a', 'é', E'\x01', 'b', '😀'])[1 + i / 10 % 5] END AS a,
  CASE WHEN i % 23 > 0 THEN decode(repeat('ff', (ARRAY[0, 1, 2, 560, 599, 600, 640])[1 + i % 7]) || to_hex(16 + i % 100), 'hex') END AS b
FROM generate_series(1, 400) i;

CREATE FUNCTION sample_item(s samples) RETURNS jsonb LANGUAGE sql AS $$
  SELECT jsonb_strip_nulls(jsonb_build_object('pk', jsonb_build_object('S', s.pk), 'sk', jsonb_build_object('S', s.sk), 'n', jsonb_build_object('N', s.n::text),
    'g', jsonb_build_object('S', s.g), 'h', jsonb_build_object('S', s.h), 'a', jsonb_build_object('S', s.a), 'b', jsonb_build_object('B', translate(encode(s.b, 'base64'), E'\n', '')))) - ARRAY(
    SELECT e.key FROM jsonb_each(to_jsonb(s)) e WHERE e.value = 'null') $$;
SELECT count(dynamo.put_item('ranges', sample_item(s))) FROM samples s;
DELETE FROM samples s USING samples t WHERE s.pk = t.pk AND s.sk = t.sk AND s.i < t.i;

-- The keys of a query's rows, page by page; the start of a page may have been deleted meanwhile.
CREATE FUNCTION paged(request jsonb, page_limit int, remove boolean DEFAULT false) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  answer jsonb;
  start jsonb;
  rows text := '';
BEGIN
  LOOP
    answer := dynamo.query(request || jsonb_build_object('TableName', 'ranges', 'Limit', page_limit)
      || CASE WHEN start IS NULL THEN '{}' ELSE jsonb_build_object('ExclusiveStartKey', start) END);
    rows := rows || coalesce((SELECT string_agg(right(r->'pk'->>'S', 2) || (r->'sk'->>'S'), ' ' ORDER BY o) || ' '
                              FROM jsonb_array_elements(answer->'Items') WITH ORDINALITY x (r, o)), '');
    start := answer->'LastEvaluatedKey';
    EXIT WHEN start IS NULL;
    IF remove THEN
      PERFORM dynamo.delete_item('ranges', jsonb_build_object('pk', start->'pk', 'sk', start->'sk'));
    END IF;
  END LOOP;
  RETURN rows;
END $$;

-- What plain SQL says to the same question: `condition` on samples, in `sort`.
CREATE FUNCTION expected(condition text, sort text, backward boolean) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  rows text;
BEGIN
  IF backward THEN sort := replace(sort, ',', ' DESC,') || ' DESC'; END IF;
  EXECUTE format('SELECT coalesce(string_agg(right(pk, 2) || sk, '' '' ORDER BY %s) || '' '', '''') FROM samples WHERE %s', sort, condition) INTO rows;
  RETURN rows;
END $$;

-- Each key condition on sort attribute `name`, with each operand, forward and backward.
CREATE FUNCTION differences(index_name text, key_condition text, key_values jsonb, sql_condition text, sort text,
                            name text, type text, OUT queries int, OUT non_empty int, OUT different int) LANGUAGE plpgsql AS $$
DECLARE
  operand text;
  condition text;
  sql_operand text;
  sql_sort_column text := CASE type WHEN 'S' THEN format('convert_to(%I, ''UTF8'')', name) ELSE quote_ident(name) END;
  request jsonb;
  backward boolean;
  want text;
BEGIN
  queries := 0; non_empty := 0; different := 0;
  FOR operand IN EXECUTE format('SELECT %s FROM samples WHERE i %% 9 = 0 AND %I IS NOT NULL', CASE type WHEN 'B' THEN format('encode(%I, ''base64'')', name) ELSE format('%I::text', name) END, name)
      || CASE type WHEN 'S' THEN format(' UNION SELECT left(%1$I, -1) FROM samples WHERE i %% 9 = 1 AND length(%1$I) > 1', name) ELSE ' GROUP BY 1' END LOOP
    sql_operand := CASE type WHEN 'S' THEN format('convert_to(%L, ''UTF8'')', operand) WHEN 'N' THEN operand ELSE format('decode(%L, ''base64'')', operand) END;
    FOREACH condition IN ARRAY ARRAY['=', '<', '<=', '>', '>=', 'begins_with'] LOOP
      CONTINUE WHEN condition = 'begins_with' AND type = 'N';
      FOREACH backward IN ARRAY ARRAY[false, true] LOOP
        request := jsonb_build_object('KeyConditionExpression', key_condition || ' AND ' || CASE condition WHEN 'begins_with' THEN 'begins_with(#x, :x)' ELSE '#x ' || condition || ' :x' END,
          'ExpressionAttributeNames', jsonb_build_object('#x', name), 'ScanIndexForward', NOT backward,
          'ExpressionAttributeValues', key_values || jsonb_build_object(':x', jsonb_build_object(type, translate(operand, CASE type WHEN 'B' THEN E'\n' ELSE '' END, ''))))
          || CASE WHEN index_name IS NULL THEN '{}' ELSE jsonb_build_object('IndexName', index_name) END;
        want := expected(sql_condition || ' AND ' || CASE condition
          WHEN 'begins_with' THEN format('substr(%1$s, 1, octet_length(%2$s)) = %2$s', sql_sort_column, sql_operand)
          ELSE format('%s %s %s', sql_sort_column, condition, sql_operand) END, sort, backward);
        queries := queries + 1;
        IF want <> '' THEN non_empty := non_empty + 1; END IF;
        IF want <> paged(request, 1000) OR (queries % 5 = 0 AND want <> paged(request, 3)) THEN different := different + 1; END IF;
      END LOOP;
    END LOOP;
  END LOOP;
END $$;

SELECT * FROM differences(NULL, 'pk = :p', '{":p": {"S": "k1"}}', $$pk = 'k1'$$, 'sk', 'sk', 'S');
SELECT * FROM differences(NULL, 'pk = :p', jsonb_build_object(':p', jsonb_build_object('S', repeat('k', 1990) || 1)), $$pk = repeat('k', 1990) || 1$$, 'sk', 'sk', 'S');
SELECT * FROM differences('by_n', 'pk = :p', '{":p": {"S": "k1"}}', $$pk = 'k1'$$, 'n, pk, sk', 'n', 'N');
-- A suffix of a long key is cut: rows of equal index keys come in the order of the cut one.
CREATE FUNCTION suffix(s samples) RETURNS bytea LANGUAGE sql AS $$
  SELECT dynamo.key_suffix(jsonb_build_object('pk', s.pk, 'sk', s.sk), 'pk', 'sk') $$;
SELECT * FROM differences('g_n', 'g = :g', '{":g": {"S": "g1"}}', $$g = 'g1'$$, 'n, suffix(samples)', 'n', 'N');
-- Long values of `a` are cut as well, and come in the order of the cut ones; none is lost, none too many.
CREATE FUNCTION cut_a(s samples) RETURNS bytea LANGUAGE sql AS $$
  SELECT convert_to(dynamo.key_text(jsonb_build_object('a', s.a), 'a', 632), 'UTF8') $$;
CREATE FUNCTION cut_b(s samples) RETURNS bytea LANGUAGE sql AS $$
  SELECT dynamo.key_binary(jsonb_build_object('b', jsonb_build_object('$b', translate(encode(s.b, 'base64'), E'\n', ''))), 'b', 632) $$;
SELECT * FROM differences('gh_ab', 'g = :g AND h = :h', '{":g": {"S": "g1"}, ":h": {"S": "h"}}', $$g = 'g1' AND h = 'h' AND b IS NOT NULL$$,
  'cut_a(samples), cut_b(samples), suffix(samples)', 'a', 'S');
SELECT * FROM differences('gh_ab', 'g = :g AND h = :h AND a = :a', jsonb_build_object(':g', '{"S": "g1"}'::jsonb, ':h', '{"S": "h"}'::jsonb, ':a', jsonb_build_object('S', repeat('p', 561) || 'a')),
  $$g = 'g1' AND h = 'h' AND a = repeat('p', 561) || 'a'$$, 'cut_b(samples), suffix(samples)', 'b', 'B');

-- Between two bounds; and a start beyond the range or before it is an error or nothing, never a wrong row.
SELECT paged('{"IndexName": "g_n", "KeyConditionExpression": "g = :g AND n BETWEEN :x AND :y", "ExpressionAttributeValues": {":g": {"S": "g1"}, ":x": {"N": "1"}, ":y": {"N": "2"}}}', 4)
  = expected($$g = 'g1' AND n BETWEEN 1 AND 2$$, 'n, suffix(samples)', false) AS same;

-- A page resumes exactly where its start was deleted, among many equal index keys.
BEGIN;
SELECT paged('{"IndexName": "g_n", "KeyConditionExpression": "g = :g", "ExpressionAttributeValues": {":g": {"S": "g1"}}}', 2, true)
  = expected($$g = 'g1' AND n IS NOT NULL$$, 'n, suffix(samples)', false) AS same;
ROLLBACK;
BEGIN;
SELECT paged('{"IndexName": "g_n", "KeyConditionExpression": "g = :g", "ExpressionAttributeValues": {":g": {"S": "g1"}}, "ScanIndexForward": false}', 2, true)
  = expected($$g = 'g1' AND n IS NOT NULL$$, 'n, suffix(samples)', true) AS same;
ROLLBACK;

-- Segments: each item of the table or index in exactly one, in the same order over pages.
CREATE FUNCTION scanned(index_name text, segment int, total int, page_limit int) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
  answer jsonb;
  start jsonb;
BEGIN
  LOOP
    answer := dynamo.scan(jsonb_build_object('TableName', 'ranges', 'Segment', segment, 'TotalSegments', total, 'Limit', page_limit)
      || CASE WHEN start IS NULL THEN '{}' ELSE jsonb_build_object('ExclusiveStartKey', start) END
      || CASE WHEN index_name IS NULL THEN '{}' ELSE jsonb_build_object('IndexName', index_name) END);
    RETURN QUERY SELECT right(r->'pk'->>'S', 2) || (r->'sk'->>'S') FROM jsonb_array_elements(answer->'Items') r;
    start := answer->'LastEvaluatedKey';
    EXIT WHEN start IS NULL;
  END LOOP;
END $$;
SELECT index_name, bool_and(ARRAY(SELECT r FROM generate_series(0, total - 1) s, scanned(index_name, s, total, 1000) r ORDER BY r)
    = ARRAY(SELECT right(pk, 2) || sk FROM samples s WHERE CASE index_name WHEN 'by_n' THEN n IS NOT NULL WHEN 'g_n' THEN g IS NOT NULL AND n IS NOT NULL
      WHEN 'gh_ab' THEN g IS NOT NULL AND h IS NOT NULL AND a IS NOT NULL AND b IS NOT NULL ELSE true END ORDER BY 1)) AS complete,
  bool_and(ARRAY(SELECT scanned(index_name, total / 2, total, 7)) = ARRAY(SELECT scanned(index_name, total / 2, total, 1000))) AS pages_alike
FROM unnest(ARRAY[NULL, 'by_n', 'g_n', 'gh_ab']) index_name, unnest(ARRAY[1, 2, 3, 4, 7, 8, 21, 64]) total GROUP BY 1 ORDER BY 1;

DROP TABLE dynamo_tables.ranges, samples CASCADE;
DROP FUNCTION paged, expected, differences, scanned;
