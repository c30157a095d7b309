# A crash of a backend or of the server, at any moment, loses no acknowledged
# write and leaves no half item; and 16 connections lose no increment.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

my $writers = 4;
my $rounds = 2000;
my $node = PostgreSQL::Test::Cluster->new('crash');
$node->init;
$node->append_conf('postgresql.conf', "restart_after_crash = on\nmax_connections = 50\n");
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION dynamo;
	CREATE EXTENSION amcheck;
	SELECT dynamo.create_table('{"TableName": "Crash", "BillingMode": "PAY_PER_REQUEST",
		"AttributeDefinitions": [{"AttributeName": "Id", "AttributeType": "S"}, {"AttributeName": "Round", "AttributeType": "N"}],
		"KeySchema": [{"AttributeName": "Id", "KeyType": "HASH"}],
		"GlobalSecondaryIndexes": [{"IndexName": "ByRound", "KeySchema": [{"AttributeName": "Round", "KeyType": "HASH"}],
			"Projection": {"ProjectionType": "ALL"}}]}');
});

# Each writer's rounds replace its own item, make a new one, and delete the one
# before. Left and right are one text, long enough to be stored out of line.
sub round_sql
{
	my ($writer, $round) = @_;
	my $item = sub {
		return "jsonb_build_object('Id', jsonb_build_object('S', '$_[0]'), 'Round', jsonb_build_object('N', '$round'),"
			. " 'Left', jsonb_build_object('S', t), 'Right', jsonb_build_object('S', t))";
	};
	my $text = "(SELECT string_agg(md5(i::text || '$writer $round'), '') FROM generate_series(1, 100) i) x (t)";

	return "SELECT 'replaced $round' FROM $text WHERE dynamo.put_item('Crash', " . $item->("$writer") . ") IS NOT NULL;\n"
		. "SELECT 'created $round' FROM $text WHERE dynamo.put_item('Crash', " . $item->("$writer-$round") . ") IS NOT NULL;\n"
		. "SELECT 'deleted ' || $round - 1 WHERE dynamo.delete_item('Crash', jsonb_build_object('Id', jsonb_build_object('S', '$writer-"
		. ($round - 1) . "'))) IS NOT NULL;\n";
}

# Starts psql on the rounds; it writes a line for each acknowledged write.
sub start_writer
{
	my ($run, $writer) = @_;
	my $base = "$PostgreSQL::Test::Utils::tmp_check/$run-$writer";
	my $pid;

	append_to_file("$base.sql", join('', map { round_sql("$run-$writer", $_) } 1 .. $rounds));
	$pid = fork();
	die 'no fork' unless defined $pid;
	return { name => "$run-$writer", out => "$base.out", pid => $pid } if $pid;
	open STDOUT, '>', "$base.out" or die;
	open STDERR, '>', "$base.err" or die;
	exec 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'), '-f', "$base.sql";
}

# The last round that each kind of write was acknowledged for.
sub acknowledged
{
	my ($writer) = @_;
	my %last;

	for (split /\n/, slurp_file($writer->{out}))
	{
		$last{$1} = $2 if /^(\w+) (\d+)$/;
	}
	return \%last;
}

sub wait_for_progress
{
	my ($writer) = @_;

	for (1 .. 1800)
	{
		return if -e $writer->{out} && (acknowledged($writer)->{created} // 0) >= 20;
		sleep 0.1;
	}
	die "writer $writer->{name} gets nowhere";
}

sub check_writer
{
	my ($writer) = @_;
	my $last = acknowledged($writer);
	my $round = $node->safe_psql('postgres', qq{
		SELECT item->>'Round' FROM dynamo_tables."Crash" WHERE item->>'Id' = '$writer->{name}'});

	cmp_ok($round, '>=', $last->{replaced}, "$writer->{name}: the last acknowledged replacement is there");
	cmp_ok($round, '<=', $last->{replaced} + 1, "$writer->{name}: and nothing that was never asked for");
	is($node->safe_psql('postgres', qq{
			SELECT count(*) FROM dynamo_tables."Crash", generate_series($last->{deleted} + 2, $last->{created}) i
			WHERE item->>'Id' = '$writer->{name}-' || i}),
		$last->{created} - $last->{deleted} - 1, "$writer->{name}: acknowledged items are there");
	is($node->safe_psql('postgres', qq{
			SELECT count(*) FROM dynamo_tables."Crash", generate_series(1, $last->{deleted}) i
			WHERE item->>'Id' = '$writer->{name}-' || i}),
		0, "$writer->{name}: acknowledged deletions hold");
}

sub check_table
{
	is($node->safe_psql('postgres', q{
			SELECT count(*) FROM dynamo_tables."Crash" WHERE item->>'Left' IS DISTINCT FROM item->>'Right'
				OR length(item->>'Left') <> 3200}),
		0, 'no half item');
	is($node->safe_psql('postgres', q{
			SELECT count(*) - count(DISTINCT item->>'Id') FROM dynamo_tables."Crash"}),
		0, 'no key twice');
	# Raises where an index misses an entry of the table.
	cmp_ok($node->safe_psql('postgres', q{
			SELECT count(bt_index_check(i.indexrelid, true)::text) FROM pg_inherits h JOIN pg_index i ON i.indrelid = h.inhrelid
			WHERE h.inhparent = 'dynamo_tables."Crash"'::regclass}),
		'>', 0, 'indexes hold every item');
}

sub crash_test
{
	my ($run, $crash) = @_;
	my @running = map { start_writer($run, $_) } 1 .. $writers;

	wait_for_progress($_) for @running;
	$crash->();
	waitpid($_->{pid}, 0) for @running;
	$node->poll_query_until('postgres', 'SELECT true') or die 'no restart';
	check_writer($_) for @running;
	check_table();
}

crash_test('backend', sub {
	my $pid = $node->safe_psql('postgres', q{
		SELECT pid FROM pg_stat_activity WHERE query LIKE '%put_item%' AND pid <> pg_backend_pid() LIMIT 1});
	kill 'KILL', $pid;
});

crash_test('server', sub {
	$node->stop('immediate');
	$node->start;
});

# Increments of one counter from 16 connections, each a transaction of its own.
$node->safe_psql('postgres', q{
	SELECT dynamo.create_table('{"TableName": "Counter", "BillingMode": "PAY_PER_REQUEST",
		"AttributeDefinitions": [{"AttributeName": "Id", "AttributeType": "S"}],
		"KeySchema": [{"AttributeName": "Id", "KeyType": "HASH"}]}')});
$node->pgbench('--no-vacuum --client=16 --jobs=2 --transactions=50', 0, [qr{processed: 800/800}], [qr{^$}],
	'16 connections increment one counter',
	{ 'increment' => q{SELECT dynamo.update_item('Counter', '{"Id": {"S": "a"}}', 'ADD Hits :one',
		expression_attribute_values => '{":one": {"N": "1"}}');} });
is($node->safe_psql('postgres', q{SELECT item->>'Hits' FROM dynamo_tables."Counter"}), 800, 'no increment is lost');

done_testing();
