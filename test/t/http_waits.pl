# Requests that meet locks of other sessions, or take long: one worker serves everybody else meanwhile.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use JSON::PP qw(decode_json);
use PostgreSQL::Test::Utils;
use Test::More;

my $server = DynamoServer->new('waits', "dynamo.http_role = 'shop'", 'dynamo.http_workers = 1',
	"dynamo.http_lock_timeout = '60s'", "dynamo.http_table_lock_timeout = '600s'",
	"dynamo.http_request_timeout = '600s'", 'autovacuum_naptime = 1', 'autovacuum_vacuum_cost_delay = 100',
	'autovacuum_vacuum_cost_limit = 1');

$server->node->start;
$server->sql('CREATE EXTENSION dynamo; CREATE ROLE shop LOGIN; GRANT CREATE ON SCHEMA dynamo_tables, dynamo_views TO shop');
$server->wait_until_healthy;
$server->create_table($_) for 'Music', 'Books', 'Guarded', 'Slow', 'Vacuumed';

sub get { my ($table, $id) = @_; return ('GetItem', qq({"TableName":"$table","Key":{"id":{"S":"$id"}}})); }

sub put
{
	my ($table, $id, $value) = @_;
	return ('PutItem', qq({"TableName":"$table","Item":{"id":{"S":"$id"},"v":{"S":"$value"}},"ReturnValues":"ALL_OLD"}));
}

sub type_of { my ($answer) = @_; return decode_json($answer->{body})->{__type}; }
sub old_value { my ($answer) = @_; return decode_json($answer->{body})->{Attributes}{v}{S}; }

# Sends a request and leaves it to itself. It has arrived when another one, sent later, is answered.
sub begin
{
	my ($operation, $body) = @_;
	my $socket = $server->connect;

	print $socket DynamoServer::request_text($operation, $body);
	is($server->request('DescribeLimits', '{}')->{status}, 200, "others are served beside $operation");
	return $socket;
}

sub set
{
	my (%settings) = @_;

	$server->sql("ALTER SYSTEM SET $_ = '$settings{$_}'") for keys %settings;
	$server->node->reload;
	DynamoServer::until_true('the settings', sub {
		for (keys %settings) { return 0 if $server->sql("SHOW $_") ne $settings{$_}; }
		# The worker takes them before its next request.
		return $server->request('DescribeLimits', '{}')->{status} == 200;
	});
	return;
}

sub worker_state
{
	return $server->sql("SELECT state FROM pg_stat_activity WHERE backend_type = 'dynamo http'");
}

$server->request(put('Music', 'a', 'first'));
my $session = $server->node->background_psql('postgres');

