# Vector indexes are built while the table takes writes, survive crashes, and come with backups.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('vectors');
$node->init;
$node->append_conf('postgresql.conf', <<'CONF');
shared_preload_libraries = 'dynamo'
dynamo.http_port = 0
dynamo.maintenance_interval = 1s
max_worker_processes = 12
restart_after_crash = on
CONF
$node->start;

sub sql { my ($query) = @_; return $node->safe_psql('postgres', $query); }

sub fails
{
	my ($query, $text, $what) = @_;
	my (undef, undef, $errors) = $node->psql('postgres', $query);
	return like($errors, $text, $what);
}

sql('CREATE EXTENSION dynamo');
sql(<<'SQL');
SELECT dynamo.create_table('{"TableName": "Docs", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}],
	"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}');
CREATE FUNCTION put(first integer, last integer) RETURNS bigint LANGUAGE sql AS $$
	SELECT count(dynamo.put_item(jsonb_build_object('TableName', 'Docs', 'Item', jsonb_build_object('id', jsonb_build_object('N', i::text),
		'v', jsonb_build_object('L', (SELECT jsonb_agg(jsonb_build_object('N', ((i * j) % 997)::text)) FROM generate_series(1, 8) j))))))
	FROM generate_series(first, last) i $$;
CREATE FUNCTION found(table_name text) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(score::real::text, ' ' ORDER BY score)
	FROM dynamo.nearest(table_name, 'near', ARRAY[1, 2, 3, 4, 5, 6, 7, 8]::real[], 20) $$;
CREATE FUNCTION expected() RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(distance::real::text, ' ' ORDER BY distance) FROM (SELECT
		dynamo.euclidean_distance(ARRAY[1, 2, 3, 4, 5, 6, 7, 8]::real[], dynamo.vector_of(item, 'v')) AS distance
		FROM dynamo_tables."Docs" WHERE dynamo.vector_of(item, 'v') IS NOT NULL ORDER BY 1 LIMIT 20) nearest $$;
SELECT put(1, 500);
SELECT dynamo.put_item('{"TableName": "Docs", "Item": {"id": {"N": "1000"}, "v": {"S": "no vector"}}}');
SQL

my $create = q({"TableName": "Docs", "VectorIndexUpdates": [{"Create": {"IndexName": "near", "VectorAttribute": {"AttributeName": "v"},
	"Dimensions": 8, "DistanceFunction": "EUCLIDEAN", "Projection": {"ProjectionType": "ALL"}}}]});
my $search = q(SELECT dynamo.search_vectors('{"TableName": "Docs", "IndexName": "near", "TopK": 1, "SearchVector": [{"N": "1"}]}'));
my $state = q(SELECT (definition #>> '{vectors,0,status}') || ' ' || (definition #>> '{vectors,0,backfilling}')
	FROM dynamo.table_catalog WHERE name = 'Docs');

# A writer keeps the build from ending.
my $writer = $node->background_psql('postgres');
$writer->query_safe('BEGIN; SELECT put(501, 600)');

is(sql(qq(SELECT dynamo.update_table('$create') #>> '{TableDescription,VectorIndexes,0,IndexStatus}')), 'CREATING', 'UpdateTable creates an index');
ok($node->poll_query_until('postgres', $state, 'CREATING true'), 'it is backfilling');
fails($search, qr/Cannot search backfilling vector index: near/, 'it cannot be searched yet');
fails(qq(SELECT dynamo.update_table('$create')), qr/Index is being created\.  Table: Docs Index: near/, 'its name is taken');
fails(q(SELECT dynamo.delete_table('{"TableName": "Docs"}')), qr/Cannot delete table while indexes are being created/, 'the table cannot be deleted');
fails(q(SELECT dynamo.put_item('{"TableName": "Docs", "Item": {"id": {"N": "1001"}, "v": {"S": "x"}}}')),
	qr/Invalid type for parameter v, Expected: L, Actual: S\. IndexName: near/, 'writes are validated');
is(sql(q(SELECT dynamo.update_item('{"TableName": "Docs", "Key": {"id": {"N": "1000"}}, "UpdateExpression": "SET n = :n", "ExpressionAttributeValues": {":n": {"N": "1"}}}') IS NOT NULL)),
	't', 'an item that was invalid before can be updated elsewhere');
is(sql('SELECT put(601, 700)'), '100', 'others write meanwhile');
$writer->query_safe('COMMIT');
$writer->quit;
ok($node->poll_query_until('postgres', $state, 'ACTIVE false'), 'it is built');
is(sql(q(SELECT found('Docs') = expected())), 't', 'the first search finds every item there was');
fails(q(SELECT dynamo.update_table('{"TableName": "Docs", "BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}')),
	qr/Vector indexes are only supported for PAY_PER_REQUEST tables/, 'the table stays on demand');

# A crash.
sql('SELECT put(300, 350)');
$node->stop('immediate');
$node->start;
is(sql(q(SELECT found('Docs') = expected())), 't', 'a search after a crash');
is(sql(q(SELECT count(*) FROM dynamo.check_table('Docs', true))), '0', 'nothing is broken');

# A backup.
my $arn = sql(q(SELECT dynamo.create_backup('{"TableName": "Docs", "BackupName": "docs"}') #>> '{BackupDetails,BackupArn}'));
ok($node->poll_query_until('postgres', qq(SELECT dynamo.describe_backup('{"BackupArn": "$arn"}') #>> '{BackupDescription,BackupDetails,BackupStatus}'), 'AVAILABLE'), 'a backup');
is(sql(qq(SELECT dynamo.describe_backup('{"BackupArn": "$arn"}') #>> '{BackupDescription,SourceTableFeatureDetails,VectorIndexes,0,IndexName}')), 'near', 'it tells of the index');
sql(qq(SELECT dynamo.restore_table_from_backup('{"TargetTableName": "Copy", "BackupArn": "$arn"}')));
sql(qq(SELECT dynamo.restore_table_from_backup('{"TargetTableName": "Bare", "BackupArn": "$arn", "VectorIndexOverride": []}')));
ok($node->poll_query_until('postgres', q(SELECT dynamo.describe_table('{"TableName": "Copy"}') #>> '{Table,TableStatus}'), 'ACTIVE'), 'restored');
is(sql(q(SELECT found('Copy') = expected())), 't', 'the restored table is searched alike');
ok($node->poll_query_until('postgres', q(SELECT dynamo.describe_table('{"TableName": "Bare"}') #>> '{Table,TableStatus}'), 'ACTIVE'), 'restored without it');
is(sql(q(SELECT dynamo.describe_table('{"TableName": "Bare"}') #> '{Table,VectorIndexes}' IS NULL)), 't', 'an override leaves it out');

# A dump, and deletion.
my $dump = $node->basedir . '/dump.sql';
command_ok(['pg_dump', '-d', $node->connstr('postgres'), '-f', $dump], 'a dump');
sql('CREATE DATABASE other');
command_ok(['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('other'), '-f', $dump], 'restored from the dump');
is($node->safe_psql('other', q(SELECT found('Docs') = expected())), 't', 'a search in it');
is(sql(q(SELECT dynamo.update_table('{"TableName": "Docs", "VectorIndexUpdates": [{"Delete": {"IndexName": "near"}}]}') #>> '{TableDescription,VectorIndexes,0,IndexStatus}')),
	'DELETING', 'the index is deleted');
fails($search, qr/The table does not have the specified index: near/, 'it is gone');
is(sql(q(SELECT count(*) FROM pg_class WHERE relname LIKE 'Docs/%/1')), '0', 'with its relations');

$node->stop;
done_testing();
