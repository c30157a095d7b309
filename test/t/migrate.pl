# Tables that move between two servers while they are written to: in, and back out again. Both servers are killed on the way.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use JSON::PP;
use PostgreSQL::Test::Utils;
use SignedRequest;
use Test::More;
use Time::HiRes qw(sleep);

my @settings = ('wal_level = logical', 'max_worker_processes = 24', 'max_wal_senders = 4', 'max_replication_slots = 6',
	'dynamo.stream_upkeep_interval = 1s', 'dynamo.maintenance_interval = 1s', 'dynamo.partitions = 2', 'autovacuum = off', 'restart_after_crash = on', SignedRequest::master_key_setting(),
	"dynamo.endpoint_addresses = 'loopback'",
	qx(postgres --describe-config) =~ /^output_plugin_libraries\t/m ? "output_plugin_libraries = 'dynamo'" : ());
my $old = DynamoServer->new('migrate_old', @settings)->start;
my $new = DynamoServer->new('migrate_new', @settings)->start;
my $json = JSON::PP->new->canonical;

sub url { my ($server) = @_; return 'http://127.0.0.1:' . $server->port; }

# A query that must succeed; for as long as the server starts again it is tried again.
sub sql_of
{
	my ($server, $query) = @_;
	for (1 .. 600)
	{
		my ($status, $out, $error) = $server->node->psql('postgres', $query, on_error_stop => 1);
		return $out if $status == 0;
		die "$query: $error" if $error !~ /starting up|shutting down|in recovery|could not connect|connection to server|terminat|crash/;
		sleep 0.1;
	}
	die "no answer to $query";
}
sub old_sql { return sql_of($old, @_); }
sub new_sql { return sql_of($new, @_); }
sub error_of { my ($server, $query) = @_; my ($status, $out, $error) = $server->node->psql('postgres', $query, on_error_stop => 1); return $error; }
sub until_phase
{
	my ($server, $id, $phases) = @_;
	my $found;
	DynamoServer::until_true("migration $id to be $phases", sub {
		$found = sql_of($server, "SELECT phase FROM dynamo.migrations WHERE id = $id");
		die "migration $id: " . sql_of($server, "SELECT phase || ': ' || error FROM dynamo.migrations WHERE id = $id") if $found eq 'FAILED' && $phases !~ /FAILED/;
		return $found =~ /^(?:$phases)$/; });
	return $found;
}
sub migrate
{
	my ($server, $function, $endpoint, $tables, $options, $credential) = @_;
	return split /\n/, sql_of($server, "SELECT migration FROM dynamo.$function('$endpoint', '{$tables}', " . ($credential ? "'$credential'" : 'NULL') . ", '" . $json->encode($options) . "')");
}
sub contents { my ($server, $table) = @_; return sql_of($server, qq(SELECT count(*) || ' ' || md5(coalesce(string_agg(item::text, E'\\n' ORDER BY item::text COLLATE "C"), '')) FROM dynamo_tables."$table")); }
# Tells the worker that writers have stopped, and waits until they may go on at the target.
sub cut_over
{
	my ($id, $compare) = @_;
	my $began = new_sql("SELECT clock_timestamp() FROM dynamo.cut_over_migration($id, $compare)");
	DynamoServer::until_true('the last changes', sub { new_sql("SELECT drained IS NOT NULL FROM dynamo.migrations WHERE id = $id") eq 't' });
	note('writes were refused for ' . new_sql("SELECT drained - '$began' FROM dynamo.migrations WHERE id = $id"));
}
sub kill_worker
{
	my ($server, $id) = @_;
	my $pid = sql_of($server, "SELECT pid FROM dynamo.migrations WHERE id = $id");
	return 0 if $pid eq '';
	kill 'KILL', $pid;
	sleep 0.3;
	return 1;
}

# --- the source ---

