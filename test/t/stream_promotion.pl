# A standby that is promoted under load while its stream is read: nothing is doubled, and nothing missing without a word.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use POSIX ();
use Test::More;
use Time::HiRes qw(sleep);

my $writers = 4;
my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 1);
$primary->append_conf('postgresql.conf', <<'CONF');
shared_preload_libraries = 'dynamo'
wal_level = logical
max_replication_slots = 4
max_worker_processes = 20
dynamo.stream_upkeep_interval = 1s
dynamo.partitions = 2
hot_standby_feedback = on
CONF
$primary->start;
$primary->safe_psql('postgres', q(CREATE EXTENSION dynamo; SELECT dynamo.create_table('{"TableName": "Load", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
	"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"}}')));
DynamoServer::until_true('a stream', sub { $primary->safe_psql('postgres', 'SELECT status FROM dynamo.streams') eq 'ENABLED' });
$primary->backup('backup');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'backup', has_streaming => 1);
$standby->start;
sub sql { my ($query) = @_; return $standby->safe_psql('postgres', $query); }

# Each writes w.1, w.2 and so on from its number on, a transaction each, until it is killed or the server is gone.
my $directory = PostgreSQL::Test::Utils::tempdir();
sub start_writer
{
	my ($node, $writer, $from) = @_;
	my $pid = fork() // die "no fork: $!";
	return $pid if $pid;
	open STDOUT, '>', '/dev/null';
	open STDERR, '>', '/dev/null';
	$ENV{PGAPPNAME} = 'writer';
	append_to_file("$directory/$writer", join '', map { "INSERT INTO dynamo_tables.\"Load\" VALUES ('{\"id\": \"$writer.$_\"}');\n" } $from .. $from + 20000);
	exec 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'), '-f', "$directory/$writer";
}
sub stop_writers { kill 'TERM', @_; waitpid $_, 0 for @_; unlink glob "$directory/*"; }
sub numbers { my ($writer, @ids) = @_; return sort { $a <=> $b } map { /^$writer\.(\d+)$/ ? $1 : () } @ids; }
# One that has only just been started may not have written anything yet.
sub all_write { my %writers = map { /^(\d+)\./ ? ($1 => 1) : () } @_; return keys %writers == $writers; }
sub has_holes { my @numbers = @_; return @numbers > 0 && $numbers[-1] - $numbers[0] + 1 != @numbers; }

# What a stream has behind a place, as [sequence number, id]
sub read_stream
{
	my ($arn, $after) = @_;
	my $from = $after ? qq(("$after"::numeric + 1)::text) =~ tr/"/'/r : 'NULL';
	return map { [ split /\|/ ] } split /\n/, sql(qq(SELECT sequence_number, keys ->> 'id' FROM dynamo.changes('$arn', $from)));
}

my @pids = map { start_writer($primary, $_, 1) } 1 .. $writers;
my $arn = sql('SELECT arn FROM dynamo.streams');
my @read;
my $rounds = 0;
DynamoServer::until_true('a standby whose stream is read', sub {
	push @read, read_stream($arn, @read ? $read[-1][0] : undef);
	$rounds++;
	return @read > 500 && $rounds > 10 && all_write(map { $_->[1] } @read); });
$primary->stop('immediate');
stop_writers(@pids);
push @read, read_stream($arn, $read[-1][0]);
$standby->promote;
my %last;
for my $writer (1 .. $writers)
{
	my @numbers = numbers($writer, split /\n/, sql(q(SELECT item ->> 'id' FROM dynamo_tables."Load")));
	$last{$writer} = $numbers[-1];
}
@pids = map { start_writer($standby, $_, $last{$_} + 1) } 1 .. $writers;
DynamoServer::until_true('the next stream', sub { sql(q(SELECT count(*) FROM dynamo.streams WHERE status = 'ENABLED')) == 1 && sql('SELECT count(*) FROM dynamo.streams') == 2 });
my $next = sql(q(SELECT arn FROM dynamo.streams WHERE status = 'ENABLED'));
DynamoServer::until_true('its records', sub { my @ids = map { $_->[1] } read_stream($next); return @ids > 500 && all_write(@ids); });
stop_writers(@pids);
DynamoServer::until_true('the last session', sub { sql(q(SELECT count(*) FROM pg_stat_activity WHERE application_name = 'writer')) == 0 });
my $end = sql('SELECT pg_current_wal_insert_lsn()');
DynamoServer::until_true('a complete log', sub { sql("SELECT captured_lsn >= '$end' FROM dynamo.capture") eq 't' });

push @read, read_stream($arn, $read[-1][0]);
my @whole = read_stream($arn);
is(join("\n", map { "@$_" } @read), join("\n", map { "@$_" } @whole), 'what was read while the standby was promoted is what the stream has');
is(sql(qq(SELECT status, changes_missing FROM dynamo.streams WHERE arn = '$arn')), 'DISABLED|t', 'the stream has ended, and says that changes may be missing');
my @new = read_stream($next);
cmp_ok($new[0][0], 'gt', $whole[-1][0], 'sequence numbers go on rising');
my %seen;
is(scalar(grep { $seen{ $_->[1] }++ } @whole, @new), 0, 'no change is in two records');
my @items = split /\n/, sql(q(SELECT item ->> 'id' FROM dynamo_tables."Load"));
my %items = map { $_ => 1 } @items;
is(scalar(grep { !$items{$_} } keys %seen), 0, 'each record is of a change that is there');
for my $writer (1 .. $writers)
{
	my @old_numbers = numbers($writer, map { $_->[1] } @whole);
	my @new_numbers = numbers($writer, map { $_->[1] } @new);
	my @all = numbers($writer, @items);

	ok($old_numbers[0] == 1 && !has_holes(@old_numbers), 'the stream lacks changes at its end alone');
	ok($new_numbers[-1] == $all[-1] && !has_holes(@new_numbers), 'and the next one at its beginning');
}
$standby->stop;
done_testing();
