# The metrics: exact counts by operation, table and index, over SQL and HTTP; their formats, resets and bound; who may
# read them; readiness; what waits; samples of the last hours.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use DynamoServer;
use JSON::PP qw(encode_json);
use Test::More;

my $server = DynamoServer->new('metrics', 'dynamo.http_workers = 1', 'dynamo.metrics_max_series = 15',
	"dynamo.http_lock_timeout = '60s'", 'dynamo.maintenance_interval = 1')->start;

sub get
{
	my ($path, @headers) = @_;
	my $socket = $server->connect;

	print $socket join("\r\n", "GET $path HTTP/1.1", 'Host: localhost', @headers, '', '');
	return DynamoServer::read_answer($socket);
}

# The samples of a scrape, by their name and labels.
sub scrape
{
	my $answer = get('/metrics', @_);
	my %samples;

	is($answer->{status}, 200, 'the metrics are there');
	$samples{$1} = $2 while $answer->{body} =~ /^(\w+(?:\{[^}]*\})?) (\S+)/mg;
	return \%samples;
}

sub row
{
	my ($columns, $operation, $table) = @_;
	return $server->sql("SELECT $columns FROM dynamo.metrics WHERE operation = '$operation' AND table_name = '$table' AND index_name IS NULL");
}

sub key { return { id => { S => $_[0] } }; }

$server->create_table('Music');
$server->sql('SELECT dynamo.reset_metrics()');

# Exact counts.
$server->call('PutItem', { TableName => 'Music', Item => key("k$_") }) for 1 .. 5;
$server->request('PutItem', encode_json({ TableName => 'Music', Item => key('k1'), ConditionExpression => 'attribute_not_exists(id)' }));
$server->request('PutItem', encode_json({ TableName => 'Music', Item => { other => { S => 'x' } } }));
$server->call('Scan', { TableName => 'Music' }) for 1 .. 2;
$server->sql(q{SELECT dynamo.get_item('{"TableName": "Music", "Key": {"id": {"S": "k1"}}}') FROM generate_series(1, 3)});
$server->call('GetItem', { TableName => 'Music', Key => key('k1') });
is(row('requests, failed, user_errors, conditional_check_failed_requests, system_errors', 'PutItem', 'Music'), '7|2|1|1|0',
	'writes, and their errors by kind');
