-- Scan: filters, pages, segments, indexes, and each rule of its parameters.
SELECT dynamo.create_table('{"TableName": "scn", "BillingMode": "PAY_PER_REQUEST",
  "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "g", "AttributeType": "S"}],
  "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
  "GlobalSecondaryIndexes": [{"IndexName": "by_g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}], "Projection": {"ProjectionType": "KEYS_ONLY"}}]}') IS NOT NULL AS created;
SELECT count(dynamo.put_item(jsonb_build_object('TableName', 'scn', 'Item', jsonb_build_object('pk', jsonb_build_object('S', 'k' || i), 'v', jsonb_build_object('N', i::text))
  || CASE WHEN i % 10 = 0 THEN jsonb_build_object('g', jsonb_build_object('S', 'g' || i)) ELSE '{}' END))) FROM generate_series(1, 50) i;

CREATE FUNCTION scan_keys(response jsonb) RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(i->'pk'->>'S', ' ' ORDER BY i->'pk'->>'S' COLLATE "C") FROM jsonb_array_elements(response->'Items') i $$;
SELECT r->'Count' AS count, r->'ScannedCount' AS scanned, r ? 'LastEvaluatedKey' AS more, r->'ConsumedCapacity' AS capacity, scan_keys(r) AS keys
  FROM dynamo.scan('{"TableName": "scn", "FilterExpression": "v < :v OR pk = :k", "ExpressionAttributeValues": {":v": {"N": "4"}, ":k": {"S": "k50"}}, "ReturnConsumedCapacity": "TOTAL"}') r;
SELECT scan_keys(dynamo.scan('{"TableName": "scn", "ScanFilter": {"v": {"ComparisonOperator": "BETWEEN", "AttributeValueList": [{"N": "7"}, {"N": "9"}]}, "g": {"ComparisonOperator": "NULL"}}}'));
SELECT scan_keys(dynamo.scan('{"TableName": "scn", "ScanFilter": {"v": {"ComparisonOperator": "EQ", "AttributeValueList": [{"N": "7"}]}, "g": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "g20"}]}}, "ConditionalOperator": "OR"}'));
SELECT dynamo.scan('{"TableName": "scn", "Select": "COUNT"}');
-- a sparse index, of its projection only
SELECT r->'Count' AS count, r->'ConsumedCapacity' AS capacity, scan_keys(r) AS keys, r->'Items'->0 ? 'v' AS not_projected FROM dynamo.scan('{"TableName": "scn", "IndexName": "by_g", "ReturnConsumedCapacity": "INDEXES"}') r;

-- pages of 7 and four segments: every item once
CREATE FUNCTION scan_pages(request jsonb) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE response jsonb;
BEGIN
  LOOP
    response := dynamo.scan(request);
    RETURN QUERY SELECT i->'pk'->>'S' FROM jsonb_array_elements(response->'Items') i;
    EXIT WHEN NOT response ? 'LastEvaluatedKey';
    request := request || jsonb_build_object('ExclusiveStartKey', response->'LastEvaluatedKey');
  END LOOP;
END $$;
SELECT count(*), count(DISTINCT k) FROM scan_pages('{"TableName": "scn", "Limit": 7}') k;
SELECT count(*), count(DISTINCT k) FROM scan_pages('{"TableName": "scn", "IndexName": "by_g", "Limit": 2}') k;
SELECT count(*), count(DISTINCT k) FROM generate_series(0, 3) s, scan_pages(jsonb_build_object('TableName', 'scn', 'Limit', 7, 'Segment', s, 'TotalSegments', 4)) k;
SELECT count(*), count(DISTINCT k) FROM generate_series(0, 99) s, scan_pages(jsonb_build_object('TableName', 'scn', 'Segment', s, 'TotalSegments', 100)) k;

-- segments that share a leaf: a page has 1 MB of its own items, the others' are no part of it
INSERT INTO dynamo_tables.scn SELECT jsonb_build_object('pk', 'large' || i, 'filler', repeat('x', 50000)) FROM generate_series(1, 200) i;
SELECT count(*), bool_and(position('large' in k) > 0) AS large FROM scan_pages('{"TableName": "scn", "FilterExpression": "attribute_exists(filler)", "ProjectionExpression": "pk"}') k;
SELECT count(*), count(DISTINCT k) FROM generate_series(0, 49) s, scan_pages(jsonb_build_object('TableName', 'scn', 'ProjectionExpression', 'pk', 'Segment', s, 'TotalSegments', 50)) k;
SELECT count(*) FILTER (WHERE r ? 'LastEvaluatedKey') AS more, sum((r->>'Count')::int) AS items
  FROM generate_series(0, 199) s, LATERAL (SELECT dynamo.scan(jsonb_build_object('TableName', 'scn', 'ProjectionExpression', 'pk', 'Segment', s, 'TotalSegments', 200)) AS r) AS page;
DELETE FROM dynamo_tables.scn WHERE item ? 'filler';

SELECT dynamo.scan('{"TableName": "scn", "TotalSegments": 4}');
SELECT dynamo.scan('{"TableName": "scn", "Segment": 4}');
SELECT dynamo.scan('{"TableName": "scn", "Segment": 4, "TotalSegments": 4}');
SELECT dynamo.scan('{"TableName": "scn", "AttributesToGet": ["v"], "ScanFilter": {}, "ConditionalOperator": "AND", "FilterExpression": "a = b"}');
SELECT dynamo.scan('{"TableName": "scn", "ConditionalOperator": "AND"}');
SELECT dynamo.scan('{"TableName": "scn", "ProjectionExpression": "v", "ExpressionAttributeValues": {":a": {"S": "a"}}}');
SELECT dynamo.scan('{"TableName": "scn", "Select": "COUNT", "AttributesToGet": ["v"]}');
SELECT dynamo.scan('{"TableName": "scn", "Select": "ALL_PROJECTED_ATTRIBUTES"}');
SELECT dynamo.scan('{"TableName": "absent"}');
SELECT dynamo.scan('{"TableName": "scn", "IndexName": "absent"}');
SELECT dynamo.scan('{"TableName": "scn", "IndexName": "by_g", "ConsistentRead": true}');
SELECT dynamo.scan('{"TableName": "scn", "ExclusiveStartKey": {"x": {"S": "a"}}}');
SELECT dynamo.scan('{"TableName": "scn", "IndexName": "by_g", "ExclusiveStartKey": {"pk": {"S": "a"}}}');

DROP FUNCTION scan_keys, scan_pages;
SELECT dynamo.delete_table('{"TableName": "scn"}') IS NOT NULL AS deleted;
