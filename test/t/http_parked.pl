# What becomes of requests that are parked: whatever holds the lock, whatever happens to the item, the
# client or the worker, each has its answer or its connection ends, and others are served.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use IO::Select;
use JSON::PP qw(decode_json);
use PostgreSQL::Test::Utils;
use Test::More;

my $server = DynamoServer->new('parked', 'dynamo.http_workers = 1', "dynamo.http_lock_timeout = '60s'",
	'max_prepared_transactions = 2', 'restart_after_crash = on')->start;

$server->create_table($_) for 'Music', 'Slow';
$server->sql(q(CREATE FUNCTION sleep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(100000); RETURN NEW; END $$;
	CREATE TRIGGER sleep BEFORE INSERT ON dynamo_tables."Slow" FOR EACH ROW EXECUTE FUNCTION sleep()));
my $session = $server->node->background_psql('postgres');

sub get { my ($id) = @_; return ('GetItem', qq({"TableName":"Music","Key":{"id":{"S":"$id"}}})); }

sub put
{
	my ($id, $value) = @_;
	return ('PutItem', qq({"TableName":"Music","Item":{"id":{"S":"$id"},"v":{"S":"$value"}},"ReturnValues":"ALL_OLD"}));
}

sub update { my ($id, $value) = @_; return qq(UPDATE dynamo_tables."Music" SET item = item || '{"v":"$value"}' WHERE item->>'id' = '$id'); }
sub value_of { my ($id) = @_; return decode_json($server->request(get($id))->{body})->{Item}{v}{S}; }
sub old_value { my ($answer) = @_; return decode_json($answer->{body})->{Attributes}{v}{S}; }
sub type_of { my ($answer) = @_; return decode_json($answer->{body})->{__type} =~ s/.*#//r; }
sub conflicts { my ($answer) = @_; return defined $answer && $answer->{status} == 400 && type_of($answer) eq 'TransactionConflictException'; }

# Sends a request to the one worker, which has tried it when another one, sent later, is answered.
sub begin
{
	my ($operation, $body) = @_;
	my $socket = $server->connect;

	print $socket DynamoServer::request_text($operation, $body);
	is($server->request('DescribeLimits', '{}')->{status}, 200, "others are served beside $operation");
	return $socket;
}

sub set
{
	my ($name, $value) = @_;
	$server->sql("ALTER SYSTEM SET dynamo.$name = '$value'");
	$server->node->reload;
	DynamoServer::until_true('the setting', sub { return $server->sql("SHOW dynamo.$name") eq $value; });
}

$server->request(put('a', 'first'));

# A savepoint that is rolled back gives its locks back, one that is released does not.
$session->query_safe('BEGIN; SAVEPOINT one; ' . update('a', 'lost'));
my $writer = begin(put('a', 1));
$session->query_safe('ROLLBACK TO one');
is(old_value(DynamoServer::read_answer($writer)), 'first', 'a savepoint held the item until it was rolled back');
$session->query_safe('SAVEPOINT two; ' . update('a', 'kept') . '; RELEASE two');
$writer = begin(put('a', 2));
$session->query_safe('COMMIT');
is(old_value(DynamoServer::read_answer($writer)), 'kept', 'one that was released until the commit');

# A prepared transaction has no process.
$session->query_safe('BEGIN; ' . update('a', 'prepared') . "; PREPARE TRANSACTION 'one'");
$writer = begin(put('a', 3));
$session->query_safe("COMMIT PREPARED 'one'");
is(old_value(DynamoServer::read_answer($writer)), 'prepared', 'a prepared transaction held the item');
$session->query_safe("BEGIN; LOCK TABLE dynamo_tables.\"Music\"; PREPARE TRANSACTION 'two'");
my $reader = begin(get('a'));
$session->query_safe("COMMIT PREPARED 'two'");
is(DynamoServer::read_answer($reader)->{status}, 200, 'or the table');

# The item is another one when the lock has gone.
my $new = '"ConditionExpression":"attribute_not_exists(id)"';
$session->query_safe(q(BEGIN; DELETE FROM dynamo_tables."Music" WHERE item->>'id' = 'a'));
$writer = begin('PutItem', qq({"TableName":"Music","Item":{"id":{"S":"a"},"v":{"S":"new"}},$new}));
$session->query_safe('COMMIT');
is(DynamoServer::read_answer($writer)->{status}, 200, 'an item that was deleted is judged as absent');
$server->request(put("other$_", 'x')) for 1 .. 20;
my $other = $server->sql(q(SELECT item->>'id' FROM dynamo_tables."Music" WHERE tableoid <> (SELECT tableoid FROM dynamo_tables."Music" WHERE item->>'id' = 'a') LIMIT 1));
$server->sql(qq(DELETE FROM dynamo_tables."Music" WHERE item->>'id' = '$other'));
$session->query_safe(qq(BEGIN; UPDATE dynamo_tables."Music" SET item = item || '{"id":"$other"}' WHERE item->>'id' = 'a'));
$writer = begin('PutItem', qq({"TableName":"Music","Item":{"id":{"S":"a"},"v":{"S":"again"}},$new}));
my $follower = begin(put($other, 'y'));
$session->query_safe('COMMIT');
is(DynamoServer::read_answer($writer)->{status}, 200, 'so is one that has moved to another partition');
is(old_value(DynamoServer::read_answer($follower)), 'new', 'where it is found');

# The time counts from the first try, however often the holder changes.
set('http_lock_timeout', '300ms');
my @holders = ($session, $server->node->background_psql('postgres'));
my $share = q(BEGIN; SELECT 1 FROM dynamo_tables."Music" WHERE item->>'id' = 'a' FOR SHARE);
$session->query_safe($share);
$writer = begin(put('a', 'late'));
for my $turn (1 .. 10000)
{
	last if IO::Select->new($writer)->can_read(0);
	$holders[ $turn % 2 ]->query_safe($share);
	$holders[ ($turn + 1) % 2 ]->query_safe('COMMIT');
}
ok(conflicts(DynamoServer::read_answer($writer)), 'a request whose item is handed from one session to the next has its end');
$_->query_safe('SET client_min_messages = error; ROLLBACK') for @holders;
set('http_lock_timeout', '1min');

# A client that closes its sending half gets what has been answered by then, and does not wait.
my $half = $server->connect;
print $half DynamoServer::request_text(get('a'));
shutdown $half, 1;
is(DynamoServer::read_answer($half)->{status}, 200, 'a client that sends no more has its answer');
$session->query_safe('BEGIN; ' . update('a', 'sql'));
$half = begin(put('a', 'half'));
shutdown $half, 1;
my $answer = DynamoServer::read_answer($half);
is("$answer->{status} " . type_of($answer), '503 ServiceUnavailable', 'unless its request waits');
$session->query_safe('COMMIT');
is(value_of('a'), 'sql', 'which has had no effect');

# A worker that ends gives its parked requests their last try.
$session->query_safe('BEGIN; ' . update('a', 'held'));
my @writers = map { begin(put('a', $_)) } 1 .. 3;
my ($worker) = $server->worker_pids;
my $sleeper = $server->connect;
print $sleeper DynamoServer::request_text('PutItem', '{"TableName":"Slow","Item":{"id":{"S":"a"}}}');
DynamoServer::until_true('a trigger', sub { return $server->sql("SELECT wait_event FROM pg_stat_activity WHERE pid = $worker") eq 'PgSleep'; });
$server->sql("SELECT pg_terminate_backend($worker)");
is_deeply([ map { conflicts(DynamoServer::read_answer($_)) ? 1 : 0 } @writers ], [ 1, 1, 1 ], 'a worker that is told to end answers what is parked');
$answer = DynamoServer::read_answer($sleeper);
is("$answer->{status} " . type_of($answer), '503 ServiceUnavailable', 'and cancels what it runs');
DynamoServer::until_true('another worker', sub { return $server->worker_pids == 1 && ($server->worker_pids)[0] != $worker; });
$server->wait_until_healthy;

# So does one whose port changes.
@writers = map { begin(put('a', $_)) } 1 .. 3;
$server->{port} = PostgreSQL::Test::Cluster::get_free_port();
set('http_port', $server->port);
is_deeply([ map { conflicts(DynamoServer::read_answer($_)) ? 1 : 0 } @writers ], [ 1, 1, 1 ], 'or to listen elsewhere');
$server->wait_until_healthy;

# Workers that stay keep theirs while others come and go.
@writers = map { begin(put('a', $_)) } 1 .. 3;
set('http_workers', 2);
DynamoServer::until_true('two workers', sub { return $server->workers_run; });
$session->query_safe('COMMIT');
is_deeply([ map { DynamoServer::read_answer($_)->{status} } @writers ], [ (200) x 3 ], 'requests stay parked while a worker is added');

# Every connection that there may be but one waits for the same item.
my %before = map { $_ => 1 } $server->worker_pids;
set('http_max_connections', 4); # which ends the workers
my $port = sprintf '%04X', $server->port;
DynamoServer::until_true('two workers that listen', sub {
	return 0 if !$server->workers_run || grep { $before{$_} } $server->worker_pids;
	return grep({ /^\s*\d+: [0-9A-F]+:$port [0-9A-F:]+ 0A / } split /\n/, slurp_file('/proc/net/tcp')) == 2;
});
undef $_ for $reader, $writer, $follower, $half, $sleeper;
@writers = ();
DynamoServer::until_true('the end of all connections', sub { return $server->sql('SELECT dynamo.http_connections()') == 0; });
$session->query_safe('BEGIN; ' . update('a', 'held'));
for my $value (1 .. 7)
{
	push @writers, $server->connect;
	print { $writers[-1] } DynamoServer::request_text(put('a', $value));
}
DynamoServer::until_true('all of them', sub { return $server->sql('SELECT dynamo.http_connections()') == 7; });
my $last = $server->connect;
print $last "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
is(DynamoServer::read_answer($last)->{status}, 200, 'while all others wait the API is healthy');
print $last DynamoServer::request_text(get('a'));
is(DynamoServer::read_answer($last)->{status}, 200, 'and reads the item');
my $more = $server->connect;
print $more DynamoServer::request_text(get('a'));
$answer = DynamoServer::read_answer($more);
is("$answer->{status} $answer->{headers}{connection}", '503 close', 'one connection more is refused');
$session->query_safe('COMMIT');
is_deeply([ map { DynamoServer::read_answer($_)->{status} } @writers ], [ (200) x 7 ], 'all are answered when the item is free');
undef $_ for $last, $more;
@writers = ();

# A worker that is killed takes the server along, as any of its processes; nothing is answered by halves.
$session->query_safe('BEGIN; ' . update('a', 'held'));
set('http_workers', 1);
set('http_max_connections', 100);
DynamoServer::until_true('one worker of the new settings', sub {
	return $server->sql("SELECT count(*) = 1 AND bool_and(backend_start > pg_conf_load_time()) FROM pg_stat_activity WHERE backend_type = 'dynamo http'") eq 't'
		&& $server->health_status == 200;
});
my $before = value_of('a');
@writers = map { begin(put('a', $_)) } 1 .. 3;
kill 'KILL', $server->worker_pids;
ok(!(grep { defined DynamoServer::read_answer($_) } @writers), 'the connections of a worker that is killed end');
DynamoServer::until_true('the crash', sub { return slurp_file($server->node->logfile) =~ /all server processes terminated; reinitializing/; });
DynamoServer::until_true('a server', sub { return $server->node->psql('postgres', 'SELECT 1') == 0; });
$server->wait_until_healthy;
is(value_of('a'), $before, 'and what was parked has had no effect');
# Their server has gone; ending them may fail.
eval { $_->{run}->kill_kill; 1 } or note($@) for @holders;

done_testing();
