# Contributor Insights: which keys are counted, how often, who sees them, and what bounds them.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use IPC::Run;
use JSON::PP qw(decode_json encode_json);
use Test::More;

my $server = DynamoServer->new('insights', 'dynamo.http_workers = 2', 'dynamo.max_contributor_insights = 3');
my $units = { ReadCapacityUnits => 1, WriteCapacityUnits => 1 };
my $true = JSON::PP::true;

sub attribute { my ($name, $type) = @_; return { AttributeName => $name, AttributeType => $type }; }
sub schema { my @names = @_; return [ map { { AttributeName => $names[$_], KeyType => $_ ? 'RANGE' : 'HASH' } } 0 .. $#names ]; }

sub create
{
	my ($name, $attributes, $key, @indexes) = @_;

	$server->call('CreateTable', {
		TableName => $name, AttributeDefinitions => $attributes, KeySchema => $key, ProvisionedThroughput => $units,
		(@indexes ? (GlobalSecondaryIndexes => [ map { {
			IndexName => $_->[0], KeySchema => $_->[1], Projection => { ProjectionType => 'ALL' }, ProvisionedThroughput => $units } } @indexes ]) : ()) });
}

sub update
{
	my ($action, $table, $index, @more) = @_;
	return $server->call('UpdateContributorInsights',
		{ TableName => $table, ($index ? (IndexName => $index) : ()), ContributorInsightsAction => $action, @more });
}

sub described { my ($table, $index) = @_; return $server->call('DescribeContributorInsights', { TableName => $table, ($index ? (IndexName => $index) : ()) }); }
sub song { my ($artist, $title, %more) = @_; return { Artist => { S => $artist }, Title => { S => $title }, %more }; }

# The keys of a kind with their counts. A window may have ended meanwhile.
sub counts
{
	my ($kind, $table, $index) = @_;
	return $server->sql("SELECT string_agg(format('%s %s', key, count), '; ' ORDER BY count DESC, key::text COLLATE \"C\") FROM (SELECT key, sum(count) AS count
		FROM dynamo.hot_keys WHERE kind = '$kind' AND table_name = '$table' AND index_name " . ($index ? "= '$index'" : 'IS NULL') . ' GROUP BY key) c');
}

$server->start;
create('Songs', [ attribute('Artist', 'S'), attribute('Title', 'S'), attribute('Genre', 'S') ], schema('Artist', 'Title'), [ by_genre => schema('Genre', 'Title') ]);
$server->call('PutItem', { TableName => 'Songs', Item => song('before', 'a') });
is($server->sql('SELECT count(*) FROM dynamo.hot_keys'), '0', 'nothing is counted at first');

# The operations.
is_deeply(update('ENABLE', 'Songs'), { TableName => 'Songs', ContributorInsightsStatus => 'ENABLING', ContributorInsightsMode => 'ACCESSED_AND_THROTTLED_KEYS' }, 'insights of a table');
is_deeply(update('ENABLE', 'arn:aws:dynamodb:us-east-1:000000000000:table/Songs', 'by_genre'),
	{ TableName => 'Songs', IndexName => 'by_genre', ContributorInsightsStatus => 'ENABLING', ContributorInsightsMode => 'ACCESSED_AND_THROTTLED_KEYS' }, 'insights of an index');
my $table = described('Songs');
my $index = described('Songs', 'by_genre');
is($table->{ContributorInsightsStatus}, 'ENABLED', 'they are enabled');
like(join(' ', @{ $table->{ContributorInsightsRuleList} }), qr/^DynamoDBContributorInsights-PKC-Songs-(\d+) DynamoDBContributorInsights-SKC-Songs-\1 DynamoDBContributorInsights-PKT-Songs-\1 DynamoDBContributorInsights-SKT-Songs-\1$/, 'rules of a table');
like($index->{ContributorInsightsRuleList}[0], qr/^DynamoDBContributorInsights-PKC-Songs-by_genre-\d+$/, 'a rule of an index');
cmp_ok(abs($table->{LastUpdateDateTime} - time), '<', 600, 'a time');

# What counts, by each operation.
$server->call('PutItem', { TableName => 'Songs', Item => song('A', 'a', Genre => { S => 'rock' }) });
$server->call('UpdateItem', { TableName => 'Songs', Key => song('A', 'a'), UpdateExpression => 'SET n = :n', ExpressionAttributeValues => { ':n' => { N => '1' } } });
$server->call('GetItem', { TableName => 'Songs', Key => song('A', 'a') });
$server->call('DeleteItem', { TableName => 'Songs', Key => song('B', 'b') });
is(counts('accessed partition', 'Songs'), '{"Artist": "A"} 3; {"Artist": "B"} 1', 'a put, an update, a get; a delete');
is(counts('accessed item', 'Songs'), '{"Title": "a", "Artist": "A"} 3; {"Title": "b", "Artist": "B"} 1', 'by items');
is(counts('accessed partition', 'Songs', 'by_genre'), '{"Genre": "rock"} 2', 'the entry that they changed');
is(counts('accessed item', 'Songs', 'by_genre'), '{"Genre": "rock", "Title": "a"} 2', 'with its sort key');
$server->call('Query', { TableName => 'Songs', KeyConditionExpression => 'Artist = :a', ExpressionAttributeValues => { ':a' => { S => 'A' } } });
$server->call('Query', { TableName => 'Songs', IndexName => 'by_genre', KeyConditionExpression => 'Genre = :g', ExpressionAttributeValues => { ':g' => { S => 'rock' } } });
$server->call('Scan', { TableName => 'Songs' });
is(counts('accessed partition', 'Songs'), '{"Artist": "A"} 4; {"Artist": "B"} 1', 'a query of the table; a scan is of no key');
is(counts('accessed partition', 'Songs', 'by_genre'), '{"Genre": "rock"} 3', 'a query of the index');
is(counts('accessed item', 'Songs'), '{"Title": "a", "Artist": "A"} 3; {"Title": "b", "Artist": "B"} 1', 'which are of no item');
$server->call('BatchGetItem', { RequestItems => { Songs => { Keys => [ song('A', 'a'), song('C', 'c') ] } } });
$server->call('BatchWriteItem', { RequestItems => { Songs => [ { PutRequest => { Item => song('C', 'c') } }, { DeleteRequest => { Key => song('D', 'd') } } ] } });
is(counts('accessed partition', 'Songs'), '{"Artist": "A"} 5; {"Artist": "C"} 2; {"Artist": "B"} 1; {"Artist": "D"} 1', 'batches');
$server->call('TransactGetItems', { TransactItems => [ { Get => { TableName => 'Songs', Key => song('D', 'd') } } ] });
$server->call('TransactWriteItems', { TransactItems => [ { Put => { TableName => 'Songs', Item => song('D', 'd') } } ] });
is(counts('accessed item', 'Songs'), '{"Title": "a", "Artist": "A"} 4; {"Title": "d", "Artist": "D"} 3; {"Title": "c", "Artist": "C"} 2; {"Title": "b", "Artist": "B"} 1', 'transactions');
$server->call('ExecuteStatement', { Statement => $_ }) for q(INSERT INTO Songs VALUE {'Artist': 'E', 'Title': 'e'}), q(SELECT * FROM Songs WHERE Artist = 'E' AND Title = 'e'), q(SELECT * FROM Songs WHERE Artist = 'E');
$server->call('BatchExecuteStatement', { Statements => [ { Statement => q(SELECT * FROM Songs WHERE Artist = 'E' AND Title = 'e') } ] });
like(counts('accessed partition', 'Songs'), qr/\{"Artist": "E"\} 4/, 'statements');
like(counts('accessed item', 'Songs'), qr/\{"Title": "e", "Artist": "E"\} 3/, 'of items');
is($server->request('PutItem', encode_json({ TableName => 'Songs', Item => song('E', 'e'), ConditionExpression => 'attribute_not_exists(Artist)' }))->{status}, 400, 'a condition that fails');
like(counts('accessed item', 'Songs'), qr/\{"Title": "e", "Artist": "E"\} 4/, 'is an access');

# Keys of all types, and long ones. A string is cut at the end of a character, a number never.
create('Types', [ attribute('p', 'B'), attribute('s', 'N') ], schema('p', 's'));
update('ENABLE', 'Types');
$server->sql(q(SELECT dynamo.put_item(jsonb_build_object('TableName', 'Types', 'Item', jsonb_build_object('p', jsonb_build_object('B', translate(encode(b, 'base64'), E'\n', '')), 's', jsonb_build_object('N', n)))) FROM (VALUES ('\x0001'::bytea, '-1.5'), (convert_to(repeat('x', 1000), 'UTF8'), '12')) v (b, n)));
is($server->sql(q(SELECT key, cut FROM dynamo.hot_keys WHERE table_name = 'Types' AND kind = 'accessed item' ORDER BY cut)) =~ s/eHh4[^"]*/x.../r, qq({"p": {"\$b": "AAE="}, "s": -1.5}|f\n{"p": {"\$b": "x..."}, "s": null}|t), 'binaries and numbers');
$server->sql(q(SELECT dynamo.put_item(jsonb_build_object('TableName', 'Songs', 'Item', jsonb_build_object('Artist', jsonb_build_object('S', repeat('ü', 400) || n), 'Title', jsonb_build_object('S', 't')))) FROM generate_series(1, 2) n));
is($server->sql(q(SELECT sum(count), count(DISTINCT key), bool_and(key->>'Artist' = repeat('ü', 94)) FROM dynamo.hot_keys WHERE table_name = 'Songs' AND kind = 'accessed partition' AND cut)), '2|1|t', 'two long keys that begin alike');
is($server->sql(q(SELECT count(*) FROM (SELECT 1 FROM dynamo.hot_keys WHERE table_name = 'Songs' AND kind = 'accessed partition' AND cut GROUP BY window_start, rank) r)), '2', 'are counted apart');

# More tables than there is room for.
create('Fourth', [ attribute('p', 'S') ], schema('p'));
update('ENABLE', 'Fourth');
my $failed = described('Fourth');
is($failed->{ContributorInsightsStatus}, 'FAILED', 'no room for a fourth');
is($failed->{FailureException}{ExceptionName}, 'LimitExceededException', 'why');
$server->call('PutItem', { TableName => 'Fourth', Item => { p => { S => 'x' } } });
is(counts('accessed partition', 'Fourth'), '', 'it is not counted');

# Lists.
is_deeply([ map { join ' ', @{$_}{qw(TableName ContributorInsightsStatus)} } @{ $server->call('ListContributorInsights', {})->{ContributorInsightsSummaries} } ],
	[ 'Fourth ENABLED', 'Songs ENABLED', 'Songs ENABLED', 'Types ENABLED' ], 'the list');
my $page = $server->call('ListContributorInsights', { MaxResults => 2 });
my $rest = $server->call('ListContributorInsights', { NextToken => $page->{NextToken} });
is(scalar @{ $page->{ContributorInsightsSummaries} }, 2, 'a page');
is($rest->{ContributorInsightsSummaries}[0]{IndexName}, 'by_genre', 'and the next');
is(scalar @{ $server->call('ListContributorInsights', { TableName => 'Songs' })->{ContributorInsightsSummaries} }, 2, 'those of one table');

# Who sees them.
$server->sql(q(CREATE ROLE reader LOGIN; CREATE ROLE stranger LOGIN; GRANT SELECT ON dynamo_tables."Songs" TO reader));
sub seen { my ($role) = @_; return $server->sql("SET ROLE $role; SELECT string_agg(DISTINCT table_name, ',') FROM dynamo.hot_keys"); }
is(seen('reader'), 'Songs', 'a role that may read a table sees its keys');
is(seen('stranger'), '', 'another one does not');
$server->sql(q(ALTER TABLE dynamo_tables."Songs" ENABLE ROW LEVEL SECURITY; CREATE POLICY mine ON dynamo_tables."Songs" TO reader USING (item->>'Artist' = 'A')));
is(seen('reader'), '', 'nor one that may see some of the items');
$server->sql(q(ALTER TABLE dynamo_tables."Songs" DISABLE ROW LEVEL SECURITY));

# What sessions count at one time is not lost, but for what may stand over in each.
my @sessions = map { [ 'psql', '-XqAt', '-d', $server->node->connstr('postgres'), '-c',
	q(DO $$ BEGIN FOR i IN 1 .. 400 LOOP PERFORM dynamo.get_item('{"TableName": "Types", "Key": {"p": {"B": "YQ=="}, "s": {"N": "1"}}}'); END LOOP; END $$) ] } 1 .. 4;
my @running = map { IPC::Run::start($_, '>', \my $out) } @sessions;
IPC::Run::finish($_) for @running;
cmp_ok($server->sql(q(SELECT sum(count) FROM dynamo.hot_keys WHERE table_name = 'Types' AND kind = 'accessed item' AND key = '{"p": {"$b": "YQ=="}, "s": 1}')), '>=', 1600 - 4 * 32, 'sessions at one time');

# A hot key among more keys than are counted.
$server->sql(q(DO $$ BEGIN FOR i IN 1 .. 1000 LOOP
	PERFORM dynamo.get_item(jsonb_build_object('TableName', 'Songs', 'Key', jsonb_build_object('Artist', jsonb_build_object('S', CASE WHEN i % 4 = 0 THEN 'hot' ELSE 'cold' || i END), 'Title', jsonb_build_object('S', 't')))); END LOOP; END $$));
is($server->sql(q(SELECT sum(count) BETWEEN 250 AND 250 + sum(error_bound) AND min(rank) = 1 FROM dynamo.hot_keys WHERE table_name = 'Songs' AND kind = 'accessed partition' AND key->>'Artist' = 'hot')), 't', 'a hot key is found');
cmp_ok($server->sql(q(SELECT max(error_bound) <= max(total) / 100 FROM dynamo.hot_keys)), 'eq', 't', 'within the bound of the sketch');

# Throttled keys, by the table and by an index; that mode alone.
$server->sql('ALTER SYSTEM SET dynamo.enforce_throughput = on');
$server->node->restart;
$server->wait_until_healthy;
is(counts('accessed partition', 'Songs'), '', 'a start of the server begins anew');
is(described('Songs')->{ContributorInsightsStatus}, 'ENABLED', 'they are enabled all the same');
update('ENABLE', 'Songs', undef, ContributorInsightsMode => 'THROTTLED_KEYS');
is_deeply([ map { /-(\w\w\w)-/ } @{ described('Songs')->{ContributorInsightsRuleList} } ], [ 'PKT', 'SKT' ], 'rules of throttled keys alone');
my @long = (v => { S => 'x' x 200_000 });
$server->request('PutItem', encode_json({ TableName => 'Songs', Item => song('busy', 'b', Genre => { S => 'pop' }, @long) })) for 1 .. 3;
is(counts('accessed partition', 'Songs'), '', 'accesses are not counted');
is(counts('throttled item', 'Songs'), '{"Title": "b", "Artist": "busy"} 1', 'what the table refused');
is(counts('accessed item', 'Songs', 'by_genre'), '{"Genre": "pop", "Title": "b"} 1', 'what the index took');
create('Wide', [ attribute('p', 'S'), attribute('g', 'S') ], schema('p'), [ by_g => schema('g') ]);
$server->call('UpdateTable', { TableName => 'Wide', ProvisionedThroughput => { ReadCapacityUnits => 1, WriteCapacityUnits => 100 } });
update('DISABLE', 'Fourth');
update('ENABLE', 'Wide', 'by_g', ContributorInsightsMode => 'THROTTLED_KEYS');
$server->request('PutItem', encode_json({ TableName => 'Wide', Item => { p => { S => "p$_" }, g => { S => 'same' }, @long } })) for 1 .. 4;
is(counts('throttled partition', 'Wide', 'by_g'), '{"g": "same"} 2', 'what the index refused');
is(counts('throttled partition', 'Wide'), '', 'is the index\'s');

# Their end.
is_deeply(update('DISABLE', 'Songs'), { TableName => 'Songs', ContributorInsightsStatus => 'DISABLING' }, 'they are disabled');
is_deeply([ sort keys %{ described('Songs') } ], [qw(ContributorInsightsStatus LastUpdateDateTime TableName)], 'and have no rules');
is(counts('throttled item', 'Songs'), '', 'nor keys');
$server->call('UpdateTable', { TableName => 'Songs', GlobalSecondaryIndexUpdates => [ { Delete => { IndexName => 'by_genre' } } ] });
is_deeply([ map { $_->{IndexName} // '' } @{ $server->call('ListContributorInsights', { TableName => 'Songs' })->{ContributorInsightsSummaries} } ], [''], 'those of an index go with it');
$server->call('DeleteTable', { TableName => 'Wide' });
is(counts('throttled partition', 'Wide', 'by_g'), '', 'and those of a table');

done_testing();
