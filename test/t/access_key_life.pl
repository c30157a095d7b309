# Access keys in use over HTTP: from the commit on that changes one, or its role, each worker says so, on
# connections that are open.
use strict;
use warnings;

use File::Temp qw(tempdir);
use FindBin;
use lib $FindBin::RealBin;
use DynamoServer;
use JSON::PP qw(decode_json encode_json);
use PostgreSQL::Test::Utils;
use SignedRequest;
use Test::More;

my $outside = tempdir(CLEANUP => 1);
my $key_file = "$outside/master.key";

sub write_keys { unlink $key_file; append_to_file($key_file, join('', map { $_ x 64 . "\n" } @_)); chmod 0600, $key_file; return; }

write_keys(1);
my $server = DynamoServer->new('keys', 'dynamo.authentication = required', 'dynamo.http_workers = 1',
	"dynamo.master_key_file = '$key_file'", 'dynamo.maintenance_interval = 1s');
$server->start;
$server->sql("CREATE ROLE $_ LOGIN") for 'alice', 'bob';
$server->sql('CREATE ROLE tenant; GRANT tenant TO alice');
$server->grant($_) for 'alice', 'bob', 'tenant';

sub new_key
{
	my ($role, $rest) = @_;
	my ($id, $secret) = split /\|/, $server->sql("SELECT * FROM dynamo.create_access_key('$role'" . ($rest // '') . ')');
	return { key => $id, secret => $secret };
}

my $socket;

# What the API says to a request with the key on the connection that is open: "200", or an exception.
sub says
{
	my ($key, $operation, $body) = @_;

	$socket //= $server->connect;
	print $socket SignedRequest::text(%$key, operation => $operation // 'ListTables', body => $body // '{}');
	my $answer = DynamoServer::read_answer($socket);
	my $json = decode_json($answer->{body});
	return $answer->{status} == 200 ? '200' : $json->{__type} =~ s/.*#//r;
}

my $unknown = 'UnrecognizedClientException';
my $alice = new_key('alice');
my $bob = new_key('bob');

is(says($alice), '200', 'a key that was just made');
is(says({ %$alice, secret => $bob->{secret} }), 'InvalidSignatureException', 'with another secret');
is(says({ %$alice, key => 'AKIAAAAAAAAAAAAAAAAA' }), $unknown, 'a key that is not there');
is(says({ %$alice, token => 'token' }), $unknown, 'a key that has no session token');

my $brief = new_key('bob', q(, now() + '1 second'));
DynamoServer::until_true('a key to expire', sub { says($brief) eq 'ExpiredTokenException' });
$server->sql("SELECT dynamo.delete_access_key('$brief->{key}')");

# By their functions
for my $case (
	[ 'deactivated', 'SELECT dynamo.deactivate_access_key(%s)', 'SELECT dynamo.activate_access_key(%s)' ],
	[ 'deactivated by hand', 'UPDATE dynamo.access_keys SET active = false WHERE access_key_id = %s', 'UPDATE dynamo.access_keys SET active = true WHERE access_key_id = %s' ],
	[ 'given another expiry by hand', q(UPDATE dynamo.access_keys SET expires = now() + '1 day' WHERE access_key_id = %s), q(UPDATE dynamo.access_keys SET expires = NULL WHERE access_key_id = %s) ],
	[ 'without LOGIN', 'ALTER ROLE alice NOLOGIN', 'ALTER ROLE alice LOGIN' ],
	[ 'a superuser\'s', 'ALTER ROLE alice SUPERUSER', 'ALTER ROLE alice NOSUPERUSER' ],
	[ 'of a role with BYPASSRLS', 'ALTER ROLE alice BYPASSRLS', 'ALTER ROLE alice NOBYPASSRLS' ],
	[ 'of a role with REPLICATION', 'ALTER ROLE alice REPLICATION', 'ALTER ROLE alice NOREPLICATION' ],
	[ 'of a member of a role that reads files', 'GRANT pg_read_server_files TO alice', 'REVOKE pg_read_server_files FROM alice' ],
	[ 'of a role without CONNECT', 'REVOKE CONNECT ON DATABASE postgres FROM PUBLIC; GRANT CONNECT ON DATABASE postgres TO dynamo_http, bob', 'GRANT CONNECT ON DATABASE postgres TO PUBLIC' ])
{
	my ($what, $do, $undo) = @$case;
	$server->sql($do =~ s/%s/'$alice->{key}'/r);
	is(says($alice), $unknown, "$what: refused");
	is(says($bob), '200', 'another one is not');
	$server->sql($undo =~ s/%s/'$alice->{key}'/r);
	is(says($alice), '200', 'and then served again');
}
$server->sql('ALTER ROLE alice RENAME TO alicia');
is(says($alice), '200', 'of a role that is renamed');
$server->sql('ALTER ROLE alicia RENAME TO alice');

# What is rolled back has not happened
$server->node->psql('postgres', "BEGIN; DELETE FROM dynamo.access_keys; ROLLBACK");
is(says($alice), '200', 'deleted and rolled back');
# An id that a process knows to be unknown, and that is then brought in
is(says({ key => 'AKIABROUGHTIN0000001', secret => 'secret' }), $unknown, 'an id that nobody has');
append_to_file("$outside/import.csv", "User name,Access key ID,Secret access key\nbob,AKIABROUGHTIN0000001,secret\n");
chmod 0600, "$outside/import.csv";
$server->sql("ALTER SYSTEM SET dynamo.access_key_import_file = '$outside/import.csv'");
$server->sql('SELECT pg_reload_conf()');
DynamoServer::until_true('the import', sub { return ($server->node->psql('postgres', 'SELECT dynamo.import_access_keys()'))[0] == 0; });
is(says({ key => 'AKIABROUGHTIN0000001', secret => 'secret' }), '200', 'until it is brought in');
# Many ids that nobody has take no room from those of keys
is(says({ key => sprintf('AKIA%016d', $_), secret => 'secret' }), $unknown, "id $_") for 1 .. 300;
is(says($alice), '200', 'a key is known all the same');
is(says({ %$alice, region => 'x' x 200 }), 'InvalidSignatureException', 'a scope that is too long');
is(says($alice), '200', 'and then one that is right');
DynamoServer::until_true('the last use', sub { return $server->sql("SELECT last_used IS NOT NULL FROM dynamo.access_key WHERE access_key_id = '$alice->{key}'") eq 't'; });
is($server->sql(q(SELECT count(*) FROM dynamo.access_key_use WHERE access_key_id LIKE 'AKIA00%')), 0, 'of keys alone');

# Temporary credentials
my $other_policy = '';
sub session
{
	my ($name) = @_;
	my ($id, $secret, $token) = split /\|/, $server->sql("SET ROLE alice; SELECT * FROM dynamo.assume_role('tenant', '$name')");
	return { key => $id, secret => $secret, token => $token };
}
my $job = session('job');
my $other = session('other');
is(says($job), '200', 'temporary credentials');
is(says({ %$job, token => $other->{token} }), $unknown, 'with the token of others');
is(says({ %$job, token => substr($job->{token}, 1) }), $unknown, 'with a part of it');
is(says({ %$job, token => undef }), $unknown, 'without it');
for my $case ([ 'REVOKE tenant FROM alice', 'GRANT tenant TO alice' ], [ 'ALTER ROLE alice NOLOGIN', 'ALTER ROLE alice LOGIN' ], [ 'ALTER ROLE tenant BYPASSRLS', 'ALTER ROLE tenant NOBYPASSRLS' ])
{
	$server->sql($case->[0]);
	is(says($job), $unknown, $case->[0]);
	$server->sql($case->[1]);
	is(says($job), '200', $case->[1]);
}
$server->sql("UPDATE dynamo.access_keys SET session_policy = 'x' WHERE access_key_id = '$job->{key}'");
is(says($job), $unknown, 'a session whose policy was changed');
$server->sql(q(SELECT dynamo.delete_sessions('tenant')));
is(says($other), $unknown, 'sessions that were deleted');

# The master key
write_keys(2);
$server->sql('SELECT pg_reload_conf()');
DynamoServer::until_true('another master key', sub { return says($alice) eq 'ServiceUnavailable'; });
is(says($alice), 'ServiceUnavailable', 'a master key that is taken away takes its keys with it');
write_keys(2, 1);
$server->sql('SELECT pg_reload_conf()');
DynamoServer::until_true('both master keys', sub { return says($alice) eq '200'; });
is($server->sql('SELECT dynamo.reseal_access_keys()'), 3, 'sealed anew');
is(says($alice), '200', 'a key stays as it is');

# The end
$server->sql("SELECT dynamo.delete_access_key('$alice->{key}')");
is(says($alice), $unknown, 'a key that was deleted');
$server->sql('DROP OWNED BY bob; DROP ROLE bob');
is(says($bob), $unknown, 'a role that was dropped');
$server->sql('TRUNCATE dynamo.access_keys CASCADE');

$server->node->stop;
done_testing();
