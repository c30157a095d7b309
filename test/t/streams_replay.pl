# Random operations of many clients, while processes are killed; then the records of each way of reading changes,
# replayed into an empty table, give the same items as the tables have.
#
# REPLAY_OPERATIONS is how many, REPLAY_SEED which.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use JSON::PP;
use POSIX ();
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

my $clients = 8;
my $operations = $ENV{REPLAY_OPERATIONS} // 4000;
my $seed = $ENV{REPLAY_SEED} // 1;
my $kills = $ENV{REPLAY_KILLS} // 4;
my %views = (Both => 'NEW_AND_OLD_IMAGES', New => 'NEW_IMAGE', Old => 'OLD_IMAGE', Keys => 'KEYS_ONLY');
my @tables = sort keys %views;
my $keys = 120;
my $json = JSON::PP->new->canonical->allow_nonref;

my $server = DynamoServer->new('replay', 'wal_level = logical', 'max_wal_senders = 4', 'max_replication_slots = 8', 'max_worker_processes = 24',
	'restart_after_crash = on', 'logical_decoding_work_mem = 256kB', 'dynamo.ttl_interval = 1s', 'log_min_messages = warning',
	qx(postgres --describe-config) =~ /^output_plugin_libraries\t/m ? "output_plugin_libraries = 'dynamo'" : ());
my $node = $server->start->node;

sub sql { my ($query) = @_; return $node->safe_psql('postgres', $query); }

for my $table (@tables)
{
	$server->call('CreateTable', { TableName => $table, BillingMode => 'PAY_PER_REQUEST',
		AttributeDefinitions => [ { AttributeName => 'id', AttributeType => 'S' }, { AttributeName => 'n', AttributeType => 'N' } ],
		KeySchema => [ { AttributeName => 'id', KeyType => 'HASH' }, { AttributeName => 'n', KeyType => 'RANGE' } ],
		StreamSpecification => { StreamEnabled => JSON::PP::true, StreamViewType => $views{$table} } });
	$server->call('UpdateTimeToLive', { TableName => $table, TimeToLiveSpecification => { Enabled => JSON::PP::true, AttributeName => 'expires' } });
}
DynamoServer::until_true('streams that are enabled', sub {
	return !grep { $server->call('DescribeTable', { TableName => $_ })->{Table}{TableStatus} ne 'ACTIVE' } @tables; });
sql(q(SELECT pg_create_logical_replication_slot('replay', 'dynamo'), pg_create_logical_replication_slot('received', 'dynamo')));

# --- operations ---

sub pick { return $_[ int rand @_ ]; }
sub number { return int rand $_[0]; }
sub key { my $n = number($keys); return (id => { S => 'k' . $n % 30 }, n => { N => int($n / 30) . '' }); }

sub value
{
	my $kind = number(40);
	return { S => join '', map { chr 97 + number(26) } 1 .. number(20) } if $kind < 20;
	return { N => number(1000) . '.' . (1 + number(9)) } if $kind < 25;
	return { BOOL => JSON::PP::true } if $kind < 28;
	return { NULL => JSON::PP::true } if $kind < 30;
	return { SS => [ map { "s$_" } 0 .. number(4) ] } if $kind < 33;
	return { L => [ value(), value() ] } if $kind < 36;
	return { M => { 'a.b' => value(), "\x{e9}\x{0}" => { S => "\x{0}" } } } if $kind < 39;
	return { S => join '', map { chr 33 + number(90) } 1 .. 3000 }; # out of line, some of them
}

sub item
{
	my %item = (key(), map { ("a$_" => value()) } 1 .. number(5));
	$item{expires} = { N => (time() - 100) . '' } if number(20) == 0;
	return \%item;
}

