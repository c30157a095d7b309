-- Access keys: who may manage whose, which roles can have them, and what is refused before a secret
-- is made. The master key is needed for all else: test/t/access_keys.pl.
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
CREATE ROLE regress_key_app LOGIN;
CREATE ROLE regress_key_other LOGIN;
CREATE ROLE regress_key_admin LOGIN;
CREATE ROLE regress_key_group;
CREATE ROLE regress_key_root SUPERUSER LOGIN;
CREATE ROLE regress_key_bypass BYPASSRLS LOGIN;
CREATE ROLE regress_key_stream REPLICATION LOGIN;
CREATE ROLE regress_key_member LOGIN IN ROLE regress_key_bypass;
CREATE ROLE regress_key_files LOGIN IN ROLE pg_read_server_files;
GRANT regress_key_app TO regress_key_admin WITH ADMIN OPTION;
CREATE FUNCTION add_key(id text, key_role regrole, until timestamptz DEFAULT NULL, hash bytea DEFAULT NULL, assumer regrole DEFAULT NULL, name text DEFAULT NULL)
RETURNS void LANGUAGE sql AS $$
	INSERT INTO dynamo.access_keys (access_key_id, role, active, created, master_key, sealed, expires, token_hash, assumed_by, session_name)
	VALUES (id, key_role, true, now(), 'none', '\x00', until, hash, assumer, name)
$$;
SELECT add_key('AKIAAAAAAAAAAAAAAAA1', 'regress_key_app'), add_key('AKIAAAAAAAAAAAAAAAA2', 'regress_key_app');
SELECT add_key('AKIAAAAAAAAAAAAAAAA3', 'regress_key_other'), add_key('AKIAAAAAAAAAAAAAAAA4', 'regress_key_other', '2000-01-01');
SELECT add_key('ASIAAAAAAAAAAAAAAAA1', 'regress_key_group', '3000-01-01', sha256('token'), 'regress_key_app', 'job');

-- roles that are not fit, without and with what makes them so
SELECT dynamo.create_access_key('regress_key_root');
SELECT dynamo.create_access_key('regress_key_bypass');
SELECT dynamo.create_access_key('regress_key_stream');
SELECT dynamo.create_access_key('regress_key_member');
SELECT dynamo.create_access_key('regress_key_files');
SELECT dynamo.create_access_key('regress_key_group');
SELECT dynamo.create_access_key('regress_key_absent');
SELECT dynamo.create_access_key(999999999::regrole);
SELECT dynamo.create_access_key(NULL);
SELECT dynamo.create_access_key('regress_key_other', 'yesterday');
SELECT dynamo.create_access_key('regress_key_other', '-infinity');
-- two active keys are enough; expired ones do not count
SELECT dynamo.create_access_key('regress_key_app');
SELECT dynamo.deactivate_access_key('AKIAAAAAAAAAAAAAAAA1');
SELECT dynamo.activate_access_key('AKIAAAAAAAAAAAAAAAA1');
SELECT dynamo.deactivate_access_key('AKIAAAAAAAAAAAAAAAA1');
SELECT add_key('AKIAAAAAAAAAAAAAAAA5', 'regress_key_app');
SELECT dynamo.activate_access_key('AKIAAAAAAAAAAAAAAAA1');

-- what each sees and may do: the role itself
SET ROLE regress_key_app;
SELECT access_key_id, role, status, expires, last_used, assumed_by, session_name FROM dynamo.access_key ORDER BY 1;
SELECT * FROM dynamo.access_keys;
SELECT * FROM dynamo.access_key_use;
SELECT dynamo.import_access_keys();
SELECT dynamo.reseal_access_keys();
SELECT dynamo.create_access_key('regress_key_other');
SELECT dynamo.delete_access_key('AKIAAAAAAAAAAAAAAAA3');
SELECT dynamo.deactivate_access_key('AKIAAAAAAAAAAAAAAAA3');
SELECT dynamo.activate_access_key('AKIAAAAAAAAAAAAAAAA3');
SELECT dynamo.delete_sessions('regress_key_group');
SELECT dynamo.delete_access_key('AKIAAAAAAAAAAAAAAAA2');
SELECT dynamo.delete_access_key('AKIAAAAAAAAAAAAAAAA2');
-- another role's administrator
SET ROLE regress_key_admin;
SELECT access_key_id, role, status FROM dynamo.access_key ORDER BY 1;
SELECT dynamo.deactivate_access_key('AKIAAAAAAAAAAAAAAAA5');
SELECT dynamo.delete_access_key('AKIAAAAAAAAAAAAAAAA3');
-- another role
SET ROLE regress_key_other;
SELECT access_key_id, role, status FROM dynamo.access_key ORDER BY 1;
SELECT dynamo.delete_sessions('regress_key_app');
-- a superuser
RESET ROLE;
SELECT access_key_id, role, status FROM dynamo.access_key WHERE role LIKE 'regress%' ORDER BY 1;
SELECT dynamo.import_access_keys();