$old->call('CreateTable', { TableName => 'Music', BillingMode => 'PAY_PER_REQUEST',
	AttributeDefinitions => [ map { { AttributeName => $_->[0], AttributeType => $_->[1] } } ['artist', 'S'], ['number', 'N'], ['year', 'N'], ['label', 'S'] ],
	KeySchema => [ { AttributeName => 'artist', KeyType => 'HASH' }, { AttributeName => 'number', KeyType => 'RANGE' } ],
	LocalSecondaryIndexes => [ { IndexName => 'ByYear', KeySchema => [ { AttributeName => 'artist', KeyType => 'HASH' }, { AttributeName => 'year', KeyType => 'RANGE' } ],
		Projection => { ProjectionType => 'KEYS_ONLY' } } ],
	GlobalSecondaryIndexes => [ { IndexName => 'ByLabel', KeySchema => [ { AttributeName => 'label', KeyType => 'HASH' } ], Projection => { ProjectionType => 'ALL' } } ],
	Tags => [ { Key => 'team', Value => 'shop' } ] });
$old->call('CreateTable', { TableName => 'Plain', BillingMode => 'PROVISIONED', ProvisionedThroughput => { ReadCapacityUnits => 11, WriteCapacityUnits => 12 },
	AttributeDefinitions => [ { AttributeName => 'id', AttributeType => 'B' } ], KeySchema => [ { AttributeName => 'id', KeyType => 'HASH' } ] });
$old->call('UpdateTimeToLive', { TableName => 'Plain', TimeToLiveSpecification => { Enabled => JSON::PP::true, AttributeName => 'until' } });
old_sql(q(INSERT INTO dynamo_tables."Music" SELECT dynamo.to_item(jsonb_build_object('artist', jsonb_build_object('S', 'artist ' || i % 50), 'number', jsonb_build_object('N', i::text),
	'year', jsonb_build_object('N', (1900 + i % 100)::text), 'label', jsonb_build_object('S', 'label ' || i % 7), 'text', jsonb_build_object('S', repeat(md5(i::text), 20)))) FROM generate_series(1, 12000) i));
$old->call('PutItem', { TableName => 'Plain', Item => { id => { B => 'AAE=' }, all => { M => { "nul\0" => { S => "a\0b" }, set => { SS => ['b', 'a', "\x{fc}"] }, numbers => { NS => ['1.50', '-0', '1E+30'] },
	list => { L => [ { NULL => JSON::PP::true }, { BOOL => JSON::PP::false }, { B => '' } ] }, bytes => { BS => ['AA==', 'AQ=='] } } } } });
$old->call('PutItem', { TableName => 'Plain', Item => { id => { B => $_ }, n => { N => '1' } } }) for 'AQ==', 'Ag==', 'Aw==';

# A writer over HTTP: puts, updates and deletes, and tries again what was not acknowledged.
my $stop = PostgreSQL::Test::Utils::tempdir() . '/stop';
sub start_writer
{
	my ($server, $table) = @_;
	my $pid = fork // die "no fork: $!";
	return $pid if $pid;
	$SIG{__DIE__} = 'DEFAULT';
	srand(1);
	for (my $i = 0; !-e $stop; $i++)
	{
		my %key = (artist => { S => 'artist ' . int(rand 60) }, number => { N => '' . (1 + int(rand 13000)) });
		my @request = $i % 5 == 0 ? ('DeleteItem', { TableName => $table, Key => \%key })
			: $i % 5 < 3 ? ('PutItem', { TableName => $table, Item => { %key, year => { N => '' . (1900 + $i % 100) }, label => { S => "new $i" } } })
			: ('UpdateItem', { TableName => $table, Key => \%key, UpdateExpression => 'ADD hits :one', ExpressionAttributeValues => { ':one' => { N => '1' } } });
		until (-e $stop) { last if eval { $server->call(@request); 1 }; sleep 0.05; }
		sleep 0.003;
	}
	require POSIX;
	POSIX::_exit(0);
}
sub stop_writer { my ($pid) = @_; open(my $file, '>', $stop) or die $!; close $file; waitpid $pid, 0; unlink $stop; return; }

# --- a dry run ---

my %plan = map { my ($table, $plan) = split /\|/, $_, 2; ($table => decode_json($plan)) }
	split /\n/, new_sql("SELECT table_name, plan FROM dynamo.migrate('" . url($old) . "', '{Music,Missing}', dry_run => true)");
