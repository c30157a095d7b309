# Endpoints that answer what no DynamoDB does: a migration from them fails, says why, and costs the server nothing.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use IO::Select;
use IO::Socket::INET;
use JSON::PP;
use PostgreSQL::Test::Utils;
use Test::More;

my $json = JSON::PP->new->canonical;
my $listener = IO::Socket::INET->new(Listen => 100, LocalAddr => '127.0.0.1') or die "no socket: $!";
my $endpoint = 'http://127.0.0.1:' . $listener->sockport;

# --- the endpoint: what it does wrong is the table's name ---

sub table { my ($name, %more) = @_; return { Table => { TableName => $name, TableStatus => 'ACTIVE', TableArn => "arn:aws:dynamodb:us-east-1:1:table/$name",
	BillingModeSummary => { BillingMode => 'PAY_PER_REQUEST' }, AttributeDefinitions => [ { AttributeName => 'id', AttributeType => 'S' } ],
	KeySchema => [ { AttributeName => 'id', KeyType => 'HASH' } ], %more } }; }

sub stream { my ($name) = @_; return (StreamSpecification => { StreamEnabled => JSON::PP::true, StreamViewType => 'NEW_IMAGE' }, LatestStreamArn => "arn:$name"); }

sub shards { my ($from, $to, %more) = @_; return { StreamDescription => { StreamStatus => 'ENABLED', StreamViewType => 'NEW_IMAGE', Shards => [ map { { ShardId => "shard-$_" } } $from .. $to ], %more } }; }