# A row: its writers wait, in their order, and nobody else does.
$session->query_safe(q(BEGIN; UPDATE dynamo_tables."Music" SET item = item || '{"v":"sql"}' WHERE item->>'id' = 'a'));
my @writers = map { begin(put('Music', 'a', $_)) } 1 .. 8;
is($server->request(put('Music', 'b', 'x'))->{status}, 200, 'another item is written');
like($server->request(get('Music', 'a'))->{body}, qr/"first"/, 'and this one read');
is($server->sql("SELECT count(*) FROM pg_locks l JOIN pg_stat_activity USING (pid)
	WHERE backend_type = 'dynamo http' AND NOT granted"), '0', 'the worker waits for no lock');
is($server->sql("SELECT count(*) FROM pg_locks l JOIN pg_stat_activity USING (pid)
	WHERE backend_type = 'dynamo http' AND mode LIKE 'Row%'"), '0', 'and requests that wait hold none');
$session->query_safe('COMMIT');
is_deeply([ map { old_value(DynamoServer::read_answer($_)) } @writers ], [ 'sql', 1 .. 7 ],
	'they write in the order in which they came');

# A row that sessions share.
my $other = $server->node->background_psql('postgres');
$_->query_safe(q(BEGIN; SELECT 1 FROM dynamo_tables."Music" WHERE item->>'id' = 'a' FOR SHARE)) for $session, $other;
@writers = map { begin(put('Music', 'a', $_)) } 9, 10;
$session->query_safe('COMMIT');
is($server->request(put('Music', 'b', 'x'))->{status}, 200, 'one of the two goes');
$other->query_safe('COMMIT');
is_deeply([ map { old_value(DynamoServer::read_answer($_)) } @writers ], [ 8, 9 ], 'then the other');

# A key that somebody creates.
$session->query_safe(q(BEGIN; SELECT dynamo.put_item('Music', '{"id":{"S":"new"},"v":{"S":"sql"}}')));
@writers = map { begin(put('Music', 'new', $_)) } 1 .. 3;
$session->query_safe('COMMIT');
is_deeply([ map { old_value(DynamoServer::read_answer($_)) } @writers ], [ 'sql', 1, 2 ], 'creators of a key too');

# A batch waits for all of its items.
$session->query_safe(q(BEGIN; SELECT dynamo.delete_item('Music', '{"id":{"S":"new"}}')));
my $batch = begin('BatchWriteItem', '{"RequestItems":{"Music":[{"PutRequest":{"Item":{"id":{"S":"c"}}}},
	{"PutRequest":{"Item":{"id":{"S":"new"},"v":{"S":"batch"}}}}]}}');
my $statements = begin('BatchExecuteStatement', q({"Statements":[{"Statement":"UPDATE Music SET v='s' WHERE id='b'"},
	{"Statement":"UPDATE Music SET w='s' WHERE id='new'"}]}));
unlike($server->request(get('Music', 'c'))->{body}, qr/Item/, 'nothing of it is there before');
$session->query_safe('ROLLBACK');
is_deeply(decode_json(DynamoServer::read_answer($batch)->{body}), { UnprocessedItems => {} }, 'a batch is whole');
unlike(DynamoServer::read_answer($statements)->{body}, qr/Error/, 'and so is one of statements');

# A transaction does not wait for long: nobody has to let go for its answer.
$session->query_safe(q(BEGIN; SELECT dynamo.update_item('{"TableName":"Music","Key":{"id":{"S":"a"}},"UpdateExpression":"SET w = :w","ExpressionAttributeValues":{":w":{"S":"1"}}}')));
my $answer = $server->request('TransactWriteItems', '{"TransactItems":[{"Put":{"TableName":"Music","Item":{"id":{"S":"a"}}}}]}');
like($answer->{body}, qr/TransactionConflict/, 'a transaction meets a conflict while the item is held');
$session->query_safe('COMMIT');

# Tables.
$session->query_safe('BEGIN; LOCK TABLE dynamo_tables."Music"');
my $reader = begin(get('Music', 'a'));
my $statement = begin('BatchExecuteStatement', q({"Statements":[{"Statement":"SELECT v FROM Music WHERE id='a'"}]}));
is($server->request(get('Books', 'a'))->{status}, 200, 'another table is read beside a locked one');
is($server->request(put('Books', 'a', 'x'))->{status}, 200, 'and written');
$session->query_safe('COMMIT');
is(DynamoServer::read_answer($reader)->{status}, 200, 'the locked one when the lock has gone');
like(DynamoServer::read_answer($statement)->{body}, qr/"v":/, 'by a batch of statements too');

my $leaf = $server->sql(q(SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'dynamo_tables."Music"'::regclass LIMIT 1));
$session->query_safe("BEGIN; CREATE INDEX built ON $leaf ((item->>'v'))");
my $writer = begin(put('Music', 'a', 'x'));
is($server->request(get('Music', 'a'))->{status}, 200, 'an index is built: reads go on');
$session->query_safe('ROLLBACK');
is(DynamoServer::read_answer($writer)->{status}, 200, 'writes when it is done');

# Locks that code of the table's owner takes.
$server->sql(q(CREATE TABLE visits (n int); INSERT INTO visits VALUES (0);
	CREATE FUNCTION visit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
	BEGIN UPDATE public.visits SET n = n + 1; RETURN NEW; END $$;
	CREATE TRIGGER visit BEFORE INSERT ON dynamo_tables."Guarded" FOR EACH ROW EXECUTE FUNCTION visit()));
$session->query_safe('BEGIN; UPDATE visits SET n = n + 1');
@writers = map { begin(put('Guarded', $_, 'x')) } 1 .. 3;
is($server->request(put('Books', 'a', 'x'))->{status}, 200, 'a trigger meets a lock: others are served');
$session->query_safe('COMMIT');
is(DynamoServer::read_answer($_)->{status}, 200, 'and those with the trigger after it') for @writers;
is($server->sql('SELECT n FROM visits'), '4', 'which has run once for each');
$server->sql(q(CREATE OR REPLACE FUNCTION visit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
	BEGIN
		BEGIN UPDATE public.visits SET n = n + 1; EXCEPTION WHEN OTHERS THEN NULL; END;
		RETURN NEW;
	END $$));
$session->query_safe('BEGIN; UPDATE visits SET n = n + 1');
$writer = begin(put('Guarded', 5, 'x'));
$session->query_safe('COMMIT');
is(DynamoServer::read_answer($writer)->{status}, 200, 'a trigger catches the error of a lock');
is($server->sql('SELECT n FROM visits'), '6', 'and has waited for it all the same');
$session->query_safe('BEGIN; SELECT pg_advisory_lock(7)');
$server->sql(q(CREATE OR REPLACE FUNCTION visit() RETURNS trigger LANGUAGE plpgsql AS $$
	BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NEW; END $$));
$writer = begin(put('Guarded', 4, 'x'));
$session->query_safe('SELECT pg_advisory_unlock(7); COMMIT');
is(DynamoServer::read_answer($writer)->{status}, 200, 'advisory locks too');

# A change of a table waits for those that use it, who are not kept waiting for it.
$session->query_safe('BEGIN; SELECT FROM dynamo_tables."Books"');
my $delete = begin('DeleteTable', '{"TableName":"Books"}');
is($server->request(get('Books', 'a'))->{status}, 200, 'a table that is to be deleted is read until it is') for 1 .. 20;
$session->query_safe('COMMIT');
is(DynamoServer::read_answer($delete)->{status}, 200, 'it is, when nobody uses it any more');

# Autovacuum gives way.
$server->sql(q(SELECT count(dynamo.put_item('Vacuumed', jsonb_build_object('id', jsonb_build_object('S', n::text), 'v', jsonb_build_object('S', repeat('x', 1000)))))
	FROM generate_series(1, 20000) n));
$server->sql('DELETE FROM dynamo_tables."Vacuumed"');
DynamoServer::until_true('autovacuum', sub {
	return $server->sql(q(SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'autovacuum: %dynamo_tables.Vacuumed%')) > 0;
});
is($server->request('DeleteTable', '{"TableName":"Vacuumed"}')->{status}, 200, 'a table is deleted while autovacuum is at it');

# When the time is over.
set('dynamo.http_lock_timeout' => '50ms');
$session->query_safe(q(BEGIN; SELECT dynamo.put_item('Music', '{"id":{"S":"a"}}')));
$answer = $server->request(put('Music', 'a', 'x'));
like(type_of($answer), qr/TransactionConflictException/, 'a held item is a conflict then');
$answer = $server->request('BatchWriteItem', '{"RequestItems":{"Music":[{"PutRequest":{"Item":{"id":{"S":"d"}}}},
	{"PutRequest":{"Item":{"id":{"S":"a"}}}}]}}');
