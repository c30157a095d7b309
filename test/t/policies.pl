# Policies between sessions: what is changed is in effect in the others with their next request, and what policies are
# demanded by the server's settings.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('policies');
$node->init;
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'dynamo'");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION dynamo; CREATE ROLE tenant; CREATE ROLE grouped; CREATE ROLE super SUPERUSER');

my $other = $node->background_psql('postgres');
$other->query_safe('\pset tuples_only on');

sub sql { my ($query) = @_; return $node->safe_psql('postgres', $query); }
sub policy { my ($effect, $action) = @_; return qq({"Statement": {"Effect": "$effect", "Action": "dynamodb:$action", "Resource": "*"}}); }

# What the session that was there before says.
sub decision
{
	my ($action, $role) = @_;
	my $answer = $other->query_safe("SELECT decision FROM dynamo.simulate_policy('" . ($role // 'tenant') . "', 'dynamodb:$action', '*')");

	$answer =~ s/\s//g;
	return $answer;
}

is(decision('GetItem'), 'allowed', 'without policies');
sql("SELECT dynamo.put_policy('one', '" . policy('Allow', 'PutItem') . "'), dynamo.attach_role_policy('tenant', 'one')");
is(decision('GetItem'), 'denied', 'a policy is attached');
sql("SELECT dynamo.put_policy('one', '" . policy('Allow', 'GetItem') . "')");
is(decision('GetItem'), 'allowed', 'it gets another document');
sql("SELECT dynamo.put_policy('two', '" . policy('Deny', '*') . "'), dynamo.attach_role_policy('grouped', 'two')");
is(decision('GetItem'), 'allowed', 'a policy of another role');
sql('GRANT grouped TO tenant');
is(decision('GetItem'), 'denied', 'of which it becomes a member');
sql('ALTER ROLE tenant NOINHERIT; REVOKE grouped FROM tenant; GRANT grouped TO tenant');
is(decision('GetItem'), 'allowed', 'without inheriting from it');
sql('ALTER ROLE tenant SUPERUSER');
is(decision('PutItem'), 'allowed', 'it becomes a superuser');
sql('ALTER ROLE tenant NOSUPERUSER');
is(decision('PutItem'), 'denied', 'and is none any more');
sql("SELECT dynamo.detach_role_policy('tenant', 'one')");
is(decision('PutItem'), 'allowed', 'its policy is detached');

# A transaction that began before does not bring the old policies back.
$other->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
sql("SELECT dynamo.attach_role_policy('tenant', 'one')");
is(decision('PutItem'), 'denied', 'in a transaction with an older snapshot');
$other->query_safe('COMMIT');

# A setting demands policies.
sql("SELECT dynamo.detach_role_policy('tenant', 'one')");
$node->append_conf('postgresql.conf', 'dynamo.require_policies = on');
$node->reload;
ok($node->poll_query_until('postgres', 'SHOW dynamo.require_policies', 'on'), 'the setting is on');
is(decision('GetItem'), 'denied', 'a role without policies is denied');
is(decision('GetItem', 'super'), 'allowed', 'but no superuser');
sql("SELECT dynamo.attach_role_policy('tenant', 'one')");
is(decision('GetItem'), 'allowed', 'what its policy allows is allowed');

# The extension goes with its policies, and comes back without them.
$node->append_conf('postgresql.conf', 'dynamo.require_policies = off');
$node->reload;
ok($node->poll_query_until('postgres', 'SHOW dynamo.require_policies', 'off'), 'the setting is off');
is(decision('PutItem'), 'denied', 'before the extension is dropped');
sql('DROP EXTENSION dynamo CASCADE');
sql('CREATE EXTENSION dynamo');
is(decision('PutItem'), 'allowed', 'after it was made anew');
sql("SELECT dynamo.put_policy('one', '" . policy('Allow', 'GetItem') . "'), dynamo.attach_role_policy('tenant', 'one')");
is(decision('PutItem'), 'denied', 'with policies again');

# A request of very many values, as a batch of items has attributes, takes no memory for each of them and each condition.
SKIP:
{
	skip 'no /proc', 2 unless -r '/proc/self/status';
	my $peak = q{substring(pg_read_file('/proc/self/status') FROM 'VmHWM:\s+(\d+)')::integer};
	my ($before, $verdict, $after) = split /\n/, sql(<<SQL);
CREATE TEMP TABLE many AS SELECT jsonb_build_object('dynamodb:Attributes', jsonb_agg('Attribute' || i)) AS context FROM generate_series(1, 100000) i;
SELECT decision FROM many, dynamo.simulate_policy('grouped', 'dynamodb:Scan', '*', context, 'session', '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}') \\g /dev/null
SELECT $peak;
SELECT decision FROM many, dynamo.simulate_policy('grouped', 'dynamodb:Scan', '*', context, 'session', (SELECT json_build_object('Version', '2012-10-17', 'Statement',
	json_agg('{"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"ForAnyValue:StringEqualsIgnoreCase": {"dynamodb:Attributes": ["x", "\${aws:userid}"]}}}'::json))
	FROM generate_series(1, 12)));
SELECT $peak;
SQL
	is($verdict, 'denied', 'a policy of many conditions on them');
	cmp_ok($after - $before, '<', 50 * 1024, 'its memory');
}

$other->quit;
$node->stop;
done_testing();
