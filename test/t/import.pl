# Imports and bulk puts from directories: every format and compression, hostile objects, and what a
# crash interrupts.
use strict;
use warnings;

use Compress::Zlib ();
use File::Path ();
use JSON::PP;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $store = PostgreSQL::Test::Utils::tempdir() . '/store';
my $node = PostgreSQL::Test::Cluster->new('import');
$node->init;
$node->append_conf('postgresql.conf', <<CONF);
shared_preload_libraries = 'dynamo'
dynamo.http_port = 0
dynamo.maintenance_interval = 1s
dynamo.export_directory = '$store'
max_worker_processes = 12
restart_after_crash = on
autovacuum = off
CONF
File::Path::make_path("$store/data", "$store/out");
$node->start;

sub sql { my ($query) = @_; return $node->safe_psql('postgres', $query); }

sub put
{
	my ($key, $content) = @_;
	my $path = "$store/data/$key";
	File::Path::make_path($path =~ s{/[^/]*$}{}r);
	open(my $file, '>:raw', $path) or die "$path: $!";
	print $file $content;
	close($file);
}

sub compressed
{
	my ($compression, $content) = @_;
	return $content if $compression eq 'NONE';
	return Compress::Zlib::memGzip($content) if $compression eq 'GZIP';
	my $plain = PostgreSQL::Test::Utils::tempdir() . '/plain';
	open(my $file, '>:raw', $plain) or die $!;
	print $file $content;
	close($file);
	my $packed = `zstd -q -c $plain`;
	die "zstd: $?" if $?;
	return $packed;
}

