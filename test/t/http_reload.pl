# The API is turned on and off, and changed, by a reload.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use IO::Socket::INET;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $get = '{"TableName":"Music","Key":{"id":{"S":"a"}}}';
my $put = '{"TableName":"Music","Item":{"id":{"S":"a"}}}';
my $server = DynamoServer->new('reload', 'max_worker_processes = 16', 'restart_after_crash = on');
my $port = $server->port;
$server->node->append_conf('postgresql.conf', 'dynamo.http_port = 0');
$server->node->start;
$server->sql('CREATE EXTENSION dynamo');
$server->grant('dynamo_http');
$server->grant('dynamo_http');

sub set
{
	my ($setting, $value) = @_;
	$server->sql("ALTER SYSTEM SET $setting = '$value'");
	$server->sql('SELECT pg_reload_conf()');
}

sub count_of { my ($type) = @_; return $server->sql("SELECT count(*) FROM pg_stat_activity WHERE backend_type = '$type'"); }

sub until_workers
{
	my ($count) = @_;
	DynamoServer::until_true("$count workers", sub { return count_of('dynamo http') == $count; });
	return;
}

# On.
DynamoServer::until_true('a supervisor', sub { return count_of('dynamo supervisor') == 1; });
is(count_of('dynamo http') + count_of('dynamo flusher'), 0, 'the API is off');
set('dynamo.http_port', $port);
$server->wait_until_healthy;
is($server->sql('SELECT dynamo.http_endpoint()'), "http://localhost:$port", 'SQL knows the endpoint');
$server->create_table('Music');
is($server->request('PutItem', $put)->{status}, 200, 'and it writes');
until_workers(2);

# What tools take for the sign of DynamoDB Local; the connection ends with it.
set('dynamo.http_health_status', '400');
DynamoServer::until_true('status 400', sub { return $server->health_status == 400; });
my $unread = $server->connect;
print $unread "HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n";
my $answered = '';
while ($answered !~ /\r\n\r\n\z/ && (my $byte = DynamoServer::read_bytes($unread, 1)) ne '') { $answered .= $byte; }
like($answered, qr{^HTTP/1\.1 400 }, 'HEAD has the same status as GET');
ok(DynamoServer::is_closed($unread), 'and the connection closes');
is($server->request('GetItem', $get)->{status}, 200, 'requests are served as ever');
set('dynamo.http_health_status', '200');
$server->wait_until_healthy;

# Workers come and go; those that stay keep their clients.
my @before = $server->worker_pids;
set('dynamo.http_workers', 5);
until_workers(5);
my %now = map { $_ => 1 } $server->worker_pids;
is_deeply([ grep { !$now{$_} } @before ], [], 'more workers come, and leave those alone that are there');
$server->wait_until_healthy;
is_deeply([ map { $server->request('PutItem', $put)->{status} } 1 .. 20 ], [ (200) x 20 ], 'all of them write');
set('dynamo.http_workers', 1);
until_workers(1);
is_deeply([ map { $server->request('GetItem', $get)->{status} } 1 .. 10 ], [ (200) x 10 ], 'one is enough');
my ($one) = $server->worker_pids;
my $client = $server->connect;
print $client DynamoServer::request_text('GetItem', $get);
is(DynamoServer::read_answer($client)->{status}, 200, 'a client');
set('dynamo.http_idle_timeout', 30);
set('dynamo.http_workers', 2);
until_workers(2);
print $client DynamoServer::request_text('GetItem', $get);
is(DynamoServer::read_answer($client)->{status}, 200, 'stays connected when workers come');
ok((grep { $_ == $one } $server->worker_pids), 'to the same one');

# Another port, which is taken at first.
my $taken = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1', LocalPort => 0);
$server->{port} = $taken->sockport;
set('dynamo.http_port', $server->port);
DynamoServer::until_true('a message', sub {
	return slurp_file($server->node->logfile) =~ /could not listen on "localhost" port $server->{port}: Address already in use/;
});
ok(DynamoServer::is_closed($client), 'connections to the old port end');
ok(!IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port), 'nobody listens there any more');
close $taken;
$server->wait_until_healthy;
is($server->request('PutItem', $put)->{status}, 200, 'the API listens where it is told to, once it can');

