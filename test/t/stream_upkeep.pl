# Upkeep of streams: slots, epochs, shards and segments come, go on and go.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('upkeep');
$node->init(allows_streaming => 1);
$node->append_conf('postgresql.conf', <<'CONF');
shared_preload_libraries = 'dynamo'
wal_level = logical
max_replication_slots = 4
max_worker_processes = 20
dynamo.stream_upkeep_interval = 1s
dynamo.partitions = 2
autovacuum = off
CONF
$node->start;
my $database = 'postgres';

sub sql { my ($query) = @_; return $node->safe_psql($database, $query); }
sub sql_error { my ($query) = @_; my ($code, $out, $error) = $node->psql($database, $query); return $error; }
sub until_sql { my ($what, $query) = @_; DynamoServer::until_true($what, sub { sql($query) eq 't' }); return pass($what); }

sub create_table
{
	my ($name, $stream) = @_;

	my $specification = $stream ? ', "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"}' : '';

	sql(qq(SELECT dynamo.create_table('{"TableName": "$name", "BillingMode": "PAY_PER_REQUEST",
		"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]$specification}')));
}

my $on = '{"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"}';
my $off = '{"StreamEnabled": false}';
sub update_text { my ($name, $specification) = @_; return qq(SELECT dynamo.update_table('{"TableName": "$name", "StreamSpecification": $specification}') IS NOT NULL); }
sub update { sql(update_text(@_)); }
sub put { my ($table, $id) = @_; sql(qq(SELECT dynamo.put_item('$table', '{"id": {"S": "$id"}}'))); }

sub slot { return 'dynamo_' . sql(q(SELECT oid FROM pg_database WHERE datname = current_database())); }
sub until_captured { return until_sql($_[0], q(SELECT count(*) = 1 FROM dynamo.capture WHERE database = current_database() AND phase = 'running')); }
# The status of the table's latest stream
sub until_status
{
	my ($table, $status, $what) = @_;
	return until_sql($what // "the stream of $table is $status",
		qq(SELECT status = '$status' FROM dynamo.streams WHERE table_name = '$table' ORDER BY label DESC LIMIT 1));
}
sub table_status { my ($table) = @_; return sql(qq(SELECT dynamo.describe_table('{"TableName": "$table"}') #>> '{Table,TableStatus}')); }
sub label { my ($table) = @_; return sql(qq(SELECT dynamo.describe_table('{"TableName": "$table"}') #>> '{Table,LatestStreamLabel}')); }
sub epoch { return sql('SELECT max(epoch) FROM dynamo.change_epoch'); }
sub until_nothing
{
	my ($what, $slot) = @_;
	return until_sql($what, qq(SELECT NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = '$slot')
		AND NOT EXISTS (SELECT FROM pg_replication_origin WHERE roname = '$slot')
		AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'dynamo capture' AND 'dynamo_' || datid = '$slot')));
}

# --- the first stream ---

sql('CREATE EXTENSION dynamo');
my $slot = slot();
create_table('First');
my $writer = $node->background_psql('postgres');
$writer->query_safe('BEGIN; CREATE TABLE writer ()');
update('First', $on);
until_sql('the slot waits for a transaction that writes', q(SELECT phase = 'preparing' FROM dynamo.capture));
until_status('First', 'ENABLING');
is(table_status('First'), 'UPDATING', 'a table is UPDATING until its stream is there');
sql(q(SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'dynamo stream upkeep'));
until_sql('a worker that is ended is followed by another', q(SELECT count(*) = 1 FROM pg_replication_slots AS slot
	JOIN pg_stat_activity ON pid = active_pid WHERE backend_type <> 'dynamo stream upkeep'));
$writer->query_safe('COMMIT');
$writer->quit;
until_status('First', 'ENABLED');
is(table_status('First'), 'ACTIVE', 'and ACTIVE then');
until_captured('changes are captured');
is(sql(qq(SELECT slot_name, plugin, temporary, roname FROM pg_replication_slots, pg_replication_origin)), "$slot|dynamo|f|$slot", 'slot and origin');
is(sql(q(SELECT count(*), count(ended), min(reason) FROM dynamo.change_epoch)), '1|0|a stream was enabled', 'an epoch');
# As when the last stream has ended, its epoch with it, and the slot is about to go.
is(sql(q(BEGIN; UPDATE dynamo.change_epoch SET ended = now(); SELECT dynamo.describe_table('{"TableName": "First"}') #>> '{Table,TableStatus}'; ROLLBACK)), 'UPDATING',
	'the slot of an epoch that has ended captures nothing');
is(sql(q(SELECT count(*) FROM pg_inherits JOIN pg_depend ON objid = inhrelid AND deptype = 'e' WHERE inhparent = 'dynamo.change_log'::regclass)), '1',
	'a segment, which belongs to the extension');
until_sql('how far capturing is', q(SELECT captured_lsn > '0/0' AND confirmed_lsn > '0/0' AND wal_bytes >= 0 AND lag_bytes >= 0 AND lag_seconds >= 0
	AND pid IN (SELECT pid FROM pg_stat_activity) AND error IS NULL FROM dynamo.capture));

# --- who sees what ---

sql('CREATE ROLE someone; CREATE ROLE monitor; GRANT pg_monitor TO monitor');
is(sql('SET ROLE someone; SELECT table_name, view_type, changes_missing, shards FROM dynamo.streams'), 'First|NEW_AND_OLD_IMAGES|f|2', 'everybody sees streams');
like(sql_error('SET ROLE someone; SELECT FROM dynamo.capture'), qr/permission denied for view capture/, 'not what is captured');
is(sql('SET ROLE monitor; SELECT count(*) FROM dynamo.capture'), '1', 'which monitors see');
sql('ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO someone; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC');

# --- a restart, and a crash ---

is(sql('SELECT count(*) FROM dynamo.change_segment'), '0', 'a segment is begun with a change');
$node->append_conf('postgresql.conf', "dynamo.stream_upkeep_interval = 1h\n");
$node->restart;
until_captured('the first round of upkeep after a restart hands it over again');
$node->adjust_conf('postgresql.conf', 'dynamo.stream_upkeep_interval', '1s');
put('First', 'one');
my ($label, $epoch) = (label('First'), epoch());
$node->restart;
until_captured('changes are captured after a restart');
$node->stop('immediate');
$node->start;
until_captured('and after a crash');
is(label('First') . epoch(), $label . $epoch, 'no change was lost');

# --- segments ---

until_sql('a segment is begun with the next changes', q(SELECT count(*) > 0 FROM dynamo.change_segment));
sql(q(UPDATE dynamo.change_segment SET started = started - interval '2 hours'));
until_sql('the next is made in time', q(SELECT count(*) > (SELECT count(*) FROM dynamo.change_segment) FROM pg_inherits WHERE inhparent = 'dynamo.change_log'::regclass));
my $changes = 0;
DynamoServer::begin_segment(\&sql, sub { put('First', 'two' . $changes++) });
is(sql('SELECT count(*) FROM dynamo.change_segment'), '2', 'and begun');
like(sql_error(q(SET ROLE someone; SELECT * FROM dynamo.change_log_2)), qr/permission denied/, 'default privileges are no way to read it');
my $reader = $node->background_psql('postgres');
$reader->query_safe('BEGIN; SELECT count(*) FROM dynamo.change_log_1');
sql(q(UPDATE dynamo.change_segment SET started = started - interval '25 hours'));
until_sql('a segment that has expired makes place', q(SELECT count(*) FILTER (WHERE segment = 2) = 1 FROM dynamo.change_segment));
is(sql(q(SELECT to_regclass('dynamo.change_log_1') IS NOT NULL)), 't', 'not while it is read');
$reader->query_safe('COMMIT');
$reader->quit;
until_sql('it is dropped', q(SELECT to_regclass('dynamo.change_log_1') IS NULL AND NOT EXISTS (SELECT FROM dynamo.change_segment WHERE segment = 1)));

# --- shards ---

sql(q(UPDATE dynamo.stream_shard SET opened = opened - interval '5 hours'));
until_sql('shards are followed by others', q(SELECT count(*) = 4 AND count(closed) = 2 FROM dynamo.stream_shard));
is(sql(q(SELECT count(*) FROM dynamo.stream_shard AS child JOIN dynamo.stream_shard AS parent ON child.parent = parent.shard
	AND child.leaf = parent.leaf AND child.leaf_number = parent.leaf_number AND child.table_name = parent.table_name AND child.label = parent.label
	AND (child.start_epoch, child.start_commit) = (parent.end_epoch, parent.end_commit) AND child.opened > parent.opened)), '2', 'where they end');
sql(q(UPDATE dynamo.stream_shard SET closed = closed - interval '25 hours'));
until_sql('and forgotten', q(SELECT count(*) = 2 AND count(closed) = 0 FROM dynamo.stream_shard));

# --- disabling, and enabling again ---

create_table('Second', 1);
until_status('Second', 'ENABLED');
is(table_status('Second'), 'ACTIVE', 'the next stream of a database need not wait');
update('First', $off);
until_status('First', 'DISABLED');
until_captured('another stream goes on');
is(sql(q(SELECT count(*) - count(closed) FROM dynamo.stream_shard JOIN dynamo.stream_catalog USING (table_name, label) WHERE disabled IS NOT NULL)), '0', 'shards are closed');
update('Second', $off);
until_nothing('the last one leaves no slot, origin or worker', $slot);
is(sql(q(SELECT count(*), count(ended) FROM dynamo.change_epoch)), '1|1', 'the epoch has ended');
is(sql(q(SELECT count(*) > 0 FROM pg_inherits WHERE inhparent = 'dynamo.change_log'::regclass)), 't', 'the log stays');
update('First', $on);
until_status('First', 'ENABLED');
isnt(label('First'), $label, 'another stream');
is(epoch() > $epoch, 1, 'in another epoch');
is(sql(q(SELECT changes_missing, count(*) FROM dynamo.streams GROUP BY 1)), 'f|3', 'nothing is missing');
sql(q(UPDATE dynamo.stream_catalog SET disabled = disabled - interval '25 hours'));
sql(q(UPDATE dynamo.stream_shard SET closed = closed - interval '25 hours'));
until_sql('streams are forgotten', q(SELECT count(*) = 1 FROM dynamo.streams));

# --- a transaction that enables a stream and takes long ---

my $enabling = $node->background_psql('postgres');
$enabling->query_safe('BEGIN; ' . update_text('Second', $on));
update('First', $off);
until_status('First', 'DISABLED');
$enabling->query_safe('COMMIT');
until_status('Second', 'ENABLED');
until_captured('the last stream may be disabled while another is being enabled');
put('Second', 'one');
is(sql(q(SELECT changes_missing FROM dynamo.streams WHERE status = 'ENABLED')), 'f', 'which loses nothing');
$enabling->quit;

# --- a table that goes ---

sql(q(ALTER TABLE dynamo_tables."Second" OWNER TO someone));
sql(q(DROP TABLE dynamo_tables."Second" CASCADE));
until_status('Second', 'DISABLED', 'DROP TABLE ends the stream');
is(sql(q(SELECT DISTINCT owner::regrole FROM dynamo.stream_catalog WHERE table_name = 'Second')), 'someone', 'which knows the owner');
until_nothing('and leaves no slot', $slot);

# --- changes that are lost ---

sub log_has { my ($position, $pattern) = @_; return DynamoServer::until_true("$pattern", sub { slurp_file($node->logfile, $position) =~ $pattern }); }
sub until_lost
{
	my ($label, $epoch, $what) = @_;
	until_sql($what, qq(SELECT EXISTS (SELECT FROM dynamo.streams WHERE table_name = 'First' AND label = '$label' AND status = 'DISABLED' AND changes_missing)
		AND EXISTS (SELECT FROM dynamo.streams WHERE table_name = 'First' AND label > '$label' AND status = 'ENABLED' AND NOT changes_missing)
		AND (SELECT max(epoch) FROM dynamo.change_epoch WHERE ended IS NULL) > $epoch));
	until_captured('and goes on');
}

update('First', $on);
until_captured('a stream again');
($label, $epoch) = (label('First'), epoch());
my $position = -s $node->logfile;
DynamoServer::until_true('the slot is dropped by hand', sub {
	$node->psql('postgres', q(SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'dynamo capture'));
	my ($code) = $node->psql('postgres', qq(SELECT pg_drop_replication_slot('$slot')));
	return $code == 0;
});
until_lost($label, $epoch, 'a lost slot ends streams and begins others');
ok(log_has($position, qr/WARNING:  the stream of table "First" ends: changes may be missing\n.*DETAIL:  the replication slot is gone/), 'the log says so');
is(sql(qq(SELECT reason FROM dynamo.change_epoch WHERE epoch > $epoch)), 'the replication slot is gone', 'and the epoch');
is(sql(q(SELECT relreplident FROM pg_class WHERE oid = 'dynamo_tables."First/0"'::regclass)), 'f', 'the replica identity stays');

($label, $epoch) = (label('First'), epoch());
$writer = $node->background_psql('postgres');
$writer->query_safe('BEGIN; DROP TABLE writer');
$node->append_conf('postgresql.conf', "dynamo.max_stream_wal = 1MB\n");
$node->reload;
sql(q(SELECT count(pg_logical_emit_message(false, 'x', repeat('x', 100000))) FROM generate_series(1, 40)));
until_sql('too much WAL is kept back', qq(SELECT EXISTS (SELECT FROM dynamo.change_epoch WHERE epoch = $epoch AND ended IS NOT NULL)));
until_sql('the slot is given up', q(SELECT phase = 'preparing' FROM dynamo.capture));
$writer->query_safe('COMMIT');
until_lost($label, $epoch, 'streams end, and begin after it');
like(sql(qq(SELECT reason FROM dynamo.change_epoch WHERE epoch > $epoch)), qr/dynamo.max_stream_wal, 1 MB/, 'the epoch says why');
$node->adjust_conf('postgresql.conf', 'dynamo.max_stream_wal', '-1');
$node->reload;

($label, $epoch) = (label('First'), epoch());
$writer->query_safe('BEGIN; CREATE TABLE writer ()');
$node->append_conf('postgresql.conf', "max_slot_wal_keep_size = 16MB\n");
$node->reload;
sql(q(SELECT pg_logical_emit_message(false, 'x', 'x'), pg_switch_wal())) for 1 .. 4;
sql('CHECKPOINT');
until_sql('PostgreSQL gives the slot up', qq(SELECT EXISTS (SELECT FROM dynamo.change_epoch WHERE epoch = $epoch AND ended IS NOT NULL)));
$writer->query_safe('COMMIT');
until_lost($label, $epoch, 'streams end then, too');
like(sql(qq(SELECT reason FROM dynamo.change_epoch WHERE epoch > $epoch)), qr/max_slot_wal_keep_size/, 'for another reason');
$node->adjust_conf('postgresql.conf', 'max_slot_wal_keep_size', '-1');
$node->reload;
$writer->quit;

# --- changes whose old items are not in WAL ---

put('First', $_) for 1 .. 5;
($label, $epoch) = (label('First'), epoch());
sql('ALTER TABLE dynamo_tables."First/0" REPLICA IDENTITY DEFAULT; ALTER TABLE dynamo_tables."First/1" REPLICA IDENTITY DEFAULT');
sql(q(DELETE FROM dynamo_tables."First"));
until_sql('a stream that lacks old items ends', qq(SELECT EXISTS (SELECT FROM dynamo.streams WHERE label = '$label' AND status = 'DISABLED' AND changes_missing)
	AND EXISTS (SELECT FROM dynamo.streams WHERE table_name = 'First' AND label > '$label' AND status = 'ENABLED')));
is(sql(q(SELECT string_agg(DISTINCT relreplident::text, '') FROM pg_class WHERE relname IN ('First/0', 'First/1'))), 'f', 'and the next one has them');
until_captured('capturing goes on');
is(epoch(), $epoch, 'in the same epoch');
put('First', 'whole');
until_sql('the next stream has changes', q(SELECT count(*) = 1 FROM dynamo.changes('First')));

# Other tables' streams wait neither for the rest of them nor for who holds the table.
create_table('Other', 1);
until_status('Other', 'ENABLED');
$label = label('First');
sql('ALTER TABLE dynamo_tables."First/0" REPLICA IDENTITY DEFAULT; ALTER TABLE dynamo_tables."First/1" REPLICA IDENTITY DEFAULT');
$node->append_conf('postgresql.conf', "dynamo.stream_upkeep_interval = 1h\n");
$node->reload;
my $holder = $node->background_psql('postgres');
$holder->query_safe('BEGIN; LOCK TABLE dynamo_tables."First" IN SHARE UPDATE EXCLUSIVE MODE');
sql(qq(UPDATE dynamo_tables."First" SET item = item || '{"n": $_}')) for 1 .. 5;
put('Other', 'behind');
until_sql('a held table keeps no other from being captured', q(SELECT count(*) = 1 FROM dynamo.changes('Other')));
until_sql('its stream ends', qq(SELECT EXISTS (SELECT FROM dynamo.streams WHERE label = '$label' AND status = 'DISABLED' AND changes_missing)));
$holder->query_safe('COMMIT');
$holder->quit;
$node->adjust_conf('postgresql.conf', 'dynamo.stream_upkeep_interval', '1s');
$node->restart;
until_sql('and it gets another', qq(SELECT EXISTS (SELECT FROM dynamo.streams WHERE table_name = 'First' AND label > '$label' AND status = 'ENABLED')));

# Nor for its owner, who holds the stream's row as well: that stream is said to lack changes when it can be.
sub stop_capture
{
	my $pid = sql('SELECT pid FROM dynamo.capture WHERE database = current_database()');
	kill 'STOP', $pid;
	return $pid;
}
sub maim
{
	my ($name) = @_;
	sql(qq(ALTER TABLE dynamo_tables."$name/0" REPLICA IDENTITY DEFAULT; ALTER TABLE dynamo_tables."$name/1" REPLICA IDENTITY DEFAULT;
		UPDATE dynamo_tables."$name" SET item = item || '{"maimed": 1}'));
}
sub missing { my ($stream) = @_; return sql(qq(SELECT changes_missing FROM dynamo.streams WHERE label = '$stream')); }
until_status('First', 'ENABLED');
until_captured('changes are captured');
$label = label('First');
my $capture = stop_capture();
maim('First');
my $owner = $node->background_psql('postgres');
$owner->query_safe('BEGIN');
$owner->query_safe(update_text('First', $off));
put('Other', 'beside');
kill 'CONT', $capture;
until_sql("an owner's transaction keeps no other table from being captured", q(SELECT count(*) = 2 FROM dynamo.changes('Other')));
is(missing($label), 'f', 'it holds the row of its stream');
$owner->query_safe('COMMIT');
$owner->quit;
until_sql('a stream that was disabled meanwhile lacks changes', qq(SELECT changes_missing AND status = 'DISABLED' FROM dynamo.streams WHERE label = '$label'));
create_table('Going', 1);
until_status('Going', 'ENABLED');
put('Going', 'one');
$label = label('Going');
$capture = stop_capture();
maim('Going');
sql(q(SELECT dynamo.delete_table('{"TableName": "Going"}')));
kill 'CONT', $capture;
until_sql('so does one whose table was dropped meanwhile', qq(SELECT changes_missing AND status = 'DISABLED' FROM dynamo.streams WHERE label = '$label'));
is(sql('SELECT count(*) FROM dynamo.stream_fault'), '0', 'and all is noted');
update('First', $on);
until_status('First', 'ENABLED');

# --- a row of the catalog that is broken ---

my $kept = sql(q(SELECT stream FROM dynamo.table_catalog WHERE name = 'First'));
$label = label('First');
sql(q(UPDATE dynamo.table_catalog SET stream = '{"enabled": true}' WHERE name = 'First'));
put('Other', 'after');
sql(q(INSERT INTO dynamo_tables."First" VALUES ('{"id": "unseen"}')));
put('Other', 'last');
until_sql('it keeps no other table from being captured', q(SELECT count(*) = 4 FROM dynamo.changes('Other')));
until_sql('and its stream lacks changes', qq(SELECT changes_missing AND status = 'DISABLED' FROM dynamo.streams WHERE label = '$label'));
sql(qq(UPDATE dynamo.table_catalog SET stream = '$kept' WHERE name = 'First'));
until_sql('once it is mended there is another', qq(SELECT EXISTS (SELECT FROM dynamo.streams WHERE table_name = 'First' AND label > '$label' AND status = 'ENABLED')));

# --- rows of streams that are broken ---

$label = label('First');
my $before = -s $node->logfile;
sql(q(ALTER TABLE dynamo.stream_catalog ALTER changes_missing DROP NOT NULL; ALTER TABLE dynamo.stream_shard ALTER start_epoch DROP NOT NULL;
	UPDATE dynamo.stream_catalog SET stream = '{"enabled": 5}' WHERE table_name = 'First' AND disabled IS NULL;
	UPDATE dynamo.stream_shard SET start_epoch = NULL WHERE table_name = 'First';
	INSERT INTO dynamo.stream_catalog SELECT 'Hostile', label, 1, 1, stream || '{"label": 5}', created, NULL, false FROM dynamo.stream_catalog WHERE table_name = 'Other' LIMIT 1;
	INSERT INTO dynamo.stream_catalog SELECT 'Nothing', label, 1, 1, stream, created, NULL, NULL FROM dynamo.stream_catalog WHERE table_name = 'Other' LIMIT 1;
	UPDATE dynamo.stream_shard SET opened = opened - interval '5 hours' WHERE table_name = 'Other'));
until_sql('they keep no other shards from being followed', q(SELECT count(*) = 4 FROM dynamo.stream_shard WHERE table_name = 'Other' AND label = (SELECT max(label) FROM dynamo.stream_catalog WHERE table_name = 'Other')));
until_sql('a table whose stream is broken gets another', qq(SELECT EXISTS (SELECT FROM dynamo.streams WHERE table_name = 'First' AND label > '$label' AND status = 'ENABLED')));
put('Other', 'beside broken ones');
put('First', 'behind a broken one');
until_sql('other changes are captured', q(SELECT count(*) = 5 FROM dynamo.changes('Other')));
until_sql('and those of the next stream', q(SELECT count(*) = 1 FROM dynamo.changes('First')));
ok(log_has($before, qr/WARNING:  a row of dynamo.stream_catalog is broken: .*\n.*DETAIL:  It is of the stream \d+ of table "Hostile"/), 'the log says what is broken');
ok(log_has($before, qr/WARNING:  a row of dynamo.stream_shard is broken: /), 'of shards, too');
is(sql(q(SELECT count(*) FROM dynamo.streams WHERE table_name IN ('Hostile', 'Nothing'))), '0', 'none of it is shown');
sql(q(DELETE FROM dynamo.stream_catalog WHERE table_name IN ('Hostile', 'Nothing') OR stream = '{"enabled": 5}'; DELETE FROM dynamo.stream_shard WHERE start_epoch IS NULL;
	ALTER TABLE dynamo.stream_catalog ALTER changes_missing SET NOT NULL; ALTER TABLE dynamo.stream_shard ALTER start_epoch SET NOT NULL));

# --- rows that are no items ---

$label = label('First');
sql('ALTER TABLE dynamo_tables."First" DROP CONSTRAINT item_rules');
sql(q(UPDATE dynamo_tables."First" SET item = '[1]' WHERE tableoid = 'dynamo_tables."First/0"'::regclass));
sql(q(INSERT INTO dynamo_tables."First/0" VALUES ('[1]'), ('2')));
sql(q(UPDATE dynamo_tables."First/0" SET item = '"3"' WHERE item = '2'));
put('Other', 'behind them');
until_sql('they keep no other table from being captured', q(SELECT count(*) = 6 FROM dynamo.changes('Other')));
until_sql('and end the stream of their own', qq(SELECT EXISTS (SELECT FROM dynamo.streams WHERE label = '$label' AND changes_missing AND status = 'DISABLED')
	AND EXISTS (SELECT FROM dynamo.streams WHERE table_name = 'First' AND label > '$label' AND status = 'ENABLED')));
is(epoch(), $epoch, 'in the same epoch');
sql(q(DELETE FROM dynamo_tables."First"));

# --- changes that are lost while an owner holds the catalog ---

sub lose_slot
{
	DynamoServer::until_true('the slot is dropped by hand', sub {
		$node->psql('postgres', q(SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'dynamo capture'));
		my ($code) = $node->psql('postgres', qq(SELECT pg_drop_replication_slot('$slot')));
		return $code == 0;
	});
}
until_status('First', 'ENABLED');
until_captured('changes are captured');
create_table('Coming');
my ($other, $first) = (label('Other'), label('First'));
my ($ending, $beginning) = ($node->background_psql('postgres'), $node->background_psql('postgres'));
$ending->query_safe('BEGIN; ' . update_text('First', $off));
$beginning->query_safe('BEGIN; ' . update_text('Coming', $on));
lose_slot();
until_sql("an owner's transaction keeps no other table's stream from ending", qq(SELECT changes_missing AND status = 'DISABLED' FROM dynamo.streams WHERE label = '$other'));
is(missing($first), 'f', 'it holds its own');
my $coming = $beginning->query(q(SELECT dynamo.describe_table('{"TableName": "Coming"}') #>> '{Table,LatestStreamLabel}'));
$_->query_safe('COMMIT') for $ending, $beginning;
$_->quit for $ending, $beginning;
until_sql('a stream that was disabled meanwhile lacks changes', qq(SELECT changes_missing AND status = 'DISABLED' FROM dynamo.streams WHERE label = '$first'));
until_sql('so does one that was enabled meanwhile, in the lost epoch', qq(SELECT changes_missing AND status = 'DISABLED' FROM dynamo.streams WHERE label = '$coming'));
until_status($_, 'ENABLED') for qw(Other Coming);
until_captured('and all goes on');
put($_, 'found') for qw(Other Coming);
until_sql("changes of $_", qq(SELECT count(*) = 1 FROM dynamo.changes('$_'))) for qw(Other Coming);
update('First', $on);
until_status('First', 'ENABLED');
sql(qq(SELECT dynamo.delete_table('{"TableName": "$_"}'))) for qw(Other Coming);

# --- a database that is renamed, and copied, as docs/streams.md has it ---

sql('CREATE DATABASE shop');
$database = 'shop';
sql('CREATE EXTENSION dynamo');
create_table('First', 1);
until_status('First', 'ENABLED');
put('First', 'before');
$database = 'postgres';
sql(q(ALTER DATABASE shop ALLOW_CONNECTIONS false; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'shop'));
sql('ALTER DATABASE shop RENAME TO store');
sql('CREATE DATABASE copy TEMPLATE store');
sql("ALTER DATABASE $_ ALLOW_CONNECTIONS true") for qw(store copy);
$database = 'store';
put('First', 'after');
until_sql('a database that is renamed has its changes', q(SELECT count(*) = 2 AND (SELECT count(*) FROM dynamo.streams) = 1 FROM dynamo.changes('First')));
$database = 'copy';
until_sql('one that is copied has streams of its own', q(SELECT string_agg(status || changes_missing, ' ' ORDER BY label) = 'DISABLEDtrue ENABLEDfalse' FROM dynamo.streams));
$database = 'postgres';
sql("DROP DATABASE $_ WITH (FORCE)") for qw(store copy);

# --- a standby that is promoted ---

$node->backup('backup');
my $standby = PostgreSQL::Test::Cluster->new('promoted');
$standby->init_from_backup($node, 'backup', has_streaming => 1);
$standby->start;
$node->wait_for_catchup($standby);
($label, $epoch) = (label('First'), epoch());
is($standby->safe_psql('postgres', q(SELECT status FROM dynamo.streams ORDER BY label DESC LIMIT 1)), 'ENABLED', 'a standby shows streams');
is($standby->safe_psql('postgres', q(SELECT dynamo.describe_table('{"TableName": "First"}') #>> '{Table,TableStatus}')), 'ACTIVE', 'and tables');
my $primary = $node;
$standby->promote;
$node = $standby;
until_lost($label, $epoch, 'a promoted standby begins another epoch');
like(sql(qq(SELECT reason FROM dynamo.change_epoch WHERE epoch > $epoch)), qr/promoted/, 'which says why');
$standby->stop;
$node = $primary;

# --- a dump that is restored ---

sql('CREATE DATABASE restored');
my $dump = $node->basedir . '/dump';
$node->command_ok([ 'pg_dump', '-Fc', '-f', $dump, '-d', $node->connstr('postgres') ], 'a dump');
$label = label('First');
$node->command_ok([ 'pg_restore', '-d', $node->connstr('restored'), $dump ], 'and its restore');
$database = 'restored';
until_status('First', 'ENABLED', 'a restored table gets a stream');
until_captured('and its changes are captured');
is(label('First') gt $label, 1, 'which is another one');
is(sql('SELECT count(*), bool_or(changes_missing) FROM dynamo.streams'), '1|f', 'and the only one');
my $restored = slot();
$database = 'postgres';
is(label('First'), $label, 'the one of the original goes on');

# --- settings of a database, which its owner makes ---

sql('CREATE DATABASE odd');
$database = 'odd';
sql('CREATE EXTENSION dynamo');
create_table('First');
sql(q(CREATE ROLE nobody; ALTER DATABASE odd SET role = nobody; ALTER DATABASE odd SET default_transaction_read_only = on;
	ALTER DATABASE odd SET default_table_access_method = dynamo; ALTER DATABASE odd SET default_transaction_isolation = serializable;
	ALTER DATABASE odd SET statement_timeout = 1; ALTER DATABASE odd SET lock_timeout = 1));
$node->safe_psql('odd', 'SET role = none; ' . update_text('First', $on) . ';' . q(SELECT dynamo.put_item('First', '{"id": {"S": "1"}}')), connstr => $node->connstr('odd') .
	" options='-c default_transaction_read_only=off -c statement_timeout=0 -c lock_timeout=0'");
$database = 'postgres';
until_sql('they do not keep changes from being captured', q(SELECT count(*) = 1 FROM dynamo.capture WHERE database = 'odd' AND phase = 'running'));
sql('DROP DATABASE odd');
sql('DROP ROLE nobody');

# --- a database and an extension that go ---

is(sql(q(SELECT count(*) FROM pg_replication_slots)), '2', 'two databases capture');
sql('DROP DATABASE restored');
until_nothing('DROP DATABASE leaves no slot and no origin', $restored);
until_captured('other databases go on');
is(sql_error('DROP DATABASE nowhere') =~ /does not exist/, 1, 'of a database that there is');
sql('DROP EXTENSION dynamo CASCADE');
until_nothing('DROP EXTENSION leaves no slot, origin or worker', $slot);
sql('CREATE EXTENSION dynamo');

# --- a server that cannot ---

create_table('Deaf');
$node->append_conf('postgresql.conf', "wal_level = replica\n");
$node->restart;
update('Deaf', $on);
until_sql('capturing takes wal_level = logical', q(SELECT phase = 'failed' AND error LIKE '%wal_level%' AND error_time IS NOT NULL FROM dynamo.capture));
until_status('Deaf', 'ENABLING');
is(table_status('Deaf'), 'ACTIVE', 'the table does not wait for a restart');
$node->append_conf('postgresql.conf', "wal_level = logical\n");
$node->restart;
until_status('Deaf', 'ENABLED', 'and is done once there is');
until_captured('then changes are captured');

# --- catalogs that were changed by hand ---

sql('ALTER TABLE dynamo.change_log ALTER COLUMN label TYPE text');
put('Deaf', 'kept');
until_sql('nothing is written to a log of other columns', q(SELECT phase = 'failed' AND error LIKE '%has other columns%' FROM dynamo.capture));
sql('ALTER TABLE dynamo.change_log ALTER COLUMN label TYPE bigint USING label::bigint');
until_sql('and nothing is lost', q(SELECT count(*) = 1 FROM dynamo.changes('Deaf')));
($label, $epoch) = (label('Deaf'), epoch());
sql(q(DELETE FROM dynamo.stream_catalog));
until_sql('a stream that is missing is followed by another', qq(SELECT count(*) = 1 FROM dynamo.streams WHERE table_name = 'Deaf' AND label > '$label' AND status = 'ENABLED'));
sql(q(UPDATE dynamo.table_catalog SET stream = NULL));
until_status('Deaf', 'DISABLED', 'a stream that its table does not have ends');
until_nothing('and is the last', $slot);
$node->stop;
done_testing();
