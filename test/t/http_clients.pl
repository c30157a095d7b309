# Clients that speak badly, slowly, too much, or go away: each gets the right
# refusal or a closed connection, and the workers live on.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use IO::Select;
use JSON::PP qw(decode_json);
use PostgreSQL::Test::Utils;
use Socket qw(SOL_SOCKET SO_LINGER);
use Test::More;

$SIG{PIPE} = 'IGNORE';

my $server = DynamoServer->new('clients', 'dynamo.http_workers = 1')->start;
my $mb = 1024 * 1024;

sub request_text { return DynamoServer::request_text(@_); }
sub read_answer { return DynamoServer::read_answer(@_); }
sub is_closed { return DynamoServer::is_closed(@_); }

sub worker { return ($server->worker_pids)[0]; }

sub descriptors
{
	my ($pattern) = @_;
	my @found = grep { (readlink($_) // '') =~ $pattern } glob '/proc/' . worker() . '/fd/*';
	return scalar @found;
}

sub connections { return descriptors(qr/^socket:/); }

sub resident_kb
{
	my ($kb) = slurp_file('/proc/' . worker() . '/status') =~ /^VmRSS:\s+(\d+)/m;
	return $kb;
}

# The connection ends with a reset, whatever the server is doing with it.
sub vanish
{
	my ($socket) = @_;
	setsockopt($socket, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0));
	close $socket;
}

my $first_worker = worker();
my $idle_connections = connections();

# Bad HTTP. None means that closing without an answer is right too.
my %bad = (
	'no HTTP' => "\x01\x02\xff\x00" x 100 . "\r\n\r\n",
	'no version' => "POST /\r\n\r\n",
	'a bad version' => "POST / HTTP/9.9\r\n\r\n",
	'no colon in a header' => "POST / HTTP/1.1\r\nHost localhost\r\n\r\n",
	'a control character in a header' => "POST / HTTP/1.1\r\nHost: a\x01b\r\n\r\n",
	'a length that is no number' => "POST / HTTP/1.1\r\nContent-Length: abc\r\n\r\n",
	'a negative length' => "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
	'an endless length' => "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n",
	'an unknown transfer encoding' => "POST / HTTP/1.1\r\nTransfer-Encoding: rot13\r\n\r\n",
	'a broken chunk' => "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
	'an overlong chunk size' => "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
		. 'f' x 40 . "\r\n",
	'too many headers' => "POST / HTTP/1.1\r\n" . "A: b\r\n" x 101 . "\r\n",
	'an endless header' => 'POST / HTTP/1.1' . "\r\nA: " . 'b' x (500 * 1024),
	'an unknown expectation' => "POST / HTTP/1.1\r\nExpect: rain\r\nContent-Length: 2\r\n\r\n{}");
for my $name (sort keys %bad)
{
	my $socket = $server->connect;
	syswrite $socket, $bad{$name};
	my $answer = eval { read_answer($socket) };
	ok(!$answer || $answer->{status} =~ /^(4..|501|505)$/, "$name: refused") or diag explain $answer;
	ok(!$answer || is_closed($socket), "$name: the connection ends");
}

# Sizes.
{
	my $answer = $server->request('DescribeLimits', ' ' x (16 * $mb - 2) . '{}');
	is($answer->{status}, 200, 'a body may have 16 MB');
	my $socket = $server->connect;
	syswrite $socket, request_text('DescribeLimits', '', 'Content-Length' => 16 * $mb + 1);
	is(read_answer($socket)->{status}, 413, 'and no byte more');
	ok(is_closed($socket), 'the rest is not read');

	$socket = $server->connect;
	syswrite $socket, request_text('DescribeLimits', '', 'Content-Length' => undef,
		'Transfer-Encoding' => 'chunked');
	for (1 .. 64)
	{
		my $chunk = sprintf("%x\r\n%s\r\n", $mb, ' ' x $mb);
		last unless defined syswrite $socket, $chunk;
	}
	$answer = eval { read_answer($socket) };
	ok(!$answer || $answer->{status} == 413, 'chunks beyond 16 MB are refused');
}

# Truncated requests, vanished clients.
my $text = request_text('DescribeLimits', '{   }');
for my $length (1, 10, 50, length($text) - 4, length($text) - 1, length($text))
{
	my $socket = $server->connect;
	syswrite $socket, substr($text, 0, $length);
	vanish($socket);
	$socket = $server->connect;
	syswrite $socket, substr($text, 0, $length);
	shutdown $socket, 1;
	my $answer = read_answer($socket);
	is($answer ? $answer->{status} : 'none', $length == length $text ? 200 : 'none',
		"$length bytes of a request are answered only if they are the whole");
}
$server->create_table('Clients');
$server->call('PutItem', { TableName => 'Clients',
	Item => { id => { S => 'large' }, text => { S => 'x' x (300 * 1024) } } });
my $get_large = request_text('GetItem', '{"TableName":"Clients","Key":{"id":{"S":"large"}}}');
for my $answers_read (0, 1, 3)
{
	my $socket = $server->connect;
	syswrite $socket, $get_large x 10;
	read_answer($socket) for 1 .. $answers_read;
	vanish($socket);
	is($server->request('DescribeLimits', '{}')->{status}, 200,
		"the worker outlives a client that left after $answers_read of 10 large answers");
}
{
	my $socket = $server->connect;
	syswrite $socket, request_text('PutItem',
		'{"TableName":"Clients","Item":{"id":{"S":"orphan"}}}');
	vanish($socket);
	my $item = $server->call('GetItem', { TableName => 'Clients', Key => { id => { S => 'orphan' } } });
	ok(!$item->{Item} || $item->{Item}{id}{S} eq 'orphan', 'a write without its client is whole or not there');
}

# Clients that take no data hold nobody up; slow ones are closed in the end.
{
	my @deaf = map { $server->connect } 1 .. 5;
	for my $socket (@deaf)
	{
		$socket->blocking(0);
		syswrite $socket, $get_large x 100;
	}
	is($server->request('DescribeLimits', '{}')->{status}, 200, 'others are served beside deaf clients');

	$server->node->append_conf('postgresql.conf', "dynamo.http_idle_timeout = '1s'\n");
	$server->node->reload;
	DynamoServer::until_true('a reload', sub {
		my $socket = $server->connect;
		syswrite $socket, substr($text, 0, 20);
		return IO::Select->new($socket)->can_read(5);
	});
	pass('half a request is waited for, for the idle timeout only');
	my $idle = $server->connect;
	ok(is_closed($idle), 'an idle connection is closed');
	my $slow = $server->connect;
	for my $byte (split //, $text)
	{
		last unless syswrite $slow, $byte;
		select undef, undef, undef, 0.05;
	}
	ok(!eval { read_answer($slow) }, 'dripping bytes does not keep a connection open');

	my $deaf = $server->connect;
	$deaf->blocking(0);
	syswrite $deaf, $get_large x 100;
	my $with_deaf = connections();
	DynamoServer::until_true('the end of a deaf client', sub { return connections() < $with_deaf; });
	pass('a client that takes no data is closed');
	vanish($_) for @deaf, $deaf;
}
$server->node->append_conf('postgresql.conf', "dynamo.http_idle_timeout = '10min'\n");
$server->node->reload;

# Many connections, and more than a worker may hold.
{
	my @sockets = map { $server->connect } 1 .. 400;
	for my $turn (1 .. 2)
	{
		print $_ $text for @sockets;
		my @statuses = map { read_answer($_)->{status} } @sockets;
		is_deeply(\@statuses, [ (200) x 400 ], "400 connections at once, turn $turn");
	}
}
DynamoServer::until_true('the end of all connections',
	sub { return connections() <= $idle_connections; });
pass('closed connections leave nothing open');

SKIP:
{
	system('prlimit --version >/dev/null 2>&1') == 0 or skip 'no prlimit', 3;
	my $limit = descriptors(qr/./) + 5;
	my ($soft) = slurp_file('/proc/' . worker() . '/limits') =~ /^Max open files\s+(\d+)/m;
	my $log_start = -s $server->node->logfile;
	system('prlimit', '--pid', worker(), "--nofile=$limit:") == 0 or die;
	my @sockets = map { $server->connect } 1 .. 20;
	DynamoServer::until_true('a message about descriptors', sub {
		return slurp_file($server->node->logfile, $log_start) =~ /could not accept an HTTP connection/;
	});
	pass('a lack of file descriptors is told');
	close $_ for @sockets;
	DynamoServer::until_true('a served request',
		sub { my $answer = $server->request('DescribeLimits', '{}'); return $answer && $answer->{status} == 200; });
	system('prlimit', '--pid', worker(), "--nofile=$soft:");
	is($server->request('DescribeLimits', '{}')->{status}, 200, 'and outlived');
	my @told = slurp_file($server->node->logfile, $log_start) =~ /could not accept an HTTP connection/g;
	is(scalar @told, 1, 'once');
}

# Memory: what one request took is there for the next.
{
	my $hundred = request_text('DescribeLimits', '{' . ' ' x 5000 . '}') x 80
		. request_text('DescribeTable', '{"TableName":"NoSuchTable"}') x 18 . $get_large x 2;
	my $rounds = sub {
		my ($count) = @_;
		my $socket = $server->connect;
		for (1 .. $count)
		{
			print $socket $hundred;
			read_answer($socket) for 1 .. 100;
		}
	};
	$rounds->(30);
	my $before = resident_kb();
	$rounds->(100);
	cmp_ok(resident_kb() - $before, '<', 1024, '10,000 requests leave no memory behind');
}

is(worker(), $first_worker, 'one worker has lived through all this');

done_testing();
