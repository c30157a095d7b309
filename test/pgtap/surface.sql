-- The extension's SQL surface: what every function, relation and schema of it
-- has to have, and that each operation of the API is there.
\set ON_ERROR_STOP on
\set QUIET on
\pset format unaligned
\pset tuples_only on
BEGIN;
SELECT * FROM no_plan();

CREATE FUNCTION pg_temp.members(catalog regclass) RETURNS SETOF oid LANGUAGE sql STABLE AS $$
	SELECT d.objid
	FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
	WHERE e.extname = 'dynamo' AND d.refclassid = 'pg_extension'::regclass
		AND d.classid = catalog AND d.deptype = 'e'
$$;

-- Each operation takes the API's request and gives its response.
SELECT has_function('dynamo', operation, ARRAY['jsonb'])
FROM unnest(ARRAY['create_table', 'describe_table', 'list_tables', 'update_table', 'delete_table',
	'put_item', 'get_item', 'update_item', 'delete_item', 'query', 'scan',
	'batch_get_item', 'batch_write_item', 'transact_get_items', 'transact_write_items', 'describe_limits', 'describe_endpoints',
	'tag_resource', 'untag_resource', 'list_tags_of_resource', 'update_time_to_live', 'describe_time_to_live',
	'list_streams', 'describe_stream', 'get_shard_iterator', 'get_records']) AS operation;
SELECT has_function('dynamo', ltrim(lower(regexp_replace(name, '([A-Z])', '_\1', 'g')), '_'), ARRAY['jsonb'], name || ' is there')
FROM dynamo.operations();
SELECT function_returns('dynamo', proname, ARRAY['jsonb'], 'jsonb')
FROM pg_proc
WHERE oid IN (SELECT pg_temp.members('pg_proc')) AND proargtypes = '3802'
	AND proargnames = '{request}'
ORDER BY proname;

-- Scaling has Application Auto Scaling's functions, and views that everybody reads.
SELECT has_function('dynamo', 'register_scalable_target', ARRAY['text', 'text', 'bigint', 'bigint']);
SELECT has_function('dynamo', 'deregister_scalable_target', ARRAY['text', 'text']);
SELECT has_function('dynamo', 'put_scaling_policy', ARRAY['text', 'text', 'text', 'double precision', 'integer', 'integer', 'boolean']);
SELECT has_function('dynamo', 'delete_scaling_policy', ARRAY['text', 'text', 'text']);
SELECT columns_are('dynamo', 'scalable_targets', ARRAY['resource_id', 'scalable_dimension', 'table_name', 'index_name',
	'min_capacity', 'max_capacity', 'capacity', 'policy_name', 'target_value', 'scale_in_cooldown', 'scale_out_cooldown', 'disable_scale_in']);
SELECT columns_are('dynamo', 'scaling_activities', ARRAY['activity_id', 'resource_id', 'scalable_dimension', 'table_name', 'index_name',
	'start_time', 'end_time', 'from_capacity', 'to_capacity', 'description', 'cause', 'status_code', 'status_message']);

-- Items as rows, and rows as items.
SELECT has_function('dynamo', 'items', ARRAY['text']);
SELECT has_function('dynamo', 'query_items', ARRAY['text', 'text', 'jsonb', 'jsonb', 'text', 'text', 'text', 'boolean', 'boolean', 'integer']);
SELECT has_function('dynamo', 'scan_items', ARRAY['text', 'text', 'jsonb', 'jsonb', 'text', 'text', 'boolean', 'integer']);
SELECT has_function('dynamo', 'put_items', ARRAY['text', 'text']);
SELECT has_function('dynamo', 'put_items', ARRAY['text', 'jsonb[]']);

-- Hot keys.
SELECT columns_are('dynamo', 'hot_keys', ARRAY['table_name', 'index_name', 'window_start', 'kind', 'rank', 'key', 'cut', 'count', 'error_bound', 'total']);

-- Operators see what there is and what is broken.
SELECT columns_are('dynamo', 'tables', ARRAY['name', 'relation', 'leaves', 'status', 'items', 'size_bytes', 'indexes', 'broken']);
SELECT columns_are('dynamo', 'key_cache', ARRAY['places', 'hits', 'misses', 'hit_ratio']);
SELECT columns_are('dynamo', 'metrics', ARRAY['operation', 'table_name', 'index_name', 'requests', 'failed', 'user_errors', 'system_errors',
	'throttled_requests', 'read_throttle_events', 'write_throttle_events', 'conditional_check_failed_requests', 'transaction_conflicts',
	'returned_item_count', 'returned_bytes', 'time_to_live_deleted_item_count', 'consumed_read_units', 'consumed_write_units',
	'latency_total', 'latency_p50', 'latency_p90', 'latency_p99', 'latency_p999']);
SELECT columns_are('dynamo', 'metrics_history', ARRAY['sampled_at', 'table_name', 'seconds', 'requests', 'failed', 'throttled_requests',
	'user_errors', 'system_errors', 'returned_item_count', 'returned_bytes', 'consumed_read_units', 'consumed_write_units', 'latency_p50', 'latency_p99']);
