# As whom HTTP requests run: each as its key's role, and none with anything of another's.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use DynamoServer;
use JSON::PP qw(decode_json encode_json);
use PostgreSQL::Test::Utils;
use SignedRequest;
use Test::More;

my $server = DynamoServer->new('identity', 'dynamo.authentication = required', 'dynamo.http_workers = 1',
	'dynamo.http_lock_timeout = 60s', SignedRequest::master_key_setting());

$server->start;
$server->sql("CREATE ROLE $_ LOGIN") for 'alice', 'bob';
$server->grant($_) for 'alice', 'bob';
my %user = map { $_ => SignedRequest::new_key($server, $_) } 'alice', 'bob';

sub text
{
	my ($who, $operation, $input) = @_;
	return SignedRequest::text(%{ $user{$who} }, operation => $operation, body => encode_json($input));
}

# The answer's body with its status.
sub ask_on
{
	my ($socket, @request) = @_;

	print $socket text(@request);
	return taken($socket);
}

sub taken
{
	my ($socket) = @_;
	my $answer = DynamoServer::read_answer($socket);

	return $answer ? { %{ decode_json($answer->{body}) }, status => $answer->{status} } : { status => 0 };
}

sub ask { return ask_on($server->connect, @_); }

sub key { return { id => { S => $_[0] } }; }

sub create
{
	my ($who, $name) = @_;
	my $answer = ask($who, 'CreateTable', {
		TableName => $name,
		AttributeDefinitions => [ { AttributeName => 'id', AttributeType => 'S' } ],
		KeySchema => [ { AttributeName => 'id', KeyType => 'HASH' } ],
		BillingMode => 'PAY_PER_REQUEST' });

	is($answer->{status}, 200, "$who creates $name") or diag(encode_json($answer));
}

