# A temporary server with the HTTP API, and a client that speaks HTTP byte by byte.
package DynamoServer;

use strict;
use warnings;

use Compress::Zlib qw(crc32 memGzip memGunzip);
use IO::Socket::INET;
use IPC::Run;
use JSON::PP qw(decode_json encode_json);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

our $answer_timeout = 60;
our $makes_role = 1; # 0: the cluster must be as initdb leaves it

# Makes a server; further arguments are lines of its settings. Not started yet.
sub new
{
	my ($class, $name, @settings) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);
	my $port = PostgreSQL::Test::Cluster::get_free_port();

	$node->init;
	create_role($node) if $makes_role;
	$node->append_conf('postgresql.conf',
		join("\n", "shared_preload_libraries = 'dynamo'", "dynamo.http_port = $port",
			"dynamo.http_role = 'dynamo_http'", 'dynamo.authentication = off', @settings)
		. "\n");
	return bless { node => $node, port => $port }, $class;
}

# The role that requests run as, before the workers look for it.
sub create_role
{
	my ($node) = @_;
	my @command = ('postgres', '--single', '-D', $node->data_dir, 'postgres');

	my ($out, $errors);

	IPC::Run::run(\@command, '<', \"CREATE ROLE dynamo_http LOGIN\n", '>', \$out, '2>', \$errors)
		or die "no role: $errors";
}

sub node { return $_[0]->{node}; }
sub port { return $_[0]->{port}; }
sub sql  { my ($self, $query) = @_; return $self->node->safe_psql('postgres', $query); }

# Waits until a condition holds, for a long time: that it never does is a failure.
sub until_true
{
	my ($what, $condition) = @_;

	for (1 .. 1200)
	{
		return 1 if $condition->();
		sleep 0.1;
	}
	die "waited in vain for $what";
}

# Until a server that starts again, since one of its processes was killed, answers. A psql that finds no server may end
# before it has read the query, which IPC::Run dies of.
sub until_recovered
{
	my ($node, $pid) = @_;

	return until_true("the end of process $pid", sub {
		my ($status, $out) = eval { $node->psql('postgres', "SELECT count(*) FROM pg_stat_activity WHERE pid = $pid") };
		return defined $status && $status == 0 && $out eq '0';
	});
}

# Has the capture worker begin the next segment of the log: with the next change, once upkeep has told it so. Stirs
# until then. The number of the one before.
sub begin_segment
{
	my ($sql, $stir) = @_;
	my $segment = $sql->('SELECT max(segment) FROM dynamo.change_segment');

	$sql->(q(UPDATE dynamo.change_segment SET started = started - interval '2 days'));
	until_true('a new segment', sub {
		$stir->();
		return $sql->("SELECT count(*) FROM dynamo.change_segment WHERE segment > $segment") > 0; });
	return $segment;
}

# Starts the server with the extension and waits until the API answers.
sub start
{
	my ($self) = @_;

	$self->node->start;
	$self->sql('CREATE EXTENSION IF NOT EXISTS dynamo');
	$self->grant('dynamo_http') if $self->sql("SELECT count(*) FROM pg_roles WHERE rolname = 'dynamo_http'");
	$self->wait_until_healthy;
	return $self;
}

# Lets a role make tables, and use those that tests make by SQL.
sub grant
{
	my ($self, $role) = @_;

	$self->sql("GRANT CREATE ON SCHEMA dynamo_tables, dynamo_views TO $role");
	$self->sql("ALTER DEFAULT PRIVILEGES IN SCHEMA dynamo_tables GRANT ALL ON TABLES TO $role");
}

sub health_status
{
	my ($self) = @_;
	my $socket = $self->try_connect or return 0;

	print $socket "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
	my $answer = read_answer($socket);
	return $answer ? $answer->{status} : 0;
}

# Whether as many workers run as are to; not where the server takes no connection.
sub workers_run
{
	my ($self) = @_;
	my ($status, $all) = $self->node->psql('postgres', q{SELECT count(*) = current_setting('dynamo.http_workers')::int
		FROM pg_stat_activity WHERE backend_type = 'dynamo http'});

	return defined $all && $all eq 't';
}

