-- The legacy parameters: Expected, filters, KeyConditions, AttributeUpdates, AttributesToGet.
SELECT dynamo.create_table('{"TableName": "legacy", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"}],
	"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]}') IS NOT NULL AS created;
SELECT dynamo.put_item('{"TableName": "legacy", "Item": {"pk": {"S": "p"}, "sk": {"N": "1"}, "n": {"N": "5"}, "s": {"S": "hello"},
	"b": {"B": "AQID"}, "ss": {"SS": ["a", "b"]}, "l": {"L": [{"N": "1"}, {"BOOL": true}]}, "m": {"M": {"x": {"N": "1"}}}, "z": {"NULL": true}}}');

-- whether a condition holds, or its error: the same for a filter and for Expected
CREATE FUNCTION pg_temp.legacy_filter(filter jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN dynamo.scan(jsonb_build_object('TableName', 'legacy', 'ScanFilter', filter, 'Select', 'COUNT'))->>'Count';
EXCEPTION WHEN SQLSTATE 'DY001' THEN
	RETURN SQLERRM;
END $$;
CREATE FUNCTION pg_temp.legacy_expected(expected jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN dynamo.update_item(jsonb_build_object('TableName', 'legacy', 'Key', '{"pk": {"S": "p"}, "sk": {"N": "1"}}'::jsonb, 'Expected', expected));
EXCEPTION WHEN SQLSTATE 'DY001' THEN
	RETURN SQLERRM;
WHEN SQLSTATE 'DY004' THEN
	RETURN 'failed';
END $$;

-- all comparisons
SELECT a AS attribute, op, v AS "values", pg_temp.legacy_filter(jsonb_build_object(a, jsonb_build_object('ComparisonOperator', op, 'AttributeValueList', v::jsonb))) AS filter,
	pg_temp.legacy_expected(jsonb_build_object(a, jsonb_build_object('ComparisonOperator', op, 'AttributeValueList', v::jsonb))) AS expected
FROM (VALUES
	('n', 'EQ', '[{"N": "5"}]'), ('n', 'EQ', '[{"S": "5"}]'), ('ss', 'EQ', '[{"SS": ["b", "a"]}]'), ('m', 'EQ', '[{"M": {"x": {"N": "1"}}}]'), ('gone', 'EQ', '[{"N": "5"}]'),
	('n', 'NE', '[{"N": "5"}]'), ('n', 'NE', '[{"S": "5"}]'), ('gone', 'NE', '[{"N": "5"}]'),
	('n', 'IN', '[{"N": "4"}, {"N": "5"}]'), ('n', 'IN', '[{"N": "4"}]'),
	('n', 'LE', '[{"N": "5"}]'), ('n', 'LT', '[{"N": "5"}]'), ('n', 'GE', '[{"N": "5"}]'), ('n', 'GT', '[{"N": "5"}]'), ('s', 'GT', '[{"S": "a"}]'), ('n', 'GT', '[{"S": "a"}]'),
	('n', 'BETWEEN', '[{"N": "1"}, {"N": "5"}]'), ('s', 'BETWEEN', '[{"S": "i"}, {"S": "j"}]'),
	('n', 'NOT_NULL', '[]'), ('z', 'NOT_NULL', '[]'), ('gone', 'NOT_NULL', '[]'), ('z', 'NULL', '[]'), ('gone', 'NULL', '[]'),
	('s', 'CONTAINS', '[{"S": "ell"}]'), ('b', 'CONTAINS', '[{"B": "AgM="}]'), ('ss', 'CONTAINS', '[{"S": "a"}]'), ('ss', 'CONTAINS', '[{"S": "x"}]'), ('l', 'CONTAINS', '[{"BOOL": true}]'),
	('s', 'NOT_CONTAINS', '[{"S": "ell"}]'), ('ss', 'NOT_CONTAINS', '[{"S": "x"}]'), ('n', 'NOT_CONTAINS', '[{"N": "5"}]'), ('gone', 'NOT_CONTAINS', '[{"S": "x"}]'),
	('s', 'BEGINS_WITH', '[{"S": "he"}]'), ('b', 'BEGINS_WITH', '[{"B": "AQ=="}]'), ('s', 'BEGINS_WITH', '[{"S": "lo"}]')) AS t(a, op, v);

-- their arguments
SELECT op, v AS "values", pg_temp.legacy_filter(jsonb_strip_nulls(jsonb_build_object('n', jsonb_build_object('ComparisonOperator', op, 'AttributeValueList', v::jsonb))))
FROM (VALUES
	('EQ', '[]'), ('EQ', NULL), ('EQ', '[{"N": "1"}, {"N": "2"}]'), ('IN', '[]'), ('IN', '[{"SS": ["a"]}]'), ('IN', '[{"N": "1"}, {"S": "1"}]'),
	('LT', '[{"BOOL": true}]'), ('GE', '[{"L": []}]'), ('BETWEEN', '[{"N": "1"}]'), ('BETWEEN', '[{"N": "2"}, {"N": "1"}]'), ('BETWEEN', '[{"N": "1"}, {"S": "2"}]'),
	('NULL', '[{"N": "1"}]'), ('NOT_NULL', '[{"N": "1"}]'), ('CONTAINS', '[{"SS": ["a"]}]'), ('NOT_CONTAINS', '[{"M": {}}]'), ('BEGINS_WITH', '[{"N": "1"}]'),
	('BEGINS_WITH', '[{"SS": ["a"]}]'), ('EQ', '[{"N": "x"}]')) AS t(op, v);

-- Expected's own members
SELECT e AS expected, pg_temp.legacy_expected(jsonb_build_object('n', e::jsonb)) FROM (VALUES
	('{"Value": {"N": "5"}}'), ('{"Value": {"N": "6"}}'), ('{"Value": {"N": "5"}, "Exists": true}'), ('{"Exists": false}'), ('{"ComparisonOperator": "GT", "Value": {"N": "4"}}'),
	('{"Exists": true}'), ('{}'), ('{"Value": {"N": "5"}, "Exists": false}'), ('{"AttributeValueList": [{"N": "5"}]}'), ('{"Value": {"N": "5"}, "AttributeValueList": [{"N": "5"}]}'),
	('{"ComparisonOperator": "EQ"}'), ('{"ComparisonOperator": "NULL"}'), ('{"ComparisonOperator": "EQ", "Exists": true}'), ('{"ComparisonOperator": "EQ", "Value": {"N": "5"}, "Exists": true}'),
	('{"ComparisonOperator": "EQ", "Value": {"N": "5"}, "AttributeValueList": [{"N": "5"}]}'), ('{"ComparisonOperator": "NULL", "Value": {"N": "5"}}')) AS t(e);

-- several conditions: all, or any
SELECT o AS conditional_operator, dynamo.scan(jsonb_strip_nulls(jsonb_build_object('TableName', 'legacy', 'Select', 'COUNT', 'ConditionalOperator', o, 'ScanFilter',
	'{"n": {"ComparisonOperator": "EQ", "AttributeValueList": [{"N": "5"}]}, "gone": {"ComparisonOperator": "NOT_NULL"}}'::jsonb)))->>'Count' AS count
FROM (VALUES (NULL), ('AND'), ('OR')) AS t(o);

-- KeyConditions
CREATE FUNCTION pg_temp.legacy_query(sort jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN dynamo.query(jsonb_build_object('TableName', 'legacy', 'Select', 'COUNT', 'KeyConditions',
		jsonb_build_object('pk', '{"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "p"}]}'::jsonb, 'sk', sort)))->>'Count';
EXCEPTION WHEN SQLSTATE 'DY001' THEN
	RETURN SQLERRM;
END $$;
SELECT op, v AS "values", pg_temp.legacy_query(jsonb_build_object('ComparisonOperator', op, 'AttributeValueList', v::jsonb)) FROM (VALUES
	('EQ', '[{"N": "1"}]'), ('LT', '[{"N": "1"}]'), ('BETWEEN', '[{"N": "0"}, {"N": "1"}]'), ('NE', '[{"N": "1"}]'), ('IN', '[{"N": "1"}]'), ('NULL', '[]'), ('CONTAINS', '[{"N": "1"}]'),
	('EQ', '[]'), ('BETWEEN', '[{"N": "2"}, {"N": "1"}]'), ('GT', '[{"BOOL": true}]')) AS t(op, v);

-- AttributeUpdates
CREATE FUNCTION pg_temp.legacy_update(updates jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN dynamo.update_item(jsonb_build_object('TableName', 'legacy', 'Key', '{"pk": {"S": "p"}, "sk": {"N": "1"}}'::jsonb, 'AttributeUpdates', updates, 'ReturnValues', 'UPDATED_NEW'))->>'Attributes';
EXCEPTION WHEN SQLSTATE 'DY001' THEN
	RETURN SQLERRM;
END $$;
SELECT u AS updates, pg_temp.legacy_update(u::jsonb) FROM (VALUES
	('{"x": {"Value": {"S": "put"}}}'), ('{"x": {"Value": {"N": "1"}, "Action": "PUT"}, "y": {"Value": {"BOOL": false}}}'),
	('{"n": {"Value": {"N": "2.5"}, "Action": "ADD"}, "new": {"Value": {"N": "1"}, "Action": "ADD"}}'),
	('{"ss": {"Value": {"SS": ["c"]}, "Action": "ADD"}}'), ('{"l": {"Value": {"L": [{"S": "end"}]}, "Action": "ADD"}}'),
	('{"ss": {"Value": {"SS": ["a", "c"]}, "Action": "DELETE"}}'), ('{"ss": {"Value": {"SS": ["b"]}, "Action": "DELETE"}}'), ('{"x": {"Action": "DELETE"}, "gone": {"Action": "DELETE"}}'),
	('{"x": {"Action": "PUT"}}'), ('{"x": {"Action": "ADD"}}'), ('{"x": {}}'), ('{"n": {"Value": {"S": "x"}, "Action": "ADD"}}'), ('{"n": {"Value": {"M": {}}, "Action": "ADD"}}'),
	('{"n": {"Value": {"N": "5"}, "Action": "DELETE"}}'), ('{"n": {"Value": {"L": []}, "Action": "DELETE"}}'), ('{"n": {"Value": {"SS": ["x"]}, "Action": "ADD"}}'),
	('{"n": {"Value": {"SS": ["x"]}, "Action": "DELETE"}}'), ('{"s": {"Value": {"N": "1"}, "Action": "ADD"}}')) AS t(u);
SELECT dynamo.get_item('{"TableName": "legacy", "Key": {"pk": {"S": "p"}, "sk": {"N": "1"}}}')->'Item';

-- AttributesToGet
SELECT dynamo.get_item('{"TableName": "legacy", "Key": {"pk": {"S": "p"}, "sk": {"N": "1"}}, "AttributesToGet": ["n", "name", "m.x", "z"]}');
SELECT dynamo.get_item('{"TableName": "legacy", "Key": {"pk": {"S": "p"}, "sk": {"N": "1"}}, "AttributesToGet": ["n", "s", "n"]}');
SELECT dynamo.delete_table('{"TableName": "legacy"}') IS NOT NULL AS deleted;

-- UPDATED_OLD and UPDATED_NEW give just what the update's paths name, in its nesting
SELECT dynamo.create_table('{"TableName": "updated", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]}') IS NOT NULL AS created;
SELECT dynamo.put_item('{"TableName": "updated", "Item": {"pk": {"S": "p"}, "a": {"N": "1"}, "m": {"M": {"x": {"N": "1"}, "y": {"N": "2"}}}, "l": {"L": [{"N": "0"}, {"N": "1"}, {"N": "2"}]}}}');
SELECT dynamo.update_item('{"TableName": "updated", "Key": {"pk": {"S": "p"}}, "UpdateExpression": "SET m.x = a, l[2] = :v, l[0] = :v, q = :v REMOVE m.y", "ExpressionAttributeValues": {":v": {"S": "new"}}, "ReturnValues": "UPDATED_OLD"}');
SELECT dynamo.update_item('{"TableName": "updated", "Key": {"pk": {"S": "p"}}, "UpdateExpression": "SET m.x = :v, l[1] = :v REMOVE a", "ExpressionAttributeValues": {":v": {"N": "7"}}, "ReturnValues": "UPDATED_NEW"}');
SELECT dynamo.delete_table('{"TableName": "updated"}') IS NOT NULL AS deleted;
