# What many clients together may make a worker hold, and what it tells those for whom
# there is no room.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use JSON::PP qw(encode_json decode_json);
use PostgreSQL::Test::Utils;
use Test::More;

$SIG{PIPE} = 'IGNORE';

my $mb = 1024 * 1024;
my $server = DynamoServer->new('memory', 'dynamo.http_workers = 1', "dynamo.http_memory = '64MB'",
	"dynamo.http_idle_timeout = '1h'", "dynamo.http_transfer_timeout = '2h'")->start;
my ($worker) = $server->worker_pids;

sub request_text { return DynamoServer::request_text(@_); }
sub read_answer { return DynamoServer::read_answer(@_); }

sub peak_kb
{
	my ($kb) = slurp_file("/proc/$worker/status") =~ /^VmHWM:\s+(\d+)/m;
	return $kb;
}

sub resident_kb
{
	my ($kb) = slurp_file("/proc/$worker/status") =~ /^RssAnon:\s+(\d+)/m;
	return $kb;
}

# Sends as much as the server takes before it reads no more.
sub send_what_goes
{
	my ($socket, $bytes) = @_;
	my $sent = 0;

	$socket->blocking(0);
	for my $try (1 .. 50)
	{
		my $went = syswrite $socket, $bytes, length($bytes) - $sent, $sent;
		$try = 1, $sent += $went if $went;
		last if $sent == length $bytes;
		select undef, undef, undef, 0.01 unless $went;
	}
	$socket->blocking(1);
	return $sent;
}

sub send_all
{
	my ($socket, $bytes, $sent) = @_;
	while ($sent < length $bytes)
	{
		my $went = syswrite $socket, $bytes, length($bytes) - $sent, $sent;
		return 0 unless $went;
		$sent += $went;
	}
	return 1;
}

# Bodies that are too large: the client sees why, even if it sends all of it first.
{
	my $body = ' ' x (17 * $mb);
	my $socket = $server->connect;
	print $socket request_text('DescribeLimits', '', 'Content-Length' => 16 * $mb + 1);
	is(read_answer($socket)->{status}, 413, 'a length over 16 MB is answered before the body');

	$socket = $server->connect;
	ok(send_all($socket, request_text('DescribeLimits', $body), 0), 'a client may send all of its 17 MB');
	my $answer = read_answer($socket);
	is($answer && $answer->{status}, 413, 'and reads that they are too many');
	ok(DynamoServer::is_closed($socket), 'before the end of the connection');

	$socket = $server->connect;
	print $socket request_text('DescribeLimits', '', 'Content-Length' => undef, 'Transfer-Encoding' => 'chunked');
	ok(send_all($socket, sprintf("%x\r\n%s\r\n", $mb, ' ' x $mb) x 17 . "0\r\n\r\n", 0), 'so may one that sends chunks');
	$answer = read_answer($socket);
	is($answer && $answer->{status}, 413, 'which are counted');

	$socket = $server->connect;
	print $socket request_text('DescribeLimits', '', 'Content-Length' => undef, 'Transfer-Encoding' => 'chunked')
		. "10000000000000000\r\n";
	is(read_answer($socket)->{status}, 413, 'a chunk of more than 64 bits is answered at once');
}

# Uploads that do not end take their memory, and no more.
{
	my $text = request_text('DescribeLimits', ' ' x (15 * $mb - 2) . '{}');
	my $before = peak_kb();
	my @uploads = map { { socket => $server->connect } } 1 .. 12;
	$_->{sent} = send_what_goes($_->{socket}, substr($text, 0, -1)) for @uploads;
	my $held = grep { $_->{sent} == length($text) - 1 } @uploads;
	cmp_ok($held, '<', 12, 'of 12 uploads of 15 MB some are not read');
	cmp_ok(peak_kb() - $before, '<', 100 * 1024, 'and the worker holds little more than its 64 MB');
	is($server->request('DescribeLimits', '{}')->{status}, 200, 'small requests are served beside them');

	# The oldest may always go on; each that is done makes room for others.
	my @statuses;
	for my $upload (@uploads)
	{
		ok(send_all($upload->{socket}, $text, $upload->{sent}), 'an upload comes to its end');
		push @statuses, read_answer($upload->{socket})->{status};
	}
	is_deeply(\@statuses, [ (200) x 12 ], 'all are answered');
	cmp_ok(peak_kb() - $before, '<', 100 * 1024, 'within the same memory');
}

