# Beyond this machine: where the API listens, what proxies are believed, and clients known by certificates.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use DynamoServer;
use IO::Socket::SSL;
use JSON::PP qw(decode_json encode_json);
use PostgreSQL::Test::Utils;
use SignedRequest;
use Test::More;
use TlsFiles;

my $files = PostgreSQL::Test::Utils::tempdir();
my $audit = "$files/audit.jsonl";
my $server = DynamoServer->new('exposure', "dynamo.http_listen_addresses = '*'", 'dynamo.audit = all',
	'dynamo.audit_destination = file', "dynamo.audit_file = '$audit'", 'max_worker_processes = 16',
	SignedRequest::master_key_setting());
my $port = $server->port;
my ($own) = grep { /^\d+\.\d+\.\d+\.\d+$/ && !/^127\./ } split ' ', `hostname -I`;
my $secure = 0;

{
	no warnings 'redefine';
	*DynamoServer::try_connect = sub { return connect_to('127.0.0.1'); };
}

sub connect_to
{
	my ($address, %options) = @_;
	my @where = (PeerAddr => $address, PeerPort => $port, Timeout => 60);

	return $secure ? IO::Socket::SSL->new(@where, SSL_hostname => 'localhost', SSL_ca_file => "$files/authority.crt", %options)
		: IO::Socket::INET->new(@where);
}

# The IPv4 addresses that the port is listened on, as the kernel tells them.
sub listening
{
	my %found;
	open my $sockets, '<', '/proc/net/tcp' or die $!;
	while (<$sockets>)
	{
		my (undef, $local, undef, $state) = split;
		next unless defined $state && $state eq '0A' && $local =~ /^([0-9A-F]{8}):([0-9A-F]{4})$/ && hex $2 == $port;
		$found{ join '.', reverse unpack 'C4', pack 'H8', $1 } = 1;
	}
	return join ' ', sort keys %found;
}

sub reload_with
{
	my (%settings) = @_;
	$server->sql("ALTER SYSTEM SET dynamo.$_ = '$settings{$_}'") for sort keys %settings;
	$server->sql('SELECT pg_reload_conf()');
	return;
}

sub until_listening
{
	my ($addresses) = @_;
	DynamoServer::until_true("listening on $addresses", sub { listening() eq $addresses });
	$server->wait_until_healthy;
	return;
}

sub log_text { return PostgreSQL::Test::Utils::slurp_file($server->node->logfile); }

sub health
{
	my $socket = $server->try_connect or return '';
	print $socket "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
	my $answer = DynamoServer::read_answer($socket);
	return $answer ? $answer->{body} : '';
}

