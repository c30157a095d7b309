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

# Such as happen.
$server->sql("ALTER SYSTEM SET default_transaction_read_only = on; SELECT pg_reload_conf()");
DynamoServer::until_true('a read-only database', sub {
	($status, $error) = answer('PutItem', $put);
	return $status != 200;
});
is("$status $error->{__type}", '400 AccessDeniedException', 'a write to a read-only database');
is($server->request('GetItem', '{"TableName":"Music","Key":{"id":{"S":"a"}}}')->{status}, 200, 'which can be read');

done_testing();
