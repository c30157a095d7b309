# The token service on the HTTP API: who is asking, and temporary credentials.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use DynamoServer;
use PostgreSQL::Test::Utils;
use SignedRequest;
use Test::More;

my $server = DynamoServer->new('sts', 'dynamo.authentication = required', 'dynamo.http_workers = 1',
	SignedRequest::master_key_setting());

$server->start;
$server->sql('CREATE ROLE app LOGIN; CREATE ROLE tenant; CREATE ROLE other; GRANT tenant TO app');
my $app = SignedRequest::new_key($server, 'app');

sub send_text
{
	my $socket = $server->connect;
	print $socket $_[0];
	return DynamoServer::read_answer($socket);
}

sub form { my @parts; while (my ($name, $value) = splice @_, 0, 2) { push @parts, "$name=$value" } return join '&', @parts; }

# Asks the service with an access key; what follows are the form's names and values.
sub ask
{
	my ($key, @form) = @_;
	return send_text(SignedRequest::text(%$key, service => 'sts', body => form(Version => '2011-06-15', @form),
		fields => [ 'Content-Type', 'application/x-www-form-urlencoded; charset=utf-8' ]));
}

sub element { return $_[0]->{body} =~ m{<$_[1]>([^<]*)</$_[1]>} ? $1 : undef; }