sub http_operation
{
	my $table = pick(@tables);
	my $kind = number(10);

	return [ 'PutItem', { TableName => $table, Item => item() } ] if $kind < 3;
	return [ 'UpdateItem', { TableName => $table, Key => { key() }, UpdateExpression => 'SET a1 = :v REMOVE a2 ADD c :one',
		ExpressionAttributeValues => { ':v' => value(), ':one' => { N => '1' } } } ] if $kind < 5;
	return [ 'DeleteItem', { TableName => $table, Key => { key() } } ] if $kind == 5;
	return [ 'BatchWriteItem', { RequestItems => { $table => [ { PutRequest => { Item => item() } } ],
		pick(grep { $_ ne $table } @tables) => [ { DeleteRequest => { Key => { key() } } } ] } } ] if $kind == 6;
	return [ 'TransactWriteItems', { TransactItems => [ { Put => { TableName => $table, Item => item() } },
		{ Delete => { TableName => pick(grep { $_ ne $table } @tables), Key => { key() } } },
		{ ConditionCheck => { TableName => $table, Key => { id => { S => 'absent' . number(9) }, n => { N => '1' } }, ConditionExpression => 'attribute_not_exists(id)' } } ] } ] if $kind < 9;
	return [ 'ExecuteStatement', { Statement => qq(UPDATE "$table" SET p = ? WHERE id = ? AND n = ?), Parameters => do { my %key = key(); [ value(), $key{id}, $key{n} ] } } ];
}

# Until it is served: a server that is starting, or has been killed, is asked again.
sub run_http
{
	my ($count) = @_;
	my $socket;

	local $SIG{PIPE} = 'IGNORE';
	for (1 .. $count)
	{
		my ($operation, $input) = @{ http_operation() };
		my $answer = eval {
			$socket //= $server->try_connect;
			print $socket DynamoServer::request_text($operation, $json->encode($input)) if $socket;
			$socket ? DynamoServer::read_answer($socket) : undef; };
		next if $answer;
		undef $socket;
		sleep 0.1;
	}
}

