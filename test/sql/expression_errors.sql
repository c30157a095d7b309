-- The errors of expressions: those of the text alone, then those that names and values decide.
CREATE FUNCTION pg_temp.condition_error(expression text, vals jsonb DEFAULT NULL, names jsonb DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN dynamo.matches('{"a": 1}', expression, names, vals);
EXCEPTION WHEN SQLSTATE 'DY001' THEN
	RETURN SQLERRM;
END $$;
CREATE FUNCTION pg_temp.update_error(expression text, vals jsonb DEFAULT NULL, names jsonb DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN dynamo.apply_update('{"a": 1}', expression, names, vals);
EXCEPTION WHEN SQLSTATE 'DY001' THEN
	RETURN SQLERRM;
END $$;

-- syntax of conditions
SELECT e AS expression, pg_temp.condition_error(e) FROM unnest(ARRAY[
	'', '   ', 'a', ':v', 'a =', 'a = :v AND', '= :v', 'a == :v', 'a = :v b', 'a = :v)', '(a = :v', 'NOT', 'a AND b', '(a) AND b = :v',
	'(a = :v) = :w', 'a != :v', 'a = 0', 'a = "x"', 'a = :v, b', 'a-b = :v', 'AND a = :v', 'a = and', 'a BETWEEN :v', 'a BETWEEN :v OR :w',
	'a IN :v', 'a IN ()', 'a IN (:v', 'size()', 'contains(a', 'attribute_exists(a b)', '_a = :v', 'a.1 = :v', 'a[0 = :v', '#= :v', ': = a', 'a = :v é',
	'a = :v; b = :w', 'a[1.5] = :v', '()', 'a + b = :v', 'attribute_exists([1])', 'a = :v AND __b = :w']) WITH ORDINALITY AS t(e, n) ORDER BY n;
-- what is wrong with well-formed conditions
SELECT e AS expression, pg_temp.condition_error(e) FROM unnest(ARRAY[
	'((a = :v))', '((a)) = :v', '(((a = :v) AND b = :w))', 'name = :v', 'a.Status = :v', 'foo(a)', 'SIZE(a) = :v', 'size(a)', '(size(a)) AND a = :v',
	'attribute_exists(a) = :v', ':v = attribute_exists(a)', 'size(attribute_exists(a)) = :v', 'size(size(a)) = :v', 'begins_with(contains(a, b), :v)',
	'if_not_exists(a, :v) = :w', 'list_append(a, b) = :v', 'size(a, b) = :v', 'attribute_exists(a, b)', 'contains(a)', 'begins_with(a, b, c)',
	'attribute_exists(:v)', 'attribute_not_exists(:v)', 'attribute_type(a, b)', 'a[007] = :v', 'a = #n-03', 'a[99999999999] = :v', 'a = #n', 'a = :v']) WITH ORDINALITY AS t(e, n) ORDER BY n;
-- a fault in the syntax comes before others
SELECT pg_temp.condition_error('name = :v AND foo(a) AND');
-- limits
SELECT pg_temp.condition_error('a = ' || repeat(' ', 4090) || ':v');
SELECT pg_temp.condition_error('a = ' || repeat(' ', 4091) || ':v');
SELECT pg_temp.condition_error('a IN (' || string_agg(':v', ',') || ')', '{":v": {"N": "1"}}') FROM generate_series(1, 100);
SELECT pg_temp.condition_error('a IN (' || string_agg(':v', ',') || ')', '{":v": {"N": "1"}}') FROM generate_series(1, 101);
SELECT pg_temp.condition_error('NOT a=:v' || repeat(' OR a=:v', 149), '{":v": {"N": "1"}}');
SELECT pg_temp.condition_error('NOT a=:v' || repeat(' OR a=:v', 150), '{":v": {"N": "1"}}');
SELECT pg_temp.condition_error('a' || repeat('.b', 32) || ' = :v');
SELECT pg_temp.condition_error(repeat('(', 2000) || 'a = :v' || repeat(')', 2000));
SELECT pg_temp.condition_error(repeat('NOT ', 1000) || 'a = :v');
-- operand types
SELECT e AS expression, pg_temp.condition_error(e, (SELECT jsonb_object_agg(k, v) FROM jsonb_each('{
	":n": {"N": "1"}, ":m": {"N": "2"}, ":s": {"S": "x"}, ":t": {"S": "y"}, ":b": {"B": "AQ=="}, ":c": {"B": "AA=="}, ":bool": {"BOOL": true}, ":null": {"NULL": true},
	":ss": {"SS": ["x"]}, ":l": {"L": []}, ":map": {"M": {}}, ":ty": {"S": "STRING"}}') AS v(k, v) WHERE e ~ (k || '([^a-z]|$)')))
FROM unnest(ARRAY[
	'a < :bool', ':ss >= a', 'a BETWEEN :l AND :l', 'a BETWEEN :m AND :n', 'a BETWEEN :t AND :s', 'a BETWEEN :b AND :c', 'a BETWEEN :n AND :s',
	'begins_with(a, :n)', 'begins_with(:n, a)', 'begins_with(a, size(b))', 'size(:n) = :m', 'size(:null) = :n', 'contains(:n, a)', 'contains(:map, a)',
	'attribute_type(a, :n)', 'attribute_type(a, :ty)', 'a = a', 'a <> a', 'a.b[1] < a.b[1]', 'a IN (:n, a)', 'contains(a, a)', 'begins_with(a, a)',
	'a BETWEEN :n AND a', 'NOT (a = :n OR a < :null)']) WITH ORDINALITY AS t(e, n) ORDER BY n;
SELECT pg_temp.condition_error('#x = a', NULL, '{"#x": "a"}');

-- syntax of updates
SELECT e AS expression, pg_temp.update_error(e) FROM unnest(ARRAY[
	'', 'INVALID SYNTAX HERE', 'SET', 'SET a', 'SET a =', 'SET a = :v,', 'SET a = :v SET', 'REMOVE', 'REMOVE a =', 'ADD a', 'ADD a b', 'ADD a = :v', 'DELETE a b',
	'SET a = :v + ', 'SET a = (:v', 'SET a = :v * :w', 'SET a = if_not_exists(x, 0)', 'SET set = :v', 'ADD hits : incr', 'SET a = :v; REMOVE b', 'SET :v = a',
	'a = :v', 'SET a = NOT :v', 'SET a = b = c']) WITH ORDINALITY AS t(e, n) ORDER BY n;
SELECT e AS expression, pg_temp.update_error(e) FROM unnest(ARRAY[
	'SET a = :v SET b = :w', 'REMOVE a remove b', 'SET name = :v', 'REMOVE a.items', 'SET a = ((:v + b))', 'SET a = size(b)', 'SET a = attribute_exists(b)',
	'SET a = foo(b)', 'SET a = if_not_exists(:v, b)', 'SET a = if_not_exists(b)', 'SET a = list_append(b, c, d)', 'SET a = list_append(size(b), c)']) WITH ORDINALITY AS t(e, n) ORDER BY n;
SELECT e AS expression, pg_temp.update_error(e, (SELECT jsonb_object_agg(k, v) FROM jsonb_each('{
	":n": {"N": "1"}, ":s": {"S": "x"}, ":ss": {"SS": ["x"]}, ":l": {"L": []}, ":m": {"M": {}}}') AS v(k, v) WHERE e ~ (k || '([^a-z]|$)')))
FROM unnest(ARRAY[
	'SET a = :s + :n', 'SET a = :n - :l', 'SET a = list_append(:s, b)', 'SET a = list_append(b, :ss)', 'SET a = list_append(b, c) + :n', 'ADD a :s', 'ADD a :l', 'DELETE a :n', 'DELETE a :m',
	'SET a = :n, a.b = :n', 'SET a.b = :n REMOVE a', 'SET a = :n ADD a :n', 'SET a[1] = :n, a.b = :n', 'SET a.b.c = :n, a.d = :n, a.b.c.e = :n']) WITH ORDINALITY AS t(e, n) ORDER BY n;
SELECT pg_temp.update_error('SET ' || (SELECT string_agg(format('a%s=:v+:v', n), ',') FROM generate_series(1, 300) n), '{":v": {"N": "1"}}') LIKE '{"a": 1, "a1": 2, %' AS most,
	pg_temp.update_error('SET ' || (SELECT string_agg(format('a%s=:v+:v', n), ',') FROM generate_series(1, 301) n), '{":v": {"N": "1"}}') AS one_more;

-- names and values
SELECT pg_temp.condition_error('#a = :v', '{":v": {"N": "1"}}');
SELECT pg_temp.condition_error('#a = :v', NULL, '{"#a": "a"}');
SELECT pg_temp.condition_error('a = :v', '{":v": {"N": "1"}, ":w": {"N": "1"}, ":u": {"N": "1"}}');
SELECT pg_temp.condition_error('a = :v', '{":v": {"N": "1"}}', '{"#b": "b", "#a": "a"}');
SELECT pg_temp.condition_error('a = :v', '{}');
SELECT pg_temp.condition_error('attribute_exists(a)', NULL, '{}');
SELECT pg_temp.condition_error('a = :v', '{"v": {"N": "1"}}');
SELECT pg_temp.condition_error('a = :v', '{":": {"N": "1"}}');
SELECT pg_temp.condition_error('a = :v', '{":v-w": {"N": "1"}}');
SELECT pg_temp.condition_error('#a = :v', NULL, '{"a": "a"}');
SELECT pg_temp.condition_error('#a = :v', NULL, '{"#a.b": "a"}');
SELECT pg_temp.condition_error('#a = :v', NULL, '{"#a": ""}');
SELECT pg_temp.condition_error('a = :v', '{":v": {}}');
SELECT pg_temp.condition_error('a = :v', '{":v": {"S": "x", "N": "1"}}');
SELECT pg_temp.condition_error('a = :v', '{":v": {"N": "one"}}');
SELECT pg_temp.condition_error('a = :v', '{":v": {"SS": []}}');
SELECT pg_temp.condition_error('a = :v', '{":v": {"NS": ["1", "1.0"]}}');
SELECT pg_temp.condition_error('a = :v', jsonb_build_object(':v', (repeat('{"L": [', 32) || '{"N": "1"}' || repeat(']}', 32))::jsonb));
SELECT pg_temp.condition_error('a = :v', jsonb_build_object(':v', jsonb_build_object('S', repeat('x', 2 * 1024 * 1024))));
SELECT pg_temp.condition_error('#a = :v', NULL, jsonb_build_object('#a', repeat('x', 2 * 1024 * 1024)));
SELECT pg_temp.condition_error('#a = :v', jsonb_build_object(':v', jsonb_build_object('S', repeat('x', 1024 * 1024))), jsonb_build_object('#a', repeat('x', 1024 * 1024)));
-- wrong JSON is another exception
\set VERBOSITY sqlstate
SELECT dynamo.matches('{}', 'a = :v', NULL, '[]');
SELECT dynamo.matches('{}', 'a = :v', '{"#a": 1}');
SELECT dynamo.matches('{}', 'a = :v', NULL, '{":v": {"S": 1}}');
\set VERBOSITY default

-- all reserved words, in any case
SELECT count(*), count(*) FILTER (WHERE pg_temp.condition_error('attribute_exists(' || w || ')')
	= 'Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: ' || w
	OR w IN ('And', 'Between', 'In', 'Not', 'Or')) AS rejected
FROM (SELECT initcap(regexp_split_to_table('
	ABORT ABSOLUTE ACTION ADD AFTER AGENT AGGREGATE ALL ALLOCATE ALTER ANALYZE AND ANY ARCHIVE ARE ARRAY AS ASC ASCII ASENSITIVE ASSERTION ASYMMETRIC AT
	ATOMIC ATTACH ATTRIBUTE AUTH AUTHORIZATION AUTHORIZE AUTO AVG BACK BACKUP BASE BATCH BEFORE BEGIN BETWEEN BIGINT BINARY BIT BLOB BLOCK BOOLEAN BOTH
	BREADTH BUCKET BULK BY BYTE CALL CALLED CALLING CAPACITY CASCADE CASCADED CASE CAST CATALOG CHAR CHARACTER CHECK CLASS CLOB CLOSE CLUSTER CLUSTERED
	CLUSTERING CLUSTERS COALESCE COLLATE COLLATION COLLECTION COLUMN COLUMNS COMBINE COMMENT COMMIT COMPACT COMPILE COMPRESS CONDITION CONFLICT CONNECT
	CONNECTION CONSISTENCY CONSISTENT CONSTRAINT CONSTRAINTS CONSTRUCTOR CONSUMED CONTINUE CONVERT COPY CORRESPONDING COUNT COUNTER CREATE CROSS CUBE
	CURRENT CURSOR CYCLE DATA DATABASE DATE DATETIME DAY DEALLOCATE DEC DECIMAL DECLARE DEFAULT DEFERRABLE DEFERRED DEFINE DEFINED DEFINITION DELETE
	DELIMITED DEPTH DEREF DESC DESCRIBE DESCRIPTOR DETACH DETERMINISTIC DIAGNOSTICS DIRECTORIES DISABLE DISCONNECT DISTINCT DISTRIBUTE DO DOMAIN DOUBLE
	DROP DUMP DURATION DYNAMIC EACH ELEMENT ELSE ELSEIF EMPTY ENABLE END EQUAL EQUALS ERROR ESCAPE ESCAPED EVAL EVALUATE EXCEEDED EXCEPT EXCEPTION
	EXCEPTIONS EXCLUSIVE EXEC EXECUTE EXISTS EXIT EXPLAIN EXPLODE EXPORT EXPRESSION EXTENDED EXTERNAL EXTRACT FAIL FALSE FAMILY FETCH FIELDS FILE FILTER
	FILTERING FINAL FINISH FIRST FIXED FLATTERN FLOAT FOR FORCE FOREIGN FORMAT FORWARD FOUND FREE FROM FULL FUNCTION FUNCTIONS GENERAL GENERATE GET GLOB
	GLOBAL GO GOTO GRANT GREATER GROUP GROUPING HANDLER HASH HAVE HAVING HEAP HIDDEN HOLD HOUR IDENTIFIED IDENTITY IF IGNORE IMMEDIATE IMPORT IN INCLUDING
	INCLUSIVE INCREMENT INCREMENTAL INDEX INDEXED INDEXES INDICATOR INFINITE INITIALLY INLINE INNER INNTER INOUT INPUT INSENSITIVE INSERT INSTEAD INT
	INTEGER INTERSECT INTERVAL INTO INVALIDATE IS ISOLATION ITEM ITEMS ITERATE JOIN KEY KEYS LAG LANGUAGE LARGE LAST LATERAL LEAD LEADING LEAVE LEFT
	LENGTH LESS LEVEL LIKE LIMIT LIMITED LINES LIST LOAD LOCAL LOCALTIME LOCALTIMESTAMP LOCATION LOCATOR LOCK LOCKS LOG LOGED LONG LOOP LOWER MAP MATCH
	MATERIALIZED MAX MAXLEN MEMBER MERGE METHOD METRICS MIN MINUS MINUTE MISSING MOD MODE MODIFIES MODIFY MODULE MONTH MULTI MULTISET NAME NAMES NATIONAL
	NATURAL NCHAR NCLOB NEW NEXT NO NONE NOT NULL NULLIF NUMBER NUMERIC OBJECT OF OFFLINE OFFSET OLD ON ONLINE ONLY OPAQUE OPEN OPERATOR OPTION OR ORDER
	ORDINALITY OTHER OTHERS OUT OUTER OUTPUT OVER OVERLAPS OVERRIDE OWNER PAD PARALLEL PARAMETER PARAMETERS PARTIAL PARTITION PARTITIONED PARTITIONS PATH
	PERCENT PERCENTILE PERMISSION PERMISSIONS PIPE PIPELINED PLAN POOL POSITION PRECISION PREPARE PRESERVE PRIMARY PRIOR PRIVATE PRIVILEGES PROCEDURE
	PROCESSED PROJECT PROJECTION PROPERTY PROVISIONING PUBLIC PUT QUERY QUIT QUORUM RAISE RANDOM RANGE RANK RAW READ READS REAL REBUILD RECORD RECURSIVE
	REDUCE REF REFERENCE REFERENCES REFERENCING REGEXP REGION REINDEX RELATIVE RELEASE REMAINDER RENAME REPEAT REPLACE REQUEST RESET RESIGNAL RESOURCE
	RESPONSE RESTORE RESTRICT RESULT RETURN RETURNING RETURNS REVERSE REVOKE RIGHT ROLE ROLES ROLLBACK ROLLUP ROUTINE ROW ROWS RULE RULES SAMPLE SATISFIES
	SAVE SAVEPOINT SCAN SCHEMA SCOPE SCROLL SEARCH SECOND SECTION SEGMENT SEGMENTS SELECT SELF SEMI SENSITIVE SEPARATE SEQUENCE SERIALIZABLE SESSION SET
	SETS SHARD SHARE SHARED SHORT SHOW SIGNAL SIMILAR SIZE SKEWED SMALLINT SNAPSHOT SOME SOURCE SPACE SPACES SPARSE SPECIFIC SPECIFICTYPE SPLIT SQL
	SQLCODE SQLERROR SQLEXCEPTION SQLSTATE SQLWARNING START STATE STATIC STATUS STORAGE STORE STORED STREAM STRING STRUCT STYLE SUB SUBMULTISET
	SUBPARTITION SUBSTRING SUBTYPE SUM SUPER SYMMETRIC SYNONYM SYSTEM TABLE TABLESAMPLE TEMP TEMPORARY TERMINATED TEXT THAN THEN THROUGHPUT TIME TIMESTAMP
	TIMEZONE TINYINT TO TOKEN TOTAL TOUCH TRAILING TRANSACTION TRANSFORM TRANSLATE TRANSLATION TREAT TRIGGER TRIM TRUE TRUNCATE TTL TUPLE TYPE UNDER UNDO
	UNION UNIQUE UNIT UNKNOWN UNLOGGED UNNEST UNPROCESSED UNSIGNED UNTIL UPDATE UPPER URL USAGE USE USER USERS USING UUID VACUUM VALUE VALUED VALUES
	VARCHAR VARIABLE VARIANCE VARINT VARYING VIEW VIEWS VIRTUAL VOID WAIT WHEN WHENEVER WHERE WHILE WINDOW WITH WITHIN WITHOUT WORK WRAPPED WRITE YEAR
	ZONE', '\s+')) AS w) AS words WHERE w <> '';
SELECT pg_temp.condition_error('attribute_exists(Between)');
SELECT pg_temp.condition_error('attribute_exists(ABORTED) OR attribute_exists(ZONES) OR attribute_exists(A) OR attribute_exists(COUNTS) OR attribute_exists(zz)');

-- the cache gives way to many texts, and what was parsed before is parsed again
SELECT count(*) FILTER (WHERE dynamo.matches('{"a": 1}', 'a = :v OR x' || n || ' = :v', NULL, '{":v": {"N": "1"}}')) FROM generate_series(1, 3000) AS n;
SELECT count(*) FILTER (WHERE dynamo.matches('{"a": 1}', 'a = :v OR x' || n || ' = :v', NULL, '{":v": {"N": "1"}}')) FROM generate_series(1, 3000) AS n;
SELECT sum(total_bytes) < 6 * 1024 * 1024 AS bounded, count(*) <= 1002 AS few FROM pg_backend_memory_contexts WHERE name LIKE 'dynamo expression%';
-- what an error quotes of much
SELECT length(error), left(error, 90), right(error, 12) FROM pg_temp.condition_error('a = :v',
	(SELECT jsonb_object_agg(':v' || n, '{"N": "1"}'::jsonb) || '{":v": {"N": "1"}}' FROM generate_series(1, 5000) n)) error;

-- what was parsed as something else is not taken for this
SELECT dynamo.project('{"a": 1}', 'a, b');
SELECT pg_temp.condition_error('a, b');
DO $$ BEGIN PERFORM dynamo.execute_statement('{"Statement": "SELECT * FROM Absent"}'); EXCEPTION WHEN OTHERS THEN RAISE NOTICE '%', sqlerrm; END $$;
SELECT pg_temp.condition_error('SELECT * FROM Absent');
