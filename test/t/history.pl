# Concurrent clients while things are done to the server; test/history decides whether some order of what they did
# explains what they were told. make soak does so for long, and proves that planted bugs are found.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use PostgreSQL::Test::Utils;
use Test::More;

my $server = DynamoServer->new('history', 'wal_level = logical', 'max_worker_processes = 24', 'dynamo.ttl_interval = 1s',
	'restart_after_crash = on', 'log_min_messages = panic');
my $node = $server->start->node;

$ENV{PGHOST} = $node->host;
$ENV{PGPORT} = $node->port;
$ENV{PGDATA} = $node->data_dir;
$ENV{DYNAMO_ENDPOINT} = 'http://127.0.0.1:' . $server->port;
$ENV{HISTORY_SEED} //= 1 + int rand 1_000_000;
$ENV{HISTORY_ROUNDS} //= 2;
$ENV{HISTORY_SECONDS} //= 12;

my $explained = system("$FindBin::Bin/../history/run") == 0;

ok($explained, "the history of seed $ENV{HISTORY_SEED} is explained");
$node->_update_pid(1); # faults have started it anew
$node->stop('immediate');
done_testing();