# Uploads whose clients leave give their memory back.
for my $round (1 .. 3)
{
	my $text = request_text('DescribeLimits', ' ' x (15 * $mb));
	my @uploads = map { $server->connect } 1 .. 8;
	send_what_goes($_, substr($text, 0, -1)) for @uploads;
	close $_ for @uploads;
	is($server->request('DescribeLimits', ' ' x (15 * $mb) . '{}')->{status}, 200,
		"after clients that left, round $round, there is room");
}

# Answers that nobody takes.
$server->create_table('Large');
$server->call('PutItem', { TableName => 'Large',
	Item => { id => { S => "item $_" }, text => { S => 'x' x (380 * 1024) } } }) for 1 .. 40;
{
	my $get = request_text('BatchGetItem', encode_json({ RequestItems => { Large => {
		Keys => [ map { { id => { S => "item $_" } } } 1 .. 40 ] } } }));
	my $before = peak_kb();
	my @deaf = map { $server->connect } 1 .. 20;
	print $_ $get for @deaf;
	is($server->request('DescribeLimits', '{}')->{status}, 200, 'requests are answered beside deaf clients');
	cmp_ok(peak_kb() - $before, '<', 160 * 1024, 'whose answers have a bound');
}

# Requests that wait for a lock keep their bodies, and nothing of the answers that they had begun.
{
	$server->create_table('Locked');
	$server->node->append_conf('postgresql.conf', "dynamo.http_lock_timeout = '60s'\n");
	$server->node->reload;
	DynamoServer::until_true('the setting', sub { return $server->sql('SHOW dynamo.http_lock_timeout') eq '1min'; });
	my @leaves = split /\n/, $server->sql(q{SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'dynamo_tables."Locked"'::regclass});
	my $session = $server->node->background_psql('postgres');
	$session->query_safe(join '; ', 'BEGIN', map { "LOCK TABLE $_" } @leaves);
	my $get = request_text('BatchGetItem', JSON::PP->new->canonical->encode({ RequestItems => {
		Large => { Keys => [ map { { id => { S => "item $_" } } } 1 .. 40 ] }, Locked => { Keys => [ { id => { S => 'a' } } ] } } }));
	my $before = resident_kb();
	my @readers = map { $server->connect } 1 .. 20;
	print $_ $get for @readers;
	my $put = request_text('PutItem', '{"TableName":"Locked","Item":{"id":{"S":"a"}},"Unknown":[' . join(',', ('""') x 300_000) . ']}');
	my @writers = map { $server->connect } 1 .. 20;
	ok(send_all($_, $put, 0), 'a body of 1 MB') for @writers;
	is($server->request('DescribeLimits', '{}')->{status}, 200, 'all of them are parked');
	cmp_ok(resident_kb() - $before, '<', 100 * 1024, 'with their bodies only');
	$session->query_safe('COMMIT');
	is_deeply([ map { read_answer($_)->{status} } @writers, @readers ], [ (200) x 40 ], 'they are answered when the lock has gone');
	$session->quit;
}

# Where the system has no more memory, requests fail and the worker lives on.
SKIP:
{
	system('prlimit --version >/dev/null 2>&1') == 0 or skip 'no prlimit', 3;
	my ($size) = slurp_file("/proc/$worker/status") =~ /^VmSize:\s+(\d+)/m;
	system('prlimit', '--pid', $worker, '--as=' . ($size + 20 * 1024) * 1024 . ':') == 0 or die;
	my $text = request_text('DescribeLimits', ' ' x (15 * $mb));
	my @uploads = map { $server->connect } 1 .. 6;
	send_what_goes($_, $text) for @uploads;
	my %statuses = map { my $answer = read_answer($_); ($answer ? $answer->{status} : 'none') => 1 } @uploads;
	ok(!(grep { !/^(200|400|413|500|503|none)$/ } keys %statuses), 'uploads fail') or diag join ' ', keys %statuses;
	system('prlimit', '--pid', $worker, '--as=unlimited:') == 0 or die;
	is($server->request('DescribeLimits', '{}')->{status}, 200, 'the next request does not');
}
is_deeply([ $server->worker_pids ], [$worker], 'one worker has lived through all this');
unlike(slurp_file($server->node->logfile), qr/terminated by signal/, 'and nothing ended by a signal');

done_testing();
