# A request leaves nothing behind in the worker's session, and none runs as a role that may do everything.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use JSON::PP qw(encode_json decode_json);
use PostgreSQL::Test::Utils;
use Test::More;

my $server = DynamoServer->new('clean', 'dynamo.http_workers = 1')->start;

sub put
{
	my ($table, $id) = @_;
	return $server->request('PutItem', encode_json({ TableName => $table, Item => { id => { S => $id } } }));
}

sub message { my ($answer) = @_; return decode_json($answer->{body})->{message} // decode_json($answer->{body})->{Message}; }

# Has a trigger of a table run a statement at each write.
sub on_write
{
	my ($table, $statement) = @_;

	$server->sql(qq{CREATE OR REPLACE FUNCTION public.on_write() RETURNS trigger LANGUAGE plpgsql AS \$\$
		BEGIN $statement; RETURN NEW; END \$\$});
}

$server->create_table($_) for 'Dirty', 'Clean';
$server->sql(q{CREATE FUNCTION public.on_write() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$});
$server->sql(q{CREATE TRIGGER dirty BEFORE INSERT OR UPDATE ON dynamo_tables."Dirty" FOR EACH ROW EXECUTE FUNCTION public.on_write()});

# Settings
for my $setting ("default_transaction_read_only = on", "search_path = public", "statement_timeout = 1",
	"default_transaction_isolation = 'serializable'", "lock_timeout = 1", "synchronous_commit = off")
{
	my ($name) = split / /, $setting;

	on_write('Dirty', "SET $setting");
	is(put('Dirty', 'a')->{status}, 200, "a trigger sets $name");
	on_write('Dirty', "RAISE EXCEPTION '%', current_setting('$name')");
	my $kept = message(put('Dirty', 'a'));
	isnt($kept, $setting =~ s/.* = '?([a-z0-9]+).*/$1/r, "and it is gone with the request: $kept");
}

# Those of a deferred trigger, which runs at the commit
on_write('Dirty', 'NULL');
$server->sql(q{CREATE FUNCTION public.at_commit() RETURNS trigger LANGUAGE plpgsql AS $$
	BEGIN PERFORM set_config('default_transaction_read_only', 'on', false); RETURN NULL; END $$});
$server->sql(q{CREATE CONSTRAINT TRIGGER late AFTER INSERT OR UPDATE ON dynamo_tables."Dirty" DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW EXECUTE FUNCTION public.at_commit()});
is(put('Dirty', 'b')->{status}, 200, 'a deferred trigger sets a setting');
is(put('Clean', 'b')->{status}, 200, 'and it is gone');
$server->sql(q{DROP TRIGGER late ON dynamo_tables."Dirty"});

# Roles
$server->sql('CREATE ROLE other; GRANT other TO dynamo_http');
for my $statement ('SET ROLE other', 'SET LOCAL ROLE other', 'SET SESSION AUTHORIZATION dynamo_http')
{
	on_write('Dirty', $statement);
	like(message(put('Dirty', 'c')) // '', qr/privilege|cannot set|role|AccessDenied/i, "refused: $statement");
}

# Those of a cursor's query, which runs at the commit
$server->sql(q{CREATE FUNCTION public.sets() RETURNS text LANGUAGE sql AS
	$$ SELECT set_config('default_transaction_read_only', 'on', false) $$});
on_write('Dirty', "EXECUTE 'DECLARE late CURSOR WITH HOLD FOR SELECT public.sets()'");
is(put('Dirty', 'b')->{status}, 200, 'a cursor WITH HOLD has a query that sets a setting');
is(put('Clean', 'b')->{status}, 200, 'and it is gone');

# What DISCARD drops
on_write('Dirty', "PERFORM pg_advisory_lock(7); EXECUTE 'CREATE TEMP TABLE IF NOT EXISTS left_behind (a int)';"
	. "EXECUTE 'PREPARE left_behind AS SELECT 1'; EXECUTE 'DECLARE left_behind CURSOR WITH HOLD FOR SELECT 1'");
is(put('Dirty', 'd')->{status}, 200, 'a trigger takes a lock and makes a table, a statement and a cursor');
is($server->sql('SELECT pg_try_advisory_lock(7)'), 't', 'the lock is free again');
is(put('Dirty', 'd')->{status}, 200, 'the statement and the cursor are gone: they can be made again');
is($server->sql(q{SELECT count(*) FROM pg_class WHERE relname = 'left_behind'}), 0, 'so is the table');
on_write('Dirty', "PERFORM pg_advisory_lock(8); RAISE EXCEPTION 'no'");
is(put('Dirty', 'e')->{status}, 400, 'a trigger takes a lock and fails');
is($server->sql('SELECT pg_try_advisory_lock(8)'), 't', 'the lock is free again');

# A temporary type that a permanent table depends on: to drop it later would wait for the table's lock
my $holder = $server->node->background_psql('postgres');
$server->sql('CREATE TABLE public.depends (); ALTER TABLE public.depends OWNER TO dynamo_http; GRANT CREATE ON SCHEMA public TO dynamo_http');
on_write('Dirty', q{CREATE TYPE pg_temp.left_behind AS (a int); ALTER TABLE public.depends ADD COLUMN a pg_temp.left_behind;
	LOOP EXIT WHEN EXISTS (SELECT FROM pg_locks WHERE relation = 'public.depends'::regclass AND NOT granted); PERFORM pg_sleep(0.01); END LOOP});
my @server_before = $server->worker_pids;
my $depends = $server->connect;
print $depends DynamoServer::request_text('PutItem', '{"TableName":"Dirty","Item":{"id":{"S":"t"}}}');
DynamoServer::until_true('the trigger', sub {
	return $server->sql("SELECT wait_event FROM pg_stat_activity WHERE backend_type = 'dynamo http'") eq 'PgSleep' });
$holder->query_until(qr/sent/, "\\echo sent\nBEGIN; LOCK TABLE public.depends;\n");
is(DynamoServer::read_answer($depends)->{status}, 200, 'a trigger makes a type, and a session locks the table that has a column of it');
is(put('Clean', 't')->{status}, 200, 'while it does others are served');
is_deeply([ $server->worker_pids ], \@server_before, 'by the same worker');
$holder->query_safe('ROLLBACK');
is($server->sql(q{SELECT count(*) FROM pg_attribute WHERE attrelid = 'public.depends'::regclass AND attnum > 0 AND NOT attisdropped}), 0, 'the column has gone with the type');
eval { $holder->quit };

# What a session knows beside that
on_write('Dirty', 'PERFORM setseed(0.5)');
is(put('Dirty', 'd')->{status}, 200, 'a trigger sets the seed');
on_write('Dirty', "RAISE EXCEPTION '%', random()");
isnt(message(put('Dirty', 'd')), $server->sql('SELECT setseed(0.5); SELECT random()') =~ s/\s//gr, 'of which nothing is left');
$server->sql('CREATE SEQUENCE public.numbers; GRANT ALL ON public.numbers TO PUBLIC');
on_write('Dirty', "PERFORM nextval('public.numbers')");
is(put('Dirty', 'd')->{status}, 200, 'a trigger takes a number');
on_write('Dirty', "RAISE EXCEPTION 'the last one was %', lastval()");
unlike(put('Dirty', 'd')->{body}, qr/the last one/, 'of which the session knows nothing');

# One owner's code and another's in the same request
$server->create_table('Next');
$server->sql(q{CREATE FUNCTION public.on_next() RETURNS trigger LANGUAGE plpgsql AS $$
	BEGIN RAISE EXCEPTION 'search_path %', current_setting('search_path'); END $$;
	CREATE TRIGGER next BEFORE INSERT ON dynamo_tables."Next" FOR EACH ROW EXECUTE FUNCTION public.on_next()});
on_write('Dirty', 'SET search_path = public');
my $both = $server->request('TransactWriteItems', encode_json({ TransactItems =>
	[ map { { Put => { TableName => $_, Item => { id => { S => 'both' } } } } } 'Dirty', 'Next' ] }));
like($both->{body}, qr/search_path/, 'a transaction writes to two tables');
unlike($both->{body}, qr/search_path public/, 'and what one trigger has set is gone before the other');

# What PostgreSQL evaluates when it reads an index
$server->sql(q{CREATE FUNCTION public.constant() RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
	BEGIN PERFORM pg_advisory_lock(10); RETURN 1; END $$});
$server->create_table('Constant');
my $leaf = $server->sql(q{SELECT min(inhrelid::regclass::text) FROM pg_inherits WHERE inhparent = 'dynamo_tables."Constant"'::regclass});
$server->sql(qq{CREATE INDEX constant ON $leaf ((public.constant())); UPDATE pg_index SET indisready = false, indisvalid = false
	WHERE indexrelid = 'dynamo_tables.constant'::regclass});
is(scalar(grep { put('Constant', "c$_")->{status} != 200 } 1 .. 20), 0, 'items are put beside an index of a constant');
is($server->sql('SELECT pg_try_advisory_lock(10)'), 't', 'a constant of an index leaves no lock');

# Reads: a policy's function
$server->sql(q{CREATE FUNCTION public.sees() RETURNS boolean LANGUAGE plpgsql AS $$
	BEGIN PERFORM set_config('default_transaction_read_only', 'on', false), pg_advisory_lock(9); RETURN true; END $$});
$server->sql(q{ALTER TABLE dynamo_tables."Clean" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
	CREATE POLICY sees ON dynamo_tables."Clean" USING (public.sees())});
$server->call('GetItem', { TableName => 'Clean', Key => { id => { S => 'b' } } });
is($server->sql('SELECT pg_try_advisory_lock(9)'), 't', 'a policy leaves no lock');
on_write('Dirty', 'NULL');
is(put('Dirty', 'f')->{status}, 200, 'and no setting');

# A policy's function that writes, and what its write defers to the commit
$server->sql(q{CREATE TABLE public.seen (); GRANT ALL ON public.seen TO PUBLIC;
	CREATE CONSTRAINT TRIGGER late AFTER INSERT ON public.seen DEFERRABLE INITIALLY DEFERRED
		FOR EACH ROW EXECUTE FUNCTION public.at_commit();
	CREATE OR REPLACE FUNCTION public.sees() RETURNS boolean LANGUAGE plpgsql AS $$
	BEGIN INSERT INTO public.seen DEFAULT VALUES; RETURN true; END $$});
$server->call('GetItem', { TableName => 'Clean', Key => { id => { S => 'b' } } });
isnt($server->sql('SELECT count(*) FROM public.seen'), 0, 'a policy writes');
is(put('Dirty', 'f')->{status}, 200, 'and a trigger that this defers leaves no setting');

# An error that is hard to answer does not end the worker
my @workers = $server->worker_pids;
on_write('Dirty', "RAISE EXCEPTION '%', repeat(chr(1), 200000000)");
my $long = put('Dirty', 'f');
is($long->{status}, 400, 'a trigger raises an error of 200 MB');
is(length message($long), 65536, 'of which the client is told some');
on_write('Dirty', 'NULL');
is_deeply([ $server->worker_pids ], \@workers, 'and the worker serves on');

# Settings that end a session: on an error, or where its transaction takes long
for my $setting ('exit_on_error = on', $server->node->pg_version >= 17 ? 'transaction_timeout = 1' : ())
{
	on_write('Dirty', "SET $setting; PERFORM pg_sleep(0.1); RAISE EXCEPTION 'an error'");
	my $refused = eval { put('Dirty', 'f') };
	is($refused->{status}, 500, "a trigger fails that sets $setting");
}
on_write('Dirty', 'NULL');
is_deeply([ $server->worker_pids ], \@workers, 'and the worker serves on');

# Names of settings, which nothing takes back: the worker ends, and another one goes on
sub put_if_served { my $answer = eval { put('Dirty', 'f') }; return $answer ? $answer->{status} : undef; }
on_write('Dirty', "PERFORM set_config('few.n' || n, 'x', false) FROM generate_series(1, 100) n");
is(scalar(grep { put_if_served() != 200 } 1 .. 20), 0, 'a trigger makes a hundred settings');
is_deeply([ $server->worker_pids ], \@workers, 'and the worker serves on');
on_write('Dirty', "PERFORM set_config('many.n' || txid_current() || '_' || n || repeat('x', 1000), 'x', false) FROM generate_series(1, 100) n");
my %statuses;
DynamoServer::until_true('another worker', sub {
	my $status = put_if_served();
	$statuses{$status}++ if defined $status;
	my @now = $server->worker_pids;
	return @now && $now[0] != $workers[0];
});
is_deeply([ keys %statuses ], [ 200 ], 'thousands of them end it, after its answers');
like(slurp_file($server->node->logfile), qr/ends an HTTP worker, since .* made thousands of settings/, 'and the log says why');
on_write('Dirty', 'NULL');
$server->wait_until_healthy;

# The role
for my $attribute ('SUPERUSER', 'BYPASSRLS')
{
	$server->sql("ALTER ROLE dynamo_http $attribute");
	is(put('Dirty', 'g')->{status}, 503, "a role with $attribute serves nothing");
	is($server->health_status, 503, 'and is not healthy');
	$server->sql("ALTER ROLE dynamo_http NO$attribute");
	is(put('Dirty', 'g')->{status}, 200, 'until it is one no more');
}
$server->sql('CREATE ROLE root SUPERUSER; GRANT root TO other');
is(put('Dirty', 'h')->{status}, 503, 'nor does a member of a superuser');
$server->sql('REVOKE root FROM other');
is(put('Dirty', 'h')->{status}, 200, 'until it is one no more');
like(slurp_file($server->node->logfile), qr/does not serve HTTP requests: role "dynamo_http" is a superuser/, 'the log says why');
for my $role ('pg_execute_server_program', 'pg_write_server_files', 'pg_read_server_files')
{
	$server->sql("GRANT $role TO other");
	is(put('Dirty', 'h')->{status}, 503, "nor does a member of $role");
	$server->sql("REVOKE $role FROM other");
}
is(put('Dirty', 'h')->{status}, 200, 'until it is one no more');

# One that is dropped, and made again
$server->sql('REASSIGN OWNED BY dynamo_http TO postgres; DROP OWNED BY dynamo_http; DROP ROLE dynamo_http');
is($server->health_status, 503, 'a role that is dropped serves nothing');
$server->sql('CREATE ROLE dynamo_http LOGIN');
$server->grant('dynamo_http');
DynamoServer::until_true('a worker of the new role', sub { return $server->health_status == 200; });

# None
$server->node->append_conf('postgresql.conf', "dynamo.http_role = ''\n");
$server->node->restart;
DynamoServer::until_true('an answer', sub { return $server->health_status == 503; });
is(put('Dirty', 'i')->{status}, 503, 'without dynamo.http_role nothing is served');
like(slurp_file($server->node->logfile), qr/role "" is not set/, 'and the log says why');

done_testing();
