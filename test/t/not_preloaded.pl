# What needs the library preloaded says so on a server without it, with what to do, and changes nothing.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('plain');
$node->init;
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION dynamo;
SELECT dynamo.create_table('{"TableName": "Things", "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
	"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}]}');
SELECT dynamo.register_scalable_target('table/Things', 'dynamodb:table:ReadCapacityUnits', 1, 10);
SQL

sub refuses
{
	my ($command, $message) = @_;
	my ($status, $out, $error) = $node->psql('postgres', $command);

	like($error, qr/ERROR:  $message/, $message);
	like($error, qr/HINT:  Add dynamo to shared_preload_libraries and restart the server/, 'and a hint');
}

refuses('LOAD \'dynamo\'; ALTER SYSTEM SET dynamo.enforce_throughput = on', 'dynamo.enforce_throughput needs dynamo in shared_preload_libraries');
$node->safe_psql('postgres', 'CREATE ROLE app LOGIN');
refuses(q(SELECT dynamo.create_access_key('app')), 'there is no master key that secrets of access keys could be sealed under');
refuses('SELECT * FROM dynamo.consumed_capacity', 'consumed capacity is only counted where dynamo is preloaded');
refuses(q(SELECT dynamo.put_scaling_policy('mine', 'table/Things', 'dynamodb:table:ReadCapacityUnits', 70)),
	'a scaling policy needs dynamo in shared_preload_libraries');
refuses(q(SELECT dynamo.update_contributor_insights('{"TableName": "Things", "ContributorInsightsAction": "ENABLE"}')), 'keys are not counted on this server');
is($node->safe_psql('postgres', 'SELECT count(*) FROM dynamo.hot_keys'), '0', 'and there are none');
my ($status, $out, $error) = $node->psql('postgres',
	q(SELECT dynamo.update_continuous_backups('{"TableName": "Things", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true}}')));
like($error, qr/ERROR:  Continuous backups are unavailable: the server needs dynamo in shared_preload_libraries/, 'nothing captures changes');
is($node->safe_psql('postgres', 'SELECT count(*) FROM dynamo.scalable_targets WHERE policy_name IS NOT NULL'), '0', 'there is no policy');

# Workers run all the same; what they are at is seen by their locks.
my $session = $node->background_psql('postgres');
$session->query_safe('BEGIN; LOCK TABLE dynamo.backup_chunk IN ACCESS EXCLUSIVE MODE;');
$node->safe_psql('postgres', q(SELECT dynamo.create_backup('{"TableName": "Things", "BackupName": "mine"}')));
ok($node->poll_query_until('postgres', q(SELECT count(*) = 1 FROM dynamo.progress WHERE kind = 'backup' AND table_name = 'Things' AND phase = 'working' AND pid IS NOT NULL)),
	'a worker is at a backup');
$session->query_safe('COMMIT');
$session->quit;
ok($node->poll_query_until('postgres', 'SELECT count(*) = 0 FROM dynamo.progress'), 'and done with it');

done_testing();
