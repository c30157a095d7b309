# Policies on requests by HTTP: what an answer says, the conditions on the way that a request takes, and that a change
# counts for the next request.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use JSON::PP qw(decode_json encode_json);
use Test::More;

my $server = DynamoServer->new('policy', 'dynamo.http_workers = 1')->start;
$server->create_table($_) for 'Music', 'Secret';
$server->call('PutItem', { TableName => $_, Item => { id => { S => 'a' }, v => { N => '1' } } }) for 'Music', 'Secret';

my $connection = $server->connect;

# The status of an answer on the connection that is kept, and its body as a structure.
sub ask
{
	my ($operation, $body, %headers) = @_;

	print $connection DynamoServer::request_text($operation, encode_json($body), %headers);
	my $answer = DynamoServer::read_answer($connection);
	return ($answer->{status}, decode_json($answer->{body}));
}

sub get { my ($table, %headers) = @_; return ask('GetItem', { TableName => $table, Key => { id => { S => 'a' } } }, %headers); }
sub statement { my ($effect, $action, $resource, $condition) = @_;
	return { Effect => $effect, Action => $action, Resource => $resource, $condition ? (Condition => $condition) : () }; }

sub put_policy
{
	my (@statements) = @_;
	my $document = encode_json({ Version => '2012-10-17', Statement => \@statements });

	$server->sql(qq{SELECT dynamo.put_policy('worker', '$document')});
	return;
}

my ($status, $body) = get('Music');
is($status, 200, 'no policy, and privileges decide');

put_policy(statement('Allow', 'dynamodb:GetItem', 'arn:aws:dynamodb:us-east-1:000000000000:table/Music'));
$server->sql(q{SELECT dynamo.attach_role_policy('dynamo_http', 'worker')});
($status, $body) = get('Music');
is($status, 200, 'a policy that allows');

($status, $body) = get('Secret');
is($status, 400, 'a table that it does not name');
is_deeply($body, { __type => 'com.amazon.coral.service#AccessDeniedException',
	Message => 'User: arn:aws:iam::000000000000:user/dynamo_http is not authorized to perform: dynamodb:GetItem on resource: '
		. 'arn:aws:dynamodb:us-east-1:000000000000:table/Secret because no identity-based policy allows the dynamodb:GetItem action' },
	'the exception and its text');
my ($none_status, $none) = get('None');
$none->{Message} =~ s/None/Secret/;
is_deeply([ $none_status, $none ], [ $status, $body ], 'a table that is not there gets the same answer');

# An item that leaves by an error: refused before anything is judged.
($status, $body) = ask('PutItem', { TableName => 'Music', Item => { id => { S => 'a' } }, ConditionExpression => 'attribute_not_exists(id)',
	ReturnValuesOnConditionCheckFailure => 'ALL_OLD' });
is_deeply([ $status, $body->{Item} ], [ 400, undef ], 'no item with a refusal');
like($body->{__type}, qr/AccessDenied/, 'which is one');

# The way that a request takes.
for my $case (
	[ 'an address', 200, { IpAddress => { 'aws:SourceIp' => [ '127.0.0.0/8', '::1/128' ] } } ],
	[ 'another address', 400, { IpAddress => { 'aws:SourceIp' => '10.0.0.0/8' } } ],
	[ 'not an address', 400, { NotIpAddress => { 'aws:SourceIp' => '127.0.0.1' } } ],
	[ 'plain HTTP', 200, { Bool => { 'aws:SecureTransport' => 'false' } } ],
	[ 'TLS', 400, { Bool => { 'aws:SecureTransport' => 'true' } } ],
	[ 'a user agent', 200, { StringLike => { 'aws:UserAgent' => 'player/*' } } ],
	[ 'another user agent', 400, { StringLike => { 'aws:UserAgent' => 'browser/*' } } ],
	[ 'a name', 200, { StringEquals => { 'aws:username' => 'dynamo_http' } } ])
{
	my ($name, $expected, $condition) = @$case;

	put_policy(statement('Allow', 'dynamodb:GetItem', '*', $condition));
	($status, $body) = get('Music', 'User-Agent' => 'player/1.0');
	is($status, $expected, $name);
}
($status, $body) = get('Music');
is($status, 200, 'a client without a user agent has the others');

# By SQL there is no address: an owner who lets one network in lets nobody else in.
$server->sql('GRANT USAGE ON SCHEMA dynamo TO dynamo_http');
put_policy(statement('Allow', '*', '*', { IpAddress => { 'aws:SourceIp' => '0.0.0.0/0' } }));
my ($code, $out, $errors) = $server->node->psql('postgres', q{SET ROLE dynamo_http; SELECT dynamo.get_item('Music', '{"id":{"S":"a"}}')});
like($errors, qr/is not authorized to perform: dynamodb:GetItem/, 'SQL comes from no address');

$server->sql(q{SELECT dynamo.detach_role_policy('dynamo_http', 'worker')});
($status, $body) = get('Secret');
is($status, 200, 'and without the policy as before');

# What nothing allows, where policies are demanded.
$server->sql('ALTER SYSTEM SET dynamo.require_policies = on');
$server->sql('SELECT pg_reload_conf()');
DynamoServer::until_true('policies are demanded', sub { ($status, $body) = get('Music'); return $status == 400; });
like($body->{Message}, qr/because no identity-based policy allows/, 'a role without policies may nothing');

done_testing();
