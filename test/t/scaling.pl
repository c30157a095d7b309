# Target tracking: a worker scales out under load, in after idleness, within bounds
# and the limits of decreases, and the history shows it; a restart changes nothing.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('scaling');
$node->init;
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'dynamo'\nmax_worker_processes = 16\n"
	. "dynamo.scaling_period = 1\n");
$node->start;

sub sql { my ($query) = @_; return $node->safe_psql('postgres', $query); }

sub until_true { return DynamoServer::until_true(@_); }

sub create_table
{
	my ($name, $read, $write) = @_;

	sql(<<"SQL");
SET ROLE app;
SELECT dynamo.create_table('{"TableName": "$name", "ProvisionedThroughput": {"ReadCapacityUnits": $read, "WriteCapacityUnits": $write},
	"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}, {"AttributeName": "g", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
	"GlobalSecondaryIndexes": [{"IndexName": "ByG", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
		"Projection": {"ProjectionType": "ALL"}, "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}}]}')
SQL
}

# A target of the table or, named "NAME/index/INDEX", of an index, with a policy.
sub scale
{
	my ($resource, $unit, $min, $max, $policy) = @_;
	my $kind = $resource =~ /index/ ? 'index' : 'table';
	my $target = "'table/$resource', 'dynamodb:$kind:${unit}CapacityUnits'";

	sql("SET ROLE app; SELECT dynamo.register_scalable_target($target, $min, $max),
		dynamo.put_scaling_policy('by use', $target, $policy)");
}

sub capacity
{
	my ($resource, $unit) = @_;
	return sql("SELECT capacity FROM dynamo.scalable_targets WHERE resource_id = 'table/$resource' AND scalable_dimension LIKE '%:$unit%'");
}

sub units_are
{
	my ($resource, $unit, $units) = @_;
	return sub { return capacity($resource, $unit) == $units; };
}

# The activities of a resource that an alarm caused: from, to, alarm, status.
sub activities
{
	my ($resource) = @_;
	return sql("SELECT from_capacity, to_capacity, substring(cause FROM 'Alarm(High|Low)'), status_code
		FROM dynamo.scaling_activities WHERE resource_id = 'table/$resource' AND cause LIKE '%alarm%' ORDER BY start_time");
}

sub count_rows { my ($from) = @_; return sql("SELECT count(*) FROM $from"); }

# Some seconds' worth of writes, of the tables and their indexes.
sub load
{
	sql(q(SELECT count(dynamo.put_item(name, jsonb_build_object('k', '{"S": "1"}'::jsonb, 'g', jsonb_build_object('S', i::text))))
		FROM generate_series(1, 50) AS i, (VALUES ('Busy'), ('Slow')) AS t (name)));
}

sub load_until
{
	my ($what, $condition) = @_;
	until_true($what, sub { load(); return $condition->(); });
}

sql('CREATE EXTENSION dynamo');
sql('CREATE ROLE app; GRANT CREATE ON SCHEMA dynamo_tables, dynamo_views TO app');
# The job is no caller whom policies narrow: it changes tables that their owner may not change.
sql(q(SELECT dynamo.put_policy('no-changes', '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"},
	{"Effect": "Deny", "Action": "dynamodb:UpdateTable", "Resource": "*"}]}'), dynamo.attach_role_policy('app', 'no-changes')));
create_table('Busy', 5, 5);
create_table('Held', 30, 5);
create_table('Spent', 30, 5);
create_table('Patient', 30, 5);
create_table('Below', 30, 5);
create_table('Edge', 30, 5);
create_table('Slow', 5, 5);

# Those that must not shrink, for three reasons.
scale('Held', 'Read', 1, 30, 'target_value => 70, disable_scale_in => true');
scale('Patient', 'Read', 1, 30, 'target_value => 70, scale_in_cooldown => 100000');
until_true('the first period', sub { return count_rows('dynamo.scaling_state') == 2; });
my $begun = sql('SELECT clock_timestamp()');
sql("UPDATE dynamo.scaling_state SET scaled_in = now() WHERE relation = 'dynamo_tables.\"Patient\"'::regclass");
sql(qq(SELECT dynamo.update_table('{"TableName": "Spent", "ProvisionedThroughput": {"ReadCapacityUnits": $_, "WriteCapacityUnits": 5}}')))
	for 29, 28, 27, 26;
scale('Spent', 'Read', 1, 30, 'target_value => 70');

# One that was in use a little below where it is to shrink, and one just there; one that may not grow.
scale($_, 'Read', 1, 30, 'target_value => 70') for 'Below', 'Edge';
scale('Slow', 'Write', 5, 40, 'target_value => 50, scale_out_cooldown => 100000');
until_true('the first period of all', sub { return count_rows('dynamo.scaling_state') == 6; });
sql(<<'SQL');
UPDATE dynamo.scaling_state SET rates = array_fill(CASE relation WHEN 'dynamo_tables."Below"'::regclass THEN 14.9 ELSE 15 END::float8, '{15}')
WHERE relation IN ('dynamo_tables."Below"'::regclass, 'dynamo_tables."Edge"'::regclass);
UPDATE dynamo.scaling_state SET scaled_out = now() WHERE relation = 'dynamo_tables."Slow"'::regclass;
SQL

# Out, to the maximum that the load asks for; an index by itself.
load();
is(sql(q(SELECT string_agg(DISTINCT table_name, ',') FROM dynamo.consumed_capacity)), 'Slow', 'only tables with a policy are counted');
scale('Busy', 'Write', 2, 40, 'target_value => 50, scale_in_cooldown => 2');
scale('Busy/index/ByG', 'Write', 3, 30, 'target_value => 20');
load_until('scaling out', units_are('Busy', 'Write', 40));
load_until('scaling out of the index', units_are('Busy/index/ByG', 'Write', 30));
like(activities('Busy'), qr/^5\|(.*\|)?40\|High\|Successful$/s, 'the history shows the table scaling out');
like(activities('Busy/index/ByG'), qr/^5\|(.*\|)?30\|High\|Successful$/s, 'and the index');
is(sql(q(SELECT dynamo.describe_table('{"TableName": "Busy"}') #>> '{Table,ProvisionedThroughput,WriteCapacityUnits}')), '40',
	'and DescribeTable');

# In, to the minimum, when there was nothing for 15 periods.
until_true('scaling in', units_are('Busy', 'Write', 2));
until_true('scaling in of the index', units_are('Busy/index/ByG', 'Write', 3));
like(activities('Busy'), qr/\|2\|Low\|Successful$/, 'the history shows the table scaling in');
until_true('an attempt beyond the limit of decreases', sub { return activities('Spent') ne ''; });
until_true('scaling in of what had been in use', sub { return capacity('Below', 'Read') == 1 && capacity('Edge', 'Read') == 1; });
is(activities('Below'), "30|22|Low|Successful\n22|1|Low|Successful", 'more than 20 points below the target it is what the busiest period needs');
is(activities('Edge'), '30|1|Low|Successful', 'at 20 points below nothing is given back');
ok(sql("SELECT min(start_time) - '$begun' > interval '10 s' FROM dynamo.scaling_activities WHERE table_name = 'Spent' AND cause LIKE '%Low%'") eq 't',
	'idleness counts after 15 periods');
is(capacity('Slow', 'Write') . activities('Slow'), '5', 'nothing is scaled out within the cooldown');
my $failed = sql(q(SELECT end_time FROM dynamo.scaling_activities WHERE table_name = 'Spent' AND status_code = 'Failed'));
until_true('another attempt', sub {
	return sql(qq(SELECT end_time > '$failed' FROM dynamo.scaling_activities WHERE table_name = 'Spent' AND status_code = 'Failed')) eq 't';
});
is(activities('Spent'), '26|1|Low|Failed', 'a decrease that is refused again and again is one activity');
like(sql(q(SELECT status_message FROM dynamo.scaling_activities WHERE table_name = 'Spent')),
	qr/^Failed to set read capacity units to 1\. Reason: Subscriber limit exceeded: Provisioned throughput decreases are limited/,
	'which tells why');
is(capacity('Spent', 'Read'), 26, 'and changes nothing');
is(capacity('Held', 'Read') . activities('Held'), '30', 'nothing is scaled in where that is disabled');
is(capacity('Patient', 'Read') . activities('Patient'), '30', 'nor within the cooldown');

# The history ends after six weeks.
my $old = sql("UPDATE dynamo.scaling_activity_log SET start_time = now() - interval '6 weeks' WHERE failure IS NOT NULL RETURNING activity_id");
until_true('the history to be cut', sub { return count_rows("dynamo.scaling_activity_log WHERE activity_id = '$old'") == 0; });

# A policy that is deleted does nothing more; targets and history outlive a restart.
sql(q(SELECT dynamo.delete_scaling_policy('by use', 'table/Spent', 'dynamodb:table:ReadCapacityUnits')));
my $targets = sql('SELECT * FROM dynamo.scalable_targets ORDER BY 1, 2');
my $history = sql(q(SELECT * FROM dynamo.scaling_activities WHERE status_code = 'Successful' ORDER BY activity_id));
$node->restart;
is(sql('SELECT * FROM dynamo.scalable_targets ORDER BY 1, 2'), $targets, 'a restart keeps the targets');
is(sql(q(SELECT * FROM dynamo.scaling_activities WHERE status_code = 'Successful' ORDER BY activity_id)), $history, 'and the history');
load_until('scaling out after the restart', units_are('Busy', 'Write', 40));
pass('and scaling goes on');

done_testing();
