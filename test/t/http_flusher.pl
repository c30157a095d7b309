# The flusher's work when a worker knows less of the others' commits than it soon will:
# no answer is forgotten.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use JSON::PP qw(encode_json);
use Test::More;

# The checkpointer takes as many requests as there are buffers; a worker waits for it to take
# more between its commit record and the moment when it announces it.
my $server = DynamoServer->new('flusher', 'wal_writer_delay = 10s', 'wal_writer_flush_after = 0',
	'dynamo.http_workers = 2', 'dynamo.http_durability_timeout = 0', 'shared_buffers = 512kB', 'dynamo.maintenance_interval = 3600',
	'autovacuum = off')->start;
$server->create_table('Small');
$server->sql(q{SET ROLE dynamo_http; SET dynamo.partitions = 32;
	SELECT dynamo.create_table('{"TableName": "Large", "BillingMode": "PAY_PER_REQUEST",
		"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
		"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}')});

sub pid
{
	my ($condition) = @_;
	return $server->sql("SELECT pid FROM pg_stat_activity WHERE $condition");
}

# Both workers get some of so many connections.
my @sockets = map { $server->connect } 1 .. 40;

sub read_over
{
	my (@over) = @_;
	print $_ DynamoServer::request_text('GetItem',
		encode_json({ TableName => 'Small', Key => { id => { S => 'a' } } })) for @over;
}

my $flusher = pid(q{backend_type = 'dynamo flusher'});
my $checkpointer = pid(q{backend_type = 'checkpointer'});
my $waits = q{backend_type = 'dynamo http' AND wait_event = 'RegisterSyncRequest'};
my $drop = $server->connect;

kill 'STOP', $checkpointer;
print $drop DynamoServer::request_text('DeleteTable', encode_json({ TableName => 'Large' }));
DynamoServer::until_true('a commit that is not announced', sub { return pid($waits); });
kill 'STOP', $flusher;

# What is in WAL by now is more than the commit.
$server->sql('SET synchronous_commit = off; CREATE TABLE more (a) AS SELECT 1');
my $reads = $server->key_lookups('Small');
read_over(@sockets[0 .. 19]);
DynamoServer::until_true('reads beside the commit', sub { return $server->key_lookups('Small') > $reads; });

kill 'CONT', $checkpointer;
DynamoServer::until_true('all of these reads', sub { return $server->key_lookups('Small') == $reads + 20; });
read_over(@sockets[20 .. 39]);
DynamoServer::until_true('the reads after it', sub { return $server->key_lookups('Small') == $reads + 40; });
kill 'CONT', $flusher;
is_deeply([ map { DynamoServer::read_answer($_)->{status} } $drop, @sockets ], [ (200) x 41 ],
	'what waits for more WAL than what comes after it is answered too');

done_testing();
