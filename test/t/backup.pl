# A backup is one instant of its table while others write; what a stop interrupts is done anew.
use strict;
use warnings;

use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('backup');
$node->init;
$node->append_conf('postgresql.conf', <<'CONF');
shared_preload_libraries = 'dynamo'
dynamo.http_port = 0
dynamo.maintenance_interval = 1s
max_worker_processes = 12
autovacuum = off
CONF
$node->start;

sub sql { my ($query) = @_; return $node->safe_psql('postgres', $query); }

sub backup
{
	my ($table, $name) = @_;
	return sql(qq(SELECT dynamo.create_backup('{"TableName": "$table", "BackupName": "$name"}') #>> '{BackupDetails,BackupArn}'));
}

sub restore
{
	my ($arn, $table) = @_;
	return sql(qq(SELECT dynamo.restore_table_from_backup('{"BackupArn": "$arn", "TargetTableName": "$table"}') #>> '{TableDescription,TableStatus}'));
}

sub await_backup
{
	my ($name, $what) = @_;
	ok($node->poll_query_until('postgres', "SELECT status = 'AVAILABLE' FROM dynamo.backups WHERE name = '$name'"), $what);
}

sub await_table
{
	my ($name, $what) = @_;
	ok($node->poll_query_until('postgres', "SELECT status = 'ACTIVE' FROM dynamo.table_catalog WHERE name = '$name'"), $what);
}

sub contents { my ($table) = @_; return sql(qq(SELECT count(*) || ' ' || md5(string_agg(item::text, ',' ORDER BY item::text)) FROM dynamo_tables."$table")); }

sql('CREATE EXTENSION dynamo');
sql(<<'SQL');
SELECT dynamo.create_table('{"TableName": "Accounts", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}, {"AttributeName": "city", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
	"GlobalSecondaryIndexes": [{"IndexName": "ByCity", "KeySchema": [{"AttributeName": "city", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}');
INSERT INTO dynamo_tables."Accounts" SELECT jsonb_build_object('id', i, 'balance', 100, 'city', 'c' || i % 5, 'words',
	(SELECT string_agg((ARRAY['amber', 'bridge', 'candle', 'drift', 'ember', 'fathom', 'grove', 'harbor', 'island', 'jungle', 'kettle', 'lantern', 'meadow',
		'north', 'orchard', 'pebble', 'quarry', 'river', 'summit', 'timber', 'umbra', 'valley', 'willow', 'yonder', 'zephyr'])[1 + floor(random() * 25)::int], ' ')
		FROM generate_series(1, 60) WHERE i = i)) FROM generate_series(1, 2000) AS i;
-- Both sides of a transfer in one transaction; new accounts take their balance from an old one.
CREATE PROCEDURE transfer(a int, b int) LANGUAGE plpgsql AS $$
BEGIN
	PERFORM dynamo.transact_write_items(jsonb_build_object('TransactItems', jsonb_build_array(
		jsonb_build_object('Update', jsonb_build_object('TableName', 'Accounts', 'Key', jsonb_build_object('id', jsonb_build_object('N', a::text)),
			'UpdateExpression', 'ADD balance :m', 'ExpressionAttributeValues', '{":m": {"N": "-1"}}'::jsonb)),
		jsonb_build_object('Update', jsonb_build_object('TableName', 'Accounts', 'Key', jsonb_build_object('id', jsonb_build_object('N', b::text)),
			'UpdateExpression', 'ADD balance :p', 'ExpressionAttributeValues', '{":p": {"N": "1"}}'::jsonb)))));
EXCEPTION WHEN OTHERS THEN NULL;
END $$;
SQL

# One instant.
my $script = $node->basedir . '/transfer.sql';
append_to_file($script, "\\set a random(1, 4000)\n\\set b random(1, 4000)\nCALL transfer(:a, :b + 4000 * (1 - abs(sign(:a - :b)))::int);\n");
my @bench = ('pgbench', '-n', '-c', '3', '-T', '600', '-f', $script, '-h', $node->host, '-p', $node->port, 'postgres');
my $writers = IPC::Run::start(\@bench, '<', \undef, '>', \my $out, '2>', \my $errors);
ok($node->poll_query_until('postgres', q(SELECT count(*) > 2100 FROM dynamo_tables."Accounts")), 'writers run');
my %made;
for my $i (1 .. 3)
{
	$made{$i} = backup('Accounts', "instant$i");
	await_backup("instant$i", "backup $i beside writers");
}
$writers->kill_kill;
for my $i (1 .. 3)
{
	is(restore($made{$i}, "Instant$i"), 'CREATING', "restore $i");
	await_table("Instant$i", "restored $i");
	is(sql(qq(SELECT sum((item ->> 'balance')::int) FROM dynamo_tables."Instant$i")), 200000, "backup $i has transfers whole");
	is(sql(qq(SELECT count(*) FROM dynamo.check_table('Instant$i'))), 0, "table $i is whole");
}
is(sql(q(SELECT bool_and(stored_bytes < 0.5 * bytes) FROM dynamo.backups)), 't', 'backups are compressed');

my $arn = $made{3};
my $before = contents('Instant3');

# A server that stops takes work up when it starts.
my $session = $node->background_psql('postgres');
$session->query_safe('BEGIN; LOCK TABLE dynamo.backup_chunk IN ACCESS EXCLUSIVE MODE;');
restore($arn, 'Stopped');
$node->poll_query_until('postgres', "SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'dynamo backup'");
$node->stop('fast');
eval { $session->quit; };
$node->start;
await_table('Stopped', 'a restore that a stop interrupted is done');
is(contents('Stopped'), $before, 'with every item once');

$node->stop;
done_testing();
