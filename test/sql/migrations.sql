-- Migrations: arguments, options, and who may. What they do is in test/t/migrate.pl.
\set VERBOSITY terse
SELECT dynamo.migrate(NULL, '{Music}');
SELECT dynamo.migrate('ftp://somewhere', '{Music}', dry_run => true);
SELECT dynamo.migrate('http://user:secret@somewhere', '{Music}', dry_run => true);
SELECT dynamo.migrate('http://127.0.0.1:1', '{}', dry_run => true);
SELECT dynamo.migrate('http://127.0.0.1:1', '{NULL}', dry_run => true);
SELECT dynamo.migrate('http://127.0.0.1:1', NULL, dry_run => true);
SELECT dynamo.migrate('http://127.0.0.1:1', '{Music}', options => NULL, dry_run => true);
SELECT dynamo.migrate('http://127.0.0.1:1', '{Music}', options => '[]', dry_run => true);
SELECT dynamo.migrate('http://127.0.0.1:1', '{Music}', options => '{"speed": 1}', dry_run => true);
SELECT dynamo.migrate('http://127.0.0.1:1', '{Music}', options => '{"segments": 0}', dry_run => true);
SELECT dynamo.migrate('http://127.0.0.1:1', '{Music}', options => '{"segments": 33}', dry_run => true);
SELECT dynamo.migrate('http://127.0.0.1:1', '{Music}', options => '{"segments": "4"}', dry_run => true);
SELECT dynamo.migrate('http://127.0.0.1:1', '{Music}', options => '{"read_units": 0}', dry_run => true);
SELECT dynamo.migrate('http://127.0.0.1:1', '{Music}', options => '{"changes": "no"}', dry_run => true);
SELECT dynamo.migrate('http://127.0.0.1:1', '{Music}', options => '{"region": "a/b"}', dry_run => true);
SELECT dynamo.migrate('http://127.0.0.1:1', '{Music}', options => '{"streams_endpoint": "here"}', dry_run => true);
SELECT dynamo.migrate('http://127.0.0.1:1', '{Music}', options => '{"rename": {"Music": 1}}', dry_run => true);
SELECT dynamo.migrate('http://127.0.0.1:1', '{Music}', 'nothing', dry_run => true);
-- functions that anonymise
CREATE SCHEMA masks;
CREATE FUNCTION masks.number(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION masks.rows(text) RETURNS SETOF text LANGUAGE sql IMMUTABLE AS 'SELECT $1';
SELECT dynamo.migrate('http://127.0.0.1:1', '{Music}', options => '{"anonymize": {"a": 1}}', dry_run => true);
SELECT dynamo.migrate('http://127.0.0.1:1', '{Music}', options => '{"anonymize": {"a": "lower"}}', dry_run => true);
SELECT dynamo.migrate('http://127.0.0.1:1', '{Music}', options => '{"anonymize": {"a": "masks.nothing"}}', dry_run => true);
SELECT dynamo.migrate('http://127.0.0.1:1', '{Music}', options => '{"anonymize": {"a": "masks.number"}}', dry_run => true);
SELECT dynamo.migrate('http://127.0.0.1:1', '{Music}', options => '{"anonymize": {"a": "masks.rows"}}', dry_run => true);
-- the address is none that may be called: that is a problem, which a dry run tells
SELECT table_name, migration, plan FROM dynamo.migrate('http://169.254.169.254', '{Music,More}', options => '{"rename": {"Music": "Tracks"}}', dry_run => true);
SELECT table_name, plan -> 'problems' FROM dynamo.migrate_to('http://169.254.169.254', '{Music}', dry_run => true);
-- who may
CREATE ROLE migrations_role;
SET ROLE migrations_role;
SELECT dynamo.migrate('http://127.0.0.1:1', '{Music}', dry_run => true);
SELECT dynamo.migrate_to('http://127.0.0.1:1', '{Music}', dry_run => true);
SELECT count(*) FROM dynamo.migration_job;
SELECT count(*) FROM dynamo.migrations;
RESET ROLE;
SELECT dynamo.cut_over_migration(1);
SELECT dynamo.cancel_migration(1);
SELECT dynamo.resume_migration(1);
SELECT dynamo.cancel_migration(NULL);
-- of others', and of those that are not so far
INSERT INTO dynamo.migration_job (outward, endpoint, source, target, owner, options, phase, resume_phase, wanted, position, started, next_turn)
	VALUES (false, 'http://127.0.0.1:1', 'Music', 'Music', 'migrations_role'::regrole, '{}', 'COPYING', 'COPYING', 'nothing', '{}', now(), 'infinity') RETURNING id AS own \gset
CREATE ROLE migrations_other;
SET ROLE migrations_other;
SELECT count(*) FROM dynamo.migrations;
SELECT regexp_replace(dynamo.cancel_migration(:own)::text, '', '');
RESET ROLE;
SET ROLE migrations_role;
SELECT source, phase, pid FROM dynamo.migrations;
RESET ROLE;
DELETE FROM dynamo.migration_job;
DROP SCHEMA masks CASCADE;
DROP ROLE migrations_role, migrations_other;
