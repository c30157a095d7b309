# What an HTTP client is told of errors that are not DynamoDB's own.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use JSON::PP qw(decode_json);
use PostgreSQL::Test::Utils;
use Test::More;

my $server = DynamoServer->new('errors', 'dynamo.http_workers = 1')->start;
$server->create_table('Music');

my $table = 'dynamo_tables."Music"';
my $put = '{"TableName":"Music","Item":{"id":{"S":"a"}}}';
$server->request('PutItem', $put);

sub answer
{
	my ($operation, $body) = @_;
	my $answer = $server->request($operation, $body);
	my $error = decode_json($answer->{body});
	$error->{__type} =~ s/.*#// if $error->{__type};
	return ($answer->{status}, $error);
}

# Has every put raise what a trigger says.
sub raise
{
	my ($raise) = @_;
	$server->sql("CREATE OR REPLACE FUNCTION raise() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN $raise; END \$\$");
}
raise('RETURN NEW');
$server->sql("CREATE TRIGGER raise BEFORE INSERT OR UPDATE ON $table FOR EACH ROW EXECUTE FUNCTION raise()");

# The members of an exception are dynamo's.
my $refused = '{"TableName":"Music","Item":{"id":{"S":"a"}},"ConditionExpression":"attribute_not_exists(id)",
	"ReturnValuesOnConditionCheckFailure":"ALL_OLD"}';
my ($status, $error) = answer('PutItem', $refused);
is_deeply($error, { __type => 'ConditionalCheckFailedException', message => 'The conditional request failed',
	Item => { id => { S => 'a' } } }, 'a failed condition brings its item');
for my $state (qw(DY004 DY005 DY011))
{
	raise(qq{RAISE 'mine' USING ERRCODE = '$state', DETAIL = '{"Item":{"id":{"S":"forged"}},"x":[}'});
	($status, $error) = answer('PutItem', $put);
	is(join(' ', sort map { lc } keys %$error), '__type message', "a trigger's DETAIL of $state is no member");
}

