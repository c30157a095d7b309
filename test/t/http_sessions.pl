# HTTP requests among the other sessions of the server: roles, locks, statistics.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use JSON::PP qw(decode_json);
use Test::More;

my $server = DynamoServer->new('sessions', "dynamo.http_role = 'shop'", 'dynamo.http_workers = 1',
	"dynamo.http_lock_timeout = '50ms'");
my $get = '{"TableName":"Music","Key":{"id":{"S":"a"}}}';
my $put = '{"TableName":"Music","Item":{"id":{"S":"a"}}}';

sub type_of { my ($answer) = @_; return decode_json($answer->{body})->{__type}; }

$server->node->start;
DynamoServer::until_true('an answer', sub { return $server->health_status == 503; });
$server->sql('CREATE EXTENSION dynamo; CREATE ROLE shop LOGIN');
# From 17 on this would end the worker while it waits for a lock.
$server->sql(q(ALTER ROLE shop SET transaction_timeout = '10ms')) if $server->node->pg_version >= 17;
$server->wait_until_healthy;
is($server->sql("SELECT usename FROM pg_stat_activity WHERE backend_type = 'dynamo http'"), 'shop',
	'requests run as dynamo.http_role, also if it was created later');

# Privileges.
$server->sql(q(SELECT dynamo.create_table('{"TableName":"Music",
	"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],
	"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"}')));
for my $request ([ 'GetItem', $get ], [ 'PutItem', $put ])
{
	my $answer = $server->request(@$request);
	is($answer->{status}, 400, "$request->[0] needs privileges");
	is(type_of($answer), 'com.amazon.coral.service#AccessDeniedException', 'as the service says it');
}
$server->sql('GRANT SELECT ON dynamo_tables."Music" TO shop');
is($server->request('GetItem', $get)->{status}, 200, 'SELECT is enough to read');
is(type_of($server->request('PutItem', $put)), 'com.amazon.coral.service#AccessDeniedException',
	'and not to write');
$server->sql('GRANT INSERT, UPDATE, DELETE ON dynamo_tables."Music" TO shop');
is($server->request('PutItem', $put)->{status}, 200, 'which takes INSERT, UPDATE and DELETE');

# What the owner of the table forbids.
sub refused
{
	my $answer = $server->request('PutItem', '{"TableName":"Music","Item":{"id":{"S":"a"},"Price":{"N":"-1"}}}');
	my $error = decode_json($answer->{body});
	return "$answer->{status} $error->{__type} $error->{message}";
}
my $validation = 'com.amazon.coral.validate#ValidationException';
my $table = 'dynamo_tables."Music"';
$server->sql("ALTER TABLE $table ADD CONSTRAINT price CHECK (not item @@ '\$.Price < 0')");
like(refused(), qr/^400 $validation .*violates check constraint "price"/, 'a constraint is told to the client');
$server->sql("ALTER TABLE $table DROP CONSTRAINT price;
	CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN RAISE 'no such price'; END \$\$;
	CREATE TRIGGER refuse BEFORE UPDATE ON $table FOR EACH ROW EXECUTE FUNCTION refuse()");
is(refused(), "400 $validation no such price", 'and what a trigger says');
$server->sql("DROP TRIGGER refuse ON $table");

# Locks of other sessions.
my $session = $server->node->background_psql('postgres');
$session->query_safe('BEGIN; LOCK TABLE dynamo_tables."Music"');
my $answer = $server->request('GetItem', $get);
is($answer->{status}, 503, 'a locked table is no reason to wait for ever');
is(type_of($answer), 'com.amazon.coral.availability#ServiceUnavailable', 'and may be tried again');
is($server->request('DescribeLimits', '{}')->{status}, 200, 'other requests go on');
$session->query_safe('COMMIT');
is($server->request('GetItem', $get)->{status}, 200, 'and this one, once the lock is gone');
$session->quit;

# What an operator sees.
is($server->sql("SELECT application_name FROM pg_stat_activity WHERE backend_type = 'dynamo http'"),
	'dynamo http 1', 'a worker has its name');
DynamoServer::until_true('an idle worker', sub {
	return $server->sql("SELECT state FROM pg_stat_activity WHERE backend_type = 'dynamo http'") eq 'idle';
});
pass('a worker without work is idle');
DynamoServer::until_true('statistics', sub {
	return $server->sql(q(SELECT sum(n_tup_ins) FROM pg_stat_all_tables WHERE schemaname = 'dynamo_tables')) > 0;
});
pass('an idle worker has reported its statistics');


is($server->sql("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'dynamo http'
	AND (xact_start IS NOT NULL OR backend_xmin IS NOT NULL)"), '0',
	'no transaction stays open between requests');

# A cancellation finds no request. It reaches the worker before the request does.
my ($pid) = $server->worker_pids;
$server->sql("SELECT pg_cancel_backend($pid)");
$answer = $server->request('DescribeLimits', '{}');
is($answer && $answer->{status}, 200, 'cancelling an idle worker does nothing');
is_deeply([ $server->worker_pids ], [$pid], 'and does not end it');

done_testing();
