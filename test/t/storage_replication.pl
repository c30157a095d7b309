# Logical replication of tables to another server, and what a publication does to requests.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use JSON::PP qw(decode_json);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $server = DynamoServer->new('publisher', 'wal_level = logical', 'max_wal_senders = 10', 'max_replication_slots = 10',
	'dynamo.ttl_interval = 1s',
	'dynamo.maintenance_interval = 1h', 'autovacuum = off')->start;
my $publisher = $server->node;
my $subscriber = PostgreSQL::Test::Cluster->new('subscriber');
$subscriber->init;
$subscriber->append_conf('postgresql.conf', <<'CONF');
shared_preload_libraries = 'dynamo'
dynamo.http_port = 0
dynamo.maintenance_interval = 1h
CONF
$subscriber->start;
$subscriber->safe_psql('postgres', 'CREATE EXTENSION dynamo');
my $connection = $publisher->connstr . ' dbname=postgres';
my $directory = PostgreSQL::Test::Utils::tempdir();

sub create_table
{
	my ($name, $partitions) = @_;
	return <<"SQL";
SET dynamo.partitions = $partitions;
SELECT dynamo.create_table('{"TableName": "$name", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "g", "AttributeType": "N"}],
	"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
	"GlobalSecondaryIndexes": [{"IndexName": "ByG", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
		"Projection": {"ProjectionType": "ALL"}}]}');
SQL
}

sub put { my ($name, $id, $g) = @_; return $server->call('PutItem', { TableName => $name, Item => { id => { S => $id }, g => { N => "$g" } } }); }

sub items_of
{
	my ($node, $name) = @_;
	return $node->safe_psql('postgres', qq(SELECT string_agg(item::text, ' ' ORDER BY id) FROM dynamo_views."$name"));
}