is(decode_json($answer->{body})->{UnprocessedItems}{Music}[0]{PutRequest}{Item}{id}{S}, 'a', 'in a batch unprocessed');
$session->query_safe('LOCK TABLE dynamo_tables."Music"');
$answer = $server->request(get('Music', 'a'));
is("$answer->{status} " . type_of($answer), '503 com.amazon.coral.availability#ServiceUnavailable', 'a locked table is unavailable');
# So it is for what answers each of several items or statements: a table's lock is not one item's.
my %of_several = (
	BatchGetItem => '{"RequestItems":{"Music":{"Keys":[{"id":{"S":"a"}}]}}}',
	BatchWriteItem => '{"RequestItems":{"Music":[{"PutRequest":{"Item":{"id":{"S":"a"}}}}]}}',
	TransactGetItems => '{"TransactItems":[{"Get":{"TableName":"Music","Key":{"id":{"S":"a"}}}}]}',
	TransactWriteItems => '{"TransactItems":[{"Put":{"TableName":"Music","Item":{"id":{"S":"a"}}}}]}',
	BatchExecuteStatement => q({"Statements":[{"Statement":"UPDATE Music SET v='s' WHERE id='a'"}]}),
	ExecuteTransaction => q({"TransactStatements":[{"Statement":"UPDATE Music SET v='s' WHERE id='a'"}]}));
