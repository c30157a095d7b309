# dynamo.enforce_throughput: token buckets that every worker and session of a server shares. Throughput is a unit a
# second and items cost hundreds, so that what a bucket gains while a test runs makes no difference.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use JSON::PP qw(decode_json encode_json);
use Test::More;

my $server = DynamoServer->new('throughput', 'dynamo.http_workers = 2', 'dynamo.max_throughput_entries = 100');
my $table_text = 'The level of configured provisioned throughput for the table was exceeded. Consider increasing your '
	. 'provisioning level with the UpdateTable API.';
my $index_text = 'The level of configured provisioned throughput for one or more global secondary indexes of the table '
	. 'was exceeded. Consider increasing your provisioning level for the under-provisioned global secondary indexes '
	. 'with the UpdateTable API';
my $on_demand_text = 'Throughput exceeds the maximum OnDemandThroughput configured on table or index';

sub arn { return 'arn:aws:dynamodb:us-east-1:000000000000:table/' . shift; }
sub units { my ($read, $write) = @_; return { ReadCapacityUnits => $read, WriteCapacityUnits => $write }; }
sub key { return { id => { S => shift } }; }
# An item of 250,000 bytes and a few: 245 units to write, 31 or 62 to read. A bucket of one unit a second has 300.
sub item { my ($id, %more) = @_; return { id => { S => $id }, v => { S => 'x' x 250_000 }, %more }; }

# Tables of a string key, and where named a global index on the string "g".
sub create
{
	my ($name, $throughput, %more) = @_;
	my $index = delete $more{index};
	my @attributes = map { { AttributeName => $_, AttributeType => 'S' } } ('id', $index ? 'g' : ());

	$server->call('CreateTable', {
		TableName => $name,
		AttributeDefinitions => \@attributes,
		KeySchema => [ { AttributeName => 'id', KeyType => 'HASH' } ],
		($throughput ? (ProvisionedThroughput => $throughput) : (BillingMode => 'PAY_PER_REQUEST')),
		($index ? (GlobalSecondaryIndexes => [ {
			IndexName => 'by_g',
			KeySchema => [ { AttributeName => 'g', KeyType => 'HASH' } ],
			Projection => { ProjectionType => 'ALL' },
			ProvisionedThroughput => $index } ]) : ()),
		%more });
}

sub put { my ($name, $item) = @_; return $server->call('PutItem', { TableName => $name, Item => $item }); }

# What an operation is refused with: its exception's name and its members.
sub refusal
{
	my ($operation, $input) = @_;
	my $answer = $server->request($operation, encode_json($input));

	die "$operation: $answer->{status} $answer->{body}" if $answer->{status} != 400;
	my $error = decode_json($answer->{body});
	$error->{__type} =~ s/.*#//;
	return $error;
}

sub consumed
{
	my ($name, $column, $index) = @_;
	my $of = $index ? "= '$index'" : 'IS NULL';
	return $server->sql("SELECT $column FROM dynamo.consumed_capacity WHERE table_name = '$name' AND index_name $of");
}

$server->start;

# Off, as by default.
create('Off', units(1, 1));
put('Off', item('a')) for 1 .. 4;
$server->call('GetItem', { TableName => 'Off', Key => key('a'), ConsistentRead => JSON::PP::true }) for 1 .. 6;
is($server->sql('SELECT count(*) FROM dynamo.consumption()'), '0', 'off, nothing is throttled or counted');

$server->sql('ALTER SYSTEM SET dynamo.enforce_throughput = on');
$server->node->restart;
$server->wait_until_healthy;

# A table's bucket.
create('Burst', units(1, 1));
put('Burst', item('a')) for 1 .. 2;
pass('300 seconds of unused throughput are there, and the last of them admits a request');
my $error = refusal('PutItem', { TableName => 'Burst', Item => key('b') });
is_deeply($error, { __type => 'ProvisionedThroughputExceededException', message => $table_text,
	ThrottlingReasons => [ { reason => 'TableWriteProvisionedThroughputExceeded', resource => arn('Burst') } ] },
	'a write beyond them is refused');