is_deeply($plan{Missing}{problems}, ['The source has no such table.'], 'a dry run tells what is missing');
is_deeply($plan{Music}{problems}, [], 'and of others that nothing is in the way');
is_deeply($plan{Music}{notes}, ["The source's stream is off, and will be enabled."], 'and what it would do');
is($plan{Music}{definition}{LocalSecondaryIndexes}[0]{IndexName}, 'ByYear', 'with the definition');
is(new_sql('SELECT (SELECT count(*) FROM dynamo.tables) + (SELECT count(*) FROM dynamo.migrations)'), 0, 'it changes nothing here');
ok(!$old->call('DescribeTable', { TableName => 'Music' })->{Table}{StreamSpecification}, 'nor there');

# --- in, with writers going on and servers that are killed ---

my $writer = start_writer($old, 'Music');
my ($music, $plain, $missing) = migrate($new, 'migrate', url($old), 'Music,Plain,Missing', { read_units => 1500 });
until_phase($new, $missing, 'FAILED');
like(new_sql("SELECT error FROM dynamo.migrations WHERE id = $missing"), qr/^the source has no table "Missing"$/, 'a table that is not there fails alone');
like(error_of($new, "SELECT dynamo.migrate('" . url($old) . "', '{Music}')"), qr/a migration of table "Music" is under way/, 'one at a time');
until_phase($new, $music, 'COPYING|INDEXING|COMPARING|FOLLOWING');
note('killed while ' . new_sql("SELECT phase FROM dynamo.migrations WHERE id = $music")) if kill_worker($new, $music);
until_phase($new, $music, 'INDEXING|COMPARING|FOLLOWING');
$old->node->stop('immediate');
sleep 0.5;
$old->node->start;
$old->wait_until_healthy;
until_phase($new, $music, 'FOLLOWING');
until_phase($new, $plain, 'FOLLOWING');
my $report = decode_json(new_sql("SELECT report FROM dynamo.migrations WHERE id = $music"));
is($report->{differing}, 0, 'both sides are equal while writers go on') or diag(explain($report));
ok(kill_worker($new, $music), 'the worker is killed while it follows');
until_phase($new, $music, 'FOLLOWING');
DynamoServer::until_true('changes to be applied again', sub { new_sql("SELECT failures = 0 AND pid IS NOT NULL AND caught_up > clock_timestamp() - interval '10 s' FROM dynamo.migrations WHERE id = $music") eq 't' });

stop_writer($writer);
cut_over($music, 'false');
until_phase($new, $music, 'COMPLETED');
is(contents($new, 'Music'), contents($old, 'Music'), 'nothing is lost, and nothing is there twice');
cut_over($plain, 'true');
until_phase($new, $plain, 'COMPLETED');
is(contents($new, 'Plain'), contents($old, 'Plain'), 'values of every type are the same');
$report = decode_json(new_sql("SELECT report FROM dynamo.migrations WHERE id = $plain"));
is_deeply([ $report->{source}, $report->{differing}, $report->{writers_stopped} ], [ $report->{target}, 0, JSON::PP::true ], 'the report says so');
is($report->{source}{items}, 4, 'with counts');

