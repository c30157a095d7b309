# Backups in a directory: what is written, that it can be restored or not at all, and that nothing is left of it.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use Compress::Zlib qw(memGunzip);
use File::Find;
use JSON::PP;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

my $json = JSON::PP->new->utf8;
my $root = PostgreSQL::Test::Utils::tempdir();
my $node = PostgreSQL::Test::Cluster->new('backup_files');
$node->init;
$node->append_conf('postgresql.conf', <<CONF);
shared_preload_libraries = 'dynamo'
dynamo.http_port = 0
dynamo.maintenance_interval = 1s
dynamo.stream_upkeep_interval = 1s
dynamo.partitions = 2
dynamo.export_directory = '$root/store'
dynamo.backup_location = 'directory://bucket/kept/here/'
max_worker_processes = 20
restart_after_crash = on
wal_level = logical
autovacuum = off
CONF
mkdir "$root/store";
mkdir "$root/store/bucket";
mkdir "$root/outside";
symlink "$root/outside", "$root/store/bucket/link";
$node->start;

sub sql { my ($query) = @_; return $node->safe_psql('postgres', $query); }

sub contents { my ($table) = @_; return sql(qq(SELECT count(*) || ' ' || md5(string_agg(item::text, ',' ORDER BY item::text)) FROM dynamo_tables."$table")); }

