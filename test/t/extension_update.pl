# ALTER EXTENSION dynamo UPDATE, from every released version: the database is then as a new one, and the tables that
# the old version made work. Released scripts and their tables are in test/upgrade.
use strict;
use warnings;

use File::Basename qw(basename dirname);
use File::Path qw(make_path);
use FindBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $upgrade = "$FindBin::RealBin/../upgrade";
my $server = PostgreSQL::Test::Utils::tempdir() . '/server';

sub config { my ($name) = @_; chomp(my $value = `pg_config --$name`); return $value; }

# A server finds its extensions by where its own program lies: a copy of the program, with links to all else, sees the
# released scripts, and the user's installation stays as it is.
sub make_server
{
	my ($programs, $shared, $library) = map { config($_) } 'bindir', 'sharedir', 'pkglibdir';

	make_path("$server$programs", "$server$shared/extension", dirname("$server$library"));
	symlink $library, "$server$library" or die "no library: $!" unless -e "$server$library";
	system_or_bail('cp', '-L', (map { "$programs/$_" } qw(postgres initdb pg_ctl pg_config psql)), "$server$programs");
	for my $file (glob "$shared/* $shared/extension/*")
	{
		my $link = "$server$file";
		symlink $file, $link or die "no link $link: $!" unless -e $link || -e "$upgrade/" . basename($file);
	}
	system_or_bail('cp', glob("$upgrade/dynamo--*.sql $upgrade/dynamo--*.control"), "$server$shared/extension");
	return dirname("$server$programs");
}

sub lines { my ($node, $database, $function) = @_;
	return split /\n/, $node->safe_psql($database, slurp_file("$upgrade/surface.sql") . "SELECT pg_temp.$function()"); }

# What one has and the other lacks, both ways.
sub differences
{
	my ($left, $right) = @_;
	my %left = map { $_ => 1 } @$left;
	my %right = map { $_ => 1 } @$right;

	return join "\n", sort((map { "- $_" } grep { !$right{$_} } @$left), (map { "+ $_" } grep { !$left{$_} } @$right));
}

sub same
{
	my ($node, $database, $function, $name) = @_;
	my @new = lines($node, 'new', $function);

	cmp_ok(scalar @new, '>', 10, "$name: there is something to compare");
	is(differences([ lines($node, $database, $function) ], \@new), '', "$name: the same as in a new database");
}

