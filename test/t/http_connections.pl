# More connections than one worker may hold go to others; more than all may hold are
# refused, and told so.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use PostgreSQL::Test::Utils;
use Test::More;

$SIG{PIPE} = 'IGNORE';

my $server = DynamoServer->new('connections', 'dynamo.http_workers = 2', 'dynamo.http_max_connections = 20')->start;
my $text = DynamoServer::request_text('DescribeLimits', '{}');

sub read_answer { return DynamoServer::read_answer(@_); }
sub connections { return $server->sql('SELECT dynamo.http_connections()'); }

sub until_none
{
	DynamoServer::until_true('the end of all connections', sub { return connections() == 0; });
	return;
}

# The kernel spreads connections by chance: that each worker gets 20 of 40 is not to be expected.
for my $round (1 .. 3)
{
	until_none();
	my @sockets;
	for (1 .. 40)
	{
		push @sockets, $server->connect;
		print { $sockets[-1] } $text;
	}
	is_deeply([ map { my $answer = read_answer($_); $answer && $answer->{status} } @sockets ], [ (200) x 40 ],
		"as many connections as all workers may have are served, round $round");
	is(connections(), 40, 'and counted');
	print $_ $text for @sockets;
	is_deeply([ map { my $answer = read_answer($_); $answer && $answer->{status} } @sockets ], [ (200) x 40 ],
		'and kept');
	close $_ for @sockets;
}
is($server->sql('SELECT dynamo.http_refused_connections()'), '0', 'none was refused');

# One more.
until_none();
{
	my @sockets = map { $server->connect } 1 .. 40;
	DynamoServer::until_true('all connections', sub { return connections() == 40; });
	my @more = map { $server->connect } 1 .. 5;
	print $_ $text for @more;
	for my $socket (@more)
	{
		my $answer = read_answer($socket);
		is($answer && $answer->{status}, 503, 'one more is refused');
		is($answer && $answer->{headers}{connection}, 'close', 'and told that the connection ends');
		ok(DynamoServer::is_closed($socket), 'as it does');
	}
	is($server->sql('SELECT dynamo.http_refused_connections()'), '5', 'which is counted');
	DynamoServer::until_true('a message', sub {
		return slurp_file($server->node->logfile) =~ /dynamo refused \d+ HTTP connections?: all workers/;
	});
	pass('and told to the log');
	my @told = slurp_file($server->node->logfile) =~ /dynamo refused/g;
	cmp_ok(scalar @told, '<=', 2, 'once a worker');

	close shift @sockets;
	DynamoServer::until_true('room', sub { return connections() < 40; });
	my $socket = $server->connect;
	print $socket $text;
	is(read_answer($socket)->{status}, 200, 'the next one has the room that one has left');
	print $_ $text for @sockets;
	is_deeply([ map { my $answer = read_answer($_); $answer && $answer->{status} } @sockets ], [ (200) x 39 ],
		'those that are there stay');
}

# A worker that ends takes no connection with it that it has not served.
until_none();
{
	my @before = $server->worker_pids;
	my @sockets;
	for my $round (1 .. 20)
	{
		$server->sql("SELECT pg_terminate_backend($before[0])") if $round == 10;
		push @sockets, $server->connect;
	}
	print $_ $text for @sockets;
	my @answers = map { read_answer($_) } @sockets;
	ok((grep { $_ && $_->{status} == 200 } @answers) > 0, 'others serve beside a worker that ends');
}
$server->wait_until_healthy;
DynamoServer::until_true('two workers', sub { return $server->worker_pids == 2; });
until_none();
{
	my @sockets = map { $server->connect } 1 .. 40;
	print $_ $text for @sockets;
	is_deeply([ map { my $answer = read_answer($_); $answer && $answer->{status} } @sockets ], [ (200) x 40 ],
		'its successor takes its share');
}

done_testing();
