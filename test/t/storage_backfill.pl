# Global indexes are built while the table takes writes, and builds that a crash
# or a stop interrupted go on; so do counts of items.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('backfill');
$node->init;
$node->append_conf('postgresql.conf', <<'CONF');
shared_preload_libraries = 'dynamo'
dynamo.http_port = 0
dynamo.maintenance_interval = 1s
max_worker_processes = 12
dynamo.max_index_builds = 2
restart_after_crash = on
wal_level = logical
autovacuum = off
CONF
$node->start;

sub sql { my ($query) = @_; return $node->safe_psql('postgres', $query); }

sub create_table
{
	my ($name) = @_;
	return sql(<<"SQL");
SELECT dynamo.create_table('{"TableName": "$name", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}]}') IS NOT NULL
SQL
}

sub add_index
{
	my ($name) = @_;
	return <<"SQL";
SELECT dynamo.update_table('{"TableName": "$name", "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}, {"AttributeName": "g", "AttributeType": "N"}],
	"GlobalSecondaryIndexUpdates": [{"Create": {"IndexName": "ByG", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
		"Projection": {"ProjectionType": "ALL"}}}]}') #>> '{TableDescription,GlobalSecondaryIndexes,0,IndexStatus}'
SQL
}

sub index_of { my ($name) = @_; return qq(dynamo.describe_table('{"TableName": "$name"}') #> '{Table,GlobalSecondaryIndexes,0}'); }

# The state as the catalog has it: asking for it does not set anything going.
sub index_state
{
	my ($name) = @_;
	return qq(SELECT (definition #>> '{indexes,0,status}') || ' ' || (definition #>> '{indexes,0,backfilling}')
		FROM dynamo.table_catalog WHERE name = '$name');
}

sub await_state
{
	my ($name, $state, $what) = @_;
	return ok($node->poll_query_until('postgres', index_state($name), $state), $what);
}

# As many items by the index as by reading all.
sub check_index
{
	my ($name, $what) = @_;
	my $indexed = sql(qq(SELECT dynamo.scan('{"TableName": "$name", "IndexName": "ByG", "Select": "COUNT"}') -> 'Count'));
	my $stored = sql(qq(SELECT count(*) FROM dynamo_tables."$name" WHERE item ? 'g'));
	is($indexed, $stored, "$what: every item is in the index");
	is(sql('SELECT count(*) FROM pg_index WHERE NOT indisvalid'), '0', "$what: nothing invalid is left");
	return;
}

# A transaction whose snapshot CREATE INDEX CONCURRENTLY must wait for.
sub hold_snapshot
{
	my $session = $node->background_psql('postgres', on_error_stop => 0);
	$session->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1;');
	return $session;
}

sub builder { return sql(q(SELECT pid FROM pg_stat_activity WHERE backend_type = 'dynamo index build')); }

sql('CREATE EXTENSION dynamo');

# Relations that anybody may give such names are not taken for the extension's.
sql('CREATE DATABASE stranger');
$node->safe_psql('stranger', <<'SQL');
CREATE SCHEMA dynamo;
CREATE TABLE dynamo.table_catalog (name bigint, id bigint, relation oid, CONSTRAINT table_catalog_pkey PRIMARY KEY (name));
INSERT INTO dynamo.table_catalog VALUES (81985529216486895, 1, 'pg_class'::regclass);
SQL
my $visits = q(SELECT xact_commit FROM pg_stat_database WHERE datname = 'stranger');
my $seen = sql($visits);
ok($node->poll_query_until('postgres', "SELECT ($visits) > $seen + 20"), 'maintenance passes a database without the extension');
unlike(slurp_file($node->logfile), qr/terminated by signal/, 'unharmed');
sql('DROP DATABASE stranger WITH (FORCE)');

create_table('Live');
sql(q(INSERT INTO dynamo_tables."Live" SELECT jsonb_build_object('k', i::text, 'g', i % 100) FROM generate_series(1, 3000) AS i));

# Writers before, during and after the build.
my $snapshot = hold_snapshot();
is(sql(add_index('Live')), 'CREATING', 'the index is asked for');
await_state('Live', 'CREATING true', 'it is being built');
is(sql('SELECT (' . index_of('Live') . q[) ->> 'Backfilling']), 'true', 'and described so');
ok($node->poll_query_until('postgres', q(SELECT count(*) = 1 FROM dynamo.progress WHERE kind = 'index build' AND table_name = 'Live'
	AND phase = 'building indexes' AND pid IS NOT NULL AND expected_items > 0)), 'and shown');
sql(q(SELECT count(dynamo.put_item('Live', jsonb_build_object('k', jsonb_build_object('S', 'new' || i), 'g', jsonb_build_object('N', i::text)))) FROM generate_series(1, 50) AS i));
sql(q(UPDATE dynamo_tables."Live" SET item = jsonb_set(item, '{g}', '7') WHERE (item ->> 'g')::int = 8));
sql(q(UPDATE dynamo_tables."Live" SET item = item - 'g' WHERE (item ->> 'g')::int = 9));
sql(q(UPDATE dynamo_tables."Live" SET item = item || '{"n": 1}' WHERE (item ->> 'g')::int = 10));
my ($code, $out, $error) = $node->psql('postgres', q(SELECT dynamo.query('{"TableName": "Live", "IndexName": "ByG", "KeyConditionExpression": "g = :g", "ExpressionAttributeValues": {":g": {"N": "1"}}}')));
like($error, qr/backfilling/i, 'it cannot be read yet');
is(sql(q(SELECT dynamo.describe_table('{"TableName": "Live"}') #>> '{Table,TableStatus}')), 'ACTIVE', 'the table is ACTIVE already');
is(sql(q(SELECT dynamo.update_table('{"TableName": "Live", "TableClass": "STANDARD"}') #>> '{TableDescription,TableStatus}')), 'UPDATING', 'and may be changed');
($code, $out, $error) = $node->psql('postgres', add_index('Live') =~ s/ByG/Other/r);
like($error, qr/Only 1 online index can be created or deleted simultaneously/, 'but takes no second index');
($code, $out, $error) = $node->psql('postgres', q(SELECT dynamo.delete_table('{"TableName": "Live"}')));
like($error, qr/Cannot delete table while indexes are being created/, 'and is not deleted');
$snapshot->quit;
await_state('Live', 'ACTIVE false', 'it is built');
check_index('Live', 'writers beside');
is(sql(q(SELECT count(*) FROM dynamo_views."Live" WHERE g = 7)), sql(q(SELECT count(*) FROM dynamo_tables."Live" WHERE item -> 'g' = '7')), 'changed items are where they belong');

# The builder is killed: the server recovers, the build goes on.
create_table('Killed');
sql(q(INSERT INTO dynamo_tables."Killed" SELECT jsonb_build_object('k', i::text, 'g', i % 100) FROM generate_series(1, 3000) AS i));
$snapshot = hold_snapshot();
sql(add_index('Killed'));
await_state('Killed', 'CREATING true', 'the second index is being built');
my $pid = builder();
kill 'KILL', $pid;
$snapshot->{run}->kill_kill if $snapshot->{run};
ok(DynamoServer::until_recovered($node, $pid), 'the server recovers');
await_state('Killed', 'ACTIVE false', 'the build goes on after a crash');
check_index('Killed', 'a crash');

# Counts are true after the crash, too.
for my $name ('Live', 'Killed')
{
	my $true = sql(qq(SELECT count(*) FROM dynamo_tables."$name"));
	ok($node->poll_query_until('postgres', qq(SELECT dynamo.describe_table('{"TableName": "$name"}') #>> '{Table,ItemCount}'), $true), "$name is counted");
}
sql(q(DELETE FROM dynamo_tables."Killed" WHERE item ->> 'k' < '2'));
my $left = sql(q(SELECT count(*) || ' ' || sum(dynamo.item_size(item)) FROM dynamo_tables."Killed"));
ok($node->poll_query_until('postgres', q(SELECT (description ->> 'ItemCount') || ' ' || (description ->> 'TableSizeBytes')
	FROM (SELECT dynamo.describe_table('{"TableName": "Killed"}') -> 'Table' AS description) AS described), $left), 'and counted again after a change');

# An index, or a table, that goes while it is built takes its builder along, without a word.
my $offset = -s $node->logfile;
create_table('Gone');
$snapshot = hold_snapshot();
sql(q(SELECT dynamo.update_time_to_live('{"TableName": "Gone", "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "e"}}')));
ok($node->poll_query_until('postgres', q(SELECT EXISTS (SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE c.relname LIKE 'Gone/%' AND NOT indisvalid))), 'an index is being built');
sql(q(SELECT dynamo.delete_table('{"TableName": "Gone"}')));
ok($node->poll_query_until('postgres', q(SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'dynamo index build'))), 'and ends with its table');
$snapshot->quit;
create_table('Dropped');
$snapshot = hold_snapshot();
sql(add_index('Dropped'));
await_state('Dropped', 'CREATING true', 'the third index is being built');
sql(q(SELECT dynamo.update_table('{"TableName": "Dropped", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "ByG"}}]}')));
is(sql(q(SELECT count(*) FROM pg_class WHERE relname LIKE 'Dropped/_/1')), '0', 'it is gone');
ok($node->poll_query_until('postgres', q(SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'dynamo index build'))), 'and so is its builder');
$snapshot->quit;

unlike(slurp_file($node->logfile, $offset), qr/FATAL|ERROR|terminating/, 'nothing to be alarmed of in the log');

# An idle transaction takes no worker, and builds that wait for one take no more than they may: maintenance goes on.
my $builders = q(SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'dynamo index build');
sub round_of_upkeep
{
	my ($what) = @_;
	sql(q(INSERT INTO dynamo_tables."Dropped" SELECT jsonb_build_object('k', gen_random_uuid()) FROM generate_series(1, 10)));
	my $items = sql('SELECT count(*) FROM dynamo_tables."Dropped"');
	return ok($node->poll_query_until('postgres', q(SELECT dynamo.describe_table('{"TableName": "Dropped"}') #>> '{Table,ItemCount}'), $items), $what);
}
my @queued = map { "Queued$_" } 1 .. 5;
create_table($_) for @queued;
my $idle = $node->background_psql('postgres');
$idle->query_safe('BEGIN');
$idle->query_safe(add_index($_)) for @queued;
round_of_upkeep('upkeep beside an idle transaction');
is(sql($builders), '0', 'which has no builders yet');
$snapshot = hold_snapshot();
$idle->query_safe('COMMIT');
$idle->quit;
ok($node->poll_query_until('postgres', $builders, '2'), 'two builders wait for an old snapshot');
round_of_upkeep("upkeep goes on, round $_") for 1 .. 2;
is(sql($builders), '2', 'and they are still two');
$snapshot->quit;
await_state($_, 'ACTIVE false', "$_ has its turn") for @queued;

# What is wrong with a table is logged once, not in each round.
create_table('Broken');
sql(q(ALTER TABLE dynamo_tables."Broken" RENAME item TO thing));
sql(q(INSERT INTO dynamo_tables."Broken" VALUES ('{"k": "1"}')));
my $fault = qr/ERROR:  relation "Broken\/\d" has no column "item"/;
ok($node->wait_for_log($fault, $offset), 'that it cannot be counted is logged');
round_of_upkeep("upkeep of others goes on, round $_") for 1 .. 3;
is(() = slurp_file($node->logfile, $offset) =~ /$fault/g, 1, 'once');
sql(q(ALTER TABLE dynamo_tables."Broken" RENAME thing TO item));
ok($node->poll_query_until('postgres', q(SELECT dynamo.describe_table('{"TableName": "Broken"}') #>> '{Table,ItemCount}'), '1'), 'mended, it is counted');
$offset = -s $node->logfile;
sql(q(ALTER TABLE dynamo_tables."Broken" RENAME item TO thing));
sql(q(INSERT INTO dynamo_tables."Broken" VALUES ('{"k": "2"}')));
ok($node->wait_for_log($fault, $offset), 'and a new fault is logged again');
sql(q(DROP TABLE dynamo_tables."Broken" CASCADE));

# Stopped at once, and started without the library: DescribeTable takes the build up.
create_table('Stopped');
sql(q(INSERT INTO dynamo_tables."Stopped" SELECT jsonb_build_object('k', i::text, 'g', i % 100) FROM generate_series(1, 1000) AS i));
$snapshot = hold_snapshot();
sql(add_index('Stopped'));
await_state('Stopped', 'CREATING true', 'the fourth index is being built');
$node->stop('immediate');
$node->adjust_conf('postgresql.conf', $_, undef) for 'shared_preload_libraries', 'dynamo.http_port', 'dynamo.maintenance_interval', 'dynamo.max_index_builds';
$node->start;
await_state('Stopped', 'CREATING true', 'nothing goes on by itself without the library');
ok($node->poll_query_until('postgres', 'SELECT (' . index_of('Stopped') . q[) ->> 'IndexStatus'], 'ACTIVE'), 'DescribeTable takes the build up');
check_index('Stopped', 'a stop');
sql('DELETE FROM dynamo.table_statistics');
is(sql(q(SELECT dynamo.describe_table('{"TableName": "Stopped"}') #>> '{Table,ItemCount}')), '1000', 'DescribeTable counts where no worker does');

# No worker to be had.
create_table('Refused');
$node->append_conf('postgresql.conf', "max_worker_processes = 0\n");
$node->restart;
($code, $out, $error) = $node->psql('postgres', add_index('Refused'));
like($error, qr/no background worker is free to build the index/, 'a clear error without a free worker');
is(sql(q(SELECT count(*) FROM dynamo.table_catalog WHERE name = 'Refused' AND definition -> 'indexes' = '[]')), '1', 'and nothing changed');

# Logical decoding sees the items of leaves.
sql(q(SELECT pg_create_logical_replication_slot('storage', 'test_decoding')));
sql(q(SELECT dynamo.put_item('Refused', '{"k": {"S": "decoded"}}')));
like(sql(q(SELECT data FROM pg_logical_slot_get_changes('storage', NULL, NULL) WHERE data LIKE 'table %')),
	qr/^table dynamo_tables."Refused\/\d": INSERT: item\[jsonb\]:'\{"k": "decoded"\}'$/, 'logical decoding');
sql(q(SELECT pg_drop_replication_slot('storage')));

done_testing();
