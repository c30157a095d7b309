# Point-in-time recovery: tables are restored to what they were at random times under load, over a
# crash, with items that time to live has deleted, and after the table's end.
use strict;
use warnings;

use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

my $instants = $ENV{RECOVERY_INSTANTS} // 8;

my $node = PostgreSQL::Test::Cluster->new('recovery');
$node->init;
$node->append_conf('postgresql.conf', <<'CONF');
shared_preload_libraries = 'dynamo'
dynamo.http_port = 0
dynamo.maintenance_interval = 1s
dynamo.ttl_interval = 1s
dynamo.stream_upkeep_interval = 1s
max_worker_processes = 20
max_connections = 40
restart_after_crash = on
wal_level = logical
log_statement = none
CONF
$node->start;

sub sql { my ($query) = @_; return $node->safe_psql('postgres', $query); }

# The SQLSTATE of what a command raises; empty where it succeeds.
sub fails
{
	my ($query) = @_;
	my ($code, $out, $errors) = $node->psql('postgres', "\\set VERBOSITY sqlstate\n$query");
	return $errors =~ /ERROR:  (\w+)/ ? $1 : '';
}

sub recovery
{
	my ($table) = @_;
	return sql(qq(SELECT dynamo.describe_continuous_backups('{"TableName": "$table"}') #>> '{ContinuousBackupsDescription,PointInTimeRecoveryDescription,PointInTimeRecoveryStatus}'));
}

sub enable
{
	my ($table, $days) = @_;
	sql(qq(SELECT dynamo.update_continuous_backups('{"TableName": "$table", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true, "RecoveryPeriodInDays": $days}}')));
	return ok($node->poll_query_until('postgres',
		qq(SELECT dynamo.describe_continuous_backups('{"TableName": "$table"}') #> '{ContinuousBackupsDescription,PointInTimeRecoveryDescription}' ? 'EarliestRestorableDateTime')),
		"$table can be restored");
}

# A time as the API has it, in microseconds where SQL gives them.
sub restore_query
{
	my ($source, $target, $time) = @_;
	my $members = defined $time ? qq("RestoreDateTime": $time) : '"UseLatestRestorableTime": true';
	return qq(SELECT dynamo.restore_table_to_point_in_time('{"SourceTableName": "$source", "TargetTableName": "$target", $members}') #>> '{TableDescription,TableStatus}');
}

sub await_table
{
	my ($name, $what) = @_;
	return ok($node->poll_query_until('postgres', "SELECT status = 'ACTIVE' FROM dynamo.table_catalog WHERE name = '$name'"), $what);
}

my $checksum = q(SELECT count(*) || ' ' || coalesce(md5(string_agg(item::text, ',' ORDER BY item::text)), '') FROM dynamo_tables.);

sub contents { my ($table) = @_; return sql(qq($checksum"$table")); }

# What the table has while no transaction writes, and when that was: the lock waits for writers.
sub state_now
{
	my $answer = sql(qq(BEGIN; LOCK TABLE dynamo_tables."Stock" IN SHARE MODE;
		$checksum"Stock"; SELECT extract(epoch FROM clock_timestamp()); COMMIT;));
	my ($state, $time) = split /\n/, $answer;
	return { state => $state, time => $time };
}

sql('CREATE EXTENSION dynamo');
sql(<<'SQL');
SELECT dynamo.create_table('{"TableName": "Stock", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "shop", "AttributeType": "S"}, {"AttributeName": "n", "AttributeType": "N"}, {"AttributeName": "kind", "AttributeType": "N"}],
	"KeySchema": [{"AttributeName": "shop", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}],
	"GlobalSecondaryIndexes": [{"IndexName": "ByKind", "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}');
INSERT INTO dynamo_tables."Stock" SELECT jsonb_build_object('shop', 's' || i % 20, 'n', i, 'kind', i % 4, 'text', repeat('x', i % 300)) FROM generate_series(1, 1000) AS i;
-- One of: a new version, an update, a deletion, a transaction of two items, one that is rolled back in part.
CREATE PROCEDURE change(i int, what int) LANGUAGE plpgsql AS $$
DECLARE key jsonb := jsonb_build_object('shop', jsonb_build_object('S', 's' || i % 20), 'n', jsonb_build_object('N', i::text));
	other jsonb := jsonb_build_object('shop', jsonb_build_object('S', 's' || (i + 7) % 20), 'n', jsonb_build_object('N', (i + 7)::text));
BEGIN
	IF what < 3 THEN
		PERFORM dynamo.put_item(jsonb_build_object('TableName', 'Stock', 'Item', key || jsonb_build_object('kind', jsonb_build_object('N', (what)::text), 'text', jsonb_build_object('S', repeat('y', i % 2000)))));
	ELSIF what < 6 THEN
		PERFORM dynamo.update_item(jsonb_build_object('TableName', 'Stock', 'Key', key, 'UpdateExpression', 'ADD hits :one', 'ExpressionAttributeValues', '{":one": {"N": "1"}}'::jsonb));
	ELSIF what < 8 THEN
		PERFORM dynamo.delete_item(jsonb_build_object('TableName', 'Stock', 'Key', key));
	ELSIF what < 9 THEN
		PERFORM dynamo.transact_write_items(jsonb_build_object('TransactItems', jsonb_build_array(
			jsonb_build_object('Delete', jsonb_build_object('TableName', 'Stock', 'Key', key)),
			jsonb_build_object('Put', jsonb_build_object('TableName', 'Stock', 'Item', other)))));
	ELSE
		UPDATE dynamo_tables."Stock" SET item = jsonb_set(item, '{n}', to_jsonb(i + 100000)) WHERE item = (SELECT item FROM dynamo_tables."Stock" LIMIT 1);
	END IF;
EXCEPTION WHEN OTHERS THEN NULL;
END $$;
SQL

# Before it is on.
is(recovery('Stock'), 'DISABLED', 'off at first');
is(fails(restore_query('Stock', 'Other')), 'DY054', 'no restore then');
is(fails(q(SELECT dynamo.update_continuous_backups('{"TableName": "Nothing", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true}}'))), 'DY019', 'no such table');
is(fails(q(SELECT dynamo.update_continuous_backups('{"TableName": "Stock", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true, "RecoveryPeriodInDays": 36}}'))), 'DY001', 'too long a period');
sql('ALTER TABLE dynamo_tables."Stock/0" SET UNLOGGED');
is(fails(q(SELECT dynamo.update_continuous_backups('{"TableName": "Stock", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true}}'))), 'DY053', 'not of an unlogged table');
sql('ALTER TABLE dynamo_tables."Stock/0" SET LOGGED');
enable('Stock', 2);
is(sql(q(SELECT dynamo.describe_table('{"TableName": "Stock"}') -> 'Table' ? 'LatestStreamArn')), 'f', 'the API shows no stream');
is(fails(restore_query('Stock', 'Other', 1)), 'DY055', 'not to a time before');
is(fails(restore_query('Stock', 'Other', 4000000000)), 'DY055', 'nor to one that is yet to come');
is(fails('TRUNCATE dynamo_tables."Stock"'), '55000', 'TRUNCATE is refused');
is(fails('TRUNCATE dynamo_tables."Stock/0"'), '55000', 'of a partition, too');
is(fails('ALTER TABLE dynamo_tables."Stock/0" SET UNLOGGED'), '55000', 'so is what keeps changes from WAL');
is(fails('DROP TABLE dynamo_tables."Stock" CASCADE'), '55000', 'and so is DROP TABLE');

# Random instants under load.
my $script = $node->basedir . '/change.sql';
append_to_file($script, "\\set i random(1, 1500)\n\\set what random(0, 9)\nCALL change(:i, :what);\n");
my @bench = ('pgbench', '-n', '-c', '8', '-T', '600', '-f', $script, '-h', $node->host, '-p', $node->port, 'postgres');
my @states;
for my $run (1, 2)
{
	my $writers = IPC::Run::start(\@bench, '<', \undef, '>', \my $out, '2>', \my $errors);
	for (1 .. $instants / 2)
	{
		sleep 0.05 + rand 0.3;
		push @states, state_now();
	}
	if ($run == 1)
	{
		# Restored while writers go on.
		sql(restore_query('Stock', "Live", $states[0]{time}));
		await_table('Live', 'restored beside writers');
		is(contents('Live'), $states[0]{state}, 'to the first instant');
	}
	$writers->kill_kill;
	next if $run == 2;
	# A crash in between: nothing is lost, nor is time.
	kill 'KILL', sql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'");
	sleep 1;
	ok($node->poll_query_until('postgres', 'SELECT 1', '1'), 'the server is back');
}
for my $i (0 .. $#states)
{
	is(sql(restore_query('Stock', "At$i", $states[$i]{time})), 'CREATING', "restore $i");
	await_table("At$i", "restored to instant $i");
	is(contents("At$i"), $states[$i]{state}, "as it was at instant $i");
	is(sql(qq(SELECT count(*) FROM dynamo.check_table('At$i'))), 0, "table $i is whole");
}
my $now = contents('Stock');
sql(restore_query('Stock', 'Latest'));
await_table('Latest', 'restored to the latest time');
is(contents('Latest'), $now, 'as it is now');

# In several passes, where memory would not suffice for the keys of as many changes.
sql(q(DO $$ BEGIN FOR i IN 1 .. 40 LOOP UPDATE dynamo_tables."Stock" SET item = item || jsonb_build_object('round', i); END LOOP; END $$));
ok($node->poll_query_until('postgres', q(SELECT min(changes) * 2 * 192 > 1024 * 1024 FROM (SELECT sum(count) AS changes FROM dynamo.change_log GROUP BY leaf) AS of_leaf)), 'so many');
sql("ALTER SYSTEM SET maintenance_work_mem = '1MB'; SELECT pg_reload_conf();");
sql(restore_query('Stock', 'Passes', $states[0]{time}));
await_table('Passes', 'restored in passes');
is(contents('Passes'), $states[0]{state}, 'to the first instant');

# Deletions by time to live.
sql(q(UPDATE dynamo_tables."Stock" SET item = item || jsonb_build_object('expires', floor(extract(epoch FROM now())) - 100)));
my $before = state_now();
sql(q(SELECT dynamo.update_time_to_live('{"TableName": "Stock", "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "expires"}}')));
ok($node->poll_query_until('postgres', 'SELECT count(*) = 0 FROM dynamo_tables."Stock"'), 'items expire');
sql(restore_query('Stock', 'Unexpired', $before->{time}));
await_table('Unexpired', 'restored');
is(contents('Unexpired'), $before->{state}, 'with the items that expired');

# The last backup of a table that is deleted.
sql(q(INSERT INTO dynamo_tables."Stock" SELECT item FROM dynamo_tables."Latest"));
my $last = contents('Stock');
sub of_deleted
{
	my ($request) = @_;
	my (undef, undef, $errors) = $node->psql('postgres', qq(BEGIN; SELECT dynamo.delete_table('{"TableName": "Stock"}'); $request));
	return $errors =~ /ERROR:  (.*)/ ? $1 : '';
}
my $deleted = 'Attempt to change a resource which is still in use: Table is being deleted: Stock';
is(of_deleted(q(SELECT dynamo.create_table('{"TableName": "Stock", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "n", "KeyType": "HASH"}],
	"AttributeDefinitions": [{"AttributeName": "n", "AttributeType": "N"}]}'))), $deleted, 'while its backup is made, its name is not free');
my $latest = sql(q(SELECT dynamo.create_backup('{"TableName": "Latest", "BackupName": "latest"}') #>> '{BackupDetails,BackupArn}'));
ok($node->poll_query_until('postgres', q(SELECT status = 'AVAILABLE' FROM dynamo.backups WHERE name = 'latest')), 'a backup');
is(of_deleted(qq(SELECT dynamo.restore_table_from_backup('{"BackupArn": "$latest", "TargetTableName": "Stock"}'))), $deleted, 'cannot be restored there either');
is(sql(q(SELECT dynamo.delete_table('{"TableName": "Stock"}') #>> '{TableDescription,TableStatus}')), 'DELETING', 'deleted');
is(fails(q(SELECT dynamo.put_item('{"TableName": "Stock", "Item": {"shop": {"S": "a"}, "n": {"N": "1"}}}'))), 'DY002', 'requests do not find it');
ok($node->poll_query_until('postgres', "SELECT to_regclass('dynamo_tables.\"Stock\"') IS NULL"), 'and gone');
my $arn = sql(q(SELECT b ->> 'BackupArn' FROM jsonb_array_elements(dynamo.list_backups('{"BackupType": "SYSTEM"}') -> 'BackupSummaries') AS b
	WHERE b ->> 'BackupName' = 'Stock$DeletedTableBackup' AND b ->> 'BackupStatus' = 'AVAILABLE'
	AND (b ->> 'BackupExpiryDateTime')::numeric - (b ->> 'BackupCreationDateTime')::numeric BETWEEN 35 * 86400 - 60 AND 35 * 86400 + 60));
sql(qq(SELECT dynamo.restore_table_from_backup('{"BackupArn": "$arn", "TargetTableName": "Stock"}')));
await_table('Stock', 'the last backup is restored');
is(contents('Stock'), $last, 'with what the table had');

# A gap: what was before it cannot be restored.
enable('Stock', 35);
my $early = state_now();
my $slot = sql("SELECT slot_name FROM pg_replication_slots WHERE slot_name LIKE 'dynamo_%'");
for (1 .. 600)
{
	my ($code) = $node->psql('postgres', "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '$slot'; SELECT pg_drop_replication_slot('$slot')");
	last if $code == 0;
}
ok($node->poll_query_until('postgres', qq(SELECT coalesce((dynamo.describe_continuous_backups('{"TableName": "Stock"}')
	#>> '{ContinuousBackupsDescription,PointInTimeRecoveryDescription,EarliestRestorableDateTime}')::numeric > $early->{time}, false))), 'the earliest time is past the gap');
is(fails(restore_query('Stock', 'Early', $early->{time})), 'DY055', 'earlier times are refused');
sql(q(SELECT dynamo.put_item('{"TableName": "Stock", "Item": {"shop": {"S": "late"}, "n": {"N": "9999999999"}}}')));
my $late = state_now();
sql(q(DELETE FROM dynamo_tables."Stock"));
sql(restore_query('Stock', 'Late', $late->{time}));
await_table('Late', 'restored');
is(contents('Late'), $late->{state}, 'to a time behind the gap');

# Disabled: the changes of the table are not captured any more.
sql(q(SELECT dynamo.update_continuous_backups('{"TableName": "Stock", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": false}}')));
is(recovery('Stock'), 'DISABLED', 'off again');
is(sql(q(SELECT relreplident FROM pg_class WHERE oid = 'dynamo_tables."Stock/0"'::regclass)), 'd', 'with the replica identity of before');
is(fails('TRUNCATE dynamo_tables."Stock"'), '', 'TRUNCATE goes');

$node->stop;
done_testing();
