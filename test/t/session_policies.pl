# What a session's policy narrows besides the request itself, what records tell of policies, and how many sessions
# there may be.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use DynamoServer;
use JSON::PP qw(decode_json encode_json);
use PostgreSQL::Test::Utils;
use SignedRequest;
use Test::More;

my $log = PostgreSQL::Test::Utils::tempdir() . '/audit.jsonl';
my $server = DynamoServer->new('session_policies', 'dynamo.authentication = required', 'max_worker_processes = 16',
	'dynamo.audit = all', 'dynamo.audit_destination = file', "dynamo.audit_file = '$log'", SignedRequest::master_key_setting());

$server->start;
$server->sql('CREATE ROLE app LOGIN; CREATE ROLE tenant; CREATE ROLE owner LOGIN; GRANT tenant TO app');
$server->grant($_) for qw(tenant owner);
for my $table (qw(Orders Totals))
{
	$server->sql(qq{SET ROLE owner; SELECT dynamo.create_table('{"TableName": "$table", "BillingMode": "PAY_PER_REQUEST",
		"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}');
		GRANT ALL ON dynamo_tables."$table" TO tenant});
}

sub policy { return encode_json({ Version => '2012-10-17', Statement => $_[0] }); }
sub allow { my ($sid, $action, $table) = @_; return { Sid => $sid, Effect => 'Allow', Action => $action, Resource => "arn:aws:dynamodb:*:*:table/$table" }; }

sub assume
{
	my ($document) = @_;
	my ($key, $secret, $token) = split /\|/, $server->sql(
		'SET ROLE app; SELECT access_key_id, secret_access_key, session_token FROM dynamo.assume_role(' . "'tenant', 'one', policy => '$document')");
	return { key => $key, secret => $secret, token => $token };
}

sub ask
{
	my ($key, $operation, $input) = @_;
	my $socket = $server->connect;

	print $socket SignedRequest::text(%$key, operation => $operation, body => encode_json($input));
	return DynamoServer::read_answer($socket);
}

sub put { my ($key, $table, $id) = @_; return ask($key, 'PutItem', { TableName => $table, Item => { id => { S => $id } } }); }
sub stored { my ($table) = @_; return $server->sql(qq{SELECT string_agg(item->>'id', ' ' ORDER BY item->>'id') FROM dynamo_tables."$table"}); }

# Code of a table's owner runs with the caller's rights, or, where it says so, with its own.
sub call_from_trigger
{
	my ($rights, $when) = @_;

	$server->sql(qq{SET ROLE owner;
		CREATE OR REPLACE FUNCTION dynamo_tables.add_total() RETURNS trigger LANGUAGE plpgsql $rights AS \$\$
		BEGIN PERFORM dynamo.put_item(jsonb_build_object('TableName', 'Totals', 'Item', jsonb_build_object('id', jsonb_build_object('S', new.item->>'id')))); RETURN NULL; END \$\$;
		DROP TRIGGER IF EXISTS add_total ON dynamo_tables."Orders";
		CREATE $when FOR EACH ROW EXECUTE FUNCTION dynamo_tables.add_total()});
}
my $narrow = assume(policy([ allow('Orders', 'dynamodb:PutItem', 'Orders') ]));
my $wide = assume(policy([ allow('Both', 'dynamodb:PutItem', '*') ]));

for my $when ('TRIGGER add_total AFTER INSERT ON dynamo_tables."Orders"',
	'CONSTRAINT TRIGGER add_total AFTER INSERT ON dynamo_tables."Orders" DEFERRABLE INITIALLY DEFERRED')
{
	my $name = $when =~ /DEFERRED/ ? 'deferred' : 'plain';

	call_from_trigger('SECURITY INVOKER', $when);
	my $denied = put($narrow, 'Orders', "$name-narrow");
	is($denied->{status}, 400, "$name: what a trigger asks for with the caller's rights is narrowed by the session");
	like($denied->{body}, qr{AccessDeniedException.*assumed-role/tenant/one is not authorized to perform: dynamodb:PutItem on resource: \S*table/Totals because no session policy},
		'with its policy');
	is(put($wide, 'Orders', "$name-wide")->{status}, 200, 'another session may');
	call_from_trigger('SECURITY DEFINER', $when);
	is(put($narrow, 'Orders', "$name-definer")->{status}, 200, 'what it asks for with the rights of its owner is not');
}
is(stored('Orders'), 'deferred-definer deferred-wide plain-definer plain-wide', 'what was denied is not stored');
is(stored('Totals'), 'deferred-definer deferred-wide plain-definer plain-wide', 'nor what came of it');
$server->sql('DROP TRIGGER add_total ON dynamo_tables."Orders"');
is($server->sql(q{SET ROLE tenant; SELECT dynamo.put_item('{"TableName": "Totals", "Item": {"id": {"S": "sql"}}}')}), '{}', 'a session of SQL is nobody\'s request');

# Records tell which statements have decided.
# Of lines that have been written to their ends.
sub records { return map { decode_json($_) } grep { /\n$/ } split /^/, -e $log ? PostgreSQL::Test::Utils::slurp_file($log) : ''; }
sub decisions_of
{
	my ($answer) = @_;
	my $id = $answer->{headers}{'x-amzn-requestid'};
	my $record;

	DynamoServer::until_true('a record', sub { ($record) = grep { ($_->{requestID} // '') eq $id } records(); return $record; });
	return join ', ', $record->{additionalEventData}{decision}, sort
		map { join ' ', map { $_ // '-' } @$_{qw(effect policyType policyName statement sid)} } @{ $record->{additionalEventData}{policyDecisions} // [] };
}
my $tenant = assume(policy([ { Sid => 'Reads', Effect => 'Deny', Action => 'dynamodb:GetItem', Resource => '*' }, allow('All', '*', '*') ]));
my %get = (TableName => 'Orders', Key => { id => { S => 'x' } });

is(decisions_of(put($tenant, 'Orders', 'a')), 'allowed, Allow session - 2 All', 'a statement of the session\'s that allows');
is(decisions_of(ask($tenant, 'GetItem', \%get)), 'denied, Deny session - 1 Reads', 'one that denies');
is(decisions_of(put($narrow, 'Totals', 'b')), 'denied, Deny session - - -', 'none that allows');
$server->sql(sprintf "SELECT dynamo.put_policy('writes', '%s'), dynamo.attach_role_policy('tenant', 'writes')", policy([ { %{ allow('Unused', 'dynamodb:Scan', '*') } },
	{ Effect => 'Allow', Action => 'dynamodb:PutItem', Resource => '*', Condition => { 'ForAllValues:StringLike' => { 'dynamodb:LeadingKeys' => 'own-*' } } },
	{ Sid => 'Batches', Effect => 'Allow', Action => 'dynamodb:BatchWriteItem', Resource => '*' } ]));
is(decisions_of(put($tenant, 'Orders', 'own-1')), 'allowed, Allow identity writes 2 -', 'a policy has its name, a statement without a Sid its number');
is(decisions_of(put($tenant, 'Orders', 'other')), 'denied, Deny identity - - -', 'none of a role that allows');
$server->sql('REVOKE INSERT ON dynamo_tables."Orders" FROM tenant');
is(decisions_of(put($tenant, 'Orders', 'own-2')), 'denied', 'privileges deny before policies have decided');
$server->sql('GRANT INSERT ON dynamo_tables."Orders" TO tenant');
my $principal = { AWS => 'arn:aws:iam::000000000000:role/tenant' };
sub set_resource_policy
{
	$server->sql(sprintf "SELECT dynamo.put_resource_policy(jsonb_build_object('ResourceArn', 'arn:aws:dynamodb:us-east-1:000000000000:table/Orders', 'Policy', '%s'))",
		policy([ map { { %$_, Principal => $principal } } @_ ]));
}
set_resource_policy({ %{ allow('x' x 70 . 'é', 'dynamodb:GetItem', '*') }, Effect => 'Deny' }, allow('Puts', 'dynamodb:PutItem', '*'));
is(decisions_of(put($tenant, 'Orders', 'other')), 'allowed, Allow resource - 2 Puts', 'a resource\'s policy');
$tenant = assume(policy([ allow('All', '*', '*') ]));
is(decisions_of(ask($tenant, 'GetItem', \%get)), 'denied, Deny resource - 1 ' . 'x' x 64, 'a long Sid is cut');
is(decisions_of(ask($tenant, 'BatchWriteItem', { RequestItems => { Orders => [ { PutRequest => { Item => { id => { S => 'c' } } } } ],
	Totals => [ { PutRequest => { Item => { id => { S => 'd' } } } } ] } })), 'allowed, Allow identity writes 3 Batches', 'one statement for two tables is told once');
$server->sql(sprintf "SELECT dynamo.put_policy('writes', '%s')", policy([ allow('Orders', '*', 'Orders'), allow('Totals', '*', 'Totals') ]));
is(decisions_of(ask($tenant, 'BatchWriteItem', { RequestItems => { Orders => [ { PutRequest => { Item => { id => { S => 'c' } } } } ],
	Totals => [ { PutRequest => { Item => { id => { S => 'd' } } } } ] } })), 'allowed, Allow identity writes 1 Orders, Allow identity writes 2 Totals', 'two for two as two');
$server->sql('REVOKE INSERT ON dynamo_tables."Orders" FROM tenant');
is(decisions_of(put($tenant, 'Orders', 'e')), 'denied, Allow identity writes 1 Orders', 'or deny what policies allow');
$server->sql('GRANT INSERT ON dynamo_tables."Orders" TO tenant');
$server->sql(q{SELECT dynamo.detach_role_policy('tenant', 'writes')});
$server->sql(q{SELECT dynamo.delete_resource_policy('{"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/Orders"}')});

# How many sessions one role may have made.
sub sessions { return $server->sql(q{SELECT count(*) FROM dynamo.access_keys WHERE assumed_by = 'app'::regrole}); }
sub try_assume
{
	my ($code, $out, $errors) = $server->node->psql('postgres', q{SET ROLE app; SELECT access_key_id FROM dynamo.assume_role('tenant', 'more')});
	return $errors =~ /ERROR:  (.*)/ ? $1 : 'made';
}
my $most = sessions() + 1;
$server->sql("ALTER SYSTEM SET dynamo.max_sessions_per_role = $most");
$server->sql('SELECT pg_reload_conf()');
DynamoServer::until_true('the setting', sub { return $server->sql('SHOW dynamo.max_sessions_per_role') == $most; });
my $earlier = $server->node->background_psql('postgres', on_error_stop => 0);
$earlier->query_safe('SET ROLE app; BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
is(try_assume(), 'made', 'a role may make sessions up to the setting');
is($earlier->query(q{SELECT 1 FROM dynamo.assume_role('tenant', 'more')}), '', 'no more by an earlier snapshot');
$earlier->quit;
is(try_assume(), "Cannot exceed quota for SessionsPerRole: $most", 'and no more');
my $app = SignedRequest::new_key($server, 'app');
sub assume_by_port
{
	my $socket = $server->connect;
	print $socket SignedRequest::text(%$app, service => 'sts', fields => [ 'Content-Type', 'application/x-www-form-urlencoded' ],
		body => 'Action=AssumeRole&Version=2011-06-15&RoleSessionName=port&RoleArn=arn%3Aaws%3Aiam%3A%3A000000000000%3Arole%2Ftenant');
	return DynamoServer::read_answer($socket);
}
DynamoServer::until_true('the workers', sub { return assume_by_port()->{status} == 409; });
like(assume_by_port()->{body}, qr{<Code>LimitExceeded</Code>}, 'by the port neither');
$server->sql(q{CREATE ROLE second LOGIN; GRANT tenant TO second});
is($server->sql(q{SET ROLE second; SELECT count(*) FROM dynamo.assume_role('tenant', 'its-own')}), 1, 'another role has its own');
$server->sql(q{UPDATE dynamo.access_keys SET expires = clock_timestamp() WHERE access_key_id = (SELECT min(access_key_id) FROM dynamo.access_keys WHERE assumed_by = 'app'::regrole)});
is(try_assume(), 'made', 'one that has expired leaves its place');
is(sessions(), $most, 'and its row');
$server->sql(q{SET ROLE app; SELECT dynamo.delete_sessions('app')});
is(try_assume(), 'made', 'and so do those that are deleted');

$server->node->stop;
done_testing();