# Another address.
set('dynamo.http_listen_addresses', '127.0.0.3');
DynamoServer::until_true('another address', sub {
	my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.3', PeerPort => $server->port) or return 0;
	print $socket "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
	my $answer = DynamoServer::read_answer($socket);
	return $answer && $answer->{status} == 200;
});
ok(!$server->try_connect, 'the old address is given up');
set('dynamo.http_listen_addresses', 'localhost');
$server->wait_until_healthy;

# Another database.
set('dynamo.database', 'shop');
DynamoServer::until_true('workers without a database', sub { return $server->health_status == 503; });
$server->sql('CREATE DATABASE shop');
$server->node->safe_psql('shop', 'CREATE EXTENSION dynamo');
$server->wait_until_healthy;
is($server->request('ListTables', '{}')->{body}, '{"TableNames":[]}', 'another database is served');
set('dynamo.database', 'postgres');
DynamoServer::until_true('the first database', sub {
	my $socket = $server->try_connect or return 0;
	print $socket DynamoServer::request_text('ListTables', '{}');
	my $answer = DynamoServer::read_answer($socket) or return 0;
	return $answer->{body} eq '{"TableNames":["Music"]}';
});

# Processes that end are started again.
for my $type ('dynamo flusher', 'dynamo http')
{
	my $old = $server->sql("SELECT pid FROM pg_stat_activity WHERE backend_type = '$type' LIMIT 1");
	my $count = count_of($type);
	$server->sql("SELECT pg_terminate_backend($old)");
	# The flusher stays while there are workers that need it; it is these that make it end.
	$server->sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'dynamo http'") if $type eq 'dynamo flusher';
	DynamoServer::until_true("a new $type", sub {
		return $server->sql("SELECT count(*) FROM pg_stat_activity WHERE backend_type = '$type' AND pid <> $old") == $count;
	});
	$server->wait_until_healthy;
	is($server->request('PutItem', $put)->{status}, 200, "a new $type takes the place of one that ended");
}

# A supervisor takes over what another has started.
until_workers(2);
@before = $server->worker_pids;
my $supervisor = $server->sql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'dynamo supervisor'");
$server->sql("SELECT pg_terminate_backend($supervisor)");
DynamoServer::until_true('a new supervisor', sub {
	return $server->sql("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'dynamo supervisor' AND pid <> $supervisor") == 1;
});
set('dynamo.http_workers', 3);
until_workers(3);
%now = map { $_ => 1 } $server->worker_pids;
is_deeply([ grep { !$now{$_} } @before ], [], 'workers outlive their supervisor');

# A server that crashes has them all again.
kill 'KILL', ($server->worker_pids)[0];
DynamoServer::until_true('the crash', sub { return slurp_file($server->node->logfile) =~ /all server processes terminated; reinitializing/; });
DynamoServer::until_true('a server', sub { return $server->node->psql('postgres', 'SELECT 1') == 0; });
until_workers(3);
$server->wait_until_healthy;
is($server->request('PutItem', $put)->{status}, 200, 'after a crash');

# Off.
$client = $server->connect;
set('dynamo.http_port', 0);
until_workers(0);
DynamoServer::until_true('no flusher', sub { return count_of('dynamo flusher') == 0; });
ok(DynamoServer::is_closed($client), 'connections end with the API');
ok(!$server->try_connect, 'and none is taken');
is($server->sql('SELECT dynamo.http_endpoint() IS NULL'), 't', 'there is no endpoint');
set('dynamo.http_port', $server->port);
$server->wait_until_healthy;
is($server->request('GetItem', $get)->{status}, 200, 'and on again');

# No worker is free.
set('dynamo.http_workers', 64);
DynamoServer::until_true('a warning', sub { return slurp_file($server->node->logfile) =~ /no background worker is free for "dynamo http \d+"/; });
is($server->request('GetItem', $get)->{status}, 200, 'fewer workers than wanted do as well');
set('dynamo.http_workers', 1);
until_workers(1);
$server->wait_until_healthy;
is($server->request('PutItem', $put)->{status}, 200, 'one is left');

done_testing();
