-- What a user can see of catalogs, as lines: pg_temp.surface(classes, objects) of these objects and of all that belongs to
-- them (columns, indexes, constraints, row types, rules, triggers, members of operator families).

-- A catalog's row without oids, which differ between databases, and without what use changes.
CREATE FUNCTION pg_temp.catalog_row(class regclass, object oid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE format($query$
		SELECT jsonb_object_agg(a.attname, CASE WHEN a.atttypid = 'aclitem[]'::regtype AND value <> 'null'
			THEN (SELECT jsonb_agg(grants ORDER BY grants) FROM jsonb_array_elements(value) AS grants) ELSE value END)
		FROM %s AS c, jsonb_each(to_jsonb(c)) JOIN pg_attribute a ON a.attrelid = %L::regclass AND a.attname = key
		WHERE c.oid = %L AND a.atttypid <> ALL ('{oid,oid[],oidvector,xid,pg_node_tree,int2[],int2vector}'::regtype[])
			AND key NOT IN ('relpages', 'reltuples', 'relallvisible', 'relallfrozen', 'relnatts', 'adnum')
		$query$, class, class, object) INTO result;
	RETURN result;
END $$;

CREATE FUNCTION pg_temp.definition(class regclass, object oid) RETURNS text LANGUAGE sql AS $$
SELECT CASE class
	WHEN 'pg_proc'::regclass THEN (SELECT pg_get_functiondef(oid) FROM pg_proc WHERE oid = object AND prokind IN ('f', 'p'))
	WHEN 'pg_class'::regclass THEN
		(SELECT CASE WHEN relkind IN ('i', 'I') THEN pg_get_indexdef(oid) WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid)
			WHEN relkind = 'p' THEN pg_get_partkeydef(oid) WHEN relispartition THEN pg_get_expr(relpartbound, oid) END
		 FROM pg_class WHERE oid = object)
	WHEN 'pg_constraint'::regclass THEN pg_get_constraintdef(object)
	WHEN 'pg_attrdef'::regclass THEN (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE oid = object)
	WHEN 'pg_trigger'::regclass THEN pg_get_triggerdef(object)
	WHEN 'pg_rewrite'::regclass THEN pg_get_ruledef(object)
	WHEN 'pg_policy'::regclass THEN (SELECT concat_ws(', ', polroles::regrole[], pg_get_expr(polqual, polrelid),
		pg_get_expr(polwithcheck, polrelid)) FROM pg_policy WHERE oid = object)
	WHEN 'pg_statistic_ext'::regclass THEN pg_get_statisticsobjdef(object)
	WHEN 'pg_event_trigger'::regclass THEN (SELECT evtfoid::regprocedure::text FROM pg_event_trigger WHERE oid = object)
	WHEN 'pg_operator'::regclass THEN (SELECT concat_ws(', ', oprresult::regtype, oprcom::regoperator, oprnegate::regoperator)
		FROM pg_operator WHERE oid = object)
	WHEN 'pg_opclass'::regclass THEN (SELECT concat_ws(', ', opcintype::regtype, opckeytype::regtype) FROM pg_opclass WHERE oid = object)
	WHEN 'pg_type'::regclass THEN (SELECT concat_ws(', ', typelem::regtype, typbasetype::regtype, typcollation::regcollation,
		(SELECT array_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = object))
		FROM pg_type WHERE oid = object)
	WHEN 'pg_cast'::regclass THEN (SELECT castfunc::regprocedure::text FROM pg_cast WHERE oid = object)
	ELSE pg_describe_object(class, object, 0)
END $$;

-- pg_attver is PostgreSQL's own count of a column's versions.
CREATE FUNCTION pg_temp.columns(object oid) RETURNS SETOF text LANGUAGE sql AS $$
SELECT concat_ws(' ', row_number() OVER (ORDER BY attnum), quote_ident(attname), format_type(atttypid, atttypmod),
	'not null', attnotnull, 'collation', nullif(attcollation, 0)::regcollation, attstorage, attcompression, attidentity, attgenerated,
	'statistics', attstattarget, (SELECT array_agg(o) FROM unnest(attoptions) AS o WHERE o NOT LIKE 'pg\_attver=%'), (SELECT array_agg(a ORDER BY a::text) FROM unnest(attacl) AS a))
