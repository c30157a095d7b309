# dynamo.log_min_duration: which operations are logged, with what they waited for, and nothing of items.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use DynamoServer;
use JSON::PP qw(encode_json);
use PostgreSQL::Test::Utils;
use Test::More;

my $server = DynamoServer->new('slow', 'dynamo.http_workers = 1', "dynamo.http_lock_timeout = '60s'",
	"log_line_prefix = '[%b] '", 'log_statement = none')->start;
my $node = $server->node;

$server->call('CreateTable', {
	TableName => 'Secrets', BillingMode => 'PAY_PER_REQUEST',
	AttributeDefinitions => [ map { { AttributeName => $_->[0], AttributeType => $_->[1] } } [ 'id', 'S' ], [ 'n', 'N' ] ],
	KeySchema => [ { AttributeName => 'id', KeyType => 'HASH' }, { AttributeName => 'n', KeyType => 'RANGE' } ] });

my $position = 0;

sub log_since
{
	my $log = slurp_file($node->logfile, $position);
	return $log;
}

sub forget { return $position = -s $node->logfile; }

# The lines of one operation that the log has got since forget().
sub logged
{
	my ($operation) = @_;
	my $line;

	DynamoServer::until_true("a line of $operation", sub {
		return (($line) = log_since() =~ /(\[[^\n]*LOG:  dynamo: \Q$operation\E[^\n]*\n(?:[^\n]*(?:DETAIL|CONTEXT):[^\n]*\n)*)/) ? 1 : 0;
	});
	return $line;
}

sub set_minimum
{
	my ($value) = @_;

	$server->sql("ALTER SYSTEM SET dynamo.log_min_duration = $value");
	$server->sql('SELECT pg_reload_conf()');
	DynamoServer::until_true('the setting in the worker', sub {
		forget();
		$server->call('DescribeLimits', {});
		return (log_since() =~ /dynamo: DescribeLimits/) == ($value == 0);
	}) if $value <= 0;
	return forget();
}

sub key { return { id => { S => 'hush' }, n => { N => "$_[0]" } }; }

# Off: nothing is logged.
$server->call('PutItem', { TableName => 'Secrets', Item => { %{ key(1) }, more => { S => 'hush too' } } });
unlike(log_since(), qr/dynamo: /, 'nothing is logged by default');

# All.
set_minimum(0);
$server->call('PutItem', { TableName => 'Secrets', Item => { %{ key('1.0') }, more => { S => 'hush too' } } });
my ($hash) = logged('PutItem') =~ /^\[dynamo http\] LOG:  dynamo: PutItem of table "Secrets", key hash ([0-9a-f]{16}) took \d+\.\d{3} ms$/m;
ok($hash, 'a PutItem with its table and the hash of its key');
like(logged('PutItem'), qr/DETAIL:  It waited \d+\.\d+ ms for its turn, 0\.000 ms for locks in 1 attempts, ran for \d+\.\d+ ms, waited \d+\.\d+ ms to become durable, and had status 200\.\n/,
	'and where its time went');
like(logged('PutItem'), qr/CONTEXT:  HTTP request [0-9A-V]{52} from 127\.0\.0\.1:\d+, PutItem/, 'and whose it was');
$server->call('GetItem', { TableName => 'Secrets', Key => key(1) });
like(logged('GetItem'), qr/, key hash $hash /, 'a key has one hash, however it is spelled');
is($server->sql(q{SELECT dynamo.key_hash('Secrets', '{"n": {"N": "10e-1"}, "id": {"S": "hush"}}')}), $hash, 'which SQL tells');
isnt($server->sql(q{SELECT dynamo.key_hash('Other', '{"n": {"N": "1"}, "id": {"S": "hush"}}')}), $hash, "another table's is another");
isnt($server->sql(q{SELECT dynamo.key_hash('Secrets', '{"n": {"N": "2"}, "id": {"S": "hush"}}')}), $hash, "another key's too");
$server->call('Query', { TableName => 'Secrets', KeyConditionExpression => 'id = :i', ExpressionAttributeValues => { ':i' => { S => 'hush' } } });
like(logged('Query'), qr/: Query of table "Secrets" took/, 'a query has no key');
$server->call('ExecuteStatement', { Statement => q{SELECT * FROM "Secrets" WHERE id = 'hush'} });
like(logged('ExecuteStatement'), qr/: ExecuteStatement of table "Secrets" took/, 'nor has a statement');
$server->call('TransactWriteItems', { TransactItems => [ { Delete => { TableName => 'Secrets', Key => key(7) } } ] });
like(logged('TransactWriteItems'), qr/: TransactWriteItems of table "Secrets" took/, 'nor a transaction');
for (['{', 400], ['{"TableName": "Secrets", "Key": {"id": {"S": 7}}}', 400], ['{"TableName": "Secrets", "Key": {"id": {"Q": "hush"}}}', 400],
	['{"TableName": "Absent", "Key": {"id": {"S": "hush"}}}', 400], ['{"TableName": "S", "Key": {"id": {"S": "hush"}}}', 400])
{
	forget();
	is($server->request('UpdateItem', $_->[0])->{status}, $_->[1], "$_->[0] is answered as ever");
	like(logged('UpdateItem'), qr/status 400/, 'and logged');
}
forget();
$server->request('ExecuteStatement', encode_json({ Statement => qq{SELECT * FROM "Two"", ""lines\n\e[1m\x7f" WHERE id = 'hush'} }));
like(logged('ExecuteStatement'), qr/: ExecuteStatement of table "Two\?, \?lines\?\?\[1m\?" took/, 'a name is one, on one line');
unlike(slurp_file($node->logfile), qr/hush/, 'items and keys are not in the log');

# A session.
forget();
$server->sql(q{DO $$ BEGIN PERFORM dynamo.delete_item('Secrets', '{"id": {"S": "hush"}, "n": {"N": "1"}}'); END $$});
like(logged('DeleteItem'), qr/^\[client backend\] LOG:  dynamo: DeleteItem of table "Secrets", key hash $hash took \d+\.\d{3} ms\n[^\n]*DETAIL:  It was called from SQL\.\n\z/, 'an operation of a session');
unlike(log_since(), qr/hush/, 'without its statement');

# A wait for a lock that lasts longer than the minimum is what the log says of the request.
$server->call('PutItem', { TableName => 'Secrets', Item => key(2) });
set_minimum(-1);
$server->sql("ALTER SYSTEM SET dynamo.log_min_duration = '300ms'");
$server->sql('SELECT pg_reload_conf()');
my $session = $node->background_psql('postgres');
DynamoServer::until_true('a slow request in the log', sub {
	$session->query_safe(q{BEGIN; UPDATE dynamo_tables."Secrets" SET item = item WHERE (item->>'n')::int = 2;});
	my $socket = $server->connect;
	print $socket DynamoServer::request_text('UpdateItem', encode_json({ TableName => 'Secrets', Key => key(2) }));
	$session->query_safe('SELECT pg_sleep(0.5)');
	$session->query_safe('COMMIT');
	is(DynamoServer::read_answer($socket)->{status}, 200, 'an update that waited for a lock');
	return log_since() =~ /dynamo: UpdateItem/;
});
my ($parked, $attempts) = logged('UpdateItem') =~ /DETAIL:  It waited [\d.]+ ms for its turn, ([\d.]+) ms for locks in (\d+) attempts/;
ok($attempts > 1 && $parked > 0, 'is logged with its wait');
my @lines = log_since() =~ /LOG:  dynamo: (\w+)/g;
is_deeply([ grep { $_ ne 'UpdateItem' } @lines ], [], 'what is fast is not logged');
$session->quit;
unlike(log_since(), qr/hush/, 'nothing of the item');

done_testing();
