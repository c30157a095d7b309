# Kinesis destinations: changes of tables that are sent to a Kinesis stream.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use JSON::PP;
use KinesisServer;
use PostgreSQL::Test::Utils;
use Test::More;

my $secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
my $kinesis = KinesisServer->new(PostgreSQL::Test::Utils::tempdir(), $secret);
my $server = DynamoServer->new('kinesis', 'wal_level = logical', 'max_replication_slots = 4', 'max_worker_processes = 24', 'autovacuum = off', 'dynamo.stream_upkeep_interval = 1s', 'dynamo.trigger_interval = 1s',
	qx(postgres --describe-config) =~ /^output_plugin_libraries\t/m ? "output_plugin_libraries = 'dynamo'" : ());
my $node = $server->start->node;
my $json = JSON::PP->new->canonical;

sub sql { my ($query) = @_; return $node->safe_psql('postgres', $query); }
sub sql_error { my ($query) = @_; my ($code, $out, $error) = $node->psql('postgres', $query); return $error; }
sub until_true { return DynamoServer::until_true(@_); }
sub set { my ($name, $value) = @_; sql("ALTER SYSTEM SET $name = '$value'"); sql('SELECT pg_reload_conf()');
	until_true("$name = $value", sub { sql("SHOW $name") eq $value }); }