my $keys = q("AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}, {"AttributeName": "city", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "BillingMode": "PAY_PER_REQUEST",
	"GlobalSecondaryIndexes": [{"IndexName": "ByCity", "KeySchema": [{"AttributeName": "city", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]);

sub import_request
{
	my ($table, $prefix, $format, $more) = @_;
	return qq(SELECT dynamo.import_table('{"S3BucketSource": {"S3Bucket": "data", "S3KeyPrefix": "$prefix"}, "InputFormat": "$format",
		"TableCreationParameters": {"TableName": "$table", $keys}@{[$more // '']}}') #>> '{ImportTableDescription,ImportArn}');
}

sub import_table { return sql(import_request(@_)); }

sub await_job
{
	my ($table, $status, $what) = @_;
	ok($node->poll_query_until('postgres', "SELECT ended IS NOT NULL FROM dynamo.imports WHERE table_name = '$table' ORDER BY id DESC LIMIT 1"), "$what: ended");
	is(sql("SELECT status FROM dynamo.imports WHERE table_name = '$table' ORDER BY id DESC LIMIT 1"), $status, $what);
}

sub counts { my ($table) = @_; return sql("SELECT processed_items, written_items, errors FROM dynamo.imports WHERE table_name = '$table' ORDER BY id DESC LIMIT 1"); }
sub contents { my ($table) = @_; return sql(qq(SELECT string_agg(item::text, E'\\n' ORDER BY item ->> 'id') FROM dynamo_tables."$table")); }
sub errors { my ($table) = @_; return sql("SELECT e.item_index || ' ' || e.message FROM dynamo.import_errors e JOIN dynamo.imports i ON i.id = e.import WHERE i.table_name = '$table' ORDER BY 1"); }

sql('CREATE EXTENSION dynamo');

# Three formats, three compressions: the same items.
my %formats = (
	DYNAMODB_JSON => join("\n",
		'{"Item":{"id":{"N":"1"},"city":{"S":"Ulm"},"note":{"S":"a \"quoted\", one\nin two lines"}}}', '',
		'{"Item":{"id":{"N":"2.50"},"city":{"S":"Köln"},"note":{"S":""}}}'),
	ION => join("\n",
		'$ion_1_0 {Item:{id:1.,city:"Ulm",note:"a \"quoted\", one\nin two lines"}}',
		'// a comment', '$ion_1_0', "{Item:{\n 'id' : 25d-1, city:'''K\\u00f6''' '''ln''', note:\"\"}}", ''),
	CSV => join("\r\n", 'id,city,note,empty', '1,Ulm,"a ""quoted"", one' . "\nin two lines" . '",', '2.5,Köln,"",', ''));
my $expected = qq({"id": 1, "city": "Ulm", "note": "a \\"quoted\\", one\\nin two lines"}\n{"id": 2.5, "city": "Köln", "note": ""});
for my $format (sort keys %formats)
{
	for my $compression ('NONE', 'GZIP', 'ZSTD')
	{
		my $table = "F_${format}_$compression";
		put("$table/1", compressed($compression, $formats{$format}));
		put("$table/2", compressed($compression, ''));
		import_table($table, "$table/", $format, qq(, "InputCompressionType": "$compression"));
		await_job($table, 'COMPLETED', "$format $compression");
		is(contents($table), $expected, "$format $compression: the items");
		is(counts($table), '2|2|0', "$format $compression: the counts");
	}
}
is(sql(q(SELECT dynamo.query('{"TableName": "F_ION_GZIP", "IndexName": "ByCity", "KeyConditionExpression": "city = :c", "ExpressionAttributeValues": {":c": {"S": "Ulm"}}}') ->> 'Count')),
	1, 'indexes are built');
is(sql("SELECT count(*) FROM dynamo.check_table('F_ION_GZIP')"), 0, 'the table is whole');

# CSV: another delimiter, a header in the request, keys by their types.
put('csv/1', "1;Ulm;5\n2;Bonn;6\n");
import_table('CsvHeader', 'csv/', 'CSV', ', "InputFormatOptions": {"Csv": {"Delimiter": ";", "HeaderList": ["id", "city", "n"]}}');
await_job('CsvHeader', 'COMPLETED', 'a header in the request');
is(contents('CsvHeader'), qq({"n": "5", "id": 1, "city": "Ulm"}\n{"n": "6", "id": 2, "city": "Bonn"}), 'keys are typed, the rest are strings');

# Items that share a key: one stays. Wrong ones are counted, and keep nothing else out.
put('dup/1', join("\n", map { sprintf('{"Item":{"id":{"N":"%d"},"v":{"N":"%d"}}}', $_ % 1000, $_) } 1 .. 3000));
import_table('Duplicates', 'dup/', 'DYNAMODB_JSON');
await_job('Duplicates', 'COMPLETED', 'items that share keys');
is(counts('Duplicates'), '3000|3000|0', 'are no errors');
is(sql('SELECT count(*), count(DISTINCT item -> \'id\') FROM dynamo_tables."Duplicates"'), '1000|1000', 'one of each stays');
put('wrong/1', join("\n", '{"Item":{"id":{"S":"1"}}}', '{"Item":{"city":{"S":"x"}}}', '{"Item":{"id":{"N":"1"},"city":{"N":"1"}}}', '[]', '{"Item":1}', '{', '{"Keys":{"id":{"N":"1"}}}',
	'{"Item":{"id":{"N":"1"},"t":{"S":"' . 'x' x 409_600 . '"}}}', '{"Item":{"id":{"N":"2"},"deep":' . '{"L":[' x 40 . ']}' x 40 . '}}',
	'{"Item":' . '[' x 100_000, '{"Item":{"id":{"N":"7"}}}'));
my $arn = import_table('Wrong', 'wrong/', 'DYNAMODB_JSON', ', "ClientToken": "token-1"');
await_job('Wrong', 'FAILED', 'wrong items');
is(counts('Wrong'), '11|1|10', 'are counted');
is(contents('Wrong'), '{"id": 7}', 'and the others are imported');
like(errors('Wrong'), qr/^0 One or more parameter values were invalid: Type mismatch for key id expected: N actual: S$/m, 'with the reasons');
my $described = decode_json(sql("SELECT dynamo.describe_import('{\"ImportArn\": \"$arn\"}')"))->{ImportTableDescription};
is_deeply([@$described{qw(FailureCode ErrorCount ProcessedItemCount ImportedItemCount ImportStatus ClientToken)}],
	['ItemValidationError', 10, 11, 1, 'FAILED', 'token-1'], 'DescribeImport');

# Client tokens.
is(import_table('Wrong', 'wrong/', 'DYNAMODB_JSON', ', "ClientToken": "token-1"'), $arn, 'a repeated request is the same import');
my ($code, $out, $err) = $node->psql('postgres', import_request('Other', 'wrong/', 'DYNAMODB_JSON', ', "ClientToken": "token-1"'));
like($err, qr/same client token/, 'a token with another request');
($code, $out, $err) = $node->psql('postgres', import_request('Wrong', 'wrong/', 'DYNAMODB_JSON'));
like($err, qr/Table already exists: Wrong/, 'a table that is there');


# Objects that cannot be read to their end: the others are.
my $bomb = Compress::Zlib::memGzip("\0" x 40_000_000);
put('hostile/1', $bomb);
put('hostile/2', substr(Compress::Zlib::memGzip($formats{DYNAMODB_JSON} . "\n" x 100_000), 0, 100));
put('hostile/3', 'no gzip');
put('hostile/4', "\x1f\x8b");
put('hostile/5', Compress::Zlib::memGzip($formats{DYNAMODB_JSON}) . Compress::Zlib::memGzip("\n" . '{"Item":{"id":{"N":"9"}}}'));
put('hostile/6', Compress::Zlib::memGzip("\n" x 20_000_000));
import_table('Hostile', 'hostile/', 'DYNAMODB_JSON', ', "InputCompressionType": "GZIP"');
await_job('Hostile', 'FAILED', 'hostile objects');
is(sql(q(SELECT count(*) FROM dynamo_tables."Hostile" WHERE item ->> 'id' IN ('1', '2.5', '9'))), 3, 'members of gzip follow each other');
is(sql("SELECT string_agg(DISTINCT object, ' ' ORDER BY object) FROM dynamo.import_errors e JOIN dynamo.imports i ON i.id = e.import WHERE table_name = 'Hostile'"),
	'hostile/1 hostile/2 hostile/3 hostile/4', 'each is an error of its own');
put('zstd/1', "\x28\xb5\x2f\xfd\xa0\xff\xff\xff\xff" . 'x' x 100);
put('zstd/2', compressed('ZSTD', $formats{DYNAMODB_JSON}));
import_table('HostileZstd', 'zstd/', 'DYNAMODB_JSON', ', "InputCompressionType": "ZSTD"');
await_job('HostileZstd', 'FAILED', 'a frame that wants much memory');
is(counts('HostileZstd'), '3|2|1', 'is one error');
put('ion/1', "\xe0\x01\x00\xea\xb7\x81");
put('ion/2', join("\n", '{Item:{id:1,l:' . '[' x 50_000, '{Item:{id:2}}'));
put('ion/3', join("\n", '{Item:{id:"unclosed}}', '{Item:{id:3}}', '{Item:{id:2020-01-01T}}', '{Item:{id:(1)}}', '{Item:{id:{{"clob"}}}}', 'x', '{Item:{id:4,s:$dynamodb_SS::["a","a"]}}', '{Item:{id:5}}'));
put('ion/4', "{Item:{id:6,s:\"\xff\"}}");
import_table('HostileIon', 'ion/', 'ION');
await_job('HostileIon', 'FAILED', 'hostile Ion');
is(contents('HostileIon'), qq({"id": 3}\n{"id": 5}), 'what is well-formed is imported');
put('badcsv/1', "id,id\n1,2\n");
put('badcsv/2', "id,city\n1,\"Ulm\n");
put('badcsv/3', "id,city\n3,Ulm,x\n4,\"Ulm\"x\n5,\"\"\n6,\n");
import_table('HostileCsv', 'badcsv/', 'CSV');
await_job('HostileCsv', 'FAILED', 'hostile CSV');
is(contents('HostileCsv'), '{"id": 6}', 'what is well-formed is imported');

# Where nothing can be read there is no table either.
sql(import_request('NoBucket', '', 'DYNAMODB_JSON') =~ s/"data"/"none"/r);
await_job('NoBucket', 'FAILED', 'no such bucket');
is(sql("SELECT failure_code FROM dynamo.imports WHERE table_name = 'NoBucket'"), 'S3NoSuchBucket', 'is why');
is(sql("SELECT count(*) FROM dynamo.table_catalog WHERE name = 'NoBucket'"), 0, 'the table is gone');

# Killed in each phase: at the beginning, while it loads, while it builds indexes.
my $import_worker = "SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'dynamo backup' AND wait_event_type = 'Lock'";

sub kill_worker
{
	my ($what, @sessions) = @_;
	ok($node->poll_query_until('postgres', $import_worker), "$what: waits");
	kill 'KILL', sql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'dynamo backup' AND wait_event_type = 'Lock'");
	eval { $_->quit; } for @sessions;
	ok($node->poll_query_until('postgres', 'SELECT 1', '1'), "$what: the server is back");
}

sub locked
{
	my ($lock) = @_;
	my $session = $node->background_psql('postgres');
	$session->query_safe("BEGIN; LOCK TABLE $lock;");
	return $session;
}

put('crash/1', join("\n", map { qq({"Item":{"id":{"N":"$_"},"city":{"S":"c@{[$_ % 7]}"}}}) } 1 .. 5000));
my $whole = '5000|5000|0';
my $session = locked('dynamo.import_error IN ACCESS EXCLUSIVE MODE');
import_table('CrashBegin', 'crash/', 'DYNAMODB_JSON');
kill_worker('beginning', $session);
await_job('CrashBegin', 'COMPLETED', 'an import killed at its beginning');
is(counts('CrashBegin'), $whole, 'all items');

$session = locked('dynamo.import_error IN ACCESS EXCLUSIVE MODE');
import_table('CrashLoad', 'crash/', 'DYNAMODB_JSON');
ok($node->poll_query_until('postgres', $import_worker), 'loading: begins');
is(sql("SELECT table_name || ' ' || phase || ' ' || (pid IS NOT NULL) FROM dynamo.progress WHERE kind = 'import'"), 'CrashLoad starting true', 'and is shown');
my $leaf = locked('dynamo_tables."CrashLoad/0" IN ROW EXCLUSIVE MODE');
$session->quit;
ok($node->poll_query_until('postgres', q(SELECT count(*) = 1 FROM pg_locks WHERE NOT granted AND relation = 'dynamo_tables."CrashLoad/0"'::regclass)), 'loading: loads');
kill_worker('loading', $leaf);
await_job('CrashLoad', 'COMPLETED', 'an import killed while it loads');
is(counts('CrashLoad'), $whole, 'all items');

$session = locked('dynamo.import_error IN ACCESS EXCLUSIVE MODE');
import_table('CrashIndex', 'crash/', 'DYNAMODB_JSON');
ok($node->poll_query_until('postgres', $import_worker), 'indexes: begins');
my $catalog = locked('dynamo.table_catalog IN EXCLUSIVE MODE');
$session->quit;
ok($node->poll_query_until('postgres', "SELECT processed_items = 5000 FROM dynamo.imports WHERE table_name = 'CrashIndex'"), 'indexes: the items are loaded');
kill_worker('indexes', $catalog);
await_job('CrashIndex', 'COMPLETED', 'an import killed while it builds indexes');
is(counts('CrashIndex'), $whole, 'all items');
for my $table (qw(CrashBegin CrashLoad CrashIndex))
{
	is(sql(qq(SELECT count(*), count(DISTINCT item -> 'id') FROM dynamo_tables."$table")), '5000|5000', "$table has each item once");
	is(sql("SELECT count(*) FROM dynamo.check_table('$table')"), 0, "$table is whole");
}

# One that ends the server each time fails plainly, with its table to be deleted.
$session = locked('dynamo.import_error IN ACCESS EXCLUSIVE MODE');
import_table('CrashAlways', 'crash/', 'DYNAMODB_JSON');
ok($node->poll_query_until('postgres', $import_worker), 'always: begins');
sql("UPDATE dynamo.import_job SET attempts = 5 WHERE table_name = 'CrashAlways'");
kill_worker('always', $session);
await_job('CrashAlways', 'FAILED', 'an import that was interrupted five times');
is(sql("SELECT count(*) FROM dynamo.table_catalog WHERE name = 'CrashAlways'"), 0, 'leaves nothing');

# Bulk puts: conditions, reports, triggers of the table's owner, exactly once over a crash.
sub bulk_request
{
	my ($table, $prefix, $format, $more) = @_;
	return qq(SELECT dynamo.start_bulk_put_items('{"TableName": "$table", "InputS3Configuration": {"S3Bucket": "data", "S3KeyPrefix": "$prefix", "InputFormat": "$format"},
		"OutputS3Configuration": {"S3Bucket": "out", "S3KeyPrefix": "$table", "OutputType": ["ERROR", "CONDITION_CHECK_FAILURE"]}@{[$more // '']}}') #>> '{BulkOperationDescription,BulkOperationArn}');
}

sub report
{
	my ($table, $name) = @_;
	my ($path) = glob("$store/out/$table/AWSDynamoDB/*/$name");
	return '' unless defined $path;
	open(my $file, '<', $path) or die "$path: $!";
	local $/;
	return <$file>;
}

sql(qq(SELECT dynamo.create_table('{"TableName": "Bulk", $keys}')));
sql(q(SELECT dynamo.put_item('{"TableName": "Bulk", "Item": {"id": {"N": "1"}, "city": {"S": "old"}}}')));
put('bulk/1', join("\n", '{"Item":{"id":{"N":"1"},"city":{"S":"new"}},"ConditionExpression":"attribute_not_exists(id)"}',
	'{"Item":{"id":{"N":"2"}},"ConditionExpression":"attribute_not_exists(#i)","ExpressionAttributeNames":{"#i":"id"}}',
	'{"Item":{"id":{"S":"3"}}}', '{', '{"Item":{"id":{"N":"4"}},"ReturnValues":"BOGUS","Expected":{}}', '{"Item":{"id":{"N":"5"}},"ConditionExpression":"nonsense("}'));
my $bulk = sql(bulk_request('Bulk', 'bulk/', 'DYNAMODB_JSON', ', "ClientToken": "bulk-1"'));
await_job('Bulk', 'COMPLETED_WITH_ERRORS', 'a bulk put');
is(counts('Bulk'), '6|2|3', 'counts failed conditions as processed, and not as errors');
is(contents('Bulk'), qq({"id": 1, "city": "old"}\n{"id": 2}\n{"id": 4}), 'conditions hold');
is(report('Bulk', 'condition-check-failures.json'), qq({"S3Object":"bulk/1","ItemIndex":0,"Item":{"id":{"N":"1"},"city":{"S":"new"}},"ExistingItem":{"id":{"N":"1"},"city":{"S":"old"}}}\n), 'with a report');
like(report('Bulk', 'errors.json'), qr/^\{"S3Object":"bulk\/1","ItemIndex":2,"ErrorCode":"ValidationException",.*"Item":\{"id":\{"S":"3"\}\}\}$/m, 'and one of errors');
is(decode_json(report('Bulk', 'manifest-summary.json'))->{ProcessedItemCount}, 6, 'and a manifest');
is(sql(bulk_request('Bulk', 'bulk/', 'DYNAMODB_JSON', ', "ClientToken": "bulk-1"')), $bulk, 'a repeated request is the same bulk put');
put('bulkion/1', '$ion_1_0 {Item:{id:6,city:"ion"},ConditionExpression:"#c <> :v",ExpressionAttributeNames:{\'#c\':"city"},ExpressionAttributeValues:{\':v\':"ion"}}');
sql(bulk_request('Bulk', 'bulkion/', 'ION'));
await_job('Bulk', 'COMPLETED', 'a bulk put of Ion');

sql(qq(SELECT dynamo.create_table('{"TableName": "Once", $keys}')));
sql(<<'SQL');
CREATE TABLE written (id numeric, who name);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.written VALUES ((NEW.item ->> 'id')::numeric, current_user); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER note AFTER INSERT OR UPDATE ON dynamo_tables."Once" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note();
CREATE ROLE loader;
GRANT SELECT, INSERT, UPDATE ON dynamo_tables."Once" TO loader;
GRANT INSERT ON written TO loader;
SQL
($code, $out, $err) = $node->psql('postgres', 'SET ROLE loader; ' . bulk_request('Once', 'crash/', 'DYNAMODB_JSON'));
like($err, qr/may not|not authorized|AccessDenied|Access/i, 'a role without a grant reads nothing');
sql(q(SELECT dynamo.grant_store('loader', 'data', 'crash', 'read'), dynamo.grant_store('loader', 'out', 'Once', 'write')));
sql(q(SELECT dynamo.put_item('{"TableName": "Once", "Item": {"id": {"N": "4000"}}}')));
sql('TRUNCATE written');
$session = $node->background_psql('postgres');
$session->query_safe(q(BEGIN; UPDATE dynamo_tables."Once" SET item = item || '{"held": true}' WHERE item ->> 'id' = '4000';));
sql('SET ROLE loader; ' . bulk_request('Once', 'crash/', 'DYNAMODB_JSON'));
ok($node->poll_query_until('postgres', "SELECT processed_items > 3000 FROM dynamo.imports WHERE table_name = 'Once'"), 'a bulk put comes to an item that is held');
ok($node->poll_query_until('postgres', "SELECT count(*) = 1 FROM dynamo.progress WHERE kind = 'bulk put' AND table_name = 'Once' AND phase = 'loading items'
	AND items BETWEEN 3001 AND 4999 AND bytes > items AND expected_items BETWEEN items AND 10000"), 'and is shown');
kill 'KILL', sql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'dynamo backup'");
eval { $session->quit; };
await_job('Once', 'COMPLETED', 'a bulk put whose worker was killed');
is(counts('Once'), $whole, 'all items');
is(sql('SELECT count(*), count(DISTINCT id), min(who), max(who) FROM written'), '5000|5000|loader|loader', 'each once, as the role that has asked for it');
is(sql('ALTER ROLE loader RENAME TO porter; SET ROLE porter; SELECT count(*) FROM dynamo.imports'), 1, 'which has it under another name, too');

# A table of the same name is another one.
sql(qq(SELECT dynamo.create_table('{"TableName": "Twice", $keys}')));
put('large/1', join("\n", map { qq({"Item":{"id":{"N":"$_"},"text":{"S":"@{[ 'x' x 50000 ]}"}}}) } 1 .. 400));
sql(bulk_request('Twice', 'large/', 'DYNAMODB_JSON', ', "MaxWriteRequestUnits": 1024'));
ok($node->poll_query_until('postgres', "SELECT processed_items > 0 FROM dynamo.imports WHERE table_name = 'Twice'"), 'a bulk put that takes its time');
sql(qq(BEGIN; DROP TABLE dynamo_tables."Twice" CASCADE; SELECT dynamo.create_table('{"TableName": "Twice", $keys}'); COMMIT));
await_job('Twice', 'FAILED', 'a bulk put whose table was dropped and created again');
is(sql('SELECT count(*) FROM dynamo_tables."Twice"'), 0, 'puts nothing into the other one');

# Cancelled.
$session = $node->background_psql('postgres');
$session->query_safe(q(BEGIN; UPDATE dynamo_tables."Once" SET item = item || '{"held": true}' WHERE item ->> 'id' = '300';));
$arn = sql(bulk_request('Once', 'crash/', 'DYNAMODB_JSON'));
ok($node->poll_query_until('postgres', "SELECT processed_items > 0 FROM dynamo.imports WHERE table_name = 'Once' ORDER BY id DESC LIMIT 1"), 'another has begun');
is(sql("SELECT dynamo.cancel_bulk_operation('{\"BulkOperationArn\": \"$arn\"}') ->> 'BulkOperationStatus'"), 'CANCELLING', 'is cancelled');
$session->query_safe('ROLLBACK');
$session->quit;
await_job('Once', 'CANCELLED', 'and ends so');

# From SQL: in the caller's transaction.
is(sql(q(SELECT dynamo.import_items('Bulk', 'data/csv/', 'CSV'))), '(1,0,1,17)', 'records that are refused');
put('sql/1.csv', "id,city\n20,Ulm\nx,Ulm\n21,\n");
is(sql(q(SELECT dynamo.import_items('Bulk', 's3://data/sql/1.csv', 'CSV'))), '(3,2,1,25)', 'dynamo.import_items');
is(sql(q(SELECT string_agg(item::text, ' ' ORDER BY item ->> 'id') FROM dynamo_tables."Bulk" WHERE item ->> 'id' LIKE '2_')), '{"id": 20, "city": "Ulm"} {"id": 21}', 'puts them');
sql(q(BEGIN; SELECT dynamo.import_items('Bulk', 'data/crash/1'); ROLLBACK;));
is(sql('SELECT count(*) FROM dynamo_tables."Bulk"'), 6, 'and takes them back');
put('headers/1.csv', "id,city\n30,Ulm\n");
put('headers/2.csv', "note,city,id\nx,Bonn,31\n");
is(sql(q(SELECT dynamo.import_items('Bulk', 'data/headers/', 'CSV'))), '(2,2,0,38)', 'objects whose headers differ');
is(sql(q(SELECT string_agg(item::text, ' ' ORDER BY item ->> 'id') FROM dynamo_tables."Bulk" WHERE item ->> 'id' LIKE '3_')),
	'{"id": 30, "city": "Ulm"} {"id": 31, "city": "Bonn", "note": "x"}', 'each has its own');

# What dynamo exports it imports.
for my $format ('DYNAMODB_JSON', 'ION')
{
	my $prefix = sql(qq(SELECT dynamo.export_items('CrashLoad', 'data', 'exported/$format', '$format') #>> '{ExportDescription,ExportManifest}')) || '';
	my ($data) = glob("$store/data/exported/$format/AWSDynamoDB/*/data");
	$data =~ s{^\Q$store\E/data/}{};
	import_table("Again_$format", "$data/", $format, ', "InputCompressionType": "GZIP"');
	await_job("Again_$format", 'COMPLETED', "an export as $format");
	is(sql(qq(SELECT count(*) FROM (SELECT item FROM dynamo_tables."CrashLoad" EXCEPT SELECT item FROM dynamo_tables."Again_$format") d)), 0, "imports again from $format");
	is(counts("Again_$format"), $whole, "all of $format");
}

# Forgotten after 90 days, with its errors.
sql("UPDATE dynamo.import_job SET ended = ended - interval '91 days' WHERE table_name = 'Wrong'");
ok($node->poll_query_until('postgres', "SELECT count(*) = 0 FROM dynamo.imports WHERE table_name = 'Wrong'"), 'an old import is forgotten');
is(sql('SELECT count(*) FROM dynamo.import_error e WHERE NOT EXISTS (SELECT FROM dynamo.import_job j WHERE j.id = e.job)'), 0, 'with its errors');

# A table that is dropped while it is imported, or put into.
$session = locked('dynamo.import_error IN ACCESS EXCLUSIVE MODE');
import_table('Before', 'crash/', 'DYNAMODB_JSON');
ok($node->poll_query_until('postgres', $import_worker), 'dropped: the worker is at another');
import_table('Dropped', 'crash/', 'DYNAMODB_JSON');
($code, $out, $err) = $node->psql('postgres', q(SELECT dynamo.delete_table('{"TableName": "Dropped"}')));
like($err, qr/Dropped/, 'DeleteTable of a table that is being imported is refused');
sql('DROP TABLE dynamo_tables."Dropped" CASCADE');
$session->quit;
await_job('Dropped', 'FAILED', 'an import whose table was dropped');

# Rules that the owner adds before the items come: the import fails rather than break them.
$session = locked('dynamo.import_error IN ACCESS EXCLUSIVE MODE');
my %rules = (
	RuleNotNull => 'ALTER TABLE %s ADD COLUMN extra integer NOT NULL DEFAULT 5',
	RuleDefault => 'ALTER TABLE %s ADD COLUMN extra integer DEFAULT 5',
	RuleGenerated => q(ALTER TABLE %s ADD COLUMN extra text GENERATED ALWAYS AS (item ->> 'city') STORED),
	RuleCheck => q(ALTER TABLE %s ADD CHECK (item ->> 'city' <> 'c1')),
	RuleTrigger => 'CREATE TRIGGER note AFTER INSERT ON %s FOR EACH ROW EXECUTE FUNCTION note()');
import_table('RuleFirst', 'crash/', 'DYNAMODB_JSON');
for my $table (sort keys %rules)
{
	import_table($table, 'crash/', 'DYNAMODB_JSON');
	sql(sprintf($rules{$table}, qq(dynamo_tables."$table")));
}
import_table('RuleNone', 'crash/', 'DYNAMODB_JSON');
sql('ALTER TABLE dynamo_tables."RuleNone" ADD COLUMN extra integer');
$session->quit;
for my $table (sort keys %rules)
{
	await_job($table, 'FAILED', $table);
	like(sql("SELECT failure_message FROM dynamo.imports WHERE table_name = '$table'"), qr/has a constraint, a default or a trigger/, "$table: why");
}
await_job('RuleNone', 'COMPLETED', 'a column without any');

# A row that a superuser has broken keeps no other import waiting.
$session = locked('dynamo.import_error IN ACCESS EXCLUSIVE MODE');
import_table('BrokenFirst', 'crash/', 'DYNAMODB_JSON');
import_table('Broken', 'crash/', 'DYNAMODB_JSON');
sql("UPDATE dynamo.import_job SET status = 'BOGUS' WHERE table_name = 'Broken'");
import_table('BehindBroken', 'crash/', 'DYNAMODB_JSON');
$session->quit;
await_job('BehindBroken', 'COMPLETED', 'an import behind a broken one');
is(sql('SELECT error FROM dynamo.backup_task'), 'dynamo.import_job has a row with the unknown word "BOGUS"', 'which is put off');
sql("UPDATE dynamo.import_job SET status = 'IN_PROGRESS' WHERE table_name = 'Broken'; UPDATE dynamo.backup_task SET next_try = now()");
await_job('Broken', 'COMPLETED', 'and done once it is mended');

is(sql('SELECT count(*) FROM dynamo.backup_task'), 0, 'nothing is left to do');
$node->stop;
done_testing();