# The record of an answer.
sub record_of
{
	my ($answer) = @_;
	my $record;

	DynamoServer::until_true('a record', sub {
		($record) = grep { ($_->{requestID} // '') eq $answer->{headers}{'x-amzn-requestid'} }
			map { decode_json($_) } split /\n/, -e $audit ? PostgreSQL::Test::Utils::slurp_file($audit) : '';
		return $record;
	});
	return $record;
}

# Without authentication, and without TLS.
$server->start;
is(listening(), '127.0.0.1', 'without authentication the API listens on this machine alone');
like(log_text(), qr/does not listen beyond loopback: dynamo.authentication is not "required"/, 'the log says so');
like(health(), qr/not beyond this machine: dynamo.authentication/, 'and so does the health check');
reload_with(http_trust_proxy => 'on');
DynamoServer::until_true('the setting', sub { $server->sql('SHOW dynamo.http_trust_proxy') eq 'on' });
$server->wait_until_healthy;
is(listening(), '127.0.0.1', 'no proxy stands in for it');
reload_with(authentication => 'warn');
DynamoServer::until_true('a warning', sub { $server->sql('SHOW dynamo.authentication') eq 'warn' });
$server->wait_until_healthy;
is(listening(), '127.0.0.1', 'nor do warnings');
reload_with(authentication => 'required', http_trust_proxy => 'off');
DynamoServer::until_true('what is missing now', sub { health() =~ /dynamo.tls_cert_file is not set/ });
$server->wait_until_healthy;
is(listening(), '127.0.0.1', 'authentication needs TLS');

# Behind a proxy.
reload_with(http_trust_proxy => 'on');
until_listening('0.0.0.0');
like(health(), qr/amazonaws\.com \z/, 'with a proxy that speaks TLS it listens');
$server->sql('CREATE ROLE shop LOGIN');
$server->grant('shop');
my %key = %{ SignedRequest::new_key($server, 'shop') };
sub ask
{
	my ($socket, @fields) = @_;
	print $socket SignedRequest::text(%key, operation => 'DescribeLimits', fields => \@fields);
	return DynamoServer::read_answer($socket);
}
is(ask($server->connect)->{status}, 200, 'a signed request is answered');

sub seen_by
{
	my (@headers) = @_;
	my $record = record_of(ask($server->connect, map { ('X-Forwarded-For' => $_) } @headers));
	return $record->{sourceIPAddress};
}
is(seen_by('198.51.100.1'), '127.0.0.1', 'X-Forwarded-For is not believed by itself');
reload_with(http_trusted_proxies => '127.0.0.0/8, 10.0.0.0/8, 2001:db8::/32');
DynamoServer::until_true('the proxies', sub { !grep { seen_by('198.51.100.1') ne '198.51.100.1' } 1 .. 8 });
pass('but from the proxies that are listed');
for my $case ([ [ '203.0.113.9, 198.51.100.1' ], '198.51.100.1', 'the last address counts' ],
	[ [ '203.0.113.9, 198.51.100.1, 10.1.2.3' ], '198.51.100.1', 'that is no proxy' ],
	[ [ '203.0.113.9, 198.51.100.1', '10.1.2.3,2001:db8::5' ], '198.51.100.1', 'over several headers' ],
	[ [ '198.51.100.1:4711' ], '198.51.100.1', 'without its port' ],
	[ [ '[2a00:1450::7]:443' ], '2a00:1450::7', 'of IPv6 too' ],
	[ [ '203.0.113.9, ::ffff:198.51.100.1, ::ffff:10.0.0.1' ], '198.51.100.1', 'of IPv4 written as IPv6' ],
	[ [ '198.51.100.1, unknown' ], '127.0.0.1', 'what is no address hides what is before it' ],
	[ [ '198.51.100.1, ' ], '127.0.0.1', 'an empty one too' ],
	[ [ '10.0.0.1' ], '10.0.0.1', 'of proxies alone, the first' ],
	[ [ join ',', '198.51.100.1', ('10.0.0.1') x 1000 ], '10.0.0.1', 'a bound of them is looked at' ])
{
	my ($headers, $client, $what) = @$case;
	is(seen_by(@$headers), $client, $what);
}
ok(record_of(ask($server->connect, 'X-Forwarded-Proto' => 'https'))->{additionalEventData}{secureTransport}, 'and what they say of TLS');
reload_with(http_trusted_proxies => '10.0.0.0/8');
DynamoServer::until_true('other proxies', sub { !grep { seen_by('198.51.100.1') ne '127.0.0.1' } 1 .. 8 });
ok(!record_of(ask($server->connect, 'X-Forwarded-Proto' => 'https'))->{additionalEventData}{secureTransport}, 'others are believed nothing');
my ($status) = $server->node->psql('postgres', "ALTER SYSTEM SET dynamo.http_trusted_proxies = '10.0.0.0/33'");
isnt($status, 0, 'what is no network is refused');

# With TLS, and clients known by their certificates.
TlsFiles::authority($files, 'authority');
TlsFiles::certificate($files, 'authority', 'server', '/CN=server', 'subjectAltName=DNS:localhost');
TlsFiles::certificate($files, 'authority', $_->[0], $_->[1], 'extendedKeyUsage=clientAuth')
	for [ 'orders', '/O=Example/CN=orders.internal' ], [ 'ann', '/O=Example Corp/CN=Ann Smith' ],
		[ 'stranger', '/CN=stranger' ], [ 'twice', '/CN=orders.internal/CN=other' ], [ 'root', '/CN=root' ];
$server->sql('CREATE ROLE orders LOGIN');
$server->sql('CREATE ROLE root SUPERUSER LOGIN');
sub write_map { open my $map, '>', "$files/map" or die $!; print $map @_; close $map; return; }
my $map = qq{# who is who\ncn orders.internal orders\n\ndn "CN=Ann Smith,O=Example Corp" "shop" # by the whole name\ncn root root\ncn ghost nobody\n};
write_map($map);
reload_with(http_trust_proxy => 'off', tls_cert_file => "$files/server.crt", tls_key_file => "$files/server.key",
	tls_client_ca_file => "$files/authority.crt", tls_client_map_file => "$files/map");
$secure = 1;
until_listening('0.0.0.0');
is(ask($server->connect)->{status}, 200, 'with TLS it listens, without a proxy');

sub unsigned
{
	my ($who) = @_;
	my $socket = connect_to('127.0.0.1', $who ? (SSL_use_cert => 1, SSL_cert_file => "$files/$who.crt", SSL_key_file => "$files/$who.key") : ());
	print $socket DynamoServer::request_text('DescribeLimits', '{}');
	return DynamoServer::read_answer($socket);
}
sub type_of { return decode_json($_[0]->{body})->{__type} =~ s/.*#//r; }
my $answer = unsigned('orders');
is($answer->{status}, 200, 'a client whose certificate is mapped need not sign');
is(record_of($answer)->{userIdentity}{userName}, 'orders', 'its request runs as that role');
is(record_of(unsigned('ann'))->{userIdentity}{userName}, 'shop', 'also by the whole name');
is(type_of(unsigned($_ eq 'none' ? undef : $_)), 'MissingAuthenticationTokenException', "not one that is not: $_")
	for 'none', 'stranger', 'twice', 'root';
{
	my $socket = connect_to('127.0.0.1', SSL_use_cert => 1, SSL_cert_file => "$files/orders.crt", SSL_key_file => "$files/orders.key");
	is(record_of(ask($socket))->{userIdentity}{userName}, 'shop', 'a signature counts before a certificate');
	print $socket SignedRequest::text(%key, secret => 'wrong', operation => 'DescribeLimits');
	my $wrong = DynamoServer::read_answer($socket);
	is(type_of($wrong), 'InvalidSignatureException', 'also a wrong one');
	is(record_of($wrong)->{errorCode}, 'InvalidSignatureException', 'which is recorded');

	# Over the same connection: the map is looked at for each request.
	write_map("cn orders.internal\n");
	reload_with();
	DynamoServer::until_true('a complaint', sub { log_text() =~ /cannot read line 1 of/ });
	print $socket DynamoServer::request_text('DescribeLimits', '{}');
	is(DynamoServer::read_answer($socket)->{status}, 200, 'a map that is not sound changes nothing');
	write_map("# nobody\n");
	reload_with();
	DynamoServer::until_true('an empty map', sub {
		print $socket DynamoServer::request_text('DescribeLimits', '{}');
		return DynamoServer::read_answer($socket)->{status} == 400;
	});
	pass('a line that is gone is gone at once');
}

SKIP:
{
	skip 'this machine has no address but loopback', 3 unless $own;
	my $socket = connect_to($own);
	is(ask($socket)->{status}, 200, 'another machine is answered');
	is(record_of(ask($socket))->{sourceIPAddress}, $own, 'its address is recorded');
	reload_with(authentication => 'off');
	until_listening('127.0.0.1');
	ok(!connect_to($own), 'until authentication is turned off');
}

$server->node->stop;
unlike(log_text(), qr/PANIC|terminated by signal|TRAP/, 'no process has crashed');
done_testing();
