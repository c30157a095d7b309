# How long clients may take: those that go on are waited for, those that stand still or
# never come to an end are cut.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use IO::Socket::INET;
use JSON::PP qw(encode_json decode_json);
use Socket qw(SOL_SOCKET SO_RCVBUF);
use Test::More;

$SIG{PIPE} = 'IGNORE';

my $server = DynamoServer->new('deadlines', 'dynamo.http_workers = 1', "dynamo.http_idle_timeout = '1s'")->start;

sub request_text { return DynamoServer::request_text(@_); }
sub read_answer { return DynamoServer::read_answer(@_); }

sub pause { select undef, undef, undef, $_[0]; }

# Sends the bytes one by one for as long as the server takes them.
sub drip
{
	my ($socket, $bytes) = @_;
	for my $byte (split //, $bytes)
	{
		pause(0.02);
		return 0 unless syswrite $socket, $byte;
	}
	return 1;
}

# An answer of many MB, which no buffer of the kernel takes whole.
$server->create_table('Large');
$server->call('PutItem', { TableName => 'Large',
	Item => { id => { S => "item $_" }, text => { S => 'x' x (380 * 1024) } } }) for 1 .. 40;
my $get = request_text('BatchGetItem', encode_json({ RequestItems => { Large => {
	Keys => [ map { { id => { S => "item $_" } } } 1 .. 40 ] } } }));

sub connect_narrow
{
	my $socket = IO::Socket::INET->new(Proto => 'tcp', Type => Socket::SOCK_STREAM) or die;
	setsockopt($socket, SOL_SOCKET, SO_RCVBUF, 32 * 1024) or die;
	connect($socket, Socket::pack_sockaddr_in($server->port, Socket::inet_aton('127.0.0.1'))) or die;
	return $socket;
}

# Reads with a pause before each piece until the answer or the connection ends; how much came.
sub sip
{
	my ($socket, $size, $wait) = @_;
	my ($all, $whole) = (0, 0);
	while (!$whole || $all < $whole)
	{
		pause($wait);
		my $got = sysread($socket, my $piece, $size);
		last unless $got;
		$whole = $1 + index($piece, "\r\n\r\n") + 4 if !$whole && $piece =~ /Content-Length: (\d+)/i;
		$all += $got;
	}
	return ($all, $whole);
}

# Progress keeps a connection, for longer than the idle timeout.
{
	my $socket = connect_narrow();
	syswrite $socket, $get;
	my ($all, $whole) = sip($socket, 256 * 1024, 0.03);
	cmp_ok($whole, '>', 8_000_000, 'a large answer');
	is($all, $whole, 'is taken by a slow reader to its end');

	$socket = $server->connect;
	my $body = '{' . ' ' x 100 . '}';
	my $text = request_text('DescribeLimits', $body);
	syswrite $socket, substr($text, 0, -length $body);
	ok(drip($socket, $body), 'the bytes of a body come one by one');
	is(read_answer($socket)->{status}, 200, 'and are waited for');
}

# But not for ever.
$server->node->append_conf('postgresql.conf', "dynamo.http_transfer_timeout = '2s'\n");
$server->node->reload;
DynamoServer::until_true('a reload', sub { return $server->sql('SHOW dynamo.http_transfer_timeout') eq '2s'; });
{
	my $socket = $server->connect;
	syswrite $socket, request_text('DescribeLimits', '', 'Content-Length' => 1_000_000);
	ok(!drip($socket, ' ' x 3000), 'a body that does not end is cut');

	$socket = connect_narrow();
	syswrite $socket, $get;
	my ($all, $whole) = sip($socket, 4096, 0.02);
	cmp_ok($all, '<', $whole, 'so is an answer that is taken in sips');

	$socket = $server->connect;
	ok(!drip($socket, "POST / HTTP/1.1\r\n" . "A: b\r\n" x 500), 'and a head that does not end');
}
is($server->request('DescribeLimits', '{}')->{status}, 200, 'the worker lives on');

done_testing();