# Both servers have the same items, and the subscriber's operations find them by key and index.
sub same_items
{
	my ($name, $subscription, $what) = @_;

	$publisher->wait_for_catchup($subscription);
	is(items_of($subscriber, $name), items_of($publisher, $name), $what);
	is($subscriber->safe_psql('postgres', qq(SELECT count(*) FROM dynamo_views."$name"
		WHERE dynamo.get_item('$name', jsonb_build_object('id', jsonb_build_object('S', id))) -> 'Item' IS DISTINCT FROM dynamo.from_item(item))),
		'0', "$what: GetItem");
	my $count = qq(SELECT dynamo.query('{"TableName": "$name", "IndexName": "ByG", "Select": "COUNT", "KeyConditionExpression": "g = :g",
		"ExpressionAttributeValues": {":g": {"N": "1"}}}') -> 'Count');
	is($subscriber->safe_psql('postgres', $count), $publisher->safe_psql('postgres', $count), "$what: Query of an index");
}

# Everything that a request can do to items.
sub change
{
	my ($name) = @_;

	put($name, 'new', 1);
	put($name, 'a', 1);
	$server->call('UpdateItem', { TableName => $name, Key => { id => { S => 'b' } }, UpdateExpression => 'SET n = :n, g = :n',
		ExpressionAttributeValues => { ':n' => { N => '1' } } });
	$server->call('DeleteItem', { TableName => $name, Key => { id => { S => 'c' } } });
	$server->call('TransactWriteItems', { TransactItems => [
		{ Put => { TableName => $name, Item => { id => { S => 't' }, text => { S => 'x' x 20000 } } } },
		{ ConditionCheck => { TableName => $name, Key => { id => { S => 'absent' } }, ConditionExpression => 'attribute_not_exists(id)' } },
		{ ConditionCheck => { TableName => $name, Key => { id => { S => 'd' } }, ConditionExpression => 'attribute_exists(id)' } } ] });
	$server->call('UpdateItem', { TableName => $name, Key => { id => { S => 't' } }, UpdateExpression => 'SET n = :n',
		ExpressionAttributeValues => { ':n' => { N => '2' } } });
	$publisher->safe_psql('postgres', qq(UPDATE dynamo_views."$name" SET item = item || '{"sql": true}' WHERE id = 'd'));
}

# By leaves: the subscriber has as many of them. By the table: it may have more or fewer.
for my $root (0, 1)
{
	my $name = $root ? 'ByTable' : 'ByLeaves';
	(my $subscription = lc $name) =~ s/by/sub_/;

	subtest "publish_via_partition_root = $root" => sub {
		$publisher->safe_psql('postgres', create_table($name, 2));
		$subscriber->safe_psql('postgres', create_table($name, $root ? 3 : 2));
		put($name, $_, 0) for qw(a b c d);
		$publisher->safe_psql('postgres', qq(CREATE PUBLICATION $subscription FOR TABLE dynamo_tables."$name"
			WITH (publish_via_partition_root = $root)));
		my $refused = $server->request('PutItem', qq({"TableName": "$name", "Item": {"id": {"S": "a"}}}));
		is($refused->{status}, 400, 'no change without a replica identity');
		my $error = decode_json($refused->{body});
		like($error->{__type}, qr/#ValidationException$/, 'which SDKs do not try again');
		is($error->{message}, "Publication $subscription publishes updates, for which table $name needs a replica identity."
			. " Its owner sets one by SELECT dynamo.set_replica_identity('$name', 'full')", 'and which says what to do');
		$publisher->safe_psql('postgres', "SELECT dynamo.set_replica_identity('$name', 'full')");
		$subscriber->safe_psql('postgres', "CREATE SUBSCRIPTION $subscription CONNECTION '$connection' PUBLICATION $subscription");
		$subscriber->wait_for_subscription_sync($publisher, $subscription);
		same_items($name, $subscription, 'what was there');
		change($name);
		same_items($name, $subscription, 'what requests have changed');
		isnt(items_of($subscriber, $name), '', 'there are items');
		$publisher->safe_psql('postgres', qq(TRUNCATE dynamo_tables."$name"));
		same_items($name, $subscription, 'TRUNCATE');
	};
}

# Deletions of expired items are changes like others.
$publisher->safe_psql('postgres', q(SELECT dynamo.update_time_to_live('{"TableName": "ByTable",
	"TimeToLiveSpecification": {"Enabled": true, "AttributeName": "expires"}}')));
$server->call('PutItem', { TableName => 'ByTable', Item => { id => { S => 'expired' }, expires => { N => (time() - 60) . q() } } });
put('ByTable', 'kept', 1);
ok($publisher->poll_query_until('postgres', q(SELECT string_agg(id, ' ') = 'kept' FROM dynamo_views."ByTable")), 'an item expires');
same_items('ByTable', 'sub_table', 'and goes from the subscriber');
$subscriber->safe_psql('postgres', "DROP SUBSCRIPTION $_") for qw(sub_leaves sub_table);

# Published once the table exists: a row filter, which sees the stored form of items.
$subscriber->safe_psql('postgres', 'TRUNCATE dynamo_tables."ByTable"');
$publisher->safe_psql('postgres', q(CREATE PUBLICATION filtered FOR TABLE dynamo_tables."ByTable" WHERE (item ? 'public')
	WITH (publish_via_partition_root)));
$subscriber->safe_psql('postgres', "CREATE SUBSCRIPTION filtered CONNECTION '$connection' PUBLICATION filtered");
$subscriber->wait_for_subscription_sync($publisher, 'filtered');
my $filtered = sub { $publisher->wait_for_catchup('filtered'); return $subscriber->safe_psql('postgres', 'SELECT string_agg(id, \' \' ORDER BY id) FROM dynamo_views."ByTable"'); };
my $public = sub { my ($id, @public) = @_; $server->call('PutItem', { TableName => 'ByTable', Item => { id => { S => $id }, @public } }); };
$public->('one', public => { BOOL => JSON::PP::true });
$public->('two');
is($filtered->(), 'one', 'a row filter');
$public->('one');
$public->('two', public => { BOOL => JSON::PP::true });
is($filtered->(), 'two', 'an item enters and leaves what it lets through');
$subscriber->safe_psql('postgres', 'DROP SUBSCRIPTION filtered');
$publisher->safe_psql('postgres', 'DROP PUBLICATION filtered');

# What a decoder sees: a key that a transaction has held is a deletion without a row.
$publisher->safe_psql('postgres', q(SELECT pg_create_logical_replication_slot('decoded', 'test_decoding')));
$server->call('TransactWriteItems', { TransactItems => [ { ConditionCheck => { TableName => 'ByTable', Key => { id => { S => 'absent' } },
	ConditionExpression => 'attribute_not_exists(id)' } }, { Delete => { TableName => 'ByTable', Key => { id => { S => 'kept' } } } } ] });
my $decoded = $publisher->safe_psql('postgres',
	q(SELECT data FROM pg_logical_slot_get_changes('decoded', NULL, NULL) WHERE data ~ '^table' ORDER BY data));
is(scalar(split /\n/, $decoded), 2, 'two changes');
like($decoded, qr{^table dynamo_tables\."ByTable/\d": DELETE: \(no-tuple-data\)$}m, 'a held key');
like($decoded, qr{^table dynamo_tables\."ByTable/\d": DELETE: item\[jsonb\]:'\{"g": 1, "id": "kept"\}'$}m, 'a deleted item, with its old row');
$publisher->safe_psql('postgres', q(SELECT pg_drop_replication_slot('decoded')));

# With everything published, a table is made fit for it; the extension's own tables go on to be written.
$publisher->safe_psql('postgres', 'CREATE PUBLICATION everything FOR ALL TABLES');
$publisher->safe_psql('postgres', create_table('Published', 2));
put('Published', 'a', $_) for 1, 2;
is(items_of($publisher, 'Published'), '{"g": 2, "id": "a"}', 'a new table is changed at once');
$server->call('TransactWriteItems', { ClientRequestToken => 'token', TransactItems => [ { Put => { TableName => 'Published', Item => { id => { S => 'b' } } } } ] });
$publisher->safe_psql('postgres', <<'SQL');
SELECT dynamo.update_table('{"TableName": "Published", "BillingMode": "PROVISIONED",
	"ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}, "GlobalSecondaryIndexUpdates": [
	{"Update": {"IndexName": "ByG", "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}}}]}');
SELECT dynamo.register_scalable_target('table/Published', 'dynamodb:table:ReadCapacityUnits', 10, 20);
SELECT dynamo.put_scaling_policy('p', 'table/Published', 'dynamodb:table:ReadCapacityUnits', 70);
SELECT dynamo.put_scaling_policy('p', 'table/Published', 'dynamodb:table:ReadCapacityUnits', 60);
SQL

# A list of columns is not for tables of one column: PostgreSQL refuses it with the identity FULL.
$publisher->safe_psql('postgres', <<'SQL');
DROP PUBLICATION everything;
SELECT dynamo.set_replica_identity('Published', 'nothing');
CREATE PUBLICATION listed FOR TABLE dynamo_tables."Published" (item) WITH (publish_via_partition_root);
SELECT dynamo.set_replica_identity('Published', 'full');
SQL
my $refused = $server->request('PutItem', '{"TableName": "Published", "Item": {"id": {"S": "a"}}}');
is($refused->{status}, 400, 'a list of columns is no internal error');
like(slurp_file($publisher->logfile), qr/cannot update table "Published\/\d"/, 'and is logged');

# A dump brings the identity along.
$publisher->safe_psql('postgres', 'DROP PUBLICATION listed, sub_leaves, sub_table');
$publisher->command_ok([ 'pg_dump', '-Fc', '-f', "$directory/dump", 'postgres' ], 'pg_dump');
$publisher->safe_psql('postgres', 'CREATE DATABASE restored');
$publisher->command_ok([ 'pg_restore', '-e', '-d', 'restored', "$directory/dump" ], 'pg_restore');
is($publisher->safe_psql('restored', q(SELECT string_agg(concat(relname, relreplident), ' ' ORDER BY relname COLLATE "C") FROM pg_class
	WHERE relname ~ '^(Published|ByTable)' AND relkind IN ('r', 'p') AND relnamespace = 'dynamo_tables'::regnamespace)),
	'ByTablef ByTable/0f ByTable/1f Publishedf Published/0f Published/1f', 'every relation has its identity again');

done_testing();
