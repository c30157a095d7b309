-- What key condition expressions may hold, on a table with a string and a number as its key.
SELECT dynamo.create_table('{"TableName": "expression_keys", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"}],
	"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]}') IS NOT NULL AS created;
SELECT count(dynamo.put_item(jsonb_build_object('TableName', 'expression_keys', 'Item',
	jsonb_build_object('pk', '{"S": "p"}'::jsonb, 'sk', jsonb_build_object('N', n::text))))) FROM generate_series(1, 5) AS n;

-- The sort keys found, or the error.
CREATE FUNCTION pg_temp.found(condition text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	request jsonb := jsonb_build_object('TableName', 'expression_keys', 'KeyConditionExpression', condition, 'ExpressionAttributeValues',
		(SELECT jsonb_object_agg(k, v) FROM jsonb_each('{":p": {"S": "p"}, ":two": {"N": "2"}, ":four": {"N": "4"}, ":s": {"S": "x"}, ":b": {"BOOL": true}}') AS v(k, v)
		 WHERE condition ~ (k || '([^a-z]|$)')));
BEGIN
	RETURN (SELECT string_agg(i->'sk'->>'N', ' ') FROM jsonb_array_elements(dynamo.query(jsonb_strip_nulls(request))->'Items') AS i);
EXCEPTION WHEN SQLSTATE 'DY001' THEN
	RETURN SQLERRM;
END $$;

SELECT e AS condition, pg_temp.found(e) FROM unnest(ARRAY[
	'pk = :p', ':p = pk', '(pk = :p)', 'sk = :two AND pk = :p', '(pk = :p) and (sk = :two)', '(pk = :p AND sk = :two)',
	'pk = :p AND sk < :two', 'pk = :p AND :two < sk', 'pk = :p AND :two <= sk', 'pk = :p AND :two > sk', 'pk = :p AND :two >= sk',
	'pk = :p AND sk BETWEEN :two AND :four', 'pk = :p AND (sk BETWEEN :two AND :four)']) WITH ORDINALITY AS t(e, n) ORDER BY n;

-- what no key condition may hold
SELECT e AS condition, pg_temp.found(e) FROM unnest(ARRAY[
	'pk = :p OR sk = :two', 'NOT pk = :p', 'pk = :p AND NOT sk = :two', 'pk <> :p', 'pk IN (:p)', 'pk = :p AND (sk = :two OR sk = :four)',
	'attribute_exists(pk)', 'contains(pk, :p)', 'pk = :p AND size(sk) = :two', 'pk = :p AND attribute_type(sk, :s)', 'foo(pk)',
	'pk = sk', 'pk = :p AND sk BETWEEN :two AND other1', ':p = :s', 'pk = :p AND :two BETWEEN sk AND :four', 'pk = :p AND begins_with(:s, sk)',
	'pk.a = :p', 'pk = :p AND sk[0] = :two', 'pk = :p AND pk = :p', 'pk = :p AND sk > :two AND sk < :four',
	'pk = :p AND sk BETWEEN :four AND :two', 'pk = :p AND begins_with(sk, :two)', 'pk = :p AND sk < :b', 'pk = :p AND', '', 'pk', 'key = :p', '((pk = :p))',
	'pk = #p', 'pk = :p AND sk = :nine']) WITH ORDINALITY AS t(e, n) ORDER BY n;
SELECT dynamo.delete_table('{"TableName": "expression_keys"}') IS NOT NULL AS deleted;