sub arn { my ($stream) = @_; return "arn:aws:kinesis:us-east-1:000000000000:stream/$stream"; }
sub operation
{
	my ($name, $table, %more) = @_;
	my $stream = delete $more{stream} // 'changes';
	my $answer = $server->request("${name}KinesisStreamingDestination",
		$json->encode({ TableName => $table, $name eq 'Describe' ? () : (StreamArn => arn($stream)), %more }));
	return $json->decode($answer->{body});
}
sub message { my ($answer) = @_; return $answer->{message}; }
sub destinations { my ($table) = @_; return operation('Describe', $table)->{KinesisDataStreamDestinations}; }
sub status { my ($table) = @_; return destinations($table)->[0]{DestinationStatus}; }
sub until_status { my ($table, $status) = @_; until_true("$status of $table", sub { (status($table) // '') eq $status }); return 1; }

sub create_table
{
	my ($name) = @_;
	$server->call('CreateTable', { TableName => $name, BillingMode => 'PAY_PER_REQUEST',
		AttributeDefinitions => [{ AttributeName => 'id', AttributeType => 'S' }], KeySchema => [{ AttributeName => 'id', KeyType => 'HASH' }] });
}
sub put { my ($table, $id, $n) = @_; $server->call('PutItem', { TableName => $table, Item => { id => { S => $id }, n => { N => "$n" } } }); }
# The numbers that the records of an item have as its new image, in the order in which they were taken
sub numbers { my ($table, $id) = @_; return join ' ', map { $_->{dynamodb}{NewImage} ? $_->{dynamodb}{NewImage}{n}{N} : '-' }
	grep { $_->{dynamodb}{Keys}{id}{S} eq $id } $kinesis->records($table); }
sub until_numbers { my ($table, $id, $numbers) = @_; until_true("$numbers of $id", sub { numbers($table, $id) eq $numbers }); return 1; }

# --- the signature that this test computes is that of AWS's documentation ("Create a signed AWS API request") ---

is(KinesisServer::signature($secret, { method => 'GET', path => '/?Action=ListUsers&Version=2010-05-08', headers => {
	'content-type' => 'application/x-www-form-urlencoded; charset=utf-8', 'host' => 'iam.amazonaws.com', 'x-amz-date' => '20150830T123600Z' } },
	'20150830/us-east-1/iam/aws4_request', 'content-type;host;x-amz-date'),
	'5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7', 'signature of the documented request');

# --- the addresses that may be called ---

sub allowed { my (@addresses) = @_; return join ' ', map { sql("SELECT dynamo.endpoint_address_is_allowed('$_')") } @addresses; }
for my $wrong ('nothing', '10.0.0.0/33', '10.0.0/8', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/8x', '::/129', 'fe80::1%eth0', '!', 'public;')
{
	like(sql_error("ALTER SYSTEM SET dynamo.endpoint_addresses = '$wrong'"), qr/invalid value for parameter "dynamo.endpoint_addresses"/, "no list of addresses: $wrong");
}
set('dynamo.endpoint_addresses', 'private, !10.1.0.0/16, 10.1.2.3, fe80::/10, 169.254.170.2');
is(allowed('10.0.0.1', '10.1.2.3', '10.1.0.1', '10.2.0.1', '192.168.0.1', '8.8.8.8'), 't f f t t f', 'what is forbidden wins, what is not listed is forbidden');
is(allowed('fe80::1', '169.254.170.2', '169.254.169.254', '64:ff9b::a9fe:aa02'), 't t f t', 'networks allow special addresses');
set('dynamo.endpoint_addresses', 'Loopback, 8.8.0.0/15');
is(allowed('127.9.9.9', '::1', '8.9.255.255', '8.10.0.0', '10.0.0.1'), 't t t f f', 'classes and networks');
set('dynamo.endpoint_addresses', '');
is(allowed('8.8.8.8', '127.0.0.1'), 'f f', 'an empty list allows none');
set('dynamo.endpoint_addresses', 'public');

# --- enabling ---

create_table('Music');
is_deeply(destinations('Music'), [], 'a table without destinations');
is_deeply(operation('Enable', 'Music'), { TableName => 'Music', StreamArn => arn('changes'), DestinationStatus => 'ENABLING',
	EnableKinesisStreamingConfiguration => {} }, 'EnableKinesisStreamingDestination');
until_status('Music', 'ENABLE_FAILED');
is(destinations('Music')->[0]{DestinationStatusDescription}, 'dynamo.kinesis_endpoint is not set', 'no endpoint');
set('dynamo.kinesis_endpoint', $kinesis->url);
operation('Enable', 'Music');
until_status('Music', 'ENABLE_FAILED');
like(destinations('Music')->[0]{DestinationStatusDescription}, qr/^neither the table's owner nor a superuser has an endpoint credential "kinesis"$/, 'no credential');
sql("SELECT dynamo.set_endpoint_credential('kinesis', 'AKIDEXAMPLE', '$secret')");
operation('Enable', 'Music');
until_status('Music', 'ENABLE_FAILED');
is(destinations('Music')->[0]{DestinationStatusDescription}, "dynamo.endpoint_addresses does not allow the endpoint's address", 'a forbidden address');
is(scalar(@{ [ $kinesis->requests ] }), 0, 'nothing has been asked');
set('dynamo.endpoint_addresses', 'public, 127.0.0.1');
$kinesis->behave('forgetting');
operation('Enable', 'Music');
until_status('Music', 'ENABLE_FAILED');
is(destinations('Music')->[0]{DestinationStatusDescription},
	'User does not have a permission to use kinesis stream (ResourceNotFoundException: Stream is not there)', 'no such stream');
$kinesis->behave('well');
operation('Enable', 'Music', stream => '/nonsense');
until_status('Music', 'ENABLE_FAILED');
operation('Enable', 'Music', StreamArn => 'arn:aws:kinesis:eu-west-1:000000000000:stream/changes');
until_status('Music', 'ENABLE_FAILED');
like(destinations('Music')->[0]{DestinationStatusDescription}, qr/not in the current region$/, 'another region');
is(sql("SELECT relreplident FROM pg_class WHERE oid = 'dynamo_tables.\"Music\"'::regclass"), 'd', 'what has failed leaves the replica identity as it was');
operation('Enable', 'Music');
until_status('Music', 'ACTIVE');
is_deeply(destinations('Music')->[0], { StreamArn => arn('changes'), DestinationStatus => 'ACTIVE' }, 'a destination that is active');
is(scalar(@{ destinations('Music') }), 3, 'those that have failed are listed, each stream once');
my $description = $server->call('DescribeTable', { TableName => 'Music' })->{Table};
ok(!exists $description->{StreamSpecification} && !exists $description->{LatestStreamArn} && $description->{TableStatus} eq 'ACTIVE', 'the table has no stream');
is(sql("SELECT dynamo.list_streams('{}') -> 'Streams'"), '[]', 'nor is one listed');
is(sql("SELECT relreplident FROM pg_class WHERE oid = 'dynamo_tables.\"Music\"'::regclass"), 'f', 'its old images are in WAL');

# --- records ---

sql("SELECT pg_create_logical_replication_slot('reader', 'dynamo')");

my $before = time;
put('Music', 'Fred', 1);
put('Music', 'Fred', 2);
$server->call('DeleteItem', { TableName => 'Music', Key => { id => { S => 'Fred' } } });
until_numbers('Music', 'Fred', '1 2 -');
my @records = $kinesis->records('Music');
my ($first) = @records;
like($first->{eventID}, qr/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'eventID');
like($first->{dynamodb}{ApproximateCreationDateTime}, qr/^\d{13}$/, 'milliseconds');
cmp_ok(abs($first->{dynamodb}{ApproximateCreationDateTime} / 1000 - $before), '<', 3600, 'of the change');
is(join(' ', map { $_->{eventName} } @records), 'INSERT MODIFY REMOVE', 'names of events');
delete $first->{eventID};
delete $first->{dynamodb}{ApproximateCreationDateTime};
is_deeply($first, { awsRegion => 'us-east-1', eventName => 'INSERT', userIdentity => undef, recordFormat => 'application/json', tableName => 'Music',
	eventSource => 'aws:dynamodb', dynamodb => { Keys => { id => { S => 'Fred' } }, NewImage => { id => { S => 'Fred' }, n => { N => '1' } }, SizeBytes => 15 } },
	'a record has the members of Kinesis Data Streams for DynamoDB and no others');
is_deeply($records[1]{dynamodb}{OldImage}, { id => { S => 'Fred' }, n => { N => '1' } }, 'both images');
my @requests = grep { $_->{how} eq 'well' } $kinesis->requests;
is(scalar(grep { !$_->{signed} || $_->{stream} ne 'changes' } @requests), 0, 'all requests are signed, and of the stream');
is(scalar(keys %{ { map { $_->{key} => 1 } map { @{ $_->{records} } } @requests } }), 1, 'one partition key of one item');
like($requests[-1]{records}[0]{key}, qr/^[0-9A-F]{32}$/, 'a partition key');

is(sql("SELECT count(*) FROM pg_logical_slot_get_changes('reader', NULL, NULL)"), 0, 'the output plugin has no records of a table without a stream');
sql("SELECT pg_drop_replication_slot('reader')");

# --- one of a table, and its states ---

like(message(operation('Enable', 'Music', stream => 'others')),
	qr/^Table is not in a valid state to enable Kinesis Streaming Destination: EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE operation\.$/,
	'a second destination');
is(message(operation('Disable', 'Music', stream => 'others')),
	'Table is not in a valid state to enable Kinesis Streaming Destination: KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.', 'disabling another');
like(message(operation('Update', 'Music', stream => 'others', UpdateKinesisStreamingConfiguration => { ApproximateCreationDateTimePrecision => 'MICROSECOND' })),
	qr/No streaming destination with streamArn: \Q${\arn('others')}\E found for table with tableName: Music$/, 'updating another');
like(message(operation('Update', 'Music')), qr/cannot be null or contain only null values$/, 'updating nothing');
like(message(operation('Update', 'Music', UpdateKinesisStreamingConfiguration => { ApproximateCreationDateTimePrecision => 'MILLISECOND' })),
	qr/^Invalid Request: Precision is already set to the desired value of MILLISECOND for tableId: [0-9a-f-]{36}, kdsArn: /, 'updating to the same');
like(message(operation('Disable', 'Music', EnableKinesisStreamingConfiguration => {})), qr/^Stream cannot be disabled using EnableKinesisStreamingConfiguration/, 'disabling with a configuration');
is(message(operation('Describe', 'Absent')), 'Requested resource not found: Table: Absent not found', 'no table');
is(message(operation('Enable', 'Absent')), 'Requested resource not found: Table: Absent not found', 'no table to enable for');
is(operation('Update', 'Music', UpdateKinesisStreamingConfiguration => { ApproximateCreationDateTimePrecision => 'MICROSECOND' })->{DestinationStatus}, 'UPDATING', 'updating');
until_status('Music', 'ACTIVE');
is(destinations('Music')->[0]{ApproximateCreationDateTimePrecision}, 'MICROSECOND', 'microseconds');
put('Music', 'micro', 1);
until_numbers('Music', 'micro', '1');
my ($micro) = grep { $_->{dynamodb}{Keys}{id}{S} eq 'micro' } $kinesis->records('Music');
is($micro->{dynamodb}{ApproximateCreationDateTimePrecision}, 'MICROSECOND', 'records say so');
like($micro->{dynamodb}{ApproximateCreationDateTime}, qr/^\d{16}$/, 'in microseconds');

# --- failures lose nothing, and keep the order of an item ---

create_table('Other');
operation('Enable', 'Other', stream => 'other');
until_status('Other', 'ACTIVE');
for my $how (qw(throttling failing redirecting babbling talking hanging forgetting))
{
	$kinesis->behave($how);
	for my $n (1 .. 20) { put('Music', "$how-$_", $n) for 1 .. 3; }
	until_true("a fault while $how", sub { sql("SELECT count(*) FROM dynamo.kinesis_destinations WHERE last_error IS NOT NULL") })
		if $how !~ /hanging|throttling/;
	until_true('a request that hangs', sub { grep { $_->{how} eq 'hanging' } $kinesis->requests }) if $how eq 'hanging';
	like(sql("SELECT last_error FROM dynamo.kinesis_destinations WHERE table_name = 'Music' AND status = 'ACTIVE'"),
		{ failing => qr/InternalFailure/, redirecting => qr/HTTP status 302$/, babbling => qr/none of PutRecords$/, talking => qr/^the answer is larger than 1048576 bytes$/,
			forgetting => qr/^ResourceNotFoundException: Stream is not there$/ }->{$how}, "the fault is seen: $how") if $how !~ /hanging|throttling/;
	$kinesis->behave('well') if $how ne 'throttling';
	until_numbers('Music', "$how-$_", join ' ', 1 .. 20) for 1 .. 3;
	pass("nothing is lost, doubled or out of order: $how");
}
is(scalar(grep { ($_->{action} // '') eq '' } $kinesis->requests), 0, 'no redirect is followed');
$kinesis->behave('well');
until_true('no fault', sub { sql("SELECT count(*) FROM dynamo.kinesis_destinations WHERE last_error IS NOT NULL") == 0 });
cmp_ok(sql("SELECT records FROM dynamo.kinesis_destinations WHERE table_name = 'Music' AND status = 'ACTIVE'"), '==', scalar(@{ [ $kinesis->records('Music') ] }), 'records are counted');

# --- a table that is locked holds up no other's ---

my $locking = $node->background_psql('postgres');
$locking->query_safe('BEGIN');
$locking->query_safe('LOCK TABLE dynamo_tables."Other"');
sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'dynamo destinations'");
until_true('another worker', sub { sql("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'dynamo destinations'") });
put('Music', 'unlocked', 1);
until_numbers('Music', 'unlocked', '1');
pass('a table that is locked holds up no other destination');
$locking->query_safe('ROLLBACK');
$locking->quit;

# --- what retention drops before it is sent ---

$kinesis->behave('failing');
put('Music', 'dropped', 1);
until_true('a fault', sub { sql("SELECT count(*) FROM dynamo.kinesis_destinations WHERE table_name = 'Music' AND last_error IS NOT NULL") });
create_table('Stirred');
$server->call('UpdateTable', { TableName => 'Stirred', StreamSpecification => { StreamEnabled => JSON::PP::true, StreamViewType => 'KEYS_ONLY' } });
my $stirred = 0;
my $segment = DynamoServer::begin_segment(\&sql, sub { put('Stirred', 'x' . $stirred++, 1) });
put('Music', 'kept', 1);
sql(q(UPDATE dynamo.change_segment SET started = started - interval '2 days'));
until_true('the end of the one before', sub { sql(qq(SELECT count(*) FROM dynamo.change_segment WHERE segment <= $segment)) == 0 });
$kinesis->behave('well');
until_numbers('Music', 'kept', '1');
put('Other', 'rested', 1);
until_numbers('Other', 'rested', '1');
is(numbers('Music', 'dropped'), '', 'what retention has dropped is not sent');
until_true('a word of it', sub { sql("SELECT changes_missing FROM dynamo.kinesis_destinations WHERE table_name = 'Music' AND status = 'ACTIVE'") eq 't' });
is(sql("SELECT changes_missing FROM dynamo.kinesis_destinations WHERE table_name = 'Other' AND status = 'ACTIVE'"), 'f', 'a table that was at rest lacks nothing');
$server->call('DeleteTable', { TableName => 'Stirred' });

# --- kills ---

$kinesis->behave('throttling');
for my $n (1 .. 60)
{
	put('Music', "killed-$_", $n) for 1 .. 3;
	next if $n % 20;
	sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'dynamo destinations'");
	operation('Update', 'Other', stream => 'other', UpdateKinesisStreamingConfiguration =>
		{ ApproximateCreationDateTimePrecision => $n == 40 ? 'MILLISECOND' : 'MICROSECOND' }); # which starts a worker again
	until_status('Other', 'ACTIVE');
}
$kinesis->behave('well');
until_true('all records after kills', sub { numbers('Music', "killed-$_") =~ /\b60$/ or return 0 for 1 .. 3; 1 });
for my $item (1 .. 3)
{
	my %seen;
	my @first = grep { !$seen{$_}++ } split / /, numbers('Music', "killed-$item");
	is(join(' ', @first), join(' ', 1 .. 60), "each change of item $item arrives, for the first time in order");
}
$node->stop('immediate');
$node->start;
$server->wait_until_healthy;
put('Music', 'restarted', 1);
until_numbers('Music', 'restarted', '1');
pass('sending goes on after a crash');

# --- streams beside a destination ---

sub stream_of { my ($table) = @_; return $server->call('DescribeTable', { TableName => $table })->{Table}; }
$server->call('UpdateTable', { TableName => 'Music', StreamSpecification => { StreamEnabled => JSON::PP::true, StreamViewType => 'KEYS_ONLY' } });
my $arn = stream_of('Music')->{LatestStreamArn};
is(stream_of('Music')->{StreamSpecification}{StreamViewType}, 'KEYS_ONLY', 'a stream may be enabled, too');
put('Music', 'both', 1);
$server->call('UpdateTable', { TableName => 'Music', StreamSpecification => { StreamEnabled => JSON::PP::false } });
put('Music', 'both', 2);
until_numbers('Music', 'both', '1 2');
pass('the destination has what was before and after, whole');
ok(!exists stream_of('Music')->{StreamSpecification}, 'the stream is disabled');
is(stream_of('Music')->{LatestStreamArn}, $arn, 'and the latest');
is(sql("SELECT count(*) FROM dynamo.changes('Music')"), 1, 'and has its own changes');
is(sql("SELECT relreplident FROM pg_class WHERE oid = 'dynamo_tables.\"Music\"'::regclass"), 'f', 'the replica identity stays');
sql('TRUNCATE dynamo_tables."Music"');
until_true('TRUNCATE', sub { grep { $_->{eventName} eq 'TRUNCATE' } $kinesis->records('Music') });
pass('TRUNCATE is told of');

# --- a destination that hangs leaves calls to others ---

sql(q(SET ROLE dynamo_http; SET dynamo.partitions = 16; SELECT dynamo.create_table('{"TableName": "Wide", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}')));
operation('Enable', 'Wide', stream => 'wide');
until_status('Wide', 'ACTIVE');
$kinesis->behave('hanging wide');
sql(q(INSERT INTO dynamo_tables."Wide" SELECT jsonb_build_object('id', i::text, 'n', 1) FROM generate_series(1, 200) AS i));
sub hanging { return scalar grep { $_->{how} eq 'hanging' && $_->{stream} eq 'wide' } $kinesis->requests; }
until_true('requests that hang', sub { hanging() >= 4 });
put('Music', 'beside', 1);
until_numbers('Music', 'beside', '1');
is(hanging(), 4, 'a destination has a part of the calls');
$kinesis->behave('well');
until_true('the records of each partition', sub { $kinesis->records('Wide') >= 200 });
$server->call('DeleteTable', { TableName => 'Wide' });
until_true('no destination', sub { sql('SELECT count(*) FROM dynamo.kinesis_destination WHERE table_name = $$Wide$$') == 0 });

# --- large ones ---

for my $n (1 .. 2)
{
	$server->call('PutItem', { TableName => 'Music', Item => { id => { S => 'large' }, n => { N => "$n" }, map { ("a$_" => { N => '1' }) } 1 .. 30000 } });
}
until_numbers('Music', 'large', '1 2');
my @large = grep { $_->{dynamodb}{Keys}{id}{S} eq 'large' } grep { $_->{eventName} ne 'TRUNCATE' } $kinesis->records('Music');
ok($large[1]{dynamodb}{NewImage} && !$large[1]{dynamodb}{OldImage}, 'a record that would be larger than Kinesis takes has no old image');

# --- disabling ---

put('Music', 'last', 1);
is_deeply(operation('Disable', 'Music'), { TableName => 'Music', StreamArn => arn('changes'), DestinationStatus => 'DISABLING' }, 'DisableKinesisStreamingDestination');
until_status('Music', 'DISABLED');
is(numbers('Music', 'last'), '1', 'what was before is sent');
put('Music', 'last', 2);
put('Other', 'after', 1);
until_numbers('Other', 'after', '1');
is(numbers('Music', 'last'), '1', 'what comes after is not');
is(sql("SELECT relreplident FROM pg_class WHERE oid = 'dynamo_tables.\"Music\"'::regclass"), 'd', 'the replica identity is given back');
is(stream_of('Music')->{LatestStreamArn}, $arn, 'the latest stream is still known');
is(sql("SELECT count(*) FROM dynamo.kinesis_destinations WHERE status = 'DISABLED'"), 1, 'a disabled destination is seen');
$kinesis->behave('failing');
put('Other', 'lost', 1);
until_true('a fault', sub { sql("SELECT count(*) FROM dynamo.kinesis_destinations WHERE last_error IS NOT NULL") });
operation('Disable', 'Other', stream => 'other');
until_status('Other', 'DISABLED');
pass('an endpoint that does not answer keeps no destination from being disabled');
$kinesis->behave('well');
until_true('no worker', sub { sql("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'dynamo destinations'") == 0 });
until_true('no slot', sub { sql('SELECT count(*) FROM pg_replication_slots') == 0 });
pass('the last destination leaves no worker and no slot');
operation('Enable', 'Music');
until_status('Music', 'ACTIVE');
put('Music', 'again', 1);
until_numbers('Music', 'again', '1');
is(numbers('Music', 'last'), '1', 'a destination that is enabled again does not begin with what was before');
$server->call('DeleteTable', { TableName => 'Music' });
until_true('no destination', sub { sql('SELECT count(*) FROM dynamo.kinesis_destination WHERE table_name = $$Music$$') == 0 });
pass('DeleteTable ends its destinations');

# --- credentials ---

sql(q(CREATE ROLE reader LOGIN; CREATE ROLE maker LOGIN; GRANT CREATE ON SCHEMA dynamo_tables, dynamo_views TO maker));
sub as { my ($role, $query) = @_; my ($code, $out, $error) = $node->psql('postgres', "SET ROLE $role; $query"); return $code == 0 ? $out : $error; }
like(as('reader', 'SELECT * FROM dynamo.endpoint_credential'), qr/permission denied/, 'keys are not to be read');
is(as('reader', 'SELECT count(*) FROM dynamo.endpoint_credentials'), '0', "nor others' names");
is(as('maker', "SELECT dynamo.set_endpoint_credential('mine', 'a', 'b', 'token'); SELECT name, owner, is_temporary FROM dynamo.endpoint_credentials"), "\nmine|maker|t", 'own names are');
like(as('reader', "SELECT dynamo.drop_endpoint_credential('mine')"), qr/role "reader" has no endpoint credential "mine"/, 'a credential is of its role');
like(as('reader', "SELECT dynamo.set_endpoint_credential('x', 'a', E'b\\nc')"), qr/the secret key must have 1 to 256 printable characters/, 'what no header can have');
unlike(as('reader', "SELECT dynamo.set_endpoint_credential('x', 'a', E'b\\nc')"), qr/ERROR:.*b\nc/, 'and is not shown');
like(as('reader', "SELECT dynamo.set_endpoint_credential('x', NULL, 'b')"), qr/the access key must not be null/, 'a key that is null');
is(as('maker', "SELECT dynamo.drop_endpoint_credential('mine'); SELECT count(*) FROM dynamo.endpoint_credentials"), "\n0", 'a credential is dropped');

sub enable_sql { my ($table, $stream) = @_; return sprintf q(SELECT dynamo.enable_kinesis_streaming_destination('{"TableName": "%s", "StreamArn": "%s"}')), $table, arn($stream); }

# The owner's own comes before a superuser's, with its session token.
sql("SET ROLE maker; SELECT dynamo.set_endpoint_credential('kinesis', 'AKIDOWN', '$secret', 'session/token+1=')");
sql(q(SET ROLE maker; SELECT dynamo.create_table('{"TableName": "Owned", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}')));
sql('SET ROLE maker; ' . enable_sql('Owned', 'owned'));
until_true('ACTIVE', sub { sql(q(SELECT dynamo.describe_kinesis_streaming_destination('{"TableName": "Owned"}') #>> '{KinesisDataStreamDestinations,0,DestinationStatus}')) eq 'ACTIVE' });
my ($own) = grep { ($_->{stream} // '') eq 'owned' } $kinesis->requests;
ok($own->{signed} && $own->{token} eq 'session/token+1=' && $own->{authorization} =~ /Credential=AKIDOWN\/.*x-amz-security-token/, "the owner's keys, and a token that is signed");
like(as('reader', enable_sql('Owned', 'other')), qr/must be owner|permission denied/, 'none but the owner enables');

is(scalar(grep { !$_->{signed} } $kinesis->requests), 0, 'all requests were signed, large ones too');

# --- a restored table has no destination ---

is(sql(q(SELECT stream ->> 'hidden' FROM dynamo.table_catalog WHERE name = 'Owned')), 'true', 'a destination has a hidden stream');
sql(q(DELETE FROM dynamo.kinesis_destination WHERE table_name = 'Owned'; DELETE FROM dynamo.stream_shard WHERE table_name = 'Owned';
	DELETE FROM dynamo.stream_catalog WHERE table_name = 'Owned'));
until_true('no hidden stream', sub { sql(q(SELECT count(*) FROM dynamo.table_catalog WHERE name = 'Owned' AND stream IS NULL)) });
is(sql(q(SELECT relreplident FROM pg_class WHERE oid = 'dynamo_tables."Owned"'::regclass)), 'd', 'which goes where the destination is not restored');

done_testing();
