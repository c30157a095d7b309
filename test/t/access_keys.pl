# Access keys under a master key: where it is read from, that it rotates, and that no secret is
# anywhere in the clear. SQL's surface is test/sql/access_keys.sql.
use strict;
use warnings;

use File::Temp qw(tempdir);
use FindBin;
use lib $FindBin::RealBin;
use DynamoServer;
use POSIX qw(mkfifo);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('keys');
my $outside = tempdir(CLEANUP => 1);
my $key_file = "$outside/master.key";
my $import_file = "$outside/import.csv";

$node->init(allows_streaming => 1);
$node->append_conf('postgresql.conf', <<"CONF");
shared_preload_libraries = 'dynamo, auto_explain, pg_stat_statements'
max_worker_processes = 20
dynamo.maintenance_interval = 1s
dynamo.master_key_file = '$key_file'
dynamo.access_key_import_file = '$import_file'
restart_after_crash = on
log_min_messages = debug1
log_statement = all
log_min_duration_statement = 0
auto_explain.log_min_duration = 0
auto_explain.log_nested_statements = on
auto_explain.log_analyze = on
auto_explain.log_verbose = on
pg_stat_statements.track = all
debug_print_parse = on
CONF

sub sql { my ($query) = @_; return $node->safe_psql('postgres', $query); }

sub sql_error
{
	my ($query) = @_;
	my ($code, $out, $error) = $node->psql('postgres', $query);
	return $error;
}

sub write_file
{
	my ($path, $text, $mode) = @_;

	unlink $path;
	append_to_file($path, $text);
	chmod $mode // 0600, $path or die "chmod: $!";
	return;
}

my @secrets; # in the clear: each must be nowhere

# 32 random bytes, as base64 or hexadecimal
sub new_key
{
	my ($form) = @_;
	open my $random, '<:raw', '/dev/urandom' or die $!;
	read $random, my $bytes, 32;
	my $text = $form eq 'hex' ? unpack('H*', $bytes) : do { require MIME::Base64; MIME::Base64::encode($bytes, '') };
	push @secrets, $bytes, $text;
	return $text;
}

# Reloads, and waits for what the log then says of the master keys.
sub reload
{
	my ($said, $name) = @_;
	my $position = -s $node->logfile;

	$node->reload;
	return until_log($said, $name, $position);
}

sub until_log
{
	my ($said, $name, $position) = @_;
	DynamoServer::until_true($name, sub { return slurp_file($node->logfile, $position) =~ $said; });
	return pass($name);
}

sub create { my ($role) = @_; return [ split /\|/, sql("SELECT * FROM dynamo.create_access_key('$role')") ]; }

sub remember { push @secrets, $_[0][1]; return $_[0]; }

# How many of all secrets are sealed under another master key than the newest, and open.
sub reseal { return sql('SELECT dynamo.reseal_access_keys()'); }

my $no_key = qr/there is no master key/;

# --- what is read, and what is refused ---

