# DynamoDB Streams' operations, over HTTP and from SQL: records, lines of shards, ends of streams, iterators, who may read.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use Digest::SHA qw(hmac_sha256);
use DynamoServer;
use JSON::PP;
use MIME::Base64;
use PostgreSQL::Test::Utils;
use Test::More;

my $server = DynamoServer->new('streams_api', 'wal_level = logical', 'max_worker_processes = 20', 'max_wal_senders = 4',
	'max_replication_slots = 6', 'dynamo.stream_upkeep_interval = 1s', 'dynamo.partitions = 2', 'autovacuum = off',
	qx(postgres --describe-config) =~ /^output_plugin_libraries\t/m ? "output_plugin_libraries = 'dynamo'" : ());
my $node = $server->start->node;
my $json = JSON::PP->new->canonical->allow_nonref;

sub sql { my ($query) = @_; return $node->safe_psql('postgres', $query); }
sub until_sql { my ($what, $query) = @_; return DynamoServer::until_true($what, sub { sql($query) eq 't' }); }

# An operation over HTTP; dies with the status and the body of an error
sub streams
{
	my ($operation, $input) = @_;
	my $answer = $server->request($operation, $json->encode($input), 'X-Amz-Target' => "DynamoDBStreams_20120810.$operation");

	die "$operation: $answer->{status} $answer->{body}" if $answer->{status} != 200;
	return $json->decode($answer->{body});
}
sub streams_error { my (@call) = @_; return eval { streams(@call) } ? 'none' : $@; }

