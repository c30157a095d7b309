-- Numbers: spelling, range, 38 significant digits, how DynamoDB returns them, and their size.
CREATE FUNCTION pg_temp.number(spelled text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN dynamo.from_item(dynamo.to_item(jsonb_build_object('n', jsonb_build_object('N', spelled)))) #>> '{n,N}';
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ': ' || SQLERRM;
END $$;

SELECT spelled, pg_temp.number(spelled)
FROM (VALUES
	('0'), ('-0'), ('0.000'), ('0e125'), ('0e-130'), ('0.00e-128'), ('1'), ('+1'), ('-1'), ('007'), ('1.50'), ('100'),
	('1e2'), ('1E+2'), ('100e-2'), ('.5'), ('5.'), ('-.5e1'), ('0.00012'), ('12345678.00012'),
	('12345678901234567890123456789012345678'),
	('0.12345678901234567890123456789012345678'),
	('1234567890123456789.0123456789012345678'),
	('00012345678901234567890123456789012345678000'),
	('9.9999999999999999999999999999999999999E+125'),
	('-9.9999999999999999999999999999999999999E+125'),
	('1E-130'), ('-1E-130'), ('1.2345678901234567890123456789012345678E-130')
) AS good (spelled);

SELECT spelled, pg_temp.number(spelled)
FROM (VALUES
	(''), (' '), ('abc'), (' 1'), ('1 '), ('--1'), ('1.2.3'), ('.'), ('-'), ('e5'), ('1e'), ('1e+'),
	('NaN'), ('Infinity'), ('-inf'), ('0x10'), ('1_000'), ('1,5'), ('１'),
	('123456789012345678901234567890123456789'),
	('1.00000000000000000000000000000000000001'),
	('1E126'), ('-1E126'), ('0e126'), ('0e-131'), ('0.00e-129'), ('1E2147483646'), ('1E2147483647'), ('1E2147483648'), ('1E999999999999'), ('1E-131'), ('-1E-131'), ('1E-2147483647'), ('1E-999999999999')
) AS bad (spelled);

-- Every number is stored as the numeric of the same value with the least scale.
SELECT bool_and(stored = trim_scale(wanted) AND scale(stored) = scale(trim_scale(wanted))) AS right
FROM (
	SELECT wanted, (dynamo.to_item(jsonb_build_object('n', jsonb_build_object('N', wanted::text))) -> 'n')::numeric AS stored
	FROM (
		SELECT (mantissa || 'e' || exponent)::numeric AS wanted
		FROM (VALUES ('1'), ('-9'), ('10.01'), ('99999.00001'), ('12345678901234567890123456789012345678')) AS m (mantissa),
			generate_series(-130, 88) AS exponent
	) AS numbers
) AS compared;

-- A number written by SQL is normalised when it is read.
SELECT dynamo.from_item('{"a": 1.500, "b": 100, "c": 0.0}');

-- Sizes: one byte for two digits, counted from the point, and one; one for a minus; 21 at most.
SELECT spelled, dynamo.item_size(dynamo.to_item(jsonb_build_object('n', jsonb_build_object('N', spelled)))) - 1 AS size
FROM (VALUES
	('0'), ('1'), ('-1'), ('99'), ('100'), ('101'), ('1000'), ('12345'), ('1.2'), ('0.12'), ('0.001'),
	('1e125'), ('1e-130'), ('12345678901234567890123456789012345678'),
	('-12345678901234567890123456789012345678'), ('-1.2345678901234567890123456789012345678')
) AS numbers (spelled);
