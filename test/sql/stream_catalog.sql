-- What the catalogs of streams say of a table's streams and shards

CREATE FUNCTION stream(name text, specification text) RETURNS void LANGUAGE sql AS $$
	SELECT dynamo.update_table(format('{"TableName": "%s", "StreamSpecification": %s}', name, specification)::jsonb)
$$;
CREATE VIEW streams AS
SELECT table_name, relation::regclass, owner::regrole, stream ->> 'view' AS view, disabled IS NOT NULL AS disabled, changes_missing,
	label = (stream ->> 'label')::bigint AS label_fits, row_number() OVER (PARTITION BY table_name ORDER BY label) AS number, label
FROM dynamo.stream_catalog WHERE table_name = 'Streamed';
CREATE VIEW shards AS
SELECT streams.table_name, streams.number AS stream, leaf_number, leaf = (SELECT leaves[leaf_number + 1] FROM dynamo.table_catalog
		WHERE name = streams.table_name) AS leaf_fits, parent, start_commit <= pg_current_wal_insert_lsn() AS begins
FROM dynamo.stream_shard AS shard JOIN streams USING (table_name, label);

SET dynamo.partitions = 2;
SELECT dynamo.create_table('{"TableName": "Streamed", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
	"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"}}') #>> '{TableDescription,TableStatus}';

-- Within the transaction that changes it
BEGIN;
SELECT stream('Streamed', '{"StreamEnabled": false}');
SELECT number, view, disabled, changes_missing FROM streams ORDER BY number;
SELECT stream('Streamed', '{"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"}');
SELECT number, table_name, relation, owner = current_role::regrole AS own, view, disabled, changes_missing, label_fits FROM streams ORDER BY number;
SELECT stream, leaf_number, leaf_fits, parent, begins FROM shards ORDER BY stream, leaf_number;
SELECT max(label) = (SELECT (stream ->> 'label')::bigint FROM dynamo.table_catalog WHERE name = 'Streamed') AS label_of_table FROM streams;
ROLLBACK;
SELECT number, view, disabled FROM streams ORDER BY number;

-- Dropped by its owner, which is another one by now
CREATE ROLE stream_owner;
GRANT CREATE ON SCHEMA dynamo_tables TO stream_owner;
BEGIN;
ALTER TABLE dynamo_tables."Streamed" OWNER TO stream_owner;
DROP VIEW dynamo_views."Streamed";
SET ROLE stream_owner;
DROP TABLE dynamo_tables."Streamed";
RESET ROLE;
SELECT number, owner, disabled FROM streams ORDER BY number;
ROLLBACK;
BEGIN;
SELECT dynamo.delete_table('{"TableName": "Streamed"}') #>> '{TableDescription,TableStatus}';
SELECT number, owner, disabled, changes_missing FROM streams ORDER BY number;
-- The name again, in the same transaction
SELECT dynamo.create_table('{"TableName": "Streamed", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
	"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "OLD_IMAGE"}}') #>> '{TableDescription,TableStatus}';
SELECT number, view, disabled, label_fits FROM streams ORDER BY number;
ROLLBACK;

-- Nothing of it may be read or written by others
SET ROLE stream_owner;
SELECT FROM dynamo.stream_catalog;
SELECT FROM dynamo.stream_shard;
SELECT nextval('dynamo.stream_shard_number');
RESET ROLE;

-- What everybody sees
SET ROLE stream_owner;
SELECT table_name, arn LIKE 'arn:aws:dynamodb:us-east-1:000000000000:table/Streamed/stream/' || label AS arn, view_type,
	status IN ('ENABLING', 'ENABLED') AS enabled, disabled, changes_missing, shards FROM dynamo.streams WHERE table_name = 'Streamed';
SELECT FROM dynamo.capture;
SELECT FROM dynamo.capture_states();
RESET ROLE;

-- Rows that are none of ours
CREATE PROCEDURE doctor(statement text) LANGUAGE plpgsql AS $$
BEGIN
	-- Other tests leave streams behind.
	DELETE FROM dynamo.stream_shard WHERE table_name <> 'Streamed';
	DELETE FROM dynamo.stream_catalog WHERE table_name <> 'Streamed';
	EXECUTE statement;
	PERFORM FROM dynamo.streams;
	RAISE EXCEPTION 'it has been told';
EXCEPTION WHEN OTHERS THEN
	RAISE NOTICE '% %', sqlstate, sqlerrm;
END
$$;
\set VERBOSITY terse
CALL doctor($$UPDATE dynamo.stream_catalog SET stream = '[]'$$);
CALL doctor($$UPDATE dynamo.stream_catalog SET stream = stream || '{"label": 1}'$$);
CALL doctor($$UPDATE dynamo.stream_catalog SET label = -1$$);
CALL doctor($$ALTER TABLE dynamo.stream_catalog ALTER changes_missing DROP NOT NULL; UPDATE dynamo.stream_catalog SET changes_missing = NULL$$);
CALL doctor($$ALTER TABLE dynamo.stream_catalog ALTER owner DROP NOT NULL$$);
CALL doctor($$UPDATE dynamo.stream_shard SET shard = -shard$$);
CALL doctor($$UPDATE dynamo.stream_shard SET leaf_number = 1024$$);
CALL doctor($$UPDATE dynamo.stream_shard SET start_epoch = 0$$);
CALL doctor($$UPDATE dynamo.stream_shard SET end_epoch = 900000, end_commit = '0/0', closed = now()$$);
CALL doctor($$UPDATE dynamo.stream_shard SET end_epoch = start_epoch, end_commit = '0/0', closed = now()$$);
CALL doctor($$UPDATE dynamo.stream_shard SET end_epoch = start_epoch$$);
CALL doctor($$ALTER TABLE dynamo.stream_shard ADD extra text$$);
DROP PROCEDURE doctor;
\set VERBOSITY default

SELECT dynamo.delete_table('{"TableName": "Streamed"}') #>> '{TableDescription,TableStatus}';
DROP VIEW shards, streams;
DROP FUNCTION stream;
REVOKE CREATE ON SCHEMA dynamo_tables FROM stream_owner;
DROP ROLE stream_owner;
