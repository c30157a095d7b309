# The change log has every change once, in order, whatever happens to the worker that captures them or to the
# server. Truth is a table that a row trigger fills in the same transactions.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use JSON::PP;
use PostgreSQL::Test::Utils;
use POSIX ();
use Test::More;
use Time::HiRes qw(sleep);

# More of them where what a crash does to the log is looked for: CAPTURE_KILLS=40 prove capture.pl.
my $kills = $ENV{CAPTURE_KILLS} // 6;
my $server = DynamoServer->new('capture', 'wal_level = logical', 'max_replication_slots = 4', 'max_worker_processes = 20',
	'max_prepared_transactions = 2', 'logical_decoding_work_mem = 64kB', 'restart_after_crash = on', 'log_temp_files = 0',
	'dynamo.stream_upkeep_interval = 1s', 'dynamo.ttl_interval = 1s', 'autovacuum = off',
	qx(postgres --describe-config) =~ /^output_plugin_libraries\t/m ? "output_plugin_libraries = 'dynamo'" : ());
my $node = $server->start->node;

sub sql { my ($query) = @_; return $node->safe_psql('postgres', $query); }
sub until_sql
{
	my ($what, $query) = @_;
	DynamoServer::until_true($what, sub { my ($code, $out) = $node->psql('postgres', $query); return $code == 0 && $out eq 't'; });
	return pass($what);
}

sub stream { my ($name, $specification) = @_; sql(qq(SELECT dynamo.update_table('{"TableName": "$name", "StreamSpecification": $specification}') IS NOT NULL)); }

# A table with a stream and with truth
sub create_table
{
	my ($name) = @_;

	$server->create_table($name);
	stream($name, '{"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"}');
	sql(qq(CREATE TRIGGER truth AFTER INSERT OR UPDATE OR DELETE ON dynamo_tables."$name" FOR EACH ROW EXECUTE FUNCTION note_truth('$name')));
	until_sql("changes of $name are captured", qq(SELECT status = 'ENABLED' AND (SELECT phase = 'running' FROM dynamo.capture)
		FROM dynamo.streams WHERE table_name = '$name' ORDER BY label DESC LIMIT 1));
}

# All that has been committed is in the log.
sub until_captured
{
	my ($what) = @_;
	my $end = sql('SELECT pg_current_wal_insert_lsn()');

	sql('SELECT pg_current_xact_id()');
	until_sql($what, qq(SELECT captured_lsn >= '$end' FROM dynamo.capture));
}

# Keys whose changes, in order, are not those of truth; the log's duplicate sequence numbers; and old images that are not
# the new one of the change before
sub differences
{
	my ($name) = @_;

	return sql(qq(
		CREATE TEMPORARY TABLE logged AS SELECT sequence_number, coalesce(new_item, old_item) ->> 'id' AS id, event_name, old_item, new_item
			FROM dynamo.changes('$name') WHERE event_name <> 'TRUNCATE';
		WITH truth AS (SELECT coalesce(new, old) ->> 'id' AS id, array_agg(md5(concat_ws('/', operation, old, new)) ORDER BY at) AS changes
				FROM truth WHERE name = '$name' GROUP BY 1),
			log AS (SELECT id, array_agg(md5(concat_ws('/', event_name, old_item, new_item)) ORDER BY sequence_number COLLATE "C") AS changes FROM logged GROUP BY 1),
			chain AS (SELECT old_item, lag(new_item) OVER (PARTITION BY id ORDER BY sequence_number COLLATE "C") AS before FROM logged)
		SELECT (SELECT count(*) FROM truth FULL JOIN log USING (id) WHERE truth.changes IS DISTINCT FROM log.changes),
			(SELECT count(*) - count(DISTINCT sequence_number) FROM logged),
			(SELECT count(*) FROM chain WHERE old_item IS DISTINCT FROM before)));
}

sub log_is_true
{
	my ($name, $what) = @_;
	until_captured("$what: captured");
	is(differences($name), '0|0|0', $what);
	return sql(qq(SELECT count(*) FROM truth WHERE name = '$name'));
}

sql(q(
	CREATE TABLE truth (at bigserial, name text, operation text, old jsonb, new jsonb);
	CREATE FUNCTION note_truth() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
	BEGIN
		IF TG_OP = 'INSERT' THEN INSERT INTO public.truth (name, operation, new) VALUES (TG_ARGV[0], 'INSERT', NEW.item);
		ELSIF TG_OP = 'DELETE' THEN INSERT INTO public.truth (name, operation, old) VALUES (TG_ARGV[0], 'REMOVE', OLD.item);
		ELSIF OLD.item <> NEW.item THEN INSERT INTO public.truth (name, operation, old, new) VALUES (TG_ARGV[0], 'MODIFY', OLD.item, NEW.item);
		END IF;
		RETURN NULL;
	END $$));

