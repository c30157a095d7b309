-- What policies will know the operations by, and where a request names its tables.
SELECT name, array_to_string(actions, ' ') AS actions, resources FROM dynamo.operations();

-- Each has actions, all of its own service, and no two are the same.
SELECT name FROM dynamo.operations()
WHERE cardinality(actions) = 0 OR service || ':' <> ALL (SELECT substring(action FROM '^[^:]*:') FROM unnest(actions) AS action);
SELECT count(*) = count(DISTINCT (service, name)) AS "different" FROM dynamo.operations();

-- Each is an SQL function, and each SQL function that takes a request is one. Two services have a TagResource and an
-- UntagResource: those of Application Auto Scaling have functions of other names.
SELECT coalesce(o.function, f.proname) AS "only one of the two"
FROM (SELECT ltrim(lower(regexp_replace(name, '([A-Z])', '_\1', 'g')), '_') AS function FROM dynamo.operations()) o
	FULL JOIN (SELECT DISTINCT proname::text FROM pg_proc WHERE prosrc IN ('dynamo_operation', 'dynamo_operation_named')) f
		ON f.proname = o.function
WHERE o.function IS NULL OR f.proname IS NULL;
