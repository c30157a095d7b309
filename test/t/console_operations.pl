# The operations of the console's service: rows of dynamo's views as their caller sees them, a page at a time, the
# functions of SQL that they call by the caller's rights, policies of their own, and PartiQL explained: its plan, and SQL
# that finds the same items.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use JSON::PP;
use SignedRequest;
use Test::More;

my $json = JSON::PP->new->canonical;
my $server = DynamoServer->new('console', 'dynamo.http_workers = 1', 'wal_level = logical', 'max_worker_processes = 20', SignedRequest::master_key_setting())->start;
my $account = 'arn:aws:dynamodb:us-east-1:000000000000';

sub ask
{
	my ($operation, $body) = @_;
	my $answer = $server->request($operation, $json->encode($body // {}), 'X-Amz-Target' => "DynamoConsole_20261127.$operation");

	return ($answer->{status}, $json->decode($answer->{body}));
}

sub console
{
	my ($operation, $body) = @_;
	my ($status, $answer) = ask($operation, $body);

	die "$operation: $status " . $json->encode($answer) if $status != 200;
	return $answer;
}

sub refusal { my ($status, $answer) = ask(@_); return ($answer->{__type} // '') =~ s/.*#//r . ': ' . ($answer->{message} // $answer->{Message} // ''); }
sub rows { return console(@_)->{Rows}; }

# Who asks, and what is no operation of this service.
my ($caller) = @{ rows('GetCaller') };
is_deeply([ @$caller{qw(role database region account_id may_put_policies monitors)} ],
	[ 'dynamo_http', 'postgres', 'us-east-1', '000000000000', JSON::PP::false, JSON::PP::false ], 'the caller');
is((ask('PutItem'))[0], 400, 'an operation of another service');
is($server->request('ListTriggers', '{}')->{status}, 400, 'the console has its own target');
like(refusal('ListTriggers', { Limit => 1001 }), qr/^ValidationException: .*less than or equal to 1000/, 'its requests have shapes');

# Rows in pages: each once, in the order of their names.
$server->create_table('Music');
$server->call('UpdateTable', { TableName => 'Music', StreamSpecification => { StreamEnabled => JSON::PP::true, StreamViewType => 'KEYS_ONLY' } });
$server->sql(q{CREATE FUNCTION deliver(jsonb) RETURNS void LANGUAGE sql AS '';
	SET ROLE dynamo_http;
	SELECT count(dynamo.create_trigger('t' || i, 'Music', 'function public.deliver(jsonb)', enabled => false)) FROM generate_series(1, 7) i});
$server->sql(q{SELECT dynamo.create_trigger('hidden', 'Music', 'function public.deliver(jsonb)', enabled => false)});
my (@seen, $token);
do
{
	my $page = console('ListTriggers', { Limit => 3, $token ? (NextToken => $token) : () });
	push @seen, join ' ', map { $_->{name} } @{ $page->{Rows} };
	$token = $page->{NextToken};
} while ($token);
is_deeply(\@seen, [ 't1 t2 t3', 't4 t5 t6', 't7' ], 'pages, without what is another role\'s');
is_deeply([ map { "$_->{name} $_->{state}" } @{ rows('ListTriggers', { Limit => 1 }) } ], ['t1 DISABLED'], 'a row has the columns of its view');

# Functions, by the rights of the caller.
console('EnableTrigger', { TriggerName => 't1' });
is($server->sql(q{SELECT enabled FROM dynamo.triggers WHERE name = 't1'}), 't', 'a trigger is enabled');
console('ReplayTrigger', { TriggerName => 't1' });
console('DisableTrigger', { TriggerName => 't1' });
is($server->sql(q{SELECT enabled FROM dynamo.triggers WHERE name = 't1'}), 'f', 'and disabled');
is_deeply(rows('DeleteDeadLetters', { TriggerName => 't1' }), [ { deleted => 0 } ], 'a function\'s result');
like(refusal('EnableTrigger', { TriggerName => 'none' }), qr/^ValidationException: trigger "none" does not exist/, 'what there is not');
is(refusal('EnableTrigger', { TriggerName => 'hidden' }), 'AccessDeniedException: must be owner of trigger "hidden"', 'another role\'s');
like(refusal('ReplayTrigger', { TriggerName => 't1', SequenceNumber => 'x' x 25 }), qr/^ValidationException: /, 'a wrong value is told');
is((ask('ListTriggerShards', { TriggerName => 't1' }))[0], 200, 'shards');
is_deeply([ map { $_->{name} } @{ rows('ListTriggers', { TriggerName => 't3' }) } ], ['t3'], 'a trigger by its name');
is_deeply([ map { $_->{query} } grep { $_->{state} eq 'active' } @{ rows('ListRequests') } ], ['ListRequests'], 'what a process is at');
is((ask($_))[0], 200, $_) for 'GetProgress', 'ListHotKeys', 'ListConsumedCapacity', 'ListMigrations', 'ListRestores', 'ListRoles';

my $key = SignedRequest::new_key($server, 'dynamo_http')->{key};
$server->sql(q{CREATE ROLE other LOGIN});
my $other = SignedRequest::new_key($server, 'other')->{key};
is_deeply([ map { "$_->{access_key_id} $_->{status}" } @{ rows('ListAccessKeys') } ], ["$key Active"], 'own access keys');
console('DeactivateAccessKey', { AccessKeyId => $key });
is(rows('ListAccessKeys')->[0]{status}, 'Inactive', 'a key that is deactivated');
console('DeleteAccessKey', { AccessKeyId => $key });
is_deeply(rows('ListAccessKeys'), [], 'and deleted');
like(refusal('DeleteAccessKey', { AccessKeyId => $other }), qr/does not exist/, 'not another role\'s');

# Policies: without EXECUTE on the functions nothing changes, and each operation has an action.
my $document = $json->encode({ Version => '2012-10-17', Statement => [
	{ Effect => 'Allow', Action => [ 'dynamodb:*', 'dynamo-console:List*', 'dynamo-console:SimulatePolicy', 'dynamo-console:ExplainStatement' ], Resource => '*' },
	{ Effect => 'Deny', Action => 'dynamodb:PartiQLSelect', Resource => "$account:table/Secret" } ] });
like(refusal('PutPolicy', { PolicyName => 'p', PolicyDocument => $document }), qr/^AccessDeniedException: permission denied for function put_policy/, 'put_policy');
$server->sql('GRANT EXECUTE ON FUNCTION dynamo.put_policy(text, json), dynamo.delete_policy(text) TO dynamo_http');
console('PutPolicy', { PolicyName => 'p', PolicyDocument => $document });
like(refusal('PutPolicy', { PolicyName => 'p', PolicyDocument => '{"Statement": 1' }), qr/^ValidationException: /, 'no JSON');
is_deeply([ map { $_->{name} } @{ rows('ListPolicies') } ], ['p'], 'policies');
like(refusal('AttachRolePolicy', { RoleName => 'dynamo_http', PolicyName => 'p' }), qr/^AccessDeniedException/, 'attach_role_policy');
like(refusal('SimulatePolicy', { RoleName => 'no "such', Action => 'dynamodb:GetItem', Resource => '*' }),
	qr/^ValidationException: role "no "such" does not exist/, 'the name of a role is no SQL');
$server->sql(q{SELECT dynamo.attach_role_policy('dynamo_http', 'p')});
is_deeply([ map { "$_->{decision} $_->{policy} $_->{statement}" } @{ rows('SimulatePolicy', { RoleName => 'dynamo_http', Action => 'dynamo-console:ListTriggers',
	Resource => '*', Context => '{"aws:SourceIp": "127.0.0.1"}' }) } ], ['allowed p 1'], 'a simulation');
is_deeply([ map { "$_->{role} $_->{policy}" } @{ rows('ListRolePolicies') } ], ['dynamo_http p'], 'which role has it');
is((ask('ListTriggers'))[0], 200, 'an action that a policy allows');
like(refusal('EnableTrigger', { TriggerName => 't1' }),
	qr/^AccessDeniedException: .*not authorized to perform: dynamo-console:EnableTrigger on resource: \* because no identity-based policy allows/, 'one that none does');
$server->create_table('Secret');
like(refusal('ExplainStatement', { Statement => 'SELECT * FROM "Secret"' }), qr/^AccessDeniedException: .*dynamodb:PartiQLSelect/, 'explained is what may run');
$server->sql(q{SELECT dynamo.detach_role_policy('dynamo_http', 'p')});

# A table of every type, with an index, for statements.
$server->call('CreateTable', { TableName => 'Shop', BillingMode => 'PAY_PER_REQUEST',
	AttributeDefinitions => [ map { { AttributeName => $_->[0], AttributeType => $_->[1] } } [ 'Id', 'S' ], [ 'Nr', 'N' ], [ 'Kind', 'S' ] ],
	KeySchema => [ { AttributeName => 'Id', KeyType => 'HASH' }, { AttributeName => 'Nr', KeyType => 'RANGE' } ],
	GlobalSecondaryIndexes => [ { IndexName => 'ByKind', Projection => { ProjectionType => 'ALL' },
		KeySchema => [ { AttributeName => 'Kind', KeyType => 'HASH' }, { AttributeName => 'Nr', KeyType => 'RANGE' } ] } ] });
$server->sql(q{SELECT count(dynamo.put_item('Shop', dynamo.marshall(jsonb_build_object('Id', chr(97 + i % 4), 'Nr', i, 'n', i % 7,
	'name', (ARRAY['it''s', 'é"', 'Z', 'a\b'])[1 + i % 4], 'deep', jsonb_build_object('x', jsonb_build_array(i % 3, i % 5))) ||
	CASE WHEN i % 3 = 0 THEN jsonb_build_object('Kind', 'k' || i % 2, 'ok', i % 2 = 0) WHEN i % 3 = 1 THEN '{"n": "text", "ok": null}' ELSE '{}' END)))
	FROM generate_series(1, 60) i});
$server->sql(q{GRANT ALL ON ALL TABLES IN SCHEMA dynamo_tables, dynamo_views TO dynamo_http});

# A query for how many items the SQL of an explanation finds, and how many other ones it and the statement find.
sub comparison
{
	my ($sql, $statement) = @_;

	utf8::downgrade($sql);
	$sql =~ s/;\z//;
	return qq{(WITH a AS MATERIALIZED (SELECT to_jsonb(r) FROM ($sql) r), b AS MATERIALIZED (SELECT to_jsonb(r) FROM ($statement) r)
		SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM (TABLE a EXCEPT ALL TABLE b) x), (SELECT count(*) FROM (TABLE b EXCEPT ALL TABLE a) x))};
}

my (@comparisons, @expected);
for my $case (
	[ q{SELECT * FROM "Shop"}, 'SCAN', 'view' ],
	[ q{SELECT * FROM "Shop" WHERE Id = 'b'}, 'RANGES', 'view' ],
	[ q{SELECT * FROM "Shop" WHERE Id = 'b' AND Nr = 5}, 'ITEMS', 'view' ],
	[ q{SELECT * FROM "Shop" WHERE Id = 'b' AND Nr BETWEEN 5 AND 30 ORDER BY Nr DESC}, 'RANGES', 'view' ],
	[ q{SELECT * FROM "Shop" WHERE Id IN ['a', 'b'] AND Nr > 20}, 'RANGES', 'view' ],
	[ q{SELECT * FROM "Shop" WHERE n > 3}, 'SCAN', 'view' ],
	[ q{SELECT * FROM "Shop" WHERE n > 3 OR name = 'it''s'}, 'SCAN', 'view' ],
	[ q{SELECT * FROM "Shop" WHERE name = 'é"' AND Id = 'b'}, 'RANGES', 'view' ],
	[ q{SELECT * FROM "Shop" WHERE name >= 'a'}, 'SCAN', 'view' ],
	[ q{SELECT * FROM "Shop" WHERE begins_with(name, 'a\\') AND n IN [1, 2]}, 'SCAN', 'view' ],
	[ q{SELECT * FROM "Shop" WHERE deep.x[1] = 4}, 'SCAN', 'view' ],
	[ q{SELECT * FROM "Shop" WHERE ok = true}, 'SCAN', 'view' ],
	[ q{SELECT * FROM "Shop" WHERE ok IS NULL}, 'SCAN', undef ],
	[ q{SELECT * FROM "Shop" WHERE ok IS NOT MISSING}, 'SCAN', undef ],
	[ q{SELECT * FROM "Shop" WHERE n <> 3}, 'SCAN', 'partiql' ],
	[ q{SELECT * FROM "Shop" WHERE NOT n = 3}, 'SCAN', 'partiql' ],
	[ q{SELECT * FROM "Shop" WHERE contains(name, 'é')}, 'SCAN', 'partiql' ],
	[ q{SELECT * FROM "Shop"."ByKind"}, 'SCAN', 'view' ],
	[ q{SELECT * FROM "Shop"."ByKind" WHERE Kind = 'k1' AND Nr < 40}, 'RANGES', 'view' ])
{
	my ($statement, $access, $form) = @$case;
	my $plan = console('ExplainStatement', { Statement => $statement, Analyze => JSON::PP::true });
	my $is = $plan->{Sql} =~ /partiql/ ? 'partiql' : 'view';

	is($plan->{Access}, $access, "$statement: the way to the items");
	push @comparisons, comparison($plan->{Sql}, "SELECT item FROM dynamo.partiql(\$statement\$$statement\$statement\$)");
	push @expected, "$plan->{Count}|0|0";
	is($is, $form, "$statement: what it is of") if defined $form;
}

my $plan = console('ExplainStatement', { Statement => 'SELECT Id, n FROM "Shop" WHERE Id = ? AND n = ?', Parameters => [ { S => 'b' }, { N => '1' } ],
	Analyze => JSON::PP::true });
is_deeply($plan, { StatementType => 'SELECT', TableName => 'Shop', Access => 'RANGES', Reads => 1, Filtered => JSON::PP::true, Merged => JSON::PP::false,
	Forward => JSON::PP::true, Keys => [ { AttributeName => 'Id', KeyType => 'HASH', Values => [ { S => 'b' } ] } ], ScannedCount => 15,
	Count => 2, Complete => JSON::PP::true, ConsumedCapacity => { TableName => 'Shop', CapacityUnits => 0.5 },
	Sql => qq{SELECT item->'Id' AS "Id", item->'n' AS n\nFROM dynamo_views."Shop"\nWHERE "Id" = 'b'\n  AND item \@\@ 'strict (\$."n" == 1)';} },
	'an explanation with parameters');
push @comparisons, comparison($plan->{Sql}, q{SELECT '"b"'::jsonb AS "Id", '1'::jsonb AS n FROM generate_series(1, 2)});
push @expected, '2|0|0';
is_deeply([ split /\n/, $server->sql('SET ROLE dynamo_http; ' . join ' UNION ALL ', @comparisons) ], \@expected, 'the SQL of each finds the same');

# A tenant that a policy holds to a leading key sees no others by the console.
$server->call('UpdateContributorInsights', { TableName => 'Shop', ContributorInsightsAction => 'ENABLE' });
$server->call('GetItem', { TableName => 'Shop', Key => { Id => { S => 'a' }, Nr => { N => '1' } } });
isnt(scalar @{ rows('ListHotKeys') }, 0, 'hot keys');
$server->sql(q{SELECT dynamo.put_policy('tenant', '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*",
	"Condition": {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["b"]}}}}'), dynamo.attach_role_policy('dynamo_http', 'tenant')});
is_deeply(rows('ListHotKeys'), [], 'hot keys are parts of items of others');
like(refusal('ExplainStatement', { Statement => $_, Analyze => JSON::PP::true }), qr/^AccessDeniedException: .*dynamodb:PartiQLSelect/, "a tenant: $_")
	for q{SELECT * FROM "Shop" WHERE Id = 'a'}, q{SELECT * FROM "Shop" WHERE Id IN ['a', 'b']};
is((ask('ExplainStatement', { Statement => q{SELECT * FROM "Shop" WHERE Id = 'b'}, Analyze => JSON::PP::true }))[0], 200, 'its own key');
$server->sql(q{SELECT dynamo.detach_role_policy('dynamo_http', 'tenant')});

# What writes is explained, and writes nothing.
$plan = console('ExplainStatement', { Statement => q{UPDATE "Shop" SET n = ? WHERE Id = 'b' AND Nr = 5}, Parameters => [ { N => '9' } ] });
is_deeply([ @$plan{qw(StatementType Access Sql)} ], [ 'UPDATE', 'ITEMS',
	q{SELECT dynamo.execute_statement('UPDATE "Shop" SET n = ? WHERE Id = ''b'' AND Nr = 5', '[{"N":"9"}]');} ], 'an update');
console('ExplainStatement', { Statement => q{DELETE FROM "Shop" WHERE Id = 'b' AND Nr = 5} });
console('ExplainStatement', { Statement => q{INSERT INTO "Shop" VALUE {'Id': 'new', 'Nr': 1}} });
is($server->sql(q{SELECT count(*), count(*) FILTER (WHERE item->>'n' = '9') FROM dynamo_tables."Shop"}), '60|0', 'nothing is written');
like(refusal('ExplainStatement', { Statement => q{UPDATE "Shop" SET n = 1 WHERE Id = 'b'} }), qr/^ValidationException: Where clause does not contain a mandatory equality/,
	'what cannot run');
like(refusal('ExplainStatement', { Statement => 'SELECT * FROM "None"' }), qr/^ResourceNotFoundException/, 'no table');
$server->sql('REVOKE SELECT ON dynamo_tables."Shop" FROM dynamo_http; ALTER TABLE dynamo_tables."Shop" OWNER TO postgres');
$server->sql('REVOKE ALL ON dynamo_tables."Shop" FROM dynamo_http');
like(refusal('ExplainStatement', { Statement => 'SELECT * FROM "Shop"' }), qr/^AccessDeniedException/, 'no privileges');

# U+0000 is in no text of PostgreSQL's.
like(refusal(@$_), qr/^ValidationException: A text of this operation must not have U\+0000$/, "$_->[0]: U+0000")
	for [ 'ListTriggers', { NextToken => "a\0b" } ], [ 'DeletePolicy', { PolicyName => "a\0b" } ],
	[ 'PutPolicy', { PolicyName => 'p', PolicyDocument => "{}\0" } ];

# Metrics are for those who monitor.
$server->call('PutItem', { TableName => 'Music', Item => { id => { S => 'k' } } });
like(refusal($_), qr/^AccessDeniedException/, "$_ is not for everybody") for 'GetMetrics', 'GetMetricsHistory', 'ListParkedRequests';
$server->sql('GRANT pg_monitor TO dynamo_http');
ok((grep { $_->{operation} eq 'PutItem' || $_->{operation} eq 'CreateTable' } @{ rows('GetMetrics', { Limit => 1000 }) }) > 0, 'metrics');
is((ask('GetMetricsHistory', $_))[0], 200, 'their history') for {}, { TableName => 'Shop' };

my $session = $server->node->background_psql('postgres');
$session->query_safe(q{BEGIN; UPDATE dynamo_tables."Music" SET item = item || '{"v": "1"}' WHERE item->>'id' = 'k'});
my $socket = $server->connect;
print $socket DynamoServer::request_text('PutItem', encode_json({ TableName => 'Music', Item => { id => { S => 'k' } } }));
DynamoServer::until_true('a parked request', sub {
	return join(' ', map { "@$_{qw(operation table_name role_name client_address)}" } @{ rows('ListParkedRequests') }) eq 'PutItem Music dynamo_http 127.0.0.1'; });
$session->query_safe('COMMIT');
is(DynamoServer::read_answer($socket)->{status}, 200, 'it is answered');
is_deeply(rows('ListParkedRequests'), [], 'and waits no more');
$session->quit;

done_testing();
