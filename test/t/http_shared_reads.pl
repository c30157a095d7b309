# Reads that are ready together share a transaction: what each of them must not notice.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use JSON::PP qw(decode_json);
use Test::More;

my $server = DynamoServer->new('shared', "dynamo.http_role = 'shop'", 'dynamo.http_workers = 1',
	"dynamo.http_lock_timeout = '60s'");

$server->node->start;
$server->sql('CREATE EXTENSION dynamo; CREATE ROLE shop LOGIN');
$server->wait_until_healthy;
for my $table ('Music', 'Gate', 'Locked')
{
	$server->sql(qq(SELECT dynamo.create_table('{"TableName":"$table",
		"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],
		"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"}');
		SELECT dynamo.put_item('$table', '{"id":{"S":"1"}}'), dynamo.put_item('$table', '{"id":{"S":"2"}}');
		GRANT SELECT ON dynamo_tables."$table" TO shop));
}
# A read of an item of Gate does not end before the gate of its id is open.
$server->sql(q(CREATE TABLE open_gates (id text);
	CREATE FUNCTION pass(wanted text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
	BEGIN
		WHILE NOT EXISTS (SELECT FROM open_gates WHERE id = wanted) LOOP PERFORM pg_sleep(0.01); END LOOP;
		RETURN true;
	END $$;
	ALTER TABLE dynamo_tables."Gate" ENABLE ROW LEVEL SECURITY;
	CREATE POLICY gate ON dynamo_tables."Gate" USING (public.pass(item->>'id'))));

sub open_gate { my ($id) = @_; $server->sql("INSERT INTO open_gates VALUES ('$id')"); return; }

sub wait_until_worker_waits
{
	my ($for) = @_;
	DynamoServer::until_true("a worker that waits for $for", sub {
		return $server->sql("SELECT count(*) FROM pg_stat_activity
			WHERE backend_type = 'dynamo http' AND wait_event_type || wait_event ~ '$for'") eq '1';
	});
	return;
}

my @connections = map { $server->connect } 0 .. 4;

sub send_get
{
	my ($connection, $table, $key) = @_;
	print { $connections[$connection] }
		DynamoServer::request_text('GetItem', qq({"TableName":"$table","Key":{"id":$key}}));
	return;
}
sub answer { my ($connection) = @_; return DynamoServer::read_answer($connections[$connection]); }

# Sends reads that run one after the other, by having the worker wait for the first gate meanwhile.
sub together
{
	my (@reads) = @_;

	$server->sql("DELETE FROM open_gates");
	send_get(0, 'Gate', '{"S":"1"}');
	wait_until_worker_waits('PgSleep');
	send_get($_ + 1, @{ $reads[$_] }) for 0 .. $#reads;
	open_gate('1');
	is(answer(0)->{status}, 200, 'the gate opens');
	return;
}

# Connections that the worker knows, so that it finds what they send in one look.
for my $connection (0 .. 4)
{
	send_get($connection, 'Music', '{"S":"1"}');
	is(answer($connection)->{status}, 200, 'a read by itself');
}

together([ 'Music', '{"S":"1"}' ], [ 'Music', '{"N":"1"}' ], [ 'Music', '{"S":"2"}' ], [ 'None', '{"S":"1"}' ]);
like(answer(1)->{body}, qr/"S":"1"/, 'an answer stays good');
like(answer(2)->{body}, qr/ValidationException/, 'where the next read fails');
like(answer(3)->{body}, qr/"S":"2"/, 'which does not keep others from being run');
like(answer(4)->{body}, qr/ResourceNotFoundException/, 'or from failing');

# A round ends with so much to answer.
$server->sql(q(SELECT dynamo.put_item('Music', jsonb_build_object('id', '{"S":"large"}'::jsonb, 'notes', jsonb_build_object('S', repeat('x', 100000))))));
together(([ 'Music', '{"S":"large"}' ]) x 3, [ 'Music', '{"S":"2"}' ]);
is_deeply([ map { length answer($_)->{body} > 100000 } 1 .. 3 ], [ 1, 1, 1 ], 'the next goes on with the rest');
like(answer(4)->{body}, qr/"S":"2"/, 'to the last');

# The gate's read is the second, whichever end the worker begins at.
together([ 'Music', '{"S":"1"}' ], [ 'Gate', '{"S":"2"}' ], [ 'Music', '{"S":"1"}' ]);
wait_until_worker_waits('PgSleep');
$server->sql('REVOKE SELECT ON dynamo_tables."Music" FROM shop');
open_gate('2');
is(answer(2)->{status}, 200, 'a read that takes its time');
is_deeply([ sort map { answer($_)->{body} =~ /"S":"1"|AccessDeniedException/ ? $& : 'neither' } 1, 3 ],
	[ '"S":"1"', 'AccessDeniedException' ], 'the one behind it notices that the privilege is gone meanwhile');
$server->sql('GRANT SELECT ON dynamo_tables."Music" TO shop');

together([ 'Music', '{"S":"1"}' ], [ 'Gate', '{"S":"2"}' ], [ 'Music', '{"S":"1"}' ]);
wait_until_worker_waits('PgSleep');
$server->sql(q(UPDATE dynamo_tables."Music" SET item = item || '{"seen":true}'));
open_gate('2');
is(answer(2)->{status}, 200, 'another one');
is_deeply([ sort map { answer($_)->{body} =~ /"seen"/ ? 'new' : 'old' } 1, 3 ], [ 'new', 'old' ],
	'each read sees what is committed when it is run');

my $session = $server->node->background_psql('postgres');
$session->query_safe('BEGIN; LOCK TABLE dynamo_tables."Locked"');
together([ 'Music', '{"S":"1"}' ], [ 'Locked', '{"S":"1"}' ], [ 'Music', '{"S":"2"}' ]);
is(answer($_)->{status}, 200, 'others are answered while a read waits for a lock') for 1, 3;
$session->query_safe('LOCK TABLE dynamo_tables."Music"'); # a deadlock, if the worker held it
pass('which holds none of other reads');
$session->query_safe('COMMIT');
$session->quit;
is(answer(2)->{status}, 200, 'and is answered then');

# Answers of reads go out before their transaction ends, but not what a policy has written.
$server->sql(q(CREATE TABLE visits (id text);
	CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no visits'; END $$;
	CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON visits DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse();
	CREATE FUNCTION visit(wanted text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
	BEGIN
		INSERT INTO visits VALUES (wanted);
		RETURN true;
	END $$;
	ALTER TABLE dynamo_tables."Locked" ENABLE ROW LEVEL SECURITY;
	CREATE POLICY visit ON dynamo_tables."Locked" USING (public.visit(item->>'id'))));
together([ 'Music', '{"S":"1"}' ], [ 'Locked', '{"S":"1"}' ], [ 'Music', '{"S":"2"}' ]);
is_deeply([ map { answer($_)->{status} } 1 .. 3 ], [ 200, 400, 200 ], 'a read whose transaction cannot commit fails, others do not');

DynamoServer::until_true('no transaction stays open', sub {
	return $server->sql("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'dynamo http'
		AND (xact_start IS NOT NULL OR backend_xmin IS NOT NULL)") eq '0';
});
pass('no transaction stays open');

done_testing();
