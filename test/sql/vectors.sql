-- Vectors in items, their distances, vector indexes, and searches in them.
\set VERBOSITY terse

-- Vectors and distances.
SELECT dynamo.vector_of('{"v": [0.1, 2, -35000000000, 16777217, 3.4028235e38]}', 'v');
SELECT dynamo.vector_of(item, 'v') IS NULL AS no_vector
FROM (VALUES ('{"v": [3.5e38]}'::jsonb), ('{"v": ["x"]}'), ('{"v": []}'), ('{"v": 1}'), ('{}')) items (item);
SELECT dynamo.cosine_distance('{1,0}', '{0,2}'), dynamo.cosine_distance('{0,0}', '{0,2}') AS of_zero,
	dynamo.euclidean_distance('{1,2}', '{4,6}'), dynamo.dot_product('{1,2}', '{3,4}');
SELECT dynamo.dot_product('{1,2}', '{1,2,3}');
SELECT dynamo.dot_product('{1,2}', '{1,NULL}');

-- The same floats as the server makes of numbers.
SELECT count(*) AS differ FROM (
	SELECT (random() - 0.5)::numeric * 10::numeric ^ ((random() * 70 - 40)::integer) AS x FROM generate_series(1, 5000)
	UNION ALL SELECT round((random() - 0.5)::numeric, 17) FROM generate_series(1, 5000)) numbers
WHERE abs(x) BETWEEN 1e-37 AND 3.4e38
	AND dynamo.vector_of(jsonb_build_object('v', jsonb_build_array(x)), 'v') IS DISTINCT FROM ARRAY[x::real];

-- What an index holds of an item.
SELECT dynamo.vector_code('{"v": [1, -1, 0.5], "c": "abcdefgh", "n": 5}', 'v 3 8 4 S:c N:n'),
	dynamo.vector_code('{"v": [1, -1, 0.5], "c": "abc"}', 'v 3 4 32 S:c N:n') AS of_four_bits;
SELECT dynamo.vector_code(item, 'v 2 8 4 S:c') IS NULL AS not_held
FROM (VALUES ('{"v": [1, 2]}'::jsonb), ('{"v": [1, 2, 3]}'), ('{"v": [1, 2], "c": 1}'), ('{}')) items (item);
SELECT dynamo.vector_code('{}', 'v 0 8 4');

