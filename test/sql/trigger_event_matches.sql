-- Event patterns in the syntax of Lambda's event filtering.
\pset format unaligned
\pset tuples_only on
CREATE TEMP TABLE event (record jsonb);
INSERT INTO event VALUES ('{"eventName": "MODIFY", "flag": true, "none": null, "empty": "", "price": 301.8, "list": ["a", "b", 5, null], "nothing": [], "nested": [["x"], [["y"]]],
	"dynamodb": {"Keys": {"Id": {"N": "101"}}, "NewImage": {"Id": {"N": "101"}, "Name": {"S": "Alice Smith"}, "Gone": {"NULL": true}, "Sold": {"BOOL": false},
		"Sizes": {"NS": ["1", "2.50"]}, "Tags": {"SS": ["red", "blue"]}, "Lines": {"L": [{"M": {"sku": {"S": "x"}, "n": {"N": "1"}}}, {"M": {"sku": {"S": "y"}, "n": {"N": "2"}}}]}}}}');
CREATE TEMP TABLE pattern (number serial, matches boolean, pattern jsonb);
INSERT INTO pattern (matches, pattern) VALUES
	-- values
	(true, '{"eventName": ["MODIFY"]}'), (true, '{"eventName": ["INSERT", "MODIFY"]}'), (false, '{"eventName": ["INSERT"]}'),
	(false, '{"eventName": ["modify"]}'), (false, '{"EventName": ["MODIFY"]}'), (false, '{"absent": ["MODIFY"]}'),
	(true, '{"flag": [true]}'), (false, '{"flag": [false]}'), (false, '{"flag": ["true"]}'), (false, '{"eventName": [true]}'),
	(true, '{"none": [null]}'), (false, '{"absent": [null]}'), (false, '{"empty": [null]}'),
	(true, '{"empty": [""]}'), (false, '{"eventName": [""]}'), (false, '{"none": [""]}'),
	(true, '{"price": [3.018e2]}'), (false, '{"price": [301]}'), (false, '{"price": ["301.8"]}'), (true, '{"price": ["x", 301.80]}'),
	-- and
	(true, '{"eventName": ["MODIFY"], "flag": [true]}'), (false, '{"eventName": ["MODIFY"], "flag": [false]}'),
	-- arrays of the event
	(true, '{"list": ["b"]}'), (true, '{"list": [5]}'), (true, '{"list": [null]}'), (false, '{"list": ["c"]}'), (true, '{"nested": ["y"]}'), (false, '{"nothing": ["a"]}'),
	-- objects
	(true, '{"dynamodb": {"NewImage": {"Name": {"S": ["Alice Smith"]}}}}'), (false, '{"dynamodb": {"NewImage": {"Name": {"S": ["Alice"]}}}}'),
	(false, '{"dynamodb": ["MODIFY"]}'), (false, '{"eventName": {"S": ["MODIFY"]}}'), (true, '{"dynamodb": {"NewImage": {"Sold": {"BOOL": [false]}, "Gone": {"NULL": [true]}}}}'),
	-- one element of an array has all that a pattern of objects wants
	(true, '{"dynamodb": {"NewImage": {"Lines": {"L": {"M": {"sku": {"S": ["y"]}, "n": {"N": ["2"]}}}}}}}'),
	(false, '{"dynamodb": {"NewImage": {"Lines": {"L": {"M": {"sku": {"S": ["y"]}, "n": {"N": ["1"]}}}}}}}'),
	-- numbers, also DynamoDB's
	(true, '{"price": [{"numeric": ["=", 301.8]}]}'), (true, '{"price": [{"numeric": [">", 301, "<=", 301.8]}]}'), (false, '{"price": [{"numeric": [">", 301.8]}]}'),
	(true, '{"price": [{"numeric": [">=", 301.8]}]}'), (false, '{"price": [{"numeric": ["<", 301.8]}]}'), (false, '{"eventName": [{"numeric": [">", 0]}]}'),
	(true, '{"dynamodb": {"Keys": {"Id": {"N": ["101"]}}}}'), (true, '{"dynamodb": {"Keys": {"Id": {"N": [101]}}}}'), (true, '{"dynamodb": {"Keys": {"Id": {"N": [{"numeric": [">", 99, "<", 102]}]}}}}'),
	(false, '{"dynamodb": {"Keys": {"Id": {"N": [{"numeric": [">", 101]}]}}}}'), (true, '{"dynamodb": {"NewImage": {"Sizes": {"NS": [2.5]}}}}'), (true, '{"dynamodb": {"NewImage": {"Sizes": {"NS": [{"numeric": [">", 2]}]}}}}'),
	(false, '{"dynamodb": {"NewImage": {"Name": {"S": [{"numeric": [">", 2]}]}}}}'),
	-- exists
	(true, '{"eventName": [{"exists": true}]}'), (false, '{"eventName": [{"exists": false}]}'), (true, '{"none": [{"exists": true}]}'), (true, '{"absent": [{"exists": false}]}'), (false, '{"absent": [{"exists": true}]}'),
	(false, '{"dynamodb": [{"exists": true}]}'), (true, '{"dynamodb": [{"exists": false}]}'), (true, '{"dynamodb": {"OldImage": {"Name": {"S": [{"exists": false}]}}}}'), (false, '{"nothing": [{"exists": true}]}'),
	(true, '{"eventName": [{"exists": false}, "MODIFY"]}'), (true, '{"list": [{"exists": true}]}'),
	-- text
	(true, '{"eventName": [{"prefix": "MOD"}]}'), (false, '{"eventName": [{"prefix": "mod"}]}'), (true, '{"eventName": [{"prefix": ""}]}'), (false, '{"price": [{"prefix": "3"}]}'), (true, '{"list": [{"prefix": "b"}]}'),
	(true, '{"eventName": [{"suffix": "IFY"}]}'), (false, '{"eventName": [{"suffix": "XMODIFY"}]}'), (true, '{"eventName": [{"suffix": "MODIFY"}]}'), (false, '{"eventName": [{"suffix": "ifY"}]}'),
	(true, '{"eventName": [{"equals-ignore-case": "modify"}]}'), (false, '{"eventName": [{"equals-ignore-case": "mod"}]}'), (true, '{"eventName": [{"prefix": {"equals-ignore-case": "mOd"}}]}'),
	(true, '{"eventName": [{"suffix": {"equals-ignore-case": "ifY"}}]}'), (false, '{"eventName": [{"suffix": {"equals-ignore-case": "mod"}}]}'),
	-- anything-but
	(true, '{"eventName": [{"anything-but": "INSERT"}]}'), (false, '{"eventName": [{"anything-but": "MODIFY"}]}'), (false, '{"eventName": [{"anything-but": ["INSERT", "MODIFY"]}]}'), (true, '{"eventName": [{"anything-but": ["INSERT", "REMOVE"]}]}'),
	(false, '{"absent": [{"anything-but": "x"}]}'), (true, '{"price": [{"anything-but": [100, 200]}]}'), (false, '{"price": [{"anything-but": 301.8}]}'), (true, '{"price": [{"anything-but": "301.8"}]}'),
	(true, '{"eventName": [{"anything-but": {"prefix": "IN"}}]}'), (false, '{"eventName": [{"anything-but": {"prefix": ["IN", "MO"]}}]}'), (false, '{"eventName": [{"anything-but": {"suffix": "FY"}}]}'), (true, '{"eventName": [{"anything-but": {"suffix": "RT"}}]}'),
	(false, '{"eventName": [{"anything-but": {"equals-ignore-case": "modify"}}]}'), (true, '{"eventName": [{"anything-but": {"equals-ignore-case": ["insert", "remove"]}}]}'), (true, '{"list": [{"anything-but": ["a", "b"]}]}'),
	-- or
	(true, '{"$or": [{"eventName": ["INSERT"]}, {"flag": [true]}]}'), (false, '{"$or": [{"eventName": ["INSERT"]}, {"flag": [false]}]}'), (false, '{"price": [1], "$or": [{"eventName": ["MODIFY"]}, {"flag": [true]}]}'),
	(true, '{"dynamodb": {"$or": [{"OldImage": {"Id": {"N": ["1"]}}}, {"NewImage": {"Name": {"S": [{"prefix": "Alice"}]}}}]}}'),
	(true, '{"$or": [{"eventName": ["INSERT"], "flag": [true]}, {"$or": [{"price": [1]}, {"price": [301.8]}]}]}'), (false, '{"$or": [{"prefix": "x"}, {"prefix": "y"}]}');