$node->start;
sql('CREATE EXTENSION dynamo; CREATE EXTENSION pg_stat_statements; CREATE ROLE app LOGIN; CREATE ROLE other LOGIN; CREATE ROLE tenant; GRANT tenant TO app');
like(sql_error(q(SELECT dynamo.create_access_key('app'))), $no_key, 'without a master key there is no access key');
like(sql_error(q(SELECT dynamo.create_access_key('app'))), qr/HINT:  The server's log says why/, 'and a hint of what to do');
is(sql(q(SET ROLE app; SELECT count(*) FROM pg_settings WHERE name LIKE 'dynamo.master_key%' OR name = 'dynamo.access_key_import_file')), 0,
	'the settings are not for other roles to see');

my $first = new_key('base64');
for my $case (
	[ 'a mode for others', 0644, qr/must have mode 0600 or less/ ],
	[ 'a mode for the group', 0640, qr/must have mode 0600 or less/ ])
{
	write_file($key_file, "$first\n", $case->[1]);
	reload($case->[2], $case->[0]);
}
write_file($key_file, "# nothing\n\n");
reload(qr/there is no key/, 'a file without a key');
write_file($key_file, "$first\nnot a key at all\n");
reload(qr/line 2 is no key of 32 bytes/, 'a line that is no key');
write_file($key_file, substr($first, 4) . "\n");
reload(qr/line 1 is no key of 32 bytes/, 'a key that is too short');
write_file($key_file, join('', map { new_key('hex') . "\n" } 1 .. 17));
reload(qr/there are more than 16 keys/, 'more keys than there may be');
write_file($key_file, 'x' x 10000);
reload(qr/must be smaller than 8192 bytes/, 'a file that is too large');
unlink $key_file;
mkfifo($key_file, 0600) or die $!;
reload(qr/is not a regular file/, 'a pipe that nothing writes to');
unlink $key_file;
symlink $node->data_dir . '/inside.key', $key_file;
write_file($node->data_dir . '/inside.key', "$first\n");
reload(qr/must not be in the data directory/, 'a file in the data directory');
unlink $node->data_dir . '/inside.key';
reload(qr/could not open file .*: No such file/, 'a file that is missing');
like(sql_error(q(SELECT dynamo.create_access_key('app'))), $no_key, 'none of these is a master key');
unlink $key_file;
symlink "$outside/linked.key", $key_file;
write_file("$outside/linked.key", "# the only one\n  $first  \r\n");
reload(qr/dynamo has read 1 master keys/, 'a link to a file outside');

# --- secrets ---

my $app = remember(create('app'));
like($app->[0], qr/^AKIA[A-Z2-7]{16}$/, 'an access key id');
like($app->[1], qr/^[A-Za-z0-9+\/]{40}$/, 'a secret');
isnt(remember(create('app'))->[1], $app->[1], 'another one');
my $policy = '{"Version": "2012-10-17", "Statement": [{"Action": "*", "Effect": "Allow", "Resource": "*"}]}';
my @session = split /\|/, sql(qq(SET ROLE app; SELECT * FROM dynamo.assume_role('tenant', 'job', policy => '$policy', tags => '{"a": "b"}')));
push @secrets, $session[1], $session[2];
like($session[0], qr/^ASIA[A-Z2-7]{16}$/, 'the id of temporary credentials');
like($session[2], qr/^[A-Za-z0-9+\/]{128}$/, 'their session token');
is(sql('SELECT role, assumed_by, session_name, session_policy, session_tags, expires - created BETWEEN $$59 min$$ AND $$1 h$$ FROM dynamo.access_key WHERE assumed_by IS NOT NULL'),
	qq(tenant|app|job|$policy|{"a": "b"}|t), 'what is known of them');

# How many mappings of shared memory the process has that core files leave out
sub mappings_left_out
{
	my ($pid) = @_;
	my $count = 0;
	my $mode;

	for my $line (split /\n/, slurp_file("/proc/$pid/smaps"))
	{
		$mode = $1 if $line =~ /^[0-9a-f]+-[0-9a-f]+ (\S+) /;
		$count++ if $line =~ /^VmFlags:.* dd\b/ && $mode eq 'rw-s';
	}
	return $count;
}

for my $type ('dynamo supervisor', 'checkpointer')
{
	my $pid = sql("SELECT pid FROM pg_stat_activity WHERE backend_type = '$type'");
	is(mappings_left_out($pid), 1, "the memory of master keys is left out of core files of the $type");
}

# --- rotation ---

my $second = new_key('hex');
write_file("$outside/linked.key", "$second\n$first\n");
reload(qr/dynamo has read 2 master keys/, 'a second master key');
is(sql('SELECT count(DISTINCT master_key) FROM dynamo.access_keys'), 1, 'secrets stay as they are');
remember(create('other'));
is(sql('SELECT count(DISTINCT master_key) FROM dynamo.access_keys'), 2, 'the newest seals');
is(reseal(), 3, 'those of before are sealed anew');
is(sql('SELECT count(DISTINCT master_key) FROM dynamo.access_keys'), 1, 'under one master key');
is(reseal(), 0, 'which is done once');
write_file("$outside/linked.key", "$second\n");
reload(qr/dynamo has read 1 master keys/, 'the first is not needed any more');
my $third = new_key('base64');
write_file("$outside/linked.key", "$third\n");
reload(qr/dynamo has read 1 master keys/, 'a master key without the one of before');
like(sql_error('SELECT dynamo.reseal_access_keys()'), qr/WARNING:  access key "\w+" stays sealed under master key [0-9a-f]{16}/, 'what it does not open stays');
is(reseal(), 0, 'and is not lost');

# --- a secret opens in its own row alone ---

write_file("$outside/linked.key", "$third\n$second\n");
reload(qr/dynamo has read 2 master keys/, 'both again');
for my $change (
	[ 'role', q(UPDATE dynamo.access_keys SET role = 'other'::regrole WHERE access_key_id = '%s') ],
	[ 'id', q(UPDATE dynamo.access_keys SET access_key_id = 'AKIAAAAAAAAAAAAAAAAA' WHERE access_key_id = '%s') ],
	[ 'secret', q(UPDATE dynamo.access_keys SET sealed = (SELECT sealed FROM dynamo.access_keys WHERE role = 'other'::regrole) WHERE access_key_id = '%s') ],
	[ 'bits', q(UPDATE dynamo.access_keys SET sealed = set_bit(sealed, 200, 1 - get_bit(sealed, 200)) WHERE access_key_id = '%s') ],
	[ 'length', q(UPDATE dynamo.access_keys SET sealed = '\x00' WHERE access_key_id = '%s') ],
	[ 'token', q(UPDATE dynamo.access_keys SET token_hash = sha256('x') WHERE access_key_id = '%s') ],
	[ 'session', q(UPDATE dynamo.access_keys SET session_policy = 'other' WHERE access_key_id = '%s') ],
	[ 'empty policy', q(UPDATE dynamo.access_keys SET session_policy = '' WHERE access_key_id = '%s') ],
	[ 'name', q(UPDATE dynamo.access_keys SET session_name = 'other' WHERE access_key_id = '%s') ],
	[ 'tag', q(UPDATE dynamo.access_keys SET session_tags = '{"team": "other"}' WHERE access_key_id = '%s') ],
	[ 'assumer', q(UPDATE dynamo.access_keys SET assumed_by = 'other'::regrole WHERE access_key_id = '%s') ],
	[ 'expiry', q(UPDATE dynamo.access_keys SET expires = now() + '10 years' WHERE access_key_id = '%s') ])
{
	my ($what, $update) = @$change;
	is(sql('BEGIN; ' . sprintf($update, $app->[0]) . "; DELETE FROM dynamo.access_keys WHERE access_key_id NOT IN ('$app->[0]', 'AKIAAAAAAAAAAAAAAAAA');
		SELECT dynamo.reseal_access_keys(); ROLLBACK"), 0, "another $what");
}
is(sql('BEGIN; DELETE FROM dynamo.access_keys WHERE access_key_id <> ' . "'$app->[0]'; SELECT dynamo.reseal_access_keys(); ROLLBACK"), 1, 'what is not changed opens');

# --- a command ---

sql("ALTER SYSTEM SET dynamo.master_key_command = 'false'");
reload(qr/dynamo.master_key_file and dynamo.master_key_command are both set/, 'a file and a command');
sql("ALTER SYSTEM SET dynamo.master_key_file = ''");
reload(qr/the command has ended with exit code 1/, 'a command that fails');
sql("ALTER SYSTEM SET dynamo.master_key_command = 'kill -9 \$\$'");
reload(qr/the command was ended by a signal/, 'a command that is killed');
sql("ALTER SYSTEM SET dynamo.master_key_command = 'yes'");
reload(qr/the command has written 8192 bytes or more/, 'a command that does not stop writing');
sql("ALTER SYSTEM SET dynamo.master_key_command = 'sleep 1000 & sleep 1000'");
reload(qr/the command has not ended within 10 seconds/, 'a command that does not end');
sql("ALTER SYSTEM SET dynamo.master_key_command = 'exec >&-; sleep 1000'");
reload(qr/the command has not ended within 10 seconds/, 'nor when it has closed its output');
is(sql(q(SELECT count(*) FROM dynamo.access_keys WHERE role = 'other'::regrole)), 1, 'meanwhile the server serves');
sql(q(BEGIN; SELECT dynamo.create_access_key('other'); ROLLBACK));
pass('with the keys that it has');
sql("ALTER SYSTEM SET dynamo.master_key_command = 'cat $outside/linked.key'");
reload(qr/dynamo has read 2 master keys/, 'a command that writes keys');
sql('ALTER SYSTEM RESET dynamo.master_key_command');
$node->reload;
DynamoServer::until_true('no master key', sub { return sql_error(q(BEGIN; SELECT dynamo.create_access_key('other'); ROLLBACK)) =~ $no_key; });
like(sql_error(q(SELECT dynamo.create_access_key('other'))), qr/HINT:  Write 32 random bytes in base64/, 'without a setting there is none');
sql('ALTER SYSTEM RESET dynamo.master_key_file');
reload(qr/dynamo has read 2 master keys/, 'the file again');
is(reseal(), 4, 'all open');

# --- import ---

sub import_error { my ($text, $mode) = @_; write_file($import_file, $text, $mode); return sql_error('SELECT dynamo.import_access_keys()'); }

my $imported = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
my $header = "User name,Access key ID,Secret access key\n";
push @secrets, $imported;
sql('CREATE ROLE mover LOGIN; CREATE ROLE "mo,ver" LOGIN; CREATE ROLE root SUPERUSER LOGIN');
like(import_error("$header\nmover,AKIAIOSFODNN7EXAMPLE,$imported\n", 0644), qr/must have mode 0600/, 'a file that others can read');
like(import_error(''), qr/line 1 of .* is missing/, 'an empty file');
like(import_error("User name,Access key ID\n"), qr/line 1 of .* has no column "Secret access key"/, 'no secrets');
like(import_error($header . "mover,AKIAIOSFODNN7EXAMPLE\n"), qr/line 2 of .* has too few fields/, 'too few fields');
like(import_error($header . "absent,AKIAIOSFODNN7EXAMPLE,$imported\n"), qr/line 2 of .* names a role that does not exist/, 'no role');
like(import_error($header . "root,AKIAIOSFODNN7EXAMPLE,$imported\n"), qr/role "root" cannot have access keys: it is a superuser/, 'a superuser');
like(import_error($header . "mover,AKIA/IOSFODNN7EXAMPLE,$imported\n"), qr/line 2 of .* has no access key id/, 'no id');
like(import_error($header . "mover,AKIAIOSFODNN7EXAMPLE,\n"), qr/line 2 of .* has no secret/, 'no secret');
like(import_error($header . "mover,AKIAIOSFODNN7EXAMPLE,two words\n"), qr/line 2 of .* has a secret of other characters/, 'a blank in it');
like(import_error($header . "mover,AKIAIOSFODNN7EXAMPLE,\"$imported\n"), qr/line 2 of .* has an opening quote without a closing one/, 'a quote too few');
like(import_error($header . "mover,AKIAIOSFODNN7EXAMPLE,\"$imported\"x\n"), qr/line 2 of .* has text behind a closing quote/, 'text behind a quote');
like(import_error($header . ',' x 20 . "\n"), qr/line 2 of .* has too many fields/, 'too many fields');
like(import_error($header . "mover,$app->[0],$imported\n"), qr/line 2 of .* has the access key id of another role's/, 'a key that another role has');
is(sql(q(SELECT count(*) FROM dynamo.access_keys WHERE role = 'mover'::regrole)), 0, 'none of it was brought in');
write_file($import_file, "\xEF\xBB\xBFPassword,\"secret access key\",User name,Access key ID\r\n,$imported,mover,AKIAIOSFODNN7EXAMPLE\r\n\r\nx,\"$imported\",\"mo,ver\",AKIAIOSFODNN7EXAMPL2");
is(sql('SELECT * FROM dynamo.import_access_keys()'), qq(AKIAIOSFODNN7EXAMPLE|mover\nAKIAIOSFODNN7EXAMPL2|"mo,ver"), 'columns in another order, quoted, behind a byte order mark');
is(sql('SELECT * FROM dynamo.import_access_keys()'), '', 'what is there already stays');
like(import_error($header . join('', map { "mover,AKIAIOSFODNN7EXAMP$_$_,$imported\n" } 3 .. 4)), qr/Cannot exceed quota for AccessKeysPerUser: 2/, 'not more than two');
unlink $import_file;

# --- nothing in the clear ---

sub everything
{
	my ($node) = @_;
	my @texts = (slurp_file($node->logfile), scalar(`pg_dumpall -p @{[$node->port]} -h @{[$node->host]}`));

	$node->safe_psql('postgres', 'CHECKPOINT') if $node->safe_psql('postgres', 'SELECT NOT pg_is_in_recovery()') eq 't';
	for my $file (split /\0/, scalar(`find '@{[$node->data_dir]}' -type f -print0`))
	{
		push @texts, slurp_file($file) if -e $file;
	}
	push @texts, $node->safe_psql('postgres', 'SELECT * FROM pg_stat_statements; SELECT * FROM pg_stat_activity; SELECT * FROM dynamo.access_keys; SELECT * FROM dynamo.access_key');
	return @texts;
}

sub clear_texts
{
	my ($node) = @_;
	my @texts = everything($node);
	return scalar(grep { my $secret = $_; grep { index($_, $secret) >= 0 } @texts } @secrets);
}

cmp_ok(scalar(grep { index($_, $app->[0]) >= 0 } everything($node)), '>', 3, 'ids of access keys are found in files');
is(clear_texts($node), 0, 'secrets are not: in data, WAL, log, dumps and views');

# --- a standby, and a dump ---

my $standby = PostgreSQL::Test::Cluster->new('standby');
$node->backup('base');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
$node->wait_for_catchup($standby);
is($standby->safe_psql('postgres', 'SELECT count(*) FROM dynamo.access_key'), 6, 'a standby has the keys');
is(clear_texts($standby), 0, 'and no secret either');
for my $change (q(dynamo.create_access_key('other')), q(dynamo.assume_role('tenant', 'job')))
{
	my ($code, $out, $error) = $standby->psql('postgres', "SELECT $change");
	like($error, qr/cannot execute a change of access keys (?:during recovery|in a read-only transaction)/, "$change is for the primary");
}
$standby->promote;
write_file("$outside/linked.key", new_key('base64') . "\n$third\n");
$standby->reload;
DynamoServer::until_true('promoted, it opens them', sub { return $standby->safe_psql('postgres', 'SELECT dynamo.reseal_access_keys()') == 6; });
pass('promoted, it opens them');
$standby->stop;
my $dump = "$outside/dump.sql";
$node->command_ok([ 'pg_dump', '-f', $dump, $node->connstr('postgres') ], 'a dump');
sql('CREATE DATABASE restored');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $dump, $node->connstr('restored') ], 'is restored');
is($node->safe_psql('restored', 'SELECT count(*) FROM dynamo.access_keys'), 0, 'without access keys');

# --- roles that go ---

sql('ALTER ROLE app RENAME TO renamed');
is(sql("SELECT role FROM dynamo.access_key WHERE access_key_id = '$app->[0]'"), 'renamed', 'a role that is renamed keeps its keys');
$node->safe_psql('restored', 'DROP ROLE renamed');
DynamoServer::until_true('no keys', sub { return sql(q(SELECT count(*) FROM dynamo.access_keys WHERE access_key_id LIKE 'A_IA%' AND role NOT IN (SELECT oid FROM pg_roles))) == 0; });
is(sql("SELECT count(*) FROM dynamo.access_key WHERE access_key_id IN ('$app->[0]', '$session[0]')"), 0, 'one that is dropped, in any database, loses them, and what it has assumed');

# --- a crash ---

write_file("$outside/linked.key", "$third\n");
my $position = -s $node->logfile;
my $supervisor = sql(q(SELECT pid FROM pg_stat_activity WHERE backend_type = 'dynamo supervisor'));
kill 'KILL', $supervisor;
until_log(qr/dynamo has read 1 master keys/, 'after a crash the keys are read again', $position);
DynamoServer::until_true('the server', sub { return ($node->psql('postgres', 'SELECT 1'))[0] == 0; });
remember(create('other'));
is(clear_texts($node), 0, 'and no secret is left behind');

$node->stop;
done_testing();
