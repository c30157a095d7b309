# Exports to a directory: what is written, of which instant, by whom, to where, and over a crash.
use strict;
use warnings;

use Compress::Zlib qw(memGunzip);
use Digest::MD5 qw(md5_base64);
use File::Find;
use IPC::Run;
use JSON::PP;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

my $json = JSON::PP->new->canonical->utf8;
my $root = PostgreSQL::Test::Utils::tempdir();
my $node = PostgreSQL::Test::Cluster->new('export');
$node->init;
$node->append_conf('postgresql.conf', <<CONF);
shared_preload_libraries = 'dynamo'
dynamo.http_port = 0
dynamo.maintenance_interval = 1s
dynamo.stream_upkeep_interval = 1s
dynamo.partitions = 2
dynamo.export_directory = '$root/store'
max_worker_processes = 20
max_connections = 40
restart_after_crash = on
wal_level = logical
log_statement = none
CONF
mkdir "$root/store";
mkdir "$root/store/$_" for qw(bucket closed);
mkdir "$root/outside";
symlink "$root/outside", "$root/store/link";
symlink "$root/outside", "$root/store/bucket/link";
$node->start;

sub sql { my ($query) = @_; return $node->safe_psql('postgres', $query); }

# The SQLSTATE of what a command raises; empty where it succeeds.
sub fails
{
	my ($query) = @_;
	my ($code, $out, $errors) = $node->psql('postgres', "\\set VERBOSITY sqlstate\n$query");
	return $errors =~ /ERROR:  (\w+)/ ? $1 : '';
}

sub arn { my ($table) = @_; return "arn:aws:dynamodb:us-east-1:000000000000:table/$table"; }

sub export_query
{
	my ($table, %more) = @_;
	my $request = $json->encode({ TableArn => arn($table), S3Bucket => 'bucket', %more });
	$request =~ s/'/''/g;
	$request =~ s/"(\d{10}\.\d+)"/$1/g; # times in microseconds, which Perl's numbers do not hold
	return "SELECT dynamo.export_table_to_point_in_time('$request')";
}

sub describe { my ($arn) = @_; return $json->decode(sql(qq(SELECT dynamo.describe_export('{"ExportArn": "$arn"}'))))->{ExportDescription}; }