my %wrong = (
	no_object => { DescribeTable => sub { '[1]' } },
	no_json => { DescribeTable => sub { '<html>' } },
	deep => { DescribeTable => sub { '{"Table":' . '[' x 100_000 } },
	wrong_type => { DescribeTable => sub { '{"Table": 7}' } },
	no_key => { DescribeTable => sub { table('no_key', KeySchema => []) } },
	key_of_number => { DescribeTable => sub { table('key_of_number', KeySchema => [ 1, [], {} ]) } },
	many_indexes => { DescribeTable => sub { table('many_indexes', LocalSecondaryIndexes => [ map { { IndexName => "index$_", KeySchema => [ { AttributeName => 'id', KeyType => 'HASH' } ], Projection => { ProjectionType => 'ALL' } } } 1 .. 500 ]) } },
	indexes_beyond => { DescribeTable => sub { table('indexes_beyond', GlobalSecondaryIndexes => [ map { { IndexName => "index$_", KeySchema => [ { AttributeName => 'id', KeyType => 'HASH' } ], Projection => { ProjectionType => 'ALL' } } } 1 .. 21 ]) } },
	no_items => { Scan => sub { {} } },
	other_key => { Scan => sub { { Items => [ { other => { S => 'x' } } ] } } },
	no_item => { Scan => sub { { Items => [ 'x', 1, undef ] } } },
	no_number => { Scan => sub { { Items => [ { id => { S => 'x' }, n => { N => 'many' } } ] } } },
	too_large => { Scan => sub { { Items => [ { id => { S => 'x' }, text => { S => 'x' x 500_000 } } ] } } },
	same_place => { Scan => sub { { Items => [], LastEvaluatedKey => { id => { S => 'x' } } } } },
	long_place => { Scan => sub { { Items => [], LastEvaluatedKey => { id => { S => 'x' x 100_000 } } } } },
	huge => { Scan => sub { '{"Items": [' . '0,' x 30_000_000 . '0]}' } },
	huge_together => { Scan => sub { '{"Items": [], "x": "' . 'x' x 39_000_000 . '"}' } },
	no_end => { DescribeTable => sub { table('no_end', stream('no_end')) }, DescribeStream => sub { my ($in) = @_; my $from = ($in->{ExclusiveStartShardId} // 'shard-0') =~ s/.*-//r;
		$in->{Limit} ? shards(1, 1) : shards($from + 1, $from + 1000, LastEvaluatedShardId => 'shard-' . ($from + 1000)) } },
	parents => { DescribeTable => sub { table('parents', stream('parents')) }, DescribeStream => sub { my $all = shards(1, 2); $all->{StreamDescription}{Shards}[$_]{ParentShardId} = 'shard-' . (2 - $_) for 0, 1; $all } },
	long_iterator => { DescribeTable => sub { table('long_iterator', stream('long_iterator')) }, DescribeStream => sub { shards(1, 1) }, GetShardIterator => sub { { ShardIterator => 'x' x 10_000 } } },
	no_records => { DescribeTable => sub { table('no_records', stream('no_records')) }, DescribeStream => sub { shards(1, 1) }, GetShardIterator => sub { { ShardIterator => 'x' } },
		GetRecords => sub { { Records => [ { eventName => 'INSERT' } ], NextShardIterator => 'x' } } },
	refusal => { Scan => sub { (400, { __type => 'x#' . 'Y' x 10_000 . "\x{1}", message => "m\n" . 'z' x 10_000 }) } },
	redirect => { Scan => sub { (302, '') } },
);

my %right = (
	DescribeTable => sub { my ($in) = @_; return table($in->{TableName}); },
	DescribeTimeToLive => sub { { TimeToLiveDescription => { TimeToLiveStatus => 'DISABLED' } } },
	ListTagsOfResource => sub { { Tags => [] } },
	Scan => sub { { Items => [] } },
);

sub answer
{
	my ($operation, $in) = @_;
	my ($name) = ($in->{TableName} // $in->{StreamArn} // '') =~ /(\w+)$/;
	$name = 'long_iterator' if !defined $name || !exists $wrong{$name};
	$name = 'no_records' if ($in->{ShardIterator} // '') eq 'x';
	my $how = $wrong{$name}{$operation} // $right{$operation} // sub { (400, { __type => 'x#ValidationException', message => 'no' }) };
	my @answer = $how->($in);
	my ($status, $body) = @answer == 2 ? @answer : (200, $answer[0]);
	$body = $json->encode($body) if ref $body;
	return "HTTP/1.1 $status x\r\nLocation: http://127.0.0.1:1/\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: " . length($body) . "\r\n\r\n$body";
}

# One process a connection.
sub serve_all
{
	$SIG{CHLD} = 'IGNORE';
	$SIG{PIPE} = 'IGNORE';
	while (1)
	{
		my $socket = $listener->accept or next;
		next if fork;
		serve($socket);
		exit 0;
	}
}

sub serve
{
	my ($socket) = @_;
	my $read = '';

	while (1)
	{
		while ($read !~ /\r\n\r\n/) { sysread($socket, $read, 65536, length $read) or return; }
		my ($length) = $read =~ /^Content-Length: *(\d+)/mi;
		my ($operation) = $read =~ /^X-Amz-Target: *\w+\.(\w+)/mi;
		my $head = index($read, "\r\n\r\n") + 4;
		while (length($read) < $head + $length) { sysread($socket, $read, 65536, length $read) or return; }
		my $in = $json->decode(substr($read, $head, $length));
		$read = substr($read, $head + $length);
		print { $socket } answer($operation, $in) or return;
		$socket->flush;
	}
}

my $endpoint_pid = fork;
serve_all() if !$endpoint_pid;

# --- the server ---

my $server = DynamoServer->new('hostile', 'max_worker_processes = 24', 'wal_level = logical', 'max_replication_slots = 4', "dynamo.endpoint_addresses = 'loopback'",
	'dynamo.partitions = 1', 'dynamo.max_migrations = 4')->start;

sub migration
{
	my ($table, %options) = @_;
	return $server->sql("SELECT migration FROM dynamo.migrate('$endpoint', '{$table}', NULL, '" . $json->encode({ segments => 1, compare => JSON::PP::false, %options }) . "')");
}

sub fails
{
	my ($table, $error, %options) = @_;
	my $id = migration($table, %options);
	my $found = '';

	DynamoServer::until_true("$table to fail", sub { $found = $server->sql("SELECT phase || ' ' || coalesce(error, '') FROM dynamo.migrations WHERE id = $id"); return $found =~ /^(FAILED|COMPLETED)/; });
	like($found, qr/^FAILED .*$error/s, $table);
	cmp_ok(length $found, '<', 1200, "$table: in few words");
	return;
}

my %no_changes = (changes => JSON::PP::false);
fails('no_object', 'has refused DescribeTable', %no_changes);
fails('no_json', 'has refused DescribeTable', %no_changes);
fails('deep', 'nested too deep', %no_changes);
fails('wrong_type', 'no "Table" of the expected type', %no_changes);
fails('no_key', 'has no key', %no_changes);
fails('key_of_number', 'no "AttributeName" of the expected type', %no_changes);
fails('many_indexes', 'exceeds per-table limit of 5', %no_changes);
fails('indexes_beyond', 'has 21 global secondary indexes', %no_changes);
fails('no_items', 'no "Items" of the expected type', %no_changes);
fails('other_key', 'does not match the schema', %no_changes);
fails('no_item', 'Unexpected field type', %no_changes);
fails('no_number', 'cannot be converted to a numeric value', %no_changes);
fails('too_large', 'exceeded the maximum allowed size', %no_changes);
fails('same_place', 'does not go on from where it was', %no_changes);
fails('long_place', 'does not go on from where it was', %no_changes);
fails('huge', 'the answer is larger than', %no_changes);
fails('huge_together', 'larger than 128 MB together', %no_changes, segments => 8);
fails('no_end', 'more than 10000 shards');
fails('parents', "are each other's parents");
fails('long_iterator', 'has a "ShardIterator" of 10000 bytes');
fails('no_records', 'no "dynamodb" of the expected type');
fails('refusal', 'has refused Scan: Y+', %no_changes);
fails('redirect', 'has refused Scan', %no_changes);
is($server->sql('SELECT count(*) FROM dynamo.migrations WHERE pid IS NOT NULL'), '0', 'no worker is left');

kill 'TERM', $endpoint_pid;
$server->node->stop;
done_testing();
