# The key cache only hints at where a row is: whatever has happened to the row
# since, reads and writes see what the key index would have led them to.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('key_cache');
$node->init;
$node->append_conf('postgresql.conf', <<'CONF');
shared_preload_libraries = 'dynamo'
dynamo.http_port = 0
dynamo.maintenance_interval = 1h
dynamo.partitions = 1
shared_buffers = 16MB
autovacuum = off
CONF
$node->start;

sub sql { my (@queries) = @_; return $node->safe_psql('postgres', join(";\n", @queries)); }

# ask('k') is the item's v, or "none", and how the row was found.
sql(<<'SQL');
CREATE EXTENSION dynamo;
CREATE FUNCTION make(name text, type text) RETURNS void LANGUAGE sql AS $$
	SELECT FROM dynamo.create_table(jsonb_build_object('TableName', name, 'BillingMode', 'PAY_PER_REQUEST',
		'AttributeDefinitions', jsonb_build_array(jsonb_build_object('AttributeName', 'k', 'AttributeType', type),
			jsonb_build_object('AttributeName', 'g', 'AttributeType', 'N')),
		'KeySchema', jsonb_build_array(jsonb_build_object('AttributeName', 'k', 'KeyType', 'HASH')),
		'GlobalSecondaryIndexes', jsonb_build_array(jsonb_build_object('IndexName', 'ByG',
			'KeySchema', jsonb_build_array(jsonb_build_object('AttributeName', 'g', 'KeyType', 'HASH')),
			'Projection', jsonb_build_object('ProjectionType', 'ALL')))))
$$;
SELECT make('Rows', 'S'), make('Numbers', 'N'), make('Bytes', 'B');
CREATE FUNCTION scans(name text) RETURNS bigint LANGUAGE sql AS $$
	SELECT pg_stat_get_xact_numscans(format('dynamo_tables.%I', name || '/0/key')::regclass)