my @types = map { refusal('DeleteItem', { TableName => 'Burst', Key => key('a') })->{__type} } 1 .. 10;
is_deeply(\@types, [ ('ProvisionedThroughputExceededException') x 10 ], 'by every worker');
my ($status, $out, $err) = $server->node->psql('postgres',
	q(\set VERBOSITY sqlstate
	SELECT dynamo.update_item('Burst', '{"id": {"S": "a"}}', 'SET w = :w', expression_attribute_values => '{":w": {"S": "w"}}')));
like($err, qr/DY011/, 'and to SQL');
is(refusal('ExecuteStatement', { Statement => q(INSERT INTO "Burst" VALUE {'id': 'b'}) })->{__type},
	'ProvisionedThroughputExceededException', 'and to PartiQL');
is(consumed('Burst', 'write_units || \' \' || write_throttled || \' \' || (write_burst < 0)'), '490 13 true', 'all of it is shown');
$server->sql(q(INSERT INTO dynamo_tables."Burst" VALUES ('{"id": "plain"}')));
is(consumed('Burst', 'write_units'), '490', 'plain SQL is neither counted nor throttled');

# Reads have a bucket of their own.
$server->call('GetItem', { TableName => 'Burst', Key => key('a') });
is(consumed('Burst', 'read_units'), '31', 'a read is half a unit for 4 KB');
my $page = { TableName => 'Burst', ConsistentRead => JSON::PP::true };
$server->call('Scan', $page) for 1 .. 5;
$error = refusal('Scan', $page);
is_deeply($error->{ThrottlingReasons}, [ { reason => 'TableReadProvisionedThroughputExceeded', resource => arn('Burst') } ],
	'a page beyond it is refused');
is(refusal($_->[0], { TableName => 'Burst', %{ $_->[1] } })->{message}, $table_text, "so is $_->[0]")
	for [ 'GetItem', { Key => key('a') } ],
	[ 'Query', { KeyConditionExpression => 'id = :i', ExpressionAttributeValues => { ':i' => { S => 'a' } } } ];

# What fails and what is taken back costs too.
create('Failed', units(1, 1));
put('Failed', item('a'));
is(refusal('PutItem', { TableName => 'Failed', Item => key('a'), ConditionExpression => 'attribute_not_exists(id)' })->{__type},
	'ConditionalCheckFailedException', 'a condition fails');
is(consumed('Failed', 'write_units'), '490', 'and consumes by the larger item');
is(refusal('DeleteItem', { TableName => 'Failed', Key => key('a') })->{message}, $table_text, 'which leaves nothing');
create('Larger', units(1, 1));
put('Larger', key('a'));
refusal('PutItem', { TableName => 'Larger', Item => item('a'), ConditionExpression => 'attribute_not_exists(id)' });
is(consumed('Larger', 'write_units'), '246', 'be that the new one');
create('Undone', units(1, 1));
$server->sql(q(BEGIN; SELECT dynamo.put_item('Undone', '{"id": {"S": "a"}}'); ROLLBACK));
is(consumed('Undone', 'write_units'), '1', 'a rollback gives nothing back');

# Global indexes; local ones count with their table.
create('Indexed', units(10_000, 10_000), index => units(1, 1));
put('Indexed', item('a', g => { S => 'one' }));
put('Indexed', item('a', g => { S => 'two' }));
is(consumed('Indexed', 'write_units', 'by_g'), 3 * 245, 'a key that changes is deleted and put');
$error = refusal('DeleteItem', { TableName => 'Indexed', Key => key('a') });
is_deeply($error, { __type => 'ProvisionedThroughputExceededException', message => $index_text,
	ThrottlingReasons => [ { reason => 'IndexWriteProvisionedThroughputExceeded', resource => arn('Indexed') . '/index/by_g' } ] },
	'an index without capacity throttles the write of its table');
is($server->call('GetItem', { TableName => 'Indexed', Key => key('a') })->{Item}{g}{S}, 'two', 'which leaves all as it was');
put('Indexed', item('b'));
pass('but not a write that leaves it alone');
create('Pages', units(10_000, 10_000), index => units(1, 10_000));
put('Pages', item($_, g => { S => 'g' })) for 'a' .. 'e';
$page = { TableName => 'Pages', IndexName => 'by_g', KeyConditionExpression => 'g = :g', Select => 'COUNT',
	ExpressionAttributeValues => { ':g' => { S => 'g' } } };
