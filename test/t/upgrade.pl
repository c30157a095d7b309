# pg_upgrade keeps every item that was acknowledged: while it runs neither server takes requests.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use JSON::PP qw(encode_json);
use POSIX;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

$SIG{PIPE} = 'IGNORE';

my $old = DynamoServer->new('old', 'dynamo.maintenance_interval = 1s', 'dynamo.ttl_interval = 1s')->start;
$DynamoServer::makes_role = 0; # pg_upgrade brings the old cluster's
my $new = DynamoServer->new('new', 'dynamo.http_port = ' . $old->port, 'dynamo.maintenance_interval = 1s',
	'dynamo.ttl_interval = 1s');
my $acknowledged = "$PostgreSQL::Test::Utils::tmp_check/acknowledged";

# Puts items 1, 2, ... by a connection each, whenever one of the servers lets it, and notes those that were acknowledged.
sub write_for_ever
{
	open my $out, '>', $acknowledged or POSIX::_exit(1);
	$out->autoflush(1);
	for (my $i = 1;; $i++)
	{
		my $answer = eval {
			$old->request('PutItem', encode_json({ TableName => 'Kept', Item => { id => { S => "$i" } } }));
		};
		if ($answer && $answer->{status} == 200) { print $out "$i\n"; }
		else { sleep 0.02; }
	}
}

sub written { return split /\n/, slurp_file($acknowledged); }

sub items { my ($server) = @_; return $server->sql(q(SELECT count(*) FROM dynamo_tables."Kept")); }

$old->create_table('Kept');
$old->call('UpdateTimeToLive',
	{ TableName => 'Kept', TimeToLiveSpecification => { Enabled => JSON::PP::true, AttributeName => 'expires' } });
DynamoServer::until_true('time to live', sub {
	return $old->call('DescribeTimeToLive', { TableName => 'Kept' })->{TimeToLiveDescription}{TimeToLiveStatus} eq 'ENABLED';
});

my $writer = fork();
if (!$writer) { write_for_ever(); }
END { kill 'KILL', $writer if $writer; }
DynamoServer::until_true('items', sub { return -e $acknowledged && written() > 20; });
$old->node->stop;
my $before = written();

chdir $PostgreSQL::Test::Utils::tmp_check;
command_ok([
	'pg_upgrade', '--no-sync',
	'--old-datadir' => $old->node->data_dir, '--new-datadir' => $new->node->data_dir,
	'--old-bindir' => $old->node->config_data('--bindir'), '--new-bindir' => $new->node->config_data('--bindir'),
	'--old-port' => $old->node->port, '--new-port' => $new->node->port, '--socketdir' => $old->node->host,
], 'pg_upgrade');
is(scalar written(), $before, 'the upgrade takes no requests');

$new->{port} = $old->port;
$new->start;
DynamoServer::until_true('items of the new server', sub { return written() > $before + 20; });
kill 'KILL', $writer;
waitpid $writer, 0;
$writer = 0;
my @missing = grep {
	!defined $new->call('GetItem', { TableName => 'Kept', Key => { id => { S => "$_" } } })->{Item}
} written();
is("@missing", '', 'every acknowledged item is there');
cmp_ok(items($new), '>=', scalar written(), 'and plain SQL sees them');
is($new->call('DescribeTimeToLive', { TableName => 'Kept' })->{TimeToLiveDescription}{TimeToLiveStatus}, 'ENABLED',
	'with the table\'s time to live');

done_testing();
