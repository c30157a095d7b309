# TLS: versions, resumption, reload, client certificates, and clients that do not speak it.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use File::Copy qw(copy);
use IO::Socket::SSL;
use IPC::Run;
use JSON::PP qw(decode_json encode_json);
use PostgreSQL::Test::Utils;
use Test::More;
use TlsFiles;

my $files = PostgreSQL::Test::Utils::tempdir();
my $server = DynamoServer->new('tls', 'dynamo.http_workers = 3', "dynamo.tls_cert_file = '$files/server.crt'",
	"dynamo.tls_key_file = '$files/server.key'");
my $port = $server->port;

sub make_server_certificate
{
	TlsFiles::certificate($files, 'authority', 'server', "/CN=$_[0]", 'subjectAltName=DNS:localhost,IP:127.0.0.1');
	return;
}
TlsFiles::authority($files, 'authority');
TlsFiles::authority($files, 'stranger');
make_server_certificate('first');

sub connect_tls
{
	my (%options) = @_;
	return IO::Socket::SSL->new(PeerAddr => '127.0.0.1', PeerPort => $port, SSL_hostname => 'localhost',
		SSL_ca_file => "$files/authority.crt", Timeout => 60, %options);
}

{
	no warnings 'redefine';
	*DynamoServer::try_connect = sub { return connect_tls(); };
}

sub set
{
	my ($setting, $value) = @_;
	$server->sql("ALTER SYSTEM SET $setting = '$value'");
	return;
}

sub reload { $server->sql('SELECT pg_reload_conf()'); return; }

sub log_has
{
	my ($pattern) = @_;
	return PostgreSQL::Test::Utils::slurp_file($server->node->logfile) =~ $pattern;
}

sub status_over
{
	my ($socket) = @_;
	return undef unless $socket;
	print $socket DynamoServer::request_text('DescribeLimits', '{}');
	my $answer = DynamoServer::read_answer($socket);
	return $answer ? $answer->{status} : undef;
}

# Without TLS, byte by byte: what comes back before the end.
sub plain_exchange
{
	my ($bytes) = @_;
	my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port) or die $!;
	my $back = '';

	print $socket $bytes;
	local $SIG{ALRM} = sub { die "not closed\n" };
	alarm 120;
	while (sysread $socket, my $part, 4096) { $back .= $part; }
	alarm 0;
	return $back;
}

# A server whose key others may read serves nothing.
chmod 0644, "$files/server.key";
$server->node->start;
$server->sql('CREATE EXTENSION dynamo');
$server->grant('dynamo_http');
DynamoServer::until_true('a complaint about the key', sub { log_has(qr/private key file .* has group or world access/) });
ok(!IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port), 'a key that others may read is not used, nor is the port');
chmod 0600, "$files/server.key";
reload();
$server->wait_until_healthy;
pass('after a reload it is');
is($server->sql('SELECT dynamo.http_endpoint()'), "https://localhost:$port", 'SQL knows the endpoint');

# Requests.
$server->create_table('Music');
is($server->request('PutItem', '{"TableName":"Music","Item":{"id":{"S":"a"}}}')->{status}, 200, 'requests are answered');
{
	my $socket = connect_tls();
	my @operations = map { DynamoServer::request_text('GetItem', '{"TableName":"Music","Key":{"id":{"S":"a"}}}') } 1 .. 20;
	print $socket join '', @operations;
	is_deeply([ map { DynamoServer::read_answer($socket)->{status} } @operations ], [ (200) x 20 ], 'pipelined ones too');

	my $items = join ',', map { '{"PutRequest":{"Item":{"id":{"S":"' . $_ . '"},"v":{"S":"' . 'x' x 300_000 . '"}}}}' } 1 .. 25;
	print $socket DynamoServer::request_text('BatchWriteItem', qq({"RequestItems":{"Music":[$items]}}));
	is(DynamoServer::read_answer($socket)->{status}, 200, 'a body of 7 MB arrives');
	print $socket DynamoServer::request_text('Scan', '{"TableName":"Music"}');
	is(decode_json(DynamoServer::read_answer($socket)->{body})->{Count} > 1, 1, 'and an answer of 1 MB');
}