SELECT columns_are('dynamo', 'requests', ARRAY['pid', 'role_name', 'operation', 'table_name', 'state', 'since', 'client_address', 'request_id']);
SELECT has_function('dynamo', 'key_cache_counters', '{}'::name[]);
SELECT has_function('dynamo', 'key_hash', ARRAY['text', 'jsonb']);
SELECT has_function('dynamo', 'rebuild_index', ARRAY['text', 'text']);
SELECT has_function('dynamo', 'table_states', '{}'::name[]);
SELECT has_function('dynamo', 'add_statistics', ARRAY['text']);
SELECT has_function('dynamo', 'add_views', ARRAY['text']);
SELECT has_function('dynamo', 'set_replica_identity', ARRAY['text', 'text']);
SELECT has_function('dynamo', 'check_table', ARRAY['text', 'boolean']);

-- The item operations also take named arguments, the table's name first.
SELECT isnt_empty(format(
	'SELECT FROM pg_proc WHERE oid IN (SELECT pg_temp.members(''pg_proc''))
		AND proname = %L AND proargtypes[0] = ''text''::regtype AND proargnames[1] = ''table_name''',
	operation), operation || ' takes named arguments')
FROM unnest(ARRAY['put_item', 'get_item', 'update_item', 'delete_item', 'query', 'scan']) AS operation;

-- Every function says what it is for.
SELECT ok(length(obj_description(f, 'pg_proc')) > 0, f::regprocedure || ' has a comment')
FROM pg_temp.members('pg_proc') AS f ORDER BY f::regprocedure::text;
SELECT ok(length(obj_description(n, 'pg_namespace')) > 0, n::regnamespace || ' has a comment')
FROM pg_temp.members('pg_namespace') AS n ORDER BY n::regnamespace::text;

-- A name in a function's body means the same whoever calls it.
SELECT ok(EXISTS (SELECT FROM unnest(proconfig) AS setting WHERE setting LIKE 'search_path=%'),
	p.oid::regprocedure || ' has a fixed search_path')
FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
WHERE p.oid IN (SELECT pg_temp.members('pg_proc')) AND l.lanname IN ('sql', 'plpgsql')
	AND p.prosqlbody IS NULL
ORDER BY p.oid::regprocedure::text;

-- What changes the database may not run in a parallel worker, nor be folded away by the planner.
SELECT ok(provolatile = 'v' AND proparallel = 'u', p.oid::regprocedure || ' is volatile and parallel unsafe')
FROM pg_proc p
WHERE p.oid IN (SELECT pg_temp.members('pg_proc'))
	AND proname IN ('create_table', 'update_table', 'delete_table', 'put_item', 'update_item',
		'delete_item', 'batch_write_item', 'transact_write_items', 'tag_resource', 'untag_resource',
		'update_time_to_live', 'delete_expired_items', 'add_statistics', 'add_views', 'adopt_table', 'set_replica_identity',
		'register_scalable_target', 'deregister_scalable_target', 'put_scaling_policy', 'delete_scaling_policy')
ORDER BY p.oid::regprocedure::text;
SELECT ok(provolatile = 'i' AND proparallel = 's' AND proisstrict, p.oid::regprocedure || ' is immutable, strict and parallel safe')
FROM pg_proc p
WHERE p.oid IN (SELECT pg_temp.members('pg_proc')) AND proname IN ('marshall', 'unmarshall')
ORDER BY p.oid::regprocedure::text;
SELECT has_function('dynamo', 'marshall', ARRAY['jsonb']);
SELECT has_function('dynamo', 'unmarshall', ARRAY['jsonb']);

-- Nobody but its owner changes the catalog or puts things into the extension's schemas.
CREATE ROLE nobody_in_particular;
SELECT ok(NOT has_table_privilege('nobody_in_particular', c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER'),
	c.oid::regclass || ' is not writable by a plain role')
FROM pg_class c
WHERE c.oid IN (SELECT pg_temp.members('pg_class')) AND c.relkind IN ('r', 'p', 'v')
ORDER BY c.oid::regclass::text;
SELECT ok(NOT has_schema_privilege('nobody_in_particular', schema, 'CREATE'),
	schema || ' does not let a plain role create')
FROM unnest(ARRAY['dynamo', 'dynamo_tables', 'dynamo_views']) AS schema;
SELECT schema_privs_are('dynamo', 'nobody_in_particular', ARRAY['USAGE']);

-- The schema is a member, so that the installing role does not own it; the database's owner may dump and restore.
SELECT ok('dynamo'::regnamespace IN (SELECT pg_temp.members('pg_namespace')), 'the schema dynamo is the extension''s');
SELECT has_function('dynamo', 'adopt_table', ARRAY['regclass', 'text']);
SELECT table_privs_are('dynamo', name, 'pg_database_owner', ARRAY['SELECT', 'INSERT'])
FROM unnest(ARRAY['table_catalog', 'scaling_activity_log']) AS name;
SELECT has_trigger('dynamo', name, 'check_restored', name || ' is checked') FROM unnest(ARRAY['table_catalog', 'scaling_activity_log']) AS name;

-- Only a superuser may have functions run as the extension's owner.
SELECT is_empty($$
	SELECT oid::regprocedure FROM pg_proc
	WHERE oid IN (SELECT pg_temp.members('pg_proc')) AND prosecdef
		AND NOT coalesce(proconfig::text LIKE '%search_path=%', false)$$,
	'every SECURITY DEFINER function has a fixed search_path');

SELECT has_extension('dynamo');
SELECT is((SELECT amtype::text FROM pg_am WHERE amname = 'dynamo'), 't', 'dynamo is a table access method');

SELECT * FROM finish();
ROLLBACK;