# --- kinds of changes ---

create_table('Kinds');
sql(q(SELECT pg_create_logical_replication_slot('text', 'dynamo')));
$server->call('PutItem', { TableName => 'Kinds', Item => { id => { S => 'a' } } });
$server->call('PutItem', { TableName => 'Kinds', Item => { id => { S => 'a' }, n => { N => '1' } } });
$server->call('PutItem', { TableName => 'Kinds', Item => { id => { S => 'a' }, n => { N => '1.0' } } });
$server->call('DeleteItem', { TableName => 'Kinds', Key => { id => { S => 'a' } } });
is(log_is_true('Kinds', 'requests'), 3, 'that change something');
sql(q(BEGIN; SAVEPOINT a; INSERT INTO dynamo_tables."Kinds" VALUES ('{"id": "gone"}'); ROLLBACK TO a;
	SAVEPOINT b; INSERT INTO dynamo_tables."Kinds" VALUES ('{"id": "kept"}'); RELEASE b; COMMIT));
log_is_true('Kinds', 'savepoints');
my $random = q((SELECT string_agg(md5(random()::text), '') FROM generate_series(1, 300)));
sql(qq(INSERT INTO dynamo_tables."Kinds" SELECT jsonb_build_object('id', 'long', 'text', $random);
	UPDATE dynamo_tables."Kinds" SET item = item WHERE item ->> 'id' = 'long';
	UPDATE dynamo_tables."Kinds" SET item = item || '{"more": 1}' WHERE item ->> 'id' = 'long';
	DELETE FROM dynamo_tables."Kinds" WHERE item ->> 'id' = 'long'));
