-- What has changed since 1.0. The result is what dynamo.sql makes.
\echo Use "ALTER EXTENSION dynamo UPDATE TO '1.1'" to load this file. \quit

--
-- Streams: decoding reads the catalog as it was at the time of a change
--
ALTER TABLE dynamo.table_catalog ADD COLUMN stream jsonb;
ALTER TABLE dynamo.table_catalog ALTER COLUMN stream SET STORAGE PLAIN;
ALTER TABLE dynamo.table_catalog SET (user_catalog_table = true);
GRANT SELECT (stream) ON dynamo.table_catalog TO PUBLIC;

--
-- For operators
--
CREATE FUNCTION dynamo.table_states(OUT name text, OUT relation regclass, OUT leaves regclass[],
	OUT status text, OUT items bigint, OUT size_bytes bigint, OUT indexes jsonb, OUT broken text[])
	RETURNS SETOF record
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_table_states';
COMMENT ON FUNCTION dynamo.table_states() IS
	'what the view dynamo.tables shows; waits for no lock';

CREATE VIEW dynamo.tables WITH (security_invoker = true) AS
SELECT name, relation, leaves, status, items, size_bytes, indexes, broken FROM dynamo.table_states();
COMMENT ON VIEW dynamo.tables IS
	'tables with their size, the status of their indexes and what is broken; null: nothing is. size_bytes is null where a lock would be waited for, items where nothing counts them';
GRANT SELECT ON dynamo.tables TO PUBLIC;

CREATE FUNCTION dynamo.add_statistics(table_name text) RETURNS void
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_add_statistics';
COMMENT ON FUNCTION dynamo.add_statistics(text) IS
	'makes the objects of extended statistics that a table of the caller''s should have and has not';

CREATE FUNCTION dynamo.set_replica_identity(table_name text, identity text) RETURNS void
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_set_replica_identity';
COMMENT ON FUNCTION dynamo.set_replica_identity(text, text) IS
	'ALTER TABLE ... REPLICA IDENTITY of a table of the caller''s with all of its partitions: full, default or nothing';

CREATE FUNCTION dynamo.check_table(table_name text, items boolean DEFAULT true,
	OUT object text, OUT finding text, OUT hint text)
	RETURNS SETOF record
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_check_table';
COMMENT ON FUNCTION dynamo.check_table(text, boolean) IS
	'a row for each thing that is wrong with a table of the caller''s: in the catalogs and, unless items is false, in its items and, by amcheck, its indexes';

CREATE FUNCTION dynamo.key_cache_counters(OUT places bigint, OUT hits bigint, OUT misses bigint)
	LANGUAGE c VOLATILE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_key_cache_counters';
COMMENT ON FUNCTION dynamo.key_cache_counters() IS
	'what the view dynamo.key_cache shows; null where the library is not preloaded';

CREATE VIEW dynamo.key_cache WITH (security_invoker = true) AS
SELECT places, hits, misses, hits::double precision / nullif(hits + misses, 0) AS hit_ratio
FROM dynamo.key_cache_counters();
COMMENT ON VIEW dynamo.key_cache IS
	'how many places of rows the key cache has room for, and how often since the server started it has led to a row, or the key index was searched';
GRANT SELECT ON dynamo.key_cache TO PUBLIC;

CREATE FUNCTION dynamo.operations(OUT name text, OUT service text, OUT actions text[],
	OUT resources text)
	RETURNS SETOF record
	LANGUAGE c STABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_operations';
COMMENT ON FUNCTION dynamo.operations() IS
	'the operations of the API: their services, the actions that policies know them by, and the member of a request that names its tables; null where it is about none';

CREATE FUNCTION dynamo.key_hash(table_name text, key jsonb) RETURNS text
	LANGUAGE c STABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_key_hash';
COMMENT ON FUNCTION dynamo.key_hash(text, jsonb) IS
	'what the log of dynamo.log_min_duration calls a key, which is given in DynamoDB JSON';
