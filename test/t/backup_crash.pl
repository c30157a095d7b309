# The worker of backups is killed in each phase of its work, where a lock holds it: the work is done
# anew, and until then nothing is AVAILABLE or ACTIVE. The view dynamo.progress shows each phase.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('backup_crash');
$node->init;
$node->append_conf('postgresql.conf', <<'CONF');
shared_preload_libraries = 'dynamo'
dynamo.http_port = 0
dynamo.maintenance_interval = 1s
dynamo.stream_upkeep_interval = 1s
dynamo.partitions = 2
max_worker_processes = 20
restart_after_crash = on
wal_level = logical
autovacuum = off
CONF
$node->start;

sub sql { my ($query) = @_; return $node->safe_psql('postgres', $query); }

sub contents { my ($table) = @_; return sql(qq(SELECT count(*) || ' ' || md5(string_agg(item::text, ',' ORDER BY item::text)) FROM dynamo_tables."$table")); }

sub backup
{
	my ($name) = @_;
	return sql(qq(SELECT dynamo.create_backup('{"TableName": "Songs", "BackupName": "$name"}') #>> '{BackupDetails,BackupArn}'));
}

sub restore { my ($arn, $table) = @_; return sql(qq(SELECT dynamo.restore_table_from_backup('{"BackupArn": "$arn", "TargetTableName": "$table"}') IS NULL)); }

sub restore_to_now { my ($table) = @_; return sql(qq(SELECT dynamo.restore_table_to_point_in_time('{"SourceTableName": "Songs", "TargetTableName": "$table", "UseLatestRestorableTime": true}') IS NULL)); }

sub status { my ($table) = @_; return sql(qq(SELECT dynamo.describe_table('{"TableName": "$table"}') #>> '{Table,TableStatus}')); }

sub await { my ($condition, $what) = @_; return ok($node->poll_query_until('postgres', "SELECT $condition"), $what); }

# A session that holds what the commands lock.
sub holder
{
	my ($commands) = @_;
	my $session = $node->background_psql('postgres');

	$session->query_safe("BEGIN; $commands");
	return $session;
}

# Waits until the worker waits for a lock in the phase.
sub await_stop
{
	my ($phase, $what) = @_;
	return await("count(*) = 1 FROM pg_stat_activity a JOIN dynamo.progress p USING (pid) WHERE backend_type = 'dynamo backup'
		AND wait_event_type = 'Lock' AND p.phase = '$phase'", "$what: stopped while $phase");
}

sub kill_worker
{
	my ($what, @sessions) = @_;
	my $pid = sql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'dynamo backup'");
	kill 'KILL', $pid;
	eval { $_->quit; } for @sessions;
	return ok(DynamoServer::until_recovered($node, $pid), "$what: killed");
}

sub lock_row { my ($table, $condition) = @_; return "SELECT FROM dynamo.$table WHERE $condition FOR UPDATE;"; }

sub check_backup
{
	my ($name) = @_;
	await("status = 'AVAILABLE' FROM dynamo.backups WHERE name = '$name'", "backup $name is made anew");
	is(sql("SELECT count(*) = max(number) + 1 AND count(*) = (SELECT chunks FROM dynamo.backup_catalog WHERE name = '$name')
		FROM dynamo.backup_chunk WHERE backup = (SELECT id FROM dynamo.backup_catalog WHERE name = '$name')"), 't', 'once');
	return;
}

sql('CREATE EXTENSION dynamo');
sql(<<'SQL');
SELECT dynamo.create_table('{"TableName": "Songs", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}, {"AttributeName": "city", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
	"GlobalSecondaryIndexes": [{"IndexName": "ByCity", "KeySchema": [{"AttributeName": "city", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}');
INSERT INTO dynamo_tables."Songs" SELECT jsonb_build_object('id', i, 'city', 'c' || i % 5, 'words', repeat(md5(i::text), 20)) FROM generate_series(1, 2000) AS i;
CREATE ROLE monitor LOGIN IN ROLE pg_monitor;
CREATE ROLE stranger LOGIN;
SELECT dynamo.update_continuous_backups('{"TableName": "Songs", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true}}');
SQL
my $before = contents('Songs');
my $arn;

# Backups: while the second chunk is written, when the image has been verified, and when the backup has been recorded.
my $next = sql("SELECT coalesce(max(id), 0) + 1 FROM dynamo.backup_catalog");
my $session = holder("INSERT INTO dynamo.backup_chunk VALUES ($next, 1, 0, 0, 0, 0, '')");
backup('reading');
await_stop('reading items', 'backup');
is(sql("SELECT kind || ' ' || table_name || ' ' || (items > 0 AND items < 2000 AND bytes > 256 * 1024 AND items_per_second > 0 AND estimated_end > started) FROM dynamo.progress"),
	'backup Songs true', 'its progress');
is(sql(qq(SET ROLE monitor; SELECT count(*) FROM dynamo.progress)), 1, 'monitors see it');
is(sql(qq(SET ROLE stranger; SELECT count(*) FROM dynamo.progress)), 0, 'strangers do not');
is(sql("SELECT status FROM dynamo.backups WHERE name = 'reading'"), 'CREATING', 'not AVAILABLE');
kill_worker('backup, reading', $session);
check_backup('reading');

for my $end ('verified', 'recorded')
{
	$session = holder('LOCK TABLE dynamo.backup_chunk IN ACCESS EXCLUSIVE MODE;');
	$arn = backup($end);
	await_stop('reading items', 'backup') or last;
	my $second = holder($end eq 'verified' ? lock_row('backup_catalog', "name = '$end'") : lock_row('backup_task', "kind = 'backup'"));
	$session->query_safe('COMMIT');
	$session->quit;
	await_stop('verifying', "backup, $end");
	is(sql("SELECT items = expected_items AND items = 2000 FROM dynamo.progress"), 't', 'all items have been read back');
	is(sql("SELECT status FROM dynamo.backups WHERE name = '$end'"), 'CREATING', 'not AVAILABLE');
	kill_worker("backup, $end", $second);
	check_backup($end);
}

# Restores: before the items, with the items but not all indexes, and when all is done.
sub kill_restore
{
	my ($kind, $start, $first) = @_;

	for my $phase ('loading items', 'building indexes', 'recorded')
	{
		my $table = ucfirst "$kind-$phase" =~ tr/ /_/r;
		my $what = "$kind, $phase";
		my @sessions = holder($first);

		$start->($table);
		await_stop($kind eq 'restore' ? 'loading items' : 'starting', $what) or last;
		if ($phase ne 'loading items')
		{
			push @sessions, holder($phase eq 'recorded' ? lock_row('backup_task', "kind = 'restore'") : qq(LOCK TABLE ONLY dynamo_tables."$table" IN SHARE UPDATE EXCLUSIVE MODE;));
			$sessions[0]->query_safe('COMMIT');
			await_stop('building indexes', $what);
		}
		is(status($table), 'CREATING', "$what: not ACTIVE");
		kill_worker($what, @sessions);
		await("status = 'ACTIVE' FROM dynamo.table_catalog WHERE name = '$table'", "$what: done anew");
		is(contents($table), $before, 'with every item once');
		is(sql(qq(SELECT count(*) FROM dynamo.check_table('$table'))), 0, 'and whole');
	}
	return;
}
kill_restore('restore', sub { restore($arn, $_[0]); }, 'LOCK TABLE dynamo.backup_chunk IN ACCESS EXCLUSIVE MODE;');

# The same from the change log; here the first lock, of the source's partition, comes before the items.
ok($node->poll_query_until('postgres', q(SELECT dynamo.describe_continuous_backups('{"TableName": "Songs"}')
	#> '{ContinuousBackupsDescription,PointInTimeRecoveryDescription}' ? 'EarliestRestorableDateTime')), 'Songs can be restored');
sql(q(DELETE FROM dynamo_tables."Songs" WHERE (item ->> 'id')::int % 3 = 0));
$before = contents('Songs');
kill_restore('recovery', sub { restore_to_now($_[0]); }, 'LOCK TABLE dynamo_tables."Songs/0" IN ACCESS EXCLUSIVE MODE;');

# The last backup of a table that is deleted: killed when it has been made and the table dropped.
$session = holder('LOCK TABLE dynamo.backup_chunk IN ACCESS EXCLUSIVE MODE;');
sql(q(SELECT dynamo.delete_table('{"TableName": "Songs"}')));
await_stop('reading items', 'last backup');
my $second = holder(lock_row('backup_task', "kind = 'last backup'"));
$session->query_safe('COMMIT');
$session->quit;
await_stop('verifying', 'last backup');
kill_worker('last backup', $second);
await(q(to_regclass('dynamo_tables."Songs"') IS NULL), 'the table is gone');
check_backup('Songs$DeletedTableBackup');
$arn = sql(q(SELECT b ->> 'BackupArn' FROM jsonb_array_elements(dynamo.list_backups('{"BackupType": "SYSTEM"}') -> 'BackupSummaries') AS b));
restore($arn, 'Songs');
await(q(status = 'ACTIVE' FROM dynamo.table_catalog WHERE name = 'Songs'), 'and restored');
is(contents('Songs'), $before, 'with every item');
is(sql('SELECT count(*) FROM dynamo.backup_task'), 0, 'nothing is left to do');

$node->stop;
done_testing();
