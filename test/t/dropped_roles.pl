# A role that is made under the oid of one that was dropped has nothing of it.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use DynamoServer;
use PostgreSQL::Test::Utils;
use SignedRequest;
use Test::More;

my $store = PostgreSQL::Test::Utils::tempdir();
mkdir "$store/bucket";
my $server = DynamoServer->new('dropped_roles', 'max_worker_processes = 16', 'wal_level = logical', 'dynamo.maintenance_interval = 1s',
	'dynamo.stream_upkeep_interval = 1s', "dynamo.export_directory = '$store'", SignedRequest::master_key_setting());
my $node = $server->node;

$server->start;
$server->sql('CREATE ROLE gone LOGIN; CREATE ROLE stays LOGIN; CREATE ROLE assumed; GRANT assumed TO gone');
$server->grant('gone');
my $oid = $server->sql(q{SELECT 'gone'::regrole::oid});

# All that a role can have, of which nothing keeps it from being dropped.
SignedRequest::new_key($server, 'gone');
$server->sql(q{SET ROLE gone; SELECT dynamo.assume_role('assumed', 'session')});
$server->sql(q{SELECT dynamo.put_policy('any', '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'), dynamo.attach_role_policy('gone', 'any')});
$server->sql(q{SET ROLE gone; SELECT dynamo.set_endpoint_credential('target', 'AKIA', 'secret')});
$server->sql(q{SET ROLE gone; SELECT dynamo.create_table('{"TableName": "Old", "BillingMode": "PAY_PER_REQUEST", "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"},
	"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}')});
$server->sql(q{SET ROLE gone; SELECT dynamo.create_backup('{"TableName": "Old", "BackupName": "last"}')});
DynamoServer::until_true('a backup', sub { return $server->sql('SELECT status FROM dynamo.backups') eq 'AVAILABLE'; });
$server->sql(q{SELECT dynamo.grant_store('gone', 'bucket', '', 'write')});
$server->sql(q{SET ROLE gone; SELECT dynamo.export_items('Old', 'bucket')});
$server->sql(q{SELECT dynamo.grant_store('gone', 'bucket', '', 'read')});
$server->sql(q{SET ROLE gone; SELECT dynamo.import_table('{"S3BucketSource": {"S3Bucket": "bucket", "S3KeyPrefix": "nothing/"}, "InputFormat": "DYNAMODB_JSON",
	"TableCreationParameters": {"TableName": "Imported", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}}')});
DynamoServer::until_true('an import', sub { return $server->sql('SELECT count(*) FROM dynamo.imports WHERE ended IS NOT NULL') == 1; });
$server->sql(q{GRANT EXECUTE ON FUNCTION dynamo.migrate TO gone});
$server->sql(q{SET ROLE gone; SELECT dynamo.migrate('http://127.0.0.1:1', '{Nowhere}')});
$server->sql(q{CREATE FUNCTION public.takes(event jsonb) RETURNS void LANGUAGE sql AS ''});
$server->sql(q{SET ROLE gone; SELECT dynamo.create_trigger('calls', 'Old', 'function public.takes(jsonb)')});
$server->sql(q{INSERT INTO dynamo.region_catalog (number, name, connection, owner) VALUES (2, 'eu-west-1', 'host=nowhere', 'gone'::regrole)});

# Columns that have the oid of a role, and in how many rows they have this one.
my @columns = split /\n/, $server->sql(q{SELECT format('%s.%s', attrelid::regclass, attname) FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
	WHERE relnamespace = 'dynamo'::regnamespace AND relkind = 'r' AND (atttypid = 'regrole'::regtype OR atttypid = 'oid'::regtype AND attname IN ('role', 'owner', 'assumed_by')) ORDER BY 1});
sub columns_with
{
	my ($role) = @_;
	my @found;

	for my $column (@columns)
	{
		my ($table, $name) = $column =~ /^(.*)\.(.*)$/;
		push @found, $column if $server->sql("SELECT count(*) FROM $table WHERE $name = $role") > 0;
	}
	return join ' ', @found;
}
my $all = 'dynamo.access_keys.assumed_by dynamo.access_keys.role dynamo.backup_catalog.owner dynamo.endpoint_credential.owner '
	. 'dynamo.export_catalog.owner dynamo.import_job.owner dynamo.migration_job.owner dynamo.region_catalog.owner dynamo.role_policy.role dynamo.store_grant.role dynamo.stream_catalog.owner dynamo.trigger_catalog.owner';
is(columns_with($oid), $all, 'a role has rows of all kinds');
is(join(' ', grep { $_ ne 'dynamo.client_request_tokens.role' } @columns), $all, 'but for client tokens, which live for ten minutes');
$server->sql(q{SET ROLE gone; SELECT dynamo.delete_table('{"TableName": "Old"}')});
is(columns_with($oid), $all, 'some of which outlive its table');

$node->safe_psql('postgres', 'CREATE DATABASE other');
$node->safe_psql('postgres', 'DROP OWNED BY gone');
$node->safe_psql('other', 'DROP ROLE gone');
DynamoServer::until_true('upkeep', sub { return columns_with($oid) eq ''; });
pass('when it is dropped, by way of another database, upkeep forgets it');

# As after four thousand million other oids.
$node->stop;
PostgreSQL::Test::Utils::system_or_bail('pg_resetwal', '-o', $oid, $node->data_dir);
$node->start;
$server->sql('CREATE ROLE heir LOGIN');
is($server->sql(q{SELECT 'heir'::regrole::oid}), $oid, 'another role has its oid');
is($server->sql("SET ROLE heir; SELECT (SELECT count(*) FROM dynamo.$_)"), 0, "and nothing in dynamo.$_")
	for qw(access_key role_policies endpoint_credentials backups exports imports migrations store_grants triggers);
like($server->sql(q{SET ROLE heir; SELECT dynamo.list_backups('{}')}), qr/"BackupSummaries": \[\]/, 'no backup');
unlike($server->sql(q{SET ROLE heir; SELECT dynamo.list_streams('{}')}), qr/Old/, 'no stream');
is($server->sql('SELECT count(*) FROM dynamo.backups'), 1, 'a superuser has the backup');

$node->stop;
done_testing();
