-- Whatever way a SELECT takes, it finds what a scan with the same WHERE finds, in the order that ORDER BY asks for, and
-- the same over pages of any size: checked on statements made at random.
\set SHOW_CONTEXT never
SELECT dynamo.create_table('{"TableName": "Random", "BillingMode": "PAY_PER_REQUEST",
  "AttributeDefinitions": [{"AttributeName": "p", "AttributeType": "S"}, {"AttributeName": "s", "AttributeType": "N"}, {"AttributeName": "g", "AttributeType": "S"}, {"AttributeName": "h", "AttributeType": "S"}],
  "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
  "LocalSecondaryIndexes": [{"IndexName": "Local", "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "h", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "ALL"}}],
  "GlobalSecondaryIndexes": [
    {"IndexName": "Global", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}, {"AttributeName": "h", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL AS created;
SELECT count(dynamo.put_item('Random', dynamo.marshall(jsonb_build_object('p', p, 's', s, 'g', 'g' || (s + ascii(p)) % 3, 'h', 'h' || s % 4, 'v', (s * 7 + ascii(p)) % 5))))
FROM unnest('{a,b,c,d}'::text[]) p, generate_series(1, 8) s;

CREATE FUNCTION pick(VARIADIC choices text[]) RETURNS text LANGUAGE sql AS $$ SELECT choices[1 + floor(random() * cardinality(choices))::int] $$;
CREATE FUNCTION value(attribute text, digit text DEFAULT pick('0', '1', '2', '3', '4', '5', '9')) RETURNS text LANGUAGE sql AS $$
  SELECT CASE attribute WHEN 's' THEN digit WHEN 'v' THEN digit WHEN 'p' THEN quote_literal(chr(96 + digit::int)) ELSE quote_literal(attribute || digit) END $$;
-- Comparisons that pin an attribute, and any.
CREATE FUNCTION pin(a text) RETURNS text LANGUAGE sql AS $$
  SELECT pick(format('%s = %s', a, value(a)), format('%s = %s', value(a), a), format('%s IN [%s, %s, %s]', a, value(a, pick('0', '1')), value(a, pick('2', '3', '4')), value(a, pick('5', '9'))), format('(%s = %s OR %s = %s)', a, value(a), a, value(a))) $$;
CREATE FUNCTION pins(attributes text[]) RETURNS text LANGUAGE sql AS $$ SELECT string_agg(pin(a), ' AND ') FROM unnest(attributes) a $$;
CREATE FUNCTION comparison(a text) RETURNS text LANGUAGE sql AS $$
  SELECT pick(pin(a), format('%s %s %s', a, pick('<', '<=', '>', '>=', '<>'), value(a)), format('%s %s %s', value(a), pick('<', '<=', '>', '>='), a),
    format('%s BETWEEN %s AND %s', a, value(a, pick('1', '2')), value(a, pick('3', '4'))), CASE WHEN a IN ('s', 'v') THEN pin(a) ELSE format('begins_with(%s, %s)', a, pick(value(a), quote_literal(a))) END) $$;
CREATE FUNCTION condition(depth integer) RETURNS text LANGUAGE sql AS $$
  SELECT CASE WHEN depth = 0 OR random() < 0.3 THEN comparison(pick('p', 's', 'g', 'h', 'v')) ELSE format('(%s %s %s)', condition(depth - 1), pick('AND', 'AND', 'OR', 'AND NOT'), condition(depth - 1)) END $$;

-- A table or index, conditions that pin its partitions, and orders that it can give; %s is a direction.
CREATE TABLE source (name text, pins text[], orders text[]);
INSERT INTO source VALUES
  ('"Random"', '{p}', '{s %s,p %s,"p %s, s %s","s %s, p %s"}'), ('"Random"', '{p,s}', '{s %s,p %s,"p %s, s %s","s %s, p %s"}'),
  ('"Random"."Local"', '{p}', '{h %s,"p %s, h %s","h %s, p %s"}'), ('"Random"."Global"', '{g}', '{h %s,"g %s, h %s"}'), ('"Random"."Global"', '{g,h}', '{h %s,"h %s, g %s"}');

CREATE FUNCTION items(statement text, size integer DEFAULT NULL) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE page jsonb; items jsonb := '[]'; token text;
BEGIN
  LOOP
    page := dynamo.execute_statement(statement, "limit" => size, next_token => token);
    items := items || (page -> 'Items');
    token := page ->> 'NextToken';
    IF token IS NULL OR jsonb_array_length(items) > 32 THEN RETURN items; END IF;
  END LOOP;
END $$;
-- Sorting again, equal ones as they were, changes nothing.
CREATE FUNCTION is_ordered(items jsonb, terms text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE again jsonb; BEGIN
  EXECUTE format('SELECT jsonb_agg(i ORDER BY %s, n) FROM jsonb_array_elements($1) WITH ORDINALITY l(i, n)',
    regexp_replace(replace(terms, 's ', '(i #>> ''{s,N}'')::numeric '), '\m([pgh]) ', '(i #>> ''{\1,S}'') COLLATE "C" ', 'g')) INTO again USING items;
  RETURN again IS NULL OR again = items;
END $$;
SELECT is_ordered('[{"s": {"N": "2"}, "h": {"S": "x"}}, {"s": {"N": "10"}, "h": {"S": "y"}}]', 's ASC, h DESC'), is_ordered('[{"s": {"N": "2"}}, {"s": {"N": "10"}}]', 's DESC'), is_ordered('[{"h": {"S": "a"}}, {"h": {"S": "b"}}]', 'h DESC');

DO $$
DECLARE
  source record; condition text; terms text; statement text; got jsonb; several integer := 0;
BEGIN
  FOR i IN 1..200 LOOP
    SELECT name, pins, orders[1 + floor(random() * cardinality(orders))::int] AS terms INTO source FROM source ORDER BY random() LIMIT 1;
    condition := condition(2);
    terms := NULL;
    IF random() < 0.8 THEN
      condition := pick(pins(source.pins), pins(source.pins), format('(%s OR %s OR %s)', pins(source.pins), pins(source.pins), pins(source.pins))) || CASE WHEN random() < 0.6 THEN ' AND ' || condition ELSE '' END;
      IF random() < 0.7 THEN
        terms := format(source.terms, pick('ASC', 'DESC'), pick('ASC', 'DESC'));
      END IF;
    END IF;
    statement := format('SELECT * FROM %s WHERE %s', source.name, condition) || coalesce(' ORDER BY ' || terms, '');
    BEGIN
      got := items(statement);
    EXCEPTION WHEN SQLSTATE 'DY001' THEN
      -- what would read an item twice is refused
      IF SQLERRM NOT LIKE 'Overlapping conditions%' THEN RAISE; END IF;
      CONTINUE;
    END;
    IF jsonb_array_length(got) > 1 THEN several := several + 1; END IF;
    IF (SELECT array_agg(l ORDER BY l) FROM jsonb_array_elements(got) l) IS DISTINCT FROM
       (SELECT array_agg(l ORDER BY l) FROM jsonb_array_elements(items(format('SELECT * FROM %s WHERE (%s) OR nothing = 1', source.name, condition))) l) THEN
      RAISE WARNING 'other items than a scan: %', statement;
    END IF;
    IF got <> items(statement, 1 + i % 5) THEN RAISE WARNING 'other items in pages: %', statement; END IF;
    IF terms IS NOT NULL AND NOT is_ordered(got, terms) THEN RAISE WARNING 'not in order: %', statement; END IF;
  END LOOP;
  RAISE NOTICE '%', CASE WHEN several > 15 THEN 'done' ELSE 'too few statements found several items' END;
END $$;
DROP TABLE source;
DROP FUNCTION pick, value, pin, pins, comparison, condition, items, is_ordered;
SELECT dynamo.delete_table('{"TableName": "Random"}') IS NOT NULL AS deleted;