sub quoted { my ($value) = @_; my $text = JSON::PP->new->ascii->encode($value); $text =~ s/'/''/g; return "'$text'"; }

sub sql_operation
{
	my $table = pick(@tables);
	my $relation = qq(dynamo_tables."$table");
	my %key = key();
	my $where = "item ->> 'id' = '$key{id}{S}' AND item ->> 'n' = '$key{n}{N}'";
	my $kind = number(9);

	return "SELECT dynamo.put_item('$table', " . quoted(item()) . ');' if $kind < 2;
	return "UPDATE $relation SET item = jsonb_set(item, '{sql}', to_jsonb(clock_timestamp()::text)) WHERE $where;" if $kind == 2;
	return "DELETE FROM $relation WHERE $where;" if $kind == 3;
	return "UPDATE $relation SET item = jsonb_set(item, '{n}', '7') WHERE $where AND NOT EXISTS (SELECT FROM $relation o WHERE o.item ->> 'id' = '$key{id}{S}' AND o.item ->> 'n' = '7');" if $kind == 4;
	return "BEGIN; SELECT dynamo.put_item('$table', " . quoted(item()) . '); SAVEPOINT a; SELECT dynamo.put_item(\'' . pick(@tables) . "', " . quoted(item())
		. '); ' . pick('ROLLBACK TO a', 'RELEASE a') . "; DELETE FROM $relation WHERE $where; " . pick('COMMIT', 'COMMIT', 'ROLLBACK') . ';' if $kind == 5;
	return "SELECT dynamo.execute_statement('{\"Statement\": \"DELETE FROM \\\"$table\\\" WHERE id = ''$key{id}{S}'' AND n = $key{n}{N}\"}');" if $kind == 6;
	my $new = 'c' . number(1_000_000_000);
	return qq(COPY $relation FROM STDIN;\n{"id": "$new", "n": 1, "copied": true}\n{"id": "$new", "n": 2}\n\\.) if $kind == 7;
	return "INSERT INTO $relation SELECT jsonb_build_object('id', '$new', 'n', i, 't', repeat(md5(i::text), 30)) FROM generate_series(1, 30) AS i; DELETE FROM $relation WHERE item ->> 'id' = '$new' AND (item ->> 'n')::int > 5;";
}

# A lost connection ends psql: another one goes on.
sub run_sql
{
	my ($count) = @_;

	while ($count > 0)
	{
		my $part = $count < 100 ? $count : 100;
		my ($out, $error);
		my $script = join "\n", map { sql_operation() } 1 .. $part;
		eval { IPC::Run::run([ 'psql', '-XAtq', '-d', $node->connstr('postgres') ], '<', \$script, '>', \$out, '2>', \$error) };
		$count -= $part;
		sleep 0.2 if $@ || $error =~ /connection|starting up|recovery/;
	}
}

my @children;
for my $client (1 .. $clients)
{
	my $pid = fork() // die 'no fork';
	push @children, $pid;
	next if $pid;
	srand($seed * 1000 + $client);
	open STDOUT, '>', '/dev/null';
	$client % 2 ? run_http($operations / $clients) : run_sql($operations / $clients);
	POSIX::_exit(0);
}

# --- kills ---

sub answers { return $node->psql('postgres', 'SELECT 1', timeout => 10) == 0; }
sub pid_of { my ($type) = @_; my ($code, $out) = $node->psql('postgres', "SELECT pid FROM pg_stat_activity WHERE backend_type = '$type' LIMIT 1"); return $out; }

srand($seed);
for my $kill (1 .. $kills)
{
	my $type = ('dynamo capture', 'dynamo http', 'postmaster', 'client backend')[ ($kill - 1) % 4 ];

	sleep 1 + rand 1;
	DynamoServer::until_true('a server', \&answers);
	if ($type eq 'postmaster')
	{
		$node->kill9;
		# A server does not start beside the children of another, which see that it has gone.
		DynamoServer::until_true('a new server', sub {
			return system('pg_ctl', '-w', '-D', $node->data_dir, '-l', $node->logfile, 'start') == 0 });
		$node->_update_pid(1);
		next;
	}
	my $pid = pid_of($type);
	kill 'KILL', $pid if $pid;
}
waitpid($_, 0) for @children;
DynamoServer::until_true('a server', \&answers);
$server->wait_until_healthy;
# Time to live may be about to delete what has expired: nothing changes from here on.
sql(qq(DELETE FROM dynamo_tables."$_" WHERE item ? 'expires')) for @tables;

# --- what there is, and what the records say ---

my %items;
for my $table (@tables)
{
	for (split /\n/, sql(qq(SELECT dynamo.from_item(item) FROM dynamo_tables."$table")))
	{
		my $item = $json->decode($_);
		$items{$table}{ $json->encode({ id => $item->{id}, n => $item->{n} }) } = normal($item);
	}
}
cmp_ok(scalar(map { keys %{ $items{$_} // {} } } @tables), '>', 0, 'there are items');

# Sets have no order.
sub normal
{
	my ($item) = @_;
	my $walk;
	$walk = sub {
		my ($value) = @_;
		my ($type) = keys %$value;
		return { $type => [ sort @{ $value->{$type} } ] } if $type =~ /^[SNB]S$/;
		return { L => [ map { $walk->($_) } @{ $value->{L} } ] } if $type eq 'L';
		return { M => { map { $_ => $walk->($value->{M}{$_}) } keys %{ $value->{M} } } } if $type eq 'M';
		return $value; };
	return $json->encode($walk->({ M => $item }));
}

# Replays records of one table, which come in the order of each item's changes; faults go into the list.
sub replay
{
	my ($view, $records) = @_;
	my (%now, %last, @faults);

	for my $record (@$records)
	{
		my $change = $record->{dynamodb};
		my $key = $json->encode($change->{Keys});
		my $old = $change->{OldImage} ? normal($change->{OldImage}) : undef;
		my $new = $change->{NewImage} ? normal($change->{NewImage}) : $view =~ /NEW/ ? undef : 'there';

		$new = undef if $record->{eventName} eq 'REMOVE';
		push @faults, "$record->{eventName} $key" if ($record->{eventName} eq 'INSERT') == (exists $now{$key});
		push @faults, "order of $key" if ($last{$key} // '') ge $change->{SequenceNumber};
		# The image of before is what the change before has left.
		push @faults, "old image of $key" if $view eq 'NEW_AND_OLD_IMAGES' && ($old // '') ne ($now{$key} // '');
		$last{$key} = $change->{SequenceNumber};
		if (defined $new) { $now{$key} = $new; }
		else { delete $now{$key}; }
	}
	return (\%now, \@faults);
}

sub same_items
{
	my ($way, $table, $records) = @_;
	my ($now, $faults) = replay($views{$table}, $records);
	my %expected = %{ $items{$table} // {} };

	%expected = map { $_ => 'there' } keys %expected if $views{$table} !~ /NEW/;
	is(join("\n", @$faults[ 0 .. ($#$faults < 5 ? $#$faults : 5) ]), '', "$way: each record of $table fits those before");
	is($json->encode($now), $json->encode(\%expected), "$way: the records of $table give its items");
}

sub by_table { my (@records) = @_; my %by; push @{ $by{ $_->{eventSourceARN} =~ m{table/(\w+)/} ? $1 : '' } }, $_ for @records; return \%by; }

my $slot = by_table(map { $json->decode($_) } split /\n/, sql(q(SELECT data FROM pg_logical_slot_get_changes('replay', NULL, NULL))));
same_items('a slot', $_, $slot->{$_} // []) for @tables;

# --- pg_recvlogical ---

my $file = PostgreSQL::Test::Utils::tempdir() . '/records';
command_ok([ 'pg_recvlogical', '-d', $node->connstr('postgres'), '-S', 'received', '--start', '--no-loop', '-f', $file, '--endpos', sql('SELECT pg_current_wal_flush_lsn()') ], 'pg_recvlogical receives records');
my $received = by_table(map { $json->decode($_) } split /\n/, slurp_file($file));
same_items('pg_recvlogical', $_, $received->{$_} // []) for @tables;

# --- the log ---

my $end = sql('SELECT pg_current_wal_insert_lsn()');
DynamoServer::until_true('a log that is complete', sub { return sql("SELECT bool_and(captured_lsn >= '$end') FROM dynamo.capture") eq 't'; });
is(sql('SELECT count(*) FROM dynamo.streams WHERE status <> \'ENABLED\''), '0', 'no stream has ended');

sub call_streams
{
	my ($operation, $input) = @_;
	my $answer = $server->request($operation, $json->encode($input), 'X-Amz-Target' => "DynamoDBStreams_20120810.$operation");

	die "$operation: $answer->{status} $answer->{body}" if $answer->{status} != 200;
	return $json->decode($answer->{body});
}

# Shards in the order that parents come before their children, each to its end or to what there is.
sub records_of_stream
{
	my ($arn) = @_;
	my @records;

	for my $shard (@{ call_streams('DescribeStream', { StreamArn => $arn })->{StreamDescription}{Shards} })
	{
		my $iterator = call_streams('GetShardIterator', { StreamArn => $arn, ShardId => $shard->{ShardId}, ShardIteratorType => 'TRIM_HORIZON' })->{ShardIterator};
		while (defined $iterator)
		{
			my $page = call_streams('GetRecords', { ShardIterator => $iterator });
			push @records, @{ $page->{Records} };
			$iterator = @{ $page->{Records} } ? $page->{NextShardIterator} : undef;
		}
	}
	return \@records;
}

for my $table (@tables)
{
	my $arn = $server->call('DescribeTable', { TableName => $table })->{Table}{LatestStreamArn};
	my $records = records_of_stream($arn);
	my %numbers;

	same_items('GetRecords', $table, $records);
	is(scalar(grep { $numbers{ $_->{dynamodb}{SequenceNumber} }++ } @$records), 0, "no record of $table twice");
	is(join(' ', sort keys %numbers), join(' ', sort map { $_->{dynamodb}{SequenceNumber} } @{ $slot->{$table} // [] }), "the records of $table are those of the slot");
	is(sql(qq(SELECT string_agg(sequence_number, ' ' ORDER BY sequence_number COLLATE "C") FROM dynamo.changes('$table'))), join(' ', sort keys %numbers), "and of dynamo.changes");
}

done_testing();