# Asks for an export; what it has become.
sub export
{
	my ($table, %more) = @_;
	my $begun = $json->decode(sql(export_query($table, %more)))->{ExportDescription};
	my $arn = $begun->{ExportArn};

	is($begun->{ExportStatus}, 'IN_PROGRESS', 'an export begins');
	$node->poll_query_until('postgres', qq(SELECT dynamo.describe_export('{"ExportArn": "$arn"}') #>> '{ExportDescription,ExportStatus}' <> 'IN_PROGRESS'));
	return describe($arn);
}

sub slurp { my ($path) = @_; open(my $file, '<:raw', $path) or die "$path: $!"; local $/; return scalar <$file>; }
sub files { my ($path) = @_; my @files; find(sub { push @files, $File::Find::name if -f }, $path); return sort @files; }

# The lines of all data files, of which the manifest is checked.
sub lines
{
	my ($export) = @_;
	my $bucket = "$root/store/bucket";
	my $summary = slurp("$bucket/$export->{ExportManifest}");
	my $manifest = $json->decode($summary);
	my $list = slurp("$bucket/$manifest->{manifestFilesS3Key}");
	my (@lines, $count);

	for my $line (split /\n/, $list)
	{
		my $file = $json->decode($line);
		my $packed = slurp("$bucket/$file->{dataFileS3Key}");
		my @own = split /\n/, memGunzip(my $copy = $packed);

		die "MD5 of $file->{dataFileS3Key}" if md5_base64($packed) . '==' ne $file->{md5Checksum};
		die "items of $file->{dataFileS3Key}" if @own != $file->{itemCount};
		push @lines, @own;
	}
	for my $name ($manifest->{manifestFilesS3Key}, $export->{ExportManifest})
	{
		my $md5 = $name =~ s/json$/md5/r;
		die "MD5 of $name" if slurp("$bucket/$md5") ne md5_base64(slurp("$bucket/$name")) . '==';
	}
	is(scalar @lines, $manifest->{itemCount}, 'the summary counts the items');
	is($export->{ItemCount}, $manifest->{itemCount}, 'as DescribeExport does');
	is($export->{BilledSizeBytes}, $manifest->{billedSizeBytes}, 'and their bytes');
	return sort @lines;
}

# The lines that a full export has of what the table has now.
sub expected
{
	my ($table) = @_;
	return sort map { $json->encode({ Item => $json->decode($_) }) } split /\n/, sql(qq(SELECT dynamo.from_item(item) FROM dynamo_tables."$table"));
}
sub canonical { return sort map { $json->encode($json->decode($_)) } @_; }

sql('CREATE EXTENSION dynamo');
sql(<<'SQL');
SELECT dynamo.create_table(jsonb_build_object('TableName', name, 'BillingMode', 'PAY_PER_REQUEST',
	'AttributeDefinitions', '[{"AttributeName": "id", "AttributeType": "S"}]'::jsonb,
	'KeySchema', '[{"AttributeName": "id", "KeyType": "HASH"}]'::jsonb)) FROM unnest('{Stock,Large,Other}'::text[]) AS name;
INSERT INTO dynamo_tables."Stock" SELECT jsonb_build_object('id', 'i' || i, 'n', i, 'text', repeat('x', i % 300)) FROM generate_series(1, 500) AS i;
INSERT INTO dynamo_tables."Stock" VALUES ('{"id": "odd \"ü\\", "b": {"$b": "aGk="}, "ss": {"$ss": ["a", "b"]}, "ns": {"$ns": [1, -2.5]}, "bs": {"$bs": ["aGk="]}, "l": [1e2, null, true, []], "m": {"a": {"$m": {"$b": "x"}}, "null": 1, "$1": 2, "a ''b": {}}}');
SQL

# --- what is refused at once ---

is(fails(export_query('Stock')), 'DY054', 'no export without point-in-time recovery');
is(fails(export_query('Nothing')), 'DY019', 'nor of no table');
for my $table ('Stock', 'Large')
{
	sql(qq(SELECT dynamo.update_continuous_backups('{"TableName": "$table", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true}}')));
	$node->poll_query_until('postgres',
		qq(SELECT dynamo.describe_continuous_backups('{"TableName": "$table"}') #> '{ContinuousBackupsDescription,PointInTimeRecoveryDescription}' ? 'EarliestRestorableDateTime'));
}
is(fails(export_query('Stock', ExportTime => 4000000000)), 'DY062', 'no time that is yet to come');
is(fails(export_query('Stock', ExportTime => 1)), 'DY062', 'nor one before recovery was on');
is(fails(export_query('Stock', S3Bucket => '../x')), 'DY001', 'no bucket that is a path');
is(fails(export_query('Stock', S3BucketOwner => '1')), 'DY001', 'no owner that is no account');
is(fails(export_query('Stock', S3SseAlgorithm => 'AES256')), 'DY001', 'no encryption in a directory');
is(fails(export_query('Stock', FilterSpecification => $_->[0])), 'DY001', $_->[1]) for
	[ { FilterExpression => 'n = :n' }, 'no filter with a value that is not given' ],
	[ { FilterExpression => 'n = ' }, 'none that is no expression' ],
	[ { KeyConditionExpression => 'n = :n', ExpressionAttributeValues => { ':n' => { N => '1' } } }, 'no condition of another key' ],
	[ { KeyConditionExpression => 'id = :n', ExpressionAttributeValues => { ':n' => { N => '1' } } }, 'nor on a value that no key is' ],
	[ { KeyConditionExpression => 'id > :n', ExpressionAttributeValues => { ':n' => { S => 'a' } } }, 'nor on several keys' ],
	[ { KeyConditionExpression => 'id = :n', FilterExpression => 'id = :n', ExpressionAttributeValues => { ':n' => { S => 'a' } } }, 'no filter of the key beside a key condition' ],
	[ { ProjectionExpression => 'n', ExpressionAttributeNames => { '#n' => 'n' } }, 'no name that is not used' ];
is(fails(export_query('Stock', ExportType => 'INCREMENTAL_EXPORT', IncrementalExportSpecification => { ExportFromTime => 1 }, FilterSpecification => { ProjectionExpression => 'n' })), 'DY001', 'no filter of an increment');
is(fails(export_query('Stock', IncrementalExportSpecification => { ExportFromTime => 1 })), 'DY001', 'no increment in a full export');
is(fails(export_query('Stock', ExportType => 'INCREMENTAL_EXPORT')), 'DY001', 'no incremental one without it');
is(fails(q(SELECT dynamo.describe_export('{"ExportArn": "arn:aws:dynamodb:us-east-1:000000000000:table/Stock/export/01695353076000-06e2188f"}'))), 'DY061', 'no export of another ARN');

# --- full exports ---

my $export = export('Stock', S3Prefix => 'a/b/', ClientToken => 'once');
is($export->{ExportStatus}, 'COMPLETED', 'a full export is completed') or diag($json->encode($export));
is_deeply([ canonical(lines($export)) ], [ expected('Stock') ], 'with all items');
like($export->{ExportManifest}, qr{^a/b/AWSDynamoDB/\d{14}-[0-9a-f]{8}/manifest-summary\.json$}, 'in the layout of the service');
ok(-f "$root/store/bucket/" . ($export->{ExportManifest} =~ s/manifest-summary\.json/_started/r), 'with _started');
is($json->decode(sql(export_query('Stock', S3Prefix => 'a/b/', ClientToken => 'once')))->{ExportDescription}{ExportArn}, $export->{ExportArn}, 'the same token is the same export');
is(fails(export_query('Stock', ClientToken => 'once')), 'DY060', 'but not of another request');
is(fails(export_query('Stock', S3Prefix => 'long', ClientToken => 'x' x 513)), 'DY001', 'a token that no index holds is refused');
is($export->{$_}, { ExportType => 'FULL_EXPORT', ExportFormat => 'DYNAMODB_JSON', TableArn => arn('Stock'), ClientToken => 'once', S3Bucket => 'bucket', S3Prefix => 'a/b/' }->{$_}, "$_ is told")
	for qw(ExportType ExportFormat TableArn ClientToken S3Bucket S3Prefix);

sql(q(UPDATE dynamo_tables."Stock" SET item = item || '{"nul": {"$s": "a\\\\0b\n"}}' WHERE item ->> 'id' LIKE 'odd%'));
my @ion = lines(export('Stock', ExportFormat => 'ION'));
is(scalar(@ion), 501, 'as many items in Ion');
is(scalar(grep { $_ eq '$ion_1_0 {Item:{n:7.,id:"i7",text:"xxxxxxx"}}' } @ion), 1, 'each with its attributes');
my ($odd) = grep { /odd/ } @ion;
is($odd, q($ion_1_0 {Item:{b:{{aGk=}},l:[100.,null,true,[]],m:{a:{'$b':"x"},'$1':2.,'a \'b':{},'null':1.},bs:$dynamodb_BS::[{{aGk=}}],id:"odd \"ü\\\\",ns:$dynamodb_NS::[-2.5,1.],ss:$dynamodb_SS::["a","b"],nul:"a\\x00b\\n"}}), 'all types in Ion');
sql(q(UPDATE dynamo_tables."Stock" SET item = item - 'nul')); # which SQL sees escaped

# Filters.
my $filtered = export('Stock', FilterSpecification => { FilterExpression => '#n BETWEEN :low AND :high', ProjectionExpression => 'id, #n', ExpressionAttributeNames => { '#n' => 'n' },
	ExpressionAttributeValues => { ':low' => { N => '3' }, ':high' => { N => '4.5' } } });
is_deeply([ canonical(lines($filtered)) ], [ map { qq({"Item":{"id":{"S":"i$_"},"n":{"N":"$_"}}}) } 3, 4 ], 'what a filter takes and a projection leaves');
is($filtered->{FilterSpecification}{ExpressionAttributeValues}{':high'}{N}, '4.5', 'the filter is described');
my %by_key = (KeyConditionExpression => 'id = :id', ExpressionAttributeValues => { ':id' => { S => 'i5' } });
is_deeply([ lines(export('Stock', ExportFormat => 'ION', FilterSpecification => { %by_key, ProjectionExpression => 'n' })) ], [ '$ion_1_0 {Item:{n:5.}}' ], 'the item of a key, in Ion');

# An instant in the past, while others write.
my $before = sql(q(SELECT extract(epoch FROM clock_timestamp())));
my @before = expected('Stock');
sql(q(UPDATE dynamo_tables."Stock" SET item = item || '{"changed": 1}' WHERE (item ->> 'n')::int < 100; DELETE FROM dynamo_tables."Stock" WHERE (item ->> 'n')::int = 200;
	INSERT INTO dynamo_tables."Stock" VALUES ('{"id": "new"}')));
is_deeply([ canonical(lines(export('Stock', ExportTime => $before))) ], \@before, 'of an instant in the past');
my $script = $node->basedir . '/change.sql';
append_to_file($script, qq(\\set i random(300, 600)\nSELECT dynamo.update_item('{"TableName": "Stock", "Key": {"id": {"S": "i:i"}}, "UpdateExpression": "ADD hits :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}');\n));
my $writers = IPC::Run::start(['pgbench', '-n', '-c', '4', '-T', '600', '-f', $script, '-h', $node->host, '-p', $node->port, 'postgres'], '<', \undef, '>', \my $out, '2>', \my $errors);
for my $round (1 .. 3)
{
	my ($time, @rows) = split /\n/, sql(qq(BEGIN; LOCK TABLE dynamo_tables."Stock" IN SHARE MODE; SELECT extract(epoch FROM clock_timestamp()); SELECT item FROM dynamo_tables."Stock" ORDER BY item ->> 'id' COLLATE "C"; COMMIT));
	my $hits = 0;
	$hits += $json->decode($_)->{hits} // 0 for @rows;
	sleep 0.2;
	my $exported = 0;
	my @lines = lines(export('Stock', ExportTime => $time));
	$exported += $json->decode($_)->{Item}{hits}{N} // 0 for @lines;
	is("$exported of " . @lines, "$hits of " . @rows, 'of one instant, beside writers');
}

# --- incremental exports ---

# As if recovery had been on for long.
sql(q(UPDATE dynamo.recovery_catalog SET enabled = enabled - interval '2 days'; UPDATE dynamo.change_epoch SET started = started - interval '2 days'));
my $window = sub { my ($from, $to) = @_; return (ExportType => 'INCREMENTAL_EXPORT', IncrementalExportSpecification => { ExportFromTime => $from, defined $to ? (ExportToTime => $to) : () }); };
# Beside writers: the images of an increment up to a time are the items of that time.
for my $round (1 .. 2)
{
	my $time = sql(q(SELECT extract(epoch FROM clock_timestamp())));
	my %items = map { my $item = $json->decode($_)->{Item}; ($item->{id}{S} => $json->encode($item)) } lines(export('Stock', ExportTime => $time));
	my %images = map { my $change = $json->decode($_); ($change->{Keys}{id}{S} => $change->{NewImage} ? $json->encode($change->{NewImage}) : undef) }
		lines(export('Stock', $window->($time - 1000, $time)));
	is_deeply({ map { $_ => $items{$_} } keys %images }, \%images, 'an increment and a full export agree');
	ok(keys %images > 250, 'on what has changed');
}
$writers->kill_kill;
is(fails(export_query('Stock', $window->(time - 600))), 'DY001', 'not of less than 15 minutes');
is(fails(export_query('Stock', $window->(time - 90000))), 'DY001', 'nor of more than a day');
is(fails(export_query('Stock', $window->(time - 10, time + 1000))), 'DY062', 'nor of times to come');
is(fails(export_query('Other', $window->(time - 1000))), 'DY054', 'nor of a table without recovery');
my $from = sql(q(SELECT extract(epoch FROM clock_timestamp())));
sql(q(UPDATE dynamo_tables."Stock" SET item = item || '{"changed": 2}' WHERE item ->> 'id' = 'i1';
	UPDATE dynamo_tables."Stock" SET item = item || '{"changed": 3}' WHERE item ->> 'id' = 'i1';
	DELETE FROM dynamo_tables."Stock" WHERE item ->> 'id' = 'i2';
	INSERT INTO dynamo_tables."Stock" VALUES ('{"id": "born"}'), ('{"id": "brief"}');
	DELETE FROM dynamo_tables."Stock" WHERE item ->> 'id' = 'brief'));
sub changes
{
	my (@lines) = @_;
	my %changes;
	for my $line (@lines)
	{
		my $change = $json->decode($line);
		my $id = $change->{Keys}{id}{S};
		die 'twice' if $changes{$id};
		die 'no time' unless $change->{Metadata}{WriteTimestampMicros}{N} =~ /^\d{16}$/;
		$changes{$id} = join ' ', map { "$_=" . ($change->{$_}{changed}{N} // '-') } grep { $change->{$_} } qw(OldImage NewImage);
	}
	return \%changes;
}
my $increment = export('Stock', $window->($from - 1000));
is($increment->{ExportStatus}, 'COMPLETED', 'an incremental export is completed') or diag($json->encode($increment));
my $changes = changes(lines($increment));
is_deeply({ map { $_ => $changes->{$_} } qw(i1 i2 born new i3) }, { i1 => 'OldImage=- NewImage=3', i2 => 'OldImage=-', born => 'NewImage=-', new => 'NewImage=-', i3 => 'OldImage=- NewImage=1' },
	'with what each key was before and is after');
ok(!exists $changes->{brief}, 'what has come and gone is no change');
is($increment->{IncrementalExportSpecification}{ExportViewType}, 'NEW_AND_OLD_IMAGES', 'both images are the default');
like((split /\n/, slurp("$root/store/bucket/" . ($increment->{ExportManifest} =~ s/summary/files/r)))[0], qr{"dataFileS3Key":"AWSDynamoDB/data/}, 'in the shared directory');
my ($type, $specification) = ($window->($from - 1000, $from))[1, 3];
$changes = changes(lines(export('Stock', ExportType => $type, IncrementalExportSpecification => { %$specification, ExportViewType => 'NEW_IMAGE' })));
is_deeply({ map { $_ => $changes->{$_} } qw(i1 i2 i200 born) }, { i1 => 'NewImage=1', i2 => 'NewImage=1', i200 => '', born => undef }, 'up to a time, new images alone');
@ion = lines(export('Stock', ExportFormat => 'ION', $window->($from - 1000)));
like((grep { /"born"/ } @ion)[0], qr(^\$ion_1_0 \{Record:\{Metadata:\{WriteTimestampMicros:\d{16}\.\},Keys:\{id:"born"\},NewImage:\{id:"born"\}\}\}$), 'in Ion');

# --- rights ---

sql(<<'SQL');
CREATE ROLE maker LOGIN; CREATE ROLE member LOGIN; GRANT maker TO member; CREATE ROLE other LOGIN;
GRANT CREATE ON SCHEMA dynamo_tables, dynamo_views TO maker;
ALTER TABLE dynamo_tables."Stock" OWNER TO maker;
SQL
sub as { my ($role, $query) = @_; return fails("SET ROLE $role; $query"); }
is(as('maker', export_query('Stock', S3Prefix => 'team')), 'DY015', 'a role needs a grant');
is(as('maker', q(SELECT dynamo.grant_store('maker', 'bucket', '', 'write'))), '42501', 'which superusers give alone');
is(fails(q(SELECT dynamo.grant_store('maker', 'bucket', 'team', 'admin'))), '22023', 'of known privileges');
is(fails(q(SELECT dynamo.grant_store('maker', repeat('b', 256), '', 'write'))), '22023', 'and of names that a bucket may have');
sql(q(SELECT dynamo.grant_store('maker', 'bucket', 'team/', 'write')));
is(as('maker', export_query('Stock', S3Prefix => 'team')), '', 'with it the role may export');
is(as('member', export_query('Stock', S3Prefix => 'team/below')), '', 'and so may its members');
is(as('maker', export_query('Stock', S3Prefix => $_)), 'DY015', "but not to '$_'") for 'teams', 'tea', '/team', '';
is(as('maker', export_query('Stock', S3Bucket => 'closed', S3Prefix => 'team')), 'DY015', 'nor to another bucket');
is(as('other', export_query('Stock', S3Prefix => 'team')), '42501', 'others may not, who do not own the table');
is(sql('SET ROLE other; SELECT count(*) FROM dynamo.exports'), '0', 'they see no exports');
is(as('other', qq(SELECT dynamo.describe_export('{"ExportArn": "$export->{ExportArn}"}'))), 'DY061', 'and find none');
is(sql('SET ROLE member; SELECT count(*) > 1 FROM dynamo.exports'), 't', 'a member sees those of its roles');
is(sql(q(SET ROLE maker; SELECT bucket || ' ' || prefix || ' ' || privilege FROM dynamo.store_grants)), 'bucket team write', 'and a role its grants');
sql('ALTER TABLE dynamo_tables."Stock" ENABLE ROW LEVEL SECURITY; ALTER TABLE dynamo_tables."Stock" FORCE ROW LEVEL SECURITY');
is(as('maker', export_query('Stock', S3Prefix => 'team')), '42501', 'row-level security that applies to the owner refuses');
is(as('maker', q(SELECT dynamo.export_items('Stock', 'bucket', 'team'))), '42501', 'in a session, too');
sql('ALTER TABLE dynamo_tables."Stock" DISABLE ROW LEVEL SECURITY');
my $policy = $json->encode({ Version => '2012-10-17', Statement => [ { Effect => 'Deny', Principal => '*', Action => 'dynamodb:ExportTableToPointInTime', Resource => arn('Stock') } ] });
sql("SELECT dynamo.put_resource_policy(jsonb_build_object('ResourceArn', '" . arn('Stock') . "', 'Policy', '$policy'))");
is(as('maker', export_query('Stock', S3Prefix => 'team')), 'DY015', 'a policy that denies the action refuses');
is(as('maker', q(SELECT dynamo.export_items('Stock', 'bucket', 'team'))), 'DY015', 'and so in a session');
sql("SELECT dynamo.delete_resource_policy(jsonb_build_object('ResourceArn', '" . arn('Stock') . "'))");
is(as('maker', export_query('Stock', S3Prefix => 'team')), '', 'without it all is as before');
sql(q(SELECT dynamo.revoke_store('maker', 'bucket', 'team', 'write')));
is(as('maker', export_query('Stock', S3Prefix => 'team')), 'DY015', 'a grant can be revoked');
is(fails(q(SELECT dynamo.revoke_store('maker', 'bucket', 'team', 'write'))), '42704', 'once');
sql('ALTER TABLE dynamo_tables."Stock" OWNER TO CURRENT_USER');

# --- no path leads out ---

sub outcome { my (%more) = @_; my $export = export('Stock', %more); return join ' ', grep { defined } @$export{qw(ExportStatus FailureCode)}; }
is(outcome(S3Bucket => 'absent'), 'FAILED S3NoSuchBucket', 'a bucket that is not there');
is(outcome(S3Bucket => 'link'), 'FAILED S3NoSuchBucket', 'a bucket that is a link');
is(outcome(S3Prefix => $_), 'FAILED InvalidObjectName', "the prefix '$_'") for '..', 'x/../../outside', '/x', 'x//b', './x', '.dynamo-x';
is(outcome(S3Prefix => 'link'), 'FAILED AccessDenied', 'a prefix that is a link');
is(outcome(S3BucketOwner => '111111111111'), 'FAILED AccessDenied', 'the bucket of another account');
is(outcome(S3BucketOwner => '000000000000'), 'COMPLETED', 'that of the own one');
is(join(' ', files("$root/outside")), '', 'nothing was written outside');
ok(!-e "$root/store/bucket/x", 'nor inside by names that are refused');
sub set_directory { my ($path) = @_; sql("ALTER SYSTEM SET dynamo.export_directory = '$path'"); sql('SELECT pg_reload_conf()'); $node->poll_query_until('postgres', "SELECT current_setting('dynamo.export_directory') = '$path'"); }
set_directory($node->data_dir);
is(outcome(S3Bucket => 'base'), 'FAILED AccessDenied', 'the data directory is no store');
set_directory("$root/store");
is(sql(q(SET ROLE other; SELECT count(*) FROM pg_settings WHERE name IN ('dynamo.export_directory', 'dynamo.s3_credential_file'))), '0', 'its name is not told');
SKIP: {
	skip 'root may write everywhere', 1 if $> == 0;
	chmod 0555, "$root/store/closed";
	is(outcome(S3Bucket => 'closed'), 'FAILED AccessDenied', 'a directory that takes no files');
}

# --- lists ---

mkdir "$root/store/listed";
mkdir "$root/store/listed/$_" for 'a', 'a/b', 'many', 'z';
append_to_file("$root/store/listed/$_", 'x') for 'a-b', 'a/b/c', 'a/b.c', 'a0', 'z/.dynamo-z', map { "many/$_" } 1 .. 1500;
symlink "$root/outside", "$root/store/listed/link";
is(sql(q(SELECT string_agg(key, ' ') FROM (SELECT key FROM dynamo.list_store('listed') WHERE key NOT LIKE 'many/%') AS l)), 'a-b a/b.c a/b/c a0', 'objects in the order of their bytes');
is(sql(q(SELECT count(*), count(DISTINCT key), sum(size), bool_and(in_order) FROM (SELECT *, key > lag(key, 1, '') OVER () AS in_order FROM dynamo.list_store('listed', 'many/')) AS l)), '1500|1500|1500|t', 'many of them');
is(sql(q(SELECT string_agg(key, ' ') FROM dynamo.list_store('listed', 'a/b'))), 'a/b.c a/b/c', 'those of a prefix');
is(sql(q(SELECT count(*) FROM dynamo.list_store('listed', '../'))), '0', 'none above the bucket');
is(as('other', q(SELECT * FROM dynamo.list_store('listed'))), 'DY015', 'for those who may read them');
sql(q(SELECT dynamo.grant_store('other', 'listed', 'a', 'read')));
is(as('other', q(SELECT * FROM dynamo.list_store('listed', 'a/'))), '', 'below a prefix');
is(as('other', q(SELECT * FROM dynamo.list_store('listed', 'a'))), 'DY015', 'and no more than that');

# --- from SQL, as the transaction sees it ---

my $described = $json->decode((split /\n/, sql(q(BEGIN; INSERT INTO dynamo_tables."Other" VALUES ('{"id": "mine"}'); SELECT dynamo.export_items('Other', 'bucket', 'sql'); COMMIT)))[-1])->{ExportDescription};
is($described->{ExportStatus}, 'COMPLETED', 'a session exports');
is(join(',', lines($described)), '{"Item":{"id":{"S":"mine"}}}', 'what its transaction sees');
is(describe($described->{ExportArn})->{ItemCount}, 1, 'and the export can be described');
is(as('other', q(SELECT dynamo.export_items('Other', 'bucket'))), 'DY015', 'not without a grant');
sql(q(SELECT dynamo.grant_store('other', 'bucket', '', 'write')));
is(as('other', q(SELECT dynamo.export_items('Other', 'bucket'))), '42501', 'nor without SELECT');
sql('GRANT SELECT ON dynamo_tables."Other" TO other');
is(as('other', q(SELECT dynamo.export_items('Other', 'bucket'))), '', 'but with both');
is(fails(q(SELECT dynamo.export_items('Other', 'absent'))), 'DY063', 'errors are raised at once');

# --- over a crash ---

sql(q(INSERT INTO dynamo_tables."Large" SELECT jsonb_build_object('id', 'i' || i, 'text', repeat(md5(i::text), 60)) FROM generate_series(1, 60000) AS i));
# More changes than maintenance_work_mem holds are read in passes.
my %met;
$met{$_}++ for map { /"Keys":\{"id":\{"S":"(\w+)"/ ? $1 : die $_ } lines(export('Large', $window->(time - 1000)));
is(scalar(keys %met), 60000, 'a large increment has each key');
is(scalar(grep { $_ != 1 } values %met), 0, 'once');
my ($arn, $killed);
# Before there is any data: the worker waits for a lock.
my $holder = $node->background_psql('postgres');
$holder->query_safe('BEGIN; LOCK TABLE dynamo_tables."Large/1" IN ACCESS EXCLUSIVE MODE');
$arn = $json->decode(sql(export_query('Large', S3Prefix => 'crash')))->{ExportDescription}{ExportArn};
$node->poll_query_until('postgres', q(SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'dynamo backup' AND wait_event_type = 'Lock'));
kill 9, sql(q(SELECT pid FROM pg_stat_activity WHERE backend_type = 'dynamo backup'));
eval { $holder->quit };
ok($node->poll_query_until('postgres', qq(SELECT dynamo.describe_export('{"ExportArn": "$arn"}') #>> '{ExportDescription,ExportStatus}' = 'COMPLETED')), 'an export whose worker was killed before it wrote is made');
is(scalar(my @made = lines(describe($arn))), 60000, 'with all items');
for (1 .. 10)
{
	$arn = $json->decode(sql(export_query('Large', S3Prefix => 'crash')))->{ExportDescription}{ExportArn};
	my ($id) = $arn =~ m{/export/(.*)$};
	my $data = "$root/store/bucket/crash/AWSDynamoDB/$id/data";
	for (1 .. 2000) { last if glob("$data/*.gz"); sleep 0.005; }
	my ($pid) = split /\n/, sql(q(SELECT pid FROM pg_stat_activity WHERE backend_type = 'dynamo backup'));
	next if !$pid || describe($arn)->{ExportStatus} ne 'IN_PROGRESS';
	$killed = kill 9, $pid;
	last;
}
ok($killed, 'a worker was killed while it wrote');
$node->poll_query_until('postgres', 'SELECT true');
ok($node->poll_query_until('postgres', qq(SELECT dynamo.describe_export('{"ExportArn": "$arn"}') #>> '{ExportDescription,ExportStatus}' = 'COMPLETED')), 'the export is made all the same');
my $after = describe($arn);
my @all = lines($after);
is(scalar(@all), 60000, 'with all items');
my ($id) = $arn =~ m{/export/(.*)$};
my $listed = () = slurp("$root/store/bucket/" . ($after->{ExportManifest} =~ s/summary/files/r)) =~ /\n/g;
my @written = files("$root/store/bucket/crash/AWSDynamoDB/$id/data");
is(scalar(@written), $listed, 'and no other files');
$node->stop;
done_testing();
