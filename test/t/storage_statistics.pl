# Extended statistics survive a dump, and ANALYZE needs no memory for the items of its sample.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('statistics');
$node->init;
$node->append_conf('postgresql.conf', "autovacuum = off\n");
$node->start;
my $directory = PostgreSQL::Test::Utils::tempdir();

sub sql { my ($database, $query) = @_; return $node->safe_psql($database, $query); }

sub objects
{
	my ($database) = @_;
	return sql($database, q(SELECT pg_get_statisticsobjdef(oid) FROM pg_statistic_ext ORDER BY stxname COLLATE "C"));
}

sql('postgres', 'CREATE DATABASE source');
sql('source', <<'SQL');
CREATE EXTENSION dynamo;
SET dynamo.partitions = 2;
SELECT dynamo.create_table('{"TableName": "Music", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}, {"AttributeName": "g", "AttributeType": "S"},
		{"AttributeName": "n", "AttributeType": "N"}],
	"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
	"GlobalSecondaryIndexes": [{"IndexName": "ByG", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"},
		{"AttributeName": "n", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "ALL"}}]}');
INSERT INTO dynamo_tables."Music"
SELECT jsonb_build_object('k', i::text, 'g', 'g' || i % 7, 'n', i, 'text', repeat('x', 300000)) FROM generate_series(1, 300) AS i;
SQL

# The sample's items are 90 MB, each of which is looked at for each of the statistics.
my $session = $node->background_psql('source');
my $pid = $session->query_safe('SELECT pg_backend_pid()');
sub peak { my ($kb) = slurp_file("/proc/$pid/status") =~ /^VmHWM:\s+(\d+)/m; return $kb; }
$session->query_safe('SELECT count(*) FROM dynamo_views."Music" WHERE g = \'g1\'');
my $before = peak();
$session->query_safe('ANALYZE dynamo_tables."Music"');
cmp_ok(peak() - $before, '<', 50_000, 'ANALYZE keeps no items');
$session->quit;
is(sql('source', q(SELECT count(*) FROM pg_stats_ext_exprs WHERE statistics_name ~ '^Music/' AND n_distinct IS NOT NULL)),
	'7', 'and has filled the statistics');

my $expected = objects('source');
is(scalar(split /\n/, $expected), 4, 'the objects of the key, and of the index in the table and each leaf');
$node->command_ok([ 'pg_dump', '-Fc', '-f', "$directory/dump", 'source' ], 'pg_dump');
sql('postgres', 'CREATE DATABASE restored');
$node->command_ok([ 'pg_restore', '-e', '-j', '2', '-d', 'restored', "$directory/dump" ], 'pg_restore');
is(objects('restored'), $expected, 'the objects are restored');
sql('restored', q(SELECT dynamo.update_table('{"TableName": "Music", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "ByG"}}]}')));
like(objects('restored'), qr/^CREATE STATISTICS dynamo_tables."Music\/key"[^\n]*$/, 'and dropped with their index');

done_testing();
