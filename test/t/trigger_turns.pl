# Turns of triggers in one worker: calls under way, what is dropped before it is read, fair shares.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use IO::Select;
use IO::Socket::INET;
use POSIX ();
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

my $server = DynamoServer->new('trigger_turns', 'wal_level = logical', 'max_wal_senders = 4', 'max_replication_slots = 8', 'max_worker_processes = 32',
	'dynamo.trigger_interval = 1s', 'dynamo.max_trigger_workers = 1', "dynamo.endpoint_addresses = '127.0.0.0/8'", 'autovacuum = off',
	'dynamo.stream_upkeep_interval = 1s', 'dynamo.max_triggers_per_role = 12');
my $node = $server->start->node;

sub sql { my ($query, $role) = @_; return $node->safe_psql('postgres', ($role ? "SET ROLE $role;" : '') . $query); }
sub sql_error { my ($query, $role) = @_; my ($code, $out, $error) = $node->psql('postgres', ($role ? "SET ROLE $role;" : '') . $query); return $error; }
sub wait_for { my ($what, $query, $expected) = @_; return DynamoServer::until_true($what, sub { return sql($query) eq ($expected // 't'); }); }
sub wait_until_captured { my $end = sql('SELECT pg_current_wal_insert_lsn()'); wait_for('a complete log', "SELECT captured_lsn >= '$end' FROM dynamo.capture"); }

sub create_table
{
	my ($name, $role) = @_;
	sql(sprintf(q(SELECT dynamo.create_table('{"TableName": "%s", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
		"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"}}')), $name), $role);
	wait_for('an active stream', qq(SELECT dynamo.describe_table('{"TableName": "$name"}') #>> '{Table,TableStatus}' = 'ACTIVE'));
}
sub put
{
	my ($table, @ids) = @_;
	sql(qq(INSERT INTO dynamo_tables."$table" SELECT jsonb_build_object('id', id) FROM unnest('{@{[ join ',', @ids ]}}'::text[]) id));
	wait_until_captured();
}

sql(q(CREATE ROLE owner_a; CREATE ROLE owner_b; GRANT CREATE ON SCHEMA dynamo_tables, dynamo_views TO owner_a, owner_b; GRANT CREATE ON SCHEMA public TO PUBLIC;
	ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC; ALTER DEFAULT PRIVILEGES GRANT ALL ON SEQUENCES TO PUBLIC;
	SET dynamo.partitions = 1; ALTER DATABASE postgres SET dynamo.partitions = 1;
	CREATE TABLE call (id serial, name text, note text)));

# --- a filter that nothing matches gives others their turn ---

create_table('Quiet');
sql(q(INSERT INTO dynamo_tables."Quiet" SELECT jsonb_build_object('id', 'i' || i) FROM generate_series(1, 5000) i));
wait_until_captured();
sql(q(CREATE FUNCTION see(event jsonb) RETURNS void LANGUAGE sql AS $$
		INSERT INTO public.call (name, note) SELECT 'see', p.position FROM dynamo.trigger_progress p JOIN dynamo.trigger_catalog t ON t.id = p.trigger_id WHERE t.name = 'filter' $$;
	BEGIN;
	SELECT dynamo.create_trigger('filter', 'Quiet', 'function public.see(jsonb)', starting_position => 'TRIM_HORIZON', filters => '[{"eventName": ["NONE"]}]');
	SELECT dynamo.create_trigger('see', 'Quiet', 'function public.see(jsonb)', starting_position => 'TRIM_HORIZON', batch_size => 1); COMMIT));
wait_for('a call', q(SELECT count(*) > 0 FROM call));
is(sql(q(SELECT count(*) <= 1000 FROM dynamo.changes('Quiet', NULL, (SELECT note FROM call ORDER BY id LIMIT 1)))), 't', 'a long backlog that the filter leaves out is passed in turns');
wait_for('the end of the backlog', q(SELECT (SELECT sequence_number FROM dynamo.trigger_shards WHERE name = 'filter') > (SELECT max(sequence_number) FROM dynamo.changes('Quiet'))));
sql(q(SELECT dynamo.drop_trigger('filter'), dynamo.drop_trigger('see'); TRUNCATE call));

# --- roles have equal shares, and bounds ---

create_table('AAA', 'owner_a');
create_table('BBB', 'owner_b');
sql(q(CREATE FUNCTION a(event jsonb) RETURNS void LANGUAGE sql AS $$ INSERT INTO public.call (name) SELECT 'a' FROM pg_sleep(0.6) $$;
	SELECT dynamo.create_trigger('a' || i, 'AAA', 'function public.a(jsonb)', batch_size => 1, enabled => false) FROM generate_series(1, 12) i), 'owner_a');
like(sql_error(q(SELECT dynamo.create_trigger('a13', 'AAA', 'function public.a(jsonb)')), 'owner_a'), qr/role "owner_a" cannot have more than 12 triggers/, 'a role has so many triggers');
sql(q(SELECT dynamo.drop_trigger('a12'); SELECT dynamo.create_trigger('a12', 'AAA', 'function public.a(jsonb)', batch_size => 1, enabled => false)), 'owner_a');
sql(q(CREATE FUNCTION b(event jsonb) RETURNS void LANGUAGE sql AS $$ INSERT INTO public.call (name) VALUES ('b') $$;
	SELECT dynamo.create_trigger('b', 'BBB', 'function public.b(jsonb)', batch_size => 1, enabled => false)), 'owner_b');
put('AAA', 1 .. 2);
put('BBB', 1 .. 2);
sql(q(SELECT dynamo.enable_trigger(name) FROM dynamo.trigger_catalog ORDER BY id));
wait_for('both calls of b', q(SELECT count(*) = 2 FROM call WHERE name = 'b'));
cmp_ok(sql(q(SELECT count(*) FROM call WHERE id < (SELECT max(id) FROM call WHERE name = 'b'))), '<=', 8, "slow functions of one role hold up its own triggers before another role's");
sql(q(SELECT dynamo.drop_trigger(name) FROM dynamo.trigger_catalog));

# --- a function does not replay its own trigger ---

sql(q(CREATE FUNCTION again(event jsonb) RETURNS void LANGUAGE sql AS $$ SELECT dynamo.replay_trigger('again') $$;
	SELECT dynamo.create_trigger('again', 'Quiet', 'function public.again(jsonb)')));
put('Quiet', 'r1');
wait_for('a refusal', q(SELECT last_error = 'trigger "again" cannot be replayed by its own function' FROM dynamo.triggers));
sql(q(SELECT dynamo.drop_trigger('again')));

# --- what ends the worker from outside is no failure of the function ---

sub sleeper { return sql(q(SELECT coalesce(max(pid), 0) FROM pg_stat_activity WHERE backend_type = 'dynamo triggers' AND wait_event = 'PgSleep')); }
sql(q(CREATE FUNCTION sleep(event jsonb) RETURNS void LANGUAGE sql AS $$ SELECT pg_sleep(600) $$;
	SELECT dynamo.create_trigger('sleep', 'Quiet', 'function public.sleep(jsonb)', maximum_retry_attempts => 0)));
put('Quiet', 's1');
DynamoServer::until_true('a call', sub { return sleeper() > 0; });
my $killed = sleeper();
sql("SELECT pg_terminate_backend($killed)");
DynamoServer::until_true('another call', sub { my $pid = sleeper(); return $pid > 0 && $pid != $killed; });
is(sql(q(SELECT s.retries, s.last_error IS NULL, t.dead_letters FROM dynamo.trigger_shards s JOIN dynamo.triggers t USING (name))), '0|t|0', 'its batch is called with again, and has lost no attempt');
# drop_trigger waits for the call
my $waiting = $node->background_psql('postgres');
$waiting->query_until(qr/^$/, q(SELECT dynamo.drop_trigger('sleep');) . "\n");
DynamoServer::until_true('the drop to wait', sub { return sql(q(SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%drop_trigger%')) > 0; });
sql('SELECT pg_terminate_backend(' . sleeper() . ')');
wait_for('the drop', q(SELECT count(*) = 0 FROM dynamo.triggers));
$waiting->quit;

# --- one call of a shard at a time ---

# A server that answers no request before it is let; it notes requests, ends of their connections, and how many were open at once.
my $directory = PostgreSQL::Test::Utils::tempdir();
my $listener = IO::Socket::INET->new(Listen => 64, LocalAddr => '127.0.0.1', Proto => 'tcp', ReuseAddr => 1) or die "no listener: $!";
my $url = 'http://127.0.0.1:' . $listener->sockport . '/';
my $endpoint = fork() // die "no fork: $!";
if ($endpoint == 0)
{
	my ($test, %held) = (getppid);
	while (getppid == $test)
	{
		for my $client (IO::Select->new($listener, values %held)->can_read(0.1))
		{
			if ($client != $listener)
			{
				next if sysread($client, my $more, 65536);
				delete $held{$client};
				append_to_file("$directory/log", "closed\n");
				next;
			}
			my $new = $listener->accept or next;
			my $head = '';
			while ($head !~ /\r\n\r\n$/) { sysread($new, my $byte, 1) or last; $head .= $byte; }
			$held{$new} = $new;
			append_to_file("$directory/log", 'open ' . scalar(keys %held) . "\n");
		}
		next unless -e "$directory/release";
		for my $client (values %held) { print $client "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"; close $client; }
		%held = ();
	}
	POSIX::_exit(0); # without the end of the test
}
sub endpoint_log { return -e "$directory/log" ? join ' ', map { s/ /:/r } split /\n/, slurp_file("$directory/log") : ''; }
sub wait_for_log { my ($what, $expected) = @_; return DynamoServer::until_true($what, sub { return endpoint_log() eq $expected; }); }
# The worker has seen all that was committed before: it has had a round.
sub wait_for_round
{
	my $before = sql('SELECT count(*) FROM call');
	put('BBB', 'round' . $before);
	wait_for('a round', qq(SELECT count(*) = $before + 1 FROM call));
}

sql(q(TRUNCATE call; SELECT dynamo.create_trigger('b', 'BBB', 'function public.b(jsonb)')), 'owner_b');
sql(qq(SELECT dynamo.create_trigger('hook', 'Quiet', '$url', target_timeout => '600 s')));
put('Quiet', 'h1');
wait_for_log('a call', 'open:1');
sql(q(SELECT dynamo.disable_trigger('hook')));
wait_for_round();
sql(q(SELECT dynamo.enable_trigger('hook')));
put('Quiet', 'h2');
wait_for_round();
wait_for_round();
is(endpoint_log(), 'open:1', 'a trigger that is disabled and enabled again meanwhile has one call under way');
append_to_file("$directory/release", '');
wait_for('the end of the call, and another one', q(SELECT records = 2 FROM dynamo.triggers WHERE name = 'hook'));
unlink "$directory/release";
unlink "$directory/log";
# a worker that ends
put('Quiet', 'h3');
wait_for_log('a call', 'open:1');
sql(q(SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'dynamo triggers'));
wait_for_log('a call of the next worker', 'open:1 closed open:1');
is(sql(q(SELECT retries, last_error IS NULL FROM dynamo.trigger_shards WHERE name = 'hook')), '0|t', 'a call is broken off with its worker, and made again');
# a trigger that is dropped
sql(q(SELECT dynamo.drop_trigger('hook')));
wait_for_log('the end of the call', 'open:1 closed open:1 closed');
pass('a call of a trigger that is dropped is broken off');
kill 'KILL', $endpoint; # no other signal: from PostgreSQL 17 on a test's handler would end the test
waitpid $endpoint, 0;
sql(q(SELECT dynamo.drop_trigger('b'); TRUNCATE call));

# --- what retention drops before it is read ---

# All changes until now are dropped from the log.
sub drop_segments
{
	my $stirred = 0;
	my $segment = DynamoServer::begin_segment(\&sql, sub { sql(sprintf q(INSERT INTO dynamo_tables."BBB" VALUES ('{"id": "%d %d"}')), time, $stirred++) });
	sql(q(UPDATE dynamo.change_segment SET started = started - interval '2 days'));
	wait_for('the end of the one before', qq(SELECT count(*) = 0 FROM dynamo.change_segment WHERE segment <= $segment));
}
sub letters { return sql(q(SELECT coalesce(string_agg(concat_ws(' ', trigger, reason, first_sequence_number <= last_sequence_number, attempts, error), '; ' ORDER BY trigger), '') FROM dynamo.dead_letter)); }

sql(q(CREATE FUNCTION fail(event jsonb) RETURNS void LANGUAGE plpgsql AS $$ BEGIN IF event::text LIKE '%lost%' THEN RAISE 'bad record'; END IF; INSERT INTO public.call (name) VALUES ('fail'); END $$;
	CREATE FUNCTION note(event jsonb) RETURNS void LANGUAGE sql AS $$ INSERT INTO public.call (name, note) VALUES ('note', event #>> '{Records,0,dynamodb,Keys,id,S}') $$;
	SELECT dynamo.create_trigger('calm', 'AAA', 'function public.note(jsonb)'), dynamo.create_trigger('failing', 'Quiet', 'function public.fail(jsonb)'),
		dynamo.create_trigger('off', 'Quiet', 'function public.note(jsonb)', enabled => false)));
put('Quiet', 'lost1', 'lost2');
wait_for('a failure', q(SELECT retries > 0 FROM dynamo.trigger_shards WHERE name = 'failing'));
my $lost = sql(q(SELECT max(sequence_number) FROM dynamo.changes('Quiet')));
drop_segments();
put('Quiet', 'next');
wait_for('a call behind what is lost', q(SELECT count(*) = 1 FROM call WHERE name = 'fail'));
like(letters(), qr/^failing ChangesMissing t [1-9]\d* the change log has dropped the records before they were handled; the last error: bad record$/, 'what fails until retention drops it is said to be missing');
is(sql(qq(SELECT last_sequence_number = '$lost' FROM dynamo.dead_letter)), 't', 'up to the last record that was dropped');
sql(q(SELECT dynamo.delete_dead_letters('failing'), dynamo.enable_trigger('off')));
wait_for('a call', q(SELECT note = 'next' FROM call WHERE name = 'note'));
is(letters(), 'off ChangesMissing t 0 the change log has dropped the records before they were handled', 'what a trigger has not read while it was disabled, too');
sql(q(SELECT dynamo.delete_dead_letters('off'); SELECT dynamo.create_trigger('fresh', 'Quiet', 'function public.note(jsonb)', starting_position => 'TRIM_HORIZON')));
wait_for('a call', q(SELECT count(*) = 2 FROM call WHERE name = 'note' AND note = 'next'));
put('AAA', 'stirred');
wait_for('a call', q(SELECT count(*) = 1 FROM call WHERE note = 'stirred'));
is(letters(), '', 'to one that begins at the oldest record, or whose table was at rest, nothing is missing');

$node->stop;
unlike(slurp_file($node->logfile), qr/PANIC|TRAP|no owner|segmentation/i, 'nothing has crashed');
done_testing();