sub backup
{
	my ($table, $name) = @_;
	return sql(qq(SELECT dynamo.create_backup('{"TableName": "$table", "BackupName": "$name"}') #>> '{BackupDetails,BackupArn}'));
}

sub restore { my ($arn, $table) = @_; return sql(qq(SELECT dynamo.restore_table_from_backup('{"BackupArn": "$arn", "TargetTableName": "$table"}') IS NULL)); }

sub delete_backup { my ($arn) = @_; return sql(qq(SELECT dynamo.delete_backup('{"BackupArn": "$arn"}') IS NULL)); }

sub await { my ($condition, $what) = @_; return ok($node->poll_query_until('postgres', "SELECT $condition"), $what); }

sub await_backup { my ($name) = @_; return await("status = 'AVAILABLE' FROM dynamo.backups WHERE name = '$name'", "backup $name is made"); }

sub await_table { my ($name) = @_; return await("status = 'ACTIVE' FROM dynamo.table_catalog WHERE name = '$name'", "table $name is restored"); }

sub files_below
{
	my ($directory) = @_;
	my @files;

	find({ no_chdir => 1, wanted => sub { push @files, $_ if -f $_ } }, $directory) if -d $directory;
	return sort @files;
}

# Its directory, by its ARN.
sub place { my ($arn) = @_; my ($id) = $arn =~ m{backup/(.*)}; return "$root/store/bucket/kept/here/AWSDynamoDB/$id"; }

sub manifest { my ($arn) = @_; return map { $json->decode($_) } split /\n/, slurp_file(place($arn) . '/manifest-files.json'); }

sub check_files
{
	my ($arn, $what) = @_;
	my $place = place($arn);
	my @expected = (map({ "$root/store/bucket/$_->{dataFileS3Key}" } manifest($arn)),
		map { "$place/$_" } qw(_started definition.json manifest-files.json manifest-files.md5 manifest-summary.json manifest-summary.md5));

	is_deeply([ files_below($place) ], [ sort @expected ], "$what: the files that the manifest lists, and no others");
	return;
}

sub holder
{
	my ($commands) = @_;
	my $session = $node->background_psql('postgres');

	$session->query_safe("BEGIN; $commands");
	return $session;
}

sub await_stop
{
	my ($what) = @_;
	return await("count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'dynamo backup' AND wait_event_type = 'Lock'", "$what: the worker waits");
}

sub kill_worker
{
	my ($pid, $what, @sessions) = @_;

	kill 'KILL', $pid;
	eval { $_->quit; } for @sessions;
	return ok(DynamoServer::until_recovered($node, $pid), "$what: killed");
}

sub worker { return sql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'dynamo backup'"); }

sub set_location
{
	my ($location) = @_;
	$node->append_conf('postgresql.conf', "dynamo.backup_location = '$location'\n");
	$node->reload;
	return await("current_setting('dynamo.backup_location') = '$location'", "location '$location'");
}

sql('CREATE EXTENSION dynamo');
sql(<<'SQL');
SELECT dynamo.create_table('{"TableName": "Songs", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}, {"AttributeName": "city", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
	"GlobalSecondaryIndexes": [{"IndexName": "ByCity", "KeySchema": [{"AttributeName": "city", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}');
INSERT INTO dynamo_tables."Songs" SELECT jsonb_build_object('id', i, 'city', 'c' || i % 5, 'set', '{"$ns": [1, 2.5]}'::jsonb, 'list', '[null, true, {"a": "b"}]'::jsonb,
	'words', repeat(md5(i::text), 40)) FROM generate_series(1, 24000) AS i;
SELECT dynamo.create_table('{"TableName": "Empty", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}');
CREATE ROLE stranger LOGIN;
SQL
my $before = contents('Songs');

# Killed while it writes files: a crash leaves what a file and its name were about to be.
my ($arn, $pid);
for my $try (1 .. 5)
{
	my $locked = holder('LOCK TABLE dynamo_tables."Songs/0" IN ACCESS EXCLUSIVE MODE;');

	$arn = backup('Songs', "written$try");
	await_stop('before the items');
	$pid = worker();
	$locked->query_safe('COMMIT');
	for (1 .. 60000)
	{
		last if -d place($arn) . '/data';
		sleep 0.002;
	}
	kill 'STOP', $pid;
	$locked->quit;
	last if ! -e place($arn) . '/manifest-files.json';
	kill 'CONT', $pid;
	await_backup("written$try");
}
ok(! -e place($arn) . '/manifest-files.json', 'stopped while it writes');
append_to_file(place($arn) . "/data/$_", 'left') for '.dynamo-left', 'left.json.gz';
kill_worker($pid, 'writing');
my $name = sql("SELECT max(name) FROM dynamo.backups");
await_backup($name);
check_files($arn, 'made anew');

# What is written.
my @manifest = manifest($arn);
my $lines = 0;
my $sizes = 0;
for my $file (map { "$root/store/bucket/$_->{dataFileS3Key}" } @manifest)
{
	$lines += () = memGunzip(slurp_file($file)) =~ /\{"Item":.*\}\n/g;
	$sizes += -s $file;
}
cmp_ok(scalar @manifest, '>', 2, 'a partition has several files');
is($lines, 24000, 'the files have every item');
is(sql("SELECT items || ' ' || stored_bytes || ' ' || location FROM dynamo.backups WHERE name = '$name'"), "24000 $sizes directory://bucket/kept/here/", 'the view has their size and place');
is(sql("SELECT count(*) FROM dynamo.backup_chunk"), 0, 'nothing is in the database');
is($json->decode(slurp_file(place($arn) . '/definition.json'))->{tableName}, 'Songs', 'the definition is beside them');
is($json->decode(slurp_file(place($arn) . '/manifest-summary.json'))->{backupArn}, $arn, 'the summary names the backup');
my ($code, $out, $errors) = $node->psql('postgres', qq(SET ROLE stranger; SELECT dynamo.restore_table_from_backup('{"BackupArn": "$arn", "TargetTableName": "Stolen"}')));
like($errors, qr/Backup not found/, 'it is the backup of its maker alone');

# A backup stays where it was made when the setting changes.
set_location('');
backup('Empty', 'inside');
await_backup('inside');
is(sql("SELECT location IS NULL FROM dynamo.backups WHERE name = 'inside'"), 't', 'a later one is in the database');
restore($arn, 'Restored');
await_table('Restored');
is(contents('Restored'), $before, 'with every item');
is(sql(qq(SELECT count(*) FROM dynamo.check_table('Restored'))), 0, 'and whole');
set_location('directory://bucket/kept/here');

# Files that are not what was written are not restored, nor half of them.
sub fails_to_restore
{
	my ($file, $change, $expected) = @_;
	my $original = slurp_file($file);

	$change->($file);
	restore($arn, 'Broken');
	await(qq(error ~ '$expected' FROM dynamo.restores), "$expected");
	is(sql(q(SELECT count(*) FROM dynamo_tables."Broken")), 0, 'nothing is restored');
	sql(q(SELECT dynamo.delete_table('{"TableName": "Broken"}')));
	unlink $file;
	append_to_file($file, $original);
	return;
}
my $second = "$root/store/bucket/$manifest[1]{dataFileS3Key}";
my $flip = sub { my ($file) = @_; my $text = slurp_file($file); substr($text, 1000, 1) ^= "\1"; unlink $file; append_to_file($file, $text); };
fails_to_restore($second, $flip, 'not as it was written');
fails_to_restore($second, sub { truncate($_[0], 1000); }, 'not as it was written');
fails_to_restore($second, sub { unlink $_[0]; }, 'does not exist');
fails_to_restore($second, sub { truncate($_[0], 3 * 2 ** 30); }, 'not as it was written'); # which is not read
fails_to_restore($second, sub { unlink $_[0]; symlink '/etc/passwd', $_[0]; }, 'symbolic links');
fails_to_restore(place($arn) . '/manifest-files.json', sub { truncate($_[0], 3 * 2 ** 30); }, 'not as it was written');
fails_to_restore(place($arn) . '/manifest-files.json', sub { append_to_file($_[0], "\n"); }, 'not as it was written');
sql(q(SELECT dynamo.delete_table('{"TableName": "Restored"}')));

# Killed when all is verified.
sub lock_row { my ($table, $condition) = @_; return "SELECT FROM dynamo.$table WHERE $condition FOR UPDATE;"; }

my $session = holder('LOCK TABLE dynamo_tables."Songs/0" IN ACCESS EXCLUSIVE MODE;');
$arn = backup('Songs', 'verified');
await_stop('before the items');
my $other = holder(lock_row('backup_catalog', "name = 'verified'"));
$session->query_safe('COMMIT');
$session->quit;
await("count(*) = 1 FROM dynamo.progress WHERE kind = 'backup' AND phase = 'verifying' AND items = 24000", 'all is read back');
await_stop('verified');
is(sql("SELECT status FROM dynamo.backups WHERE name = 'verified'"), 'CREATING', 'not AVAILABLE');
kill_worker(worker(), 'verified', $other);
await_backup('verified');
check_files($arn, 'made anew');
restore($arn, 'Again');
await_table('Again');
is(contents('Again'), $before, 'restored with every item');

# Deleted: killed with the files gone.
$session = holder('LOCK TABLE dynamo.backup_chunk IN ACCESS EXCLUSIVE MODE;');
delete_backup($arn);
await_stop('files deleted');
ok(! -e place($arn), 'the files are gone');
kill_worker(worker(), 'deleting', $session);
await("count(*) = 0 FROM dynamo.backup_catalog WHERE name = 'verified'", 'then the backup is');

# A table without items; its last backup, which expires.
my $empty = backup('Empty', 'empty');
await_backup('empty');
check_files($empty, 'an empty table');
restore($empty, 'EmptyToo');
await_table('EmptyToo');
sql(q(SELECT dynamo.update_continuous_backups('{"TableName": "Empty", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true}}')));
ok($node->poll_query_until('postgres', q(SELECT dynamo.describe_continuous_backups('{"TableName": "Empty"}')
	#> '{ContinuousBackupsDescription,PointInTimeRecoveryDescription}' ? 'EarliestRestorableDateTime')), 'Empty can be restored');
sql(q(SELECT dynamo.delete_table('{"TableName": "Empty"}')));
await_backup('Empty$DeletedTableBackup');
my $last = sql(q(SELECT b ->> 'BackupArn' FROM jsonb_array_elements(dynamo.list_backups('{"BackupType": "SYSTEM"}') -> 'BackupSummaries') AS b));
check_files($last, 'the last backup');
sql("UPDATE dynamo.backup_catalog SET expires = clock_timestamp() WHERE type = 'SYSTEM'");
await("count(*) = 0 FROM dynamo.backup_catalog WHERE type = 'SYSTEM'", 'expires');
ok(! -e place($last), 'with its files');

# Places that there are not, or that lead out of the directory.
for my $wrong ('bucket', 'file:///tmp', 'directory://', 'directory://bucket/a/../b', 's3:///a')
{
	($code, $out, $errors) = $node->psql('postgres', "ALTER SYSTEM SET dynamo.backup_location = '$wrong'");
	like($errors, qr/invalid value/, "'$wrong' is no location");
}
for my $wrong ('directory://nothing/a', 'directory://bucket/link/a', 'directory://link/a', 's3://bucket/a')
{
	my $number = () = $wrong =~ /./g;

	set_location($wrong);
	backup('Songs', "wrong$number");
	await("error ~ '.' AND status = 'CREATING' FROM dynamo.backups WHERE name = 'wrong$number'", "$wrong: not made, and why");
}
my @outside = files_below("$root/outside");
is(scalar(@outside), 0, 'nothing has left the directory');
sql(q(SELECT dynamo.delete_backup(jsonb_build_object('BackupArn', b.arn)) FROM (SELECT x ->> 'BackupArn' AS arn FROM jsonb_array_elements(dynamo.list_backups('{}') -> 'BackupSummaries') AS x
	WHERE x ->> 'BackupName' = 'wrong21') b));
await("count(*) = 0 FROM dynamo.backup_catalog WHERE name = 'wrong21'", 'one whose bucket there never was is deleted');

$node->stop;
done_testing();
