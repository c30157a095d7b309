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


# Of two writes of one item the later one wins as a whole, also where it is a deletion.
put($us, 'c', 'first');
$us->until_sql('both have it', q(SELECT true)) until value($eu, 'c') eq 'first';
$_->node->safe_psql('postgres', q(ALTER SYSTEM SET dynamo.region_interval = '60s'; SELECT pg_reload_conf())) for $us, $eu;
sleep 0.3;
put($us, 'c', 'earlier');
put($eu, 'c', 'later');
put($us, 'old4', 'renewed');
delete_item($eu, 'old4');
delete_item($us, 'old5');
put($eu, 'old5', 'again');
$_->node->safe_psql('postgres', q(ALTER SYSTEM RESET dynamo.region_interval; SELECT pg_reload_conf())) for $us, $eu;
ok(RegionCluster::until_equal('Music', $us, $eu), 'writes that did not know of each other');
is(value($us, 'c') . value($us, 'old4') . value($us, 'old5'), 'lateragain', 'the later one wins');

# A stream that is enabled takes the place of the one that regions read, and has what comes from others.
is($eu->sql(q(SELECT dynamo.describe_table('{"TableName": "Music"}')#>>'{Table,GlobalSecondaryIndexes,0,IndexName}')), 'by_v', 'a replica has the indexes');
$eu->update_table('Music', '"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"}');
put($us, 'streamed', '1');
put($us, 'streamed', '1');
put($eu, 'own', '1');
$eu->until_sql('records', q(SELECT count(*) = 2 FROM dynamo.changes('Music')));
is($eu->sql(q(SELECT string_agg(event_name || (keys->>'id'), ' ' ORDER BY keys->>'id') FROM dynamo.changes('Music'))), 'INSERTown INSERTstreamed', 'of all that has changed');
ok(RegionCluster::until_equal('Music', $us, $eu), 'and other regions lose nothing by it');

# Where the log does not have what is missing a region copies again.
my $applied = $us->sql('SELECT applied FROM dynamo.replica_catalog WHERE region = 2');
$us->until_sql('a copy', q(UPDATE dynamo.replica_catalog SET position = '1/000000000000000000000000000000000001' WHERE region = 2 AND applied < )
	. ($applied + 2000) . q( RETURNING false; SELECT applied > ) . ($applied + 2000) . q( AND phase = 'ACTIVE' FROM dynamo.replica_catalog WHERE region = 2));
$us->sql(q(SELECT dynamo.copy_replica('Music', 'eu-west-1')));
active($us, $eu);
ok(RegionCluster::until_equal('Music', $us, $eu), 'a copy changes nothing that is the same');

# What a constraint here refuses is parked, and holds up nothing.
$eu->sql(q(ALTER TABLE dynamo_tables."Music" ADD CONSTRAINT no_x CHECK (item->>'v' <> 'x') NOT VALID));
put($us, 'parked', 'x');
put($us, 'next', 'y');
$eu->until_sql('the next one', q(SELECT count(*) = 1 FROM dynamo_tables."Music" WHERE item->>'id' = 'next'));
is($eu->sql(q(SELECT region || (item->>'id') FROM dynamo.parked_changes WHERE error LIKE '%no_x%')), 'us-east-1parked', 'a refused change is parked');
is($eu->sql(q(SELECT parked FROM dynamo.replicas WHERE region = 'us-east-1')), 1, 'and counted');
put($us, 'parked', 'z');
$eu->until_sql('the one that replaces it', q(SELECT count(*) = 1 FROM dynamo_tables."Music" WHERE item->>'id' = 'parked'));
$eu->sql(q(ALTER TABLE dynamo_tables."Music" DROP CONSTRAINT no_x));

# Each region's streams have the changes of others.
like($us->sql(q(SELECT dynamo.describe_table('{"TableName": "Music"}')->'Table'->'Replicas')), qr/"RegionName": "eu-west-1".*"ReplicaStatus": "ACTIVE"/, 'DescribeTable shows replicas');
for my $refused (
	[ q(TRUNCATE dynamo_tables."Music"), 'TRUNCATE' ], [ q(ALTER TABLE dynamo_tables."Music" DROP COLUMN dynamo_stamp), 'ALTER' ],
	[ q(ALTER TABLE dynamo_tables."Music" RENAME COLUMN dynamo_stamp TO s), 'RENAME' ], [ q(DROP TABLE dynamo_tables."Music" CASCADE), 'DROP TABLE' ],
	[ q(SELECT dynamo.delete_table('{"TableName": "Music"}')), 'replicas in other regions' ],
	[ q(SELECT dynamo.update_table('{"TableName": "Music", "MultiRegionConsistency": "STRONG"}')), 'STRONG is not available' ],
	[ q(SELECT dynamo.update_table('{"TableName": "Music", "ReplicaUpdates": [{"Create": {"RegionName": "mars-1"}}]}')), 'not known here' ],
	[ q(SELECT dynamo.update_table('{"TableName": "Music", "ReplicaUpdates": [{"Create": {"RegionName": "eu-west-1"}}]}')), 'has a replica' ],
	[ q(SELECT dynamo.add_region('x', 9, 'host=x password=y')), 'no password' ], [ q(SELECT dynamo.add_region('A b', 9, 'host=x')), 'name is of' ], [ q(SELECT dynamo.add_region('x', 1, 'host=x')), 'number of this region' ],
	[ q(SELECT dynamo.remove_region('eu-west-1')), 'has replicas' ],
	[ q(SET ROLE replicator; SELECT * FROM dynamo.region_catalog), 'permission denied' ],
	[ q(SET ROLE replicator; SELECT dynamo.add_region('x', 9, 'host=x')), 'permission denied' ])
{
	my ($query, $why) = @$refused;
	my ($code, $out, $error) = $us->node->psql('postgres', $query);

	ok($code != 0 && $error =~ /$why/, "refused: $why") or diag $error;
}

# A clock that is ahead takes others with it, and no crash takes it back behind what it has seen.
put($us, 'ahead', '1');
$eu->until_sql('it', q(SELECT count(*) = 1 FROM dynamo_tables."Music" WHERE item->>'id' = 'ahead'));
$us->node->stop('immediate');
$us->node->start;
$us->sql(q(SELECT pg_replication_origin_advance('dynamo_clock', ('0/0'::pg_lsn + (extract(epoch FROM now() - '2000-01-01 00:00:00+00') * 1000000)::bigint + 240000000))));
$us->node->restart;
delete_item($us, 'ahead');
$eu->until_sql('its deletion', q(SELECT count(*) = 0 FROM dynamo_tables."Music" WHERE item->>'id' = 'ahead'));
cmp_ok($us->sql(q(SELECT (max(stamp) >> 8) / 1000000 - extract(epoch FROM now() - '2000-01-01 00:00:00+00')::bigint FROM dynamo.tombstones)), '>', 200, 'a clock goes on at its reserve');
$eu->sql('CREATE TABLE made_durable ()'); # with all before: what is applied waits for no disk
$eu->node->stop('immediate');
$eu->node->start;
put($eu, 'ahead', '2');
ok(RegionCluster::until_equal('Music', $us, $eu), 'a put after a deletion from ahead');
is(value($us, 'ahead'), '2', 'is the later one, also after a crash');

# Time to live's deletion comes right after the item that has expired, so that it loses against any renewal.
$us->sql(q(SELECT dynamo.update_time_to_live('{"TableName": "Music", "TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": true}}')));
$us->until_sql('time to live', q(SELECT dynamo.describe_time_to_live('{"TableName": "Music"}')#>>'{TimeToLiveDescription,TimeToLiveStatus}' = 'ENABLED'));
$us->sql(q(INSERT INTO dynamo_tables."Music" (item) VALUES (jsonb_build_object('id', 'expires', 'ttl', extract(epoch FROM now())::bigint - 100))));
my $stamp = $us->sql(q(SELECT dynamo_stamp >> 8 FROM dynamo_tables."Music" WHERE item->>'id' = 'expires'));
$us->sql(q(SELECT dynamo.delete_expired_items('Music')));
is($us->sql(q(SELECT (stamp >> 8) - ) . $stamp . q( FROM dynamo.tombstones WHERE key->>'id' = 'expires')), 1, 'time to live');

# One key, inserted and deleted at once: no item is older than its deletion.
my $script = $us->node->basedir . '/one_key.sql';
PostgreSQL::Test::Utils::append_to_file($script, <<'SQL');
\set way random(1, 4)
\if :way = 1
DELETE FROM dynamo_tables."Music" WHERE dynamo.key_text(item, 'id') = 'one';
\elif :way = 2
INSERT INTO dynamo_tables."Music" (item) VALUES ('{"id": "one", "v": "sql"}') ON CONFLICT DO NOTHING;
\elif :way = 3
INSERT INTO dynamo_tables."Music" (item) VALUES ('{"id": "one", "v": "plain"}');
\else
SELECT dynamo.put_item('{"TableName": "Music", "Item": {"id": {"S": "one"}, "v": {"S": "put"}}}');
\endif
SQL
my $going = $us->node->basedir . '/going';
PostgreSQL::Test::Utils::append_to_file($going, '');
my @stress = map { IPC::Run::start([ 'bash', '-c', "while [ -e $going ]; do pgbench -n -h " . $us->node->host . ' -p ' . $us->node->port
	. " -f $script -t 200 postgres >/dev/null 2>&1; done" ]) } 1 .. 4;
my $wrong = 0;
for (1 .. 30)
{
	$wrong += $us->sql(q(SELECT count(*) FROM dynamo_tables."Music" m, LATERAL (SELECT max(stamp) AS deleted FROM dynamo.tombstones
		WHERE key = '{"id": "one"}') t WHERE m.item->>'id' = 'one' AND t.deleted >= m.dynamo_stamp));
}
unlink $going;
$_->finish for @stress;
is($wrong, 0, 'no item is older than its deletion');
ok(RegionCluster::until_equal('Music', $us, $eu), 'and regions agree');

# The third region joins while all write and servers are killed; the keys that are written move on.
my $writer = $us->node->basedir . '/writer.sql';
PostgreSQL::Test::Utils::append_to_file($writer, <<'SQL');
\set key random(1, 20)
\set way random(1, 6)
SELECT (extract(epoch FROM clock_timestamp()) * 2)::bigint AS half_second \gset
\if :way <= 3
SELECT dynamo.put_item(jsonb_build_object('TableName', 'Music', 'Item', jsonb_build_object('id', jsonb_build_object('S', 'w' || :half_second || '-' || :key), 'v', jsonb_build_object('S', clock_timestamp()::text))));
\elif :way = 4
SELECT dynamo.delete_item(jsonb_build_object('TableName', 'Music', 'Key', jsonb_build_object('id', jsonb_build_object('S', 'w' || :half_second || '-' || :key))));
\elif :way = 5
UPDATE dynamo_tables."Music" SET item = item || '{"v": "updated"}' WHERE dynamo.key_text(item, 'id') = 'w' || :half_second || '-' || :key;
\else
DELETE FROM dynamo_tables."Music" WHERE dynamo.key_text(item, 'id') = 'w' || :half_second || '-' || :key;
\endif
SQL
sub write_at { my ($where) = @_; return IPC::Run::start([ 'bash', '-c', "end=\$((SECONDS + 7)); while [ \$SECONDS -lt \$end ]; do pgbench -n -h " . $where->node->host . ' -p '
	. $where->node->port . " -f $writer -t 300 postgres >/dev/null 2>&1 || sleep 0.1; done" ]); }
my @writers = map { write_at($_) } $us, $us, $eu, $eu;
$us->add_replica('Music', $ap);
active($ap, $ap);
push @writers, write_at($ap);
for my $victim ($eu, $us)
{
	sleep 1.5;
	$victim->node->stop('immediate');
	sleep 0.5;
	$victim->node->start;
}
$_->finish for @writers;
ok(RegionCluster::until_equal('Music', @all), 'three regions agree after crashes and a join');
cmp_ok($us->sql(q(SELECT count(*) FROM dynamo_tables."Music" WHERE item->>'id' LIKE 'w%')), '>', 10, 'on many items');
is($_->sql(q(SELECT count(*) FROM dynamo_tables."Music" m JOIN dynamo.tombstones t ON t.key = jsonb_build_object('id', m.item->'id')
	WHERE t.stamp >= m.dynamo_stamp)), 0, 'no item is older than its deletion: ' . $_->region) for @all;

# A replica that is deleted is a table of its own.
$us->update_table('Music', '"ReplicaUpdates": [{"Delete": {"RegionName": "ap-south-1"}}]');
$ap->until_sql('the table of its own', q(SELECT count(*) = 0 FROM dynamo.replica_catalog));
put($ap, 'alone', '1');
put($us, 'together', '1');
$eu->until_sql('the others go on', q(SELECT count(*) = 1 FROM dynamo_tables."Music" WHERE item->>'id' = 'together'));
is(value($eu, 'alone') . value($ap, 'together'), '', 'and nothing goes to it or comes from it');

done_testing();
