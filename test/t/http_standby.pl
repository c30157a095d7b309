# Synchronous replication without a standby: no request hangs, and none is acknowledged.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use IO::Select;
use JSON::PP qw(decode_json);
use PostgreSQL::Test::Utils;
use Test::More;

my $server = DynamoServer->new('standby', 'dynamo.http_workers = 2', 'wal_level = replica',
	'max_wal_senders = 5', "dynamo.http_durability_timeout = '1h'")->start;
$server->create_table('Music');
my $get = '{"TableName":"Music","Key":{"id":{"S":"a"}}}';

# ALTER SYSTEM itself must not wait for the standby.
sub set
{
	my ($setting, $value) = @_;
	$server->sql("SET synchronous_commit = local; ALTER SYSTEM SET $setting = '$value'");
	$server->sql('SELECT pg_reload_conf()');
}

sub send_request
{
	my ($operation, $body) = @_;
	my $socket = $server->connect;
	print $socket DynamoServer::request_text($operation, $body);
	return $socket;
}

sub message
{
	my ($answer) = @_;
	my $error = decode_json($answer->{body});
	return "$answer->{status} " . ($error->{message} // $error->{Message});
}

sub flusher_waits
{
	return $server->sql("SELECT count(*) FROM pg_stat_activity
		WHERE backend_type = 'dynamo flusher' AND wait_event = 'SyncRep'");
}

# Connections that have had an answer that depended on something.
my @kept = map { send_request('GetItem', $get) } 1 .. 5;
DynamoServer::read_answer($_) for @kept;

set('synchronous_standby_names', 'none_there');
# The reload reaches the flusher after the first writes, maybe.
my $put;
DynamoServer::until_true('a write that waits', sub {
	$put = send_request('PutItem', '{"TableName":"Music","Item":{"id":{"S":"a"}}}');
	return !IO::Select->new($put)->can_read(1);
});
DynamoServer::until_true('a wait for a standby', \&flusher_waits);
my @gets = map { send_request('GetItem', $get) } 1 .. 10;

# What depends on nothing stored is answered, also by the workers whose reads wait.
is_deeply([ map { $server->health_status } 1 .. 10 ], [ (200) x 10 ], 'health is answered at once');
print $_ "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" for @kept;
is_deeply([ map { DynamoServer::read_answer($_)->{status} } @kept ], [ (200) x 5 ], 'over older connections too');
is_deeply([ map { $server->request($_, '{}')->{status} } ('DescribeLimits', 'DescribeEndpoints') x 5 ], [ (200) x 10 ],
	'so is what shows no stored data');
like(message($server->request('PutItem', '{}')), qr/^400 .*tableName/, 'and a request that breaks its shape');
like(message($server->request('PutItem', '{')), qr/^400 /, 'or is no JSON');
ok(!IO::Select->new($put, @gets)->can_read(0), 'a write and reads of it wait');

# For the time that is set, which holds for what comes from then on.
my $logged = -s $server->node->logfile;
set('dynamo.http_durability_timeout', '10ms');
DynamoServer::until_true('workers that know of the stall', sub { return !grep { $server->health_status != 503 } 1 .. 10; });
is_deeply([ map { message($_) } map { DynamoServer::read_answer($_) } map { send_request('GetItem', $get) } 1 .. 10 ],
	[ ('503 No synchronous standby confirms what is written, so that requests are not run') x 10 ],
	'nothing is run while nothing can be acknowledged') if DynamoServer::until_true('a stall', sub { return $server->health_status == 503; });
is(message($server->request('PutItem', '{"TableName":"Music","Item":{"id":{"S":"b"}}}')),
	'503 No synchronous standby confirms what is written, so that requests are not run', 'a write neither');
my $health = $server->connect;
print $health "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
like(message(DynamoServer::read_answer($health)), qr/^503 No synchronous standby/, 'health says why');
is($server->request('DescribeLimits', '{}')->{status}, 200, 'what depends on nothing goes on');
ok(!IO::Select->new($put, @gets)->can_read(0), 'what was promised a longer time waits on');

# All goes on where no standby is asked for any more.
set('synchronous_standby_names', '');
is(DynamoServer::read_answer($put)->{status}, 200, 'the write is acknowledged then');
is_deeply([ map { defined decode_json(DynamoServer::read_answer($_)->{body})->{Item} } @gets ], [ (1) x 10 ], 'and is read');
$server->wait_until_healthy;
is($server->request('GetItem', '{"TableName":"Music","Key":{"id":{"S":"b"}}}')->{body}, '{}', 'what was not run has left nothing');

# A write and a read that have run already when the time is over.
set('dynamo.http_durability_timeout', '2s');
set('synchronous_standby_names', 'none_there');
my $given_up;
DynamoServer::until_true('a write that is given up', sub {
	$given_up = $server->request('PutItem', '{"TableName":"Music","Item":{"id":{"S":"c"}}}');
	return $given_up->{status} != 200;
});
is(message($given_up), '503 No synchronous standby has confirmed in time what is written: whether the request has taken effect is unknown',
	'the outcome of a write is said to be unknown');
like(slurp_file($server->node->logfile, $logged), qr/gave up waiting for a synchronous standby/, 'the log says why');
set('synchronous_standby_names', '');
$server->wait_until_healthy;
is($server->request('GetItem', '{"TableName":"Music","Key":{"id":{"S":"c"}}}')->{body}, '{"Item":{"id":{"S":"c"}}}', 'it has taken effect here');

# A disk that does not answer.
set('dynamo.http_durability_timeout', '100ms');
my $flusher = $server->sql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'dynamo flusher'");
kill 'STOP', $flusher;
is(message($server->request('PutItem', '{"TableName":"Music","Item":{"id":{"S":"d"}}}')),
	q(503 The server's disk has not confirmed in time what is written: whether the request has taken effect is unknown),
	'a flush that takes too long');
is(message($server->request('GetItem', '{"TableName":"Music","Key":{"id":{"S":"d"}}}')),
	q(503 The server's disk has not confirmed in time what is written: what the request has read may not last), 'a read of what is not flushed');
is($server->health_status, 200, 'health is answered');
kill 'CONT', $flusher;

done_testing();