# The tables that the released versions' dumps have.
sub create_tables
{
	my ($node) = @_;

	$node->safe_psql('new', <<'SQL');
SELECT dynamo.create_table('{"TableName": "Music", "BillingMode": "PAY_PER_REQUEST",
	"Tags": [{"Key": "owner", "Value": "me"}],
	"AttributeDefinitions": [{"AttributeName": "artist", "AttributeType": "S"}, {"AttributeName": "track", "AttributeType": "N"},
		{"AttributeName": "genre", "AttributeType": "S"}, {"AttributeName": "cover", "AttributeType": "B"}],
	"KeySchema": [{"AttributeName": "artist", "KeyType": "HASH"}, {"AttributeName": "track", "KeyType": "RANGE"}],
	"LocalSecondaryIndexes": [{"IndexName": "ByCover", "KeySchema": [{"AttributeName": "artist", "KeyType": "HASH"},
		{"AttributeName": "cover", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "KEYS_ONLY"}}],
	"GlobalSecondaryIndexes": [{"IndexName": "ByGenre", "KeySchema": [{"AttributeName": "genre", "KeyType": "HASH"},
		{"AttributeName": "track", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["title"]}}]}');
SELECT dynamo.update_time_to_live('{"TableName": "Music", "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "expires"}}');
SELECT dynamo.create_table(jsonb_build_object('TableName', repeat('n', 255), 'BillingMode', 'PAY_PER_REQUEST',
	'AttributeDefinitions', '[{"AttributeName": "k", "AttributeType": "B"}]'::jsonb, 'KeySchema', '[{"AttributeName": "k", "KeyType": "HASH"}]'::jsonb));
SQL
	ok($node->poll_query_until('new', time_to_live('Music')), 'time to live is on');
}

sub time_to_live { my ($table) = @_; return qq(SELECT dynamo.describe_time_to_live('{"TableName": "$table"}')
	#>> '{TimeToLiveDescription,TimeToLiveStatus}' = 'ENABLED'); }

# Operations that tables made by an old version take.
sub check_tables
{
	my ($node, $database) = @_;
	my $is = sub { my ($query, $expected, $name) = @_; is($node->safe_psql($database, "SELECT $query"), $expected, $name); };
	my $query = sub { my ($index, $key) = @_; return qq(dynamo.query('{"TableName": "Music", "IndexName": "$index", "Select": "COUNT",
		"KeyConditionExpression": "$key = :v", "ExpressionAttributeValues": {":v": {"S": "a0"}}}') ->> 'Count'); };

	$is->(q(dynamo.list_tables('{}') #>> '{TableNames,0}'), 'Music', 'the tables are listed');
	$is->(q(dynamo.get_item('Music', '{"artist": {"S": "a3"}, "track": {"N": "7"}}') #>> '{Item,title,S}'), 't7', 'GetItem');
	$is->($query->('ByCover', 'artist'), '10', 'Query of a local index');
	$is->(q(dynamo.put_item('Music', '{"artist": {"S": "new"}, "track": {"N": "1"}, "genre": {"S": "a0"}}')), '{}', 'PutItem');
	$is->($query->('ByGenre', 'genre'), '1', 'Query of a global index');
	$is->(q(dynamo.scan('{"TableName": "Music", "Select": "COUNT"}') ->> 'Count'), '41', 'Scan');
	$is->(q(count(*) FROM dynamo_views."Music" WHERE artist = 'a1'), '10', 'the view');
	$is->(q(dynamo.list_tags_of_resource(jsonb_build_object('ResourceArn', dynamo.describe_table('{"TableName": "Music"}')
		#>> '{Table,TableArn}')) #>> '{Tags,0,Value}'), 'me', 'tags');
	$node->safe_psql($database, q(INSERT INTO dynamo_tables."Music"
		VALUES (jsonb_build_object('artist', 'old', 'track', 1, 'expires', extract(epoch FROM now())::bigint - 60))));
	ok($node->poll_query_until($database, q(SELECT dynamo.delete_expired_items('Music') = 0 AND NOT EXISTS
		(SELECT FROM dynamo_views."Music" WHERE artist = 'old'))), 'time to live');
	$is->(q(dynamo.get_item(repeat('n', 255), '{"k": {"B": "AQI="}}') #>> '{Item,all,L,3}'), '{"BS": ["AA=="]}', 'every type');
	$is->('max_capacity FROM dynamo.scalable_targets', '20', 'scalable targets');
	$is->('count(*) FROM dynamo.scaling_activities', '1', 'scaling activities');
	$is->(q(dynamo.delete_table('{"TableName": "Music"}') IS NOT NULL), 't', 'DeleteTable');
	my ($code, $out, $error) = $node->psql($database,
		q(INSERT INTO dynamo_tables."nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af" VALUES ('{"k": 1}')));
	like($error, qr/Type mismatch for key k expected: B actual: N/, 'rules are in force');
}

my $node = PostgreSQL::Test::Cluster->new('update', install_path => make_server());
$node->init;
$node->append_conf('postgresql.conf', "max_worker_processes = 16\nshared_preload_libraries = 'dynamo'\n");
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE new');
$node->safe_psql('new', 'CREATE EXTENSION dynamo');
create_tables($node);
my $latest = $node->safe_psql('new', q(SELECT extversion FROM pg_extension WHERE extname = 'dynamo'));

my @released = map { /dynamo--(.*)\.sql$/ } glob "$upgrade/dynamo--*.sql";
cmp_ok(scalar @released, '>', 0, 'there are released versions');
for my $version (@released)
{
	subtest "from $version to $latest" => sub {
		(my $database = "from_$version") =~ tr/./_/;
		$node->safe_psql('postgres', "CREATE DATABASE $database");
		$node->safe_psql($database, slurp_file("$upgrade/tables--$version.sql"));
		my $has = q(SELECT extversion FROM pg_extension WHERE extname = 'dynamo');
		is($node->safe_psql($database, $has), $version, 'the old version is installed');
		is($node->safe_psql($database, q(SELECT dynamo.put_item('Music', '{"artist": {"S": "a0"}, "track": {"N": "0"}}'),
			dynamo.delete_item('Music', '{"artist": {"S": "a0"}, "track": {"N": "0"}}'))), '{}|{}', 'the new library serves it');
		$node->safe_psql($database, 'ALTER EXTENSION dynamo UPDATE');
		is($node->safe_psql($database, $has), $latest, 'and updated');
		same($node, $database, 'extension_surface', 'the extension');
		same($node, $database, 'tables_surface', 'tables');
		is($node->safe_psql($database, 'SELECT count(*) FROM dynamo.position_secret'), '1', 'a secret');
		check_tables($node, $database);
	};
}

done_testing();