sub refused
{
	my ($answer, $status, $code, $text, $what) = @_;

	is($answer->{status}, $status, "$what: status");
	like($answer->{body}, qr{^<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">}, "$what: XML");
	is(element($answer, 'Code'), $code, "$what: code");
	ref $text ? like(element($answer, 'Message'), $text, "$what: text") : is(element($answer, 'Message'), $text, "$what: text");
}

my $answer = ask($app, Action => 'GetCallerIdentity');
is($answer->{status}, 200, 'GetCallerIdentity');
is($answer->{headers}{'content-type'}, 'text/xml', 'its type');
is(element($answer, 'Arn'), 'arn:aws:iam::000000000000:user/app', 'its Arn');
is(element($answer, 'Account'), '000000000000', 'its account');
like(element($answer, 'UserId'), qr/^AIDA[A-Z0-9]{17}$/, 'its user id');
is(element($answer, 'RequestId'), $answer->{headers}{'x-amzn-requestid'}, 'its request id');

my @assume = (Action => 'AssumeRole', RoleArn => 'arn%3Aaws%3Aiam%3A%3A000000000000%3Arole%2Ftenant', RoleSessionName => 'night+1');
@assume = (@assume[0 .. 4], 'night%2B1');
$answer = ask($app, @assume, DurationSeconds => 900, 'Tags.member.1.Key' => 'team', 'Tags.member.1.Value' => 'a%2Bb+c');
is($answer->{status}, 200, 'AssumeRole') or diag($answer->{body});
is(element($answer, 'Arn'), 'arn:aws:sts::000000000000:assumed-role/tenant/night+1', 'its Arn');
like(element($answer, 'AssumedRoleId'), qr/^AROA[A-Z0-9]{17}:night\+1$/, 'its id');
like(element($answer, 'Expiration'), qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'when it expires');
my %assumed = (key => element($answer, 'AccessKeyId'), secret => element($answer, 'SecretAccessKey'), token => element($answer, 'SessionToken'));
is($server->sql(q{SELECT role, assumed_by, session_name, session_tags, round(extract(epoch FROM expires - created)) FROM dynamo.access_key WHERE session_name IS NOT NULL}),
	'tenant|app|night+1|{"team": "a+b c"}|900', 'what is known of it');

is(element(ask(\%assumed, Action => 'GetCallerIdentity'), 'Arn'), 'arn:aws:sts::000000000000:assumed-role/tenant/night+1', 'who it is');
sub list { my ($key, %more) = @_; return send_text(SignedRequest::text(%$key, operation => 'ListTables', %more)); }
is(list(\%assumed)->{status}, 200, 'a request by temporary credentials');
like(list({ %assumed, token => undef })->{body}, qr/UnrecognizedClientException/, 'not without their token');
like(list({ %assumed, token => $assumed{token} =~ s/^(.)/$1 eq 'x' ? 'y' : 'x'/er })->{body}, qr/UnrecognizedClientException/, 'nor with another');
like(list({ %$app, token => $assumed{token} })->{body}, qr/UnrecognizedClientException/, 'nor a token with another key');

refused(ask(\%assumed, @assume), 403, 'AccessDenied', qr/^User: arn:aws:sts::000000000000:assumed-role\/tenant\/night\+1 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::000000000000:role\/tenant$/, 'a chain of roles');
refused(ask($app, @assume, RoleArn => 'x', 'PolicyArns.member.1.arn' => 'y'), 400, 'ValidationError', 'PolicyArns.member.1.arn is not supported', 'what would narrow it');
refused(ask($app, @assume, 'PolicyArns.member.2.arn' => 'y'), 400, 'ValidationError', 'PolicyArns.member.2.arn is not supported', 'nor as a second one');
refused(ask($app, @assume, Policy => '%7B%7D'), 400, 'MalformedPolicyDocument', 'Syntax errors in policy.', 'a policy that is none');
refused(ask($app, Action => 'AssumeRole', RoleSessionName => 'x1'), 400, 'ValidationError', qr/^1 validation error detected: Value null at 'roleArn'/, 'no role');
refused(ask($app, @assume[ 0 .. 3 ]), 400, 'ValidationError', qr/^1 validation error detected: Value null at 'roleSessionName'/, 'no name');
refused(ask($app, @assume, DurationSeconds => 'x'), 400, 'ValidationError', qr/DurationSeconds/, 'no number');
refused(ask($app, @assume, DurationSeconds => 10), 400, 'ValidationError', qr/'10' at 'durationSeconds'/, 'a short duration');
for my $role ('other', 'nobody', 'app')
{
	refused(ask($app, @assume[ 0 .. 1 ], RoleArn => "arn:aws:iam::000000000000:role/$role", RoleSessionName => 'name'), 403, 'AccessDenied',
		"User: arn:aws:iam::000000000000:user/app is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::000000000000:role/$role", $role);
}
$server->sql(q{SELECT dynamo.put_policy('office', '{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*",
	"Condition": {"NotIpAddress": {"aws:SourceIp": "127.0.0.0/8"}}}}'), dynamo.attach_role_policy('app', 'office')});
is(ask($app, @assume)->{status}, 200, 'from an address that a policy does not deny');
$server->sql(q{SELECT dynamo.put_policy('office', '{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "sts:*", "Resource": "*",
	"Condition": {"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}}}')});
refused(ask($app, @assume), 403, 'AccessDenied', qr/not authorized to perform: sts:AssumeRole/, 'from one that it denies');
$server->sql(q{SELECT dynamo.detach_role_policy('app', 'office')});
refused(ask($app, Action => 'GetSessionToken'), 400, 'InvalidAction', 'Could not find operation GetSessionToken for version 2011-06-15', 'another action');
refused(ask($app, Action => '%3Ca%3E'), 400, 'InvalidAction', 'Could not find operation &lt;a&gt; for version 2011-06-15', 'a strange one');
refused(ask($app), 400, 'MissingAction', 'The request has no parameter Action', 'no action');
refused(ask($app, Action => '%ff'), 400, 'MalformedQueryString', 'The request body is not a form', 'no text');
refused(ask({ %$app, secret => 'x' }, Action => 'GetCallerIdentity'), 403, 'SignatureDoesNotMatch', qr/^The request signature we calculated/, 'a wrong secret');
refused(ask({ %$app, key => 'AKIDUNKNOWN' }, Action => 'GetCallerIdentity'), 403, 'InvalidClientTokenId', qr/^The security token/, 'an unknown key');
refused(ask({ %$app, region => 'eu-west-1' }, Action => 'GetCallerIdentity'), 403, 'SignatureDoesNotMatch', qr/valid region/, 'another region');
refused(send_text("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 0\r\n\r\n"),
	403, 'MissingAuthenticationToken', 'Request is missing Authentication Token', 'no signature');

for my $change ([ session_name => "'other'" ], [ session_tags => q('{"team": "other"}') ], [ session_tags => "'[1]'" ], [ session_tags => 'NULL' ],
	[ expires => "'infinity'" ])
{
	my ($column, $value) = @$change;
	my $where = "WHERE access_key_id = '$assumed{key}'";

	$server->sql("CREATE TABLE before AS SELECT $column FROM dynamo.access_keys $where; UPDATE dynamo.access_keys SET $column = $value $where");
	like(list(\%assumed)->{body}, qr/UnrecognizedClientException/, "a row with another $column, $value, is refused");
	$server->sql("UPDATE dynamo.access_keys SET $column = before.$column FROM before $where; DROP TABLE before");
	is(list(\%assumed)->{status}, 200, 'and taken as it was');
}

# What ends temporary credentials.
$server->sql('REVOKE tenant FROM app');
like(list(\%assumed)->{body}, qr/UnrecognizedClientException/, 'without the membership they are refused');
$server->sql('GRANT tenant TO app');
is(list(\%assumed)->{status}, 200, 'and taken with it');
$server->sql(q{SELECT dynamo.delete_sessions('tenant')});
like(list(\%assumed)->{body}, qr/UnrecognizedClientException/, 'deleted ones are refused');

done_testing();