sub refused
{
	my ($answer, $exception, $what) = @_;
	like($answer->{__type}, qr/#$exception$/, $what);
}

# Privileges and owners.
create('alice', 'Orders');
is($server->sql(q{SELECT relowner::regrole FROM pg_class WHERE relname = 'Orders' AND relnamespace = 'dynamo_tables'::regnamespace}),
	'alice', 'a table is the role\'s that the key is of');
is(ask('alice', 'PutItem', { TableName => 'Orders', Item => { id => { S => 'a' }, owner => { S => 'alice' } } })->{status}, 200, 'alice writes');
refused(ask('bob', 'GetItem', { TableName => 'Orders', Key => key('a') }), 'AccessDeniedException', 'bob may not read');

# Roles that code of owners sees, at the write and at the commit.
$server->sql(q{
	CREATE TABLE seen (at text, who text, login text);
	GRANT ALL ON seen TO PUBLIC;
	CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
		BEGIN INSERT INTO public.seen VALUES (TG_ARGV[0], current_user, session_user); RETURN NEW; END $$;
	CREATE TRIGGER at_write AFTER INSERT ON dynamo_tables."Orders" FOR EACH ROW EXECUTE FUNCTION note('write');
	CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON dynamo_tables."Orders" DEFERRABLE INITIALLY DEFERRED
		FOR EACH ROW EXECUTE FUNCTION note('commit');
	GRANT ALL ON dynamo_tables."Orders" TO bob;});
is(ask('alice', 'PutItem', { TableName => 'Orders', Item => { id => { S => 't' }, owner => { S => 'alice' } } })->{status}, 200, 'alice writes');
is(ask('bob', 'PutItem', { TableName => 'Orders', Item => { id => { S => 'b' }, owner => { S => 'bob' } } })->{status}, 200, 'bob writes');
is($server->sql('SELECT string_agg(concat_ws(\' \', at, who, login), \', \') FROM seen'),
	'write alice dynamo_http, commit alice dynamo_http, write bob dynamo_http, commit bob dynamo_http',
	'triggers run as the key\'s role, deferred ones too, in a session that is not its own');
$server->sql(q{DROP TRIGGER at_write ON dynamo_tables."Orders"; DROP TRIGGER at_commit ON dynamo_tables."Orders"});

# Pipelined requests of two identities on one connection, under row-level security. Plans and conditions of one
# are not the other's.
$server->sql(q{ALTER TABLE dynamo_tables."Orders" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
	CREATE POLICY own ON dynamo_tables."Orders" USING (item->>'owner' = current_user)});
my $socket = $server->connect;
my @asked = map { my $who = $_; map { [ $who, $_ ] } 'a', 'b' } ('alice', 'bob', 'bob', 'alice') x 3;
print $socket join '', map { text($_->[0], 'GetItem', { TableName => 'Orders', Key => key($_->[1]) }) } @asked;
is(join(' ', map { my $answer = taken($socket); "$_->[0]:" . ($answer->{Item} ? $answer->{Item}{id}{S} : '-') } @asked),
	join(' ', map { "$_->[0]:" . ($_->[1] eq substr($_->[0], 0, 1) ? $_->[1] : '-') } @asked),
	'each sees its own rows');
my @scans = ('alice', 'bob') x 3;
print $socket join '', map { text($_, 'Scan', { TableName => 'Orders' }) } @scans;
is(join(' ', map { taken($socket)->{Count} } @scans), '2 1 2 1 2 1', 'Scan too');

# What one has not proven ends with it.
print $socket text('alice', 'GetItem', { TableName => 'Orders', Key => key('a') })
	. SignedRequest::text(%{ $user{bob} }, secret => 'wrong', operation => 'GetItem', body => '{}')
	. text('bob', 'GetItem', { TableName => 'Orders', Key => key('b') });
is(taken($socket)->{Item}{id}{S}, 'a', 'before a request that is refused');
refused(taken($socket), 'InvalidSignatureException', 'it is refused');
is(taken($socket)->{Item}{id}{S}, 'b', 'after it');

# A key that goes in the middle of a connection, and one that comes back.
sub is_refused { refused(ask_on($socket, $_[0], 'ListTables', {}), $_[1], $_[2]); }
sub is_served { is(ask_on($socket, $_[0], 'ListTables', {})->{status}, 200, $_[1]); }

is_served('bob', 'a key works');
$server->sql("SELECT dynamo.deactivate_access_key('$user{bob}{key}')");
is_refused('bob', 'UnrecognizedClientException', 'on the same connection a deactivated key is refused');
is_served('alice', 'another key goes on');
$server->sql("SELECT dynamo.activate_access_key('$user{bob}{key}')");
is_served('bob', 'it works when it is active again');
my $second = SignedRequest::new_key($server, 'bob');
$user{second} = $second;
is_served('second', 'a second key');
$server->sql("SELECT dynamo.delete_access_key('$second->{key}')");
is_refused('second', 'UnrecognizedClientException', 'a deleted key is refused');

# What becomes of roles.
$server->sql('ALTER ROLE bob RENAME TO robert');
is_served('bob', 'the key of a role that was renamed');
is(ask_on($socket, 'bob', 'PutItem', { TableName => 'Orders', Item => { id => { S => 'r' }, owner => { S => 'robert' } } })->{status}, 200,
	'which has its new name in policies');
$server->sql('ALTER ROLE robert NOLOGIN');
is_refused('bob', 'UnrecognizedClientException', 'of one that has lost LOGIN');
$server->sql('ALTER ROLE robert LOGIN');
is_served('bob', 'and has it back');
$server->sql('ALTER ROLE robert BYPASSRLS');
is_refused('bob', 'UnrecognizedClientException', 'of one that is above policies');
$server->sql('ALTER ROLE robert NOBYPASSRLS; DROP OWNED BY robert; DROP ROLE robert');
is_refused('bob', 'UnrecognizedClientException', 'of one that was dropped');

# A request that waits for a lock is checked again when it goes on.
my $locker = $server->node->background_psql('postgres');
$locker->query_safe(q{BEGIN; UPDATE dynamo_tables."Orders" SET item = item});
$user{parked} = SignedRequest::new_key($server, 'alice');
my $put = { TableName => 'Orders', Item => { id => { S => 'a' }, owner => { S => 'alice' }, late => { BOOL => JSON::PP::true } } };
my %waits = map { $_ => $server->connect } 'alice', 'parked';
print { $waits{$_} } text($_, 'PutItem', $put) for 'alice', 'parked';
is_served('alice', 'the requests wait, and others are served');
$server->sql("SELECT dynamo.deactivate_access_key('$user{parked}{key}')");
$locker->query_safe('COMMIT');
is(taken($waits{alice})->{status}, 200, 'a request whose key is still active goes on');
refused(taken($waits{parked}), 'UnrecognizedClientException', 'one whose key was revoked while it waited does not');
$locker->quit;

# Without the signature's check: `warn` lets through, counts and logs; `off` looks at nothing.
sub set_authentication
{
	my @old = $server->worker_pids;

	$server->sql("ALTER SYSTEM SET dynamo.authentication = '$_[0]'");
	$server->sql('SELECT pg_reload_conf()');
	DynamoServer::until_true('other workers', sub { my @new = $server->worker_pids; @new && $new[0] != $old[0] });
	$server->wait_until_healthy;
}

sub faults { return $server->sql("SELECT requests FROM dynamo.http_signature_faults() WHERE exception = '$_[0]'"); }

my $before = faults('InvalidSignatureException');
ok($before > 0, 'faults are counted');
set_authentication('warn');
my $answer = sub { my $to = $server->connect; print $to $_[0]; return taken($to) };
is($answer->(SignedRequest::text(%{ $user{alice} }, secret => 'wrong', operation => 'ListTables'))->{status}, 200, 'warn lets through');
is(faults('InvalidSignatureException'), $before + 1, 'and counts');
refused(ask('alice', 'DescribeTable', { TableName => 'None' }), 'ResourceNotFoundException', 'a signed request');
is($server->call('CreateTable', { TableName => 'Unsigned', BillingMode => 'PAY_PER_REQUEST',
	AttributeDefinitions => [ { AttributeName => 'id', AttributeType => 'S' } ],
	KeySchema => [ { AttributeName => 'id', KeyType => 'HASH' } ] })->{TableDescription}{TableName}, 'Unsigned', 'one without a signature');
create('alice', 'Signed');
is($server->sql(q{SELECT string_agg(relname || ' ' || relowner::regrole, ', ' ORDER BY relname) FROM pg_class
	WHERE relname IN ('Signed', 'Unsigned') AND relnamespace = 'dynamo_tables'::regnamespace}),
	'Signed alice, Unsigned dynamo_http', 'who signs is who they are, the others are dynamo.http_role');
my $log = PostgreSQL::Test::Utils::slurp_file($server->node->logfile);
like($log, qr/dynamo lets through HTTP requests that are not signed/, 'the log says that it lets through');
like($log, qr/dynamo lets through an HTTP request that it would refuse: InvalidSignatureException: The request/, 'and whom');
set_authentication('off');
is(ask('alice', 'ListTables', {})->{status}, 200, 'off lets through');
is($answer->(SignedRequest::text(key => 'x', operation => 'ListTables'))->{status}, 200, 'whatever is sent');
like(PostgreSQL::Test::Utils::slurp_file($server->node->logfile), qr/dynamo does not check who sends HTTP requests/, 'and the log says so');

done_testing();
