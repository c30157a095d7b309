# pg_stat_activity shows what an HTTP worker runs and what it waits for, and nothing of items.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use DynamoServer;
use IO::Select;
use JSON::PP qw(encode_json);
use Test::More;

my $server = DynamoServer->new('activity', 'dynamo.http_workers = 1', 'dynamo.http_durability_timeout = 0',
	'dynamo.http_request_timeout = 0',
	'wal_level = replica', 'max_wal_senders = 4')->start;

# "state query" of the worker.
sub activity { return $server->sql(q{SELECT state || ' ' || query FROM pg_stat_activity WHERE backend_type = 'dynamo http'}); }

sub waits_for
{
	return $server->sql(q{SELECT wait_event_type || ' ' || wait_event FROM pg_stat_activity WHERE backend_type = '} . $_[0] . q{'});
}

sub shows
{
	my ($expected, $what) = @_;
	return ok(DynamoServer::until_true($what, sub { return activity() eq $expected; }), $what);
}

# Sends a request, and returns the connection to read its answer from.
sub begin
{
	my ($operation, $input) = @_;
	my $socket = $server->connect;

	print $socket DynamoServer::request_text($operation, encode_json($input));
	return $socket;
}

sub put { return { TableName => $_[0], Item => { id => { S => 'secret' } } }; }

$server->create_table($_) for qw(Things Others Slow);

# Idle, the text is the last request's.
$server->call('PutItem', put('Things'));
shows('idle PutItem of table "Things"', 'the operation and its table');
$server->call('TransactWriteItems', { TransactItems => [ map { { Put => put($_) } } qw(Things Others) ] });
shows('idle TransactWriteItems of tables "Things", "Others"', 'tables of a transaction');
$server->call('BatchGetItem', { RequestItems => { Others => { Keys => [ { id => { S => 'secret' } } ] } } });
shows('idle BatchGetItem of table "Others"', 'tables of a batch');
$server->call('ExecuteStatement', { Statement => q{SELECT * FROM "Things" WHERE id = 'secret'} });
shows('idle ExecuteStatement of table "Things"', 'a statement may hold values: its table alone is shown');
$server->call('ListTables', {});
shows('idle ListTables', 'no table');
my $main = $server->sql(q{SELECT CASE WHEN current_setting('server_version_num')::int >= 170000 THEN 'Dynamo' ELSE '' END});
is(waits_for('dynamo http'), $main ? 'Extension DynamoHttpMain' : 'Extension Extension', 'an idle worker waits for requests');
is(waits_for('dynamo supervisor'), $main ? 'Extension DynamoSupervisorMain' : 'Extension Extension', 'the supervisor for changes');

# Running.
$server->sql(<<'SQL');
CREATE FUNCTION sleep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(3600); RETURN NEW; END $$;
CREATE TRIGGER sleep BEFORE INSERT ON dynamo_tables."Slow" FOR EACH ROW EXECUTE FUNCTION sleep();
SQL
my $socket = begin('PutItem', put('Slow'));
shows('active PutItem of table "Slow"', 'a request that runs');
ok(DynamoServer::until_true('the sleep', sub { return waits_for('dynamo http') eq 'Timeout PgSleep'; }), 'and what it waits for itself');
$server->sql(q{SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE backend_type = 'dynamo http'});
isnt(DynamoServer::read_answer($socket)->{status}, 200, 'it is cancelled');
shows('idle PutItem of table "Slow"', 'a request that has ended');

# Waiting for a standby, as a session does in its commit.
$server->sql(q{ALTER SYSTEM SET synchronous_standby_names = 'nowhere'});
$server->sql('SELECT pg_reload_conf()');
# The reload reaches the flusher after the first writes, maybe.
DynamoServer::until_true('a write that waits', sub {
	$socket = begin('PutItem', put('Things'));
	return !IO::Select->new($socket)->can_read(1);
});
shows('active PutItem of table "Things"', 'an answer that waits to be durable');
ok(DynamoServer::until_true('the wait', sub { return waits_for('dynamo http') eq 'IPC SyncRep'; }), 'waits for a standby');
$server->sql('SET synchronous_commit = local; ALTER SYSTEM RESET synchronous_standby_names');
$server->sql('SELECT pg_reload_conf()');
is(DynamoServer::read_answer($socket)->{status}, 200, 'it is answered when none is waited for');
shows('idle PutItem of table "Things"', 'and then the worker is idle');

done_testing();
