-- The stored form as plain SQL may write it: what is no item, sizes, and conversions of plain JSON.
CREATE FUNCTION pg_temp.outcome(item jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN dynamo.from_item(item);
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ': ' || SQLERRM;
END $$;

SELECT item, pg_temp.outcome(item) AS outcome
FROM (VALUES
	('{"a": {"$b": "AAE="}}'::jsonb), ('{"a": {"$ns": [2, 1.0]}}'), ('{"a": {"$m": {"x": 1}}}'),
	('{"a": {"$x": 1, "y": 2}}'), ('{"$x": 1}'), ('{"a": {"$s": "plain"}}'),
	('[]'), ('1'), ('"a"'), ('null'),
	('{"a": {"$x": 1}}'), ('{"a": {"$": 1}}'), ('{"a": {"$u:x\\0": 1}}'),
	('{"a": {"$b": 1}}'), ('{"a": {"$b": "AB=="}}'), ('{"a": {"$b": "A"}}'),
	('{"a": {"$s": 1}}'), ('{"a": {"$s": "\\x"}}'), ('{"a": {"$m": 1}}'), ('{"a": {"$m": []}}'),
	('{"a": {"$ss": "x"}}'), ('{"a": {"$ss": {}}}'), ('{"a": {"$ss": []}}'), ('{"a": {"$ss": [1]}}'),
	('{"a": {"$ss": ["x", "x"]}}'), ('{"a": {"$ss": ["x", {"$s": "x"}]}}'),
	('{"a": {"$ns": ["1"]}}'), ('{"a": {"$ns": [1, 1.0]}}'), ('{"a": {"$bs": [1]}}'),
	('{"a": {"$bs": ["AA==", "AA=="]}}'), ('{"a": {"$bs": [{"$s": "AA=="}]}}'), ('{"a": {"$bs": ["?"]}}'),
	('{"$u:\\x": 1}'), ('{"$u:plain": 1}'), ('{"a": 1e126}'), ('{"a": 1e-131}'),
	('{"a": 123456789012345678901234567890123456789}')
) AS items (item);
SELECT levels, left(pg_temp.outcome(('{"a":' || repeat('[', levels) || repeat(']', levels) || '}')::jsonb), 80) AS outcome
FROM (VALUES (32), (33)) AS depth (levels);

-- Sizes in bytes by DynamoDB's arithmetic.
SELECT item, dynamo.item_size(item)
FROM (VALUES
	('{}'::jsonb), ('{"abc": "é"}'), ('{"a": {"$s": "\\0\\\\"}}'), ('{"a": {"$b": "AAE="}}'),
	('{"a": {"$b": ""}}'), ('{"a": true}'), ('{"a": null}'), ('{"a": []}'), ('{"a": ["x", 1]}'),
	('{"a": {}}'), ('{"a": {"bc": "x"}}'), ('{"a": {"$m": {"$b": "x"}}}'), ('{"a": {"$ss": ["x", "yz"]}}'),
	('{"a": {"$ns": [1, 100]}}'), ('{"a": {"$bs": ["AA==", "AAE="]}}'), ('{"$u:a\\0": 1}')
) AS items (item);

-- Plain JSON to DynamoDB JSON and back.
SELECT plain, dynamo.marshall(plain), dynamo.unmarshall(dynamo.marshall(plain)) = plain AS same
FROM (VALUES
	('{}'::jsonb), ('{"a": 1, "b": [true, null, {"c": "x"}], "$u:x": {"$b": "AA=="}}'),
	('[1, "a"]'), ('"a"'), ('1.50'), ('true'), ('null'), ('{"S": "x"}'), ('{"M": {"M": {"S": "x"}}}'),
	('{"S": {"S": {"S": "x"}}}')
) AS values (plain);
SELECT dynamo.unmarshall('{"ss": {"SS": ["a"]}, "ns": {"NS": ["1.0"]}, "bs": {"BS": ["AA=="]}, "b": {"B": "AA=="}, "z": {"$s": "\\0"}}');
SELECT dynamo.unmarshall('"x"');
SELECT dynamo.unmarshall('{"a": "x"}');
SELECT dynamo.marshall('{"a": 1e126}');