# What is no sound request is refused, as without TLS.
for my $case ([ 'a folded line', "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n" ],
	[ 'a bare LF', "GET / HTTP/1.1\nHost: localhost\r\n\r\n" ],
	[ 'a NUL', "GET / HTTP/1.1\r\nHost: local\0host\r\n\r\n" ],
	[ 'two lengths', "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}" ],
	[ 'no name', "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n" ])
{
	my ($what, $text) = @$case;
	my $socket = connect_tls();
	print $socket $text;
	my $answer = DynamoServer::read_answer($socket);
	is($answer ? $answer->{status} : 'none', 400, "$what is refused");
	ok(DynamoServer::is_closed($socket), 'and the connection ends');
}

# Versions.
ok(connect_tls(SSL_version => 'TLSv1_2'), 'TLS 1.2 is spoken');
is(connect_tls(SSL_version => 'TLSv1_3')->get_sslversion, 'TLSv1_3', 'and TLS 1.3');
ok(!connect_tls(SSL_version => 'TLSv1_1', SSL_cipher_list => 'ALL:@SECLEVEL=0'), 'and nothing older');
set('dynamo.tls_min_version', 'TLSv1.3');
reload();
DynamoServer::until_true('TLS 1.2 to be refused', sub { !grep { connect_tls(SSL_version => 'TLSv1_2') } 1 .. 8 });
is(status_over(connect_tls()), 200, 'TLS 1.3 alone, where the setting says so');
set('dynamo.tls_min_version', 'TLSv1.2');
reload();
DynamoServer::until_true('TLS 1.2', sub { !grep { !connect_tls(SSL_version => 'TLSv1_2') } 1 .. 8 });

# Sessions are resumed by whichever worker a client meets.
sub s_client
{
	my (@arguments) = @_;
	my $request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

	IPC::Run::run([ 'openssl', 's_client', '-connect', "127.0.0.1:$port", '-ign_eof', @arguments ],
		'<', \$request, '>', \my $out, '2>', \my $errors);
	return $out;
}
for my $version ('-tls1_2', '-tls1_3')
{
	like(s_client($version, '-sess_out', "$files/session"), qr/^New, /m, "a first connection shakes hands in full ($version)");
	my @kinds = map { s_client($version, '-sess_in', "$files/session") =~ /^(New|Reused), /m ? $1 : 'none' } 1 .. 12;
	is_deeply(\@kinds, [ ('Reused') x 12 ], 'and others resume its session, at any worker');
}
{
	# A worker of later knows the key.
	kill 'TERM', $server->worker_pids;
	$server->wait_until_healthy;
	my @kinds = map { s_client('-tls1_3', '-sess_in', "$files/session") =~ /^(New|Reused), /m ? $1 : 'none' } 1 .. 6;
	is_deeply(\@kinds, [ ('Reused') x 6 ], 'and at workers that were started later');
}

# A new certificate is for new connections; those that are there go on.
sub name_of_server { my ($socket) = @_; return $socket ? $socket->peer_certificate('commonName') : 'none'; }
{
	my @old = map { connect_tls() } 1 .. 6;
	make_server_certificate('second');
	reload();
	DynamoServer::until_true('the new certificate', sub { !grep { name_of_server(connect_tls()) ne 'second' } 1 .. 8 });
	is_deeply([ map { status_over($_) } @old ], [ (200) x 6 ], 'connections outlive the change of a certificate');
	is_deeply([ map { name_of_server($_) } @old ], [ ('first') x 6 ], 'and were made with the one before');

	copy("$files/stranger.key", "$files/server.key");
	reload();
	DynamoServer::until_true('a complaint', sub { log_has(qr/could not load the certificate and key/) });
	is(name_of_server(connect_tls()), 'second', 'a key that does not fit changes nothing');
	make_server_certificate('third');
	reload();
	DynamoServer::until_true('the third certificate', sub { !grep { name_of_server(connect_tls()) ne 'third' } 1 .. 8 });
}