sub definition
{
	my ($server, $table) = @_;
	my $definition = $server->call('DescribeTable', { TableName => $table })->{Table};
	my $arn = $definition->{TableArn};
	my %indexes = map { my $kind = $_; ($kind => [ map { { IndexName => $_->{IndexName}, KeySchema => $_->{KeySchema}, Projection => $_->{Projection} } } @{ $definition->{$kind} // [] } ]) }
		'LocalSecondaryIndexes', 'GlobalSecondaryIndexes';
	return { key => $definition->{KeySchema}, billing => $definition->{BillingModeSummary}{BillingMode} // 'PROVISIONED', read => $definition->{ProvisionedThroughput}{ReadCapacityUnits}, %indexes,
		attributes => [ sort { $a->{AttributeName} cmp $b->{AttributeName} } @{ $definition->{AttributeDefinitions} } ],
		tags => $server->call('ListTagsOfResource', { ResourceArn => $arn })->{Tags},
		ttl => $server->call('DescribeTimeToLive', { TableName => $table })->{TimeToLiveDescription} };
}
is_deeply(definition($new, $_), definition($old, $_), "$_: the definition is the same") for 'Music', 'Plain';

# --- and back ---

$writer = start_writer($new, 'Music');
my ($back) = migrate($new, 'migrate_to', url($old), 'Music', { rename => { Music => 'Back' }, segments => 2 });
until_phase($new, $back, 'FOLLOWING');
stop_writer($writer);
cut_over($back, 'true');
until_phase($new, $back, 'COMPLETED');
is(contents($old, 'Back'), contents($new, 'Music'), 'the way back loses nothing');

# --- test data of production data, with a signature ---

new_sql(q(CREATE SCHEMA masks;
	CREATE FUNCTION masks.artist(name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'anonymous ' || md5(name) $$;
	CREATE FUNCTION masks.label(label jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$ SELECT jsonb_build_object('S', left(label ->> 'S', 2)) $$;
	CREATE FUNCTION masks.nothing(value text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT NULL::text $$;
	CREATE FUNCTION masks.random(value text) RETURNS text LANGUAGE sql VOLATILE AS $$ SELECT random()::text $$));
my %masked = (changes => JSON::PP::false, rename => { Back => 'Masked' }, anonymize => { artist => 'masks.artist', label => 'masks.label', text => 'masks.nothing' });
old_sql('ALTER SYSTEM SET dynamo.authentication = required');
old_sql('SELECT pg_reload_conf()');
old_sql('CREATE ROLE reader LOGIN; GRANT USAGE ON SCHEMA dynamo_tables TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA dynamo_tables TO reader');
my ($key, $secret) = split /\|/, old_sql("SELECT * FROM dynamo.create_access_key('reader')");
new_sql("SELECT dynamo.set_endpoint_credential('old', '$key', 'wrong')");
my ($mask) = migrate($new, 'migrate', url($old), 'Back', \%masked, 'old');
until_phase($new, $mask, 'FAILED');
like(new_sql("SELECT error FROM dynamo.migrations WHERE id = $mask"), qr/^the endpoint has refused DescribeTable: InvalidSignatureException: /, 'a wrong key');
new_sql("SELECT dynamo.set_endpoint_credential('old', '$key', '$secret'); SELECT dynamo.resume_migration($mask)");
until_phase($new, $mask, 'COMPLETED');
is(new_sql('SELECT count(*) FROM dynamo_tables."Masked"'), old_sql('SELECT count(*) FROM dynamo_tables."Back"'), 'all items are copied');
is(new_sql(q(SELECT count(*) FROM dynamo_tables."Masked" WHERE item ->> 'artist' !~ '^anonymous [0-9a-f]{32}$' OR length(item ->> 'label') > 2 OR item ? 'text')), 0, 'as the functions make them');
is(decode_json(new_sql("SELECT report FROM dynamo.migrations WHERE id = $mask"))->{differing}, 0, 'which the comparison knows');
$masked{anonymize} = { artist => 'masks.random' };
$masked{rename} = { Back => 'Masked2' };
my ($random) = migrate($new, 'migrate', url($old), 'Back', \%masked, 'old');
until_phase($new, $random, 'FAILED');
like(new_sql("SELECT error FROM dynamo.migrations WHERE id = $random"), qr/the function of the key attribute "artist" must be IMMUTABLE/, 'keys stay keys');
unlike(new_sql('SELECT string_agg(m::text, E\'\n\') FROM dynamo.migration_job m'), qr/\Q$secret\E/, 'no row has the secret');

# --- what ends one ---

my ($cancelled) = migrate($new, 'migrate', 'http://127.0.0.1:1', 'Nowhere', {});
DynamoServer::until_true('a failure that may pass', sub { new_sql("SELECT failures > 0 AND error LIKE '%could not be asked%' FROM dynamo.migrations WHERE id = $cancelled") eq 't' });
new_sql("SELECT dynamo.cancel_migration($cancelled)");
until_phase($new, $cancelled, 'CANCELLED');
my ($forbidden) = migrate($new, 'migrate', 'http://169.254.169.254', 'Metadata', {});
until_phase($new, $forbidden, 'FAILED');
like(new_sql("SELECT error FROM dynamo.migrations WHERE id = $forbidden"), qr/address/, 'addresses are those that the setting allows');

done_testing();
