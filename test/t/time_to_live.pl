# The worker deletes expired items and nothing else, as the owner, without waiting;
# its index is built and dropped while the table takes writes, over restarts too;
# its deletions can be told in logical decoding.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('ttl');
$node->init;
$node->append_conf('postgresql.conf', <<'CONF');
shared_preload_libraries = 'dynamo'
dynamo.http_port = 0
dynamo.ttl_interval = 1s
dynamo.maintenance_interval = 1h
wal_level = logical
max_worker_processes = 16
autovacuum = off
CONF
# From 17 on this would end a worker that waits, or that triggers keep. Not the sessions of this test.
$node->append_conf('postgresql.conf', 'transaction_timeout = 400ms') if $node->pg_version >= 17;
$ENV{PGOPTIONS} = '-c transaction_timeout=0' if $node->pg_version >= 17;
$node->start;

sub sql { my ($query) = @_; return $node->safe_psql('postgres', $query); }

sub until_true
{
	my ($what, $query, $expected) = @_;
	return ok($node->poll_query_until('postgres', $query, $expected // 't'), $what);
}

sub create_table
{
	my ($name) = @_;
	return sql(<<"SQL");
SELECT dynamo.create_table('{"TableName": "$name", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}]}') IS NOT NULL
SQL
}

sub switch
{
	my ($name, $enabled) = @_;
	return qq(SELECT dynamo.update_time_to_live('{"TableName": "$name", "TimeToLiveSpecification": {"Enabled": $enabled, "AttributeName": "expires"}}') IS NOT NULL);
}

sub status { my ($name) = @_; return qq(SELECT dynamo.describe_time_to_live('{"TableName": "$name"}') #>> '{TimeToLiveDescription,TimeToLiveStatus}'); }

# The state as the catalog has it: asking for it does not set anything going.
sub state_in_catalog { my ($name) = @_; return qq(SELECT definition #>> '{time_to_live,status}' FROM dynamo.table_catalog WHERE name = '$name'); }

sub enable
{
	my ($name) = @_;
	sql(switch($name, 'true'));
	return until_true("$name has time to live", status($name), 'ENABLED');
}

# Items k1, k2, ... whose time is over since so many seconds.
sub put
{
	my ($name, $first, $last, $seconds) = @_;
	return sql(<<"SQL");
INSERT INTO dynamo_tables."$name"
SELECT jsonb_build_object('k', 'k' || i, 'expires', floor(extract(epoch FROM clock_timestamp())) - $seconds) FROM generate_series($first, $last) AS i
SQL
}

sub count_of { my ($name, $condition) = @_; return qq(SELECT count(*) FROM dynamo_tables."$name" WHERE ) . ($condition // 'true'); }

# A transaction whose snapshot CREATE INDEX CONCURRENTLY must wait for.
sub hold
{
	my ($query) = @_;
	my $session = $node->background_psql('postgres', on_error_stop => 0);
	$session->query_safe($query);
	return $session;
}

sub hold_snapshot { return hold('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1;'); }

sub log_has { my ($text) = @_; return PostgreSQL::Test::Utils::slurp_file($node->logfile) =~ /$text/; }

sql('CREATE EXTENSION dynamo');

# A table full of items takes writes while the index is built; a stop in the middle is no harm.
create_table('Full');
put('Full', 1, 1000, 60);
put('Full', 1001, 1010, -3600);
my $snapshot = hold_snapshot();
sql(switch('Full', 'true'));
until_true('a leaf\'s index is being built', q(SELECT count(*) FROM pg_class WHERE relname ~ '^Full/./1$'), '1');
is(sql(status('Full')), 'ENABLING', 'time to live is being enabled');
sql(q(SELECT dynamo.put_item('Full', '{"k": {"S": "written"}, "expires": {"N": "1"}}')));
put('Full', 1011, 1020, 60);
sql(q(SELECT dynamo.delete_item('Full', '{"k": {"S": "k1020"}}')));
is(sql(count_of('Full')), '1020', 'nothing is deleted yet');
$node->stop('immediate');
$node->start;
until_true('it is enabled after all', state_in_catalog('Full'), 'ACTIVE');
until_true('what was expired is deleted', count_of('Full'), '11');
is(sql(count_of('Full', q((item ->> 'expires')::numeric < extract(epoch FROM now()) - 86400 * 365 * 5))), '1', 'but not what is very old');
is(sql(q(SELECT count(*) FROM pg_index WHERE NOT indisvalid)), '0', 'no index is left half built');

# Items go after their time, wherever they are; nothing is read but by the index.
create_table('Live');
enable('Live');
until_true('its builder has ended', q(SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'dynamo index build')));
put('Live', 1, 1000, -3600);
my $scans = q(SELECT sum(seq_scan) FROM pg_stat_user_tables WHERE relname LIKE 'Live/%');
my $scans_before = sql($scans);
put('Live', 1001, 1250, -2);
sql(q(INSERT INTO dynamo_tables."Live" SELECT jsonb_build_object('k', 'text', 'expires', extract(epoch FROM now())::bigint::text)));
until_true('items go when their time is over', q(SELECT NOT bool_or(dynamo.get_item('Live', jsonb_build_object('k', jsonb_build_object('S', 'k' || i))) ? 'Item') FROM generate_series(1001, 1250) AS i));
is(sql($scans), $scans_before, 'and no leaf is scanned for them');
is(sql(count_of('Live')), '1001', 'the others stay');

# Held by a session: left alone, the others go.
sql(q(INSERT INTO dynamo_tables."Live" VALUES ('{"k": "held", "n": 0}')));
my $holder = hold(q(BEGIN; SELECT dynamo.update_item('Live', '{"k": {"S": "held"}}', 'SET expires = :t', expression_attribute_values => jsonb_build_object(':t', jsonb_build_object('N', (extract(epoch FROM now())::bigint - 60)::text)));));
put('Live', 1001, 1010, 60);
until_true('items beside a held one go', count_of('Live'), '1002');
$holder->query_safe('COMMIT;');
until_true('and that one when it is free', count_of('Live'), '1001');
my $lock = hold('BEGIN; LOCK TABLE dynamo_tables."Live" IN ACCESS EXCLUSIVE MODE;');
put('Full', 1, 10, 60);
until_true('a locked table does not keep others waiting', count_of('Full'), '11');
$lock->query_safe('COMMIT;');

# Marked for logical decoding, and only these.
sql(q(SELECT pg_create_logical_replication_slot('ttl', 'test_decoding')));
sql(q(SELECT dynamo.delete_item('Live', '{"k": {"S": "k1"}}')));
put('Live', 1, 1, 60);
until_true('another item is gone', count_of('Live'), '1000');
my $changes = sql(q(SELECT data FROM pg_logical_slot_get_changes('ttl', NULL, NULL) WHERE data !~ '^(BEGIN|COMMIT)' AND data !~ 'dynamo\.'));
my $delete = qr/table dynamo_tables\."Live\/\d": DELETE: [^\n]*/;
my $message = sub { my ($identity) = @_; my $text = qq({"table":"Live","userIdentity":$identity}); return quotemeta(sprintf('message: transactional: 1 prefix: dynamo, sz: %d content:%s', length $text, $text)); };
my ($begin, $end) = map { $message->($_) } '{"type":"Service","principalId":"dynamodb.amazonaws.com"}', 'null';
like($changes, qr/\A$delete\ntable dynamo_tables\."Live\/\d": INSERT: [^\n]*\n$begin\n$delete\n$end\z/, 'its deletions stand between two messages');
sql(q(SELECT pg_drop_replication_slot('ttl')));

# As the owner, whatever triggers and policies; one item that is refused keeps none of its neighbours.
sql(<<'SQL');
CREATE ROLE app;
GRANT CREATE ON SCHEMA dynamo_tables, dynamo_views, public TO app;
CREATE TABLE deleted (k text, deleter text, session text);
GRANT INSERT ON deleted TO app;
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO public.deleted VALUES (OLD.item ->> 'k', current_user, session_user);
	RETURN NULL;
END $$;
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'kept for ever'; END $$;
CREATE FUNCTION escape() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RESET ROLE; RETURN OLD; END $$;
SET ROLE app;
SELECT dynamo.create_table('{"TableName": "Owned", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}]}') IS NOT NULL;
CREATE CONSTRAINT TRIGGER note AFTER DELETE ON dynamo_tables."Owned" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note();
CREATE TRIGGER refuse BEFORE DELETE ON dynamo_tables."Owned" FOR EACH ROW WHEN (OLD.item ->> 'k' = 'k7') EXECUTE FUNCTION refuse();
CREATE TRIGGER escape BEFORE DELETE ON dynamo_tables."Owned" FOR EACH ROW WHEN (OLD.item ->> 'k' = 'k8') EXECUTE FUNCTION escape();
ALTER TABLE dynamo_tables."Owned" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
SQL
put('Owned', 1, 250, 60);
enable('Owned');
until_true('items go despite policies and deferred triggers', count_of('Owned'), '2');
is(sql(q(SELECT DISTINCT deleter FROM deleted)), 'app', 'triggers run as the owner');
is(sql(q(SELECT count(*) FROM deleted)), '248', 'once an item');
ok(log_has('an expired item of table "Owned" could not be deleted: kept for ever\n.*CONTEXT:  time to live of table "Owned"'), 'a refusal is in the log');
is(sql(q(SELECT string_agg(item ->> 'k', ' ' ORDER BY item ->> 'k') FROM dynamo_tables."Owned")), 'k7 k8', 'a trigger gets no further than its owner may');
put('Full', 1, 10, 60);
until_true('other tables are served', count_of('Full'), '11');

# The index is the owner's, who may make nothing new in the schema.
sql(q(SET ROLE app; SELECT dynamo.create_table('{"TableName": "Settled", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}]}') IS NOT NULL));
sql('REVOKE CREATE ON SCHEMA dynamo_tables FROM app');
sql('SET ROLE app; ' . switch('Settled', 'true'));
until_true('an index is built for an owner without CREATE', state_in_catalog('Settled'), 'ACTIVE');
is(sql(q(SELECT DISTINCT relowner::regrole FROM pg_class WHERE relname ~ '^Settled/./1$')), 'app', 'and is the owner\'s');
sql('SET ROLE app; ' . switch('Settled', 'false'));
until_true('and dropped', q(SELECT count(*) FROM pg_class WHERE relname ~ '^Settled/./1$'), '0');

# What one table's triggers leave in the session does not reach another's.
sql(q(CREATE TABLE met (locks bigint, setting text);
	CREATE FUNCTION leave() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
		INSERT INTO public.met SELECT count(*), current_setting('work_mem') FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory' AND objsubid = 1;
		PERFORM pg_advisory_lock(1), set_config('work_mem', '65kB', false);
		RETURN OLD; END $$));
for my $name ('LeftA', 'LeftB', 'LeftC')
{
	create_table($name);
	enable($name);
	sql(qq(CREATE TRIGGER leave BEFORE DELETE ON dynamo_tables."$name" FOR EACH ROW EXECUTE FUNCTION leave()));
}
sql(join ';', map { qq(INSERT INTO dynamo_tables."$_" SELECT jsonb_build_object('k', 'k', 'expires', floor(extract(epoch FROM clock_timestamp())) - 60)) } 'LeftA', 'LeftB', 'LeftC');
until_true('items of three tables expire', 'SELECT count(*) FROM met', '3');
is(sql(q(SELECT DISTINCT locks || ' ' || (setting = current_setting('work_mem')) FROM met)), '0 true', 'no trigger meets locks and settings of another table\'s');

# What the worker is at can be seen.
create_table('Slow');
enable('Slow');
sql(q(CREATE FUNCTION doze() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.5); RETURN OLD; END $$;
	CREATE TRIGGER doze BEFORE DELETE ON dynamo_tables."Slow" FOR EACH ROW EXECUTE FUNCTION doze()));
put('Slow', 1, 4, 60);
until_true('the worker is at it', q(SELECT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'dynamo maintenance worker' AND application_name = 'time to live' AND query = 'time to live of table "Slow"')));
until_true('until nothing is left', count_of('Slow'), '0');

# Tables come and go under the worker; none of that is an error.
for my $i (1 .. 5)
{
	create_table('Passing');
	sql(switch('Passing', 'true'));
	until_true("enabled, $i", status('Passing'), 'ENABLED') if $i > 2;
	put('Passing', 1, 300, 60);
	sql(q(SELECT dynamo.delete_table('{"TableName": "Passing"}')));
}
unlike(PostgreSQL::Test::Utils::slurp_file($node->logfile), qr/ERROR|PANIC|TRAP/, 'no error in the log');

# More tables at once than there are workers: each is served, by whoever has done with another, beside one that cannot be.
my @crowd = map { "Crowd$_" } 1 .. 12;
create_table($_) for 'Broken', @crowd;
sql(join(';', 'BEGIN', switch('Broken', 'true'), 'DROP INDEX dynamo_tables."Broken/0/key"', 'DROP TABLE dynamo_tables."Broken/0"', (map { switch($_, 'true') } @crowd), 'COMMIT'));
until_true('all have time to live', q(SELECT count(*) FROM dynamo.table_catalog WHERE name LIKE 'Crowd%' AND definition #>> '{time_to_live,status}' = 'ACTIVE'), '12');

# No trigger keeps the worker, which serves everybody: one that takes too long is cancelled, even against its will.
$node->append_conf('postgresql.conf', "dynamo.ttl_batch_timeout = 200ms\n");
$node->reload;
sql(q(CREATE OR REPLACE FUNCTION doze() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(1000); RETURN OLD; END $$));
create_table('Patient');
enable('Patient');
put($_, 1, 2, 60) for 'Slow', 'Patient';
until_true('tables beside one of endless triggers are served', count_of('Patient'), '0');
ok($node->wait_for_log('canceling statement due to statement timeout'), 'and the log tells');
sql(q(CREATE OR REPLACE FUNCTION doze() RETURNS trigger LANGUAGE plpgsql AS $$
	BEGIN LOOP BEGIN PERFORM pg_sleep(1000); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$));
ok($node->wait_for_log('terminating background worker "dynamo maintenance worker"'), 'a trigger that goes on ends the worker');
create_table('Unlucky');
enable('Unlucky');
put('Unlucky', 1, 2, 60);
until_true('which keeps no table from its turn', count_of('Unlucky'), '0');
sql('DROP TRIGGER doze ON dynamo_tables."Slow"');
until_true('there is another in the next round', count_of('Slow'), '0');
$node->append_conf('postgresql.conf', "dynamo.ttl_batch_timeout = 60s\n");
$node->reload;

# Nor does a table that never runs out of expired items.
sql('ALTER DATABASE postgres SET dynamo.partitions = 1');
create_table('Endless');
enable('Endless');
sql(q(CREATE FUNCTION again() RETURNS trigger LANGUAGE plpgsql AS $$
	BEGIN INSERT INTO dynamo_tables."Endless" VALUES (jsonb_set(OLD.item, '{k}', to_jsonb((OLD.item ->> 'k') || '+'))); RETURN NULL; END $$;
	CREATE TRIGGER again AFTER DELETE ON dynamo_tables."Endless" FOR EACH ROW EXECUTE FUNCTION again()));
put('Endless', 1, 6000, 60);
until_true('it is being emptied', q(SELECT EXISTS (SELECT FROM dynamo_tables."Endless" WHERE item ->> 'k' LIKE '%++')));
for my $time ('once', 'and again')
{
	put('Full', 1, 10, 60);
	until_true("others are served, $time", count_of('Full'), '11');
}
sql(q(CREATE OR REPLACE FUNCTION again() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$; ALTER DATABASE postgres RESET dynamo.partitions));

# Disabled, while a snapshot holds it up and through a stop.
$snapshot = hold_snapshot();
$snapshot->query_safe('SELECT count(*) FROM dynamo_tables."Live";');
sql(switch('Live', 'false'));
is(sql(status('Live')), 'DISABLING', 'it is being disabled');
put('Live', 2001, 2010, 60);
$node->stop('immediate');
$node->start;
until_true('it is disabled', q(SELECT definition ? 'time_to_live' FROM dynamo.table_catalog WHERE name = 'Live'), 'f');
is(sql(q(SELECT count(*) FROM pg_class WHERE relname ~ '^Live/./1$')), '0', 'and its index is gone');
put('Full', 1, 10, 60);
until_true('a round goes by', count_of('Full'), '11');
is(sql(count_of('Live', q(item ->> 'k' LIKE 'k20__'))), '10', 'nothing of the table expires any more');

# Without a free worker nothing happens, and that is said; with one it does. Two are the launchers of replication and of maintenance.
create_table('Waiting');
$node->append_conf('postgresql.conf', "max_worker_processes = 2\n");
$node->stop;
my $offset = -s $node->logfile;
$node->start;
ok($node->wait_for_log('WARNING: .*no background worker is free for "', $offset), 'a warning in the log');
my ($code, $out, $error) = $node->psql('postgres', switch('Waiting', 'true'));
like($error, qr/NOTICE:  no background worker is free to build the index/, 'a notice');
is(sql(status('Waiting')), 'ENABLING', 'it waits');
$node->adjust_conf('postgresql.conf', 'max_worker_processes', '16');
$node->adjust_conf('postgresql.conf', 'dynamo.maintenance_interval', undef);
$node->restart;
until_true('until there is a worker', state_in_catalog('Waiting'), 'ACTIVE');

# Without the library in the server nobody deletes, and that is said.
create_table('Alone');
$node->adjust_conf('postgresql.conf', $_, undef) for 'shared_preload_libraries', 'dynamo.http_port', 'dynamo.ttl_interval';
$node->restart;
($code, $out, $error) = $node->psql('postgres', switch('Alone', 'true'));
like($error, qr/WARNING:  expired items are not deleted by themselves on this server.*\n.*shared_preload_libraries.*delete_expired_items/, 'a warning');
until_true('it is enabled all the same', status('Alone'), 'ENABLED');
put('Alone', 1, 5, 60);
is(sql(q(SELECT dynamo.delete_expired_items('Alone'))), '5', 'and a session deletes');
$node->append_conf('postgresql.conf', "max_worker_processes = 0\n");
$node->restart;
($code, $out, $error) = $node->psql('postgres', switch('Alone', 'false'));
like($error, qr/no background worker is free to build the index/, 'an error without a free worker');
is(sql(status('Alone')), 'ENABLED', 'and nothing changed');

done_testing();