REVOKE ALL ON FUNCTION dynamo.key_hash(text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dynamo.key_hash(text, jsonb) TO pg_monitor;
-- Tables get what the planner is to know of their keys. It belongs to them, not to the extension.
DO $$
DECLARE
	table_name text;
	statistics text;
BEGIN
	FOR table_name IN SELECT name FROM dynamo.table_catalog LOOP
		BEGIN
			PERFORM dynamo.add_statistics(table_name);
		EXCEPTION WHEN OTHERS THEN
			RAISE WARNING 'table "%" gets no statistics for the planner: %', table_name, SQLERRM
				USING HINT = pg_catalog.format('Repair it and call dynamo.add_statistics(%L).', table_name);
		END;
	END LOOP;
	FOR statistics IN SELECT pg_catalog.format('%I.%I', stxnamespace::regnamespace, stxname)
		FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_depend d
			ON d.classid = 'pg_catalog.pg_statistic_ext'::regclass AND d.objid = s.oid AND d.deptype = 'e' LOOP
		EXECUTE 'ALTER EXTENSION dynamo DROP STATISTICS ' || statistics;
	END LOOP;
END $$;

-- The schema dynamo becomes a member of the extension, which was in it: PostgreSQL has no command for that.
UPDATE pg_catalog.pg_extension SET extnamespace = 'pg_catalog'::pg_catalog.regnamespace WHERE extname = 'dynamo';
DELETE FROM pg_catalog.pg_depend
WHERE classid = 'pg_catalog.pg_extension'::pg_catalog.regclass
	AND objid = (SELECT oid FROM pg_catalog.pg_extension WHERE extname = 'dynamo')
	AND refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND refobjid = 'dynamo'::pg_catalog.regnamespace;
ALTER EXTENSION dynamo ADD SCHEMA dynamo;
COMMENT ON SCHEMA dynamo IS
	'Functions and tables of extension dynamo; DynamoDB tables are in dynamo_tables';

GRANT CREATE ON SCHEMA dynamo_tables, dynamo_views TO @extowner@ WITH GRANT OPTION;

-- Restoring

CREATE UNIQUE INDEX table_catalog_id ON dynamo.table_catalog (id);
COMMENT ON TABLE dynamo.table_catalog IS
	'DynamoDB tables: written by the API and by restores alone, dumped with the database';
GRANT SELECT, INSERT ON dynamo.table_catalog TO pg_database_owner;

CREATE FUNCTION dynamo.check_restored_table() RETURNS trigger
	LANGUAGE c VOLATILE
	AS 'MODULE_PATHNAME', 'dynamo_check_restored_table';
COMMENT ON FUNCTION dynamo.check_restored_table() IS
	'lets a role restore the catalog rows of its own tables alone';

CREATE TRIGGER check_restored BEFORE INSERT ON dynamo.table_catalog
	FOR EACH ROW EXECUTE FUNCTION dynamo.check_restored_table();
-- Subscriptions too, which a role that is no superuser may have, apply what it wants to insert.
ALTER TABLE dynamo.table_catalog ENABLE ALWAYS TRIGGER check_restored;

GRANT SELECT, INSERT ON dynamo.scaling_activity_log TO pg_database_owner;

CREATE FUNCTION dynamo.check_restored_activity() RETURNS trigger
	LANGUAGE c VOLATILE
	AS 'MODULE_PATHNAME', 'dynamo_check_restored_activity';
COMMENT ON FUNCTION dynamo.check_restored_activity() IS
	'lets a role restore the scaling history of its own tables alone';

CREATE TRIGGER check_restored BEFORE INSERT ON dynamo.scaling_activity_log
	FOR EACH ROW EXECUTE FUNCTION dynamo.check_restored_activity();
ALTER TABLE dynamo.scaling_activity_log ENABLE ALWAYS TRIGGER check_restored;

-- Partitions

COMMENT ON FUNCTION dynamo.forget_dropped_tables() IS
	'removes the catalog rows of tables that DROP TABLE or DROP OWNED removed, and refuses to drop a partition alone';

CREATE FUNCTION dynamo.keep_partitions() RETURNS event_trigger
	LANGUAGE c VOLATILE
	AS 'MODULE_PATHNAME', 'dynamo_keep_partitions';
COMMENT ON FUNCTION dynamo.keep_partitions() IS
	'refuses ALTER TABLE ... DETACH PARTITION of a DynamoDB table';

CREATE EVENT TRIGGER dynamo_keep_partitions ON ddl_command_start WHEN TAG IN ('ALTER TABLE')
	EXECUTE FUNCTION dynamo.keep_partitions();

CREATE FUNCTION dynamo.adopt_table(relation regclass, table_name text DEFAULT NULL)
RETURNS text LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_adopt_table';
COMMENT ON FUNCTION dynamo.adopt_table(regclass, text) IS
'makes a DynamoDB table of a relation that was restored without its row of dynamo.table_catalog; its name';

-- Relations of tables say what they are.
DO $$
DECLARE
	kind text;
	object text;
	comment text;
BEGIN
	FOR kind, object, comment IN
		WITH tables AS (
			SELECT c.name, c.relation, c.definition, parent.relname, format('DynamoDB table "%s"', c.name) AS says
			FROM dynamo.table_catalog c JOIN pg_catalog.pg_class parent ON parent.oid = c.relation
		), leaves AS (
			SELECT t.*, leaf.oid AS leaf, number - 1 AS number
			FROM tables t JOIN dynamo.table_catalog c USING (name), unnest(c.leaves) WITH ORDINALITY AS l (leaf, number)
				JOIN pg_catalog.pg_class leaf ON leaf.oid = l.leaf
		), kinds AS (
			SELECT name, 'key' AS ending, 'key' AS kind FROM tables
			UNION ALL SELECT name, definition #>> '{time_to_live,number}', 'time to live' FROM tables
			UNION ALL SELECT t.name, i.index ->> 'number',
				format('%s secondary index "%s"', CASE i.index ->> 'local' WHEN 'true' THEN 'local' ELSE 'global' END, i.index ->> 'name')
			FROM tables t, jsonb_path_query(t.definition, '$.indexes[*]') AS i (index)
		), comments (class, oid, kind, object, comment) AS (
			SELECT 'pg_class', relation, 'TABLE', relation::text, says FROM tables
			UNION ALL SELECT 'pg_constraint', k.oid, 'CONSTRAINT', format('item_rules ON %s', relation), 'what each item of ' || says || ' must have'
			FROM tables JOIN pg_catalog.pg_constraint k ON conrelid = relation AND conname = 'item_rules'
			UNION ALL SELECT 'pg_class', v.oid, 'VIEW', v.oid::regclass::text, says || ', with key attributes as columns'
			FROM tables t JOIN pg_catalog.pg_class v ON v.relname = t.relname AND v.relkind = 'v' AND v.relnamespace = 'dynamo_views'::regnamespace
			UNION ALL SELECT 'pg_class', leaf, 'TABLE', leaf::regclass::text, format('partition %s of %s, not to be dropped without it', number, says)
			FROM leaves
			UNION ALL SELECT 'pg_class', r.oid, 'INDEX', r.oid::regclass::text, format('%s of partition %s of %s', k.kind, number, says)
			FROM leaves l JOIN kinds k USING (name) JOIN pg_catalog.pg_index i ON i.indrelid = l.leaf
				JOIN pg_catalog.pg_class r ON r.oid = i.indexrelid AND r.relname LIKE format('%%/%s/%s', number, k.ending)
		)
		SELECT c.kind, c.object, c.comment FROM comments c WHERE obj_description(c.oid, c.class) IS NULL
	LOOP
		EXECUTE format('COMMENT ON %s %s IS %L', kind, object, comment);
	END LOOP;
END $$;
CREATE FUNCTION dynamo.rebuild_index(table_name text, index_name text DEFAULT NULL) RETURNS void
	LANGUAGE c VOLATILE PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_rebuild_index';
COMMENT ON FUNCTION dynamo.rebuild_index(text, text) IS
	'has a worker build an index of a table of the caller''s anew, while it serves; null is the index of the key, "time to live" that of time to live';

-- Streams and the change log

CREATE TABLE dynamo.change_epoch
(
	epoch integer NOT NULL,
	system_identifier bigint NOT NULL,
	timeline integer NOT NULL,
	start pg_lsn NOT NULL,
	started timestamptz NOT NULL,
	reason text NOT NULL,
	ended timestamptz,
	CONSTRAINT change_epoch_pkey PRIMARY KEY (epoch)
);
COMMENT ON TABLE dynamo.change_epoch IS
	'since when changes are captured without a gap: a new epoch begins where some may have been lost';

CREATE TABLE dynamo.change_segment
(
	segment integer NOT NULL,
	relation oid NOT NULL,
	epoch integer NOT NULL,
	first_commit pg_lsn NOT NULL,
	started timestamptz NOT NULL,
	CONSTRAINT change_segment_pkey PRIMARY KEY (segment)
);
COMMENT ON TABLE dynamo.change_segment IS
	'the partitions of dynamo.change_log in the order of time; retention drops the oldest';

CREATE TABLE dynamo.change_log
(
	segment integer NOT NULL,
	leaf oid NOT NULL,
	first_commit pg_lsn NOT NULL,
	first_number bigint NOT NULL,
	last_commit pg_lsn NOT NULL,
	last_number bigint NOT NULL,
	first_time timestamptz NOT NULL,
	last_time timestamptz NOT NULL,
	label bigint NOT NULL,
	count integer NOT NULL,
	length integer NOT NULL,
	changes bytea NOT NULL
)
PARTITION BY LIST (segment);
ALTER TABLE dynamo.change_log ALTER COLUMN changes SET STORAGE EXTERNAL;
CREATE INDEX change_log_leaf ON dynamo.change_log (leaf, first_commit, first_number);
COMMENT ON TABLE dynamo.change_log IS
	'chunks of changes of a partition of a table, compressed';

CREATE TABLE dynamo.stream_catalog
(
	table_name text COLLATE "C" NOT NULL,
	label bigint NOT NULL,
	relation oid NOT NULL,
	owner oid NOT NULL,
	stream jsonb NOT NULL,
	created timestamptz NOT NULL,
	disabled timestamptz,
	changes_missing boolean NOT NULL,
	CONSTRAINT stream_catalog_pkey PRIMARY KEY (table_name, label)
);
COMMENT ON TABLE dynamo.stream_catalog IS
	'streams whose records may still be read';

CREATE TABLE dynamo.stream_shard
(
	shard bigint NOT NULL,
	table_name text COLLATE "C" NOT NULL,
	label bigint NOT NULL,
	leaf_number integer NOT NULL,
	leaf oid NOT NULL,
	parent bigint,
	opened timestamptz NOT NULL,
	start_epoch integer NOT NULL,
	start_commit pg_lsn NOT NULL,
	end_epoch integer,
	end_commit pg_lsn,
	closed timestamptz,
	CONSTRAINT stream_shard_pkey PRIMARY KEY (table_name, label, shard)
);
CREATE SEQUENCE dynamo.stream_shard_number;
COMMENT ON TABLE dynamo.stream_shard IS
	'shards of streams: ranges of the changes of a partition of a table';

REVOKE ALL ON dynamo.change_epoch, dynamo.change_segment, dynamo.change_log, dynamo.stream_catalog,
	dynamo.stream_shard, dynamo.stream_shard_number FROM PUBLIC;

CREATE FUNCTION dynamo.list_streams(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.list_streams(jsonb) IS
'ListStreams: lists streams, a page at a time';

CREATE FUNCTION dynamo.describe_stream(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.describe_stream(jsonb) IS
'DescribeStream: describes a stream and its shards';

CREATE FUNCTION dynamo.get_shard_iterator(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.get_shard_iterator(jsonb) IS
'GetShardIterator: gives an iterator, with which get_records reads a shard';

CREATE FUNCTION dynamo.get_records(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.get_records(jsonb) IS
'GetRecords: reads records of changes from a shard';

CREATE FUNCTION dynamo.changes(stream text, "from" text DEFAULT NULL, "to" text DEFAULT NULL)
RETURNS TABLE (sequence_number text, event_name text, "time" timestamptz, keys jsonb,
	old_item jsonb, new_item jsonb, shard_id text, by_service boolean)
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_changes';
COMMENT ON FUNCTION dynamo.changes(text, text, text) IS
'changes of a stream, by its ARN or its table''s name, at or after a sequence number and before another';

CREATE FUNCTION dynamo.changes(stream text, "from" timestamptz, "to" timestamptz DEFAULT NULL)
RETURNS TABLE (sequence_number text, event_name text, "time" timestamptz, keys jsonb,
	old_item jsonb, new_item jsonb, shard_id text, by_service boolean)
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_changes_of_time';
COMMENT ON FUNCTION dynamo.changes(text, timestamptz, timestamptz) IS
'changes of a stream, by its ARN or its table''s name, committed at or after a time and before another';

CREATE FUNCTION dynamo.stream_states(OUT table_name text, OUT label text, OUT arn text, OUT view_type text,
	OUT status text, OUT created timestamptz, OUT disabled timestamptz, OUT changes_missing boolean, OUT shards integer)
	RETURNS SETOF record
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_stream_states';
COMMENT ON FUNCTION dynamo.stream_states() IS
	'what the view dynamo.streams shows';

CREATE VIEW dynamo.streams WITH (security_invoker = true) AS
SELECT table_name, label, arn, view_type, status, created, disabled, changes_missing, shards
FROM dynamo.stream_states();
COMMENT ON VIEW dynamo.streams IS
	'streams whose records may still be read, also those that are disabled and of tables that are gone; changes_missing: ended because some may have been lost';
GRANT SELECT ON dynamo.streams TO PUBLIC;

CREATE FUNCTION dynamo.capture_states(OUT database text, OUT pid integer, OUT phase text, OUT epoch integer,
	OUT captured_lsn pg_lsn, OUT confirmed_lsn pg_lsn, OUT lag_bytes bigint, OUT lag_seconds double precision,
	OUT wal_bytes bigint, OUT changes bigint, OUT chunks bigint, OUT error text, OUT error_time timestamptz)
	RETURNS SETOF record
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_capture_states';
COMMENT ON FUNCTION dynamo.capture_states() IS
	'what the view dynamo.capture shows';
REVOKE ALL ON FUNCTION dynamo.capture_states() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dynamo.capture_states() TO pg_monitor;

CREATE VIEW dynamo.capture WITH (security_invoker = true) AS
SELECT database, pid, phase, epoch, captured_lsn, confirmed_lsn, lag_bytes, lag_seconds, wal_bytes,
	changes, chunks, error, error_time
FROM dynamo.capture_states();
COMMENT ON VIEW dynamo.capture IS
	'the databases whose changes of items are captured for streams: how far that is, and what it last failed at; wal_bytes is the WAL kept for it';
GRANT SELECT ON dynamo.capture TO pg_monitor;