$server->call('Query', { %$page, Limit => 4 });
$server->call('Query', $page) for 1 .. 2;
is(consumed('Pages', 'read_units', 'by_g'), '428.5', 'pages of an index are paid by the index');
$error = refusal('Query', $page);
is_deeply($error->{ThrottlingReasons}, [ { reason => 'IndexReadProvisionedThroughputExceeded', resource => arn('Pages') . '/index/by_g' } ],
	'which then refuses the next');
$server->call('GetItem', { TableName => 'Pages', Key => key('a') });
create('Local', units(100, 100),
	AttributeDefinitions => [ map { { AttributeName => $_, AttributeType => 'S' } } ('id', 's', 'l') ],
	KeySchema => [ { AttributeName => 'id', KeyType => 'HASH' }, { AttributeName => 's', KeyType => 'RANGE' } ],
	LocalSecondaryIndexes => [ { IndexName => 'by_l', Projection => { ProjectionType => 'KEYS_ONLY' },
		KeySchema => [ { AttributeName => 'id', KeyType => 'HASH' }, { AttributeName => 'l', KeyType => 'RANGE' } ] } ]);
put('Local', { map { $_ => { S => $_ } } ('id', 's', 'l') });
is(consumed('Local', 'write_units'), '2', 'a local index counts with its table');

# Batches: each item for itself.
create($_, units(1, 1)) for 'Batch', 'Other';
my @puts = map { { PutRequest => { Item => item($_) } } } ('a' .. 'd');
my $answer = $server->call('BatchWriteItem', { RequestItems => { Batch => \@puts, Other => [ @puts[ 0, 1 ] ] } });
is_deeply([ sort map { $_->{PutRequest}{Item}{id}{S} } @{ $answer->{UnprocessedItems}{Batch} } ], [ 'c', 'd' ],
	'items that are throttled are unprocessed');
is($answer->{UnprocessedItems}{Other}, undef, 'those of another table are written');
is(consumed('Batch', "write_units || ' ' || write_throttled"), '490 2', 'each is counted');
is(refusal('BatchWriteItem', { RequestItems => { Batch => [ @puts[ 2, 3 ] ], Other => [ $puts[0] ] } })->{message}, $table_text,
	'where all are throttled that is an exception');
my @keys = map { key($_) } ('a', 'b', 'missing');
my $get = { Keys => \@keys, ConsistentRead => JSON::PP::true };
$server->call('BatchGetItem', { RequestItems => { Batch => $get } }) for 1 .. 2;
$server->call('GetItem', { TableName => 'Batch', Key => $keys[0] });
$answer = $server->call('BatchGetItem', { RequestItems => { Batch => $get } });
is_deeply($answer->{UnprocessedKeys}{Batch}, { ConsistentRead => JSON::PP::true, Keys => [ $keys[1], $keys[2] ] },
	'keys that are throttled are unprocessed');
is(consumed('Batch', "read_units || ' ' || read_throttled"), '343 2', 'each is counted, and an absent item too');
is(refusal('BatchGetItem', { RequestItems => { Batch => $get } })->{message}, $table_text,
	'where all are throttled that is an exception');
$answer = $server->call('BatchGetItem', { RequestItems => { Batch => $get, Other => { Keys => [ $keys[0] ] } } });
is(scalar @{ $answer->{Responses}{Other} }, 1, 'but not where one is answered');

# Transactions: admitted as a whole, at twice the cost.
create('Fresh', units(1, 1));
create('Capped', undef, OnDemandThroughput => { MaxReadRequestUnits => 1, MaxWriteRequestUnits => 1 });
put('Capped', item('a')) for 1 .. 2;
$error = refusal('PutItem', { TableName => 'Capped', Item => key('b') });
is_deeply($error, { __type => 'ThrottlingException', message => $on_demand_text,
	throttlingReasons => [ { reason => 'TableWriteMaxOnDemandThroughputExceeded', resource => arn('Capped') } ] },
	'OnDemandThroughput is a limit');
$error = refusal('TransactWriteItems', { TransactItems => [
	{ Put => { TableName => 'Fresh', Item => key('a') } },
	{ Delete => { TableName => 'Burst', Key => key('a') } },
	{ Delete => { TableName => 'Capped', Key => key('a') } },
	{ Update => { TableName => 'Indexed', Key => key('a'), UpdateExpression => 'REMOVE g' } } ] });