# Clients that speak something else.
unlike(plain_exchange("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"), qr/HTTP/, 'a plain request is not answered');
plain_exchange(join '', map { chr int rand 256 } 1 .. 5000);
plain_exchange("\x16\x03\x01\xff\xff" . "\0" x 70_000);
pass('what is no handshake ends the connection');

# Handshakes that come slowly, or stop, have the idle timeout, and hold up nobody.
{
	set('dynamo.http_idle_timeout', '2s');
	reload();
	DynamoServer::until_true('the shorter timeout',
		sub { $server->sql('SHOW dynamo.http_idle_timeout') eq '2s' });
	my @silent = map { IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port) } 1 .. 20;
	syswrite $_, "\x16\x03\x01\x02\x00\x01" for @silent;
	is_deeply([ map { status_over(connect_tls()) } 1 .. 8 ], [ (200) x 8 ], 'handshakes that have stopped hold up nobody');
	is_deeply([ map { DynamoServer::is_closed($_) ? 1 : 0 } @silent ], [ (1) x 20 ], 'and are ended');
	my $slow = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port);
	local $SIG{PIPE} = 'IGNORE';
	my $sent = 0;
	while ($sent < 512 && defined syswrite $slow, $sent == 0 ? "\x16" : $sent == 1 ? "\x03" : "\x01") { $sent++; Time::HiRes::sleep(0.1); }
	ok($sent < 512, 'so is one that comes byte by byte');
	set('dynamo.http_idle_timeout', '60s');
	reload();
}

# A client that says nothing in the middle of its handshake costs the worker nothing.
sub ticks_of_workers
{
	my $ticks = 0;

	for my $pid ($server->worker_pids)
	{
		my @fields = split / /, PostgreSQL::Test::Utils::slurp_file("/proc/$pid/stat") =~ s/.*\) //sr;
		$ticks += $fields[11] + $fields[12];
	}
	return $ticks;
}
{
	set('dynamo.http_idle_timeout', '4s');
	reload();
	DynamoServer::until_true('another timeout', sub { $server->sql('SHOW dynamo.http_idle_timeout') eq '4s' });
	my $before = ticks_of_workers();
	my @silent = map { IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port) } 1 .. 6;
	syswrite $_, "\x16\x03\x01\x02\x00\x01" for @silent;
	is_deeply([ map { DynamoServer::is_closed($_) ? 1 : 0 } @silent ], [ (1) x 6 ], 'handshakes that have stopped are ended');
	cmp_ok(ticks_of_workers() - $before, '<', 100, 'until then they take less than a second of the processor\'s time');
	set('dynamo.http_idle_timeout', '60s');
	reload();
}

# Certificates of clients.
TlsFiles::certificate($files, 'authority', 'client', '/O=Example/CN=orders', 'extendedKeyUsage=clientAuth');
TlsFiles::certificate($files, 'stranger', 'forged', '/O=Example/CN=orders', 'extendedKeyUsage=clientAuth');
TlsFiles::certificate($files, 'authority', 'wrong_purpose', '/O=Example/CN=orders', 'extendedKeyUsage=serverAuth');
set('dynamo.tls_client_ca_file', "$files/authority.crt");
reload();
sub with { my ($name) = @_; return connect_tls(SSL_use_cert => 1, SSL_cert_file => "$files/$name.crt", SSL_key_file => "$files/$name.key"); }
DynamoServer::until_true('clients to be asked', sub { !grep { defined status_over(with('forged')) } 1 .. 8 });
pass('a certificate of an authority that is not trusted ends the handshake');
is(status_over(with('wrong_purpose')), undef, 'so does one that is not for clients');
is(status_over(with('client')), 200, 'one that is trusted is taken');
is(status_over(connect_tls()), 200, 'and none need be shown');
is(log_has(qr/PANIC|terminated by signal|TRAP/), '', 'no worker has crashed');

# Off again.
$server->sql("ALTER SYSTEM SET dynamo.tls_cert_file = ''");
reload();
DynamoServer::until_true('plain answers', sub {
	my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port);
	return ($socket && status_over($socket) // 0) == 200;
});
is($server->sql('SELECT dynamo.http_endpoint()'), "http://localhost:$port", 'TLS is turned off by a reload');

$server->node->stop;
done_testing();