-- Definitions.
CREATE FUNCTION vector_index(name text, more jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_build_object('IndexName', name, 'VectorAttribute', jsonb_build_object('AttributeName', 'v'),
		'Projection', '{"ProjectionType": "ALL"}'::jsonb, 'Dimensions', 3, 'DistanceFunction', 'EUCLIDEAN') || more
$$;
CREATE FUNCTION try_create(indexes jsonb, more jsonb DEFAULT '{}') RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM dynamo.create_table(jsonb_build_object('TableName', 'VectorTry',
		'AttributeDefinitions', '[{"AttributeName": "id", "AttributeType": "S"}]'::jsonb,
		'KeySchema', '[{"AttributeName": "id", "KeyType": "HASH"}]'::jsonb,
		'BillingMode', 'PAY_PER_REQUEST', 'VectorIndexes', indexes) || more);
	PERFORM dynamo.delete_table('{"TableName": "VectorTry"}');
	RETURN 'created';
EXCEPTION WHEN OTHERS THEN
	RETURN sqlerrm;
END $$;
SELECT try_create(jsonb_build_array(vector_index('vx')));
SELECT try_create(jsonb_build_array(vector_index('one'), vector_index('two') - 'Projection'));
SELECT try_create(jsonb_build_array(vector_index('one', '{"DistanceFunction": "cosine"}')));
SELECT try_create(jsonb_build_array(vector_index('one', '{"Dimensions": 0.67}')));
SELECT try_create(jsonb_build_array(vector_index('one', '{"Dimensions": 4097}')));
SELECT try_create(jsonb_build_array(vector_index('one', '{"SearchSchema": []}')));
SELECT try_create(jsonb_build_array(vector_index('one')), '{"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}');
SELECT try_create(jsonb_build_array(vector_index('one', '{"SearchSchema": [{"AttributeName": "c", "SearchSchemaElementType": "HASH"}]}')));
SELECT try_create((SELECT jsonb_agg(vector_index('index' || i)) FROM generate_series(1, 6) i));
SELECT try_create(jsonb_build_array(vector_index('one'), vector_index('two', '{"Dimensions": 4}')));
SELECT try_create(jsonb_build_array(vector_index('one', '{"VectorAttribute": {"AttributeName": "id"}}')));
SELECT try_create(jsonb_build_array(vector_index('one'), vector_index('one')));
SELECT try_create(jsonb_build_array(vector_index('one', '{"SearchSchema": [{"AttributeName": "id", "SearchSchemaElementType": "HASH"}, {"AttributeName": "id", "SearchSchemaElementType": "INLINE_FILTER"}]}')));
SELECT try_create(jsonb_build_array(vector_index('one', '{"Projection": {"ProjectionType": "INCLUDE"}}')));
SELECT try_create(jsonb_build_array(vector_index('one', jsonb_build_object('Projection', jsonb_build_object('ProjectionType', 'INCLUDE',
	'NonKeyAttributes', (SELECT jsonb_agg('a' || i) FROM generate_series(1, 20) i))))));
SELECT try_create(jsonb_build_array(vector_index('one', '{"Dimensions": 4096}')));

-- A table with three of them.
SELECT dynamo.create_table('{"TableName": "Vectors", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "tenant", "AttributeType": "S"},
		{"AttributeName": "price", "AttributeType": "N"}, {"AttributeName": "kind", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
	"VectorIndexes": [
		{"IndexName": "cosine", "VectorAttribute": {"AttributeName": "v"}, "Dimensions": 3, "DistanceFunction": "COSINE",
			"Projection": {"ProjectionType": "ALL"},
			"SearchSchema": [{"AttributeName": "price", "SearchSchemaElementType": "INLINE_FILTER"},
				{"AttributeName": "tenant", "SearchSchemaElementType": "HASH"},
				{"AttributeName": "kind", "SearchSchemaElementType": "INLINE_FILTER"}]},
		{"IndexName": "euclidean", "VectorAttribute": {"AttributeName": "v"}, "Dimensions": 3, "DistanceFunction": "EUCLIDEAN",
			"Projection": {"ProjectionType": "KEYS_ONLY"}},
		{"IndexName": "product", "VectorAttribute": {"AttributeName": "v"}, "Dimensions": 3, "DistanceFunction": "DOT_PRODUCT",
			"Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["note"]}}]}'::jsonb)
	#> '{TableDescription,VectorIndexes,0,IndexStatus}' AS status;
SELECT jsonb_pretty((index - 'IndexArn')) FROM jsonb_array_elements(
	dynamo.describe_table('{"TableName": "Vectors"}'::jsonb) #> '{Table,VectorIndexes}') indexes (index);

-- Writes.
CREATE FUNCTION try_put(item jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM dynamo.put_item(jsonb_build_object('TableName', 'Vectors', 'Item', dynamo.marshall(item)));
	RETURN 'put';
EXCEPTION WHEN OTHERS THEN
	RETURN sqlerrm;
END $$;
SELECT item ->> 'id' AS id, try_put(item) FROM (VALUES
	('{"id": "a", "tenant": "t", "v": [1, 0, 0], "price": 1, "kind": "x", "note": "first"}'::jsonb),
	('{"id": "b", "tenant": "t", "v": [0.9, 0.1, 0], "price": 2, "kind": "y"}'),
	('{"id": "c", "tenant": "t", "v": [0, 1, 0], "price": 10, "kind": "x"}'),
	('{"id": "d", "tenant": "u", "v": [1, 1, 1], "price": 3}'),
	('{"id": "e", "v": [0, 0, 0]}'),
	('{"id": "f", "tenant": "t"}'),
	('{"id": "g", "v": [1, 2]}'), ('{"id": "g", "v": "1"}'), ('{"id": "g", "v": [1, "2", 3]}'),
	('{"id": "g", "v": [1, 350000000000000000000000000000000000000, 3]}'),
	('{"id": "g", "v": [1, -350100000000000000000000000000000000000, 3]}'),
	('{"id": "g", "tenant": 1}'), ('{"id": "g", "tenant": ""}'), ('{"id": "g", "price": "1"}')) items (item);
SELECT dynamo.update_item('{"TableName": "Vectors", "Key": {"id": {"S": "a"}}, "UpdateExpression": "SET v = :v", "ExpressionAttributeValues": {":v": {"S": "x"}}}'::jsonb);
SELECT dynamo.update_item('{"TableName": "Vectors", "Key": {"id": {"S": "a"}}, "UpdateExpression": "SET tenant = :t", "ExpressionAttributeValues": {":t": {"S": ""}}}'::jsonb);
SELECT dynamo.put_item('{"TableName": "Vectors", "ReturnConsumedCapacity": "INDEXES", "Item": {"id": {"S": "a"}, "tenant": {"S": "t"},
	"v": {"L": [{"N": "1"}, {"N": "0"}, {"N": "0"}]}, "price": {"N": "1"}, "kind": {"S": "x"}, "note": {"S": "other"}}}'::jsonb);

-- Searches.
CREATE FUNCTION search(index_name text, vector jsonb, more jsonb DEFAULT '{}') RETURNS TABLE (result jsonb) LANGUAGE sql AS $$
	SELECT jsonb_array_elements(dynamo.search_vectors(jsonb_build_object('TableName', 'Vectors', 'IndexName', index_name,
		'SearchVector', (SELECT jsonb_agg(jsonb_build_object('N', element)) FROM jsonb_array_elements_text(vector) elements (element)),
		'TopK', 3) || more) -> 'SearchResults')
$$;
SELECT * FROM search('euclidean', '[1, 0, 0]');
SELECT * FROM search('product', '[1, 1, 1]', '{"TopK": 2}');
SELECT * FROM search('cosine', '[1, 0, 0]', '{"SearchConditionExpression": "tenant = :t", "ExpressionAttributeValues": {":t": {"S": "t"}},
	"ProjectionExpression": "id, v[1]"}');
SELECT condition, (SELECT string_agg(result #>> '{Item,id,S}', ' ' ORDER BY (result ->> 'Score')::float8) FROM search('cosine', '[1, 0, 0]',
	jsonb_build_object('ProjectionExpression', 'id', 'SearchConditionExpression', 'tenant = :t AND (' || condition || ')', 'ExpressionAttributeValues',
	'{":t": {"S": "t"}}'::jsonb || operands)))
FROM (VALUES ('price < :p', '{":p": {"N": "2.0"}}'::jsonb), ('price <= :p', '{":p": {"N": "2.0"}}'), (':p < price', '{":p": {"N": "1"}}'),
	('kind IN (:x, :y)', '{":x": {"S": "x"}, ":y": {"S": "z"}}'), ('price BETWEEN :p AND :q', '{":p": {"N": "2"}, ":q": {"N": "10"}}'),
	('kind = :y OR price > :p', '{":y": {"S": "y"}, ":p": {"N": "5"}}'), ('NOT kind = :x', '{":x": {"S": "x"}}'), ('kind <> :x', '{":x": {"S": "x"}}'),
	('begins_with(kind, :x)', '{":x": {"S": "x"}}'), ('attribute_exists(kind)', '{}')) conditions (condition, operands);
SELECT result #>> '{Item,id,S}' AS id, result -> 'Score' AS score FROM search('cosine', '[-1, -1, -1]', '{"SearchConditionExpression": "tenant = :t", "ExpressionAttributeValues": {":t": {"S": "u"}}}');
SELECT * FROM dynamo.nearest('Vectors', 'cosine', '{0,1,0}', 1, 'tenant = :t AND kind = :k', NULL, '{":t": {"S": "t"}, ":k": {"S": "x"}}');
SELECT dynamo.search_vectors('{"TableName": "Vectors", "IndexName": "euclidean", "SearchVector": [{"N": "0"}, {"N": "0"}, {"N": "0"}], "TopK": 1, "ReturnConsumedCapacity": "TOTAL"}') ;

-- Searches that are refused.
CREATE FUNCTION try_search(index_name text, vector jsonb, more jsonb DEFAULT '{}') RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT count(*) FROM search(index_name, vector, more)) || ' results';
EXCEPTION WHEN OTHERS THEN
	RETURN sqlerrm;
END $$;
SELECT try_search('xx', '[1, 0, 0]');
SELECT try_search('euclidean', '[1, 0, 0]', '{"SearchVector": []}');
SELECT try_search('euclidean', '[1, 0, 0]', '{"TopK": 0}');
SELECT try_search('euclidean', '[1, 0, 0]', '{"TopK": 101}');
SELECT try_search('euclidean', '["NaN", 0, 0]'), try_search('euclidean', '["1e39", 0, 0]'), try_search('euclidean', '["0x1", 0, 0]');
SELECT try_search('euclidean', '[1, 0, 0]', '{"SearchVector": [{"S": "1"}]}');
SELECT try_search('euclidean', '[1, 0]');
SELECT try_search('nothing', '[1, 0, 0]');
SELECT try_search('euclidean', '[1, 0, 0]', '{"TableName": "NoVectors"}');
SELECT try_search('euclidean', '[1, 0, 0]', '{"ExpressionAttributeValues": {":t": {"S": "t"}}}');
SELECT try_search('euclidean', '[1, 0, 0]', '{"SearchConditionExpression": "id = :t", "ExpressionAttributeValues": {":t": {"S": "t"}}}');
SELECT try_search('cosine', '[1, 0, 0]');
SELECT try_search('cosine', '[1, 0, 0]', jsonb_build_object('SearchConditionExpression', condition, 'ExpressionAttributeValues', operands))
FROM (VALUES ('kind = :t', '{":t": {"S": "t"}}'::jsonb), ('tenant = :t OR kind = :t', '{":t": {"S": "t"}}'), ('tenant = :t', '{":t": {"N": "1"}}'),
	('tenant = :t', '{":t": {"S": ""}}'), ('tenant.x = :t', '{":t": {"S": "t"}}'), ('tenant = :t AND contains(kind, :t)', '{":t": {"S": "t"}}'),
	('tenant = :t AND size(kind) = :n', '{":t": {"S": "t"}, ":n": {"N": "1"}}'), ('tenant = :t AND kind = tenant', '{":t": {"S": "t"}}'),
	('tenant = ', '{":t": {"S": "t"}}')) conditions (condition, operands);
SELECT dynamo.query('{"TableName": "Vectors", "IndexName": "cosine", "KeyConditionExpression": "tenant = :t", "ExpressionAttributeValues": {":t": {"S": "t"}}}'::jsonb);
SELECT dynamo.scan('{"TableName": "Vectors", "IndexName": "cosine", "ConsistentRead": true}'::jsonb);
SELECT dynamo.execute_statement('{"Statement": "SELECT * FROM \"Vectors\".\"cosine\""}'::jsonb);

-- Exactness: random vectors, with dead entries, updates, equal, zero and one-hot ones, against all items.
SELECT dynamo.create_table(jsonb_build_object('TableName', 'Exact', 'BillingMode', 'PAY_PER_REQUEST',
	'AttributeDefinitions', '[{"AttributeName": "id", "AttributeType": "N"}, {"AttributeName": "g", "AttributeType": "N"}]'::jsonb,
	'KeySchema', '[{"AttributeName": "id", "KeyType": "HASH"}]'::jsonb,
	'VectorIndexes', (SELECT jsonb_agg(jsonb_build_object('IndexName', f, 'VectorAttribute', '{"AttributeName": "v"}'::jsonb, 'Dimensions', 17,
		'DistanceFunction', f, 'Projection', '{"ProjectionType": "KEYS_ONLY"}'::jsonb, 'SearchSchema', '[{"AttributeName": "g", "SearchSchemaElementType": "INLINE_FILTER"}]'::jsonb))
		FROM unnest('{COSINE,EUCLIDEAN,DOT_PRODUCT}'::text[]) f))) IS NOT NULL AS created;
SELECT setseed(0.5);
CREATE TEMP VIEW vectors AS SELECT i AS id, i % 7 AS g, CASE
	WHEN i % 50 = 0 THEN (SELECT jsonb_agg(0) FROM generate_series(1, 17))
	WHEN i % 41 = 0 THEN (SELECT jsonb_agg((i / 41 % 17 = j)::integer) FROM generate_series(0, 16) j)
	WHEN i % 37 = 0 THEN (SELECT jsonb_agg(1) FROM generate_series(1, 17))
	ELSE (SELECT jsonb_agg(round((random() - 0.3)::numeric * i + 0 * j, 5)) FROM generate_series(1, 17) j) END AS v
FROM generate_series(1, 1500) i;
INSERT INTO dynamo_tables."Exact" SELECT jsonb_build_object('id', id, 'g', g, 'v', v) FROM vectors;
DELETE FROM dynamo_tables."Exact" WHERE (item ->> 'id')::integer % 3 = 1;
UPDATE dynamo_tables."Exact" SET item = item || jsonb_build_object('v', (SELECT jsonb_agg(-e::numeric) FROM jsonb_array_elements_text(item -> 'v') e))
WHERE (item ->> 'id')::integer % 3 = 2;
BEGIN;
DELETE FROM dynamo_tables."Exact";
ROLLBACK;
CREATE FUNCTION rank_of(f text, a real[], b real[]) RETURNS real LANGUAGE sql AS $$
	SELECT CASE f WHEN 'COSINE' THEN dynamo.cosine_distance(a, b) WHEN 'EUCLIDEAN' THEN dynamo.euclidean_distance(a, b)
		ELSE dynamo.dot_product(a, b) END::real
$$;
-- Scores are compared, since ties have no order.
SELECT f, count(*) AS searches, count(*) FILTER (WHERE searched IS DISTINCT FROM expected) AS wrong FROM (
	SELECT f, (SELECT array_agg(score::real ORDER BY score * sign) FROM dynamo.nearest('Exact', f, q, k, condition, NULL, operands)) AS searched,
		(SELECT array_agg(rank ORDER BY rank * sign) FROM (SELECT rank FROM dynamo_tables."Exact", rank_of(f, q, dynamo.vector_of(item, 'v')) rank
			WHERE condition IS NULL OR item -> 'g' = '3' ORDER BY rank * sign LIMIT k) ranks) AS expected
	FROM unnest('{COSINE,EUCLIDEAN,DOT_PRODUCT}'::text[]) f, LATERAL (SELECT CASE f WHEN 'DOT_PRODUCT' THEN -1 ELSE 1 END AS sign) s,
		(VALUES (1), (10), (100)) ks (k), (VALUES (NULL, NULL), ('g = :g', '{":g": {"N": "3"}}'::jsonb)) conditions (condition, operands),
		(SELECT array_agg((random() - 0.5)::real) AS q FROM generate_series(1, 85) i GROUP BY i % 5
			UNION ALL SELECT array_agg(0::real) FROM generate_series(1, 17)
			UNION ALL SELECT array_agg((i = 3)::integer::real) FROM generate_series(1, 17) i) queries) searches
GROUP BY f ORDER BY f;

-- Elements of four bits, an odd number of them, and as many filters and as long a HASH as there may be.
CREATE FUNCTION wide_table(dimensions integer, filters integer) RETURNS boolean LANGUAGE sql AS $$
	SELECT dynamo.create_table(jsonb_build_object('TableName', 'Wide' || dimensions, 'BillingMode', 'PAY_PER_REQUEST',
		'AttributeDefinitions', (SELECT jsonb_agg(jsonb_build_object('AttributeName', name, 'AttributeType', 'S')) FROM
			(SELECT unnest('{id,tenant}'::text[]) UNION ALL SELECT 'f' || i FROM generate_series(1, filters) i) names (name)),
		'KeySchema', '[{"AttributeName": "id", "KeyType": "HASH"}]'::jsonb, 'VectorIndexes', jsonb_build_array(vector_index('wide',
			jsonb_build_object('Dimensions', dimensions, 'DistanceFunction', 'COSINE', 'Projection', '{"ProjectionType": "KEYS_ONLY"}'::jsonb,
			'SearchSchema', (SELECT jsonb_agg(jsonb_build_object('AttributeName', name, 'SearchSchemaElementType', type)) FROM
				(SELECT 'tenant', 'HASH' UNION ALL SELECT 'f' || i, 'INLINE_FILTER' FROM generate_series(1, filters) i) names (name, type))))))) IS NOT NULL $$;
SELECT wide_table(4096, 18), wide_table(2701, 0);
INSERT INTO dynamo_tables."Wide4096" SELECT jsonb_build_object('id', i::text, 'tenant', repeat('t', 2000) || i % 2,
	'v', (SELECT jsonb_agg(round(random()::numeric - 0.5, 6) + 0 * i * j) FROM generate_series(1, 4096) j)) ||
	(SELECT jsonb_object_agg('f' || f, repeat('x', 100) || i % 3) FROM generate_series(1, 18) f) FROM generate_series(1, 60) i;
INSERT INTO dynamo_tables."Wide2701" SELECT jsonb_build_object('id', i::text, 'tenant', 't',
	'v', (SELECT jsonb_agg(round(random()::numeric - 0.5, 6) + 0 * i * j) FROM generate_series(1, 2701) j)) FROM generate_series(1, 60) i;
WITH query AS (SELECT dynamo.vector_of(item, 'v') AS q FROM dynamo_tables."Wide4096" WHERE item ->> 'id' = '8')
SELECT (SELECT array_agg(n.item ->> 'id' ORDER BY score) FROM dynamo.nearest('Wide4096', 'wide', q, 5, 'tenant = :t AND f7 = :f', NULL,
		jsonb_build_object(':t', jsonb_build_object('S', repeat('t', 2000) || 0), ':f', jsonb_build_object('S', repeat('x', 100) || 2))) n)
	= (SELECT array_agg(id ORDER BY d) FROM (SELECT item ->> 'id' AS id, d FROM dynamo_tables."Wide4096", dynamo.cosine_distance(dynamo.vector_of(item, 'v'), q) d
		WHERE (item ->> 'id')::integer % 6 = 2 ORDER BY d LIMIT 5) nearest) AS same
FROM query;
WITH query AS (SELECT dynamo.vector_of(item, 'v') AS q FROM dynamo_tables."Wide2701" WHERE item ->> 'id' = '8')
SELECT (SELECT array_agg(n.item ->> 'id' ORDER BY score) FROM dynamo.nearest('Wide2701', 'wide', q, 5, 'tenant = :t', NULL, '{":t": {"S": "t"}}') n)
	= (SELECT array_agg(id ORDER BY d) FROM (SELECT item ->> 'id' AS id, d FROM dynamo_tables."Wide2701", dynamo.cosine_distance(dynamo.vector_of(item, 'v'), q) d
		ORDER BY d LIMIT 5) nearest) AS same
FROM query;
SELECT dynamo.delete_table('{"TableName": "Wide4096"}') IS NOT NULL, dynamo.delete_table('{"TableName": "Wide2701"}') IS NOT NULL;

-- Updates of other attributes are HOT. What this session did before may still be in the counts.
CREATE VIEW hot_updates AS SELECT sum(n_tup_hot_upd) AS hot FROM pg_stat_xact_user_tables WHERE schemaname = 'dynamo_tables' AND relname LIKE 'Vectors/%';
BEGIN;
SELECT hot AS before FROM hot_updates \gset
SELECT dynamo.update_item('{"TableName": "Vectors", "Key": {"id": {"S": "a"}}, "UpdateExpression": "SET n = :n", "ExpressionAttributeValues": {":n": {"N": "1"}}}'::jsonb) IS NOT NULL AS updated;
SELECT hot - :before AS hot FROM hot_updates;
SELECT dynamo.update_item('{"TableName": "Vectors", "Key": {"id": {"S": "a"}}, "UpdateExpression": "SET price = :n", "ExpressionAttributeValues": {":n": {"N": "7"}}}'::jsonb) IS NOT NULL AS updated;
SELECT hot - :before AS hot FROM hot_updates;
-- The transaction's own writes are seen.
SELECT item -> 'price' AS price FROM dynamo.nearest('Vectors', 'cosine', '{1,0,0}', 1, 'tenant = :t', NULL, '{":t": {"S": "t"}}');
ROLLBACK;
SELECT item -> 'price' AS price FROM dynamo.nearest('Vectors', 'cosine', '{1,0,0}', 1, 'tenant = :t', NULL, '{":t": {"S": "t"}}');
DROP VIEW hot_updates;


-- Changes of definitions; test/t/vectors.pl has what takes a worker.
CREATE FUNCTION try_update(members jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN dynamo.update_table('{"TableName": "Vectors"}'::jsonb || members) #>> '{TableDescription,TableStatus}';
EXCEPTION WHEN OTHERS THEN
	RETURN sqlstate || ' ' || sqlerrm;
END $$;
CREATE FUNCTION updates(VARIADIC updates jsonb[]) RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_build_object('VectorIndexUpdates', to_jsonb(updates)) $$;
SELECT try_update('{"VectorIndexUpdates": []}');
SELECT try_update(updates('{}'));
SELECT try_update(updates('{"Delete": {"IndexName": "one"}}', '{"Delete": {"IndexName": "two"}}'));
SELECT try_update(updates('{"Delete": {"IndexName": "one"}}') || '{"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "two"}}]}');
SELECT try_update(updates('{"Delete": {"IndexName": "none"}}'));
SELECT try_update(updates(jsonb_build_object('Create', vector_index('cosine'))));
SELECT try_update(updates(jsonb_build_object('Create', vector_index('new', '{"VectorAttribute": {"AttributeName": "id"}, "Dimensions": 4}'))));
SELECT try_update(updates(jsonb_build_object('Create', vector_index('new', '{"SearchSchema": [{"AttributeName": "kind", "SearchSchemaElementType": "HASH"}]}'))));
SELECT try_update(updates(jsonb_build_object('Create', vector_index('new', '{"Dimensions": 4}'))));
SELECT try_update('{"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}');
SELECT try_update('{"AttributeDefinitions": [{"AttributeName": "g", "AttributeType": "S"}], "GlobalSecondaryIndexUpdates": [{"Create":
	{"IndexName": "cosine", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}}]}');
SELECT try_update('{"AttributeDefinitions": [{"AttributeName": "v", "AttributeType": "S"}], "GlobalSecondaryIndexUpdates": [{"Create":
	{"IndexName": "by_v", "KeySchema": [{"AttributeName": "v", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}}]}');

-- Policies: neither keys nor attributes of a search are known.
CREATE ROLE regress_vector_caller;
GRANT USAGE ON SCHEMA dynamo TO regress_vector_caller;
GRANT SELECT ON dynamo_tables."Vectors" TO regress_vector_caller;
CREATE FUNCTION allow(condition jsonb) RETURNS void LANGUAGE sql AS $$
	SELECT dynamo.put_policy('search', json_build_object('Version', '2012-10-17', 'Statement', jsonb_build_array(
		jsonb_build_object('Effect', 'Allow', 'Action', 'dynamodb:SearchVectors', 'Resource', '*') || condition))) $$;
SELECT allow('{}'), dynamo.attach_role_policy('regress_vector_caller', 'search');
SET ROLE regress_vector_caller;
SELECT try_search('euclidean', '[1, 0, 0]');
RESET ROLE;
SELECT allow('{"Condition": {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["t"]}}}');
SET ROLE regress_vector_caller;
SELECT try_search('euclidean', '[1, 0, 0]');
RESET ROLE;
SELECT allow('{"Condition": {"ForAllValues:StringEquals": {"dynamodb:Attributes": ["id", "v"]}}}');
SET ROLE regress_vector_caller;
SELECT try_search('euclidean', '[1, 0, 0]', '{"ProjectionExpression": "id"}');
RESET ROLE;

-- Row-level security.
CREATE ROLE regress_vector_reader;
GRANT USAGE ON SCHEMA dynamo TO regress_vector_reader;
GRANT SELECT ON dynamo_tables."Vectors" TO regress_vector_reader;
ALTER TABLE dynamo_tables."Vectors" ENABLE ROW LEVEL SECURITY;
CREATE POLICY t_only ON dynamo_tables."Vectors" FOR SELECT USING (item ->> 'tenant' = 't');
SET ROLE regress_vector_reader;
SELECT result #>> '{Item,id,S}' AS id FROM search('euclidean', '[1, 0.5, 0.5]');
RESET ROLE;
-- More rows are hidden than a walk remembers, and all of them are nearer.
SELECT dynamo.put_items('Vectors', $$SELECT jsonb_build_object('id', 'hidden' || i, 'tenant', 'other', 'price', i, 'v', jsonb_build_array(1, 0.5, 0.5 + i * 1e-6)) FROM generate_series(1, 3000) i$$);
SET ROLE regress_vector_reader;
SELECT result #>> '{Item,id,S}' AS id FROM search('euclidean', '[1, 0.5, 0.5]');
RESET ROLE;

SELECT dynamo.delete_table('{"TableName": "Vectors"}') IS NOT NULL, dynamo.delete_table('{"TableName": "Exact"}') IS NOT NULL;
SELECT dynamo.detach_role_policy('regress_vector_caller', 'search'), dynamo.delete_policy('search');
DROP OWNED BY regress_vector_reader, regress_vector_caller;
DROP ROLE regress_vector_reader, regress_vector_caller;
DROP FUNCTION wide_table, vector_index, try_create, try_put, try_search, try_update, updates, allow, search, rank_of;
DROP VIEW vectors;
