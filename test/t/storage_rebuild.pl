# dynamo.rebuild_index builds an index anew while it serves and the table takes writes, and goes on after a
# crash.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('rebuild');
$node->init;
$node->append_conf('postgresql.conf', <<'CONF');
shared_preload_libraries = 'dynamo'
dynamo.partitions = 2
dynamo.maintenance_interval = 1s
max_worker_processes = 12
autovacuum = off
CONF
$node->start;

sub sql { my ($query) = @_; return $node->safe_psql('postgres', $query); }
sub fails { my ($query) = @_; my ($code, $out, $error) = $node->psql('postgres', $query); return $error; }

# A transaction whose snapshot REINDEX CONCURRENTLY must wait for.
sub hold_snapshot
{
	my $session = $node->background_psql('postgres', on_error_stop => 0);
	$session->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1;');
	return $session;
}

sub create_table
{
	my ($name) = @_;
	return sql(<<"SQL");
SELECT count(dynamo.create_table('{"TableName": "$name", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}, {"AttributeName": "g", "AttributeType": "N"}],
	"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
	"GlobalSecondaryIndexes": [{"IndexName": "ByG", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}'));
INSERT INTO dynamo_tables."$name" SELECT jsonb_build_object('k', i::text, 'g', i % 10) FROM generate_series(1, 1000) AS i;
SQL
}

# The oids of an index's relations, by the ending of their names.
sub oids { my ($name, $ending) = @_; return sql(qq(SELECT string_agg(oid::text, ' ' ORDER BY relname) FROM pg_class WHERE relname ~ '^$name/./$ending\$')); }
sub rebuilds { my ($name) = @_; return qq(SELECT definition ->> 'rebuilds' FROM dynamo.table_catalog WHERE name = '$name'); }
sub done { my ($name, $what) = @_; return ok($node->poll_query_until('postgres', "SELECT (" . rebuilds($name) . ') IS NULL'), $what); }
sub copies { return sql(q(SELECT count(*) FROM pg_class WHERE relname ~ '_cc(new|old)')); }
sub query { my ($name) = @_; return sql(qq(SELECT dynamo.query('{"TableName": "$name", "IndexName": "ByG", "Select": "COUNT", "KeyConditionExpression": "g = :g", "ExpressionAttributeValues": {":g": {"N": "3"}}}') -> 'Count')); }
sub state_of { my ($name) = @_; return sql(qq(SELECT dynamo.describe_table('{"TableName": "$name"}') #>> '{Table,GlobalSecondaryIndexes,0,IndexStatus}')); }
sub states { my ($name) = @_; return sql(qq(SELECT indexes FROM dynamo.tables WHERE name = '$name')); }
sub whole { my ($name, $what) = @_; is(sql(qq(SELECT * FROM dynamo.check_table('$name'))), '', "$what: nothing is wrong"); return is(copies(), '0', "$what: nothing is left"); }

# Waits until the worker has made its copy of an index, and is held up by the snapshot.
sub await_copy
{
	my ($number) = @_;
	return ok($node->poll_query_until('postgres', q(SELECT count(*) = 1 FROM pg_class WHERE relname ~ '_ccnew' AND relkind = 'i')), 'a copy is being built');
}

sql('CREATE EXTENSION dynamo; CREATE EXTENSION amcheck');
create_table('Live');

# While it goes on the index serves, and takes what is written.
my $before = oids('Live', '1');
my $snapshot = hold_snapshot();
sql(q(SELECT dynamo.rebuild_index('Live', 'ByG')));
await_copy();
is(state_of('Live'), 'UPDATING', 'the index is being rebuilt');
is(states('Live'), '{"ByG": "UPDATING"}', 'and the view says so');
is(sql(q(SELECT dynamo.describe_table('{"TableName": "Live"}') #>> '{Table,TableStatus}')), 'ACTIVE', 'the table is not changed by that');
is(query('Live'), '100', 'the index is read');
sql(q(SELECT dynamo.put_item('Live', '{"k": {"S": "new"}, "g": {"N": "3"}}'), dynamo.update_item('Live', '{"k": {"S": "3"}}', 'SET g = :g', expression_attribute_values => '{":g": {"N": "4"}}'),
	dynamo.delete_item('Live', '{"k": {"S": "13"}}')));
is(query('Live'), '99', 'and written');
sql(q(SELECT dynamo.rebuild_index('Live', 'ByG')));
is(sql(rebuilds('Live') . q( AND definition #>> '{rebuilds,0,number}' = '1')), '[{"number": 1, "next_leaf": 0}]', 'to ask again changes nothing where it has just begun');
$snapshot->quit;
done('Live', 'it ends');
is(state_of('Live'), 'ACTIVE', 'the index is active');
my $after = oids('Live', '1');
isnt((split ' ', $after)[$_], (split ' ', $before)[$_], "partition $_ has another index") for 0, 1;
is(query('Live'), '99', 'with all that was written');
whole('Live', 'a rebuilt index');

# Asked for again, it does again what it has done.
my $lock = $node->background_psql('postgres');
$lock->query_safe(q(BEGIN; LOCK TABLE dynamo_tables."Live/1" IN SHARE UPDATE EXCLUSIVE MODE));
sql(q(SELECT dynamo.rebuild_index('Live', 'ByG')));
ok($node->poll_query_until('postgres', rebuilds('Live') . q( AND definition #>> '{rebuilds,0,next_leaf}' = '1'), '[{"number": 1, "next_leaf": 1}]'), 'one partition is done');
sql(q(DROP INDEX dynamo_tables."Live/0/1"));
sql(q(SELECT dynamo.rebuild_index('Live', 'ByG')));
$lock->query_safe('COMMIT');
$lock->quit;
done('Live', 'it ends');
whole('Live', 'an index that was dropped while it was rebuilt');

# The key's.
$before = oids('Live', 'key');
$snapshot = hold_snapshot();
sql(q(SELECT dynamo.rebuild_index('Live')));
await_copy();
is(states('Live'), '{"ByG": "ACTIVE", "table key": "UPDATING"}', "the key's index is being rebuilt");
sql(q(SELECT dynamo.put_item('Live', '{"k": {"S": "newer"}, "g": {"N": "5"}}')));
is(sql(q(SELECT dynamo.get_item('Live', '{"k": {"S": "newer"}}') #>> '{Item,g,N}')), '5', 'the table is used');
$snapshot->quit;
done('Live', 'it ends, too');
isnt(oids('Live', 'key'), $before, 'there is another');
sql(q(SELECT dynamo.put_item('Live', '{"k": {"S": "newest"}, "g": {"N": "5"}}')));
whole('Live', "a rebuilt index of the key");

# What a crash interrupts goes on, and leaves nothing.
$snapshot = hold_snapshot();
sql(q(SELECT dynamo.rebuild_index('Live', 'ByG'), dynamo.rebuild_index('Live')));
await_copy();
$node->stop('immediate');
$node->start;
done('Live', 'a crash only delays it');
whole('Live', 'after a crash');

# Indexes that are missing, of another definition, or not valid.
sql(q(DROP INDEX dynamo_tables."Live/0/1"; DROP INDEX dynamo_tables."Live/1/1"; CREATE INDEX "Live/1/1" ON dynamo_tables."Live/1" (item)));
is(sql(q(SELECT DISTINCT hint FROM dynamo.check_table('Live'))), q(SELECT dynamo.rebuild_index('Live', 'ByG')), 'the check says what to do');
sql(q(SELECT dynamo.rebuild_index('Live', 'ByG')));
done('Live', 'it is done');
whole('Live', 'missing indexes');
sql(q(DROP INDEX dynamo_tables."Live/0/key"; UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'dynamo_tables."Live/1/key"'::regclass));
like(fails(q(SELECT dynamo.scan('{"TableName": "Live"}'))), qr/key index is missing/, 'without its keys a table cannot be used');
is(sql(q(SELECT DISTINCT hint FROM dynamo.check_table('Live'))), q(SELECT dynamo.rebuild_index('Live')), 'the check says what to do');
sql(q(SELECT dynamo.rebuild_index('Live')));
done('Live', 'they are built');
whole('Live', 'missing keys');

# Keys that are not unique: it is given up, and said.
my $position = -s $node->logfile;
sql(q(DROP INDEX dynamo_tables."Live/0/key"; INSERT INTO dynamo_tables."Live" SELECT item FROM dynamo_tables."Live/0" LIMIT 1));
sql(q(SELECT dynamo.rebuild_index('Live')));
done('Live', 'it ends');
my $log = slurp_file($node->logfile, $position);
like($log, qr/ERROR:  could not create unique index "Live\/0\/key"/, 'the log has the error');
like($log, qr/LOG:  dynamo has given up building an index of relation \d+ anew/, 'and that it was given up');
sql(q(DELETE FROM dynamo_tables."Live/0" a USING dynamo_tables."Live/0" b WHERE a.item = b.item AND a.ctid > b.ctid));
sql(q(SELECT dynamo.rebuild_index('Live')));
done('Live', 'without them it works');
whole('Live', 'unique keys');

# An index that is deleted meanwhile, and a table.
$snapshot = hold_snapshot();
sql(q(SELECT dynamo.rebuild_index('Live', 'ByG')));
await_copy();
sql(q(SELECT dynamo.update_table('{"TableName": "Live", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "ByG"}}]}')));
is(sql(rebuilds('Live')), '', 'a deleted index is not rebuilt');
is(copies(), '0', 'and leaves nothing');
sql(q(SELECT dynamo.rebuild_index('Live')));
await_copy();
sql(q(SELECT dynamo.delete_table('{"TableName": "Live"}')));
is(copies(), '0', 'a deleted table neither');
$snapshot->quit;

# Time to live's.
create_table('Expiring');
sql(q(SELECT dynamo.update_time_to_live('{"TableName": "Expiring", "TimeToLiveSpecification": {"AttributeName": "e", "Enabled": true}}')));
ok($node->poll_query_until('postgres', q(SELECT indexes ->> 'time to live' = 'ACTIVE' FROM dynamo.tables)), 'an index of time to live');
$before = oids('Expiring', '2');
sql(q(SELECT dynamo.rebuild_index('Expiring', 'time to live')));
done('Expiring', 'it is rebuilt');
isnt(oids('Expiring', '2'), $before, 'there is another');
whole('Expiring', 'time to live');

# Who may, and what there is.
sql('CREATE ROLE stranger');
like(fails(q(SET ROLE stranger; SELECT dynamo.rebuild_index('Expiring'))), qr/must be owner of/, "another's table");
like(fails(q(SELECT dynamo.rebuild_index('Absent'))), qr/Requested resource not found/, 'no such table');
like(fails(q(SELECT dynamo.rebuild_index('Expiring', 'Absent'))), qr/Requested resource not found: Index: Absent/, 'no such index');
like(fails(q(SELECT dynamo.rebuild_index(NULL))), qr/table_name is null/, 'no table');
sql(q(BEGIN; SELECT dynamo.rebuild_index('Expiring'); ROLLBACK));
is(sql(rebuilds('Expiring')), '', 'what is rolled back is not done');

# Hostile rows: they end nothing.
sql(q(UPDATE dynamo.table_catalog SET definition = definition || '{"rebuilds": [{"number": 77, "next_leaf": 0}, {"number": 1, "next_leaf": 999}, {"number": 0, "next_leaf": 1}]}'));
sql(q(SELECT dynamo.describe_table('{"TableName": "Expiring"}')));
done('Expiring', 'rows of unknown indexes and leaves are forgotten');
for my $rebuilds ('7', '[7]', '[{"number": "x"}]', '[{"number": -1, "next_leaf": 0}]')
{
	like(fails(qq(BEGIN; UPDATE dynamo.table_catalog SET definition = definition || '{"rebuilds": $rebuilds}'; SELECT dynamo.describe_table('{"TableName": "Expiring"}'))),
		qr/invalid data in a table of extension dynamo/, "$rebuilds is refused");
}
unlike(slurp_file($node->logfile), qr/terminated by signal [0-9]|PANIC/, 'no process has crashed');

done_testing();
