# A dumped database restores with its tables, items, indexes, views and grants,
# whatever way it is restored; and the extension goes when it is told to.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('dump');
$node->init;
$node->append_conf('postgresql.conf', "max_worker_processes = 16\n");
$node->start;
my $directory = PostgreSQL::Test::Utils::tempdir();

sub sql { my ($database, $query) = @_; return $node->safe_psql($database, $query); }

sub create_table
{
	my ($database, $name) = @_;
	return sql($database, <<"SQL");
SELECT dynamo.create_table('{"TableName": "$name", "BillingMode": "PAY_PER_REQUEST",
	"Tags": [{"Key": "owner", "Value": "me"}],
	"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}, {"AttributeName": "s", "AttributeType": "N"},
		{"AttributeName": "g", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
	"GlobalSecondaryIndexes": [{"IndexName": "ByG", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
		"Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL
SQL
}

my $long_name = 'n' x 255;
sql('postgres', 'CREATE DATABASE source');
sql('source', 'CREATE EXTENSION dynamo');
sql('source', 'CREATE ROLE reader');
create_table('source', $_) for 'Music', $long_name;
sql('source', <<"SQL");
INSERT INTO dynamo_tables."Music"
SELECT jsonb_build_object('k', 'k' || i % 20, 's', i, 'g', 'g' || i % 3, 'b', jsonb_build_object('\$b', 'AAE='))
FROM generate_series(1, 200) AS i;
SELECT dynamo.put_item('$long_name', '{"k": {"S": "1"}, "s": {"N": "1"}}');
SQL
# Scalable targets and their history
sql('source', <<'SQL');
SELECT dynamo.create_table('{"TableName": "Scaled", "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
	"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}]}');
SELECT dynamo.register_scalable_target('table/Scaled', 'dynamodb:table:ReadCapacityUnits', 10, 20);
SQL
# A constraint that is not valid yet, over an item that it would reject.
sql('source', <<'SQL');
INSERT INTO dynamo_tables."Music" VALUES ('{"k": "wrong", "s": 1, "h": "text"}');
SELECT dynamo.update_table('{"TableName": "Music", "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"},
	{"AttributeName": "s", "AttributeType": "N"}, {"AttributeName": "g", "AttributeType": "S"}, {"AttributeName": "h", "AttributeType": "N"}],
	"GlobalSecondaryIndexUpdates": [{"Create": {"IndexName": "ByH", "KeySchema": [{"AttributeName": "h", "KeyType": "HASH"}],
		"Projection": {"ProjectionType": "ALL"}}}]}');
GRANT SELECT ON dynamo_tables."Music", dynamo_views."Music" TO reader;
SQL
sub index_is_active { return qq(SELECT jsonb_path_exists(dynamo.describe_table('{"TableName": "Music"}'),
	'\$.Table.GlobalSecondaryIndexes[*] ? (\@.IndexName == "ByH" && \@.IndexStatus == "ACTIVE")')); }
ok($node->poll_query_until('source', index_is_active()), 'the index is built');
sql('source', <<'SQL');
SELECT dynamo.update_time_to_live('{"TableName": "Music", "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "t"}}');
INSERT INTO dynamo_tables."Music" VALUES (jsonb_build_object('k', 'expired', 's', 1, 't', extract(epoch FROM now())::bigint - 60));
SQL
ok($node->poll_query_until('source', q(SELECT dynamo.describe_time_to_live('{"TableName": "Music"}') #>> '{TimeToLiveDescription,TimeToLiveStatus}'), 'ENABLED'), 'time to live is enabled');

# Everything that a client can see.
my %state = (
	'names' => q(SELECT dynamo.list_tables('{}')),
	'description' => q(SELECT (dynamo.describe_table('{"TableName": "Music"}') -> 'Table') - 'ItemCount' - 'TableSizeBytes'
		#- '{GlobalSecondaryIndexes,0,ItemCount}' #- '{GlobalSecondaryIndexes,0,IndexSizeBytes}'
		#- '{GlobalSecondaryIndexes,1,ItemCount}' #- '{GlobalSecondaryIndexes,1,IndexSizeBytes}'),
	'time to live' => q(SELECT dynamo.describe_time_to_live('{"TableName": "Music"}')),
	'what it deletes' => q(BEGIN; SELECT dynamo.delete_expired_items('Music'); ROLLBACK),
	'tags' => q(SELECT dynamo.list_tags_of_resource(jsonb_build_object('ResourceArn',
		dynamo.describe_table('{"TableName": "Music"}') #>> '{Table,TableArn}'))),
	'scalable targets' => 'SELECT * FROM dynamo.scalable_targets',
	'scaling activities' => 'SELECT * FROM dynamo.scaling_activities',
	'items' => q(SELECT md5(string_agg(item::text, ',' ORDER BY item::text)) FROM dynamo_tables."Music"),
	'a get' => q(SELECT dynamo.get_item('Music', '{"k": {"S": "k7"}, "s": {"N": "27"}}')),
	'a query' => q(SELECT dynamo.query('{"TableName": "Music", "KeyConditionExpression": "k = :k", "ExpressionAttributeValues": {":k": {"S": "k7"}}}')),
	'an index query' => q(SELECT dynamo.query('{"TableName": "Music", "IndexName": "ByG", "Select": "COUNT", "KeyConditionExpression": "g = :g", "ExpressionAttributeValues": {":g": {"S": "g1"}}}')),
	'a scan' => q(SELECT dynamo.scan('{"TableName": "Music", "Select": "COUNT"}') -> 'Count'),
	'the view' => q(SELECT count(*), sum(s), count(g), count(h) FROM dynamo_views."Music"),
	'leaf placement' => q(SELECT string_agg(tableoid::regclass || ' ' || n, ',' ORDER BY tableoid::regclass::text) FROM (SELECT tableoid, count(*) AS n FROM dynamo_tables."Music" GROUP BY 1) AS leaves),
	'indexes' => q(SELECT string_agg(indexdef, E'\n' ORDER BY indexname COLLATE "C") FROM pg_indexes WHERE schemaname = 'dynamo_tables'),
	'access methods' => q(SELECT string_agg(relname || amname, ',' ORDER BY relname COLLATE "C") FROM pg_class JOIN pg_am ON pg_am.oid = relam WHERE relnamespace = 'dynamo_tables'::regnamespace AND relkind = 'r'),
	'rules' => q(SELECT string_agg(pg_get_constraintdef(oid), E'\n' ORDER BY conrelid::regclass::text COLLATE "C") FROM pg_constraint WHERE conname = 'item_rules'),
	'grants' => q(SELECT has_table_privilege('reader', 'dynamo_tables."Music"', 'SELECT'), has_table_privilege('reader', 'dynamo_views."Music"', 'SELECT'), has_schema_privilege('reader', 'dynamo_tables', 'USAGE')),
	'the long name' => qq(SELECT dynamo.get_item('$long_name', '{"k": {"S": "1"}, "s": {"N": "1"}}')),
);
my %expected;
sub expect_source { %expected = map { $_ => sql('source', $state{$_}) } keys %state; }
expect_source();

sub check_restored
{
	my ($database) = @_;

	subtest $database => sub {
		is(sql($database, $state{$_}), $expected{$_}, $_) for sort keys %state;
		my ($code, $out, $error) = $node->psql($database, q(INSERT INTO dynamo_tables."Music" VALUES ('{"k": 1}')));
		like($error, qr/Type mismatch for key k expected: S actual: N/, 'rules are in force');
		sql($database, q(SELECT dynamo.put_item('Music', '{"k": {"S": "new"}, "s": {"N": "1"}, "g": {"S": "new"}}')));
		is(sql($database, q(SELECT count(*) FROM dynamo_views."Music" WHERE g = 'new')), '1', 'new items are indexed');
		create_table($database, 'Another');
		sql($database, q(SELECT dynamo.delete_table('{"TableName": "Another"}')));
		is(sql($database, q(SELECT dynamo.delete_table('{"TableName": "Music"}') IS NOT NULL)), 't', 'the table can be deleted');
	};
}

sub new_database { my ($name) = @_; sql('postgres', "CREATE DATABASE $name"); return $name; }

$node->command_ok([ 'pg_dump', '-f', "$directory/plain.sql", 'source' ], 'pg_dump, plain');
$node->command_ok([ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-d', new_database('plain'), '-f', "$directory/plain.sql" ], 'psql');
check_restored('plain');

$node->command_ok([ 'pg_dump', '-Fd', '-j', '2', '-f', "$directory/parallel", 'source' ], 'pg_dump, directory');
$node->command_ok([ 'pg_restore', '-e', '-j', '4', '-d', new_database('parallel'), "$directory/parallel" ], 'pg_restore -j');
check_restored('parallel');

# Data that is loaded after the constraints must keep them.
sql('source', q(DELETE FROM dynamo_tables."Music" WHERE item ->> 'k' = 'wrong'));
expect_source();
$node->command_ok([ 'pg_dump', '-Fc', '-f', "$directory/custom", 'source' ], 'pg_dump, custom');
new_database('apart');
$node->command_ok([ 'pg_restore', '-e', '-d', 'apart', '--schema-only', "$directory/custom" ], 'pg_restore --schema-only');
$node->command_ok([ 'pg_restore', '-e', '-d', 'apart', '--data-only', "$directory/custom" ], 'pg_restore --data-only');
check_restored('apart');

$node->command_ok([ 'pg_restore', '-e', '--clean', '--if-exists', '-d', 'apart', "$directory/custom" ], 'pg_restore --clean');
check_restored('apart');

$node->command_ok([ 'pg_dump', '--inserts', '--load-via-partition-root', '-f', "$directory/inserts.sql", 'source' ], 'pg_dump --inserts');
$node->command_ok([ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-d', new_database('inserts'), '-f', "$directory/inserts.sql" ], 'psql');
check_restored('inserts');

# Without CASCADE the tables hold the extension; with it everything goes.
my ($code, $out, $error) = $node->psql('source', 'DROP EXTENSION dynamo');
like($error, qr/cannot drop extension dynamo because other objects depend on it/, 'DROP EXTENSION');
sql('source', 'DROP EXTENSION dynamo CASCADE');
is(sql('source', q(SELECT count(*) FROM pg_class WHERE relname LIKE 'Music%')), '0', 'DROP EXTENSION CASCADE');
sql('source', 'CREATE EXTENSION dynamo');
create_table('source', 'Music');
is(sql('source', q(SELECT dynamo.put_item('Music', '{"k": {"S": "1"}, "s": {"N": "1"}}'))), '{}', 'CREATE EXTENSION again');

done_testing();
