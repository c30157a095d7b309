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

CREATE FUNCTION dynamo.add_views(table_name text) RETURNS void
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_add_views';
COMMENT ON FUNCTION dynamo.add_views(text) IS
	'makes the views that a table of the caller''s and its global indexes should have and have not';

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

CREATE FUNCTION dynamo.audit_counters(OUT written bigint, OUT lost bigint, OUT waiting_bytes bigint,
		OUT last_error text, OUT last_error_time timestamptz)
	LANGUAGE c VOLATILE PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_audit_counters';
COMMENT ON FUNCTION dynamo.audit_counters() IS
	'what the view dynamo.audit_status shows; null where the library is not preloaded';
REVOKE ALL ON FUNCTION dynamo.audit_counters() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dynamo.audit_counters() TO pg_monitor;

CREATE VIEW dynamo.audit_status WITH (security_invoker = true) AS
SELECT written, lost, waiting_bytes, last_error, last_error_time
FROM dynamo.audit_counters();
COMMENT ON VIEW dynamo.audit_status IS
	'records of the audit since the server started: those that were written, those that were lost for want of room, what waits to be written, and why that last failed';
GRANT SELECT ON dynamo.audit_status TO pg_monitor;

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
--
-- Policies: documents in IAM's language, those of roles by their names
--
CREATE TABLE dynamo.policy
(
	name text COLLATE "C" NOT NULL,
	document text NOT NULL,
	changed timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	CONSTRAINT policy_pkey PRIMARY KEY (name)
);
COMMENT ON TABLE dynamo.policy IS
	'policies that may be attached to roles';

-- Without a foreign key, which pg_restore -j breaks: it loads both tables at the same time.
CREATE TABLE dynamo.role_policy
(
	role regrole NOT NULL,
	policy text COLLATE "C" NOT NULL,
	changed timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	CONSTRAINT role_policy_pkey PRIMARY KEY (role, policy)
);
CREATE INDEX role_policy_policy ON dynamo.role_policy (policy);
COMMENT ON TABLE dynamo.role_policy IS
	'which policies are attached to which roles';

CREATE TABLE dynamo.resource_policy
(
	relation regclass NOT NULL,
	stream bigint NOT NULL,
	document text NOT NULL,
	revision text NOT NULL,
	changed timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	CONSTRAINT resource_policy_pkey PRIMARY KEY (relation, stream)
);
COMMENT ON TABLE dynamo.resource_policy IS
	'policies of tables, and of their streams by label; 0 is the table itself';

REVOKE ALL ON dynamo.policy, dynamo.role_policy, dynamo.resource_policy FROM PUBLIC;
GRANT SELECT, INSERT ON dynamo.policy, dynamo.role_policy, dynamo.resource_policy TO pg_database_owner;
SELECT pg_catalog.pg_extension_config_dump('dynamo.policy', '');
SELECT pg_catalog.pg_extension_config_dump('dynamo.role_policy',
	'WHERE EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.oid OPERATOR(pg_catalog.=) role)');
SELECT pg_catalog.pg_extension_config_dump('dynamo.resource_policy',
	'WHERE stream OPERATOR(pg_catalog.=) 0 AND EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid OPERATOR(pg_catalog.=) relation)');

CREATE FUNCTION dynamo.policies_changed() RETURNS trigger
	LANGUAGE c VOLATILE
	AS 'MODULE_PATHNAME', 'dynamo_policies_changed';
COMMENT ON FUNCTION dynamo.policies_changed() IS
	'has every session read policies again';

CREATE FUNCTION dynamo.check_restored_policy() RETURNS trigger
	LANGUAGE c VOLATILE
	AS 'MODULE_PATHNAME', 'dynamo_check_restored_policy';
COMMENT ON FUNCTION dynamo.check_restored_policy() IS
	'lets a superuser alone restore policies of roles, and a table''s owner those of the table';

CREATE TRIGGER check_restored BEFORE INSERT ON dynamo.policy
	FOR EACH ROW EXECUTE FUNCTION dynamo.check_restored_policy();
CREATE TRIGGER check_restored BEFORE INSERT ON dynamo.role_policy
	FOR EACH ROW EXECUTE FUNCTION dynamo.check_restored_policy();
CREATE TRIGGER check_restored BEFORE INSERT ON dynamo.resource_policy
	FOR EACH ROW EXECUTE FUNCTION dynamo.check_restored_policy('relation');
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON dynamo.policy
	FOR EACH STATEMENT EXECUTE FUNCTION dynamo.policies_changed();
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON dynamo.role_policy
	FOR EACH STATEMENT EXECUTE FUNCTION dynamo.policies_changed();
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON dynamo.resource_policy
	FOR EACH STATEMENT EXECUTE FUNCTION dynamo.policies_changed();
ALTER TABLE dynamo.policy ENABLE ALWAYS TRIGGER check_restored, ENABLE ALWAYS TRIGGER changed;
ALTER TABLE dynamo.role_policy ENABLE ALWAYS TRIGGER check_restored, ENABLE ALWAYS TRIGGER changed;
ALTER TABLE dynamo.resource_policy ENABLE ALWAYS TRIGGER check_restored, ENABLE ALWAYS TRIGGER changed;

CREATE FUNCTION dynamo.put_policy(name text, document json) RETURNS void
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_put_policy';
COMMENT ON FUNCTION dynamo.put_policy(text, json) IS
	'makes a policy, or gives it another document; json, so that a member given twice is refused';

CREATE FUNCTION dynamo.delete_policy(name text) RETURNS void
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_delete_policy';
COMMENT ON FUNCTION dynamo.delete_policy(text) IS
	'deletes a policy that is attached to no role';

CREATE FUNCTION dynamo.attach_role_policy(role regrole, policy text) RETURNS void
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_attach_role_policy';
COMMENT ON FUNCTION dynamo.attach_role_policy(regrole, text) IS
	'has a policy narrow a role, and those that inherit its privileges';

CREATE FUNCTION dynamo.detach_role_policy(role regrole, policy text) RETURNS void
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_detach_role_policy';
COMMENT ON FUNCTION dynamo.detach_role_policy(regrole, text) IS
	'takes a policy off a role';

REVOKE ALL ON FUNCTION dynamo.put_policy(text, json), dynamo.delete_policy(text),
	dynamo.attach_role_policy(regrole, text), dynamo.detach_role_policy(regrole, text) FROM PUBLIC;

CREATE FUNCTION dynamo.simulate_policy(role regrole, action text, resource text,
	context jsonb DEFAULT '{}', session_name text DEFAULT NULL, session_policy json DEFAULT NULL,
	OUT decision text, OUT reason text, OUT policy text, OUT statement integer, OUT sid text)
	LANGUAGE c STABLE PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_simulate_policy';
COMMENT ON FUNCTION dynamo.simulate_policy(regrole, text, text, jsonb, text, json) IS
	'what policies say of a request of a role''s, and by which statement, counted from 1; context has values of condition keys';

CREATE VIEW dynamo.role_policies WITH (security_barrier = true) AS
SELECT r.rolname AS role, p.policy, p.changed
FROM dynamo.role_policy p JOIN pg_catalog.pg_roles r ON r.oid OPERATOR(pg_catalog.=) p.role
WHERE pg_catalog.pg_has_role(r.oid, 'USAGE');
COMMENT ON VIEW dynamo.role_policies IS
	'policies that are attached to roles whose privileges the caller has';

CREATE VIEW dynamo.policies WITH (security_barrier = true) AS
SELECT p.name, p.document::json AS document, p.changed
FROM dynamo.policy p
WHERE pg_catalog.has_function_privilege('dynamo.put_policy(text, json)', 'EXECUTE')
	OR EXISTS (SELECT FROM dynamo.role_policies r WHERE r.policy OPERATOR(pg_catalog.=) p.name);
COMMENT ON VIEW dynamo.policies IS
	'policies that the caller may change, or that are attached to roles whose privileges it has';

CREATE VIEW dynamo.resource_policies WITH (security_barrier = true) AS
SELECT p.relation, p.stream, p.document::json AS document, p.revision, p.changed
FROM dynamo.resource_policy p JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) p.relation
WHERE pg_catalog.pg_has_role(c.relowner, 'USAGE');
COMMENT ON VIEW dynamo.resource_policies IS
	'policies of the caller''s tables, and of their streams by label; 0 is the table itself';
GRANT SELECT ON dynamo.role_policies, dynamo.policies, dynamo.resource_policies TO PUBLIC;