is_deeply([ map { [ $_->{Code}, $_->{Message} ] } @{ $error->{CancellationReasons} } ],
	[ [ 'None', undef ], [ 'ProvisionedThroughputExceeded', $table_text ], [ 'ThrottlingError', $on_demand_text ],
		[ 'ProvisionedThroughputExceeded', $index_text ] ], 'a transaction says which of its items are throttled');
is_deeply($server->call('GetItem', { TableName => 'Fresh', Key => key('a') }), {}, 'and writes none of them');
is(consumed('Fresh', 'write_units'), '1', 'what it has prepared is consumed');
$server->call('TransactWriteItems', { TransactItems => [ { Put => { TableName => 'Fresh', Item => item('a') } } ] });
is(consumed('Fresh', 'write_units'), '491', 'and twice that where it is committed');
is(refusal('PutItem', { TableName => 'Fresh', Item => key('b') })->{message}, $table_text, 'which may overdraw the bucket');
$get = { Get => { TableName => 'Fresh', Key => key('a') } };
$server->call('TransactGetItems', { TransactItems => [ $get ] }) for 1 .. 3;
is(refusal('TransactGetItems', { TransactItems => [ $get ] })->{CancellationReasons}[0]{Code}, 'ProvisionedThroughputExceeded',
	'a transaction that reads is held to it too');

# On demand without a maximum.
create('Unlimited', undef);
put('Unlimited', item('a')) for 1 .. 4;
is(consumed('Unlimited', "write_units || ' ' || (write_burst IS NULL)"), '980 true', 'on demand there is no limit');

# Changes of throughput.
$server->sql(q(BEGIN; SELECT dynamo.update_table('{"TableName": "Burst", "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 5000}}'); ROLLBACK));
is(refusal('PutItem', { TableName => 'Burst', Item => key('b') })->{message}, $table_text, 'throughput that is not committed is none');
$server->call('UpdateTable', { TableName => 'Burst', ProvisionedThroughput => units(1, 5000) });
DynamoServer::until_true('more throughput', sub {
	return $server->request('PutItem', encode_json({ TableName => 'Burst', Item => key('b') }))->{status} == 200;
});
pass('more throughput fills the bucket faster');
$server->call('DeleteTable', { TableName => 'Burst' });
create('Burst', units(1, 1));
put('Burst', item('a'));
is(consumed('Burst', 'write_units'), '245', 'a table of the same name has a bucket of its own');

# Off again.
is(refusal('PutItem', { TableName => 'Failed', Item => key('a') })->{message}, $table_text, 'the bucket is empty');
$server->sql('ALTER SYSTEM RESET dynamo.enforce_throughput');
$server->node->reload;
DynamoServer::until_true('an end of throttling', sub {
	return $server->request('PutItem', encode_json({ TableName => 'Failed', Item => key('a') }))->{status} == 200;
});
pass('a reload turns it off');
$server->sql('ALTER SYSTEM SET dynamo.enforce_throughput = on');
$server->node->reload;
DynamoServer::until_true('throttling', sub {
	return $server->request('PutItem', encode_json({ TableName => 'Failed', Item => key('a') }))->{status} == 400;
});
pass('and on');

# More tables than there is room for.
$server->sql('ALTER SYSTEM SET dynamo.max_throughput_entries = 10');
$server->node->restart;
$server->wait_until_healthy;
is($server->sql('SELECT count(*) FROM dynamo.consumption()'), '0', 'a restart forgets what was consumed');
$server->sql(qq(SELECT dynamo.create_table('{"TableName": "Many$_", "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}');
	SELECT dynamo.put_item('Many$_', '{"id": {"S": "a"}}'))) for 1 .. 12;
is($server->sql(q(SELECT string_agg(table_name, ' ' ORDER BY length(table_name), table_name) FROM dynamo.consumed_capacity)),
	join(' ', map { "Many$_" } 3 .. 12), 'those used longest ago make room');

# Who may look.
$server->sql('CREATE ROLE looker');
is($server->sql('SET ROLE looker; SELECT count(*) FROM dynamo.consumed_capacity'), '10', 'everybody may look');

done_testing();