$$;
CREATE FUNCTION ask(key jsonb, name text DEFAULT 'Rows') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	before bigint := scans(name);
	found text := coalesce(dynamo.get_item(name, jsonb_build_object('k', key)) #>> '{Item,v,N}', 'none');
BEGIN
	RETURN found || CASE WHEN scans(name) = before THEN ' at once' ELSE ' by index' END;
END
$$;
CREATE FUNCTION ask(key text) RETURNS text LANGUAGE sql AS $$ SELECT ask(jsonb_build_object('S', key)) $$;
CREATE FUNCTION item(key text, v integer, g integer DEFAULT 0) RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_build_object('k', key, 'v', v, 'g', g)
$$;
CREATE FUNCTION put(key text, v integer, g integer DEFAULT 0) RETURNS void LANGUAGE sql AS $$
	SELECT FROM dynamo.put_item('Rows', dynamo.from_item(item(key, v, g)))
$$;
CREATE FUNCTION remove(key text) RETURNS void LANGUAGE sql AS $$
	SELECT FROM dynamo.delete_item('Rows', jsonb_build_object('k', jsonb_build_object('S', key)))
$$;
SQL

sub asked { my ($key, $expected, $what) = @_; return is(sql("SELECT ask('$key')"), $expected, $what); }

# Hits and misses, told by another session than the one that looked.
sub counters { return split /\|/, sql('SELECT hits, misses FROM dynamo.key_cache'); }

sub counted
{
	my ($query, $hits, $misses, $what) = @_;
	my @before = counters();

	sql($query);
	my @after = counters();
	return is_deeply([$after[0] - $before[0], $after[1] - $before[1]], [$hits, $misses], $what);
}

sql("SELECT put('counted', 1)");
counted("SELECT ask('counted') FROM generate_series(1, 3)", 3, 0, 'rows that the cache knows are hits');
counted("SELECT ask('absent') FROM generate_series(1, 2)", 0, 2, 'rows that are not there are misses');
counted('SELECT 1', 0, 0, 'who looks for nothing counts nothing');
is(sql('SELECT places, hit_ratio BETWEEN 0 AND 1 FROM dynamo.key_cache'), 256 * 1024 / 8 . '|t', 'and what they make of it');

unlike(slurp_file($node->logfile), qr/outside the valid range/, 'the server takes the settings');

# How a row comes to be known.
is(sql('SHOW dynamo.key_cache_size'), '256kB', 'a 64th of shared_buffers');
sql("SELECT put('put', 1)");
asked('put', '1 at once', 'a row that PutItem stored');
sql("INSERT INTO dynamo_tables.\"Rows\" SELECT item('insert', 2)");
asked('insert', '2 at once', 'a row that INSERT stored');
$node->safe_psql('postgres', qq(COPY dynamo_tables."Rows" FROM STDIN;\n{"k": "copy", "v": 3}\n{"k": "copied", "v": 4}\n\\.\n));
asked('copy', '3 at once', 'a row that COPY stored');
asked('copied', '4 at once', 'another of the same COPY');
$node->restart;
asked('put', '1 by index', 'after a restart nothing is known');
asked('put', '1 at once', 'what a read has found is known');
is(sql(<<'SQL'), "by index\nat once", 'a write looks there too');
BEGIN;
CREATE TEMP TABLE before AS SELECT scans('Rows');
SELECT FROM put('insert', 5) \gset
SELECT CASE scans('Rows') - before.scans WHEN 1 THEN 'by index' ELSE 'at once' END FROM before;
UPDATE before SET scans = scans('Rows');
SELECT FROM put('insert', 2) \gset
SELECT CASE scans('Rows') - before.scans WHEN 0 THEN 'at once' ELSE 'by index' END FROM before;
COMMIT;
SQL
asked('nothing', 'none by index', 'an absent item');

# A page that is found so is used, and should not be the next to leave.
$node->restart;
sql('CREATE EXTENSION pg_buffercache');
sql("SELECT ask('put') FROM generate_series(1, 10)");
is(sql('SELECT usagecount FROM pg_buffercache WHERE relfilenode = pg_relation_filenode(\'dynamo_tables."Rows/0"\') AND relforknumber = 0'),
	'5', 'the page counts as used');

# Such a read counts as one of the page. (Sessions that have ended may still report what they read.)
is(sql(<<'SQL'), 't', 'the page counts as hit');
CREATE TEMP TABLE pages AS SELECT heap_blks_hit FROM pg_statio_user_tables WHERE relname = 'Rows/0';
SELECT count(ask('put')) FROM generate_series(1, 1000) \gset
SELECT pg_stat_force_next_flush() \gset
SELECT now.heap_blks_hit >= before.heap_blks_hit + 1000
	FROM pages AS before, pg_statio_user_tables AS now WHERE now.relname = 'Rows/0';
SQL

# What may happen to it.
sql("SELECT put('put', 6)");
asked('put', '6 at once', 'a HOT update');
sql("SELECT put('put', 7, 1)");
asked('put', '7 at once', 'an update that is not HOT');
sql('UPDATE dynamo_tables."Rows" SET item = item || \'{"v": 8, "g": 2}\' WHERE item ->> \'k\' = \'put\'');
asked('put', '8 at once', 'an UPDATE');
sql("SELECT remove('put')");
asked('put', 'none by index', 'a delete');
sql('BEGIN', "SELECT put('put', 9)", 'ROLLBACK');
asked('put', 'none by index', 'a put that was rolled back');
is(sql('BEGIN', "SELECT put('put', 10)", 'SAVEPOINT s', "SELECT put('put', 11, 3)", "SELECT ask('put')", 'ROLLBACK TO s', "SELECT ask('put')", 'COMMIT'),
	"\n\n11 at once\n10 by index", 'a savepoint, inside its transaction');
asked('put', '10 at once', 'and after it');

# The place of a deleted row goes to a row of another key.
sql("SELECT make('Places', 'S')", 'INSERT INTO dynamo_tables."Places" SELECT item(key, 1) FROM unnest(\'{old, beside}\'::text[]) AS key');
sub at_place { my ($key) = @_; return sql("SELECT ask('{\"S\": \"$key\"}', 'Places'), ctid FROM dynamo_tables.\"Places\" ORDER BY ctid LIMIT 1"); }
is(at_place('old'), '1 at once|(0,1)', 'a row before its place is taken');
sql('DELETE FROM dynamo_tables."Places" WHERE item ->> \'k\' = \'old\'');
sql('VACUUM dynamo_tables."Places"');
sql('INSERT INTO dynamo_tables."Places" SELECT item(\'new\', 2)');
is(at_place('new'), '2 at once|(0,1)', 'another row in its place');
is(at_place('old'), 'none by index|(0,1)', 'is not taken for it');
sql('DELETE FROM dynamo_tables."Places" WHERE item ->> \'k\' = \'new\'');
sql('VACUUM dynamo_tables."Places"');
sql('ALTER TABLE dynamo_tables."Places" ALTER item DROP NOT NULL', 'INSERT INTO dynamo_tables."Places" VALUES (NULL)');
is(at_place('new'), 'none by index|(0,1)', 'nor is a row without an item');
sql('ALTER TABLE dynamo_tables."Places" DROP CONSTRAINT item_rules');
for my $junk ('[]', '{"k": 1}') {
	sql('DELETE FROM dynamo_tables."Places" WHERE item ->> \'k\' IS DISTINCT FROM \'beside\'');
	sql('VACUUM dynamo_tables."Places"');
	sql("INSERT INTO dynamo_tables.\"Places/0\" VALUES ('$junk')");
	is(at_place('old'), 'none by index|(0,1)', "nor is $junk");
}

# Memory that the cache takes for a row is free before the next: 1000 compressed items of 6 KB.
is(sql(<<'SQL'), 't', 'many rows in one INSERT');
CREATE FUNCTION note_memory(moment text) RETURNS boolean LANGUAGE sql AS $$
	SELECT set_config('noted.' || moment, (SELECT sum(used_bytes) FROM pg_backend_memory_contexts)::text, false) IS NOT NULL
$$;
CREATE TEMP TABLE compressed AS SELECT i, item('c' || i, 0) || jsonb_build_object('x', repeat('x', 6000)) AS item FROM generate_series(1, 1000) AS i;
INSERT INTO dynamo_tables."Rows" SELECT item FROM compressed
	WHERE CASE i WHEN 2 THEN note_memory('first') WHEN 1000 THEN note_memory('last') ELSE true END;
SELECT current_setting('noted.last')::numeric - current_setting('noted.first')::numeric < 1000000;
SQL

# Other files.
sql('VACUUM FULL dynamo_tables."Rows"');
asked('copy', '3 by index', 'VACUUM FULL');
asked('copy', '3 at once', 'and after it');
sql('TRUNCATE dynamo_tables."Rows"');
asked('copy', 'none by index', 'TRUNCATE');

# Other snapshots.
sql("SELECT put('shared', 1)");
my $reader = $node->background_psql('postgres');
$reader->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ;');
is($reader->query_safe("SELECT ask('shared');"), '1 at once', 'a snapshot');
sql("SELECT put('shared', 2, 1)");
asked('shared', '2 at once', 'what was committed since');
is($reader->query_safe("SELECT ask('shared');"), '1 by index', 'the snapshot still sees what it saw');
asked('shared', '2 by index', 'and others what is newest');
is($reader->query_safe("COMMIT; SELECT ask('shared');"), '2 at once', 'after the snapshot too');
$reader->quit;

# Keys of other types; numbers are equal whatever their scale.
sql('INSERT INTO dynamo_tables."Numbers" VALUES (\'{"k": 1.50, "v": 1}\')');
is(sql("SELECT ask('{\"N\": \"1.5\"}', 'Numbers'), ask('{\"N\": \"15e-1\"}', 'Numbers'), ask('{\"N\": \"15\"}', 'Numbers')"),
	'1 at once|1 at once|none by index', 'numbers');
sql('INSERT INTO dynamo_tables."Bytes" VALUES (\'{"k": {"$b": "AAEC"}, "v": 2}\')');
is(sql("SELECT ask('{\"B\": \"AAEC\"}', 'Bytes'), ask('{\"B\": \"AAED\"}', 'Bytes')"), '2 at once|none by index', 'bytes');

# Anything at random, against a plain table that is told the same.
sub check_random
{
	my ($what) = @_;
	is(sql(<<'SQL'), '', $what);
SELECT setseed(0.5);
TRUNCATE dynamo_tables."Rows";
CREATE TEMP TABLE expected (k text PRIMARY KEY, v integer);
DO $$
DECLARE
	key text;
	g integer;
BEGIN
	FOR step IN 1 .. 6000 LOOP
		key := 'k' || floor(random() * 300);
		g := floor(random() * 3);
		BEGIN
			CASE floor(random() * 5)
				WHEN 0, 1 THEN PERFORM put(key, step, g);
				WHEN 2 THEN
					PERFORM remove(key);
					step := NULL;
				WHEN 3 THEN
					INSERT INTO dynamo_tables."Rows" SELECT item(key, step, g);
				ELSE
					UPDATE dynamo_tables."Rows" SET item = item || jsonb_build_object('v', step, 'g', g) WHERE item ->> 'k' = key;
					CONTINUE WHEN NOT FOUND;
			END CASE;
			DELETE FROM expected WHERE k = key;
			INSERT INTO expected SELECT key, step WHERE step IS NOT NULL;
			IF random() < 0.1 THEN
				RAISE division_by_zero;
			END IF;
		EXCEPTION WHEN division_by_zero OR unique_violation THEN
			NULL;
		END;
		key := 'k' || floor(random() * 300);
		IF (dynamo.get_item('Rows', jsonb_build_object('k', jsonb_build_object('S', key))) #>> '{Item,v,N}')::integer
				IS DISTINCT FROM (SELECT v FROM expected WHERE k = key) THEN
			RAISE 'step %: % is wrong', step, key;
		END IF;
		IF random() < 0.02 THEN
			COMMIT;
		END IF;
	END LOOP;
END
$$;
SQL
	return;
}

check_random('writes and reads at random');
$node->append_conf('postgresql.conf', 'dynamo.key_cache_size = 1kB');
$node->restart;
check_random('the same with room for 128 places');
$node->append_conf('postgresql.conf', 'dynamo.key_cache_size = 0');
$node->restart;
sql("SELECT put('put', 1)");
asked('put', '1 by index', 'no cache');

done_testing();
