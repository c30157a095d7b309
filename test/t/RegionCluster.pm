# Servers of several regions, each with the extension in its database postgres.
package RegionCluster;

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Time::HiRes qw(sleep);

our %number = ('us-east-1' => 1, 'eu-west-1' => 2, 'ap-south-1' => 3);

# A started server of the region.
sub start
{
	my ($class, $region, @settings) = @_;
	my $node = PostgreSQL::Test::Cluster->new($region);

	$node->init;
	$node->append_conf('postgresql.conf', join("\n", "shared_preload_libraries = 'dynamo'", 'dynamo.http_port = 0',
		"dynamo.region = '$region'", "dynamo.region_number = $number{$region}", 'wal_level = logical',
		'max_replication_slots = 6', 'max_wal_senders = 8', 'max_worker_processes = 24', 'autovacuum = off',
		'dynamo.stream_upkeep_interval = 1s', 'dynamo.maintenance_interval = 1s', @settings) . "\n");
	$node->start;
	$node->safe_psql('postgres', q(CREATE EXTENSION dynamo; CREATE ROLE replicator LOGIN REPLICATION;
		GRANT EXECUTE ON FUNCTION dynamo.region_pull(integer, integer, text, text[], text[]) TO replicator;
		GRANT USAGE ON SCHEMA dynamo TO replicator));
	return bless { node => $node, region => $region }, $class;
}

sub node { return $_[0]->{node}; }
sub region { return $_[0]->{region}; }
sub sql { my ($self, $query) = @_; return $self->node->safe_psql('postgres', $query); }

sub connection
{
	my ($self) = @_;

	return sprintf('host=%s port=%d dbname=postgres user=replicator', $self->node->host, $self->node->port);
}

# Makes each of the regions known to the others.
sub connect_all
{
	my (@all) = @_;

	for my $one (@all)
	{
		$one->add($_) for grep { $_ != $one } @all;
	}
}

sub add
{
	my ($self, $other) = @_;

	$self->sql(sprintf(q(SELECT dynamo.add_region('%s', %d, '%s')), $other->region, $number{$other->region}, $other->connection));
}

# Waits until a condition holds, for a long time: that it never does is a failure.
sub until_sql
{
	my ($self, $what, $query) = @_;

	for (1 .. 600)
	{
		my ($code, $out) = $self->node->psql('postgres', $query);

		return 1 if $code == 0 && $out eq 't';
		sleep 0.1;
	}
	die "waited in vain for $what at " . $self->region . ': '
		. $self->sql('SELECT json_agg(r) FROM dynamo.replicas r') . $self->sql('SELECT json_agg(r) FROM dynamo.regions r');
}

# Items and their stamps, as one text.
sub contents
{
	my ($self, $table) = @_;

	return $self->sql(qq(SELECT coalesce(string_agg(item::text || ' ' || coalesce(dynamo_stamp, 0), E'\\n' ORDER BY item->>'id'), '')
		FROM dynamo_tables."$table"));
}

# Waits until all regions have the same, and no one writes any more.
sub until_equal
{
	my ($table, @all) = @_;

	for (1 .. 600)
	{
		my %contents = map { $_->contents($table) => 1 } @all;

		return 1 if keys %contents == 1;
		sleep 0.1;
	}
	return 0;
}

sub update_table
{
	my ($self, $table, $members) = @_;

	return $self->sql(qq(SELECT dynamo.update_table('{"TableName": "$table", $members}') IS NOT NULL));
}

sub add_replica
{
	my ($self, $table, $other) = @_;

	$self->update_table($table, sprintf('"ReplicaUpdates": [{"Create": {"RegionName": "%s"}}]', $other->region));
}

1;