is(row('requests, returned_item_count, failed', 'Scan', 'Music'), '2|10|0', 'items that are returned');
is(row('requests, failed', 'GetItem', 'Music'), '4|0', 'calls from SQL count beside those over HTTP');
is(row('latency_p50 > 0 AND latency_p50 <= latency_p90 AND latency_p90 <= latency_p99 AND latency_p99 <= latency_p999
	AND latency_total > 0 AND returned_bytes > 0', 'PutItem', 'Music'), 't', 'latencies');
$server->request('GetItem', encode_json({ TableName => 'Absent', Key => key('k1') }));
is($server->sql(q{SELECT requests, user_errors FROM dynamo.metrics WHERE operation = 'GetItem' AND table_name IS NULL}), '1|1',
	'a table that is not there makes no series');
is($server->sql(q{SELECT count(*) FROM dynamo.metrics WHERE table_name = 'Absent'}), 0, 'and its name is not kept');
$server->call('ExecuteStatement', { Statement => 'SELECT * FROM "Music"' });
is(row('returned_item_count', 'ExecuteStatement', 'Music'), 5, 'items that a statement returned');
$server->sql(q{SELECT dynamo.put_items('Music', $$SELECT item FROM dynamo.items('Music')$$)});
is(row('requests, failed', 'put_items', 'Music') . ' ' . row('requests, returned_item_count', 'scan_items', 'Music'), '1|0 1|5',
	'functions of rows count by themselves');

# What is consumed, where that is asked for.
$server->sql(q{ALTER SYSTEM SET dynamo.metrics_consumed_capacity = on});
$server->sql('SELECT pg_reload_conf()');
DynamoServer::until_true('units', sub {
	$server->call('GetItem', { TableName => 'Music', Key => key('k1'), ConsistentRead => JSON::PP::true });
	return row('consumed_read_units', 'GetItem', 'Music') > 0; });
my $units = row('consumed_read_units', 'GetItem', 'Music');
$server->call('GetItem', { TableName => 'Music', Key => key('k1') });
is(row('consumed_read_units', 'GetItem', 'Music') - $units, 0.5, 'half a unit');

# Prometheus' formats.
my $samples = scrape();
my $put = 'operation="PutItem",table="Music",index=""';
is($samples->{"dynamo_requests_total{$put}"}, 7, 'requests in the text format');
is($samples->{"dynamo_conditional_check_failed_requests_total{$put}"}, 1, 'a failed condition');
is($samples->{"dynamo_successful_request_latency_seconds_bucket{$put,le=\"+Inf\"}"}, 5, 'the histogram has those without an error');
is($samples->{"dynamo_successful_request_latency_seconds_count{$put}"}, 5, 'and counts them');
is($samples->{dynamo_http_workers}, 1, 'workers');
cmp_ok($samples->{dynamo_flushes_total}, '>', 0, 'flushes');
cmp_ok($samples->{dynamo_flush_seconds_total}, '>', 0, 'and their time');
cmp_ok($samples->{dynamo_key_cache_hits_total}, '>', 0, 'hits of the key cache');
is($samples->{dynamo_is_standby}, 0, 'no standby');
is($samples->{dynamo_standbys}, 0, 'and none has it');
is($samples->{dynamo_stream_capturing}, 0, 'nothing is captured');
DynamoServer::until_true('the memory of the worker', sub { return scrape()->{dynamo_http_memory_bytes} > 1_000_000; });
my $answer = get('/metrics', 'Accept: application/openmetrics-text;version=1.0.0');
like($answer->{headers}{'content-type'}, qr{^application/openmetrics-text; version=1\.0\.0}, 'OpenMetrics by Accept');
like($answer->{body}, qr/^# TYPE dynamo_requests counter$/m, 'a family has no suffix there');
like($answer->{body}, qr/_bucket\{\Q$put\E,le="[^"]+"\} \d+ # \{request_id="[A-Z0-9]{52}"\} [\d.]+ [\d.]+$/m, 'an example with its request id');
like($answer->{body}, qr/\n# EOF\n\z/, 'the end is marked');

# Resets, and the bound.
$server->sql('SELECT dynamo.reset_metrics()');
is(row('requests, failed, latency_total, latency_p50 IS NULL', 'PutItem', 'Music'), '0|0|0|t', 'a reset');
$server->create_table("Table$_") for 1 .. 15;
$server->call('GetItem', { TableName => "Table$_", Key => key('k') }) for 1 .. 15;
is($server->sql(q{SELECT sum(requests) FROM dynamo.metrics WHERE operation IN ('GetItem', 'other')}), 15, 'what has no series of its own counts with the others');
cmp_ok($server->sql(q{SELECT requests FROM dynamo.metrics WHERE operation = 'other'}), '>', 0, 'in one series');
cmp_ok($server->sql('SELECT count(*) FROM dynamo.metrics'), '<=', 16, 'and there are no more than the setting says');

# What waits.
my $session = $server->node->background_psql('postgres');
$session->query_safe(q{BEGIN; UPDATE dynamo_tables."Music" SET item = item || '{"v": "1"}' WHERE item->>'id' = 'k1'});
my $socket = $server->connect;
print $socket DynamoServer::request_text('PutItem', encode_json({ TableName => 'Music', Item => key('k1') }));
DynamoServer::until_true('a parked request', sub {
	return $server->sql(q{SELECT operation, table_name, role_name, client_address FROM dynamo.requests WHERE state = 'parked'})
		eq 'PutItem|Music|dynamo_http|127.0.0.1'; });
is(scrape()->{dynamo_http_parked_requests}, 1, 'a request is parked');
$session->query_safe('COMMIT');
is(DynamoServer::read_answer($socket)->{status}, 200, 'it is answered');
is($server->sql(q{SELECT count(*) FROM dynamo.requests WHERE state = 'parked'}), 0, 'and waits no more');
$session->quit;

# Samples.
DynamoServer::until_true('a sample', sub { return $server->sql('SELECT count(*) > 0 FROM dynamo.metrics_history WHERE table_name IS NULL') eq 't'; });

# Health.
is(get('/health/live')->{body}, "live\n", 'live');
is(get('/health/ready')->{body}, "ready\n", 'ready');
$server->sql('DROP EXTENSION dynamo CASCADE');
DynamoServer::until_true('what is missing', sub {
	$server->request('ListTables', '{}');
	return get('/health/ready')->{status} == 503; });
like(get('/health/ready')->{body}, qr/^not ready: Database "postgres" does not have the extension dynamo$/, 'why it is not ready');
is(get('/health/live')->{status}, 200, 'it is live all the same');
$server->sql('CREATE EXTENSION dynamo');

# Who may read.
my $file = $server->node->basedir . '/token';
open my $out, '>', $file or die $!;
print $out "open sesame\n";
close $out;
chmod 0600, $file;
$server->sql("ALTER SYSTEM SET dynamo.metrics_token_file = '$file'");
$server->sql('SELECT pg_reload_conf()');
DynamoServer::until_true('the token to be asked for', sub { return get('/metrics')->{status} == 401; });
is(get('/metrics')->{headers}{'www-authenticate'}, 'Bearer realm="metrics"', 'as is said');
is(get('/metrics', 'Authorization: Bearer open sesame')->{status}, 200, 'who has the token reads');
is(get('/metrics', 'Authorization: Bearer open sesam')->{status}, 401, 'who has another does not');
is(get('/metrics', 'Authorization: Basic open sesame')->{status}, 401, 'nor by another scheme');
chmod 0644, $file;
is(get('/metrics', 'Authorization: Bearer open sesame')->{status}, 401, 'a file that others can read holds no secret');
$server->sql('CREATE ROLE somebody');
for my $view (qw(metrics metrics_history requests))
{
	my ($status) = $server->node->psql('postgres', "SET ROLE somebody; SELECT * FROM dynamo.$view");

	isnt($status, 0, "$view is not for everybody");
	is(($server->node->psql('postgres', "SET ROLE pg_monitor; SELECT * FROM dynamo.$view"))[0], 0, "but for pg_monitor");
}

$server->node->stop;
done_testing();
