# One line at the server's start says which workers of dynamo have no room.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('budget');
my $port = PostgreSQL::Test::Cluster::get_free_port();

$node->init;
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'dynamo'\ndynamo.http_port = $port\nmax_worker_processes = 8\n");

# The warnings of a start with these settings, each with its DETAIL and HINT as one line.
sub warnings_of
{
	my (@settings) = @_;
	my $position = -s $node->logfile // 0;

	$node->append_conf('postgresql.conf', join '', map { "$_\n" } @settings);
	$node->start;
	my $log = slurp_file($node->logfile, $position);
	$node->stop;
	my @found = $log =~ /WARNING:  (max_worker_processes leaves[^\n]*)\n[^\n]*DETAIL:  ([^\n]*)\n[^\n]*HINT:  ([^\n]*)/g;
	return join ' ', @found;
}

is(warnings_of(), 'max_worker_processes leaves no room for 12 of 19 background workers of dynamo'
	. ' It is 8, of which others have 1. dynamo wants: supervisor and launcher 2; flusher 1; HTTP 2; streams 2; maintenance, a worker for each job 5; index builds 1; backups 1; migrations 2; triggers 3.'
	. ' Without room, until another worker ends, are: maintenance, a worker for each job 5; index builds 1; backups 1; migrations 2; triggers 3.'
	. ' Set max_worker_processes to 20 or, where queries run in parallel, higher.', "PostgreSQL's default has too little room");
is(warnings_of('max_worker_processes = 20'), '', 'room for all');
like(warnings_of('dynamo.http_workers = 4', 'dynamo.max_index_builds = 3'),
	qr/no room for 4 of 23 .* are: migrations 1; triggers 3\. Set max_worker_processes to 24 /, 'more workers and builds');
like(warnings_of("shared_preload_libraries = 'dynamo, pg_prewarm'", 'max_worker_processes = 24'),
	qr/no room for 1 of 23 .* others have 2\./, 'workers of a library that is loaded later count');
is(warnings_of('dynamo.http_port = 0', 'max_worker_processes = 20'), '', 'without the HTTP API fewer are wanted');
like(warnings_of("shared_preload_libraries = 'dynamo'", "dynamo.http_port = $port", 'max_worker_processes = 5'),
	qr/no room for 19 of 23 .* are: HTTP 3; streams 2; maintenance, a worker for each job 5; index builds 3; backups 1; migrations 2; triggers 3\./, 'HTTP workers come first');
like(warnings_of('max_worker_processes = 0'), qr/no room for 23 of 23 .* are: supervisor and launcher 2; flusher 1; /, 'none at all');

done_testing();