# Workers share the port: all of them are healthy when all run and many connections are.
sub wait_until_healthy
{
	my ($self) = @_;

	until_true('a healthy API', sub {
		return 0 if !$self->workers_run;
		for (1 .. 10) { return 0 if $self->health_status != 200; }
		return 1;
	});
}

sub try_connect
{
	my ($self) = @_;
	my $socket = IO::Socket::INET->new(
		PeerAddr => '127.0.0.1', PeerPort => $self->port, Proto => 'tcp');

	$socket->autoflush(1) if $socket;
	return $socket;
}

sub connect
{
	my ($self) = @_;
	return $self->try_connect || die "could not connect: $!";
}

# Reads exactly so many bytes, or fewer where the connection ends.
sub read_bytes
{
	my ($socket, $length) = @_;
	my $bytes = '';

	local $SIG{ALRM} = sub { die "no answer in $answer_timeout s\n" };
	alarm $answer_timeout;
	while (length $bytes < $length)
	{
		my $got = sysread($socket, $bytes, $length - length $bytes, length $bytes);
		last unless $got;
	}
	alarm 0;
	return $bytes;
}

# One answer as { status, headers, body }, undef where the connection ended before it.
sub read_answer
{
	my ($socket) = @_;
	my $head = '';

	while ($head !~ /\r\n\r\n\z/)
	{
		my $byte = read_bytes($socket, 1);
		return undef if $byte eq '';
		$head .= $byte;
	}
	my ($status_line, @lines) = split /\r\n/, $head;
	my ($status) = $status_line =~ m{^HTTP/1\.1 (\d{3}) } or die "no status line: $status_line";
	my %headers = map { /^([^:]+): ?(.*)$/ ? (lc $1, $2) : die "no header: $_" } @lines;
	my $body = read_bytes($socket, $headers{'content-length'} // 0);
	return { status => $status, headers => \%headers, body => $body };
}

# Whether the other side has closed: nothing more to read.
sub is_closed
{
	my ($socket) = @_;
	return read_bytes($socket, 1) eq '';
}

# The text of a request; headers override the usual ones, undef leaves one out.
sub request_text
{
	my ($operation, $body, %headers) = @_;
	my %all = (
		'Host' => 'localhost',
		'Content-Type' => 'application/x-amz-json-1.0',
		'X-Amz-Target' => "DynamoDB_20120810.$operation",
		'Content-Length' => length $body,
		%headers);
	my $head = join '', map { "$_: $all{$_}\r\n" } grep { defined $all{$_} } sort keys %all;

	return "POST / HTTP/1.1\r\n$head\r\n$body";
}

# Sends one request over a connection of its own and returns the answer.
sub request
{
	my ($self, $operation, $body, %headers) = @_;
	my $socket = $self->connect;

	print $socket request_text($operation, $body, %headers);
	return read_answer($socket);
}

# Runs an operation that must succeed; structures in and out.
sub call
{
	my ($self, $operation, $input) = @_;
	my $answer = $self->request($operation, encode_json($input));

	die "$operation: no answer" unless $answer;
	die "$operation: $answer->{status} $answer->{body}" if $answer->{status} != 200;
	return decode_json($answer->{body});
}

# A table of one string key.
sub create_table
{
	my ($self, $name) = @_;

	return $self->call('CreateTable', {
		TableName => $name,
		AttributeDefinitions => [ { AttributeName => 'id', AttributeType => 'S' } ],
		KeySchema => [ { AttributeName => 'id', KeyType => 'HASH' } ],
		BillingMode => 'PAY_PER_REQUEST' });
}

# How often keys of the table's items have been looked for, by the key cache or in a key index. Workers
# report it when they have had nothing to do for a second.
sub key_lookups
{
	my ($self, $table) = @_;
	return $self->sql(qq{SELECT sum(pg_stat_get_numscans(indexrelid) + pg_stat_get_tuples_fetched(indrelid)) FROM pg_index
		WHERE indrelid::regclass::text LIKE 'dynamo_tables."$table/%' AND indisunique});
}

sub worker_pids
{
	my ($self) = @_;
	return split /\n/,
		$self->sql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'dynamo http' ORDER BY 1");
}

1;
