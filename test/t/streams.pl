# Changes of items as records of streams, from logical replication slots with the output plugin dynamo.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use JSON::PP;
use PostgreSQL::Test::Utils;
use Test::More;

# Later versions of PostgreSQL load only the plugins that a setting names.
my $server = DynamoServer->new('streams', 'wal_level = logical', 'max_wal_senders = 4', 'max_replication_slots = 10', 'max_worker_processes = 20',
	'max_prepared_transactions = 2', 'logical_decoding_work_mem = 64kB', 'dynamo.ttl_interval = 1s', 'autovacuum = off',
	qx(postgres --describe-config) =~ /^output_plugin_libraries\t/m ? "output_plugin_libraries = 'dynamo, test_decoding'" : ());
my $node = $server->start->node;
my $json = JSON::PP->new->canonical;

sub sql { my ($query) = @_; return $node->safe_psql('postgres', $query); }
sub sql_error { my ($query) = @_; my ($code, $out, $error) = $node->psql('postgres', $query); return $error; }

sub create_table
{
	my ($name, $view, $sort) = @_;

	sql(sprintf(q(SELECT dynamo.create_table('{"TableName": "%s", "BillingMode": "PAY_PER_REQUEST",
		"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"} %s], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"} %s] %s}')),
		$name, $sort ? ', {"AttributeName": "n", "AttributeType": "N"}' : '', $sort ? ', {"AttributeName": "n", "KeyType": "RANGE"}' : '',
		$view ? qq(, "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "$view"}) : ''));
}

sub update_stream
{
	my ($name, $specification) = @_;
	return sql(qq(SELECT dynamo.update_table('{"TableName": "$name", "StreamSpecification": $specification}') #>> '{TableDescription,LatestStreamArn}'));
}

sub arguments { my (@options) = @_; return join '', map { ", '$_'" } @options; }
sub peek { my (@options) = @_; return sql("SELECT data FROM pg_logical_slot_peek_changes('slot', NULL, NULL" . arguments(@options) . ')'); }
sub peek_error { my (@options) = @_; return sql_error("SELECT data FROM pg_logical_slot_peek_changes('slot', NULL, NULL" . arguments(@options) . ')'); }
sub records { my ($text) = @_; return map { $json->decode($_) } split /\n/, $text; }
# The records since the last call
sub new_records { my (@options) = @_; return records(sql("SELECT data FROM pg_logical_slot_get_changes('slot', NULL, NULL" . arguments(@options) . ')')); }
sub image { my ($image) = @_; return $image ? $json->encode($image) : '-'; }
# A record in short
sub brief
{
	my ($record) = @_;
	my $change = $record->{dynamodb};
	return join ' ', $record->{eventName}, image($change->{Keys}), image($change->{NewImage}), image($change->{OldImage}), $change->{SizeBytes};
}
sub brief_is { my ($records, $expected, $name) = @_; is(join("\n", map { brief($_) } @$records), join("\n", @$expected), $name); }

sub put { my ($table, $item) = @_; return $server->call('PutItem', { TableName => $table, Item => $item }); }

sql(q(SELECT pg_create_logical_replication_slot('slot', 'dynamo')));

# --- what a record has ---

create_table('Music', 'NEW_AND_OLD_IMAGES');
put('Music', { id => { S => 'Fred' } });
my ($record) = new_records();
my $arn = sql(q(SELECT dynamo.describe_table('{"TableName": "Music"}') #>> '{Table,LatestStreamArn}'));
like($record->{eventID}, qr/^[0-9a-f]{32}$/, 'eventID');
like($record->{dynamodb}{SequenceNumber}, qr/^[1-9]\d{20,39}$/, 'SequenceNumber');
cmp_ok(abs($record->{dynamodb}{ApproximateCreationDateTime} - time), '<', 3600, 'ApproximateCreationDateTime');
delete $record->{eventID};
delete @{ $record->{dynamodb} }{qw(SequenceNumber ApproximateCreationDateTime)};
is_deeply($record, { eventName => 'INSERT', eventVersion => '1.1', eventSource => 'aws:dynamodb', awsRegion => 'us-east-1', eventSourceARN => $arn,
	dynamodb => { Keys => { id => { S => 'Fred' } }, NewImage => { id => { S => 'Fred' } }, SizeBytes => 12, StreamViewType => 'NEW_AND_OLD_IMAGES' } },
	'a record has the members of DynamoDB Streams and no others');

# --- which changes leave records, and which do not ---

put('Music', { id => { S => 'Fred' }, name => { S => 'Fred' } });
put('Music', { id => { S => 'Fred' }, name => { S => 'Fred' } });
$server->call('DeleteItem', { TableName => 'Music', Key => { id => { S => 'absent' } } });
$server->call('UpdateItem', { TableName => 'Music', Key => { id => { S => 'absent' } }, UpdateExpression => 'REMOVE a' });
$server->call('UpdateItem', { TableName => 'Music', Key => { id => { S => 'Fred' } }, UpdateExpression => 'REMOVE a' });
sql(q(INSERT INTO dynamo_tables."Music" VALUES ('{"id": "sql", "n": 1.0, "s": {"$ss": ["b", "a"]}}')));
sql(q(UPDATE dynamo_tables."Music" SET item = '{"id": "sql", "n": 1.00, "s": {"$ss": ["a", "b"]}}' WHERE item ->> 'id' = 'sql'));
$server->call('DeleteItem', { TableName => 'Music', Key => { id => { S => 'Fred' } } });
brief_is([ new_records() ], [
	'MODIFY {"id":{"S":"Fred"}} {"id":{"S":"Fred"},"name":{"S":"Fred"}} {"id":{"S":"Fred"}} 26',
	'INSERT {"id":{"S":"sql"}} {"id":{"S":"sql"},"n":{"N":"1"},"s":{"SS":["b","a"]}} - 16',
	'REMOVE {"id":{"S":"Fred"}} - {"id":{"S":"Fred"},"name":{"S":"Fred"}} 20' ], 'a write that changes nothing leaves no record');

$server->call('BatchWriteItem', { RequestItems => { Music => [ { PutRequest => { Item => { id => { S => 'b1' } } } }, { DeleteRequest => { Key => { id => { S => 'sql' } } } } ] } });
$server->call('TransactWriteItems', { TransactItems => [ { Put => { TableName => 'Music', Item => { id => { S => 't' } } } },
	{ ConditionCheck => { TableName => 'Music', Key => { id => { S => 'held' } }, ConditionExpression => 'attribute_not_exists(id)' } } ] });
$server->call('ExecuteStatement', { Statement => q(INSERT INTO "Music" VALUE {'id': 'p'}) });
is(join(' ', sort map { "$_->{eventName}-$_->{dynamodb}{Keys}{id}{S}" } new_records()), 'INSERT-b1 INSERT-p INSERT-t REMOVE-sql', 'batches, transactions and statements');

sql(q(BEGIN; SAVEPOINT a; INSERT INTO dynamo_tables."Music" VALUES ('{"id": "gone"}'); ROLLBACK TO a;
	SAVEPOINT b; INSERT INTO dynamo_tables."Music" VALUES ('{"id": "kept"}'); RELEASE b; COMMIT;
	BEGIN; INSERT INTO dynamo_tables."Music" VALUES ('{"id": "never"}'); ROLLBACK));
brief_is([ new_records() ], [ 'INSERT {"id":{"S":"kept"}} {"id":{"S":"kept"}} - 12' ], 'what is rolled back leaves none');

sql(q(UPDATE dynamo_tables."Music" SET item = '{"id": "renamed"}' WHERE item ->> 'id' = 'kept'));
is(join(' ', map { "$_->{eventName}-$_->{dynamodb}{Keys}{id}{S}" } new_records()), 'REMOVE-kept INSERT-renamed', 'SQL that changes a key removes an item and inserts another');

sql(q(BEGIN; INSERT INTO dynamo_tables."Music" VALUES ('{"id": "prepared"}'); PREPARE TRANSACTION 'x'));
put('Music', { id => { S => 'between' } });
is(join(' ', map { $_->{dynamodb}{Keys}{id}{S} } new_records()), 'between', 'a prepared transaction has not committed');
sql(q(COMMIT PREPARED 'x'));
is(join(' ', map { $_->{dynamodb}{Keys}{id}{S} } new_records()), 'prepared', 'COMMIT PREPARED');

# Out of line
my $long = join '', map { chr(97 + $_ * $_ * 7 % 26) . $_ } 1 .. 20000;
put('Music', { id => { S => 'long' }, text => { S => $long } });
sql(q(UPDATE dynamo_tables."Music" SET item = item WHERE item ->> 'id' = 'long'));
$server->call('UpdateItem', { TableName => 'Music', Key => { id => { S => 'long' } }, UpdateExpression => 'SET a = :a', ExpressionAttributeValues => { ':a' => { N => '1' } } });
$server->call('DeleteItem', { TableName => 'Music', Key => { id => { S => 'long' } } });
my @long = new_records();
is(join(' ', map { $_->{eventName} } @long), 'INSERT MODIFY REMOVE', 'a long item');
is(scalar(grep { ($_->{dynamodb}{NewImage} // $_->{dynamodb}{OldImage})->{text}{S} eq $long } @long), 3, 'has its images whole');

# Larger than the memory of decoding
sql(q(BEGIN; INSERT INTO dynamo_tables."Music" SELECT jsonb_build_object('id', 'spilled' || i, 'text', repeat('x', 200)) FROM generate_series(1, 3000) AS i;
	SAVEPOINT a; DELETE FROM dynamo_tables."Music" WHERE item ->> 'id' LIKE 'spilled%'; ROLLBACK TO a; COMMIT));
my @spilled = new_records();
is(scalar(@spilled), 3000, 'a large transaction');
my @numbers = map { $_->{dynamodb}{SequenceNumber} } @spilled;
is(join(' ', @numbers), join(' ', sort @numbers), 'its sequence numbers grow');

# --- options ---

sql('TRUNCATE dynamo_tables."Music"');
put('Music', { id => { S => 'x' }, set => { BS => ['AA=='] } });
my @marked = records(peek('include-transaction', 'on'));
is(join(' ', map { $_->{transaction} // $_->{eventName} } @marked), 'BEGIN TRUNCATE COMMIT BEGIN INSERT COMMIT', 'marks of transactions, and TRUNCATE');
is(join(' ', sort keys %{ $marked[1]{dynamodb} }), 'ApproximateCreationDateTime SequenceNumber StreamViewType', 'which has no images');
my ($plain) = (records(peek('format', 'plain', 'view-type', 'NEW_IMAGE')))[1];
is(brief($plain), 'INSERT {"id":"x"} {"id":"x","set":["AA=="]} - 10', 'plain JSON, and another view type');
is($plain->{dynamodb}{StreamViewType}, 'NEW_IMAGE', 'which the record says');
is(peek('tables', 'Other'), '', 'other tables');
is(scalar(records(peek('tables', 'Other, Music'))), 2, 'tables');
is(sql(q(SELECT string_agg(encode(data, 'escape'), E'\n') FROM pg_logical_slot_peek_binary_changes('slot', NULL, NULL))), peek(), 'binary');
like(peek_error('format', 'xml'), qr/option "format" of output plugin dynamo cannot be "xml".*HINT:  It takes dynamodb or plain/s, 'a wrong value');
like(peek_error('view-type', 'ALL'), qr/option "view-type" of output plugin dynamo cannot be "ALL"/, 'a wrong view type');
like(peek_error('include-transaction', 'perhaps'), qr/cannot be "perhaps"/, 'a wrong switch');
like(peek_error('tables', 'a,,b'), qr/option "tables" of output plugin dynamo cannot be "a,,b"/, 'a wrong list');
like(peek_error('table', 'a'), qr/output plugin dynamo has no option "table".*HINT/s, 'an unknown option');
like(peek_error('tables', 'a', 'tables', 'b'), qr/option "tables" of output plugin dynamo is given twice/, 'an option twice');
new_records();
create_table('Cut', 'KEYS_ONLY');
sql('TRUNCATE dynamo_tables."Cut/1"; TRUNCATE dynamo_tables."Cut"');
is(join(' ', map { $_->{eventName} . '-' . ($_->{dynamodb}{Partition} // 'all') } new_records()), 'TRUNCATE-Cut/1 TRUNCATE-all', 'TRUNCATE of one partition names it');

sql(q(ALTER TABLE dynamo_tables."Cut" ALTER COLUMN item DROP NOT NULL; INSERT INTO dynamo_tables."Cut" VALUES (NULL);
	INSERT INTO dynamo_tables."Cut" VALUES ('{"id": "a"}'); UPDATE dynamo_tables."Cut/0" SET item = NULL; UPDATE dynamo_tables."Cut" SET item = NULL; DELETE FROM dynamo_tables."Cut"));
is(join(' ', map { "$_->{eventName}-$_->{dynamodb}{Keys}{id}{S}" } new_records()), 'INSERT-a REMOVE-a', 'a row without an item is none');

# --- view types ---

my %views = (
	KEYS_ONLY => [ [ 0, 0 ], [ 0, 0 ], [ 0, 0 ] ],
	NEW_IMAGE => [ [ 1, 0 ], [ 1, 0 ], [ 0, 0 ] ],
	OLD_IMAGE => [ [ 0, 0 ], [ 0, 1 ], [ 0, 1 ] ],
	NEW_AND_OLD_IMAGES => [ [ 1, 0 ], [ 1, 1 ], [ 0, 1 ] ]);
for my $view (sort keys %views)
{
	create_table($view, $view, 'n');
	sql(qq(INSERT INTO dynamo_tables."$view" VALUES ('{"id": "a", "n": 5}');
		UPDATE dynamo_tables."$view" SET item = '{"id": "a", "n": 5, "b": true}';
		DELETE FROM dynamo_tables."$view"));
	my @got = new_records();
	is_deeply([ map { [ (exists $_->{dynamodb}{NewImage}) + 0, (exists $_->{dynamodb}{OldImage}) + 0 ] } @got ], $views{$view}, "images of $view");
	is(scalar(grep { image($_->{dynamodb}{Keys}) eq '{"id":{"S":"a"},"n":{"N":"5"}}' } @got), 3, "keys of $view");
}

# --- time to live ---

sql(q(SELECT dynamo.update_time_to_live('{"TableName": "Music", "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "expires"}}')));
put('Music', { id => { S => 'expired' }, expires => { N => (time() - 60) . '' } });
ok($node->poll_query_until('postgres', q(SELECT string_agg(item ->> 'id', ' ') = 'x' FROM dynamo_tables."Music")), 'an item expires');
$server->call('DeleteItem', { TableName => 'Music', Key => { id => { S => 'x' } } });
my @deleted = grep { $_->{eventName} eq 'REMOVE' } new_records();
is(join(' ', map { $_->{dynamodb}{Keys}{id}{S} } @deleted), 'expired x', 'both are removed');
is_deeply($deleted[0]{userIdentity}, { Type => 'Service', PrincipalId => 'dynamodb.amazonaws.com' }, 'one by the service');
ok(!exists $deleted[1]{userIdentity}, 'the other by a request');

# --- the stream as it was at the time of a change ---

create_table('Late', '');
my $late = sub { my ($id) = @_; sql(qq(INSERT INTO dynamo_tables."Late" VALUES ('{"id": "$id"}'))); };
$late->('never');
my $first = update_stream('Late', '{"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"}');
$late->('first');
update_stream('Late', '{"StreamEnabled": false}');
$late->('between');
my $second = update_stream('Late', '{"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"}');
$late->('second');
sql(q(BEGIN; INSERT INTO dynamo_tables."Late" VALUES ('{"id": "third"}');
	SELECT dynamo.update_table('{"TableName": "Late", "StreamSpecification": {"StreamEnabled": false}}');
	INSERT INTO dynamo_tables."Late" VALUES ('{"id": "fourth"}'); COMMIT));
sql(q(ALTER TABLE dynamo_tables."Late" ADD COLUMN mine int DEFAULT 1; VACUUM FULL dynamo.table_catalog; VACUUM FULL pg_class));
sql(q(SELECT dynamo.delete_table('{"TableName": "Late"}')));
my @late = new_records();
is(join(' ', map { "$_->{dynamodb}{Keys}{id}{S}-$_->{dynamodb}{StreamViewType}" } @late), 'first-NEW_IMAGE second-KEYS_ONLY third-KEYS_ONLY',
	'only changes while the stream was enabled, as it was then');
is(join(' ', map { $_->{eventSourceARN} } @late), "$first $second $second", 'of the stream of that time');

# --- a change whose old item is not in WAL ---

create_table('Maimed', 'OLD_IMAGE');
sql(q(INSERT INTO dynamo_tables."Maimed" VALUES ('{"id": "a"}')));
sql(qq(ALTER TABLE dynamo_tables."$_" REPLICA IDENTITY DEFAULT)) for split /\n/, sql(q(SELECT relname FROM pg_class WHERE relname LIKE 'Maimed%' AND relkind = 'r'));
sql(q(UPDATE dynamo_tables."Maimed" SET item = '{"id": "a", "b": 1}'));
like(peek_error(), qr/WAL lacks the old item of a change of table "Maimed".*HINT:  Call dynamo.set_replica_identity\('Maimed', 'full'\)/s, 'an error, not a wrong record');
is(peek('tables', 'Music'), '', 'for who asks for the table');
sql(q(SELECT dynamo.set_replica_identity('Maimed', 'full'); SELECT pg_replication_slot_advance('slot', pg_current_wal_lsn())));
sql(q(UPDATE dynamo_tables."Maimed" SET item = '{"id": "a", "b": 2}'));
brief_is([ new_records() ], [ 'MODIFY {"id":{"S":"a"}} - {"b":{"N":"1"},"id":{"S":"a"}} 9' ], 'the remedy');

# --- who may read ---

sql('CREATE ROLE reader LOGIN REPLICATION');
create_table('Secret', 'NEW_IMAGE');
put('Music', { id => { S => 'seen' } });
sql(q(INSERT INTO dynamo_tables."Secret" VALUES ('{"id": "a"}')));
sub peek_as_reader { my (@options) = @_; my ($code, $out, $error) = $node->psql('postgres', 'SET ROLE reader; SELECT data FROM pg_logical_slot_peek_changes(\'slot\', NULL, NULL' . arguments(@options) . ')'); return $out . $error; }
like(peek_as_reader('tables', 'Music'), qr/permission denied for the changes of table "Music".*DETAIL:  Role "reader" lacks SELECT on the table/s, 'who may not read the table');
sql('GRANT SELECT ON dynamo_tables."Music" TO reader');
like(peek_as_reader('tables', 'Music'), qr/permission denied.*Music/s, 'who may not when it was changed');
sql(q(SELECT pg_replication_slot_advance('slot', pg_current_wal_lsn())));
put('Music', { id => { S => 'seen' }, again => { BOOL => JSON::PP::true } });
sql(q(INSERT INTO dynamo_tables."Secret" VALUES ('{"id": "b"}')));
like(peek_as_reader(), qr/permission denied for the changes of table "\w+".*HINT:  The option "tables" names those/s, 'who may not read every table');
unlike(peek_as_reader(), qr/"id"/, 'sees nothing');
brief_is([ records(peek_as_reader('tables', 'Music')) ],
	[ 'MODIFY {"id":{"S":"seen"}} {"again":{"BOOL":true},"id":{"S":"seen"}} {"id":{"S":"seen"}} 24' ], 'sees the table that it may read');
sql('ALTER TABLE dynamo_tables."Music" ENABLE ROW LEVEL SECURITY');
like(peek_as_reader('tables', 'Music'), qr/DETAIL:  The table's row-level security applies to role "reader"/, 'row-level security');
sql('ALTER TABLE dynamo_tables."Music" DISABLE ROW LEVEL SECURITY');
# Roles that are newer than the change
sql('CREATE ROLE newer LOGIN REPLICATION; CREATE ROLE newer_admin SUPERUSER; GRANT SELECT ON dynamo_tables."Music" TO newer');
like(sql_error(q(SET ROLE newer; SELECT data FROM pg_logical_slot_peek_changes('slot', NULL, NULL, 'tables', 'Music'))), qr/permission denied for the changes of table "Music"/, 'a newer role');
is(sql(q(SET ROLE newer_admin; SELECT count(*) FROM pg_logical_slot_peek_changes('slot', NULL, NULL, 'tables', 'Music'))), '1', 'a newer superuser');
# A stream that is disabled now, and a membership that was not there at a change
create_table('Closed', 'NEW_IMAGE');
sql(q(GRANT SELECT ON dynamo_tables."Closed" TO reader; INSERT INTO dynamo_tables."Closed" VALUES ('{"id": "a"}')));
update_stream('Closed', '{"StreamEnabled": false}');
like(peek_as_reader('tables', 'Closed'), qr/"id"/, 'changes of a stream that has been disabled');
sql('REVOKE SELECT ON dynamo_tables."Closed" FROM reader');
like(peek_as_reader('tables', 'Closed'), qr/permission denied for the changes of table "Closed".*Role "reader" may not read the table now/s, 'which the role may not read any more');
sql(q(CREATE ROLE readers; GRANT readers TO reader));
create_table('Shared', 'NEW_IMAGE');
sql(q(GRANT SELECT ON dynamo_tables."Shared" TO readers; INSERT INTO dynamo_tables."Shared" VALUES ('{"id": "a"}')));
like(peek_as_reader('tables', 'Shared'), qr/"id"/, 'a member of a role that may read');
sql(q(REVOKE readers FROM reader));
sql(q(INSERT INTO dynamo_tables."Shared" VALUES ('{"id": "b"}')));
sql(q(GRANT readers TO reader));
like(peek_as_reader('tables', 'Shared'), qr/permission denied for the changes of table "Shared".*lacks SELECT/s, 'was none when it was changed');
# A row of the catalog that a superuser has broken
sql(q(UPDATE dynamo.table_catalog SET stream = '{"enabled": true}' WHERE name = 'Closed'));
like(peek_as_reader('tables', 'Music'), qr/"id"/, 'a broken stream of another table is not read');
sql(q(UPDATE dynamo.table_catalog SET stream = NULL WHERE name = 'Closed'));
sub receive_as_reader
{
	my @command = ('pg_recvlogical', '-h', $node->host, '-p', $node->port, '-U', 'reader', '-d', 'postgres', '-S', 'slot', '--start', '-n', '-f', '-',
		'-E', sql('SELECT pg_current_wal_lsn()'), map { ('-o', $_) } @_);
	my ($out, $error) = run_command(\@command);
	return $out . $error;
}
sql('REVOKE SELECT ON dynamo_tables."Music" FROM reader');
like(receive_as_reader('tables=Music'), qr/permission denied for the changes of table "Music"/, 'a walsender checks, too');
new_records();

# --- every change in order, by a walsender into a file ---

create_table('Replayed', 'NEW_AND_OLD_IMAGES');
my $seed = $$;
note "seed $seed";
srand $seed;
for my $round (1 .. 1500)
{
	my $id = 'k' . int rand 40;
	my $do = int rand 5;
	if ($do == 0) { $server->call('DeleteItem', { TableName => 'Music', Key => { id => { S => $id } } }) }
	elsif ($do == 1) { put('Music', { id => { S => $id }, round => { N => "$round" }, tags => { SS => [ "a$round", 'b' ] } }) }
	elsif ($do == 2) { $server->call('UpdateItem', { TableName => 'Music', Key => { id => { S => $id } }, UpdateExpression => 'ADD n :n', ExpressionAttributeValues => { ':n' => { N => (int rand 2) . '' } } }) }
	elsif ($do == 3) { $server->call('BatchWriteItem', { RequestItems => { Music => [ map { { PutRequest => { Item => { id => { S => $id . $_ }, z => { NULL => JSON::PP::true } } } } } 1 .. 10 ] } }) }
	else { sql(qq(BEGIN; DELETE FROM dynamo_tables."Music" WHERE item ->> 'id' LIKE '$id%' AND random() < 0.3; SAVEPOINT s;
		UPDATE dynamo_tables."Music" SET item = item || '{"round": $round}' WHERE item ->> 'id' LIKE 'k1%'; ) . (rand() < 0.5 ? 'ROLLBACK TO s; COMMIT' : 'COMMIT')) if $round % 4 == 0 }
}
my $peeked = peek('tables', 'Music');
my $file = PostgreSQL::Test::Utils::tempdir() . '/records';
$node->command_ok([ 'pg_recvlogical', '-d', $node->connstr('postgres'), '-S', 'slot', '--start', '-n', '-f', $file, '-E', sql('SELECT pg_current_wal_lsn()'), '-o', 'tables=Music' ], 'pg_recvlogical');
my $received = slurp_file($file);
chomp $received;
is($received, $peeked, 'a walsender gives the records that SQL gave before');
my @all = records($received);
cmp_ok(scalar @all, '>', 2500, 'there are many');
my @order = map { $_->{dynamodb}{SequenceNumber} } @all;
is(scalar(grep { $order[$_ - 1] ge $order[$_] } 1 .. $#order), 0, 'sequence numbers grow');
my %ids = map { $_->{eventID} => 1 } @all;
is(scalar(keys %ids), scalar(@all), 'eventIDs are unique');
my (%items, $broken);
for (@all)
{
	my $id = $_->{dynamodb}{Keys}{id}{S};
	$broken = $id if exists $items{$id} && image($_->{dynamodb}{OldImage}) ne $items{$id};
	if ($_->{eventName} eq 'REMOVE') { $items{$id} = '-' } else { $items{$id} = image($_->{dynamodb}{NewImage}) }
}
is($broken, undef, 'each old image is the new image of the change before');
my %now = map { my $item = $json->decode($_); $item->{id}{S} => $json->encode($item) } split /\n/, sql(q(SELECT dynamo.from_item(item) FROM dynamo_tables."Music" WHERE item ->> 'id' LIKE 'k%'));
is_deeply({ map { $_ => $items{$_} } grep { $items{$_} ne '-' } keys %items }, \%now, 'replayed they give the items of the table');

# --- the extension goes ---

sql('CREATE DATABASE gone');
sub in_gone { my ($query) = @_; my ($code, $out, $error) = $node->psql('gone', $query); return $out . $error; }
in_gone(q(CREATE EXTENSION dynamo; SELECT pg_create_logical_replication_slot('gone', 'dynamo')));
in_gone(q(SELECT dynamo.create_table('{"TableName": "Gone", "BillingMode": "PAY_PER_REQUEST", "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"},
	"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}')));
in_gone(q(SELECT pg_create_logical_replication_slot('other', 'test_decoding')));
in_gone(q(SELECT pg_replication_slot_advance(slot_name, pg_current_wal_lsn()) FROM pg_replication_slots WHERE database = 'gone'));
in_gone(qq(COPY dynamo_tables."Gone" FROM STDIN;\n{"id": "copied"}\n\\.\n));
my $gone = q(SELECT data::jsonb #>> '{dynamodb,Keys,id,S}' FROM pg_logical_slot_peek_changes('gone', NULL, NULL));
is(in_gone($gone), 'copied', 'COPY');
in_gone(q(DROP EXTENSION dynamo CASCADE));
like(in_gone($gone), qr/changes of items cannot be read after DROP EXTENSION dynamo.*HINT:  Drop the slot, or/s, 'DROP EXTENSION');
in_gone(q(SELECT pg_replication_slot_advance('gone', pg_current_wal_lsn())));
is(in_gone($gone), '', 'the slot goes on');
like(in_gone(q(SELECT data FROM pg_logical_slot_get_changes('other', NULL, NULL))), qr/table dynamo_tables."Gone.*copied/, 'other plugins are not concerned');
in_gone(q(SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = 'gone'));

# --- a server that keeps changes from being read ---

sql(q(SELECT pg_drop_replication_slot('slot')));
# With a logical slot no server starts that has another wal_level.
sql(q(SELECT dynamo.delete_table(jsonb_build_object('TableName', table_name)) FROM dynamo.streams WHERE disabled IS NULL));
DynamoServer::until_true('no slot', sub { sql('SELECT count(*) FROM pg_replication_slots') eq '0' });
$node->append_conf('postgresql.conf', "wal_level = replica\n");
$node->restart;
$server->wait_until_healthy;
my $warning = qr/WARNING:  the stream of table "Deaf" is enabled, but nothing can read it.*wal_level = logical.*HINT:  Set wal_level and restart the server/s;
like(sql_error(q(SELECT dynamo.create_table('{"TableName": "Deaf", "BillingMode": "PAY_PER_REQUEST", "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"},
	"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}'))), $warning, 'a warning from SQL');
my $offset = -s $node->logfile;
$server->call('CreateTable', { TableName => 'Dumb', BillingMode => 'PAY_PER_REQUEST', StreamSpecification => { StreamEnabled => JSON::PP::true, StreamViewType => 'KEYS_ONLY' },
	AttributeDefinitions => [ { AttributeName => 'id', AttributeType => 'S' } ], KeySchema => [ { AttributeName => 'id', KeyType => 'HASH' } ] });
like(slurp_file($node->logfile, $offset), qr/WARNING:  the stream of table "Dumb" is enabled, but nothing can read it/, 'and in the log, where HTTP asks for it');

$node->stop;
done_testing();
