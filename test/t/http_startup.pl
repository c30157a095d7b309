# Settings, and what a server is that has no extension, database or port yet.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use IO::Socket::INET;
use JSON::PP qw(decode_json);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $unavailable = 'com.amazon.coral.availability#ServiceUnavailable';

sub type_of { my ($answer) = @_; return decode_json($answer->{body})->{__type}; }

sub log_has
{
	my ($server, $pattern) = @_;
	return slurp_file($server->node->logfile) =~ $pattern;
}

# What a process holds for as long as it lives, each time that something wakes it; without the first times, which load what
# stays.
sub memory_at_turns
{
	my ($server, $pid, $turns) = @_;
	my @used;
	for my $turn (1 .. $turns)
	{
		$server->sql("SELECT pg_log_backend_memory_contexts($pid)");
		DynamoServer::until_true('a report of memory', sub {
			@used = slurp_file($server->node->logfile) =~ /\[$pid\].* TopMemoryContext: .*?(\d+) used/g;
			return @used >= $turn; });
	}
	return @used[2 .. $turns - 1];
}

sub until_status
{
	my ($server, $status) = @_;
	DynamoServer::until_true("status $status", sub { return $server->health_status == $status; });
	return;
}

# Without shared_preload_libraries there is no API, and that is said.
{
	my $node = PostgreSQL::Test::Cluster->new('plain');
	$node->init;
	$node->start;
	$node->safe_psql('postgres', 'CREATE EXTENSION dynamo');
	my ($status, $out, $error) = $node->psql('postgres', 'SELECT dynamo.http_endpoint()');
	isnt($status, 0, 'no endpoint without shared_preload_libraries');
	like($error, qr/Add dynamo to shared_preload_libraries/, 'and a hint what to do');
	$node->append_conf('postgresql.conf', "shared_preload_libraries = 'dynamo'\n");
	$node->restart;
	is($node->safe_psql('postgres', 'SELECT dynamo.http_endpoint() IS NULL'), 't',
		'the API is off unless a port is set');
	is($node->safe_psql('postgres',
		q(SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'dynamo http')), '0',
		'and has no workers');
	$node->stop;
}

# The extension comes later, goes, and comes again.
{
	my $server = DynamoServer->new('later');
	$server->node->start;
	until_status($server, 503);
	my $answer = $server->request('DescribeLimits', '{}');
	is($answer->{status}, 503, 'without the extension the service is unavailable');
	is(type_of($answer), $unavailable, 'in its own words');
	$server->sql('CREATE EXTENSION dynamo');
	is($server->request('DescribeLimits', '{}')->{status}, 200, 'CREATE EXTENSION makes it available');
	is($server->health_status, 200, 'and healthy');
	is($server->sql('SELECT dynamo.http_endpoint()'), 'http://localhost:' . $server->port,
		'SQL knows the endpoint');

	my @before = $server->worker_pids;
	$server->sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'dynamo http'");
	DynamoServer::until_true('new workers', sub {
		my @now = $server->worker_pids;
		return @now == 2 && !grep { my $pid = $_; grep { $_ == $pid } @before } @now;
	});
	$server->wait_until_healthy;
	pass('terminated workers are started again');
	$server->node->restart;
	$server->wait_until_healthy;
	is($server->request('DescribeLimits', '{}')->{status}, 200, 'a restart brings the API back');

	# Another server on the same port waits for it instead of sharing it.
	my $second = DynamoServer->new('second');
	$second->node->append_conf('postgresql.conf', 'dynamo.http_port = ' . $server->port . "\n");
	$second->{port} = $server->port;
	$second->node->start;
	$second->sql('CREATE EXTENSION dynamo');
	DynamoServer::until_true('a message', sub { return log_has($second, qr/could not listen on "localhost" port/); });
	like(slurp_file($second->node->logfile), qr/Is another server on this port\?/, 'a taken port is told');
	for my $type ('dynamo supervisor', 'dynamo http')
	{
		my $pid = $second->sql("SELECT min(pid) FROM pg_stat_activity WHERE backend_type = '$type'");
		my @used = memory_at_turns($second, $pid, 8);
		is_deeply(\@used, [ ($used[0]) x 6 ], "while it waits, a process \"$type\" keeps no more memory");
	}
	$server->node->stop;
	$second->wait_until_healthy;
	pass('and taken over once it is free');
	$second->node->stop;
}

# The database comes later.
{
	my $server = DynamoServer->new('nodatabase', "dynamo.database = 'shop'");
	$server->node->start;
	until_status($server, 503);
	is(type_of($server->request('DescribeLimits', '{}')), $unavailable,
		'without the database the service is unavailable');
	$server->sql('CREATE DATABASE shop');
	$server->node->safe_psql('shop', 'CREATE EXTENSION dynamo');
	$server->wait_until_healthy;
	is($server->request('DescribeLimits', '{}')->{status}, 200, 'and available once it exists');
	is($server->sql("SELECT DISTINCT datname FROM pg_stat_activity WHERE backend_type = 'dynamo http'"),
		'shop', 'served from there');
	$server->node->stop;
}

# Addresses.
for my $address ('example.com', 'localhost, ', '192.0.2.1/8', '')
{
	my $server = DynamoServer->new('address' . unpack('H*', $address),
		"dynamo.http_listen_addresses = '$address'");
	$server->start;
	ok(log_has($server, $address =~ /\A\z|, \z/ ? qr/must be a list of addresses/ : qr/is not the address of an interface/),
		"'$address' is refused");
	ok(!IO::Socket::INET->new(PeerAddr => '127.0.0.3', PeerPort => $server->port),
		'and not listened on');
	$server->node->stop;
}
{
	my $server = DynamoServer->new('loopback', "dynamo.http_listen_addresses = '127.0.0.1, 127.0.0.3'")->start;
	ok(IO::Socket::INET->new(PeerAddr => '127.0.0.3', PeerPort => $server->port),
		'any loopback address may be listened on');
	$server->node->stop;
}

done_testing();