# PostgreSQL's errors.
for my $case (
	[ '25006', 400, 'AccessDeniedException', 'The database is read-only' ],
	[ '23514', 400, 'ValidationException', 'secret' ],
	[ 'P0001', 400, 'ValidationException', 'secret' ],
	[ '22P02', 400, 'ValidationException', q(A rule of the table does not take the request's values) ],
	[ '54001', 400, 'ValidationException', 'The request is beyond a limit of the server' ],
	[ '53100', 503, 'ServiceUnavailable', q(The server's disk is full) ],
	[ '53200', 503, 'ServiceUnavailable', 'The server is out of memory' ],
	[ '53300', 503, 'ServiceUnavailable', 'The server takes no more connections' ],
	[ '53400', 503, 'ServiceUnavailable', 'The server lacks what the request needs' ],
	[ '55006', 503, 'ServiceUnavailable', 'The table is in use by another session' ],
	[ '55000', 503, 'ServiceUnavailable', 'The table cannot be used now' ],
	[ '57014', 503, 'ServiceUnavailable', 'The request was cancelled or took too long' ],
	[ '57P01', 503, 'ServiceUnavailable', 'The server is shutting down' ],
	[ '57P03', 503, 'ServiceUnavailable', 'The server is shutting down' ],
	[ '40001', 400, 'TransactionConflictException', 'Transaction is ongoing for the item' ],
	[ '40P01', 400, 'TransactionConflictException', 'Transaction is ongoing for the item' ],
	[ '42P01', 500, 'InternalServerError', 'Internal server error' ])
{
	my ($state, $expected, $type, $message) = @$case;
	raise(qq{RAISE 'secret' USING ERRCODE = '$state', DETAIL = 'secret detail', HINT = 'secret hint'});
	($status, $error) = answer('PutItem', $put);
	my $told = $error->{message} // $error->{Message};
	is("$status $error->{__type} $told", "$expected $type $message", "$state over HTTP");
}
raise('RETURN NEW');

# The log says whose request an error was.
raise(q{RAISE 'mine' USING ERRCODE = 'XX000'});
my $logged = -s $server->node->logfile;
my $socket = $server->connect;
print $socket DynamoServer::request_text('PutItem', $put);
my $answer = DynamoServer::read_answer($socket);
is($answer->{status}, 500, 'an error that the client is not told of');
my $context = "HTTP request $answer->{headers}{'x-amzn-requestid'} from 127.0.0.1:" . $socket->sockport . ', PutItem of table "Music"';
like(slurp_file($server->node->logfile, $logged), qr/ERROR:  mine\n.*CONTEXT: .*\Q$context\E\n/s,
	'is in the log with its request, client and table');
raise('RETURN NEW');

# It names the tables of whatever member of a request has them. A policy tells of each item that is read or written.
$server->create_table('Other');
$server->call('UpdateTable', { TableName => 'Music', AttributeDefinitions => [ { AttributeName => 'Year', AttributeType => 'S' } ],
	GlobalSecondaryIndexUpdates => [ { Create => { IndexName => 'ByYear',
		KeySchema => [ { AttributeName => 'Year', KeyType => 'HASH' } ], Projection => { ProjectionType => 'ALL' } } } ] });
DynamoServer::until_true('the index serves', sub {
	return $server->call('DescribeTable', { TableName => 'Music' })->{Table}{GlobalSecondaryIndexes}[0]{IndexStatus} eq 'ACTIVE'; });
$server->request('PutItem', '{"TableName":"Music","Item":{"id":{"S":"a"},"Year":{"S":"1999"}}}');
$server->sql(qq{CREATE FUNCTION tell() RETURNS boolean LANGUAGE plpgsql AS \$\$ BEGIN RAISE LOG 'told'; RETURN true; END \$\$;
	ALTER TABLE $table ENABLE ROW LEVEL SECURITY; ALTER TABLE $table FORCE ROW LEVEL SECURITY;
	CREATE POLICY tell ON $table USING (tell()) WITH CHECK (tell())});
my $key = '"Key":{"id":{"S":"a"}}';
my $long = 'x' x 300;
for my $case (
	[ 'GetItem', qq({"TableName":"Music",$key}), 'table "Music"' ],
	[ 'GetItem', qq({"TableName":"arn:aws:dynamodb:us-east-1:000000000000:table/Music",$key}),
		'table "arn:aws:dynamodb:us-east-1:000000000000:table/Music"' ],
	[ 'Query', '{"TableName":"Music","IndexName":"ByYear","KeyConditionExpression":"#y = :y",
		"ExpressionAttributeNames":{"#y":"Year"},"ExpressionAttributeValues":{":y":{"S":"1999"}}}', 'table "Music"."ByYear"' ],
	[ 'BatchGetItem', qq({"RequestItems":{"Other":{"Keys":[{"id":{"S":"a"}}]},"Music":{"Keys":[{"id":{"S":"a"}}]}}}),
		'tables "Other", "Music"' ],
	[ 'BatchWriteItem', '{"RequestItems":{"Music":[{"DeleteRequest":{"Key":{"id":{"S":"b"}}}},{"PutRequest":{"Item":{"id":{"S":"c"}}}}]}}',
		'table "Music"' ],
	[ 'TransactGetItems', qq({"TransactItems":[{"Get":{"TableName":"Music",$key}},{"Get":{"TableName":"Other",$key}}]}),
		'tables "Music", "Other"' ],
	[ 'TransactWriteItems', '{"TransactItems":[{"Put":{"TableName":"Music","Item":{"id":{"S":"1"}}}},
		{"Delete":{"TableName":"Music","Key":{"id":{"S":"2"}}}},{"Update":{"TableName":"Other","Key":{"id":{"S":"3"}},"UpdateExpression":"REMOVE x"}},
		{"ConditionCheck":{"TableName":"arn:aws:dynamodb:us-east-1:000000000000:table/Other","Key":{"id":{"S":"4"}},
			"ConditionExpression":"attribute_not_exists(id)"}}]}',
		'tables "Music", "Other", "arn:aws:dynamodb:us-east-1:000000000000:table/Other"' ],
	[ 'ExecuteStatement', q({"Statement":"SELECT * FROM \"Music\" . \"ByYear\" WHERE \"Year\" = '1999'"}), 'table "Music"."ByYear"' ],
	[ 'ExecuteStatement', q({"Statement":"-- from here\nselect \"FROM\" from Music where id = 'a'"}), 'table "Music"' ],
	[ 'ExecuteStatement', q({"Statement":"INSERT INTO \"Music\" VALUE {'id':'i'}"}), 'table "Music"' ],
	[ 'ExecuteStatement', q({"Statement":"UPDATE \"Music\" SET a = 1 WHERE id = 'a'"}), 'table "Music"' ],
	[ 'ExecuteStatement', q({"Statement":"DELETE FROM \"Music\" WHERE id = 'i'"}), 'table "Music"' ],
	[ 'BatchExecuteStatement', qq({"Statements":[{"Statement":"SELECT * FROM Music WHERE id = 'a'"},{"Statement":"SELECT"},
		{"Statement":"SELECT * FROM \\"\\"\\"$long\\" WHERE id = 'a'"},{"Statement":"x"},{"Statement":"SELECT * FROM Other WHERE id = 'a'"},
		{"Statement":"SELECT * FROM Another WHERE id = 'a'"}]}), 'tables "Music", "?' . ('x' x 254) . '", "Other", ...' ],
	[ 'ExecuteTransaction', q({"TransactStatements":[{"Statement":"EXISTS(SELECT * FROM Music WHERE id = 'a' AND \"Year\" = '1999')"},
		{"Statement":"DELETE FROM Other WHERE id = 'i'"}]}), 'tables "Music", "Other"' ])
{
	my ($operation, $body, $tables) = @$case;
	$logged = -s $server->node->logfile;
	$answer = $server->request($operation, $body);
	is($answer->{status}, 200, "$operation of $tables");
	like(slurp_file($server->node->logfile, $logged),
		qr/LOG:  told\n.*CONTEXT: [^\n]*\n(\t[^\n]*\n)*?.*\Q$answer->{headers}{'x-amzn-requestid'}\E from 127.0.0.1:\d+, $operation of \Q$tables\E\n/s, 'tells of them');
}
$server->sql("ALTER TABLE $table DISABLE ROW LEVEL SECURITY");
$server->sql("ALTER SYSTEM SET log_min_messages = debug5; SELECT pg_reload_conf()");
DynamoServer::until_true('the tags of a table are logged about with its ARN', sub {
	$logged = -s $server->node->logfile;
	$server->request('TagResource', '{"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/Music","Tags":[{"Key":"k","Value":"v"}]}');
	return slurp_file($server->node->logfile, $logged) =~ m{, TagResource of table "arn:aws:dynamodb:us-east-1:000000000000:table/Music"\n}; });
$server->sql("ALTER SYSTEM RESET log_min_messages; SELECT pg_reload_conf()");

# Such as happen.
$server->sql("ALTER SYSTEM SET default_transaction_read_only = on; SELECT pg_reload_conf()");
DynamoServer::until_true('a read-only database', sub {
	($status, $error) = answer('PutItem', $put);
	return $status != 200;
});
is("$status $error->{__type}", '400 AccessDeniedException', 'a write to a read-only database');
is($server->request('GetItem', '{"TableName":"Music","Key":{"id":{"S":"a"}}}')->{status}, 200, 'which can be read');

done_testing();