CREATE FUNCTION dynamo.put_resource_policy(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.put_resource_policy(jsonb) IS
'PutResourcePolicy: gives a table or stream a policy';

CREATE FUNCTION dynamo.get_resource_policy(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.get_resource_policy(jsonb) IS
'GetResourcePolicy: the policy of a table or stream';

CREATE FUNCTION dynamo.delete_resource_policy(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.delete_resource_policy(jsonb) IS
'DeleteResourcePolicy: takes a table''s or stream''s policy off it';

-- Tables get what the planner is to know of their keys, and views of their global indexes. These belong to them, not to
-- the extension.
DO $$
DECLARE
	table_name text;
	statistics text;
	view_name text;
BEGIN
	FOR table_name IN SELECT name FROM dynamo.table_catalog LOOP
		BEGIN
			PERFORM dynamo.add_statistics(table_name);
		EXCEPTION WHEN OTHERS THEN
			RAISE WARNING 'table "%" gets no statistics for the planner: %', table_name, SQLERRM
				USING HINT = pg_catalog.format('Repair it and call dynamo.add_statistics(%L).', table_name);
		END;
		BEGIN
			PERFORM dynamo.add_views(table_name);
		EXCEPTION WHEN OTHERS THEN
			RAISE WARNING 'table "%" gets no views of its indexes: %', table_name, SQLERRM
				USING HINT = pg_catalog.format('Repair it and call dynamo.add_views(%L).', table_name);
		END;
	END LOOP;
	FOR statistics IN SELECT pg_catalog.format('%I.%I', stxnamespace::regnamespace, stxname)
		FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_depend d
			ON d.classid = 'pg_catalog.pg_statistic_ext'::regclass AND d.objid = s.oid AND d.deptype = 'e' LOOP
		EXECUTE 'ALTER EXTENSION dynamo DROP STATISTICS ' || statistics;
	END LOOP;
	FOR view_name IN SELECT c.oid::regclass FROM pg_catalog.pg_class c JOIN pg_catalog.pg_depend d
			ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
		WHERE c.relnamespace = 'dynamo_views'::regnamespace LOOP
		EXECUTE 'ALTER EXTENSION dynamo DROP VIEW ' || view_name;
	END LOOP;
END $$;

-- The schema dynamo becomes a member of the extension, which was in it: PostgreSQL has no command for that.
UPDATE pg_catalog.pg_extension SET extnamespace = 'pg_catalog'::pg_catalog.regnamespace WHERE extname = 'dynamo';
DELETE FROM pg_catalog.pg_depend
WHERE classid = 'pg_catalog.pg_extension'::pg_catalog.regclass
	AND objid = (SELECT oid FROM pg_catalog.pg_extension WHERE extname = 'dynamo')
	AND refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND refobjid = 'dynamo'::pg_catalog.regnamespace;
ALTER EXTENSION dynamo ADD SCHEMA dynamo;
COMMENT ON SCHEMA dynamo_views IS
	'A view of each DynamoDB table, with its key attributes as typed columns beside item, and of each global index';
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
	loss text,
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

CREATE TABLE dynamo.change_horizon
(
	leaf oid NOT NULL,
	epoch integer NOT NULL,
	last_commit pg_lsn NOT NULL,
	last_number bigint NOT NULL,
	CONSTRAINT change_horizon_pkey PRIMARY KEY (leaf)
);
COMMENT ON TABLE dynamo.change_horizon IS
	'the last change of each leaf that retention has dropped from dynamo.change_log';

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
	tags jsonb,
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

CREATE TABLE dynamo.stream_fault
(
	relation oid NOT NULL,
	label bigint NOT NULL,
	CONSTRAINT stream_fault_pkey PRIMARY KEY (relation, label)
);
COMMENT ON TABLE dynamo.stream_fault IS
	'streams that lack changes, and are yet to be ended for that; label -1 is the one that the relation has';

REVOKE ALL ON dynamo.change_epoch, dynamo.change_segment, dynamo.change_horizon, dynamo.change_log,
	dynamo.stream_catalog, dynamo.stream_fault, dynamo.stream_shard, dynamo.stream_shard_number FROM PUBLIC;

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

--
-- Endpoints: what is called over HTTP
--
CREATE FUNCTION dynamo.endpoint_address_is_allowed(address inet) RETURNS boolean
	LANGUAGE c STABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_endpoint_address_is_allowed';
COMMENT ON FUNCTION dynamo.endpoint_address_is_allowed(inet) IS
	'whether dynamo.endpoint_addresses lets triggers and destinations call the address';

CREATE TABLE dynamo.endpoint_credential
(
	owner oid NOT NULL,
	name text COLLATE "C" NOT NULL,
	access_key text NOT NULL,
	secret_key text NOT NULL,
	session_token text,
	changed timestamptz NOT NULL,
	CONSTRAINT endpoint_credential_pkey PRIMARY KEY (owner, name)
);
COMMENT ON TABLE dynamo.endpoint_credential IS
	'access keys with which calls of endpoints are signed; to be read by nobody, and in no dump';
REVOKE ALL ON dynamo.endpoint_credential FROM PUBLIC;

CREATE VIEW dynamo.endpoint_credentials WITH (security_barrier = true) AS
SELECT pg_catalog.pg_get_userbyid(owner) AS owner, name, session_token IS NOT NULL AS is_temporary, changed
FROM dynamo.endpoint_credential
WHERE pg_catalog.pg_has_role(owner, 'USAGE');
COMMENT ON VIEW dynamo.endpoint_credentials IS
	'credentials of the caller''s, without their keys';
GRANT SELECT ON dynamo.endpoint_credentials TO PUBLIC;

CREATE FUNCTION dynamo.set_endpoint_credential(name text, access_key text, secret_key text,
	session_token text DEFAULT NULL) RETURNS void
	LANGUAGE c VOLATILE PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_set_endpoint_credential';
COMMENT ON FUNCTION dynamo.set_endpoint_credential(text, text, text, text) IS
	'makes or changes a credential of the current role''s';

CREATE FUNCTION dynamo.drop_endpoint_credential(name text) RETURNS void
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_drop_endpoint_credential';
COMMENT ON FUNCTION dynamo.drop_endpoint_credential(text) IS
	'forgets a credential of the current role''s';

--
-- Destinations: changes of tables that are sent to Kinesis
--
CREATE TABLE dynamo.kinesis_destination
(
	id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
	relation oid NOT NULL,
	table_name text COLLATE "C" NOT NULL,
	stream_arn text COLLATE "C" NOT NULL,
	status text NOT NULL,
	description text,
	time_precision text,
	start text COLLATE "C" NOT NULL,
	created timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	changed timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	CONSTRAINT kinesis_destination_pkey PRIMARY KEY (id)
);
CREATE INDEX kinesis_destination_relation ON dynamo.kinesis_destination (relation);
COMMENT ON TABLE dynamo.kinesis_destination IS
	'Kinesis streams that the changes of tables are sent to, and were';

CREATE TABLE dynamo.kinesis_progress
(
	destination bigint NOT NULL,
	leaf oid NOT NULL,
	position text COLLATE "C" NOT NULL,
	records bigint NOT NULL,
	changes_missing boolean NOT NULL,
	last_error text,
	failing_since timestamptz,
	CONSTRAINT kinesis_progress_pkey PRIMARY KEY (destination, leaf)
)
WITH (fillfactor = 40); -- updates stay on the page
COMMENT ON TABLE dynamo.kinesis_progress IS
	'how far each destination is in each partition of its table';

REVOKE ALL ON dynamo.kinesis_destination, dynamo.kinesis_progress FROM PUBLIC;

CREATE VIEW dynamo.kinesis_destinations WITH (security_barrier = true) AS
SELECT d.table_name, d.stream_arn, d.status, d.description, d.time_precision, d.created, d.changed,
	coalesce(p.records, 0) AS records, p.sequence_number, coalesce(p.changes_missing, false) AS changes_missing,
	p.failing_since, p.last_error
FROM dynamo.kinesis_destination d
	JOIN pg_catalog.pg_class c ON c.oid = d.relation
	CROSS JOIN LATERAL (SELECT pg_catalog.sum(records)::bigint AS records, pg_catalog.min(position) AS sequence_number,
		pg_catalog.bool_or(changes_missing) AS changes_missing, pg_catalog.min(failing_since) AS failing_since,
		pg_catalog.min(last_error) AS last_error
		FROM dynamo.kinesis_progress WHERE destination = d.id) p
WHERE pg_catalog.pg_has_role(c.relowner, 'USAGE');
COMMENT ON VIEW dynamo.kinesis_destinations IS
	'Kinesis destinations of the caller''s tables; what is below sequence_number has been sent, in all partitions. changes_missing: some changes were lost before they could be sent';
GRANT SELECT ON dynamo.kinesis_destinations TO PUBLIC;

CREATE FUNCTION dynamo.import_table(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.import_table(jsonb) IS
'ImportTable: makes a table of the objects of a store';

CREATE FUNCTION dynamo.describe_import(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.describe_import(jsonb) IS
'DescribeImport: describes an import and how far it is';

CREATE FUNCTION dynamo.list_imports(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.list_imports(jsonb) IS
'ListImports: lists imports of the caller''s';

CREATE FUNCTION dynamo.start_bulk_put_items(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.start_bulk_put_items(jsonb) IS
'StartBulkPutItems: puts the items of objects of a store into a table';

CREATE FUNCTION dynamo.describe_bulk_operation(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.describe_bulk_operation(jsonb) IS
'DescribeBulkOperation: describes a bulk put and how far it is';

CREATE FUNCTION dynamo.list_bulk_operations(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.list_bulk_operations(jsonb) IS
'ListBulkOperations: lists bulk puts of the caller''s';

CREATE FUNCTION dynamo.cancel_bulk_operation(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.cancel_bulk_operation(jsonb) IS
'CancelBulkOperation: ends a bulk put before it is done';

CREATE FUNCTION dynamo.create_backup(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.create_backup(jsonb) IS
'CreateBackup: makes a backup of a table';

CREATE FUNCTION dynamo.delete_backup(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.delete_backup(jsonb) IS
'DeleteBackup: deletes a backup';

CREATE FUNCTION dynamo.describe_backup(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.describe_backup(jsonb) IS
'DescribeBackup: describes a backup and the table that it is of';

CREATE FUNCTION dynamo.list_backups(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.list_backups(jsonb) IS
'ListBackups: lists backups of the caller''s';

CREATE FUNCTION dynamo.restore_table_from_backup(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.restore_table_from_backup(jsonb) IS
'RestoreTableFromBackup: makes a table of a backup';

CREATE FUNCTION dynamo.update_continuous_backups(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.update_continuous_backups(jsonb) IS
'UpdateContinuousBackups: enables and disables the point-in-time recovery of a table';

CREATE FUNCTION dynamo.describe_continuous_backups(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.describe_continuous_backups(jsonb) IS
'DescribeContinuousBackups: describes the point-in-time recovery of a table';

CREATE FUNCTION dynamo.export_table_to_point_in_time(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.export_table_to_point_in_time(jsonb) IS
'ExportTableToPointInTime: writes what a table had at a time, or what has changed, to an object store';

CREATE FUNCTION dynamo.describe_export(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.describe_export(jsonb) IS
'DescribeExport: describes an export';

CREATE FUNCTION dynamo.list_exports(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.list_exports(jsonb) IS
'ListExports: lists exports of the caller''s';

CREATE FUNCTION dynamo.restore_table_to_point_in_time(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.restore_table_to_point_in_time(jsonb) IS
'RestoreTableToPointInTime: makes a table of what another was at a time';

CREATE FUNCTION dynamo.enable_kinesis_streaming_destination(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.enable_kinesis_streaming_destination(jsonb) IS
'EnableKinesisStreamingDestination: has a table''s changes sent to a Kinesis stream';

CREATE FUNCTION dynamo.disable_kinesis_streaming_destination(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.disable_kinesis_streaming_destination(jsonb) IS
'DisableKinesisStreamingDestination: ends the sending of a table''s changes to a Kinesis stream';

CREATE FUNCTION dynamo.update_kinesis_streaming_destination(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.update_kinesis_streaming_destination(jsonb) IS
'UpdateKinesisStreamingDestination: changes the precision of times in what is sent to a Kinesis stream';

CREATE FUNCTION dynamo.describe_kinesis_streaming_destination(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.describe_kinesis_streaming_destination(jsonb) IS
'DescribeKinesisStreamingDestination: lists the Kinesis streams that a table''s changes are sent to, and were';

--
-- Backups
--
CREATE TABLE dynamo.backup_catalog
(
	id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
	identifier text COLLATE "C" NOT NULL,
	table_name text COLLATE "C" NOT NULL,
	table_id uuid NOT NULL,
	relation oid NOT NULL,
	owner oid NOT NULL,
	name text COLLATE "C" NOT NULL,
	type text COLLATE "C" NOT NULL,
	status text COLLATE "C" NOT NULL,
	created timestamptz NOT NULL,
	expires timestamptz,
	table_created timestamptz NOT NULL,
	partitions integer NOT NULL,
	definition jsonb NOT NULL,
	settings jsonb,
	stream jsonb,
	items bigint NOT NULL DEFAULT 0,
	bytes bigint NOT NULL DEFAULT 0,
	chunks bigint NOT NULL DEFAULT 0,
	checksum bigint NOT NULL DEFAULT 0,
	location text COLLATE "C",
	file_bytes bigint NOT NULL DEFAULT 0,
	CONSTRAINT backup_catalog_pkey PRIMARY KEY (id),
	CONSTRAINT backup_catalog_arn UNIQUE (identifier, table_name)
);
COMMENT ON TABLE dynamo.backup_catalog IS
	'backups of tables, which belong to the roles that have made them';

CREATE TABLE dynamo.backup_chunk
(
	backup bigint NOT NULL,
	number bigint NOT NULL,
	leaf integer NOT NULL,
	items integer NOT NULL,
	length integer NOT NULL,
	checksum bigint NOT NULL,
	content bytea NOT NULL,
	CONSTRAINT backup_chunk_pkey PRIMARY KEY (backup, number)
);
ALTER TABLE dynamo.backup_chunk ALTER COLUMN content SET STORAGE EXTERNAL; -- it is compressed
COMMENT ON TABLE dynamo.backup_chunk IS
	'the items of backups, as runs of one partition each';

CREATE TABLE dynamo.backup_task
(
	id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
	kind text COLLATE "C" NOT NULL,
	backup bigint NOT NULL,
	relation oid NOT NULL,
	source oid NOT NULL,
	target timestamptz,
	tries integer NOT NULL DEFAULT 0,
	next_try timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	error text,
	CONSTRAINT backup_task_pkey PRIMARY KEY (id)
);
COMMENT ON TABLE dynamo.backup_task IS
	'what the workers of backups have to do';

CREATE TABLE dynamo.recovery_catalog
(
	relation oid NOT NULL,
	enabled timestamptz NOT NULL,
	days integer NOT NULL,
	CONSTRAINT recovery_catalog_pkey PRIMARY KEY (relation)
);
COMMENT ON TABLE dynamo.recovery_catalog IS
	'tables that can be restored to a point in time';

REVOKE ALL ON dynamo.backup_catalog, dynamo.backup_chunk, dynamo.backup_task, dynamo.recovery_catalog FROM PUBLIC;

CREATE VIEW dynamo.backups WITH (security_barrier = true) AS
SELECT b.table_name, b.name, b.identifier, b.type, b.status, b.created, b.expires, b.items, b.bytes,
	CASE WHEN b.location IS NULL THEN
		(SELECT pg_catalog.sum(pg_catalog.octet_length(content)) FROM dynamo.backup_chunk WHERE backup = b.id)::bigint
		ELSE b.file_bytes END AS stored_bytes,
	t.tries, t.next_try, t.error, b.location
FROM dynamo.backup_catalog b
	LEFT JOIN dynamo.backup_task t ON t.backup = b.id AND t.kind IN ('backup', 'last backup')
WHERE b.status <> 'DELETED' AND pg_catalog.pg_has_role(b.owner, 'USAGE');
COMMENT ON VIEW dynamo.backups IS
	'backups of the caller''s, what they take and where, and why one that is CREATING has failed the last time';
GRANT SELECT ON dynamo.backups TO PUBLIC;

CREATE VIEW dynamo.restores WITH (security_barrier = true) AS
SELECT c.oid::regclass AS relation, t.tries, t.next_try, t.error
FROM dynamo.backup_task t JOIN pg_catalog.pg_class c ON c.oid = t.relation
WHERE t.kind = 'restore' AND pg_catalog.pg_has_role(c.relowner, 'USAGE');
COMMENT ON VIEW dynamo.restores IS
	'tables of the caller''s that are being restored, and why one has failed the last time';
GRANT SELECT ON dynamo.restores TO PUBLIC;

--
-- Object stores
--
CREATE TABLE dynamo.store_grant
(
	role oid NOT NULL,
	bucket text COLLATE "C" NOT NULL,
	prefix text COLLATE "C" NOT NULL,
	privilege text COLLATE "C" NOT NULL,
	CONSTRAINT store_grant_pkey PRIMARY KEY (role, bucket, prefix, privilege)
);
COMMENT ON TABLE dynamo.store_grant IS
	'which roles may read and write which objects, for exports, imports and bulk loads';
REVOKE ALL ON dynamo.store_grant FROM PUBLIC;

CREATE VIEW dynamo.store_grants WITH (security_barrier = true) AS
SELECT pg_catalog.pg_get_userbyid(role) AS role, bucket, prefix, privilege
FROM dynamo.store_grant
WHERE pg_catalog.pg_has_role(role, 'USAGE');
COMMENT ON VIEW dynamo.store_grants IS
	'privileges of the caller''s on object stores';
GRANT SELECT ON dynamo.store_grants TO PUBLIC;

CREATE FUNCTION dynamo.grant_store(role regrole, bucket text, prefix text, privilege text) RETURNS void
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_grant_store';
COMMENT ON FUNCTION dynamo.grant_store(regrole, text, text, text) IS
	'lets a role read or write the objects of a bucket below a prefix; for superusers';

CREATE FUNCTION dynamo.revoke_store(role regrole, bucket text, prefix text, privilege text) RETURNS void
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_revoke_store';
COMMENT ON FUNCTION dynamo.revoke_store(regrole, text, text, text) IS
	'takes such a privilege away; for superusers';

CREATE FUNCTION dynamo.list_store(bucket text, prefix text DEFAULT '') RETURNS TABLE (key text, size bigint)
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_list_store';
COMMENT ON FUNCTION dynamo.list_store(text, text) IS
	'the objects of a bucket whose keys begin with a prefix that the caller may read, in their order';

--
-- Exports
--
CREATE TABLE dynamo.export_catalog
(
	id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
	identifier text COLLATE "C" NOT NULL,
	table_name text COLLATE "C" NOT NULL,
	table_id uuid NOT NULL,
	relation oid NOT NULL,
	owner oid NOT NULL,
	status text COLLATE "C" NOT NULL,
	started timestamptz NOT NULL,
	ended timestamptz,
	from_time timestamptz,
	to_time timestamptz NOT NULL,
	specification jsonb NOT NULL,
	token text COLLATE "C" NOT NULL,
	request_hash bytea NOT NULL,
	items bigint NOT NULL DEFAULT 0,
	bytes bigint NOT NULL DEFAULT 0,
	manifest text COLLATE "C",
	failure_code text,
	failure_message text,
	CONSTRAINT export_catalog_pkey PRIMARY KEY (id),
	CONSTRAINT export_catalog_arn UNIQUE (identifier, table_name)
);
CREATE INDEX export_catalog_token ON dynamo.export_catalog (token, owner);
COMMENT ON TABLE dynamo.export_catalog IS
	'exports of tables, which belong to the roles that have made them';
REVOKE ALL ON dynamo.export_catalog FROM PUBLIC;

CREATE VIEW dynamo.exports WITH (security_barrier = true) AS
SELECT table_name, identifier, status, from_time, to_time, specification ->> 'S3Bucket' AS bucket, manifest,
	started, ended, items, bytes, failure_code, failure_message
FROM dynamo.export_catalog
WHERE pg_catalog.pg_has_role(owner, 'USAGE');
COMMENT ON VIEW dynamo.exports IS
	'exports of the caller''s of the past 90 days';
GRANT SELECT ON dynamo.exports TO PUBLIC;

--
-- Migrations of tables from and to other endpoints
--
CREATE TABLE dynamo.migration_job
(
	id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
	outward boolean NOT NULL,
	endpoint text COLLATE "C" NOT NULL,
	credential text COLLATE "C",
	source text COLLATE "C" NOT NULL,
	target text COLLATE "C" NOT NULL,
	owner oid NOT NULL,
	options text NOT NULL,
	phase text COLLATE "C" NOT NULL,
	resume_phase text COLLATE "C" NOT NULL,
	wanted text COLLATE "C" NOT NULL,
	position text NOT NULL,
	report text,
	scanned_items bigint NOT NULL DEFAULT 0,
	applied_changes bigint NOT NULL DEFAULT 0,
	read_bytes bigint NOT NULL DEFAULT 0,
	failures integer NOT NULL DEFAULT 0,
	error text,
	started timestamptz NOT NULL,
	ended timestamptz,
	caught_up timestamptz,
	drained timestamptz,
	next_turn timestamptz NOT NULL,
	CONSTRAINT migration_job_pkey PRIMARY KEY (id)
);
COMMENT ON TABLE dynamo.migration_job IS
	'migrations of tables, which belong to the roles that have asked for them, and where they are';
REVOKE ALL ON dynamo.migration_job FROM PUBLIC;

CREATE VIEW dynamo.migrations WITH (security_barrier = true) AS
SELECT j.id, CASE WHEN j.outward THEN 'out' ELSE 'in' END AS direction, j.endpoint, j.source, j.target, j.phase,
	j.scanned_items, j.applied_changes, j.read_bytes, j.started, j.caught_up, j.drained, j.ended, j.failures, j.error,
	j.report::jsonb AS report, l.pid
FROM dynamo.migration_job j
	LEFT JOIN LATERAL (SELECT pid FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND granted
		AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
		AND classid::bigint = j.id >> 32 AND objid::bigint = j.id & 4294967295 AND objsubid = 7 LIMIT 1) l ON true
WHERE pg_catalog.pg_has_role(j.owner, 'USAGE');
COMMENT ON VIEW dynamo.migrations IS
	'migrations of the caller''s: their phases, how far they are, and what the comparison of both sides has found';
GRANT SELECT ON dynamo.migrations TO PUBLIC;

CREATE FUNCTION dynamo.migrate(source text, table_names text[], credential text DEFAULT NULL, options jsonb DEFAULT '{}',
	dry_run boolean DEFAULT false, OUT table_name text, OUT migration bigint, OUT plan jsonb) RETURNS SETOF record
	LANGUAGE c VOLATILE PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_migrate';
COMMENT ON FUNCTION dynamo.migrate(text, text[], text, jsonb, boolean) IS
	'begins to copy tables from a DynamoDB endpoint and to follow their changes; dry: tells what would be done';
REVOKE ALL ON FUNCTION dynamo.migrate(text, text[], text, jsonb, boolean) FROM PUBLIC;

CREATE FUNCTION dynamo.migrate_to(target text, table_names text[], credential text DEFAULT NULL, options jsonb DEFAULT '{}',
	dry_run boolean DEFAULT false, OUT table_name text, OUT migration bigint, OUT plan jsonb) RETURNS SETOF record
	LANGUAGE c VOLATILE PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_migrate_to';
COMMENT ON FUNCTION dynamo.migrate_to(text, text[], text, jsonb, boolean) IS
	'begins to copy tables to a DynamoDB endpoint and to follow their changes; dry: tells what would be done';
REVOKE ALL ON FUNCTION dynamo.migrate_to(text, text[], text, jsonb, boolean) FROM PUBLIC;

CREATE FUNCTION dynamo.cut_over_migration(migration bigint, compare boolean DEFAULT true) RETURNS void
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_cut_over_migration';
COMMENT ON FUNCTION dynamo.cut_over_migration(bigint, boolean) IS
	'once writers have stopped: applies the last changes, compares both sides, and completes a migration of the caller''s';

CREATE FUNCTION dynamo.cancel_migration(migration bigint) RETURNS void
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_cancel_migration';
COMMENT ON FUNCTION dynamo.cancel_migration(bigint) IS
	'ends a migration of the caller''s; what it has copied stays';

CREATE FUNCTION dynamo.resume_migration(migration bigint) RETURNS void
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_resume_migration';
COMMENT ON FUNCTION dynamo.resume_migration(bigint) IS
	'has a migration of the caller''s that has FAILED go on where it was';

--
-- Global tables: regions, replicas, and what comes from other regions
--

CREATE TABLE dynamo.region_catalog
(
	number integer NOT NULL,
	name text COLLATE "C" NOT NULL,
	connection text NOT NULL,
	owner oid NOT NULL,
	contacted timestamptz,
	skew_microseconds bigint,
	failing_since timestamptz,
	last_error text,
	CONSTRAINT region_catalog_pkey PRIMARY KEY (number),
	CONSTRAINT region_catalog_name UNIQUE (name)
)
WITH (fillfactor = 40);
COMMENT ON TABLE dynamo.region_catalog IS
	'other regions of global tables, how they are reached, and the role that owns the tables that come from them';

CREATE TABLE dynamo.replica_catalog
(
	relation oid NOT NULL,
	region integer NOT NULL,
	changed timestamptz NOT NULL,
	removed boolean NOT NULL,
	phase text COLLATE "C" NOT NULL,
	position text COLLATE "C",
	copied text COLLATE "C",
	copied_percent integer NOT NULL,
	applied bigint NOT NULL,
	applied_stamp bigint NOT NULL,
	caught_up timestamptz,
	last_error text,
	CONSTRAINT replica_catalog_pkey PRIMARY KEY (relation, region)
)
WITH (fillfactor = 40); -- updates stay on the page
COMMENT ON TABLE dynamo.replica_catalog IS
	'regions that have a global table, this one among them, and how far what they write has been applied here';

CREATE TABLE dynamo.tombstones
(
	relation oid NOT NULL,
	hash bigint NOT NULL,
	stamp bigint NOT NULL,
	key jsonb NOT NULL
);
CREATE INDEX tombstones_key ON dynamo.tombstones (relation, hash, stamp);
COMMENT ON TABLE dynamo.tombstones IS
	'stamps of deletions in global tables, until every region must have seen them';

CREATE TABLE dynamo.parked_change
(
	relation oid NOT NULL,
	region integer NOT NULL,
	stamp bigint NOT NULL,
	item jsonb NOT NULL,
	deletes boolean NOT NULL,
	error text NOT NULL,
	parked timestamptz NOT NULL,
	tried timestamptz NOT NULL,
	CONSTRAINT parked_change_pkey PRIMARY KEY (relation, region, stamp)
);
COMMENT ON TABLE dynamo.parked_change IS
	'changes of other regions that this database refuses, and that are tried again';

REVOKE ALL ON dynamo.region_catalog, dynamo.replica_catalog, dynamo.tombstones, dynamo.parked_change FROM PUBLIC;

CREATE VIEW dynamo.regions WITH (security_barrier = true) AS
SELECT name, number, contacted, skew_microseconds, failing_since, last_error
FROM dynamo.region_catalog;
COMMENT ON VIEW dynamo.regions IS
	'other regions of global tables: when each was last reached, how far its clock is ahead of this one''s, and why it fails';

CREATE VIEW dynamo.replicas WITH (security_barrier = true) AS
SELECT t.name AS table_name, CASE WHEN r.region::text = pg_catalog.current_setting('dynamo.region_number', true) THEN pg_catalog.current_setting('dynamo.region')
	ELSE coalesce(g.name, 'region ' || r.region) END AS region,
	r.region AS region_number, r.phase AS status, r.copied_percent, r.applied,
	CASE WHEN r.applied_stamp > 0 THEN timestamptz '2000-01-01 00:00:00+00' + (r.applied_stamp >> 8) * interval '1 microsecond' END AS applied_written,
	r.caught_up, (SELECT pg_catalog.count(*) FROM dynamo.parked_change p WHERE p.relation = r.relation AND p.region = r.region) AS parked,
	coalesce(r.last_error, g.last_error) AS last_error
FROM dynamo.replica_catalog r
	JOIN dynamo.table_catalog t ON t.relation = r.relation
	JOIN pg_catalog.pg_class c ON c.oid = r.relation
	LEFT JOIN dynamo.region_catalog g ON g.number = r.region
WHERE NOT r.removed AND pg_catalog.pg_has_role(c.relowner, 'USAGE');
COMMENT ON VIEW dynamo.replicas IS
	'replicas of the caller''s global tables: how far what their regions write has been applied here';
GRANT SELECT ON dynamo.regions, dynamo.replicas TO PUBLIC;

CREATE VIEW dynamo.parked_changes WITH (security_barrier = true) AS
SELECT t.name AS table_name, g.name AS region, p.item, p.deletes, p.error, p.parked, p.tried
FROM dynamo.parked_change p
	JOIN dynamo.table_catalog t ON t.relation = p.relation
	JOIN pg_catalog.pg_class c ON c.oid = p.relation
	LEFT JOIN dynamo.region_catalog g ON g.number = p.region
WHERE pg_catalog.pg_has_role(c.relowner, 'USAGE');
COMMENT ON VIEW dynamo.parked_changes IS
	'changes of other regions that constraints or triggers of the caller''s tables refuse; they are tried again every minute';
GRANT SELECT ON dynamo.parked_changes TO PUBLIC;

CREATE FUNCTION dynamo.add_region(name text, number integer, connection text, owner regrole DEFAULT NULL) RETURNS void
	LANGUAGE c VOLATILE PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_add_region';
COMMENT ON FUNCTION dynamo.add_region(text, integer, text, regrole) IS
	'makes another region known: its name, its number, a connection string of libpq without a password, and the role that is to own the tables that come from it';
REVOKE ALL ON FUNCTION dynamo.add_region(text, integer, text, regrole) FROM PUBLIC;

CREATE FUNCTION dynamo.remove_region(name text) RETURNS void
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_remove_region';
COMMENT ON FUNCTION dynamo.remove_region(text) IS
	'forgets a region that no table has a replica in';
REVOKE ALL ON FUNCTION dynamo.remove_region(text) FROM PUBLIC;

CREATE FUNCTION dynamo.copy_replica(table_name text, region text) RETURNS void
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_copy_replica';
COMMENT ON FUNCTION dynamo.copy_replica(text, text) IS
	'fetches all items and deletions of the caller''s table from a region again, to repair differences';

CREATE FUNCTION dynamo.region_pull(caller integer, source integer, what text, table_names text[], positions text[],
	OUT kind text, OUT table_name text, OUT stamp bigint, OUT item jsonb, OUT place text) RETURNS SETOF record
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS 'MODULE_PATHNAME', 'dynamo_region_pull';
COMMENT ON FUNCTION dynamo.region_pull(integer, integer, text, text[], text[]) IS
	'for the role by which other regions connect: the global tables that they have, and what this region has written';
REVOKE ALL ON FUNCTION dynamo.region_pull(integer, integer, text, text[], text[]) FROM PUBLIC;

--
-- Progress
--
CREATE FUNCTION dynamo.work_in_progress(OUT kind text, OUT task bigint, OUT table_name text, OUT phase text,
	OUT pid integer, OUT started timestamptz, OUT phase_started timestamptz, OUT items bigint, OUT bytes bigint,
	OUT expected_items bigint)
	RETURNS SETOF record
	LANGUAGE c VOLATILE STRICT PARALLEL RESTRICTED ROWS 2
	AS 'MODULE_PATHNAME', 'dynamo_work_in_progress';
COMMENT ON FUNCTION dynamo.work_in_progress() IS
	'what the view dynamo.progress shows of work that has begun';

CREATE FUNCTION dynamo.export_items(table_name text, bucket text, prefix text DEFAULT '',
	format text DEFAULT 'DYNAMODB_JSON') RETURNS jsonb
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_export_items';
COMMENT ON FUNCTION dynamo.export_items(text, text, text, text) IS
	'writes the items of a table, as the caller''s transaction sees them, to an object store, and describes the export';

--
-- Imports and bulk puts
--
CREATE TABLE dynamo.import_job
(
	id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
	kind text COLLATE "C" NOT NULL,
	identifier text COLLATE "C" NOT NULL,
	table_name text COLLATE "C" NOT NULL,
	table_id uuid NOT NULL,
	relation oid NOT NULL,
	owner oid NOT NULL,
	status text COLLATE "C" NOT NULL,
	request text COLLATE "C" NOT NULL,
	token text COLLATE "C",
	token_hash bytea,
	started timestamptz NOT NULL,
	ended timestamptz,
	total_bytes bigint,
	attempts integer NOT NULL DEFAULT 0,
	failure_code text,
	failure_message text,
	passed_bytes bigint NOT NULL DEFAULT 0,
	taken_bytes bigint NOT NULL DEFAULT 0,
	processed_items bigint NOT NULL DEFAULT 0,
	written_items bigint NOT NULL DEFAULT 0,
	errors bigint NOT NULL DEFAULT 0,
	put_bytes bigint NOT NULL DEFAULT 0,
	object text COLLATE "C",
	number bigint NOT NULL DEFAULT 0,
	CONSTRAINT import_job_pkey PRIMARY KEY (id),
	CONSTRAINT import_job_arn UNIQUE (identifier, table_name)
);
CREATE INDEX import_job_token ON dynamo.import_job USING hash (token) WHERE token IS NOT NULL;
COMMENT ON TABLE dynamo.import_job IS
	'imports and bulk puts, which belong to the roles that have asked for them';

CREATE TABLE dynamo.import_error
(
	id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
	job bigint NOT NULL,
	condition_failed boolean NOT NULL,
	object text COLLATE "C" NOT NULL,
	number bigint NOT NULL,
	message text NOT NULL,
	output text,
	CONSTRAINT import_error_pkey PRIMARY KEY (job, id)
);
COMMENT ON TABLE dynamo.import_error IS
	'records of imports and bulk puts that were not taken';
REVOKE ALL ON dynamo.import_job, dynamo.import_error FROM PUBLIC;

CREATE VIEW dynamo.imports WITH (security_barrier = true) AS
SELECT j.id, j.kind, j.table_name, j.identifier, j.status, j.started, j.ended, j.total_bytes, j.taken_bytes,
	j.passed_bytes, j.processed_items, j.written_items, j.errors, j.attempts, j.failure_code, j.failure_message
FROM dynamo.import_job j
WHERE pg_catalog.pg_has_role(j.owner, 'USAGE');
COMMENT ON VIEW dynamo.imports IS
	'imports and bulk puts of the caller''s, and how far they are';
GRANT SELECT ON dynamo.imports TO PUBLIC;

-- Tasks that no worker counts for, as in a server without the library preloaded, are locked while one is at them.
CREATE VIEW dynamo.progress WITH (security_barrier = true) AS
WITH work AS MATERIALIZED
	(SELECT w.*, extract(epoch FROM pg_catalog.clock_timestamp() - phase_started)::float8 AS seconds FROM dynamo.work_in_progress() w)
SELECT kind, table_name, phase, pid, started, items, bytes, expected_items,
	items / nullif(seconds, 0) AS items_per_second, bytes / nullif(seconds, 0) AS bytes_per_second,
	CASE WHEN items > 0 AND expected_items >= items
		THEN pg_catalog.clock_timestamp() + seconds * (expected_items - items) / items * interval '1 second' END AS estimated_end,
	NULL::text AS error
FROM work
UNION ALL
SELECT CASE t.kind WHEN 'last backup' THEN 'backup' ELSE t.kind END, coalesce(b.table_name, e.table_name, i.table_name, r.name),
	CASE WHEN l.pid IS NOT NULL THEN 'working' WHEN t.error IS NOT NULL THEN 'failed' ELSE 'waiting' END,
	l.pid, NULL, NULL, NULL, NULL, NULL, NULL, NULL, t.error
FROM dynamo.backup_task t
	LEFT JOIN dynamo.backup_catalog b ON b.id = t.backup AND t.kind IN ('backup', 'last backup', 'deletion')
	LEFT JOIN dynamo.export_catalog e ON e.id = t.backup AND t.kind = 'export'
	LEFT JOIN dynamo.import_job i ON i.id = t.backup AND t.kind IN ('import', 'bulk put')
	LEFT JOIN dynamo.table_catalog r ON r.relation = t.relation AND t.kind = 'restore'
	LEFT JOIN pg_catalog.pg_class c ON c.oid = r.relation
	LEFT JOIN LATERAL (SELECT pid FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND granted
		AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
		AND classid::bigint = t.id >> 32 AND objid::bigint = t.id & 4294967295 AND objsubid = 6 LIMIT 1) l ON true
WHERE NOT EXISTS (SELECT FROM work WHERE work.task = t.id)
	AND (pg_catalog.pg_has_role(coalesce(b.owner, e.owner, i.owner, c.relowner), 'USAGE') OR pg_catalog.pg_has_role('pg_monitor', 'USAGE'))
UNION ALL
SELECT 'index build', r.name, p.phase, p.pid, NULL, p.tuples_done, NULL, p.tuples_total, NULL, NULL, NULL, NULL
FROM pg_catalog.pg_stat_progress_create_index p
	JOIN dynamo.table_catalog r ON p.relid = ANY (r.leaves)
WHERE p.datname = pg_catalog.current_database() AND p.pid NOT IN (SELECT pid FROM work)
UNION ALL
SELECT 'migration', source, pg_catalog.lower(phase), pid, started, scanned_items, read_bytes, NULL, NULL, NULL, NULL, error
FROM dynamo.migrations
WHERE ended IS NULL;
COMMENT ON VIEW dynamo.progress IS
	'backups, restores, exports, migrations, imports, bulk puts and index builds of the caller''s that are under way or waiting: how far their phase is, and when it may end';
GRANT SELECT ON dynamo.progress TO PUBLIC;

CREATE VIEW dynamo.import_errors WITH (security_barrier = true) AS
SELECT e.job AS import, e.object, e.number AS item_index, e.condition_failed, e.message
FROM dynamo.import_error e JOIN dynamo.import_job j ON j.id = e.job
WHERE pg_catalog.pg_has_role(j.owner, 'USAGE');
COMMENT ON VIEW dynamo.import_errors IS
	'records of the caller''s imports and bulk puts that were not taken, and why: the first 10,000 of an import';
GRANT SELECT ON dynamo.import_errors TO PUBLIC;

CREATE FUNCTION dynamo.import_items(table_name text, source text, format text DEFAULT 'DYNAMODB_JSON', compression text DEFAULT 'NONE',
	OUT records bigint, OUT written bigint, OUT refused bigint, OUT bytes bigint)
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_import_items';
COMMENT ON FUNCTION dynamo.import_items(text, text, text, text) IS
	'puts the items of objects of a store into a table, in this transaction; the source is BUCKET/PREFIX';

--
-- Application Auto Scaling's operations
--
CREATE FUNCTION dynamo.register_scalable_target(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.register_scalable_target(jsonb) IS
'RegisterScalableTarget: makes throughput scalable, or changes its bounds';

CREATE FUNCTION dynamo.deregister_scalable_target(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.deregister_scalable_target(jsonb) IS
'DeregisterScalableTarget: forgets a scalable target with its policy';

CREATE FUNCTION dynamo.describe_scalable_targets(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.describe_scalable_targets(jsonb) IS
'DescribeScalableTargets: lists scalable targets';

CREATE FUNCTION dynamo.put_scaling_policy(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.put_scaling_policy(jsonb) IS
'PutScalingPolicy: keeps a scalable target at a share of use';

CREATE FUNCTION dynamo.delete_scaling_policy(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.delete_scaling_policy(jsonb) IS
'DeleteScalingPolicy: ends a scaling policy';

CREATE FUNCTION dynamo.describe_scaling_policies(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.describe_scaling_policies(jsonb) IS
'DescribeScalingPolicies: lists scaling policies';

CREATE FUNCTION dynamo.describe_scaling_activities(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.describe_scaling_activities(jsonb) IS
'DescribeScalingActivities: lists changes of throughput by scalable targets';

CREATE FUNCTION dynamo.list_tags_for_resource(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.list_tags_for_resource(jsonb) IS
'ListTagsForResource: the tags of a scalable target';

CREATE FUNCTION dynamo.tag_scalable_target(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.tag_scalable_target(jsonb) IS
'TagResource of Application Auto Scaling: tags a scalable target';

CREATE FUNCTION dynamo.untag_scalable_target(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.untag_scalable_target(jsonb) IS
'UntagResource of Application Auto Scaling: takes tags off a scalable target';

--
-- Sets of items as rows
--
CREATE FUNCTION dynamo.items(table_name text)
RETURNS TABLE (item jsonb) LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE ROWS 1000
AS 'MODULE_PATHNAME', 'dynamo_scan_items';
COMMENT ON FUNCTION dynamo.items(text) IS
'all items of a table as rows, in their stored form';

CREATE FUNCTION dynamo.query_items(
	table_name text,
	key_condition_expression text,
	expression_attribute_values jsonb DEFAULT NULL,
	expression_attribute_names jsonb DEFAULT NULL,
	filter_expression text DEFAULT NULL,
	projection_expression text DEFAULT NULL,
	index_name text DEFAULT NULL,
	scan_index_forward boolean DEFAULT NULL,
	consistent_read boolean DEFAULT NULL,
	"limit" integer DEFAULT NULL)
RETURNS TABLE (item jsonb) LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 100
AS 'MODULE_PATHNAME', 'dynamo_query_items';
COMMENT ON FUNCTION dynamo.query_items(
	text, text, jsonb, jsonb, text, text, text, boolean, boolean, integer) IS
'the items of a Query as rows, in their stored form: all of them, or so many as limit says';

CREATE FUNCTION dynamo.scan_items(
	table_name text,
	filter_expression text DEFAULT NULL,
	expression_attribute_values jsonb DEFAULT NULL,
	expression_attribute_names jsonb DEFAULT NULL,
	projection_expression text DEFAULT NULL,
	index_name text DEFAULT NULL,
	consistent_read boolean DEFAULT NULL,
	"limit" integer DEFAULT NULL)
RETURNS TABLE (item jsonb) LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 1000
AS 'MODULE_PATHNAME', 'dynamo_scan_items';
COMMENT ON FUNCTION dynamo.scan_items(
	text, text, jsonb, jsonb, text, text, boolean, integer) IS
'the items of a Scan as rows, in their stored form: all of them, or so many as limit says';

CREATE FUNCTION dynamo.put_items(table_name text, query text) RETURNS bigint
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_put_items';
COMMENT ON FUNCTION dynamo.put_items(text, text) IS
'puts the items, in their stored form, that the rows of a query are; how many';

CREATE FUNCTION dynamo.put_items(table_name text, items jsonb[]) RETURNS bigint
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_put_items_of_array';
COMMENT ON FUNCTION dynamo.put_items(text, jsonb[]) IS
'puts the items, in their stored form, of an array; how many';

--
-- Contributor Insights
--
CREATE FUNCTION dynamo.update_contributor_insights(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.update_contributor_insights(jsonb) IS
'UpdateContributorInsights: begins or ends counting the keys of a table or global index';

CREATE FUNCTION dynamo.describe_contributor_insights(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.describe_contributor_insights(jsonb) IS
'DescribeContributorInsights: tells whether the keys of a table or global index are counted';

CREATE FUNCTION dynamo.list_contributor_insights(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.list_contributor_insights(jsonb) IS
'ListContributorInsights: lists tables and global indexes whose keys are or were counted';

CREATE FUNCTION dynamo.hot_key_counts(OUT table_name text, OUT index_name text,
	OUT window_start timestamptz, OUT kind text, OUT rank integer, OUT key jsonb, OUT cut boolean,
	OUT count bigint, OUT error_bound bigint, OUT total bigint)
	RETURNS SETOF record
	LANGUAGE c VOLATILE STRICT PARALLEL RESTRICTED
	AS 'MODULE_PATHNAME', 'dynamo_hot_key_counts';
COMMENT ON FUNCTION dynamo.hot_key_counts() IS
	'the rows of dynamo.hot_keys: of tables that the caller may read';

CREATE VIEW dynamo.hot_keys AS
SELECT table_name, index_name, window_start, kind, rank, key, cut, count, error_bound, total
FROM dynamo.hot_key_counts();
COMMENT ON VIEW dynamo.hot_keys IS
	'the keys most often accessed and throttled, by quarters of an hour, of tables with Contributor Insights that the caller may read; count is at most error_bound too high';
GRANT SELECT ON dynamo.hot_keys TO PUBLIC;

--
-- Triggers on changes
--
CREATE FUNCTION dynamo.event_matches(pattern jsonb, record jsonb) RETURNS boolean
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_event_matches';
COMMENT ON FUNCTION dynamo.event_matches(jsonb, jsonb) IS
	'whether a record of a change matches an event pattern in the syntax of Lambda''s event filtering';

CREATE TABLE dynamo.trigger_catalog
(
	name text COLLATE "C" NOT NULL,
	id bigint NOT NULL,
	table_name text COLLATE "C" NOT NULL,
	label bigint NOT NULL,
	target text NOT NULL,
	function oid NOT NULL,
	owner oid NOT NULL,
	enabled boolean NOT NULL,
	created timestamptz NOT NULL,
	starting_position text NOT NULL,
	batch_size integer NOT NULL,
	batching_window interval NOT NULL,
	maximum_record_age interval,
	maximum_retry_attempts integer NOT NULL,
	bisect_batch_on_error boolean NOT NULL,
	report_batch_item_failures boolean NOT NULL,
	filters jsonb,
	credential text,
	target_timeout interval NOT NULL,
	CONSTRAINT trigger_catalog_pkey PRIMARY KEY (name)
);
CREATE UNIQUE INDEX trigger_catalog_id ON dynamo.trigger_catalog (id);
CREATE SEQUENCE dynamo.trigger_number;
COMMENT ON TABLE dynamo.trigger_catalog IS
	'triggers: targets that are called with the changes of a table''s items';
SELECT pg_catalog.pg_extension_config_dump('dynamo.trigger_catalog', '');

CREATE FUNCTION dynamo.check_restored_trigger() RETURNS trigger
	LANGUAGE c VOLATILE
	AS 'MODULE_PATHNAME', 'dynamo_check_restored_trigger';
COMMENT ON FUNCTION dynamo.check_restored_trigger() IS
	'disables triggers that are restored, and lets a role restore those of its own tables alone';

CREATE TRIGGER check_restored BEFORE INSERT ON dynamo.trigger_catalog
	FOR EACH ROW EXECUTE FUNCTION dynamo.check_restored_trigger();
ALTER TABLE dynamo.trigger_catalog ENABLE ALWAYS TRIGGER check_restored;

CREATE TABLE dynamo.trigger_progress
(
	trigger_id bigint NOT NULL,
	shard bigint NOT NULL,
	shard_id text NOT NULL,
	position text COLLATE "C" NOT NULL,
	finished boolean NOT NULL DEFAULT false,
	records bigint NOT NULL DEFAULT 0,
	retries integer NOT NULL DEFAULT 0,
	batch_limit integer NOT NULL DEFAULT 0,
	bisect_end text COLLATE "C",
	next_attempt timestamptz,
	oldest_record timestamptz,
	last_success timestamptz,
	last_error text,
	CONSTRAINT trigger_progress_pkey PRIMARY KEY (trigger_id, shard)
)
WITH (fillfactor = 40); -- updates stay on the page
COMMENT ON TABLE dynamo.trigger_progress IS
	'how far each trigger is in each shard of its stream';

CREATE TABLE dynamo.trigger_dead_letter
(
	id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
	trigger_id bigint NOT NULL,
	shard_id text NOT NULL,
	first_sequence_number text NOT NULL,
	last_sequence_number text NOT NULL,
	reason text NOT NULL,
	error text,
	attempts integer NOT NULL,
	records jsonb,
	"time" timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	CONSTRAINT trigger_dead_letter_pkey PRIMARY KEY (id)
);
CREATE INDEX trigger_dead_letter_trigger ON dynamo.trigger_dead_letter (trigger_id, id);
CREATE INDEX trigger_dead_letter_time ON dynamo.trigger_dead_letter ("time");
COMMENT ON TABLE dynamo.trigger_dead_letter IS
	'records that triggers have given up';

REVOKE ALL ON dynamo.trigger_catalog, dynamo.trigger_progress, dynamo.trigger_dead_letter,
	dynamo.trigger_number FROM PUBLIC;
GRANT SELECT, INSERT ON dynamo.trigger_catalog TO pg_database_owner;

CREATE VIEW dynamo.triggers WITH (security_barrier = true) AS
SELECT t.name, t.table_name, t.target, pg_catalog.pg_get_userbyid(t.owner) AS owner, t.enabled,
	CASE WHEN NOT t.enabled THEN 'DISABLED' WHEN p.failing > 0 THEN 'FAILING' ELSE 'ENABLED' END AS state,
	t.starting_position, t.batch_size, t.batching_window, t.maximum_record_age,
	t.maximum_retry_attempts, t.bisect_batch_on_error, t.report_batch_item_failures, t.filters,
	t.credential, t.target_timeout, t.created, p.shards, p.failing AS failing_shards, p.records,
	pg_catalog.clock_timestamp() - p.oldest_record AS lag, p.last_success, p.last_error,
	(SELECT pg_catalog.count(*) FROM dynamo.trigger_dead_letter d WHERE d.trigger_id = t.id) AS dead_letters
FROM dynamo.trigger_catalog t,
	LATERAL (SELECT pg_catalog.count(*) FILTER (WHERE NOT finished) AS shards,
		pg_catalog.count(*) FILTER (WHERE last_error IS NOT NULL) AS failing,
		coalesce(pg_catalog.sum(records), 0)::bigint AS records,
		pg_catalog.min(oldest_record) AS oldest_record, pg_catalog.max(last_success) AS last_success,
		(pg_catalog.array_agg(last_error ORDER BY next_attempt DESC NULLS LAST) FILTER (WHERE last_error IS NOT NULL))[1] AS last_error
		FROM dynamo.trigger_progress WHERE trigger_id = t.id) p
WHERE pg_catalog.pg_has_role(t.owner, 'USAGE');
COMMENT ON VIEW dynamo.triggers IS
	'triggers of the caller''s with their progress; lag is the age of the oldest record that has failed and waits, null where none does';

CREATE VIEW dynamo.trigger_shards WITH (security_barrier = true) AS
SELECT t.name, t.table_name, p.shard_id, p.position AS sequence_number, p.finished, p.records,
	p.retries, p.next_attempt, p.oldest_record, p.last_success, p.last_error
FROM dynamo.trigger_catalog t JOIN dynamo.trigger_progress p ON p.trigger_id = t.id
WHERE pg_catalog.pg_has_role(t.owner, 'USAGE');
COMMENT ON VIEW dynamo.trigger_shards IS
	'how far triggers of the caller''s are in each shard; sequence_number is where reading goes on';

CREATE VIEW dynamo.dead_letter WITH (security_barrier = true) AS
SELECT d.id, t.name AS trigger, t.table_name, d.shard_id, d.first_sequence_number,
	d.last_sequence_number, d.reason, d.error, d.attempts, d.records, d."time"
FROM dynamo.trigger_dead_letter d JOIN dynamo.trigger_catalog t ON t.id = d.trigger_id
WHERE pg_catalog.pg_has_role(t.owner, 'USAGE');
COMMENT ON VIEW dynamo.dead_letter IS
	'records that triggers of the caller''s have given up, kept for dynamo.dead_letter_retention';
GRANT SELECT ON dynamo.triggers, dynamo.trigger_shards, dynamo.dead_letter TO PUBLIC;

CREATE FUNCTION dynamo.create_trigger(name text, table_name text, target text,
	batch_size integer DEFAULT 100, batching_window interval DEFAULT '0',
	starting_position text DEFAULT 'LATEST', maximum_record_age interval DEFAULT NULL,
	maximum_retry_attempts integer DEFAULT -1, bisect_batch_on_error boolean DEFAULT false,
	report_batch_item_failures boolean DEFAULT false, filters jsonb DEFAULT NULL,
	credential text DEFAULT NULL, target_timeout interval DEFAULT '60 s',
	enabled boolean DEFAULT true)
	RETURNS void
	LANGUAGE c VOLATILE PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_create_trigger';
COMMENT ON FUNCTION dynamo.create_trigger(text, text, text, integer, interval, text, interval, integer, boolean, boolean, jsonb, text, interval, boolean) IS
	'has a function of SQL or an HTTP endpoint called with the changes of a table''s items, as Lambda''s event source mappings do';

CREATE FUNCTION dynamo.alter_trigger(name text, target text DEFAULT NULL,
	batch_size integer DEFAULT NULL, batching_window interval DEFAULT NULL,
	maximum_record_age interval DEFAULT NULL, maximum_retry_attempts integer DEFAULT NULL,
	bisect_batch_on_error boolean DEFAULT NULL, report_batch_item_failures boolean DEFAULT NULL,
	filters jsonb DEFAULT NULL, credential text DEFAULT NULL, target_timeout interval DEFAULT NULL)
	RETURNS void
	LANGUAGE c VOLATILE PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_alter_trigger';
COMMENT ON FUNCTION dynamo.alter_trigger(text, text, integer, interval, interval, integer, boolean, boolean, jsonb, text, interval) IS
	'changes a trigger; null leaves a setting as it is; no age is the interval 0, no filters are the jsonb null, no credential is the empty string';

CREATE FUNCTION dynamo.enable_trigger(name text) RETURNS void
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_enable_trigger';
COMMENT ON FUNCTION dynamo.enable_trigger(text) IS
	'goes on with a trigger where it has stopped; one that was restored begins at its starting position and belongs to the caller';

CREATE FUNCTION dynamo.disable_trigger(name text) RETURNS void
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_disable_trigger';
COMMENT ON FUNCTION dynamo.disable_trigger(text) IS
	'stops a trigger, which keeps its progress';

CREATE FUNCTION dynamo.drop_trigger(name text) RETURNS void
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_drop_trigger';
COMMENT ON FUNCTION dynamo.drop_trigger(text) IS
	'drops a trigger with its progress and its dead letters';

CREATE FUNCTION dynamo.replay_trigger(name text, sequence_number text DEFAULT NULL) RETURNS void
	LANGUAGE c VOLATILE PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_replay_trigger';
COMMENT ON FUNCTION dynamo.replay_trigger(text, text) IS
	'has a trigger begin again at a sequence number, in all shards that go on to it; null is the oldest record that there is';

CREATE FUNCTION dynamo.delete_dead_letters(name text, last_id bigint DEFAULT NULL) RETURNS bigint
	LANGUAGE c VOLATILE PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_delete_dead_letters';
COMMENT ON FUNCTION dynamo.delete_dead_letters(text, bigint) IS
	'deletes the dead letters of a trigger, up to an id of dynamo.dead_letter or all; how many';

CREATE FUNCTION dynamo.stream_channel(table_name text) RETURNS text
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_stream_channel';
COMMENT ON FUNCTION dynamo.stream_channel(text) IS
	'the channel on which NOTIFY tells of new records of a table''s stream';

CREATE FUNCTION dynamo.http_signature_faults(OUT exception text, OUT requests bigint)
	RETURNS SETOF record
	LANGUAGE c VOLATILE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_http_signature_faults';
COMMENT ON FUNCTION dynamo.http_signature_faults() IS
	'HTTP requests since the server started whose signature was at fault, by exception; those that dynamo.authentication let through are counted too';

--
-- Access keys: of roles, and temporary credentials
--
CREATE TABLE dynamo.access_keys
(
	access_key_id text COLLATE "C" NOT NULL,
	role oid NOT NULL,
	active boolean NOT NULL,
	created timestamptz NOT NULL,
	master_key text COLLATE "C" NOT NULL,
	sealed bytea NOT NULL,
	expires timestamptz,
	token_hash bytea,
	assumed_by oid,
	session_name text,
	session_policy text,
	session_tags jsonb,
	CONSTRAINT access_keys_pkey PRIMARY KEY (access_key_id)
);
CREATE INDEX access_keys_role ON dynamo.access_keys (role);
CREATE INDEX access_keys_assumed_by ON dynamo.access_keys (assumed_by, expires) WHERE assumed_by IS NOT NULL;
COMMENT ON TABLE dynamo.access_keys IS
	'access keys, each secret sealed under a master key; to be read by nobody, and in no dump';
REVOKE ALL ON dynamo.access_keys FROM PUBLIC;

CREATE TABLE dynamo.access_key_use
(
	access_key_id text COLLATE "C" NOT NULL,
	last_used timestamptz NOT NULL,
	CONSTRAINT access_key_use_pkey PRIMARY KEY (access_key_id),
	CONSTRAINT access_key_use_key FOREIGN KEY (access_key_id)
		REFERENCES dynamo.access_keys ON DELETE CASCADE
);
COMMENT ON TABLE dynamo.access_key_use IS
	'when access keys were last used, written by upkeep';
REVOKE ALL ON dynamo.access_key_use FROM PUBLIC;

CREATE FUNCTION dynamo.access_keys_changed() RETURNS trigger
	LANGUAGE c VOLATILE
	AS 'MODULE_PATHNAME', 'dynamo_access_keys_changed';
COMMENT ON FUNCTION dynamo.access_keys_changed() IS
	'has all processes forget what they know of access keys';

CREATE TRIGGER access_keys_changed AFTER UPDATE OR DELETE ON dynamo.access_keys
	FOR EACH ROW EXECUTE FUNCTION dynamo.access_keys_changed();
CREATE TRIGGER access_keys_added AFTER INSERT ON dynamo.access_keys
	FOR EACH ROW WHEN (new.token_hash IS NULL) EXECUTE FUNCTION dynamo.access_keys_changed();
CREATE TRIGGER access_keys_emptied AFTER TRUNCATE ON dynamo.access_keys
	FOR EACH STATEMENT EXECUTE FUNCTION dynamo.access_keys_changed();
ALTER TABLE dynamo.access_keys ENABLE ALWAYS TRIGGER access_keys_changed;
ALTER TABLE dynamo.access_keys ENABLE ALWAYS TRIGGER access_keys_added;
ALTER TABLE dynamo.access_keys ENABLE ALWAYS TRIGGER access_keys_emptied;

CREATE VIEW dynamo.access_key WITH (security_barrier = true) AS
SELECT key.access_key_id, pg_catalog.pg_get_userbyid(key.role) AS role,
	CASE WHEN key.expires OPERATOR(pg_catalog.<=) pg_catalog.clock_timestamp() THEN 'Expired'
		WHEN key.active THEN 'Active' ELSE 'Inactive' END AS status,
	key.created, key.expires, used.last_used,
	CASE WHEN key.assumed_by IS NOT NULL THEN pg_catalog.pg_get_userbyid(key.assumed_by) END AS assumed_by,
	key.session_name, key.session_policy, key.session_tags
FROM dynamo.access_keys AS key
	LEFT JOIN dynamo.access_key_use AS used
		ON used.access_key_id OPERATOR(pg_catalog.=) key.access_key_id
WHERE pg_catalog.pg_has_role(key.role, 'USAGE')
	OR pg_catalog.pg_has_role(key.role, 'USAGE WITH ADMIN OPTION');
COMMENT ON VIEW dynamo.access_key IS
	'access keys of the roles whose rights the caller has, or that it administers, without their secrets';
GRANT SELECT ON dynamo.access_key TO PUBLIC;

CREATE FUNCTION dynamo.create_access_key(role regrole, expires timestamptz DEFAULT NULL,
	OUT access_key_id text, OUT secret_access_key text)
	LANGUAGE c VOLATILE PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_create_access_key';
COMMENT ON FUNCTION dynamo.create_access_key(regrole, timestamptz) IS
	'gives a role an access key for the HTTP API; its secret is shown this once';

CREATE FUNCTION dynamo.import_access_keys(OUT access_key_id text, OUT role regrole)
	RETURNS SETOF record
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_import_access_keys';
COMMENT ON FUNCTION dynamo.import_access_keys() IS
	'brings in the access keys of the file that dynamo.access_key_import_file names; those that are new';
REVOKE ALL ON FUNCTION dynamo.import_access_keys() FROM PUBLIC;

CREATE FUNCTION dynamo.activate_access_key(access_key_id text) RETURNS void
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_activate_access_key';
COMMENT ON FUNCTION dynamo.activate_access_key(text) IS
	'has an access key work again';

CREATE FUNCTION dynamo.deactivate_access_key(access_key_id text) RETURNS void
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_deactivate_access_key';
COMMENT ON FUNCTION dynamo.deactivate_access_key(text) IS
	'has an access key refused from now on';

CREATE FUNCTION dynamo.delete_access_key(access_key_id text) RETURNS void
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_delete_access_key';
COMMENT ON FUNCTION dynamo.delete_access_key(text) IS
	'deletes an access key, or temporary credentials';

CREATE FUNCTION dynamo.assume_role(role regrole, session_name text,
	duration interval DEFAULT '1 hour', policy jsonb DEFAULT NULL, tags jsonb DEFAULT NULL,
	OUT access_key_id text, OUT secret_access_key text, OUT session_token text,
	OUT expiration timestamptz)
	LANGUAGE c VOLATILE PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_assume_role';
COMMENT ON FUNCTION dynamo.assume_role(regrole, text, interval, jsonb, jsonb) IS
	'makes temporary credentials of a role that the caller is a member of';

CREATE FUNCTION dynamo.delete_sessions(role regrole) RETURNS bigint
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_delete_sessions';
COMMENT ON FUNCTION dynamo.delete_sessions(regrole) IS
	'deletes all temporary credentials of a role, and those that it has made by assuming another; how many';

CREATE FUNCTION dynamo.reseal_access_keys() RETURNS bigint
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_reseal_access_keys';
COMMENT ON FUNCTION dynamo.reseal_access_keys() IS
	'seals the secrets of all access keys under the newest master key; how many had another one';
REVOKE ALL ON FUNCTION dynamo.reseal_access_keys() FROM PUBLIC;

-- Vectors

CREATE FUNCTION dynamo.vector_of(item jsonb, name text)
RETURNS real[] LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'dynamo_vector_of';
COMMENT ON FUNCTION dynamo.vector_of(jsonb, text) IS
'the vector in an item''s attribute; null where that is no list of 1 to 4096 numbers in the range of real';

CREATE FUNCTION dynamo.cosine_distance(a real[], b real[])
RETURNS double precision LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'dynamo_cosine_distance';
COMMENT ON FUNCTION dynamo.cosine_distance(real[], real[]) IS
'1 - the cosine of the angle between two vectors; 1 where either is zero';

CREATE FUNCTION dynamo.euclidean_distance(a real[], b real[])
RETURNS double precision LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'dynamo_euclidean_distance';
COMMENT ON FUNCTION dynamo.euclidean_distance(real[], real[]) IS
'the Euclidean distance of two vectors';

CREATE FUNCTION dynamo.dot_product(a real[], b real[])
RETURNS double precision LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'dynamo_dot_product';
COMMENT ON FUNCTION dynamo.dot_product(real[], real[]) IS
'the dot product of two vectors';

CREATE TYPE dynamo.vector_code;

CREATE FUNCTION dynamo.vector_code_in(cstring)
RETURNS dynamo.vector_code LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'byteain';
COMMENT ON FUNCTION dynamo.vector_code_in(cstring) IS 'input of dynamo.vector_code';

CREATE FUNCTION dynamo.vector_code_out(dynamo.vector_code)
RETURNS cstring LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'byteaout';
COMMENT ON FUNCTION dynamo.vector_code_out(dynamo.vector_code) IS 'output of dynamo.vector_code';

-- Entries of an index have it as it is, so nothing may compress it.
CREATE TYPE dynamo.vector_code (
	INPUT = dynamo.vector_code_in, OUTPUT = dynamo.vector_code_out,
	INTERNALLENGTH = VARIABLE, ALIGNMENT = int4, STORAGE = plain
);
COMMENT ON TYPE dynamo.vector_code IS
'what a vector index holds of an item: its vector in steps, and values of filters';

CREATE FUNCTION dynamo.vector_code_lt(a dynamo.vector_code, b dynamo.vector_code)
RETURNS boolean LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'bytealt';
COMMENT ON FUNCTION dynamo.vector_code_lt(dynamo.vector_code, dynamo.vector_code) IS
'implementation of < operator';

CREATE FUNCTION dynamo.vector_code_le(a dynamo.vector_code, b dynamo.vector_code)
RETURNS boolean LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'byteale';
COMMENT ON FUNCTION dynamo.vector_code_le(dynamo.vector_code, dynamo.vector_code) IS
'implementation of <= operator';

CREATE FUNCTION dynamo.vector_code_eq(a dynamo.vector_code, b dynamo.vector_code)
RETURNS boolean LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'byteaeq';
COMMENT ON FUNCTION dynamo.vector_code_eq(dynamo.vector_code, dynamo.vector_code) IS
'implementation of = operator';

CREATE FUNCTION dynamo.vector_code_ge(a dynamo.vector_code, b dynamo.vector_code)
RETURNS boolean LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'byteage';
COMMENT ON FUNCTION dynamo.vector_code_ge(dynamo.vector_code, dynamo.vector_code) IS
'implementation of >= operator';

CREATE FUNCTION dynamo.vector_code_gt(a dynamo.vector_code, b dynamo.vector_code)
RETURNS boolean LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'byteagt';
COMMENT ON FUNCTION dynamo.vector_code_gt(dynamo.vector_code, dynamo.vector_code) IS
'implementation of > operator';

CREATE FUNCTION dynamo.vector_code_cmp(a dynamo.vector_code, b dynamo.vector_code)
RETURNS integer LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'byteacmp';
COMMENT ON FUNCTION dynamo.vector_code_cmp(dynamo.vector_code, dynamo.vector_code) IS
'less-equal-greater, by bytes';

CREATE OPERATOR dynamo.< (
	FUNCTION = dynamo.vector_code_lt, LEFTARG = dynamo.vector_code, RIGHTARG = dynamo.vector_code,
	COMMUTATOR = OPERATOR(dynamo.>), NEGATOR = OPERATOR(dynamo.>=),
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR dynamo.< (dynamo.vector_code, dynamo.vector_code) IS
'order of codes by bytes';

CREATE OPERATOR dynamo.<= (
	FUNCTION = dynamo.vector_code_le, LEFTARG = dynamo.vector_code, RIGHTARG = dynamo.vector_code,
	COMMUTATOR = OPERATOR(dynamo.>=), NEGATOR = OPERATOR(dynamo.>),
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR dynamo.<= (dynamo.vector_code, dynamo.vector_code) IS
'order of codes by bytes';

CREATE OPERATOR dynamo.= (
	FUNCTION = dynamo.vector_code_eq, LEFTARG = dynamo.vector_code, RIGHTARG = dynamo.vector_code,
	COMMUTATOR = OPERATOR(dynamo.=),
	RESTRICT = eqsel, JOIN = eqjoinsel
);
COMMENT ON OPERATOR dynamo.= (dynamo.vector_code, dynamo.vector_code) IS
'order of codes by bytes';

CREATE OPERATOR dynamo.>= (
	FUNCTION = dynamo.vector_code_ge, LEFTARG = dynamo.vector_code, RIGHTARG = dynamo.vector_code,
	COMMUTATOR = OPERATOR(dynamo.<=), NEGATOR = OPERATOR(dynamo.<),
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR dynamo.>= (dynamo.vector_code, dynamo.vector_code) IS
'order of codes by bytes';

CREATE OPERATOR dynamo.> (
	FUNCTION = dynamo.vector_code_gt, LEFTARG = dynamo.vector_code, RIGHTARG = dynamo.vector_code,
	COMMUTATOR = OPERATOR(dynamo.<), NEGATOR = OPERATOR(dynamo.<=),
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR dynamo.> (dynamo.vector_code, dynamo.vector_code) IS
'order of codes by bytes';

-- Without a function that says that equal ones are the same image, btree does not deduplicate.
CREATE OPERATOR CLASS dynamo.vector_code_ops DEFAULT FOR TYPE dynamo.vector_code USING btree AS
	OPERATOR 1 dynamo.<, OPERATOR 2 dynamo.<=, OPERATOR 3 dynamo.=, OPERATOR 4 dynamo.>=,
	OPERATOR 5 dynamo.>,
	FUNCTION 1 dynamo.vector_code_cmp(dynamo.vector_code, dynamo.vector_code);
COMMENT ON OPERATOR CLASS dynamo.vector_code_ops USING btree IS 'order of codes by bytes';
COMMENT ON OPERATOR FAMILY dynamo.vector_code_ops USING btree IS 'order of codes by bytes';

CREATE FUNCTION dynamo.vector_code(item jsonb, form text)
RETURNS dynamo.vector_code LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'dynamo_vector_code';
COMMENT ON FUNCTION dynamo.vector_code(jsonb, text) IS
'what a vector index of this form holds of an item; null where it does not hold it';

CREATE FUNCTION dynamo.search_vectors(request jsonb)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'dynamo_operation';
COMMENT ON FUNCTION dynamo.search_vectors(jsonb) IS
'SearchVectors: the items whose vectors are nearest to one';

-- A number that is written with fewer digits would be another vector.
CREATE FUNCTION dynamo.nearest(table_name text, index_name text, vector real[], k integer,
	condition text DEFAULT NULL, names jsonb DEFAULT NULL, "values" jsonb DEFAULT NULL)
RETURNS TABLE (item jsonb, score double precision) LANGUAGE sql VOLATILE PARALLEL UNSAFE ROWS 10
SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1
AS $$
	SELECT dynamo.to_item(result -> 'Item'), (result ->> 'Score')::double precision
	FROM jsonb_array_elements(dynamo.search_vectors(jsonb_strip_nulls(jsonb_build_object(
		'TableName', table_name, 'IndexName', index_name, 'TopK', k,
		'SearchVector', (SELECT jsonb_agg(jsonb_build_object('N', element::text) ORDER BY place)
			FROM unnest(vector) WITH ORDINALITY elements (element, place)),
		'SearchConditionExpression', condition, 'ExpressionAttributeNames', names,
		'ExpressionAttributeValues', "values"))) -> 'SearchResults') results (result)
$$;
COMMENT ON FUNCTION dynamo.nearest(text, text, real[], integer, text, jsonb, jsonb) IS
'the k items of a vector index that are nearest to a vector, the nearest first, and their scores';

--
-- Metrics
--
CREATE FUNCTION dynamo.metrics_counters(OUT operation text, OUT table_name text,
	OUT index_name text, OUT requests bigint, OUT failed bigint, OUT user_errors bigint,
	OUT system_errors bigint, OUT throttled_requests bigint, OUT read_throttle_events bigint,
	OUT write_throttle_events bigint, OUT conditional_check_failed_requests bigint,
	OUT transaction_conflicts bigint, OUT returned_item_count bigint, OUT returned_bytes bigint,
	OUT time_to_live_deleted_item_count bigint, OUT consumed_read_units double precision,
	OUT consumed_write_units double precision, OUT latency_total double precision,
	OUT latency_p50 double precision, OUT latency_p90 double precision,
	OUT latency_p99 double precision, OUT latency_p999 double precision)
	RETURNS SETOF record
	LANGUAGE c VOLATILE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_metrics_counters';
COMMENT ON FUNCTION dynamo.metrics_counters() IS
	'what the view dynamo.metrics shows; no rows where the library is not preloaded';
REVOKE ALL ON FUNCTION dynamo.metrics_counters() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dynamo.metrics_counters() TO pg_monitor;

CREATE FUNCTION dynamo.metrics_reset_at() RETURNS timestamptz
	LANGUAGE c VOLATILE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_metrics_reset_at';
COMMENT ON FUNCTION dynamo.metrics_reset_at() IS
	'since when the metrics count; null where the library is not preloaded';
REVOKE ALL ON FUNCTION dynamo.metrics_reset_at() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dynamo.metrics_reset_at() TO pg_monitor;

CREATE FUNCTION dynamo.reset_metrics() RETURNS void
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_reset_metrics';
COMMENT ON FUNCTION dynamo.reset_metrics() IS
	'sets the counters of the metrics, of all databases, to 0';
REVOKE ALL ON FUNCTION dynamo.reset_metrics() FROM PUBLIC;

CREATE VIEW dynamo.metrics WITH (security_invoker = true) AS
SELECT operation, table_name, index_name, requests, failed, user_errors, system_errors,
	throttled_requests, read_throttle_events, write_throttle_events,
	conditional_check_failed_requests, transaction_conflicts, returned_item_count,
	returned_bytes, time_to_live_deleted_item_count, consumed_read_units, consumed_write_units,
	latency_total, latency_p50, latency_p90, latency_p99, latency_p999
FROM dynamo.metrics_counters();
COMMENT ON VIEW dynamo.metrics IS
	'counts of requests, and milliseconds of latency of those without an error, by operation, table and index; see metrics_reset_at()';
GRANT SELECT ON dynamo.metrics TO pg_monitor;

CREATE FUNCTION dynamo.metrics_samples(OUT sampled_at timestamptz, OUT table_name text,
	OUT seconds integer, OUT requests bigint, OUT failed bigint, OUT throttled_requests bigint,
	OUT user_errors bigint, OUT system_errors bigint, OUT returned_item_count bigint,
	OUT returned_bytes bigint, OUT consumed_read_units double precision,
	OUT consumed_write_units double precision, OUT latency_p50 double precision,
	OUT latency_p99 double precision)
	RETURNS SETOF record
	LANGUAGE c VOLATILE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_metrics_samples';
COMMENT ON FUNCTION dynamo.metrics_samples() IS
	'what the view dynamo.metrics_history shows; no rows where the library is not preloaded';
REVOKE ALL ON FUNCTION dynamo.metrics_samples() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dynamo.metrics_samples() TO pg_monitor;

CREATE VIEW dynamo.metrics_history WITH (security_invoker = true) AS
SELECT sampled_at, table_name, seconds, requests, failed, throttled_requests, user_errors,
	system_errors, returned_item_count, returned_bytes, consumed_read_units,
	consumed_write_units, latency_p50, latency_p99
FROM dynamo.metrics_samples();
COMMENT ON VIEW dynamo.metrics_history IS
	'what was counted in each minute of the last three hours, by table; where table_name is null, of the whole server';
GRANT SELECT ON dynamo.metrics_history TO pg_monitor;

CREATE FUNCTION dynamo.waiting_requests(OUT pid integer, OUT role oid, OUT operation text,
	OUT table_name text, OUT since timestamptz, OUT client_address text, OUT request_id text)
	RETURNS SETOF record
	LANGUAGE c VOLATILE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_waiting_requests';
COMMENT ON FUNCTION dynamo.waiting_requests() IS
	'HTTP requests that wait for a lock, at most 32 of each worker';
REVOKE ALL ON FUNCTION dynamo.waiting_requests() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dynamo.waiting_requests() TO pg_monitor;

CREATE VIEW dynamo.requests WITH (security_invoker = true) AS
SELECT w.pid, r.rolname::text AS role_name, w.operation, w.table_name, 'parked'::text AS state,
	w.since, w.client_address, w.request_id
FROM dynamo.waiting_requests() w LEFT JOIN pg_catalog.pg_roles r ON r.oid = w.role
UNION ALL
SELECT a.pid, NULL, pg_catalog.split_part(a.query, ' ', 1),
	pg_catalog.substring(a.query, 'of table "([^"]+)"'),
	CASE WHEN a.wait_event IN ('WALSync', 'WalSync', 'SyncRep') THEN 'flushing' ELSE 'running' END,
	a.query_start, NULL, NULL
FROM pg_catalog.pg_stat_activity a
WHERE a.backend_type = 'dynamo http' AND a.state = 'active';
COMMENT ON VIEW dynamo.requests IS
	'HTTP requests that run, wait to become durable, or wait for a lock; of the first two, the last one of each worker';
GRANT SELECT ON dynamo.requests TO pg_monitor;