sub unavailable { my ($answer) = @_; return "$answer->{status} " . type_of($answer) eq '503 com.amazon.coral.availability#ServiceUnavailable'; }
for my $operation (sort keys %of_several)
{
	$answer = $server->request($operation, $of_several{$operation});
	ok(unavailable($answer), "$operation of a locked table is unavailable") or note($answer->{body});
}
set('dynamo.http_table_lock_timeout' => '50ms');
$answer = $server->request('DeleteTable', '{"TableName":"Music"}');
is("$answer->{status} " . type_of($answer), '503 com.amazon.coral.availability#ServiceUnavailable', 'and cannot be deleted');

# A partition's lock is no conflict over its item either.
my @leaves = split /\n/, $server->sql(q(SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'dynamo_tables."Music"'::regclass));
$session->query_safe('COMMIT; BEGIN');
$session->query_safe("LOCK TABLE $_ IN SHARE MODE") for @leaves;
for my $operation (grep { !/Get/ } sort keys %of_several)
{
	$answer = $server->request($operation, $of_several{$operation});
	ok(unavailable($answer), "$operation of a locked partition is unavailable") or note($answer->{body});
}
ok(unavailable($server->request(put('Music', 'a', 'x'))), 'PutItem too');

# A client that has gone is not waited for. What it asked for does not happen.
set('dynamo.http_lock_timeout' => '59s');
$session->query_safe(q(COMMIT; BEGIN; SELECT dynamo.put_item('Music', '{"id":{"S":"a"},"v":{"S":"sql"}}')));
sub half_closed
{
	my $port = sprintf '%04X', $server->port;
	return grep { /^\s*\d+: [0-9A-F]+:$port [0-9A-F:]+ 08 / } split /\n/, slurp_file('/proc/net/tcp');
}
$writer = begin(put('Music', 'a', 'gone'));
close $writer;
DynamoServer::until_true('a closed connection', sub { return !half_closed(); });
$session->query_safe('COMMIT');
like($server->request(get('Music', 'a'))->{body}, qr/"sql"/, 'a client that goes takes its request along');

# Code that takes long.
$server->sql(q(CREATE FUNCTION sleep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(100000); RETURN NEW; END $$;
	CREATE TRIGGER sleep BEFORE INSERT ON dynamo_tables."Slow" FOR EACH ROW EXECUTE FUNCTION sleep()));
sub wait_until_asleep
{
	DynamoServer::until_true('a trigger', sub {
		return $server->sql("SELECT wait_event FROM pg_stat_activity WHERE backend_type = 'dynamo http'") eq 'PgSleep';
	});
	return;
}
$writer = $server->connect;
print $writer DynamoServer::request_text(put('Slow', 'a', 'x'));
wait_until_asleep();
close $writer;
is($server->request(get('Music', 'a'))->{status}, 200, 'a client that goes ends what is run for it');
set('statement_timeout' => '50ms');
like($server->request(put('Slow', 'a', 'x'))->{body}, qr/ServiceUnavailable.*statement_timeout/, 'the statement_timeout of the role holds');
for my $operation (grep { !/Get/ } sort keys %of_several)
{
	like($server->request($operation, $of_several{$operation} =~ s/Music/Slow/r =~ s/UPDATE Slow SET v='s' WHERE id='a'/INSERT INTO Slow VALUE {'id':'a'}/r)->{body},
		qr/ServiceUnavailable.*statement_timeout/, "$operation is no exception");
}
$server->sql('ALTER SYSTEM RESET statement_timeout');
set('dynamo.http_request_timeout' => '50ms');
like($server->request(put('Slow', 'a', 'x'))->{body}, qr/ServiceUnavailable.*dynamo.http_request_timeout/, 'and the limit of a request');
set('dynamo.http_request_timeout' => '59s');

# A stop does not wait for it, even where it does not want to end.
$server->sql(q(CREATE OR REPLACE FUNCTION sleep() RETURNS trigger LANGUAGE plpgsql AS $$
	BEGIN LOOP BEGIN PERFORM pg_sleep(100000); EXCEPTION WHEN query_canceled THEN END; END LOOP; END $$));
$session->query_safe(q(BEGIN; SELECT dynamo.put_item('Music', '{"id":{"S":"a"}}')));
$reader = begin(put('Music', 'a', 'x'));
print { $writer = $server->connect } DynamoServer::request_text(put('Slow', 'a', 'x'));
wait_until_asleep();
$server->node->stop('fast');
pass('the server stops');
# Their server is gone; ending them may fail.
eval { $_->{run}->kill_kill; 1 } or note($@) for $session, $other;

done_testing();
