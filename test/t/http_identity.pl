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
	'dynamo.http_lock_timeout = 60s');

$server->start;
$server->sql("CREATE ROLE $_ LOGIN") for 'alice', 'bob';
$server->grant($_) for 'alice', 'bob';
my %user = map { $_ => key_of($_) } 'alice', 'bob';

# A new access key of the role, as options of SignedRequest.
sub key_of
{
	my ($role) = @_;
	return { key => "KEY_$role", secret => 'secret' };
}

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

done_testing();