log_is_true('Kinds', 'items that are stored out of line');
sql(qq(COPY dynamo_tables."Kinds" FROM STDIN;\n{"id": "copied"}\n{"id": "copied too"}\n\\.\n));
log_is_true('Kinds', 'COPY');
sql(q(BEGIN; INSERT INTO dynamo_tables."Kinds" VALUES ('{"id": "prepared"}'); PREPARE TRANSACTION 'x'));
sql(q(COMMIT PREPARED 'x'));
until_sql('a prepared transaction is captured without another commit', q(SELECT count(*) > 0 FROM dynamo.changes('Kinds') WHERE new_item ->> 'id' = 'prepared'));
sql(q(SET synchronous_commit = off; INSERT INTO dynamo_tables."Kinds" VALUES ('{"id": "asynchronous"}')));
until_sql('a commit that does not wait is', q(SELECT count(*) > 0 FROM dynamo.changes('Kinds') WHERE new_item ->> 'id' = 'asynchronous'));
log_is_true('Kinds', 'nothing twice');
my $texts = q(SELECT data::jsonb #>> '{dynamodb,SequenceNumber}' AS sequence_number FROM pg_logical_slot_peek_changes('text', NULL, NULL));
is(sql(qq(SELECT count(*) FROM ($texts) AS text FULL JOIN dynamo.changes('Kinds') AS log USING (sequence_number) WHERE text IS NULL OR log IS NULL)), '0',
	'records of a slot have the same sequence numbers');
sql(q(SELECT pg_drop_replication_slot('text')));

sql(q(TRUNCATE dynamo_tables."Kinds/1"; TRUNCATE dynamo_tables."Kinds"));
my $leaves = sql(q(SELECT cardinality(leaves) FROM dynamo.tables WHERE name = 'Kinds'));
until_sql('TRUNCATE is a change of each partition', qq(SELECT array_agg(times ORDER BY times) = array_fill(1, ARRAY[$leaves - 1]) || 2 FROM (
	SELECT count(*)::int AS times FROM dynamo.changes('Kinds') WHERE event_name = 'TRUNCATE' GROUP BY shard_id) AS shards));

create_table('Expiring');
sql(q(SELECT dynamo.update_time_to_live('{"TableName": "Expiring", "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "expires"}}')));
$server->call('PutItem', { TableName => 'Expiring', Item => { id => { S => 'expired' }, expires => { N => (time() - 60) . '' } } });
$server->call('PutItem', { TableName => 'Expiring', Item => { id => { S => 'deleted' } } });
$server->call('DeleteItem', { TableName => 'Expiring', Key => { id => { S => 'deleted' } } });
until_sql('deletions of time to live are marked', q(SELECT string_agg((new_item IS NULL AND by_service)::text, ' ' ORDER BY old_item ->> 'id') = 'false true'
	FROM dynamo.changes('Expiring') WHERE event_name = 'REMOVE'));
log_is_true('Expiring', 'time to live');

# --- large transactions ---

create_table('Large');
my $worker = sub { return sql(q(SELECT pid FROM dynamo.capture)); };
my ($offset, $pid) = (-s $node->logfile, $worker->());
sql(q(BEGIN; INSERT INTO dynamo_tables."Large" SELECT jsonb_build_object('id', 'k' || i, 'text', (SELECT string_agg(md5((i * j)::text), '') FROM generate_series(1, 16) AS j))
	FROM generate_series(1, 20000) AS i;
	SAVEPOINT a; DELETE FROM dynamo_tables."Large" WHERE item ->> 'id' LIKE 'k1%'; ROLLBACK TO a;
	SAVEPOINT b; UPDATE dynamo_tables."Large" SET item = item || '{"n": 1}' WHERE item ->> 'id' LIKE 'k2%'; RELEASE b; COMMIT));
log_is_true('Large', 'a large transaction');
like(slurp_file($node->logfile, $offset), qr/\[$pid\] LOG:  temporary file: path.*size/, 'goes through a file');

# --- the worker away, while definitions change ---

create_table('Late');
kill 'STOP', $worker->();
sql(qq(INSERT INTO dynamo_tables."Late" VALUES ('{"id": "$_"}'))) for 1 .. 9;
sql(q(UPDATE dynamo_tables."Late" SET item = item || '{"n": 1}'));
my $stream = sql(q(SELECT arn FROM dynamo.streams WHERE table_name = 'Late'));
stream('Late', '{"StreamEnabled": false}');
sql(q(INSERT INTO dynamo_tables."Late" VALUES ('{"id": "between"}')));
stream('Late', '{"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"}');
sql(q(ALTER TABLE dynamo_tables."Late" ADD COLUMN mine int DEFAULT 1; VACUUM FULL pg_class; VACUUM FULL dynamo.table_catalog));
sql(q(INSERT INTO dynamo_tables."Late" VALUES ('{"id": "after"}')));
$server->call('PutItem', { TableName => 'Large', Item => { id => { S => 'beside' } } });
kill 'CONT', $worker->();
until_captured('a worker that was away catches up');
is(sql(qq(SELECT string_agg(event_name || times, ' ') FROM (SELECT event_name, count(*) AS times FROM dynamo.changes('$stream') GROUP BY 1 ORDER BY 1) AS events)),
	'INSERT9 MODIFY9', 'changes belong to the stream of their time');
is(sql(q(SELECT count(*) FROM dynamo.changes('Late'))), 1, 'and to no other');
log_is_true('Large', 'what others were changed meanwhile');

# --- the position ---

my $end = sql('SELECT pg_current_wal_insert_lsn()');
sql(q(CREATE TABLE other AS SELECT repeat('x', 1000) FROM generate_series(1, 3000)));
until_sql('the slot moves along where no item changes', qq(SELECT confirmed_flush_lsn >= '$end' FROM pg_replication_slots));

# --- errors ---

my $segment = sql(q(SELECT max(segment) FROM dynamo.change_segment));
sql(qq(CREATE INDEX odd ON dynamo.change_log_$segment ((leaf::text))));
$server->call('PutItem', { TableName => 'Large', Item => { id => { S => 'failing' } } });
until_sql('an error is shown, and tried again',
	q(SELECT phase = 'failed' AND error = 'index "odd" of a table of dynamo has expressions or a predicate' FROM dynamo.capture));
sql(q(DROP INDEX dynamo.odd));
until_sql('until it is over', q(SELECT phase = 'running' FROM dynamo.capture));
log_is_true('Large', 'nothing was lost by it');
until_sql('an error that is over is not shown', q(SELECT error IS NULL FROM dynamo.capture));

create_table('Maimed');
$server->call('PutItem', { TableName => 'Maimed', Item => { id => { S => 'a' } } });
sql(qq(ALTER TABLE dynamo_tables."Maimed/$_" REPLICA IDENTITY DEFAULT)) for 0 .. $leaves - 1;
sql(q(UPDATE dynamo_tables."Maimed" SET item = item || '{"n": 1}'));
$server->call('PutItem', { TableName => 'Large', Item => { id => { S => 'behind' } } });
until_sql('a stream whose old items are not in WAL ends', q(SELECT bool_or(changes_missing AND status = 'DISABLED') FROM dynamo.streams WHERE table_name = 'Maimed'));
log_is_true('Large', 'others go on');

# --- crashes under load ---

create_table('Crash');
my $stop = PostgreSQL::Test::Utils::tempdir() . '/stop';

sub run_client
{
	my ($seed, $round) = @_;
	my $pid = fork() // die 'no fork';

	return $pid if $pid;
	srand $seed;
	until (-e $stop) { eval { $round->(); 1 } or sleep 0.2; }
	POSIX::_exit(0);
}

sub random_key { return 'k' . int rand 60; }

sub http_round
{
	my $id = { S => random_key() };
	my $do = int rand 5;

	if ($do == 0) { $server->call('DeleteItem', { TableName => 'Crash', Key => { id => $id } }) }
	elsif ($do == 1) { $server->call('UpdateItem', { TableName => 'Crash', Key => { id => $id }, UpdateExpression => 'ADD n :n', ExpressionAttributeValues => { ':n' => { N => '1' } } }) }
	elsif ($do == 2) { $server->call('BatchWriteItem', { RequestItems => { Crash => [ map { { PutRequest => { Item => { id => { S => "b$_" }, n => { N => int(rand 1e9) . '' } } } } } 1 .. 20 ] } }) }
	else { $server->call('PutItem', { TableName => 'Crash', Item => { id => $id, text => { S => join ' ', map { int rand 1e6 } 1 .. 40 } } }) }
}

sub sql_round
{
	my $id = random_key();
	my $large = int(rand 20) == 0 ? 3000 : 20;

	# Errors, as of a server that is gone, end the round
	$node->psql('postgres', qq(SET synchronous_commit = @{[ rand() < 0.5 ? 'on' : 'off' ]}; BEGIN;
		UPDATE dynamo_tables."Crash" SET item = item || jsonb_build_object('long', $random) WHERE item ->> 'id' = '$id';
		SAVEPOINT a; DELETE FROM dynamo_tables."Crash" WHERE item ->> 'id' LIKE 's%'; @{[ rand() < 0.5 ? 'ROLLBACK TO a' : 'RELEASE a' ]};
		SAVEPOINT b; INSERT INTO dynamo_tables."Crash" SELECT jsonb_build_object('id', 's' || i || '-' || random(), 'text', md5(i::text)) FROM generate_series(1, $large) AS i;
		SAVEPOINT c; UPDATE dynamo_tables."Crash" SET item = item || '{"n": 3}' WHERE item ->> 'id' LIKE 's1%'; @{[ rand() < 0.5 ? 'ROLLBACK TO c' : 'RELEASE c' ]};
		@{[ rand() < 0.2 ? 'ROLLBACK' : 'COMMIT' ]}));
	sleep 0.05;
}

sub kill_worker
{
	my ($signal) = @_;
	my ($code, $pid) = $node->psql('postgres', q(SELECT pid FROM dynamo.capture WHERE pid IS NOT NULL));

	return $code == 0 && $pid && kill $signal, $pid;
}

# The postmaster's children notice that it has gone, and the next one wants them gone too.
sub kill_postmaster
{
	my $pid = (split /\n/, slurp_file($node->data_dir . '/postmaster.pid'))[0];
	my @children = split /\n/, qx(ps -o pid= --ppid $pid);

	$node->kill9;
	DynamoServer::until_true('the end of all processes', sub { !grep { kill 0, $_ } $pid, @children });
	$node->start;
	return 1;
}

my @kinds = (
	[ 'kill -9 of the worker', sub { kill_worker('KILL') } ],
	[ 'kill -9 of the postmaster', \&kill_postmaster ],
	[ 'immediate stop', sub { $node->stop('immediate'); $node->start; 1 } ],
	[ 'SIGTERM of the worker', sub { kill_worker('TERM') } ],
	[ 'next segment', sub { my ($code) = $node->psql('postgres', q(UPDATE dynamo.change_segment SET started = started - interval '2 hours')); return $code == 0 } ],
	[ 'fast restart', sub { $node->stop('fast'); $node->start; 1 } ],
);
my $seed = $$;
note "seed $seed";
my @clients = (run_client($seed, \&http_round), run_client($seed + 1, \&http_round), run_client($seed + 2, \&sql_round));
my %done;
for my $number (0 .. $kills - 1)
{
	my ($kind, $do) = @{ $kinds[$number % @kinds] };

	sleep 1 + rand 1.5;
	$done{$kind} += $do->() ? 1 : 0;
}
sleep 1;
append_to_file($stop, '');
waitpid $_, 0 for @clients;
DynamoServer::until_true('the server', sub { my ($code, $out) = $node->psql('postgres', q(SELECT phase FROM dynamo.capture)); return $code == 0 && $out eq 'running' });
my $changes = log_is_true('Crash', 'crashes under load');
note "$changes changes; " . join ', ', map { "$done{$_} $_" } sort keys %done;
cmp_ok($changes, '>', 100, 'with changes');
cmp_ok(scalar(grep { $_ } values %done), '>', 2, 'and crashes');

$node->stop;
done_testing();
