# The audit: what is recorded, what is not told, and that nothing waits for it.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use JSON::PP qw(decode_json encode_json);
use PostgreSQL::Test::Utils;
use Test::More;

my $directory = PostgreSQL::Test::Utils::tempdir();
my $path = "$directory/audit.jsonl";
my $server = DynamoServer->new('audit', "dynamo.audit_file = '$path'", "dynamo.audit_destination = file",
	'dynamo.audit_buffer_size = 64kB', 'max_worker_processes = 16');
$server->start;
$server->create_table('Music');

sub reload_with
{
	my (%settings) = @_;
	$server->sql("ALTER SYSTEM SET dynamo.$_ = '$settings{$_}'") for sort keys %settings;
	$server->sql('SELECT pg_reload_conf()');
	# A worker has the settings when it is idle again.
	DynamoServer::until_true("settings", sub { !grep { $server->sql("SHOW dynamo.$_") ne $settings{$_} } keys %settings });
	$server->request('DescribeLimits', '{}') for 1 .. 20;
	return;
}

sub status { my ($column) = @_; return $server->sql("SELECT $column FROM dynamo.audit_status"); }
sub writers { return $server->sql("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'dynamo audit'"); }

sub text_of { my ($file) = @_; return -e $file ? PostgreSQL::Test::Utils::slurp_file($file) : ''; }
sub lines { return map { decode_json($_) } split /\n/, join '', map { text_of($_) } glob "$path*"; }

# Those that a condition holds for, once as many as are expected are there.
sub records
{
	my ($count, $condition) = @_;
	my @found;

	DynamoServer::until_true("$count records", sub { @found = grep { $condition->($_) } lines(); return @found >= $count; });
	return @found;
}

