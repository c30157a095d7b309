# A dumped database restores with its tables, items, indexes, views and grants,
# whatever way it is restored, by its owner too; a part of it restores, and is
# adopted; and the extension goes when it is told to.
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
sub sql_error { my ($database, $query) = @_; my ($code, $out, $error) = $node->psql($database, $query); return $error; }
# Queries and programs in it are the role's.
sub as_user { my ($role, $do) = @_; local $ENV{PGUSER} = $role; $do->(); return; }

sub create_table
{
	my ($database, $name) = @_;
	return sql($database, <<"SQL");
SELECT dynamo.create_table('{"TableName": "$name", "BillingMode": "PAY_PER_REQUEST",
	"Tags": [{"Key": "owner", "Value": "me"}], "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "OLD_IMAGE"},
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
# Policies
my $resource_policy = q(SELECT dynamo.put_resource_policy(jsonb_build_object('ResourceArn', dynamo.describe_table('{"TableName": "Music"}') #>> '{Table,TableArn}',
	'Policy', '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "dynamodb:*", "Resource": "*"}}')));
sql('source', $resource_policy);
sql('source', q(SELECT dynamo.put_policy('reading', '{"Statement": {"Effect": "Allow", "Action": "dynamodb:Get*", "Resource": "*"}}'), dynamo.attach_role_policy('reader', 'reading')));
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
	'replica identities' => q(SELECT string_agg(relname || relreplident::text, ',' ORDER BY relname COLLATE "C") FROM pg_class WHERE relnamespace = 'dynamo_tables'::regnamespace AND relkind IN ('r', 'p')),
	'time to live' => q(SELECT dynamo.describe_time_to_live('{"TableName": "Music"}')),
	'what it deletes' => q(BEGIN; SELECT dynamo.delete_expired_items('Music'); ROLLBACK),
	'tags' => q(SELECT dynamo.list_tags_of_resource(jsonb_build_object('ResourceArn',
		dynamo.describe_table('{"TableName": "Music"}') #>> '{Table,TableArn}'))),
	'policies' => 'SELECT role, policy, document, p.changed, r.changed FROM dynamo.role_policies r JOIN dynamo.policies p ON p.name = r.policy',
	'policies of tables' => 'SELECT relation, stream, document, revision, changed FROM dynamo.resource_policies',
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
		like(sql_error($database, q(INSERT INTO dynamo_tables."Music" VALUES ('{"k": 1}'))), qr/Type mismatch for key k expected: S actual: N/, 'rules are in force');
		sql($database, q(SELECT dynamo.put_item('Music', '{"k": {"S": "new"}, "s": {"N": "1"}, "g": {"S": "new"}}')));
		is(sql($database, q(SELECT count(*) FROM dynamo_views."Music" WHERE g = 'new')), '1', 'new items are indexed');
		create_table($database, 'Another');
		sql($database, q(SELECT dynamo.delete_table('{"TableName": "Another"}')));
		is(sql($database, q(SELECT dynamo.delete_table('{"TableName": "Music"}') IS NOT NULL)), 't', 'the table can be deleted');
	};
}

# Its owner is the role whose queries are run.
sub new_database
{
	my ($name) = @_;
	my $owner = $ENV{PGUSER} // getpwuid($<);

	delete local $ENV{PGUSER};
	sql('postgres', "CREATE DATABASE $name OWNER \"$owner\"");
	return $name;
}

$node->command_ok([ 'pg_dump', '-f', "$directory/plain.sql", 'source' ], 'pg_dump, plain');
$node->command_ok([ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-d', new_database('plain'), '-f', "$directory/plain.sql" ], 'psql');
check_restored('plain');

$node->command_ok([ 'pg_dump', '-Fd', '-j', '2', '-f', "$directory/parallel", 'source' ], 'pg_dump, directory');
new_database('parallel');
$node->command_ok([ 'pg_restore', '-e', '-j', '4', "--section=$_", '-d', 'parallel', "$directory/parallel" ], "pg_restore -j, $_") for qw(pre-data data post-data);
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

# By the owner of the databases, who is no superuser and installs the extension.
sql('postgres', 'CREATE ROLE alice LOGIN');
sub fill
{
	my ($database) = @_;
	create_table($database, $_) for 'Music', $long_name;
	sql($database, <<"SQL");
SELECT dynamo.create_table('{"TableName": "Scaled", "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
	"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}]}');
SELECT dynamo.register_scalable_target('table/Scaled', 'dynamodb:table:ReadCapacityUnits', 10, 20);
INSERT INTO dynamo_tables."Music" SELECT jsonb_build_object('k', 'k' || i % 20, 's', i, 'g', 'g' || i % 3) FROM generate_series(1, 200) AS i;
SELECT dynamo.put_item('$long_name', '{"k": {"S": "1"}, "s": {"N": "1"}}');
GRANT SELECT ON dynamo_tables."Music", dynamo_views."Music" TO reader;
SQL
	sql($database, $resource_policy);
	return;
}
my %comments = ('comments' => q(SELECT string_agg(coalesce(obj_description(oid, 'pg_class'), relname || ' has none'), E'\n' ORDER BY relname COLLATE "C", relkind)
	FROM pg_class WHERE relnamespace IN ('dynamo_tables'::regnamespace, 'dynamo_views'::regnamespace)));
%state = (%state, %comments);
delete @state{'the view', 'what it deletes'};
as_user('alice', sub {
	sql(new_database('owned'), 'CREATE EXTENSION dynamo');
	fill('owned');
	%expected = map { $_ => sql('owned', $state{$_}) } keys %state;
	unlike($expected{comments}, qr/has none/, 'relations have comments');
	$node->command_ok([ 'pg_dump', '-Fc', '-f', "$directory/owned", 'owned' ], 'pg_dump by the owner');
	$node->command_ok([ 'pg_restore', '-e', '-d', new_database('owned_again'), "$directory/owned" ], 'pg_restore by the owner');
	check_restored('owned_again');
	$node->command_ok([ 'pg_restore', '-e', '--clean', '--if-exists', '-d', 'owned_again', "$directory/owned" ], 'pg_restore --clean by the owner');
	check_restored('owned_again');
	new_database('owned_apart');
	$node->command_ok([ 'pg_restore', '-e', '-d', 'owned_apart', '--schema-only', "$directory/owned" ], 'pg_restore --schema-only by the owner');
	like(sql_error('owned_apart', q(SELECT dynamo.scan('Music'))), qr/Requested resource not found.*HINT:.*adopt_table\('dynamo_tables\."Music"'\)/s, 'a relation without its row says so');
	$node->command_ok([ 'pg_restore', '-e', '-d', 'owned_apart', '--data-only', "$directory/owned" ], 'pg_restore --data-only by the owner');
	check_restored('owned_apart');
});

# Where a superuser has installed it, the extension's comment is not the owner's to set.
as_user('alice', sub { new_database('installed') });
sql('installed', 'CREATE EXTENSION dynamo; GRANT CREATE ON SCHEMA dynamo_tables, dynamo_views TO alice');
as_user('alice', sub {
	$node->command_ok([ 'pg_restore', '-e', '--no-comments', '-d', 'installed', "$directory/owned" ], 'pg_restore into an installed extension');
	is(sql('installed', $state{$_}), $expected{$_}, $_) for grep { $_ ne 'comments' } sort keys %state;
	$node->command_ok([ 'pg_dump', '-f', '/dev/null', 'installed' ], 'pg_dump of an installed extension');
});

# A part of the database: tables without their rows, which their owner adopts.
sub adopt_restored
{
	my ($database, $dump, @parts) = @_;

	subtest "$database" => sub {
		$node->command_ok([ 'pg_dump', '-Fc', '-f', "$directory/$database", @$dump, 'owned' ], 'pg_dump');
		new_database($database);
		sql($database, 'CREATE EXTENSION dynamo');
		$node->command_ok([ 'pg_restore', '-e', '-d', $database, "$directory/$database" ], 'pg_restore');
		like(sql_error($database, q(SELECT dynamo.get_item('Music', '{"k": {"S": "k7"}, "s": {"N": "27"}}'))), qr/Requested resource not found.*HINT:.*adopt_table/s, 'the error says what to do');
		is(sql($database, q(SELECT dynamo.adopt_table('dynamo_tables."Music"'))), 'Music', 'adopt_table');
		is(sql($database, q(SELECT definition FROM dynamo.table_catalog)), sql('owned', q(SELECT definition FROM dynamo.table_catalog WHERE name = 'Music')), 'the definition');
		is(sql($database, $state{$_}), $expected{$_}, $_) for @parts;
		is(sql($database, q(SELECT count(*) FROM dynamo_views."Music" WHERE k = 'k7')), '10', 'the view');
		is(sql($database, q(SELECT dynamo.delete_table('{"TableName": "Music"}') IS NOT NULL)), 't', 'the table can be deleted');
	};
	return;
}
my @of_music = ('items', 'a get', 'a query', 'an index query', 'a scan', 'leaf placement');
as_user('alice', sub {
	adopt_restored('one_schema', [ '-n', 'dynamo_tables' ], @of_music, 'indexes');
	adopt_restored('one_table', [ '-t', 'dynamo_tables."Music"', '-t', 'dynamo_tables."Music/"*' ], @of_music);
	adopt_restored('one_table_and_view', [ '-t', 'dynamo_tables."Music"', '-t', 'dynamo_tables."Music/"*', '-t', 'dynamo_views."Music"' ], @of_music);
	adopt_restored('no_comments', [ '--no-comments', '-n', 'dynamo_tables', '-n', 'dynamo_views' ], @of_music);
	$node->command_ok([ 'pg_dump', '-Fc', '--schema-only', '-f', "$directory/schema", 'owned' ], 'pg_dump --schema-only');
	$node->command_ok([ 'pg_restore', '-e', '-d', new_database('schema_only'), "$directory/schema" ], 'pg_restore');
	sql('schema_only', qq(SELECT dynamo.adopt_table('dynamo_tables."Music"'), dynamo.adopt_table('dynamo_tables."Scaled"'),
		dynamo.adopt_table(format('dynamo_tables.%I', relname)::regclass, '$long_name') FROM pg_class WHERE relname ~ '^n+~' AND relkind = 'p'));
	is(sql('schema_only', $state{'names'}), $expected{'names'}, 'all tables are adopted');
	is(sql('schema_only', $state{'a scan'}), '0', 'without items');
});

# Another role restores neither rows nor tables of alice's. She does not own what a superuser's schema dynamo would be.
sql('owned', 'CREATE ROLE mallory LOGIN; GRANT CREATE ON SCHEMA dynamo_tables, dynamo_views TO mallory');
as_user('mallory', sub {
	like(sql_error('owned', 'COPY dynamo.table_catalog TO stdout'), qr/permission denied for table table_catalog/, 'rows are the owner\'s to dump');
	like(sql_error('owned', 'INSERT INTO dynamo.table_catalog SELECT FROM generate_series(1, 1)'), qr/permission denied for table table_catalog/, 'and to restore');
});
as_user('alice', sub {
	sql(new_database('squatted'), 'CREATE SCHEMA dynamo');
	like(sql_error('squatted', 'CREATE EXTENSION dynamo'), qr/schema "dynamo" already exists/, 'the schema is the extension\'s own');
	like(sql_error('owned', $_), qr/must be owner of|permission denied for/, $_)
	  for 'ALTER SCHEMA dynamo RENAME TO mine', 'CREATE TABLE dynamo.mine ()', 'ALTER EVENT TRIGGER dynamo_keep_partitions DISABLE',
	  'DROP TRIGGER check_restored ON dynamo.table_catalog', 'UPDATE dynamo.table_catalog SET status = status', 'SELECT FROM dynamo.position_secret',
	  'ALTER EXTENSION dynamo DROP TABLE dynamo.table_catalog';
});

# Without CASCADE the tables hold the extension; with it everything goes.
like(sql_error('source', 'DROP EXTENSION dynamo'), qr/cannot drop extension dynamo because other objects depend on it/, 'DROP EXTENSION');
sql('source', 'DROP EXTENSION dynamo CASCADE');
is(sql('source', q(SELECT count(*) FROM pg_class WHERE relname LIKE 'Music%')), '0', 'DROP EXTENSION CASCADE');
sql('source', 'CREATE EXTENSION dynamo');
create_table('source', 'Music');
is(sql('source', q(SELECT dynamo.put_item('Music', '{"k": {"S": "1"}, "s": {"N": "1"}}'))), '{}', 'CREATE EXTENSION again');

done_testing();
