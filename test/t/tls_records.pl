# TLS: records that come in pieces and together, and answers that clients do not take.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use IO::Socket::SSL;
use PostgreSQL::Test::Utils;
use Test::More;
use TlsFiles;
use TlsRecords;

my $files = PostgreSQL::Test::Utils::tempdir();
my $server = DynamoServer->new('tls_records', 'dynamo.http_workers = 1', "dynamo.tls_cert_file = '$files/server.crt'",
	"dynamo.tls_key_file = '$files/server.key'");
my $port = $server->port;

{
	no warnings 'redefine';
	*DynamoServer::try_connect = sub {
		return IO::Socket::SSL->new(PeerAddr => '127.0.0.1', PeerPort => $port, SSL_verify_mode => 0);
	};
}
$SIG{PIPE} = 'IGNORE';
TlsFiles::authority($files, 'server');
$server->start;
$server->create_table('Music');
is($server->request('PutItem', '{"TableName":"Music","Item":{"id":{"S":"a"},"v":{"S":"' . 'x' x 200 . '"}}}')->{status}, 200,
	'an item is there');
is($server->request('PutItem', '{"TableName":"Music","Item":{"id":{"S":"b"},"v":{"S":"' . 'x' x 30_000 . '"}}}')->{status}, 200,
	'and a large one');
is($server->request('PutItem', '{"TableName":"Music","Item":{"id":{"S":"c"},"v":{"S":"' . 'x' x 3000 . '"}}}')->{status}, 200,
	'and one whose answer has just room in a record');

sub get { return DynamoServer::request_text('GetItem', qq({"TableName":"Music","Key":{"id":{"S":"$_[0]"}}})); }
my $get = get('a');

sub client
{
	my $client = TlsRecords->new($port, @_);
	$client->send($client->to_send);
	return $client;
}

# What has been read with something else is served though nothing more comes.
{
	my $client = client();
	$client->send(join '', map { $client->records_of($get) } 1 .. 3);
	is_deeply([ $client->statuses(3) ], [ (200) x 3 ], 'records that come together are three requests');
	$client->send(join '', map { $client->records_of($get) } 1 .. 200);
	is_deeply([ $client->statuses(200) ], [ (200) x 200 ], 'so are 200, which are read by parts');
}
{
	my $client = client();
	my ($first, $second) = map { $client->records_of($get) } 1 .. 2;
	$client->send($first . substr $second, 0, -1, '');
	is_deeply([ $client->statuses(1) ], [200], 'a request is answered while the next lacks a byte');
	$client->send($second);
	is_deeply([ $client->statuses(1) ], [200], 'which it then is');
	for my $length (1 .. 8)
	{
		my $record = $client->records_of($get);
		$client->send(substr $record, 0, $length, '');
		is($server->request('DescribeLimits', '{}')->{status}, 200, "others are served after $length bytes of a record");
		$client->send($record);
		is_deeply([ $client->statuses(1) ], [200], 'and it is, when it is whole');
	}
	$client->send($_) for split //, $client->records_of($get);
	is_deeply([ $client->statuses(1) ], [200], 'a request may come byte by byte');
}
{
	my $client = TlsRecords->new($port);
	$client->send($client->to_send . $client->records_of($get));
	is_deeply([ $client->statuses(1) ], [200], 'a request may come with the end of the handshake');
}

# Requests with the end of the connection right behind them.
for my $case ([ 'the end of TLS', 1, 0 ], [ 'the end of TCP', 0, 1 ], [ 'both', 1, 1 ])
{
	my ($what, $tls, $tcp) = @$case;
	my $client = client();
	$client->send($client->records_of($get) . $client->records_of($get) . ($tls ? $client->close_notify : ''));
	$client->{socket}->shutdown(1) if $tcp;
	is_deeply([ $client->statuses(3) ], [ (200) x 2 ], "requests with $what behind them are answered, and the connection ends");
}
{
	my $client = client();
	$client->send($client->records_of($get =~ s/\r\n/\r\nConnection: close\r\n/r));
	is_deeply([ $client->statuses(2) ], [200], 'so is one that asks for the end');
}

# An update of keys, which a session reads for itself, does not leave what is behind it in the same read unread. A stopped
# worker reads both at once.
{
	my $worker = $server->sql(q(SELECT pid FROM pg_stat_activity WHERE backend_type = 'dynamo http'));
	my ($in, $out) = ('', '');
	my $run = IPC::Run::start([ 'openssl', 's_client', '-connect', "127.0.0.1:$port", '-msg' ], '<', \$in, '>', \$out, '2>', \$out,
		IPC::Run::timeout(120));

	$run->pump until $out =~ /read R BLOCK/;
	kill 'STOP', $worker;
	$in .= "K\n";
	$run->pump until $out =~ />>> TLS 1\.3[^\n]*KeyUpdate/;
	$out = '';
	$in .= $get;
	$run->pump until $out =~ />>> [^\n]*InnerContent/;
	kill 'CONT', $worker;
	$run->pump until $out =~ /^HTTP\/1\.1 200/m || !$run->pumpable;
	like($out, qr/^HTTP\/1\.1 200/m, 'a request behind an update of keys is answered');
	$run->kill_kill;
}

# A small answer is one record.
{
	my $client = client();
	for my $id ('a', 'none')
	{
		for (1 .. 20)
		{
			$client->count_records;
			$client->send($client->records_of(get($id)));
			$client->statuses(1);
		}
		$client->count_records;
		$client->send($client->records_of(get($id)));
		is_deeply([ $client->statuses(1), $client->count_records ], [ 200, 1 ], "the answer to a GetItem of \"$id\" is one record");
	}
	$client->send($client->records_of(get('b')));
	is_deeply([ $client->statuses(1) ], [200], 'a large one is several');
}

# Clients that do not take their answers hold up nobody, and get them all when they do. While the kernel has not sent what
# there was before, an answer is two records, head and body, which wait for the socket.
for my $case ([ 'small', [ ('c') x 4000 ] ], [ 'small and large', [ map { $_ % 20 == 0 ? 'b' : 'a' } 1 .. 3000 ] ])
{
	my ($what, $ids) = @$case;
	my $client = client(receive => 4096);
	my %requests = map { $_ => get($_) } 'a', 'b', 'c';
	my $left = $client->send_until_full(join '', map { $client->records_of($requests{$_}) } @$ids);
	is($server->request('DescribeLimits', '{}')->{status}, 200, "$what answers that are not taken hold up nobody else");
	my @statuses;
	while (@statuses < @$ids)
	{
		$left = $client->send_until_full($left) if length $left && @statuses % 100 == 0;
		my @more = $client->statuses(1) or last;
		push @statuses, @more;
	}
	is_deeply([ scalar @statuses, scalar grep { $_ != 200 } @statuses ], [ scalar @$ids, 0 ], 'and all come in the end');
	cmp_ok($client->count_records, '>', 1.5 * @$ids, 'most of them as two records');
}
unlike(PostgreSQL::Test::Utils::slurp_file($server->node->logfile), qr/PANIC|terminated by signal|TRAP/, 'no worker has crashed');

$server->node->stop;
done_testing();