sub record_of { my ($answer) = @_; my $id = $answer->{headers}{'x-amzn-requestid'};
	return (records(1, sub { ($_[0]{requestID} // '') eq $id }))[0]; }

sub put { my ($id, %headers) = @_; return $server->request('PutItem',
	encode_json({ TableName => 'Music', Item => { id => { S => $id }, secret => { S => 'walrus' } } }), %headers); }

# Off.
put('a');
is(writers(), 0, 'while nothing is recorded no process is there for it');
ok(!-e $path, 'nor a file');

# A record.
reload_with(audit => 'all');
my $answer = put('b', 'User-Agent' => 'aws-cli/2', Authorization => 'AWS4-HMAC-SHA256 Credential=AKIDTEST/x, Signature=feedface');
my $record = record_of($answer);
my $role = $record->{userIdentity};
my %expected = (
	eventSource => 'dynamodb.amazonaws.com', eventName => 'PutItem', awsRegion => 'us-east-1',
	sourceIPAddress => '127.0.0.1', userAgent => 'aws-cli/2', eventType => 'AwsApiCall', eventCategory => 'Data',
	apiVersion => '2012-08-10', recipientAccountId => '000000000000', responseElements => undef);
is_deeply({ map { $_ => $record->{$_} } keys %expected }, \%expected, "a record has CloudTrail's fields");
like($record->{eventTime}, qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'and a time');
like($record->{eventID}, qr/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, 'and an id of its own');
ok(!$record->{readOnly} && !$record->{managementEvent}, 'a write of items is called so');
is($role->{userName}, 'dynamo_http', 'it names the role');
like($role->{arn}, qr{^arn:aws:iam::000000000000:user/dynamo_http$}, "and its ARN");
is_deeply($record->{resources}, [ { accountId => '000000000000', type => 'AWS::DynamoDB::Table',
	ARN => 'arn:aws:dynamodb:us-east-1:000000000000:table/Music' } ], 'and the table');
is_deeply($record->{requestParameters}, { tableName => 'Music',
	keyHash => $server->sql(q{SELECT dynamo.key_hash('Music', '{"id":{"S":"b"}}')}) }, 'and the hash of the key');
my $further = $record->{additionalEventData};
ok($further->{latencyMicroseconds} > 0 && $further->{bytesTransferredIn} > 50 && $further->{bytesTransferredOut} == 2,
	'with how long it took and how much it was');
is("$further->{decision} $further->{way}", 'allowed http', 'and that it was allowed');
is(grep({ exists $record->{$_} } qw(errorCode errorMessage)), 0, 'and no error');
unlike(text_of($path), qr/walrus|feedface/, 'no values of items or signatures are in the file');
is((stat $path)[2] & 0777, 0600, 'which others cannot read');

# Hostile headers.
for my $agent ('quote " backslash \\ brace }{', "\xff\xfe\xc3\x28 bytes", 'x' x 9000, '{"eventName":"Forged"}')
{
	my $record = record_of(put('c', 'User-Agent' => $agent));
	(my $shown = substr $agent, 0, 255) =~ s/[^ -~]/?/g;
	is($record->{userAgent}, $shown, 'a user agent is told as text, up to a length');
}
my $long = record_of($server->request('GetItem', encode_json({ TableName => "\x01\"" x 3000, Key => { id => { S => 'x' } } })));
is($long->{errorCode}, 'ValidationException', 'a request of what no table is called is recorded');
ok(length encode_json($long) < 16384, 'within the bound of a line');

# Errors are told by their names; their texts may hold values.
my $failed = record_of($server->request('PutItem', encode_json({ TableName => 'Music', Item => { id => { S => 'b' } },
	ConditionExpression => 'attribute_not_exists(id)' })));
is($failed->{errorCode}, 'ConditionalCheckFailedException', 'an error is recorded');
ok(!exists $failed->{errorMessage}, 'without its message');

# Denials, and what is rolled back.
$server->sql('REVOKE ALL ON dynamo_tables."Music" FROM dynamo_http');
$server->sql('ALTER TABLE dynamo_tables."Music" OWNER TO CURRENT_USER');
my $denied = record_of(put('d'));
is($denied->{errorCode}, 'AccessDeniedException', 'a denial is recorded');
ok($denied->{errorMessage} && $denied->{additionalEventData}{decision} eq 'denied', 'with its message');
$server->sql('GRANT ALL ON dynamo_tables."Music" TO dynamo_http');
$server->sql(q{BEGIN; SELECT set_config('application_name', 'rolled back', true);
	SELECT dynamo.put_item('{"TableName":"Music","Item":{"id":{"S":"sql"}}}'::jsonb); ROLLBACK});
my ($sql) = records(1, sub { ($_[0]{userAgent} // '') eq 'rolled back' });
is("$sql->{eventName} $sql->{additionalEventData}{way}", 'PutItem sql', 'a call from SQL is recorded, though its transaction was rolled back');
$server->node->psql('postgres', q{SET application_name = 'no table'; SELECT dynamo.get_item('{"TableName":"None","Key":{"id":{"S":"x"}}}'::jsonb)});
my ($none) = records(1, sub { ($_[0]{userAgent} // '') eq 'no table' });
is($none->{errorCode}, 'ResourceNotFoundException', 'and one that fails');

# Keys.
my $batch = encode_json({ RequestItems => { Music => [ map { { PutRequest => { Item => { id => { S => "k$_" } } } } } 1 .. 20 ] } });
is(scalar @{ record_of($server->request('BatchWriteItem', $batch))->{requestParameters}{keys} }, 20, 'a batch has the hashes of all its keys');
reload_with(audit_keys => 'clear');
is_deeply(record_of(put('plain "key"'))->{requestParameters}{key}, { id => 'plain "key"' }, 'keys are told where that is asked for');
my $large = record_of(put('y' x 2000))->{requestParameters};
ok($large->{keyHash} && !$large->{key}, 'large ones by their hash');
my $many = record_of($server->request('BatchGetItem', encode_json({ RequestItems => { Music => { Keys =>
	[ map { { id => { S => "$_" . 'z' x 500 } } } 1 .. 100 ] } } })))->{requestParameters};
is(@{ $many->{keys} } + $many->{keysLeftOut}, 100, 'of many, those that have room and how many have not');
reload_with(audit_keys => 'none');
is_deeply(record_of(put('e'))->{requestParameters}, { tableName => 'Music' }, 'or not at all');

# Choice.
sub asked_for
{
	my ($mode, %more) = @_;
	my $get = '{"TableName":"Music","Key":{"id":{"S":"b"}}}';
	my @ids;

	reload_with(audit => $mode, %more);
	push @ids, $server->request('GetItem', $get), put('f'),
		$server->request('UpdateTable', '{"TableName":"Music","DeletionProtectionEnabled":false}');
	$server->sql('REVOKE ALL ON dynamo_tables."Music" FROM dynamo_http');
	push @ids, $server->request('GetItem', $get);
	$server->sql('GRANT ALL ON dynamo_tables."Music" TO dynamo_http');
	my @which = ('read', 'write', 'table', 'denied');
	my %name = map { $ids[$_]{headers}{'x-amzn-requestid'} => $which[$_] } 0 .. 3;
	# The denial is always recorded, and the last.
	record_of($ids[3]);
	return join ' ', sort map { $name{ $_->{requestID} // '' } // () } lines();
}
$server->sql('ALTER TABLE dynamo_tables."Music" OWNER TO dynamo_http');
is(asked_for('denied'), 'denied', 'denials alone');
is(asked_for('management'), 'denied table', 'with what changes tables');
is(asked_for('writes'), 'denied table write', 'with what changes items');
is(asked_for('all'), 'denied read table write', 'or all');
is(asked_for('all', audit_sample_rate => 0), 'denied table', 'a sample is of calls on items alone');
reload_with(audit_sample_rate => 1);

# Files end, by their size or by another's hand.
unlink $path;
reload_with(audit_rotation_size => '16kB');
put("g$_", 'User-Agent' => 'x' x 255) for 1 .. 60;
DynamoServer::until_true('files', sub { my @files = glob "$path.*"; return @files > 1; });
is(grep({ -s $_ > 16384 } glob "$path*"), 0, 'a file that is full is renamed, and another begins');
like((glob "$path.*")[0], qr/\.\d{8}T\d{6}Z\.\d\d$/, 'by the time');
reload_with(audit_rotation_size => '100MB');
rename $path, "$path.moved" or die $!;
record_of(put('h'));
ok(-e $path, 'one that others have renamed is made anew');

# A writer that ends is started again.
$server->sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'dynamo audit'");
DynamoServer::until_true('no writer', sub { return writers() == 0; });
ok(record_of(put('i')), 'what is recorded starts a writer');

# A disk that hangs, or is full, stops nothing.
my $writer = $server->sql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'dynamo audit'");
my ($written, $lost) = (status('written'), status('lost'));
kill 'STOP', $writer;
is_deeply({ map { put("j$_", 'User-Agent' => 'x' x 255)->{status} => 1 } 1 .. 200 }, { 200 => 1 }, 'requests go on while records cannot be written');
my $news = status('lost') - $lost;
ok($news > 0, 'what has no room is counted');
kill 'CONT', $writer;
my ($told) = records(1, sub { ($_[0]{eventName} // '') eq 'AuditRecordsLost' });
is($told->{additionalEventData}{lost}, $news, 'and told by a line');
DynamoServer::until_true('the rest', sub { return status('waiting_bytes') == 0; });
is(status('written') - $written, 200 - $news + 1, 'the others are written');

mkdir "$directory/folder" or die $!;
reload_with(audit_file => "$directory/folder");
my $kept = put('k');
DynamoServer::until_true('a failure', sub { return status('last_error') =~ /could not write to/; });
is($kept->{status}, 200, 'a file that cannot be written stops nothing either');
reload_with(audit_file => $path);
ok(record_of($kept), 'and records wait for one that can');
is($server->sql("SELECT has_function_privilege('dynamo_http', 'dynamo.audit_counters()', 'EXECUTE')"), 'f', 'only who monitors sees the counts');

# A file that can grow no more in the middle of a line, as on a disk that is full.
sub limit_writer { PostgreSQL::Test::Utils::system_or_bail('prlimit', '--pid', $_[0], "--fsize=$_[1]:"); return; }
SKIP:
{
	skip 'no prlimit', 5 unless system('prlimit --version >/dev/null 2>&1') == 0;
	$path = "$directory/full.jsonl";
	reload_with(audit_file => $path);
	record_of(put('m'));
	DynamoServer::until_true('the rest', sub { return status('waiting_bytes') == 0; });
	$writer = $server->sql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'dynamo audit'");
	my $before = lines();
	($written, $lost) = (status('written'), status('lost'));
	limit_writer($writer, (-s $path) + 100);
	is_deeply({ map { put("n$_", 'User-Agent' => 'x' x 255)->{status} => 1 } 1 .. 200 }, { 200 => 1 }, 'requests go on while the file cannot grow');
	DynamoServer::until_true('a failure', sub { return status('last_error') =~ /File too large/; });
	$news = status('lost') - $lost;
	ok($news > 0, 'what has no room is counted');
	limit_writer($writer, 'unlimited');
	DynamoServer::until_true('the rest', sub { return status('waiting_bytes') == 0 && text_of($path) =~ /AuditRecordsLost/; });
	my @whole = grep { eval { decode_json($_) } } my @all = split /\n/, text_of($path);
	is(@all - @whole, 1, 'the line that was cut has a line of its own');
	is(@whole - $before, 200 - $news + 1, 'and is written again, with those that waited and a line of the lost ones');
	is(status('written') - $written, @whole - $before, 'which is what is counted as written');
}

# The server's log.
reload_with(audit_destination => 'log');
put('l', 'User-Agent' => 'to-the-log');
DynamoServer::until_true('a message', sub { return text_of($server->node->logfile) =~ /LOG:  dynamo audit: \{.*"userAgent":"to-the-log"/; });
reload_with(audit => 'off');
DynamoServer::until_true('the end of the writer', sub { return writers() == 0; });
pass('it ends when nothing is recorded any more');

$server->node->stop;
unlike(text_of($server->node->logfile), qr/PANIC|terminated by signal|TRAP/, 'no process has crashed');
# What is quoted from a header may be a signature: neither records nor the server's log have it.
my $strict = DynamoServer->new('strict', 'dynamo.audit = denied', 'dynamo.authentication = warn')->start;
my @malformed = ('X-Amz-Date' => '20261127T000000Z', Authorization => 'AWS4-HMAC-SHA256 SignedHeaders=host, Signature=0ddba11');
sub log_of_strict { return PostgreSQL::Test::Utils::slurp_file($strict->node->logfile); }
is($strict->request('ListTables', '{}', @malformed)->{status}, 200, 'a malformed signature is let through by warn');
like(log_of_strict(), qr/would refuse: IncompleteSignatureException: a part of its Authorization header is missing/, 'and logged');
$strict->sql(q{ALTER SYSTEM SET dynamo.authentication = 'required'});
$strict->node->restart;
$strict->wait_until_healthy;
is($strict->request('ListTables', '{}', @malformed)->{status}, 400, 'else it is refused');
DynamoServer::until_true('a record', sub { log_of_strict() =~ /dynamo audit: .*"errorCode":"IncompleteSignatureException"/ });
unlike(log_of_strict(), qr/0ddba11/, 'and recorded without what is quoted');
$strict->node->stop;

done_testing();
