# Global tables: three servers, all of them writable.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use RegionCluster;
use JSON::PP;
use Test::More;
use Time::HiRes qw(sleep);

my ($us, $eu, $ap) = map { RegionCluster->start($_) } ('us-east-1', 'eu-west-1', 'ap-south-1');
my @all = ($us, $eu, $ap);

RegionCluster::connect_all(@all);

sub put { my ($where, $id, $value) = @_; $where->sql(qq(SELECT dynamo.put_item('{"TableName": "Music", "Item": {"id": {"S": "$id"}, "v": {"S": "$value"}}}'))); }
sub delete_item { my ($where, $id) = @_; $where->sql(qq(SELECT dynamo.delete_item('{"TableName": "Music", "Key": {"id": {"S": "$id"}}}'))); }
sub value { my ($where, $id) = @_; return $where->sql(qq(SELECT item->>'v' FROM dynamo_tables."Music" WHERE item->>'id' = '$id')); }
sub active { my ($where, $other) = @_; $where->until_sql('a replica', sprintf(q(SELECT count(*) = 1 FROM dynamo.replicas WHERE table_name = 'Music' AND region = '%s' AND status = 'ACTIVE'), $other->region)); }

# A table that has items already gets a replica.
$us->sql(q(SELECT dynamo.create_table('{"TableName": "Music", "BillingMode": "PAY_PER_REQUEST",
	"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"},
	{"AttributeName": "v", "AttributeType": "S"}], "GlobalSecondaryIndexes": [{"IndexName": "by_v",
	"KeySchema": [{"AttributeName": "v", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL));
$us->sql(q(INSERT INTO dynamo_tables."Music" (item) SELECT jsonb_build_object('id', 'old' || i, 'v', i::text) FROM generate_series(1, 3000) i));
$us->add_replica('Music', $eu);
active($eu, $eu);
active($us, $eu);
ok(RegionCluster::until_equal('Music', $us, $eu), 'a replica has the items that were there');
is(value($eu, 'old3000'), '3000', 'all of them');

# Both write.
put($us, 'a', 'us');
put($eu, 'b', 'eu');
ok(RegionCluster::until_equal('Music', $us, $eu), 'writes go both ways');
is(value($us, 'b') . value($eu, 'a'), 'euus', 'and are there');
delete_item($eu, 'a');
$us->sql(q(DELETE FROM dynamo_tables."Music" WHERE item->>'id' = 'old1'));
$eu->sql(q(UPDATE dynamo_tables."Music" SET item = item || '{"v": "sql"}' WHERE item->>'id' = 'old2'));
$eu->sql(q(UPDATE dynamo_tables."Music" SET item = item || '{"id": "moved"}' WHERE item->>'id' = 'old3'));
ok(RegionCluster::until_equal('Music', $us, $eu), 'deletions and plain SQL too');
is(value($us, 'a') . value($us, 'old2') . value($us, 'old3') . value($us, 'moved') . value($eu, 'old1'), 'sql3', 'as they should be');

done_testing();