-- temporary credentials
GRANT regress_key_group TO regress_key_app;
SET ROLE regress_key_app;
SELECT dynamo.assume_role(NULL, 'job');
SELECT dynamo.assume_role('regress_key_group', NULL);
SELECT dynamo.assume_role('regress_key_group', 'j');
SELECT dynamo.assume_role('regress_key_group', repeat('j', 65));
SELECT dynamo.assume_role('regress_key_group', 'a job');
SELECT dynamo.assume_role('regress_key_group', 'job', '899 seconds');
SELECT dynamo.assume_role('regress_key_group', 'job', '12 hours 1 second');
SELECT dynamo.assume_role('regress_key_group', 'job', policy => jsonb_build_object('Sid', repeat('x', 2040)));
SELECT dynamo.assume_role('regress_key_group', 'job', tags => '[]');
SELECT dynamo.assume_role('regress_key_group', 'job', tags => '{"a": 1}');
SELECT dynamo.assume_role('regress_key_group', 'job', tags => '{"a": {"b": "c"}}');
SELECT dynamo.assume_role('regress_key_group', 'job', tags => '{"": "a"}');
SELECT dynamo.assume_role('regress_key_group', 'job', tags => '{"a": "1", "A": "2"}');
SELECT dynamo.assume_role('regress_key_group', 'job', tags => '{"a!": "1"}');
SELECT dynamo.assume_role('regress_key_group', 'job', tags => jsonb_build_object(repeat('é', 129), 'x'));
SELECT dynamo.assume_role('regress_key_group', 'job', tags => jsonb_build_object('x', repeat('é', 257)));
SELECT dynamo.assume_role('regress_key_group', 'job', tags => jsonb_object_agg('key' || i, 'x')) FROM generate_series(1, 51) i;
\set VERBOSITY default
-- a role that the caller is no member of, and one that is not fit
SELECT dynamo.assume_role('regress_key_other', 'job');
RESET ROLE;
ALTER ROLE regress_key_group BYPASSRLS;
SET ROLE regress_key_app;
SELECT dynamo.assume_role('regress_key_group', 'job');
-- itself, by which it would choose its own tags
SELECT dynamo.assume_role('regress_key_app', 'job', tags => '{"team": "red"}');
RESET ROLE;
ALTER ROLE regress_key_group NOBYPASSRLS;
-- what policies deny the assumer; what they let through a server without a master key cannot do
CREATE FUNCTION may_assume(tags jsonb) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	PERFORM dynamo.assume_role('regress_key_group', 'job', tags => tags);
	RAISE SQLSTATE '55000';
EXCEPTION WHEN SQLSTATE '55000' THEN
	RETURN true;
END $$;
SELECT dynamo.put_policy('regress_key', '{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::*:role/regress_key_gr*"}}');
SELECT dynamo.attach_role_policy('regress_key_app', 'regress_key');
SET ROLE regress_key_app;
SELECT dynamo.assume_role('regress_key_group', 'job');
RESET ROLE;
SELECT dynamo.put_policy('regress_key', '{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "sts:TagSession", "Resource": "*", "Condition": {"StringNotEquals": {"aws:RequestTag/team": "red"}}}}');
SET ROLE regress_key_app;
SELECT dynamo.assume_role('regress_key_group', 'job', tags => '{"team": "blue"}');
SELECT may_assume('{"team": "red"}'), may_assume(NULL);
RESET ROLE;
SELECT dynamo.detach_role_policy('regress_key_app', 'regress_key'), dynamo.delete_policy('regress_key');
-- an assumer without LOGIN
ALTER ROLE regress_key_app NOLOGIN;
SET ROLE regress_key_app;
SELECT dynamo.assume_role('regress_key_group', 'job');
SELECT dynamo.delete_sessions('regress_key_app');
RESET ROLE;
SELECT count(*) FROM dynamo.access_keys WHERE token_hash IS NOT NULL;

-- no dump has them
SELECT count(*) FROM pg_extension WHERE extname = 'dynamo' AND extconfig @> ARRAY['dynamo.access_keys'::regclass::oid];
DELETE FROM dynamo.access_keys WHERE access_key_id LIKE 'A%IAAAAAAAAAAAAAAAA_';
DROP FUNCTION add_key, may_assume;
DROP ROLE regress_key_app, regress_key_other, regress_key_admin, regress_key_group, regress_key_root, regress_key_bypass, regress_key_stream, regress_key_member, regress_key_files;