sub create_table
{
	my ($name, $view) = @_;
	my $answer = $server->call('CreateTable', { TableName => $name, BillingMode => 'PAY_PER_REQUEST',
		AttributeDefinitions => [ { AttributeName => 'id', AttributeType => 'S' } ], KeySchema => [ { AttributeName => 'id', KeyType => 'HASH' } ],
		StreamSpecification => { StreamEnabled => JSON::PP::true, StreamViewType => $view // 'NEW_AND_OLD_IMAGES' } });
	return $answer->{TableDescription}{LatestStreamArn};
}
sub put { my ($table, $id, %attributes) = @_; return $server->call('PutItem', { TableName => $table, Item => { id => { S => $id }, %attributes } }); }
sub describe { my ($arn, %members) = @_; return streams('DescribeStream', { StreamArn => $arn, %members })->{StreamDescription}; }
sub shards { my ($arn) = @_; return @{ describe($arn)->{Shards} }; }
sub until_status { my ($arn, $status) = @_; return DynamoServer::until_true("a stream that is $status", sub { describe($arn)->{StreamStatus} eq $status }); }
sub iterator { my ($arn, $shard, $type, %members) = @_; return streams('GetShardIterator', { StreamArn => $arn, ShardId => $shard->{ShardId}, ShardIteratorType => $type, %members })->{ShardIterator}; }
# The log has all that was committed until now.
sub until_captured
{
	my $end = sql('SELECT pg_current_wal_insert_lsn()');
	sql('SELECT txid_current()'); # flushes it
	return until_sql('changes to be captured', "SELECT captured_lsn >= '$end' FROM dynamo.capture");
}
# The records from an iterator to the end of what there is, and the iterator that is left
sub read_all
{
	my ($iterator, %members) = @_;
	my @records;

	while (defined $iterator)
	{
		my $page = streams('GetRecords', { ShardIterator => $iterator, %members });
		push @records, @{ $page->{Records} };
		$iterator = $page->{NextShardIterator};
		last unless @{ $page->{Records} };
	}
	return (\@records, $iterator);
}
sub stream_records { my ($arn) = @_; return map { @{ (read_all(iterator($arn, $_, 'TRIM_HORIZON')))[0] } } shards($arn); }
sub number { return $_[0]->{dynamodb}{SequenceNumber}; }
sub sorted { return sort { number($a) cmp number($b) } @_; }
sub image { my ($image) = @_; return $image ? $json->encode($image) : '-'; }
sub brief { my ($record) = @_; my $change = $record->{dynamodb}; return join ' ', $record->{eventName}, $change->{Keys}{id}{S} // '-', image($change->{OldImage}), image($change->{NewImage}); }

# --- records ---

my $arn = create_table('Music');
until_status($arn, 'ENABLED');
sql(q(SELECT pg_create_logical_replication_slot('slot', 'dynamo')));
my @latest = map { iterator($arn, $_, 'LATEST') } shards($arn);
put('Music', 'a', n => { N => '1' });
$server->call('UpdateItem', { TableName => 'Music', Key => { id => { S => 'a' } }, UpdateExpression => 'SET n = :n', ExpressionAttributeValues => { ':n' => { N => '2' } } });
put('Music', 'a', n => { N => '2' });
$server->call('BatchWriteItem', { RequestItems => { Music => [ map { { PutRequest => { Item => { id => { S => "batch $_" } } } } } 1 .. 5 ] } });
$server->call('TransactWriteItems', { TransactItems => [ { Put => { TableName => 'Music', Item => { id => { S => 'transaction' } } } }, { Delete => { TableName => 'Music', Key => { id => { S => 'batch 1' } } } } ] });
$server->call('ExecuteStatement', { Statement => q(INSERT INTO "Music" VALUE {'id': 'partiql', 'zero': ?}), Parameters => [ { S => "\0" } ] });
sql(q(BEGIN; SELECT dynamo.put_item('Music', '{"id": {"S": "rolled back"}}'); ROLLBACK));
sql(q(UPDATE dynamo_tables."Music" SET item = item || '{"sql": {"$ss": ["b", "a"]}}' WHERE item ->> 'id' IN ('batch 2', 'batch 3')));
sql(q(INSERT INTO dynamo_tables."Music" SELECT jsonb_build_object('id', 'copy ' || i, 'long', repeat('x', 20000)) FROM generate_series(1, 3) i));
$server->call('DeleteItem', { TableName => 'Music', Key => { id => { S => 'a' } } });
until_captured();
my @records = sorted(stream_records($arn));
my @expected = map { $json->decode($_) } split /\n/, sql(q(SELECT data FROM pg_logical_slot_get_changes('slot', NULL, NULL, 'tables', 'Music')));
delete $_->{eventSourceARN} for @expected;
is(scalar @records, 16, 'each change is one record');
is($json->encode(\@records), $json->encode(\@expected), 'which are those that a slot gives');
is(brief($records[1]), 'MODIFY a {"id":{"S":"a"},"n":{"N":"1"}} {"id":{"S":"a"},"n":{"N":"2"}}', 'a record has both images');
is($records[-1]{eventName}, 'REMOVE', 'and tells a deletion');
is(join(' ', sort keys %{ $records[0] }), 'awsRegion dynamodb eventID eventName eventSource eventVersion', 'it has the members of the service model');
is($json->encode([ sorted(map { @{ (read_all($_))[0] } } @latest) ]), $json->encode(\@records), 'an iterator LATEST has all that comes after it');
my ($by_pages) = map { [ sorted(@$_) ] } [ map { @{ (read_all(iterator($arn, $_, 'TRIM_HORIZON'), Limit => 1))[0] } } shards($arn) ];
is($json->encode($by_pages), $json->encode(\@records), 'pages of one record have the same ones');
my $by_sql = sql(sprintf(q(SET ROLE dynamo_http; SELECT dynamo.get_records(jsonb_build_object('ShardIterator', '%s')) #>> '{Records,0,dynamodb,SequenceNumber}'), iterator($arn, (shards($arn))[0], 'TRIM_HORIZON')));
is($by_sql, number($json->decode($json->encode((read_all(iterator($arn, (shards($arn))[0], 'TRIM_HORIZON')))[0]->[0]))), 'SQL gives them, too');

# Iterators at a record and after it
for my $shard (shards($arn))
{
	my ($all) = read_all(iterator($arn, $shard, 'TRIM_HORIZON'));
	my ($at) = read_all(iterator($arn, $shard, 'AT_SEQUENCE_NUMBER', SequenceNumber => number($all->[2])));
	my ($after) = read_all(iterator($arn, $shard, 'AFTER_SEQUENCE_NUMBER', SequenceNumber => number($all->[2])));
	my ($start) = read_all(iterator($arn, $shard, 'AT_SEQUENCE_NUMBER', SequenceNumber => $shard->{SequenceNumberRange}{StartingSequenceNumber}));
	is(join(' ', map { number($_) } @$at), join(' ', map { number($_) } @$all[2 .. $#$all]), 'AT_SEQUENCE_NUMBER begins with the record');
	is(join(' ', map { number($_) } @$after), join(' ', map { number($_) } @$all[3 .. $#$all]), 'AFTER_SEQUENCE_NUMBER behind it');
	is($json->encode($start), $json->encode($all), 'the first number of a shard has all of it');
}

# --- changes as rows ---

my @rows = split /\n/, sql(q(SELECT sequence_number || ' ' || event_name FROM dynamo.changes('Music')));
is(join("\n", @rows), join("\n", map { number($_) . " $_->{eventName}" } @records), 'rows of changes are the records in their order');
is(sql(qq(SELECT count(*) FROM dynamo.changes('$arn'))), 16, 'a stream may be named by its ARN');
is(sql(sprintf(q(SELECT string_agg(sequence_number, ' ') FROM dynamo.changes('Music', '%s', '%s')), number($records[3]), number($records[6]))),
	join(' ', map { number($_) } @records[3 .. 5]), 'a range has its first number and not its last');
is(sql(q(SELECT row_to_json(c) FROM (SELECT keys, old_item, new_item, by_service FROM dynamo.changes('Music') WHERE keys ->> 'id' = 'batch 2' ORDER BY sequence_number DESC LIMIT 1) c)),
	'{"keys":{"id": "batch 2"},"old_item":{"id": "batch 2"},"new_item":{"id": "batch 2", "sql": {"$ss": ["b", "a"]}},"by_service":false}', 'items are as the table stores them');
is(sql(q(SELECT count(DISTINCT shard_id) || ' ' || bool_and(abs(extract(epoch FROM "time" - now())) < 600) FROM dynamo.changes('Music'))), '2 true', 'a row tells its shard and time');
is(sql(q(SELECT count(*) FROM dynamo.changes('Music', now() - interval '1 hour', now() + interval '1 hour'))), 16, 'a range of times has what was committed in it');
is(sql(q(SELECT count(*) FROM dynamo.changes('Music', now() + interval '1 hour'))), 0, 'and nothing else');
my @resumed = split /\n/, sql(sprintf(q(SELECT sequence_number FROM dynamo.changes('Music', ('%s'::numeric + 1)::text)), number($records[9])));
is(scalar @resumed, 6, 'reading goes on with the next number');

# --- view types ---

my %views = (KEYS_ONLY => 'MODIFY a - -', NEW_IMAGE => 'MODIFY a - {"id":{"S":"a"},"n":{"N":"2"}}', OLD_IMAGE => 'MODIFY a {"id":{"S":"a"},"n":{"N":"1"}} -');
for my $view (sort keys %views)
{
	my $of_view = create_table($view, $view);
	put($view, 'a', n => { N => "$_" }) for 1, 2;
	until_captured();
	is(brief((sorted(stream_records($of_view)))[1]), $views{$view}, "$view has the images it says");
}
is(sql(q(SELECT count(old_item) || ' ' || count(new_item) FROM dynamo.changes('OLD_IMAGE'))), '1 0', 'rows of changes have the images of the view type');

# --- large pages ---

my $large = create_table('Large', 'NEW_IMAGE');
sql(q(INSERT INTO dynamo_tables."Large" SELECT jsonb_build_object('id', 'same', 'text', repeat('x', 300000))));
sql(q(UPDATE dynamo_tables."Large" SET item = jsonb_build_object('id', 'same', 'text', repeat('y', 300000))));
sql(q(UPDATE dynamo_tables."Large" SET item = jsonb_build_object('id', 'same', 'text', repeat('z', 300000))));
sql(q(UPDATE dynamo_tables."Large" SET item = jsonb_build_object('id', 'same', 'n', i) FROM generate_series(1, 1) i));
# One transaction of many chunks
sql(q(DO $$ BEGIN FOR i IN 1 .. 2500 LOOP UPDATE dynamo_tables."Large" SET item = jsonb_build_object('id', 'same', 'n', i, 'text', md5(i::text)); END LOOP; END $$));
until_captured();
my ($full) = grep { @{ (read_all(iterator($large, $_, 'TRIM_HORIZON')))[0] } } shards($large);
my $page = streams('GetRecords', { ShardIterator => iterator($large, $full, 'TRIM_HORIZON') });
is(scalar @{ $page->{Records} }, 1000, 'a page has 1,000 records');
my ($all) = read_all(iterator($large, $full, 'TRIM_HORIZON'));
is(scalar @$all, 2504, 'all come, of a transaction that has many chunks');
is(scalar(grep { number($all->[$_ - 1]) ge number($all->[$_]) } 1 .. $#$all), 0, 'in their order');
my ($middle) = read_all(iterator($large, $full, 'AT_SEQUENCE_NUMBER', SequenceNumber => number($all->[1500])));
is(scalar @$middle, 1004, 'reading may begin in the middle of it');
sql(qq(UPDATE dynamo_tables."Large" SET item = jsonb_build_object('id', 'same', 'text', repeat('$_', 300000)))) for 'a' .. 'e';
until_captured();
$page = streams('GetRecords', { ShardIterator => iterator($large, $full, 'AFTER_SEQUENCE_NUMBER', SequenceNumber => number($all->[-1])) });
is(scalar @{ $page->{Records} }, 3, 'a page has at most 1 MB');
is(scalar @{ (read_all($page->{NextShardIterator}))[0] }, 2, 'and the next one goes on');

# One transaction of more than the worker keeps in memory
my $huge = create_table('Huge', 'NEW_IMAGE');
sql(q(INSERT INTO dynamo_tables."Huge" SELECT jsonb_build_object('id', 's' || i, 'text', 's' || string) FROM generate_series(1, 2000) AS i,
	LATERAL (SELECT string_agg(encode(sha512(format('%s %s', i, j)::bytea), 'hex'), '') AS string FROM generate_series(1, 250) AS j) AS text));
until_captured();
is(sql(q(SELECT count(*), count(DISTINCT new_item) FROM dynamo.changes('Huge') WHERE length(new_item ->> 'text') = 32001)), '2000|2000', 'a transaction that goes by a file');

# --- lines of shards ---

put('Music', 'before');
my @parents = shards($arn);
sql(q(UPDATE dynamo.stream_shard SET opened = opened - interval '1 day' WHERE table_name = 'Music'));
until_sql('shards to end', q(SELECT count(*) FILTER (WHERE parent IS NOT NULL) = 2 FROM dynamo.stream_shard WHERE table_name = 'Music'));
put('Music', 'after');
until_captured();
my @line = shards($arn);
is(scalar @line, 4, 'each shard that has ended has a successor');
my @children = grep { $_->{ParentShardId} } @line;
is(scalar(grep { !$_->{SequenceNumberRange}{EndingSequenceNumber} } @children), 2, 'which is open');
my %parents = map { $_->{ShardId} => $_ } grep { !$_->{ParentShardId} } @line;
is(join(' ', map { $parents{ $_->{ParentShardId} }{SequenceNumberRange}{EndingSequenceNumber} } @children), join(' ', map { $_->{SequenceNumberRange}{StartingSequenceNumber} } @children),
	'and begins where its parent ends');
for my $child (@children)
{
	is(describe($arn, ShardFilter => { Type => 'CHILD_SHARDS', ShardId => $child->{ParentShardId} })->{Shards}[0]{ShardId}, $child->{ShardId}, 'a filter has the children');
	my ($of_parent, $left) = read_all(iterator($arn, $parents{ $child->{ParentShardId} }, 'TRIM_HORIZON'));
	is($left, undef, 'the parent has an end');
	is(scalar(grep { number($_) ge $child->{SequenceNumberRange}{StartingSequenceNumber} } @$of_parent), 0, 'before which its records are');
}
is(join(' ', map { $_->{dynamodb}{Keys}{id}{S} } map { @{ (read_all(iterator($arn, $_, 'TRIM_HORIZON')))[0] } } @children), 'after', 'and the child has what came then');
is(scalar(stream_records($arn)), 18, 'no record is lost or doubled');
is(sql(q(SELECT count(*) || ' ' || count(DISTINCT shard_id) FROM dynamo.changes('Music'))), '18 3', 'rows of changes go over all shards');

# --- a restart ---

my ($open) = grep { my $shard = $_; grep { $_->{dynamodb}{Keys}{id}{S} eq 'after' } @{ (read_all(iterator($arn, $shard, 'TRIM_HORIZON')))[0] } } @children;
my (undef, $kept) = read_all(iterator($arn, $open, 'TRIM_HORIZON'));
$node->restart;
$server->wait_until_healthy;
put('Music', 'after', again => { BOOL => JSON::PP::true });
until_sql('the capture worker', q(SELECT count(*) = 1 FROM dynamo.capture WHERE phase = 'running'));
until_captured();
is(join("\n", map { brief($_) } @{ (read_all($kept))[0] }), 'MODIFY after {"id":{"S":"after"}} {"again":{"BOOL":true},"id":{"S":"after"}}', 'an iterator is good after a restart');
is(scalar(stream_records($arn)), 19, 'and so is the stream');

# --- TRUNCATE ---

sql(q(TRUNCATE dynamo_tables."KEYS_ONLY"));
until_captured();
my $truncated = sql(q(SELECT count(*) || ' ' || count(keys) FROM dynamo.changes('KEYS_ONLY') WHERE event_name = 'TRUNCATE'));
is($truncated, '2 0', 'TRUNCATE is a change of each shard');

# --- disabled, and dropped ---

$server->call('UpdateTable', { TableName => 'Music', StreamSpecification => { StreamEnabled => JSON::PP::false } });
until_status($arn, 'DISABLED');
put('Music', 'unseen');
is(scalar(grep { !$_->{SequenceNumberRange}{EndingSequenceNumber} } shards($arn)), 0, 'all shards of a disabled stream have an end');
is(join(' ', map { defined((read_all(iterator($arn, $_, $_->{ParentShardId} ? 'LATEST' : 'TRIM_HORIZON')))[1]) ? 'more' : 'end' } shards($arn)), 'end end end end', 'at which readers arrive');
is(scalar(stream_records($arn)), 19, 'its records are still there');
my $second = $server->call('UpdateTable', { TableName => 'Music', StreamSpecification => { StreamEnabled => JSON::PP::true, StreamViewType => 'KEYS_ONLY' } })->{TableDescription}{LatestStreamArn};
put('Music', 'seen');
until_captured();
is(join(' ', map { $_->{dynamodb}{Keys}{id}{S} } stream_records($second)), 'seen', 'another stream begins anew');
is(join(' ', map { $_->{StreamArn} } @{ streams('ListStreams', { TableName => 'Music' })->{Streams} }), "$arn $second", 'both are listed');
$server->call('DeleteTable', { TableName => 'Music' });
until_status($second, 'DISABLED');
is(scalar(stream_records($arn)) . ' ' . scalar(stream_records($second)), '19 1', 'streams of a table that has gone are read by its owner');
is(sql(q(SELECT count(*) FROM dynamo.changes('Music'))), 1, 'and by their table\'s name');

# --- iterators ---

my $iterators = create_table('Iterators');
until_status($iterators, 'ENABLED');
put('Iterators', 'a');
until_captured();
my ($shard) = grep { @{ (read_all(iterator($iterators, $_, 'TRIM_HORIZON')))[0] } } shards($iterators);
my $secret = pack('H*', sql(q(SELECT encode(secret, 'hex') FROM dynamo.position_secret)));
my $key = hmac_sha256(join('', map { pack('N/a*', $_) } 'key', 'shard iterators'), $secret);
sub add { use integer; return $_[0] + $_[1]; }
sub rotated { my ($word, $bits) = @_; return $word << $bits | $word >> 64 - $bits; }
# SipHash-2-4 of 128 bits
sub siphash
{
	my ($of, $text) = @_;
	my ($k0, $k1) = unpack('Q<2', $of);
	my ($v0, $v1, $v2, $v3) = ($k0 ^ 0x736f6d6570736575, $k1 ^ 0x646f72616e646f6d ^ 0xee, $k0 ^ 0x6c7967656e657261, $k1 ^ 0x7465646279746573);
	my $rounds = sub {
		for (1 .. $_[0])
		{
			$v0 = add($v0, $v1); $v1 = rotated($v1, 13) ^ $v0; $v0 = rotated($v0, 32);
			$v2 = add($v2, $v3); $v3 = rotated($v3, 16) ^ $v2;
			$v0 = add($v0, $v3); $v3 = rotated($v3, 21) ^ $v0;
			$v2 = add($v2, $v1); $v1 = rotated($v1, 17) ^ $v2; $v2 = rotated($v2, 32);
		}
	};

	for my $word (unpack('Q<*', $text . "\0" x (7 - length($text) % 8) . chr(length($text) % 256)))
	{
		$v3 ^= $word;
		$rounds->(2);
		$v0 ^= $word;
	}
	$v2 ^= 0xee;
	$rounds->(4);
	my $first = $v0 ^ $v1 ^ $v2 ^ $v3;
	$v1 ^= 0xdd;
	$rounds->(4);
	return pack('Q<2', $first, $v0 ^ $v1 ^ $v2 ^ $v3);
}
is(unpack('H*', siphash(pack('C*', 0 .. 15), '')), 'a3817f04ba25a8e66df67214c7550293', 'the first vector of the reference');
# An iterator as if it had been made so many seconds before
sub aged
{
	my ($iterator, $seconds) = @_;
	my ($stream, $opaque) = split /\|1\|/, $iterator;
	my ($content) = unpack('a40', decode_base64($opaque));
	my @fields = unpack('q<Q<Q<q<VV', $content);
	my $identity = pack('V x28', sql(q(SELECT 'dynamo_http'::regrole::oid)));

	$fields[3] -= $seconds * 1_000_000;
	$content = pack('q<Q<Q<q<VV', @fields);
	return "$stream|1|" . encode_base64($content . siphash($key, "$identity$stream$content"), '');
}
my $iterator = iterator($iterators, $shard, 'TRIM_HORIZON');
is(scalar @{ (read_all(aged($iterator, 14 * 60)))[0] }, 1, 'an iterator is good for 14 minutes');
like(streams_error('GetRecords', { ShardIterator => aged($iterator, 15 * 60 + 1) }), qr/400 .*#ExpiredIteratorException".*tolerated delay of 900000 milliseconds/, 'and no longer than 15');
sql(q(UPDATE dynamo.position_secret SET secret = sha256(secret)));
is(scalar @{ (read_all(iterator($iterators, $shard, 'TRIM_HORIZON')))[0] }, 1, 'another secret is taken up');
my ($other) = grep { $_->{ShardId} ne $shard->{ShardId} } shards($iterators);
is(scalar @{ (read_all(iterator($iterators, $other, 'TRIM_HORIZON')))[0] }, 0, 'a shard without records is empty');

# --- retention ---

my ($old) = @{ (read_all(iterator($iterators, $shard, 'TRIM_HORIZON')))[0] };
my $trimmed = iterator($iterators, $shard, 'AT_SEQUENCE_NUMBER', SequenceNumber => number($old));
my $horizon = iterator($iterators, $shard, 'TRIM_HORIZON');
$server->call('CreateTable', { TableName => 'Stirred', BillingMode => 'PAY_PER_REQUEST', AttributeDefinitions => [ { AttributeName => 'id', AttributeType => 'S' } ],
	KeySchema => [ { AttributeName => 'id', KeyType => 'HASH' } ], StreamSpecification => { StreamEnabled => JSON::PP::true, StreamViewType => 'KEYS_ONLY' } });
my $stirred = 0;
my $segments = DynamoServer::begin_segment(\&sql, sub { $server->call('PutItem', { TableName => 'Stirred', Item => { id => { S => 'x' . $stirred++ } } }) });
put('Iterators', 'a', n => { N => '1' });
until_captured();
is(scalar @{ (read_all($trimmed))[0] }, 2, 'reading goes on in the next segment');
sql(q(UPDATE dynamo.change_segment SET started = started - interval '2 days'));
until_sql('the old segment to be dropped', qq(SELECT count(*) = 0 FROM dynamo.change_segment WHERE segment <= $segments));
my $gone = qr/400 .*#TrimmedDataAccessException".*The data you are trying to access has been trimmed/;
like(streams_error('GetRecords', { ShardIterator => $trimmed }), $gone, 'an iterator at what retention has dropped');
like(streams_error('GetShardIterator', { StreamArn => $iterators, ShardId => $shard->{ShardId}, ShardIteratorType => 'AFTER_SEQUENCE_NUMBER', SequenceNumber => number($old) }), $gone, 'a sequence number there');
is(join(' ', map { $_->{eventName} } @{ (read_all($horizon))[0] }), 'MODIFY', 'TRIM_HORIZON begins with what is left');

# --- who may read ---

sql(q(SELECT dynamo.create_table('{"TableName": "Hidden", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"}}')));
my $hidden = $server->call('DescribeTable', { TableName => 'Hidden' })->{Table}{LatestStreamArn};
my $granted = iterator($hidden, (shards($hidden))[0], 'LATEST');
is(scalar @{ streams('GetRecords', { ShardIterator => $granted })->{Records} }, 0, 'SELECT on the table lets a role read');
sql(q(ALTER TABLE dynamo_tables."Hidden" ENABLE ROW LEVEL SECURITY));
like(streams_error('GetRecords', { ShardIterator => $granted }), qr/400 .*#AccessDeniedException"/, 'row-level security does not');
sql(q(ALTER TABLE dynamo_tables."Hidden" DISABLE ROW LEVEL SECURITY; REVOKE SELECT ON dynamo_tables."Hidden" FROM dynamo_http));
like(streams_error('GetRecords', { ShardIterator => $granted }), qr/400 .*#AccessDeniedException"/, 'nor does an iterator from before a REVOKE');
is($json->encode(streams('ListStreams', { TableName => 'Hidden' })->{Streams}[0]{StreamArn}), $json->encode($hidden), 'the stream is listed, as DescribeTable shows it');
sql(q(SELECT dynamo.delete_table('{"TableName": "Hidden"}')));
like(streams_error('GetRecords', { ShardIterator => $granted }), qr/400 .*#ResourceNotFoundException"/, 'until the table has gone');
is($json->encode(streams('ListStreams', { TableName => 'Hidden' })), '{"Streams":[]}', 'then neither');

done_testing();