SELECT number, pattern FROM pattern, event WHERE dynamo.event_matches(pattern, record) IS DISTINCT FROM matches;
SELECT count(*) FROM pattern;
-- the member "$or" of an event
SELECT dynamo.event_matches('{"$or": {"a": [1]}}', '{"$or": {"a": 1}}'), dynamo.event_matches('{"$or": ["x"]}', '{"$or": "x"}'), dynamo.event_matches('{"$or": [{"prefix": "x"}, {"prefix": "y"}]}', '{"$or": "yes"}');
-- letters and texts beyond ASCII
SELECT dynamo.event_matches('{"a": [{"prefix": "é€"}]}', '{"a": "é€😀"}'), dynamo.event_matches('{"a": [{"suffix": "😀"}]}', '{"a": "é€😀"}'), dynamo.event_matches('{"a": ["Å"]}', '{"a": "Å"}');
-- numbers that are none of DynamoDB's
SELECT dynamo.event_matches('{"a": {"N": [1]}}', jsonb_build_object('a', jsonb_build_object('N', text))) FROM unnest(ARRAY['1.0', '1e0', '+1', '1e9999999', '', '-', '.', '1e', ' 1', 'NaN', '0x1', repeat('1', 1000)]) text;
SELECT dynamo.event_matches('{"a": [{"numeric": [">", 0]}]}', '{"a": 1e400}');
-- what is no pattern
CREATE FUNCTION pg_temp.fault(pattern jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE detail text;
BEGIN
	RETURN 'accepted: ' || dynamo.event_matches(pattern, '{}');
EXCEPTION WHEN invalid_parameter_value THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN concat_ws(' ', SQLERRM, detail);
END $$;
SELECT pg_temp.fault(pattern::jsonb) FROM unnest(ARRAY['[]', '1', '{}', '{"a": {}}', '{"a": []}', '{"a": "x"}', '{"a": 1}', '{"a": null}', '{"a": {"b": {"c": true}}}', '{"a": [["x"]]}', '{"a": [{}]}', '{"a": [{"prefix": "x", "suffix": "y"}]}',
	'{"a": [{"cidr": "10.0.0.0/8"}]}', '{"a": [{"wildcard": "*"}]}', '{"a": [{"prefix": 1}]}', '{"a": [{"prefix": null}]}', '{"a": [{"prefix": {"suffix": "x"}}]}', '{"a": [{"equals-ignore-case": {"equals-ignore-case": "x"}}]}',
	'{"a": [{"exists": "true"}]}', '{"a": [{"numeric": []}]}', '{"a": [{"numeric": 5}]}', '{"a": [{"numeric": ["<"]}]}', '{"a": [{"numeric": ["<", "5"]}]}', '{"a": [{"numeric": ["!", 5]}]}', '{"a": [{"numeric": ["==", 5]}]}', '{"a": [{"numeric": ["<", 5, "<", 6]}]}',
	'{"a": [{"numeric": [">", 5, "<", 5]}]}', '{"a": [{"numeric": [">", 6, "<", 5]}]}', '{"a": [{"numeric": ["<", 1e200]}]}', '{"a": [{"anything-but": []}]}', '{"a": [{"anything-but": ["x", 1]}]}', '{"a": [{"anything-but": true}]}', '{"a": [{"anything-but": {"numeric": ["<", 1]}}]}',
	'{"a": [{"anything-but": {"prefix": "x", "suffix": "y"}}]}', '{"a": [{"anything-but": {"prefix": [1]}}]}', '{"$or": [{"a": [1]}, {}]}', '{"$or": [{"a": [1]}, {"b": 2}]}']) pattern;
SELECT pg_temp.fault((repeat('{"a":', 80) || '["x"]' || repeat('}', 80))::jsonb), pg_temp.fault((repeat('{"a":', 81) || '["x"]' || repeat('}', 81))::jsonb) LIKE 'invalid event pattern: it is nested too deep It is at "a.a.a.%';
SELECT pg_temp.fault(jsonb_build_object('a', jsonb_build_array(repeat('x', 4086)))), pg_temp.fault(jsonb_build_object('a', jsonb_build_array(repeat('x', 4087))));
SELECT dynamo.event_matches(NULL, '{}'), dynamo.event_matches('{"a": [1]}', NULL), dynamo.event_matches('{"a": [{"exists": false}]}', '[]'), dynamo.event_matches('{"a": [1]}', '3');
