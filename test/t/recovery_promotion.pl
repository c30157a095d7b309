# Point-in-time recovery over the promotion of a standby: what the log of the old timeline does not surely have
# cannot be restored any more, and what was changed since is restored exactly.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 1);
$primary->append_conf('postgresql.conf', <<'CONF');
shared_preload_libraries = 'dynamo'
dynamo.http_port = 0
dynamo.maintenance_interval = 1s
dynamo.stream_upkeep_interval = 1s
max_worker_processes = 20
wal_level = logical
hot_standby_feedback = on
CONF
$primary->start;
my $node = $primary;

sub sql { my ($query) = @_; return $node->safe_psql('postgres', $query); }

my $description = q(dynamo.describe_continuous_backups('{"TableName": "Stock"}') #> '{ContinuousBackupsDescription,PointInTimeRecoveryDescription}');
sub earliest { return sql("SELECT $description ->> 'EarliestRestorableDateTime'"); }

sub restore
{
	my ($target, $time) = @_;
	return $node->psql('postgres', qq(\\set VERBOSITY sqlstate
		SELECT dynamo.restore_table_to_point_in_time('{"SourceTableName": "Stock", "TargetTableName": "$target", "RestoreDateTime": $time}') #>> '{TableDescription,TableStatus}'));
}

sub contents { my ($table) = @_; return sql(qq(SELECT string_agg(item::text, ',' ORDER BY item ->> 'id') FROM dynamo_tables."$table")); }

# Writes an item for each name, overwrites one that is there, and tells what the table has then, and when that was.
sub change
{
	my (@names) = @_;
	sql(qq(SELECT dynamo.put_item('Stock', '{"id": {"S": "$_"}}'))) for @names;
	sql(qq(SELECT dynamo.put_item('Stock', '{"id": {"S": "always"}, "last": {"S": "$names[-1]"}}')));
	my $time = sql('SELECT extract(epoch FROM clock_timestamp())');
	return (contents('Stock'), $time);
}

sql('CREATE EXTENSION dynamo');
sql(q(SELECT dynamo.create_table('{"TableName": "Stock", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}')));
sql(q(SELECT dynamo.update_continuous_backups('{"TableName": "Stock", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true}}')));
$node->poll_query_until('postgres', "SELECT $description ? 'EarliestRestorableDateTime'") or die 'no recovery';
my (undef, $old_time) = change('a', 'b');

$primary->backup('backup');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'backup', has_streaming => 1);
$standby->start;
change('c');
$primary->wait_for_catchup($standby, 'replay', $primary->lsn('write'));
my $before = earliest();
$primary->stop('immediate');
$standby->promote;
$node = $standby;
my $promoted = sql('SELECT extract(epoch FROM clock_timestamp())');

ok($node->poll_query_until('postgres', "SELECT ($description ->> 'EarliestRestorableDateTime')::numeric > $before"), 'the earliest time has moved');
cmp_ok(earliest(), '>=', int $promoted, 'past the promotion');
my ($status, $out, $errors) = restore('Lost', $old_time);
like($errors, qr/ERROR:  DY055/, 'what was before cannot be restored any more');
is(sql(q(SELECT count(*) FROM dynamo.tables WHERE name = 'Lost')), '0', 'and leaves no table');

my ($state, $time) = change('d', 'e');
change('f', 'g');
$node->poll_query_until('postgres', "SELECT ($description ->> 'LatestRestorableDateTime')::numeric > $time + 1") or die 'the log does not come so far';
($status, $out, $errors) = restore('Again', $time);
is($out, 'CREATING', 'what is later can') or diag $errors;
ok($node->poll_query_until('postgres', q(SELECT status = 'ACTIVE' FROM dynamo.table_catalog WHERE name = 'Again')), 'the table is there');
is(contents('Again'), $state, 'as it was then');
done_testing();
