# Nothing is acknowledged, and nothing read, before it is durable.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use IO::Select;
use JSON::PP qw(decode_json encode_json);
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

$SIG{PIPE} = 'IGNORE';

# The WAL writer would flush what a worker forgot: it is made to wait.
my $server = DynamoServer->new('durability', 'wal_writer_delay = 10s',
	'wal_writer_flush_after = 1GB', 'dynamo.http_workers = 2', 'restart_after_crash = on',
	'wal_level = replica', 'max_wal_senders = 5', 'dynamo.http_durability_timeout = 0')->start;
$server->create_table('Acknowledged');

sub item_exists
{
	my ($id) = @_;
	return defined $server->call('GetItem',
		{ TableName => 'Acknowledged', Key => { id => { S => $id } } })->{Item};
}

# Runs code in a child that writes down a number a line until its connection ends.
sub child
{
	my ($name, $code) = @_;
	my $file = "$PostgreSQL::Test::Utils::tmp_check/$name";
	my $pid = fork();

	return { name => $name, file => $file, pid => $pid } if $pid;
	open my $out, '>', $file or POSIX::_exit(1);
	$out->autoflush(1);
	eval { $code->($out); };
	require POSIX;
	POSIX::_exit(0);
}

sub exchange
{
	my ($socket, $operation, $input) = @_;

	print $socket DynamoServer::request_text($operation, encode_json($input));
	my $answer = DynamoServer::read_answer($socket) or die 'the connection ended';
	die "status $answer->{status}" if $answer->{status} != 200;
	return decode_json($answer->{body});
}

# Puts items "NAME-1", "NAME-2", ... and notes the last that was acknowledged.
sub writer
{
	my ($name) = @_;
	return child($name, sub {
		my ($out) = @_;
		my $socket = $server->connect;
		for (my $i = 1;; $i++)
		{
			exchange($socket, 'PutItem',
				{ TableName => 'Acknowledged', Item => { id => { S => "$name-$i" } } });
			print $out "$i\n";
		}
	});
}

# Reads the same items as they come, and notes the last that was seen.
sub reader
{
	my ($name, $writer) = @_;
	return child($name, sub {
		my ($out) = @_;
		my $socket = $server->connect;
		for (my $i = 1;; )
		{
			my $answer = exchange($socket, 'GetItem',
				{ TableName => 'Acknowledged', Key => { id => { S => "$writer-$i" } } });
			next unless $answer->{Item};
			print $out "$i\n";
			$i++;
		}
	});
}

sub lines { my ($child) = @_; my @lines = split /\n/, slurp_file($child->{file}); return @lines; }

# Lets writers and readers work, ends the server in the middle, and looks.
sub crash
{
	my ($name, $end) = @_;
	my @writers = map { writer("$name-w$_") } 1 .. 4;
	my @readers = map { reader("$name-r$_", "$name-w$_") } 1 .. 4;

	DynamoServer::until_true('progress', sub {
		return !grep { !-e $_->{file} || lines($_) < 100 } @writers, @readers;
	});
	$end->();
	waitpid $_->{pid}, 0 for @writers, @readers;
	$server->wait_until_healthy;
	for my $child (@writers, @readers)
	{
		my $last = lines($child);
		my ($number) = $child->{name} =~ /(\d)$/;
		my $prefix = "$name-w$number";
		my @lost = grep { !item_exists("$prefix-$_") } $last - 50 .. $last;
		is_deeply(\@lost, [], "$child->{name}: the last of its $last items are there");
	}
}

crash('worker', sub { kill 'KILL', ($server->worker_pids)[0]; });
crash('other', sub { kill 'KILL', ($server->worker_pids)[1]; });
crash('immediate', sub { $server->node->stop('immediate'); $server->node->start; });

sub put_text
{
	my ($id) = @_;
	return DynamoServer::request_text('PutItem',
		encode_json({ TableName => 'Acknowledged', Item => { id => { S => $id } } }));
}

# Runs code that sends so many requests, each of which looks once for its key, and waits until all of them have run.
sub until_run
{
	my ($count, $code) = @_;
	my $before = $server->key_lookups('Acknowledged');
	my @sockets = $code->();
	DynamoServer::until_true('requests to run', sub { return $server->key_lookups('Acknowledged') >= $before + $count; });
	return @sockets;
}

# So many connections that the other worker gets some of them. All of them have read the item before they are looked at.
sub reads
{
	my ($id) = @_;
	my $text = DynamoServer::request_text('GetItem',
		encode_json({ TableName => 'Acknowledged', Key => { id => { S => $id } } }));

	return until_run(20, sub {
		my @sockets = map { $server->connect } 1 .. 20;
		print $_ $text for @sockets;
		return @sockets;
	});
}

# Nobody may be told of the item until code has made it durable.
sub told_when_durable
{
	my ($id, $writer, $code) = @_;
	my @readers = reads($id);

	ok(!IO::Select->new($writer)->can_read(0), "$id: a write is not acknowledged before it is durable");
	ok(!IO::Select->new(@readers)->can_read(0), "$id: nor is it read, through the other worker neither");
	$code->();
	is(DynamoServer::read_answer($writer)->{status}, 200, "$id: it is acknowledged then");
	is_deeply([ map { defined decode_json(DynamoServer::read_answer($_)->{body})->{Item} } @readers ],
		[ (1) x 20 ], "$id: and read");
}

# While the flusher stands still nothing becomes durable.
my $flusher = $server->sql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'dynamo flusher'");
kill 'STOP', $flusher;
my ($writer) = until_run(1, sub {
	my $socket = $server->connect;
	print $socket put_text('stopped');
	return $socket;
});
told_when_durable('stopped', $writer, sub { kill 'CONT', $flusher; });

# With synchronous replication, acknowledged means replicated.
sub set_standby
{
	my ($name) = @_;
	# ALTER SYSTEM itself must not wait for the standby.
	$server->sql("SET synchronous_commit = local; ALTER SYSTEM SET synchronous_standby_names = '$name'");
	$server->sql('SELECT pg_reload_conf()');
}

sub flusher_waits
{
	return $server->sql("SELECT count(*) FROM pg_stat_activity
		WHERE backend_type = 'dynamo flusher' AND wait_event = 'SyncRep'");
}

# Writes until one waits for the standby; returns its connection.
sub waiting_write
{
	my $socket;
	DynamoServer::until_true('a write that waits for a standby', sub {
		$socket = $server->connect;
		print $socket put_text('replicated');
		return !IO::Select->new($socket)->can_read(1);
	});
	DynamoServer::until_true('a wait for a standby', \&flusher_waits);
	return $socket;
}

set_standby('nobody');
told_when_durable('replicated', waiting_write(), sub { set_standby(''); });

# The flusher is of no database; what a database's setting asks for holds for its workers.
$server->sql('ALTER SYSTEM SET synchronous_commit = local');
$server->sql('ALTER DATABASE postgres SET synchronous_commit = on');
$server->node->restart;
$server->wait_until_healthy;
set_standby('nobody');
my $socket = waiting_write();
ok(!IO::Select->new($socket)->can_read(0), 'the setting of the database asks for a standby');
set_standby('');
is(DynamoServer::read_answer($socket)->{status}, 200, 'until it is no longer asked for');

set_standby('nobody');
$socket = waiting_write();
$server->node->stop('fast');
ok(!defined eval { DynamoServer::read_answer($socket) },
	'a shutdown ends the wait and acknowledges nothing');

done_testing();