FROM pg_attribute WHERE attrelid = object AND attnum > 0 AND NOT attisdropped
$$;

CREATE FUNCTION pg_temp.surface(classes regclass[], objects oid[]) RETURNS SETOF text LANGUAGE sql AS $$
WITH RECURSIVE belonging (class, object) AS (
	SELECT class::oid, object FROM unnest(classes, objects) AS given (class, object)
	UNION
	SELECT d.classid, d.objid FROM pg_depend d JOIN belonging b ON d.refclassid = b.class AND d.refobjid = b.object
	WHERE d.deptype IN ('a', 'i', 'P', 'S')
), named AS (
	SELECT class::regclass, object, identified.type || ' ' || identified.identity AS name
	FROM belonging, pg_identify_object(class, object, 0) AS identified
	WHERE identified.schema IS DISTINCT FROM 'pg_toast' AND identified.identity NOT LIKE '%RI_ConstraintTrigger%'
		/* Of NOT NULL the columns tell; the names that it has since PostgreSQL 18 follow how a table was made. */
		AND NOT EXISTS (SELECT FROM pg_constraint WHERE class = 'pg_constraint'::regclass AND oid = object AND contype = 'n')
), lines (name, what, value) AS (
	SELECT name, 'row', pg_temp.catalog_row(class, object) FROM named
	UNION ALL SELECT name, 'definition', pg_temp.definition(class, object) FROM named
	UNION ALL SELECT name, 'access method', amname FROM named JOIN pg_class c ON c.oid = object AND class = 'pg_class'::regclass
		JOIN pg_am a ON a.oid = relam
	UNION ALL SELECT name, 'index', concat_ws(' ', indisunique, indisprimary, indisvalid, indisready, indisreplident)
		FROM named JOIN pg_index ON indexrelid = object AND class = 'pg_class'::regclass
	UNION ALL SELECT name, 'column', c FROM named, pg_temp.columns(object) AS c WHERE class = 'pg_class'::regclass
	UNION ALL SELECT name, 'comment', concat_ws(' ', a.attname, description)
		FROM named JOIN pg_description ON classoid = class AND objoid = object LEFT JOIN pg_attribute a ON class = 'pg_class'::regclass
		AND a.attrelid = object AND a.attnum = objsubid AND objsubid > 0
	UNION ALL SELECT name, 'privileges at creation',
		concat_ws(' ', a.attname, (SELECT array_agg(p ORDER BY p::text) FROM unnest(initprivs) AS p))
		FROM named JOIN pg_init_privs ON classoid = class AND objoid = object LEFT JOIN pg_attribute a ON class = 'pg_class'::regclass
		AND a.attrelid = object AND a.attnum = objsubid AND objsubid > 0
)
SELECT concat_ws(' | ', name, what, to_json(value)) FROM lines
$$;

-- The extension: itself, its members, its schema, which is not one, and what pg_dump takes of its tables.
CREATE FUNCTION pg_temp.extension_surface() RETURNS SETOF text LANGUAGE sql AS $$
SELECT pg_temp.surface(array_agg(classid::regclass), array_agg(objid))
FROM (SELECT classid, objid FROM pg_depend d JOIN pg_extension e ON refclassid = 'pg_extension'::regclass AND refobjid = e.oid
	WHERE extname = 'dynamo' AND deptype = 'e'
	UNION ALL SELECT 'pg_namespace'::regclass, 'dynamo'::regnamespace) AS members
UNION ALL
SELECT concat_ws(' ', 'extension', extversion, extrelocatable, extnamespace::regnamespace, obj_description(oid, 'pg_extension'))
FROM pg_extension WHERE extname = 'dynamo'
UNION ALL
SELECT concat_ws(' ', 'dumped', configuration::regclass, condition)
FROM pg_extension, unnest(extconfig, extcondition) AS configured (configuration, condition)
WHERE extname = 'dynamo'
$$;

-- The relations and views of DynamoDB tables.
CREATE FUNCTION pg_temp.tables_surface() RETURNS SETOF text LANGUAGE sql AS $$
SELECT pg_temp.surface(array_agg('pg_class'::regclass), array_agg(oid))
FROM pg_class WHERE relnamespace IN ('dynamo_tables'::regnamespace, 'dynamo_views'::regnamespace)
$$;
