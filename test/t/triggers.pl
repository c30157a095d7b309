# Triggers: functions and endpoints that are called with the changes of items.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use IO::Select;
use IO::Socket::INET;
use JSON::PP;
use POSIX ();
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

my $server = DynamoServer->new('triggers', 'wal_level = logical', 'max_wal_senders = 4', 'max_replication_slots = 8', 'max_worker_processes = 32',
	'dynamo.trigger_interval = 1s', 'dynamo.max_trigger_workers = 4', "dynamo.endpoint_addresses = '127.0.0.0/8'", 'autovacuum = off', 'restart_after_crash = on',
	'dynamo.stream_upkeep_interval = 1s', 'dynamo.stream_shard_lifetime = 1min');
my $node = $server->start->node;
my $json = JSON::PP->new->canonical;

sub sql { my ($query, $role) = @_; return $node->safe_psql('postgres', ($role ? "SET ROLE $role;" : '') . $query); }
sub sql_error { my ($query, $role) = @_; my ($code, $out, $error) = $node->psql('postgres', ($role ? "SET ROLE $role;" : '') . $query); return $error; }
sub wait_for { my ($what, $query, $expected) = @_; return DynamoServer::until_true($what, sub { return sql($query) eq ($expected // 't'); }); }

sub create_table
{
	my ($name, $partitions) = @_;
	sql(sprintf(q(SET dynamo.partitions = %d; SELECT dynamo.create_table('{"TableName": "%s", "BillingMode": "PAY_PER_REQUEST",
		"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
		"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"}}')), $partitions // 1, $name));
	wait_for('an active stream', qq(SELECT dynamo.describe_table('{"TableName": "$name"}') #>> '{Table,TableStatus}' = 'ACTIVE'));
}

# Batches are of what has been captured by then: all of the ids, when put returns.
sub put
{
	my ($table, @ids) = @_;
	$server->call('PutItem', { TableName => $table, Item => { id => { S => "$_" } } }) for @ids;
	my $end = sql('SELECT pg_current_wal_insert_lsn()');
	wait_for('a complete log', "SELECT captured_lsn >= '$end' FROM dynamo.capture");
}
# What a trigger's function has been given: the keys in each call that has committed
sub calls { my ($name) = @_; return sql(qq(SELECT coalesce(string_agg(ids, ' | ' ORDER BY id), '') FROM call WHERE trigger = '$name')); }
sub calls_are { my ($name, $expected) = @_;
	eval { DynamoServer::until_true("calls of $name: $expected", sub { return calls($name) eq $expected; }) };
	return is(calls($name), $expected, $_[2]); }
sub drop { sql("SELECT dynamo.drop_trigger('$_[0]'); DELETE FROM call"); }

sql(q(CREATE TABLE call (id serial, trigger text, ids text, who text, event jsonb); GRANT ALL ON call, call_id_seq TO PUBLIC; GRANT CREATE ON SCHEMA public TO PUBLIC;
	CREATE FUNCTION ids(event jsonb) RETURNS text LANGUAGE sql AS $$
		SELECT string_agg(coalesce(record #>> '{dynamodb,Keys,id,S}', record ->> 'eventName'), ' ' ORDER BY number) FROM jsonb_array_elements(event -> 'Records') WITH ORDINALITY AS r (record, number) $$;
	CREATE FUNCTION note(event jsonb) RETURNS void LANGUAGE sql AS $$
		INSERT INTO public.call (trigger, ids, who, event) VALUES ('note', public.ids(event), current_user, event) $$;
	CREATE FUNCTION picky(event jsonb) RETURNS void LANGUAGE plpgsql AS $$
	BEGIN
		INSERT INTO public.call (trigger, ids) VALUES ('picky', public.ids(event));
		IF public.ids(event) LIKE '%bad%' THEN RAISE 'bad record'; END IF;
	END $$;
	CREATE FUNCTION partial(event jsonb) RETURNS jsonb LANGUAGE sql AS $$
		INSERT INTO public.call (trigger, ids) VALUES ('partial', public.ids(event));
		SELECT jsonb_build_object('batchItemFailures', coalesce(jsonb_agg(jsonb_build_object('itemIdentifier', record #>> '{dynamodb,SequenceNumber}')), '[]'))
			FROM jsonb_array_elements(event -> 'Records') AS record WHERE record #>> '{dynamodb,Keys,id,S}' LIKE 'bad%' $$));

# --- functions ---

create_table('Music');
put('Music', 'before');
sql(q(SELECT dynamo.create_trigger('note', 'Music', 'function public.note(jsonb)')));
put('Music', 'a');
calls_are('note', 'a', 'LATEST begins with what is changed from now on');
my $event = $json->decode(sql(q(SELECT event FROM call)));
my $arn = sql(q(SELECT dynamo.describe_table('{"TableName": "Music"}') #>> '{Table,LatestStreamArn}'));
is($event->{Records}[0]{eventSourceARN}, $arn, 'the event is one of Lambda: its ARN');
is_deeply([ sort keys %{ $event->{Records}[0] } ], [ qw(awsRegion dynamodb eventID eventName eventSource eventSourceARN eventVersion) ], 'its members');
is_deeply($event->{Records}[0]{dynamodb}{NewImage}, { id => { S => 'a' } }, 'its image');
like(sql(q(SELECT who FROM call)), qr/^postgres$/, 'as the owner');
wait_for('progress', q(SELECT state = 'ENABLED' AND records = 1 AND lag IS NULL AND last_success IS NOT NULL AND last_error IS NULL FROM dynamo.triggers WHERE name = 'note'));
sql(q(SELECT dynamo.disable_trigger('note')));
put('Music', 1 .. 5);
sql(q(SELECT dynamo.alter_trigger('note', batch_size => 2), dynamo.enable_trigger('note')));
calls_are('note', 'a | 1 2 | 3 4 | 5', 'in batches, from where it was disabled');
sql(q(DELETE FROM call));
my $first = $event->{Records}[0]{dynamodb}{SequenceNumber};
sql(qq(SELECT dynamo.replay_trigger('note', '$first')));
calls_are('note', 'a 1 | 2 3 | 4 5', 'replay from a sequence number');
sql(q(DELETE FROM call));
sql(q(SELECT dynamo.replay_trigger('note')));
calls_are('note', 'before a | 1 2 | 3 4 | 5', 'replay from the oldest record');
drop('note');

sql(q(SELECT dynamo.create_trigger('note', 'Music', 'function public.note(jsonb)', starting_position => 'TRIM_HORIZON', filters => '[{"dynamodb": {"Keys": {"id": {"S": [{"prefix": "b"}, "3"]}}}}, {"dynamodb": {"Keys": {"id": {"S": ["5"]}}}}]')));
calls_are('note', 'before 3 5', 'TRIM_HORIZON, and filters');
drop('note');

sql(q(SELECT dynamo.create_trigger('note', 'Music', 'function public.note(jsonb)', batching_window => '2 s')));
put('Music', 'w1');
sleep 0.3;
put('Music', 'w2');
calls_are('note', 'w1 w2', 'a window gathers');
drop('note');

# --- failures ---

sql(q(SELECT dynamo.create_trigger('picky', 'Music', 'function public.picky(jsonb)')));
put('Music', 'bad1', 'x');
wait_for('retries', q(SELECT retries > 2 FROM dynamo.trigger_shards WHERE name = 'picky'));
is(sql(q(SELECT state, last_error, lag > '0' FROM dynamo.triggers)), 'FAILING|bad record|t', 'a failure is seen');
is(calls('picky'), '', 'and leaves nothing');
sql(q(CREATE OR REPLACE FUNCTION picky(event jsonb) RETURNS void LANGUAGE sql AS $$ INSERT INTO public.call (trigger, ids) VALUES ('picky', public.ids(event)) $$));
calls_are('picky', 'bad1 x', 'without a limit it is tried until it goes well');
wait_for('no failure', q(SELECT state = 'ENABLED' AND lag IS NULL AND last_error IS NULL FROM dynamo.triggers));
drop('picky');
sql(q(CREATE OR REPLACE FUNCTION picky(event jsonb) RETURNS void LANGUAGE plpgsql AS $$
	BEGIN
		INSERT INTO public.call (trigger, ids) VALUES ('picky', public.ids(event));
		IF public.ids(event) LIKE '%bad%' THEN RAISE 'bad record'; END IF;
	END $$));

sql(q(SELECT dynamo.create_trigger('picky', 'Music', 'function public.picky(jsonb)', maximum_retry_attempts => 2)));
put('Music', 'bad2');
wait_for('a dead letter', q(SELECT count(*) = 1 FROM dynamo.dead_letter));
put('Music', 'y');
calls_are('picky', 'y', 'after the limit the shard goes on');
is(sql(q(SELECT trigger, table_name, reason, error, attempts, records #>> '{0,dynamodb,Keys,id,S}', first_sequence_number = last_sequence_number,
	first_sequence_number = records #>> '{0,dynamodb,SequenceNumber}' FROM dynamo.dead_letter)), 'picky|Music|RetryAttemptsExhausted|bad record|3|bad2|t|t', 'the dead letter');
is(sql(q(SELECT dead_letters FROM dynamo.triggers)), '1', 'which the view counts');
is(sql(q(SELECT dynamo.delete_dead_letters('picky'))), '1', 'and which can be deleted');
drop('picky');

sql(q(SELECT dynamo.create_trigger('picky', 'Music', 'function public.picky(jsonb)', maximum_retry_attempts => 0, bisect_batch_on_error => true, enabled => false)));
put('Music', 'b1', 'b2', 'b3', 'b4', 'b5', 'b6', 'bad7', 'b8', 'b9', 'b10');
sql(q(SELECT dynamo.enable_trigger('picky')));
calls_are('picky', 'b1 b2 b3 b4 b5 | b6 | b8 | b9 | b10', 'bisecting lets all others pass');
is(sql(q(SELECT count(*), min(records #>> '{0,dynamodb,Keys,id,S}'), min(jsonb_array_length(records)) FROM dynamo.dead_letter)), '1|bad7|1', 'and gives the one up');
put('Music', 'c1', 'c2');
wait_for('whole batches again', q(SELECT string_agg(ids, ' ') LIKE '%c1 c2%' FROM call));
is(sql(q(SELECT DISTINCT batch_limit FROM dynamo.trigger_progress)), '0', 'then batches are whole again');
drop('picky');

sql(q(SELECT dynamo.create_trigger('partial', 'Music', 'function public.partial(jsonb)', maximum_retry_attempts => 1, report_batch_item_failures => true, enabled => false)));
put('Music', 'p1', 'p2', 'bad', 'p4');
sql(q(SELECT dynamo.enable_trigger('partial')));
wait_for('a dead letter', q(SELECT count(*) = 1 FROM dynamo.dead_letter));
is(calls('partial'), 'p1 p2 bad p4 | bad p4 | bad p4', 'a reported failure has what follows it called again');
is(sql(q(SELECT records, (SELECT public.ids(jsonb_build_object('Records', d.records)) FROM dynamo.dead_letter d) FROM dynamo.triggers)), '2|bad p4', 'the first ones have succeeded');
drop('partial');

# --- answers have a bound, as those of endpoints have ---

sql(q(CREATE FUNCTION verbose(event jsonb) RETURNS jsonb LANGUAGE sql AS $$ SELECT jsonb_build_object('batchItemFailures', '[]'::jsonb, 'more', repeat('x', 7000000)) $$;
	SELECT dynamo.create_trigger('verbose', 'Music', 'function public.verbose(jsonb)', report_batch_item_failures => true, maximum_retry_attempts => 0)));
put('Music', 'v');
wait_for('a large answer to fail', q(SELECT error = 'the answer is larger than 6291456 bytes' FROM dynamo.dead_letter WHERE trigger = 'verbose'));
drop('verbose');

# Lambda's least age is a minute.
sql(q(SELECT dynamo.create_trigger('note', 'Music', 'function public.note(jsonb)', starting_position => 'TRIM_HORIZON', enabled => false);
	UPDATE dynamo.trigger_catalog SET maximum_record_age = '1 s'; SELECT pg_sleep(1.1), dynamo.enable_trigger('note')));
wait_for('a dead letter', q(SELECT bool_and(reason = 'MaximumRecordAgeExceeded' AND attempts = 0 AND error IS NULL) AND sum(jsonb_array_length(records)) > 20 FROM dynamo.dead_letter));
sql(q(UPDATE dynamo.trigger_catalog SET maximum_record_age = '1 h'; SELECT dynamo.alter_trigger('note')));
put('Music', 'young');
calls_are('note', 'young', 'records that are too old are given up');
drop('note');

# --- endless and slow functions hold up nobody else ---

create_table('Slow');
sql(q(CREATE FUNCTION slow(event jsonb) RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(600); END $$;
	CREATE FUNCTION stubborn(event jsonb) RETURNS void LANGUAGE plpgsql AS $$ BEGIN LOOP BEGIN PERFORM pg_sleep(600); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$;
	SELECT dynamo.create_trigger('slow', 'Slow', 'function public.slow(jsonb)', target_timeout => '1 s', maximum_retry_attempts => 1);
	SELECT dynamo.create_trigger('stubborn', 'Slow', 'function public.stubborn(jsonb)', target_timeout => '1 s', maximum_retry_attempts => 1);
	SELECT dynamo.create_trigger('note', 'Music', 'function public.note(jsonb)')));
put('Slow', 's');
wait_for('a slow call', q(SELECT count(*) > 0 FROM pg_stat_activity WHERE backend_type = 'dynamo triggers' AND wait_event = 'PgSleep'));
put('Music', 'quick');
calls_are('note', 'quick', 'beside a slow function');
wait_for('dead letters', q(SELECT string_agg(trigger, ' ' ORDER BY trigger) = 'slow stubborn' FROM dynamo.dead_letter));
like(sql(q(SELECT string_agg(error, '; ' ORDER BY trigger) FROM dynamo.dead_letter)), qr/^canceling statement due to .*; the function did not end when it was cancelled$/, 'they are cancelled, or end the worker');
drop($_) for qw(slow stubborn note);

# --- many shards: in order for each item ---

create_table('Wide', 8);
sql(q(CREATE TABLE seen (id text, n int, number serial);
	CREATE FUNCTION wide(event jsonb) RETURNS void LANGUAGE plpgsql AS $$
	BEGIN
		IF random() < 0.2 THEN RAISE 'now and then'; END IF;
		INSERT INTO public.seen (id, n) SELECT record #>> '{dynamodb,Keys,id,S}', (record #>> '{dynamodb,NewImage,n,N}')::int FROM jsonb_array_elements(event -> 'Records') WITH ORDINALITY AS r (record, number) ORDER BY number;
	END $$;
	SELECT dynamo.create_trigger('wide', 'Wide', 'function public.wide(jsonb)', batch_size => 7)));
sql(qq(INSERT INTO dynamo_tables."Wide" SELECT jsonb_build_object('id', 'k' || i, 'n', 0) FROM generate_series(1, 40) i));
sql(qq(UPDATE dynamo_tables."Wide" SET item = item || '{"n": $_}')) for 1 .. 5;
# --- and over kill -9 in the middle, exactly once for functions ---
kill 'KILL', sql(q(SELECT pid FROM pg_stat_activity WHERE backend_type = 'dynamo triggers' LIMIT 1));
DynamoServer::until_true('the server', sub { my ($code, $out) = $node->psql('postgres', 'SELECT 1'); return defined $out && $out eq '1'; });
$server->wait_until_healthy;
sql(qq(UPDATE dynamo_tables."Wide" SET item = item || '{"n": $_}')) for 6 .. 9;
wait_for('all changes', q(SELECT count(*) >= 400 FROM seen));
is(sql(q(SELECT count(*), count(DISTINCT (id, n)) FROM seen)), '400|400', 'each change once, over kill -9');
is(sql(q(SELECT count(*) FROM (SELECT n, lag(n) OVER (PARTITION BY id ORDER BY number) AS before FROM seen) s WHERE n <= before)), '0', 'those of an item in order');

# --- when shards roll, parents come before their children ---

wait_for('shards that follow others', q(SELECT count(*) = 8 FROM dynamo.stream_shard WHERE table_name = 'Wide' AND parent IS NOT NULL));
sql(qq(UPDATE dynamo_tables."Wide" SET item = item || '{"n": $_}')) for 10 .. 12;
wait_for('all changes', q(SELECT count(*) >= 520 FROM seen));
is(sql(q(SELECT count(*), count(DISTINCT (id, n)) FROM seen)), '520|520', 'each change once, over shards that end');
is(sql(q(SELECT count(*) FROM (SELECT n, lag(n) OVER (PARTITION BY id ORDER BY number) AS before FROM seen) s WHERE n <= before)), '0', 'in order');
wait_for('ends of shards', q(SELECT count(*) FILTER (WHERE finished) >= 8 FROM dynamo.trigger_shards WHERE name = 'wide'));

wait_for('updates of progress that are HOT', q(SELECT n_tup_upd > 20 AND n_tup_hot_upd > n_tup_upd * 0.9 FROM pg_stat_user_tables WHERE relname = 'trigger_progress'));

# --- a stream that is disabled and enabled is another one ---

sql(q(TRUNCATE seen; SELECT dynamo.update_table('{"TableName": "Wide", "StreamSpecification": {"StreamEnabled": false}}')));
sql(q(SELECT dynamo.update_table('{"TableName": "Wide", "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"}}')));
wait_for('an active stream', q(SELECT dynamo.describe_table('{"TableName": "Wide"}') #>> '{Table,TableStatus}' = 'ACTIVE'));
# Where a session holds the row of one trigger, which is to go on with another stream, others have their turns.
create_table('Beside');
sql(q(SELECT dynamo.create_trigger('note', 'Beside', 'function public.note(jsonb)')));
my $altering = $node->background_psql('postgres');
$altering->query_safe(q(BEGIN; SELECT dynamo.alter_trigger('wide', batch_size => 8)));
sql(q(UPDATE dynamo_tables."Wide" SET item = item || '{"n": 13}'));
put('Beside', "x$_") for 1 .. 3;
wait_for('calls beside it', q(SELECT ids LIKE '%x3' FROM call ORDER BY id DESC LIMIT 1));
$altering->query_safe('COMMIT');
$altering->quit;
drop('note');
wait_for('changes of the next stream', q(SELECT count(*) = 40 FROM seen WHERE n = 13));
pass('a trigger goes on with the next stream of its table');
drop('wide');

# --- privileges ---

sql(q(CREATE ROLE owner_a; CREATE ROLE owner_b; GRANT CREATE ON SCHEMA dynamo_tables, dynamo_views TO owner_a, owner_b));
sql(q(SELECT dynamo.create_table('{"TableName": "Owned", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
	"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"}}')), 'owner_a');
wait_for('an active stream', q(SELECT dynamo.describe_table('{"TableName": "Owned"}') #>> '{Table,TableStatus}' = 'ACTIVE'));
sql(q(GRANT ALL ON dynamo_tables."Owned" TO dynamo_http;
	CREATE TABLE public.whose (who text, session text, is_superuser text); GRANT INSERT ON public.whose TO PUBLIC;
	CREATE FUNCTION public.escape(event jsonb) RETURNS void LANGUAGE plpgsql AS $$
	BEGIN
		INSERT INTO public.whose VALUES (current_user, session_user, (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)::text);
		SET work_mem = '12345kB';
		BEGIN EXECUTE 'RESET ROLE'; EXCEPTION WHEN OTHERS THEN NULL; END;
		BEGIN EXECUTE 'SET SESSION AUTHORIZATION postgres'; EXCEPTION WHEN OTHERS THEN NULL; END;
		INSERT INTO public.whose VALUES (current_user, 'after', (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)::text);
	END $$;
	SELECT dynamo.create_trigger('escape', 'Owned', 'function public.escape(jsonb)')), 'owner_a');
put('Owned', '1');
wait_for('a call', q(SELECT count(*) = 2 FROM whose));
is(sql(q(SELECT string_agg(concat_ws(' ', who, session, is_superuser), '; ' ORDER BY session) FROM whose WHERE who = 'owner_a')) =~ tr/;//, 1, 'a function runs as the owner and stays so');
is(sql(q(SELECT count(*) FROM whose WHERE is_superuser = 'true')), '0', 'which is no superuser');
is(sql(q(SELECT count(*) FROM whose WHERE session = 'owner_a')), '1', 'and so is the user of the session');
like(sql_error(q(SELECT dynamo.create_trigger('b', 'Owned', 'http://127.0.0.1/')), 'owner_b'), qr/must be owner of table Owned/, 'another role makes no trigger on the table');
is(sql(q(SELECT count(*) FROM dynamo.triggers), 'owner_b'), '0', 'nor sees one');
# without SELECT nothing is called any more
sql(q(REVOKE SELECT ON dynamo_tables."Owned" FROM owner_a), 'owner_a');
put('Owned', '2');
wait_for('a refusal', q(SELECT last_error = 'the trigger''s owner may not read the table' FROM dynamo.triggers WHERE name = 'escape'));
is(sql(q(SELECT count(*) FROM whose)), '2', 'without SELECT nothing is called');
sql(q(GRANT SELECT ON dynamo_tables."Owned" TO owner_a), 'owner_a');
sql(q(SELECT dynamo.disable_trigger('escape'), dynamo.enable_trigger('escape')));
wait_for('the call', q(SELECT count(*) = 4 FROM whose));
# a function of the same name that another role makes is another one
sql(q(DROP FUNCTION public.escape), 'owner_a');
sql(q(CREATE FUNCTION public.escape(event jsonb) RETURNS void LANGUAGE sql AS $$ INSERT INTO public.whose VALUES ('foreign', 'code', '') $$; GRANT EXECUTE ON FUNCTION public.escape TO PUBLIC), 'owner_b');
put('Owned', '3');
wait_for('a refusal', q(SELECT last_error LIKE 'the function cannot be called: it does not exist any more' FROM dynamo.triggers WHERE name = 'escape'));
is(sql(q(SELECT count(*) FROM whose WHERE who = 'foreign')), '0', "a function of another role's does not take its place");
is(sql(q(SELECT count(*) FROM dynamo.dead_letter WHERE trigger = 'escape')), '0', 'and nothing is given up');

# --- a row of the catalog that is broken ---

create_table('Whole');
sql(q(SELECT dynamo.create_trigger('broken', 'Whole', 'function public.note(jsonb)'), dynamo.create_trigger('note', 'Whole', 'function public.note(jsonb)');
	ALTER TABLE dynamo.trigger_catalog ALTER target DROP NOT NULL; DELETE FROM call));
sql(q(UPDATE dynamo.trigger_catalog SET target = NULL WHERE name = 'broken'; SELECT dynamo.alter_trigger('note', batch_size => 1)));
put('Whole', 1 .. 3);
wait_for('the calls of the other trigger', q(SELECT ids LIKE '%3' FROM call ORDER BY id DESC LIMIT 1));
sql(q(UPDATE dynamo.trigger_catalog SET target = 'function public.note(jsonb)' WHERE name = 'broken'; ALTER TABLE dynamo.trigger_catalog ALTER target SET NOT NULL));
drop($_) for qw(broken note);

# --- one role has not all of the workers, while others have triggers ---

sub grant_table { my ($name, $role) = @_; create_table($name); sql(qq(ALTER TABLE dynamo_tables."$name" OWNER TO $role)); }
grant_table('Share', 'owner_a');
sql(q(CREATE TABLE gate (); CREATE TABLE passed (name text); GRANT ALL ON gate, passed TO PUBLIC));
sql(q(CREATE FUNCTION public.hold(event jsonb) RETURNS void LANGUAGE plpgsql AS $$ BEGIN LOCK TABLE public.gate IN SHARE MODE; INSERT INTO public.passed VALUES (current_user); END $$;
	SELECT dynamo.create_trigger('hold' || i, 'Share', 'function public.hold(jsonb)', target_timeout => '600 s') FROM generate_series(1, 4) AS i), 'owner_a');
grant_table('Other', 'owner_b');
sql(q(CREATE FUNCTION public.pass(event jsonb) RETURNS void LANGUAGE sql AS $$ INSERT INTO public.passed VALUES (current_user) $$;
	SELECT dynamo.create_trigger('pass', 'Other', 'function public.pass(jsonb)')), 'owner_b');
wait_for('all workers', q(SELECT count(*) = 4 FROM pg_stat_activity WHERE backend_type = 'dynamo triggers'));
my $gate = $node->background_psql('postgres');
$gate->query_safe('BEGIN; LOCK TABLE gate');
my $holding = q(SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'dynamo triggers' AND wait_event_type = 'Lock');
put('Share', 's');
wait_for('all calls that one role may have', "$holding", 2);
put('Other', $_) for 1 .. 3;
wait_for("another role's calls beside them", q(SELECT count(*) > 0 FROM passed WHERE name = 'owner_b'));
is(sql($holding), '2', 'one worker is left for other roles');
$gate->query_safe('COMMIT');
$gate->quit;
wait_for('the calls that waited', q(SELECT count(*) >= 4 FROM passed WHERE name = 'owner_a'));
sql(q(SELECT dynamo.drop_trigger(name) FROM dynamo.triggers WHERE name ~ '^(hold|pass)'));

# --- endpoints ---

# A server that answers each POST by the answer in a file, and appends the request's body to another one.
my $directory = PostgreSQL::Test::Utils::tempdir();
sub write_answer { my ($status, $body, @headers) = @_; append_to_file("$directory/new", join("\r\n", "HTTP/1.1 $status X", 'Content-Length: ' . length($body), 'Connection: close', @headers, '', $body)); rename "$directory/new", "$directory/answer"; }
sub requests { return -e "$directory/requests" ? map { $json->decode($_) } split /\n/, slurp_file("$directory/requests") : (); }
sub forget_requests { unlink "$directory/requests"; }
my $listener = IO::Socket::INET->new(Listen => 64, LocalAddr => '127.0.0.1', Proto => 'tcp', ReuseAddr => 1) or die "no listener: $!";
my $url = 'http://127.0.0.1:' . $listener->sockport;
write_answer(200, '{}');
my $endpoint = fork() // die "no fork: $!";
if ($endpoint == 0)
{
	my ($test, $select, @held) = (getppid, IO::Select->new($listener));
	while (getppid == $test)
	{
		next unless $select->can_read(1);
		my $client = $listener->accept or next;
		my ($head, $body) = ('', '');
		while ($head !~ /\r\n\r\n$/) { sysread($client, my $byte, 1) or last; $head .= $byte; }
		my ($length) = $head =~ /^content-length: (\d+)/mi;
		print $client "HTTP/1.1 100 Continue\r\n\r\n" if $head =~ /^expect:/mi;
		while ($length && length $body < $length) { sysread($client, $body, $length - length $body, length $body) or last; }
		if ($head =~ m{^POST /slow}) { push @held, $client; next; }
		append_to_file("$directory/requests", JSON::PP->new->encode({ head => $head, body => $body }) . "\n");
		print $client slurp_file("$directory/answer");
		close $client;
	}
	POSIX::_exit(0); # without the end of the test
}
sub wait_for_requests { my ($what, $condition) = @_; DynamoServer::until_true($what, sub { return $condition->(map { ids_of($_) } requests()); }); }
sub ids_of { my ($request) = @_; return join ' ', map { $_->{dynamodb}{Keys}{id}{S} } @{ $json->decode($request->{body})->{Records} }; }

sql(qq(SELECT dynamo.create_trigger('hook', 'Music', '$url/hook')));
put('Music', 'h1');
wait_for_requests('a request', sub { return "@_" eq 'h1'; });
my ($request) = requests();
like($request->{head}, qr{^POST /hook HTTP/1.1\r\n.*^Content-Type: application/json\r$}sm, 'a webhook is sent the event');
wait_for('progress', q(SELECT records = 1 FROM dynamo.triggers WHERE name = 'hook'));
write_answer(500, 'broken');
forget_requests();
put('Music', 'h2');
wait_for('a failure', q(SELECT last_error = 'the endpoint answered with HTTP status 500: broken' FROM dynamo.triggers WHERE name = 'hook'));
write_answer(204, '');
wait_for('success', q(SELECT records = 2 AND last_error IS NULL FROM dynamo.triggers WHERE name = 'hook'));
is(join(' | ', do { my %seen; grep { !$seen{$_}++ } map { ids_of($_) } requests() }), 'h2', 'it is sent again until it is taken');

# a slow endpoint beside a quick one
sql(qq(SELECT dynamo.create_trigger('slow hook', 'Slow', '$url/slow', target_timeout => '30 s')));
put('Slow', 'z');
forget_requests();
put('Music', 'h3');
wait_for_requests('a request', sub { return "@_" eq 'h3'; });
is(sql(q(SELECT records, last_error IS NULL FROM dynamo.triggers WHERE name = 'slow hook')), '0|t', 'a slow endpoint holds up no other');
drop('slow hook');

# partial failures, and what an answer that is no JSON says
sql(q(SELECT dynamo.alter_trigger('hook', report_batch_item_failures => true, maximum_retry_attempts => 0)));
write_answer(200, 'no JSON');
put('Music', 'h4');
wait_for('a dead letter', q(SELECT error = 'the target reported that all records failed' FROM dynamo.dead_letter WHERE trigger = 'hook'));
# an answer that is no HTTP is a failure, and not an address that may not be called
append_to_file("$directory/new", "no HTTP\r\n\r\n");
rename "$directory/new", "$directory/answer";
put('Music', 'h5');
wait_for('another dead letter', q(SELECT count(*) = 2 FROM dynamo.dead_letter WHERE trigger = 'hook' AND reason = 'RetryAttemptsExhausted'));
drop('hook');

# Lambda's Invoke
forget_requests();
write_answer(200, '{"errorMessage": "oops"}', 'X-Amz-Function-Error: Unhandled');
sql(qq(SELECT dynamo.set_endpoint_credential('key', 'AKIDEXAMPLE', 'secret');
	SELECT dynamo.create_trigger('lambda', 'Music', 'lambda:$url/2015-03-31/functions/f/invocations', credential => 'key', maximum_retry_attempts => 1)));
put('Music', 'l1');
wait_for('a dead letter', q(SELECT error LIKE 'the function failed (Unhandled): {"errorMessage": "oops"}' FROM dynamo.dead_letter WHERE trigger = 'lambda'));
my @invocations = requests();
is(scalar(@invocations), 2, 'an error of a function is a failure');
like($invocations[0]{head}, qr{^POST /2015-03-31/functions/f/invocations .*^X-Amz-Invocation-Type: RequestResponse\r}sm, 'Invoke');
like($invocations[0]{head}, qr{^Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\d{8}/us-east-1/lambda/aws4_request}sm, 'is signed');
drop('lambda');

# addresses that may not be called
sql(q(SELECT dynamo.create_trigger('metadata', 'Music', 'http://169.254.169.254/latest/')));
put('Music', 'm1');
wait_for('a refusal', q(SELECT last_error IS NOT NULL FROM dynamo.triggers WHERE name = 'metadata'));
is(sql(q(SELECT dead_letters FROM dynamo.triggers WHERE name = 'metadata')), '0', 'an address that may not be called is called never');
drop('metadata');
kill 'KILL', $endpoint; # no other signal: from PostgreSQL 17 on a test's handler would end the test
waitpid $endpoint, 0;

# --- notifications ---

my $listening = $node->background_psql('postgres');
$listening->query_safe('LISTEN "dynamo_stream:Music"');
put('Music', 'n1');
DynamoServer::until_true('a notification', sub { return $listening->query('SELECT 1') =~ /Asynchronous notification "dynamo_stream:Music" with payload "\d{36}"/; });
pass('a channel of the table is notified');
$listening->quit;

# --- drops ---

sql(q(SELECT dynamo.create_trigger('note', 'Music', 'function public.note(jsonb)'); DELETE FROM call));
sql(q(SELECT dynamo.delete_table('{"TableName": "Music"}')));
sql(q(SELECT dynamo.drop_trigger('note')));
sql(q(SELECT dynamo.drop_trigger('escape')));
is(sql('SELECT count(*) FROM dynamo.triggers'), '0', 'all are dropped');
is(sql('SELECT count(*) FROM dynamo.trigger_progress') . sql('SELECT count(*) FROM dynamo.trigger_dead_letter'), '00', 'with their progress and dead letters');
$node->stop;
unlike(slurp_file($node->logfile), qr/PANIC|TRAP|no owner|segmentation/i, 'nothing has crashed but what was killed');
done_testing();
